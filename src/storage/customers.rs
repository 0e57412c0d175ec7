//! Customers and their derived balances.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    hierarchy::BillingPreference,
    ids::{CustomerId, StaffUserId, WorkflowId},
    money::Currency,
    permission::Sight,
    profile::{Books, ChangedHere, address_lines},
    statement::StatementChoice,
};

/// A customer as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CustomerRow {
    /// The customer.
    pub id: CustomerId,
    /// Its number in the books, as text.
    pub number: String,
    /// Its name.
    pub name: String,
    /// E-mail for invoices.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// Website.
    pub website: String,
    /// Street.
    pub address_line1: String,
    /// More of the street.
    pub address_line2: String,
    /// City.
    pub address_city: String,
    /// State or region.
    pub address_region: String,
    /// Postal code.
    pub address_postal_code: String,
    /// Country.
    pub address_country: String,
    /// Terms in the books' words.
    pub terms: String,
    /// Code of the currency that the books keep for it; empty where they name none.
    pub currency: String,
    /// Number of the parent customer; empty when there is none.
    pub parent_number: String,
    /// Whether the books call it a project of its parent.
    pub is_project: bool,
    /// Its own say in who pays what it buys.
    pub billing_preference: Option<BillingPreference>,
    /// Who pays what it buys: derived, written by [`super::hierarchy`] only.
    pub bill_to_id: CustomerId,
    /// What it is granted otherwise than everybody, as JSON, written by
    /// [`super::payment_overrides`] only.
    pub payment_overrides: String,
    /// Its own say in monthly statements, written by [`super::statements`] only.
    pub statement_choice: Option<StatementChoice>,
    /// Its own reminder workflow, written by [`super::workflows`] only.
    pub workflow_id: Option<WorkflowId>,
    /// The first day on which that counts, or that it has none.
    pub workflow_since: Option<NaiveDate>,
    /// Who on our side is responsible.
    pub specialist_id: Option<StaffUserId>,
    /// Fields that were changed here, each with what the books said then, as JSON.
    pub changed_here: String,
    /// Which books it is synchronised with, written by [`update_synced_from`] only: they keep its
    /// own facts then.
    pub synced_from: Option<Books>,
}

impl CustomerRow {
    /// Fields that were changed here.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn changed_here(&self) -> Result<ChangedHere, StorageError> {
        serde_json::from_str(&self.changed_here)
            .map_err(|error| StorageError::Inconsistent(format!("changed here: {error}")))
    }

    /// The address as it is written, a line each, without empty ones.
    pub fn address_lines(&self) -> Vec<String> {
        address_lines([
            &self.address_line1,
            &self.address_line2,
            &self.address_city,
            &self.address_region,
            &self.address_postal_code,
            &self.address_country,
        ])
    }
}

/// A customer's sums in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BalanceRow {
    /// The currency.
    pub currency: Currency,
    /// Open on invoices.
    pub open_minor: i64,
    /// Open invoices.
    pub open_count: i64,
    /// Credit held.
    pub credit_minor: i64,
    /// Open on invoices that are late.
    pub overdue_minor: i64,
    /// Late invoices.
    pub overdue_count: i64,
}

/// The name that customers are sorted by.
pub fn sort_name(name: &str) -> String {
    name.trim().to_lowercase()
}

fn search_text(customer: &CustomerRow) -> String {
    format!("{}\n{}\n{}", customer.number, customer.name, customer.email).to_lowercase()
}

/// Adds a customer, without a say of its own in who pays: it does, until the hierarchy is looked
/// at.
///
/// # Errors
/// The constraint `customers_number_key` when the number is taken.
pub async fn insert(
    session: &mut Session,
    customer: &CustomerRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO customers (id, number, name, sort_name, search_text, email, phone, website,
             address_line1, address_line2, address_city, address_region, address_postal_code,
             address_country, terms, parent_number, is_project, bill_to_id, created_at, updated_at,
             currency)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $1,
             $18, $18, $19)",
        customer.id,
        &customer.number,
        &customer.name,
        sort_name(&customer.name),
        search_text(customer),
        &customer.email,
        &customer.phone,
        &customer.website,
        &customer.address_line1,
        &customer.address_line2,
        &customer.address_city,
        &customer.address_region,
        &customer.address_postal_code,
        &customer.address_country,
        &customer.terms,
        &customer.parent_number,
        customer.is_project,
        now,
        &customer.currency
    )?;
    Ok(())
}

/// Replaces what the books say of a customer, but its id and number.
pub async fn update(
    session: &mut Session,
    customer: &CustomerRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET name = $2, sort_name = $3, search_text = $4, email = $5, phone = $6,
             website = $7, address_line1 = $8, address_line2 = $9, address_city = $10,
             address_region = $11, address_postal_code = $12, address_country = $13, terms = $14,
             parent_number = $15, is_project = $16, updated_at = $17, changed_here = $18,
             currency = $19,
             profile_version = profile_version + 1
         WHERE id = $1",
        customer.id,
        &customer.name,
        sort_name(&customer.name),
        search_text(customer),
        &customer.email,
        &customer.phone,
        &customer.website,
        &customer.address_line1,
        &customer.address_line2,
        &customer.address_city,
        &customer.address_region,
        &customer.address_postal_code,
        &customer.address_country,
        &customer.terms,
        &customer.parent_number,
        customer.is_project,
        now,
        &customer.changed_here,
        &customer.currency
    )?;
    super::error::touched(1, rows)
}

/// The customer of an id.
pub async fn find(
    session: &mut Session,
    id: CustomerId,
) -> Result<Option<CustomerRow>, StorageError> {
    sql!(session, fetch_optional as CustomerRow, "SELECT * FROM customers WHERE id = $1", id)
}

/// Whose customers are seen, as queries compare it with `specialist_id`; empty for everybody's.
pub(super) fn sight_key(sight: Sight) -> String {
    match sight {
        Sight::All => String::new(),
        Sight::Own(user) => user.to_string(),
    }
}

/// The customer of an id, if whoever asks sees it.
pub async fn find_seen(
    session: &mut Session,
    id: CustomerId,
    sight: Sight,
) -> Result<Option<CustomerRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CustomerRow,
        "SELECT * FROM customers WHERE id = $1 AND ($2 = '' OR specialist_id = $2)",
        id,
        sight_key(sight)
    )
}

/// Makes somebody responsible for a customer, or nobody; false when somebody else than `before` is.
pub async fn update_specialist(
    session: &mut Session,
    id: CustomerId,
    before: Option<StaffUserId>,
    after: Option<StaffUserId>,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET specialist_id = $3, updated_at = $4
         WHERE id = $1 AND COALESCE(specialist_id, '') = $2",
        id,
        before.map(|user| user.to_string()).unwrap_or_default(),
        after,
        now
    )?;
    Ok(rows == 1)
}

/// Says which books a customer is synchronised with, if any.
pub async fn update_synced_from(
    session: &mut Session,
    id: CustomerId,
    synced_from: Option<Books>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET synced_from = $2, updated_at = $3,
             profile_version = profile_version + 1
         WHERE id = $1",
        id,
        synced_from,
        now
    )?;
    super::error::touched(1, rows)
}

/// The customer of a number.
pub async fn find_by_number(
    session: &mut Session,
    number: &str,
) -> Result<Option<CustomerRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CustomerRow,
        "SELECT * FROM customers WHERE number = $1",
        number
    )
}

/// How many customers there are.
pub async fn count(session: &mut Session) -> Result<i64, StorageError> {
    sql!(session, scalar i64, "SELECT COUNT(*) FROM customers")
}

/// Moves a customer's derived sums. Only `ledger::post` calls it.
pub(super) async fn update_balance(
    session: &mut Session,
    customer_id: CustomerId,
    currency: Currency,
    open_minor: i64,
    open_count: i64,
    credit_minor: i64,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO customer_balances (customer_id, currency, open_minor, open_count, credit_minor)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (customer_id, currency) DO UPDATE SET
             open_minor = customer_balances.open_minor + excluded.open_minor,
             open_count = customer_balances.open_count + excluded.open_count,
             credit_minor = customer_balances.credit_minor + excluded.credit_minor",
        customer_id,
        currency,
        open_minor,
        open_count,
        credit_minor
    )?;
    Ok(())
}

/// The sums of all that a customer pays for, itself included where it pays itself, by currency.
pub async fn all_consolidated(
    session: &mut Session,
    bill_to_id: CustomerId,
    today: NaiveDate,
) -> Result<Vec<BalanceRow>, StorageError> {
    sql!(
        session,
        fetch_all as BalanceRow,
        "SELECT b.currency, CAST(SUM(b.open_minor) AS BIGINT) AS open_minor,
                CAST(SUM(b.open_count) AS BIGINT) AS open_count,
                CAST(SUM(b.credit_minor) AS BIGINT) AS credit_minor,
                CAST(SUM(COALESCE(late.minor, 0)) AS BIGINT) AS overdue_minor,
                CAST(SUM(COALESCE(late.invoices, 0)) AS BIGINT) AS overdue_count
         FROM customers c
         JOIN customer_balances b ON b.customer_id = c.id
         LEFT JOIN (SELECT i.customer_id, i.currency, SUM(i.balance_minor) AS minor,
                           COUNT(*) AS invoices
                    FROM customers o JOIN invoices i ON i.customer_id = o.id
                    WHERE o.bill_to_id = $1 AND i.balance_minor > 0 AND i.due_on < $2
                    GROUP BY i.customer_id, i.currency) late
              ON late.customer_id = b.customer_id AND late.currency = b.currency
         WHERE c.bill_to_id = $1 GROUP BY b.currency ORDER BY b.currency",
        bill_to_id,
        today
    )
}

/// A customer's sums, by currency.
pub async fn all_balances(
    session: &mut Session,
    customer_id: CustomerId,
    today: NaiveDate,
) -> Result<Vec<BalanceRow>, StorageError> {
    sql!(
        session,
        fetch_all as BalanceRow,
        "SELECT b.currency, b.open_minor, b.open_count, b.credit_minor,
                CAST(COALESCE((SELECT SUM(i.balance_minor) FROM invoices i
                    WHERE i.customer_id = b.customer_id AND i.currency = b.currency
                      AND i.balance_minor > 0 AND i.due_on < $2), 0) AS BIGINT) AS overdue_minor,
                (SELECT COUNT(*) FROM invoices i
                    WHERE i.customer_id = b.customer_id AND i.currency = b.currency
                      AND i.balance_minor > 0 AND i.due_on < $2) AS overdue_count
         FROM customer_balances b WHERE b.customer_id = $1 ORDER BY b.currency",
        customer_id,
        today
    )
}
