//! Companies that move money for us. [`gateway`] says what we ask of any of them; each has a folder
//! of its own: `client` speaks its wire, `translate` turns its shapes into ours, `webhook` checks
//! its signatures. May import `domain` only.

pub mod gateway;
pub mod none;
pub mod sandbox;
