//! Fast hashes for what nobody can guess: session ids of 256 bits. Only the hash is stored.

use sha2::{Digest, Sha256};

/// The hash under which a token is stored, in hexadecimal.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
