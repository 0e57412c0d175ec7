//! What screens receive. Flat and lean: amounts in minor units beside a currency code, dates
//! already in words (the browser then needs no calendar), nothing a screen does not show.

use serde::{Deserialize, Serialize};

use crate::domain::{
    invoice::InvoiceStatus, method::MethodKind, payment::PaymentState, surcharge::SurchargeReason,
};

/// An amount with its currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// A person's or a team's name.
    pub name: String,
    /// Their e-mail; may be empty.
    pub email: String,
    /// Their phone; may be empty.
    pub phone: String,
}

/// What every portal page shows around its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalFrame {
    /// The seller's name.
    pub company: String,
    /// Whether the seller has a logo, served at `/logo.svg`.
    pub has_logo: bool,
    /// Whom to ask.
    pub contact: ContactView,
    /// The signed-in address; empty when nobody is.
    pub email: String,
    /// The open account's name; empty when none is.
    pub account: String,
    /// Whether another account could be chosen.
    pub can_switch: bool,
    /// Whether no real money moves.
    pub is_sandbox: bool,
}

/// An account that can be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The customer's id.
    pub id: String,
    /// Its number in the seller's books.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// What the payment on an invoice is doing, in the payer's eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestPayment {
    /// The payment's id.
    pub id: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it failed, as a code.
    pub failure_code: String,
    /// When a bank debit usually settles, in words; may be empty.
    pub expected: String,
}

/// An open invoice in the portal's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalInvoice {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The customer's order number; may be empty.
    pub po_number: String,
    /// Its date, in words.
    pub issued: String,
    /// Its due date, in words.
    pub due: String,
    /// What is open, in minor units.
    pub balance: i64,
    /// What paying it today would save, in minor units.
    pub discount: i64,
    /// Until when, in words; empty without a discount.
    pub discount_until: String,
    /// Whether the discount ends within three days.
    pub discount_ends_soon: bool,
    /// What it is today.
    pub status: InvoiceStatus,
    /// What can be paid now: what is open without what payments on their way hold, in minor units.
    pub payable: i64,
    /// The latest payment on it, unless that one is history.
    pub payment: Option<LatestPayment>,
}

impl PortalInvoice {
    /// Whether it can be paid now.
    pub const fn is_payable(&self) -> bool {
        self.payable > 0
    }

    /// What closes it today, in minor units.
    pub const fn price_today(&self) -> i64 {
        self.payable - self.discount
    }
}

/// The portal's first screen, for one currency at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalHome {
    /// Around it.
    pub frame: PortalFrame,
    /// A part for each currency.
    pub currencies: Vec<PortalCurrency>,
    /// Whether the seller takes payments online.
    pub payments_on: bool,
}

/// What is owed in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalCurrency {
    /// ISO 4217 code.
    pub currency: String,
    /// What is open, in minor units.
    pub owed: i64,
    /// What of it is late and neither disputed nor on its way, in minor units.
    pub overdue: i64,
    /// What payments on their way hold of it, in minor units.
    pub clearing: i64,
    /// Open invoices, listed or not.
    pub open_count: i64,
    /// What paying everything today would save, in minor units.
    pub discount: i64,
    /// The earliest end of a discount, in words; empty when there is none.
    pub discount_until: String,
    /// Credit held, in minor units.
    pub credit: i64,
    /// Open invoices, oldest due first; of very many, the first of them.
    pub invoices: Vec<PortalInvoice>,
}

/// A settled invoice in the portal's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidInvoice {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The customer's order number; may be empty.
    pub po_number: String,
    /// Its total.
    pub total: Amount,
    /// When it was settled, in words.
    pub settled: String,
    /// How it was paid; empty when not here.
    pub method: String,
    /// Discounts used, in minor units.
    pub discount: i64,
    /// The payment's id; empty when not online.
    pub payment_id: String,
    /// Where the payment stands.
    pub payment_state: Option<PaymentState>,
}

/// The portal's list of settled invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalPaid {
    /// Around it.
    pub frame: PortalFrame,
    /// The latest first.
    pub invoices: Vec<PaidInvoice>,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// What was sold.
    pub description: String,
    /// How much, as a decimal.
    pub quantity: String,
    /// Price of one, as a decimal.
    pub unit_price: String,
    /// The line's amount, in minor units.
    pub amount: i64,
}

/// One invoice in the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalInvoicePage {
    /// Around it.
    pub frame: PortalFrame,
    /// The invoice as the list shows it.
    pub invoice: PortalInvoice,
    /// ISO 4217 code.
    pub currency: String,
    /// Its total, in minor units.
    pub total: i64,
    /// Tax in it, in minor units.
    pub tax: i64,
    /// Paid and credited so far, in minor units.
    pub applied: i64,
    /// Terms in words; may be empty.
    pub terms: String,
    /// Its lines.
    pub lines: Vec<LineView>,
}

/// A stored card or bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodView {
    /// Its id.
    pub id: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// Brand or bank.
    pub brand: String,
    /// Last four digits.
    pub last4: String,
    /// `04/2028` for a card; empty for a bank account.
    pub expires: String,
    /// Whether it can pay what is chosen.
    pub is_accepted: bool,
}

/// An invoice that is about to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its due date, in words.
    pub due: String,
    /// What can be paid on it, in minor units.
    pub payable: i64,
    /// Early-payment discount, in minor units.
    pub early_discount: i64,
    /// Until when that holds, in words; empty without one.
    pub discount_until: String,
    /// Discount for paying by bank, in minor units.
    pub bank_discount: i64,
    /// Paid by the method, in minor units.
    pub principal: i64,
    /// Whether it carries the surcharge.
    pub has_surcharge: bool,
}

/// The step in which a method is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseMethodPage {
    /// Around it.
    pub frame: PortalFrame,
    /// ISO 4217 code.
    pub currency: String,
    /// What is chosen.
    pub lines: Vec<BasketLine>,
    /// To pay before anything the method adds or takes off, in minor units.
    pub total: i64,
    /// Saved methods.
    pub methods: Vec<MethodView>,
    /// Whether a card may be added.
    pub can_add_card: bool,
    /// Whether a bank account may be added.
    pub can_add_bank: bool,
    /// The most a credit card would cost on top, as a percentage; empty for nothing.
    pub surcharge_percent: String,
    /// What paying by bank takes off, as a percentage; empty for nothing.
    pub bank_discount_percent: String,
}

/// The step in which the price is read and confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// Around it.
    pub frame: PortalFrame,
    /// The price's id: the key of the confirmation.
    pub quote_id: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What is paid.
    pub lines: Vec<BasketLine>,
    /// What the invoices' balances are together, in minor units.
    pub payable: i64,
    /// Early-payment discounts together, in minor units.
    pub early_discount: i64,
    /// Discount for paying by bank, in minor units.
    pub bank_discount: i64,
    /// That discount as a percentage; empty for nothing.
    pub bank_discount_percent: String,
    /// What the surcharge was taken of, in minor units.
    pub surcharge_base: i64,
    /// The surcharge, in minor units.
    pub surcharge: i64,
    /// Its rate as a percentage.
    pub surcharge_percent: String,
    /// Why there is, or is no, surcharge.
    pub surcharge_reason: SurchargeReason,
    /// What the method is charged, in minor units.
    pub charge: i64,
    /// The method.
    pub method: MethodView,
    /// Until when the price holds, in words with the zone.
    pub expires: String,
    /// When a bank debit would usually settle, in words; empty for cards.
    pub expected: String,
    /// The words with which a bank debit is authorised; empty for cards.
    pub mandate: String,
    /// Whether the price can be confirmed: not too old, and not confirmed before.
    pub is_open: bool,
    /// The payment, when it was confirmed before; else empty.
    pub payment_id: String,
}

/// A payment in the portal: also the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentPage {
    /// Around it.
    pub frame: PortalFrame,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it failed or came back, as a code.
    pub failure_code: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What is paid.
    pub lines: Vec<BasketLine>,
    /// Early-payment discounts together, in minor units.
    pub early_discount: i64,
    /// Discount for paying by bank, in minor units.
    pub bank_discount: i64,
    /// The surcharge, in minor units.
    pub surcharge: i64,
    /// Its rate as a percentage.
    pub surcharge_percent: String,
    /// What the method is charged, in minor units.
    pub charge: i64,
    /// Given back so far, in minor units.
    pub refunded: i64,
    /// Card or bank.
    pub method_kind: String,
    /// The method in words.
    pub method: String,
    /// When it was confirmed, in words with the zone.
    pub confirmed: String,
    /// When a bank debit usually settles, in words; empty for cards.
    pub expected: String,
}

/// What every staff page shows around its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffFrame {
    /// The signed-in user's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The seller's name.
    pub company: String,
    /// Whether no real money moves.
    pub is_sandbox: bool,
    /// Whether the mailbox page exists.
    pub has_mailbox: bool,
    /// The clock's time in words, when it was moved; else empty.
    pub moved_clock: String,
}

/// Sums of a list in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalView {
    /// ISO 4217 code.
    pub currency: String,
    /// Rows.
    pub count: i64,
    /// Their totals, in minor units.
    pub total: i64,
    /// What is open on them, in minor units.
    pub balance: i64,
}

/// One segment of the ageing bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgingSegment {
    /// The bucket's name in addresses.
    pub key: String,
    /// Open invoices.
    pub count: i64,
    /// Open on them, in minor units.
    pub minor: i64,
}

/// The ageing of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgingView {
    /// ISO 4217 code.
    pub currency: String,
    /// Everything open, in minor units.
    pub outstanding: i64,
    /// What of it is late, in minor units.
    pub overdue: i64,
    /// Credit held by customers, in minor units.
    pub credit: i64,
    /// Customers who owe.
    pub customers: i64,
    /// Open invoices.
    pub invoices: i64,
    /// Seven segments, from the farthest future to the longest past.
    pub segments: Vec<AgingSegment>,
}

/// A row of a staff invoice list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRowView {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The customer's order number; may be empty.
    pub po_number: String,
    /// The customer's id.
    pub customer_id: String,
    /// The customer's name.
    pub customer: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Its date, in words.
    pub issued: String,
    /// Its due date, in words.
    pub due: String,
    /// Its total, in minor units.
    pub total: i64,
    /// What is open, in minor units.
    pub balance: i64,
    /// What it is today.
    pub status: InvoiceStatus,
    /// Until when a discount is offered, in words; empty when none is open.
    pub discount_until: String,
    /// When it was settled, in words; empty while open.
    pub settled: String,
    /// How late that was, in days; negative is early.
    pub days_late: Option<i64>,
}

/// A page of a staff invoice list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceListView {
    /// The rows.
    pub rows: Vec<InvoiceRowView>,
    /// Where the next page starts; empty on the last.
    pub next: String,
    /// Sums of everything found, by currency.
    pub totals: Vec<TotalView>,
    /// The name of the customer that is filtered by; empty without.
    pub customer: String,
}

/// A row of the customer list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRowView {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Open on invoices, in minor units.
    pub open: i64,
    /// Open invoices.
    pub open_count: i64,
    /// Late, in minor units.
    pub overdue: i64,
    /// Credit held, in minor units.
    pub credit: i64,
    /// Days the oldest open invoice is late; zero or less when none is.
    pub oldest_days: i64,
}

/// A page of the customer list, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerListView {
    /// ISO 4217 code of the sums.
    pub currency: String,
    /// Every currency somebody owes in.
    pub currencies: Vec<String>,
    /// The rows.
    pub rows: Vec<CustomerRowView>,
    /// Where the next page starts; empty on the last.
    pub next: String,
    /// Customers found.
    pub count: i64,
    /// Open on invoices of all customers, in minor units.
    pub open: i64,
    /// Credit of all customers, in minor units.
    pub credit: i64,
}

/// A customer's sums in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceView {
    /// ISO 4217 code.
    pub currency: String,
    /// Open on invoices, in minor units.
    pub outstanding: i64,
    /// Late, in minor units.
    pub overdue: i64,
    /// Credit held, in minor units.
    pub credit: i64,
    /// Open invoices.
    pub open_count: i64,
}

/// A payment in the side panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRowView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it failed or came back, as a code.
    pub failure_code: String,
    /// The method in words.
    pub method: String,
    /// When it was received, in words.
    pub received: String,
    /// When a bank debit usually settles, in words; may be empty.
    pub expected: String,
    /// Charged.
    pub charge: Amount,
    /// Of which surcharge, in minor units.
    pub surcharge: i64,
    /// Given back, in minor units.
    pub refunded: i64,
    /// The invoices it pays.
    pub invoices: Vec<String>,
}

/// The side panel of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPanel {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Address, a line each.
    pub address: Vec<String>,
    /// Phone; may be empty.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
    /// Website; may be empty.
    pub website: String,
    /// Terms; may be empty.
    pub terms: String,
    /// Number of the parent; may be empty.
    pub parent_number: String,
    /// Sums by currency.
    pub balances: Vec<BalanceView>,
    /// Invoices, open ones first, then the latest.
    pub invoices: Vec<InvoiceRowView>,
    /// Payments, the latest first.
    pub payments: Vec<PaymentRowView>,
    /// Contacts who may sign in to the portal: name and address.
    pub contacts: Vec<(String, String)>,
}

/// A message in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When, in words.
    pub at: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// Plain text; empty in lists.
    pub text: String,
    /// Where its attachment is; empty without one.
    pub attachment: String,
}

/// How an uploaded file would be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The upload's id.
    pub upload_id: String,
    /// The file's name.
    pub file_name: String,
    /// What the file is and how it is written, in words.
    pub format: Vec<(String, String)>,
    /// The file's columns.
    pub columns: Vec<String>,
    /// Every field with the column that was found or chosen for it; empty for none.
    pub mapping: Vec<(String, String)>,
    /// The header of the sample.
    pub sample_header: Vec<String>,
    /// The first rows as they will be read.
    pub sample: Vec<Vec<String>>,
    /// What stands in the way, in words; empty when the file can be imported.
    pub problem: String,
}

/// What the person chose on the import page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportChoices {
    /// `invoices`, `customers` or `credit-memos`.
    pub kind: String,
    /// `field=Column` pairs, one a line.
    pub map: String,
    /// Such as `%d.%m.%Y`; empty to find out.
    pub date_format: String,
    /// For rows without one; empty for the seller's.
    pub currency: String,
    /// For rows without them.
    pub terms: String,
    /// `C=credit-memo` pairs, separated by commas.
    pub prefixes: String,
    /// The customer of rows without one; empty to refuse those.
    pub default_customer: String,
    /// Whether `map` names every field that is to be read; otherwise the others are guessed.
    pub is_complete: bool,
}

/// How far an import is, and its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// The run's id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Documents done.
    pub done: i64,
    /// Documents in the file; zero until known.
    pub total: i64,
    /// The report's figures in words: label and value.
    pub figures: Vec<(String, String)>,
    /// Warnings by kind: sentence and count.
    pub warnings: Vec<(String, i64)>,
    /// The first refused rows: line, column, reason, value.
    pub refusals: Vec<(i64, String, String, String)>,
    /// How many rows were refused.
    pub refused: i64,
    /// Why the run failed; empty otherwise.
    pub failure: String,
    /// When it was started, in words.
    pub started: String,
}
