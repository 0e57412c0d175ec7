//! Prices that were shown to payers.

use chrono::{DateTime, Utc};

use super::{Scope, db::Session, db::sql, error::StorageError};
use crate::domain::{
    ids::{AttemptId, CustomerId, MethodId, OpeningId, QuoteId},
    money::Currency,
};

/// A price as shown. Immutable.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QuoteRow {
    /// The quote; also the key of its confirmation.
    pub id: QuoteId,
    /// Whose invoices.
    pub customer_id: CustomerId,
    /// To whom it was shown.
    pub email: String,
    /// Priced for which method.
    pub method_id: MethodId,
    /// The currency.
    pub currency: Currency,
    /// What the method would be charged, in minor units.
    pub charge_minor: i64,
    /// The whole price, as JSON.
    pub body: String,
    /// When it was made.
    pub as_of: DateTime<Utc>,
    /// Until when it may be confirmed.
    pub expires_at: DateTime<Utc>,
    /// In which opening of a pay link; none for those who signed in.
    pub opening_id: Option<OpeningId>,
    /// For which try to charge by itself; none for those that somebody is to confirm.
    pub attempt_id: Option<AttemptId>,
}

impl QuoteRow {
    /// Whose it is.
    pub const fn scope(&self) -> Scope {
        Scope { customer_id: self.customer_id, opening_id: self.opening_id }
    }
}

/// Keeps a price.
pub async fn insert(session: &mut Session, row: &QuoteRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO quotes (id, customer_id, email, method_id, currency, charge_minor, body, as_of,
             expires_at, opening_id, attempt_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.customer_id,
        &row.email,
        row.method_id,
        row.currency,
        row.charge_minor,
        &row.body,
        row.as_of,
        row.expires_at,
        row.opening_id,
        row.attempt_id
    )?;
    Ok(())
}

/// The price of an id, if it was made for that account, or in that opening of a pay link.
pub async fn find(
    session: &mut Session,
    id: QuoteId,
    scope: impl Into<Scope>,
) -> Result<Option<QuoteRow>, StorageError> {
    let scope = scope.into();
    sql!(
        session,
        fetch_optional as QuoteRow,
        "SELECT * FROM quotes WHERE id = $1 AND customer_id = $2
             AND opening_id IS NOT DISTINCT FROM $3",
        id,
        scope.customer_id,
        scope.opening_id
    )
}
