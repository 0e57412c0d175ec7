//! Payments: their states, and how a state follows what the processor says.
//!
//! The processor's truth wins, in whatever order and however often its messages arrive: the state
//! is always advanced to what the processor's record says now, never to what a message claims.

use serde::{Deserialize, Serialize};

/// The kind of method of a payment that was recorded from the seller's books and not made here.
pub const RECORDED: &str = "other";

/// The kind of method of a payment that discount and credit cover: nothing is charged.
pub const CREDITS: &str = "credits";

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Decided and committed here; perhaps sent, no answer recorded yet. Holds its reservations.
    Created,
    /// Sent, no answer heard. Holds its reservations; it is looked up, never retried blindly.
    Unknown,
    /// The payer must confirm at the processor or bank. Holds its reservations.
    RequiresAction,
    /// A bank debit on its way. Holds its reservations.
    Processing,
    /// The money came.
    Succeeded,
    /// Some of it was given back.
    PartiallyRefunded,
    /// All of it was given back.
    Refunded,
    /// The bank took it back.
    Returned,
    /// The cardholder disputed it and the money was withdrawn.
    ChargedBack,
    /// Refused.
    Failed,
    /// Withdrawn before anything moved.
    Voided,
}

impl PaymentState {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Created,
        Self::Unknown,
        Self::RequiresAction,
        Self::Processing,
        Self::Succeeded,
        Self::PartiallyRefunded,
        Self::Refunded,
        Self::Returned,
        Self::ChargedBack,
        Self::Failed,
        Self::Voided,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unknown => "unknown",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Refunded => "refunded",
            Self::Returned => "returned",
            Self::ChargedBack => "charged_back",
            Self::Failed => "failed",
            Self::Voided => "voided",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it still holds money of its invoices.
    pub const fn holds_reservation(self) -> bool {
        matches!(self, Self::Created | Self::Unknown | Self::RequiresAction | Self::Processing)
    }

    /// Whether its money counts as received.
    pub const fn is_posted(self) -> bool {
        matches!(self, Self::Succeeded | Self::PartiallyRefunded | Self::Refunded)
    }
}

/// What the processor's record of a payment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatewayStatus {
    /// Made, not confirmed.
    RequiresConfirmation,
    /// The payer must do something.
    RequiresAction,
    /// On its way.
    Processing,
    /// Paid.
    Succeeded,
    /// The attempt was refused.
    Failed,
    /// Cancelled.
    Canceled,
}

/// Money taken back after success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversal {
    /// The bank returned the debit.
    Return,
    /// The cardholder's bank withdrew the money.
    Chargeback,
}

/// One thing to do to follow the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Only the state changes.
    Move(PaymentState),
    /// Post the money, use the reservation up: `Succeeded`.
    Settle,
    /// Release the reservation: the attempt failed.
    Fail,
    /// Release the reservation: nothing was attempted.
    Void,
    /// Post everything again with the signs flipped: the money was taken back.
    Reverse(Reversal),
}

/// The steps that bring a payment in `state` to what the processor says. None for a stale or
/// repeated message. A late success of a payment we gave up settles it: the processor's truth
/// wins, and what its invoices no longer need becomes unapplied cash.
pub fn steps(state: PaymentState, status: GatewayStatus, reversal: Option<Reversal>) -> Vec<Step> {
    use GatewayStatus as G;
    use PaymentState as S;

    let mut steps = Vec::new();
    let mut posted = state.is_posted();
    match (state, status) {
        (S::Returned | S::ChargedBack, _) => return steps,
        (S::Succeeded | S::PartiallyRefunded | S::Refunded, _) => {}
        (S::Failed | S::Voided, G::Succeeded) => {
            steps.push(Step::Settle);
            posted = true;
        }
        (S::Failed | S::Voided, _) => return steps,
        (_, G::Succeeded) => {
            steps.push(Step::Settle);
            posted = true;
        }
        (_, G::Failed) => steps.push(Step::Fail),
        (_, G::Canceled) => steps.push(Step::Void),
        (S::Processing, G::Processing) | (S::RequiresAction, G::RequiresAction) => {}
        (_, G::Processing) => steps.push(Step::Move(S::Processing)),
        (S::Created | S::Unknown, G::RequiresAction) => {
            steps.push(Step::Move(S::RequiresAction));
        }
        (_, G::RequiresAction | G::RequiresConfirmation) => {}
    }
    if let (true, Some(reversal)) = (posted && state != S::Refunded, reversal) {
        steps.push(Step::Reverse(reversal));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use GatewayStatus as G;
    use PaymentState as S;

    #[test]
    fn words_round_trip() {
        for state in S::ALL {
            assert_eq!(S::from_word(state.as_str()), Some(state));
        }
    }

    #[test]
    fn the_processor_is_followed() {
        let back = Some(Reversal::Return);
        for (state, status, reversal, expected) in [
            (S::Created, G::Succeeded, None, vec![Step::Settle]),
            (S::Unknown, G::Processing, None, vec![Step::Move(S::Processing)]),
            (S::Processing, G::Processing, None, vec![]),
            (S::Processing, G::Succeeded, None, vec![Step::Settle]),
            (S::Processing, G::Failed, None, vec![Step::Fail]),
            (S::Processing, G::RequiresConfirmation, None, vec![]),
            (S::Succeeded, G::Processing, None, vec![]),
            (S::Succeeded, G::Succeeded, None, vec![]),
            (S::Succeeded, G::Failed, None, vec![]),
            (S::Succeeded, G::Succeeded, back, vec![Step::Reverse(Reversal::Return)]),
            (
                S::Processing,
                G::Succeeded,
                back,
                vec![Step::Settle, Step::Reverse(Reversal::Return)],
            ),
            (S::Returned, G::Succeeded, back, vec![]),
            (S::Failed, G::Succeeded, None, vec![Step::Settle]),
            (S::Failed, G::Failed, None, vec![]),
            (S::Voided, G::Canceled, None, vec![]),
            (S::Created, G::Canceled, None, vec![Step::Void]),
            (S::Created, G::RequiresConfirmation, None, vec![]),
        ] {
            assert_eq!(steps(state, status, reversal), expected, "{state:?} {status:?}");
        }
    }

    /// Whatever the order and number of messages, what counts is the record fetched at each.
    #[test]
    fn following_twice_changes_nothing() {
        for state in S::ALL {
            for status in
                [G::RequiresConfirmation, G::RequiresAction, G::Processing, G::Succeeded, G::Failed]
            {
                for reversal in [None, Some(Reversal::Return), Some(Reversal::Chargeback)] {
                    let after = steps(state, status, reversal).into_iter().fold(state, advance);
                    assert_eq!(steps(after, status, reversal), [], "{state:?} {status:?}");
                }
            }
        }
    }

    fn advance(_: PaymentState, step: Step) -> PaymentState {
        match step {
            Step::Move(state) => state,
            Step::Settle => S::Succeeded,
            Step::Fail => S::Failed,
            Step::Void => S::Voided,
            Step::Reverse(Reversal::Return) => S::Returned,
            Step::Reverse(Reversal::Chargeback) => S::ChargedBack,
        }
    }
}
