//! Messages to payers: made in the transaction of the change they tell about, sent by a job.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        ids::{CustomerId, InvoiceId, MessageId, NotificationId, PaymentId},
        invoice_mail::InvoiceMail,
        method::MethodKind,
        notification::NotificationKind,
        payment::PaymentState,
        workflow::Tone,
    },
    email::{
        self, Autopay, BankPaymentSettled, BankPaymentSubmitted, Letterhead, Message, Notification,
        PaymentFacts, PaymentFailed, PaymentReceipt, PaymentReturned, Reminder, RenderError, Row,
        SetPassword, SignInCode, Statement, StatementAccount,
    },
    services::{
        World, company::Company, history, letters::Ways, pay_links, queue, sign_in::CODE_MINUTES,
    },
    storage::{
        self, Session, StorageError,
        contacts::ContactRow,
        customers::CustomerRow,
        messages::MessageRow,
        notifications::RecipientRow,
        payments::{PaymentLineRow, PaymentRow},
        sign_in::CodeRow,
        staff::StaffUserRow,
    },
    ui::{
        format::{money, plural},
        text,
    },
};

/// The kind of job that sends a message.
pub const SEND_MESSAGE: &str = "send-message";

/// The kind of job that sends a letter, of which there are many at once: nobody who waits for a code
/// waits behind them.
pub const SEND_LETTER: &str = "send-letter";

/// What the job needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// The message.
    pub message_id: MessageId,
}

/// Why no message was made.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The words could not be put together: a fault of ours.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for MailError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

struct Envelope<'a> {
    once_key: String,
    kind: &'a str,
    to: &'a str,
    /// About which customer, and which payment of it.
    about: Option<(CustomerId, Option<PaymentId>)>,
    attachment: &'a str,
    /// Who has it sent, as the history says it.
    actor: &'a str,
}

impl<'a> Envelope<'a> {
    /// About nobody, sent by the system.
    const fn plain(once_key: String, kind: &'a str, to: &'a str) -> Self {
        Self { once_key, kind, to, about: None, attachment: "", actor: "system" }
    }
}

/// Keeps a message and the job that sends it. The same message is never made twice.
async fn post(
    session: &mut Session,
    world: &World,
    envelope: Envelope<'_>,
    message: &Message,
) -> Result<(), MailError> {
    let rendered = email::render(message)?;
    let now = world.now();
    let id: MessageId = world.new_id();
    let row = MessageRow {
        id,
        once_key: envelope.once_key,
        kind: envelope.kind.to_owned(),
        to_email: envelope.to.to_owned(),
        subject: rendered.subject,
        body_text: rendered.text,
        body_html: rendered.html,
        customer_id: envelope.about.map(|(customer_id, _)| customer_id),
        payment_id: envelope.about.and_then(|(_, payment_id)| payment_id),
        attachment: envelope.attachment.to_owned(),
        state: "queued".to_owned(),
        created_at: now,
        sent_at: None,
    };
    if !storage::messages::insert_once(session, &row).await? {
        return Ok(());
    }
    history::message_made(session, world, &row, envelope.actor).await?;
    let is_one_of_many = matches!(&*row.kind, STATEMENT | REMINDER);
    let kind = if is_one_of_many { SEND_LETTER } else { SEND_MESSAGE };
    let key = format!("{kind}:{id}");
    Ok(queue::once(session, world, (kind, &key), &SendMessage { message_id: id }).await?)
}

fn letterhead(company: &Company, recipient: Option<String>) -> Letterhead {
    let profile = &company.profile;
    let contact = [&profile.contact_name, &profile.contact_phone, &profile.contact_email];
    Letterhead {
        company: profile.name.clone(),
        address: Some(profile.address.join(", ")).filter(|address| !address.is_empty()),
        recipient,
        contact: contact.into_iter().filter(|line| !line.is_empty()).cloned().collect(),
        language: "en".to_owned(),
    }
}

/// The kinds of letters.
const STATEMENT: &str = "statement";
const REMINDER: &str = "reminder";
const AUTOPAY_NOTICE: &str = "autopay-notice";
pub(super) const INVOICE_MAIL: &str = "invoice-mail";

/// What stands before an invoice's id where a message carries it.
const WITH_INVOICE: &str = "invoice:";

/// The invoice that a message carries as a document, by what is stored of it.
pub fn attached_invoice(attachment: &str) -> Option<InvoiceId> {
    attachment.strip_prefix(WITH_INVOICE)?.parse().ok()
}

/// The kinds of messages with a code in them.
const SIGN_IN_CODE: &str = "sign-in-code";
const STAFF_CODE: &str = "staff-code";

/// Whether messages of a kind are letters: they may hold links that pay invoices, whose keys are not
/// kept once they are mailed.
pub fn is_letter(kind: &str) -> bool {
    matches!(kind, STATEMENT | REMINDER | INVOICE_MAIL | AUTOPAY_NOTICE)
}

/// Whether nobody may read a message of this kind once it is mailed.
pub fn is_secret(kind: &str) -> bool {
    matches!(kind, SIGN_IN_CODE | STAFF_CODE)
}

/// Makes the message with a sign-in code. It holds no link.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_code(
    session: &mut Session,
    world: &World,
    company: &Company,
    row: &CodeRow,
    code: &str,
) -> Result<(), MailError> {
    let message = Message::SignInCode(SignInCode {
        letterhead: letterhead(company, None),
        code: code.to_owned(),
        minutes_valid: u32::try_from(CODE_MINUTES).unwrap_or(10),
    });
    let envelope = Envelope::plain(format!("code:{}", row.id), SIGN_IN_CODE, &row.email);
    post(session, world, envelope, &message).await
}

/// A code for somebody on our side.
pub(super) struct StaffCode<'a> {
    /// To whom.
    pub(super) to: &'a StaffUserRow,
    /// The code, in groups.
    pub(super) code: String,
    /// How long it lives, in words.
    pub(super) valid_for: String,
    /// Who added them; none when they asked for it themselves.
    pub(super) inviter: Option<String>,
    /// The page where it is typed.
    pub(super) url: String,
}

/// Makes the message with the code with which somebody on our side sets a password.
pub(super) async fn staff_code(
    session: &mut Session,
    world: &World,
    company: &Company,
    code: StaffCode<'_>,
) -> Result<(), MailError> {
    let message = Message::SetPassword(SetPassword {
        letterhead: letterhead(company, Some(code.to.name.clone())),
        code: code.code,
        valid_for: code.valid_for,
        inviter: code.inviter,
        url: Some(code.url),
    });
    // Each code is a message of its own.
    let once_key = format!("staff-code:{}", world.new_id::<MessageId>());
    let envelope = Envelope::plain(once_key, STAFF_CODE, &code.to.email);
    post(session, world, envelope, &message).await
}

/// Makes the message that somebody on our side has something new to read. It says of which kind and
/// nothing more: mail goes to places where customers should not be named.
pub(super) async fn notification(
    session: &mut Session,
    world: &World,
    company: &Company,
    to: &RecipientRow,
    kind: NotificationKind,
    id: NotificationId,
) -> Result<(), MailError> {
    let message = Message::Notification(Notification {
        letterhead: letterhead(company, Some(to.name.clone())),
        what: text::notification(kind).to_owned(),
    });
    let envelope = Envelope::plain(format!("notification:{id}"), "notification", &to.email);
    post(session, world, envelope, &message).await
}

/// Makes the message about where a payment stands now, if that is something to tell: once for
/// each state.
///
/// # Errors
/// When the database fails.
pub async fn about_payment(
    session: &mut Session,
    world: &World,
    company: &Company,
    payment: &PaymentRow,
) -> Result<(), MailError> {
    // Whoever paid by a link that was copied may have told us no address.
    if payment.email.is_empty() {
        return Ok(());
    }
    let lines = storage::payments::all_lines(session, payment.id).await?;
    let is_bank = payment.method_kind == MethodKind::Bank.as_str();
    let customer = storage::customers::find(session, payment.customer_id).await?;
    let letterhead = letterhead(company, customer.map(|customer| customer.name));
    let facts = facts(company, payment, &lines);
    let day = |date: Option<chrono::NaiveDate>| {
        date.map(|date| date.format("%a, %b %-d, %Y").to_string()).unwrap_or_default()
    };
    let reason = || {
        let code = payment.failure_code.as_deref().unwrap_or_default();
        text::failure_clause(code).to_owned()
    };
    let (kind, attachment, message) = match payment.state {
        PaymentState::Succeeded if is_bank => (
            "bank-payment-settled",
            "receipt",
            Message::BankPaymentSettled(BankPaymentSettled {
                letterhead,
                payment: facts,
                settled_on: day(payment.settled_on),
                receipt_url: None,
            }),
        ),
        PaymentState::Succeeded => (
            "payment-receipt",
            "receipt",
            Message::PaymentReceipt(PaymentReceipt {
                letterhead,
                payment: facts,
                receipt_url: None,
            }),
        ),
        PaymentState::Processing if is_bank => (
            "bank-payment-submitted",
            "receipt",
            Message::BankPaymentSubmitted(BankPaymentSubmitted {
                letterhead,
                payment: facts,
                settles_by: day(payment.expected_on),
                mandate: Some(payment.reference.clone()),
                receipt_url: None,
            }),
        ),
        PaymentState::Returned | PaymentState::ChargedBack => (
            "payment-returned",
            "",
            Message::PaymentReturned(PaymentReturned {
                letterhead,
                reopened: facts.invoices.clone(),
                payment: facts,
                returned_on: day(Some(company.date_of(world.now()))),
                reason: reason(),
                pay_url: None,
            }),
        ),
        PaymentState::Failed => (
            "payment-failed",
            "",
            Message::PaymentFailed(PaymentFailed {
                letterhead,
                payment: facts,
                reason: reason(),
                next_step: None,
                pay_url: None,
            }),
        ),
        _ => return Ok(()),
    };
    let envelope = Envelope {
        once_key: format!("payment:{}:{}", payment.id, payment.state.as_str()),
        kind,
        to: &payment.email,
        about: Some((payment.customer_id, Some(payment.id))),
        attachment,
        actor: "system",
    };
    post(session, world, envelope, &message).await
}

/// What a letter is.
#[derive(Clone, Copy, Debug)]
pub(super) enum LetterKind<'a> {
    /// A statement of account.
    Statement,
    /// A reminder of so many invoices.
    Reminder(Tone, usize),
    /// What somebody wrote about an invoice, which goes with it.
    Invoice(&'a InvoiceMail, InvoiceId),
}

/// A letter to those who read a customer's mail.
pub(super) struct Letter<'a> {
    /// What it is.
    pub(super) kind: LetterKind<'a>,
    /// About which customer.
    pub(super) customer: &'a CustomerRow,
    /// The invoices it is about, by currency.
    pub(super) accounts: Vec<StatementAccount>,
    /// How the customer comes from it to its invoices.
    pub(super) ways: &'a Ways,
    /// What makes it the same as another.
    pub(super) occasion: String,
    /// Who has it sent, as the history says it.
    pub(super) actor: &'a str,
}

/// Makes a letter, once for each occasion and reader.
///
/// # Errors
/// When the database fails.
pub(super) async fn letter(
    session: &mut Session,
    world: &World,
    company: &Company,
    letter: &Letter<'_>,
    to: &ContactRow,
) -> Result<(), MailError> {
    let letterhead = letterhead(company, Some(letter.customer.name.clone()));
    let accounts = with_links(session, world, letter, to).await?;
    let portal_url = letter.ways.portal_url.clone();
    let (kind, message) = match letter.kind {
        LetterKind::Statement => {
            let as_of = day(company.date_of(world.now()));
            let to = to.email.clone();
            let words = Statement { letterhead, to, as_of, accounts, portal_url };
            (STATEMENT, Message::Statement(words))
        }
        LetterKind::Reminder(tone, count) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let words = Reminder {
                letterhead,
                to: to.email.clone(),
                tone: tone.as_str().to_owned(),
                invoices: plural(count, "invoice", "invoices"),
                accounts,
                portal_url,
            };
            (REMINDER, Message::Reminder(words))
        }
        LetterKind::Invoice(words, _) => {
            let words = email::InvoiceMail {
                letterhead,
                to: to.email.clone(),
                wording: words.subject.clone(),
                paragraphs: words.paragraphs.clone(),
                accounts,
                portal_url,
            };
            (INVOICE_MAIL, Message::InvoiceMail(words))
        }
    };
    let attachment = match letter.kind {
        LetterKind::Invoice(_, id) => format!("{WITH_INVOICE}{id}"),
        LetterKind::Statement | LetterKind::Reminder(..) => String::new(),
    };
    let envelope = Envelope {
        once_key: format!("{kind}:{}:{}", letter.occasion, to.email),
        kind,
        to: &to.email,
        about: Some((letter.customer.id, None)),
        attachment: &attachment,
        actor: letter.actor,
    };
    post(session, world, envelope, &message).await
}

/// The invoices of a letter, each with a link that one reader alone gets: it can be taken back from
/// them, and says by whom it was opened.
async fn with_links(
    session: &mut Session,
    world: &World,
    letter: &Letter<'_>,
    to: &ContactRow,
) -> Result<Vec<StatementAccount>, StorageError> {
    let mut accounts = letter.accounts.clone();
    let Ways { links, pay_url, .. } = letter.ways;
    if links.is_empty() {
        return Ok(accounts);
    }
    for line in accounts.iter_mut().flat_map(|account| &mut account.open) {
        if let Some(link) = links.of(&line.id) {
            let key = pay_links::mailed_key(session, world, link, to, letter.actor).await?;
            line.pay_url = Some(format!("{pay_url}{key}"));
        }
    }
    Ok(accounts)
}

/// A letter about automatic payment.
#[derive(Debug, Default)]
pub(super) struct AutopayLetter<'a> {
    /// Whether it announces charges, of which there are many on some days.
    pub(super) is_notice: bool,
    /// The subject.
    pub(super) title: String,
    /// What it is about, as a sentence.
    pub(super) sentence: String,
    /// The invoices it is about, with the amount of each.
    pub(super) invoices: Vec<Row>,
    /// What else there is to say.
    pub(super) details: Vec<String>,
    /// Whether it invites somebody who did not agree to anything.
    pub(super) is_invitation: bool,
    /// What makes it the same as another.
    pub(super) occasion: String,
    /// Where it can be changed; none where the portal is closed.
    pub(super) portal_url: Option<String>,
    /// Who has it sent, as the history says it.
    pub(super) actor: &'a str,
}

/// Makes a letter about automatic payment, once for each occasion and reader.
///
/// # Errors
/// When the database fails.
pub(super) async fn autopay(
    session: &mut Session,
    world: &World,
    company: &Company,
    customer: &CustomerRow,
    letter: &AutopayLetter<'_>,
    to: &str,
) -> Result<(), MailError> {
    let message = Message::Autopay(Autopay {
        letterhead: letterhead(company, Some(customer.name.clone())),
        title: letter.title.clone(),
        sentence: letter.sentence.clone(),
        invoices: letter.invoices.clone(),
        details: letter.details.clone(),
        is_invitation: letter.is_invitation,
        portal_url: letter.portal_url.clone(),
    });
    let envelope = Envelope {
        once_key: format!("autopay:{}:{to}", letter.occasion),
        kind: if letter.is_notice { AUTOPAY_NOTICE } else { "autopay" },
        to,
        about: Some((customer.id, None)),
        attachment: "",
        actor: letter.actor,
    };
    post(session, world, envelope, &message).await
}

/// A day in words: `Nov 22, 2026`.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%b %-d, %Y").to_string()
}

/// An instant in the seller's words: `Nov 22, 2026, 10:15 AM EST`.
pub(super) fn instant(company: &Company, instant: DateTime<Utc>) -> String {
    company.local_time(instant).format("%b %-d, %Y, %-I:%M %p %Z").to_string()
}

/// What every message about a payment says of it.
fn facts(company: &Company, payment: &PaymentRow, lines: &[PaymentLineRow]) -> PaymentFacts {
    let code = payment.currency.code();
    let row = |label: String, minor: i64| Row { label, amount: money(minor, code) };
    let mut adjustments = Vec::new();
    if payment.early_discount_minor > 0 {
        adjustments.push(row("Early-payment discount".to_owned(), -payment.early_discount_minor));
    }
    if payment.bank_discount_minor > 0 {
        adjustments
            .push(row("Discount for paying by bank".to_owned(), -payment.bank_discount_minor));
    }
    if payment.surcharge_minor > 0 {
        let rate = u32::try_from(payment.surcharge_rate_ppm).unwrap_or(0);
        let percent = crate::domain::money::Rate::from_ppm(rate).percent();
        let label = format!("Credit card surcharge ({percent}%)");
        adjustments.push(row(label, payment.surcharge_minor));
    }
    PaymentFacts {
        number: payment.reference.clone(),
        total: money(payment.charge_minor(), code),
        paid_at: instant(company, payment.created_at),
        method: payment.method_label.clone(),
        invoices: lines
            .iter()
            .map(|line| {
                let whole = money(line.payable_minor, code);
                let label = match line.line().left_open() {
                    0 => line.number.clone(),
                    _ => format!("{}, a part of {whole}", line.number),
                };
                row(label, line.line().reduction())
            })
            .collect(),
        adjustments,
    }
}
