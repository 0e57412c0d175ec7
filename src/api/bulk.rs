//! Changing many customers: one after the other, each by itself.

use std::collections::BTreeSet;

use super::{call::StaffCall, error::ApiError, failure::Failure, view::BulkDone};
use crate::{
    domain::form::Problem,
    services::{World, change::ChangeError, staff::Staff},
    storage::{self, customers::CustomerRow},
};

/// Most rows that are changed together.
pub const BULK_MAX: usize = 1000;

/// What became of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is as was asked for now.
    Changed,
    /// It was before.
    Unchanged,
    /// It is not there, or whoever asks does not see it.
    Missing,
    /// Somebody else changed it at the same time.
    Conflict,
}

/// The ids of rows that are changed together.
///
/// # Errors
/// `Required` or `OutOfRange` of `ids`.
pub fn picked(call: &StaffCall, ids: &str) -> Result<Vec<String>, ApiError> {
    let ids: BTreeSet<String> =
        ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let bad = |problem| call.request.answer(ApiError::invalid("ids", problem));
    match ids.len() {
        0 => Err(bad(Problem::Required)),
        count if count > BULK_MAX => Err(bad(Problem::OutOfRange)),
        _ => Ok(ids.into_iter().collect()),
    }
}

/// Changes each of the customers that whoever asks sees. The change owns what it works with: futures
/// of closures that borrow are not known to be fit for other threads.
///
/// # Errors
/// Of `ids`, and the first failure that is about more than one customer.
pub async fn each_customer<F>(
    call: &StaffCall,
    ids: &str,
    change: impl Fn(World, Staff, CustomerRow) -> F,
) -> Result<BulkDone, ApiError>
where
    F: Future<Output = Result<Became, Failure>>,
{
    let mut done = BulkDone::default();
    for id in picked(call, ids)? {
        let mut session = call.request.read().await?;
        let found = match id.parse() {
            Ok(id) => storage::customers::find_seen(&mut session, id, call.staff.sight()).await,
            Err(_) => Ok(None),
        };
        drop(session);
        let Some(row) = found.map_err(|error| call.request.fail(error))? else {
            done.missing += 1;
            continue;
        };
        let name = row.name.clone();
        let became = change(call.world().clone(), call.staff.clone(), row).await;
        match became.map_err(|failure| call.request.fail(failure))? {
            Became::Changed => done.changed += 1,
            Became::Unchanged => done.unchanged += 1,
            Became::Missing => done.missing += 1,
            Became::Conflict => done.conflicts.push(name),
        }
    }
    Ok(done)
}

/// What became of a customer whose change was written, or not.
impl TryFrom<Result<(), ChangeError>> for Became {
    type Error = Failure;

    fn try_from(done: Result<(), ChangeError>) -> Result<Self, Failure> {
        match done {
            Ok(()) => Ok(Self::Changed),
            Err(ChangeError::NotFound) => Ok(Self::Missing),
            Err(ChangeError::Changed) => Ok(Self::Conflict),
            Err(error) => Err(error.into()),
        }
    }
}
