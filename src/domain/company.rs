//! The seller: who asks for the money.

use serde::{Deserialize, Serialize};

use super::money::Currency;

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
            time_zone: "UTC".to_owned(),
            currency: Currency::USD,
            logo_svg: String::new(),
        }
    }
}
