//! One question before an act that nobody should do by mistake: a button that asks, and in its place the
//! answer.

use std::sync::Arc;

use leptos::prelude::*;

use super::icon::StaffIcon;
use crate::ui::hooks::focus;

/// What is done when something is pressed. It is held by what shows it, so that a list that is drawn
/// anew does not take it away under a hand.
pub type Deed = Arc<dyn Fn() + Send + Sync>;

/// What is asked, and in which words.
#[derive(Clone)]
pub struct Question {
    /// About what it is asked now, on the whole page; empty for nothing.
    pub asked: RwSignal<String>,
    /// About what this one asks.
    pub about: String,
    /// The id of the button that asks, and its classes.
    pub button: (String, &'static str),
    /// What the button says, what it says of itself where that is not enough, and what while it is
    /// done.
    pub label: (&'static str, Option<String>, &'static str),
    /// What happens then.
    pub sentence: &'static str,
    /// The id of the button that says yes, what it says, and its icon; may be empty.
    pub yes: (&'static str, &'static str, &'static str),
    /// What the button says that says no.
    pub no: &'static str,
    /// The id of what has the focus after a yes.
    pub then: String,
    /// Whether it is being done.
    pub is_busy: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Done when it is asked.
    pub begin: Deed,
    /// Done after a yes.
    pub act: Deed,
}

/// The button, or the answer.
pub fn question(question: Question) -> AnyView {
    let buttons = move || {
        let question = question.clone();
        if question.asked.with(|asked| *asked == question.about) {
            answer(question)
        } else {
            asking(question)
        }
    };
    buttons.into_any()
}

fn asking(question: Question) -> AnyView {
    let Question { asked, about, button, label, yes, is_busy, begin, .. } = question;
    let ((id, class), (name, whole_name, doing)) = (button, label);
    let busy = is_busy.clone();
    let ask = move |_| {
        if !busy() {
            begin();
            asked.set(about.clone());
            focus::focus_on(yes.0);
        }
    };
    let shown = is_busy.clone();
    let says = move || if shown() { doing } else { name };
    view! {
        <p>
            <button
                class=class
                id=id
                type="button"
                aria-label=whole_name
                aria-disabled=move || is_busy().then_some("true")
                on:click=ask
            >
                {says}
            </button>
        </p>
    }
    .into_any()
}

fn answer(question: Question) -> AnyView {
    let Question { asked, button: (back, _), sentence, yes, no, then, act, .. } = question;
    let (id, label, icon) = yes;
    // News of the customer draw all of this anew.
    focus::regain_focus(id);
    let confirm = move |_| {
        asked.set(String::new());
        act();
        focus::focus_on(then.clone());
    };
    let keep = move |_| {
        asked.set(String::new());
        focus::focus_on(back.clone());
    };
    let icon = (!icon.is_empty()).then(|| view! { <StaffIcon name=icon/> });
    view! {
        <p>{sentence}</p>
        <div class="form__actions">
            <button class="button button--primary" id=id type="button" on:click=confirm>
                {icon}
                {label}
            </button>
            <button class="button" type="button" on:click=keep>{no}</button>
        </div>
    }
    .into_any()
}
