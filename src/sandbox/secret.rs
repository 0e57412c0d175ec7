//! Identifiers and secrets, written with the sixteen letters `a` to `p`: no run of digits in the
//! book can then be mistaken for a card number, and a search for card numbers finds none.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::clock::Entropy;

/// Writes bytes as letters, two for each byte.
pub(super) fn letters(bytes: &[u8]) -> String {
    let letter = |nibble: u8| char::from(b'a' + (nibble & 0x0f));
    bytes.iter().flat_map(|byte| [letter(byte >> 4), letter(*byte)]).collect()
}

/// An identifier that sorts by the time it was made, and among those of one instant by `count`,
/// which goes up with each.
pub(super) fn ordered_id(
    prefix: &str,
    now: DateTime<Utc>,
    count: u32,
    entropy: &dyn Entropy,
) -> String {
    let mut random = [0_u8; 6];
    entropy.fill(&mut random);
    let [_, _, millis @ ..] = now.timestamp_millis().to_be_bytes();
    format!("{prefix}_{}{}{}", letters(&millis), letters(&count.to_be_bytes()), letters(&random))
}

/// An identifier of 128 random bits, which whoever holds it may use.
pub(super) fn secret_id(prefix: &str, entropy: &dyn Entropy) -> String {
    let mut random = [0_u8; 16];
    entropy.fill(&mut random);
    format!("{prefix}_{}", letters(&random))
}

/// A digest of texts, none of which can run into the next.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    letters(hasher.finalize().as_slice())
}

/// A keyed digest of several byte strings in a row.
pub(super) fn keyed_digest(key: &str, parts: &[&[u8]]) -> Vec<u8> {
    // Every length of key is accepted, so this never takes the other way.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// The header of a message: the time and the signature of the raw body, as Stripe writes it.
pub(super) fn signature(secret: &str, now: DateTime<Utc>, body: &str) -> String {
    let time = now.timestamp().to_string();
    let digest = keyed_digest(secret, &[time.as_bytes(), b".", body.as_bytes()]);
    format!("t={time},v1={}", hex::encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_follow_the_table() {
        let body = r#"{"id":"evt_test_1","object":"event","type":"payment_intent.succeeded"}"#;
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(
            signature("whsec_test_secret", now, body),
            "t=1700000000,v1=871acfe933554b446cc41d791076dd56a10c0553cc61aafbeb881d0082b45043"
        );
    }

    #[test]
    fn identifiers_have_no_digits() {
        assert_eq!(letters(&[0x00, 0x9f, 0xf0]), "aajppa");
        assert!(!digest(["4242424242424242"]).contains(|c: char| c.is_ascii_digit()));
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
}
