//! Whose methods, prices and visits to the processor are meant.

use crate::domain::ids::{CustomerId, OpeningId};

/// An account's, or those of one opening of a pay link: what is done in an opening is not the
/// account's, and what is the account's is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Who pays.
    pub customer_id: CustomerId,
    /// The opening; none for those who signed in.
    pub opening_id: Option<OpeningId>,
}

impl From<CustomerId> for Scope {
    fn from(customer_id: CustomerId) -> Self {
        Self { customer_id, opening_id: None }
    }
}
