//! Statements of account: mailed once a month to those who get them, or when somebody sends one
//! (product.md §2.8).

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        contact::MailKind,
        ids::{CustomerId, MessageId},
        statement::{
            STATEMENT_DAYS_LATE_MAX, STATEMENT_HOUR, StatementChoice, StatementSettings, month_key,
        },
    },
    email::{StatementAccount, StatementLine},
    services::{
        World,
        change::ChangeError,
        company::{self, Company},
        customers::sees,
        history,
        letters::{self, LetterRun},
        mail::{self, Letter, LetterKind, MailError},
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        customers::CustomerRow,
        invoices::{Billed, BilledInvoiceRow, InvoiceRow},
    },
    ui::format::money,
};

/// The kind of the job that mails the statements of a month.
pub const SEND_STATEMENTS: &str = "send_statements";

/// Customers that one run of the job sees to; the next run goes on behind them, so that other jobs
/// need not wait long.
const CUSTOMERS_PER_RUN: i64 = 50;

/// Most settled invoices that are looked at.
const SETTLED_MAX: i64 = 1000;

/// The day whose statements were last begun, in the installation's small values.
const DAY_KEY: &str = "statements_on";

/// The month whose statements were last begun, likewise.
const MONTH_KEY: &str = "statements_of";

/// Why no statement was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// There is no such customer, or whoever asks does not see it.
    #[error("not found")]
    NotFound,
    /// Nothing is open, and nothing was settled lately.
    #[error("there is nothing to say")]
    NothingToSay,
    /// No contact gets statements by their role.
    #[error("it would reach nobody")]
    Nobody,
    /// The message could not be made.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl From<StorageError> for SendError {
    fn from(error: StorageError) -> Self {
        Self::Mail(error.into())
    }
}

impl From<sqlx::Error> for SendError {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

/// The first day whose statements are still to be mailed. A month has one such day, however often it
/// is chosen anew.
///
/// # Errors
/// When the database fails.
pub async fn next(
    session: &mut Session,
    world: &World,
    company: &Company,
) -> Result<NaiveDate, StorageError> {
    let settings = company.receivables.statements;
    let mut next = settings.next(company.date_of(world.now()));
    let done = storage::app_state::find(session, MONTH_KEY).await?;
    if company.has_come(next, STATEMENT_HOUR, world.now()) || done == Some(month_key(next)) {
        let first = next.with_day(1).unwrap_or(next);
        next = settings.next(first + Months::new(1));
    }
    Ok(next)
}

/// What was due before the settings came into force is not made up for: the first statements are
/// those of a day that is still to come. The caller commits.
///
/// # Errors
/// When the database fails.
pub(super) async fn skip_past(
    session: &mut Session,
    world: &World,
    company: &Company,
) -> Result<(), StorageError> {
    let today = company.date_of(world.now());
    match company.receivables.statements.due(today) {
        Some(day) if company.has_come(day, STATEMENT_HOUR, world.now()) => {
            storage::app_state::update(session, DAY_KEY, &day.to_string()).await
        }
        _ => Ok(()),
    }
}

/// Changes when statements are mailed, and to whom by default, from the settings of a version.
///
/// # Errors
/// `Changed` when they are not of that version any more.
pub async fn change(
    world: &World,
    version: &str,
    after: StatementSettings,
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let was = company::hold(&mut session).await?;
    if company::version_of(&was.receivables.statements) != version {
        return Err(ChangeError::Changed);
    }
    if was.receivables.statements != after {
        let mut is = was.clone();
        is.receivables.statements = after;
        company::put(&mut session, world, &was, &is, actor).await?;
    }
    Ok(session.commit().await?)
}

/// Gives a customer a say of its own in whether it gets statements, or none. `before` is what it was
/// when it was read: what somebody else decided is not written over.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn choose(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    before: Option<StatementChoice>,
    after: Option<StatementChoice>,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    let now = world.now();
    if !storage::statements::update_choice(&mut session, id, before, after, now).await? {
        return Err(ChangeError::Changed);
    }
    let said = |own: Option<StatementChoice>| {
        history::facts([("statement", own.map_or("", StatementChoice::as_str))])
    };
    let kind = ActivityKind::ProfileChanged;
    match Activity::change(kind, &staff.actor(), said(before), said(after)) {
        Some(activity) => Ok(history::write_and_commit(session, world, id, &activity).await?),
        None => Ok(()),
    }
}

/// Begins to mail the statements of a day once its hour has come.
///
/// # Errors
/// When the database fails.
pub async fn turn_month(world: &World) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    let today = company.date_of(world.now());
    let Some(day) = company.receivables.statements.due(today) else { return Ok(()) };
    let key = day.to_string();
    if !company.has_come(day, STATEMENT_HOUR, world.now())
        || storage::app_state::find(&mut session, DAY_KEY).await?.as_deref() == Some(&*key)
    {
        return Ok(());
    }
    drop(session);
    let mut session = world.db.begin().await?;
    storage::app_state::update(&mut session, DAY_KEY, &key).await?;
    storage::app_state::update(&mut session, MONTH_KEY, &month_key(day)).await?;
    LetterRun { day, after: None }.hand_over(&mut session, world, SEND_STATEMENTS).await?;
    Ok(session.commit().await?)
}

/// Mails the statements of some customers and has the rest seen to by another run. Running it again
/// is harmless: each customer's month is noted with what was sent.
///
/// # Errors
/// When the database fails.
pub async fn send_some(world: &World, portal_url: &str, job: &LetterRun) -> Result<(), MailError> {
    let month = month_key(job.day);
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    let settings = company.receivables.statements;
    let late = company.date_of(world.now()) - job.day;
    if !settings.is_on || late.num_days() > STATEMENT_DAYS_LATE_MAX {
        return Ok(());
    }
    let everybody = settings.for_everybody;
    let ids =
        storage::statements::all_due(&mut session, &month, everybody, job.after, CUSTOMERS_PER_RUN)
            .await?;
    drop(session);
    for id in &ids {
        let done = send_monthly(world, &company, portal_url, *id, &month).await;
        letters::unless_broken(*id, done)?;
    }
    let is_last = i64::try_from(ids.len()).is_ok_and(|count| count < CUSTOMERS_PER_RUN);
    if let (false, Some(last)) = (is_last, ids.last()) {
        job.go_on(world, SEND_STATEMENTS, *last).await?;
    }
    Ok(())
}

/// Sees to one customer's statement of a month, once.
async fn send_monthly(
    world: &World,
    company: &Company,
    portal_url: &str,
    id: CustomerId,
    month: &str,
) -> Result<(), MailError> {
    let mut session = world.db.begin().await?;
    if !storage::statements::update_month(&mut session, id, month).await? {
        return Ok(());
    }
    // Whether it gets one may have been decided otherwise since the list was made.
    let customer = storage::customers::find(&mut session, id).await?;
    let customer =
        customer.filter(|row| company.receivables.statements.reach(row.statement_choice));
    if let Some(customer) = customer {
        let occasion = format!("{id}:{month}");
        let asked = Asked { customer: &customer, portal_url, occasion, actor: "system" };
        match send(&mut session, world, company, asked).await {
            Ok(_) | Err(SendError::NotFound | SendError::NothingToSay) => {}
            Err(SendError::Nobody) => {
                let after = history::facts([("message", "statement")]);
                let activity = Activity::new(ActivityKind::Message, "system", after);
                history::write(&mut session, world, id, &activity).await?;
            }
            Err(SendError::Mail(error)) => return Err(error),
        }
        session.announce(id);
    }
    session.commit().await?;
    Ok(())
}

/// Sends a customer's statement as of today, whether it gets them by itself or not, and says to whom
/// it went.
///
/// # Errors
/// `NotFound`, `NothingToSay`, `Nobody`.
pub async fn send_now(
    world: &World,
    staff: &Staff,
    portal_url: &str,
    id: CustomerId,
) -> Result<Vec<String>, SendError> {
    let mut session = world.db.begin().await?;
    let customer = storage::customers::find_seen(&mut session, id, staff.sight()).await?;
    let customer = customer.ok_or(SendError::NotFound)?;
    let company = company::load(&mut session).await?;
    let occasion = world.new_id::<MessageId>().to_string();
    let actor = staff.actor();
    let asked = Asked { customer: &customer, portal_url, occasion, actor: &actor };
    let reached = send(&mut session, world, &company, asked).await?;
    session.announce(id);
    session.commit().await?;
    Ok(reached)
}

/// A statement that is to be sent.
struct Asked<'a> {
    customer: &'a CustomerRow,
    portal_url: &'a str,
    occasion: String,
    actor: &'a str,
}

async fn send(
    session: &mut Session,
    world: &World,
    company: &Company,
    asked: Asked<'_>,
) -> Result<Vec<String>, SendError> {
    let Asked { customer, portal_url, occasion, actor } = asked;
    let (accounts, listed) = accounts(session, world, company, customer.id).await?;
    if accounts.is_empty() {
        return Err(SendError::NothingToSay);
    }
    let readers = letters::readers(session, customer.id, MailKind::Statement).await?;
    if readers.is_empty() {
        return Err(SendError::Nobody);
    }
    let about = (customer, listed.as_slice());
    let ways = letters::ways(session, world, company, about, portal_url, actor).await?;
    let told = ways.links.told.iter().map(|(whose, _)| *whose);
    history::hold_all(session, told.chain([customer.id])).await?;
    let kind = LetterKind::Statement;
    let letter = Letter { kind, customer, accounts, ways: &ways, occasion, actor };
    for to in &readers {
        mail::letter(session, world, company, &letter, to).await?;
    }
    history::write_all(session, world, ways.links.told).await?;
    Ok(readers.into_iter().map(|to| to.email).collect())
}

/// What a customer is to pay, for itself and others, and what was settled lately; nothing when there
/// is neither. With it, the open invoices that are listed.
async fn accounts(
    session: &mut Session,
    world: &World,
    company: &Company,
    id: CustomerId,
) -> Result<(Vec<StatementAccount>, Vec<InvoiceRow>), StorageError> {
    let today = company.date_of(world.now());
    let billed = Billed::to(id);
    let open = storage::invoices::all_open(session, billed).await?;
    let since = today - TimeDelta::days(i64::from(company.receivables.statements.paid_days));
    let mut settled = storage::invoices::all_settled(session, billed, SETTLED_MAX).await?;
    settled.retain(|row| {
        let row = &row.invoice;
        let is_new = row.settled_on.is_some_and(|on| on >= since);
        is_new && row.voided_on.is_none() && row.total_minor > 0
    });
    let sums = storage::invoices::all_sums_of(session, billed, &open, today).await?;
    let mut currencies: Vec<_> = sums.iter().map(|sum| sum.currency).collect();
    for row in &settled {
        if !currencies.contains(&row.invoice.currency) {
            currencies.push(row.invoice.currency);
        }
    }
    let account = |currency| {
        let sum = sums.iter().find(|sum| sum.currency == currency);
        let lines = |rows: &[BilledInvoiceRow]| -> Vec<StatementLine> {
            let own = rows.iter().filter(|row| row.invoice.currency == currency);
            own.take(letters::LINES_MAX).map(|row| letters::line(row, id, today)).collect()
        };
        let (open, paid) = (lines(&open), lines(&settled));
        let amount = |minor| money(minor, currency.code());
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let all_paid = settled.iter().filter(|row| row.invoice.currency == currency).count();
        StatementAccount {
            outstanding: amount(sum.map_or(0, |sum| sum.balance_minor)),
            overdue: sum
                .map(|sum| sum.overdue_minor)
                .filter(|minor| *minor > 0)
                .map(amount)
                .unwrap_or_default(),
            more_open: sum.map_or(0, |sum| sum.invoices) - count(open.len()),
            open,
            more_paid: count(all_paid - paid.len()),
            paid,
        }
    };
    let listed = letters::listed(&open);
    Ok((currencies.into_iter().map(account).collect(), listed))
}
