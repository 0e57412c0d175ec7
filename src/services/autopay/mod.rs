//! Automatic payment: what a payer agrees to, and what is charged of it.
//!
//! An enrolment is held before its tries, those before invoices, and those before credits. A charge is
//! made by [`crate::services::charge`] alone, which asks here, with the enrolment held, whether it is
//! still agreed to.

mod enrol;
mod invite;
mod letters;
mod outcome;
mod plan;
mod run;
mod status;

pub use crate::domain::autopay::EnrolForm;
pub use enrol::{Agreement, Offer, accepts, cancel, cancel_for, enrol, offer};
pub use invite::{InviteError, invite, may_be_invited};
pub use outcome::follow_news;
pub use plan::{Agreed, Plan, PlannedCharge, hold};
pub use run::{AutopayRun, RUN_AUTOPAY, run_some, turn_day};
pub(super) use status::refresh;
