//! Charges that fail, come back, or whose end nobody knows.

use super::support::{
    app::TestApp,
    autopay::{GOOD_CARD, Payer, charged, days, due_in, run_day},
    both_engines,
    letters::mailed,
    promises::{status, told},
    world::{assert_books_hold, world},
};
use crate::{
    domain::{
        autopay::EnrolmentState,
        expectation::ExpectationStatus,
        ids::StaffUserId,
        notification::NotificationKind,
        payment::PaymentState,
        permission::{Duties, Role},
    },
    sandbox::{Call, Fault},
    services::payments,
    storage::{Db, notifications::NotificationRow},
};

async fn notified(db: &Db, user: StaffUserId) -> Vec<NotificationRow> {
    let rows = told(&world(db), user).await;
    rows.into_iter().filter(|row| row.kind == NotificationKind::Autopay).collect()
}

async fn soft_declines(db: Db) {
    let app = TestApp::start(&db).await;
    let staff = app.given().staff("ana@halden.example", Duties::of(Role::Manager)).await;
    let payer = Payer::with_card(&app, "4000000000009995").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let other = due_in(&app, payer.customer, "INV-2", 10_000, 40).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    // The day itself, then one, three and five days after it.
    for (count, tries) in [(1, 1), (1, 2), (1, 2), (1, 3), (1, 3)] {
        days(&app, count).await;
        let failed = payer.payments().await.len();
        assert_eq!(failed, tries);
    }
    assert_eq!(payer.state(id).await, EnrolmentState::Active);
    assert_eq!(status(app.world(), invoice).await, ExpectationStatus::Autopay);
    days(&app, 1).await;
    assert_eq!(payer.payments().await.len(), 4);
    let enrolment = payer.enrolment(id).await;
    assert_eq!(enrolment.state, EnrolmentState::NeedsAttention);
    assert_eq!(enrolment.problem, "insufficient_funds");
    let attempts = payer.attempts(invoice).await;
    let numbers: Vec<_> = attempts.iter().map(|row| (row.cycle_no, row.attempt_no)).collect();
    assert_eq!(numbers, [(1, 1), (1, 2), (1, 3), (1, 4)]);
    // It is the payer's again, who is told, as we are.
    for id in [invoice, other] {
        assert_ne!(status(app.world(), id).await, ExpectationStatus::Autopay);
    }
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("has stopped"), "{}", letters[0]);
    assert_eq!(letters.iter().filter(|text| text.contains("We will try again on")).count(), 3);
    let news = notified(&db, staff.id).await;
    assert_eq!(news.len(), 2, "enrolled, and stopped");
    days(&app, 3).await;
    assert_eq!((payer.payments().await.len(), charged(&app).await), (4, (0, 0)));
    // Confirmed anew, what is open is tried from the day after on where that was asked for.
    payer.enrol(&payer.form()).await.unwrap();
    days(&app, 1).await;
    assert_eq!(payer.payments().await.len(), 4);
    let form = crate::services::autopay::EnrolForm { include_open: true, ..payer.form() };
    payer.enrol(&form).await.unwrap();
    run_day(&app).await;
    assert_eq!(payer.payments().await.len(), 4);
    days(&app, 1).await;
    assert_eq!(payer.payments().await.len(), 5);
    assert_books_hold(&db).await;
}
both_engines!(a_card_is_tried_four_times, soft_declines);

async fn hard_declines(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, "4000000000009987").await;
    due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    due_in(&app, payer.customer, "INV-2", 10_000, 1).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    days(&app, 4).await;
    assert_eq!(payer.payments().await.len(), 1, "not even for the other invoice");
    assert_eq!(payer.state(id).await, EnrolmentState::NeedsAttention);
    // Nothing hints at why.
    for letter in payer.letters("autopay").await {
        assert!(!letter.contains("lost") && !letter.contains("stolen"), "{letter}");
    }
    assert_books_hold(&db).await;
}
both_engines!(a_lost_card_is_tried_once, hard_declines);

async fn further_step(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, "4000002760003184").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    days(&app, 4).await;
    let payments = payer.payments().await;
    assert_eq!((payments.len(), payments[0].state), (1, PaymentState::Voided));
    assert_eq!(payer.told(invoice).await, ["failed authentication_required"]);
    let row = payer.invoice(invoice).await;
    assert_eq!((row.balance_minor, row.reserved_minor), (10_000, 0));
    assert_ne!(status(app.world(), invoice).await, ExpectationStatus::Autopay);
    assert_eq!(payer.state(id).await, EnrolmentState::Active);
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("Please pay it in the portal"), "{}", letters[0]);
    assert_eq!(charged(&app).await, (0, 0));
    assert_books_hold(&db).await;
}
both_engines!(a_charge_that_asks_the_payer_is_theirs, further_step);

async fn bank_returns(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_bank(&app, "000222222227").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let form = crate::services::autopay::EnrolForm { is_business: true, ..payer.form() };
    let id = payer.enrol(&form).await.unwrap();
    // Sent, back after two banking days, again three banking days later, back, five, back.
    days(&app, 30).await;
    let payments = payer.payments().await;
    assert_eq!(payments.len(), 3, "{:?}", payer.told(invoice).await);
    assert!(payments.iter().all(|payment| payment.state == PaymentState::Failed));
    let amounts: Vec<i64> = payments.iter().map(|payment| payment.principal_minor).collect();
    assert_eq!(amounts, [10_000; 3]);
    assert_eq!(payer.told(invoice).await, ["failed R01"; 3]);
    assert_eq!(payer.state(id).await, EnrolmentState::NeedsAttention);
    assert_books_hold(&db).await;
}
both_engines!(a_debit_without_funds_is_presented_three_times, bank_returns);

async fn not_authorised(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_bank(&app, "000555555559").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let next = due_in(&app, payer.customer, "INV-2", 10_000, 60).await;
    let form = crate::services::autopay::EnrolForm { is_business: true, ..payer.form() };
    let id = payer.enrol(&form).await.unwrap();
    // It settles, and is taken back long after as not authorised.
    days(&app, 12).await;
    assert_eq!(payer.told(invoice).await, ["paid "]);
    days(&app, 50).await;
    assert_eq!(payer.payments().await.len(), 1);
    assert_eq!(payer.told(invoice).await, ["failed R10"]);
    assert_eq!(payer.state(id).await, EnrolmentState::Cancelled);
    assert_eq!(payer.enrolment(id).await.ended_by, "autopay");
    assert_eq!(payer.invoice(next).await.balance_minor, 10_000);
    assert_books_hold(&db).await;
}
both_engines!(a_debit_that_nobody_authorised_ends_it, not_authorised);

async fn unknown(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let faults = app.state.sandbox.as_ref().unwrap().faults();
    let mut invoices = Vec::new();
    payer.enrol(&payer.form()).await.unwrap();
    for (index, (call, fault)) in [
        (Call::ConfirmIntent, Fault::ServerErrorAfter),
        (Call::ConfirmIntent, Fault::GarbageBody),
        (Call::ConfirmIntent, Fault::DeclinedButCharged),
        (Call::ConfirmIntent, Fault::RateLimited),
        (Call::CreateIntent, Fault::ServerErrorAfter),
        (Call::CreateIntent, Fault::RateLimited),
    ]
    .into_iter()
    .enumerate()
    {
        let number = format!("INV-{index}");
        invoices.push(due_in(&app, payer.customer, &number, 10_000, 1).await);
        faults.plan(call, fault, 1);
        days(&app, 1).await;
        days(&app, 1).await;
    }
    for _ in 0..3 {
        app.state.clock.advance(&db, chrono::TimeDelta::minutes(70)).await.unwrap();
        payments::resolve_doubts(app.world()).await.unwrap();
        run_day(&app).await;
    }
    days(&app, 2).await;
    let (count, amount) = charged(&app).await;
    for id in invoices {
        assert_eq!(payer.invoice(id).await.balance_minor, 0, "{:?}", payer.told(id).await);
    }
    assert_eq!((count, amount), (6, 6 * 10_290));
    let receipts = mailed(&db, "payment-receipt", "").await;
    assert_eq!(receipts.len(), 6);
    assert_books_hold(&db).await;
}
both_engines!(an_unknown_end_is_looked_up, unknown);
