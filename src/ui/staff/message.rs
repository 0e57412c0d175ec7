//! One message of the mailbox: its text, or its HTML as it would look.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    icon::StaffIcon,
    mailbox::state_chip,
    state::{CardSkeleton, Failure},
};
use crate::api::{error::ApiError, staff::mailbox::message, view::MessageView};

type Message = Resource<Result<MessageView, ApiError>>;

/// One message.
#[component]
pub fn MessagePage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let message: Message = Resource::new_blocking(move || id.get(), message);
    let query = use_query_map();
    let is_html = Memo::new(move |_| query.with(|query| query.get_str("as") == Some("html")));
    let body = move || {
        Suspend::new(async move {
            match message.await {
                Ok(message) => shown(message, is_html),
                Err(error) => view! {
                    <div class="page__head"><h1>"Message"</h1></div>
                    <Failure error=error/>
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Message · Quittance"/>
        <div class="page page--prose">
            <a class="crumb" href="/staff/mailbox">
                <StaffIcon name="prev" class="icon--flip"/>
                "Mailbox"
            </a>
            <Transition fallback=|| view! { <CardSkeleton what="the message"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn shown(message: MessageView, is_html: Memo<bool>) -> AnyView {
    let address = format!("/staff/mailbox/{}", message.id);
    let frame = format!("{address}/body");
    let text = message.text.clone();
    let subject = message.subject.clone();
    let content = move || {
        if is_html.get() {
            view! {
                <iframe
                    class="message__frame"
                    src=frame.clone()
                    title=format!("HTML of “{subject}”")
                    sandbox="allow-popups allow-popups-to-escape-sandbox"
                ></iframe>
            }
            .into_any()
        } else {
            let text = linked(&text);
            view! { <div class="card__body"><pre class="message__text">{text}</pre></div> }
                .into_any()
        }
    };
    let label = if message.has_invoice { "Invoice (PDF)" } else { "Receipt (PDF)" };
    let attachment = (!message.attachment.is_empty()).then(|| {
        view! {
            <div>
                <dt>"Attachment"</dt>
                <dd><a href=message.attachment.clone() rel="external">{label}</a></dd>
            </div>
        }
    });
    let html = format!("{address}?as=html");
    view! {
        <div class="page__head">
            <h1>{message.subject}</h1>
            {state_chip(&message.state)}
        </div>
        <article class="card">
            <div class="card__body">
                <dl class="facts">
                    <div><dt>"To"</dt><dd>{message.to}</dd></div>
                    <div><dt>"Sent"</dt><dd>{message.at}</dd></div>
                    {attachment}
                </dl>
            </div>
            <nav class="tabs" aria-label="Version">
                <a
                    class="tabs__item"
                    href=address
                    aria-current=move || (!is_html.get()).then_some("page")
                    data-noscroll=""
                >
                    "Text"
                </a>
                <a
                    class="tabs__item"
                    href=html
                    aria-current=move || is_html.get().then_some("page")
                    data-noscroll=""
                >
                    "HTML"
                </a>
            </nav>
            {content}
        </article>
    }
    .into_any()
}

/// A text with its web addresses as links.
fn linked(text: &str) -> Vec<AnyView> {
    pieces(text)
        .into_iter()
        .map(|piece| {
            let words = piece.to_owned();
            if is_address(piece) {
                let href = words.clone();
                view! { <a href=href rel="external noopener">{words}</a> }.into_any()
            } else {
                view! { <span>{words}</span> }.into_any()
            }
        })
        .collect()
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Cuts a text before and after each web address. Joined, the pieces are the text.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) =
        [rest.find("https://"), rest.find("http://")].into_iter().flatten().min()
    {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"".contains(c));
        let (address, after) = from.split_at(end.unwrap_or(from.len()));
        let bare = address.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
        let (address, tail) = address.split_at(bare.len());
        found.extend([before, address, tail].into_iter().filter(|piece| !piece.is_empty()));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_nothing_is_lost() {
        let text = "Pay here: https://pay.example/portal?a=1.\n\nSee http://x.example/y, thanks.";
        let pieces = pieces(text);
        assert_eq!(pieces.concat(), text);
        let addresses: Vec<_> = pieces.into_iter().filter(|piece| is_address(piece)).collect();
        assert_eq!(addresses, ["https://pay.example/portal?a=1", "http://x.example/y"]);
        assert_eq!(super::pieces("nothing"), ["nothing"]);
        assert!(super::pieces("").is_empty());
    }
}
