//! `doctor`.

use std::process::ExitCode;

use super::{CommandError, open};
use crate::{
    config::Config,
    pdf::Engine,
    storage,
    vault::{Vault, VaultSettings},
};

pub(super) async fn doctor(config: Config) -> Result<ExitCode, CommandError> {
    let db = open(&config).await?;
    let mut session = db.read().await?;
    let mut is_well = true;
    println!("database: answers, schema up to date");
    println!("address: {}", config.base_url);
    match &config.smtp {
        Some(smtp) => println!("mail: through {}:{}", smtp.host, smtp.port),
        None if config.has_mailbox() => println!("mail: kept in the mailbox, not sent"),
        None => {
            is_well = false;
            println!("mail: NOT SENT, no server is set (smtp.host)");
        }
    }
    match config.has_sandbox() {
        true => println!("payments: sandbox processor, no money moves"),
        false => println!("payments: no processor is set, the portal takes none"),
    }
    if Engine::new(config.font_folder.clone()).check().is_err() {
        is_well = false;
        println!("fonts: the folder in font-folder CANNOT BE READ");
    }
    let place = match &config.documents {
        VaultSettings::Folder(folder) => format!("the folder {}", folder.display()),
        VaultSettings::S3(settings) => format!("the bucket {}", settings.bucket),
    };
    let opened = Vault::open(&config.documents, config.data_dir.join("incoming"));
    let answer = match opened {
        Ok(vault) => vault.check().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(()) => println!("documents: kept in {place}"),
        Err(error) => {
            is_well = false;
            println!("documents: {place} CANNOT BE REACHED: {error}");
        }
    }
    let staff = storage::staff::count(&mut session).await?;
    if staff == 0 {
        is_well = false;
        println!("staff: NOBODY can sign in (quittance user add)");
    } else {
        println!("staff: {staff} can sign in");
    }
    println!("jobs: {} waiting", storage::queue::count_queued(&mut session).await?);
    for job in storage::queue::all_parked(&mut session).await? {
        is_well = false;
        println!(
            "job PARKED: {} {} after {} tries: {}",
            job.kind, job.id, job.tries, job.last_error
        );
    }
    println!("payments under way: {}", storage::payments::count_in_flight(&mut session).await?);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
