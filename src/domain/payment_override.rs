//! What one customer is granted otherwise than everybody: how it may pay online, group by group,
//! and whether it may at all (product.md §2.2, §2.10).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    money::Rate,
    policy::{
        BankDiscount, BankPolicy, CardPolicy, PaymentPolicy, PolicyError, SURCHARGE_RATE_MAX,
        SurchargePolicy, When,
    },
};

/// One group of settings of a customer. A group is taken as a whole: a half-filled one would mix
/// its values with ones that change elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "values")]
pub enum Override<T> {
    /// What counts for everybody.
    #[default]
    Inherit,
    /// On, with values of its own.
    On(T),
    /// Off.
    Off,
}

impl<T> Override<T> {
    /// The word in forms.
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Inherit => "inherit",
            Self::On(_) => "on",
            Self::Off => "off",
        }
    }

    /// Its own values, where it has some.
    pub const fn values(&self) -> Option<&T> {
        match self {
            Self::On(values) => Some(values),
            Self::Inherit | Self::Off => None,
        }
    }
}

/// When cards are accepted, and for which invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAcceptance {
    /// When; never `Never`, which is off.
    pub accepted: When,
    /// Smallest original invoice total, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// Largest original invoice total, in minor units, inclusive.
    pub invoice_total_max: Option<i64>,
}

/// For which invoices bank debits are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAcceptance {
    /// Smallest original invoice total, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
    /// Largest original invoice total, in minor units, inclusive.
    pub invoice_total_max: Option<i64>,
}

/// A surcharge of a customer's own. What the law and the networks want to know (the cost of
/// acceptance, the acquirer's notice, the seller's state) stays the company's: without it nobody is
/// surcharged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurchargeTerms {
    /// The rate.
    pub rate: Rate,
    /// Which invoices carry it.
    pub when: When,
    /// Only invoices whose original total reaches this, in minor units, inclusive.
    pub invoice_total_min: Option<i64>,
}

/// Whether a customer may pay online.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum OnlinePayments {
    /// In the portal.
    #[default]
    Portal,
    /// By the links in our mail only.
    PayLink,
    /// Not now.
    Disabled {
        /// The last day of it, in the seller's time zone; none is until somebody changes it.
        until: Option<NaiveDate>,
        /// Whether the portal stays open for reading.
        keeps_portal: bool,
        /// Whether it paid by links before, and does again afterwards.
        #[serde(default, skip_serializing_if = "is_no")]
        then_links: bool,
    },
}

/// What is kept of a customer that paid in the portal does not say that it did not pay by links.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_no(flag: &bool) -> bool {
    !*flag
}

/// What follows from it on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalAccess {
    /// The portal is open, and payments are taken.
    Full,
    /// The portal is open for reading.
    ReadOnly,
    /// The portal says that payments are made by links; those are taken.
    LinksOnly,
    /// The portal says whom to ask.
    Closed,
}

impl PortalAccess {
    /// Whether the portal shows the account anything.
    pub const fn lets_in(self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly)
    }

    /// Whether payments are taken, in the portal or by links.
    pub const fn takes_payments(self) -> bool {
        matches!(self, Self::Full | Self::LinksOnly)
    }
}

impl OnlinePayments {
    /// What can be chosen without an end.
    pub const CHOICES: [Self; 4] = [
        Self::Portal,
        Self::PayLink,
        Self::Disabled { until: None, keeps_portal: true, then_links: false },
        Self::Disabled { until: None, keeps_portal: false, then_links: false },
    ];

    /// The word in forms; an end is a field of its own.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::PayLink => "pay_link",
            Self::Disabled { keeps_portal: true, .. } => "read_only",
            Self::Disabled { keeps_portal: false, .. } => "closed",
        }
    }

    /// The choice of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|choice| choice.as_str() == word)
    }

    /// Whether it was switched off until a day that is over.
    pub fn is_over(self, today: NaiveDate) -> bool {
        matches!(self, Self::Disabled { until: Some(until), .. } if today > until)
    }

    /// What it is again once it is over; what it is, unless it is switched off.
    pub const fn afterwards(self) -> Self {
        match self {
            Self::PayLink | Self::Disabled { then_links: true, .. } => Self::PayLink,
            Self::Portal | Self::Disabled { then_links: false, .. } => Self::Portal,
        }
    }

    /// It in the place of what was before: what is switched off remembers what it was.
    #[must_use]
    pub const fn after(self, before: Self) -> Self {
        match self {
            Self::Disabled { until, keeps_portal, .. } => {
                let then_links = matches!(before.afterwards(), Self::PayLink);
                Self::Disabled { until, keeps_portal, then_links }
            }
            other => other,
        }
    }

    /// What it comes to on a day: the day after the last one it is over by itself.
    pub fn access(self, today: NaiveDate) -> PortalAccess {
        match self {
            over if over.is_over(today) => over.afterwards().access(today),
            Self::Portal => PortalAccess::Full,
            Self::PayLink => PortalAccess::LinksOnly,
            Self::Disabled { keeps_portal: true, .. } => PortalAccess::ReadOnly,
            Self::Disabled { keeps_portal: false, .. } => PortalAccess::Closed,
        }
    }
}

/// Everything a customer is granted otherwise than everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentOverrides {
    /// Whether it may pay online.
    pub online: OnlinePayments,
    /// Cards.
    pub card: Override<CardAcceptance>,
    /// The surcharge on credit cards.
    pub surcharge: Override<SurchargeTerms>,
    /// Bank debits.
    pub bank: Override<BankAcceptance>,
    /// The discount for paying by bank.
    pub bank_discount: Override<BankDiscount>,
    /// Paying a part of an invoice.
    pub partial: Override<()>,
}

impl PaymentOverrides {
    /// The rules that count for the customer on a day.
    pub fn resolve(&self, company: &PaymentPolicy, today: NaiveDate) -> PaymentPolicy {
        let surcharge = match (&self.surcharge, &company.card.surcharge) {
            (Override::Inherit, company) => {
                // Its facts are kept while none is taken; nobody is to hear of one then.
                company.clone().filter(|company| company.when != When::Never)
            }
            (Override::Off, _) | (Override::On(_), None) => None,
            (Override::On(own), Some(company)) => Some(SurchargePolicy {
                rate: own.rate,
                when: own.when,
                invoice_total_min: own.invoice_total_min,
                ..company.clone()
            }),
        };
        let (accepted, invoice_total_min, invoice_total_max) = match self.card {
            Override::Inherit => {
                let CardPolicy { accepted, invoice_total_min, invoice_total_max, .. } =
                    company.card;
                (accepted, invoice_total_min, invoice_total_max)
            }
            Override::On(own) => (own.accepted, own.invoice_total_min, own.invoice_total_max),
            Override::Off => (When::Never, None, None),
        };
        let card = CardPolicy { accepted, invoice_total_min, invoice_total_max, surcharge };
        let discount = match &self.bank_discount {
            Override::Inherit => company.bank.discount.clone(),
            Override::On(own) => Some(own.clone()),
            Override::Off => None,
        };
        let (accepted, invoice_total_min, invoice_total_max) = match self.bank {
            Override::Inherit => {
                let BankPolicy { accepted, invoice_total_min, invoice_total_max, .. } =
                    company.bank;
                (accepted, invoice_total_min, invoice_total_max)
            }
            Override::On(own) => (true, own.invoice_total_min, own.invoice_total_max),
            Override::Off => (false, None, None),
        };
        let bank = BankPolicy { accepted, invoice_total_min, invoice_total_max, discount };
        let is_open = self.online.access(today).takes_payments();
        let partial = match self.partial {
            Override::Inherit => company.partial,
            Override::On(()) => true,
            Override::Off => false,
        };
        PaymentPolicy {
            enabled: company.enabled && is_open,
            card,
            bank,
            partial,
            ..company.clone()
        }
    }
}

/// Why what was typed for a customer cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// The surcharge breaks a rule.
    #[error(transparent)]
    Surcharge(#[from] PolicyError),
    /// A discount of nothing, or of more than ten percent.
    #[error("a discount is 0.01 % to 10 %")]
    DiscountRate,
    /// The smallest total is above the largest.
    #[error("the limits exclude every invoice")]
    Limits,
}

/// The largest discount for paying by bank: 10 %.
pub const BANK_DISCOUNT_RATE_MAX: Rate = Rate::from_ppm(100_000);

fn check_limits(min: Option<i64>, max: Option<i64>) -> Result<(), OverrideError> {
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err(OverrideError::Limits),
        _ => Ok(()),
    }
}

impl CardAcceptance {
    /// Checks the limits.
    ///
    /// # Errors
    /// `Limits`.
    pub fn check(&self) -> Result<(), OverrideError> {
        check_limits(self.invoice_total_min, self.invoice_total_max)
    }
}

impl BankAcceptance {
    /// Checks the limits.
    ///
    /// # Errors
    /// `Limits`.
    pub fn check(&self) -> Result<(), OverrideError> {
        check_limits(self.invoice_total_min, self.invoice_total_max)
    }
}

impl SurchargeTerms {
    /// The part of the company's surcharge that a customer may have otherwise.
    pub const fn of(policy: &SurchargePolicy) -> Self {
        Self { rate: policy.rate, when: policy.when, invoice_total_min: policy.invoice_total_min }
    }

    /// Checks the rate.
    ///
    /// # Errors
    /// `Surcharge` above 2.9 %.
    pub fn check(&self) -> Result<(), OverrideError> {
        if self.rate > SURCHARGE_RATE_MAX {
            return Err(PolicyError::RateAboveMax.into());
        }
        Ok(())
    }
}

/// Checks the rate of a discount for paying by bank.
///
/// # Errors
/// `DiscountRate`.
pub fn check_bank_discount(discount: &BankDiscount) -> Result<(), OverrideError> {
    if discount.rate == Rate::ZERO || discount.rate > BANK_DISCOUNT_RATE_MAX {
        return Err(OverrideError::DiscountRate);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn surcharge(rate: u32, when: When) -> SurchargePolicy {
        SurchargePolicy {
            rate: Rate::from_ppm(rate),
            cost_of_acceptance: Rate::from_ppm(28_000),
            starts_on: day("2026-01-31"),
            acquirer_notified_on: day("2026-01-01"),
            when,
            invoice_total_min: None,
            seller_state: Some("GA".to_owned()),
        }
    }

    fn discount(rate: u32) -> BankDiscount {
        let rate = Rate::from_ppm(rate);
        BankDiscount { rate, when: When::Always, invoice_total_min: None, stacks: true }
    }

    /// Everything on, or everything off.
    fn company(is_on: bool) -> PaymentPolicy {
        PaymentPolicy {
            enabled: true,
            card: CardPolicy {
                accepted: if is_on { When::Always } else { When::Never },
                invoice_total_min: is_on.then_some(100),
                invoice_total_max: None,
                surcharge: is_on.then(|| surcharge(25_000, When::Always)),
            },
            bank: BankPolicy {
                accepted: is_on,
                invoice_total_min: None,
                invoice_total_max: is_on.then_some(9_000),
                discount: is_on.then(|| discount(5_000)),
            },
            partial: is_on,
            ..PaymentPolicy::default()
        }
    }

    /// Issue 3, "Must be shown" 7: each group in its three states, over a company that has it on and
    /// one that has it off; no group moves another.
    #[test]
    fn every_group_in_every_state() {
        use Override::{Inherit, Off, On};
        let today = day("2026-06-01");
        let card = CardAcceptance {
            accepted: When::AfterDue,
            invoice_total_min: None,
            invoice_total_max: Some(5),
        };
        let bank = BankAcceptance { invoice_total_min: Some(7), invoice_total_max: None };
        let own = SurchargeTerms {
            rate: Rate::from_ppm(10_000),
            when: When::AfterDue,
            invoice_total_min: Some(3),
        };
        for is_on in [true, false] {
            let company = company(is_on);
            let inherited = PaymentOverrides::default().resolve(&company, today);
            assert_eq!(inherited, company, "nothing of its own");

            for state in [Inherit, On(card), Off] {
                let overrides = PaymentOverrides { card: state, ..Default::default() };
                let found = overrides.resolve(&company, today);
                let expected = match state {
                    Inherit => company.clone(),
                    On(_) => PaymentPolicy {
                        card: CardPolicy {
                            accepted: When::AfterDue,
                            invoice_total_min: None,
                            invoice_total_max: Some(5),
                            surcharge: company.card.surcharge.clone(),
                        },
                        ..company.clone()
                    },
                    Off => PaymentPolicy {
                        card: CardPolicy {
                            surcharge: company.card.surcharge.clone(),
                            ..CardPolicy::default()
                        },
                        ..company.clone()
                    },
                };
                assert_eq!(found, expected, "cards {} over {is_on}", overrides.card.state());
            }

            for state in [Inherit, On(own), Off] {
                let overrides = PaymentOverrides { surcharge: state, ..Default::default() };
                let found = overrides.resolve(&company, today);
                let mut expected = company.clone();
                expected.card.surcharge = match (state, is_on) {
                    (Inherit, true) => Some(surcharge(25_000, When::Always)),
                    // Without the company's notice and cost there is none, whatever was typed.
                    (On(_), true) => Some(SurchargePolicy {
                        invoice_total_min: Some(3),
                        ..surcharge(10_000, When::AfterDue)
                    }),
                    _ => None,
                };
                assert_eq!(found, expected, "surcharge {} over {is_on}", state.state());
            }

            for state in [Inherit, On(bank), Off] {
                let overrides = PaymentOverrides { bank: state, ..Default::default() };
                let found = overrides.resolve(&company, today);
                let mut expected = company.clone();
                match state {
                    Inherit => {}
                    On(_) => {
                        expected.bank.accepted = true;
                        expected.bank.invoice_total_min = Some(7);
                        expected.bank.invoice_total_max = None;
                    }
                    Off => {
                        expected.bank.accepted = false;
                        expected.bank.invoice_total_min = None;
                        expected.bank.invoice_total_max = None;
                    }
                }
                assert_eq!(found, expected, "bank {} over {is_on}", state.state());
            }

            for state in [Inherit, On(discount(20_000)), Off] {
                let overrides =
                    PaymentOverrides { bank_discount: state.clone(), ..Default::default() };
                let found = overrides.resolve(&company, today);
                let mut expected = company.clone();
                expected.bank.discount = match (&state, is_on) {
                    (Inherit, true) => Some(discount(5_000)),
                    (On(own), _) => Some(own.clone()),
                    _ => None,
                };
                assert_eq!(found, expected, "bank discount {} over {is_on}", state.state());
            }

            for state in [Inherit, On(()), Off] {
                let overrides = PaymentOverrides { partial: state, ..Default::default() };
                let found = overrides.resolve(&company, today);
                let expected = PaymentPolicy {
                    partial: matches!((state, is_on), (Inherit, true) | (On(()), _)),
                    ..company.clone()
                };
                assert_eq!(found, expected, "partial payments {} over {is_on}", state.state());
            }
        }
    }

    #[test]
    fn disabled_until_a_day_is_over_the_day_after() {
        let until = Some(day("2026-06-10"));
        for (online, today, access) in [
            (OnlinePayments::Portal, "2026-06-10", PortalAccess::Full),
            (OnlinePayments::PayLink, "2026-06-10", PortalAccess::LinksOnly),
            (
                OnlinePayments::Disabled { until, keeps_portal: true, then_links: true },
                "2026-06-10",
                PortalAccess::ReadOnly,
            ),
            (
                OnlinePayments::Disabled { until, keeps_portal: true, then_links: true },
                "2026-06-11",
                PortalAccess::LinksOnly,
            ),
            (
                OnlinePayments::Disabled { until, keeps_portal: false, then_links: false },
                "2026-06-01",
                PortalAccess::Closed,
            ),
            (
                OnlinePayments::Disabled { until, keeps_portal: false, then_links: false },
                "2026-06-10",
                PortalAccess::Closed,
            ),
            (
                OnlinePayments::Disabled { until, keeps_portal: false, then_links: false },
                "2026-06-11",
                PortalAccess::Full,
            ),
            (
                OnlinePayments::Disabled { until, keeps_portal: true, then_links: false },
                "2026-06-10",
                PortalAccess::ReadOnly,
            ),
            (
                OnlinePayments::Disabled { until: None, keeps_portal: false, then_links: false },
                "2099-01-01",
                PortalAccess::Closed,
            ),
        ] {
            assert_eq!(online.access(day(today)), access, "{online:?} on {today}");
            let overrides = PaymentOverrides { online, ..Default::default() };
            let resolved = overrides.resolve(&company(true), day(today));
            assert_eq!(resolved.enabled, access.takes_payments());
            // Whoever pays by links pays by the same rules.
            let all = company(true);
            assert_eq!(resolved, PaymentPolicy { enabled: resolved.enabled, ..all });
        }
        let off = PaymentPolicy { enabled: false, ..company(true) };
        assert!(!PaymentOverrides::default().resolve(&off, day("2026-06-01")).enabled);
    }

    /// Each mode over a company that takes payments and one that takes none, and each of the groups
    /// beside it: links are priced as the portal is, and switching off remembers what was before.
    #[test]
    fn every_mode_beside_every_group() {
        let today = day("2026-06-10");
        let groups = [
            PaymentOverrides::default(),
            PaymentOverrides { card: Override::Off, ..Default::default() },
            PaymentOverrides { surcharge: Override::Off, ..Default::default() },
            PaymentOverrides { bank: Override::Off, ..Default::default() },
            PaymentOverrides {
                bank_discount: Override::On(discount(20_000)),
                ..Default::default()
            },
            PaymentOverrides { partial: Override::On(()), ..Default::default() },
        ];
        for (online, takes, lets_in) in [
            (OnlinePayments::CHOICES[0], true, true),
            (OnlinePayments::CHOICES[1], true, false),
            (OnlinePayments::CHOICES[2], false, true),
            (OnlinePayments::CHOICES[3], false, false),
        ] {
            let access = online.access(today);
            assert_eq!((access.takes_payments(), access.lets_in()), (takes, lets_in), "{online:?}");
            assert_eq!(OnlinePayments::from_word(online.as_str()), Some(online));
            for enabled in [true, false] {
                let company = PaymentPolicy { enabled, ..company(true) };
                for group in &groups {
                    let portal = group.resolve(&company, today);
                    let own = PaymentOverrides { online, ..group.clone() };
                    let expected = PaymentPolicy { enabled: enabled && takes, ..portal };
                    assert_eq!(own.resolve(&company, today), expected, "{own:?}");
                }
            }
            for before in OnlinePayments::CHOICES {
                let again = online.after(before).afterwards();
                let expected = match online {
                    OnlinePayments::Disabled { .. } => before.afterwards(),
                    other => other,
                };
                assert_eq!(again, expected, "{online:?} after {before:?}");
            }
        }
    }

    #[test]
    fn what_was_kept_is_read_back() {
        let overrides = PaymentOverrides {
            online: OnlinePayments::Disabled {
                until: Some(day("2026-06-10")),
                keeps_portal: true,
                then_links: true,
            },
            card: Override::Off,
            surcharge: Override::Inherit,
            bank: Override::On(BankAcceptance {
                invoice_total_min: Some(1),
                invoice_total_max: None,
            }),
            bank_discount: Override::On(discount(20_000)),
            partial: Override::On(()),
        };
        let text = serde_json::to_string(&overrides).unwrap();
        assert_eq!(serde_json::from_str::<PaymentOverrides>(&text).unwrap(), overrides);
        assert_eq!(serde_json::from_str::<PaymentOverrides>("{}").unwrap(), Default::default());
        // What was kept before there were links led back to the portal.
        let before = r#"{"mode":"disabled","until":null,"keeps_portal":true}"#;
        let disabled: OnlinePayments = serde_json::from_str(before).unwrap();
        assert_eq!(disabled, OnlinePayments::CHOICES[2]);
        assert_eq!(serde_json::to_string(&disabled).unwrap(), before);
        // What was kept before there were partial payments has none.
        let before = r#"{"enabled":true,"card":{"accepted":"always"},"bank":{"accepted":true}}"#;
        let before: PaymentPolicy = serde_json::from_str(before).unwrap();
        assert!(before.enabled && before.bank.accepted && !before.partial);
    }

    #[test]
    fn what_breaks_a_rule_is_refused() {
        let terms = |rate| SurchargeTerms {
            rate: Rate::from_ppm(rate),
            when: When::Always,
            invoice_total_min: None,
        };
        assert_eq!(terms(29_000).check(), Ok(()));
        assert_eq!(terms(29_001).check(), Err(OverrideError::Surcharge(PolicyError::RateAboveMax)));
        let limits = BankAcceptance { invoice_total_min: Some(5), invoice_total_max: Some(4) };
        assert_eq!(limits.check(), Err(OverrideError::Limits));
        for (rate, expected) in [
            (0, Err(OverrideError::DiscountRate)),
            (100_000, Ok(())),
            (100_001, Err(OverrideError::DiscountRate)),
        ] {
            assert_eq!(check_bank_discount(&discount(rate)), expected);
        }
    }
}
