//! The test numbers and what each of them does. Only these are taken; what is kept of one is the
//! name of its behaviour, never the number.

use serde::{Deserialize, Serialize};

use crate::domain::method::Funding;

/// The routing number of the only bank there is here.
pub(super) const ROUTING_NUMBER: &str = "110000000";

/// Why a charge is refused at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decline {
    Generic,
    InsufficientFunds,
    ExpiredCard,
    IncorrectCvc,
    ProcessingError,
    LostCard,
    StolenCard,
    LimitExceeded,
    WrongCurrency,
}

impl Decline {
    /// The code of the error, and the reason given by the card's bank when that is another one.
    pub(super) const fn codes(self) -> (&'static str, &'static str) {
        match self {
            Self::Generic => ("card_declined", "generic_decline"),
            Self::InsufficientFunds => ("card_declined", "insufficient_funds"),
            Self::ExpiredCard => ("expired_card", "expired_card"),
            Self::IncorrectCvc => ("incorrect_cvc", "incorrect_cvc"),
            Self::ProcessingError => ("processing_error", "processing_error"),
            Self::LostCard => ("card_declined", "lost_card"),
            Self::StolenCard => ("card_declined", "stolen_card"),
            Self::LimitExceeded => ("charge_exceeds_source_limit", ""),
            Self::WrongCurrency => ("payment_method_currency_mismatch", ""),
        }
    }
}

/// Why a bank sends a debit back, with the processor's word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ReturnCode {
    R01,
    R02,
    R03,
    R07,
    R08,
    R10,
    R11,
    R29,
}

impl ReturnCode {
    /// The bank's code and the processor's word.
    pub(super) const fn codes(self) -> (&'static str, &'static str) {
        match self {
            Self::R01 => ("R01", "insufficient_funds"),
            Self::R02 => ("R02", "account_closed"),
            Self::R03 => ("R03", "no_account"),
            Self::R07 => ("R07", "debit_not_authorized"),
            Self::R08 => ("R08", "payment_stopped"),
            Self::R10 => ("R10", "debit_not_authorized"),
            Self::R11 => ("R11", "incorrect_amount_or_date"),
            Self::R29 => ("R29", "debit_not_authorized"),
        }
    }
}

/// What a method does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Behaviour {
    /// A card: charged at once. A bank account: processing, then settled.
    Succeeds,
    /// Refused at once.
    Declines(Decline),
    /// Its holder must confirm that it may be kept; charges then succeed.
    AuthenticatesAtSetup,
    /// Its holder must confirm each charge.
    AuthenticatesAlways,
    /// Charged, and taken back a day later.
    IsDisputed,
    /// Charged; a refund takes a while.
    RefundsLate,
    /// Charged; a refund seems to succeed and fails later.
    RefundFails,
    /// Processing, then sent back by the bank.
    Returns(ReturnCode),
    /// Settled, and sent back by the bank long after.
    ReturnsLate(ReturnCode),
    /// Processing for ever.
    NeverSettles,
    /// Cannot be added.
    CannotBeVerified,
}

/// A card of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct TestCard {
    /// Its number.
    pub(super) number: &'static str,
    /// Its brand.
    pub(super) brand: &'static str,
    /// Where its money comes from.
    pub(super) funding: Funding,
    /// Where it was issued.
    pub(super) country: &'static str,
    /// What it does.
    pub(super) behaviour: Behaviour,
    /// The same in words.
    pub(super) says: &'static str,
}

const fn card(
    number: &'static str,
    brand: &'static str,
    funding: Funding,
    behaviour: Behaviour,
    says: &'static str,
) -> TestCard {
    TestCard { number, brand, funding, country: "US", behaviour, says }
}

use Behaviour as B;
use Funding::{Credit, Debit, Prepaid};

/// Every card.
pub(super) static CARDS: [TestCard; 22] = [
    card("4242424242424242", "Visa", Credit, B::Succeeds, "Visa credit, works"),
    card("5555555555554444", "Mastercard", Credit, B::Succeeds, "Mastercard credit, works"),
    card("378282246310005", "American Express", Credit, B::Succeeds, "American Express, works"),
    card("6011111111111117", "Discover", Credit, B::Succeeds, "Discover credit, works"),
    card("4000056655665556", "Visa", Debit, B::Succeeds, "Visa debit, works, no surcharge"),
    card("5200828282828210", "Mastercard", Debit, B::Succeeds, "Mastercard debit, works"),
    card("6011981111111113", "Discover", Debit, B::Succeeds, "Discover debit, works"),
    card("5105105105105100", "Mastercard", Prepaid, B::Succeeds, "Mastercard prepaid, works"),
    TestCard {
        country: "CA",
        ..card("4000001240000000", "Visa", Credit, B::Succeeds, "Visa credit from Canada, works")
    },
    card("4000000000000002", "Visa", Credit, B::Declines(Decline::Generic), "Declined"),
    card(
        "4000000000009995",
        "Visa",
        Credit,
        B::Declines(Decline::InsufficientFunds),
        "Declined: insufficient funds",
    ),
    card(
        "4000000000000069",
        "Visa",
        Credit,
        B::Declines(Decline::ExpiredCard),
        "Declined: card expired",
    ),
    card(
        "4000000000000127",
        "Visa",
        Credit,
        B::Declines(Decline::IncorrectCvc),
        "Declined: wrong security code",
    ),
    card(
        "4000000000000119",
        "Visa",
        Credit,
        B::Declines(Decline::ProcessingError),
        "Declined: processing error",
    ),
    card("4000000000009987", "Visa", Credit, B::Declines(Decline::LostCard), "Declined: card lost"),
    card(
        "4000000000009979",
        "Visa",
        Credit,
        B::Declines(Decline::StolenCard),
        "Declined: card stolen",
    ),
    card(
        "4000000000000341",
        "Visa",
        Credit,
        B::Declines(Decline::Generic),
        "Saves, then declines when charged",
    ),
    card(
        "4000002500003155",
        "Visa",
        Credit,
        B::AuthenticatesAtSetup,
        "Asks for 3-D Secure when saved",
    ),
    card("4000002760003184", "Visa", Credit, B::AuthenticatesAlways, "Always asks for 3-D Secure"),
    card("4000000000000259", "Visa", Credit, B::IsDisputed, "Works, disputed a day later"),
    card("4000000000007726", "Visa", Credit, B::RefundsLate, "Works, refunds take two days"),
    card("4000000000005126", "Visa", Credit, B::RefundFails, "Works, refunds fail later"),
];

/// A bank account of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct TestAccount {
    /// Its number.
    pub(super) number: &'static str,
    /// What it does for a company.
    pub(super) behaviour: Behaviour,
    /// What it does for a person, when that is something else.
    pub(super) of_person: Option<Behaviour>,
    /// The same in words.
    pub(super) says: &'static str,
}

const fn account(number: &'static str, behaviour: Behaviour, says: &'static str) -> TestAccount {
    TestAccount { number, behaviour, of_person: None, says }
}

/// Every bank account.
pub(super) static ACCOUNTS: [TestAccount; 13] = [
    account("000123456789", B::Succeeds, "Clears after 4 business days"),
    account("000222222227", B::Returns(ReturnCode::R01), "Comes back: R01, insufficient funds"),
    account("000111111113", B::Returns(ReturnCode::R02), "Comes back: R02, account closed"),
    account("000111111116", B::Returns(ReturnCode::R03), "Comes back: R03, no account"),
    TestAccount {
        of_person: Some(B::Returns(ReturnCode::R10)),
        ..account(
            "000333333335",
            B::Returns(ReturnCode::R29),
            "Comes back: R29 (company) or R10 (person), not authorised",
        )
    },
    account("000000000107", B::Returns(ReturnCode::R07), "Comes back: R07, permission withdrawn"),
    account("000000000108", B::Returns(ReturnCode::R08), "Comes back: R08, payment stopped"),
    account("000000000111", B::Returns(ReturnCode::R11), "Comes back: R11, not as agreed"),
    account("000555555559", B::ReturnsLate(ReturnCode::R10), "Clears, comes back on day 45: R10"),
    account("000000000009", B::NeverSettles, "Stays in processing"),
    account("000777777771", B::Declines(Decline::LimitExceeded), "Refused: weekly limit exceeded"),
    account("000444444440", B::Declines(Decline::WrongCurrency), "Refused: wrong currency"),
    account("000666666661", B::CannotBeVerified, "Cannot be saved: test deposits do not arrive"),
];

/// The card with this number.
pub(super) fn find_card(number: &str) -> Option<&'static TestCard> {
    CARDS.iter().find(|card| card.number == number)
}

/// The bank account with this number.
pub(super) fn find_account(number: &str) -> Option<&'static TestAccount> {
    ACCOUNTS.iter().find(|account| account.number == number)
}

/// The last four digits of a number.
pub(super) fn last4(number: &str) -> &str {
    number.get(number.len().saturating_sub(4)..).unwrap_or(number)
}

/// Whether the check digit of a card number is right (Luhn).
pub(super) fn has_check_digit(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| if index % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_card_number_has_its_check_digit() {
        for card in &CARDS {
            assert!(has_check_digit(card.number), "{}", card.number);
            assert_eq!(CARDS.iter().filter(|other| other.number == card.number).count(), 1);
        }
        assert!(!has_check_digit("4242424242424241"));
        assert!(!has_check_digit(""));
        assert!(!has_check_digit("4242x"));
    }

    #[test]
    fn behaviours_survive_being_stored() {
        let all = CARDS.iter().map(|c| c.behaviour).chain(ACCOUNTS.iter().map(|a| a.behaviour));
        for behaviour in all {
            let text = serde_json::to_string(&behaviour).unwrap();
            assert_eq!(serde_json::from_str::<Behaviour>(&text).unwrap(), behaviour);
        }
        assert_eq!(last4("378282246310005"), "0005");
    }
}
