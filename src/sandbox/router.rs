//! The routes of the interface and of the pages.

use axum::{
    Router,
    extract::{Path, Request, State},
    response::Response,
    routing::{get, post},
};

use super::{Sandbox, api::Reading, faults::Call, pages};

/// Everything the processor serves, to be nested under the path of its `public_url`.
pub fn router(sandbox: Sandbox) -> Router {
    let interface = Router::new()
        .route("/v1/customers", post(create_customer))
        .route("/v1/setup_sessions", post(create_setup_session))
        .route("/v1/setup_sessions/{id}", get(find_setup_session))
        .route("/v1/payment_intents", get(list_intents).post(create_intent))
        .route("/v1/payment_intents/{id}", get(find_intent))
        .route("/v1/payment_intents/{id}/confirm", post(confirm_intent))
        .route("/v1/payment_intents/{id}/cancel", post(cancel_intent))
        .route("/v1/refunds", post(create_refund));
    interface.merge(pages::routes()).with_state(sandbox)
}

async fn create_customer(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.post(Call::CreateCustomer, "", request).await
}

async fn create_setup_session(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.post(Call::CreateSetupSession, "", request).await
}

async fn find_setup_session(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    sandbox.get(Reading::SetupSession(&id), request).await
}

async fn create_intent(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.post(Call::CreateIntent, "", request).await
}

async fn list_intents(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.get(Reading::Intents, request).await
}

async fn find_intent(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    sandbox.get(Reading::Intent(&id), request).await
}

async fn confirm_intent(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    sandbox.post(Call::ConfirmIntent, &id, request).await
}

async fn cancel_intent(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    sandbox.post(Call::CancelIntent, &id, request).await
}

async fn create_refund(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.post(Call::CreateRefund, "", request).await
}
