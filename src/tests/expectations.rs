//! When the money of open invoices is expected: what the calendar and habits say, what people say,
//! and what its history tells.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{NaiveDate, TimeDelta};

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    world::{TestClock, assert_books_hold, world, world_with},
};
use crate::{
    api::view::{DecidedView, HistoryView, InvoiceListView, InvoicePanel},
    domain::{
        activity::ActivityKind,
        expectation::{
            Decision, Expectation, ExpectationForm, ExpectationStatus, HoldReason, NO_DAY,
        },
        ids::{CustomerId, InvoiceId},
        invoice::DocumentKind,
        money::Currency,
        permission::{Duties, Role},
    },
    gateways::none::NoGateway,
    import,
    services::{
        World,
        change::ChangeError,
        expectations::{self, ExpectationError},
        import::{Choices, store_batch},
    },
    storage::{self, Db, activity::ActivityQuery, invoices::InvoiceRow},
};

/// An invoice that is due some days from today and open, or one that was paid today, some days
/// late.
async fn invoice(
    given: &Given<'_>,
    customer_id: CustomerId,
    number: &str,
    days: i64,
    is_paid: bool,
) -> InvoiceId {
    let id = given.invoice(customer_id, number, 10_000).await;
    let today = given.today();
    let mut session = given.0.db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let due_on = today + TimeDelta::days(if is_paid { -days } else { days });
    let row = InvoiceRow { due_on, issued_on: due_on.min(today), ..row };
    storage::invoices::update(&mut session, &row, given.0.now()).await.unwrap();
    session.commit().await.unwrap();
    if is_paid {
        settle(given.0, id).await;
    }
    id
}

/// The books say that an invoice was paid today.
async fn settle(world: &World, id: InvoiceId) {
    let mut session = world.db.read().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let customer = storage::customers::find(&mut session, row.customer_id).await.unwrap().unwrap();
    drop(session);
    let InvoiceRow { number, issued_on, due_on, .. } = row;
    let today = Given(world).today();
    let text = format!(
        "customer_number,number,issued_on,due_on,total,paid_on,paid_amount\n\
         {},{number},{issued_on},{due_on},100.00,{today},100.00\n",
        customer.number
    );
    let choices =
        Choices { kind: "invoices".to_owned(), currency: "USD".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    let report = store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap();
    assert_eq!(report.payments.new + report.payments.changed, 1, "{report:?}");
}

async fn found(world: &World, id: InvoiceId) -> Expectation {
    let mut session = world.db.begin().await.unwrap();
    storage::expectations::lock(&mut session, id).await.unwrap().unwrap().columns.expectation()
}

async fn version(world: &World, id: InvoiceId) -> i64 {
    let mut session = world.db.begin().await.unwrap();
    let row = storage::expectations::lock(&mut session, id).await.unwrap().unwrap();
    row.columns.expectation_version
}

async fn predictions(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let today = given.today();
    let slow = given.customer("C-1", "dana@alder.example").await;
    let new = given.customer("C-2", "eve@other.example").await;
    for (index, days) in [4, 9, 2].into_iter().enumerate() {
        invoice(&given, slow, &format!("P-{index}"), days, true).await;
    }
    let next = invoice(&given, slow, "O-1", 10, false).await;
    let within = invoice(&given, slow, "O-2", -4, false).await;
    let past = invoice(&given, slow, "O-3", -5, false).await;
    let other = invoice(&given, new, "O-4", 10, false).await;
    let disputed = invoice(&given, new, "O-5", 10, false).await;
    let mut session = db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, disputed).await.unwrap().unwrap();
    assert_eq!(row.kind, DocumentKind::Invoice);
    let row = InvoiceRow { is_disputed: true, ..row };
    storage::invoices::update(&mut session, &row, world.now()).await.unwrap();
    session.commit().await.unwrap();

    expectations::refresh(&world, None).await.unwrap();
    let expected = |status, on: Option<NaiveDate>| Expectation::plain(status, on);
    let day = |days| Some(today + TimeDelta::days(days));
    use ExpectationStatus::{Late, OnHold, Predicted};
    // The middle of 2, 4 and 9.
    assert_eq!(found(&world, next).await, expected(Predicted, day(14)));
    assert_eq!(found(&world, within).await, expected(Predicted, day(0)));
    assert_eq!(found(&world, past).await, expected(Late, None));
    // Who paid nothing yet is taken to pay as everybody does.
    assert_eq!(found(&world, other).await, expected(Predicted, day(14)));
    let held = found(&world, disputed).await;
    assert_eq!((held.status, held.reason), (OnHold, Some(HoldReason::Books)));
    assert!(held.is_automatic());
    let mut session = db.read().await.unwrap();
    let habit = storage::expectations::find_habit(&mut session, slow).await.unwrap().unwrap();
    assert_eq!(habit.usual_days_late, Some(4));
    assert_eq!(storage::expectations::find_usual_days_late(&mut session).await.unwrap(), Some(4));
    drop(session);

    // A habit changes with what is paid, for that customer alone.
    for (index, days) in [20, 21, 22, 23].into_iter().enumerate() {
        invoice(&given, slow, &format!("Q-{index}"), days, true).await;
    }
    expectations::refresh(&world, Some(slow)).await.unwrap();
    assert_eq!(found(&world, next).await, expected(Predicted, day(30)));
    assert_eq!(found(&world, past).await, expected(Predicted, day(15)));
    assert_eq!(found(&world, other).await, expected(Predicted, day(14)));
    // Nobody decided anything: no version, no history.
    assert_eq!(version(&world, next).await, 1);
    assert!(history(&world, slow, true).await.is_empty());
    assert_books_hold(&db).await;
}
both_engines!(days_follow_from_habits, predictions);

async fn last_twelve(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    for (index, days) in [90, 80].into_iter().chain(1..=12).enumerate() {
        invoice(&given, customer, &format!("P-{index}"), days, true).await;
        clock.advance(TimeDelta::days(1));
    }
    let mut session = db.read().await.unwrap();
    let days = storage::expectations::all_days_late(&mut session, customer).await.unwrap();
    assert_eq!(days, (1..=12).rev().collect::<Vec<i64>>());
    let paid = storage::expectations::all_paid(&mut session, customer, customer).await.unwrap();
    let ranked: BTreeSet<i64> = paid.iter().map(|row| row.days_late).collect();
    assert_eq!((paid.len(), ranked), (12, (1..=12).collect()));
}
both_engines!(a_habit_is_of_the_last_twelve, last_twelve);

async fn history(
    world: &World,
    customer_id: CustomerId,
    has_invoices: bool,
) -> Vec<(String, String)> {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == ActivityKind::ExpectationChanged)
        .map(|row| {
            let status = row.after().remove("expectation").unwrap_or_default();
            (row.actor.clone(), status)
        })
        .collect()
}

async fn decisions(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let today = given.today();
    let customer = given.customer("C-1", "dana@alder.example").await;
    let id = invoice(&given, customer, "O-1", -3, false).await;
    expectations::refresh(&world, None).await.unwrap();
    assert_eq!(found(&world, id).await.status, ExpectationStatus::Late);
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let friday = today + TimeDelta::days(4);
    let promised = Expectation::plain(ExpectationStatus::Promised, Some(friday));
    let said = |expectation: &Expectation| Decision::Said(expectation.clone());
    expectations::decide(&world, &ana, id, 1, &said(&promised)).await.unwrap();
    assert_eq!(found(&world, id).await, promised);
    assert_eq!(version(&world, id).await, 2);
    // What somebody else decided is not written over.
    let late = expectations::decide(&world, &ana, id, 1, &Decision::Automatic).await;
    assert!(matches!(late, Err(ExpectationError::Change(ChangeError::Changed))), "{late:?}");
    // The calendar does not touch what somebody said.
    expectations::refresh(&world, None).await.unwrap();
    assert_eq!(found(&world, id).await, promised);
    // Being charged by itself is nobody's to say.
    let hold = Expectation::plain(ExpectationStatus::AutopayHold, None);
    let refused = expectations::decide(&world, &ana, id, 2, &said(&hold)).await;
    assert!(matches!(refused, Err(ExpectationError::NotFromHere)), "{refused:?}");
    let held = Expectation {
        status: ExpectationStatus::OnHold,
        on: None,
        reason: Some(HoldReason::Delivery),
        note: "Two boxes are missing".to_owned(),
    };
    expectations::decide(&world, &ana, id, 2, &said(&held)).await.unwrap();
    // The same again is no change.
    expectations::decide(&world, &ana, id, 3, &said(&held)).await.unwrap();
    assert_eq!(version(&world, id).await, 3);
    expectations::decide(&world, &ana, id, 3, &Decision::Automatic).await.unwrap();
    assert_eq!(found(&world, id).await.status, ExpectationStatus::Late);
    let rows = history(&world, customer, true).await;
    let statuses: Vec<&str> = rows.iter().map(|(_, status)| status.as_str()).collect();
    assert_eq!(statuses, ["late", "on_hold", "promised"]);
    assert!(history(&world, customer, false).await.is_empty(), "not at customer level");

    settle(&world, id).await;
    let closed = expectations::decide(&world, &ana, id, 4, &said(&promised)).await;
    assert!(matches!(closed, Err(ExpectationError::Closed)), "{closed:?}");
    let gone = expectations::decide(&world, &ana, world.new_id(), 1, &said(&promised)).await;
    assert!(matches!(gone, Err(ExpectationError::Change(ChangeError::NotFound))), "{gone:?}");
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let unseen = expectations::decide(&world, &bea, id, 4, &Decision::Automatic).await;
    assert!(matches!(unseen, Err(ExpectationError::Change(ChangeError::NotFound))), "{unseen:?}");
    assert_books_hold(&db).await;
}
both_engines!(people_decide_what_is_expected, decisions);

/// A new day: what was predicted moves on, and a word that was not kept makes an invoice late.
async fn broken_word(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let customer = given.customer("C-1", "dana@alder.example").await;
    let overdue = invoice(&given, customer, "O-1", -3, false).await;
    let coming = invoice(&given, customer, "O-2", 60, false).await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let tomorrow = given.today() + TimeDelta::days(1);
    for (id, status) in
        [(overdue, ExpectationStatus::Promised), (coming, ExpectationStatus::Estimated)]
    {
        let said = Decision::Said(Expectation::plain(status, Some(tomorrow)));
        expectations::decide(world, &ana, id, 1, &said).await.unwrap();
    }
    expectations::turn_day(world).await.unwrap();
    app.advance_days(1).await;
    expectations::turn_day(world).await.unwrap();
    app.settle().await;
    assert_eq!(found(world, overdue).await.status, ExpectationStatus::Promised, "today counts");
    app.advance_days(1).await;
    // Twice is once.
    expectations::turn_day(world).await.unwrap();
    expectations::turn_day(world).await.unwrap();
    app.settle().await;
    let late = found(world, overdue).await;
    assert_eq!((late.status, late.on), (ExpectationStatus::Late, None));
    let predicted = found(world, coming).await;
    assert_eq!(predicted.status, ExpectationStatus::Predicted);
    assert_eq!(predicted.on, Some(given.today() + TimeDelta::days(58)));
    let rows = history(world, customer, true).await;
    let by_system: Vec<_> = rows.iter().filter(|(actor, _)| actor == "system").collect();
    assert_eq!(by_system.len(), 2, "{rows:?}");
    let mut session = db.read().await.unwrap();
    let today = given.today();
    let lapsed = storage::expectations::all_lapsed(&mut session, today, today, 10).await;
    assert!(lapsed.unwrap().is_empty());
    assert_books_hold(&db).await;
}
both_engines!(a_word_that_was_not_kept_makes_late, broken_word);

/// Lists sort and filter by it, page by page, and the panel shows it.
async fn on_screens(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut ids = Vec::new();
    for number in 0..120 {
        // Every third is overdue and late; several share a day.
        let days = if number % 3 == 0 { -1 - number } else { number / 4 };
        ids.push(invoice(&given, customer, &format!("O-{number:03}"), days, false).await);
    }
    expectations::refresh(world, None).await.unwrap();
    let mut staff = app.staff().await;
    for direction in ["asc", "desc"] {
        let (mut numbers, mut days, mut after) = (Vec::new(), Vec::new(), String::new());
        loop {
            let path = format!(
                "/api/staff/invoices/open?query[sort]=expected&query[direction]={direction}\
                 &query[after]={after}"
            );
            let answer = staff.ask(&path).await;
            let page: InvoiceListView = serde_json::from_str(&answer.body).unwrap();
            for row in &page.rows {
                numbers.push(row.number.clone());
                let mut session = db.begin().await.unwrap();
                let id = row.id.parse().unwrap();
                let row = storage::expectations::lock(&mut session, id).await.unwrap().unwrap();
                days.push(row.columns.expected_on);
            }
            after = page.next;
            if after.is_empty() {
                break;
            }
        }
        assert_eq!(numbers.len(), 120);
        let mut sorted = days.clone();
        sorted.sort_unstable();
        if direction == "desc" {
            sorted.reverse();
        }
        assert_eq!(days, sorted);
        assert_eq!(days.iter().filter(|day| **day == NO_DAY).count(), 40);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 120);
    }
    let late = staff.ask("/api/staff/invoices/open?query[status]=late").await;
    let late: InvoiceListView = serde_json::from_str(&late.body).unwrap();
    assert_eq!(late.totals.first().unwrap().count, 40);
    assert!(late.rows.iter().all(|row| row.expectation.status == ExpectationStatus::Late));

    // Several at once: what could not be decided is told, the rest is decided.
    let paid = invoice(&given, customer, "P-1", 3, true).await;
    let [first, second, ..] = ids.as_slice() else { panic!("many") };
    let hold = "form[status]=on_hold&form[reason]=pricing";
    let nothing = world.new_id::<InvoiceId>();
    let many = format!("invoices={first}:1,{second}:7,{paid}:1,{nothing}:1&{hold}");
    let answer = staff.call("/api/staff/invoice/expect_many", &many).await;
    let came: DecidedView = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((came.decided, came.missing), (1, 1), "{}", answer.body);
    assert_eq!((came.changed.join(","), came.closed.join(",")), ("O-001".into(), "P-1".into()));
    let answer = staff.ask(&format!("/api/staff/invoice/panel?id={first}")).await;
    let panel: InvoicePanel = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(panel.row.expectation.status, ExpectationStatus::OnHold);
    assert_eq!(panel.row.expectation.reason, Some(HoldReason::Pricing));
    assert!(panel.may_decide && panel.has_history);
    let form = ExpectationForm {
        status: "on_hold".to_owned(),
        reason: "pricing".to_owned(),
        ..ExpectationForm::default()
    };
    assert_eq!(panel.row.expectation.form, form);
    let answer = staff.ask(&format!("/api/staff/invoice/history?id={first}")).await;
    let rows: HistoryView = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(rows.rows.len(), 1);
    assert_eq!(rows.rows.first().unwrap().invoice, "O-000");
    for (body, status) in [
        ("form[status]=promised".to_owned(), 422),
        ("form[status]=promised&form[expected_on]=2020-01-01".to_owned(), 422),
        ("form[status]=autopay".to_owned(), 422),
        ("form[status]=autopay_hold".to_owned(), 422),
    ] {
        let call = format!("id={second}&version=1&{body}");
        let answer = staff.call("/api/staff/invoice/expect", &call).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    let nobody = staff.call("/api/staff/invoice/expect_many", &format!("invoices=&{hold}")).await;
    assert_eq!(nobody.status, 409, "{}", nobody.body);
}
both_engines!(lists_and_panel_show_what_is_expected, on_screens);

/// Paying online changes the habit of whoever bought, soon after.
async fn after_paying(db: Db) {
    use super::support::processor::add_card;
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let customer = given.customer("C-1", "dana@alder.example").await;
    for (index, days) in [8, 8].into_iter().enumerate() {
        invoice(&given, customer, &format!("P-{index}"), days, true).await;
    }
    let open = invoice(&given, customer, "O-1", 20, false).await;
    let due = invoice(&given, customer, "O-2", -8, false).await.to_string();
    expectations::refresh(world, None).await.unwrap();
    let on_time = given.today() + TimeDelta::days(20);
    assert_eq!(found(world, open).await.on, Some(on_time), "two are too few to tell");
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &due, "4242424242424242").await;
    let confirmed = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(confirmed.status < 400, "{}", confirmed.body);
    app.settle().await;
    assert_eq!(found(world, open).await.on, Some(on_time + TimeDelta::days(8)));
}
both_engines!(a_payment_changes_the_habit, after_paying);
