//! Server-sent events: which customer's figures changed.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    Sse,
    sse::{Event, KeepAlive},
};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use super::guard::Staff;
use crate::{
    api::call::StaffCall,
    domain::{ids::CustomerId, permission::Sight},
    storage,
};

/// Whether somebody is told that something about a customer changed: only of those they see.
async fn is_told(call: &StaffCall, customer_id: CustomerId) -> bool {
    let sight = call.staff.sight();
    if sight == Sight::All {
        return true;
    }
    let Ok(mut session) = call.request.read().await else { return false };
    let seen = storage::customers::find_seen(&mut session, customer_id, sight).await;
    seen.is_ok_and(|customer| customer.is_some())
}

/// A line for each change; an empty one when several went by unseen.
pub async fn staff(Staff(call): Staff) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(call.world().db.changes());
    let events = changes.filter_map(move |change| {
        let call = call.clone();
        async move {
            let customer_id = match change {
                Ok(change) if !is_told(&call, change.customer_id).await => return None,
                Ok(change) => change.customer_id.to_string(),
                Err(BroadcastStreamRecvError::Lagged(_)) => String::new(),
            };
            Some(Ok(Event::default().data(customer_id)))
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
