//! Writes a message: subject, plain text and HTML.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{message::Message, text};

/// Steps a template may take; ours need a small part of it.
const FUEL: u64 = 200_000;

/// Rows of one table that are written out; the receipt behind the button has them all.
const ROWS_MAX: usize = 50;

/// A message ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedEmail {
    /// One line, free of control characters.
    pub subject: String,
    /// The plain-text twin.
    pub text: String,
    /// The HTML body, under 60 kB for anything a person would receive.
    pub html: String,
}

/// Why a message could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A link of the message is no web address.
    #[error("a link of the message is no web address")]
    Link,
    /// A template refused the message: a fault of ours.
    #[error("the {part} template of {message} failed")]
    Template {
        /// Folder of the message.
        message: &'static str,
        /// File within the folder.
        part: &'static str,
    },
}

/// The three files of a message.
struct Files {
    name: &'static str,
    subject: &'static str,
    text: &'static str,
    html: &'static str,
}

macro_rules! files {
    ($name:literal) => {
        Files {
            name: $name,
            subject: concat!($name, "/subject.txt"),
            text: concat!($name, "/body.txt"),
            html: concat!($name, "/body.html"),
        }
    };
}

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("templates/", $path)))),*]
    };
}

const SOURCES: &[(&str, &str)] = sources![
    "layout.txt",
    "layout.html",
    "payment.txt",
    "payment.html",
    "rows.txt",
    "rows.html",
    "statement_rows.txt",
    "statement_rows.html",
    "sign_in_code/subject.txt",
    "sign_in_code/body.txt",
    "sign_in_code/body.html",
    "set_password/subject.txt",
    "set_password/body.txt",
    "set_password/body.html",
    "payment_receipt/subject.txt",
    "payment_receipt/body.txt",
    "payment_receipt/body.html",
    "bank_payment_submitted/subject.txt",
    "bank_payment_submitted/body.txt",
    "bank_payment_submitted/body.html",
    "bank_payment_settled/subject.txt",
    "bank_payment_settled/body.txt",
    "bank_payment_settled/body.html",
    "payment_returned/subject.txt",
    "payment_returned/body.txt",
    "payment_returned/body.html",
    "payment_failed/subject.txt",
    "payment_failed/body.txt",
    "payment_failed/body.html",
    "notification/subject.txt",
    "notification/body.txt",
    "notification/body.html",
    "statement/subject.txt",
    "statement/body.txt",
    "statement/body.html",
    "reminder/subject.txt",
    "reminder/body.txt",
    "reminder/body.html",
    "reminder_words.txt",
    "autopay/subject.txt",
    "autopay/body.txt",
    "autopay/body.html",
    "invoice_mail/subject.txt",
    "invoice_mail/body.txt",
    "invoice_mail/body.html",
];

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.rsplit('.').next() == Some("html") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_fuel(Some(FUEL));
    for (path, source) in SOURCES {
        environment.add_template(path, source)?;
    }
    Ok(environment)
});

/// Writes `message`.
///
/// # Errors
/// [`RenderError::Link`] when a link is not `http` or `https`; [`RenderError::Template`] never,
/// for a message our tests cover.
pub fn render(message: &Message) -> Result<RenderedEmail, RenderError> {
    match message {
        Message::SignInCode(words) => write(&files!("sign_in_code"), words, None),
        Message::SetPassword(words) => write(&files!("set_password"), words, words.url.as_deref()),
        Message::PaymentReceipt(words) => {
            write(&files!("payment_receipt"), words, words.receipt_url.as_deref())
        }
        Message::BankPaymentSubmitted(words) => {
            write(&files!("bank_payment_submitted"), words, words.receipt_url.as_deref())
        }
        Message::BankPaymentSettled(words) => {
            write(&files!("bank_payment_settled"), words, words.receipt_url.as_deref())
        }
        Message::PaymentReturned(words) => {
            write(&files!("payment_returned"), words, words.pay_url.as_deref())
        }
        Message::PaymentFailed(words) => {
            write(&files!("payment_failed"), words, words.pay_url.as_deref())
        }
        Message::Notification(words) => write(&files!("notification"), words, None),
        Message::Reminder(words) => write(&files!("reminder"), words, words.portal_url.as_deref()),
        Message::Autopay(words) => write(&files!("autopay"), words, words.portal_url.as_deref()),
        Message::InvoiceMail(words) => {
            write(&files!("invoice_mail"), words, words.portal_url.as_deref())
        }
        Message::Statement(words) => {
            write(&files!("statement"), words, words.portal_url.as_deref())
        }
    }
}

/// Fills the three files with `words`; `button` is where their one button leads.
fn write(
    files: &Files,
    words: &impl Serialize,
    button: Option<&str>,
) -> Result<RenderedEmail, RenderError> {
    if button.is_some_and(|url| !is_web_address(url)) {
        return Err(RenderError::Link);
    }
    let failed = |part| RenderError::Template { message: files.name, part };
    let mut context = serde_json::to_value(words).map_err(|_| failed("words"))?;
    text::flatten(&mut context);
    let mut fields = match context {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    // Not flattened: a link cut short leads elsewhere.
    fields.insert("button_url".to_owned(), button.into());

    fields.insert("rows_max".to_owned(), ROWS_MAX.into());

    let subject = fill(files.subject, &fields).ok_or_else(|| failed("subject"))?;
    let subject = text::one_line(&subject);
    fields.insert("subject".to_owned(), subject.as_str().into());
    Ok(RenderedEmail {
        text: fill(files.text, &fields).ok_or_else(|| failed("text"))?,
        html: fill(files.html, &fields).ok_or_else(|| failed("html"))?,
        subject,
    })
}

fn fill(path: &str, fields: &Map<String, Value>) -> Option<String> {
    let template = TEMPLATES.as_ref().ok()?.get_template(path).ok()?;
    template.render(fields).ok()
}

fn is_web_address(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web && !url.contains(|character: char| character.is_control() || character.is_whitespace())
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
