//! Card surcharges and their caps. The tables are dated data: see [`TABLE_VERSION`]. Nothing here
//! is legal advice; whatever is not known to be allowed is zero.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    method::{CardFacts, Funding, MethodFacts},
    money::Rate,
    policy::{SURCHARGE_RATE_MAX, SurchargePolicy},
};

/// The month in which the tables below were last compared with their sources.
pub const TABLE_VERSION: &str = "2026-11";

/// The ceiling over all brands taken together: Visa's 3 % (since 2023-04-15). Mastercard allows
/// 4 %, but one rate must serve all brands (level playing field, American Express parity).
const NETWORK_CAP: Rate = Rate::from_ppm(30_000);

/// What a state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StateRule {
    /// Only the networks' rules.
    Allowed,
    /// Up to a rate.
    Cap(Rate),
    /// Not at all; places under review count as this.
    Forbidden,
}

/// Two-letter code of a state of the United States to its rule. Caps: Colorado C.R.S. 5-2-212;
/// Oklahoma SB 677 of 2025; Minnesota 5 %. New York (GBL §518), New Jersey, Nevada and South
/// Dakota cap at cost, which the computation applies to everybody. Connecticut, Massachusetts,
/// Maine and Puerto Rico forbid it. California and Texas are under review.
fn state_rule(state: &str) -> StateRule {
    match state {
        "CO" | "OK" => StateRule::Cap(Rate::from_ppm(20_000)),
        "MN" => StateRule::Cap(Rate::from_ppm(50_000)),
        "AL" | "AK" | "AZ" | "AR" | "DE" | "FL" | "GA" | "HI" | "ID" | "IL" | "IN" | "IA"
        | "KS" | "KY" | "LA" | "MD" | "MI" | "MS" | "MO" | "MT" | "NE" | "NV" | "NH" | "NJ"
        | "NM" | "NY" | "NC" | "ND" | "OH" | "OR" | "PA" | "RI" | "SC" | "SD" | "TN" | "UT"
        | "VT" | "VA" | "WA" | "WV" | "WI" | "WY" | "DC" => StateRule::Allowed,
        _ => StateRule::Forbidden,
    }
}

/// Where the bill goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingPlace {
    /// Country, two letters.
    pub country: Option<String>,
    /// State, two letters.
    pub state: Option<String>,
}

/// Why the rate is what it is, for the payer to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum SurchargeReason {
    /// The configured rate.
    Configured,
    /// Lowered to what cards cost.
    CostOfAcceptance,
    /// Lowered to a state's cap.
    StateCap {
        /// The state.
        state: String,
    },
    /// No surcharge: the seller takes none (or not yet).
    NotTaken,
    /// No surcharge: not a card.
    NotACard,
    /// No surcharge: not a credit card.
    NotCredit {
        /// What it is.
        funding: Funding,
    },
    /// No surcharge: the card or the bill is not in the United States.
    Abroad,
    /// No surcharge: a state forbids it or is not known.
    StateForbids {
        /// The state, when known.
        state: Option<String>,
    },
}

/// The rate that may be charged on a method, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveRate {
    /// The rate; zero means none.
    pub rate: Rate,
    /// Why.
    pub reason: SurchargeReason,
}

/// The strictest of the configured rate, our ceiling, the cost of acceptance, the networks' cap
/// and the two states' rules, for a credit card of the United States billed there; else zero.
pub fn effective_rate(
    policy: Option<&SurchargePolicy>,
    method: &MethodFacts,
    billing: &BillingPlace,
    today: NaiveDate,
) -> EffectiveRate {
    let none = |reason| EffectiveRate { rate: Rate::ZERO, reason };
    let MethodFacts::Card(CardFacts { funding, country }) = method else {
        return none(SurchargeReason::NotACard);
    };
    let Some(policy) = policy.filter(|p| p.check().is_ok() && today >= p.starts_on) else {
        return none(SurchargeReason::NotTaken);
    };
    if *funding != Funding::Credit {
        return none(SurchargeReason::NotCredit { funding: *funding });
    }
    if country.as_deref() != Some("US") || billing.country.as_deref() != Some("US") {
        return none(SurchargeReason::Abroad);
    }
    let base = policy.rate.min(SURCHARGE_RATE_MAX).min(NETWORK_CAP);
    let mut best = EffectiveRate { rate: base, reason: SurchargeReason::Configured };
    if policy.cost_of_acceptance < best.rate {
        best = EffectiveRate {
            rate: policy.cost_of_acceptance,
            reason: SurchargeReason::CostOfAcceptance,
        };
    }
    for state in [policy.seller_state.as_deref(), billing.state.as_deref()] {
        match state.map_or(StateRule::Forbidden, state_rule) {
            StateRule::Allowed => {}
            StateRule::Cap(cap) if cap < best.rate => {
                let state = state.unwrap_or_default().to_owned();
                best = EffectiveRate { rate: cap, reason: SurchargeReason::StateCap { state } };
            }
            StateRule::Cap(_) => {}
            StateRule::Forbidden => {
                let state = state.map(str::to_owned);
                return none(SurchargeReason::StateForbids { state });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        money::{Rounding, mul_rate, split},
        policy::{PolicyError, When},
    };

    fn policy(rate: u32, cost: u32, seller: &str) -> SurchargePolicy {
        SurchargePolicy {
            rate: Rate::from_ppm(rate),
            cost_of_acceptance: Rate::from_ppm(cost),
            starts_on: "2026-01-31".parse().unwrap(),
            acquirer_notified_on: "2026-01-01".parse().unwrap(),
            when: When::Always,
            invoice_total_min: None,
            seller_state: Some(seller.to_owned()),
        }
    }

    fn card(funding: Funding, country: &str) -> MethodFacts {
        MethodFacts::Card(CardFacts { funding, country: Some(country.to_owned()) })
    }

    fn rate(policy: &SurchargePolicy, method: &MethodFacts, country: &str, state: &str) -> u32 {
        let billing = BillingPlace {
            country: Some(country.to_owned()),
            state: Some(state.to_owned()).filter(|s| !s.is_empty()),
        };
        effective_rate(Some(policy), method, &billing, "2026-06-01".parse().unwrap()).rate.ppm()
    }

    #[test]
    fn amounts_follow_example_1_1() {
        for (base, ppm, expected) in [
            (100_000, 29_000, 2900),
            (97_500, 29_000, 2827),
            (500, 29_000, 14),
            (34, 29_000, 0),
            (35, 29_000, 1),
            (123_456, 20_000, 2469),
            (123_456, 24_000, 2962),
            (123_456, 27_000, 3333),
            (99_999_999, 29_000, 2_899_999),
            (12_345, 24_000, 296),
            (12_345, 29_000, 358),
        ] {
            assert_eq!(mul_rate(base, Rate::from_ppm(ppm), Rounding::Floor), Ok(expected));
        }
    }

    #[test]
    fn rates_follow_example_1_2() {
        let credit = card(Funding::Credit, "US");
        assert_eq!(rate(&policy(29_000, 29_500, "GA"), &credit, "US", "GA"), 29_000);
        assert_eq!(rate(&policy(29_000, 26_100, "GA"), &credit, "US", "GA"), 26_100);
        assert_eq!(rate(&policy(29_000, 29_500, "GA"), &credit, "US", "CO"), 20_000);
        assert_eq!(rate(&policy(20_000, 29_500, "GA"), &credit, "US", "OK"), 20_000);
        for state in ["MA", "CT", "ME", "PR", "TX", "CA", ""] {
            assert_eq!(rate(&policy(29_000, 29_500, "GA"), &credit, "US", state), 0, "{state}");
        }
        assert_eq!(rate(&policy(29_000, 29_500, "MA"), &credit, "US", "GA"), 0);
        for funding in [Funding::Debit, Funding::Prepaid, Funding::Unknown] {
            assert_eq!(rate(&policy(29_000, 29_500, "GA"), &card(funding, "US"), "US", "GA"), 0);
        }
        assert_eq!(rate(&policy(29_000, 29_500, "GA"), &credit, "CA", "GA"), 0);
        assert_eq!(
            rate(&policy(29_000, 29_500, "GA"), &card(Funding::Credit, "CA"), "US", "GA"),
            0
        );
        assert_eq!(rate(&policy(29_000, 29_500, "GA"), &MethodFacts::Bank, "US", "GA"), 0);
        assert_eq!(policy(30_000, 29_500, "GA").check(), Err(PolicyError::RateAboveMax));
    }

    #[test]
    fn a_surcharge_starts_thirty_days_after_notice() {
        let mut policy = policy(29_000, 29_500, "GA");
        assert_eq!(policy.check(), Ok(()));
        policy.starts_on = "2026-01-30".parse().unwrap();
        assert_eq!(policy.check(), Err(PolicyError::StartsTooSoon));
        policy.cost_of_acceptance = Rate::ZERO;
        assert_eq!(policy.check(), Err(PolicyError::CostMissing));
    }

    #[test]
    fn the_split_follows_example_1_3() {
        assert_eq!(split(2827, &[50_000, 30_000, 17_500]), Ok(vec![1450, 870, 507]));
    }
}
