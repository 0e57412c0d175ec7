//! Work for later: the worker takes jobs from the queue and runs them, and does by itself what is
//! due again and again. Jobs may run twice and must not mind. May import `services`, `storage`,
//! `email` and `pdf`.

pub mod follow_event;
pub mod refresh_expectations;
pub mod refresh_hierarchy;
pub mod run_autopay;
pub mod run_import;
pub mod send_message;
pub mod send_reminders;
pub mod send_statements;
pub mod worker;

pub use worker::Worker;

/// Why a job did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again later.
    #[error("to be tried again: {0}")]
    Retry(String),
    /// Trying again changes nothing.
    #[error("given up: {0}")]
    GiveUp(String),
}

impl JobError {
    /// Try again later, because of this.
    pub fn retry(error: impl ToString) -> Self {
        Self::Retry(error.to_string())
    }

    /// Never again, because of this.
    pub fn give_up(error: impl ToString) -> Self {
        Self::GiveUp(error.to_string())
    }
}
