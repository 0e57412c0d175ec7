//! Server-sent events: which customer's figures changed.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    Sse,
    sse::{Event, KeepAlive},
};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use super::guard::Staff;

/// A line for each change; an empty one when several went by unseen.
pub async fn staff(Staff(call): Staff) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(call.world().db.changes());
    let events = changes.map(|change| {
        let customer_id = match change {
            Ok(change) => change.customer_id.to_string(),
            Err(BroadcastStreamRecvError::Lagged(_)) => String::new(),
        };
        Ok(Event::default().data(customer_id))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
