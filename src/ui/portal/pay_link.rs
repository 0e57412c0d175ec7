//! The page of a pay link: one invoice, what paying it costs today, and one button. Everything that
//! changes something begins with the button; looking changes nothing.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    bills::{amount_field, discount_chip, settled},
    home::ask,
    page::page,
};
use crate::{
    api::{
        portal::pay_link::pay_link,
        view::{ContactView, LinkPaymentView, OpenPayLink, PaidPayLink, PayLinkPage, PayLinkShown},
    },
    domain::{invoice::InvoiceStatus, pay_link::PAY_PATH, payment::PaymentState},
    ui::{
        components::{
            chip::{InvoiceChip, PaymentChip},
            icon::Icon,
            notice::Notice,
            portal_frame::PortalPage,
        },
        format::money,
        text,
    },
};

/// Where a pay link leads.
pub fn linked_invoice() -> AnyView {
    let key = use_params_map()
        .with_untracked(|params| params.get_str("token").unwrap_or_default().to_owned());
    page(pay_link(key), pay_link_page)
}

fn pay_link_page(PayLinkPage { frame, shown }: PayLinkPage) -> AnyView {
    let contact = frame.contact.clone();
    let (title, body) = match shown {
        PayLinkShown::Open(open) => (format!("Invoice {}", open.invoice.number), invoice(*open)),
        PayLinkShown::Paid(paid) => (format!("Invoice {}", paid.number), nothing_left(paid)),
        PayLinkShown::Expired => closed(&contact, text::PAY_LINK_EXPIRED),
        PayLinkShown::Revoked => closed(&contact, text::PAY_LINK_REVOKED),
        PayLinkShown::Paused => closed(&contact, text::PAYMENTS_PAUSED),
    };
    view! { <PortalPage frame=frame title=title>{body}</PortalPage> }.into_any()
}

/// It leads nowhere any more: whom to ask.
fn closed(contact: &ContactView, title: &'static str) -> (String, AnyView) {
    let sentence = match contact.name.as_str() {
        "" => "Please ask us for a new one, or for another way to pay.".to_owned(),
        name => format!("Please ask {name} for a new one, or for another way to pay."),
    };
    let notice = ask(contact, title, sentence);
    let body = view! {
        <h1 class="visually-hidden">{title}</h1>
        {notice}
    };
    (title.to_owned(), body.into_any())
}

fn invoice(open: OpenPayLink) -> AnyView {
    let ways = ways(&open);
    let OpenPayLink { key, invoice, currency, terms, payer, has_changed, .. } = open;
    let changed = has_changed.then(|| {
        view! {
            <Notice tone="info" icon="info" title="Something changed since this link was sent">
                <p>"You see what is open and when it is due as of today."</p>
            </Notice>
        }
    });
    let status = (invoice.status != InvoiceStatus::Open)
        .then(|| view! { <InvoiceChip status=invoice.status/> });
    let discount = discount_chip(&invoice, &currency);
    let note = if invoice.discount > 0 {
        format!("instead of {}, due {}", money(invoice.payable, &currency), invoice.due)
    } else {
        format!("due {}", invoice.due)
    };
    let note =
        settled(&invoice, &currency).into_iter().fold(note, |note, more| note + ", " + &more);
    let price = money(invoice.price_today(), &currency);
    let amount = amount_field(&invoice, &currency);
    let label = match amount {
        Some(_) => "Pay this amount".to_owned(),
        None => format!("Pay {price}"),
    };
    let action = format!("{PAY_PATH}{key}");
    let pay = ways.is_some().then(|| {
        view! {
            <form class="actions" action=action.clone() method="post">
                {amount}
                <button class="button button--primary" type="submit">{label}</button>
            </form>
        }
    });
    let how = match ways {
        Some(sentence) => view! { <p class="soft">{sentence}</p> }.into_any(),
        None => view! {
            <Notice tone="info" icon="info" title="This invoice cannot be paid online">
                <p>"The people named below can tell you how to pay it."</p>
            </Notice>
        }
        .into_any(),
    };
    let facts = [
        ("Purchase order", invoice.po_number.clone()),
        ("Issued", invoice.issued.clone()),
        ("Due", invoice.due.clone()),
        ("Terms", terms),
        ("Total", money(invoice.total, &currency)),
        ("Bought by", invoice.buyer.clone()),
        ("Billed to", payer),
    ];
    let facts = facts
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(name, fact)| view! { <div><dt>{name}</dt><dd>{fact}</dd></div> })
        .collect_view();
    view! {
        <div class="stack stack--tight">
            <h1>{format!("Invoice {}", invoice.number)}</h1>
            <p class="actions">{status} {discount}</p>
        </div>
        {changed}
        <section class="owed" aria-labelledby="owed">
            <h2 class="owed__label" id="owed">
                <span>"To pay today"</span>
                " "
                <strong class="owed__amount">{price}</strong>
            </h2>
            <p class="soft">{note}</p>
        </section>
        {pay}
        {how}
        <section class="card" aria-labelledby="about">
            <div class="card__body">
                <h2 class="visually-hidden" id="about">"Details"</h2>
                <dl class="facts">{facts}</dl>
                {document(&key)}
            </div>
        </section>
    }
    .into_any()
}

/// The invoice for paper.
fn document(key: &str) -> AnyView {
    view! {
        <p>
            <a class="button" href=format!("{PAY_PATH}{key}/invoice.pdf") rel="external">
                <Icon name="download"/>
                "Download the invoice"
            </a>
        </p>
    }
    .into_any()
}

/// How it can be paid, and what that adds or takes off; none where it cannot be.
fn ways(open: &OpenPayLink) -> Option<String> {
    let ways = match (open.takes_cards, open.takes_bank) {
        (true, true) => "You can pay by card or from a bank account.",
        (true, false) => "You can pay by card.",
        (false, true) => "You can pay from a bank account.",
        (false, false) => return None,
    };
    let mut sentences = vec![ways.to_owned()];
    if !open.bank_discount_percent.is_empty() {
        let percent = &open.bank_discount_percent;
        sentences.push(format!("Paying from a bank account takes {percent}% off."));
    }
    if !open.surcharge_percent.is_empty() {
        let percent = &open.surcharge_percent;
        sentences.push(format!(
            "Credit cards carry a surcharge of up to {percent}%; debit cards carry none."
        ));
    }
    sentences.push("You see the exact price before you confirm it.".to_owned());
    Some(sentences.join(" "))
}

/// Nothing is left to pay: since when, or what is on its way, and the receipt where there is one.
fn nothing_left(paid: PaidPayLink) -> AnyView {
    let PaidPayLink { key, number, settled, payment } = paid;
    let came_back = |payment: &LinkPaymentView| {
        matches!(payment.state, PaymentState::Returned | PaymentState::ChargedBack)
    };
    let is_taken_back = settled.is_empty() && payment.as_ref().is_some_and(came_back);
    let sentence = match settled.as_str() {
        _ if is_taken_back => {
            "The bank took the payment back. Please ask us for a new link.".to_owned()
        }
        "" => "A payment is on its way. Please do not pay again.".to_owned(),
        day => format!("It was settled on {day}. There is nothing left to pay."),
    };
    let (tone, icon, title) = match settled.as_str() {
        _ if is_taken_back => ("warn", "alert", text::PAY_LINK_TAKEN_BACK),
        "" => ("info", "clearing", text::PAY_LINK_CLEARING),
        _ => ("good", "tick", text::PAY_LINK_PAID),
    };
    let document = document(&key);
    let payment = payment.map(|payment| receipt(payment, &key));
    view! {
        <h1>{format!("Invoice {number}")}</h1>
        <Notice tone=tone icon=icon title=title>
            <p>{sentence}</p>
        </Notice>
        {payment}
        {document}
    }
    .into_any()
}

fn receipt(payment: LinkPaymentView, key: &str) -> AnyView {
    let LinkPaymentView { reference, state, failure_code, expected, charge, currency } = payment;
    view! {
        <section class="card" aria-labelledby="payment">
            <div class="card__body stack">
                <h2 class="visually-hidden" id="payment">"Payment"</h2>
                <dl class="facts">
                    <div><dt>"Payment"</dt><dd>{reference}</dd></div>
                    <div><dt>"Amount"</dt><dd>{money(charge, &currency)}</dd></div>
                    <div>
                        <dt>"Status"</dt>
                        <dd><PaymentChip state=state failure_code=failure_code expected=expected/></dd>
                    </div>
                </dl>
                <form action=format!("{PAY_PATH}{key}") method="post">
                    <button class="button" type="submit">
                        <Icon name="next" class="icon--flip"/>
                        "See the receipt"
                    </button>
                </form>
            </div>
        </section>
    }
    .into_any()
}
