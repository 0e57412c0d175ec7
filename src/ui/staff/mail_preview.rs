//! Who gets which mail about a customer's invoices: a grid of people and kinds of mail.

use leptos::prelude::*;

use super::icon::StaffIcon;
use crate::{
    api::view::{ContactsView, CustomerContactView, PayerContactsView},
    domain::contact::MailKind,
};

/// A kind of mail.
const fn kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Invoice => "Invoices",
        MailKind::Reminder => "Reminders",
        MailKind::Statement => "Statements",
    }
}

/// Those to whom the mail goes: the people of whoever pays. None when they are not to be named.
fn addressed(page: &ContactsView) -> Option<&[CustomerContactView]> {
    match &page.payer {
        Some(payer) => payer.contacts.as_deref(),
        None => Some(&page.contacts),
    }
}

/// The kinds of mail that reach nobody, in words; none when each reaches somebody, or that is not
/// known.
pub fn silence(page: &ContactsView) -> Option<&'static str> {
    let people = addressed(page)?;
    let reaches = |kind: MailKind| people.iter().any(|one| one.gets.contains(&kind));
    match (reaches(MailKind::Invoice), reaches(MailKind::Reminder)) {
        (true, true) => None,
        (false, true) => Some("An invoice would reach nobody by e-mail."),
        (true, false) => Some("Reminders and statements would reach nobody."),
        (false, false) => Some("No e-mail of ours would reach anybody."),
    }
}

/// The grid.
pub fn grid(page: &ContactsView) -> Option<AnyView> {
    let note = page.payer.as_ref().map(|PayerContactsView { name, contacts }| {
        let whose = if contacts.is_some() { "" } else { ", whom you do not see" };
        view! { <p class="soft">{format!("Mail about its invoices goes to the contacts of {name}, who pays{whose}.")}</p> }
    });
    let people = addressed(page).unwrap_or_default();
    if people.is_empty() && note.is_none() {
        return None;
    }
    let row = |contact: &CustomerContactView| {
        let cell = |kind: MailKind| {
            let mark = if contact.gets.contains(&kind) {
                view! { <StaffIcon name="check"/> <span class="visually-hidden">"yes"</span> }
                    .into_any()
            } else {
                view! { <span aria-hidden="true">"–"</span> <span class="visually-hidden">"no"</span> }
                    .into_any()
            };
            view! { <td>{mark}</td> }
        };
        let who = if contact.name.is_empty() { &contact.email } else { &contact.name };
        view! {
            <tr>
                <th scope="row">{who.clone()}</th>
                {MailKind::ALL.map(cell).into_iter().collect_view()}
            </tr>
        }
    };
    let rows = people.iter().map(row).collect_view();
    let heads = MailKind::ALL.map(|one| view! { <th scope="col">{kind(one)}</th> });
    let table = (!people.is_empty()).then(|| {
        view! {
            <div class="table-scroll" role="group" aria-labelledby="mail-preview" tabindex="0">
                <table class="data-table data-table--plain">
                    <caption class="visually-hidden">"Who gets which mail"</caption>
                    <thead>
                        <tr><th scope="col">"Contact"</th>{heads.into_iter().collect_view()}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    Some(
        view! {
            <section class="panel__section" aria-labelledby="mail-preview">
                <h3 id="mail-preview">"Who gets which mail"</h3>
                {note}
                {table}
            </section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contact::ContactSource;

    const ALL: &[MailKind] = &MailKind::ALL;
    const MESSAGES: &[MailKind] = &[MailKind::Reminder, MailKind::Statement];

    fn contact(gets: &[MailKind]) -> CustomerContactView {
        CustomerContactView {
            id: String::new(),
            version: 1,
            source: ContactSource::Local,
            name: String::new(),
            email: "a@b.example".to_owned(),
            phone: String::new(),
            role_id: String::new(),
            gets: gets.to_vec(),
        }
    }

    #[test]
    fn it_is_said_whom_nothing_reaches() {
        type People<'a> = &'a [&'a [MailKind]];
        let views = |people: People| people.iter().map(|gets| contact(gets)).collect();
        let page = |own: People, payer: Option<Option<People>>| ContactsView {
            contacts: views(own),
            roles: Vec::new(),
            may_change: true,
            payer: payer.map(|people| PayerContactsView {
                name: "Acme".to_owned(),
                contacts: people.map(views),
            }),
        };
        assert_eq!(silence(&page(&[ALL], None)), None);
        assert_eq!(
            silence(&page(&[MESSAGES], None)),
            Some("An invoice would reach nobody by e-mail.")
        );
        let nobody = Some("No e-mail of ours would reach anybody.");
        assert_eq!(silence(&page(&[], None)), nobody);
        assert_eq!(silence(&page(&[&[], &[]], None)), nobody);
        // Somebody else pays: it is their people who count, where they are known.
        assert_eq!(silence(&page(&[&[]], Some(Some(&[ALL])))), None);
        assert_eq!(silence(&page(&[ALL], Some(Some(&[])))), nobody);
        assert_eq!(silence(&page(&[&[]], Some(None))), None);
    }
}
