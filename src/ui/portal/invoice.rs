//! One invoice with its lines.

use leptos::prelude::*;

use super::{
    bills::{amount_field, discount_chip, last_payment, settled},
    documents::shared_list,
    page::{id_of_page, page},
};
use crate::{
    api::{
        portal::invoices::portal_invoice,
        view::{LineView, PortalInvoice, PortalInvoicePage, PortalInvoicePayment},
    },
    domain::invoice::InvoiceStatus,
    ui::{
        components::{
            chip::{InvoiceChip, PaymentChip},
            icon::Icon,
            portal_frame::PortalPage,
        },
        format::{amount, money},
    },
};

/// One invoice.
pub fn invoice() -> AnyView {
    page(portal_invoice(id_of_page()), invoice_page)
}

fn invoice_page(page: PortalInvoicePage) -> AnyView {
    let title = format!("Invoice {}", page.invoice.number);
    let frame = page.frame.clone();
    let invoice = &page.invoice;
    let is_clearing = invoice.status == InvoiceStatus::Clearing && invoice.payment.is_some();
    let status = (!is_clearing).then(|| view! { <InvoiceChip status=invoice.status/> });
    let pay = (invoice.is_payable() && page.frame.payments_on)
        .then(|| pay_button(invoice, &page.currency));
    let pdf = format!("/portal/invoices/{}/pdf", invoice.id);
    let discount = discount_chip(invoice, &page.currency);
    let payment =
        invoice.payment.as_ref().map(|payment| last_payment(payment, invoice, &page.currency));
    let (to_pay, facts, lines) = (to_pay(&page), facts(&page), lines(&page));
    let payments = payments(&page);
    let all = page.frame.only_invoice.is_empty().then(|| {
        view! {
            <a class="crumb" href="/portal">
                <Icon name="prev" class="icon--flip"/>
                "All invoices"
            </a>
        }
    });
    let documents = (!page.documents.is_empty()).then(|| {
        let list = shared_list(page.documents);
        view! {
            <section class="stack" aria-labelledby="documents">
                <h2 id="documents">"Documents"</h2>
                {list}
            </section>
        }
    });
    view! {
        <PortalPage frame=frame title=title.clone()>
            {all}
            <div class="stack stack--tight">
                <h1>{title}</h1>
                <p class="actions">
                    {status}
                    {discount}
                    {payment}
                </p>
            </div>
            {to_pay}
            <div class="actions">
                {pay}
                <a class="button" href=pdf rel="external">
                    <Icon name="download"/>
                    "Download PDF"
                </a>
            </div>
            {facts}
            {payments}
            {lines}
            {documents}
        </PortalPage>
    }
    .into_any()
}

/// What paying it costs today.
fn to_pay(page: &PortalInvoicePage) -> AnyView {
    let PortalInvoicePage { invoice, currency, .. } = page;
    let (label, figure) = match invoice.status {
        InvoiceStatus::Paid => ("Paid", page.total),
        InvoiceStatus::Clearing => ("Paid and clearing", invoice.balance),
        _ => ("To pay today", invoice.price_today()),
    };
    let note = match invoice.status {
        InvoiceStatus::Paid | InvoiceStatus::Voided | InvoiceStatus::Clearing => None,
        _ if invoice.discount > 0 => {
            let before = money(invoice.balance, currency);
            Some(format!("instead of {before}, due {}", invoice.due))
        }
        _ => Some(format!("due {}", invoice.due)),
    };
    let settled = settled(invoice, currency).filter(|_| invoice.is_payable());
    let note = note.map(|note| settled.into_iter().fold(note, |note, more| note + ", " + &more));
    let note = note.map(|note| view! { <p class="soft">{note}</p> });
    view! {
        <section class="owed" aria-labelledby="owed">
            <h2 class="owed__label" id="owed">
                <span>{label}</span>
                " "
                <strong class="owed__amount">{money(figure, currency)}</strong>
            </h2>
            {note}
        </section>
    }
    .into_any()
}

fn pay_button(invoice: &PortalInvoice, currency: &str) -> AnyView {
    let amount = amount_field(invoice, currency);
    let text = match amount {
        Some(_) => "Pay this amount".to_owned(),
        None => format!("Pay {}", money(invoice.price_today(), currency)),
    };
    view! {
        <form class="actions" action="/portal/pay" method="get">
            <input type="hidden" name="invoice" value=invoice.id.clone()/>
            {amount}
            <button class="button button--primary" type="submit">{text}</button>
        </form>
    }
    .into_any()
}

fn facts(page: &PortalInvoicePage) -> AnyView {
    let invoice = &page.invoice;
    let all = [
        ("Purchase order", invoice.po_number.clone()),
        ("Issued", invoice.issued.clone()),
        ("Due", invoice.due.clone()),
        ("Terms", page.terms.clone()),
        ("Bought by", invoice.buyer.clone()),
        ("Billed to", page.frame.account.clone()),
    ];
    let own = page.fields.iter().cloned();
    let rows = all
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(name, fact)| (name.to_owned(), fact))
        .chain(own)
        .map(|(name, fact)| view! { <div><dt>{name}</dt><dd>{fact}</dd></div> })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="about">
            <div class="card__body">
                <h2 class="visually-hidden" id="about">"Details"</h2>
                <dl class="facts">{rows}</dl>
            </div>
        </section>
    }
    .into_any()
}

/// What the account paid on it, each with its receipt.
fn payments(page: &PortalInvoicePage) -> Option<AnyView> {
    let row = |paid: &PortalInvoicePayment| {
        let payment = &paid.payment;
        let parts = [paid.received.as_str(), paid.method.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        view! {
            <li class="bill bill--plain">
                <span class="bill__name">
                    <a href=format!("/portal/payments/{}", payment.id) rel="external">
                        <span class="visually-hidden">"Payment "</span>
                        {paid.reference.clone()}
                    </a>
                </span>
                <span class="bill__amount">{money(paid.amount, &page.currency)}</span>
                <span class="bill__note">
                    <PaymentChip
                        state=payment.state
                        failure_code=payment.failure_code.clone()
                        expected=payment.expected.clone()
                    />
                    <span>{parts.join(" · ")}</span>
                </span>
            </li>
        }
    };
    let rows = page.payments.iter().map(row).collect_view();
    (!page.payments.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby="payments">
                <h2 id="payments">"Your payments"</h2>
                <ul class="bills">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn lines(page: &PortalInvoicePage) -> AnyView {
    let currency = page.currency.as_str();
    let rows = page.lines.iter().map(|line| row(line, currency)).collect_view();
    let mut totals = Vec::new();
    if page.tax != 0 {
        totals.push(("Tax".to_owned(), page.tax));
    }
    totals.push((format!("Total, {currency}"), page.total));
    if page.applied != 0 {
        totals.push(("Paid and credited".to_owned(), -page.applied));
        totals.push(("Open".to_owned(), page.invoice.balance));
    }
    let totals = totals
        .into_iter()
        .map(|(name, figure)| {
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td></td>
                    <td class="data-table__amount">{amount(figure, currency)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="lines">
            <h2 id="lines">"Lines"</h2>
            <div class="table-scroll">
                <table class="data-table data-table--plain data-table--cards">
                    <caption class="visually-hidden">
                        {format!("Invoice lines, in {currency}")}
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col">"Item"</th>
                            <th scope="col">"Quantity and price"</th>
                            <th scope="col" class="data-table__amount">"Amount"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>{totals}</tfoot>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(line: &LineView, currency: &str) -> AnyView {
    view! {
        <tr>
            <th scope="row" class="data-table__wrap">{line.description.clone()}</th>
            <td>{format!("{} × {}", line.quantity, line.unit_price)}</td>
            <td class="data-table__amount">{amount(line.amount, currency)}</td>
        </tr>
    }
    .into_any()
}
