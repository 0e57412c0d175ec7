//! The list of customers with their sums in one currency, page by page.
//!
//! # Decisions
//! * 2026-11-23: what is found is counted first. Few are gathered and sorted, many are met soon in
//!   the list's own order; each is slow at what the other does.

use std::cmp::Ordering;

use chrono::{Months, NaiveDate, TimeDelta};
use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
    invoice_list::like,
};
use crate::domain::{
    aging::{Bucket, BucketSet},
    custom_field::{FieldFilter, FieldLevel},
    ids::CustomerId,
    list::{Cursor, Direction},
    money::Currency,
    permission::Sight,
};

/// What the customer list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerSort {
    /// The name.
    Name,
    /// The number in the books.
    Number,
    /// Open on invoices.
    Outstanding,
    /// Open invoices.
    OpenCount,
}

/// One row of the customer list, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CustomerListRow {
    /// The customer.
    pub id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The sort name, for the cursor.
    pub sort_name: String,
    /// Open on invoices, in minor units.
    pub open_minor: i64,
    /// Open invoices.
    pub open_count: i64,
    /// Credit held, in minor units.
    pub credit_minor: i64,
    /// Open on late invoices, in minor units.
    pub overdue_minor: i64,
    /// The oldest due date of an open invoice.
    pub oldest_due_on: Option<NaiveDate>,
    /// Open on invoices, in minor units, by the detailed ageing buckets: due in more than 30 days,
    /// due within 30, late by up to 30, 60, 90 and 120 days, later.
    #[sqlx(flatten)]
    pub aging: AgingRow,
    /// How late they settled in the last twelve months, in days, on average over invoices in any
    /// currency; negative is early; none when they settled nothing.
    pub days_late: Option<i64>,
}

/// Sums by the detailed ageing buckets, in their order; minor units of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "named by the buckets' order")]
pub struct AgingRow {
    pub age_1: i64,
    pub age_2: i64,
    pub age_3: i64,
    pub age_4: i64,
    pub age_5: i64,
    pub age_6: i64,
    pub age_7: i64,
}

impl AgingRow {
    /// The sums in the buckets' order.
    pub const fn sums(&self) -> [i64; 7] {
        [self.age_1, self.age_2, self.age_3, self.age_4, self.age_5, self.age_6, self.age_7]
    }
}

/// The sums of [`AgingRow`] as columns over open invoices `i`.
fn aging_columns(today: NaiveDate) -> String {
    let day = |days: i64| today.checked_sub_signed(TimeDelta::days(days)).unwrap_or(today);
    let column = |(index, bucket): (usize, &Bucket)| {
        let from = bucket.last.map(|last| format!("AND i.due_on >= '{}'", day(last)));
        let to = bucket.first.map(|first| format!("AND i.due_on <= '{}'", day(first)));
        format!(
            "CAST(COALESCE(SUM(CASE WHEN i.balance_minor > 0 {} {} THEN i.balance_minor END), 0)
                AS BIGINT) AS age_{}",
            from.unwrap_or_default(),
            to.unwrap_or_default(),
            index + 1
        )
    };
    BucketSet::Detailed.buckets().iter().enumerate().map(column).collect::<Vec<_>>().join(", ")
}

/// What is asked of the customer list.
#[derive(Clone, Debug)]
pub struct CustomerQuery<'a> {
    /// The currency of the sums.
    pub currency: Currency,
    /// Words in number, name or e-mail, lower case; empty for all.
    pub search: &'a str,
    /// What it is sorted by.
    pub sort: CustomerSort,
    /// Which way.
    pub direction: Direction,
    /// After which row.
    pub after: Option<&'a Cursor>,
    /// The seller's local date.
    pub today: NaiveDate,
    /// Whose customers.
    pub sight: Sight,
    /// Values of custom fields that they have, all of them.
    pub fields: &'a [FieldFilter],
    /// Rows of a page.
    pub page_rows: i64,
}

impl CustomerQuery<'_> {
    /// Whether some of those who are seen are left out.
    pub fn is_filtered(&self) -> bool {
        !self.search.trim().is_empty() || !self.fields.is_empty()
    }
}

/// One page of customers, with one row more than a page when there is more. Customers who neither
/// owe nor hold anything in the currency come too, with zeros. `found` is how many there are in all,
/// of [`count_found`].
pub async fn list(
    session: &mut Session,
    query: &CustomerQuery<'_>,
    found: i64,
) -> Result<Vec<CustomerListRow>, StorageError> {
    let is_part = query.is_filtered() || query.sight != Sight::All;
    if is_part && found <= GATHERED_MAX {
        return page(session, query, Read::Gathered).await;
    }
    in_order(session, query).await
}

/// Most that are found of which a page is gathered; more are met soon in the list's order.
const GATHERED_MAX: i64 = 5_000;

/// A page by the index of its sort.
async fn in_order(
    session: &mut Session,
    query: &CustomerQuery<'_>,
) -> Result<Vec<CustomerListRow>, StorageError> {
    let sum = match query.sort {
        CustomerSort::Name | CustomerSort::Number => {
            return page(session, query, Read::InOrder).await;
        }
        CustomerSort::Outstanding => |row: &CustomerListRow| row.open_minor,
        CustomerSort::OpenCount => |row: &CustomerListRow| row.open_count,
    };
    // Those without sums in the currency stand among the zeros, and are not looked for elsewhere.
    let is_past_zeros = query.direction == Direction::Ascending
        && query.after.is_some_and(|cursor| cursor.key.parse().is_ok_and(|sum: i64| sum > 0));
    let rows = if is_past_zeros || query.direction == Direction::Descending {
        page(session, query, Read::InOrder).await?
    } else {
        Vec::new()
    };
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count > query.page_rows);
    if is_past_zeros || (is_full && rows.last().is_some_and(|row| sum(row) > 0)) {
        return Ok(rows);
    }
    page(session, query, Read::WithZeros).await
}

/// How the rows of a page are come by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    /// By the index of the sort: with a sort by sums, those who have some in the currency.
    InOrder,
    /// The same, and those who have no sums in the currency.
    WithZeros,
    /// All that fit, sorted then.
    Gathered,
}

/// One page of customers.
async fn page(
    session: &mut Session,
    query: &CustomerQuery<'_>,
    read: Read,
) -> Result<Vec<CustomerListRow>, StorageError> {
    let (operator, order) = match query.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    // What is not asked for is not in the text: it would keep the engines from their indexes.
    let search = if query.search.trim().is_empty() {
        "$3 = $3"
    } else {
        "c.search_text LIKE $3 ESCAPE '\\'"
    };
    let sight = if query.sight == Sight::All { "$8 = $8" } else { "c.specialist_id = $8" };
    let filter = super::field_values::filter(FieldLevel::Customer, "c", query.fields, "$9");
    let after = |key: &str, cast: &str, id: &str| match query.after {
        Some(_) => format!("AND ({key}, {id}) {operator} (CAST($4 AS {cast}), $5)"),
        None => "AND $4 = '' AND $5 = ''".to_owned(),
    };
    let part = |sums: &str, from: &str, key: &str, after: &str, by: &str| {
        format!(
            "SELECT c.id, c.number, c.name, c.sort_name, {sums}, {key} AS sort_key
             FROM {from} AND {search} AND {sight} {filter} {after}
             ORDER BY {by} LIMIT $6"
        )
    };
    let order_by = |key: &str, id: &str| format!("{key} {order}, {id} {order}");
    let of_all = |key: &str, cast: &str| {
        let sums = "COALESCE(b.open_minor, 0) AS open_minor,
                    COALESCE(b.open_count, 0) AS open_count,
                    COALESCE(b.credit_minor, 0) AS credit_minor";
        let from = "customers c LEFT JOIN customer_balances b
                        ON b.customer_id = c.id AND b.currency = $1 WHERE 1 = 1";
        part(sums, from, key, &after(key, cast, "c.id"), &order_by(key, "c.id"))
    };
    let by_sum = |key: &str| {
        let sums = "b.open_minor, b.open_count, b.credit_minor";
        let from = "customer_balances b JOIN customers c ON c.id = b.customer_id
                    WHERE b.currency = $1";
        let (behind, by) = (after(key, "BIGINT", "b.customer_id"), order_by(key, "b.customer_id"));
        let owing = part(sums, from, key, &behind, &by);
        if read == Read::InOrder {
            return owing;
        }
        let sums = "CAST(0 AS BIGINT) AS open_minor, CAST(0 AS BIGINT) AS open_count,
                    CAST(0 AS BIGINT) AS credit_minor";
        let from = "customers c WHERE NOT EXISTS (
                        SELECT 1 FROM customer_balances b
                        WHERE b.customer_id = c.id AND b.currency = $1)";
        // All of them have the same key: in the order of their ids an index leads to the page.
        let behind = match query.after.map(|cursor| cursor.key.parse::<i64>().unwrap_or(0).cmp(&0))
        {
            Some(Ordering::Equal) => format!("AND c.id {operator} $5"),
            Some(Ordering::Less) if operator == "<" => "AND 1 = 0".to_owned(),
            Some(Ordering::Greater) if operator == ">" => "AND 1 = 0".to_owned(),
            _ => String::new(),
        };
        let others = part(sums, from, "CAST(0 AS BIGINT)", &behind, &format!("c.id {order}"));
        format!(
            "SELECT * FROM (SELECT * FROM ({owing}) AS owing
                            UNION ALL SELECT * FROM ({others}) AS others) AS either
             ORDER BY sort_key {order}, id {order} LIMIT $6"
        )
    };
    let (key, cast, none) = match query.sort {
        CustomerSort::Name => ("c.sort_name", "TEXT", "''"),
        CustomerSort::Number => ("c.number", "TEXT", "''"),
        CustomerSort::Outstanding => ("b.open_minor", "BIGINT", "0"),
        CustomerSort::OpenCount => ("b.open_count", "BIGINT", "0"),
    };
    let rows = match (read, query.sort) {
        // A key that is worked out keeps the engines from walking through the index of its order.
        (Read::Gathered, _) => of_all(&format!("COALESCE({key}, {none})"), cast),
        (_, CustomerSort::Name | CustomerSort::Number) => of_all(key, cast),
        _ => by_sum(key),
    };
    // The page first: what is summed up for a row is summed up for these rows only.
    let text = format!(
        "SELECT page.id, page.number, page.name, page.sort_name, page.open_minor,
                page.open_count, page.credit_minor,
                CAST(COALESCE(SUM(CASE WHEN i.due_on < $2 THEN i.balance_minor END), 0) AS BIGINT)
                    AS overdue_minor,
                MIN(i.due_on) AS oldest_due_on, {},
                (SELECT CAST(ROUND(AVG(s.days_late)) AS BIGINT) FROM invoices s
                    WHERE s.customer_id = page.id AND s.settled_on >= $7 AND s.voided_on IS NULL)
                    AS days_late
         FROM ({rows}) AS page
         LEFT JOIN invoices i ON i.customer_id = page.id AND i.currency = $1 AND i.balance_minor > 0
         GROUP BY page.id, page.number, page.name, page.sort_name, page.open_minor,
                  page.open_count, page.credit_minor, page.sort_key
         ORDER BY page.sort_key {order}, page.id {order}",
        aging_columns(query.today)
    );
    let year_ago = query.today.checked_sub_months(Months::new(12)).unwrap_or(query.today);
    let (key, id) = query.after.map_or(("", ""), |c| (c.key.as_str(), c.id.as_str()));
    sql!(
        session,
        fresh fetch_all as CustomerListRow,
        AssertSqlSafe(text),
        query.currency,
        query.today,
        like(query.search),
        key,
        id,
        query.page_rows + 1,
        year_ago,
        sight_key(query.sight),
        super::field_values::patterns(query.fields)
    )
}

/// Customers, open invoices and sums of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TotalsRow {
    /// The currency.
    pub currency: Currency,
    /// Customers who owe.
    pub customers: i64,
    /// Open invoices.
    pub open_count: i64,
    /// Open on invoices, in minor units.
    pub open_minor: i64,
    /// Credit held, in minor units.
    pub credit_minor: i64,
}

/// Sums over the customers that are seen, by currency, the largest first.
pub async fn all_totals(
    session: &mut Session,
    sight: Sight,
) -> Result<Vec<TotalsRow>, StorageError> {
    // Of few customers each is looked up; of all of them an index is read.
    let (from, holds) = match sight {
        Sight::All => ("customer_balances b", "$1 = $1"),
        Sight::Own(_) => {
            ("customers c JOIN customer_balances b ON b.customer_id = c.id", "c.specialist_id = $1")
        }
    };
    sql!(
        session,
        fetch_all as TotalsRow,
        AssertSqlSafe(format!(
            "SELECT b.currency,
                    CAST(SUM(CASE WHEN b.open_minor > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
                    CAST(SUM(b.open_count) AS BIGINT) AS open_count,
                    CAST(SUM(b.open_minor) AS BIGINT) AS open_minor,
                    CAST(SUM(b.credit_minor) AS BIGINT) AS credit_minor
             FROM {from} WHERE {holds} GROUP BY b.currency ORDER BY 4 DESC, b.currency"
        )),
        sight_key(sight)
    )
}

/// How many of the customers that are seen match a search and have all of some values of custom
/// fields.
pub async fn count_found(
    session: &mut Session,
    search: &str,
    sight: Sight,
    fields: &[FieldFilter],
) -> Result<i64, StorageError> {
    let search_holds =
        if search.trim().is_empty() { "$1 = $1" } else { "c.search_text LIKE $1 ESCAPE '\\'" };
    let sight_holds = if sight == Sight::All { "$2 = $2" } else { "c.specialist_id = $2" };
    let holds = super::field_values::filter(FieldLevel::Customer, "c", fields, "$3");
    let (count,) = sql!(
        session,
        fresh fetch_one as (i64,),
        AssertSqlSafe(format!(
            "SELECT COUNT(*) FROM customers c WHERE {search_holds} AND {sight_holds} {holds}"
        )),
        like(search),
        sight_key(sight),
        super::field_values::patterns(fields)
    )?;
    Ok(count)
}

#[cfg(test)]
#[path = "customer_list_tests.rs"]
mod tests;
