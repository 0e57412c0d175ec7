//! `company show` and `company set`.

use std::{io::Read, path::Path, process::ExitCode};

use serde::{Deserialize, Serialize};

use super::{CommandError, world};
use crate::{
    config::Config,
    domain::{company::CompanyProfile, policy::PaymentPolicy, receivables::ReceivablesSettings},
    services::company,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    profile: CompanyProfile,
    payments: PaymentPolicy,
    /// Without them, those that are there stay.
    #[serde(default)]
    receivables: Option<ReceivablesSettings>,
}

pub(super) async fn show(config: Config) -> Result<ExitCode, CommandError> {
    let world = world(&config).await?;
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    let sheet = Sheet {
        profile: company.profile,
        payments: company.policy,
        receivables: Some(company.receivables),
    };
    let text = serde_json::to_string_pretty(&sheet)
        .map_err(|error| CommandError::Said(error.to_string()))?;
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn set(config: Config, file: &Path) -> Result<ExitCode, CommandError> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(file)?;
    }
    let sheet: Sheet = serde_json::from_str(&text)
        .map_err(|error| CommandError::Said(format!("{}: {error}", file.display())))?;
    let world = world(&config).await?;
    let Sheet { profile, payments, receivables } = sheet;
    let mut session = world.db.read().await?;
    let now = company::load(&mut session).await?.receivables;
    drop(session);
    let receivables = receivables.unwrap_or(now);
    company::save(&world, &profile, &payments, &receivables, "command").await?;
    eprintln!("Saved.");
    world.db.close().await;
    Ok(ExitCode::SUCCESS)
}
