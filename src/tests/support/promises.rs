//! Promises to pay, invoices to promise, and money that comes in.

use chrono::{NaiveDate, TimeDelta};

use super::given::Given;
use crate::{
    domain::{
        activity::{ActivityKind, Facts},
        expectation::{Decision, Expectation, ExpectationStatus},
        form::{FieldProblem, Problem},
        ids::{CustomerId, InvoiceId, PromiseId, StaffUserId},
        money::{Currency, Money},
        permission::Sight,
        promise::PromiseForm,
    },
    import,
    services::{
        World,
        change::ChangeError,
        expectations,
        import::{Choices, store_batch},
        staff::Staff,
    },
    storage::{
        self,
        activity::{ActivityQuery, ActivityRow},
        expectations::ExpectationRow,
        invoices::InvoiceRow,
        notifications::NotificationRow,
        promises::PromiseRow,
        tasks::TaskRow,
    },
};

/// An open invoice in US dollars that was due three days ago.
pub async fn overdue(
    given: &Given<'_>,
    customer: CustomerId,
    number: &str,
    minor: i64,
) -> InvoiceId {
    let id = given.invoice(customer, number, minor).await;
    let day = given.today() - TimeDelta::days(3);
    let mut session = given.0.db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let row = InvoiceRow { due_on: day, issued_on: day, ..row };
    storage::invoices::update(&mut session, &row, given.0.now()).await.unwrap();
    session.commit().await.unwrap();
    id
}

/// What is expected of an invoice.
pub async fn expected(world: &World, id: InvoiceId) -> ExpectationRow {
    let mut session = world.db.begin().await.unwrap();
    storage::expectations::lock(&mut session, id).await.unwrap().unwrap()
}

/// How sure it is.
pub async fn status(world: &World, id: InvoiceId) -> ExpectationStatus {
    expected(world, id).await.columns.expectation
}

/// The form for some invoices as they are now.
pub async fn form(
    world: &World,
    invoices: &[InvoiceId],
    amount: &str,
    day: NaiveDate,
) -> PromiseForm {
    let mut keys = Vec::new();
    for id in invoices {
        let version = expected(world, *id).await.columns.expectation_version;
        keys.push(format!("{id}:{version}"));
    }
    PromiseForm {
        invoices: keys.join(","),
        amount: amount.to_owned(),
        promised_on: day.to_string(),
        channel: "call".to_owned(),
        note: "After the fair".to_owned(),
    }
}

/// The promise of an id.
pub async fn find(world: &World, id: PromiseId) -> PromiseRow {
    let mut session = world.db.read().await.unwrap();
    storage::promises::find(&mut session, id).await.unwrap().unwrap()
}

/// Promises at a customer, open ones first.
pub async fn all(world: &World, customer: CustomerId) -> Vec<PromiseRow> {
    let mut session = world.db.read().await.unwrap();
    let rows = storage::promises::all_of_customer(&mut session, customer, Sight::All, 99, 99).await;
    rows.unwrap().into_iter().map(|row| row.promise).collect()
}

/// The invoices of a promise.
pub async fn numbers(world: &World, id: PromiseId) -> Vec<String> {
    let mut session = world.db.read().await.unwrap();
    let lines = storage::promises::all_lines(&mut session, &[id], Sight::All).await.unwrap();
    lines.into_iter().map(|line| line.number).collect()
}

/// What the history of a customer tells of promises, the latest first.
pub async fn history(world: &World, customer_id: CustomerId) -> Vec<ActivityRow> {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let mut rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.retain(|row| {
        matches!(row.kind, ActivityKind::PromiseAdded | ActivityKind::PromiseChanged)
    });
    rows
}

/// What a history or a notification says under a name; empty where it says nothing.
pub fn fact(facts: &Facts, name: &str) -> String {
    facts.get(name).cloned().unwrap_or_default()
}

/// What somebody was told, the latest first.
pub async fn told(world: &World, user: StaffUserId) -> Vec<NotificationRow> {
    let mut session = world.db.read().await.unwrap();
    let rows = storage::notifications::list(&mut session, user, Sight::All, false, None).await;
    rows.unwrap().into_iter().map(|row| row.notification).collect()
}

/// Open tasks about a customer.
pub async fn tasks_about(world: &World, customer: CustomerId) -> Vec<TaskRow> {
    let mut session = world.db.read().await.unwrap();
    let rows = storage::tasks::all_open_of_customer(&mut session, customer, 99).await.unwrap();
    rows.into_iter().map(|row| row.task).collect()
}

/// The books say how much was paid on an invoice.
pub async fn books_say_paid(world: &World, id: InvoiceId, minor: i64) {
    let mut session = world.db.read().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let customer = storage::customers::find(&mut session, row.customer_id).await.unwrap().unwrap();
    drop(session);
    let InvoiceRow { number, issued_on, due_on, total_minor, .. } = row;
    let [total, paid] = [total_minor, minor].map(|minor| Money::new(minor, Currency::USD));
    let today = Given(world).today();
    bring_in(
        world,
        &format!(
            "customer_number,number,issued_on,due_on,total,paid_on,paid_amount\n\
             {},{number},{issued_on},{due_on},{total},{today},{paid}\n",
            customer.number
        ),
    )
    .await;
}

/// Brings a file of invoices and credit memos in.
pub async fn bring_in(world: &World, text: &str) {
    let choices =
        Choices { kind: "invoices".to_owned(), currency: "USD".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    let report = store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap();
    assert_eq!(report.refused, 0, "{report:?}");
}

/// Whose fault it was, if a field's.
pub fn problem<T: std::fmt::Debug>(refused: Result<T, ChangeError>) -> (String, Problem) {
    match refused {
        Err(ChangeError::Invalid(FieldProblem { field, problem })) => (field, problem),
        other => panic!("{other:?}"),
    }
}

/// That somebody says so.
pub fn said(status: ExpectationStatus, on: Option<NaiveDate>) -> Decision {
    Decision::Said(Expectation::plain(status, on))
}

/// Decides on an invoice as it is now.
pub async fn decide(world: &World, staff: &Staff, id: InvoiceId, decision: &Decision) {
    let version = expected(world, id).await.columns.expectation_version;
    expectations::decide(world, staff, id, version, decision).await.unwrap();
}

/// Follows the calendar as the worker does, and does it again.
pub async fn turn_day(world: &World) {
    for _ in 0..2 {
        expectations::refresh(world, None).await.unwrap();
    }
}
