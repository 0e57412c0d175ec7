//! Changing many customers: one after the other, each by itself.

use std::collections::BTreeSet;

use super::{call::StaffCall, error::ApiError, view::BulkDone};
use crate::{
    domain::form::Problem,
    services::{World, change::ChangeError, staff::Staff},
    storage::{self, customers::CustomerRow},
};

/// Most rows that are changed together.
pub const BULK_MAX: usize = 1000;

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

/// Changes each of the customers that whoever asks sees, but for those that are so already. The change
/// owns what it works with: futures of closures that borrow are not known to be fit for other threads.
///
/// # Errors
/// Of `ids`, and the first failure that is about more than one customer.
pub async fn each_customer<F>(
    call: &StaffCall,
    ids: &str,
    is_so: impl Fn(&CustomerRow) -> bool,
    change: impl Fn(World, Staff, CustomerRow) -> F,
) -> Result<BulkDone, ApiError>
where
    F: Future<Output = Result<(), ChangeError>>,
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
        if is_so(&row) {
            done.unchanged += 1;
            continue;
        }
        let name = row.name.clone();
        match change(call.world().clone(), call.staff.clone(), row).await {
            Ok(()) => done.changed += 1,
            Err(ChangeError::NotFound) => done.missing += 1,
            Err(ChangeError::Changed) => done.conflicts.push(name),
            Err(error) => return Err(call.request.fail(error)),
        }
    }
    Ok(done)
}
