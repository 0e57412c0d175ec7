//! Listening, and stopping without cutting anybody off.

use std::{future::Future, net::SocketAddr, time::Duration};

use axum::serve::ListenerExt;
use tokio::{net::TcpListener, sync::watch};

use super::router;
use crate::state::AppState;

/// How long requests that are under way have after the server was told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// How long to wait before listening again for changes of other processes.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The network failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Serves until `stop` ends; `ready` is called once the address is listened on.
///
/// # Errors
/// When the address cannot be had.
pub async fn serve(
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let address = state.config.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|cause| ServeError::Listen { address, cause })?;
    // Without this every streamed page waits 40 ms for the other side's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    let app = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let (stopped, stop_signal) = watch::channel(false);
    let worker = tokio::spawn({
        let (worker, stop) = (state.worker(), stop_signal.clone());
        async move { worker.run(stop).await }
    });
    let listening = tokio::spawn(listen(state.clone()));
    let sandbox = state.sandbox.clone().map(|sandbox| {
        let mut stop = stop_signal.clone();
        tokio::spawn(async move {
            sandbox.run(async move { _ = stop.wait_for(|stop| *stop).await }).await;
        })
    });
    ready();
    let mut graceful = stop_signal.clone();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        _ = graceful.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server.into_future());
    stop.await;
    // Nobody listening any more is fine: then everything has stopped already.
    let _ = stopped.send(true);
    // Event streams never end by themselves.
    if tokio::time::timeout(GRACE, server).await.is_err() {
        tracing::info!("some connections were still open");
    }
    listening.abort();
    for task in [Some(worker), sandbox].into_iter().flatten() {
        let _ = tokio::time::timeout(GRACE, task).await;
    }
    state.world.db.close().await;
    Ok(())
}

/// Passes on changes of other processes for as long as the server runs.
async fn listen(state: AppState) {
    loop {
        match state.world.db.listen().await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "changes of other processes are not heard"),
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}
