//! Secrets: passwords and codes as slow hashes, tokens as fast ones, and the check that a request
//! comes from our own pages; codes of authenticator apps. May import `domain`.

pub mod origin;
pub mod password;
pub mod token;
pub mod totp;
