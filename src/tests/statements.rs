//! Statements of account: on which day, to whom, what they say, and never twice.

use std::sync::Arc;

use chrono::Weekday;

use super::support::{
    app::TestApp,
    both_engines,
    browser::Browser,
    given::Given,
    jobs::take,
    letters::{self, hush},
    processor::{add_bank, add_card},
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        activity::{ActivityKind, Facts},
        hierarchy::BillingPreference,
        ids::CustomerId,
        permission::{Duties, Role},
        statement::{MonthWeek, StatementChoice, StatementForm, StatementSettings},
    },
    gateways::none::NoGateway,
    services::{
        World,
        change::ChangeError,
        company, hierarchy,
        letters::LetterRun,
        staff::Staff,
        statements::{self, SEND_STATEMENTS, SendError},
    },
    storage::{self, Db, activity::ActivityQuery, messages::MessageRow},
};

const PORTAL: &str = "https://pay.halden.example/portal";

async fn mailed(db: &Db, email: &str) -> Vec<MessageRow> {
    letters::mailed(db, "statement", email).await
}

async fn history(db: &Db, customer_id: CustomerId, kind: ActivityKind) -> Vec<(String, Facts)> {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == kind)
        .map(|row| (row.actor.clone(), row.after()))
        .collect()
}

async fn settle_on(world: &World, settings: StatementSettings) {
    let mut session = world.db.read().await.unwrap();
    let now = company::load(&mut session).await.unwrap().receivables.statements;
    drop(session);
    statements::change(world, &company::version_of(&now), settings, "staff:ana@h.example")
        .await
        .unwrap();
}

/// Looks at the calendar, and runs the jobs that come of it. Returns how many there were.
async fn run(world: &World) -> usize {
    statements::turn_month(world).await.unwrap();
    let mut runs = 0;
    while let Some(asked) = take::<LetterRun>(world, SEND_STATEMENTS).await {
        statements::send_some(world, PORTAL, &asked).await.unwrap();
        // A job may run twice: nothing comes of it.
        statements::send_some(world, PORTAL, &asked).await.unwrap();
        runs += 1;
    }
    runs
}

fn first_monday() -> StatementSettings {
    StatementSettings { is_on: true, ..StatementSettings::default() }
}

async fn belongs_to(world: &World, owner: &Staff, child: CustomerId, parent: &str) {
    let mut session = world.db.begin().await.unwrap();
    let mut row = storage::customers::find(&mut session, child).await.unwrap().unwrap();
    row.parent_number = parent.to_owned();
    storage::customers::update(&mut session, &row, world.now()).await.unwrap();
    session.commit().await.unwrap();
    let parent = Some(BillingPreference::ImmediateParent);
    hierarchy::prefer(world, owner, child, None, parent).await.unwrap();
}

async fn month_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let owner = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let owes = given.customer("C-1", "dana@alder.example").await;
    given.customer("C-2", "kim@birch.example").await;
    let child = given.customer("C-3", "lee@cedar.example").await;
    let silent = given.customer("C-4", "sam@dogwood.example").await;
    let unwilling = given.customer("C-5", "uma@elm.example").await;
    given.customer("C-6", "vic@fir.example").await;
    given.invoice(owes, "INV-1", 123_456).await;
    given.invoice(child, "INV-3", 30_000).await;
    given.invoice(silent, "INV-4", 40_000).await;
    given.invoice(unwilling, "INV-5", 50_000).await;
    belongs_to(&world, &owner, child, "C-2").await;
    hush(&world, silent).await;
    let off = Some(StatementChoice::Off);
    statements::choose(&world, &owner, unwilling, None, off).await.unwrap();

    // Nothing is mailed while it is off, nor before the hour.
    clock.advance_to("2026-04-06T13:00:00Z");
    assert_eq!(run(&world).await, 0);
    clock.advance_to("2026-04-07T15:00:00Z");
    settle_on(&world, first_monday()).await;
    // What was due before it was switched on is not made up for.
    assert_eq!(run(&world).await, 0);
    clock.advance_to("2026-05-04T11:59:00Z");
    assert_eq!(run(&world).await, 0);
    clock.advance_to("2026-05-04T12:00:00Z");
    assert_eq!(run(&world).await, 1);

    let letters = mailed(&db, "dana@alder.example").await;
    assert_eq!(letters.len(), 1);
    let letter = letters.first().unwrap();
    assert_eq!(letter.subject, "Statement of account from Halden Supply Co., May 4, 2026");
    for said in [
        "Outstanding: $1,234.56",
        "Overdue: $1,234.56",
        "INV-1: $1,234.56",
        "due Apr 4, 2026 · $1,234.56 · overdue",
        PORTAL,
    ] {
        assert!(letter.body_text.contains(said), "{said} in:\n{}", letter.body_text);
    }
    assert!(letter.body_html.contains("INV-1"));
    // Whoever pays hears of what others bought, who hear nothing.
    let letters = mailed(&db, "kim@birch.example").await;
    assert!(letters.first().unwrap().body_text.contains("INV-3 (Customer C-3): $300.00"));
    assert_eq!(letters.len(), 1);
    for nobody in ["lee@cedar.example", "sam@dogwood.example", "uma@elm.example", "vic@fir.example"]
    {
        assert_eq!(mailed(&db, nobody).await, [], "{nobody}");
    }
    // What was mailed, and what could not be, is in the history.
    let told = history(&db, owes, ActivityKind::Message).await;
    let told: Vec<&str> = told.iter().map(|(_, facts)| facts["to"].as_str()).collect();
    assert_eq!(told, ["dana@alder.example"]);
    let told = history(&db, silent, ActivityKind::Message).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), told[0].1.get("to")), ("system", None));

    // Never twice in a month, whatever happens; and again in the next.
    assert_eq!(run(&world).await, 0);
    clock.advance_to("2026-05-05T15:00:00Z");
    assert_eq!(run(&world).await, 0);
    let later =
        StatementSettings { week: MonthWeek::Last, weekday: Weekday::Fri, ..first_monday() };
    settle_on(&world, later).await;
    let mut session = db.read().await.unwrap();
    let company = company::load(&mut session).await.unwrap();
    let next = statements::next(&mut session, &world, &company).await.unwrap();
    assert_eq!(next, "2026-06-26".parse().unwrap(), "May had its day");
    drop(session);
    clock.advance_to("2026-05-29T15:00:00Z");
    assert_eq!(run(&world).await, 1);
    assert_eq!(mailed(&db, "dana@alder.example").await.len(), 1);
    assert_eq!(history(&db, silent, ActivityKind::Message).await.len(), 1);
    clock.advance_to("2026-06-26T15:00:00Z");
    assert_eq!(run(&world).await, 1);
    assert_eq!(mailed(&db, "dana@alder.example").await.len(), 2);
    assert_eq!(mailed(&db, "kim@birch.example").await.len(), 2);
    assert_books_hold(&db).await;
}
both_engines!(statements_are_mailed_once_a_month, month_story);

async fn late_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let owner = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    // More than one run of the job sees to.
    let mut first = None;
    for number in 0..60 {
        let email = format!("ap@c{number}.example");
        let id = given.customer(&format!("C-{number}"), &email).await;
        given.invoice(id, &format!("INV-{number}"), 10_000 + number).await;
        first = first.or(Some(id));
    }
    let first = first.unwrap();
    let chosen = StatementSettings { for_everybody: false, ..first_monday() };
    settle_on(&world, chosen).await;
    statements::choose(&world, &owner, first, None, Some(StatementChoice::On)).await.unwrap();
    // The machine was off on the day: within three days it is made up for.
    clock.advance_to("2026-04-08T23:00:00Z");
    assert_eq!(run(&world).await, 1);
    assert_eq!(mailed(&db, "").await.len(), 1, "only who asked for it");
    clock.advance_to("2026-05-07T12:00:00Z");
    assert_eq!(run(&world).await, 0, "too late");
    settle_on(&world, first_monday()).await;
    clock.advance_to("2026-06-01T12:00:00Z");
    assert_eq!(run(&world).await, 2);
    let letters = mailed(&db, "").await;
    assert_eq!(letters.len(), 61);
    // Switched off between a run and the next, the rest hear nothing.
    clock.advance_to("2026-07-06T12:00:00Z");
    statements::turn_month(&world).await.unwrap();
    settle_on(&world, StatementSettings { is_on: false, ..first_monday() }).await;
    assert_eq!(run(&world).await, 1);
    assert_eq!(mailed(&db, "").await.len(), 61);
}
both_engines!(statements_are_made_up_for_when_it_is_not_too_late, late_story);

async fn choice_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@h.example", own).await;
    let id = given.customer("C-1", "dana@alder.example").await;
    let (on, off) = (Some(StatementChoice::On), Some(StatementChoice::Off));
    statements::choose(&world, &ana, id, None, on).await.unwrap();
    let late = statements::choose(&world, &ana, id, None, off).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    let unseen = statements::choose(&world, &ben, id, on, off).await;
    assert!(matches!(unseen, Err(ChangeError::NotFound)), "{unseen:?}");
    let told = history(&db, id, ActivityKind::ProfileChanged).await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].0.as_str(), told[0].1["statement"].as_str()),
        ("staff:ana@h.example", "on")
    );

    // Sending one: nothing to say, nobody to say it to, not theirs.
    let send = async |staff: &Staff| statements::send_now(&world, staff, PORTAL, id).await;
    assert!(matches!(send(&ana).await, Err(SendError::NothingToSay)));
    assert!(matches!(send(&ben).await, Err(SendError::NotFound)));
    given.invoice(id, "INV-1", 10_000).await;
    // Not dependent on what it gets by itself.
    statements::choose(&world, &ana, id, on, off).await.unwrap();
    assert_eq!(send(&ana).await.unwrap(), ["dana@alder.example"]);
    assert_eq!(send(&ana).await.unwrap(), ["dana@alder.example"]);
    assert_eq!(mailed(&db, "dana@alder.example").await.len(), 2);
    let told = history(&db, id, ActivityKind::Message).await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].0, "staff:ana@h.example");
    hush(&world, id).await;
    assert!(matches!(send(&ana).await, Err(SendError::Nobody)));
    // Two people save the settings: the second is told, and nothing is written over.
    let now = company::version_of(&StatementSettings::default());
    statements::change(&world, &now, first_monday(), "staff:ana@h.example").await.unwrap();
    let late =
        statements::change(&world, &now, StatementSettings::default(), "staff:ana@h.example").await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
}
both_engines!(a_customer_has_a_say_of_its_own_in_statements, choice_story);

async fn contents_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let id = given.customer("C-1", "dana@alder.example").await;
    let paid = given.invoice(id, "INV-1", 10_000).await.to_string();
    let clearing = given.invoice(id, "INV-2", 20_000).await.to_string();
    given.invoice(id, "INV-3", 30_000).await;
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &paid, "4242424242424242").await;
    dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    let quote = add_bank(&mut dana, &clearing, "000123456789").await;
    dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    app.settle().await;

    let mut staff = app.staff().await;
    let send = async |staff: &mut Browser| {
        staff.call("/api/staff/customers/send_statement", &format!("customer_id={id}")).await
    };
    let answer = send(&mut staff).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "[\"dana@alder.example\"]"));
    let text = mailed(&db, "dana@alder.example").await[0].body_text.clone();
    let (open, settled) = text.split_once("Settled lately").expect("two parts");
    assert!(open.contains("INV-3: $300.00"), "{text}");
    assert!(open.contains("INV-2: $200.00") && open.contains("a payment is in process"), "{text}");
    assert!(!open.contains("INV-1") && settled.contains("INV-1: $0.00"), "{text}");
    let today = given.today().format("%b %-d, %Y");
    let line = format!("$100.00 paid or credited · settled {today}");
    assert!(settled.contains(&line), "{line} in {text}");
    assert!(!text.contains("Overdue"), "{text}");
    assert!(text.contains("/portal"), "{text}");

    // A closed portal is not linked to; what is behind the form is checked on the server.
    let closed = format!("customer_id={id}&version=1&form[online]=closed");
    let answer = staff.call("/api/staff/customers/save_payment_overrides", &closed).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    send(&mut staff).await;
    let text = mailed(&db, "dana@alder.example").await[0].body_text.clone();
    assert!(!text.contains("://"), "{text}");
    let form = StatementForm::of(&StatementSettings::default());
    let refused = format!(
        "version=x&form[week]={}&form[weekday]={}&form[paid_days]=400",
        form.week, form.weekday
    );
    let answer = staff.call("/api/staff/settings/save_statements", &refused).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("paid_days"), "{}", answer.body);
    // Many at once: those that were changed, that had it, that are not there.
    let other = given.customer("C-2", "kim@birch.example").await;
    let nobody = "019a0000-0000-7000-8000-000000000000";
    let many = format!("ids={id},{other},{nobody}&after=on");
    let answer = staff.call("/api/staff/customers/choose_statements", &many).await;
    assert!(answer.body.contains("\"changed\":2"), "{}", answer.body);
    assert!(answer.body.contains("\"missing\":1"), "{}", answer.body);
    let answer = staff.call("/api/staff/customers/choose_statements", &many).await;
    assert!(answer.body.contains("\"unchanged\":2"), "{}", answer.body);
}
both_engines!(a_statement_says_what_is_open_and_what_was_settled, contents_story);
