//! Use cases: one verb of the field each, one transaction each (a charge has three phases). This
//! room decides the order of effects; the rules are `domain`'s, the SQL is `storage`'s.
//!
//! May import `domain`, `storage`, `import`, `email`, `pdf`, `gateways::gateway`, `auth` and
//! `vault`.

pub mod applications;
pub mod attempts;
mod busy;
pub mod change;
pub mod charge;
pub mod company;
pub mod contact_roles;
pub mod contacts;
pub mod customers;
pub mod demo;
pub mod documents;
pub mod failpoint;
pub mod file_types;
pub mod files;
pub mod hierarchy;
pub mod history;
pub mod import;
pub mod invoices;
pub mod mail;
pub mod methods;
pub mod notes;
pub mod payment_overrides;
pub mod payments;
pub mod quotes;
pub mod reports;
pub mod second_factor;
pub mod settlement;
pub mod sign_in;
pub mod staff;
pub mod team;
pub mod world;

pub use world::World;
