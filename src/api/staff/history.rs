//! What happened at a customer.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{AsOfView, HistoryView},
};

/// A page of a customer's history, latest first. `topic` is a word of the filter or empty;
/// `before` is the place before which the page begins, or zero; `with_invoices` adds what belongs
/// to single invoices.
#[server(name = ListHistory, prefix = "/api/staff", endpoint = "history/list", input = GetUrl)]
pub async fn list_history(
    customer_id: String,
    #[server(default)] topic: String,
    #[server(default)] before: i64,
    #[server(default)] with_invoices: bool,
) -> Result<HistoryView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_history},
        domain::{activity::Topic, list::cut, permission::Permission},
        services::company,
        storage::{
            self,
            activity::{ActivityQuery, PAGE_ROWS},
        },
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let sight = call.staff.sight();
    let query = ActivityQuery {
        customer_id: customer.id,
        topic: Topic::from_word(&topic),
        has_invoices: with_invoices,
        before: (before > 0).then_some(before),
    };
    let mut rows = storage::activity::list(&mut session, &query).await.map_err(fail)?;
    let has_more = cut(&mut rows, PAGE_ROWS);
    Ok(HistoryView {
        older: rows.last().filter(|_| has_more).map_or(0, |row| row.position),
        rows: rows.iter().map(|row| fold_history::activity(row, &company, sight)).collect(),
    })
}

/// Rows that tell how a customer was.
#[cfg(feature = "ssr")]
const STATE_ROWS: i64 = 10_000;

/// How a customer was at the end of a day (`YYYY-MM-DD`), as its history tells it.
#[server(name = CustomerAsOf, prefix = "/api/staff", endpoint = "history/as_of", input = GetUrl)]
pub async fn customer_as_of(customer_id: String, day: String) -> Result<AsOfView, ApiError> {
    use chrono::NaiveDate;

    use crate::{
        api::{call::StaffCall, fold_history},
        domain::{form::Problem, list::cut, permission::Permission},
        services::company,
        storage,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let day: NaiveDate =
        day.parse().map_err(|_| call.request.answer(ApiError::invalid("on", Problem::NotADate)))?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let rows = storage::activity::all_of_state(&mut session, customer.id, STATE_ROWS + 1).await;
    let mut rows = rows.map_err(fail)?;
    let is_cut = cut(&mut rows, STATE_ROWS);
    Ok(fold_history::as_of(&rows, day, &company, call.staff.sight(), is_cut))
}
