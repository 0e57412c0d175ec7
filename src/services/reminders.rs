//! Reminders: each morning the steps of workflows whose day has come are seen to, once for each
//! invoice (product.md §2.6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        contact::MailKind,
        ids::{CustomerId, StepId},
        receivables::DefaultWorkflow,
        workflow::{REMINDER_HOUR, Tone, may_remind},
    },
    email::{StatementAccount, StatementLine},
    services::{
        World,
        company::{self, Company},
        history,
        letters::{self, LetterRun, Ways},
        mail::{self, Letter, LetterKind, MailError},
    },
    storage::{
        self, Session, StorageError, contacts::ContactRow, customers::CustomerRow,
        invoices::BilledInvoiceRow, reminders::DueRow, workflows::StepRow,
    },
    ui::format::money,
};

/// The kind of the job that mails the reminders of a day.
pub const SEND_REMINDERS: &str = "send_reminders";

/// Customers that one run of the job sees to; the next run goes on behind them, so that other jobs
/// need not wait long.
const CUSTOMERS_PER_RUN: usize = 50;

/// The day whose reminders were last begun, in the installation's small values.
const DAY_KEY: &str = "reminders_on";

/// Begins to mail the reminders of a day once its hour has come.
///
/// # Errors
/// When the database fails.
pub async fn turn_day(world: &World) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    let day = company.date_of(world.now());
    let key = day.to_string();
    if !company.has_come(day, REMINDER_HOUR, world.now())
        || storage::app_state::find(&mut session, DAY_KEY).await?.as_deref() == Some(&*key)
    {
        return Ok(());
    }
    drop(session);
    let mut session = world.db.begin().await?;
    storage::app_state::update(&mut session, DAY_KEY, &key).await?;
    LetterRun { day, after: None }.hand_over(&mut session, world, SEND_REMINDERS).await?;
    Ok(session.commit().await?)
}

/// Mails the reminders of some customers and has the rest seen to by another run. Running it again
/// is harmless: each step of an invoice is noted with what was sent.
///
/// # Errors
/// When the database fails.
pub async fn send_some(world: &World, portal_url: &str, job: &LetterRun) -> Result<(), MailError> {
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    if job.day < company.date_of(world.now()) {
        // It came to rest half-way. The steps that were left are today's: their windows are of days.
        return Ok(());
    }
    let usual = company.receivables.workflow;
    let used = storage::workflows::all_used(&mut session).await?;
    let mut steps = storage::workflows::all_steps(&mut session).await?;
    steps.retain(|step| {
        used.contains_key(&step.workflow_id)
            || usual.is_some_and(|usual| usual.id == step.workflow_id)
    });
    let mut payers: BTreeSet<CustomerId> = BTreeSet::new();
    let limit = i64::try_from(CUSTOMERS_PER_RUN + 1).unwrap_or(i64::MAX);
    for step in &steps {
        let found = storage::reminders::all_payers(
            &mut session,
            step.workflow_id,
            usual.is_some_and(|usual| usual.id == step.workflow_id),
            step.step().window(job.day),
            job.after,
            limit,
        )
        .await?;
        payers.extend(found);
    }
    drop(session);
    let now: Vec<CustomerId> = payers.iter().copied().take(CUSTOMERS_PER_RUN).collect();
    for id in &now {
        let remind = Remind { world, company: &company, portal_url, today: job.day };
        letters::unless_broken(*id, remind.one(*id, &steps).await)?;
    }
    if let (true, Some(last)) = (payers.len() > now.len(), now.last()) {
        job.go_on(world, SEND_REMINDERS, *last).await?;
    }
    Ok(())
}

/// The first day on which a customer's workflow counts, and its steps: its own, or the company's.
fn own_steps<'a>(
    customer: &CustomerRow,
    usual: Option<DefaultWorkflow>,
    steps: &'a [StepRow],
) -> (Option<NaiveDate>, Vec<&'a StepRow>) {
    let (id, since) = match (customer.workflow_id, usual) {
        (Some(own), _) => (own, customer.workflow_since),
        (None, Some(usual)) => (usual.id, customer.workflow_since.max(Some(usual.since))),
        (None, None) => return (None, Vec::new()),
    };
    (since, steps.iter().filter(|step| step.workflow_id == id).collect())
}

/// What reminders of a day need.
struct Remind<'a> {
    world: &'a World,
    company: &'a Company,
    portal_url: &'a str,
    today: NaiveDate,
}

impl Remind<'_> {
    /// Sees to the steps of everything that one customer pays.
    async fn one(&self, id: CustomerId, steps: &[StepRow]) -> Result<(), MailError> {
        let mut session = self.world.db.begin().await?;
        // Held until what follows is written: two at once would send the same letters.
        let customer = storage::profiles::lock(&mut session, id).await?;
        let Some(customer) = customer else { return Ok(()) };
        let letters = self.letters(&mut session, &customer, steps).await?;
        if letters.is_empty() {
            session.commit().await?;
            return Ok(());
        }
        let readers = letters::readers(&mut session, id, MailKind::Reminder).await?;
        // Links come before histories: whoever pays by one takes them in that order too.
        let ways = match readers.is_empty() {
            true => Ways::default(),
            false => self.ways(&mut session, &customer, &letters).await?,
        };
        let buyers = letters.values().flatten().map(|row| row.invoice.customer_id);
        history::hold_all(&mut session, buyers.chain([id])).await?;
        if readers.is_empty() {
            let after = history::facts([("message", "reminder")]);
            let activity = Activity::new(ActivityKind::Message, "system", after);
            history::write(&mut session, self.world, id, &activity).await?;
        }
        for (tone, rows) in letters {
            if !readers.is_empty() {
                self.send(&mut session, (&customer, &readers), &ways, tone, rows).await?;
            }
        }
        history::write_all(&mut session, self.world, ways.links.told).await?;
        session.announce(id);
        session.commit().await?;
        Ok(())
    }

    /// Notes the steps that are seen to, and finds what is to be written in which tone: of several
    /// steps of an invoice the sternest counts.
    async fn letters(
        &self,
        session: &mut Session,
        customer: &CustomerRow,
        steps: &[StepRow],
    ) -> Result<BTreeMap<Tone, Vec<BilledInvoiceRow>>, StorageError> {
        let (since, steps) = own_steps(customer, self.company.receivables.workflow, steps);
        let mut found: BTreeMap<_, (Tone, BilledInvoiceRow, Vec<StepId>)> = BTreeMap::new();
        for row in steps {
            let window = row.step().window(self.today);
            let due = storage::reminders::all_due(session, customer.id, row.id, window).await?;
            for DueRow { invoice, expected, buyer } in due {
                let day = row.step().day(invoice.due_on);
                let has_passed = since.is_some_and(|since| day < since) || day < row.since;
                // What a payment on its way leaves open is reminded of all the same.
                let is_being_paid = invoice.reserved_minor >= invoice.balance_minor;
                let grace_days = self.company.receivables.promise_grace_days;
                if has_passed
                    || is_being_paid
                    || !may_remind(
                        &expected.expectation(),
                        invoice.is_disputed,
                        grace_days,
                        self.today,
                    )
                {
                    continue;
                }
                let key = (invoice.due_on, invoice.id);
                let billed = BilledInvoiceRow { invoice, buyer };
                let entry = found.entry(key).or_insert((row.tone, billed, Vec::new()));
                entry.0 = entry.0.max(row.tone);
                entry.2.push(row.id);
            }
        }
        let mut letters: BTreeMap<Tone, Vec<BilledInvoiceRow>> = BTreeMap::new();
        for (_, (tone, row, ids)) in found {
            for id in ids {
                storage::reminders::insert_once(session, row.invoice.id, id, self.today).await?;
            }
            letters.entry(tone).or_default().push(row);
        }
        Ok(letters)
    }

    /// How the customer comes to the invoices of its letters.
    async fn ways(
        &self,
        session: &mut Session,
        customer: &CustomerRow,
        letters: &BTreeMap<Tone, Vec<BilledInvoiceRow>>,
    ) -> Result<Ways, StorageError> {
        let listed: Vec<_> = letters.values().flat_map(letters::listed).collect();
        let about = (customer, listed.as_slice());
        letters::ways(session, self.world, self.company, about, self.portal_url, "system").await
    }

    async fn send(
        &self,
        session: &mut Session,
        (customer, readers): (&CustomerRow, &[ContactRow]),
        ways: &Ways,
        tone: Tone,
        rows: Vec<BilledInvoiceRow>,
    ) -> Result<(), MailError> {
        let accounts = accounts(&rows, customer.id, self.today);
        let first = rows.first().map(|row| row.invoice.id.to_string()).unwrap_or_default();
        let occasion = format!("{}:{}:{}:{first}", customer.id, self.today, tone.as_str());
        let letter = Letter {
            kind: LetterKind::Reminder(tone, rows.len()),
            customer,
            accounts,
            ways,
            occasion,
            actor: "system",
        };
        for to in readers {
            mail::letter(session, self.world, self.company, &letter, to).await?;
        }
        let to = readers.iter().map(|reader| reader.email.as_str()).collect::<Vec<_>>().join(", ");
        let told = rows.into_iter().map(|BilledInvoiceRow { invoice, .. }| {
            let after =
                history::facts([("message", "reminder"), ("to", &to), ("tone", tone.as_str())]);
            let activity = Activity::new(ActivityKind::Message, "system", after);
            (invoice.customer_id, Activity { invoice_id: Some(invoice.id), ..activity })
        });
        history::write_all(session, self.world, told.collect()).await?;
        Ok(())
    }
}

/// What a letter lists, by currency: what is still to be paid, without what is on its way.
fn accounts(
    rows: &[BilledInvoiceRow],
    payer: CustomerId,
    today: NaiveDate,
) -> Vec<StatementAccount> {
    let mut by_currency: BTreeMap<&str, Vec<&BilledInvoiceRow>> = BTreeMap::new();
    for row in rows {
        by_currency.entry(row.invoice.currency.code()).or_default().push(row);
    }
    let account = |(code, rows): (&str, Vec<&BilledInvoiceRow>)| {
        let to_pay = |row: &BilledInvoiceRow| row.invoice.item().payable();
        let open = rows.iter().copied().map(to_pay).sum();
        let line = |row: &&BilledInvoiceRow| StatementLine {
            amount: money(to_pay(row), code),
            ..letters::line(row, payer, today)
        };
        let lines: Vec<_> = rows.iter().take(letters::LINES_MAX).map(line).collect();
        StatementAccount {
            outstanding: money(open, code),
            overdue: String::new(),
            more_open: i64::try_from(rows.len() - lines.len()).unwrap_or(i64::MAX),
            open: lines,
            paid: Vec::new(),
            more_paid: 0,
        }
    };
    by_currency.into_iter().map(account).collect()
}
