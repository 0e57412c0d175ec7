//! Invoices that are charged by themselves: when, how much, and what keeps them from it.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    autopay::{
        EMAIL, GOOD_CARD, PORTAL, Payer, charged, corrected, credit, days, due_in, morning_after,
        run_day,
    },
    both_engines,
    database::{run, tamper},
    promises::{expected, status},
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        autopay::EnrolmentState,
        expectation::{Decision, Expectation, ExpectationStatus, HoldReason},
        form::Problem,
        ids::{CustomerId, InvoiceId},
        payment::PaymentState,
        permission::{Duties, Role},
        portion::Portion,
    },
    gateways::none::NoGateway,
    services::{
        autopay::{self, AutopayRun, EnrolForm},
        change::ChangeError,
        charge::{self, ConfirmError, Confirmation},
        expectations,
    },
    storage::{self, Db, verify},
};

/// The number of the bank account that works.
const GOOD_ACCOUNT: &str = "000123456789";

async fn charged_on_its_day(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 6).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    // It is said to be charged on its day, from the moment of enrolling.
    let due_on = payer.invoice(invoice).await.due_on;
    let row = expected(app.world(), invoice).await;
    let expected_now = Expectation::plain(ExpectationStatus::Autopay, Some(due_on));
    assert_eq!(row.columns.expectation(), expected_now);
    let letters = payer.letters("autopay").await;
    let enrolment = payer.enrolment(id).await;
    let mut session = db.read().await.unwrap();
    let consent = storage::autopay::find_consent(&mut session, id).await.unwrap().unwrap();
    drop(session);
    assert!(letters[0].contains("I authorize Halden Supply Co. to charge the Visa card"));
    assert_eq!(
        (consent.network_address.as_str(), consent.browser.as_str()),
        ("192.0.2.7", "Test/1.0")
    );
    assert_eq!((consent.email.as_str(), consent.version.as_str()), (EMAIL, "autopay-2026-11"));
    assert!(consent.body.contains("surcharge of up to 2.9%"), "{}", consent.body);
    assert_eq!((enrolment.surcharge_ppm, enrolment.since), (29_000, app.given().today()));
    // Three days ahead the payer is told, once, what it comes to with the surcharge.
    days(&app, 2).await;
    assert!(payer.letters("autopay-notice").await.is_empty());
    days(&app, 1).await;
    let notices = payer.letters("autopay-notice").await;
    assert_eq!(notices.len(), 1);
    assert!(notices[0].contains("INV-1") && notices[0].contains("$102.90"), "{}", notices[0]);
    days(&app, 2).await;
    assert_eq!((charged(&app).await, payer.letters("autopay-notice").await.len()), ((0, 0), 1));
    days(&app, 1).await;
    assert_eq!(charged(&app).await, (1, 10_290));
    let paid = &payer.payments().await[0];
    assert_eq!((paid.state, paid.is_autopay), (PaymentState::Succeeded, true));
    assert_eq!(payer.invoice(invoice).await.balance_minor, 0);
    assert_eq!(payer.told(invoice).await, ["paid "]);
    assert_eq!(payer.letters("payment-receipt").await.len(), 1);
    // However often it is run, and on whatever day.
    days(&app, 3).await;
    assert_eq!(charged(&app).await, (1, 10_290));
    assert_books_hold(&db).await;
}
both_engines!(an_invoice_is_charged_on_its_day, charged_on_its_day);

async fn consumers_bank(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_bank(&app, GOOD_ACCOUNT).await;
    let soon = due_in(&app, payer.customer, "INV-1", 10_000, 4).await;
    let later = due_in(&app, payer.customer, "INV-2", 5_000, 14).await;
    // As soon as it appears, from a bank account, without a limit: nobody can agree to that.
    let form = EnrolForm { timing: "invoice_date".to_owned(), ..payer.form() };
    let refused = payer.enrol(&form).await.unwrap_err();
    let ChangeError::Invalid(problem) = refused else { panic!("{refused}") };
    assert_eq!((problem.field.as_str(), problem.problem), ("ceiling", Problem::Required));
    payer.enrol(&payer.form()).await.unwrap();
    // Less than ten days are left: the charge waits until ten days after the notice.
    let told_on = app.given().today() + TimeDelta::days(1);
    days(&app, 1).await;
    let attempts = payer.attempts(soon).await;
    assert_eq!(attempts[0].charge_on, told_on + TimeDelta::days(10));
    assert_eq!(attempts[0].notified_minor, 10_000);
    assert_eq!(expected(app.world(), soon).await.columns.expected_on, attempts[0].charge_on);
    days(&app, 9).await;
    assert!(payer.payments().await.is_empty());
    days(&app, 1).await;
    assert_eq!(payer.payments().await.len(), 1);
    assert_eq!(payer.told(later).await.len(), 1, "the other was announced");
    // On its way, and open: nothing else takes it.
    days(&app, 1).await;
    assert_eq!(payer.payments().await.len(), 1);
    days(&app, 9).await;
    assert_eq!(charged(&app).await, (2, 15_000));
    assert_eq!(payer.told(soon).await, ["paid "]);
    assert_eq!(payer.told(later).await, ["paid "]);
    assert_books_hold(&db).await;
}
both_engines!(a_consumers_bank_account_is_told_ten_days_ahead, consumers_bank);

async fn cancelled(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    morning_after(&app, 1).await;
    // Everything was made ready for the charge, which was not sent yet.
    let world = app.world();
    let quote = ready_to_confirm(&app, &payer, invoice).await;
    let confirm = |attempt_id| Confirmation {
        whose: payer.customer.into(),
        email: EMAIL,
        quote_id: quote,
        attempt_id,
        portal_url: PORTAL,
    };
    // Nobody confirms it by hand.
    let by_hand = charge::confirm(world, &confirm(None)).await.unwrap_err();
    assert!(matches!(by_hand, ConfirmError::NotFound), "{by_hand}");
    assert!(payer.cancel().await);
    let attempt = payer.attempts(invoice).await[1].clone();
    let late = charge::confirm(world, &confirm(Some(attempt.id))).await.unwrap_err();
    assert!(matches!(late, ConfirmError::NotAgreed), "{late}");
    assert!(!payer.cancel().await, "there is nothing left to cancel");
    days(&app, 3).await;
    // Of the payment that never reached the processor there is a row, and no other.
    let states: Vec<_> = payer.payments().await.iter().map(|row| row.state).collect();
    assert_eq!(states, [PaymentState::Voided]);
    assert_eq!(charged(&app).await, (0, 0));
    assert_eq!(payer.state(id).await, EnrolmentState::Cancelled);
    assert_eq!(payer.told(invoice).await, ["dropped unsent", "dropped cancelled"]);
    // It is reminded of like any other again.
    assert_ne!(status(world, invoice).await, ExpectationStatus::Autopay);
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("is off") && letters[0].contains("I authorize"), "{}", letters[0]);
    assert_books_hold(&db).await;
}
both_engines!(what_is_cancelled_is_not_charged, cancelled);

/// Tells of a charge and makes the price for it, as the run does before it confirms.
async fn ready_to_confirm(
    app: &TestApp,
    payer: &Payer<'_>,
    invoice: InvoiceId,
) -> crate::domain::ids::QuoteId {
    // With the processor away the charge ends before anything is sent, and is planned again.
    let faults = app.state.sandbox.as_ref().unwrap().faults();
    faults.plan(crate::sandbox::Call::CreateIntent, crate::sandbox::Fault::RateLimited, 1);
    let world = app.world();
    let day = app.given().today();
    autopay::run_some(world, PORTAL, &AutopayRun { day, after: None, only: None }).await.unwrap();
    let attempts = payer.attempts(invoice).await;
    assert_eq!(payer.told(invoice).await, ["dropped unsent", "planned "]);
    assert_eq!((attempts[1].attempt_no, attempts[1].cycle_no), (2, 1));
    // The price of the second try, kept as the run keeps it.
    let method = payer.method.parse().unwrap();
    let mut session = db_of(app).read().await.unwrap();
    let first = storage::quotes::find(&mut session, attempts[0].quote_id.unwrap(), payer.customer);
    let first = first.await.unwrap().unwrap();
    drop(session);
    let id = world.new_id();
    let row = storage::quotes::QuoteRow {
        id,
        method_id: method,
        attempt_id: Some(attempts[1].id),
        ..first
    };
    let mut session = db_of(app).begin().await.unwrap();
    storage::quotes::insert(&mut session, &row).await.unwrap();
    storage::autopay::update_quote(&mut session, attempts[1].id, id, world.now()).await.unwrap();
    session.commit().await.unwrap();
    id
}

fn db_of(app: &TestApp) -> &Db {
    &app.world().db
}

async fn credits_first(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let part = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let whole = due_in(&app, payer.customer, "INV-2", 2_000, 1).await;
    let world = app.world();
    credit(world, payer.customer, "K-1", 1_000).await;
    credit(world, payer.customer, "K-2", 3_000).await;
    payer.enrol(&payer.form()).await.unwrap();
    days(&app, 1).await;
    // The first invoice takes both; 60.00 and their surcharge of 1.74 are charged, then 20.58.
    assert_eq!(charged(&app).await, (2, 6_174 + 2_058));
    assert_eq!(payer.invoice(part).await.balance_minor, 0);
    credit(world, payer.customer, "K-3", 5_000).await;
    let covered = due_in(&app, payer.customer, "INV-3", 4_000, 1).await;
    days(&app, 2).await;
    assert_eq!(charged(&app).await.0, 2, "credit covers it");
    assert_eq!(payer.invoice(covered).await.balance_minor, 0);
    assert_eq!(payer.told(covered).await, ["dropped settled"]);
    assert_eq!(payer.invoice(whole).await.balance_minor, 0);
    // Whoever did not agree to that keeps their credits.
    let form = EnrolForm { use_credits: false, ..payer.form() };
    payer.enrol(&form).await.unwrap();
    let kept = due_in(&app, payer.customer, "INV-4", 1_000, 2).await;
    days(&app, 2).await;
    assert_eq!((charged(&app).await.0, payer.invoice(kept).await.balance_minor), (3, 0));
    assert_books_hold(&db).await;
}
both_engines!(credits_are_used_first_where_that_was_agreed, credits_first);

async fn held_back(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let customer = payer.customer;
    let world = app.world();
    let mut invoices = Vec::new();
    for number in ["disputed", "stopped", "promised", "above", "paid by hand", "plain"] {
        let minor = if number == "above" { 50_000 } else { 10_000 };
        invoices.push(due_in(&app, customer, number, minor, 2).await);
    }
    let [disputed, stopped, promised, above, by_hand, plain] = invoices[..] else { panic!() };
    let staff = app.given().staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let decide = async |id: InvoiceId, decision: Decision| {
        let version = expected(world, id).await.columns.expectation_version;
        expectations::decide(world, &staff, id, version, &decision).await
    };
    let day = app.given().today() + TimeDelta::days(4);
    let said = |status| Decision::Said(Expectation::plain(status, Some(day)));
    decide(promised, said(ExpectationStatus::Promised)).await.unwrap();
    let dispute = Expectation {
        reason: Some(HoldReason::Pricing),
        ..Expectation::plain(ExpectationStatus::OnHold, None)
    };
    decide(disputed, Decision::Said(dispute)).await.unwrap();
    let form = EnrolForm { ceiling: "400.00".to_owned(), ..payer.form() };
    payer.enrol(&form).await.unwrap();
    assert_eq!(status(world, stopped).await, ExpectationStatus::Autopay);
    // What is charged by itself is stopped, and nothing else.
    decide(stopped, said(ExpectationStatus::Promised)).await.unwrap_err();
    decide(stopped, Decision::Automatic).await.unwrap_err();
    let stop = Decision::Said(Expectation::plain(ExpectationStatus::AutopayHold, None));
    decide(promised, stop.clone()).await.unwrap_err();
    decide(stopped, stop).await.unwrap();
    assert_eq!(status(world, stopped).await, ExpectationStatus::AutopayHold);
    // A payment on its way holds one of them.
    let method = payer.method.parse().unwrap();
    let portions = [Portion::whole(by_hand)];
    let basket = crate::services::quotes::make(world, customer, EMAIL, &portions, method).await;
    let quote_id = basket.unwrap().id.unwrap();
    let confirmation = Confirmation {
        whose: customer.into(),
        email: EMAIL,
        quote_id,
        attempt_id: None,
        portal_url: PORTAL,
    };
    charge::confirm(world, &confirmation).await.unwrap();
    days(&app, 3).await;
    // By hand 102.90, and the plain one.
    assert_eq!(charged(&app).await, (2, 20_580));
    for id in [disputed, stopped, promised, above] {
        assert!(payer.invoice(id).await.balance_minor > 0);
    }
    assert_eq!(payer.invoice(plain).await.balance_minor, 0);
    assert_eq!(payer.told(above).await, ["dropped above_ceiling"]);
    let told = payer.letters("autopay").await;
    let asked: Vec<_> = told.iter().filter(|text| text.contains("more than the limit")).collect();
    assert_eq!(asked.len(), 1, "{told:?}");
    assert_ne!(status(world, above).await, ExpectationStatus::Autopay);
    // It goes on where it was stopped, and where the promise is over.
    decide(stopped, Decision::Automatic).await.unwrap();
    app.settle().await;
    assert_eq!(status(world, stopped).await, ExpectationStatus::Autopay);
    days(&app, 2).await;
    assert_eq!(charged(&app).await.0, 3, "{:?}", payer.told(promised).await);
    assert_eq!(payer.told(promised).await, ["planned "], "announced once the promise was over");
    days(&app, 3).await;
    assert_eq!(charged(&app).await.0, 4, "{:?}", payer.told(promised).await);
    assert_eq!(payer.invoice(disputed).await.balance_minor, 10_000);
    assert_books_hold(&db).await;
}
both_engines!(what_is_held_is_not_charged, held_back);

async fn switched_off(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    payer.enrol(&payer.form()).await.unwrap();
    tamper(
        &db,
        r#"UPDATE customers SET payment_overrides =
               '{"online":{"mode":"disabled","until":null,"keeps_portal":false}}'"#,
    )
    .await;
    days(&app, 2).await;
    assert!(payer.payments().await.is_empty());
    tamper(&db, "UPDATE customers SET payment_overrides = '{}'").await;
    days(&app, 1).await;
    assert_eq!((charged(&app).await.0, payer.invoice(invoice).await.balance_minor), (1, 0));
    assert_books_hold(&db).await;
}
both_engines!(who_may_not_pay_online_is_not_charged, switched_off);

async fn open_before(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let old = due_in(&app, payer.customer, "INV-1", 10_000, -20).await;
    payer.enrol(&payer.form()).await.unwrap();
    days(&app, 2).await;
    assert!(payer.payments().await.is_empty(), "nobody asked for that");
    let form = EnrolForm { include_open: true, ..payer.form() };
    let first = payer.attempts(old).await;
    assert!(first.is_empty(), "{first:?}");
    payer.enrol(&form).await.unwrap();
    run_day(&app).await;
    assert!(payer.payments().await.is_empty(), "not on the day itself");
    days(&app, 1).await;
    assert_eq!((charged(&app).await.0, payer.invoice(old).await.balance_minor), (1, 0));
    // One that appears when its day is long over is left to people.
    let late = due_in(&app, payer.customer, "INV-2", 10_000, -6).await;
    let just = due_in(&app, payer.customer, "INV-3", 10_000, -5).await;
    days(&app, 1).await;
    assert_eq!(payer.told(late).await, ["dropped too_late"]);
    assert_eq!(payer.told(just).await, ["paid "]);
    assert_books_hold(&db).await;
}
both_engines!(what_was_open_before_is_charged_where_that_was_agreed, open_before);

async fn never_more_than_told(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let world = app.world();
    tamper(
        &db,
        r#"UPDATE company SET payment_policy = replace(payment_policy, '29000,', '20000,')"#,
    )
    .await;
    let mut session = db.read().await.unwrap();
    let company = crate::services::company::load(&mut session).await.unwrap();
    drop(session);
    assert_eq!(company.policy.card.surcharge.unwrap().rate.ppm(), 20_000);
    payer.enrol(&payer.form()).await.unwrap();
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 2).await;
    let rising = due_in(&app, payer.customer, "INV-2", 5_000, 4).await;
    days(&app, 1).await;
    assert_eq!(payer.attempts(invoice).await[0].notified_minor, 10_200);
    // The surcharge rises after the consent: none is taken.
    tamper(
        &db,
        r#"UPDATE company SET payment_policy = replace(payment_policy, '20000,', '29000,')"#,
    )
    .await;
    days(&app, 1).await;
    assert_eq!(charged(&app).await, (1, 10_000));
    // The amount rises after the notice: told anew, and three days later.
    let before = payer.attempts(rising).await[0].clone();
    corrected(world, rising, 9_000).await;
    days(&app, 2).await;
    let told = payer.attempt(before.id).await;
    assert_eq!((before.notified_minor, told.notified_minor), (5_100, 9_000));
    assert!(told.charge_on > before.charge_on, "{told:?}");
    assert_eq!(charged(&app).await.0, 1);
    days(&app, 3).await;
    assert_eq!(charged(&app).await, (2, 19_000));
    assert_eq!(payer.letters("autopay-notice").await.len(), 2);
    assert_books_hold(&db).await;
}
both_engines!(never_more_is_charged_than_was_told, never_more_than_told);

async fn at_once(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let mut invoices = Vec::new();
    for index in 0..4 {
        invoices.push(due_in(&app, payer.customer, &format!("INV-{index}"), 10_000, 1).await);
    }
    payer.enrol(&payer.form()).await.unwrap();
    morning_after(&app, 1).await;
    let world = app.world();
    let job = AutopayRun { day: app.given().today(), after: None, only: None };
    // Four workers, and the payer at the same moment.
    let runs = (0..4).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { autopay::run_some(&world, PORTAL, &job).await })
    });
    let by_hand = {
        let (world, customer, method) = (world.clone(), payer.customer, payer.method.clone());
        let portions = [Portion::whole(invoices[0])];
        tokio::spawn(async move {
            let method = method.parse().unwrap();
            let basket =
                crate::services::quotes::make(&world, customer, EMAIL, &portions, method).await;
            let Ok(basket) = basket else { return };
            let confirmation = Confirmation {
                whose: customer.into(),
                email: EMAIL,
                quote_id: basket.id.unwrap(),
                attempt_id: None,
                portal_url: PORTAL,
            };
            let _ = charge::confirm(&world, &confirmation).await;
        })
    };
    for run in futures::future::join_all(runs).await {
        // A worker that found the database busy is run again by the queue.
        if let Err(error) = run.unwrap() {
            assert!(matches!(error, storage::StorageError::Busy), "{error}");
        }
    }
    by_hand.await.unwrap();
    days(&app, 1).await;
    assert_eq!(charged(&app).await, (4, 4 * 10_290));
    for id in invoices {
        assert_eq!(payer.invoice(id).await.balance_minor, 0);
    }
    assert_books_hold(&db).await;
}
both_engines!(many_workers_at_once_charge_once, at_once);

async fn once_a_day(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(NoGateway));
    crate::tests::support::given::Given(&world).seller().await;
    let begun = async || {
        autopay::turn_day(&world).await.unwrap();
        autopay::turn_day(&world).await.unwrap();
        crate::tests::support::jobs::take::<AutopayRun>(&world, autopay::RUN_AUTOPAY).await
    };
    clock.advance_to("2026-03-07T13:59:00Z"); // 8:59 in New York
    assert_eq!(begun().await, None);
    clock.advance_to("2026-03-07T14:00:00Z");
    assert_eq!(begun().await.unwrap().day.to_string(), "2026-03-07");
    assert_eq!(begun().await, None, "run once, it is not run again");
    // The clocks go forward in the night: nine o'clock comes an hour earlier.
    clock.advance_to("2026-03-08T12:59:59Z");
    assert_eq!(begun().await, None);
    clock.advance_to("2026-03-08T13:00:00Z");
    assert_eq!(begun().await.unwrap().day.to_string(), "2026-03-08");
    // The clock is set back by a day and a half, and comes forward again.
    clock.advance(TimeDelta::hours(-36));
    assert_eq!(begun().await, None);
    clock.advance(TimeDelta::hours(36));
    assert_eq!(begun().await, None);
    // They go back: nine o'clock comes once.
    clock.advance_to("2026-11-01T13:59:00Z");
    assert_eq!(begun().await, None);
    clock.advance_to("2026-11-01T14:01:00Z");
    assert_eq!(begun().await.unwrap().day.to_string(), "2026-11-01");
    assert_eq!(begun().await, None);
    // Two processes that both saw that it was to be begun.
    let mut session = db.begin().await.unwrap();
    assert!(!storage::app_state::advance(&mut session, "autopay_on", "2026-11-01").await.unwrap());
    assert!(storage::app_state::advance(&mut session, "autopay_on", "2026-11-02").await.unwrap());
}
both_engines!(a_day_is_begun_once_whatever_the_clock_does, once_a_day);

async fn two_months(db: Db) {
    let app = TestApp::start(&db).await;
    let cards = [Some(GOOD_CARD), None, Some("4000056655665556")];
    let mut payers = Vec::new();
    for (index, card) in cards.into_iter().enumerate() {
        let email = if index == 0 { EMAIL.to_owned() } else { format!("p{index}@alder.example") };
        payers.push(Payer::with(&app, &format!("C-{index}"), &email, card, GOOD_ACCOUNT).await);
    }
    for (payer, timing) in payers.iter().zip(["due_date", "last_discount_day", "invoice_date"]) {
        let form = EnrolForm {
            timing: timing.to_owned(),
            ceiling: "900.00".to_owned(),
            is_business: true,
            ..payer.form()
        };
        payer.enrol(&form).await.unwrap();
    }
    let usd = crate::domain::money::Currency::USD;
    let mut owed = 0;
    for day in 0..60_i64 {
        for (index, payer) in payers.iter().enumerate() {
            let step = 7 + i64::try_from(index).unwrap() * 4;
            if day % step == 0 && day < 25 {
                let minor = 10_000 + day * 100;
                let number = format!("INV-{index}-{day}");
                app.given().invoice_in(payer.customer, &number, minor, usd, Some(20_000)).await;
                owed += minor;
            }
        }
        days(&app, 1).await;
    }
    let mut session = db.read().await.unwrap();
    let mut paid = 0;
    for payer in &payers {
        let rows = storage::payments::all_of_customer(&mut session, payer.customer, 100).await;
        for row in rows.unwrap() {
            let payment = row.payment;
            assert_eq!(payment.state, PaymentState::Succeeded, "{payment:?}");
            assert!(payment.is_autopay);
            paid += payment.principal_minor + payment.early_discount_minor;
        }
        let open = storage::autopay::all_candidates(&mut session, payer.customer, None).await;
        let open: Vec<String> = open.unwrap().into_iter().map(|row| row.invoice.number).collect();
        assert!(open.iter().all(|number| number.ends_with("-FAR")), "{open:?}");
    }
    assert_eq!(paid, owed);
    drop(session);
    assert_eq!(charged(&app).await.0, 4 + 3 + 2);
    assert_books_hold(&db).await;
}
both_engines!(sixty_days_of_several_customers, two_months);

async fn provable(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    payer.enrol(&EnrolForm { ceiling: "500.00".to_owned(), ..payer.form() }).await.unwrap();
    days(&app, 1).await;
    assert_books_hold(&db).await;
    let invariant = verify::INVARIANTS.iter().find(|one| one.name == "autopay").unwrap();
    for (what, sql) in [
        ("more than was told", "UPDATE autopay_attempts SET notified_minor = 10289"),
        ("above the ceiling", "UPDATE autopay_enrolments SET ceiling_minor = 10289"),
        ("another currency", "UPDATE autopay_enrolments SET currency = 'EUR'"),
        ("a higher surcharge", "UPDATE autopay_enrolments SET surcharge_ppm = 28999"),
        (
            "after its end",
            "UPDATE autopay_enrolments SET state = 'cancelled',
                 ended_at = '2020-01-01T00:00:00+00:00'",
        ),
        ("on the first day", "UPDATE autopay_enrolments SET enrolled_on = '2999-01-01'"),
        ("of nobody", "UPDATE autopay_attempts SET payment_id = NULL, state = 'dropped'"),
        ("by somebody", "UPDATE payments SET is_autopay = FALSE"),
    ] {
        let mut session = db.begin().await.unwrap();
        run(&mut session, sql).await.unwrap();
        let finding = verify::check(&mut session, invariant).await.unwrap();
        assert!(finding.offender.is_some(), "{what}");
    }
    let mut session = db.begin().await.unwrap();
    let refused = run(&mut session, "UPDATE autopay_consents SET body = 'I agree to all'").await;
    assert!(refused.is_err(), "what was agreed to stays");
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(faults_of_autopay_are_found, provable);

async fn one_counts(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let form = payer.form();
    let world = app.world();
    let mut session = db.read().await.unwrap();
    let offer = autopay::offer(&mut session, world, payer.customer, EMAIL, &form).await.unwrap();
    drop(session);
    let agreement = payer.agreement();
    let untold = autopay::enrol(world, &agreement, &form, false, &offer.fingerprint).await;
    assert!(matches!(untold, Err(ChangeError::Invalid(ref one)) if one.field == "agreed"));
    let other = autopay::enrol(world, &agreement, &form, true, "0").await;
    assert!(matches!(other, Err(ChangeError::Changed)), "other words than were shown");
    // Twice at the same moment: the second changes the first.
    let both = (0..2).map(|_| autopay::enrol(world, &agreement, &form, true, &offer.fingerprint));
    for done in futures::future::join_all(both).await {
        done.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let live = storage::autopay::find_live(&mut session, payer.customer).await.unwrap().unwrap();
    let active = storage::autopay::all_active_after(&mut session, None, 9).await.unwrap();
    assert_eq!(active, std::slice::from_ref(&live));
    let none = storage::autopay::all_active_after(&mut session, Some(payer.customer), 9).await;
    assert!(none.unwrap().is_empty());
    drop(session);
    let mut session = db.begin().await.unwrap();
    let consent = storage::autopay::find_consent(&mut session, live.id).await.unwrap().unwrap();
    let second = storage::autopay::EnrolmentRow { id: world.new_id(), ..live };
    let consent = storage::autopay::ConsentRow { enrolment_id: second.id, ..consent };
    let refused = storage::autopay::insert(&mut session, &second, &consent).await.unwrap_err();
    assert!(refused.constraint().is_some(), "{refused}");
    drop(session);
    // Of other customers nothing is chosen.
    let stranger: CustomerId = world.new_id();
    let mut session = db.read().await.unwrap();
    let nobody = autopay::offer(&mut session, world, stranger, EMAIL, &form).await;
    assert!(matches!(nobody, Err(ChangeError::NotFound)));
    drop(session);
    for (field, problem, form) in [
        ("method", Problem::Required, EnrolForm { method: String::new(), ..payer.form() }),
        ("timing", Problem::NotAChoice, EnrolForm { timing: "soon".to_owned(), ..payer.form() }),
        ("ceiling", Problem::NotAnAmount, EnrolForm { ceiling: "much".to_owned(), ..payer.form() }),
        ("ceiling", Problem::OutOfRange, EnrolForm { ceiling: "0".to_owned(), ..payer.form() }),
    ] {
        let refused = payer.enrol(&form).await.unwrap_err();
        let ChangeError::Invalid(found) = refused else { panic!("{refused}") };
        assert_eq!((found.field.as_str(), found.problem), (field, problem));
    }
    for method in ["mine".to_owned(), stranger.to_string()] {
        let refused = payer.enrol(&EnrolForm { method, ..payer.form() }).await;
        assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    }
    assert_books_hold(&db).await;
}
both_engines!(one_enrolment_of_a_customer_counts, one_counts);
