//! The processor's messages: the signature is checked over the raw bytes, the message is kept, a
//! job is queued, and the answer goes out at once.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use crate::{
    gateways::gateway::EventError,
    jobs::follow_event::{FollowEvent, KIND},
    services::queue,
    state::AppState,
    storage::{self, StorageError},
};

/// Takes a message of the sandbox processor.
pub async fn sandbox(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("sandbox-signature").and_then(|value| value.to_str().ok());
    let world = &state.world;
    // The processor's clock is the real one or follows ours; both are this one.
    let event = match world.gateway.read_event(signature, &body, world.now()) {
        Ok(event) => event,
        Err(EventError::BadSignature | EventError::Unreadable) => return StatusCode::BAD_REQUEST,
    };
    let kept = async {
        let now = world.now();
        let mut session = world.db.begin().await?;
        let intent = event.intent_id.as_deref().unwrap_or_default();
        let gateway = world.gateway.name();
        let is_new = storage::gateway_events::insert_once(
            &mut session,
            &event.id,
            gateway,
            &event.kind,
            intent,
            now,
        )
        .await?;
        if let (true, Some(intent_id)) = (is_new, event.intent_id.clone()) {
            let key = format!("event:{}", event.id);
            let job = FollowEvent { intent_id };
            queue::once(&mut session, world, (KIND, &key), &job).await?;
        }
        session.commit().await?;
        Ok::<(), StorageError>(())
    };
    match kept.await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(%error, "a processor's message could not be kept");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
