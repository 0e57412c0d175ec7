//! Reports as of a day, from the postings.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    domain::{
        aging::BucketSet,
        invoice::days_past_due,
        money::{Currency, Money},
    },
    storage::{self, Session, StorageError, aging::OpenDocumentRow},
};

/// Ageing as of a day, by currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgingReport {
    /// The day.
    pub as_of: NaiveDate,
    /// A part for each currency, by code.
    pub currencies: Vec<CurrencyAging>,
}

/// Ageing of one currency. Amounts are decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencyAging {
    /// The currency.
    pub currency: Currency,
    /// Everything open.
    pub total: String,
    /// Open documents.
    pub open_count: usize,
    /// Customers who owe.
    pub customers: usize,
    /// By how late it is.
    pub buckets: Vec<BucketSum>,
}

/// One bucket's sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BucketSum {
    /// The bucket's name.
    pub bucket: &'static str,
    /// Open documents.
    pub count: usize,
    /// Open on them.
    pub total: String,
}

/// Sums up what was open at the end of a day.
///
/// # Errors
/// When the database fails.
pub async fn aging(
    session: &mut Session,
    as_of: NaiveDate,
    currency: Option<Currency>,
    set: BucketSet,
) -> Result<AgingReport, StorageError> {
    let mut by_currency: BTreeMap<Currency, Vec<OpenDocumentRow>> = BTreeMap::new();
    for row in storage::aging::all_open_as_of(session, as_of).await? {
        if currency.is_none_or(|currency| currency == row.currency) {
            by_currency.entry(row.currency).or_default().push(row);
        }
    }
    let currencies = by_currency
        .into_iter()
        .map(|(currency, rows)| {
            let text = |minor| Money::new(minor, currency).to_string();
            let mut sums = vec![(0_usize, 0_i64); set.buckets().len()];
            let mut customers = BTreeSet::new();
            for row in &rows {
                customers.insert(row.customer_id);
                let bucket = set.index_of(days_past_due(row.due_on, as_of));
                if let Some(sum) = sums.get_mut(bucket) {
                    sum.0 += 1;
                    sum.1 += row.balance_minor;
                }
            }
            let buckets = set.buckets().iter().zip(&sums);
            CurrencyAging {
                currency,
                total: text(rows.iter().map(|row| row.balance_minor).sum()),
                open_count: rows.len(),
                customers: customers.len(),
                buckets: buckets
                    .map(|(bucket, (count, minor))| BucketSum {
                        bucket: bucket.key,
                        count: *count,
                        total: text(*minor),
                    })
                    .collect(),
            }
        })
        .collect();
    Ok(AgingReport { as_of, currencies })
}

/// The open documents at the end of a day, by customer number and due date.
///
/// # Errors
/// When the database fails.
pub async fn open_documents(
    session: &mut Session,
    as_of: NaiveDate,
) -> Result<Vec<OpenDocumentRow>, StorageError> {
    storage::aging::all_open_as_of(session, as_of).await
}
