//! Why a change of what is there was not written.

use crate::{
    domain::form::{FieldProblem, Problem},
    services::busy::MayBeBusy,
    storage::StorageError,
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A field has a problem.
    #[error("the field {} has a problem", .0.field)]
    Invalid(FieldProblem),
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

impl MayBeBusy for ChangeError {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Busy))
    }
}

/// A problem of one field.
pub(super) fn invalid(field: &str, problem: Problem) -> ChangeError {
    ChangeError::Invalid(FieldProblem { field: field.to_owned(), problem })
}

/// Says of which field a problem is.
pub(super) fn bad(field: &str) -> impl Fn(Problem) -> ChangeError {
    move |problem| invalid(field, problem)
}

/// Says of a field that what was typed there is another's already, where a constraint does.
pub(super) fn unless_taken(
    (constraint, field): (&str, &str),
) -> impl Fn(StorageError) -> ChangeError {
    move |error| match error.constraint() {
        Some(name) if name == constraint => invalid(field, Problem::AlreadyUsed),
        _ => error.into(),
    }
}
