//! Carries out what a request asks for, inside one transaction of the book.

use chrono::{DateTime, Utc};

use super::{
    Sandbox,
    answer::{Answer, ApiError, Refusal},
    book,
    charge::{self, Action, Changes},
    command::{Command, NewIntent},
    customer::Customer,
    event::{self, EventKind},
    intent::{Intent, Status},
    method::Method,
    numbers::Behaviour,
    refund::{Refund, RefundStatus},
    secret::secret_id,
    session::{Challenge, SetupSession, Subject},
};
use crate::{
    domain::method::MethodKind,
    storage::{db::Session, error::StorageError},
};

impl Sandbox {
    /// Carries out a command. A refusal leaves no trace: the caller ends the transaction.
    pub(super) async fn execute(
        &self,
        session: &mut Session,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<Answer, ApiError> {
        match command {
            Command::CreateCustomer { name, email, customer_id } => {
                let id = self.id("cus", now);
                let customer = Customer { id, name, email, customer_id, created_at: now };
                book::insert(session, &customer, now).await?;
                Ok(Answer::ok(&customer.to_json()))
            }
            Command::CreateSession { customer, kind, return_url, cancel_url } => {
                found::<Customer>(session, &customer, "customer").await?;
                let visit = SetupSession {
                    id: secret_id("seti", self.entropy()),
                    customer,
                    kind,
                    return_url,
                    cancel_url,
                    payment_method: None,
                    created_at: now,
                };
                book::insert(session, &visit, now).await?;
                Ok(Answer::ok(&visit.to_json(None, now, &self.setup_url(&visit.id))))
            }
            Command::CreateIntent(new) => self.create_intent(session, *new, now).await,
            Command::Confirm { intent } => self.confirm(session, &intent, now).await,
            Command::Cancel { intent } => self.cancel(session, &intent, now).await,
            Command::Refund { intent, amount } => self.refund(session, &intent, amount, now).await,
        }
    }

    async fn create_intent(
        &self,
        session: &mut Session,
        new: NewIntent,
        now: DateTime<Utc>,
    ) -> Result<Answer, ApiError> {
        let method: Method = found(session, &new.payment_method, "payment_method").await?;
        if method.customer != new.customer || method.kind != new.kind {
            return Err(Refusal::missing("payment_method").into());
        }
        let intent = Intent {
            id: self.id("pi", now),
            customer: new.customer,
            payment_method: method.id,
            kind: new.kind,
            last4: method.last4,
            amount: new.amount,
            currency: new.currency,
            surcharge: new.surcharge,
            payment_id: new.payment_id,
            description: new.description,
            return_url: new.return_url,
            status: Status::RequiresConfirmation,
            error: None,
            challenge: None,
            fee: None,
            expected_on: None,
            dispute: None,
            refunded: 0,
            created_at: now,
        };
        book::insert(session, &intent, now).await?;
        Ok(Answer::ok(&intent.to_json(self.public_url())))
    }

    async fn confirm(
        &self,
        session: &mut Session,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Answer, ApiError> {
        let mut intent = locked(session, id).await?;
        if intent.status == Status::RequiresConfirmation {
            let behaviour = behaviour_of(session, &intent).await?;
            let challenge = Challenge {
                id: secret_id("chal", self.entropy()),
                subject: Subject::Charge { intent: intent.id.clone() },
                last4: intent.last4.clone(),
            };
            let changes = charge::confirm(&mut intent, behaviour, &challenge.id, now);
            if intent.challenge.is_some() {
                book::insert(session, &challenge, now).await?;
            }
            self.record(session, &intent, changes, now).await?;
        }
        // Confirming again changes nothing: it is answered with what stands.
        let body = intent.to_json(self.public_url());
        Ok(match intent.status {
            Status::RequiresPaymentMethod => Answer::refused_charge(&body),
            Status::Canceled => Answer::wrong_state(&body, "The charge was cancelled."),
            _ => Answer::ok(&body),
        })
    }

    async fn cancel(
        &self,
        session: &mut Session,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Answer, ApiError> {
        let mut intent = locked(session, id).await?;
        let behaviour = behaviour_of(session, &intent).await?;
        let is_canceled = intent.status == Status::Canceled;
        let changes = charge::cancel(&mut intent, behaviour);
        let body = intent.to_json(self.public_url());
        match changes {
            Some(changes) => self.record(session, &intent, changes, now).await?,
            None if is_canceled => {}
            None => return Ok(Answer::wrong_state(&body, "It is too late to cancel the charge.")),
        }
        Ok(Answer::ok(&body))
    }

    async fn refund(
        &self,
        session: &mut Session,
        id: &str,
        amount: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<Answer, ApiError> {
        let mut intent = locked(session, id).await?;
        let left = intent.amount - intent.refunded;
        let amount = amount.unwrap_or(left);
        if intent.status != Status::Succeeded {
            let body = intent.to_json(self.public_url());
            return Ok(Answer::wrong_state(&body, "The charge has not succeeded."));
        }
        if intent.dispute.is_some() {
            return Err(Refusal::invalid("charge_disputed", "The money was taken back.").into());
        }
        if left == 0 {
            return Err(Refusal::invalid("charge_already_refunded", "All was given back.").into());
        }
        if amount > left {
            return Err(Refusal::invalid("amount_too_large", "More than what is left.").into());
        }
        let behaviour = behaviour_of(session, &intent).await?;
        let is_late = intent.kind == MethodKind::Bank || behaviour == Behaviour::RefundsLate;
        intent.refunded += amount;
        book::update(session, &intent).await?;
        let refund = Refund {
            id: self.id("re", now),
            intent: intent.id,
            amount,
            currency: intent.currency.code().to_ascii_lowercase(),
            status: if is_late { RefundStatus::Pending } else { RefundStatus::Succeeded },
            created_at: now,
        };
        book::insert(session, &refund, now).await?;
        let later = charge::after_banking_days(now, 2).1;
        if is_late {
            self.set_timer(session, &refund.id, Action::RefundSucceeds, later, now).await?;
        } else {
            self.announce_refund(session, &refund, EventKind::RefundSucceeded, now).await?;
        }
        if behaviour == Behaviour::RefundFails {
            self.set_timer(session, &refund.id, Action::RefundFails, later, now).await?;
        }
        Ok(Answer::ok(&refund.to_json()))
    }

    /// Writes what became of a charge, with its messages and timers.
    pub(super) async fn record(
        &self,
        session: &mut Session,
        intent: &Intent,
        changes: Changes,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        book::update(session, intent).await?;
        if changes.is_charged {
            book::insert_charge(session, intent, now).await?;
        }
        for (action, due_at) in changes.timers {
            self.set_timer(session, &intent.id, action, due_at, now).await?;
        }
        for kind in changes.events {
            let object = match (&intent.dispute, kind) {
                (Some(dispute), EventKind::DisputeFundsWithdrawn) => intent.dispute_json(dispute),
                _ => intent.to_json(self.public_url()),
            };
            self.announce(session, kind, &intent.id, &object, now).await?;
        }
        Ok(())
    }

    /// Queues a message about a refund.
    pub(super) async fn announce_refund(
        &self,
        session: &mut Session,
        refund: &Refund,
        kind: EventKind,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.announce(session, kind, &refund.intent, &refund.to_json(), now).await
    }

    async fn announce(
        &self,
        session: &mut Session,
        kind: EventKind,
        object_id: &str,
        object: &serde_json::Value,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let id = self.id("evt", now);
        let event = book::EventRow {
            body: event::body(&id, kind, object, now),
            id,
            kind: kind.as_str().to_owned(),
            object_id: object_id.to_owned(),
            tries: 0,
            last_status: None,
            first_try_at: None,
            next_try_at: Some(now),
            created_at: now,
        };
        book::insert_event(session, &event).await
    }

    async fn set_timer(
        &self,
        session: &mut Session,
        object_id: &str,
        action: Action,
        due_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let action = serde_json::to_string(&action)
            .map_err(|error| StorageError::Inconsistent(format!("a sandbox timer: {error}")))?;
        let id = self.id("tim", now);
        let timer = book::TimerRow { id, object_id: object_id.to_owned(), action, due_at };
        book::insert_timer(session, &timer).await
    }
}

/// A record that must be there.
async fn found<T: super::object::Object>(
    session: &mut Session,
    id: &str,
    what: &str,
) -> Result<T, ApiError> {
    book::find(session, id).await?.ok_or_else(|| Refusal::missing(what).into())
}

async fn locked(session: &mut Session, id: &str) -> Result<Intent, ApiError> {
    book::lock(session, id).await?.ok_or_else(|| Refusal::missing("payment_intent").into())
}

/// What the method of a charge does.
pub(super) async fn behaviour_of(
    session: &mut Session,
    intent: &Intent,
) -> Result<Behaviour, StorageError> {
    let method = book::find::<Method>(session, &intent.payment_method).await?;
    let missing = || StorageError::Inconsistent(format!("{} has no method", intent.id));
    method.map(|method| method.behaviour).ok_or_else(missing)
}
