//! What was paid.

use leptos::prelude::*;

use super::{
    bills::{Tab, name, pdf, tabs},
    buyers::{buyer_of_page, choice_of_buyer},
    page::page,
};
use crate::{
    api::{
        portal::invoices::portal_paid,
        view::{PaidInvoice, PortalPaid},
    },
    domain::payment::PaymentState,
    ui::{
        components::{chip::PaymentChip, icon::Icon, portal_frame::PortalPage},
        format::{money, plural},
    },
};

/// What was paid.
pub fn paid() -> AnyView {
    page(portal_paid(buyer_of_page()), paid_page)
}

fn paid_page(paid: PortalPaid) -> AnyView {
    let PortalPaid { frame, invoices, is_cut, buyers } = paid;
    let list = if invoices.is_empty() {
        view! {
            <div class="state">
                <span class="state__mark"><Icon name="clock" class="icon--large"/></span>
                <h3 class="state__title">"Nothing is paid yet"</h3>
                <p class="state__text">
                    "Invoices move here when their payment has arrived, with a receipt for each."
                </p>
                <a class="button" href="/portal">"See what is to pay"</a>
            </div>
        }
        .into_any()
    } else {
        let rows = invoices.iter().map(paid_bill).collect_view();
        let older = is_cut.then(|| {
            view! { <p class="soft">"These are the latest ones. We have the older ones too: please ask."</p> }
        });
        view! {
            <ul class="bills">{rows}</ul>
            {older}
        }
        .into_any()
    };
    view! {
        <PortalPage frame=frame title="Paid invoices">
            <h1>"Paid invoices"</h1>
            {choice_of_buyer("/portal/paid", &buyers)}
            <section class="stack" aria-labelledby="list-title">
                <h2 class="visually-hidden" id="list-title">"Invoices"</h2>
                {tabs(Tab::Paid, None, &buyers)}
                {list}
            </section>
        </PortalPage>
    }
    .into_any()
}

/// A settled invoice.
fn paid_bill(invoice: &PaidInvoice) -> AnyView {
    // A failed attempt may be the latest payment of an invoice that was settled otherwise.
    let state = invoice.payment_state.filter(|state| state.is_posted());
    let mut sentence = match invoice.payments {
        ..=1 => format!("Paid {}", invoice.settled),
        several => {
            let several = plural(several, "payment", "payments");
            format!("Paid in {several}, the last on {}", invoice.settled)
        }
    };
    if let (Some(_), false) = (state, invoice.method.is_empty()) {
        sentence.push_str(" with ");
        sentence.push_str(&invoice.method);
    }
    if invoice.discount > 0 {
        let discount = money(invoice.discount, &invoice.total.currency);
        sentence.push_str(&format!(", discount {discount}"));
    }
    let receipt = state.filter(|_| !invoice.payment_id.is_empty()).map(|_| {
        view! {
            <a href=format!("/portal/payments/{}", invoice.payment_id) rel="external">
                "Receipt"
                <span class="visually-hidden">{format!(" of {}", invoice.number)}</span>
            </a>
        }
    });
    let state = state.unwrap_or(PaymentState::Succeeded);
    view! {
        <li class="bill bill--plain">
            {name(&invoice.id, &invoice.number, &invoice.po_number, &invoice.buyer)}
            <span class="bill__amount">
                {money(invoice.total.minor, &invoice.total.currency)}
            </span>
            <span class="bill__note">
                <PaymentChip state=state failure_code="" expected=""/>
                <span>{sentence}</span>
                {receipt}
                {pdf(&invoice.id, &invoice.number)}
            </span>
        </li>
    }
    .into_any()
}
