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

/// Kills the process when a test asked for it at this point.
#[cfg(test)]
pub fn reach(point: &'static str) {
    assert!(PAYMENT_FLOW.contains(&point), "{point} is not listed");
    if crate::tests::support::crash_point().is_some_and(|wanted| wanted == point) {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(test))]
pub const fn reach(_: &'static str) {}
