//! Something that is mailed to a customer's contacts now, once it was asked for and confirmed.

use std::{future::Future, sync::Arc};

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    question::{Question, question},
};
use crate::{api::error::ApiError, ui::components::notice::ErrorNotice};

/// Sending, and to whom the last one went.
#[derive(Clone, Copy)]
pub struct SendNow {
    send: Action<String, (String, Result<Vec<String>, ApiError>)>,
    /// The customer for whom it is asked whether it is to be sent.
    asked: RwSignal<String>,
}

/// The words of it, and the ids of its two buttons.
#[derive(Clone, Copy)]
pub struct SendWords {
    /// The ids of the button that asks, and of the one that sends.
    pub ids: (&'static str, &'static str),
    /// What the button says.
    pub label: &'static str,
    /// What happens then.
    pub sentence: &'static str,
    /// What is on its way once it was sent.
    pub what: &'static str,
    /// What the two buttons of the question say.
    pub answers: (&'static str, &'static str),
    /// What the button says while it is at work.
    pub busy: &'static str,
}

impl SendWords {
    /// The answers of something that is sent and does nothing else.
    pub const SEND: (&'static str, &'static str) = ("Send it", "Do not send");
}

impl SendNow {
    /// `send` mails it to the contacts of a customer, and says to whom.
    pub fn new<F>(send: fn(String) -> F) -> Self
    where
        F: Future<Output = Result<Vec<String>, ApiError>> + Send + 'static,
    {
        let send = Action::new(move |customer_id: &String| {
            let id = customer_id.clone();
            async move { (id.clone(), send(id).await) }
        });
        Self { send, asked: RwSignal::new(String::new()) }
    }

    /// The button of a customer, and what came of it.
    pub fn view(self, id: String, words: SendWords) -> AnyView {
        let Self { send, asked } = self;
        let SendWords { ids: (ask, confirm), label, sentence, what, answers: (yes, no), busy } =
            words;
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
                            <p>{format!("{what} is on its way to {}.", reached.join(", "))}</p>
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
            button: (ask.to_owned(), "button"),
            label: (label, None, busy),
            sentence,
            yes: (confirm, yes, ""),
            no,
            then: ask.to_owned(),
            is_busy: Arc::new(move || send.pending().get()),
            begin: Arc::new(move || send.value().set(None)),
            act: Arc::new(move || {
                send.dispatch(id.clone());
            }),
        });
        view! { {told} {buttons} }.into_any()
    }
}
