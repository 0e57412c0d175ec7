//! What open invoices come to, by when their money is expected.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{
    aging::seen,
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    expectation::{ExpectationStatus, NO_DAY},
    forecast::Expected,
    money::Currency,
    permission::Sight,
};

/// Open invoices of one currency, status and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ExpectedRow {
    /// The currency.
    pub currency: Currency,
    /// How sure it is.
    pub expectation: ExpectationStatus,
    /// The day; [`NO_DAY`] for none.
    pub expected_on: NaiveDate,
    /// How many.
    pub invoices: i64,
    /// Open on them, in minor units.
    pub balance_minor: i64,
}

impl ExpectedRow {
    /// As the rule takes it.
    pub fn expected(&self) -> Expected {
        Expected {
            status: self.expectation,
            on: Some(self.expected_on).filter(|day| *day < NO_DAY),
            invoices: self.invoices,
            minor: self.balance_minor,
        }
    }
}

/// What is open, by currency, status and day, of all customers that are seen.
pub async fn all_expected(
    session: &mut Session,
    sight: Sight,
) -> Result<Vec<ExpectedRow>, StorageError> {
    let (from, holds) = seen(sight);
    sql!(
        session,
        fetch_all as ExpectedRow,
        AssertSqlSafe(format!(
            "SELECT i.currency, i.expectation, i.expected_on, COUNT(*) AS invoices,
                    CAST(SUM(i.balance_minor) AS BIGINT) AS balance_minor
             FROM {from} WHERE {holds} AND i.balance_minor > 0
             GROUP BY i.currency, i.expectation, i.expected_on"
        )),
        sight_key(sight)
    )
}
