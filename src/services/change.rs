//! Why a change of what is there was not written.

use crate::storage::StorageError;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such thing, or whoever asks does not see it.
    #[error("not found")]
    NotFound,
    /// It was changed after it was read: what somebody else decided is not written over.
    #[error("it was changed meanwhile")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}
