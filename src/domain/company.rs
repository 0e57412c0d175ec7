//! The seller: who asks for the money.

use serde::{Deserialize, Serialize};

use super::money::Currency;

/// Somebody of ours whom payers may ask; whatever is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their phone.
    pub phone: String,
}

impl Person {
    /// Whether they could be reached at all.
    pub const fn is_reachable(&self) -> bool {
        !self.email.is_empty() || !self.phone.is_empty()
    }
}

/// What somebody of ours is there for, beside those who keep the receivables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Whoever looks after the account.
    AccountManager,
    /// Help with what was bought.
    Support,
    /// Buying more.
    Sales,
}

/// What is printed about the seller, and the time zone and currency it works in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompanyProfile {
    /// Legal name.
    pub name: String,
    /// Address, a line each.
    pub address: Vec<String>,
    /// Tax id, such as `12-3456789`.
    pub tax_id: String,
    /// Whom payers ask.
    pub contact_name: String,
    /// Their e-mail.
    pub contact_email: String,
    /// Their phone.
    pub contact_phone: String,
    /// Where cheques go, a line each; empty when none are taken.
    pub check_address: Vec<String>,
    /// Whoever looks after the account.
    pub account_manager: Person,
    /// Help with what was bought.
    pub support: Person,
    /// Buying more.
    pub sales: Person,
    /// Whether payers see their order numbers in the portal.
    pub shows_po_number: bool,
    /// IANA time zone; the seller's local date decides what is late and what is discounted.
    pub time_zone: String,
    /// The currency of the books.
    pub currency: Currency,
    /// Logo as SVG text; empty when there is none.
    pub logo_svg: String,
}

impl Default for CompanyProfile {
    fn default() -> Self {
        Self {
            name: "Your company".to_owned(),
            address: Vec::new(),
            tax_id: String::new(),
            contact_name: "accounts receivable".to_owned(),
            contact_email: String::new(),
            contact_phone: String::new(),
            check_address: Vec::new(),
            account_manager: Person::default(),
            support: Person::default(),
            sales: Person::default(),
            shows_po_number: true,
            time_zone: "UTC".to_owned(),
            currency: Currency::USD,
            logo_svg: String::new(),
        }
    }
}

impl CompanyProfile {
    /// The further people whom payers may ask.
    pub fn further_contacts(&self) -> impl Iterator<Item = (ContactKind, &Person)> {
        [
            (ContactKind::AccountManager, &self.account_manager),
            (ContactKind::Support, &self.support),
            (ContactKind::Sales, &self.sales),
        ]
        .into_iter()
        .filter(|(_, person)| person.is_reachable())
    }

    /// An order number as the portal shows it; empty where it shows none.
    pub fn shown_po_number(&self, number: &str) -> String {
        if self.shows_po_number { number.to_owned() } else { String::new() }
    }
}
