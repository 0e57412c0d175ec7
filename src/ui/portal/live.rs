//! What script adds to the portal's pages: regions marked `data-live` are brought alive.
//!
//! * `data-live="bills"`: the form of invoices to tick, whose basket then counts along.
//! * `data-live="payment"`: a payment that waits, whose page is loaded anew when it moves on.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::IntervalHandle, mount::hydrate_from, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::basket::{Choice, basket};
use crate::{
    api::portal::payments::payment_status,
    domain::{
        money::Currency,
        portion::{judge, parse_amount},
    },
    ui::hooks::marker::mark,
};

/// How often a page that waits looks again.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Brings every live region of the page alive.
pub fn start() {
    let Ok(regions) = document().query_selector_all("[data-live]") else { return };
    for index in 0..regions.length() {
        let region = regions.get(index).and_then(|node| node.dyn_into::<Element>().ok());
        let Some(region) = region else { continue };
        // A region without what it needs stays as it was sent: whole, and working.
        let _ = match region.get_attribute("data-live").as_deref() {
            Some("bills") => bills(region),
            Some("payment") => payment(&region),
            _ => None,
        };
    }
    mark();
}

fn bills(region: Element) -> Option<()> {
    let currency = region.get_attribute("data-currency")?;
    let bar = region.query_selector(".basket").ok()??.dyn_into::<HtmlElement>().ok()?;
    let form = region.dyn_into::<HtmlFormElement>().ok()?;
    let all = boxes(&form).len();
    let known = Currency::from_code(&currency)?;
    hydrate_from(bar, move || {
        let choice = RwSignal::new(None);
        let form = StoredValue::new_local(form);
        let count = move || choice.set(form.with_value(|form| ticked(form, known)));
        let listener = Closure::<dyn Fn()>::new(count);
        let shorten = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            form.with_value(|form| leave_out_amounts(form, known, &event));
        });
        form.with_value(|form| {
            // Adding a listener to an element of the page cannot fail.
            let _ =
                form.add_event_listener_with_callback("input", listener.as_ref().unchecked_ref());
            let _ =
                form.add_event_listener_with_callback("formdata", shorten.as_ref().unchecked_ref());
        });
        listener.forget();
        shorten.forget();
        // Not before the bar is as the server sent it.
        Effect::new(move |_| count());
        basket(choice, currency, all, move || {
            let is_ticked = choice.get_untracked().is_some_and(|(count, _)| count < all);
            form.with_value(|form| {
                for item in boxes(form) {
                    item.set_checked(is_ticked);
                }
            });
            count();
        })
    })
    .forget();
    Some(())
}

/// The boxes of a form.
fn boxes(form: &HtmlFormElement) -> Vec<HtmlInputElement> {
    (0..u32::try_from(form.length()).unwrap_or(0))
        .filter_map(|index| form.get_with_index(index)?.dyn_into::<HtmlInputElement>().ok())
        .filter(|item| item.type_() == "checkbox")
        .collect()
}

/// Where the amount of a box is typed, if it may be.
fn amount_of(item: &HtmlInputElement) -> Option<HtmlInputElement> {
    let bill = item.closest("li").ok()??;
    bill.query_selector(".pay-part input").ok()??.dyn_into().ok()
}

/// What closes the invoice of a box, in minor units.
fn price_of(item: &HtmlInputElement) -> Option<i64> {
    item.get_attribute("data-price")?.parse().ok()
}

/// What is ticked.
fn ticked(form: &HtmlFormElement, currency: Currency) -> Choice {
    let ticked: Vec<_> = boxes(form).into_iter().filter(HtmlInputElement::checked).collect();
    let amount = |item: &HtmlInputElement| {
        let price = price_of(item)?;
        let Some(field) = amount_of(item) else { return Some(price) };
        let part = judge(parse_amount(&field.value(), currency)?, price, true).ok()?;
        Some(part.unwrap_or(price))
    };
    Some((ticked.len(), ticked.iter().map(amount).sum()))
}

/// Keeps amounts out of the address that say nothing: those of invoices that are not ticked, and
/// those that are all of it.
fn leave_out_amounts(form: &HtmlFormElement, currency: Currency, event: &Event) {
    let data = js_sys::Reflect::get(event, &"formData".into());
    let Some(data) = data.ok().and_then(|data| data.dyn_into::<FormData>().ok()) else { return };
    for item in boxes(form) {
        let Some(field) = amount_of(&item) else { continue };
        let typed = parse_amount(&field.value(), currency);
        if !item.checked() || (typed.is_some() && typed == price_of(&item)) {
            data.delete(&field.name());
        }
    }
}

/// Looks whether a payment moved on, for as long as its page is shown.
fn payment(region: &Element) -> Option<()> {
    let id = region.get_attribute("data-id")?;
    let seen = region.get_attribute("data-state")?;
    let handle = Rc::new(Cell::new(None));
    let stop = handle.clone();
    let look = move || {
        let (id, seen, stop) = (id.clone(), seen.clone(), stop.clone());
        spawn_local(async move {
            match payment_status(id).await {
                Ok(state) if state.as_str() == seen => {}
                // Should the browser refuse, the page stays as it is.
                Ok(_) => _ = window().location().reload(),
                // Signed out, or no connection: it cannot be asked any more.
                Err(_) => _ = stop.take().map(|handle: IntervalHandle| handle.clear()),
            }
        });
    };
    handle.set(set_interval_with_handle(look, LOOK_EVERY).ok());
    Some(())
}
