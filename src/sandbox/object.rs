//! What all records have in common: an id, a kind, and the record they belong to.

use serde::{Serialize, de::DeserializeOwned};

use super::{
    customer::Customer,
    intent::Intent,
    method::Method,
    refund::Refund,
    session::{Challenge, SetupSession},
};
use crate::storage::error::StorageError;

/// A record.
pub(super) trait Object: Serialize + DeserializeOwned + Send + Sync {
    /// The kind under which it is kept.
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> &str;
    /// The record it belongs to; empty when to none.
    fn parent_id(&self) -> &str;
}

macro_rules! objects {
    ($($type:ty => $id:expr, $parent:expr;)*) => {$(
        impl Object for $type {
            const KIND: &'static str = <$type>::KIND;
            fn id(&self) -> &str {
                let id: fn(&$type) -> &str = $id;
                id(self)
            }
            fn parent_id(&self) -> &str {
                let parent: fn(&$type) -> &str = $parent;
                parent(self)
            }
        }
    )*};
}

objects! {
    Customer => |it| &it.id, |_| "";
    SetupSession => |it| &it.id, |it| &it.customer;
    Method => |it| &it.id, |it| &it.customer;
    Challenge => |it| &it.id, |_| "";
    Intent => |it| &it.id, |it| &it.customer;
    Refund => |it| &it.id, |it| &it.intent;
}

/// A record as text.
pub(super) fn encode<T: Object>(object: &T) -> Result<String, StorageError> {
    serde_json::to_string(object).map_err(|error| unreadable::<T>(&error))
}

/// A record from its text.
pub(super) fn decode<T: Object>(text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| unreadable::<T>(&error))
}

fn unreadable<T: Object>(error: &serde_json::Error) -> StorageError {
    StorageError::Inconsistent(format!("a sandbox {}: {error}", T::KIND))
}
