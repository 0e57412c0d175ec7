//! The messages we send, with the words they need.

use serde::Serialize;

/// A message before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The code that signs a payer in.
    SignInCode(SignInCode),
    /// The code with which somebody on our side sets a password.
    SetPassword(SetPassword),
    /// A card payment succeeded.
    PaymentReceipt(PaymentReceipt),
    /// A bank payment was accepted and will settle in some days.
    BankPaymentSubmitted(BankPaymentSubmitted),
    /// A bank payment arrived.
    BankPaymentSettled(BankPaymentSettled),
    /// A bank payment came back.
    PaymentReturned(PaymentReturned),
    /// A payment was refused.
    PaymentFailed(PaymentFailed),
    /// Somebody on our side has something new to read.
    Notification(Notification),
    /// What a customer owes.
    Statement(Statement),
    /// Invoices that are due soon, or were.
    Reminder(Reminder),
    /// Something about automatic payment.
    Autopay(Autopay),
    /// What somebody on our side wrote about an invoice.
    InvoiceMail(InvoiceMail),
}

/// Who writes, to whom, and whom to call: the same in every message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Letterhead {
    /// Name of the business, shown where a logo would be.
    pub company: String,
    /// Postal address on one line, in the small print.
    pub address: Option<String>,
    /// Name of the reader for the greeting.
    pub recipient: Option<String>,
    /// Whom to call, one line each: name, telephone, e-mail address.
    pub contact: Vec<String>,
    /// Language of the words filled in, as a BCP 47 tag.
    pub language: String,
}

/// A row of a message's table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What the amount is: an invoice number, `Early-payment discount`, a surcharge with its rate.
    pub label: String,
    /// The amount, formatted, with its sign.
    pub amount: String,
}

/// What every message about a payment says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaymentFacts {
    /// Receipt or payment number.
    pub number: String,
    /// Total charged, with its currency.
    pub total: String,
    /// Date, time and zone.
    pub paid_at: String,
    /// Method: `Visa credit card ending in 4242`.
    pub method: String,
    /// The invoices it pays, with the amount of each. Past the first fifty the message says how
    /// many more there are.
    pub invoices: Vec<Row>,
    /// Discounts, credits and surcharge, in the order of the receipt.
    pub adjustments: Vec<Row>,
}

/// A code to type where it was asked for. It holds no link, and signs nobody in by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SignInCode {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The six digits.
    pub code: String,
    /// How long it lives.
    pub minutes_valid: u32,
}

/// A code to type on the page where a password is set. The link leads to that page; without the code
/// it opens nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetPassword {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The code.
    pub code: String,
    /// How long it lives: `7 days`.
    pub valid_for: String,
    /// Who added the reader as a user; none when they asked for it themselves.
    pub inviter: Option<String>,
    /// The page where it is typed.
    pub url: Option<String>,
}

/// That there is something new to read, and of which kind; nothing of what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The kind, as a sentence: `You were mentioned in a note.`
    pub what: String,
}

/// Money has moved by card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaymentReceipt {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The payment.
    pub payment: PaymentFacts,
    /// Where the receipt can be seen.
    pub receipt_url: Option<String>,
}

/// A bank debit is on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BankPaymentSubmitted {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The payment.
    pub payment: PaymentFacts,
    /// The day it usually settles by.
    pub settles_by: String,
    /// Reference of the authorisation.
    pub mandate: Option<String>,
    /// Where its progress can be seen.
    pub receipt_url: Option<String>,
}

/// A bank debit has arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BankPaymentSettled {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The payment.
    pub payment: PaymentFacts,
    /// The day it settled.
    pub settled_on: String,
    /// Where the receipt can be seen.
    pub receipt_url: Option<String>,
}

/// The payer's bank took a debit back; what it paid is open again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaymentReturned {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The payment as it was.
    pub payment: PaymentFacts,
    /// The day of the return.
    pub returned_on: String,
    /// The reason as a clause: `the account did not hold enough money`.
    pub reason: String,
    /// The invoices open again, with what is owed on each.
    pub reopened: Vec<Row>,
    /// Where to pay another way.
    pub pay_url: Option<String>,
}

/// A payment was refused; nothing was charged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaymentFailed {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The payment as it was attempted.
    pub payment: PaymentFacts,
    /// The reason as a clause: `the card issuer declined it`.
    pub reason: String,
    /// What happens next, as a sentence: `We will try again on Nov 25.`
    pub next_step: Option<String>,
    /// Where to pay another way.
    pub pay_url: Option<String>,
}

/// What a customer owes on a day, and what it settled lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The address it goes to.
    pub to: String,
    /// The day it speaks of.
    pub as_of: String,
    /// One for each currency.
    pub accounts: Vec<StatementAccount>,
    /// Where the invoices can be seen and paid; none where the portal is closed.
    pub portal_url: Option<String>,
}

/// The part of a statement in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatementAccount {
    /// Everything open, with its currency.
    pub outstanding: String,
    /// What of it is late; empty when nothing is.
    pub overdue: String,
    /// Open invoices, the oldest due first.
    pub open: Vec<StatementLine>,
    /// Open invoices that are not listed.
    pub more_open: i64,
    /// Invoices that were settled lately, the latest first.
    pub paid: Vec<StatementLine>,
    /// Invoices that were settled lately and are not listed.
    pub more_paid: i64,
}

/// An invoice of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatementLine {
    /// Its number, and who bought where others did.
    pub label: String,
    /// Its days and amounts in words.
    pub detail: String,
    /// What is open on it.
    pub amount: String,
    /// Its id, by which its link is found; it is not written out.
    #[serde(skip)]
    pub id: String,
    /// Where it can be paid by whoever got this message; none where there is another way.
    pub pay_url: Option<String>,
}

/// Invoices that are due soon, or were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The address it goes to.
    pub to: String,
    /// How it is worded: `friendly`, `firm` or `final`.
    pub tone: String,
    /// How many there are: `3 invoices`.
    pub invoices: String,
    /// The invoices, one part for each currency.
    pub accounts: Vec<StatementAccount>,
    /// Where they can be seen and paid; none where the portal is closed.
    pub portal_url: Option<String>,
}

/// Something about automatic payment: what was agreed to, what is about to be charged, or why not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Autopay {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The subject.
    pub title: String,
    /// What it is about, as a sentence.
    pub sentence: String,
    /// The invoices it is about, with the amount of each.
    pub invoices: Vec<Row>,
    /// What else there is to say, a paragraph each.
    pub details: Vec<String>,
    /// Whether it invites somebody who did not agree to anything.
    pub is_invitation: bool,
    /// Where it can be changed; none where the portal is closed.
    pub portal_url: Option<String>,
}

/// What somebody on our side wrote about an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InvoiceMail {
    /// Sender and reader.
    pub letterhead: Letterhead,
    /// The address it goes to.
    pub to: String,
    /// The subject, in their words.
    pub wording: String,
    /// What they wrote, a paragraph each.
    pub paragraphs: Vec<String>,
    /// The invoice.
    pub accounts: Vec<StatementAccount>,
    /// Where it can be seen and paid; none where the portal is closed.
    pub portal_url: Option<String>,
}
