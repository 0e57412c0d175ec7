//! Inviting a customer to autopay, and ending it for them.

use leptos::prelude::*;

use crate::api::error::ApiError;

/// Mails a customer's contacts where they turn autopay on; the answer is to whom.
#[server(name = InviteToAutopay, prefix = "/api/staff", endpoint = "customers/invite_to_autopay")]
pub async fn invite_to_autopay(customer_id: String) -> Result<Vec<String>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::autopay};

    let call = StaffCall::permitted(Permission::Assignments).await?;
    let id = call.request.id(&customer_id)?;
    let portal_url = call.request.config().portal_url();
    autopay::invite(call.world(), &call.staff, &portal_url, id)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Ends a customer's autopay because they asked for it; the answer is who was told.
#[server(name = EndAutopay, prefix = "/api/staff", endpoint = "customers/end_autopay")]
pub async fn end_autopay(customer_id: String) -> Result<Vec<String>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::autopay};

    let call = StaffCall::permitted(Permission::Assignments).await?;
    let id = call.request.id(&customer_id)?;
    let portal_url = call.request.config().portal_url();
    autopay::cancel_for(call.world(), &call.staff, &portal_url, id)
        .await
        .map_err(|error| call.request.fail(error))
}
