//! Which customer belongs to which, and who pays for whom.

use chrono::{DateTime, Utc};

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    hierarchy::{BillingPreference, Node},
    ids::CustomerId,
    permission::Sight,
};

/// A customer's place.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlacedRow {
    /// The customer.
    pub id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Number of the customer it belongs to; empty when there is none.
    pub parent_number: String,
    /// The customer of that number, if there is one.
    pub parent_id: Option<CustomerId>,
    /// Whether it is a project of that.
    pub is_project: bool,
    /// Its own say in who pays.
    pub billing_preference: Option<BillingPreference>,
    /// Who pays, as it was last worked out.
    pub bill_to_id: CustomerId,
}

impl PlacedRow {
    /// The place, for the rules.
    pub const fn node(&self) -> Node<CustomerId> {
        Node {
            parent: self.parent_id,
            is_project: self.is_project,
            preference: self.billing_preference,
        }
    }
}

/// A customer with its name, as far as whoever asks may know.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedRow {
    /// The customer.
    pub id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Whether whoever asks sees it.
    pub is_seen: bool,
}

/// Everybody for whom somebody else may pay, in no order: those who belong to somebody, and those
/// for whom somebody pays so far.
pub async fn all_placed(session: &mut Session) -> Result<Vec<PlacedRow>, StorageError> {
    sql!(
        session,
        fetch_all as PlacedRow,
        "SELECT c.id, c.number, c.name, c.parent_number, p.id AS parent_id, c.is_project,
                c.billing_preference, c.bill_to_id
         FROM customers c
         LEFT JOIN customers p ON c.parent_number <> '' AND p.number = c.parent_number
         WHERE c.parent_number <> '' OR c.bill_to_id <> c.id"
    )
}

/// A customer and everybody above it, in no order; a circle ends where it began.
pub async fn all_above(
    session: &mut Session,
    id: CustomerId,
) -> Result<Vec<PlacedRow>, StorageError> {
    sql!(
        session,
        fetch_all as PlacedRow,
        "WITH RECURSIVE above (id, parent_number) AS (
             SELECT id, parent_number FROM customers WHERE id = $1
             UNION
             SELECT p.id, p.parent_number FROM above
             JOIN customers p ON above.parent_number <> '' AND p.number = above.parent_number)
         SELECT c.id, c.number, c.name, c.parent_number, p.id AS parent_id, c.is_project,
                c.billing_preference, c.bill_to_id
         FROM above
         JOIN customers c ON c.id = above.id
         LEFT JOIN customers p ON c.parent_number <> '' AND p.number = c.parent_number",
        id
    )
}

/// A customer by name.
pub async fn find_named(
    session: &mut Session,
    id: CustomerId,
    sight: Sight,
) -> Result<Option<NamedRow>, StorageError> {
    sql!(
        session,
        fetch_optional as NamedRow,
        "SELECT id, number, name, ($2 = '' OR COALESCE(specialist_id, '') = $2) AS is_seen
         FROM customers WHERE id = $1",
        id,
        sight_key(sight)
    )
}

/// Others for whom a customer pays, of those that whoever asks sees, by name, at most `limit`.
pub async fn all_paid_for(
    session: &mut Session,
    bill_to_id: CustomerId,
    sight: Sight,
    limit: i64,
) -> Result<Vec<NamedRow>, StorageError> {
    sql!(
        session,
        fetch_all as NamedRow,
        "SELECT id, number, name, 1 = 1 AS is_seen FROM customers
         WHERE bill_to_id = $1 AND id <> $1 AND ($2 = '' OR specialist_id = $2)
         ORDER BY sort_name, id LIMIT $3",
        bill_to_id,
        sight_key(sight),
        limit
    )
}

/// How many others a customer pays for: all of them, and those that whoever asks sees.
pub async fn count_paid_for(
    session: &mut Session,
    bill_to_id: CustomerId,
    sight: Sight,
) -> Result<(i64, i64), StorageError> {
    sql!(
        session,
        fetch_one as (i64, i64),
        "SELECT COUNT(*),
                COUNT(CASE WHEN $2 = '' OR COALESCE(specialist_id, '') = $2 THEN 1 END)
         FROM customers WHERE bill_to_id = $1 AND id <> $1",
        bill_to_id,
        sight_key(sight)
    )
}

/// Gives a customer a say of its own in who pays, or none; false when it has another than `before`.
pub async fn update_preference(
    session: &mut Session,
    id: CustomerId,
    before: Option<BillingPreference>,
    after: Option<BillingPreference>,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET billing_preference = $3, updated_at = $4
         WHERE id = $1 AND COALESCE(billing_preference, '') = $2",
        id,
        before.map_or("", |own| own.as_str()),
        after,
        now
    )?;
    Ok(rows == 1)
}

/// Writes who pays for a customer; false when its place is not the one it was worked out from.
pub async fn update_bill_to(
    session: &mut Session,
    placed: &PlacedRow,
    bill_to_id: CustomerId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET bill_to_id = $2, updated_at = $3
         WHERE id = $1 AND bill_to_id = $4 AND parent_number = $5
           AND COALESCE(billing_preference, '') = $6",
        placed.id,
        bill_to_id,
        now,
        placed.bill_to_id,
        &placed.parent_number,
        placed.billing_preference.map_or("", |own| own.as_str())
    )?;
    Ok(rows == 1)
}
