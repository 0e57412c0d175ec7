//! The seller's rules about how it may be paid online.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    calendar::days_after, gl_accounts::GlAccounts, money::Rate, payment_override::OnlinePayments,
};

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
    /// While it is not late by more than so many days.
    UntilDaysPastDue(u16),
}

/// The most days past due that something can be let go on for.
pub const DAYS_PAST_DUE_MAX: u16 = 365;

/// The days past due that a form begins with.
pub const DAYS_PAST_DUE_USUAL: u16 = 30;

impl When {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Always,
        Self::OnOrBeforeDue,
        Self::UntilDaysPastDue(DAYS_PAST_DUE_USUAL),
        Self::AfterDue,
        Self::Never,
    ];

    /// The word in forms; days are a field of their own.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Always => "always",
            Self::OnOrBeforeDue => "on_or_before_due",
            Self::AfterDue => "after_due",
            Self::UntilDaysPastDue(_) => "until_days_past_due",
        }
    }

    /// The choice of a word, with the usual days where it has some.
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
            Self::UntilDaysPastDue(days) => today <= days_after(due_on, u32::from(days)),
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
    /// What is taken has to be posted somewhere.
    #[error("accounts.surcharge is missing: the account that surcharges are posted to")]
    AccountMissing,
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
    /// Whether a payer may pay a part of an invoice.
    pub partial: bool,
    /// Where the books have what comes of payments.
    pub accounts: GlAccounts,
    /// Whether customers that come new may pay online; those that are there stay as they are.
    pub new_customers: OnlinePayments,
}

impl PaymentPolicy {
    /// Whether it holds amounts of the company's currency.
    pub fn has_limits(&self) -> bool {
        let (card, bank) = (&self.card, &self.bank);
        [
            card.invoice_total_min,
            card.invoice_total_max,
            card.surcharge.as_ref().and_then(|rule| rule.invoice_total_min),
            bank.invoice_total_min,
            bank.invoice_total_max,
            bank.discount.as_ref().and_then(|rule| rule.invoice_total_min),
        ]
        .iter()
        .any(Option::is_some)
    }

    /// Checks the whole policy.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        let Some(surcharge) = &self.card.surcharge else { return Ok(()) };
        if surcharge.when != When::Never && self.accounts.surcharge.is_empty() {
            return Err(PolicyError::AccountMissing);
        }
        surcharge.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_counts_by_the_due_date() {
        use When::{AfterDue, Always, Never, OnOrBeforeDue, UntilDaysPastDue};
        // The day before it is due, the day itself, the day after, and 30 and 31 days after.
        let days = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01"];
        for (when, expected) in [
            (Never, [false; 5]),
            (Always, [true; 5]),
            (OnOrBeforeDue, [true, true, false, false, false]),
            (AfterDue, [false, false, true, true, true]),
            (UntilDaysPastDue(1), [true, true, true, false, false]),
            (UntilDaysPastDue(30), [true, true, true, true, false]),
            (UntilDaysPastDue(365), [true; 5]),
        ] {
            let due_on = "2026-03-31".parse().unwrap();
            let found = days.map(|day| when.applies(day.parse().unwrap(), due_on));
            assert_eq!(found, expected, "{when:?}");
        }
        // At the end of time nothing is late.
        assert!(UntilDaysPastDue(365).applies(NaiveDate::MAX, NaiveDate::MAX));
    }

    #[test]
    fn a_surcharge_needs_an_account() {
        let mut policy: PaymentPolicy = serde_json::from_str(
            "{\"enabled\":true,\"card\":{\"accepted\":\"always\",\"surcharge\":{\"rate\":25000,\
             \"cost_of_acceptance\":27500,\"starts_on\":\"2026-03-03\",\
             \"acquirer_notified_on\":\"2026-02-01\",\"when\":\"always\",\"seller_state\":\"GA\"}}}",
        )
        .unwrap();
        assert_eq!(policy.check(), Err(PolicyError::AccountMissing));
        let surcharge = policy.card.surcharge.as_mut().unwrap();
        // What was stored without one goes on being taken.
        assert_eq!(surcharge.check(), Ok(()));
        surcharge.when = When::Never;
        assert_eq!(policy.check(), Ok(()));
        policy.card.surcharge.as_mut().unwrap().when = When::Always;
        policy.accounts.surcharge = "4090".to_owned();
        assert_eq!(policy.check(), Ok(()));
    }

    #[test]
    fn what_was_stored_before_is_read() {
        for (text, when) in [
            ("\"never\"", When::Never),
            ("\"always\"", When::Always),
            ("\"on_or_before_due\"", When::OnOrBeforeDue),
            ("\"after_due\"", When::AfterDue),
            ("{\"until_days_past_due\":45}", When::UntilDaysPastDue(45)),
        ] {
            assert_eq!(serde_json::from_str::<When>(text).unwrap(), when);
            assert_eq!(serde_json::to_string(&when).unwrap(), text);
        }
        for when in When::ALL {
            assert_eq!(When::from_word(when.as_str()), Some(when));
        }
    }
}
