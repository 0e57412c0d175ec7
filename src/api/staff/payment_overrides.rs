//! What one customer is granted otherwise than everybody.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{BulkDone, OverridesView},
    },
    domain::payment_form::OverridesForm,
};

/// What a customer is granted, over what counts for everybody.
#[server(
    name = GetOverrides, prefix = "/api/staff", endpoint = "customers/payment_overrides",
    input = GetUrl
)]
pub async fn payment_overrides(customer_id: String) -> Result<OverridesView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_autopay},
        domain::{gl_accounts::GlAccounts, money::Rate, permission::Permission},
        services::{autopay, company},
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let found = storage::payment_overrides::find(&mut session, customer.id).await.map_err(fail)?;
    let (overrides, version) = found.ok_or_else(|| call.request.answer(ApiError::NotFound))?;
    let live = storage::autopay::find_live(&mut session, customer.id).await.map_err(fail)?;
    let state = match live {
        Some(row) => {
            let plan =
                autopay::Plan::read(&mut session, call.world(), row, None).await.map_err(fail)?;
            Some(fold_autopay::now(&plan))
        }
        None => None,
    };
    let may_invite = call.staff.may(Permission::Assignments)
        && autopay::may_be_invited(&mut session, call.world(), &company, &customer)
            .await
            .map_err(fail)?;
    let may_end = state.is_some() && call.staff.may(Permission::Assignments);
    let reader = company.reader(call.world().now());
    let form = OverridesForm::of(&overrides, &company.policy, reader);
    // What only those who keep the rules may know is not told.
    let mut rules = company.policy;
    rules.accounts = GlAccounts::default();
    if let Some(surcharge) = &mut rules.card.surcharge {
        surcharge.cost_of_acceptance = Rate::ZERO;
        surcharge.acquirer_notified_on = surcharge.starts_on;
        surcharge.seller_state = None;
    }
    Ok(OverridesView {
        version,
        currency: company.profile.currency.code().to_owned(),
        form,
        access: overrides.online.access(reader.today),
        autopay: state,
        may_invite,
        may_end,
        overrides,
        company: rules,
        may_change: call.staff.may(Permission::Customers),
    })
}

/// Writes what a customer is granted.
#[server(
    name = SaveOverrides, prefix = "/api/staff", endpoint = "customers/save_payment_overrides"
)]
pub async fn save_payment_overrides(
    customer_id: String,
    version: i64,
    #[server(default)] form: OverridesForm,
) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::{company, payment_overrides},
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&customer_id)?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    drop(session);
    let overrides = form.read(company.reader(call.world().now()));
    let overrides = overrides.map_err(|problem| call.request.answer(ApiError::Invalid(problem)))?;
    payment_overrides::change(call.world(), &call.staff, id, version, &overrides)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Switches the online payments of many customers on or off: one after the other, each by itself.
/// `online` is a word of a choice without an end; empty is on.
#[server(
    name = SwitchOnlineMany, prefix = "/api/staff", endpoint = "customers/switch_online_many"
)]
pub async fn switch_online_many(
    ids: String,
    #[server(default)] online: String,
) -> Result<BulkDone, ApiError> {
    use crate::{
        api::{bulk::each_customer, call::StaffCall},
        domain::{form::Problem, payment_override::OnlinePayments, permission::Permission},
        services::payment_overrides,
        storage::{self, customers::CustomerRow},
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let bad = || call.request.answer(ApiError::invalid("online", Problem::NotAChoice));
    let after = match online.as_str() {
        "" => OnlinePayments::Portal,
        word => OnlinePayments::from_word(word).ok_or_else(bad)?,
    };
    let is_so = move |row: &CustomerRow| {
        storage::payment_overrides::read(&row.payment_overrides)
            .is_ok_and(|known| known.online == after.after(known.online))
    };
    each_customer(&call, &ids, is_so, move |world, staff, row| async move {
        let before = storage::payment_overrides::read(&row.payment_overrides)?.online;
        payment_overrides::switch(&world, &staff, row.id, before, after).await
    })
    .await
}
