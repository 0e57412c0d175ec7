//! Whose monthly statement is to be seen to.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{ids::CustomerId, statement::StatementChoice};

/// Customers that get a statement and whose statement of a month was not seen to, in the order of
/// their ids behind `after`, at most `limit`: those who said so, and those without a say when it is
/// `for_everybody`.
pub async fn all_due(
    session: &mut Session,
    month: &str,
    for_everybody: bool,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerId>, StorageError> {
    sql!(
        session,
        scalars CustomerId,
        "SELECT id FROM customers
         WHERE statement_month < $1
           AND (statement_choice = 'on' OR (statement_choice IS NULL AND $2))
         AND id > $3
         ORDER BY id LIMIT $4",
        month,
        for_everybody,
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit
    )
}

/// Notes that the statement of a month is seen to; false when it was before. The customer is held
/// until the transaction ends.
pub async fn update_month(
    session: &mut Session,
    id: CustomerId,
    month: &str,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET statement_month = $2 WHERE id = $1 AND statement_month < $2",
        id,
        month
    )?;
    Ok(rows == 1)
}

/// Gives a customer a say of its own, or none; false when its say is not `before` any more.
pub async fn update_choice(
    session: &mut Session,
    id: CustomerId,
    before: Option<StatementChoice>,
    after: Option<StatementChoice>,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET statement_choice = $3, updated_at = $4
         WHERE id = $1 AND COALESCE(statement_choice, '') = $2",
        id,
        before.map_or("", StatementChoice::as_str),
        after,
        now
    )?;
    Ok(rows == 1)
}
