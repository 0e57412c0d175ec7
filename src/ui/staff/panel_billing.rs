//! Who pays for the customer and why, for whom it pays, and giving it a say of its own.

use leptos::prelude::*;

use super::{
    billing_words as words,
    list_url::ListAddress,
    panel_choice::{Choosing, choosing, select},
    panel_tabs::balances,
};
use crate::{
    api::{
        staff::hierarchy::prefer_billing,
        view::{BillingView, CustomerLink, CustomerPanel},
    },
    domain::hierarchy::BillingPreference,
    ui::format,
};

/// Choosing who pays.
#[derive(Clone, Copy)]
pub struct Billing {
    pub(super) address: Memo<ListAddress>,
    prefer: Choosing,
}

impl Billing {
    /// `refresh` reads the customer again.
    pub fn new(address: Memo<ListAddress>, refresh: impl Fn() + Send + Sync + 'static) -> Self {
        Self { address, prefer: choosing(prefer_billing, refresh) }
    }
}

/// The part of the summary.
pub fn section(customer: &CustomerPanel, Billing { address, prefer }: Billing) -> AnyView {
    let billing = &customer.billing;
    let choice = customer.may_change.then(|| choice(customer, prefer));
    let link = |label: &'static str, one: &Option<CustomerLink>| {
        one.as_ref().map(|one| {
            view! { <div><dt>{label}</dt><dd>{named(one, address)}</dd></div> }
        })
    };
    view! {
        <section class="panel__section" aria-labelledby="panel-billing">
            <h3 id="panel-billing">"Who pays"</h3>
            {choice}
            <p class="soft">{words::reason(billing)}</p>
            <dl class="facts">
                {link("Belongs to", &billing.parent)}
                {link("Bill-To", &billing.bill_to)}
                {pays_for(billing, address)}
            </dl>
        </section>
        {balances("panel-consolidated", "With those it pays for", &billing.consolidated)}
    }
    .into_any()
}

/// A customer by name, leading to its panel where that may be seen.
fn named(one: &CustomerLink, address: Memo<ListAddress>) -> AnyView {
    let (id, name) = (one.id.clone(), one.called().to_owned());
    if id.is_empty() {
        return view! { <span>{name}</span> }.into_any();
    }
    let href = move || address.with(|address| address.with_panel(&id).with_tab("").href());
    view! { <a href=href data-noscroll="">{name}</a> }.into_any()
}

fn pays_for(billing: &BillingView, address: Memo<ListAddress>) -> Option<impl IntoView + use<>> {
    let count = billing.pays_for_count;
    if count == 0 {
        return None;
    }
    let line = |one: &CustomerLink| view! { <li>{named(one, address)}</li> };
    let lines = billing.pays_for.iter().map(line).collect_view();
    let hidden = count - i64::try_from(billing.pays_for.len()).unwrap_or(count);
    let more = (hidden > 0)
        .then(|| view! { <li class="soft">{format!("{} more", format::count(hidden))}</li> });
    let label = format!("Pays for {}", format::plural(count, "other", "others"));
    Some(view! {
        <div>
            <dt>{label}</dt>
            <dd><ul class="links">{lines} {more}</ul></dd>
        </div>
    })
}

fn choice(customer: &CustomerPanel, prefer: Choosing) -> AnyView {
    let billing = &customer.billing;
    let was = billing.own.map_or("", |own| own.as_str());
    let inherited = format!("Inherited: {}", words::preference(billing.inherited));
    let option = |preference: BillingPreference| {
        let is_chosen = billing.own == Some(preference);
        view! {
            <option value=preference.as_str() selected=is_chosen>
                {words::preference(preference)}
            </option>
        }
    };
    let own = BillingPreference::ALL.map(option);
    let options = view! {
        <option value="" selected=billing.own.is_none()>{inherited}</option>
        {own.into_iter().collect_view()}
    };
    select("billing", "Who pays", (customer.id.clone(), was.to_owned()), prefer, options)
}
