//! Named points at which a test kills the process, to prove that whatever is left behind can be
//! recovered. Outside tests this is nothing at all.

/// The points of the payment flow, in its order.
pub const PAYMENT_FLOW: &[&str] = &[
    "confirm:before-commit",
    "confirm:after-commit",
    "charge:before-create",
    "charge:after-create",
    "charge:before-intent-commit",
    "charge:after-intent-commit",
    "charge:before-confirm",
    "charge:after-confirm",
    "settle:before-commit",
    "settle:after-commit",
];

/// The points around that flow when invoices are charged by themselves, in their order.
pub const AUTOPAY_FLOW: &[&str] = &[
    "autopay:before-notice-commit",
    "autopay:after-notice-commit",
    "autopay:before-credit-commit",
    "autopay:after-credit-commit",
    "autopay:before-quote-commit",
    "autopay:after-quote-commit",
    "autopay:before-outcome-commit",
    "autopay:after-outcome-commit",
];

/// Kills the process when a test asked for it at this point.
#[cfg(test)]
pub fn reach(point: &'static str) {
    let is_listed = PAYMENT_FLOW.contains(&point) || AUTOPAY_FLOW.contains(&point);
    assert!(is_listed, "{point} is not listed");
    if crate::tests::support::crash_point().is_some_and(|wanted| wanted == point) {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(test))]
pub const fn reach(_: &'static str) {}
