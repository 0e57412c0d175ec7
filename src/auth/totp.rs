//! Codes of authenticator apps (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, which is what
//! every app understands.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

use crate::domain::clock::Entropy;

/// A new secret of 160 bits (RFC 4226 §4 R6), in base 32.
pub fn new_secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 20];
    entropy.fill(&mut bytes);
    Secret::new_stack(bytes).to_base32()
}

fn totp(secret: &str) -> Option<Builder> {
    Some(Builder::new().with_secret(Secret::try_from_base32(secret).ok()?))
}

/// The address that an app reads from a picture; none when the secret is not one of ours.
pub fn address(secret: &str, issuer: &str, account: &str) -> Option<String> {
    // A colon would end the issuer's name within the address.
    let issuer = issuer.replace(':', " ");
    let named = totp(secret)?.with_issuer(Some(issuer)).with_account_name(account);
    named.build().ok()?.to_url().ok()
}

/// The step of thirty seconds that a code is of: the one that is now, the one before, or the next,
/// since clocks differ. A step may be used once; that is the caller's to see to.
pub fn step_of(secret: &str, code: &str, now: DateTime<Utc>) -> Option<i64> {
    let totp: Totp = totp(secret)?.build().ok()?;
    let step = totp.check(code, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// The code of an instant, as an app shows it.
#[cfg(test)]
pub fn code_at(secret: &str, now: DateTime<Utc>) -> String {
    let totp = totp(secret).unwrap().build().unwrap();
    totp.generate(u64::try_from(now.timestamp()).unwrap()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new_stack(*b"12345678901234567890").to_base32();
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let now = DateTime::from_timestamp(second, 0).unwrap();
            assert_eq!(code_at(&secret, now), code);
            assert_eq!(step_of(&secret, code, now), Some(second / 30));
        }
    }

    #[test]
    fn a_code_holds_a_step_before_and_after() {
        let secret = Secret::new_stack(*b"12345678901234567890").to_base32();
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let code = code_at(&secret, at(3_000));
        for (second, holds) in [(2_969, false), (2_970, true), (3_059, true), (3_060, false)] {
            assert_eq!(step_of(&secret, &code, at(second)).is_some(), holds, "{second}");
        }
        assert_eq!(step_of(&secret, "+12345", at(3_000)), None);
        assert_eq!(step_of("nonsense!", &code, at(3_000)), None);
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let secret = Secret::new_stack(*b"12345678901234567890").to_base32();
        let address = address(&secret, "Halden: Supply & Co.", "ana@halden.example").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains(&secret) && address.contains("ana%40halden.example"), "{address}");
        assert!(!address.contains("& "), "{address}");
    }
}
