//! What the staff's pages receive.

use serde::{Deserialize, Serialize};

use super::{Amount, AutopayView, ExpectationView, OwnWorkflowView, SpecialistView, StatementView};
use crate::domain::{
    hierarchy::{BillingPreference, PreferenceOrigin},
    invoice::InvoiceStatus,
    payment::PaymentState,
    payment_form::{OverridesForm, PolicyForm},
    payment_override::{PaymentOverrides, PortalAccess},
    permission::Permissions,
    policy::PaymentPolicy,
    profile::{Behaviour, Books, Profile},
};

/// What every staff page shows around its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffFrame {
    /// The signed-in user's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do: what they may not is not offered to them.
    pub permissions: Permissions,
    /// The seller's name.
    pub company: String,
    /// How much is new for them: what they were told and have not read, and tasks that are due.
    pub news: i64,
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
    /// Discounts taken, in minor units; zero while open.
    pub discount: i64,
    /// Credit memos applied and credit used, in minor units.
    pub credit: i64,
    /// What is expected while it is open.
    pub expectation: ExpectationView,
    /// The payment that settled it; none while open, or where credits did.
    pub payment: Option<PaidBy>,
    /// What it has in custom fields that are shown: the field's id, and the value.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
}

/// The payment that settled an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidBy {
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Its method in words.
    pub method: String,
    /// When its money came, in words; may be empty.
    pub settled: String,
}

impl PaidBy {
    /// No payment: credits settled it.
    pub const fn nothing() -> Self {
        Self {
            reference: String::new(),
            state: PaymentState::Succeeded,
            method: String::new(),
            settled: String::new(),
        }
    }
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
    /// Open by age, in minor units: seven buckets, from the farthest future to the longest past.
    pub aging: Vec<i64>,
    /// How late they paid in the last twelve months, in days, on average; negative is early, none
    /// is unknown.
    pub days_late: Option<i64>,
    /// What it has in custom fields that are shown: the field's id, and the value.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
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
    /// Late of that, in minor units; not worked out for a later page, nor where customers are left
    /// out.
    pub overdue: Option<i64>,
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
    /// Who made it, when that is somebody else who pays for the customer; else empty.
    pub payer: String,
}

/// A customer named on a page about another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLink {
    /// Its id; empty when whoever asks does not see it.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

impl CustomerLink {
    /// Its name, or its number where it has none.
    pub const fn called(&self) -> &str {
        if self.name.is_empty() { self.number.as_str() } else { self.name.as_str() }
    }
}

/// Who pays for a customer, and for whom it pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingView {
    /// Its own say; none when it follows what is above it.
    pub own: Option<BillingPreference>,
    /// What counts.
    pub preference: BillingPreference,
    /// Where that comes from.
    pub origin: PreferenceOrigin,
    /// What would count without a say of its own.
    pub inherited: BillingPreference,
    /// The customer it belongs to.
    pub parent: Option<CustomerLink>,
    /// Whether it belongs to itself in the books.
    pub is_in_circle: bool,
    /// Who pays; none when it pays itself.
    pub bill_to: Option<CustomerLink>,
    /// Others it pays for, by name: the first of those that whoever asks sees.
    pub pays_for: Vec<CustomerLink>,
    /// How many others it pays for.
    pub pays_for_count: i64,
    /// Sums of all it pays for, by currency; none when it pays for itself only, or for somebody
    /// whom whoever asks does not see.
    pub consolidated: Vec<BalanceView>,
}

impl BillingView {
    /// Who pays in its place, where it pays for nobody: what is mailed about its invoices goes to them.
    pub fn only_payer(&self) -> Option<&CustomerLink> {
        self.bill_to.as_ref().filter(|_| self.pays_for_count == 0)
    }
}

/// What a customer is granted otherwise than everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverridesView {
    /// How often it was written.
    pub version: i64,
    /// The currency that limits are typed in.
    pub currency: String,
    /// What is granted.
    pub overrides: PaymentOverrides,
    /// What counts for everybody, without what a surcharge's law wants to know.
    pub company: PaymentPolicy,
    /// What the portal is to the customer today.
    pub access: PortalAccess,
    /// How its autopay stands; none while it is off.
    pub autopay: Option<AutopayView>,
    /// Whether whoever asks may invite it to autopay.
    pub may_invite: bool,
    /// Whether whoever asks may end it for the customer.
    pub may_end: bool,
    /// The form, filled in.
    pub form: OverridesForm,
    /// Whether whoever asks may change it.
    pub may_change: bool,
}

/// The company's rules about online payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// A text that changes when they do.
    pub version: String,
    /// The currency that limits are typed in.
    pub currency: String,
    /// Where payers go.
    pub portal_url: String,
    /// The form, filled in.
    pub form: PolicyForm,
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
    /// How it is reached.
    pub profile: Profile,
    /// The version of that, to be sent back with a change.
    pub profile_version: i64,
    /// What the books say of fields that were changed here: field and value.
    pub books: Vec<(String, String)>,
    /// Which books it is synchronised with: they alone change what they hold of it.
    pub synced_from: Option<Books>,
    /// How it has paid lately; none while it paid nothing.
    pub behaviour: Option<Behaviour>,
    /// Terms; may be empty.
    pub terms: String,
    /// Code of the currency that the books keep for it; may be empty.
    pub currency: String,
    /// Number of the parent; may be empty.
    pub parent_number: String,
    /// Who pays for it, and for whom it pays.
    pub billing: BillingView,
    /// Who on our side is responsible.
    pub specialist: Option<SpecialistView>,
    /// Its reminder workflow.
    pub workflow: OwnWorkflowView,
    /// Whether it gets statements of account.
    pub statement: StatementView,
    /// Sums by currency.
    pub balances: Vec<BalanceView>,
    /// Invoices, open ones first, then the latest.
    pub invoices: Vec<InvoiceRowView>,
    /// Payments, the latest first.
    pub payments: Vec<PaymentRowView>,
    /// Contacts who may sign in to the portal: name and address.
    pub contacts: Vec<(String, String)>,
    /// Whether whoever asks may change it and see its history.
    pub may_change: bool,
}

/// What something that was found is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A customer.
    Customer,
    /// An invoice on which something is open.
    OpenInvoice,
    /// An invoice on which nothing is.
    PaidInvoice,
    /// A payment.
    Payment,
}

/// Something that was found by its number or name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundView {
    /// What it is.
    pub kind: FoundKind,
    /// The customer it belongs to, or is.
    pub customer_id: String,
    /// Its number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// What is open on it, or what it comes to; none for a customer.
    pub amount: Option<Amount>,
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
    /// Whether that is an invoice; else a receipt.
    pub has_invoice: bool,
}
