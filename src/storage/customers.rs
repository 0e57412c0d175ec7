//! Customers and their derived balances.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use sqlx::AssertSqlSafe;

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    aging::{Bucket, BucketSet},
    custom_field::FieldLevel,
    hierarchy::BillingPreference,
    ids::{CustomerId, OptionId, StaffUserId, WorkflowId},
    list::{Cursor, Direction},
    money::Currency,
    permission::Sight,
    profile::{ChangedHere, address_lines},
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
             address_country, terms, parent_number, is_project, bill_to_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $1,
             $18, $18)",
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
        now
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
        &customer.changed_here
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
    pub options: &'a [OptionId],
    /// Rows of a page.
    pub page_rows: i64,
}

/// One page of customers, with one row more than a page when there is more. Customers who neither
/// owe nor hold anything in the currency come too, with zeros.
pub async fn list(
    session: &mut Session,
    query: &CustomerQuery<'_>,
) -> Result<Vec<CustomerListRow>, StorageError> {
    let sum = match query.sort {
        CustomerSort::Name | CustomerSort::Number => return page(session, query, false).await,
        CustomerSort::Outstanding => |row: &CustomerListRow| row.open_minor,
        CustomerSort::OpenCount => |row: &CustomerListRow| row.open_count,
    };
    // Those without sums in the currency stand among the zeros, and are not looked for elsewhere.
    let is_past_zeros = query.direction == Direction::Ascending
        && query.after.is_some_and(|cursor| cursor.key.parse().is_ok_and(|sum: i64| sum > 0));
    let rows = if is_past_zeros || query.direction == Direction::Descending {
        page(session, query, false).await?
    } else {
        Vec::new()
    };
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count > query.page_rows);
    if is_past_zeros || (is_full && rows.last().is_some_and(|row| sum(row) > 0)) {
        return Ok(rows);
    }
    page(session, query, true).await
}

/// One page of customers: with a sort by sums, of those who have some in the currency, and of the
/// others as well if they are wanted.
async fn page(
    session: &mut Session,
    query: &CustomerQuery<'_>,
    has_others: bool,
) -> Result<Vec<CustomerListRow>, StorageError> {
    let (operator, order) = match query.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    // What is not asked for is not in the text: it would keep the engines from their indexes.
    let search = if query.search.trim().is_empty() {
        "$3 = $3"
    } else {
        "c.id IN (SELECT id FROM customers WHERE search_text LIKE $3 ESCAPE '\\')"
    };
    let sight = if query.sight == Sight::All { "$8 = $8" } else { "c.specialist_id = $8" };
    let filter = super::field_values::filter(FieldLevel::Customer, "c", query.options);
    let part = |sums: &str, from: &str, key: &str, cast: &str, id: &str| {
        let after = if query.after.is_some() {
            format!("AND ({key}, {id}) {operator} (CAST($4 AS {cast}), $5)")
        } else {
            "AND $4 = '' AND $5 = ''".to_owned()
        };
        format!(
            "SELECT c.id, c.number, c.name, c.sort_name, {sums}, {key} AS sort_key
             FROM {from} AND {search} AND {sight} {filter} {after}
             ORDER BY {key} {order}, {id} {order} LIMIT $6"
        )
    };
    let by_text = |key: &str| {
        let sums = "COALESCE(b.open_minor, 0) AS open_minor,
                    COALESCE(b.open_count, 0) AS open_count,
                    COALESCE(b.credit_minor, 0) AS credit_minor";
        let from = "customers c LEFT JOIN customer_balances b
                        ON b.customer_id = c.id AND b.currency = $1 WHERE 1 = 1";
        part(sums, from, key, "TEXT", "c.id")
    };
    let by_sum = |key: &str| {
        let sums = "b.open_minor, b.open_count, b.credit_minor";
        let from = "customer_balances b JOIN customers c ON c.id = b.customer_id
                    WHERE b.currency = $1";
        let owing = part(sums, from, key, "BIGINT", "b.customer_id");
        if !has_others {
            return owing;
        }
        let sums = "CAST(0 AS BIGINT) AS open_minor, CAST(0 AS BIGINT) AS open_count,
                    CAST(0 AS BIGINT) AS credit_minor";
        let from = "customers c WHERE NOT EXISTS (
                        SELECT 1 FROM customer_balances b
                        WHERE b.customer_id = c.id AND b.currency = $1)";
        let others = part(sums, from, "CAST(0 AS BIGINT)", "BIGINT", "c.id");
        format!(
            "SELECT * FROM (SELECT * FROM ({owing}) AS owing
                            UNION ALL SELECT * FROM ({others}) AS others) AS either
             ORDER BY sort_key {order}, id {order} LIMIT $6"
        )
    };
    let rows = match query.sort {
        CustomerSort::Name => by_text("c.sort_name"),
        CustomerSort::Number => by_text("c.number"),
        CustomerSort::Outstanding => by_sum("b.open_minor"),
        CustomerSort::OpenCount => by_sum("b.open_count"),
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
        super::invoice_list::like(query.search),
        key,
        id,
        query.page_rows + 1,
        year_ago,
        sight_key(query.sight)
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
    sql!(
        session,
        fetch_all as TotalsRow,
        "SELECT currency, CAST(SUM(CASE WHEN open_minor > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
                CAST(SUM(open_count) AS BIGINT) AS open_count,
                CAST(SUM(open_minor) AS BIGINT) AS open_minor,
                CAST(SUM(credit_minor) AS BIGINT) AS credit_minor
         FROM customer_balances
         WHERE ($1 = '' OR customer_id IN (SELECT id FROM customers WHERE specialist_id = $1))
         GROUP BY currency ORDER BY 4 DESC, currency",
        sight_key(sight)
    )
}

/// How many of the customers that are seen match a search and have all of some values of custom
/// fields.
pub async fn count_found(
    session: &mut Session,
    search: &str,
    sight: Sight,
    options: &[OptionId],
) -> Result<i64, StorageError> {
    let search_holds =
        if search.trim().is_empty() { "$1 = $1" } else { "c.search_text LIKE $1 ESCAPE '\\'" };
    let sight_holds = if sight == Sight::All { "$2 = $2" } else { "c.specialist_id = $2" };
    let fields = super::field_values::filter(FieldLevel::Customer, "c", options);
    let (count,) = sql!(
        session,
        fresh fetch_one as (i64,),
        AssertSqlSafe(format!(
            "SELECT COUNT(*) FROM customers c WHERE {search_holds} AND {sight_holds} {fields}"
        )),
        super::invoice_list::like(search),
        sight_key(sight)
    )?;
    Ok(count)
}
