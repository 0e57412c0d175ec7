//! Promises to pay, in words that screens and tasks have in common.

use crate::{domain::promise::PromiseStatus, ui::format::plural};

/// Numbers of invoices that one sentence names.
const NUMBERS_MAX: usize = 20;

/// What became of a promise.
pub const fn status(status: PromiseStatus) -> &'static str {
    match status {
        PromiseStatus::Open => "Promised",
        PromiseStatus::Kept => "Kept",
        PromiseStatus::PartiallyKept => "Kept in part",
        PromiseStatus::Broken => "Broken",
        PromiseStatus::Cancelled => "Cancelled",
    }
}

/// What somebody is to do about one that was not kept, or not wholly.
pub fn task(promised: &str, day: &str, is_partly_kept: bool) -> String {
    let what = if is_partly_kept { "was kept in part" } else { "was broken" };
    format!("The promise of {promised} by {day} {what}")
}

/// What else there is to know of it: what was paid, or empty, on which invoices of the customer, and on
/// how many of others.
pub fn task_notes(paid: &str, numbers: &[&str], others: usize) -> String {
    let paid = if paid.is_empty() { "Nothing" } else { paid };
    let mut invoices = vec![listed(numbers, NUMBERS_MAX)];
    if others > 0 {
        let count = i64::try_from(others).unwrap_or(i64::MAX);
        invoices.push(format!("{} of others", plural(count, "invoice", "invoices")));
    }
    invoices.retain(|part| !part.is_empty());
    format!("{paid} was paid on {}.", invoices.join(" and "))
}

/// The first of some names, and how many more there are.
pub fn listed(names: &[&str], most: usize) -> String {
    let first = names.get(..most).unwrap_or(names).join(", ");
    match names.len().saturating_sub(most) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_was_not_kept_is_told_in_words() {
        let title = task("$500.00", "Nov 26, 2026", false);
        assert_eq!(title, "The promise of $500.00 by Nov 26, 2026 was broken");
        assert!(task("$500.00", "Nov 26, 2026", true).ends_with(" was kept in part"));
        assert_eq!(task_notes("", &["A-1"], 0), "Nothing was paid on A-1.");
        assert_eq!(task_notes("", &["A-1"], 1), "Nothing was paid on A-1 and 1 invoice of others.");
        assert_eq!(task_notes("$2.00", &[], 3), "$2.00 was paid on 3 invoices of others.");
        let said = task_notes("$2.00", &["A"; 22], 0);
        assert!(said.starts_with("$2.00 was paid on A, A, "), "{said}");
        assert!(said.ends_with(", A and 2 more."), "{said}");
    }
}
