//! People at customers. Each may sign in to the portal, whatever their role.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    contact::ContactSource,
    ids::{ContactId, CustomerId, RoleId},
};

/// A contact as the books or the demo bring it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// The contact.
    pub id: ContactId,
    /// Whom they belong to.
    pub customer_id: CustomerId,
    /// Their address, in the form that is compared.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactRow {
    /// The contact.
    pub id: ContactId,
    /// Whom they belong to.
    pub customer_id: CustomerId,
    /// What is sent to them.
    pub role_id: RoleId,
    /// Where they come from.
    pub source: ContactSource,
    /// Their address, in the form that is compared.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their phone; may be empty.
    pub phone: String,
    /// How often they were written, from 1.
    pub version: i64,
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

/// Adds a contact of the books, with the first role, unless the customer has one with that address;
/// false when it has.
pub async fn insert_once(
    session: &mut Session,
    contact: &NewContact,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO contacts (id, customer_id, role_id, source, email, name, phone, version,
             created_at)
         VALUES ($1, $2, (SELECT MIN(id) FROM contact_roles), $3, $4, $5, '', 1, $6)
         ON CONFLICT (customer_id, email) WHERE removed_at IS NULL DO NOTHING",
        contact.id,
        contact.customer_id,
        ContactSource::Books,
        &contact.email,
        &contact.name,
        now
    )?;
    Ok(rows == 1)
}

/// Adds a contact.
///
/// # Errors
/// The constraint `contacts_customer_id_email_key` when the customer has one with that address.
pub async fn insert(
    session: &mut Session,
    contact: &ContactRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO contacts (id, customer_id, role_id, source, email, name, phone, version,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        contact.id,
        contact.customer_id,
        contact.role_id,
        contact.source,
        &contact.email,
        &contact.name,
        &contact.phone,
        contact.version,
        now
    )?;
    Ok(())
}

/// The contact of an id, unless it was removed.
pub async fn find(
    session: &mut Session,
    id: ContactId,
) -> Result<Option<ContactRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ContactRow,
        "SELECT * FROM contacts WHERE id = $1 AND removed_at IS NULL",
        id
    )
}

/// Writes a contact anew; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `contacts_customer_id_email_key` when the customer has another with that address.
pub async fn update(session: &mut Session, contact: &ContactRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE contacts SET role_id = $3, email = $4, name = $5, phone = $6, version = version + 1
         WHERE id = $1 AND version = $2 AND removed_at IS NULL",
        contact.id,
        contact.version,
        contact.role_id,
        &contact.email,
        &contact.name,
        &contact.phone
    )?;
    Ok(rows == 1)
}

/// Removes a contact, which stays in the history; false when it is not of that version any more.
pub async fn update_removed(
    session: &mut Session,
    id: ContactId,
    version: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE contacts SET removed_at = $3, version = version + 1
         WHERE id = $1 AND version = $2 AND removed_at IS NULL",
        id,
        version,
        now
    )?;
    Ok(rows == 1)
}

/// Customers that an address may open, by name; at most a thousand.
pub async fn all_accounts(
    session: &mut Session,
    email: &str,
) -> Result<Vec<AccountRow>, StorageError> {
    sql!(
        session,
        fetch_all as AccountRow,
        "SELECT customers.id AS customer_id, customers.number, customers.name
         FROM contacts JOIN customers ON customers.id = contacts.customer_id
         WHERE contacts.email = $1 AND contacts.removed_at IS NULL
         ORDER BY customers.sort_name, customers.id LIMIT 1000",
        email
    )
}

/// Contacts of a customer, by address; at most two hundred.
pub async fn all(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<ContactRow>, StorageError> {
    sql!(
        session,
        fetch_all as ContactRow,
        "SELECT * FROM contacts
         WHERE customer_id = $1 AND removed_at IS NULL ORDER BY email LIMIT 200",
        customer_id
    )
}

/// Contacts of a role, in the order of their customers, at most `limit`.
pub async fn all_of_role(
    session: &mut Session,
    role_id: RoleId,
    limit: i64,
) -> Result<Vec<ContactRow>, StorageError> {
    sql!(
        session,
        fetch_all as ContactRow,
        "SELECT * FROM contacts
         WHERE role_id = $1 AND removed_at IS NULL ORDER BY customer_id, id LIMIT $2",
        role_id,
        limit
    )
}

/// Gives those who were removed another role, so that theirs can go.
pub async fn update_role_of_removed(
    session: &mut Session,
    from: RoleId,
    to: RoleId,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE contacts SET role_id = $2 WHERE role_id = $1 AND removed_at IS NOT NULL",
        from,
        to
    )?;
    Ok(())
}
