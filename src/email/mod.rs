//! Room `email`: writes our messages and hands them to a mail server.
//!
//! Callers give plain strings, already formatted: [`render()`] makes subject, text and HTML of
//! them, [`Transport::send`] delivers. Only jobs send; nothing here decides when, to whom, or
//! how often. The same input renders to the same bytes.
//!
//! May import: itself and outside crates only.
//!
//! To add a message: a struct and a variant in `message.rs`, a folder
//! `templates/<name>/{subject.txt,body.txt,body.html}`, and one line in `render.rs`.
//!
//! # Decisions
//!
//! * 2026-11-22: Every string is reduced to one line without control characters before it meets
//!   a template, so a name can neither add a header nor lines of its own to the text.
//! * 2026-11-22: A password the mail server refuses means *try again*, not *give up*: the
//!   operator will mend it, and mail must not be lost meanwhile.
//! * 2026-11-22: Without a mail server messages are dropped with a warning (demo, first steps).

mod message;
mod render;
mod text;
mod transport;

pub use message::{
    Autopay, BankPaymentSettled, BankPaymentSubmitted, InvoiceMail, Letterhead, Message,
    Notification, PaymentFacts, PaymentFailed, PaymentReceipt, PaymentReturned, Reminder, Row,
    SetPassword, SignInCode, Statement, StatementAccount, StatementLine,
};
pub use render::{RenderError, RenderedEmail, render};
pub use transport::{
    Attachment, Mailbox, Outgoing, Security, SendError, SendFault, SmtpSettings, Transport,
};

/// A mail server that does as it is told.
#[cfg(test)]
pub use transport::tests::{Fault, server as mail_server};
