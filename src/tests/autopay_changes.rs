//! What is charged by itself after something changed: the terms, the payer, the amount, the day, who
//! reads, and after money went back.

use super::support::{
    app::TestApp,
    autopay::{
        EMAIL, GOOD_CARD, PORTAL, Payer, charged, corrected, days, due_in, morning_after, run_day,
    },
    both_engines,
    promises::bring_in,
    world::assert_books_hold,
};
use crate::{
    domain::{
        autopay::EnrolmentState,
        payment::PaymentState,
        permission::{Duties, Role},
        portion::Portion,
    },
    sandbox::{Call, Fault},
    services::{
        autopay::{self, AutopayRun, EnrolForm},
        charge::{self, Confirmation},
        payments, quotes,
    },
    storage::{self, Db},
};

/// An invoice that is another's by now keeps nobody from being charged.
async fn moved(db: Db) {
    let app = TestApp::start(&db).await;
    let first = Payer::with_card(&app, GOOD_CARD).await;
    let other = "eve@birch.example";
    let second = Payer::with(&app, "C-2", other, Some(GOOD_CARD), "").await;
    let third = Payer::with(&app, "C-3", "kim@cedar.example", Some(GOOD_CARD), "").await;
    let moved = due_in(&app, first.customer, "INV-1", 10_000, 4).await;
    let last = due_in(&app, third.customer, "INV-3", 30_000, 4).await;
    first.enrol(&first.form()).await.unwrap();
    second.enrol(&second.form()).await.unwrap();
    third.enrol(&third.form()).await.unwrap();
    days(&app, 1).await;
    assert_eq!(first.told(moved).await, ["planned "]);
    // The books say that it is the second one's.
    let row = first.invoice(moved).await;
    bring_in(
        app.world(),
        &format!(
            "customer_number,number,issued_on,due_on,total\nC-2,INV-1,{},{},100.00\n",
            row.issued_on, row.due_on
        ),
    )
    .await;
    assert_eq!(first.invoice(moved).await.customer_id, second.customer);
    days(&app, 1).await;
    assert_eq!(first.told(moved).await, ["dropped moved", "planned "]);
    days(&app, 4).await;
    assert_eq!(first.told(moved).await, ["dropped moved", "paid "]);
    assert_eq!(first.payments().await.len(), 0, "no longer theirs");
    assert_eq!(second.payments().await.len(), 1);
    assert_eq!(third.told(last).await, ["paid "], "whoever comes behind");
    assert_books_hold(&db).await;
}
both_engines!(an_invoice_of_another_payer_stops_nobody, moved);

/// What was open when other terms were agreed to is charged by these alone.
async fn other_terms(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    payer.enrol(&payer.form()).await.unwrap();
    morning_after(&app, 1).await;
    let open = due_in(&app, payer.customer, "INV-1", 10_000, 20).await;
    days(&app, 2).await;
    let at_once = EnrolForm { timing: "invoice_date".to_owned(), ..payer.form() };
    payer.enrol(&at_once).await.unwrap();
    days(&app, 3).await;
    assert_eq!(payer.told(open).await, [""; 0], "its day was over, and the box was not ticked");
    let mine = due_in(&app, payer.customer, "INV-2", 20_000, 20).await;
    days(&app, 1).await;
    assert_eq!(payer.told(mine).await, ["paid "]);
    payer.enrol(&EnrolForm { include_open: true, ..at_once }).await.unwrap();
    days(&app, 1).await;
    assert_eq!(payer.told(open).await, ["paid "], "now it was");
    assert_books_hold(&db).await;
}
both_engines!(other_terms_leave_out_what_they_say, other_terms);

/// What comes back under terms that count no more is not charged again under those that do.
async fn came_back_later(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_bank(&app, "000222222227").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let form = EnrolForm { is_business: true, ..payer.form() };
    payer.enrol(&form).await.unwrap();
    morning_after(&app, 1).await;
    run_day(&app).await;
    assert_eq!(payer.told(invoice).await, ["sent "]);
    let ceiling = "9,000.00".to_owned();
    let id = payer.enrol(&EnrolForm { ceiling, include_open: true, ..form }).await.unwrap();
    days(&app, 20).await;
    assert_eq!(payer.told(invoice).await, ["failed R01"]);
    assert_eq!(payer.payments().await.len(), 1);
    assert_eq!(payer.state(id).await, EnrolmentState::Active);
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("It is not tried again"), "{}", letters[0]);
    assert_books_hold(&db).await;
}
both_engines!(what_comes_back_under_other_terms_is_not_tried_again, came_back_later);

/// Money that went back after somebody paid by hand is not fetched by a machine.
async fn paid_by_hand(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_bank(&app, "000222222227").await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 6).await;
    payer.enrol(&EnrolForm { is_business: true, ..payer.form() }).await.unwrap();
    let (world, customer) = (app.world(), payer.customer);
    let (method, portions) = (payer.method.parse().unwrap(), [Portion::whole(invoice)]);
    let basket = quotes::make(world, customer, EMAIL, &portions, method).await.unwrap();
    let confirmation = Confirmation {
        whose: customer.into(),
        email: EMAIL,
        quote_id: basket.id.unwrap(),
        attempt_id: None,
        portal_url: PORTAL,
    };
    charge::confirm(world, &confirmation).await.unwrap();
    days(&app, 12).await;
    let payments = payer.payments().await;
    assert_eq!((payments.len(), payments[0].state), (1, PaymentState::Failed));
    assert_eq!(payer.told(invoice).await, ["dropped taken_back"]);
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("An earlier payment of it went back"), "{}", letters[0]);
    assert_books_hold(&db).await;
}
both_engines!(what_went_back_to_the_payer_is_theirs, paid_by_hand);

/// After "please pay it yourself" nothing is charged without another word in time.
async fn held_and_released(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 90_000, 3).await;
    let ceiling = "500.00".to_owned();
    payer.enrol(&EnrolForm { ceiling, ..payer.form() }).await.unwrap();
    days(&app, 3).await;
    assert_eq!(payer.told(invoice).await, ["dropped above_ceiling"]);
    corrected(app.world(), invoice, 20_000).await;
    run_day(&app).await;
    days(&app, 1).await;
    assert_eq!(payer.told(invoice).await, ["dropped above_ceiling", "planned "]);
    let today = app.given().today();
    let planned = payer.attempts(invoice).await.pop().unwrap();
    assert_eq!((planned.charge_on - today).num_days(), 3, "as many as the consent says");
    // Above it again: said again, since a charge was announced meanwhile.
    corrected(app.world(), invoice, 80_000).await;
    days(&app, 1).await;
    assert_eq!(payer.told(invoice).await, ["dropped above_ceiling"; 2]);
    let letters = payer.letters("autopay").await;
    let held = letters.iter().filter(|text| text.contains("is not paid automatically")).count();
    assert_eq!((held, payer.payments().await.len()), (2, 0));
    corrected(app.world(), invoice, 20_000).await;
    days(&app, 5).await;
    assert_eq!(payer.payments().await.len(), 1);
    assert_books_hold(&db).await;
}
both_engines!(what_was_held_is_announced_anew, held_and_released);

/// Every amount that is charged was mailed, also the second one of a day.
async fn told_twice_a_day(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 4).await;
    payer.enrol(&payer.form()).await.unwrap();
    days(&app, 1).await;
    corrected(app.world(), invoice, 90_000).await;
    let job = AutopayRun { day: app.given().today(), after: None, only: None };
    autopay::run_some(app.world(), PORTAL, &job).await.unwrap();
    app.settle().await;
    let notices = payer.letters("autopay-notice").await;
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].contains("$926.10"), "{}", notices[0]);
    days(&app, 4).await;
    assert_eq!(charged(&app).await, (1, 92_610));
    assert_books_hold(&db).await;
}
both_engines!(every_amount_is_mailed, told_twice_a_day);

/// Nothing is charged of which nobody could be told.
async fn nobody_reads(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 2).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    let mut session = db.begin().await.unwrap();
    for contact in storage::contacts::all(&mut session, payer.customer).await.unwrap() {
        let (id, version) = (contact.id, contact.version);
        let now = app.world().now();
        storage::contacts::update_removed(&mut session, id, version, now).await.unwrap();
    }
    session.commit().await.unwrap();
    days(&app, 4).await;
    assert_eq!(payer.state(id).await, EnrolmentState::NeedsAttention);
    assert_eq!(payer.enrolment(id).await.problem, "nobody_told");
    assert_eq!((payer.told(invoice).await.len(), payer.payments().await.len()), (0, 0));
    assert_books_hold(&db).await;
}
both_engines!(nobody_is_charged_who_cannot_be_told, nobody_reads);

/// The customer asks us, and we end it; what waited at the processor is not confirmed any more.
async fn ended_for_them(db: Db) {
    let app = TestApp::start(&db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let invoice = due_in(&app, payer.customer, "INV-1", 10_000, 1).await;
    let id = payer.enrol(&payer.form()).await.unwrap();
    // The processor turns the confirmation away: its record waits to be taken up.
    app.state.sandbox.as_ref().unwrap().faults().plan(Call::ConfirmIntent, Fault::RateLimited, 1);
    morning_after(&app, 1).await;
    run_day(&app).await;
    assert_eq!(payer.payments().await[0].state, PaymentState::Unknown);
    app.given().staff("vera@halden.example", Duties::of(Role::Viewer)).await;
    let mut viewer = app.signed_in("vera@halden.example").await;
    let body = format!("customer_id={}", payer.customer);
    let path = "/api/staff/customers/end_autopay";
    assert_eq!(viewer.call(path, &body).await.status, 403);
    let mut staff = app.staff().await;
    let answer = staff.call(path, &body).await;
    assert_eq!((answer.status, answer.body), (200, format!("[\"{EMAIL}\"]")));
    assert_eq!(staff.call(path, &body).await.status, 409, "it has ended");
    assert_eq!(payer.state(id).await, EnrolmentState::Cancelled);
    app.settle().await;
    let letters = payer.letters("autopay").await;
    assert!(letters[0].contains("as it was asked to"), "{}", letters[0]);
    app.state.clock.advance(&db, chrono::TimeDelta::minutes(5)).await.unwrap();
    payments::resolve_doubts(app.world()).await.unwrap();
    days(&app, 2).await;
    assert_eq!(payer.payments().await[0].state, PaymentState::Voided);
    assert_eq!(
        (charged(&app).await, payer.told(invoice).await),
        ((0, 0), vec!["dropped unsent".to_owned()])
    );
    assert_books_hold(&db).await;
}
both_engines!(staff_end_it_for_whoever_asks, ended_for_them);
