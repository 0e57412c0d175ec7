//! What becomes of promises to pay: as money comes, as their day comes near, and once it is over.

use std::sync::Arc;

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    processor::{add_bank, add_card},
    promises::{
        books_say_paid, bring_in, decide, expected, fact, find, form, history, overdue, said,
        status, tasks_about, told, turn_day,
    },
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        expectation::ExpectationStatus,
        ids::{CreditId, CustomerId, InvoiceId},
        notification::NotificationKind,
        permission::{Duties, Role},
        promise::PromiseStatus,
        task::TaskKind,
    },
    gateways::none::NoGateway,
    services::{
        applications, change::ChangeError, company, customers, expectations, invoices, promises,
        staff::Staff,
    },
    storage::{self, Db},
};

/// Money that comes in any way keeps a promise soon after.
async fn kept(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let day = given.today() + TimeDelta::days(5);
    let take = async |invoices: &[InvoiceId], amount: &str| {
        let asked = form(world, invoices, amount, day).await;
        promises::record(world, &ana, customer, &asked).await.unwrap()
    };

    // By card: 300 of 450 are no promise kept, 450 of 500 are.
    let (first, second) = (
        overdue(&given, customer, "INV-1", 30_000).await,
        overdue(&given, customer, "INV-2", 20_000).await,
    );
    let id = take(&[first, second], "450.00").await;
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &first.to_string(), "4242424242424242").await;
    let paid = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(paid.status < 400, "{}", paid.body);
    app.settle().await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Open);
    assert_eq!(status(world, second).await, ExpectationStatus::Promised);
    books_say_paid(world, second, 15_000).await;
    app.settle().await;
    let row = find(world, id).await;
    assert_eq!((row.status, row.paid_minor), (PromiseStatus::Kept, 45_000));
    assert!(row.closed_at.is_some());
    let rows = history(world, customer).await;
    let (before, after) = (rows[0].before(), rows[0].after());
    assert_eq!((rows.len(), rows[0].actor.as_str()), (2, "system"));
    assert_eq!(
        (fact(&before, "promise_status"), fact(&after, "promise_status")),
        ("open".into(), "kept".into())
    );
    assert_eq!(
        (fact(&after, "promise_paid"), fact(&after, "promise")),
        ("$450.00".into(), "$450.00".into())
    );
    // What is open behind it is expected as the calendar says, and nobody has to follow up.
    assert!(expected(world, second).await.columns.expectation().is_automatic());
    assert_eq!(tasks_about(world, customer).await, []);
    let broken = told(world, ana.id).await;
    assert!(broken.iter().all(|row| row.kind != NotificationKind::PromiseBroken), "{broken:?}");

    // By credit.
    let third = overdue(&given, customer, "INV-3", 10_000).await;
    let id = take(&[third], "60.00").await;
    let today = given.today();
    let memo = format!("customer_number,number,issued_on,total\nC-1,CM-1,{today},-80.00\n");
    bring_in(world, &memo).await;
    let mut session = db.read().await.unwrap();
    let credit = storage::credits::find_by_number(&mut session, "CM-1").await.unwrap().unwrap();
    drop(session);
    let apply = async |credit: CreditId, minor: i64| {
        applications::apply(world, credit, third, minor, today, "test").await.unwrap();
        app.settle().await;
    };
    apply(credit.id, 5_900).await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Open);
    apply(credit.id, 100).await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Kept);

    // Nothing is open any more: the books say that less was billed.
    let fourth = overdue(&given, customer, "INV-4", 10_000).await;
    let id = take(&[fourth], "").await;
    invoices::void(world, fourth, today, "test").await.unwrap();
    app.settle().await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Kept);
    assert_books_hold(&db).await;
}
both_engines!(money_keeps_a_promise, kept);

/// A debit that was made in time takes days to settle, and is waited for.
async fn on_its_way(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = overdue(&given, customer, "INV-1", 30_000).await;
    let asked = form(world, &[invoice], "", given.today()).await;
    let id = promises::record(world, &ana, customer, &asked).await.unwrap();
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_bank(&mut dana, &invoice.to_string(), "000123456789").await;
    let paid = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(paid.status < 400, "{}", paid.body);
    app.advance_days(1).await;
    turn_day(world).await;
    let reserved = {
        let mut session = db.read().await.unwrap();
        storage::invoices::find(&mut session, invoice).await.unwrap().unwrap().reserved_minor
    };
    assert_eq!(reserved, 30_000, "it is still on its way");
    assert_eq!(find(world, id).await.status, PromiseStatus::Open);
    assert_eq!(status(world, invoice).await, ExpectationStatus::Promised);
    app.advance_days(10).await;
    let row = find(world, id).await;
    assert_eq!((row.status, row.paid_minor), (PromiseStatus::Kept, 30_000));
    assert_eq!(tasks_about(world, customer).await, []);
    assert_books_hold(&db).await;
}
both_engines!(a_payment_on_its_way_is_waited_for, on_its_way);

/// The day is over: what was not paid is late, and somebody has to follow up, once.
async fn broken(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let today = given.today();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@h.example", own).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    customers::assign(&world, &ana, alder, None, Some(ben.id)).await.unwrap();
    let (first, second, third) = (
        overdue(&given, alder, "INV-1", 30_000).await,
        overdue(&given, alder, "INV-2", 20_000).await,
        overdue(&given, birch, "INV-3", 10_000).await,
    );
    let take = async |customer: CustomerId, invoices: &[InvoiceId]| {
        let asked = form(&world, invoices, "", today + TimeDelta::days(1)).await;
        promises::record(&world, &ana, customer, &asked).await.unwrap()
    };
    let (whole, other) = (take(alder, &[first, second]).await, take(birch, &[third]).await);
    clock.advance(TimeDelta::days(1));
    turn_day(&world).await;
    assert_eq!(find(&world, whole).await.status, PromiseStatus::Open, "the day itself counts");
    books_say_paid(&world, first, 12_000).await;
    clock.advance(TimeDelta::days(1));
    // Two processes at once, and once more.
    let both = [world.clone(), world.clone()]
        .map(|world| tokio::spawn(async move { expectations::refresh(&world, None).await }));
    for done in futures::future::join_all(both).await {
        done.unwrap().unwrap();
    }
    turn_day(&world).await;

    let partly = find(&world, whole).await;
    assert_eq!((partly.status, partly.paid_minor), (PromiseStatus::PartiallyKept, 12_000));
    let none = find(&world, other).await;
    assert_eq!((none.status, none.paid_minor), (PromiseStatus::Broken, 0));
    for invoice in [first, second, third] {
        assert_eq!(status(&world, invoice).await, ExpectationStatus::Late);
    }
    let rows = history(&world, alder).await;
    assert_eq!(rows.len(), 2, "one row when it was taken, one when it was over");
    assert_eq!(fact(&rows[0].after(), "promise_status"), "partially_kept");
    assert_eq!(fact(&rows[0].after(), "promise_paid"), "$120.00");

    // The customer's specialist has a task and is told; where there is none, whoever took it has it.
    let tasks = tasks_about(&world, alder).await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!((task.kind, task.assignee_id), (TaskKind::ReviewPromise, ben.id));
    assert_eq!((task.due_on, task.creator_id), (given.today(), ana.id));
    assert_eq!(task.title, "The promise of $500.00 by Mar 6, 2026 was kept in part");
    assert_eq!(task.notes, "$120.00 was paid on INV-1, INV-2.");
    let news = told(&world, ben.id).await;
    let [news] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!((news.kind, news.customer_id), (NotificationKind::PromiseBroken, Some(alder)));
    assert_eq!(fact(&news.facts(), "paid"), "$120.00");
    let tasks = tasks_about(&world, birch).await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!(task.assignee_id, ana.id);
    assert_eq!(task.notes, "Nothing was paid on INV-3.");
    let about: Vec<_> = told(&world, ana.id).await.iter().map(|row| row.customer_id).collect();
    assert_eq!(about, [Some(birch)]);
    // What is over may be promised anew, and money that comes now changes nothing of what was.
    let again = form(&world, &[third], "", given.today()).await;
    let anew = promises::record(&world, &ana, birch, &again).await.unwrap();
    books_say_paid(&world, third, 10_000).await;
    turn_day(&world).await;
    assert_eq!(find(&world, anew).await.status, PromiseStatus::Kept);
    assert_eq!(find(&world, other).await, none);
    assert_books_hold(&db).await;
}
both_engines!(a_day_that_passed_breaks_a_promise_once, broken);

/// Some days later, where the company says so.
async fn grace(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    company::change_promise_grace(&world, 0, 2, "staff:ana@h.example").await.unwrap();
    let stale = company::change_promise_grace(&world, 0, 3, "staff:ana@h.example").await;
    assert!(matches!(stale, Err(ChangeError::Changed)), "{stale:?}");
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = overdue(&given, customer, "INV-1", 30_000).await;
    let estimated = overdue(&given, customer, "INV-2", 30_000).await;
    let today = given.today();
    decide(&world, &ana, estimated, &said(ExpectationStatus::Estimated, Some(today))).await;
    let asked = form(&world, &[invoice], "", today).await;
    let id = promises::record(&world, &ana, customer, &asked).await.unwrap();
    clock.advance(TimeDelta::days(2));
    turn_day(&world).await;
    assert_eq!(find(&world, id).await.status, PromiseStatus::Open);
    assert_eq!(status(&world, invoice).await, ExpectationStatus::Promised);
    assert_eq!(status(&world, estimated).await, ExpectationStatus::Late, "no grace for a guess");
    clock.advance(TimeDelta::days(1));
    turn_day(&world).await;
    assert_eq!(find(&world, id).await.status, PromiseStatus::Broken);
    assert_eq!(status(&world, invoice).await, ExpectationStatus::Late);
    assert_books_hold(&db).await;
}
both_engines!(days_of_grace_are_waited_for, grace);

/// Whoever is responsible is told on the morning of the day before, once.
async fn due_tomorrow(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    customers::assign(&world, &ana, customer, None, Some(ben.id)).await.unwrap();
    let today = given.today();
    let take = async |staff: &Staff, number: &str, days: i64| {
        let invoice = overdue(&given, customer, number, 10_000).await;
        let asked = form(&world, &[invoice], "", today + TimeDelta::days(days)).await;
        promises::record(&world, staff, customer, &asked).await.unwrap()
    };
    take(&ana, "INV-1", 2).await;
    take(&ana, "INV-2", 9).await;
    // They know of what they took themselves today, and are told of what a colleague did.
    take(&ben, "INV-3", 1).await;
    take(&ana, "INV-4", 1).await;
    let gone = take(&ana, "INV-5", 1).await;
    promises::cancel(&world, &ana, gone, 1).await.unwrap();
    let days = async || -> Vec<String> {
        let rows = told(&world, ben.id).await;
        assert!(rows.iter().all(|row| row.kind == NotificationKind::PromiseDue), "{rows:?}");
        rows.iter().map(|row| fact(&row.facts(), "day")).collect()
    };
    assert_eq!(promises::tell_due(&world).await.unwrap(), 2);
    assert_eq!(days().await, ["Mar 6, 2026"]);
    // Five in the morning, then six.
    clock.advance_to("2026-03-06T10:30:00Z");
    assert_eq!(promises::tell_due(&world).await.unwrap(), 0);
    clock.advance_to("2026-03-06T11:00:00Z");
    let both = [world.clone(), world.clone()]
        .map(|world| tokio::spawn(async move { promises::tell_due(&world).await }));
    let mut sum = 0;
    for done in futures::future::join_all(both).await {
        sum += done.unwrap().unwrap();
    }
    assert_eq!(sum, 1);
    assert_eq!(promises::tell_due(&world).await.unwrap(), 0);
    assert_eq!(days().await, ["Mar 7, 2026", "Mar 6, 2026"]);
    assert_eq!(told(&world, ana.id).await, []);
}
both_engines!(a_promise_is_said_to_be_due_the_day_before, due_tomorrow);
