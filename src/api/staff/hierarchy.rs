//! Who pays for whom: a customer's own say.

use leptos::prelude::*;

use crate::api::error::ApiError;

/// Gives a customer a say of its own in who pays what it buys, or none. `before` is what it was
/// when it was read, `after` what it shall be; both are words of a preference, or empty for none.
#[server(name = PreferBilling, prefix = "/api/staff", endpoint = "customers/prefer_billing")]
pub async fn prefer_billing(
    customer_id: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{form::Problem, hierarchy::BillingPreference, permission::Permission},
        services::hierarchy,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let customer_id = call.request.id(&customer_id)?;
    let preference = |word: &str| {
        let bad = || call.request.answer(ApiError::invalid("billing", Problem::NotAChoice));
        let known = BillingPreference::from_word(word);
        if word.is_empty() { Ok(None) } else { known.map(Some).ok_or_else(bad) }
    };
    let (before, after) = (preference(&before)?, preference(&after)?);
    hierarchy::prefer(call.world(), &call.staff, customer_id, before, after)
        .await
        .map_err(|error| call.request.fail(error))
}
