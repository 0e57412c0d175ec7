//! A receipt as it is printed.

use serde::Serialize;

use super::document::{DocumentDate, LabelledAmount, LabelledText, Logo, Paper, Party};

/// Everything a receipt prints. Amounts and dates are already formatted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptDocument {
    /// Sheet.
    pub paper: Paper,
    /// Language of the labels as a BCP 47 tag.
    pub language: String,
    /// The words of the form itself.
    pub labels: ReceiptLabels,
    /// Date in the file's properties, normally the day of the payment.
    #[serde(skip)]
    pub dated: DocumentDate,
    /// The business's colour as `#rrggbb`; darkened until it can be read on white.
    pub accent: Option<String>,
    /// The business's picture.
    #[serde(skip)]
    pub logo: Option<Logo>,
    /// Who was paid.
    pub merchant: Party,
    /// Who paid.
    pub payer: Party,
    /// Receipt number.
    pub number: String,
    /// The state in words: `Paid`, `Submitted`, `Returned`.
    pub status: String,
    /// What happens next: `Usually settles by Thu, Nov 26, 2026`.
    pub status_detail: Option<String>,
    /// Date, time and zone: `Nov 22, 2026, 10:15 AM EST`.
    pub paid_at: String,
    /// Brand or kind of the method: `Visa credit card`, `Bank account`.
    pub method_brand: String,
    /// Last four digits, when the method has them.
    pub method_last_four: Option<String>,
    /// Reference of the debit authorisation, for bank debits.
    pub mandate: Option<String>,
    /// Further facts: confirmation number, trace number.
    pub facts: Vec<LabelledText>,
    /// ISO 4217 code.
    pub currency: String,
    /// What the payment was for.
    pub lines: Vec<ReceiptLine>,
    /// Paid towards the invoices before payment-level lines.
    pub subtotal: String,
    /// The discount for paying from a bank account.
    pub bank_discount: Option<LabelledAmount>,
    /// The card surcharge with its rate in the label: `Credit card surcharge (2.9%)`.
    pub surcharge: Option<LabelledAmount>,
    /// What the method was charged.
    pub total_charged: String,
    /// Text the law asks for, or a note.
    pub notice: Option<String>,
    /// Whom to ask about cancelling or refunding, one printed line each.
    pub contact: Vec<String>,
}

/// One invoice of a payment. Empty columns are left off the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReceiptLine {
    /// Invoice number, with the buyer's order number where there is one.
    pub invoice: String,
    /// Amount due before this payment.
    pub amount: String,
    /// Early-payment discount taken, with its sign; empty when none.
    pub discount: String,
    /// Credit used, with its sign; empty when none.
    pub credit: String,
    /// What this payment pays of it.
    pub paid: String,
}

/// The words of the form, for documents in other languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is named after the English words it replaces")]
pub struct ReceiptLabels {
    pub title: String,
    pub number: String,
    pub paid_to: String,
    pub paid_by: String,
    pub paid_at: String,
    pub method: String,
    /// `{digits}` is replaced.
    pub ending_in: String,
    pub mandate: String,
    pub status: String,
    pub invoice: String,
    pub amount: String,
    pub discount: String,
    pub credit: String,
    pub paid: String,
    pub subtotal: String,
    pub total_charged: String,
    pub contact: String,
    /// `{page}` and `{pages}` are replaced.
    pub page: String,
}

impl Default for ReceiptLabels {
    fn default() -> Self {
        Self {
            title: "Receipt".into(),
            number: "Receipt number".into(),
            paid_to: "Paid to".into(),
            paid_by: "Paid by".into(),
            paid_at: "Date and time".into(),
            method: "Payment method".into(),
            ending_in: "ending in {digits}".into(),
            mandate: "Authorization".into(),
            status: "Status".into(),
            invoice: "Invoice".into(),
            amount: "Amount due".into(),
            discount: "Discount".into(),
            credit: "Credit".into(),
            paid: "Paid".into(),
            subtotal: "Subtotal paid".into(),
            total_charged: "Total charged".into(),
            contact: "To cancel, ask for a refund, or ask a question".into(),
            page: "Page {page} of {pages}".into(),
        }
    }
}
