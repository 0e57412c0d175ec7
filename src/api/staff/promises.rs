//! Promises to pay: those of a customer, recording and cancelling one, and the days of grace.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::PromisesView},
    domain::promise::PromiseForm,
};

/// Open promises that are shown.
#[cfg(feature = "ssr")]
const OPEN_ROWS: i64 = 50;

/// Closed promises that are shown; the history tells of all of them.
#[cfg(feature = "ssr")]
const CLOSED_ROWS: i64 = 5;

/// The promises of a customer, and what can be promised.
#[server(name = ListPromises, prefix = "/api/staff", endpoint = "promises/list", input = GetUrl)]
pub async fn list_promises(customer_id: String) -> Result<PromisesView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_promises},
        domain::{
            ids::PromiseId,
            list::cut,
            permission::Permission,
            promise::{INVOICES_MAX, PromiseStatus},
        },
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let fail = |error| call.request.fail(error);
    let (id, sight) = (customer.id, call.staff.sight());
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let limits = (OPEN_ROWS + 1, CLOSED_ROWS);
    let rows =
        storage::promises::all_of_customer(&mut session, id, sight, limits.0, limits.1).await;
    let (mut open, closed): (Vec<_>, Vec<_>) =
        rows.map_err(fail)?.into_iter().partition(|row| row.promise.status == PromiseStatus::Open);
    let has_more = cut(&mut open, OPEN_ROWS);
    let rows: Vec<_> = open.into_iter().chain(closed).collect();
    let ids: Vec<PromiseId> = rows.iter().map(|row| row.promise.id).collect();
    let lines = storage::promises::all_lines(&mut session, &ids, sight).await.map_err(fail)?;
    let may_record = call.staff.may(Permission::Invoices);
    let mut invoices = Vec::new();
    let mut is_cut = false;
    if may_record {
        let limit = i64::try_from(INVOICES_MAX).unwrap_or(i64::MAX - 1);
        let found = storage::promises::all_promisable(&mut session, id, sight, limit + 1).await;
        invoices = found.map_err(fail)?;
        is_cut = cut(&mut invoices, limit);
    }
    Ok(PromisesView {
        promises: rows
            .into_iter()
            .map(|row| fold_promises::promise(row, &lines, id, &company))
            .collect(),
        has_more,
        invoices: invoices
            .into_iter()
            .map(|row| fold_promises::promisable(row, id, today))
            .collect(),
        is_cut,
        today: today.to_string(),
        may_record,
    })
}

/// Records what a customer promised to pay.
#[server(name = RecordPromise, prefix = "/api/staff", endpoint = "promises/record")]
pub async fn record_promise(
    customer_id: String,
    #[server(default)] form: PromiseForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::promises};

    let call = StaffCall::permitted(Permission::Invoices).await?;
    let id = call.request.id(&customer_id)?;
    promises::record(call.world(), &call.staff, id, &form)
        .await
        .map(|_| ())
        .map_err(|error| call.request.fail(error))
}

/// Cancels an open promise. `version` is that of what was read.
#[server(name = CancelPromise, prefix = "/api/staff", endpoint = "promises/cancel")]
pub async fn cancel_promise(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::promises};

    let call = StaffCall::permitted(Permission::Invoices).await?;
    let id = call.request.id(&id)?;
    promises::cancel(call.world(), &call.staff, id, version)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Writes for how many days a promise is waited for behind its day. `before` is what it was when it
/// was read, `after` what it shall be.
#[server(name = SavePromiseGrace, prefix = "/api/staff", endpoint = "settings/promise_grace")]
pub async fn save_promise_grace(before: String, after: String) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{form::Problem, permission::Permission, promise::GRACE_DAYS_MAX},
        services::company,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let days = |text: &str| {
        let bad = || call.request.answer(ApiError::invalid("after", Problem::NotAChoice));
        text.parse::<u16>().ok().ok_or_else(bad)
    };
    let (before, after) = (days(&before)?, days(&after)?);
    if after > GRACE_DAYS_MAX {
        return Err(call.request.answer(ApiError::invalid("after", Problem::NotAChoice)));
    }
    company::change_promise_grace(call.world(), before, after, &call.staff.actor())
        .await
        .map_err(|error| call.request.fail(error))
}
