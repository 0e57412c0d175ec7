//! `demo` and `clock`.

use std::process::ExitCode;

use chrono::TimeDelta;

use super::{CommandError, open, world};
use crate::{clock::MovableClock, config::Config, domain::clock::Clock, services::demo};

pub(super) async fn demo(config: Config) -> Result<ExitCode, CommandError> {
    if !config.may_move_clock() {
        return Err(CommandError::Said("production takes no demo company".to_owned()));
    }
    let world = world(&config).await?;
    let report = demo::load(&world).await?;
    for (label, value) in report.figures() {
        eprintln!("{label}: {value}");
    }
    world.db.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn advance(config: Config, days: u16) -> Result<ExitCode, CommandError> {
    if !config.may_move_clock() {
        return Err(CommandError::Said("production does not move its clock".to_owned()));
    }
    let db = open(&config).await?;
    let clock = MovableClock::default();
    clock.advance(&db, TimeDelta::days(i64::from(days))).await?;
    eprintln!("It is now {}.", clock.now().format("%Y-%m-%d %H:%M UTC"));
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
