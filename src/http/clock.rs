//! Moving the clock ahead, in development and demo.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use serde::Deserialize;

use super::page;
use crate::state::AppState;

/// How far.
#[derive(Debug, Deserialize)]
pub struct Advance {
    /// Days, 1 to 366.
    days: i64,
}

/// Moves the clock ahead; everything that was to happen until then happens.
pub async fn advance(State(state): State<AppState>, Form(form): Form<Advance>) -> Response {
    if !state.config.may_move_clock() || !(1..=366).contains(&form.days) {
        return page::message(StatusCode::BAD_REQUEST);
    }
    match state.clock.advance(&state.world.db, TimeDelta::days(form.days)).await {
        Ok(()) => Redirect::to("/sandbox").into_response(),
        Err(error) => {
            tracing::error!(%error, "the clock could not be moved");
            page::message(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
