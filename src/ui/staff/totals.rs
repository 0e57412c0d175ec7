//! What is owed, by currency: the figures above the list of open invoices.

use leptos::prelude::*;

use super::{aging_bar::AgingBar, list_url::ListAddress, words};
use crate::{api::view::AgingView, ui::format};

/// The currency whose figures are shown: the one that is filtered by, else the first.
pub fn shown_of<'a>(views: &'a [AgingView], currency: &str) -> Option<&'a AgingView> {
    views.iter().find(|view| view.currency == currency).or_else(|| views.first())
}

/// Links between currencies, with what is owed in each. Nothing where there is only one.
#[component]
pub fn Currencies(
    /// Code and words of each.
    currencies: Vec<(String, String)>,
    /// The one that is shown.
    current: String,
    /// The list.
    address: ListAddress,
) -> AnyView {
    let link = |(code, words): (String, String)| {
        let href = address.changed(|list| list.currency.clone_from(&code)).href();
        let is_current = (code == current).then_some("true");
        view! {
            <a class="currencies__item" href=href aria-current=is_current data-noscroll="">
                <span class="currencies__code">{code}</span>
                <span>{words}</span>
            </a>
        }
    };
    let links = currencies.into_iter().map(link).collect_view();
    view! { <nav class="currencies" aria-label="Currency">{links}</nav> }.into_any()
}

/// Outstanding, overdue, customers and invoices of a currency, and their ages.
#[component]
pub fn Totals(
    /// Every currency's figures, the seller's own first.
    views: Vec<AgingView>,
    /// The list.
    address: ListAddress,
) -> AnyView {
    let Some(view) = shown_of(&views, &address.list.currency).cloned() else {
        return ().into_any();
    };
    let currencies = views
        .iter()
        .map(|view| (view.currency.clone(), format::money(view.outstanding, &view.currency)))
        .collect();
    let current = view.currency.clone();
    let late_class = if view.overdue > 0 {
        "figures__item figures__item--hero figures__item--late"
    } else {
        "figures__item figures__item--hero"
    };
    let late = format!("{} of outstanding", words::share(view.overdue, view.outstanding));
    let credit = (view.credit > 0).then(|| {
        view! {
            <div class="figures__item">
                <dt>"Unapplied credit"</dt>
                <dd>{format::money(view.credit, &view.currency)}</dd>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="totals-title">
            <div class="card__body">
                <h2 class="visually-hidden" id="totals-title">"What is owed"</h2>
                <Currencies currencies=currencies current=current address=address.clone()/>
                <dl class="figures">
                    <div class="figures__item figures__item--hero">
                        <dt>"Outstanding"</dt>
                        <dd>{format::money(view.outstanding, &view.currency)}</dd>
                    </div>
                    <div class=late_class>
                        <dt>"Overdue"</dt>
                        <dd>{format::money(view.overdue, &view.currency)}</dd>
                        <dd>{late}</dd>
                    </div>
                    <div class="figures__item">
                        <dt>"Customers"</dt>
                        <dd>{format::count(view.customers)}</dd>
                    </div>
                    <div class="figures__item">
                        <dt>"Invoices"</dt>
                        <dd>{format::count(view.invoices)}</dd>
                    </div>
                    {credit}
                </dl>
                <AgingBar view=view address=address/>
            </div>
        </section>
    }
    .into_any()
}
