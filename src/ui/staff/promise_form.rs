//! The form that records a promise: which invoices, how much, by when, and how the customer said so.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use super::{panel_promises::Recording, promise_words as words, refusal::problem};
use crate::{
    api::{
        error::ApiError,
        view::{PromisableView, PromisesView},
    },
    domain::{
        invoice::InvoiceStatus,
        promise::{INVOICES_MAX, NOTE_LENGTH_MAX, PromiseChannel},
    },
    ui::{
        components::field::{Field, field_alert, labelled},
        format::{money, plural},
        text::{capitalized, invoice_status},
    },
};

/// The id of the sentence that says what is wrong with the invoices.
const INVOICES_ERROR: &str = "promise-invoices-error";
/// The id of the sentence that says what the ticked ones come to.
const SUM: &str = "promise-sum";

/// The invoices that are ticked: their ids, each with the version that was read behind a colon. To be
/// made where the panel is.
#[derive(Clone, Copy)]
pub struct Ticked(RwSignal<BTreeSet<String>>);

impl Ticked {
    /// Nothing is.
    pub fn nothing() -> Self {
        Self(RwSignal::new(BTreeSet::new()))
    }

    /// Ticks nothing any more.
    pub fn clear(self) {
        self.0.set(BTreeSet::new());
    }

    fn has(self, key: &str) -> bool {
        self.0.with(|keys| keys.contains(key))
    }

    fn set(self, key: &str, is_on: bool) {
        self.0.update(|keys| {
            if is_on {
                keys.insert(key.to_owned());
            } else {
                keys.remove(key);
            }
        });
    }

    fn joined(self) -> String {
        self.0.with(|keys| keys.iter().map(String::as_str).collect::<Vec<_>>().join(","))
    }
}

fn key(invoice: &PromisableView) -> String {
    format!("{}:{}", invoice.id, invoice.version)
}

const fn is_overdue(invoice: &PromisableView) -> bool {
    matches!(invoice.status, InvoiceStatus::Overdue { .. }) && invoice.already.is_empty()
}

/// What invoices come to, by currency: how many and how much.
fn sums<'a>(invoices: impl Iterator<Item = &'a PromisableView>) -> BTreeMap<&'a str, (i64, i64)> {
    let mut sums = BTreeMap::new();
    for invoice in invoices {
        let sum: &mut (i64, i64) = sums.entry(invoice.currency.as_str()).or_default();
        *sum = (sum.0 + 1, sum.1.saturating_add(invoice.balance));
    }
    sums
}

/// The form. What it began with stays while somebody writes in it.
pub fn form(found: PromisesView, customer_id: String, desk: Recording, ticked: Ticked) -> AnyView {
    const { assert!(NOTE_LENGTH_MAX == 500 && INVOICES_MAX == 200, "the form says so too") };
    let error = desk.error();
    let PromisesView { invoices, is_cut, today, .. } = found;
    let channel = |one: PromiseChannel| {
        view! { <option value=one.as_str()>{words::channel(one)}</option> }
    };
    let channels = PromiseChannel::ALL.map(channel).into_iter().collect_view();
    let (above, actions) = (desk.above(error), desk.actions());
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            {above}
            <input type="hidden" name="customer_id" value=customer_id/>
            <input type="hidden" name="form[invoices]" prop:value=move || ticked.joined()/>
            {choices(invoices, is_cut, ticked, error)}
            <Field
                name="form[amount]"
                label="Amount"
                help="Empty: everything that is open on the ticked invoices."
                class="input--3"
                inputmode="decimal"
                problem=problem(error, "amount")
                autocomplete="off"
                maxlength="30"
                is_optional=true
            />
            {labelled("form[promised_on]", "By", "", problem(error, "promised_on"), |said| view! {
                <input
                    class="input input--3"
                    id="form[promised_on]"
                    name="form[promised_on]"
                    type="date"
                    min=today
                    required
                    aria-invalid=move || said.invalid()
                    aria-describedby=move || said.described()
                />
            }.into_any())}
            {labelled("form[channel]", "How they told you", "", problem(error, "channel"), |said| view! {
                <select
                    class="input input--3"
                    id="form[channel]"
                    name="form[channel]"
                    aria-invalid=move || said.invalid()
                    aria-describedby=move || said.described()
                >
                    {channels}
                </select>
            }.into_any())}
            <Field
                name="form[note]"
                label="Note"
                help="For your colleagues only: the customer never sees it. May be empty."
                problem=problem(error, "note")
                autocomplete="off"
                maxlength="500"
                is_optional=true
            />
            {actions}
        </ActionForm>
    }
    .into_any()
}

/// The invoices to be ticked, what is wrong with them, and what the ticked ones come to.
fn choices(
    invoices: Vec<PromisableView>,
    is_cut: bool,
    ticked: Ticked,
    error: Memo<Option<ApiError>>,
) -> AnyView {
    let numbers: BTreeMap<String, String> =
        invoices.iter().map(|one| (one.id.clone(), one.number.clone())).collect();
    let wrong = Memo::new(move |_| match error.get() {
        Some(ApiError::Invalid(problem)) => {
            let (field, id) = problem.field.split_once('.').unwrap_or((problem.field.as_str(), ""));
            let number = numbers.get(id).map(String::as_str);
            (field == "invoices").then(|| words::invoices_problem(&problem, number))
        }
        _ => None,
    });
    let overdue = overdue(&invoices, ticked);
    let rows = invoices.iter().map(|invoice| choice(invoice, ticked)).collect_view();
    let cut = is_cut.then(|| {
        view! { <p class="field__help">"Only the 200 that are due first can be chosen here."</p> }
    });
    let sum = move || {
        let chosen = sums(invoices.iter().filter(|invoice| ticked.has(&key(invoice))));
        let one = |(currency, (count, minor)): (&str, (i64, i64))| {
            format!(
                "{} ticked, {} open",
                plural(count, "invoice", "invoices"),
                money(minor, currency)
            )
        };
        let parts: Vec<String> = chosen.into_iter().map(one).collect();
        if parts.is_empty() { "Nothing is ticked.".to_owned() } else { parts.join(" · ") }
    };
    let described = move || {
        if wrong.with(Option::is_some) { format!("{INVOICES_ERROR} {SUM}") } else { SUM.to_owned() }
    };
    view! {
        <fieldset
            class=move || if wrong.with(Option::is_some) { "choices field--bad" } else { "choices" }
            aria-describedby=described
        >
            <legend>"Invoices"</legend>
            {field_alert(INVOICES_ERROR, move || wrong.get())}
            {overdue}
            <ul class="stack stack--tight">{rows}</ul>
            {cut}
            <p class="field__help" id=SUM role="status">{sum}</p>
        </fieldset>
    }
    .into_any()
}

/// Buttons that tick everything that is overdue, one for each currency.
fn overdue(invoices: &[PromisableView], ticked: Ticked) -> AnyView {
    let late: Vec<&PromisableView> = invoices.iter().filter(|one| is_overdue(one)).collect();
    if late.is_empty() {
        return ().into_any();
    }
    let button = |(currency, (count, minor)): (&str, (i64, i64))| {
        let keys: Vec<String> =
            late.iter().filter(|one| one.currency == currency).map(|one| key(one)).collect();
        let invoices = plural(count, "invoice", "invoices");
        let label = format!("Tick all that is overdue: {invoices}, {}", money(minor, currency));
        let tick = move |_| keys.iter().for_each(|key| ticked.set(key, true));
        view! { <button class="button" type="button" on:click=tick>{label}</button> }
    };
    let buttons = sums(late.iter().copied()).into_iter().map(button).collect_view();
    view! { <div class="actions">{buttons}</div> }.into_any()
}

fn choice(invoice: &PromisableView, ticked: Ticked) -> AnyView {
    let key = key(invoice);
    let is_taken = !invoice.already.is_empty();
    let mut parts = vec![format!("due {}", invoice.due), invoice_status(invoice.status)];
    if !invoice.buyer.is_empty() {
        parts.insert(0, invoice.buyer.clone());
    }
    if is_taken {
        parts.push(format!("in a promise for {} already", invoice.already));
    }
    let what = format!("{}, {}", invoice.number, money(invoice.balance, &invoice.currency));
    let own = key.clone();
    let is_on = Memo::new(move |_| ticked.has(&own));
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    disabled=is_taken
                    prop:checked=move || is_on.get()
                    on:change:target=move |event| ticked.set(&key, event.target().checked())
                />
                <span>
                    <span>{what}</span>
                    <span class="field__help">{capitalized(&parts.join(" · "))}</span>
                </span>
            </label>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice(
        number: &str,
        status: InvoiceStatus,
        balance: i64,
        currency: &str,
    ) -> PromisableView {
        PromisableView {
            id: number.to_owned(),
            version: 3,
            number: number.to_owned(),
            buyer: String::new(),
            due: "Nov 3, 2026".to_owned(),
            status,
            balance,
            currency: currency.to_owned(),
            already: String::new(),
        }
    }

    #[test]
    fn sums_are_by_currency() {
        let late = InvoiceStatus::Overdue { days: 3 };
        let all = [
            invoice("A", late, 100, "USD"),
            invoice("B", InvoiceStatus::Open, 50, "USD"),
            invoice("C", late, 7, "EUR"),
        ];
        let found: Vec<_> = sums(all.iter()).into_iter().collect();
        assert_eq!(found, [("EUR", (1, 7)), ("USD", (2, 150))]);
        assert_eq!(key(&all[0]), "A:3");
        let taken = PromisableView { already: "Nov 9, 2026".to_owned(), ..all[0].clone() };
        assert!(is_overdue(&all[0]) && !is_overdue(&all[1]) && !is_overdue(&taken));
    }
}
