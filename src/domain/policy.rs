//! The seller's rules about how it may be paid online.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::money::Rate;

/// The product's own ceiling on a surcharge: 2.9 %.
pub const SURCHARGE_RATE_MAX: Rate = Rate::from_ppm(29_000);

/// Days between telling the acquirer and the first surcharge (Visa, Mastercard, Discover).
pub const SURCHARGE_NOTICE_DAYS: u64 = 30;

/// When something applies to an invoice, by its due date in the seller's time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// To none.
    #[default]
    Never,
    /// To all.
    Always,
    /// While it is not late.
    OnOrBeforeDue,
    /// Once it is late.
    AfterDue,
}

impl When {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Always, Self::OnOrBeforeDue, Self::AfterDue, Self::Never];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Always => "always",
            Self::OnOrBeforeDue => "on_or_before_due",
            Self::AfterDue => "after_due",
        }
    }

    /// The choice of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|when| when.as_str() == word)
    }

    /// Whether it applies on `today` to an invoice due on `due_on`.
    pub fn applies(self, today: NaiveDate, due_on: NaiveDate) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::OnOrBeforeDue => today <= due_on,
            Self::AfterDue => today > due_on,
        }
    }
}

/// The rules on paying by card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardPolicy {
    /// When cards are accepted.
    pub accepted: When,
    /// Smallest original invoice total that may be paid by card, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// Largest original invoice total that may be paid by card, in minor units, inclusive.
    pub invoice_total_max: Option<i64>,
    /// The surcharge, when one is taken.
    pub surcharge: Option<SurchargePolicy>,
}

/// The rules on surcharging credit cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurchargePolicy {
    /// The configured rate.
    pub rate: Rate,
    /// What accepting cards really costs; without knowing it no surcharge may be taken.
    pub cost_of_acceptance: Rate,
    /// The first day on which it may be taken.
    pub starts_on: NaiveDate,
    /// When the acquirer was told.
    pub acquirer_notified_on: NaiveDate,
    /// Which invoices carry it.
    pub when: When,
    /// Only invoices whose original total reaches this, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// The state of the seller, two letters; unknown means no surcharge.
    pub seller_state: Option<String>,
}

/// Why a surcharge policy cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Over the product's ceiling.
    #[error("the surcharge rate is above 2.9 %")]
    RateAboveMax,
    /// Earlier than thirty days after the acquirer was told.
    #[error("a surcharge may start 30 days after the acquirer was told")]
    StartsTooSoon,
    /// The cost of acceptance must be known and above zero.
    #[error("the cost of acceptance is missing")]
    CostMissing,
}

impl SurchargePolicy {
    /// The most that is ever taken: the rate, and never more than what cards cost.
    pub fn rate_max(&self) -> Rate {
        self.rate.min(self.cost_of_acceptance)
    }

    /// Checks the rules that do not depend on a payment.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.rate > SURCHARGE_RATE_MAX {
            return Err(PolicyError::RateAboveMax);
        }
        if self.cost_of_acceptance == Rate::ZERO {
            return Err(PolicyError::CostMissing);
        }
        let earliest = self.acquirer_notified_on.checked_add_days(Days::new(SURCHARGE_NOTICE_DAYS));
        if earliest.is_none_or(|earliest| self.starts_on < earliest) {
            return Err(PolicyError::StartsTooSoon);
        }
        Ok(())
    }
}

/// The rules on paying from a bank account (ACH; US dollars only).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BankPolicy {
    /// Whether bank debits are accepted.
    pub accepted: bool,
    /// Smallest original invoice total that may be paid by bank, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// Largest original invoice total that may be paid by bank, in minor units, inclusive.
    pub invoice_total_max: Option<i64>,
    /// The discount for paying by bank, when one is given.
    pub discount: Option<BankDiscount>,
}

/// A discount for paying by bank: legal where surcharges are not (15 U.S.C. 1666f).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankDiscount {
    /// Share of what is left after the early-payment discount and credits.
    pub rate: Rate,
    /// Which invoices get it.
    pub when: When,
    /// Only invoices whose original total reaches this, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// Whether it is given on top of an early-payment discount.
    pub stacks: bool,
}

/// Everything the seller decided about online payments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentPolicy {
    /// Whether the portal takes payments at all.
    pub enabled: bool,
    /// Cards.
    pub card: CardPolicy,
    /// Bank debits.
    pub bank: BankPolicy,
}

impl PaymentPolicy {
    /// Checks the whole policy.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.card.surcharge.as_ref().map_or(Ok(()), SurchargePolicy::check)
    }
}
