//! What is owed, and choosing what to pay.

use leptos::{html, prelude::*};

use super::{
    bills::{Tab, open_bill, price_today, tabs},
    page,
};
use crate::{
    api::{
        error::ApiError,
        portal::invoices::portal_open,
        view::{ContactView, PortalCurrency, PortalHome},
    },
    domain::invoice::InvoiceStatus,
    ui::{
        components::{
            icon::Icon,
            notice::Notice,
            portal_frame::{PortalPage, phone_link},
        },
        format::{money, plural},
        hooks::ticked::{tick_all, ticked},
        text,
    },
};

/// The portal's first screen.
pub struct HomeRoute {
    open: Resource<Result<PortalHome, ApiError>>,
}

impl HomeRoute {
    pub(super) fn data() -> Self {
        Self { open: Resource::new(|| (), |()| portal_open()) }
    }

    pub(super) fn view(this: Self) -> AnyView {
        page(this.open, home_page)
    }
}

fn home_page(home: PortalHome) -> AnyView {
    let PortalHome { frame, currencies, payments_on } = home;
    let paused = (!payments_on).then(|| paused(&frame.contact));
    let is_only = currencies.len() == 1;
    let open = currencies.iter().flat_map(|part| &part.invoices).filter(|i| i.is_payable).count();
    let heading = match currencies.len() {
        0 => Some(nothing_owed()),
        1 => None,
        _ => Some(view! { <h1 class="visually-hidden">"What you owe"</h1> }.into_any()),
    };
    let heroes = currencies.iter().map(|part| hero(part, is_only, payments_on)).collect_view();
    let lists = if currencies.is_empty() {
        nothing_to_pay()
    } else {
        currencies
            .into_iter()
            .map(|part| view! { <BillList part=part is_only=is_only can_choose=payments_on/> })
            .collect_view()
            .into_any()
    };
    view! {
        <PortalPage frame=frame title="What you owe">
            {paused}
            {heading}
            {heroes}
            <section class="stack" aria-labelledby="list-title">
                <h2 class="visually-hidden" id="list-title">"Invoices"</h2>
                {tabs(Tab::Open, Some(open))}
                {lists}
            </section>
        </PortalPage>
    }
    .into_any()
}

/// The amount, what of it is late, what paying now saves, and the button.
fn hero(part: &PortalCurrency, is_only: bool, can_pay: bool) -> AnyView {
    let currency = part.currency.as_str();
    let id = format!("owed-{currency}");
    // What is on its way is open in the books, and paid in the payer's eyes.
    let to_pay = part.owed - part.clearing;
    let overdue: i64 = part
        .invoices
        .iter()
        .filter(|invoice| matches!(invoice.status, InvoiceStatus::Overdue { .. }))
        .map(|invoice| invoice.balance)
        .sum();
    let label = view! {
        <span>"You owe "</span>
        <strong class="owed__amount">{money(to_pay, currency)}</strong>
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
            {can_pay.then(|| pay_all(part))}
        </section>
    }
    .into_any()
}

/// The button that pays everything that can be paid.
fn pay_all(part: &PortalCurrency) -> Option<AnyView> {
    let payable: Vec<_> = part.invoices.iter().filter(|invoice| invoice.is_payable).collect();
    if payable.is_empty() {
        return None;
    }
    let price = money(part.owed - part.clearing - part.discount, &part.currency);
    let fields = payable
        .into_iter()
        .map(|invoice| view! { <input type="hidden" name="invoice" value=invoice.id.clone()/> })
        .collect_view();
    Some(
        view! {
            <form class="owed__pay" action="/portal/pay" method="get">
                {fields}
                <button class="button button--primary button--large button--wide" type="submit">
                    {format!("Pay {price}")}
                </button>
            </form>
        }
        .into_any(),
    )
}

/// The invoices of one currency with their boxes and the basket. Without script the basket is a
/// plain button and the server adds up; with it, the sum follows the boxes.
#[component]
fn BillList(part: PortalCurrency, is_only: bool, can_choose: bool) -> AnyView {
    let PortalCurrency { currency, invoices, .. } = part;
    let rows =
        invoices.iter().map(|invoice| open_bill(invoice, &currency, can_choose)).collect_view();
    let title = (!is_only).then(|| view! { <h3>{format!("Invoices in {currency}")}</h3> });
    let prices: Vec<(String, i64)> = invoices
        .into_iter()
        .filter(|invoice| invoice.is_payable)
        .map(|invoice| (invoice.id.clone(), price_today(&invoice)))
        .collect();
    if !can_choose || prices.is_empty() {
        return view! {
            {title}
            <ul class="bills">{rows}</ul>
        }
        .into_any();
    }

    let form = NodeRef::<html::Form>::new();
    let all = prices.len();
    let prices = StoredValue::new(prices);
    // How many are ticked and what they cost together; nothing until script is there.
    let choice = RwSignal::new(None::<(usize, i64)>);
    let count_up = move || {
        let ids = ticked(form, "invoice");
        let total = prices.with_value(|prices| {
            prices.iter().filter(|(id, _)| ids.contains(id)).map(|(_, price)| price).sum()
        });
        choice.set(Some((ids.len(), total)));
    };
    Effect::new(move |_| {
        if form.get().is_some() {
            count_up();
        }
    });
    view! {
        {title}
        <form
            action="/portal/pay"
            method="get"
            node_ref=form
            data-live=""
            on:change=move |_| count_up()
        >
            <fieldset>
                <legend class="visually-hidden">"Choose invoices to pay"</legend>
                <ul class="bills">{rows}</ul>
            </fieldset>
            {basket(choice, currency, move || {
                tick_all(form, "invoice", choice.get_untracked().is_some_and(|(n, _)| n < all));
                count_up();
            }, all)}
        </form>
    }
    .into_any()
}

/// The bar that stays in sight: count, sum, and the way on.
fn basket(
    choice: RwSignal<Option<(usize, i64)>>,
    currency: String,
    tick_or_clear: impl Fn() + Copy + Send + Sync + 'static,
    all: usize,
) -> AnyView {
    let chosen = move || choice.get().filter(|(count, _)| *count > 0);
    let invoices =
        |count: usize| plural(i64::try_from(count).unwrap_or(i64::MAX), "invoice", "invoices");
    let count = move || match chosen() {
        Some((count, _)) => invoices(count),
        None => "Tick what you want to pay".to_owned(),
    };
    // A blank keeps the line's height until there is a sum.
    let total = move || match chosen() {
        Some((_, total)) => money(total, &currency),
        None => "\u{a0}".to_owned(),
    };
    let review = move || match chosen() {
        Some((count, _)) => format!("Review {}", invoices(count)),
        None => "Review".to_owned(),
    };
    let all_text = move || match choice.get() {
        Some((count, _)) if count == all => "Clear",
        _ => "Tick all",
    };
    view! {
        <div class="basket" role="group" aria-label="Your choice">
            <p class="basket__sum" role="status">
                <span>{count}</span>
                " "
                <strong class="basket__total">{total}</strong>
            </p>
            <Show when=move || choice.get().is_some()>
                <button
                    class="button button--quiet only-wide"
                    type="button"
                    on:click=move |_| tick_or_clear()
                >
                    {all_text}
                </button>
            </Show>
            <button class="button button--primary" type="submit">{review}</button>
        </div>
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

/// Payments are switched off: whom to call.
fn paused(contact: &ContactView) -> AnyView {
    let ContactView { name, email, phone } = contact.clone();
    let sentence = if name.is_empty() {
        "Your invoices are all here. Please pay them another way.".to_owned()
    } else {
        format!("Your invoices are all here. To pay them, please speak to {name}.")
    };
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
        <Notice tone="info" icon="info" title=text::PAYMENTS_PAUSED>
            <p>{sentence}</p>
            <div class="notice__actions">{call} {write}</div>
        </Notice>
    }
    .into_any()
}
