//! Doing something when a customer's figures changed, and reading what follows them.

use std::{cell::Cell, future::Future, rc::Rc, time::Duration};

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{api::error::ApiError, ui::hooks::live::Live};

/// Changes that come within this time of each other are answered together.
const TOGETHER: Duration = Duration::from_millis(400);

/// What the page's live connection tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A customer's figures changed.
    Figures,
    /// Whoever looks is told something new, or has something else to do.
    News,
}

/// Calls `refresh` soon after each time that it is told of. On the server nothing is.
pub fn follow(told: Told, refresh: impl Fn() + 'static) {
    let Some(live) = use_context::<Live>() else { return };
    let version = match told {
        Told::Figures => live.version,
        Told::News => live.news,
    };
    let refresh = Rc::new(refresh);
    let is_due = Rc::new(Cell::new(false));
    Effect::new(move |seen: Option<u64>| {
        let version = version.get();
        if seen.is_some_and(|seen| seen != version) && !is_due.replace(true) {
            let (refresh, is_due) = (refresh.clone(), is_due.clone());
            set_timeout(
                move || {
                    is_due.set(false);
                    refresh();
                },
                TOGETHER,
            );
        }
        version
    });
}

/// What is known of something that is not always asked for: nothing while it is not.
pub type Asked<T> = Resource<Option<Result<T, ApiError>>>;

/// Reads while there is something to ask, when that becomes another question, and again after each
/// time that it is told of.
pub fn read_while<K, T, F>(
    told: Told,
    asked: Memo<Option<K>>,
    read: impl Fn(K) -> F + Clone + Send + Sync + 'static,
) -> Asked<T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let found = Resource::new_blocking(
        move || asked.get(),
        move |asked| {
            let read = read.clone();
            async move { Some(read(asked?).await) }
        },
    );
    follow(told, move || {
        if asked.try_get_untracked().flatten().is_some() {
            found.refetch();
        }
    });
    found
}
