//! The process is killed at every named point of the payment flow, started again, and left to
//! recover: nothing is charged twice, nothing that was charged is lost.

use std::process::Command;

use chrono::TimeDelta;

use super::support::{
    app::TestApp, crash_point, database, processor::add_card, world::assert_books_hold,
};
use crate::{
    clock::{MovableClock, SystemEntropy},
    domain::{ids::CustomerId, payment::PaymentState, portion::Portion},
    gateways::sandbox::{self, SandboxGateway, SandboxGatewaySettings},
    services::{World, charge, failpoint::PAYMENT_FLOW, payments, quotes},
    storage::{self, Db},
};

const EMAIL: &str = "dana@alder.example";

/// The child: confirms a price and dies on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the crash tests as a process of its own"]
async fn crash_child() {
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
    drop(session);
    let world = World {
        db,
        clock: std::sync::Arc::new(clock),
        entropy: std::sync::Arc::new(SystemEntropy),
        gateway: std::sync::Arc::new(SandboxGateway::new(settings)),
    };
    let confirmation = charge::Confirmation {
        whose: told("TEST_CRASH_CUSTOMER").parse::<CustomerId>().unwrap().into(),
        email: EMAIL,
        quote_id: told("TEST_CRASH_QUOTE").parse().unwrap(),
        attempt_id: None,
        portal_url: "http://127.0.0.1/portal",
    };
    let outcome = charge::confirm(&world, &confirmation).await;
    panic!("the point was not reached: {outcome:?}");
}

/// One crash and the recovery from it.
async fn crash_at(app: &TestApp, url: &str, customer: CustomerId, point: &str, number: usize) {
    let world = app.world();
    let invoice = app.given().invoice(customer, &format!("INV-{number}"), 10_000).await;
    let mut session = world.db.read().await.unwrap();
    let method = storage::methods::all_active(&mut session, customer).await.unwrap()[0].id;
    drop(session);
    let basket =
        quotes::make(world, customer, EMAIL, &[Portion::whole(invoice)], method).await.unwrap();
    let quote = basket.id.unwrap();
    let (base, url) = (app.base_url.clone(), url.to_owned());
    let wanted = point.to_owned();
    let status = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::crash::crash_child", "--ignored", "--nocapture"])
            .env("TEST_CRASH_POINT", wanted)
            .env("TEST_CRASH_DATABASE", url)
            .env("TEST_CRASH_BASE", base)
            .env("TEST_CRASH_CUSTOMER", customer.to_string())
            .env("TEST_CRASH_QUOTE", quote.to_string())
            .env_remove("NEXTEST_EXECUTION_MODE")
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let died = std::os::unix::process::ExitStatusExt::signal(&status.status);
    assert_eq!(died, Some(6), "{point}: {}", String::from_utf8_lossy(&status.stdout));

    // The process is started again: the clock has moved on, messages arrive, the janitor works.
    app.state.clock.advance(&world.db, TimeDelta::minutes(3)).await.unwrap();
    for _ in 0..3 {
        app.settle().await;
        payments::resolve_doubts(world).await.unwrap();
    }
    let mut session = world.db.read().await.unwrap();
    let payment = storage::payments::find_by_quote(&mut session, quote).await.unwrap();
    let row = storage::invoices::find(&mut session, invoice).await.unwrap().unwrap();
    drop(session);
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    let charged: i64 = payment.as_ref().map_or(0, |payment| {
        let id = payment.id.to_string();
        charges.iter().filter(|charge| charge.payment_id == id).map(|c| c.charge_count).sum()
    });
    let place = PAYMENT_FLOW.iter().position(|known| *known == point).unwrap();
    let kept_intent = PAYMENT_FLOW.iter().position(|p| *p == "charge:after-intent-commit").unwrap();
    if place == 0 {
        assert!(payment.is_none(), "{point}");
        assert_eq!((row.balance_minor, row.reserved_minor), (10_000, 0), "{point}");
        return;
    }
    let payment = payment.unwrap();
    if place >= kept_intent {
        assert_eq!(payment.state, PaymentState::Succeeded, "{point}");
        assert_eq!((charged, row.balance_minor), (1, 0), "{point}");
    } else {
        // The processor's record was never kept here, so it was never confirmed.
        assert!(
            matches!(payment.state, PaymentState::Voided | PaymentState::Succeeded),
            "{point}: {:?}",
            payment.state
        );
        let paid = i64::from(payment.state == PaymentState::Succeeded);
        assert_eq!(charged, paid, "{point}");
        assert_eq!(row.balance_minor, 10_000 * (1 - paid), "{point}");
        assert_eq!(row.reserved_minor, 0, "{point}");
    }
}

async fn crash_everywhere(database: &database::TestDatabase) {
    let app = TestApp::start(&database.db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", EMAIL).await;
    let invoice = app.given().invoice(customer, "INV-0", 10_000).await.to_string();
    let mut browser = app.payer(EMAIL).await;
    add_card(&mut browser, &invoice, "4242424242424242").await;
    for (number, point) in (1..).zip(PAYMENT_FLOW) {
        crash_at(&app, &database.url, customer, point, number).await;
        assert_books_hold(&database.db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_on_sqlite() {
    crash_everywhere(&database::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_on_postgres() {
    let Some(database) = database::postgres().await else { return };
    crash_everywhere(&database).await;
}
