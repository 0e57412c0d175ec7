//! A single e-mail about an open invoice, from its panel: to whom it goes, and writing it.

use leptos::prelude::*;

use super::{
    desk::Desk,
    follow::{Asked, Told, read_while},
    refusal::problem,
};
use crate::{
    api::{
        staff::invoice_mail::{SendInvoiceMail, invoice_mail},
        view::InvoiceMailView,
    },
    domain::invoice_mail::{SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX},
    ui::components::field::labelled,
};

/// The id of the button that opens the form.
const WRITE: &str = "mail-write";

/// The fields.
const SUBJECT: &str = "form[subject]";
const TEXT: &str = "form[text]";

/// What is known, and writing it.
#[derive(Clone, Copy)]
pub struct InvoiceMail {
    found: Asked<InvoiceMailView>,
    desk: Desk<SendInvoiceMail, InvoiceMailView>,
}

impl InvoiceMail {
    /// Read while the address names an invoice and its first tab is open.
    pub fn new(id: Memo<String>, asked: Memo<Option<String>>) -> Self {
        let found = read_while(Told::Figures, asked, invoice_mail);
        let desk = Desk::new(id, |call: SendInvoiceMail| call.id, move || found.refetch(), WRITE);
        Self { found, desk }
    }
}

/// The part of the panel; nothing for those who may send none. What somebody writes is not made anew
/// when the invoice is read again.
pub fn section(mail: InvoiceMail) -> AnyView {
    let InvoiceMail { found, desk } = mail;
    let known = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let found = found.await.and_then(Result::ok).filter(|found| found.may_send);
            found.map(|found| framed(mail, shown(&found, mail)))
        })
    };
    let body = move || match desk.begun() {
        Some(begun) => framed(mail, form(&begun, mail)),
        None => view! { <Transition>{known}</Transition> }.into_any(),
    };
    view! { {body} }.into_any()
}

fn framed(mail: InvoiceMail, body: AnyView) -> AnyView {
    view! {
        <div class="panel__body panel__body--after">
            <section class="panel__section" aria-labelledby="invoice-mail">
                <h3 id="invoice-mail">"E-mail"</h3>
                {mail.desk.saved("The e-mail is on its way.")}
                {body}
            </section>
        </div>
    }
    .into_any()
}

fn shown(found: &InvoiceMailView, mail: InvoiceMail) -> AnyView {
    if found.to.is_empty() {
        let sentence = format!("No contact of {} gets messages by their role.", found.payer);
        return view! { <p class="soft">{sentence}</p> }.into_any();
    }
    mail.desk.opener("Write an e-mail", found)
}

fn form(found: &InvoiceMailView, mail: InvoiceMail) -> AnyView {
    let desk = mail.desk;
    let error = desk.error();
    let (id, to, first) = (found.id.clone(), found.to.clone(), found.subject.clone());
    let goes = format!("It goes to {to}, with the invoice as a PDF.");
    let subject = labelled(SUBJECT, "Subject", "", problem(error, "mail_subject"), move |said| {
        view! {
            <input
                class="input"
                id=SUBJECT
                name=SUBJECT
                type="text"
                autocomplete="off"
                required
                maxlength=SUBJECT_LENGTH_MAX.to_string()
                value=first
                aria-invalid=move || said.invalid()
                aria-describedby=move || said.described()
            />
        }
        .into_any()
    });
    let help = "Stands above the invoice. A greeting is there already.";
    let text = labelled(TEXT, "Text", help, problem(error, "mail_text"), |said| {
        view! {
            <textarea
                class="input"
                id=TEXT
                name=TEXT
                rows="6"
                required
                maxlength=TEXT_LENGTH_MAX.to_string()
                aria-invalid=move || said.invalid()
                aria-describedby=move || said.described()
            ></textarea>
        }
        .into_any()
    });
    let (above, actions) = (desk.above(error), desk.actions_named("Send it", "Sending …"));
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="to" value=to.clone()/>
            {above}
            <p>{goes}</p>
            {subject}
            {text}
            {actions}
        </ActionForm>
    }
    .into_any()
}
