//! What is known of a customer's enrolment, and what follows for its invoices.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{
    domain::{
        autopay::{
            AttemptState, AutopayFacts, AutopayHold, AutopayPrice, AutopayStep, AutopayTerms,
            EnrolmentState, InvoiceDays, SETTLED, Tried, charge_day, decide,
        },
        ids::{AttemptId, InvoiceId},
        method::MethodKind,
        money::{Currency, Rate},
        payment_override::PortalAccess,
        quote::{Quote, QuoteError},
    },
    services::{
        World,
        company::{self, Company},
        quotes::price_within,
    },
    storage::{
        self, Session, StorageError,
        autopay::{AttemptRow, CandidateRow, EnrolmentRow},
        credits::CreditRow,
        customers::CustomerRow,
        invoices::Billed,
        methods::MethodRow,
        quotes::QuoteRow,
    },
};

/// An enrolment with everything that decides about its invoices.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The enrolment.
    pub enrolment: EnrolmentRow,
    /// Who pays.
    pub customer: CustomerRow,
    /// With what.
    pub method: MethodRow,
    /// The seller, with the rules that count for the customer.
    pub company: Company,
    /// What the portal is to the customer.
    pub access: PortalAccess,
    /// The seller's date.
    pub today: NaiveDate,
    /// Open invoices, the oldest due first.
    pub candidates: Vec<CandidateRow>,
    attempts: HashMap<InvoiceId, Vec<AttemptRow>>,
    credits: Vec<CreditRow>,
}

/// An invoice and the day on which it will be charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCharge {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub number: String,
    /// Its currency.
    pub currency: Currency,
    /// What is open on it, in minor units.
    pub payable: i64,
    /// The day; none while it waits for the payer.
    pub on: Option<NaiveDate>,
    /// What charging it then comes to, in minor units, before credits are used.
    pub minor: Option<i64>,
    /// Why it waits.
    pub hold: Option<AutopayHold>,
}

impl Plan {
    /// Reads it: for everything open, or for one invoice.
    ///
    /// # Errors
    /// When the database fails, or what the enrolment names is gone.
    pub async fn read(
        session: &mut Session,
        world: &World,
        enrolment: EnrolmentRow,
        only: Option<InvoiceId>,
    ) -> Result<Self, StorageError> {
        let id = enrolment.customer_id;
        let gone = |what: &str| {
            StorageError::Inconsistent(format!("enrolment {}: {what} is gone", enrolment.id))
        };
        let customer = storage::customers::find(session, id).await?;
        let customer = customer.ok_or_else(|| gone("customer"))?;
        let method = storage::methods::find(session, enrolment.method_id).await?;
        let method = method.ok_or_else(|| gone("method"))?;
        let mut company = company::load(session).await?;
        let access = company.grant(&customer.payment_overrides, world.now())?;
        let today = company.date_of(world.now());
        let candidates = storage::autopay::all_candidates(session, id, only).await?;
        let mut attempts: HashMap<InvoiceId, Vec<AttemptRow>> = HashMap::new();
        let rows = match only {
            Some(invoice_id) => storage::autopay::all_attempts_of(session, invoice_id).await?,
            None => storage::autopay::all_attempts(session, id).await?,
        };
        for row in rows {
            attempts.entry(row.invoice_id).or_default().push(row);
        }
        let credits = match enrolment.use_credits {
            true => storage::credits::all_open(session, Billed::to(id)).await?,
            false => Vec::new(),
        };
        Ok(Self {
            enrolment,
            customer,
            method,
            company,
            access,
            today,
            candidates,
            attempts,
            credits,
        })
    }

    /// What was agreed to.
    pub fn terms(&self) -> AutopayTerms {
        let EnrolmentRow { timing, ceiling_minor, is_business, .. } = self.enrolment;
        AutopayTerms { kind: self.method.kind, timing, ceiling: ceiling_minor, is_business }
    }

    /// The highest surcharge that was told.
    pub fn surcharge_max(&self) -> Rate {
        Rate::from_ppm(u32::try_from(self.enrolment.surcharge_ppm).unwrap_or(0))
    }

    /// What is done about an invoice today.
    pub fn step(&self, row: &CandidateRow) -> AutopayStep {
        decide(&self.facts(row), &self.terms(), self.today, |day| self.price(row, day))
    }

    fn facts(&self, row: &CandidateRow) -> AutopayFacts {
        let invoice = &row.invoice;
        let days = InvoiceDays {
            issued_on: invoice.issued_on,
            discount_until: invoice.discount().map(|offer| offer.until),
            due_on: invoice.due_on,
            appeared_on: self.company.date_of(row.created_at),
        };
        let credits = self.credits_of(row).map(left_of).sum();
        AutopayFacts {
            is_active: self.enrolment.state == EnrolmentState::Active,
            takes_payments: self.company.policy.enabled,
            payable: invoice.item().payable(),
            reserved: invoice.reserved_minor,
            is_disputed: invoice.is_disputed,
            expected: row.expected.expectation(),
            grace_days: self.company.receivables.promise_grace_days,
            day: charge_day(self.enrolment.timing, &days, &self.enrolment.days()),
            tried: self.tried(invoice.id),
            method: self.method_hold(),
            credits,
            ceiling_fits: self.enrolment.ceiling_minor.is_none()
                || self.enrolment.currency == invoice.currency,
            is_taken_back: row.is_taken_back,
            was_held: self.was_held(invoice.id),
            presented: self.presented(invoice.id),
        }
    }

    /// What keeps the method from being used.
    pub fn method_hold(&self) -> Option<AutopayHold> {
        if self.method.state != "active" {
            return Some(AutopayHold::MethodGone);
        }
        let is_over = self.method.expires_on.is_some_and(|day| day < self.today);
        is_over.then_some(AutopayHold::CardExpired)
    }

    /// The tries of an invoice under whatever enrolment, the earliest first.
    pub fn attempts_of(&self, id: InvoiceId) -> &[AttemptRow] {
        self.attempts.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The try of which the payer was told.
    pub fn planned(&self, id: InvoiceId) -> Option<&AttemptRow> {
        let is_planned = |row: &&AttemptRow| {
            row.state == AttemptState::Planned && row.enrolment_id == self.enrolment.id
        };
        self.attempts_of(id).iter().find(is_planned)
    }

    fn tried(&self, id: InvoiceId) -> Tried {
        let rows = self.attempts_of(id);
        let has = |state| rows.iter().any(|row: &AttemptRow| row.state == state);
        if has(AttemptState::Sent) {
            return Tried::Sent;
        }
        // What was paid once and is open again was given back by somebody: not a machine's to take.
        if has(AttemptState::Paid) || rows.iter().any(|row| row.reason == SETTLED) {
            return Tried::Done;
        }
        if let Some(row) = self.planned(id) {
            return Tried::Planned { charge_on: row.charge_on, minor: row.notified_minor };
        }
        // What failed before these terms were agreed to, the payer knew when they agreed.
        let counts = |row: &AttemptRow| {
            row.enrolment_id == self.enrolment.id || row.updated_at >= self.enrolment.created_at
        };
        let has_failed = rows.iter().any(|row| row.state == AttemptState::Failed && counts(row));
        if has_failed { Tried::Done } else { Tried::Not }
    }

    fn own(&self, id: InvoiceId) -> impl DoubleEndedIterator<Item = &AttemptRow> {
        let is_own = |row: &&AttemptRow| row.enrolment_id == self.enrolment.id;
        self.attempts_of(id).iter().filter(is_own)
    }

    /// Whether the payer was told last that the invoice is not charged.
    fn was_held(&self, id: InvoiceId) -> bool {
        self.own(id).next_back().is_some_and(|row| {
            row.state == AttemptState::Dropped && AutopayHold::from_word(&row.reason).is_some()
        })
    }

    /// The amount for which a debit that came back is planned to be presented again.
    fn presented(&self, id: InvoiceId) -> Option<i64> {
        let planned = self.planned(id).filter(|_| self.method.kind == MethodKind::Bank)?;
        let came_back = |row: &AttemptRow| {
            row.cycle_no == planned.cycle_no && row.state == AttemptState::Failed
        };
        self.own(id).any(came_back).then_some(planned.notified_minor)
    }

    /// Credits that may be used on an invoice, the oldest first: the payer's own and those of whoever
    /// bought.
    pub fn credits_of<'a>(
        &'a self,
        row: &'a CandidateRow,
    ) -> impl Iterator<Item = &'a CreditRow> + 'a {
        let owners = [self.customer.id, row.invoice.customer_id];
        self.credits.iter().filter(move |credit| {
            credit.currency == row.invoice.currency
                && owners.contains(&credit.customer_id)
                && left_of(credit) > 0
        })
    }

    fn price(&self, row: &CandidateRow, day: NaiveDate) -> Result<AutopayPrice, AutopayHold> {
        let quote = self.quote(row, day).map_err(|error| {
            let is_bank = self.method.kind == MethodKind::Bank;
            match error {
                QuoteError::MethodNotAccepted(_)
                    if is_bank && row.invoice.currency != Currency::USD =>
                {
                    AutopayHold::Currency
                }
                _ => AutopayHold::NotAccepted,
            }
        })?;
        let closing = row.invoice.item().closing(day).map_err(|_| AutopayHold::NotAccepted)?;
        Ok(AutopayPrice { charge: quote.charge(), closing })
    }

    fn quote(&self, row: &CandidateRow, day: NaiveDate) -> Result<Quote, QuoteError> {
        let who = (&self.company.policy, &self.customer);
        let items = vec![row.invoice.item()];
        price_within(who, items, Some(&self.method), day, Some(self.surcharge_max()))
    }

    /// What will be charged, the next first; behind it what waits for the payer.
    pub fn charges(&self) -> Vec<PlannedCharge> {
        let mut charges: Vec<PlannedCharge> = Vec::new();
        for row in &self.candidates {
            let step = self.step(row);
            let (on, hold) = match step {
                AutopayStep::Hold(hold) => (None, Some(hold)),
                step => (step.day(self.today), None),
            };
            if on.is_none() && hold.is_none() {
                continue;
            }
            charges.push(PlannedCharge {
                invoice_id: row.invoice.id,
                number: row.invoice.number.clone(),
                currency: row.invoice.currency,
                payable: row.invoice.item().payable(),
                on,
                minor: on.and_then(|day| self.price(row, day).ok()).map(|price| price.charge),
                hold,
            });
        }
        charges.sort_by_key(|charge| charge.on.unwrap_or(NaiveDate::MAX));
        charges
    }
}

/// What can be used of a credit.
pub(super) const fn left_of(credit: &CreditRow) -> i64 {
    credit.remaining_minor - credit.reserved_minor
}

/// A try whose enrolment is held until the transaction ends.
#[derive(Clone, Debug)]
pub struct Agreed {
    enrolment: EnrolmentRow,
    attempt: AttemptRow,
}

/// Holds a try and its enrolment; none when there is no such try.
///
/// # Errors
/// When the database fails.
pub async fn hold(session: &mut Session, id: AttemptId) -> Result<Option<Agreed>, StorageError> {
    let Some(found) = storage::autopay::find_attempt(session, id).await? else { return Ok(None) };
    let enrolment = storage::autopay::lock(session, found.enrolment_id).await?;
    let attempt = storage::autopay::lock_attempt(session, id).await?;
    Ok(enrolment.zip(attempt).map(|(enrolment, attempt)| Agreed { enrolment, attempt }))
}

impl Agreed {
    /// The highest surcharge that was told.
    pub fn surcharge_max(&self) -> Rate {
        Rate::from_ppm(u32::try_from(self.enrolment.surcharge_ppm).unwrap_or(0))
    }

    /// Whether a price may be charged now: everything is asked again, with the enrolment, the try and
    /// the invoice held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn allows(
        &self,
        session: &mut Session,
        world: &World,
        row: &QuoteRow,
        quote: &Quote,
    ) -> Result<bool, StorageError> {
        let Self { enrolment, attempt } = self;
        let is_of_it = attempt.state == AttemptState::Planned
            && attempt.quote_id == Some(row.id)
            && row.customer_id == enrolment.customer_id
            && row.method_id == enrolment.method_id
            && quote.lines.len() == 1
            && quote.lines.iter().all(|line| line.invoice_id == attempt.invoice_id);
        if !is_of_it {
            return Ok(false);
        }
        let only = Some(attempt.invoice_id);
        let plan = Plan::read(session, world, enrolment.clone(), only).await?;
        let is_charged = |row: &CandidateRow| plan.step(row) == AutopayStep::Charge(quote.charge());
        Ok(plan.candidates.iter().any(is_charged) && quote.charge() <= attempt.notified_minor)
    }
}
