//! Whether the customer gets a statement of account every month, and sending it one now.

use leptos::prelude::*;

use super::{
    panel_choice::{Choosing, choosing, select},
    send_now::{SendNow, SendWords},
    statement_words as words,
};
use crate::{
    api::{
        staff::statements::{choose_statement, send_statement},
        view::{CustomerPanel, StatementView},
    },
    domain::statement::StatementChoice,
};

/// Sending one.
const SEND: SendWords = SendWords {
    ids: ("statement-send", "statement-confirm"),
    label: "Send a statement now",
    sentence: "It goes to all contacts whose role gets statements.",
    what: "The statement",
    answers: SendWords::SEND,
    busy: "Sending …",
};

/// Choosing, and sending one.
#[derive(Clone, Copy)]
pub struct Statements {
    choose: Choosing,
    send: SendNow,
}

impl Statements {
    /// `refresh` reads the customer again.
    pub fn new(refresh: impl Fn() + Send + Sync + 'static) -> Self {
        Self { choose: choosing(choose_statement, refresh), send: SendNow::new(send_statement) }
    }
}

/// The part of the summary.
pub fn section(customer: &CustomerPanel, statements: Statements) -> AnyView {
    let StatementView { own, is_on, for_everybody, next, may_choose } = customer.statement.clone();
    let body = if may_choose {
        choice(customer, statements.choose)
    } else {
        let said = own.map_or_else(|| words::inherited(for_everybody), words::choice);
        view! { <p>{said}</p> }.into_any()
    };
    let payer = customer.billing.only_payer();
    let note = match payer {
        Some(payer) => {
            format!("Its invoices are in the statement of {}, who pays.", payer.called())
        }
        None if !is_on => {
            "Monthly statements are off in the settings: nobody gets one by itself.".to_owned()
        }
        None if next.is_empty() => String::new(),
        None => format!("The next one is mailed on {next}."),
    };
    let note = (!note.is_empty()).then(|| view! { <p class="soft">{note}</p> });
    let sending =
        (may_choose && payer.is_none()).then(|| statements.send.view(customer.id.clone(), SEND));
    view! {
        <section class="panel__section" aria-labelledby="panel-statement">
            <h3 id="panel-statement">"Monthly statement"</h3>
            {body}
            {note}
            {sending}
        </section>
    }
    .into_any()
}

fn choice(customer: &CustomerPanel, choose: Choosing) -> AnyView {
    let own = customer.statement.own;
    let was = own.map_or("", StatementChoice::as_str);
    let option = |choice: StatementChoice| {
        let is_chosen = own == Some(choice);
        view! { <option value=choice.as_str() selected=is_chosen>{words::choice(choice)}</option> }
    };
    let options = view! {
        <option value="" selected=own.is_none()>{words::inherited(customer.statement.for_everybody)}</option>
        {StatementChoice::ALL.map(option).into_iter().collect_view()}
    };
    select("statement", "Monthly statement", (customer.id.clone(), was.to_owned()), choose, options)
}
