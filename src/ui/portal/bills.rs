//! Invoices in a list, as payers see them.

use leptos::prelude::*;

use super::basket::basket;
use crate::{
    api::view::{AmountField, Buyers, LatestPayment, PortalInvoice},
    domain::{invoice::InvoiceStatus, payment::PaymentState},
    ui::{
        components::{
            chip::{Chip, InvoiceChip, payment_kind},
            field::field_error,
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
    let paid = settled(invoice, currency).map(|paid| view! { <span>{paid}</span> });
    let payment = invoice.payment.as_ref().map(|payment| last_payment(payment, invoice, currency));
    let amount = can_choose.then(|| amount_field(invoice, currency));
    let hides_status = invoice.status == InvoiceStatus::Open || (is_clearing && payment.is_some());
    let status = (!hides_status).then(|| view! { <InvoiceChip status=invoice.status/> });
    view! {
        <li class=if can_choose { "bill" } else { "bill bill--plain" }>
            {tick}
            {name(&invoice.id, &invoice.number, &invoice.po_number, &invoice.buyer)}
            <span class="bill__amount">{before} <span>{price}</span></span>
            <span class="bill__note">
                {due}
                {paid}
                {status}
                {discount_chip(invoice, currency)}
                {payment}
                {pdf(&invoice.id, &invoice.number)}
            </span>
            {amount}
        </li>
    }
    .into_any()
}

/// Invoices with their boxes, where there are any their amounts, and the basket.
pub(super) fn bill_form(invoices: &[PortalInvoice], currency: &str) -> AnyView {
    let all = invoices.iter().filter(|invoice| invoice.is_payable()).count();
    let rows = invoices.iter().map(|invoice| open_bill(invoice, currency, true)).collect_view();
    let bar = basket(RwSignal::new(None), currency.to_owned(), all, || ());
    view! {
        <form action="/portal/pay" method="get" data-live="bills" data-currency=currency.to_owned()>
            <fieldset>
                <legend class="visually-hidden">"Choose invoices to pay"</legend>
                <ul class="bills">{rows}</ul>
            </fieldset>
            <div class="basket" role="group" aria-label="Your choice">{bar}</div>
        </form>
    }
    .into_any()
}

/// What of an open invoice is settled, or is about to be by a payment that is not shown beside it.
pub(super) fn settled(invoice: &PortalInvoice, currency: &str) -> Option<String> {
    let settled = invoice.total - invoice.balance;
    let settled = (settled > 0).then(|| format!("{} paid or credited", money(settled, currency)));
    let is_shown = invoice.payment.as_ref().is_some_and(|own| own.state.holds_reservation());
    let has_held = invoice.is_payable() && invoice.reserved() > 0 && !is_shown;
    let held = has_held.then(|| format!("{} on its way", money(invoice.reserved(), currency)));
    let parts: Vec<String> = settled.into_iter().chain(held).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Where the payer says how much of an invoice they pay, if they may.
pub(super) fn amount_field(invoice: &PortalInvoice, currency: &str) -> Option<AnyView> {
    let AmountField { text, problem } = invoice.amount.clone()?;
    let id = format!("amount.{}", invoice.id);
    let said = problem
        .map(|problem| text::price::amount_problem(problem, invoice.price_today(), currency));
    let error = said.is_some().then(|| format!("{id}-error"));
    let class = if said.is_some() { "field field--bad pay-part" } else { "field pay-part" };
    Some(
        view! {
            <div class=class>
                <label for=id.clone()>
                    "Amount to pay"
                    <span class="visually-hidden">{format!(" on {}", invoice.number)}</span>
                </label>
                {field_error(error.clone().unwrap_or_default(), move || said.clone())}
                <input
                    class="input"
                    id=id.clone()
                    name=id
                    value=text
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="20"
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=error
                />
            </div>
        }
        .into_any(),
    )
}

/// What paying today saves, when it saves anything.
pub(super) fn discount_chip(invoice: &PortalInvoice, currency: &str) -> Option<AnyView> {
    (invoice.discount > 0).then(|| {
        let saving = text::price::saving(invoice.discount, currency, &invoice.discount_until);
        let text = if invoice.discount_ends_soon { format!("{saving}, soon over") } else { saving };
        view! { <Chip kind="discount" text=text/> }.into_any()
    })
}

/// Where the latest payment stands, leading to it. While some of the invoice can still be paid, what
/// is on its way is a part of it.
pub(super) fn last_payment(
    payment: &LatestPayment,
    invoice: &PortalInvoice,
    currency: &str,
) -> AnyView {
    let status = text::payment_status(payment.state, &payment.failure_code, &payment.expected);
    let status = match payment.state {
        PaymentState::Failed => {
            format!("Last payment failed: {}", text::failure_clause(&payment.failure_code))
        }
        state if state.holds_reservation() && invoice.is_payable() => {
            format!("{}: {status}", money(invoice.reserved(), currency))
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
            <input
                type="checkbox"
                name="invoice"
                value=invoice.id.clone()
                checked=invoice.is_ticked
                data-price=minor
            />
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
