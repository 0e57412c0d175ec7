//! One invoice: what the side panel shows of it, and what is expected of it.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{DecidedView, HistoryView, InvoicePanel},
    },
    domain::expectation::ExpectationForm,
};

/// Invoices that can be decided on at once.
#[cfg(feature = "ssr")]
const DECIDED_MAX: usize = 200;

/// Everything the side panel shows of an invoice.
#[server(name = GetInvoicePanel, prefix = "/api/staff", endpoint = "invoice/panel", input = GetUrl)]
pub async fn invoice_panel(id: String) -> Result<InvoicePanel, ApiError> {
    use crate::{
        api::{call::StaffCall, fold},
        domain::permission::Permission,
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, row) = call.read_invoice(&id).await?;
    let fail = |error| call.request.fail(error);
    let invoice = &row.invoice;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let customer = storage::customers::find(&mut session, invoice.customer_id).await;
    let customer = customer.map_err(fail)?.map(|customer| customer.name).unwrap_or_default();
    let habit = storage::expectations::find_habit(&mut session, invoice.customer_id).await;
    let habit = habit.map_err(fail)?;
    let lines = storage::invoices::all_lines(&mut session, invoice.id).await.map_err(fail)?;
    let payments =
        storage::payments::all_of_invoice(&mut session, invoice.id).await.map_err(fail)?;
    let may_decide = call.staff.may(Permission::Invoices);
    Ok(InvoicePanel {
        row: fold::panel_invoice(&row, &customer, today),
        terms: invoice.terms.clone(),
        tax: invoice.tax_minor,
        clearing: invoice.reserved_minor,
        lines: lines.into_iter().map(fold::line).collect(),
        payments: payments.iter().map(fold::invoice_payment).collect(),
        usual_days_late: habit.and_then(|habit| habit.usual_days_late),
        today: today.to_string(),
        may_decide: may_decide && invoice.balance_minor > 0,
        has_history: call.staff.may(Permission::Invoices),
    })
}

/// A page of what happened at an invoice, latest first; `before` is the place before which it begins,
/// or zero.
#[server(
    name = GetInvoiceHistory, prefix = "/api/staff", endpoint = "invoice/history", input = GetUrl
)]
pub async fn invoice_history(
    id: String,
    #[server(default)] before: i64,
) -> Result<HistoryView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_history},
        domain::{list::cut, permission::Permission},
        services::company,
        storage::{self, activity::PAGE_ROWS},
    };

    let call = StaffCall::permitted(Permission::Invoices).await?;
    let (mut session, row) = call.read_invoice(&id).await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let before = (before > 0).then_some(before);
    let rows = storage::activity::list_of_invoice(&mut session, row.invoice.id, before).await;
    let mut rows = rows.map_err(fail)?;
    let has_more = cut(&mut rows, PAGE_ROWS);
    let sight = call.staff.sight();
    Ok(HistoryView {
        older: rows.last().filter(|_| has_more).map_or(0, |row| row.position),
        rows: rows.iter().map(|row| fold_history::activity(row, &company, sight)).collect(),
    })
}

/// Decides what is expected of an invoice. `version` is that of what was read.
#[server(name = DecideExpectation, prefix = "/api/staff", endpoint = "invoice/expect")]
pub async fn decide_expectation(
    id: String,
    version: i64,
    #[server(default)] form: ExpectationForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::expectations};

    let call = StaffCall::permitted(Permission::Invoices).await?;
    let id = call.request.id(&id)?;
    let today = call.today().await?;
    let decision = form.read(today);
    let decision = decision.map_err(|problem| call.request.answer(ApiError::Invalid(problem)))?;
    expectations::decide(call.world(), &call.staff, id, version, &decision)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Decides the same on several invoices: `invoices` are their ids, each with the version that was
/// read behind a colon, and commas between them. What could not be decided is told, and keeps nothing
/// else from being decided.
#[server(name = DecideExpectations, prefix = "/api/staff", endpoint = "invoice/expect_many")]
pub async fn decide_expectations(
    invoices: String,
    #[server(default)] form: ExpectationForm,
) -> Result<DecidedView, ApiError> {
    use crate::{
        api::{call::StaffCall, error::Conflict},
        domain::{form::Problem, ids::InvoiceId, permission::Permission},
        services::{
            change::ChangeError,
            expectations::{self, ExpectationError},
        },
        storage,
    };

    let call = StaffCall::permitted(Permission::Invoices).await?;
    let read = |one: &str| -> Option<(InvoiceId, i64)> {
        let (id, version) = one.split_once(':')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    let named = invoices.split(',').filter(|one| !one.is_empty());
    let named: Option<Vec<_>> = named.map(read).collect();
    let named = named.ok_or_else(|| call.request.answer(ApiError::NotFound))?;
    if named.is_empty() {
        return Err(call.request.answer(ApiError::Conflict(Conflict::NothingChosen)));
    }
    if named.len() > DECIDED_MAX {
        let problem = ApiError::invalid("invoices", Problem::OutOfRange);
        return Err(call.request.answer(problem));
    }
    let decision = form.read(call.today().await?);
    let decision = decision.map_err(|problem| call.request.answer(ApiError::Invalid(problem)))?;
    let mut came = DecidedView::default();
    let done = expectations::decide_many(call.world(), &call.staff, &named, &decision).await;
    for (id, outcome) in done.map_err(|error| call.request.fail(error))? {
        let refused = match outcome {
            Ok(()) => {
                came.decided += 1;
                continue;
            }
            Err(ExpectationError::Change(ChangeError::NotFound)) => {
                came.missing += 1;
                continue;
            }
            Err(ExpectationError::Change(ChangeError::Changed)) => &mut came.changed,
            Err(ExpectationError::Closed) => &mut came.closed,
            Err(ExpectationError::NotFromHere) => &mut came.automatic,
            Err(error) => return Err(call.request.fail(error)),
        };
        let mut session = call.request.read().await?;
        let found = storage::invoices::find(&mut session, id).await;
        let found = found.map_err(|error| call.request.fail(error))?;
        refused.extend(found.map(|row| row.number));
    }
    Ok(came)
}
