//! When the money of an invoice is expected: what is known, and deciding it.

use leptos::prelude::*;

use super::{
    desk::Desk,
    expectation_fields::{Charged, fields},
    expectation_words as words,
    follow::Asked,
    meanwhile::{meanwhile, since},
};
use crate::{
    api::{
        staff::invoice::DecideExpectation,
        view::{ExpectationView, InvoicePanel},
    },
    domain::expectation::{ExpectationStatus, NOTE_LENGTH_MAX},
};

/// The id of the button that opens the form.
const CHANGE: &str = "expect-change";

/// Deciding it.
pub type Expectation = Desk<DecideExpectation, InvoicePanel>;

/// For whichever invoice is open. `refresh` reads it again.
pub fn desk(id: Memo<String>, refresh: impl Fn() + Send + Sync + 'static) -> Expectation {
    Desk::new(id, |call: DecideExpectation| call.id, refresh, CHANGE)
}

/// The part of the panel; nothing where no money is expected any more. A form that somebody writes
/// in is not made anew when the invoice is read again.
pub fn section(found: Asked<InvoicePanel>, desk: Expectation) -> AnyView {
    let known = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let found = found.await.and_then(Result::ok).filter(|found| found.row.balance > 0);
            found.map(|found| framed(desk, shown(&found, desk)))
        })
    };
    let body = move || match desk.begun() {
        Some(begun) => framed(desk, form(begun, desk, found)),
        None => view! { <Transition>{known}</Transition> }.into_any(),
    };
    view! { {body} }.into_any()
}

fn framed(desk: Expectation, body: AnyView) -> AnyView {
    view! {
        <div class="panel__body">
            <section class="panel__section" aria-labelledby="invoice-expected">
                <h3 id="invoice-expected">"When the money comes"</h3>
                {desk.saved("Saved.")}
                {body}
            </section>
        </div>
    }
    .into_any()
}

/// What is expected, in words; empty where there is nothing to say.
fn facts(known: &ExpectationView) -> [(&'static str, String); 4] {
    let ExpectationView { status, on, reason, form, .. } = known;
    [
        ("Expected", if on.is_empty() { "Nobody knows".to_owned() } else { on.clone() }),
        ("Status", words::status(*status).to_owned()),
        ("Why", reason.map(words::reason).unwrap_or_default().to_owned()),
        ("Note", form.note.clone()),
    ]
}

/// What somebody else decided meanwhile.
fn written(before: &ExpectationView, now: &ExpectationView) -> Option<AnyView> {
    let fields = facts(before).into_iter().zip(facts(now));
    meanwhile(fields.map(|((label, before), (_, now))| (label.to_owned(), before, now)))
}

fn shown(found: &InvoicePanel, desk: Expectation) -> AnyView {
    let meaning = words::meaning(&found.row.expectation, found.usual_days_late);
    let fact = |(label, said): (&'static str, String)| {
        (!said.is_empty()).then(|| view! { <div><dt>{label}</dt><dd>{said}</dd></div> })
    };
    let rows = facts(&found.row.expectation).map(fact).into_iter().collect_view();
    let change = found.may_decide.then(|| desk.opener("Change", found));
    view! {
        <dl class="facts">{rows}</dl>
        <p class="soft">{meaning}</p>
        {change}
    }
    .into_any()
}

fn form(begun: InvoicePanel, desk: Expectation, read: Asked<InvoicePanel>) -> AnyView {
    const { assert!(NOTE_LENGTH_MAX == 500, "the field says so too") };
    let known = begun.row.expectation;
    let ExpectationView { status, form, version, .. } = known.clone();
    let error = desk.error();
    let late = since(error, read, move |now: &InvoicePanel| written(&known, &now.row.expectation));
    let charged = match status {
        ExpectationStatus::Autopay => Charged::Yes,
        ExpectationStatus::AutopayHold => Charged::Stopped,
        _ => Charged::No,
    };
    let fields = fields("expect", &form, &begun.today, charged, error);
    let id = begun.row.id;
    let (above, actions) = (desk.above(error), desk.actions());
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version.to_string()/>
            {above}
            {late}
            {fields}
            {actions}
        </ActionForm>
    }
    .into_any()
}
