//! Settings of receivables.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::PolicyView},
    domain::{payment_form::PolicyForm, receivables::ReceivablesSettings},
};

/// The settings.
#[server(name = GetReceivables, prefix = "/api/staff", endpoint = "settings/receivables", input = GetUrl)]
pub async fn receivables_settings() -> Result<ReceivablesSettings, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await;
    Ok(company.map_err(|error| call.request.fail(error))?.receivables)
}

/// Writes who pays what a customer buys, where the customer has no say of its own. `before` is what
/// it was when it was read; both are words of a preference.
#[server(
    name = SaveBillingPreference, prefix = "/api/staff", endpoint = "settings/billing_preference"
)]
pub async fn save_billing_preference(before: String, after: String) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{form::Problem, hierarchy::BillingPreference, permission::Permission},
        services::company,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let preference = |word: &str| {
        let bad = || call.request.answer(ApiError::invalid("after", Problem::NotAChoice));
        BillingPreference::from_word(word).ok_or_else(bad)
    };
    let (before, after) = (preference(&before)?, preference(&after)?);
    company::change_billing_preference(call.world(), before, after, &call.actor())
        .await
        .map_err(|error| call.request.fail(error))
}

/// The rules about online payments.
#[server(name = GetPolicy, prefix = "/api/staff", endpoint = "settings/policy", input = GetUrl)]
pub async fn payment_policy() -> Result<PolicyView, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company};

    let call = StaffCall::permitted(Permission::Payments).await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    Ok(PolicyView {
        version: company::version_of(&company.policy),
        currency: company.profile.currency.code().to_owned(),
        portal_url: call.request.config().portal_url(),
        form: PolicyForm::of(&company.policy, company.reader(call.world().now())),
    })
}

/// Writes the rules about online payments over those of a version.
#[server(name = SavePolicy, prefix = "/api/staff", endpoint = "settings/save_policy")]
pub async fn save_payment_policy(
    version: String,
    #[server(default)] form: PolicyForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company};

    let call = StaffCall::permitted(Permission::Payments).await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    drop(session);
    let policy = form.read(company.reader(call.world().now()));
    let policy = policy.map_err(|problem| call.request.answer(ApiError::Invalid(problem)))?;
    company::change_policy(call.world(), &version, &policy, &call.actor())
        .await
        .map_err(|error| call.request.fail(error))
}
