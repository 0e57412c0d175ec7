//! The staff's lists of open and of paid invoices.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
    expectations::ExpectationColumns,
    search_index::{self, Kind, Needle, is_common},
};
use crate::domain::{
    custom_field::{FieldFilter, FieldLevel},
    expectation::ExpectationStatus,
    ids::{CustomerId, InvoiceId},
    invoice::StatusFacts,
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
    pub fields: &'a [FieldFilter],
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

impl InvoiceListRow {
    /// The facts its status follows from.
    pub const fn status_facts(&self) -> StatusFacts {
        StatusFacts {
            balance: self.balance_minor,
            reserved: self.reserved_minor,
            due_on: self.due_on,
            is_voided: self.voided_on.is_some(),
            is_disputed: self.is_disputed,
        }
    }
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

/// How the words of a query are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// What fits is gathered by the indexes.
    Gathered,
    /// The list is read in its own order, and each row asked whether it fits: much does, or the rows
    /// are few.
    Asked,
}

/// Customers who fit a search, beyond whom their invoices are not gathered for a page.
const MANY_CUSTOMERS: i64 = 1_000;

/// How the words of a query are looked for, before it is known how many customers fit them. Rows of
/// somebody's own customers are always asked: they are few, and the indexes hold everybody's.
async fn reach(session: &mut Session, query: &InvoiceQuery<'_>) -> Result<Reach, StorageError> {
    let needle = Needle::of(query.search);
    if needle.pattern.is_empty() {
        return Ok(Reach::Gathered);
    }
    let is_asked = query.sight != Sight::All
        || is_common(session, Kind::Invoice, &needle).await?
        || (query.side != InvoiceSide::Open && is_common(session, Kind::Payment, &needle).await?);
    Ok(if is_asked { Reach::Asked } else { Reach::Gathered })
}

/// Whether more than so many customers fit a search, whosoever they are; no words fit none.
pub(super) async fn fit_more_than(
    session: &mut Session,
    search: &str,
    count: i64,
) -> Result<bool, StorageError> {
    let pattern = like(search);
    if pattern.is_empty() {
        return Ok(false);
    }
    let (found,) = sql!(
        session,
        fresh fetch_one as (i64,),
        "SELECT COUNT(*) FROM (
             SELECT 1 FROM customers WHERE search_text LIKE $1 ESCAPE '\\' LIMIT $2) AS fitting",
        pattern,
        count + 1
    )?;
    Ok(found > count)
}

/// From what the rows of a query are read, and what holds for them.
struct Selection {
    /// The invoices as `i`, and before them what leads to them: `CROSS JOIN` is an order for SQLite.
    from: String,
    /// What holds.
    holds: String,
}

/// How the rows of a query are read. It binds $1 currency, $2 customer, $3 due from, $4 due to,
/// $5 pattern of the words in what is the invoice's own, $6 what is expected, $7 settled since,
/// $8 specialist, $9 the words as a phrase, $10 pattern of the words in what is the customer's.
///
/// A condition that is not asked for is not in the text: an engine that plans without knowing the
/// binds would keep away from its indexes.
fn select(session: &Session, query: &InvoiceQuery<'_>, reach: Reach) -> Selection {
    let has_words = !query.search.trim().is_empty();
    let is_own = query.sight != Sight::All;
    let lead = if has_words && reach == Reach::Gathered {
        Some((found_ids(session, query), "i.id = lead.id"))
    } else if is_own {
        let own = "SELECT id FROM customers WHERE specialist_id = $8";
        Some((own.to_owned(), "i.customer_id = lead.id"))
    } else {
        None
    };
    let asked = |is_asked: bool, condition: &str, bind: &str| {
        if is_asked {
            format!("{condition} AND {bind} = {bind}")
        } else {
            format!("{bind} = {bind}")
        }
    };
    let words = match (has_words, reach) {
        (true, Reach::Asked) => fits(query),
        _ => "$5 = $5 AND $10 = $10".to_owned(),
    };
    let holds = [
        side("i", query.side),
        asked(query.currency.is_some(), "i.currency = $1", "$1"),
        asked(query.customer_id.is_some(), "i.customer_id = $2", "$2"),
        asked(query.due_from.is_some(), "i.due_on >= $3", "$3"),
        asked(query.due_to.is_some(), "i.due_on <= $4", "$4"),
        asked(query.expectation.is_some(), "i.expectation = $6", "$6"),
        "$7 = $7".to_owned(),
        asked(is_own, "i.customer_id IN (SELECT id FROM customers WHERE specialist_id = $8)", "$8"),
        "$9 = $9".to_owned(),
        words,
    ];
    let holds = holds.join(" AND ");
    match lead {
        Some((ids, leads)) => Selection {
            from: format!("({ids}) AS lead CROSS JOIN invoices i"),
            holds: format!("{leads} AND {holds}"),
        },
        None => Selection { from: "invoices i".to_owned(), holds },
    }
}

/// What makes an invoice open, or paid since a day.
fn side(alias: &str, side: InvoiceSide) -> String {
    match side {
        InvoiceSide::Open => format!("{alias}.balance_minor > 0"),
        InvoiceSide::PaidSince(_) => format!(
            "{alias}.settled_on IS NOT NULL AND {alias}.settled_on >= $7
             AND {alias}.balance_minor = 0 AND {alias}.voided_on IS NULL
             AND {alias}.total_minor > 0"
        ),
    }
}

/// A query for the ids of the invoices that fit the words by what is theirs, their customer's or
/// their payments', each once.
fn found_ids(session: &Session, query: &InvoiceQuery<'_>) -> String {
    let mut ids = format!(
        "{} UNION
         SELECT o.id FROM customers k CROSS JOIN invoices o
         WHERE o.customer_id = k.id AND k.search_text LIKE $10 ESCAPE '\\' AND {}",
        search_index::ids(session, Kind::Invoice, "$5", "$9"),
        side("o", query.side)
    );
    if query.side != InvoiceSide::Open {
        ids.push_str(&format!(
            " UNION SELECT l.invoice_id FROM payment_lines l WHERE l.payment_id IN ({})",
            search_index::ids(session, Kind::Payment, "$5", "$9")
        ));
    }
    ids
}

/// The same, as a question to one invoice.
fn fits(query: &InvoiceQuery<'_>) -> String {
    let paid = match query.side {
        InvoiceSide::Open => String::new(),
        InvoiceSide::PaidSince(_) => format!(
            "OR EXISTS (SELECT 1 FROM payment_lines l JOIN payments q ON q.id = l.payment_id
                        WHERE l.invoice_id = i.id AND {})",
            Kind::Payment.fits("q", "$5")
        ),
    };
    let own = if query.sight == Sight::All { "" } else { "k.specialist_id = $8 AND" };
    format!(
        "({} OR i.customer_id IN (SELECT k.id FROM customers k
             WHERE {own} k.search_text LIKE $10 ESCAPE '\\') {paid})",
        Kind::Invoice.fits("i", "$5")
    )
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
    let reach = reach(session, query).await?;
    rows(session, query, reach).await
}

/// The sums of everything a query finds, whatever the page, by currency.
pub async fn all_totals(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
) -> Result<Vec<InvoiceTotalsRow>, StorageError> {
    let reach = reach(session, query).await?;
    totals(session, query, reach).await
}

/// One page as [`list`] has it, and the sums as [`all_totals`] has them, which are not asked for where
/// the page is all there is.
pub async fn page(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
) -> Result<(Vec<InvoiceListRow>, Vec<InvoiceTotalsRow>), StorageError> {
    let reach = reach(session, query).await?;
    let rows = rows(session, query, reach).await?;
    let page_rows = usize::try_from(query.page_rows).unwrap_or_default();
    let is_all = query.after.is_none() && rows.len() <= page_rows;
    let totals = if is_all { sums(&rows) } else { totals(session, query, reach).await? };
    Ok((rows, totals))
}

/// The sums of some rows, by currency.
fn sums(rows: &[InvoiceListRow]) -> Vec<InvoiceTotalsRow> {
    let mut sums: BTreeMap<&str, InvoiceTotalsRow> = BTreeMap::new();
    for row in rows {
        let none = InvoiceTotalsRow {
            currency: row.currency,
            invoices: 0,
            total_minor: 0,
            balance_minor: 0,
        };
        let sum = sums.entry(row.currency.code()).or_insert(none);
        sum.invoices += 1;
        sum.total_minor += row.total_minor;
        sum.balance_minor += row.balance_minor;
    }
    sums.into_values().collect()
}

async fn rows(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
    reach: Reach,
) -> Result<Vec<InvoiceListRow>, StorageError> {
    let (column, cast) = match (query.sort, query.side) {
        (InvoiceSort::Number, InvoiceSide::Open) => ("i.number", "TEXT"),
        // No column, so that nobody walks through the numbers of all years for those of three months.
        (InvoiceSort::Number, InvoiceSide::PaidSince(_)) => ("COALESCE(i.number, '')", "TEXT"),
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
    let needle = Needle::of(query.search);
    let reach = match reach {
        Reach::Gathered if fit_more_than(session, query.search, MANY_CUSTOMERS).await? => {
            Reach::Asked
        }
        reach => reach,
    };
    let date_key: Option<NaiveDate> = query.after.and_then(|cursor| cursor.key.parse().ok());
    let after = match (query.after, cast) {
        (None, _) => "AND $11 = '' AND $12 = '' AND $13 = $13".to_owned(),
        (Some(_), "") => format!("AND $11 = $11 AND ({column}, i.id) {operator} ($13, $12)"),
        (Some(_), cast) => {
            format!("AND $13 = $13 AND ({column}, i.id) {operator} (CAST($11 AS {cast}), $12)")
        }
    };
    // The page first: all else is looked up for its rows only, and payments never for open
    // invoices.
    let has_payment = match query.side {
        InvoiceSide::Open => "1 = 0",
        InvoiceSide::PaidSince(_) => "1 = 1",
    };
    let Selection { from, holds } = select(session, query, reach);
    let fields = super::field_values::filter(FieldLevel::Invoice, "i", query.fields, "$15");
    let text = format!(
        "SELECT i.id, i.number, i.po_number, i.customer_id, c.name AS customer_name, i.currency,
                i.issued_on, i.due_on, i.total_minor, i.balance_minor, i.reserved_minor,
                i.is_disputed, i.voided_on, i.discount_until, i.discount_rate_ppm, i.settled_on,
                i.days_late, i.credit_memo_minor, i.expectation, i.expected_on, i.hold_reason,
                i.hold_note, i.expectation_version, p.reference AS payment_reference,
                p.state AS payment_state, p.method_label AS payment_method,
                p.settled_on AS payment_settled_on,
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
         FROM (SELECT i.id, {column} AS sort_key FROM {from}
               WHERE {holds} {fields} {after}
               ORDER BY {column} {order}, i.id {order} LIMIT $14) AS page
         CROSS JOIN invoices i
         CROSS JOIN customers c
         LEFT JOIN payments p ON {has_payment} AND p.id = (
             SELECT q.id FROM payment_lines l JOIN payments q ON q.id = l.payment_id
             WHERE l.invoice_id = page.id
               AND q.state IN ('succeeded', 'partially_refunded', 'refunded')
             ORDER BY q.created_at DESC, q.id DESC LIMIT 1)
         WHERE i.id = page.id AND c.id = i.customer_id
         ORDER BY page.sort_key {order}, page.id {order}"
    );
    let (key, id) = query.after.map_or(("", ""), |c| (c.key.as_str(), c.id.as_str()));
    let (from, to, since) = bounds(query);
    sql!(
        session,
        fresh fetch_all as InvoiceListRow,
        AssertSqlSafe(text),
        query.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
        query.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        &needle.pattern,
        query.expectation.map_or("", ExpectationStatus::as_str),
        since,
        sight_key(query.sight),
        &needle.phrase,
        like(query.search),
        key,
        id,
        date_key.unwrap_or(from),
        query.page_rows + 1,
        super::field_values::patterns(query.fields)
    )
}

async fn totals(
    session: &mut Session,
    query: &InvoiceQuery<'_>,
    reach: Reach,
) -> Result<Vec<InvoiceTotalsRow>, StorageError> {
    let needle = Needle::of(query.search);
    let Selection { from, holds } = select(session, query, reach);
    let fields = super::field_values::filter(FieldLevel::Invoice, "i", query.fields, "$11");
    let text = format!(
        "SELECT i.currency, COUNT(*) AS invoices,
                CAST(SUM(i.total_minor) AS BIGINT) AS total_minor,
                CAST(SUM(i.balance_minor) AS BIGINT) AS balance_minor
         FROM {from} WHERE {holds} {fields} GROUP BY i.currency ORDER BY i.currency"
    );
    let (from, to, since) = bounds(query);
    sql!(
        session,
        fresh fetch_all as InvoiceTotalsRow,
        AssertSqlSafe(text),
        query.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
        query.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        &needle.pattern,
        query.expectation.map_or("", ExpectationStatus::as_str),
        since,
        sight_key(query.sight),
        &needle.phrase,
        like(query.search),
        super::field_values::patterns(query.fields)
    )
}
