//! Automatic payment: seeing it, agreeing to it, ending it.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::AutopayPage},
    domain::autopay::EnrolForm,
};

/// The payer's autopay, or what is about to be agreed to: `step` is `review` then, and empty else.
#[server(name = PortalAutopay, prefix = "/api/portal", endpoint = "autopay/page", input = GetUrl)]
pub async fn portal_autopay(
    #[server(default)] step: String,
    #[server(default)] form: EnrolForm,
) -> Result<AutopayPage, ApiError> {
    use crate::{
        api::{call::PortalCall, fold, fold_autopay},
        domain::method::MethodKind,
        services::{
            autopay::{self, Plan},
            change::ChangeError,
        },
        storage,
    };

    let (call, mut session) = PortalCall::reading().await?;
    let fail = |error| call.request.fail(error);
    let world = call.world();
    let id = call.customer_id;
    let live = storage::autopay::find_live(&mut session, id).await.map_err(fail)?;
    let plan = match live {
        Some(row) => Some(Plan::read(&mut session, world, row, None).await.map_err(fail)?),
        None => None,
    };
    let methods = storage::methods::all_active(&mut session, id).await.map_err(fail)?;
    let accepts = |kind| autopay::accepts(&call.company, kind);
    let mut page = AutopayPage {
        frame: call.frame(),
        now: plan.as_ref().map(fold_autopay::now),
        charges: plan
            .as_ref()
            .map(|plan| fold_autopay::charges(&plan.charges()))
            .unwrap_or_default(),
        methods: methods.iter().map(|row| fold::method(row, accepts(row.kind))).collect(),
        form,
        problem: None,
        consent: String::new(),
        shown: String::new(),
        currency: call.company.profile.currency.code().to_owned(),
        can_add_card: accepts(MethodKind::Card),
        can_add_bank: accepts(MethodKind::Bank),
    };
    if step != "review" {
        // What counts stands in the form, unless a method was just added or chosen.
        if let Some(plan) = &plan {
            let method = std::mem::take(&mut page.form.method);
            page.form = fold_autopay::form(plan);
            if !method.is_empty() {
                page.form.method = method;
            }
        } else {
            page.form.use_credits = true;
        }
        return Ok(page);
    }
    match autopay::offer(&mut session, world, id, &call.email, &page.form).await {
        Ok(offer) => {
            page.charges = fold_autopay::charges(&offer.charges);
            page.consent = offer.consent;
            page.shown = offer.fingerprint;
        }
        Err(ChangeError::Invalid(problem)) => page.problem = Some(problem),
        Err(error) => return Err(call.request.fail(error)),
    }
    Ok(page)
}

/// Agrees to what was shown.
#[server(name = EnrolAutopay, prefix = "/api/portal", endpoint = "autopay/enrol")]
pub async fn enrol_autopay(
    #[server(default)] form: EnrolForm,
    #[server(default)] agreed: bool,
    #[server(default)] shown: String,
) -> Result<(), ApiError> {
    use crate::{
        api::call::PortalCall,
        services::autopay::{self, Agreement},
    };

    let call = PortalCall::begin().await?;
    let agreement = Agreement {
        customer_id: call.customer_id,
        email: &call.email,
        network_address: &call.request.network_address(),
        browser: call.request.browser(),
        portal_url: &call.request.config().portal_url(),
    };
    autopay::enrol(call.world(), &agreement, &form, agreed, &shown)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/portal/autopay?done=on");
    Ok(())
}

/// Ends it: at once, for everything that was not sent yet.
#[server(name = CancelAutopay, prefix = "/api/portal", endpoint = "autopay/cancel")]
pub async fn cancel_autopay() -> Result<(), ApiError> {
    use crate::{
        api::call::PortalCall,
        services::autopay::{self, Agreement},
    };

    let call = PortalCall::begin().await?;
    let agreement = Agreement {
        customer_id: call.customer_id,
        email: &call.email,
        network_address: &call.request.network_address(),
        browser: call.request.browser(),
        portal_url: &call.request.config().portal_url(),
    };
    autopay::cancel(call.world(), &agreement).await.map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/portal/autopay?done=off");
    Ok(())
}

/// Sends the browser to the processor's page, where a way to pay is added. `kind` is `card` or `bank`.
#[server(name = AddAutopayMethod, prefix = "/api/portal", endpoint = "autopay/add_method")]
pub async fn add_autopay_method(kind: String) -> Result<(), ApiError> {
    use crate::{
        api::call::PortalCall,
        domain::{form::Problem, method::MethodKind},
        services::methods::{self, BeginSetup},
    };

    let call = PortalCall::begin().await?;
    let kind = MethodKind::from_word(&kind)
        .ok_or_else(|| call.request.answer(ApiError::invalid("kind", Problem::NotAChoice)))?;
    let setup = BeginSetup {
        whose: call.customer_id.into(),
        email: &call.email,
        kind,
        portions: &[],
        portal_url: &call.request.config().portal_url(),
    };
    let url =
        methods::begin(call.world(), &setup).await.map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect(&url);
    Ok(())
}
