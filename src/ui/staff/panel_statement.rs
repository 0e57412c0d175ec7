//! Whether the customer gets a statement of account every month, and sending it one now.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    panel_choice::{Choosing, choosing, select},
    question::{Question, question},
    statement_words as words,
};
use crate::{
    api::{
        error::ApiError,
        staff::statements::{choose_statement, send_statement},
        view::{CustomerPanel, StatementView},
    },
    domain::statement::StatementChoice,
    ui::components::notice::ErrorNotice,
};

/// The button that asks, and the one that sends.
const SEND: &str = "statement-send";
const CONFIRM: &str = "statement-confirm";

/// To whom the last one went, and whose it was.
type Sending = Action<String, (String, Result<Vec<String>, ApiError>)>;

/// Choosing, and sending one.
#[derive(Clone, Copy)]
pub struct Statements {
    choose: Choosing,
    send: Sending,
    /// The customer for whom it is asked whether one is to be sent.
    asked: RwSignal<String>,
}

impl Statements {
    /// `refresh` reads the customer again.
    pub fn new(refresh: impl Fn() + Send + Sync + 'static) -> Self {
        let send = Action::new(|customer_id: &String| {
            let id = customer_id.clone();
            async move { (id.clone(), send_statement(id).await) }
        });
        let asked = RwSignal::new(String::new());
        Self { choose: choosing(choose_statement, refresh), send, asked }
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
    let sending = (may_choose && payer.is_none()).then(|| sending(customer.id.clone(), statements));
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

/// The button that sends one, once it was asked for and confirmed.
fn sending(id: String, Statements { send, asked, .. }: Statements) -> AnyView {
    let own = id.clone();
    let answer = move || {
        send.value().with(|value| match value {
            Some((customer, answer)) if *customer == own => Some(answer.clone()),
            _ => None,
        })
    };
    let told = move || {
        answer().map(|answer| match answer {
            Ok(reached) => view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body">
                        <p>{format!("The statement is on its way to {}.", reached.join(", "))}</p>
                    </div>
                </div>
            }
            .into_any(),
            Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
        })
    };
    let buttons = question(Question {
        asked,
        about: id.clone(),
        button: (SEND.to_owned(), "button"),
        label: ("Send a statement now", None, "Sending …"),
        sentence: "It goes to all contacts whose role gets statements.",
        yes: (CONFIRM, "Send it", ""),
        no: "Do not send",
        then: SEND.to_owned(),
        is_busy: Arc::new(move || send.pending().get()),
        begin: Arc::new(move || send.value().set(None)),
        act: Arc::new(move || {
            send.dispatch(id.clone());
        }),
    });
    view! { {told} {buttons} }.into_any()
}
