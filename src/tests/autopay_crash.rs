//! The process is killed at every named point of a run, started again, and left to recover: each
//! invoice is charged once, each credit used once, each notice told once.

use std::process::Command;

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    autopay::{GOOD_CARD, PORTAL, Payer, charged, credit, due_in, morning_after, run_day},
    crash_point, database,
    world::assert_books_hold,
};
use crate::{
    clock::{MovableClock, SystemEntropy},
    gateways::sandbox::{self, SandboxGateway, SandboxGatewaySettings},
    services::{
        World,
        autopay::{self, AutopayRun, EnrolForm},
        company,
        failpoint::{AUTOPAY_FLOW, PAYMENT_FLOW},
        payments,
    },
    storage::{self, Db},
};

/// The child: sees to the invoices of a day and dies on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the crash tests as a process of its own"]
async fn autopay_crash_child() {
    assert!(crash_point().is_some(), "only the crash tests start this");
    let told = |name: &str| {
        #[expect(clippy::disallowed_methods, reason = "the parent talks to this child through it")]
        std::env::var(name).unwrap()
    };
    let db = Db::open(&told("TEST_CRASH_DATABASE")).unwrap();
    let clock = MovableClock::default();
    clock.refresh(&db).await.unwrap();
    let mut session = db.read().await.unwrap();
    let mut secret =
        async |key| storage::app_state::find(&mut session, key).await.unwrap().unwrap();
    let settings = SandboxGatewaySettings {
        base_url: format!("{}/sandbox", told("TEST_CRASH_BASE")),
        secret_key: secret("sandbox-secret-key").await,
        webhook_secret: secret("sandbox-webhook-secret").await,
        http: sandbox::http_client().unwrap(),
    };
    let company = company::load(&mut session).await.unwrap();
    drop(session);
    let world = World {
        db,
        clock: std::sync::Arc::new(clock),
        entropy: std::sync::Arc::new(SystemEntropy),
        gateway: std::sync::Arc::new(SandboxGateway::new(settings)),
    };
    let job = AutopayRun { day: company.date_of(world.now()), after: None, only: None };
    let outcome = autopay::run_some(&world, PORTAL, &job).await;
    panic!("the point was not reached: {outcome:?}");
}

/// One crash and the recovery from it.
async fn crash_at(app: &TestApp, url: &str, payer: &Payer<'_>, point: &'static str, number: usize) {
    let world = app.world();
    let customer = payer.customer;
    let invoice = due_in(app, customer, &format!("INV-{number}"), 10_000, 30).await;
    credit(world, customer, &format!("K-{number}"), 2_500).await;
    let before = (charged(app).await, payer.letters("autopay-notice").await.len());
    let (base, url) = (app.base_url.clone(), url.to_owned());
    let status = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::autopay_crash::autopay_crash_child",
                "--ignored",
                "--nocapture",
            ])
            .env("TEST_CRASH_POINT", point)
            .env("TEST_CRASH_DATABASE", url)
            .env("TEST_CRASH_BASE", base)
            .env_remove("NEXTEST_EXECUTION_MODE")
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let died = std::os::unix::process::ExitStatusExt::signal(&status.status);
    assert_eq!(died, Some(6), "{point}: {}", String::from_utf8_lossy(&status.stdout));

    // Started again: the job is run once more, the janitor and the clock go on.
    let day = app.given().today();
    for minutes in [0, 3, 31, 31] {
        app.state.clock.advance(&world.db, TimeDelta::minutes(minutes)).await.unwrap();
        let job = AutopayRun { day, after: None, only: None };
        autopay::run_some(world, PORTAL, &job).await.unwrap();
        payments::resolve_doubts(world).await.unwrap();
        run_day(app).await;
    }
    let row = payer.invoice(invoice).await;
    let told = payer.told(invoice).await;
    assert_eq!((row.balance_minor, row.reserved_minor), (0, 0), "{point}: {told:?}");
    // 100.00 less 25.00 of credit, and 2.9 % on top, once.
    let (count, amount) = before.0;
    assert_eq!(charged(app).await, (count + 1, amount + 7_717), "{point}: {told:?}");
    assert_eq!(payer.letters("autopay-notice").await.len(), before.1 + 1, "{point}");
    assert_eq!(told.last().map(String::as_str), Some("paid "), "{point}: {told:?}");
}

async fn crash_everywhere(database: &database::TestDatabase) {
    let app = TestApp::start(&database.db).await;
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let form = EnrolForm { timing: "invoice_date".to_owned(), ..payer.form() };
    payer.enrol(&form).await.unwrap();
    let points = AUTOPAY_FLOW.iter().chain(PAYMENT_FLOW);
    for (number, point) in (1..).zip(points) {
        // A day each: the run of a day has what it needs from the morning on.
        morning_after(&app, 1).await;
        run_day(&app).await;
        crash_at(&app, &database.url, &payer, point, number).await;
        assert_books_hold(&database.db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn autopay_recovers_on_sqlite() {
    crash_everywhere(&database::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn autopay_recovers_on_postgres() {
    let Some(database) = database::postgres().await else { return };
    crash_everywhere(&database).await;
}
