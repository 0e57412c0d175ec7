//! Reminders: which letter on which morning, to whom, never twice, and to nobody who is to be left
//! alone.

use std::sync::Arc;

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    jobs::take,
    letters::{self, hush},
    processor::add_bank,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        activity::ActivityKind,
        expectation::{Decision, Expectation, ExpectationStatus, HoldReason},
        form::Problem,
        ids::{CustomerId, InvoiceId, WorkflowId},
        permission::{Duties, Role},
        workflow::{Side, StepForm, Tone, WorkflowForm},
    },
    gateways::none::NoGateway,
    services::{
        World,
        change::ChangeError,
        expectations,
        letters::LetterRun,
        reminders::{self, SEND_REMINDERS},
        staff::Staff,
        workflows::{self, WorkflowError},
    },
    storage::{self, Db, activity::ActivityQuery, messages::MessageRow},
};

const PORTAL: &str = "https://pay.halden.example/portal";

async fn mailed(db: &Db, email: &str) -> Vec<MessageRow> {
    letters::mailed(db, "reminder", email).await
}

async fn subjects(db: &Db, email: &str) -> Vec<String> {
    mailed(db, email).await.into_iter().map(|row| row.subject).collect()
}

/// What the history of a customer tells of messages; with those of its invoices when asked for.
async fn told(db: &Db, customer_id: CustomerId, has_invoices: bool) -> usize {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.iter().filter(|row| row.kind == ActivityKind::Message).count()
}

/// Looks at the calendar, and runs the jobs that come of it, each twice.
async fn run(world: &World) -> usize {
    reminders::turn_day(world).await.unwrap();
    let mut runs = 0;
    while let Some(asked) = take::<LetterRun>(world, SEND_REMINDERS).await {
        reminders::send_some(world, PORTAL, &asked).await.unwrap();
        reminders::send_some(world, PORTAL, &asked).await.unwrap();
        // One that was left over from the day before sends nothing.
        let stale = LetterRun { day: asked.day - TimeDelta::days(1), ..asked };
        reminders::send_some(world, PORTAL, &stale).await.unwrap();
        runs += 1;
    }
    runs
}

fn form(name: &str, steps: &[(i64, Tone)]) -> WorkflowForm {
    let step = |(days, tone): &(i64, Tone)| StepForm {
        days: days.abs().to_string(),
        side: if *days < 0 { Side::Before } else { Side::After },
        tone: *tone,
    };
    WorkflowForm { name: name.to_owned(), steps: steps.iter().map(step).collect() }
}

async fn version(world: &World, id: WorkflowId) -> i64 {
    let mut session = world.db.read().await.unwrap();
    storage::workflows::find(&mut session, id).await.unwrap().unwrap().version
}

async fn decide(world: &World, staff: &Staff, id: InvoiceId, said: Expectation) {
    let mut session = world.db.begin().await.unwrap();
    let row = storage::expectations::lock(&mut session, id).await.unwrap().unwrap();
    session.commit().await.unwrap();
    let version = row.columns.expectation_version;
    expectations::decide(world, staff, id, version, &Decision::Said(said)).await.unwrap();
}

/// Invoices are made on March 5 and due on April 4.
async fn steps_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    let (first, second) =
        (given.invoice(alder, "INV-1", 123_456).await, given.invoice(alder, "INV-2", 10_000).await);
    given.invoice(birch, "INV-3", 30_000).await;
    let steps = [(-3, Tone::Friendly), (7, Tone::Firm), (8, Tone::Final)];
    let id = workflows::add(&world, &form("Usual", &steps)).await.unwrap();

    // Nobody has it yet.
    clock.advance_to("2026-04-01T12:00:00Z");
    assert_eq!(run(&world).await, 1);
    assert_eq!(subjects(&db, "").await, [""; 0]);
    // Given on the morning of the step, after its hour: that step has passed.
    clock.advance_to("2026-04-01T13:00:00Z");
    workflows::make_usual(&world, None, Some(id), "staff:ana@h.example").await.unwrap();
    clock.advance_to("2026-04-02T12:00:00Z");
    run(&world).await;
    assert_eq!(subjects(&db, "").await, [""; 0]);

    // Before the hour nothing, then one letter with both invoices, and never again.
    clock.advance_to("2026-04-11T11:59:59Z");
    assert_eq!(run(&world).await, 0);
    clock.advance_to("2026-04-11T12:00:00Z");
    assert_eq!(run(&world).await, 1);
    assert_eq!(run(&world).await, 0);
    assert_eq!(
        subjects(&db, "dana@alder.example").await,
        ["Please pay 2 invoices of Halden Supply Co."]
    );
    let letter = mailed(&db, "dana@alder.example").await.remove(0);
    for said in ["To be paid: $1,334.56", "INV-1: $1,234.56", "INV-2: $100.00", "overdue", PORTAL] {
        assert!(letter.body_text.contains(said), "{said} in:\n{}", letter.body_text);
    }
    assert_eq!(subjects(&db, "kim@birch.example").await.len(), 1);
    // The letter is in the customer's history, and each invoice's part in its own.
    assert_eq!((told(&db, alder, false).await, told(&db, alder, true).await), (1, 3));

    // Two steps come due while the machine was off: the sterner letter, and the other never.
    let other = given.customer("C-3", "lee@cedar.example").await;
    let late = given.invoice(other, "INV-4", 40_000).await;
    clock.advance_to("2026-05-19T15:00:00Z");
    run(&world).await;
    assert_eq!(
        subjects(&db, "lee@cedar.example").await,
        ["Final notice: 1 invoice of Halden Supply Co."]
    );
    clock.advance_to("2026-05-20T15:00:00Z");
    run(&world).await;
    assert_eq!(mailed(&db, "lee@cedar.example").await.len(), 1);
    let mut session = db.read().await.unwrap();
    let step = storage::workflows::all_steps(&mut session).await.unwrap();
    let ours: Vec<_> = step.iter().filter(|step| step.workflow_id == id).collect();
    let day = "2026-05-11".parse().unwrap();
    for step in &ours[1..] {
        let due =
            storage::reminders::all_due(&mut session, other, step.id, (day, day)).await.unwrap();
        assert_eq!(due, [], "step {}", step.days);
    }
    drop(session);
    _ = (first, second, late, ana);
    assert_books_hold(&db).await;
}
both_engines!(reminders_go_out_on_their_day_and_once, steps_story);

async fn left_alone_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let id = given.customer("C-1", "dana@alder.example").await;
    given.invoice(id, "INV-1", 10_000).await;
    let held = given.invoice(id, "INV-2", 20_000).await;
    let promised = given.invoice(id, "INV-3", 30_000).await;
    let reason = Some(HoldReason::Pricing);
    let hold =
        Expectation { status: ExpectationStatus::OnHold, on: None, reason, note: String::new() };
    decide(&world, &ana, held, hold).await;
    let on = Some("2026-04-20".parse().unwrap());
    let promise =
        Expectation { status: ExpectationStatus::Promised, on, reason: None, note: String::new() };
    decide(&world, &ana, promised, promise).await;
    let steps = [(1, Tone::Friendly), (17, Tone::Firm)];
    let usual = workflows::add(&world, &form("Usual", &steps)).await.unwrap();
    workflows::make_usual(&world, None, Some(usual), "staff:ana@h.example").await.unwrap();
    clock.advance_to("2026-04-05T12:00:00Z");
    run(&world).await;
    let letters = mailed(&db, "dana@alder.example").await;
    assert_eq!(letters.len(), 1);
    let text = &letters[0].body_text;
    assert!(text.contains("INV-1") && !text.contains("INV-2") && !text.contains("INV-3"), "{text}");
    // The word was for April 20: the day after it is over.
    clock.advance_to("2026-04-21T12:00:00Z");
    run(&world).await;
    let text = mailed(&db, "dana@alder.example").await.remove(0).body_text;
    assert!(text.contains("INV-1") && text.contains("INV-3") && !text.contains("INV-2"), "{text}");

    // A workflow of its own without steps: nobody is reminded. Its say is in the history.
    let second = given.customer("C-2", "kim@birch.example").await;
    let none = workflows::add(&world, &form("Leave alone", &[])).await.unwrap();
    workflows::assign(&world, &ana, second, None, Some(none)).await.unwrap();
    let made = given.invoice(second, "INV-4", 40_000).await;
    clock.advance_to("2026-05-22T12:00:00Z");
    run(&world).await;
    assert_eq!(subjects(&db, "kim@birch.example").await, [""; 0]);
    // Back to the company's: what passed before is not made up for.
    workflows::assign(&world, &ana, second, Some(none), None).await.unwrap();
    clock.advance_to("2026-05-23T12:00:00Z");
    run(&world).await;
    assert_eq!(subjects(&db, "kim@birch.example").await, [""; 0]);
    clock.advance_to("2026-06-07T12:00:00Z");
    run(&world).await;
    assert_eq!(subjects(&db, "kim@birch.example").await.len(), 1);

    // A contact who gets nothing: it is told once, and the step is over.
    let third = given.customer("C-3", "lee@cedar.example").await;
    given.invoice(third, "INV-5", 40_000).await;
    hush(&world, third).await;
    clock.advance_to("2026-07-08T12:00:00Z");
    run(&world).await;
    clock.advance_to("2026-07-09T12:00:00Z");
    run(&world).await;
    assert_eq!(told(&db, third, false).await, 1);
    assert_eq!(mailed(&db, "lee@cedar.example").await, []);
    _ = made;
}
both_engines!(whoever_is_to_be_left_alone_gets_no_reminder, left_alone_story);

async fn editing_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@h.example", own).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    given.invoice(customer, "INV-1", 10_000).await;
    let id = workflows::add(&world, &form("Gentle", &[(1, Tone::Friendly)])).await.unwrap();
    let taken = workflows::add(&world, &form(" gentle ", &[])).await;
    let problem = match taken {
        Err(ChangeError::Invalid(problem)) => (problem.field, problem.problem),
        other => panic!("{other:?}"),
    };
    assert_eq!(problem, ("workflow_name".to_owned(), Problem::AlreadyUsed));
    // Only who sees the customer, only from what was read, only a workflow that is there.
    let unseen = workflows::assign(&world, &ben, customer, None, Some(id)).await;
    assert!(matches!(unseen, Err(ChangeError::NotFound)), "{unseen:?}");
    let nowhere = workflows::assign(&world, &ana, customer, None, Some(world.new_id())).await;
    assert!(matches!(nowhere, Err(ChangeError::NotFound)), "{nowhere:?}");
    workflows::assign(&world, &ana, customer, None, Some(id)).await.unwrap();
    let late = workflows::assign(&world, &ana, customer, None, Some(id)).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");

    // A step that is added this afternoon does not count for what passed; one that stays does.
    let changed = form("Gentle", &[(1, Tone::Friendly), (2, Tone::Firm), (4, Tone::Final)]);
    clock.advance_to("2026-04-06T16:00:00Z");
    workflows::edit(&world, id, version(&world, id).await, &changed).await.unwrap();
    let stale = workflows::edit(&world, id, 1, &changed).await;
    assert!(matches!(stale, Err(ChangeError::Changed)), "{stale:?}");
    // Worded otherwise it is the same step, which is still made up for.
    let changed = form("Gentle", &[(1, Tone::Firm), (2, Tone::Firm), (4, Tone::Final)]);
    workflows::edit(&world, id, version(&world, id).await, &changed).await.unwrap();
    run(&world).await;
    let firm = "Please pay 1 invoice of Halden Supply Co.";
    assert_eq!(subjects(&db, "dana@alder.example").await, [firm]);
    clock.advance_to("2026-04-08T16:00:00Z");
    run(&world).await;
    let last = "Final notice: 1 invoice of Halden Supply Co.";
    assert_eq!(subjects(&db, "dana@alder.example").await, [last, firm]);

    // In use it stays; given up by everybody it goes, and its name is free again.
    let used = workflows::remove(&world, id, version(&world, id).await).await;
    assert!(matches!(used, Err(WorkflowError::InUse)), "{used:?}");
    workflows::assign(&world, &ana, customer, Some(id), None).await.unwrap();
    workflows::make_usual(&world, None, Some(id), "staff:ana@h.example").await.unwrap();
    let used = workflows::remove(&world, id, version(&world, id).await).await;
    assert!(matches!(used, Err(WorkflowError::InUse)), "{used:?}");
    let late = workflows::make_usual(&world, None, None, "staff:ana@h.example").await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    workflows::make_usual(&world, Some(id), None, "staff:ana@h.example").await.unwrap();
    workflows::remove(&world, id, version(&world, id).await).await.unwrap();
    let gone = workflows::make_usual(&world, None, Some(id), "staff:ana@h.example").await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");
    workflows::add(&world, &form("Gentle", &[])).await.unwrap();
    // The list shows all of them, so there is a last one.
    for number in 4..=100 {
        workflows::add(&world, &form(&format!("No. {number}"), &[])).await.unwrap();
    }
    let many = workflows::add(&world, &form("One too many", &[])).await;
    assert!(matches!(&many, Err(ChangeError::Invalid(bad)) if bad.problem == Problem::TooMany));
    assert_books_hold(&db).await;
}
both_engines!(workflows_are_changed_without_writing_over_anybody, editing_story);

async fn payment_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let id = given.customer("C-1", "dana@alder.example").await;
    let paid = given.invoice(id, "INV-1", 10_000).await.to_string();
    given.invoice(id, "INV-2", 20_000).await;
    let mut staff = app.staff().await;
    let saved = "form[name]=At+once&form[steps][0][days]=29&form[steps][0][side]=before\
                 &form[steps][0][tone]=friendly&form[steps][1][days]=";
    let answer = staff.call("/api/staff/workflows/save", saved).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let bad = "form[name]=Other&form[steps][0][days]=1&form[steps][1][days]=x";
    let answer = staff.call("/api/staff/workflows/save", bad).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("steps.1"), "{}", answer.body);
    let list = staff.ask("/api/staff/workflows/list").await.body;
    let list: Vec<crate::api::view::WorkflowView> = serde_json::from_str(&list).unwrap();
    let own = list.iter().find(|one| one.name == "At once").unwrap();
    assert_eq!((own.steps.len(), own.steps[0].days), (1, -29));
    let body = format!("ids={id}&after={}", own.id);
    let answer = staff.call("/api/staff/customers/assign_workflows", &body).await;
    assert!(answer.body.contains("\"changed\":1"), "{}", answer.body);

    // A payment that is on its way is waited for.
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_bank(&mut dana, &paid, "000123456789").await;
    dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    let tomorrow = given.today() + TimeDelta::days(1);
    let job = LetterRun { day: tomorrow, after: None };
    reminders::send_some(app.world(), PORTAL, &job).await.unwrap();
    let letters = mailed(&db, "dana@alder.example").await;
    assert_eq!(letters.len(), 1);
    let text = &letters[0].body_text;
    assert!(text.contains("INV-2") && !text.contains("INV-1"), "{text}");
    assert!(text.contains("/portal"), "{text}");
}
both_engines!(a_payment_on_its_way_is_waited_for, payment_story);
