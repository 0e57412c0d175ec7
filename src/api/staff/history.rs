//! What happened at a customer.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::HistoryView};

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
