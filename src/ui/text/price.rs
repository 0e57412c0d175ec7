//! What a price is made of, in sentences.

use crate::{
    domain::{
        method::{Funding, MethodKind},
        portion::AmountProblem,
        surcharge::SurchargeReason,
    },
    ui::format::{amount, money},
};

/// Why an amount cannot be paid, and what can. `whole` is what closes the invoice, in minor units.
pub fn amount_problem(problem: AmountProblem, whole: i64, currency: &str) -> String {
    let most = money(whole, currency);
    match problem {
        AmountProblem::Unreadable => {
            format!("Enter an amount such as {}.", amount(whole, currency))
        }
        AmountProblem::NotPositive => {
            "Enter more than nothing, or untick the invoice to leave it out.".to_owned()
        }
        AmountProblem::TooMuch => format!("At most {most} can be paid on this invoice now."),
        AmountProblem::OnlyWhole => format!(
            "Partial payments are not accepted. Enter {} to pay all of it.",
            amount(whole, currency)
        ),
    }
}

/// What a payer reads about the method's part of a price.
pub fn surcharge_label(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Card => "Card surcharge",
        MethodKind::Bank => "Bank payment fee",
    }
}

/// Why there is, or is no, surcharge. `percent` is the rate that holds: `2.9`.
pub fn surcharge_reason(reason: &SurchargeReason, percent: &str) -> String {
    match reason {
        SurchargeReason::Configured | SurchargeReason::CostOfAcceptance => format!(
            "{percent}% for credit cards. It covers what the card companies charge us and is not \
             more than that. Debit cards and bank payments have no surcharge."
        ),
        SurchargeReason::StateCap { state } => format!(
            "{percent}% for credit cards, the most that may be taken in {state}. Debit cards and \
             bank payments have no surcharge."
        ),
        SurchargeReason::NotTaken => "Cards cost you nothing extra.".to_owned(),
        SurchargeReason::NotACard => "Bank payments cost you nothing extra.".to_owned(),
        SurchargeReason::NotCredit { funding } => match funding {
            Funding::Debit => "Debit cards have no surcharge.".to_owned(),
            Funding::Prepaid => "Prepaid cards have no surcharge.".to_owned(),
            Funding::Credit | Funding::Unknown => {
                "This card is not known to be a credit card, so it has no surcharge.".to_owned()
            }
        },
        SurchargeReason::Abroad => {
            "Cards and bills from outside the United States have no surcharge.".to_owned()
        }
        SurchargeReason::StateForbids { state: Some(state) } => {
            format!("No surcharge is taken in {state}.")
        }
        SurchargeReason::StateForbids { state: None } => {
            "No surcharge is taken where the state of the bill is not known.".to_owned()
        }
    }
}

/// `Save $84.10 by Nov 30, 2026`.
pub fn saving(minor: i64, currency: &str, until: &str) -> String {
    let amount = money(minor, currency);
    if until.is_empty() { format!("Save {amount}") } else { format!("Save {amount} by {until}") }
}
