//! `import`.

use std::{io::IsTerminal, process::ExitCode};

use super::{CommandError, ImportOptions, world};
use crate::{
    config::Config,
    services::{
        company,
        import::{ImportFile, ImportReport, run::read, store_batch},
    },
};

/// How many refused rows are printed; the rest is in the JSON report.
const REFUSALS_SHOWN: usize = 20;

pub(super) async fn import(
    config: Config,
    options: &ImportOptions,
) -> Result<ExitCode, CommandError> {
    let world = world(&config).await?;
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    drop(session);
    let read_options = options.choices().options(company.profile.currency)?;
    let name = options.file.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let file = ImportFile { path: options.file.clone(), name: name.to_owned() };
    eprintln!("Reading {name} …");
    let batch = read(&file, read_options).await?;
    let shows_progress = std::io::stderr().is_terminal();
    let mut progress = |done: usize, total: usize| {
        if shows_progress {
            eprint!("\r{done} of {total}");
        }
        Ok(())
    };
    let report =
        store_batch(&world, &batch, options.dry_run, "command", None, &mut progress).await?;
    if shows_progress {
        eprintln!();
    }
    world.db.close().await;
    print(&report, options.json)?;
    Ok(ExitCode::SUCCESS)
}

fn print(report: &ImportReport, as_json: bool) -> Result<(), CommandError> {
    if as_json {
        let text = serde_json::to_string_pretty(report)
            .map_err(|error| CommandError::Said(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    if report.is_dry_run {
        println!("Rehearsal: nothing was kept.");
    }
    for (label, value) in report.figures() {
        println!("{label}: {value}");
    }
    for (warning, count) in &report.warnings {
        println!("Warning, {count} times: {warning}");
    }
    for refusal in report.refusals.iter().take(REFUSALS_SHOWN) {
        println!(
            "Refused, line {}: {} {} {:?}",
            refusal.line, refusal.column, refusal.reason, refusal.value
        );
    }
    Ok(())
}
