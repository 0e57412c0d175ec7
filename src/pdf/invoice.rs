//! An invoice as it is printed.

use serde::Serialize;

use super::document::{DocumentDate, LabelledAmount, LabelledText, Logo, Paper, Party, PortalLink};

/// Everything an invoice prints. Amounts and dates are already formatted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvoiceDocument {
    /// Sheet.
    pub paper: Paper,
    /// Language of the labels as a BCP 47 tag, for example `en-US`; sets hyphenation, reading
    /// direction and the file's declared language.
    pub language: String,
    /// The words of the form itself.
    pub labels: InvoiceLabels,
    /// Date in the file's properties, normally the invoice date.
    #[serde(skip)]
    pub dated: DocumentDate,
    /// The business's colour as `#rrggbb`; darkened until it can be read on white.
    pub accent: Option<String>,
    /// The business's picture.
    #[serde(skip)]
    pub logo: Option<Logo>,
    /// Who issues the invoice.
    pub seller: Party,
    /// Who owes it.
    pub bill_to: Party,
    /// Where the goods went, when elsewhere.
    pub ship_to: Option<Party>,
    /// Invoice number.
    pub number: String,
    /// A word across the head when the invoice is no longer simply owed: `Paid`, `Void`.
    pub stamp: Option<String>,
    /// Invoice date.
    pub issued_on: String,
    /// Due date.
    pub due_on: String,
    /// Terms in words, for example
    /// `2% discount ($20.00) if paid by Mar 10, 2026; otherwise due in 30 days`.
    pub terms: Option<String>,
    /// The buyer's order number.
    pub purchase_order: Option<String>,
    /// Further facts: customer number, sales order, contract.
    pub facts: Vec<LabelledText>,
    /// ISO 4217 code, printed once beside the amounts.
    pub currency: String,
    /// What is charged for.
    pub lines: Vec<InvoiceLine>,
    /// Sum of the lines.
    pub subtotal: String,
    /// Discounts already in the total, one row each.
    pub discounts: Vec<LabelledAmount>,
    /// Tax by rate, one row each.
    pub taxes: Vec<LabelledAmount>,
    /// Freight.
    pub freight: Option<String>,
    /// Invoice total.
    pub total: String,
    /// Payments and credits applied so far, with their sign.
    pub applied: Option<String>,
    /// What is still owed.
    pub balance_due: String,
    /// Online payment.
    pub portal: Option<PortalLink>,
    /// Free text under the totals.
    pub note: Option<String>,
    /// What paying by card costs, when cards are accepted with a surcharge.
    pub surcharge_notice: Option<String>,
    /// Whom to ask, one printed line each.
    pub contact: Vec<String>,
    /// The slip at the foot of the last page for those who pay by check.
    pub remittance: Option<Remittance>,
}

/// One line of an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InvoiceLine {
    /// What was sold; may hold line breaks.
    pub description: String,
    /// Quantity with its unit; empty when the line is a lump sum.
    pub quantity: String,
    /// Price of one; empty when the line is a lump sum.
    pub unit_price: String,
    /// Line amount.
    pub amount: String,
}

/// Where a check goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Remittance {
    /// Whom the check is made out to.
    pub payable_to: String,
    /// Postal address, one printed line each.
    pub lines: Vec<String>,
}

/// The words of the form, for documents in other languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is named after the English words it replaces")]
pub struct InvoiceLabels {
    pub title: String,
    pub number: String,
    pub bill_to: String,
    pub ship_to: String,
    pub issued_on: String,
    pub due_on: String,
    pub terms: String,
    pub purchase_order: String,
    pub description: String,
    pub quantity: String,
    pub unit_price: String,
    pub amount: String,
    pub subtotal: String,
    pub freight: String,
    pub total: String,
    pub applied: String,
    pub balance_due: String,
    pub pay_online: String,
    pub scan_to_pay: String,
    /// Read aloud in place of the QR code.
    pub qr_alternative: String,
    pub contact: String,
    pub slip_title: String,
    pub slip_hint: String,
    pub payable_to: String,
    pub mail_to: String,
    pub customer: String,
    pub amount_enclosed: String,
    /// `{page}` and `{pages}` are replaced.
    pub page: String,
}

impl Default for InvoiceLabels {
    fn default() -> Self {
        Self {
            title: "Invoice".into(),
            number: "Invoice number".into(),
            bill_to: "Bill to".into(),
            ship_to: "Ship to".into(),
            issued_on: "Invoice date".into(),
            due_on: "Due date".into(),
            terms: "Terms".into(),
            purchase_order: "Purchase order".into(),
            description: "Description".into(),
            quantity: "Qty".into(),
            unit_price: "Unit price".into(),
            amount: "Amount".into(),
            subtotal: "Subtotal".into(),
            freight: "Freight".into(),
            total: "Total".into(),
            applied: "Payments and credits applied".into(),
            balance_due: "Balance due".into(),
            pay_online: "Pay online".into(),
            scan_to_pay: "Scan to pay".into(),
            qr_alternative: "QR code of the payment page".into(),
            contact: "Questions about this invoice".into(),
            slip_title: "Remittance slip".into(),
            slip_hint: "Please detach and return with your check.".into(),
            payable_to: "Make check payable to".into(),
            mail_to: "Mail to".into(),
            customer: "Customer".into(),
            amount_enclosed: "Amount enclosed".into(),
            page: "Page {page} of {pages}".into(),
        }
    }
}
