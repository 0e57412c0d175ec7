//! What becomes of a charge: pure steps from one state of its record to the next, each with the
//! messages it causes and the timers it sets.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::America::New_York;
use serde::{Deserialize, Serialize};

use super::{
    event::EventKind,
    intent::{ChargeError, Dispute, Intent, Status},
    numbers::{Behaviour, Decline, ReturnCode},
};
use crate::domain::{
    calendar::banking_days_after,
    method::MethodKind,
    money::{Rate, Rounding, mul_rate},
};

const SETTLES_AFTER_BANKING_DAYS: u32 = 4;
const RETURNS_AFTER_BANKING_DAYS: u32 = 2;
const RETURNS_LATE_AFTER: TimeDelta = TimeDelta::days(45);
const DISPUTED_AFTER: TimeDelta = TimeDelta::days(1);

const CARD_FEE: Rate = Rate::from_ppm(29_000);
const CARD_FEE_FIXED: i64 = 30;
const BANK_FEE: Rate = Rate::from_ppm(8_000);
const BANK_FEE_MAX: i64 = 500;

/// Something that happens by itself, later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    /// A bank debit settles.
    Settle,
    /// A bank debit comes back before it settled.
    Return(ReturnCode),
    /// A bank debit comes back after it settled.
    ReturnLate(ReturnCode),
    /// The holder of a card disputes a charge.
    Dispute,
    /// A refund arrives.
    RefundSucceeds,
    /// A refund turns out not to have arrived.
    RefundFails,
}

/// What a step causes beside the record's new state.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Messages about the record, in this order.
    pub(super) events: Vec<EventKind>,
    /// What happens later.
    pub(super) timers: Vec<(Action, DateTime<Utc>)>,
    /// Whether the money moved just now.
    pub(super) is_charged: bool,
}

impl Changes {
    fn of(event: EventKind) -> Self {
        Self { events: vec![event], ..Self::default() }
    }
}

/// Confirms a charge that waits for it. `challenge` is the id of the question to ask, should one
/// have to be asked.
pub(super) fn confirm(
    intent: &mut Intent,
    behaviour: Behaviour,
    challenge: &str,
    now: DateTime<Utc>,
) -> Changes {
    match (intent.kind, behaviour) {
        (_, Behaviour::Declines(decline)) => refuse(intent, declined(decline)),
        (MethodKind::Card, Behaviour::AuthenticatesAlways) => {
            intent.status = Status::RequiresAction;
            intent.challenge = Some(challenge.to_owned());
            Changes::of(EventKind::IntentRequiresAction)
        }
        (MethodKind::Card, _) => succeed(intent, behaviour, now),
        (MethodKind::Bank, _) => process(intent, behaviour, now),
    }
}

fn process(intent: &mut Intent, behaviour: Behaviour, now: DateTime<Utc>) -> Changes {
    let (settles_on, settles_at) = after_banking_days(now, SETTLES_AFTER_BANKING_DAYS);
    intent.status = Status::Processing;
    intent.expected_on = Some(settles_on);
    let timers = match behaviour {
        Behaviour::NeverSettles => Vec::new(),
        Behaviour::Returns(code) => {
            vec![(Action::Return(code), after_banking_days(now, RETURNS_AFTER_BANKING_DAYS).1)]
        }
        Behaviour::ReturnsLate(code) => {
            vec![(Action::Settle, settles_at), (Action::ReturnLate(code), now + RETURNS_LATE_AFTER)]
        }
        _ => vec![(Action::Settle, settles_at)],
    };
    Changes { timers, ..Changes::of(EventKind::IntentProcessing) }
}

/// The money moves.
pub(super) fn succeed(intent: &mut Intent, behaviour: Behaviour, now: DateTime<Utc>) -> Changes {
    intent.status = Status::Succeeded;
    intent.error = None;
    intent.fee = Some(fee(intent.kind, intent.amount));
    let timers = match behaviour {
        Behaviour::IsDisputed => vec![(Action::Dispute, now + DISPUTED_AFTER)],
        _ => Vec::new(),
    };
    Changes { timers, is_charged: true, ..Changes::of(EventKind::IntentSucceeded) }
}

/// The charge is refused, for good.
pub(super) fn refuse(intent: &mut Intent, error: ChargeError) -> Changes {
    intent.status = Status::RequiresPaymentMethod;
    intent.error = Some(error);
    Changes::of(EventKind::IntentFailed)
}

/// The money is taken back. Nothing happens when all of it was given back before.
pub(super) fn take_back(
    intent: &mut Intent,
    id: String,
    code: Option<ReturnCode>,
    now: DateTime<Utc>,
) -> Changes {
    let amount = intent.amount - intent.refunded;
    if intent.status != Status::Succeeded || intent.dispute.is_some() || amount <= 0 {
        return Changes::default();
    }
    let (reason, network) = match code.map(ReturnCode::codes) {
        Some((code, reason)) => (reason, Some(code.to_owned())),
        None => ("fraudulent", None),
    };
    intent.dispute = Some(Dispute {
        id,
        reason: reason.to_owned(),
        network_reason_code: network,
        amount,
        created_at: now,
    });
    Changes::of(EventKind::DisputeFundsWithdrawn)
}

/// Withdraws a charge. A debit on its way can be stopped only where the bank never answers.
pub(super) fn cancel(intent: &mut Intent, behaviour: Behaviour) -> Option<Changes> {
    let can_stop = match intent.status {
        Status::RequiresConfirmation | Status::RequiresAction | Status::RequiresPaymentMethod => {
            true
        }
        Status::Processing => behaviour == Behaviour::NeverSettles,
        Status::Succeeded | Status::Canceled => false,
    };
    can_stop.then(|| {
        intent.status = Status::Canceled;
        Changes::of(EventKind::IntentCanceled)
    })
}

/// What the processor keeps. Amounts are bounded where they come in, so nothing overflows.
fn fee(kind: MethodKind, amount: i64) -> i64 {
    let share = |rate| mul_rate(amount, rate, Rounding::HalfUp).unwrap_or_default();
    match kind {
        MethodKind::Card => share(CARD_FEE) + CARD_FEE_FIXED,
        MethodKind::Bank => share(BANK_FEE).min(BANK_FEE_MAX),
    }
}

fn declined(decline: Decline) -> ChargeError {
    let (code, decline_code) = decline.codes();
    let message = match decline {
        Decline::InsufficientFunds => "There is not enough money.",
        Decline::ExpiredCard => "The card has expired.",
        Decline::IncorrectCvc => "The security code is wrong.",
        Decline::ProcessingError => "Something went wrong on the way. Try again in a little while.",
        Decline::LimitExceeded => "The account's weekly limit would be exceeded.",
        Decline::WrongCurrency => "The account does not take this currency.",
        // Never told to whoever holds the card: that it was reported lost or stolen.
        Decline::Generic | Decline::LostCard | Decline::StolenCard => "The card was declined.",
    };
    ChargeError {
        code: code.to_owned(),
        decline_code: (!decline_code.is_empty()).then(|| decline_code.to_owned()),
        network_decline_code: None,
        message: message.to_owned(),
    }
}

/// The bank sent the debit back before it settled.
pub(super) fn returned(code: ReturnCode) -> ChargeError {
    let (network, word) = code.codes();
    ChargeError {
        code: word.to_owned(),
        decline_code: None,
        network_decline_code: Some(network.to_owned()),
        message: format!("The bank returned the debit ({network})."),
    }
}

/// The holder of the card did not confirm the charge.
pub(super) fn not_authenticated() -> ChargeError {
    ChargeError {
        code: "payment_intent_authentication_failure".to_owned(),
        decline_code: None,
        network_decline_code: None,
        message: "The holder of the card did not confirm the charge.".to_owned(),
    }
}

/// The banking day `count` days on, and the instant of the same time of day there. Banks count in
/// New York's time.
pub(super) fn after_banking_days(now: DateTime<Utc>, count: u32) -> (NaiveDate, DateTime<Utc>) {
    let local = now.with_timezone(&New_York);
    let date = banking_days_after(local.date_naive(), count);
    let instant = date.and_time(local.time()).and_local_timezone(New_York).earliest();
    let days = date - local.date_naive();
    (date, instant.map_or(now + days, |instant| instant.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_follow_the_price_list() {
        for (kind, amount, expected) in [
            (MethodKind::Card, 10_000, 320),
            (MethodKind::Card, 1, 30),
            (MethodKind::Card, 1_050, 60), // 30.45 rounds to 30
            (MethodKind::Bank, 10_000, 80),
            (MethodKind::Bank, 62_500, 500),
            (MethodKind::Bank, 10_000_000, 500),
        ] {
            assert_eq!(fee(kind, amount), expected, "{kind:?} {amount}");
        }
    }

    #[test]
    fn banks_count_banking_days_in_new_york() {
        let cases = [
            ("2026-11-20T10:00:00Z", 4, "2026-11-27", "2026-11-27T10:00:00Z"),
            // Sunday evening there, Monday here: Monday is the first banking day.
            ("2026-11-23T02:00:00Z", 1, "2026-11-23", "2026-11-24T02:00:00Z"),
            // Clocks go forward in between: the time of day there stays.
            ("2026-03-06T15:00:00Z", 2, "2026-03-10", "2026-03-10T14:00:00Z"),
        ];
        for (from, count, date, instant) in cases {
            let (on, at) = after_banking_days(from.parse().unwrap(), count);
            assert_eq!(on, date.parse::<NaiveDate>().unwrap(), "{from}");
            assert_eq!(at, instant.parse::<DateTime<Utc>>().unwrap(), "{from}");
        }
    }
}
