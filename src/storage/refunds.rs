//! Money given back.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    ids::{PaymentId, RefundId},
    payment::PaymentState,
};

/// A refund. Amounts are minor units of the payment's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRefund {
    /// The refund.
    pub id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// Principal given back.
    pub principal_minor: i64,
    /// Surcharge given back.
    pub surcharge_minor: i64,
    /// On which date.
    pub refunded_on: NaiveDate,
}

/// Keeps a refund and notes it on its payment.
pub async fn insert(
    session: &mut Session,
    refund: &NewRefund,
    state: PaymentState,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO refunds (id, payment_id, principal_minor, surcharge_minor, refunded_on,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        refund.id,
        refund.payment_id,
        refund.principal_minor,
        refund.surcharge_minor,
        refund.refunded_on,
        now
    )?;
    let rows = sql!(
        session,
        execute,
        "UPDATE payments SET refunded_principal_minor = refunded_principal_minor + $2,
             refunded_surcharge_minor = refunded_surcharge_minor + $3, state = $4, updated_at = $5
         WHERE id = $1",
        refund.payment_id,
        refund.principal_minor,
        refund.surcharge_minor,
        state,
        now
    )?;
    touched(1, rows)
}
