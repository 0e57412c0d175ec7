//! Whether the server lives, and whether it can work.

use axum::{extract::State, http::StatusCode};

use crate::{
    state::AppState,
    storage::{self, StorageError},
};

/// The process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// The database answers too.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    let asked = async {
        let mut session = state.world.db.read().await?;
        storage::app_state::find(&mut session, "sandbox-secret-key").await
    };
    let answered: Result<_, StorageError> = asked.await;
    match answered {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
