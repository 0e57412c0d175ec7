//! Promises to pay: taking and cancelling them, and what becomes of them as money comes or their day
//! passes (product.md §2.5).
//!
//! An invoice is *Promised* by its open promise: whoever decides otherwise takes it out of that. Invoices
//! are locked before their promise, in the order of their ids, so that nobody waits for each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, Timelike};

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        expectation::{Decision, Expectation, ExpectationStatus, may_follow},
        form::Problem,
        ids::{CustomerId, InvoiceId, PromiseId},
        notification::NotificationKind,
        permission::Sight,
        promise::{PromiseForm, PromiseStatus, PromiseTerms, Standing, first_day, last_day},
        task::TaskKind,
    },
    services::{
        World,
        change::{ChangeError, invalid},
        company,
        customers::sees,
        expectations::{self, Everybody},
        history, mail,
        notifications::{self, Event, recipient_sees},
        staff::Staff,
        tasks::{self, MORNING_HOUR},
    },
    storage::{
        self, Session, StorageError,
        expectations::ExpectationRow,
        notifications::RecipientRow,
        promises::{PromiseLineRow, PromiseRow},
        tasks::TaskRow,
    },
    ui::{format::money, text},
};

/// Promises that are looked at in one go.
const SETTLED_MAX: i64 = 500;

/// Promises that are said to be due in one go.
const DUE_MAX: i64 = 1_000;

/// Rows for histories, written together once everything else is.
type Told = Vec<(CustomerId, Activity)>;

/// Takes a promise at a customer, on open invoices that it bought or is to pay: they are *Promised* for
/// its day from now on.
///
/// # Errors
/// `NotFound`; `Invalid`, with `invoices.ID` for an invoice that is in another open promise
/// (`AlreadyUsed`) or is not to be promised here (`NotAChoice`); `Changed` when somebody decided
/// otherwise on one of them since it was read.
pub async fn record(
    world: &World,
    staff: &Staff,
    customer_id: CustomerId,
    form: &PromiseForm,
) -> Result<PromiseId, ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(ChangeError::NotFound);
    }
    let today = company::load(&mut session).await?.date_of(world.now());
    let chosen = form.chosen().map_err(ChangeError::Invalid)?;
    let rows = lock_chosen(&mut session, staff, customer_id, &chosen).await?;
    let first = rows.first().ok_or_else(|| invalid("invoices", Problem::Required))?;
    if rows.iter().any(|row| row.currency != first.currency) {
        return Err(invalid("invoices", Problem::Ambiguous));
    }
    let open = rows.iter().fold(0_i64, |sum, row| sum.saturating_add(row.balance_minor));
    let amount_minor = form.amount(first.currency, open).map_err(ChangeError::Invalid)?;
    let PromiseTerms { promised_on, channel, note } =
        form.terms(today).map_err(ChangeError::Invalid)?;
    let promise = PromiseRow {
        customer_id,
        amount_minor,
        channel: channel.as_str().to_owned(),
        note,
        ..blank(world, staff, first, promised_on)
    };
    let mut told = Told::new();
    add(&mut session, staff, &promise, &rows.iter().collect::<Vec<_>>(), &mut told).await?;
    let after = Expectation::plain(ExpectationStatus::Promised, Some(promised_on));
    for row in &rows {
        let news = expectations::change(&mut session, world, row, &after, &staff.actor()).await?;
        told.extend(news);
    }
    history::write_all(&mut session, world, told).await?;
    session.commit().await?;
    Ok(promise.id)
}

/// Locks the invoices that were chosen for a promise, where all of them may be promised.
async fn lock_chosen(
    session: &mut Session,
    staff: &Staff,
    customer_id: CustomerId,
    chosen: &BTreeMap<InvoiceId, i64>,
) -> Result<Vec<ExpectationRow>, ChangeError> {
    let promised = Decision::Said(Expectation::plain(ExpectationStatus::Promised, None));
    let of = |id: &InvoiceId, problem| invalid(&format!("invoices.{id}"), problem);
    let mut rows = Vec::with_capacity(chosen.len());
    let mut buyers = BTreeSet::new();
    for id in chosen.keys() {
        let row = storage::expectations::lock(session, *id).await?;
        let row = row.ok_or_else(|| of(id, Problem::NotAChoice))?;
        if !buyers.contains(&row.customer_id) {
            let buyer = storage::customers::find_seen(session, row.customer_id, staff.sight());
            let buyer = buyer.await?.ok_or_else(|| of(id, Problem::NotAChoice))?;
            if ![buyer.id, buyer.bill_to_id].contains(&customer_id) {
                return Err(of(id, Problem::NotAChoice));
            }
            buyers.insert(buyer.id);
        }
        if row.balance_minor <= 0 || !may_follow(row.columns.expectation, &promised) {
            return Err(of(id, Problem::NotAChoice));
        }
        rows.push(row);
    }
    let ids: Vec<InvoiceId> = chosen.keys().copied().collect();
    if let Some((id, _)) = storage::promises::all_open_of(session, &ids).await?.first() {
        return Err(of(id, Problem::AlreadyUsed));
    }
    let is_as_read = |row: &ExpectationRow| {
        chosen.get(&row.id).is_some_and(|version| *version == row.columns.expectation_version)
    };
    if rows.iter().all(is_as_read) { Ok(rows) } else { Err(ChangeError::Changed) }
}

/// An open promise of everything on one invoice, of which nobody said how it was given.
fn blank(
    world: &World,
    staff: &Staff,
    invoice: &ExpectationRow,
    promised_on: NaiveDate,
) -> PromiseRow {
    PromiseRow {
        id: world.new_id(),
        customer_id: invoice.customer_id,
        currency: invoice.currency,
        amount_minor: invoice.balance_minor,
        promised_on,
        channel: String::new(),
        note: String::new(),
        status: PromiseStatus::Open,
        paid_minor: 0,
        taken_by: staff.id,
        version: 1,
        created_at: world.now(),
        closed_at: None,
        told_on: None,
    }
}

/// Adds a promise on invoices that are locked.
async fn add(
    session: &mut Session,
    staff: &Staff,
    promise: &PromiseRow,
    rows: &[&ExpectationRow],
    told: &mut Told,
) -> Result<(), StorageError> {
    let invoices: Vec<(InvoiceId, i64)> =
        rows.iter().map(|row| (row.id, row.balance_minor)).collect();
    storage::promises::insert(session, promise, &invoices).await?;
    let mut named = rows.to_vec();
    named.sort_by_key(|row| (row.due_on, row.number.as_str()));
    let mut facts = about(promise, named.iter().map(|row| (row.customer_id, row.number.as_str())));
    facts.extend(history::facts([
        ("promise_channel", &promise.channel),
        ("promise_note", &promise.note),
    ]));
    let activity = Activity::new(ActivityKind::PromiseAdded, &staff.actor(), facts);
    told.push((promise.customer_id, activity));
    Ok(())
}

/// Which promise it is, for the history: with the numbers of its invoices by who bought. Who sees the
/// customer need not see others for whom it pays.
fn about<'a>(promise: &PromiseRow, invoices: impl Iterator<Item = (CustomerId, &'a str)>) -> Facts {
    let (own, others): (Vec<_>, Vec<_>) =
        invoices.partition(|(customer_id, _)| *customer_id == promise.customer_id);
    let numbers = |invoices: Vec<(CustomerId, &str)>| {
        invoices.into_iter().map(|(_, number)| number).collect::<Vec<_>>().join(", ")
    };
    history::facts([
        ("promise", &money(promise.amount_minor, promise.currency.code())),
        ("promised_on", &promise.promised_on.to_string()),
        ("promise_invoices", &numbers(own)),
        ("promise_others", &numbers(others)),
    ])
}

/// An invoice of a promise, as [`about`] names it.
fn named(line: &PromiseLineRow) -> (CustomerId, &str) {
    (line.customer_id, &line.number)
}

/// A change of a promise, for the history: what differs, and which promise it is.
fn changed(actor: &str, was: Facts, is: Facts, about: Facts) -> Option<Activity> {
    let mut activity = Activity::change(ActivityKind::PromiseChanged, actor, was, is)?;
    for (name, value) in about.into_iter().filter(|(_, value)| !value.is_empty()) {
        activity.after.entry(name).or_insert(value);
    }
    Some(activity)
}

/// Takes promises of everything that is open on invoices that are locked, in no open promise, and
/// *Promised* for a day from now on: one for each customer and currency.
///
/// # Errors
/// When the database fails.
pub(super) async fn take_whole(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    rows: &[ExpectationRow],
    promised_on: NaiveDate,
    told: &mut Told,
) -> Result<(), StorageError> {
    let mut together: BTreeMap<(CustomerId, &str), Vec<&ExpectationRow>> = BTreeMap::new();
    for row in rows {
        together.entry((row.customer_id, row.currency.code())).or_default().push(row);
    }
    for rows in together.into_values() {
        let Some(first) = rows.first() else { continue };
        let open = rows.iter().fold(0_i64, |sum, row| sum.saturating_add(row.balance_minor));
        let promise = PromiseRow { amount_minor: open, ..blank(world, staff, first, promised_on) };
        add(session, staff, &promise, &rows, told).await?;
    }
    Ok(())
}

/// Takes invoices that are locked, and on which somebody decided otherwise, out of their open promises.
/// A promise is at most what was open on those that stay; one that loses the last of them is cancelled.
///
/// # Errors
/// When the database fails.
pub(super) async fn leave(
    session: &mut Session,
    world: &World,
    rows: &[ExpectationRow],
    actor: &str,
    told: &mut Told,
) -> Result<(), StorageError> {
    let ids: Vec<InvoiceId> = rows.iter().map(|row| row.id).collect();
    let mut leaving: BTreeMap<PromiseId, BTreeSet<InvoiceId>> = BTreeMap::new();
    for (invoice_id, id) in storage::promises::all_open_of(session, &ids).await? {
        leaving.entry(id).or_default().insert(invoice_id);
    }
    for (id, invoices) in leaving {
        let Some(promise) = storage::promises::lock(session, id).await? else { continue };
        let lines = storage::promises::all_lines(session, &[id], Sight::All).await?;
        let stay: Vec<&PromiseLineRow> =
            lines.iter().filter(|line| !invoices.contains(&line.invoice_id)).collect();
        if stay.is_empty() {
            let paid = PromiseLineRow::standing(promise.amount_minor, &lines).paid;
            end(session, world, &promise, &lines, PromiseStatus::Cancelled, paid, actor, told)
                .await?;
            continue;
        }
        let most = stay.iter().fold(0_i64, |sum, line| sum.saturating_add(line.before_minor));
        let amount_minor = promise.amount_minor.min(most);
        let invoices: Vec<InvoiceId> = invoices.into_iter().collect();
        storage::promises::update_left(session, id, &invoices, amount_minor).await?;
        let was = about(&promise, lines.iter().map(named));
        let less = PromiseRow { amount_minor, ..promise };
        let is = about(&less, stay.iter().copied().map(named));
        let activity = changed(actor, was, is.clone(), is);
        told.extend(activity.map(|activity| (less.customer_id, activity)));
        // What stays may be paid already.
        expectations::queue(session, world, Some(less.customer_id)).await?;
    }
    Ok(())
}

/// Cancels an open promise of the version that was read: its invoices are expected as the calendar and
/// the books say.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn cancel(
    world: &World,
    staff: &Staff,
    id: PromiseId,
    version: i64,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let promise = storage::promises::find(&mut session, id).await?.ok_or(ChangeError::NotFound)?;
    if !sees(&mut session, staff, promise.customer_id).await? {
        return Err(ChangeError::NotFound);
    }
    let held = hold(&mut session, id).await?.ok_or(ChangeError::Changed)?;
    if held.promise.version != version {
        return Err(ChangeError::Changed);
    }
    let everybody = expectations::everybody(&mut session, world).await?;
    let mut told = Told::new();
    let status = PromiseStatus::Cancelled;
    close(&mut session, world, &held, status, everybody, &staff.actor(), &mut told).await?;
    history::write_all(&mut session, world, told).await?;
    Ok(session.commit().await?)
}

/// An open promise that is locked, with its invoices.
struct Held {
    promise: PromiseRow,
    lines: Vec<PromiseLineRow>,
    invoices: Vec<ExpectationRow>,
}

impl Held {
    fn standing(&self) -> Standing {
        PromiseLineRow::standing(self.promise.amount_minor, &self.lines)
    }
}

/// Locks an open promise and its invoices; none when it is closed.
async fn hold(session: &mut Session, id: PromiseId) -> Result<Option<Held>, StorageError> {
    let lines = storage::promises::all_lines(session, &[id], Sight::All).await?;
    let ids: BTreeSet<InvoiceId> = lines.iter().map(|line| line.invoice_id).collect();
    let mut invoices = Vec::with_capacity(ids.len());
    for id in ids {
        invoices.extend(storage::expectations::lock(session, id).await?);
    }
    let Some(promise) = storage::promises::lock(session, id).await? else { return Ok(None) };
    // None joins a promise, but some may have left it meanwhile, and money may have come.
    let lines = storage::promises::all_lines(session, &[id], Sight::All).await?;
    invoices.retain(|row| lines.iter().any(|line| line.invoice_id == row.id));
    Ok(Some(Held { promise, lines, invoices }))
}

/// Closes an open promise that is locked, and lets its invoices be expected otherwise.
async fn close(
    session: &mut Session,
    world: &World,
    held: &Held,
    status: PromiseStatus,
    everybody: Everybody,
    actor: &str,
    told: &mut Told,
) -> Result<(), StorageError> {
    let Held { promise, lines, invoices } = held;
    let paid = held.standing().paid;
    end(session, world, promise, lines, status, paid, actor, told).await?;
    for row in invoices {
        let is_missed = matches!(status, PromiseStatus::Broken | PromiseStatus::PartiallyKept);
        let after = if is_missed { everybody.after_lapse(row) } else { everybody.automatic(row) };
        let news = expectations::change(session, world, row, &after, actor).await?;
        // What is paid waits for nobody: should it be open again one day, it is not promised any more.
        told.extend(news.filter(|_| row.balance_minor > 0));
    }
    Ok(())
}

/// Closes an open promise that is locked.
#[expect(clippy::too_many_arguments, reason = "one step of several use cases")]
async fn end(
    session: &mut Session,
    world: &World,
    promise: &PromiseRow,
    lines: &[PromiseLineRow],
    status: PromiseStatus,
    paid: i64,
    actor: &str,
    told: &mut Told,
) -> Result<(), StorageError> {
    storage::promises::update_closed(session, promise.id, status, paid, world.now()).await?;
    let amount = if paid > 0 { money(paid, promise.currency.code()) } else { String::new() };
    let was = history::facts([("promise_status", promise.status.as_str()), ("promise_paid", "")]);
    let is = history::facts([("promise_status", status.as_str()), ("promise_paid", &amount)]);
    let about = about(promise, lines.iter().map(named));
    let activity = changed(actor, was, is, about);
    told.extend(activity.map(|activity| (promise.customer_id, activity)));
    Ok(())
}

/// Closes what was kept, and what was not while it was waited for: of a customer, or of everybody, some
/// at a time. Doing it again, or twice at once, is harmless.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub(super) async fn settle(
    world: &World,
    customer_id: Option<CustomerId>,
    everybody: Everybody,
) -> Result<(), StorageError> {
    let over = first_day(everybody.today, everybody.grace_days);
    let mut after = None;
    loop {
        let mut session = world.db.read().await?;
        let limit = SETTLED_MAX;
        let ids =
            storage::promises::all_to_settle(&mut session, customer_id, over, after, limit).await?;
        drop(session);
        for id in &ids {
            settle_one(world, *id, everybody).await?;
        }
        after = ids.last().copied();
        if i64::try_from(ids.len()).is_ok_and(|count| count < SETTLED_MAX) {
            return Ok(());
        }
    }
}

async fn settle_one(
    world: &World,
    id: PromiseId,
    everybody: Everybody,
) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    // Somebody else may have closed it since.
    let Some(held) = hold(&mut session, id).await? else { return Ok(()) };
    let standing = held.standing();
    let last_day = last_day(held.promise.promised_on, everybody.grace_days);
    let status = standing.verdict(last_day, everybody.today);
    if status == PromiseStatus::Open {
        return Ok(());
    }
    let mut told = Told::new();
    close(&mut session, world, &held, status, everybody, "system", &mut told).await?;
    if status != PromiseStatus::Kept {
        follow_up(&mut session, world, &held, standing, everybody.today, &mut told).await?;
    }
    history::write_all(&mut session, world, told).await?;
    Ok(session.commit().await?)
}

/// Gives a task about a promise that was not kept to whoever is responsible for the customer, else to
/// whoever took it, and tells of it.
async fn follow_up(
    session: &mut Session,
    world: &World,
    held: &Held,
    standing: Standing,
    today: NaiveDate,
    told: &mut Told,
) -> Result<(), StorageError> {
    let Held { promise, lines, .. } = held;
    let customer_id = promise.customer_id;
    let mut to = notifications::responsible(session, customer_id).await?;
    let customer = storage::customers::find(session, customer_id).await?;
    let specialist = customer.and_then(|customer| customer.specialist_id);
    let taker = storage::notifications::find_recipient(session, promise.taken_by).await?;
    let taker = taker.filter(|taker| recipient_sees(taker, specialist));
    let is_specialist = |one: &&RecipientRow| Some(one.id) == specialist;
    let assignee = to.iter().find(is_specialist).cloned().or(taker).or_else(|| to.first().cloned());
    let code = promise.currency.code();
    let (promised, day) = (money(promise.amount_minor, code), mail::day(promise.promised_on));
    let paid = if standing.paid > 0 { money(standing.paid, code) } else { String::new() };
    if let Some(assignee) = assignee {
        let (own, others): (Vec<&PromiseLineRow>, Vec<_>) =
            lines.iter().partition(|line| line.customer_id == customer_id);
        let numbers: Vec<&str> = own.iter().map(|line| line.number.as_str()).collect();
        let task = TaskRow {
            id: world.new_id(),
            kind: TaskKind::ReviewPromise,
            title: text::promise::task(&promised, &day, !paid.is_empty()),
            notes: text::promise::task_notes(&paid, &numbers, others.len()),
            customer_id: Some(customer_id),
            invoice_id: None,
            due_on: today,
            assignee_id: assignee.id,
            creator_id: promise.taken_by,
            version: 1,
            created_at: world.now(),
            due_told_on: Some(today),
            completed_at: None,
            completed_by: None,
            outcome: None,
        };
        told.extend(tasks::add_by_itself(session, &task).await?);
        if to.iter().all(|one| one.id != assignee.id) {
            to.push(assignee);
        }
    }
    let event = Event {
        kind: NotificationKind::PromiseBroken,
        once_key: format!("promise:{}:broken", promise.id),
        customer_id: Some(customer_id),
        task_id: None,
        facts: history::facts([("promised", &promised), ("day", &day), ("paid", &paid)]),
    };
    notifications::tell(session, world, &event, &to).await
}

/// From the morning on, tells whoever is responsible of promises that are due tomorrow, or today where
/// nothing ran yesterday: of each once, however many workers do so, and nobody of what they took
/// themselves on this very day. Returns how many promises that were.
///
/// # Errors
/// When the database fails.
pub async fn tell_due(world: &World) -> Result<usize, StorageError> {
    let now = world.now();
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    if company.local_time(now).hour() < MORNING_HOUR {
        return Ok(0);
    }
    let today = company.date_of(now);
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let days = (today, tomorrow);
    let ids = storage::promises::all_due_untold(&mut session, days, DUE_MAX).await?;
    drop(session);
    let mut told = 0;
    for id in ids {
        let mut session = world.db.begin().await?;
        let Some(promise) = storage::promises::claim_due(&mut session, id, today).await? else {
            continue;
        };
        let is_of_today = company.date_of(promise.created_at) == today;
        let mut to = notifications::responsible(&mut session, promise.customer_id).await?;
        to.retain(|one| !is_of_today || one.id != promise.taken_by);
        let promised = money(promise.amount_minor, promise.currency.code());
        let event = Event {
            kind: NotificationKind::PromiseDue,
            once_key: format!("promise:{id}:due"),
            customer_id: Some(promise.customer_id),
            task_id: None,
            facts: history::facts([
                ("promised", &promised),
                ("day", &mail::day(promise.promised_on)),
            ]),
        };
        notifications::tell(&mut session, world, &event, &to).await?;
        session.commit().await?;
        told += 1;
    }
    Ok(told)
}
