//! The processor and our client for it, each against the other, over HTTP, on both databases.
//! Tests are the one place of this room that may name `gateways`.

mod charges;
mod faults;
mod idempotency;
mod interface;
mod pages;
mod webhooks;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{Faults, Sandbox, SandboxSettings, TickReport, router};
use crate::{
    domain::{
        clock::{Clock, Entropy, storable, uuid_v7},
        ids::{CustomerId, PaymentId},
        method::MethodKind,
        money::{Currency, Money},
    },
    gateways::{
        gateway::{DescribedMethod, Gateway, Intent, NewIntent, NewSetup},
        sandbox::{SandboxGateway, SandboxGatewaySettings, http_client_with},
    },
    storage::db::Db,
};

const SECRET_KEY: &str = "sk_test_key";
const WEBHOOK_SECRET: &str = "whsec_test_secret";
const RETURN_URL: &str = "http://shop.test:8080/back?x=1&y=2";
const CANCEL_URL: &str = "http://shop.test:8080/cancelled";
/// A Friday; Thanksgiving is on the next Thursday.
const START: &str = "2026-11-20T15:00:00Z";

struct TestClock(Mutex<DateTime<Utc>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        storable(*self.0.lock().unwrap())
    }
}

struct TestEntropy;

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).unwrap();
    }
}

/// A message as the receiver got it.
#[derive(Clone, Debug)]
struct Received {
    signature: String,
    body: Vec<u8>,
}

/// Whoever receives messages: what came, and the statuses to answer first.
#[derive(Clone, Default)]
struct Receiver {
    received: Arc<Mutex<Vec<Received>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn take(self, headers: HeaderMap, body: Bytes) -> StatusCode {
        let signature = headers["sandbox-signature"].to_str().unwrap().to_owned();
        self.received.lock().unwrap().push(Received { signature, body: body.to_vec() });
        let mut statuses = self.statuses.lock().unwrap();
        let status = if statuses.is_empty() { 200 } else { statuses.remove(0) };
        StatusCode::from_u16(status).unwrap()
    }
}

/// A processor that serves, a client of ours, and a browser.
struct World {
    db: Db,
    clock: Arc<TestClock>,
    sandbox: Sandbox,
    faults: Faults,
    gateway: SandboxGateway,
    /// Follows no redirects.
    browser: reqwest::Client,
    base_url: String,
    receiver: Receiver,
    customer: String,
    server: tokio::task::JoinHandle<()>,
}

impl World {
    async fn open(database_url: &str) -> Self {
        let db = Db::open(database_url).unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(TestClock(Mutex::new(START.parse().unwrap())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let base_url = format!("{origin}/sandbox");
        let http = http_client_with(Duration::from_secs(5), Duration::from_secs(20)).unwrap();
        let faults = Faults::default();
        faults.set_hang_ms(800);
        let settings = SandboxSettings {
            secret_key: SECRET_KEY.to_owned(),
            webhook_secret: WEBHOOK_SECRET.to_owned(),
            webhook_url: format!("{origin}/hooks/sandbox"),
            public_url: base_url.clone(),
            http: http.clone(),
            faults: faults.clone(),
        };
        let sandbox = Sandbox::new(db.clone(), clock.clone(), Arc::new(TestEntropy), settings);
        let receiver = Receiver::default();
        let hook = receiver.clone();
        let app = Router::new().nest("/sandbox", router(sandbox.clone())).route(
            "/hooks/sandbox",
            post(move |headers: HeaderMap, body: Bytes| hook.clone().take(headers, body)),
        );
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let gateway = client(&base_url, SECRET_KEY, Duration::from_secs(20));
        let customer = gateway
            .ensure_customer(CustomerId::new(uuid()), "<b>Halden</b> & Co.", "ap@halden.test")
            .await
            .unwrap();
        Self {
            db,
            clock,
            sandbox,
            faults,
            gateway,
            browser: http,
            base_url,
            receiver,
            customer,
            server,
        }
    }

    /// Another server on the same book; its address.
    async fn second_server(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/sandbox", listener.local_addr().unwrap());
        let settings = SandboxSettings {
            secret_key: SECRET_KEY.to_owned(),
            webhook_secret: WEBHOOK_SECRET.to_owned(),
            webhook_url: String::new(),
            public_url: base_url.clone(),
            http: self.browser.clone(),
            faults: Faults::default(),
        };
        let (clock, entropy) = (self.clock.clone(), Arc::new(TestEntropy));
        let sandbox = Sandbox::new(self.db.clone(), clock, entropy, settings);
        let app = Router::new().nest("/sandbox", router(sandbox));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        base_url
    }

    /// Lets time pass and everything happen that is due.
    async fn advance(&self, delta: TimeDelta) -> TickReport {
        *self.clock.0.lock().unwrap() += delta;
        self.sandbox.tick().await.unwrap()
    }

    async fn begin_setup(&self, kind: MethodKind) -> (String, String) {
        let setup = NewSetup {
            customer_token: self.customer.clone(),
            kind,
            return_url: RETURN_URL.to_owned(),
            cancel_url: CANCEL_URL.to_owned(),
        };
        let session = self.gateway.begin_setup(&setup).await.unwrap();
        (session.id, session.url)
    }

    async fn submit(&self, url: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        self.browser.post(url).form(fields).send().await.unwrap()
    }

    /// Adds a card as a person would; confirms it where that is asked.
    async fn add_card(&self, number: &str) -> DescribedMethod {
        let (session, url) = self.begin_setup(MethodKind::Card).await;
        let answer = self.submit(&url, &card_fields(number)).await;
        assert_eq!(answer.status(), 303, "{number}");
        let next = location(&answer);
        if next != RETURN_URL {
            let url = reqwest::Url::parse(&url).unwrap().join(&next).unwrap();
            let answer = self.submit(url.as_str(), &[("answer", "approve")]).await;
            assert_eq!(location(&answer), RETURN_URL);
        }
        self.gateway.finish_setup(&session).await.unwrap().unwrap()
    }

    async fn add_account(&self, number: &str, holder: &str) -> DescribedMethod {
        let (session, url) = self.begin_setup(MethodKind::Bank).await;
        let answer = self.submit(&url, &bank_fields("110000000", number, holder)).await;
        assert_eq!(location(&answer), RETURN_URL, "{number}");
        self.gateway.finish_setup(&session).await.unwrap().unwrap()
    }

    fn new_intent(&self, method: &DescribedMethod, minor: i64) -> NewIntent {
        NewIntent {
            payment_id: PaymentId::new(uuid()),
            customer_token: self.customer.clone(),
            method_token: method.token.clone(),
            kind: method.kind,
            amount: Money::new(minor, Currency::USD),
            surcharge_minor: 0,
            reference: "P-0001 <i>".to_owned(),
            return_url: RETURN_URL.to_owned(),
        }
    }

    /// Makes a charge and confirms it.
    async fn pay(&self, method: &DescribedMethod, minor: i64) -> Intent {
        let new = self.new_intent(method, minor);
        let intent = self.gateway.create_intent(&new).await.unwrap();
        self.gateway.confirm_intent(&intent.id, new.payment_id).await.unwrap()
    }

    async fn find(&self, intent: &Intent) -> Intent {
        self.gateway.find_intent(&intent.id).await.unwrap()
    }

    /// Kinds of the messages received so far, which are then forgotten.
    fn received(&self) -> Vec<String> {
        let received = std::mem::take(&mut *self.receiver.received.lock().unwrap());
        received.iter().map(|it| self.read(it).kind).collect()
    }

    fn read(&self, received: &Received) -> crate::gateways::gateway::GatewayEvent {
        let signature = Some(received.signature.as_str());
        self.gateway.read_event(signature, &received.body, self.clock.now()).unwrap()
    }

    /// Everything in the book, as text.
    async fn everything(&self) -> String {
        let mut session = self.db.read().await.unwrap();
        let mut text = String::new();
        for query in [
            "SELECT id || ' ' || kind || ' ' || parent_id || ' ' || body FROM sandbox_objects",
            "SELECT intent_id || ' ' || payment_id || ' ' || currency FROM sandbox_charges",
            "SELECT key || ' ' || fingerprint || ' ' || body FROM sandbox_keys",
            "SELECT id || ' ' || object_id || ' ' || action FROM sandbox_timers",
            "SELECT id || ' ' || kind || ' ' || object_id || ' ' || body FROM sandbox_events",
        ] {
            use crate::storage::db::sql;
            let rows: Vec<String> = sql!(session, scalars String, query).unwrap();
            text.push_str(&rows.join("\n"));
            text.push('\n');
        }
        text
    }
}

/// A client of ours with its own time-out.
fn client(base_url: &str, secret_key: &str, total: Duration) -> SandboxGateway {
    SandboxGateway::new(SandboxGatewaySettings {
        base_url: base_url.to_owned(),
        secret_key: secret_key.to_owned(),
        webhook_secret: WEBHOOK_SECRET.to_owned(),
        http: http_client_with(Duration::from_millis(500), total).unwrap(),
    })
}

fn uuid() -> uuid::Uuid {
    uuid_v7(START.parse().unwrap(), &TestEntropy)
}

fn location(answer: &reqwest::Response) -> String {
    let location = answer.headers().get("location");
    location.map_or(String::new(), |it| it.to_str().unwrap().to_owned())
}

fn card_fields(number: &str) -> [(&str, &str); 7] {
    [
        ("number", number),
        ("exp", "04/31"),
        ("cvc", "123"),
        ("name", "Ada Payer"),
        ("country", "US"),
        ("state", "NY"),
        ("postal", "10001"),
    ]
}

fn bank_fields<'a>(routing: &'a str, account: &'a str, holder: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("routing", routing),
        ("account", account),
        ("type", "checking"),
        ("holder", holder),
        ("holder_name", "Ada Payer"),
    ]
}

/// Runs a test on a database of its own on each engine.
#[expect(clippy::disallowed_methods, reason = "where the tests' server is, is said by `make test`")]
async fn on_each(test: impl AsyncFn(&World)) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = || {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("quittance_test_sandbox_{}_{count}", std::process::id())
    };
    let path = std::env::temp_dir().join(format!("{}.db", name()));
    run(&format!("sqlite:{}", path.display()), &test).await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }

    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("REQUIRE_POSTGRES").is_err(), "set TEST_POSTGRES_URL");
        return;
    };
    let name = name();
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut admin).await.unwrap();
    let mut url = reqwest::Url::parse(&server).unwrap();
    url.set_path(&name);
    run(url.as_str(), &test).await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::query(drop).execute(&mut admin).await.unwrap();
}

async fn run(url: &str, test: &impl AsyncFn(&World)) {
    let world = World::open(url).await;
    test(&world).await;
    world.server.abort();
    world.db.close().await;
}
