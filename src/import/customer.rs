//! What the file says about one customer.

use std::sync::Arc;

use crate::domain::money::Currency;

use super::document::Canonical;

/// A postal address, each part as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedAddress {
    /// Street and house number, or whatever the first line holds.
    pub line1: Option<Arc<str>>,
    /// Second line.
    pub line2: Option<Arc<str>>,
    /// City.
    pub city: Option<Arc<str>>,
    /// State, province or county.
    pub region: Option<Arc<str>>,
    /// Postal code.
    pub postal_code: Option<Arc<str>>,
    /// Country as written.
    pub country: Option<Arc<str>>,
    /// The two-letter code of ISO 3166-1 when the name is known.
    pub country_code: Option<&'static str>,
}

/// A customer, from a customers file or named by a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedCustomer {
    /// Its number, exactly as written but for blanks around it.
    pub number: Arc<str>,
    /// Its name; when the file gives several, the first.
    pub name: Option<Arc<str>>,
    /// E-mail address, as written.
    pub email: Option<Arc<str>>,
    /// Telephone number, as written.
    pub phone: Option<Arc<str>>,
    /// Website, as written.
    pub website: Option<Arc<str>>,
    /// Where it is.
    pub address: ImportedAddress,
    /// Number of the customer it belongs to.
    pub parent_number: Option<Arc<str>>,
    /// Whether it is a project of that customer.
    pub is_project: Option<bool>,
    /// Label of its payment terms (customers files only).
    pub terms: Option<Arc<str>>,
    /// Its currency (customers files only).
    pub currency: Option<Currency>,
    /// Free text (customers files only).
    pub notes: Option<Arc<str>>,
    /// Line of the file on which it is first mentioned.
    pub line: u64,
}

impl ImportedCustomer {
    /// A canonical text of everything the file says about the customer, for hashing. See
    /// [`ImportedDocument::fingerprint`](super::ImportedDocument::fingerprint).
    pub fn fingerprint(&self) -> String {
        let mut text = Canonical::new("customer/1");
        text.word(&self.number);
        let address = &self.address;
        for part in [
            &self.name,
            &self.email,
            &self.phone,
            &self.website,
            &address.line1,
            &address.line2,
            &address.city,
            &address.region,
            &address.postal_code,
            &address.country,
            &self.parent_number,
            &self.terms,
            &self.notes,
        ] {
            text.optional(part.as_deref());
        }
        text.shown(self.is_project);
        text.shown(self.currency);
        text.finish()
    }
}
