//! People at customers who may sign in to the portal.

use chrono::{DateTime, Utc};

use super::{db::Session, db::sql, error::StorageError};
use crate::domain::ids::{ContactId, CustomerId};

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactRow {
    /// The contact.
    pub id: ContactId,
    /// Whom they belong to.
    pub customer_id: CustomerId,
    /// Their address, in the form that is compared.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// An account a payer may open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    /// The customer.
    pub customer_id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// Adds a contact unless the customer has one with that address; false when it has.
pub async fn insert_once(
    session: &mut Session,
    contact: &ContactRow,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO contacts (id, customer_id, email, name, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer_id, email) DO NOTHING",
        contact.id,
        contact.customer_id,
        &contact.email,
        &contact.name,
        now
    )?;
    Ok(rows == 1)
}

/// Customers that an address may open, by name; at most a hundred.
pub async fn all_accounts(
    session: &mut Session,
    email: &str,
) -> Result<Vec<AccountRow>, StorageError> {
    sql!(
        session,
        fetch_all as AccountRow,
        "SELECT customers.id AS customer_id, customers.number, customers.name
         FROM contacts JOIN customers ON customers.id = contacts.customer_id
         WHERE contacts.email = $1 ORDER BY customers.sort_name, customers.id LIMIT 1000",
        email
    )
}

/// Contacts of a customer, by address; at most a hundred.
pub async fn all(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<ContactRow>, StorageError> {
    sql!(
        session,
        fetch_all as ContactRow,
        "SELECT id, customer_id, email, name FROM contacts WHERE customer_id = $1
         ORDER BY email LIMIT 100",
        customer_id
    )
}
