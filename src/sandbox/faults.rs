//! Ways to misbehave on purpose, for tests and demonstrations.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A call of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `POST /v1/customers`
    CreateCustomer,
    /// `POST /v1/setup_sessions`
    CreateSetupSession,
    /// `POST /v1/payment_intents`
    CreateIntent,
    /// `POST /v1/payment_intents/{id}/confirm`
    ConfirmIntent,
    /// `POST /v1/payment_intents/{id}/cancel`
    CancelIntent,
    /// `POST /v1/refunds`
    CreateRefund,
    /// Any `GET`.
    Read,
}

/// One way for a call to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No answer for a long time, and nothing is done.
    TimeoutBefore,
    /// It is done, and then no answer for a long time.
    TimeoutAfter,
    /// 500, nothing is done, and the same key gets the same 500.
    ServerErrorBefore,
    /// It is done; 500, and the same key gets the same 500.
    ServerErrorAfter,
    /// It is done; 200 with a body that is no JSON.
    GarbageBody,
    /// It is done; the connection breaks in the middle of the answer.
    HalfBody,
    /// 409 `idempotency_key_in_use`, nothing is done.
    KeyInUse,
    /// 429 `rate_limit`, nothing is done.
    RateLimited,
    /// A confirmation succeeds and is answered with a refusal; only the message tells the truth.
    DeclinedButCharged,
}

#[derive(Debug)]
struct Knobs {
    planned: VecDeque<(Option<Call>, Fault)>,
    latency: Duration,
    hang: Duration,
    duplicate_webhooks: u32,
    reverse_webhooks: bool,
    drop_webhooks: bool,
    stray_webhooks: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            planned: VecDeque::new(),
            latency: Duration::ZERO,
            hang: Duration::from_secs(35),
            duplicate_webhooks: 0,
            reverse_webhooks: false,
            drop_webhooks: false,
            stray_webhooks: false,
        }
    }
}

/// How messages misbehave at the moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct WebhookFaults {
    pub(super) duplicates: u32,
    pub(super) reverse: bool,
    pub(super) lose: bool,
    pub(super) stray: bool,
}

/// The knobs. Clones share them, so that whoever made the sandbox can turn them while it runs.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Knobs>>);

impl Faults {
    fn knobs(&self) -> MutexGuard<'_, Knobs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the next `times` calls of this kind go wrong; of any kind for `None`. Plans are used
    /// up in the order they were made.
    pub fn plan(&self, call: impl Into<Option<Call>>, fault: Fault, times: usize) {
        let call = call.into();
        self.knobs().planned.extend(std::iter::repeat_n((call, fault), times));
    }

    /// The next `times` calls get a 500 and nothing is done.
    pub fn fail_before(&self, times: usize) {
        self.plan(None, Fault::ServerErrorBefore, times);
    }

    /// The next `times` calls are done and get a 500.
    pub fn fail_after(&self, times: usize) {
        self.plan(None, Fault::ServerErrorAfter, times);
    }

    /// How long every call waits, in real time, before anything is done.
    pub fn set_latency_ms(&self, latency_ms: u64) {
        self.knobs().latency = Duration::from_millis(latency_ms);
    }

    /// How long the two time-outs take, in real time; 35 s at first.
    pub fn set_hang_ms(&self, hang_ms: u64) {
        self.knobs().hang = Duration::from_millis(hang_ms);
    }

    /// How many more times each message is sent.
    pub fn set_duplicate_webhooks(&self, copies: u32) {
        self.knobs().duplicate_webhooks = copies;
    }

    /// Whether messages that are due together are sent newest first.
    pub fn set_reverse_webhooks(&self, reverse: bool) {
        self.knobs().reverse_webhooks = reverse;
    }

    /// Whether messages are counted as delivered without being sent.
    pub fn set_drop_webhooks(&self, lose: bool) {
        self.knobs().drop_webhooks = lose;
    }

    /// Whether each message is followed by a properly signed one about a charge of nobody's.
    pub fn set_stray_webhooks(&self, stray: bool) {
        self.knobs().stray_webhooks = stray;
    }

    /// Behaves from now on.
    pub fn clear(&self) {
        *self.knobs() = Knobs::default();
    }

    /// Takes the next plan that fits this call.
    pub(super) fn take(&self, call: Call) -> Option<Fault> {
        let mut knobs = self.knobs();
        let fits = |(planned, _): &(Option<Call>, Fault)| planned.is_none_or(|it| it == call);
        let index = knobs.planned.iter().position(fits)?;
        knobs.planned.remove(index).map(|(_, fault)| fault)
    }

    pub(super) fn latency(&self) -> Duration {
        self.knobs().latency
    }

    pub(super) fn hang(&self) -> Duration {
        self.knobs().hang
    }

    pub(super) fn webhooks(&self) -> WebhookFaults {
        let knobs = self.knobs();
        WebhookFaults {
            duplicates: knobs.duplicate_webhooks,
            reverse: knobs.reverse_webhooks,
            lose: knobs.drop_webhooks,
            stray: knobs.stray_webhooks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_used_up_by_the_calls_they_fit() {
        let faults = Faults::default();
        faults.plan(Call::ConfirmIntent, Fault::RateLimited, 1);
        faults.plan(None, Fault::KeyInUse, 1);
        assert_eq!(faults.take(Call::Read), Some(Fault::KeyInUse));
        assert_eq!(faults.take(Call::Read), None);
        assert_eq!(faults.take(Call::ConfirmIntent), Some(Fault::RateLimited));
        faults.fail_after(2);
        faults.clear();
        assert_eq!(faults.take(Call::Read), None);
    }
}
