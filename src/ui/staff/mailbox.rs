//! The mailbox of development and demo: what was sent to whom.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    icon::StaffIcon,
    list_url::ListAddress,
    pages::use_list_address,
    state::{CardSkeleton, Failure, NothingFound},
    toolbar::{Filters, Toolbar},
};
use crate::{
    api::{error::ApiError, staff::mailbox::list_messages, view::MessageView},
    ui::{components::chip::Chip, format, hooks::interval::use_interval},
};

/// How often new messages are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(5);

type Messages = Resource<Result<Vec<MessageView>, ApiError>>;

/// What a message's state looks like.
pub fn state_chip(state: &str) -> AnyView {
    let (kind, word) = match state {
        "sent" => ("paid", "Sent"),
        "failed" => ("failed", "Failed"),
        _ => ("clearing", "Queued"),
    };
    view! { <Chip kind=kind text=word/> }.into_any()
}

/// Messages that were sent.
#[component]
pub fn MailboxPage() -> AnyView {
    let messages: Messages = Resource::new_blocking(|| (), |()| list_messages());
    let address = use_list_address();
    let query = use_query_map();
    use_interval(LOOK_EVERY, move || messages.refetch());
    let body = move || {
        query.track();
        Suspend::new(async move {
            let address = address.try_get_untracked().unwrap_or_default();
            match messages.await {
                Ok(messages) => body(messages, address),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Mailbox · Quittance"/>
        <div class="page">
            <div class="page__head">
                <h1>"Mailbox"</h1>
                <p class="soft">"E-mails that were kept here instead of being sent out"</p>
            </div>
            <Transition fallback=|| view! { <CardSkeleton what="e-mails"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn body(messages: Vec<MessageView>, address: ListAddress) -> AnyView {
    if messages.is_empty() {
        return view! {
            <section class="state" aria-labelledby="empty-title">
                <span class="state__mark"><StaffIcon name="mail" class="icon--large"/></span>
                <h2 class="state__title" id="empty-title">"No e-mails yet"</h2>
                <p class="state__text">
                    "Sign-in codes, receipts and news about payments will be listed here, the \
                     latest first."
                </p>
            </section>
        }
        .into_any();
    }
    let found = find(messages, &address.list.search);
    let count = format::plural(i64::try_from(found.len()).unwrap_or(0), "e-mail", "e-mails");
    let list = if found.is_empty() {
        let text = format!("No recipient or subject has “{}” in it.", address.list.search);
        let clear = address.everything().href();
        view! { <NothingFound title="No e-mail matches" text=text clear=clear/> }.into_any()
    } else {
        let items = found.into_iter().map(item).collect_view();
        view! { <ul class="mail-list">{items}</ul> }.into_any()
    };
    view! {
        <Toolbar
            address=address
            what="e-mails"
            placeholder="Recipient or subject"
            filters=Filters::default()
            orders=&[]
            count=count
        />
        {list}
    }
    .into_any()
}

/// The messages whose recipient or subject has the words in it.
fn find(messages: Vec<MessageView>, search: &str) -> Vec<MessageView> {
    let wanted = search.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    messages.into_iter().filter(|message| has(&message.to) || has(&message.subject)).collect()
}

fn item(message: MessageView) -> impl IntoView {
    let href = format!("/staff/mailbox/{}", message.id);
    view! {
        <li>
            <a class="mail-list__item" href=href>
                <span class="mail-list__to">{message.to}</span>
                " "
                <span class="mail-list__subject">{message.subject}</span>
                " "
                <span class="mail-list__status">{state_chip(&message.state)}</span>
                " "
                <span class="mail-list__time num">{message.at}</span>
            </a>
        </li>
    }
}
