//! Server-sent events: which customer's figures changed, and that there is something new for whoever
//! listens.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use axum::response::{
    Sse,
    sse::{Event, KeepAlive},
};
use futures::{Stream, StreamExt, stream};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use super::guard::Staff;
use crate::{
    api::call::StaffCall,
    domain::{ids::CustomerId, permission::Sight},
    services::staff,
    storage::{self, Change},
};

/// How long somebody is taken for who they were when they were last looked up.
const TRUSTED: Duration = Duration::from_secs(1);

/// The name of the event that tells of something new for whoever listens.
const NEWS: &str = "news";

/// Who listens: looked up again as changes come, so that whoever is signed out, or sees less, hears
/// no more.
struct Listener {
    call: StaffCall,
    token: String,
    looked_up: Instant,
}

impl Listener {
    /// Whether they are still signed in.
    async fn is_there(&mut self) -> bool {
        if self.looked_up.elapsed() < TRUSTED {
            return true;
        }
        let Ok(Some(staff)) = staff::still(self.call.world(), &self.token).await else {
            return false;
        };
        self.call.staff = staff;
        self.looked_up = Instant::now();
        true
    }

    /// Whether they are told that something about a customer changed: only of those they see.
    async fn sees(&self, customer_id: CustomerId) -> bool {
        let sight = self.call.staff.sight();
        if sight == Sight::All {
            return true;
        }
        let Ok(mut session) = self.call.request.read().await else { return false };
        let seen = storage::customers::find_seen(&mut session, customer_id, sight).await;
        seen.is_ok_and(|customer| customer.is_some())
    }

    /// What they are told next; nothing when they are signed out.
    async fn next(&mut self, changes: &mut BroadcastStream<Change>) -> Option<Event> {
        loop {
            let change = changes.next().await?;
            if !self.is_there().await {
                return None;
            }
            let customer_id = match change {
                Ok(Change::Staff(user)) if user != self.call.staff.id => continue,
                Ok(Change::Staff(_)) => return Some(Event::default().event(NEWS).data("new")),
                Ok(Change::Customer(id)) if !self.sees(id).await => continue,
                Ok(Change::Customer(id)) => id.to_string(),
                Err(BroadcastStreamRecvError::Lagged(_)) => String::new(),
            };
            return Some(Event::default().data(customer_id));
        }
    }
}

/// A line for each change; an empty one when several went by unseen.
pub async fn staff(Staff(call): Staff) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(call.world().db.changes());
    let token = call.request.cookie(call.request.config().staff_cookie()).unwrap_or_default();
    let listener = Listener { call, token, looked_up: Instant::now() };
    let events = stream::unfold((changes, listener), |(mut changes, mut listener)| async move {
        let event = listener.next(&mut changes).await?;
        Some((Ok(event), (changes, listener)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
