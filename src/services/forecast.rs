//! The cash that is expected, by currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    domain::{forecast::Forecast, money::Currency, permission::Sight},
    services::spreadsheet::Cell,
    storage::{self, Session, StorageError},
};

/// What is expected on a day, by currency, of the customers that are seen.
///
/// # Errors
/// When the database fails.
pub async fn all(
    session: &mut Session,
    sight: Sight,
    today: NaiveDate,
) -> Result<BTreeMap<Currency, Forecast>, StorageError> {
    let mut by_currency: BTreeMap<Currency, Vec<_>> = BTreeMap::new();
    for row in storage::forecast::all_expected(session, sight).await? {
        by_currency.entry(row.currency).or_default().push(row.expected());
    }
    let of = |(currency, rows)| (currency, Forecast::of(today, rows));
    Ok(by_currency.into_iter().map(of).collect())
}

/// The same as a table, every currency in it: what it is, from, to, currency, invoices, amount.
pub fn table(forecasts: &BTreeMap<Currency, Forecast>) -> Vec<Vec<Cell>> {
    let names = ["Expected", "From", "To", "Currency", "Invoices", "Amount"];
    let mut rows = vec![names.map(Cell::text).to_vec()];
    for (currency, forecast) in forecasts {
        let mut add = |what: &str,
                       days: Option<(NaiveDate, NaiveDate)>,
                       sum: crate::domain::forecast::Sum| {
            rows.push(vec![
                Cell::text(what),
                Cell::date(days.map(|days| days.0)),
                Cell::date(days.map(|days| days.1)),
                Cell::text(currency.code()),
                Cell::Number(sum.invoices),
                Cell::money(sum.minor, *currency),
            ]);
        };
        for week in &forecast.weeks {
            add("In the week", Some((week.from, week.to)), week.sum);
        }
        add("Later", None, forecast.later);
        add("Late, no day known", None, forecast.late);
        add("On hold", None, forecast.on_hold);
    }
    rows
}
