//! Documents that are shared with the account.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::page::page;
use crate::{
    api::{
        portal::files::portal_documents,
        view::{SharedDocumentView, SharedDocumentsPage},
    },
    ui::{
        components::{icon::Icon, portal_frame::PortalPage},
        format,
    },
};

/// The documents of those for whom the account pays.
pub fn documents() -> AnyView {
    let before =
        use_query_map().with_untracked(|query| query.get_str("before").unwrap_or("").to_owned());
    page(portal_documents(before), documents_page)
}

fn documents_page(page: SharedDocumentsPage) -> AnyView {
    let SharedDocumentsPage { frame, documents, older } = page;
    let list = if documents.is_empty() {
        view! {
            <div class="state">
                <span class="state__mark"><Icon name="download" class="icon--large"/></span>
                <h2 class="state__title">"Nothing is shared with you yet"</h2>
                <p class="state__text">
                    "Contracts, forms and the like that we share with you are here. Each invoice has \
                     its PDF on its own page."
                </p>
                <a class="button" href="/portal">"See what is to pay"</a>
            </div>
        }
        .into_any()
    } else {
        shared_list(documents)
    };
    let more = (!older.is_empty()).then(|| {
        let href = format!("/portal/documents?before={older}");
        view! { <p><a class="button" href=href>"Show older"</a></p> }
    });
    view! {
        <PortalPage frame=frame title="Documents">
            <a class="crumb" href="/portal">
                <Icon name="prev" class="icon--flip"/>
                "All invoices"
            </a>
            <h1>"Documents"</h1>
            {list}
            {more}
        </PortalPage>
    }
    .into_any()
}

/// A list of documents to be saved.
pub(super) fn shared_list(documents: Vec<SharedDocumentView>) -> AnyView {
    let row = |document: SharedDocumentView| {
        let SharedDocumentView { id, name, type_name, bytes, added, buyer } = document;
        let href = format!("/portal/documents/{id}");
        let mut facts = vec![type_name, format::bytes(bytes), format!("added {added}")];
        if !buyer.is_empty() {
            facts.insert(0, format!("for {buyer}"));
        }
        let facts = facts.join(" · ");
        view! {
            <li class="history__item">
                <p class="history__what"><a href=href rel="external" download="">{name}</a></p>
                <p class="history__who">{facts}</p>
            </li>
        }
    };
    let rows = documents.into_iter().map(row).collect_view();
    view! { <ul class="history" aria-label="Documents">{rows}</ul> }.into_any()
}
