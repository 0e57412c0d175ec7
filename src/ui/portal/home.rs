//! What is owed, and choosing what to pay.

use leptos::prelude::*;

use super::{
    bills::{Tab, bill_form, open_bill, tabs},
    buyers::{buyer_of_page, choice_of_buyer},
    page::page,
};
use crate::{
    api::{
        portal::invoices::portal_open,
        view::{Buyers, ContactView, PortalCurrency, PortalFrame, PortalHome, PortalInvoice},
    },
    ui::{
        components::{
            icon::Icon,
            notice::Notice,
            portal_frame::{PortalPage, phone_link},
        },
        format::{money, plural},
        text,
    },
};

/// The portal's first screen.
pub fn home() -> AnyView {
    page(portal_open(buyer_of_page()), home_page)
}

fn home_page(home: PortalHome) -> AnyView {
    if home.is_closed {
        return closed(home.frame, home.pays_by_links);
    }
    let PortalHome { frame, currencies, payments_on, paid_by, buyers, .. } = home;
    let paused = (!payments_on).then(|| paused(&frame.contact));
    let is_elsewhere = !paid_by.is_empty() && buyers.all.is_empty();
    let is_only = currencies.len() == 1;
    let open = currencies.iter().flat_map(|part| &part.invoices).filter(|i| i.is_payable()).count();
    let heading = match currencies.len() {
        0 if is_elsewhere => Some(paid_elsewhere(&frame.account, &paid_by)),
        0 => Some(nothing_owed()),
        1 => None,
        _ => Some(view! { <h1 class="visually-hidden">"What you owe"</h1> }.into_any()),
    };
    let heroes =
        currencies.iter().map(|part| hero(part, is_only, payments_on, &buyers)).collect_view();
    let lists = if currencies.is_empty() && is_elsewhere {
        ().into_any()
    } else if currencies.is_empty() {
        nothing_to_pay()
    } else {
        currencies
            .iter()
            .map(|part| bill_list(part, is_only, payments_on))
            .collect_view()
            .into_any()
    };
    view! {
        <PortalPage frame=frame title="What you owe">
            {paused}
            {choice_of_buyer("/portal", &buyers)}
            {heading}
            {heroes}
            <section class="stack" aria-labelledby="list-title">
                <h2 class="visually-hidden" id="list-title">"Invoices"</h2>
                {tabs(Tab::Open, Some(open), &buyers)}
                {lists}
            </section>
        </PortalPage>
    }
    .into_any()
}

/// The amount, what of it is late, what paying now saves, and the button.
fn hero(part: &PortalCurrency, is_only: bool, can_pay: bool, buyers: &Buyers) -> AnyView {
    let currency = part.currency.as_str();
    let id = format!("owed-{currency}");
    // What is on its way is open in the books, and paid in the payer's eyes.
    let to_pay = part.owed - part.clearing;
    let overdue = part.overdue;
    let label = view! {
        <span>"You owe "</span>
        <strong class="owed__amount">{money(to_pay, currency)}</strong>
        {buyers.name().map(|name| format!(" for {name}"))}
    };
    let heading = if is_only {
        view! { <h1 class="owed__label" id=id.clone()>{label}</h1> }.into_any()
    } else {
        view! { <h2 class="owed__label" id=id.clone()>{label}</h2> }.into_any()
    };
    let late = (overdue > 0).then(|| {
        let late = if overdue == to_pay {
            "all of it overdue".to_owned()
        } else {
            format!("of which {} overdue", money(overdue, currency))
        };
        view! { <p class="owed__late"><Icon name="alert"/><span>{late}</span></p> }
    });
    let save = (part.discount > 0).then(|| {
        let until = &part.discount_until;
        let mut save = format!("Pay early and save {}", money(part.discount, currency));
        if !until.is_empty() {
            save.push_str(" by ");
            save.push_str(until);
        }
        view! { <p class="owed__save"><Icon name="percent"/><span>{save}</span></p> }
    });
    let clearing = (part.clearing > 0).then(|| {
        let clearing = format!("{} more is paid and clearing", money(part.clearing, currency));
        view! { <p class="soft">{clearing}</p> }
    });
    let credit = (part.credit > 0).then(|| {
        let credit = format!("We hold a credit of {} for you", money(part.credit, currency));
        view! { <p class="soft">{credit}</p> }
    });
    view! {
        <section class="owed" aria-labelledby=id>
            {heading}
            {late}
            {save}
            {clearing}
            {credit}
            {can_pay.then(|| pay_all(part, buyers))}
        </section>
    }
    .into_any()
}

fn payable(part: &PortalCurrency) -> impl Iterator<Item = &PortalInvoice> {
    part.invoices.iter().filter(|invoice| invoice.is_payable())
}

/// The button that pays everything that can be paid.
fn pay_all(part: &PortalCurrency, buyers: &Buyers) -> Option<AnyView> {
    let price: i64 = payable(part).map(PortalInvoice::price_today).sum();
    if price == 0 {
        return None;
    }
    let price = money(price, &part.currency);
    let buyer = &buyers.chosen;
    let buyer = (!buyer.is_empty())
        .then(|| view! { <input type="hidden" name="buyer" value=buyer.clone()/> });
    Some(
        view! {
            <form class="owed__pay" action="/portal/pay" method="get">
                <input type="hidden" name="all" value=part.currency.clone()/>
                {buyer}
                <button class="button button--primary button--large button--wide" type="submit">
                    {format!("Pay {price}")}
                </button>
            </form>
        }
        .into_any(),
    )
}

/// The invoices of one currency with their boxes and the basket.
fn bill_list(part: &PortalCurrency, is_only: bool, can_choose: bool) -> AnyView {
    let currency = &part.currency;
    let title = (!is_only).then(|| view! { <h3>{format!("Invoices in {currency}")}</h3> });
    let listed = i64::try_from(part.invoices.len()).unwrap_or(i64::MAX);
    let more = (part.open_count > listed).then(|| {
        let more = plural(part.open_count - listed, "later invoice is", "later invoices are");
        view! { <p class="soft">{format!("{more} listed here once some of these are paid.")}</p> }
    });
    let list = if can_choose && payable(part).next().is_some() {
        bill_form(&part.invoices, currency)
    } else {
        let row = |invoice| open_bill(invoice, currency, can_choose);
        let rows = part.invoices.iter().map(row).collect_view();
        view! { <ul class="bills">{rows}</ul> }.into_any()
    };
    view! {
        {title}
        {list}
        {more}
    }
    .into_any()
}

/// The account's invoices go to somebody else.
fn paid_elsewhere(account: &str, paid_by: &str) -> AnyView {
    view! {
        <section class="owed" aria-labelledby="owed">
            <h1 class="owed__label" id="owed">
                <span>"Invoices of "</span>
                <strong>{account.to_owned()}</strong>
                <span>" are paid by "</span>
                <strong>{paid_by.to_owned()}</strong>
            </h1>
            <p class="soft">"There is nothing for you to pay here."</p>
        </section>
    }
    .into_any()
}

fn nothing_owed() -> AnyView {
    view! {
        <section class="owed" aria-labelledby="owed">
            <h1 class="owed__label" id="owed">
                <span>"You owe "</span>
                <strong class="owed__amount">"nothing"</strong>
            </h1>
        </section>
    }
    .into_any()
}

fn nothing_to_pay() -> AnyView {
    view! {
        <div class="state state--good">
            <span class="state__mark"><Icon name="tick" class="icon--large"/></span>
            <h3 class="state__title">"Nothing to pay"</h3>
            <p class="state__text">
                "Everything is paid. The next invoice will be listed here on the day it is issued."
            </p>
            <a class="button" href="/portal/paid" rel="external">"See paid invoices"</a>
        </div>
    }
    .into_any()
}

/// The portal is closed to the account: whom to call.
fn closed(frame: PortalFrame, pays_by_links: bool) -> AnyView {
    let title = if pays_by_links { text::PAYS_BY_LINKS } else { text::PORTAL_CLOSED };
    let sentence = match (frame.contact.name.as_str(), pays_by_links) {
        ("", false) => "Please ask us about your invoices.".to_owned(),
        (name, false) => format!("Please speak to {name} about your invoices."),
        ("", true) => {
            "Our reminders and statements have one for each invoice. If you miss one, please \
                       ask us."
                .to_owned()
        }
        (name, true) => format!(
            "Our reminders and statements have one for each invoice. If you miss one, please speak \
             to {name}."
        ),
    };
    let notice = ask(&frame.contact, title, sentence);
    view! {
        <PortalPage frame=frame title=title>
            <h1 class="visually-hidden">{title}</h1>
            {notice}
        </PortalPage>
    }
    .into_any()
}

/// Payments are switched off: whom to call.
fn paused(contact: &ContactView) -> AnyView {
    let sentence = match contact.name.as_str() {
        "" => "Your invoices are all here. Please pay them another way.".to_owned(),
        name => format!("Your invoices are all here. To pay them, please speak to {name}."),
    };
    ask(contact, text::PAYMENTS_PAUSED, sentence)
}

/// What cannot be done here, and whom to ask.
pub(super) fn ask(contact: &ContactView, title: &'static str, sentence: String) -> AnyView {
    let ContactView { email, phone, .. } = contact.clone();
    let call = (!phone.is_empty()).then(|| {
        view! {
            <a class="button" href=phone_link(&phone)>
                <Icon name="phone"/>
                <span>{format!("Call {phone}")}</span>
            </a>
        }
    });
    let write = (!email.is_empty()).then(|| {
        view! {
            <a class="button" href=format!("mailto:{email}")>
                <Icon name="mail"/>
                <span>{email.clone()}</span>
            </a>
        }
    });
    view! {
        <Notice tone="info" icon="info" title=title>
            <p>{sentence}</p>
            <div class="notice__actions">{call} {write}</div>
        </Notice>
    }
    .into_any()
}
