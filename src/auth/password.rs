//! Slow hashes for what people can guess: passwords and six-digit codes (OWASP ASVS 6.5.2).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::domain::clock::Entropy;

/// At most this many hashes at a time, so that a flood of sign-ins cannot starve payments.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// The hash could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hashing failed")]
pub struct HashError;

/// Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a secret, in the PHC string format.
///
/// # Errors
/// When hashing fails.
pub async fn hash(secret: &str, entropy: &dyn Entropy) -> Result<String, HashError> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    let secret = secret.to_owned();
    let _slot = SLOTS.acquire().await.map_err(|_| HashError)?;
    let hashed = tokio::task::spawn_blocking(move || {
        let hash = argon2()?.hash_password_with_salt(secret.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| HashError)
    });
    hashed.await.map_err(|_| HashError)?
}

/// Whether a secret fits a hash. An unreadable hash fits nothing.
pub async fn verify(secret: &str, hash: &str) -> bool {
    let (secret, hash) = (secret.to_owned(), hash.to_owned());
    let Ok(_slot) = SLOTS.acquire().await else { return false };
    let verified = tokio::task::spawn_blocking(move || {
        let (Ok(argon2), Ok(hash)) = (argon2(), PasswordHash::new(&hash)) else { return false };
        argon2.verify_password(secret.as_bytes(), &hash).is_ok()
    });
    verified.await.unwrap_or(false)
}
