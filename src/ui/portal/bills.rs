//! Invoices in a list, as payers see them.

use leptos::prelude::*;

use crate::{
    api::view::{Buyers, LatestPayment, PortalInvoice},
    domain::{invoice::InvoiceStatus, payment::PaymentState},
    ui::{
        components::{
            chip::{Chip, InvoiceChip, payment_kind},
            icon::Icon,
        },
        format::money,
        text,
    },
};

/// Which of the two lists is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// What is open.
    Open,
    /// What is settled.
    Paid,
}

/// The two lists; `open` is how many invoices are open, where that is known.
pub(super) fn tabs(current: Tab, open: Option<usize>, buyers: &Buyers) -> AnyView {
    let href = |path: &str| match buyers.chosen.as_str() {
        "" => path.to_owned(),
        buyer => format!("{path}?buyer={buyer}"),
    };
    let current_on = move |tab: Tab| (tab == current).then_some("page");
    let count = open.map(|open| {
        view! {
            " "
            <span class="tabs__count">{open.to_string()}</span>
        }
    });
    view! {
        <nav class="tabs" aria-label="Invoices">
            <a class="tabs__item" href=href("/portal") rel="external" aria-current=current_on(Tab::Open)>
                <span>"To pay"</span>
                {count}
            </a>
            <a class="tabs__item" href=href("/portal/paid") rel="external" aria-current=current_on(Tab::Paid)>"Paid"</a>
        </nav>
    }
    .into_any()
}

/// An open invoice; `can_choose` says whether the list has boxes at all.
pub(super) fn open_bill(invoice: &PortalInvoice, currency: &str, can_choose: bool) -> AnyView {
    let shown = if invoice.is_payable() { invoice.price_today() } else { invoice.balance };
    let price = money(shown, currency);
    let tick = can_choose.then(|| tick(invoice, &price));
    let before = (invoice.discount > 0).then(|| {
        view! {
            <s>
                <span class="visually-hidden">"instead of "</span>
                <span>{money(invoice.payable, currency)}</span>
            </s>
            " "
        }
    });
    let is_clearing = invoice.status == InvoiceStatus::Clearing;
    let due = (!is_clearing).then(|| view! { <span>{format!("Due {}", invoice.due)}</span> });
    let payment = invoice.payment.as_ref().map(last_payment);
    let hides_status = invoice.status == InvoiceStatus::Open || (is_clearing && payment.is_some());
    let status = (!hides_status).then(|| view! { <InvoiceChip status=invoice.status/> });
    view! {
        <li class=if can_choose { "bill" } else { "bill bill--plain" }>
            {tick}
            {name(&invoice.id, &invoice.number, &invoice.po_number, &invoice.buyer)}
            <span class="bill__amount">{before} <span>{price}</span></span>
            <span class="bill__note">
                {due}
                {status}
                {discount_chip(invoice, currency)}
                {payment}
                {pdf(&invoice.id, &invoice.number)}
            </span>
        </li>
    }
    .into_any()
}

/// What paying today saves, when it saves anything.
pub(super) fn discount_chip(invoice: &PortalInvoice, currency: &str) -> Option<AnyView> {
    (invoice.discount > 0).then(|| {
        let saving = text::saving(invoice.discount, currency, &invoice.discount_until);
        let text = if invoice.discount_ends_soon { format!("{saving}, soon over") } else { saving };
        view! { <Chip kind="discount" text=text/> }.into_any()
    })
}

/// Where the latest payment stands, leading to it.
pub(super) fn last_payment(payment: &LatestPayment) -> AnyView {
    let status = text::payment_status(payment.state, &payment.failure_code, &payment.expected);
    let status = match payment.state {
        PaymentState::Failed => {
            format!("Last payment failed: {}", text::failure_clause(&payment.failure_code))
        }
        _ => status,
    };
    view! {
        <a href=format!("/portal/payments/{}", payment.id) rel="external">
            <Chip kind=payment_kind(payment.state) text=status/>
        </a>
    }
    .into_any()
}

fn tick(invoice: &PortalInvoice, price: &str) -> AnyView {
    if !invoice.is_payable() {
        return view! { <span class="bill__tick"></span> }.into_any();
    }
    let label = format!("Pay {}, {price}", invoice.number);
    let minor = invoice.price_today().to_string();
    view! {
        <label class="bill__tick">
            <input type="checkbox" name="invoice" value=invoice.id.clone() data-price=minor/>
            <span class="visually-hidden">{label}</span>
        </label>
    }
    .into_any()
}

/// Number, order number, and for whom it is paid when that is somebody else.
pub(super) fn name(id: &str, number: &str, po_number: &str, buyer: &str) -> AnyView {
    let buyer = (!buyer.is_empty()).then(|| {
        view! { " " <span class="bill__buyer">{format!("for {buyer}")}</span> }
    });
    let po = (!po_number.is_empty()).then(|| {
        let says_po = po_number.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("po"));
        let po = if says_po { po_number.to_owned() } else { format!("PO {po_number}") };
        view! { <span class="bill__po">{po}</span> }
    });
    view! {
        <span class="bill__name">
            <a href=format!("/portal/invoices/{id}") rel="external">{number.to_owned()}</a>
            " "
            {po}
            {buyer}
        </span>
    }
    .into_any()
}

pub(super) fn pdf(id: &str, number: &str) -> AnyView {
    view! {
        <a class="bill__doc" href=format!("/portal/invoices/{id}/pdf") rel="external">
            <Icon name="download"/>
            <span>"PDF"</span>
            <span class="visually-hidden">{format!(" of {number}")}</span>
        </a>
    }
    .into_any()
}
