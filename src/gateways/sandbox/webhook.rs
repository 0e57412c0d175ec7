//! The processor's messages: who may have sent one, and what it is about.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::gateways::gateway::{EventError, GatewayEvent};

/// How many seconds a message's time may be away from ours, in either direction.
const TOLERANCE_SECONDS: u64 = 300;

/// Checks the signature over the raw body: `t=<seconds>,v1=<hex>[,v1=<hex>…]`, the HMAC-SHA256 of
/// `<t>.<body>`. While a secret is being replaced there are two `v1`; other schemes are ignored.
pub(super) fn check(
    secret: &str,
    header: Option<&str>,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), EventError> {
    let (mut time, mut signatures) = (None, Vec::new());
    for pair in header.ok_or(EventError::BadSignature)?.split(',') {
        let (name, value) = pair.split_once('=').ok_or(EventError::BadSignature)?;
        if value.contains('=') {
            return Err(EventError::BadSignature);
        }
        match name {
            "t" if time.is_some() => return Err(EventError::BadSignature),
            "t" => time = Some(value),
            // One that cannot be decoded fits nothing; another one still may.
            "v1" => signatures.extend(hex::decode(value)),
            _ => {}
        }
    }
    let time = time.ok_or(EventError::BadSignature)?;
    let seconds: i64 = time.parse().map_err(|_| EventError::BadSignature)?;
    if now.timestamp().abs_diff(seconds) > TOLERANCE_SECONDS {
        return Err(EventError::BadSignature);
    }
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| EventError::BadSignature)?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    let expected = mac.finalize().into_bytes();
    let fits = signatures
        .iter()
        .fold(Choice::from(0), |fits, signature| fits | signature.as_slice().ct_eq(&expected[..]));
    if bool::from(fits) { Ok(()) } else { Err(EventError::BadSignature) }
}

#[derive(Debug, Deserialize)]
struct WireEvent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Option<WireData>,
}

#[derive(Debug, Deserialize)]
struct WireData {
    object: WireObject,
}

#[derive(Debug, Deserialize)]
struct WireObject {
    id: Option<String>,
    object: Option<String>,
    payment_intent: Option<String>,
}

/// Reads a message whose signature fits.
pub(super) fn read(body: &[u8]) -> Result<GatewayEvent, EventError> {
    let event: WireEvent = serde_json::from_slice(body).map_err(|_| EventError::Unreadable)?;
    let object = event.data.map(|data| data.object);
    let intent_id = object.and_then(|it| match it.object.as_deref() {
        Some("payment_intent") => it.id,
        _ => it.payment_intent,
    });
    Ok(GatewayEvent { id: event.id, kind: event.kind, intent_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_test_secret";
    const BODY: &str = r#"{"id":"evt_test_1","object":"event","type":"payment_intent.succeeded"}"#;
    const SPACED: &str =
        r#"{"id": "evt_test_1","object":"event","type":"payment_intent.succeeded"}"#;
    const GOOD: &str = "871acfe933554b446cc41d791076dd56a10c0553cc61aafbeb881d0082b45043";
    const OF_ROTATED: &str = "bb2c7cdea811d01f692d9c49c3b014a22eeff2a188d388381bb1a922ec00dcf0";
    const OF_SPACED: &str = "4c705250efe6b2796f7f7f3a8f4990ae0f0cfb5f224e313d72d39c0d09ffd4e1";
    const OF_EMPTY: &str = "316b9ab98c15bfa039d243f3196acee619cf29749a91a634e6a8154e2f7b6727";
    const T: i64 = 1_700_000_000;

    fn is_accepted(secret: &str, header: &str, body: &str, now: i64) -> bool {
        let now = DateTime::from_timestamp(now, 0).unwrap();
        check(secret, Some(header), body.as_bytes(), now).is_ok()
    }

    #[test]
    fn signatures_follow_the_table() {
        assert_eq!(BODY.len(), 70);
        for (secret, body, v1) in [
            (SECRET, BODY, GOOD),
            ("whsec_rotated_secret", BODY, OF_ROTATED),
            (SECRET, SPACED, OF_SPACED),
            (SECRET, "", OF_EMPTY),
        ] {
            assert!(is_accepted(secret, &format!("t={T},v1={v1}"), body, T), "{v1}");
        }
    }

    #[test]
    fn only_what_fits_is_accepted() {
        let bad = "0".repeat(64);
        for (header, body, now, expected) in [
            (format!("t={T},v1={GOOD}"), BODY, T + 300, true),
            (format!("t={T},v1={GOOD}"), BODY, T + 301, false),
            (format!("t={T},v1={GOOD}"), BODY, T - 300, true),
            (format!("t={T},v1={GOOD}"), BODY, T - 301, false),
            (format!("t={T},v1={bad},v1={GOOD}"), BODY, T, true),
            (format!("t={T},v1=bad,v1={GOOD}"), BODY, T, true),
            (format!("t={T},v1={OF_ROTATED},v1={GOOD}"), BODY, T, true),
            (format!("t={T},v1={GOOD},v0=x"), BODY, T, true),
            (format!("v1={GOOD},t={T}"), BODY, T, true),
            (format!("t={T},v1={}", GOOD.to_uppercase()), BODY, T, true),
            (format!("t={T},v0={GOOD}"), BODY, T, false),
            (format!("t={T}"), BODY, T, false),
            (format!("v1={GOOD}"), BODY, T, false),
            (format!("t={T},v1={GOOD},"), BODY, T, false),
            (format!("t={T},v1={GOOD}=x"), BODY, T, false),
            (format!("t={T},t={T},v1={GOOD}"), BODY, T, false),
            (format!("t=x,v1={GOOD}"), BODY, T, false),
            (format!("t=9999999999999999999,v1={GOOD}"), BODY, T, false),
            (format!("t={T},v1={}", &GOOD[..62]), BODY, T, false),
            (format!("t={},v1={GOOD}", T + 1), BODY, T, false),
            (format!("t={T},v1={bad}"), BODY, T, false),
            (format!("t={T},v1={GOOD}"), SPACED, T, false),
            (String::new(), BODY, T, false),
        ] {
            assert_eq!(is_accepted(SECRET, &header, body, now), expected, "{header} {now}");
        }
        let now = DateTime::from_timestamp(T, 0).unwrap();
        assert_eq!(check(SECRET, None, BODY.as_bytes(), now), Err(EventError::BadSignature));
    }

    /// One bit of any byte of the body changed: refused.
    #[test]
    fn every_byte_counts() {
        let now = DateTime::from_timestamp(T, 0).unwrap();
        let header = format!("t={T},v1={GOOD}");
        for index in 0..BODY.len() {
            let mut body = BODY.as_bytes().to_vec();
            body[index] ^= 1;
            assert!(check(SECRET, Some(&header), &body, now).is_err(), "byte {index}");
        }
    }

    #[test]
    fn messages_name_the_charge_they_are_about() {
        let read = |data: &str| {
            read(format!(r#"{{"id":"evt_a","type":"odd"{data}}}"#).as_bytes()).unwrap().intent_id
        };
        let intent = r#","data":{"object":{"id":"pi_a","object":"payment_intent"}}"#;
        let dispute =
            r#","data":{"object":{"id":"dp_a","object":"dispute","payment_intent":"pi_b"}}"#;
        assert_eq!(read(intent).as_deref(), Some("pi_a"));
        assert_eq!(read(dispute).as_deref(), Some("pi_b"));
        assert_eq!(read(r#","data":{"object":{"id":"x","object":"payout"}}"#), None);
        assert_eq!(read(""), None);
        assert_eq!(super::read(b"{}"), Err(EventError::Unreadable));
        assert_eq!(super::read(b"\xff"), Err(EventError::Unreadable));
    }
}
