//! When the money of an invoice is expected: what is known, and deciding it.

use leptos::prelude::*;

use super::{
    desk::Desk,
    expectation_fields::{Charged, fields},
    expectation_words as words,
    follow::Asked,
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
        Some(begun) => framed(desk, form(&begun, desk)),
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

fn shown(found: &InvoicePanel, desk: Expectation) -> AnyView {
    let ExpectationView { status, on, reason, form, .. } = &found.row.expectation;
    let day = if on.is_empty() { "Nobody knows".to_owned() } else { on.clone() };
    let meaning = words::meaning(&found.row.expectation, found.usual_days_late);
    let why = reason.map(|reason| {
        view! { <div><dt>"Why"</dt><dd>{words::reason(reason)}</dd></div> }
    });
    let note = (!form.note.is_empty()).then(|| {
        view! { <div><dt>"Note"</dt><dd>{form.note.clone()}</dd></div> }
    });
    let change = found.may_decide.then(|| desk.opener("Change", found));
    view! {
        <dl class="facts">
            <div><dt>"Expected"</dt><dd>{day}</dd></div>
            <div><dt>"Status"</dt><dd>{words::status(*status)}</dd></div>
            {why}
            {note}
        </dl>
        <p class="soft">{meaning}</p>
        {change}
    }
    .into_any()
}

fn form(found: &InvoicePanel, desk: Expectation) -> AnyView {
    const { assert!(NOTE_LENGTH_MAX == 500, "the field says so too") };
    let ExpectationView { status, form, version, .. } = found.row.expectation.clone();
    let error = desk.error();
    let charged = match status {
        ExpectationStatus::Autopay => Charged::Yes,
        ExpectationStatus::AutopayHold => Charged::Stopped,
        _ => Charged::No,
    };
    let fields = fields("expect", &form, &found.today, charged, error);
    let id = found.row.id.clone();
    let (above, actions) = (desk.above(error), desk.actions());
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="version" value=version.to_string()/>
            {above}
            {fields}
            {actions}
        </ActionForm>
    }
    .into_any()
}
