//! `verify`.

use std::process::ExitCode;

use super::{CommandError, open};
use crate::{
    config::Config,
    storage::verify::{INVARIANTS, check},
};

pub(super) async fn verify(config: Config) -> Result<ExitCode, CommandError> {
    let db = open(&config).await?;
    let mut session = db.read().await?;
    for invariant in INVARIANTS {
        let finding = check(&mut session, invariant).await?;
        if let Some(offender) = finding.offender {
            println!("FAULT {} ({} checked): {offender}", invariant.name, finding.checked);
            eprintln!("It must hold that {}.", invariant.says);
            return Ok(ExitCode::FAILURE);
        }
        println!("ok    {} ({} checked)", invariant.name, finding.checked);
    }
    Ok(ExitCode::SUCCESS)
}
