//! `serve` and `work`.

use std::{net::SocketAddr, process::ExitCode};

use leptos::config::get_configuration;
use tokio::sync::watch;

use super::{CommandError, open};
use crate::{config::Config, http, services::demo, state::AppState, storage};

pub(super) async fn serve(
    config: Config,
    listen: Option<SocketAddr>,
) -> Result<ExitCode, CommandError> {
    let config = match listen {
        Some(listen) => config.with_listen(listen),
        None => config,
    };
    let state = start(config).await?;
    let mut session = state.world.db.read().await?;
    let staff = storage::staff::count(&mut session).await?;
    let is_demo = demo::is_demo(&mut session).await?;
    drop(session);
    if is_demo && !state.config.may_move_clock() {
        // Everybody knows its staff's password.
        return Err(CommandError::Said(
            "this database holds the demo company; production needs one of its own".to_owned(),
        ));
    }
    let base_url = state.config.base_url.clone();
    http::serve(state, stop_signal(), move || {
        eprintln!("Staff:  {base_url}/staff");
        eprintln!("Payers: {base_url}/portal");
        if is_demo {
            eprintln!(
                "Try it: staff {} with password {}; payer {} (the code arrives in the mailbox at \
                 {base_url}/staff/mailbox)",
                demo::STAFF_EMAIL,
                demo::STAFF_PASSWORD,
                demo::PAYER_EMAIL
            );
        } else if staff == 0 {
            eprintln!("Nobody can sign in yet: quittance user add --email you@example.com");
        }
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn work(config: Config) -> Result<ExitCode, CommandError> {
    let state = start(config).await?;
    let (stop, stopped) = watch::channel(false);
    let worker = state.worker();
    let task = tokio::spawn(async move { worker.run(stopped).await });
    eprintln!("Working.");
    stop_signal().await;
    // The worker finishes the job at hand.
    let _ = stop.send(true);
    let _ = task.await;
    Ok(ExitCode::SUCCESS)
}

async fn start(config: Config) -> Result<AppState, CommandError> {
    let db = open(&config).await?;
    let file = std::path::Path::new(crate::config::FILE);
    let options = get_configuration(file.exists().then_some(crate::config::FILE))
        .map_err(|error| CommandError::Leptos(error.to_string()))?
        .leptos_options;
    Ok(AppState::start(config, db, options).await?)
}

/// Ends when the process is told to stop.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
