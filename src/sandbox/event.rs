//! Messages about what happened, kept until the receiver has taken them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    IntentProcessing,
    IntentSucceeded,
    IntentFailed,
    IntentCanceled,
    IntentRequiresAction,
    DisputeFundsWithdrawn,
    RefundSucceeded,
    RefundFailed,
}

impl EventKind {
    /// The word of the interface.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::IntentProcessing => "payment_intent.processing",
            Self::IntentSucceeded => "payment_intent.succeeded",
            Self::IntentFailed => "payment_intent.payment_failed",
            Self::IntentCanceled => "payment_intent.canceled",
            Self::IntentRequiresAction => "payment_intent.requires_action",
            Self::DisputeFundsWithdrawn => "charge.dispute.funds_withdrawn",
            Self::RefundSucceeded => "refund.succeeded",
            Self::RefundFailed => "refund.failed",
        }
    }
}

/// The body of a message. `object` is the record as it was when it happened.
pub(super) fn body(id: &str, kind: EventKind, object: &Value, now: DateTime<Utc>) -> String {
    json!({
        "id": id,
        "object": "event",
        "type": kind.as_str(),
        "created": now.timestamp(),
        "livemode": false,
        "data": { "object": object },
    })
    .to_string()
}

const FIRST_DELAYS: [TimeDelta; 5] = [
    TimeDelta::seconds(1),
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(5),
    TimeDelta::hours(1),
];
const LATER_DELAY: TimeDelta = TimeDelta::hours(6);
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// When a message that was not taken is sent again; none once three days have gone by since it
/// was first sent. `tries` counts those that failed.
pub(super) fn next_try(
    tries: i64,
    first_try_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let index = usize::try_from(tries - 1).unwrap_or_default();
    let next = now + FIRST_DELAYS.get(index).copied().unwrap_or(LATER_DELAY);
    (next - first_try_at <= GIVEN_UP_AFTER).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_sent_again_for_three_days() {
        let first: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut now = first;
        let mut delays = Vec::new();
        let mut tries = 1;
        while let Some(next) = next_try(tries, first, now) {
            delays.push((next - now).num_seconds());
            now = next;
            tries += 1;
        }
        assert_eq!(delays.get(..6).unwrap(), [1, 5, 30, 300, 3600, 21_600]);
        assert_eq!(delays.len(), 16);
        assert!(now - first > TimeDelta::hours(60) && now - first <= TimeDelta::days(3));
    }
}
