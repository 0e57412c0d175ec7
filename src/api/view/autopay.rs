//! What screens receive of automatic payment.

use serde::{Deserialize, Serialize};

use super::{MethodView, PortalFrame};
use crate::domain::{
    autopay::{AutopayTiming, EnrolForm},
    form::FieldProblem,
};

/// How a customer's autopay stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutopayView {
    /// When invoices are charged.
    pub timing: AutopayTiming,
    /// With what, in words.
    pub method: String,
    /// The most that one charge may be, in words; empty for no limit.
    pub ceiling: String,
    /// Whether open credits are used first.
    pub uses_credits: bool,
    /// Since when without a break, in words.
    pub since: String,
    /// Who agreed.
    pub by: String,
    /// Why nothing is charged, as a code; empty while all is well.
    pub problem: String,
}

/// An invoice that will be charged, or waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChargeView {
    /// The invoice's id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The day, in words; empty while it waits.
    pub on: String,
    /// What it comes to then, in minor units; what is open while it waits.
    pub minor: i64,
    /// The currency.
    pub currency: String,
    /// Why it waits, as a code; empty when it does not.
    pub hold: String,
}

/// The page on which a payer sees, changes and ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutopayPage {
    /// Around it.
    pub frame: PortalFrame,
    /// How it stands; none while it is off.
    pub now: Option<AutopayView>,
    /// What will be charged: of what counts, or of what is about to be agreed to.
    pub charges: Vec<PlannedChargeView>,
    /// Ways to pay.
    pub methods: Vec<MethodView>,
    /// What is in the form.
    pub form: EnrolForm,
    /// What is wrong with it.
    pub problem: Option<FieldProblem>,
    /// The words to be agreed to; empty unless the form can be.
    pub consent: String,
    /// What tells these words from others.
    pub shown: String,
    /// The currency of the limit.
    pub currency: String,
    /// Whether a card can be added.
    pub can_add_card: bool,
    /// Whether a bank account can be added.
    pub can_add_bank: bool,
}
