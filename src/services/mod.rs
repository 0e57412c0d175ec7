//! Use cases: one verb of the field each, one transaction each (a charge has three phases). This
//! room decides the order of effects; the rules are `domain`'s, the SQL is `storage`'s.
//!
//! May import `domain`, `storage`, `import`, `email`, `pdf`, `gateways::gateway`, `auth` and
//! `vault`.

pub mod applications;
pub mod attempts;
pub mod autopay;
mod busy;
pub mod change;
pub mod charge;
pub mod company;
mod company_history;
pub mod contact_roles;
pub mod contacts;
pub mod custom_fields;
pub mod customers;
pub mod demo;
pub mod documents;
pub mod expectations;
pub mod failpoint;
pub mod field_values;
pub mod file_types;
pub mod files;
pub mod forecast;
pub mod hierarchy;
pub mod history;
pub mod import;
pub mod inert;
pub mod invoice_mail;
pub mod invoices;
pub mod letters;
pub mod list_views;
pub mod logo;
pub mod mail;
pub mod methods;
pub mod notes;
pub mod notifications;
pub mod pay_links;
pub mod payment_overrides;
pub mod payments;
pub mod portal_view;
pub mod profiles;
pub mod promises;
pub mod queue;
pub mod quotes;
pub mod reminders;
pub mod reports;
pub mod second_factor;
pub mod settlement;
pub mod sign_in;
pub mod spreadsheet;
pub mod staff;
pub mod statements;
pub mod task_templates;
pub mod tasks;
pub mod team;
pub mod workflows;
pub mod world;

pub use world::World;
