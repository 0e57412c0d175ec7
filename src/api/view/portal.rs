//! What the portal's pages receive.

use serde::{Deserialize, Serialize};

use super::{Amount, ContactView};
use crate::domain::{
    company::ContactKind, invoice::InvoiceStatus, method::MethodKind, payment::PaymentState,
    portion::AmountProblem, surcharge::SurchargeReason,
};

/// What every portal page shows around its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalFrame {
    /// The seller's name.
    pub company: String,
    /// Whether the seller has a logo, served at `/logo.svg`.
    pub has_logo: bool,
    /// Whom to ask.
    pub contact: ContactView,
    /// Who else may be asked, and what they are there for.
    #[serde(default)]
    pub further: Vec<(ContactKind, ContactView)>,
    /// The signed-in address; empty when nobody is.
    pub email: String,
    /// The open account's name; empty when none is.
    pub account: String,
    /// Whether another account could be chosen.
    pub can_switch: bool,
    /// Whether no real money moves.
    pub is_sandbox: bool,
    /// Whether the open account may pay online.
    pub payments_on: bool,
    /// Who on our side only looks, in the payer's place; empty for the payer.
    pub viewer: String,
    /// The one invoice that is open to whoever came by a pay link; empty for those who signed in.
    #[serde(default)]
    pub only_invoice: String,
}

impl PortalFrame {
    /// Where the pages begin: the list of invoices, or the only one.
    pub fn home(&self) -> String {
        match self.only_invoice.as_str() {
            "" => "/portal".to_owned(),
            id => format!("/portal/invoices/{id}"),
        }
    }
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
    /// Who bought, when that is somebody else than the open account; else empty.
    pub buyer: String,
    /// Its date, in words.
    pub issued: String,
    /// Its due date, in words.
    pub due: String,
    /// Its total, in minor units.
    pub total: i64,
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
    /// The amount that is to be paid, where that may be said.
    pub amount: Option<AmountField>,
    /// Whether it is ticked from the start.
    pub is_ticked: bool,
}

/// The field in which a payer says how much of an invoice they pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountField {
    /// What is in it.
    pub text: String,
    /// Why that cannot be paid.
    pub problem: Option<AmountProblem>,
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

    /// What payments on their way hold of it, in minor units.
    pub const fn reserved(&self) -> i64 {
        self.balance - self.payable
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
    /// Who pays the account's invoices, when that is somebody else; else empty.
    pub paid_by: String,
    /// Whose invoices can be looked at alone; nobody's when the account pays for itself only.
    pub buyers: Buyers,
    /// Whether the portal is closed to the account: nothing else is told then.
    pub is_closed: bool,
    /// Whether it is, because the account pays by the links in our mail.
    #[serde(default)]
    pub pays_by_links: bool,
}

impl PortalHome {
    /// What is told while the portal is closed to the account: whom to ask.
    pub fn closed(frame: PortalFrame, pays_by_links: bool) -> Self {
        Self {
            pays_by_links,
            frame,
            currencies: Vec::new(),
            payments_on: false,
            paid_by: String::new(),
            buyers: Buyers::default(),
            is_closed: true,
        }
    }
}

/// Whose invoices an account pays, to look at those of one alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyers {
    /// All of them, by name.
    pub all: Vec<AccountView>,
    /// The one that is looked at; empty for all.
    pub chosen: String,
}

impl Buyers {
    /// The name of the one that is looked at.
    pub fn name(&self) -> Option<&str> {
        self.all.iter().find(|one| one.id == self.chosen).map(|one| one.name.as_str())
    }
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
    /// Who bought, when that is somebody else than the open account; else empty.
    pub buyer: String,
    /// Its total.
    pub total: Amount,
    /// When it was settled, in words.
    pub settled: String,
    /// How it was paid, the last time when several payments paid it; empty when not here.
    pub method: String,
    /// How many payments of the account paid it.
    pub payments: i64,
    /// Discounts that they earned, in minor units.
    pub discount: i64,
    /// The last payment's id; empty when not online.
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
    /// Whether there are older ones that are not listed.
    pub is_cut: bool,
    /// Whose invoices can be looked at alone.
    pub buyers: Buyers,
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
    /// What it has in fields of the seller's own that payers see: name and value.
    pub fields: Vec<(String, String)>,
    /// Documents that are shared of it.
    pub documents: Vec<super::SharedDocumentView>,
    /// What the account paid on it, the latest first.
    pub payments: Vec<PortalInvoicePayment>,
}

/// A payment on an invoice, as whoever made it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalInvoicePayment {
    /// The payment, and where it stands.
    pub payment: LatestPayment,
    /// What people call it.
    pub reference: String,
    /// The method in words.
    pub method: String,
    /// When it was confirmed, in words.
    pub received: String,
    /// What the invoice fell or falls by, in minor units.
    pub amount: i64,
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
    /// Who bought, when that is somebody else than the open account; else empty.
    pub buyer: String,
    /// As forms carry it: its id, and the part of it that is paid.
    pub portion: String,
    /// Its due date, in words.
    pub due: String,
    /// What can be paid on it, in minor units.
    pub payable: i64,
    /// What of that is not paid with this, in minor units.
    pub left_open: i64,
    /// Early-payment discount, in minor units.
    pub early_discount: i64,
    /// What paying all of it today would earn beside that, in minor units.
    pub missed_discount: i64,
    /// Until when a discount holds, in words; empty without one.
    pub discount_until: String,
    /// Discount for paying by bank, in minor units.
    pub bank_discount: i64,
    /// Paid by the method, in minor units.
    pub principal: i64,
    /// Whether it carries the surcharge.
    pub has_surcharge: bool,
}

impl BasketLine {
    /// What it is called: its number, and for whom it is paid when that is somebody else.
    pub fn label(&self) -> String {
        match self.buyer.as_str() {
            "" => self.number.clone(),
            buyer => format!("{} for {buyer}", self.number),
        }
    }
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
    /// What was typed, when an amount cannot be paid: nothing else is told then.
    pub amounts: Vec<PortalInvoice>,
    /// To pay before anything the method adds or takes off, in minor units.
    pub total: i64,
    /// What stays open on the invoices, in minor units.
    pub left_open: i64,
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

impl ChooseMethodPage {
    /// What is told when an amount cannot be paid: all that was typed.
    pub fn amiss(frame: PortalFrame, currency: &str, amounts: Vec<PortalInvoice>) -> Self {
        Self {
            frame,
            currency: currency.to_owned(),
            lines: Vec::new(),
            amounts,
            total: 0,
            left_open: 0,
            methods: Vec::new(),
            can_add_card: false,
            can_add_bank: false,
            surcharge_percent: String::new(),
            bank_discount_percent: String::new(),
        }
    }
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
    /// What of that is not paid with this, in minor units.
    pub left_open: i64,
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
