//! A status: word, shape and colour together, never colour alone.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    domain::{invoice::InvoiceStatus, payment::PaymentState},
    ui::text,
};

/// A chip of a kind the style sheet knows: `open`, `due-soon`, `overdue`, `clearing`, `paid`,
/// `failed`, `disputed`, `discount`, `refunded`.
#[component]
pub fn Chip(
    /// Which kind.
    kind: &'static str,
    /// The word or the words.
    #[prop(into)]
    text: String,
) -> AnyView {
    let icon = match kind {
        "due-soon" | "waiting" => "clock",
        "overdue" => "alert",
        "clearing" => "clearing",
        "paid" => "tick",
        "failed" => "fail",
        "disputed" => "flag",
        "discount" => "percent",
        "refunded" => "swap",
        _ => "ring",
    };
    let kind = if kind == "waiting" { "due-soon" } else { kind };
    let long = if text.chars().count() > 24 { " chip--long" } else { "" };
    view! {
        <span class=format!("chip chip--{kind}{long}")>
            <Icon name=icon/>
            <span>{text}</span>
        </span>
    }
    .into_any()
}

/// What an invoice is today.
#[component]
pub fn InvoiceChip(
    /// What it is.
    status: InvoiceStatus,
) -> AnyView {
    let kind = match status {
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Voided | InvoiceStatus::Open => "open",
        InvoiceStatus::Clearing => "clearing",
        InvoiceStatus::Disputed => "disputed",
        InvoiceStatus::Overdue { .. } => "overdue",
        InvoiceStatus::DueSoon { .. } => "due-soon",
    };
    view! { <Chip kind=kind text=text::invoice_status(status)/> }.into_any()
}

/// Where a payment stands.
#[component]
pub fn PaymentChip(
    /// Where.
    state: PaymentState,
    /// Why it failed or came back, as a code; may be empty.
    #[prop(into)]
    failure_code: String,
    /// When a bank debit usually settles, in words; may be empty.
    #[prop(into)]
    expected: String,
) -> AnyView {
    let text = text::payment_status(state, &failure_code, &expected);
    view! { <Chip kind=payment_kind(state) text=text/> }.into_any()
}

/// The kind of chip a payment's state has.
pub const fn payment_kind(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Created | PaymentState::Unknown | PaymentState::RequiresAction => "waiting",
        PaymentState::Processing => "clearing",
        PaymentState::Succeeded | PaymentState::PartiallyRefunded => "paid",
        PaymentState::Refunded => "refunded",
        PaymentState::Returned | PaymentState::ChargedBack | PaymentState::Failed => "failed",
        PaymentState::Voided => "open",
    }
}
