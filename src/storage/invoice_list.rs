//! The staff's lists of open and of paid invoices.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
    expectations::ExpectationColumns,
};
use crate::domain::{
    custom_field::FieldLevel,
    expectation::ExpectationStatus,
    ids::{CustomerId, InvoiceId, OptionId},
    list::{Cursor, Direction},
    money::Currency,
    payment::PaymentState,
    permission::Sight,
};

/// A `LIKE` pattern that finds the words anywhere; empty stays empty, which finds all.
pub fn like(search: &str) -> String {
    let search = search.trim().to_lowercase();
    if search.is_empty() {
        return search;
    }
    let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Open or paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceSide {
    /// Something is open.
    Open,
    /// Nothing is open, settled on or after a date.
    PaidSince(NaiveDate),
}

/// What an invoice list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceSort {
    /// The number.
    Number,
    /// Its date.
    IssuedOn,
    /// When it is due.
    DueOn,
    /// What is open (open ones) or the total (paid ones).
    Amount,
    /// When it was settled.
    SettledOn,
    /// When its money is expected.
    ExpectedOn,
}

/// What is asked of an invoice list.
#[derive(Clone, Debug)]
pub struct InvoiceQuery<'a> {
    /// Open or paid.
    pub side: InvoiceSide,
    /// Only this currency.
    pub currency: Option<Currency>,
    /// Only of this customer.
    pub customer_id: Option<CustomerId>,
    /// Due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_to: Option<NaiveDate>,
    /// Words in number, order number or the customer's name or number; empty for all.
    pub search: &'a str,
    /// Only those of which this is expected.
    pub expectation: Option<ExpectationStatus>,
    /// Whose customers' invoices.
    pub sight: Sight,
    /// What it is sorted by.
    pub sort: InvoiceSort,
    /// Which way.
    pub direction: Direction,
    /// After which row.
    pub after: Option<&'a Cursor>,
    /// Values of custom fields that they have, all of them.
    pub options: &'a [OptionId],
    /// Rows of a page.
    pub page_rows: i64,
}

/// One row of an invoice list. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InvoiceListRow {
    /// The invoice.
    pub id: InvoiceId,
    /// Its number.
    pub number: String,
    /// The customer's order number.
    pub po_number: String,
    /// Who owes it.
    pub customer_id: CustomerId,
    /// Their name.
    pub customer_name: String,
    /// The currency.
    pub currency: Currency,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it is due.
    pub due_on: NaiveDate,
    /// The total.
    pub total_minor: i64,
    /// What is open.
    pub balance_minor: i64,
    /// What payments on their way hold.
    pub reserved_minor: i64,
    /// Whether the customer objects.
    pub is_disputed: bool,
    /// Whether it was withdrawn.
    pub voided_on: Option<NaiveDate>,
    /// The discount's last day.
    pub discount_until: Option<NaiveDate>,
    /// The discount's rate.
    pub discount_rate_ppm: i64,
    /// When nothing was left open.
    pub settled_on: Option<NaiveDate>,
    /// How late that was, in days.
    pub days_late: Option<i64>,
    /// Credit memos applied to it.
    pub credit_memo_minor: i64,
    /// Discounts that payments on it earned.
    pub discount_minor: i64,
    /// Credit that payments on it used.
    pub cash_credit_minor: i64,
    /// The latest payment that paid it, as people call it; none where credits did.
    pub payment_reference: Option<String>,
    /// Where that stands.
    pub payment_state: Option<PaymentState>,
    /// Its method in words.
    pub payment_method: Option<String>,
    /// When its money came.
    pub payment_settled_on: Option<NaiveDate>,
    /// What is expected while it is open.
    #[sqlx(flatten)]
    pub expected: ExpectationColumns,
}

/// A list's sums in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InvoiceTotalsRow {
    /// The currency.
    pub currency: Currency,
    /// Invoices.
    pub invoices: i64,
    /// Their totals, in minor units.
    pub total_minor: i64,
    /// What is open on them, in minor units.
    pub balance_minor: i64,
}

/// The columns that a filter binds: $1 currency, $2 customer, $3 due from, $4 due to, $5 search,
/// $6 what is expected, $7 settled since, $8 specialist.
fn filter(side: InvoiceSide) -> &'static str {
    match side {
        InvoiceSide::Open => {
            "i.balance_minor > 0 AND ($1 = '' OR i.currency = $1) AND ($2 = '' OR i.customer_id = $2)
             AND i.due_on >= $3 AND i.due_on <= $4
             AND ($5 = '' OR i.search_text LIKE $5 ESCAPE '\\' OR c.search_text LIKE $5 ESCAPE '\\')
             AND ($6 = '' OR i.expectation = $6) AND i.due_on >= $7
             AND ($8 = '' OR c.specialist_id = $8)"
        }
        InvoiceSide::PaidSince(_) => {
            "i.settled_on IS NOT NULL AND i.settled_on >= $7 AND i.balance_minor = 0
             AND i.voided_on IS NULL AND i.total_minor > 0
             AND ($1 = '' OR i.currency = $1) AND ($2 = '' OR i.customer_id = $2)
             AND i.due_on >= $3 AND i.due_on <= $4
             AND ($5 = '' OR i.search_text LIKE $5 ESCAPE '\\' OR c.search_text LIKE $5 ESCAPE '\\'
                  OR i.id IN (SELECT l.invoice_id FROM payments q
                              JOIN payment_lines l ON l.payment_id = q.id
                              WHERE LOWER(q.reference) LIKE $5 ESCAPE '\\'))
             AND ($6 = '' OR i.expectation = $6) AND ($8 = '' OR c.specialist_id = $8)"
        }
    }
}

/// Dates outside of which no document lies, for open ends.
fn bounds(query: &InvoiceQuery<'_>) -> (NaiveDate, NaiveDate, NaiveDate) {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    let since = match query.side {
        InvoiceSide::Open => first,
        InvoiceSide::PaidSince(day) => day,
    };
    (query.due_from.unwrap_or(first), query.due_to.unwrap_or(last), since)
}

/// One page of invoices, with one row more than a page when there is more.
pub async fn list(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
) -> Result<Vec<InvoiceListRow>, StorageError> {
    let (column, cast) = match (query.sort, query.side) {
        (InvoiceSort::Number, _) => ("i.number", "TEXT"),
        (InvoiceSort::IssuedOn, _) => ("i.issued_on", ""),
        (InvoiceSort::DueOn, _) => ("i.due_on", ""),
        (InvoiceSort::SettledOn, _) => ("i.settled_on", ""),
        (InvoiceSort::ExpectedOn, _) => ("i.expected_on", ""),
        (InvoiceSort::Amount, InvoiceSide::Open) => ("i.balance_minor", "BIGINT"),
        (InvoiceSort::Amount, InvoiceSide::PaidSince(_)) => ("i.total_minor", "BIGINT"),
    };
    let (operator, order) = match query.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    // A date is bound as a date: SQLite would read a cast to DATE as a number.
    let date_key: Option<NaiveDate> = query.after.and_then(|cursor| cursor.key.parse().ok());
    let after = match (query.after, cast) {
        (None, _) => "AND $9 = '' AND $10 = '' AND $11 = $11".to_owned(),
        (Some(_), "") => format!("AND $9 = $9 AND ({column}, i.id) {operator} ($11, $10)"),
        (Some(_), cast) => {
            format!("AND $11 = $11 AND ({column}, i.id) {operator} (CAST($9 AS {cast}), $10)")
        }
    };
    // The page first: payments are looked up for its rows only, and never for open invoices.
    let has_payment = match query.side {
        InvoiceSide::Open => "1 = 0",
        InvoiceSide::PaidSince(_) => "1 = 1",
    };
    let fields = super::field_values::filter(FieldLevel::Invoice, "i", query.options);
    let text = format!(
        "SELECT page.*, p.reference AS payment_reference, p.state AS payment_state,
                p.method_label AS payment_method, p.settled_on AS payment_settled_on,
                CAST(COALESCE((SELECT SUM(l.early_discount_minor + l.bank_discount_minor)
                    FROM payment_lines l JOIN payments q ON q.id = l.payment_id
                    WHERE {has_payment} AND l.invoice_id = page.id
                      AND q.state IN ('succeeded', 'partially_refunded', 'refunded')), 0) AS BIGINT)
                    AS discount_minor,
                CAST(COALESCE((SELECT SUM(l.cash_credit_minor)
                    FROM payment_lines l JOIN payments q ON q.id = l.payment_id
                    WHERE {has_payment} AND l.invoice_id = page.id
                      AND q.state IN ('succeeded', 'partially_refunded', 'refunded')), 0) AS BIGINT)
                    AS cash_credit_minor
         FROM (SELECT i.id, i.number, i.po_number, i.customer_id, c.name AS customer_name,
                      i.currency, i.issued_on, i.due_on, i.total_minor, i.balance_minor,
                      i.reserved_minor, i.is_disputed, i.voided_on, i.discount_until,
                      i.discount_rate_ppm, i.settled_on, i.days_late, i.credit_memo_minor,
                      i.expectation, i.expected_on, i.hold_reason, i.hold_note,
                      i.expectation_version,
                      {column} AS sort_key
               FROM invoices i JOIN customers c ON c.id = i.customer_id
               WHERE {} {fields} {after} ORDER BY {column} {order}, i.id {order} LIMIT $12) AS page
         LEFT JOIN payments p ON {has_payment} AND p.id = (
             SELECT q.id FROM payment_lines l JOIN payments q ON q.id = l.payment_id
             WHERE l.invoice_id = page.id
               AND q.state IN ('succeeded', 'partially_refunded', 'refunded')
             ORDER BY q.created_at DESC, q.id DESC LIMIT 1)
         ORDER BY page.sort_key {order}, page.id {order}",
        filter(query.side)
    );
    let (key, id) = query.after.map_or(("", ""), |c| (c.key.as_str(), c.id.as_str()));
    let (from, to, since) = bounds(query);
    sql!(
        session,
        fetch_all as InvoiceListRow,
        AssertSqlSafe(text),
        query.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
        query.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        like(query.search),
        query.expectation.map_or("", ExpectationStatus::as_str),
        since,
        sight_key(query.sight),
        key,
        id,
        date_key.unwrap_or(from),
        query.page_rows + 1
    )
}

/// The sums of everything a query finds, whatever the page, by currency.
pub async fn all_totals(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
) -> Result<Vec<InvoiceTotalsRow>, StorageError> {
    let text = format!(
        "SELECT i.currency, COUNT(*) AS invoices,
                CAST(SUM(i.total_minor) AS BIGINT) AS total_minor,
                CAST(SUM(i.balance_minor) AS BIGINT) AS balance_minor
         FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE {} {} GROUP BY i.currency ORDER BY i.currency",
        filter(query.side),
        super::field_values::filter(FieldLevel::Invoice, "i", query.options)
    );
    let (from, to, since) = bounds(query);
    sql!(
        session,
        fetch_all as InvoiceTotalsRow,
        AssertSqlSafe(text),
        query.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
        query.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        like(query.search),
        query.expectation.map_or("", ExpectationStatus::as_str),
        since,
        sight_key(query.sight)
    )
}
