//! Finding a customer, an invoice or a payment by any part of its number or name.

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
    invoice_list::like,
};
use crate::domain::{ids::CustomerId, money::Currency, permission::Sight};

/// A customer that was found.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundCustomerRow {
    /// The customer.
    pub id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// An invoice that was found.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundInvoiceRow {
    /// Its number.
    pub number: String,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Their name.
    pub customer: String,
    /// The currency.
    pub currency: Currency,
    /// The total, in minor units.
    pub total_minor: i64,
    /// What is open, in minor units.
    pub balance_minor: i64,
}

/// A payment that was found.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundPaymentRow {
    /// What people call it.
    pub reference: String,
    /// Who paid.
    pub customer_id: CustomerId,
    /// Their name.
    pub customer: String,
    /// The currency.
    pub currency: Currency,
    /// What was charged, in minor units.
    pub charge_minor: i64,
}

/// Customers whose number, name or e-mail contains the words, by name, at most `limit`; one of that
/// very number comes first.
pub async fn all_customers(
    session: &mut Session,
    words: &str,
    sight: Sight,
    limit: i64,
) -> Result<Vec<FoundCustomerRow>, StorageError> {
    let mut rows = sql!(
        session,
        fetch_all as FoundCustomerRow,
        "SELECT id, number, name FROM customers
         WHERE number = $1 AND ($2 = '' OR specialist_id = $2)",
        words.trim(),
        sight_key(sight)
    )?;
    let more = sql!(
        session,
        fetch_all as FoundCustomerRow,
        "SELECT id, number, name FROM customers
         WHERE search_text LIKE $1 ESCAPE '\\' AND number <> $2 AND ($3 = '' OR specialist_id = $3)
         ORDER BY sort_name, id LIMIT $4",
        like(words),
        words.trim(),
        sight_key(sight),
        limit
    )?;
    rows.extend(more);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Invoices whose number or order number contains the words, the latest first, at most `limit`; one
/// of that very number comes first.
pub async fn all_invoices(
    session: &mut Session,
    words: &str,
    sight: Sight,
    limit: i64,
) -> Result<Vec<FoundInvoiceRow>, StorageError> {
    let mut rows = sql!(
        session,
        fetch_all as FoundInvoiceRow,
        "SELECT i.number, i.customer_id, c.name AS customer, i.currency, i.total_minor,
                i.balance_minor
         FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE i.number = $1 AND i.voided_on IS NULL AND ($2 = '' OR c.specialist_id = $2)",
        words.trim(),
        sight_key(sight)
    )?;
    let more = sql!(
        session,
        fetch_all as FoundInvoiceRow,
        "SELECT i.number, i.customer_id, c.name AS customer, i.currency, i.total_minor,
                i.balance_minor
         FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE i.search_text LIKE $1 ESCAPE '\\' AND i.number <> $2 AND i.voided_on IS NULL
           AND ($3 = '' OR c.specialist_id = $3)
         ORDER BY i.id DESC LIMIT $4",
        like(words),
        words.trim(),
        sight_key(sight),
        limit
    )?;
    rows.extend(more);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Payments whose reference contains the words, the latest first, at most `limit`.
pub async fn all_payments(
    session: &mut Session,
    words: &str,
    sight: Sight,
    limit: i64,
) -> Result<Vec<FoundPaymentRow>, StorageError> {
    sql!(
        session,
        fetch_all as FoundPaymentRow,
        "SELECT p.reference, p.customer_id, c.name AS customer, p.currency,
                p.principal_minor + p.surcharge_minor AS charge_minor
         FROM payments p JOIN customers c ON c.id = p.customer_id
         WHERE LOWER(p.reference) LIKE $1 ESCAPE '\\' AND ($2 = '' OR c.specialist_id = $2)
         ORDER BY p.id DESC LIMIT $3",
        like(words),
        sight_key(sight),
        limit
    )
}
