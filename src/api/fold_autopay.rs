//! Automatic payment as screens receive it.

use crate::{
    api::{
        dates,
        view::{AutopayView, PlannedChargeView},
    },
    domain::autopay::{AutopayHold, EnrolForm, EnrolmentState},
    services::autopay::{Plan, PlannedCharge},
    ui::format,
};

/// How it stands.
pub fn now(plan: &Plan) -> AutopayView {
    let row = &plan.enrolment;
    let ceiling = row.ceiling_minor.map(|minor| format::money(minor, row.currency.code()));
    AutopayView {
        timing: row.timing,
        method: plan.method.label(),
        ceiling: ceiling.unwrap_or_default(),
        uses_credits: row.use_credits,
        since: dates::date(row.since),
        by: row.email.clone(),
        problem: match row.state {
            EnrolmentState::Active => String::new(),
            _ => row.problem.clone(),
        },
    }
}

/// What counts, as it stands in the form.
pub fn form(plan: &Plan) -> EnrolForm {
    let row = &plan.enrolment;
    let ceiling = row.ceiling_minor.map(|minor| format::amount(minor, row.currency.code()));
    EnrolForm {
        method: row.method_id.to_string(),
        timing: row.timing.as_str().to_owned(),
        ceiling: ceiling.unwrap_or_default(),
        use_credits: row.use_credits,
        include_open: row.include_open,
        is_business: row.is_business,
    }
}

/// What will be charged.
pub fn charges(charges: &[PlannedCharge]) -> Vec<PlannedChargeView> {
    let view = |charge: &PlannedCharge| PlannedChargeView {
        id: charge.invoice_id.to_string(),
        number: charge.number.clone(),
        on: charge.on.map(dates::date).unwrap_or_default(),
        minor: charge.minor.unwrap_or(charge.payable),
        currency: charge.currency.code().to_owned(),
        hold: charge.hold.map_or("", AutopayHold::as_str).to_owned(),
    };
    charges.iter().map(view).collect()
}
