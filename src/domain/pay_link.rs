//! Links by which somebody outside of the portal pays one invoice (product.md §2.11): how long they
//! live, when they are made anew, and what one that is opened shows.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ids::CustomerId;

/// Days after which a link is over.
pub const LINK_DAYS: i64 = 90;

/// Days that a link must have left to be handed out again: whoever gets it should not find it over.
pub const LINK_DAYS_LEFT_MIN: i64 = 30;

/// Hours after which an opened link has to be opened again.
pub const OPENING_HOURS: i64 = 2;

/// Where a link stands. Only one link of an invoice is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayLinkState {
    /// It leads to its invoice.
    Active,
    /// Nothing is left to pay on its invoice.
    Used,
    /// A later link took its place, because the balance, the due date or who pays changed. It leads
    /// where the later one does.
    Superseded,
    /// Its time was over when a later one was made.
    Expired,
    /// Somebody on our side took it back.
    Revoked,
}

impl PayLinkState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::Used, Self::Superseded, Self::Expired, Self::Revoked];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Used => "used",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a link remembers of the day it was made, or what its invoice is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who pays.
    pub payer_id: CustomerId,
    /// What is open, in minor units.
    pub balance_minor: i64,
    /// When it is due.
    pub due_on: NaiveDate,
}

/// Whether an active link is handed out again: nothing of what it remembers changed, and it lives
/// long enough.
pub fn is_good(made: Terms, today: Terms, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    made == today && expires_at - now >= TimeDelta::days(LINK_DAYS_LEFT_MIN)
}

/// What somebody who opens a link is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The invoice, and the way to pay it.
    Open,
    /// That nothing is left to pay, with the payment where it came by a link.
    Paid,
    /// That its time is over.
    Expired,
    /// That it leads nowhere any more.
    Revoked,
}

/// What a link's standing follows from.
#[derive(Clone, Copy, Debug)]
pub struct StandingFacts {
    /// Whether the key was taken back: its contact was removed.
    pub key_is_revoked: bool,
    /// Until when the link whose key it is lives.
    pub expires_at: DateTime<Utc>,
    /// Where the latest link of the invoice stands.
    pub latest: PayLinkState,
    /// Whether the invoice is to be paid by whoever was to pay it when the link was made, and was
    /// not withdrawn.
    pub is_payers: bool,
    /// What is open on the invoice, in minor units.
    pub balance_minor: i64,
}

/// What somebody who opens a link is shown at an instant. What was taken back stays so whatever came
/// later; a link that was used shows so for as long as anybody asks.
pub fn standing(facts: StandingFacts, now: DateTime<Utc>) -> Standing {
    if facts.key_is_revoked || facts.latest == PayLinkState::Revoked || !facts.is_payers {
        Standing::Revoked
    } else if facts.latest == PayLinkState::Used || facts.balance_minor <= 0 {
        Standing::Paid
    } else if facts.expires_at <= now {
        Standing::Expired
    } else {
        Standing::Open
    }
}

/// Whether something is of the form of a key: 32 bytes in base64url. What is not, is not looked for.
pub fn is_key(text: &str) -> bool {
    text.len() == KEY_LENGTH && text.bytes().all(is_key_byte)
}

/// Characters of a key.
const KEY_LENGTH: usize = 43;

const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// What stands before a key in an address.
pub const PAY_PATH: &str = "/pay/";

/// The same as the HTML of a letter has it.
const PAY_PATH_IN_HTML: &str = "&#x2f;pay&#x2f;";

/// A text without the keys in the addresses it holds: what is kept of a letter once it is mailed.
pub fn without_keys(text: &str) -> String {
    without_keys_behind(PAY_PATH_IN_HTML, &without_keys_behind(PAY_PATH, text))
}

fn without_keys_behind(path: &str, text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(path) {
        kept.push_str(before);
        kept.push_str(path);
        let key = after.get(..KEY_LENGTH).filter(|key| is_key(key));
        rest = match key {
            Some(_) => {
                kept.push('…');
                after.get(KEY_LENGTH..).unwrap_or_default()
            }
            None => after,
        };
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn words_are_read_back() {
        for state in PayLinkState::ALL {
            assert_eq!(PayLinkState::from_word(state.as_str()), Some(state));
        }
        assert_eq!(PayLinkState::from_word("other"), None);
    }

    #[test]
    fn a_link_is_handed_out_again_while_nothing_changed() {
        let made = Terms {
            payer_id: CustomerId::new(Uuid::from_u128(1)),
            balance_minor: 10_000,
            due_on: "2026-06-01".parse().unwrap(),
        };
        let ends = at("2026-07-01T12:00:00Z");
        let now = at("2026-06-01T12:00:00Z");
        assert!(is_good(made, made, ends, now));
        assert!(!is_good(made, made, ends, now + TimeDelta::seconds(1)), "too little is left");
        for other in [
            Terms { balance_minor: 9_999, ..made },
            Terms { due_on: "2026-06-02".parse().unwrap(), ..made },
            Terms { payer_id: CustomerId::new(Uuid::from_u128(2)), ..made },
        ] {
            assert!(!is_good(made, other, ends, now), "{other:?}");
        }
    }

    #[test]
    fn what_is_shown_follows_from_link_key_and_invoice() {
        let ends = at("2026-07-01T12:00:00Z");
        let (early, late) = (at("2026-07-01T11:59:59Z"), ends);
        let facts = StandingFacts {
            key_is_revoked: false,
            expires_at: ends,
            latest: PayLinkState::Active,
            is_payers: true,
            balance_minor: 1,
        };
        for (facts, before, after) in [
            (facts, Standing::Open, Standing::Expired),
            (
                StandingFacts { latest: PayLinkState::Superseded, ..facts },
                Standing::Open,
                Standing::Expired,
            ),
            (StandingFacts { balance_minor: 0, ..facts }, Standing::Paid, Standing::Paid),
            (StandingFacts { latest: PayLinkState::Used, ..facts }, Standing::Paid, Standing::Paid),
            (
                StandingFacts { latest: PayLinkState::Revoked, balance_minor: 0, ..facts },
                Standing::Revoked,
                Standing::Revoked,
            ),
            (StandingFacts { key_is_revoked: true, ..facts }, Standing::Revoked, Standing::Revoked),
            (StandingFacts { is_payers: false, ..facts }, Standing::Revoked, Standing::Revoked),
        ] {
            assert_eq!(standing(facts, early), before, "{facts:?}");
            assert_eq!(standing(facts, late), after, "{facts:?}");
        }
    }

    #[test]
    fn keys_are_taken_out_of_what_is_kept() {
        let key = "0123456789abcdefghijklmnopqrstuvwxyzABCD-_Z";
        assert!(is_key(key));
        assert!(!is_key(&key[1..]) && !is_key(&format!("{key}A")));
        assert!(!is_key(&key.replace('-', "+")) && !is_key(""));
        let letter = format!("INV-1: https://a.example/pay/{key}\nINV-2: \"/pay/{key}\" /pay/x");
        assert_eq!(
            without_keys(&letter),
            "INV-1: https://a.example/pay/…\nINV-2: \"/pay/…\" /pay/x"
        );
        assert_eq!(without_keys("/pay/ü"), "/pay/ü");
        let letter = format!("href=\"https:&#x2f;&#x2f;a.example&#x2f;pay&#x2f;{key}\"");
        assert_eq!(without_keys(&letter), "href=\"https:&#x2f;&#x2f;a.example&#x2f;pay&#x2f;…\"");
    }
}
