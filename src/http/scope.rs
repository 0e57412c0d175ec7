//! Keeping requests apart that a thread works on in turns.
//!
//! Leptos makes a tree of owners for each request and keeps the current one, with its arena of
//! values, in variables of the thread, where they stay when the request gives way to another. What
//! the other one makes then hangs below a stranger's tree: a file handed out while a page waited
//! for the database took away that page's headers, its policy and its cookies among them.

use std::{future::poll_fn, pin::pin};

use axum::{extract::Request, middleware::Next, response::Response};
use leptos::prelude::Owner;

/// Gives each request owners of its own: those of the thread are put aside while it is worked on.
pub async fn own(request: Request, next: Next) -> Response {
    let mut answer = pin!(next.run(request));
    let mut own = None;
    poll_fn(|context| {
        let before = Owner::current();
        make_current(own.take());
        let progress = answer.as_mut().poll(context);
        own = Owner::current();
        make_current(before);
        progress
    })
    .await
}

fn make_current(owner: Option<Owner>) {
    match owner {
        Some(owner) => owner.set(),
        None => {
            if let Some(left) = Owner::current() {
                left.unset();
            }
        }
    }
}
