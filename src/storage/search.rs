//! Finding a customer, an invoice or a payment by any part of its number or name.

use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
    invoice_list::like,
    search_index::{Found, Kind, Needle, found},
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
    let seen = match sight {
        Sight::All => "$3 = $3",
        Sight::Own(_) => "specialist_id = $3",
    };
    let more = sql!(
        session,
        fresh fetch_all as FoundCustomerRow,
        AssertSqlSafe(format!(
            "SELECT id, number, name FROM customers
             WHERE search_text LIKE $1 ESCAPE '\\' AND number <> $2 AND {seen}
             ORDER BY sort_name, id LIMIT $4"
        )),
        like(words),
        words.trim(),
        sight_key(sight),
        limit
    )?;
    rows.extend(more);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// How what was found of a kind is read: all of it by the index, or of one's own customers only by
/// them, who are few. The binds are $1 the pattern, $3 the specialist and $5 the phrase.
fn of_kind(session: &Session, kind: Kind, alias: &str, sight: Sight) -> Found {
    match sight {
        Sight::All => {
            let found = found(session, kind, alias, "$1", "$5");
            Found {
                from: format!("{} CROSS JOIN customers c", found.from),
                holds: format!("{} AND c.id = {alias}.customer_id AND $3 = $3", found.holds),
                order: found.order,
            }
        }
        Sight::Own(_) => of_own(kind, alias, "$5 = $5"),
    }
}

fn of_own(kind: Kind, alias: &str, and: &str) -> Found {
    Found {
        from: format!("customers c CROSS JOIN {} {alias}", kind.table()),
        holds: format!(
            "c.specialist_id = $3 AND {alias}.customer_id = c.id AND {} AND {and}",
            kind.fits(alias, "$1")
        ),
        order: format!("{alias}.id"),
    }
}

/// Rows of a kind, the latest, among which parts are looked for that are too short for an index.
const LATEST: usize = 20_000;

/// How what is only inside a text is read, where the words are too short for an index: of the
/// latest rows, or of one's own customers. The binds are those of [`of_kind`], with the pattern of
/// the words anywhere as $1, and as $5 the pattern of what was found before.
fn inside(kind: Kind, alias: &str, sight: Sight) -> Found {
    let (table, is_new) = (kind.table(), format!("NOT {}", kind.fits(alias, "$5")));
    match sight {
        Sight::All => Found {
            from: format!(
                "(SELECT id FROM {table} ORDER BY id DESC LIMIT {LATEST}) AS latest
                 CROSS JOIN {table} {alias} CROSS JOIN customers c"
            ),
            holds: format!(
                "{alias}.id = latest.id AND c.id = {alias}.customer_id AND $3 = $3
                 AND {} AND {is_new}",
                kind.fits(alias, "$1")
            ),
            order: "latest.id".to_owned(),
        },
        Sight::Own(_) => of_own(kind, alias, &is_new),
    }
}

/// How a kind is read for words, one after the other until there is enough, each with its pattern
/// and what it binds as $5; not at all for no words.
fn reads(
    session: &Session,
    kind: Kind,
    alias: &str,
    words: &str,
    sight: Sight,
) -> Vec<(Found, String, String)> {
    let Needle { pattern, phrase } = Needle::of(words);
    match words.trim().chars().count() {
        0 => Vec::new(),
        1 | 2 => vec![
            (of_kind(session, kind, alias, sight), pattern.clone(), phrase),
            (inside(kind, alias, sight), like(words), pattern),
        ],
        _ => vec![(of_kind(session, kind, alias, sight), pattern, phrase)],
    }
}

/// How many more are asked for.
fn missing<T>(rows: &[T], limit: i64) -> i64 {
    limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX)).max(0)
}

/// Invoices whose number or order number contains the words, the latest first, at most `limit`; one
/// of that very number comes first. One or two characters find what begins with them, and what
/// contains them among the latest 20,000.
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
    for (Found { from, holds, order }, pattern, by) in
        reads(session, Kind::Invoice, "i", words, sight)
    {
        let missing = missing(&rows, limit);
        if missing == 0 {
            break;
        }
        let more = sql!(
            session,
            fresh fetch_all as FoundInvoiceRow,
            AssertSqlSafe(format!(
                "SELECT i.number, i.customer_id, c.name AS customer, i.currency, i.total_minor,
                        i.balance_minor
                 FROM {from}
                 WHERE {holds} AND i.number <> $2 AND i.voided_on IS NULL
                 ORDER BY {order} DESC LIMIT $4"
            )),
            pattern,
            words.trim(),
            sight_key(sight),
            missing,
            by
        )?;
        rows.extend(more);
    }
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Payments whose reference contains the words, the latest first, at most `limit`. One or two
/// characters find what begins with them, and what contains them among the latest 20,000.
pub async fn all_payments(
    session: &mut Session,
    words: &str,
    sight: Sight,
    limit: i64,
) -> Result<Vec<FoundPaymentRow>, StorageError> {
    let mut rows = Vec::new();
    for (Found { from, holds, order }, pattern, by) in
        reads(session, Kind::Payment, "p", words, sight)
    {
        let missing = missing(&rows, limit);
        if missing == 0 {
            break;
        }
        let more = sql!(
            session,
            fresh fetch_all as FoundPaymentRow,
            AssertSqlSafe(format!(
                "SELECT p.reference, p.customer_id, c.name AS customer, p.currency,
                        p.principal_minor + p.surcharge_minor AS charge_minor
                 FROM {from} WHERE {holds} AND $2 = $2 ORDER BY {order} DESC LIMIT $4"
            )),
            pattern,
            words.trim(),
            sight_key(sight),
            missing,
            by
        )?;
        rows.extend(more);
    }
    Ok(rows)
}
