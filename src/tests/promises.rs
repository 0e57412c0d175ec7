//! Promises to pay: taking and cancelling them, deciding otherwise on their invoices, and who sees them.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    browser::Browser,
    given::Given,
    promises::{
        all, books_say_paid, decide, expected, fact, find, form, history, numbers, overdue,
        problem, said, status, tasks_about, turn_day,
    },
    world::{assert_books_hold, world},
};
use crate::{
    api::view::PromisesView,
    domain::{
        activity::ActivityKind,
        expectation::{Decision, Expectation, ExpectationStatus},
        form::Problem,
        ids::{CustomerId, InvoiceId},
        money::Currency,
        permission::{Duties, Role, Sight},
        promise::{PromiseForm, PromiseStatus},
    },
    services::{
        change::ChangeError,
        customers,
        expectations::{self, ExpectationError},
        promises,
    },
    storage::{self, Db, hierarchy::PlacedRow},
};

async fn recording(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let today = given.today();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let (first, second) = (
        overdue(&given, alder, "INV-1", 30_000).await,
        overdue(&given, alder, "INV-2", 20_000).await,
    );
    let friday = today + TimeDelta::days(4);
    let asked = form(&world, &[first, second], "450.00", friday).await;
    let id = promises::record(&world, &ana, alder, &asked).await.unwrap();

    let row = find(&world, id).await;
    assert_eq!((row.status, row.amount_minor), (PromiseStatus::Open, 45_000));
    assert_eq!((row.promised_on, row.channel.as_str()), (friday, "call"));
    assert_eq!((row.note.as_str(), row.taken_by), ("After the fair", ana.id));
    assert_eq!(numbers(&world, id).await, ["INV-1", "INV-2"]);
    for invoice in [first, second] {
        let promised = Expectation::plain(ExpectationStatus::Promised, Some(friday));
        assert_eq!(expected(&world, invoice).await.columns.expectation(), promised);
    }
    // The customer's history tells it, and each invoice's.
    let rows = history(&world, alder).await;
    let after = rows[0].after();
    assert_eq!((rows.len(), rows[0].actor.as_str()), (1, "staff:ana@h.example"));
    assert_eq!(fact(&after, "promise"), "$450.00");
    assert_eq!(fact(&after, "promised_on"), friday.to_string());
    assert_eq!(fact(&after, "promise_invoices"), "INV-1, INV-2");
    assert_eq!(fact(&after, "promise_channel"), "call");
    let mut session = db.read().await.unwrap();
    let rows = storage::activity::list_of_invoice(&mut session, first, None).await.unwrap();
    assert_eq!(rows[0].kind, ActivityKind::ExpectationChanged);
    assert_eq!(fact(&rows[0].after(), "expectation"), "promised");
    drop(session);
    // The calendar leaves it alone until its day is over.
    turn_day(&world).await;
    assert_eq!(find(&world, id).await, row);

    // No invoice is in two open promises: which one is said.
    let third = overdue(&given, alder, "INV-3", 10_000).await;
    let again = form(&world, &[second, third], "", friday).await;
    let refused = promises::record(&world, &ana, alder, &again).await;
    assert_eq!(problem(refused), (format!("invoices.{second}"), Problem::AlreadyUsed));
    assert_eq!(status(&world, third).await, ExpectationStatus::Predicted, "nothing was kept");

    // Everything that is open, where no amount is typed; one currency; never too much.
    let euros =
        given.invoice_in(alder, "INV-4", 5_000, Currency::from_code("EUR").unwrap(), None).await;
    let mixed = form(&world, &[third, euros], "", friday).await;
    let refused = promises::record(&world, &ana, alder, &mixed).await;
    assert_eq!(problem(refused), ("invoices".to_owned(), Problem::Ambiguous));
    let plain = form(&world, &[third], "", friday).await;
    for (changed, field, expected) in [
        (PromiseForm { amount: "100.01".into(), ..plain.clone() }, "amount", Problem::OutOfRange),
        (PromiseForm { amount: "x".into(), ..plain.clone() }, "amount", Problem::NotAnAmount),
        (
            PromiseForm { promised_on: (today - TimeDelta::days(1)).to_string(), ..plain.clone() },
            "promised_on",
            Problem::OutOfRange,
        ),
        (PromiseForm { channel: String::new(), ..plain.clone() }, "channel", Problem::NotAChoice),
        (PromiseForm { note: "x".repeat(501), ..plain.clone() }, "note", Problem::TooLong),
        (PromiseForm { invoices: String::new(), ..plain.clone() }, "invoices", Problem::Required),
    ] {
        let refused = promises::record(&world, &ana, alder, &changed).await;
        assert_eq!(problem(refused), (field.to_owned(), expected));
    }
    // What somebody else decided since is not written over.
    decide(&world, &ana, third, &said(ExpectationStatus::Estimated, Some(friday))).await;
    let stale = promises::record(&world, &ana, alder, &plain).await;
    assert!(matches!(stale, Err(ChangeError::Changed)), "{stale:?}");
    let whole = form(&world, &[third], " ", today).await;
    let id = promises::record(&world, &ana, alder, &whole).await.unwrap();
    assert_eq!(find(&world, id).await.amount_minor, 10_000);

    // Another customer's, one that is not there, one that is paid: none of them can be promised.
    let birch = given.customer("C-2", "kim@birch.example").await;
    let foreign = overdue(&given, birch, "INV-5", 10_000).await;
    let paid = overdue(&given, alder, "INV-6", 10_000).await;
    books_say_paid(&world, paid, 10_000).await;
    for invoice in [foreign, paid] {
        let asked = form(&world, &[invoice], "", friday).await;
        let refused = promises::record(&world, &ana, alder, &asked).await;
        assert_eq!(problem(refused), (format!("invoices.{invoice}"), Problem::NotAChoice));
    }
    let gone: InvoiceId = world.new_id();
    let asked = PromiseForm { invoices: format!("{gone}:1"), ..plain.clone() };
    let refused = promises::record(&world, &ana, alder, &asked).await;
    assert_eq!(problem(refused), (format!("invoices.{gone}"), Problem::NotAChoice));
    // Whoever does not see the customer is told that it is not there.
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let unseen = promises::record(&world, &bea, alder, &plain).await;
    assert!(matches!(unseen, Err(ChangeError::NotFound)), "{unseen:?}");
    let nowhere = promises::record(&world, &ana, world.new_id(), &plain).await;
    assert!(matches!(nowhere, Err(ChangeError::NotFound)), "{nowhere:?}");
    let unseen = promises::cancel(&world, &bea, id, 1).await;
    assert!(matches!(unseen, Err(ChangeError::NotFound)), "{unseen:?}");
    let nothing = promises::cancel(&world, &ana, world.new_id(), 1).await;
    assert!(matches!(nothing, Err(ChangeError::NotFound)), "{nothing:?}");
    assert_books_hold(&db).await;
}
both_engines!(a_promise_is_recorded_or_refused, recording);

async fn cancelling(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let (first, second) = (
        overdue(&given, customer, "INV-1", 30_000).await,
        given.invoice(customer, "INV-2", 20_000).await,
    );
    let friday = given.today() + TimeDelta::days(4);
    let asked = form(&world, &[first, second], "", friday).await;
    let id = promises::record(&world, &ana, customer, &asked).await.unwrap();
    let stale = promises::cancel(&world, &ana, id, 7).await;
    assert!(matches!(stale, Err(ChangeError::Changed)), "{stale:?}");
    promises::cancel(&world, &ana, id, 1).await.unwrap();
    let twice = promises::cancel(&world, &ana, id, 2).await;
    assert!(matches!(twice, Err(ChangeError::Changed)), "{twice:?}");
    assert_eq!(find(&world, id).await.status, PromiseStatus::Cancelled);
    assert_eq!(status(&world, first).await, ExpectationStatus::Late);
    assert_eq!(status(&world, second).await, ExpectationStatus::Predicted);
    let rows = history(&world, customer).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].actor, "staff:ana@h.example");
    assert_eq!(fact(&rows[0].after(), "promise_status"), "cancelled");
    assert_eq!(fact(&rows[0].after(), "promise_invoices"), "INV-1, INV-2");
    assert_eq!(tasks_about(&world, customer).await, []);
    // They are free to be promised anew.
    let asked = form(&world, &[first, second], "", friday).await;
    promises::record(&world, &ana, customer, &asked).await.unwrap();
    assert_books_hold(&db).await;
}
both_engines!(a_promise_is_cancelled, cancelling);

/// Deciding on an invoice takes it out of its promise; *Promised* is a promise of all of it.
async fn decided_otherwise(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let (first, second, third) = (
        overdue(&given, customer, "INV-1", 30_000).await,
        overdue(&given, customer, "INV-2", 20_000).await,
        overdue(&given, customer, "INV-3", 10_000).await,
    );
    let day = given.today() + TimeDelta::days(4);
    let later = day + TimeDelta::days(3);
    let asked = form(world, &[first, second, third], "450.00", day).await;
    let id = promises::record(world, &ana, customer, &asked).await.unwrap();

    // The same again changes nothing.
    decide(world, &ana, first, &said(ExpectationStatus::Promised, Some(day))).await;
    assert_eq!(find(world, id).await.version, 1);
    // One leaves: what was promised is at most what was open on the others.
    decide(world, &ana, first, &said(ExpectationStatus::Estimated, Some(later))).await;
    let row = find(world, id).await;
    assert_eq!((row.status, row.amount_minor, row.version), (PromiseStatus::Open, 30_000, 2));
    assert_eq!(numbers(world, id).await, ["INV-2", "INV-3"]);
    let told_of = history(world, customer).await.remove(0);
    assert_eq!(fact(&told_of.before(), "promise"), "$450.00");
    assert_eq!(fact(&told_of.after(), "promise"), "$300.00");
    assert_eq!(fact(&told_of.before(), "promise_invoices"), "INV-1, INV-2, INV-3");
    assert_eq!(fact(&told_of.after(), "promise_invoices"), "INV-2, INV-3");
    // Another day is another promise, of that invoice.
    decide(world, &ana, second, &said(ExpectationStatus::Promised, Some(later))).await;
    assert_eq!(numbers(world, id).await, ["INV-3"]);
    let open = all(world, customer).await;
    let of: Vec<_> = open.iter().map(|row| (row.promised_on, row.amount_minor)).collect();
    assert_eq!(of, [(day, 10_000), (later, 20_000)]);
    assert_eq!((open[1].channel(), open[1].taken_by), (None, ana.id));
    // The last one leaves, and the promise is cancelled.
    decide(world, &ana, third, &Decision::Automatic).await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Cancelled);
    assert_eq!(numbers(world, id).await, ["INV-3"], "what it was about stays known");
    assert_eq!(status(world, third).await, ExpectationStatus::Late);
    assert_books_hold(&db).await;

    // What stays was paid already: soon after the other left, it is kept.
    let (fourth, fifth) = (
        overdue(&given, customer, "INV-4", 30_000).await,
        overdue(&given, customer, "INV-5", 20_000).await,
    );
    let asked = form(world, &[fourth, fifth], "", day).await;
    let id = promises::record(world, &ana, customer, &asked).await.unwrap();
    books_say_paid(world, fourth, 30_000).await;
    app.settle().await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Open);
    decide(world, &ana, fifth, &said(ExpectationStatus::Estimated, Some(later))).await;
    app.settle().await;
    assert_eq!(find(world, id).await.status, PromiseStatus::Kept);

    // Many at once: one promise for each customer and currency, and what could not be is told.
    let birch = given.customer("C-2", "kim@birch.example").await;
    let euro = Currency::from_code("EUR").unwrap();
    let chosen = [
        overdue(&given, birch, "INV-6", 1_000).await,
        overdue(&given, birch, "INV-7", 2_000).await,
        given.invoice_in(birch, "INV-8", 4_000, euro, None).await,
        overdue(&given, customer, "INV-9", 8_000).await,
    ];
    let mut keys: Vec<(InvoiceId, i64)> = chosen.iter().map(|id| (*id, 1)).collect();
    keys.extend([(fourth, 1), (second, 99), (world.new_id(), 1)]);
    let decision = said(ExpectationStatus::Promised, Some(day));
    let decided = expectations::decide_many(world, &ana, &keys, &decision).await.unwrap();
    let fine = decided.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    assert_eq!((decided.len(), fine), (7, 4), "{decided:?}");
    for (id, outcome) in &decided {
        match outcome {
            Err(ExpectationError::Closed) => assert_eq!(*id, fourth),
            Err(ExpectationError::Change(ChangeError::Changed)) => assert_eq!(*id, second),
            Err(ExpectationError::Change(ChangeError::NotFound)) => assert!(!chosen.contains(id)),
            outcome => assert!(outcome.is_ok() && chosen.contains(id), "{outcome:?}"),
        }
    }
    let mut of: Vec<_> = all(world, birch)
        .await
        .iter()
        .map(|row| (row.currency.code().to_owned(), row.amount_minor))
        .collect();
    of.sort();
    assert_eq!(of, [("EUR".to_owned(), 4_000), ("USD".to_owned(), 3_000)]);
    assert_eq!(expected(world, second).await.columns.expected_on, later, "left as it was");
    assert_books_hold(&db).await;
}
both_engines!(whoever_decides_otherwise_ends_a_promise, decided_otherwise);

/// Many record at once, and somebody pays meanwhile: one promise, and it is settled once.
async fn at_once(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let (first, second) = (
        overdue(&given, customer, "INV-1", 30_000).await,
        overdue(&given, customer, "INV-2", 20_000).await,
    );
    let day = given.today() + TimeDelta::days(4);
    let forms = [
        form(world, &[first, second], "", day).await,
        form(world, &[second, first], "", day).await,
        form(world, &[second], "", day).await,
    ];
    let tries = (0..9).map(|number| {
        let (world, ana, form) = (world.clone(), ana.clone(), forms[number % 3].clone());
        tokio::spawn(async move { promises::record(&world, &ana, customer, &form).await })
    });
    let mut ids = Vec::new();
    for done in futures::future::join_all(tries).await {
        match done.unwrap() {
            Ok(id) => ids.push(id),
            refused => assert_eq!(problem(refused).1, Problem::AlreadyUsed),
        }
    }
    let [id] = ids.as_slice() else { panic!("{ids:?}") };
    assert_eq!(history(world, customer).await.len(), 1);

    // Cancelled, decided on and settled at once: it is closed, once.
    let version = expected(world, second).await.columns.expectation_version;
    books_say_paid(world, first, 30_000).await;
    let decision = Decision::Automatic;
    let (world, id) = (world.clone(), *id);
    let (cancelled, decided, settled) = tokio::join!(
        promises::cancel(&world, &ana, id, 1),
        expectations::decide(&world, &ana, second, version, &decision),
        expectations::refresh(&world, None)
    );
    settled.unwrap();
    app.settle().await;
    for refused in [
        cancelled.err(),
        decided.err().map(|error| match error {
            ExpectationError::Change(error) => error,
            other => panic!("{other:?}"),
        }),
    ] {
        assert!(matches!(refused, None | Some(ChangeError::Changed)), "{refused:?}");
    }
    assert_ne!(find(&world, id).await.status, PromiseStatus::Open);
    assert_ne!(status(&world, second).await, ExpectationStatus::Promised);
    let closed = history(&world, customer).await;
    let closed = closed.iter().filter(|row| row.after().contains_key("promise_status")).count();
    assert_eq!(closed, 1);
    assert_books_hold(&db).await;
}
both_engines!(many_at_once_take_one_promise, at_once);

/// Whoever pays promises for others too; it shows at both, to those who see both.
async fn for_others(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let (payer, child, other) = (
        given.customer("C-1", "dana@alder.example").await,
        given.customer("C-2", "kim@birch.example").await,
        given.customer("C-3", "lee@cedar.example").await,
    );
    let mut session = db.begin().await.unwrap();
    let placed = PlacedRow {
        id: child,
        number: String::new(),
        name: String::new(),
        parent_number: String::new(),
        parent_id: None,
        is_project: false,
        billing_preference: None,
        bill_to_id: child,
    };
    let is_done =
        storage::hierarchy::update_bill_to(&mut session, &placed, payer, world.now()).await;
    assert!(is_done.unwrap());
    session.commit().await.unwrap();
    let own = overdue(&given, payer, "INV-1", 30_000).await;
    let theirs = overdue(&given, child, "INV-2", 20_000).await;
    let foreign = overdue(&given, other, "INV-3", 10_000).await;
    let day = given.today() + TimeDelta::days(4);
    let offered = async |customer, sight| -> Vec<String> {
        let mut session = db.read().await.unwrap();
        let rows = storage::promises::all_promisable(&mut session, customer, sight, 9).await;
        rows.unwrap().into_iter().map(|row| row.invoice.number).collect()
    };
    assert_eq!(offered(payer, Sight::All).await, ["INV-1", "INV-2"]);
    assert_eq!(offered(child, Sight::All).await, ["INV-2"], "whoever bought may promise too");
    let limited = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@h.example", limited).await;
    customers::assign(world, &ana, payer, None, Some(ben.id)).await.unwrap();
    assert_eq!(offered(payer, ben.sight()).await, ["INV-1"], "not those of others");
    for (staff, invoice) in [(&ana, foreign), (&ben, theirs)] {
        let asked = form(world, &[invoice], "", day).await;
        let refused = promises::record(world, staff, payer, &asked).await;
        assert_eq!(problem(refused), (format!("invoices.{invoice}"), Problem::NotAChoice));
    }
    let asked = form(world, &[own, theirs], "", day).await;
    let id = promises::record(world, &ana, payer, &asked).await.unwrap();
    let mut staff = app.signed_in("ana@h.example").await;
    let mut limited = app.signed_in("ben@h.example").await;
    let list = async |browser: &mut Browser, customer: CustomerId| {
        let answer = browser.ask(&format!("/api/staff/promises/list?customer_id={customer}")).await;
        serde_json::from_str::<PromisesView>(&answer.body).unwrap()
    };
    let shown = list(&mut staff, child).await.promises;
    assert_eq!((shown.len(), shown[0].customer.as_str()), (1, "Customer C-1"));
    assert_eq!(shown[0].invoices, ["INV-1", "INV-2"]);
    let shown = list(&mut limited, payer).await.promises;
    assert_eq!(shown[0].invoices, ["INV-1"], "numbers of others are not told");
    let told = history(world, payer).await.remove(0).after();
    assert_eq!(fact(&told, "promise_invoices"), "INV-1");
    assert_eq!(fact(&told, "promise_others"), "INV-2");
    let path = format!("/api/staff/history/list?customer_id={payer}");
    let (all, some) = (staff.ask(&path).await.body, limited.ask(&path).await.body);
    assert!(all.contains("INV-2") && some.contains("INV-1"), "{all} {some}");
    assert!(!some.contains("INV-2"), "{some}");
    // What the child pays counts, and is looked at soon.
    books_say_paid(world, theirs, 20_000).await;
    app.settle().await;
    assert_eq!(list(&mut staff, payer).await.promises[0].paid, 20_000);
    books_say_paid(world, own, 30_000).await;
    expectations::refresh(world, Some(child)).await.unwrap();
    assert_eq!(find(world, id).await.status, PromiseStatus::Kept);
    assert_books_hold(&db).await;
}
both_engines!(whoever_pays_promises_for_others, for_others);

async fn on_screens(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let customer = given.customer("C-1", "dana@alder.example").await;
    let first = overdue(&given, customer, "INV-1", 30_000).await;
    let second = overdue(&given, customer, "INV-2", 20_000).await;
    let mut staff = app.staff().await;
    let list = async |browser: &mut Browser| {
        let answer = browser.ask(&format!("/api/staff/promises/list?customer_id={customer}")).await;
        serde_json::from_str::<PromisesView>(&answer.body).unwrap()
    };
    let found = list(&mut staff).await;
    assert!(found.promises.is_empty() && found.may_record && !found.is_cut);
    let numbers: Vec<_> = found.invoices.iter().map(|one| one.number.as_str()).collect();
    assert_eq!(numbers, ["INV-1", "INV-2"]);
    let today = given.today();
    let body = |amount: &str, day: &str| {
        format!(
            "customer_id={customer}&form[invoices]={first}:1,{second}:1&form[amount]={amount}\
             &form[promised_on]={day}&form[channel]=email&form[note]=Soon"
        )
    };
    let tomorrow = (today + TimeDelta::days(1)).to_string();
    for (bad, field) in [
        (body("900.00", &tomorrow), "\"amount\""),
        (body("", "2020-01-01"), "\"promised_on\""),
        (format!("customer_id={customer}"), "\"invoices\""),
    ] {
        let answer = staff.call("/api/staff/promises/record", &bad).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains(field), "{}", answer.body);
    }
    let answer = staff.call("/api/staff/promises/record", &body("450.00", &tomorrow)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = staff.call("/api/staff/promises/record", &body("", &tomorrow)).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("already_used") && answer.body.contains(&first.to_string()));
    let found = list(&mut staff).await;
    let promise = found.promises.first().unwrap();
    assert_eq!((promise.amount.minor, promise.paid), (45_000, 0));
    assert_eq!((promise.note.as_str(), promise.taker.as_str()), ("Soon", "Ana"));
    assert!(found.invoices.iter().all(|one| !one.already.is_empty()));

    // A viewer sees it, and neither records nor cancels.
    let mut viewer = app.staff_with("eve@h.example", Duties::of(Role::Viewer)).await;
    let seen = list(&mut viewer).await;
    assert!(!seen.may_record && seen.invoices.is_empty() && seen.promises.len() == 1);
    let cancel = format!("id={}&version={}", promise.id, promise.version);
    for (path, body) in
        [("promises/record", body("", &tomorrow)), ("promises/cancel", cancel.clone())]
    {
        let answer = viewer.call(&format!("/api/staff/{path}"), &body).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let answer = staff.call("/api/staff/promises/cancel", &cancel).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = staff.call("/api/staff/promises/cancel", &cancel).await;
    assert_eq!(answer.status, 409, "{}", answer.body);

    // The last five that were closed are shown, behind those that are open.
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    for days in 1..=7 {
        let asked = form(world, &[first], "", today + TimeDelta::days(days)).await;
        let id = promises::record(world, &ana, customer, &asked).await.unwrap();
        if days < 7 {
            promises::cancel(world, &ana, id, 1).await.unwrap();
        }
    }
    let found = list(&mut staff).await;
    let statuses: Vec<PromiseStatus> = found.promises.iter().map(|one| one.status).collect();
    assert_eq!(statuses[0], PromiseStatus::Open);
    assert_eq!(statuses[1..], [PromiseStatus::Cancelled; 5]);

    // Days of grace are a setting, which nobody writes over unread.
    let save = |days: &str| format!("before=0&after={days}");
    for days in ["31", "-1", "x"] {
        let answer = staff.call("/api/staff/settings/promise_grace", &save(days)).await;
        assert_eq!(answer.status, 422, "{days}: {}", answer.body);
    }
    let answer = staff.call("/api/staff/settings/promise_grace", &save("3")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = staff.call("/api/staff/settings/promise_grace", &save("3")).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    let settings = staff.ask("/api/staff/settings/receivables").await;
    assert!(settings.body.contains("\"promise_grace_days\":3"), "{}", settings.body);
    assert_books_hold(&db).await;
}
both_engines!(the_panel_shows_promises, on_screens);

/// What breaks the books of promises is found.
async fn verified(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = overdue(&given, customer, "INV-1", 30_000).await;
    let asked = form(&world, &[invoice], "", given.today()).await;
    promises::record(&world, &ana, customer, &asked).await.unwrap();
    assert_books_hold(&db).await;
    // Somebody decided past the promise.
    let mut session = db.begin().await.unwrap();
    let plain = Expectation::plain(ExpectationStatus::Late, None);
    storage::expectations::update(&mut session, invoice, &plain, world.now()).await.unwrap();
    let invariants = storage::verify::INVARIANTS;
    let invariant = invariants.iter().find(|one| one.name == "promises").unwrap();
    let finding = storage::verify::check(&mut session, invariant).await.unwrap();
    assert_eq!(finding.checked, 1);
    assert!(finding.offender.is_some_and(|offender| offender.starts_with("promise ")));
}
both_engines!(verify_looks_at_promises, verified);
