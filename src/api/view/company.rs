//! What the page of the company receives.

use serde::{Deserialize, Serialize};

use crate::domain::company_form::CompanyForm;

/// What is printed about the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyView {
    /// A text that changes when it does.
    pub version: String,
    /// The form, filled in.
    pub form: CompanyForm,
    /// Whether amounts are kept in the currency by now, so that it stays.
    pub is_currency_fixed: bool,
    /// The time zones that are offered.
    pub zones: Vec<String>,
    /// What time it is there, in words.
    pub now: String,
}

/// The company's logo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoView {
    /// A text that changes when it does.
    pub version: String,
    /// Whether there is one.
    pub is_there: bool,
}
