//! Step two: how to pay.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::{
    bills::bill_form,
    page::{joined_portions, page},
};
use crate::{
    api::{
        portal::pay::{AddMethod, MakeQuote, Selection, TypedAmount, choose_method},
        view::{ChooseMethodPage, MethodView, PortalFrame},
    },
    domain::method::MethodKind,
    ui::{
        components::{
            icon::Icon,
            notice::{ErrorNotice, Notice, returned_error},
            portal_frame::PortalPage,
        },
        format::{money, plural},
    },
};

/// Saved ways to pay, and adding one.
pub fn choose() -> AnyView {
    let selection = use_query_map().with_untracked(|query| {
        let one = |name| query.get_str(name).unwrap_or_default().to_owned();
        let invoices = query.get_all("invoice").unwrap_or_default();
        let amount = |id: &String| {
            let text = query.get_str(&format!("amount.{id}"))?.to_owned();
            Some(TypedAmount { invoice: id.clone(), text })
        };
        Selection {
            amounts: invoices.iter().filter_map(amount).collect(),
            invoices: invoices.join(","),
            all: one("all"),
            buyer: one("buyer"),
            setup: one("setup"),
            payment: one("payment"),
            quote: one("quote"),
        }
    });
    page(choose_method(selection), choose_page)
}

fn choose_page(page: ChooseMethodPage) -> AnyView {
    if !page.amounts.is_empty() {
        return amounts_again(page);
    }
    let error = returned_error::<MakeQuote>()
        .or_else(returned_error::<AddMethod>)
        .map(|error| view! { <ErrorNotice error=error/> });
    let invoices = joined_portions(&page.lines);
    let count = i64::try_from(page.lines.len()).unwrap_or(i64::MAX);
    let discount: i64 = page.lines.iter().map(|line| line.early_discount).sum();
    let saved = (discount > 0).then(|| {
        let discount = money(discount, &page.currency);
        view! { <span>{format!(" after {discount} early-payment discount")}</span> }
    });
    let left_open = (page.left_open > 0).then(|| {
        let left_open = money(page.left_open, &page.currency);
        view! { <span>{format!("; {left_open} stays open")}</span> }
    });
    let frame = page.frame.clone();
    view! {
        <PortalPage frame=frame title="How to pay">
            {back(&page.frame)}
            {error}
            <div class="stack stack--tight">
                <p class="portal__trail">"Step 2 of 3"</p>
                <h1>"How would you like to pay?"</h1>
                <p class="soft">
                    <span>{format!("{}, ", plural(count, "invoice", "invoices"))}</span>
                    <span class="num">{money(page.total, &page.currency)}</span>
                    {saved}
                    {left_open}
                </p>
            </div>
            {saved_methods(&page, invoices.clone())}
            {new_method(&page, &invoices)}
        </PortalPage>
    }
    .into_any()
}

/// Back to what is to be paid.
fn back(frame: &PortalFrame) -> AnyView {
    let label =
        if frame.only_invoice.is_empty() { "Change invoices" } else { "Back to the invoice" };
    view! {
        <a class="crumb" href=frame.home()>
            <Icon name="prev" class="icon--flip"/>
            {label}
        </a>
    }
    .into_any()
}

/// Some amount cannot be paid: everything that was chosen and typed, with what is wrong.
fn amounts_again(page: ChooseMethodPage) -> AnyView {
    let ChooseMethodPage { frame, currency, amounts, .. } = page;
    let list = bill_form(&amounts, &currency);
    let back = back(&frame);
    view! {
        <PortalPage frame=frame title="What to pay">
            {back}
            <Notice tone="warn" icon="alert" title="An amount needs another look" is_alert=true>
                <p>"Nothing was charged, and nothing you typed is lost. What is wrong is said at the amount."</p>
            </Notice>
            <div class="stack stack--tight">
                <p class="portal__trail">"Step 1 of 3"</p>
                <h1>"How much would you like to pay?"</h1>
            </div>
            {list}
        </PortalPage>
    }
    .into_any()
}

fn saved_methods(page: &ChooseMethodPage, invoices: String) -> Option<AnyView> {
    if page.methods.is_empty() {
        return None;
    }
    let wanted = use_query_map().with_untracked(|query| query.get_str("method").map(str::to_owned));
    let accepted = || page.methods.iter().filter(|method| method.is_accepted);
    let first = accepted()
        .find(|method| wanted.as_ref() == Some(&method.id))
        .or_else(|| accepted().next())
        .map(|method| method.id.clone());
    let rows = page
        .methods
        .iter()
        .map(|method| saved(method, first.as_ref() == Some(&method.id), cost(page, method.kind)))
        .collect_view();
    let button = first.is_some().then(|| {
        view! {
            <button class="button button--primary button--wide" type="submit">
                "Review the payment"
            </button>
        }
    });
    Some(
        view! {
            <form class="stack" action=MakeQuote::PATH method="post">
                <input type="hidden" name="invoices" value=invoices/>
                <fieldset class="methods">
                    <legend class="visually-hidden">"Saved ways to pay"</legend>
                    {rows}
                </fieldset>
                {terms(page)}
                {button}
            </form>
        }
        .into_any(),
    )
}

fn saved(method: &MethodView, is_first: bool, cost: String) -> AnyView {
    let note = match (method.is_accepted, method.kind, method.expires.is_empty()) {
        (false, _, _) => "Not accepted for these invoices".to_owned(),
        (true, MethodKind::Card, false) => format!("Card, expires {}", method.expires),
        (true, MethodKind::Card, true) => "Card".to_owned(),
        (true, MethodKind::Bank, _) => "Bank account, clears in a few banking days".to_owned(),
    };
    let cost = method.is_accepted.then(|| view! { <span class="method__cost">{cost}</span> });
    view! {
        <label class="method">
            <input
                type="radio"
                name="method"
                value=method.id.clone()
                checked=is_first
                disabled=!method.is_accepted
                required=true
            />
            <Icon name=picture(method.kind) class="method__icon icon--large"/>
            <span class="method__text">
                <span class="method__name">{name(method)}</span>
                " "
                <span class="method__note">{note}</span>
            </span>
            " "
            {cost}
        </label>
    }
    .into_any()
}

/// `Visa ••4242`.
pub(super) fn name(method: &MethodView) -> String {
    format!("{} ••{}", method.brand, method.last4)
}

const fn picture(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Card => "card",
        MethodKind::Bank => "bank",
    }
}

/// What a kind of method adds or takes off, in a few words.
fn cost(page: &ChooseMethodPage, kind: MethodKind) -> String {
    match kind {
        MethodKind::Card if !page.surcharge_percent.is_empty() => {
            format!("If credit: up to {}% more", page.surcharge_percent)
        }
        MethodKind::Bank if !page.bank_discount_percent.is_empty() => {
            format!("Saves {}%", page.bank_discount_percent)
        }
        _ => "No fee".to_owned(),
    }
}

/// What the costs mean.
fn terms(page: &ChooseMethodPage) -> Option<AnyView> {
    let mut sentences = String::new();
    if !page.surcharge_percent.is_empty() && page.can_add_card {
        sentences = format!(
            "Credit cards carry a surcharge of up to {}%; debit cards and bank accounts carry \
             none. ",
            page.surcharge_percent
        );
    }
    if !page.bank_discount_percent.is_empty() && page.can_add_bank {
        sentences.push_str(&format!(
            "Paying from a bank account takes {}% off. ",
            page.bank_discount_percent
        ));
    }
    if sentences.is_empty() {
        return None;
    }
    sentences.push_str("You see the exact price before you confirm it.");
    Some(view! { <p class="soft">{sentences}</p> }.into_any())
}

fn new_method(page: &ChooseMethodPage, invoices: &str) -> AnyView {
    if !page.can_add_card && !page.can_add_bank && page.methods.iter().all(|m| !m.is_accepted) {
        return view! {
            <Notice tone="info" icon="info" title="These invoices cannot be paid online">
                <p>"The people named below can tell you how to pay them."</p>
            </Notice>
        }
        .into_any();
    }
    if !page.can_add_card && !page.can_add_bank {
        return ().into_any();
    }
    let is_first = page.methods.iter().all(|method| !method.is_accepted);
    let title = if is_first { "Add a way to pay" } else { "Or add another" };
    // The cheaper way comes first.
    let bank = page.can_add_bank.then(|| {
        let note = match page.bank_discount_percent.as_str() {
            "" => "No fee. You enter it on the secure page of our payment processor".to_owned(),
            percent => {
                format!(
                    "Saves {percent}%. You enter it on the secure page of our payment processor"
                )
            }
        };
        add(MethodKind::Bank, "Add a bank account", note, invoices)
    });
    let card = page.can_add_card.then(|| {
        let note = match page.surcharge_percent.as_str() {
            "" => "You enter it on the secure page of our payment processor".to_owned(),
            percent => format!(
                "Credit cards: up to {percent}% more. You enter it on the secure page of our \
                 payment processor"
            ),
        };
        add(MethodKind::Card, "Add a card", note, invoices)
    });
    // Without a form of saved methods above, what the ways cost stands here.
    let terms = page.methods.is_empty().then(|| terms(page));
    view! {
        <section class="stack stack--tight" aria-labelledby="add-title">
            <h2 id="add-title">{title}</h2>
            {bank}
            {card}
            {terms}
        </section>
    }
    .into_any()
}

fn add(kind: MethodKind, text: &'static str, note: String, invoices: &str) -> AnyView {
    view! {
        <form action=AddMethod::PATH method="post">
            <input type="hidden" name="invoices" value=invoices.to_owned()/>
            <button class="method method--add" type="submit" name="kind" value=kind.as_str()>
                <Icon name=picture(kind) class="method__icon icon--large"/>
                <span class="method__text">
                    <span class="method__name">{text}</span>
                    " "
                    <span class="method__note">{note}</span>
                </span>
                <Icon name="next" class="icon--flip"/>
            </button>
        </form>
    }
    .into_any()
}
