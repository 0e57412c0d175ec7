//! Stored ways to pay: what the processor told us about a card or a bank account. Never a card
//! number, never a full account number.

use serde::{Deserialize, Serialize};

/// Where a card's money comes from, as the processor reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funding {
    /// Credit, charge cards included.
    Credit,
    /// Debit, even when run as credit.
    Debit,
    /// Prepaid.
    Prepaid,
    /// The processor does not know.
    Unknown,
}

impl Funding {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
            Self::Prepaid => "prepaid",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the stored or reported word; anything unheard of is unknown.
    pub fn from_word(word: &str) -> Self {
        match word {
            "credit" => Self::Credit,
            "debit" => Self::Debit,
            "prepaid" => Self::Prepaid,
            _ => Self::Unknown,
        }
    }
}

/// The facts about a card that decide its price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFacts {
    /// Credit, debit, prepaid or unknown.
    pub funding: Funding,
    /// Issuing country, two letters.
    pub country: Option<String>,
}

/// The kind of a method, with what pricing needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MethodFacts {
    /// A card.
    Card(CardFacts),
    /// A bank account, debited through ACH.
    Bank,
}

/// Card or bank, where the details do not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// A card.
    Card,
    /// A bank account.
    Bank,
}

impl MethodKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Bank => "bank",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "card" => Some(Self::Card),
            "bank" => Some(Self::Bank),
            _ => None,
        }
    }
}

impl MethodFacts {
    /// Card or bank.
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::Card(_) => MethodKind::Card,
            Self::Bank => MethodKind::Bank,
        }
    }
}
