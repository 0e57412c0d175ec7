//! The whole application on a port of this machine, on any database, with the sandbox processor
//! and everything that works in the background under the test's control.

use std::net::SocketAddr;

use axum::serve::ListenerExt as _;
use chrono::TimeDelta;
use tokio::{net::TcpListener, sync::watch};

use super::{
    browser::Browser,
    given::{Given, STAFF_PASSWORD},
};
use crate::{
    config::Config,
    domain::{
        ids::InvoiceId,
        permission::{Duties, Role},
    },
    http::router,
    services::{World, staff},
    state::AppState,
    storage::{self, Db},
};

/// The application under test.
pub struct TestApp {
    /// The application.
    pub state: AppState,
    /// Its address, without a slash at its end.
    pub base_url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TestApp {
    /// Starts the application on a migrated database.
    pub async fn start(db: &Db) -> Self {
        Self::start_with(db, |_| {}).await
    }

    /// Starts it with settings that are changed before it reads them.
    pub async fn start_with(db: &Db, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = super::database::temporary_folder();
        let settings = [
            ("QUITTANCE_LISTEN", address.to_string()),
            ("QUITTANCE_DATA_DIR", folder.display().to_string()),
        ];
        let settings = settings.into_iter().map(|(key, value)| (key.to_owned(), value));
        let mut config = Config::from_parts("", settings, None).unwrap();
        change(&mut config);
        let base_url = config.base_url.clone();
        let options = leptos::config::LeptosOptions::builder()
            .output_name("quittance")
            .site_root(concat!(env!("CARGO_MANIFEST_DIR"), "/public"))
            .build();
        let state = AppState::start(config, db.clone(), options).await.unwrap();
        let service = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { state, base_url, server }
    }

    /// The world of the application.
    pub fn world(&self) -> &World {
        &self.state.world
    }

    /// Makes rows.
    pub fn given(&self) -> Given<'_> {
        Given(&self.state.world)
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base_url)
    }

    /// A browser of a payer: signed in with the code from their mail.
    pub async fn payer(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let asked = browser.post("/api/portal/session/request_code", &[("email", email)]).await;
        assert_eq!(asked.status, 302, "{}", asked.body);
        let code = self.latest_code(email).await;
        let redeemed = browser.post("/api/portal/session/redeem_code", &[("code", &code)]).await;
        assert_eq!(redeemed.status, 302, "{}", redeemed.body);
        browser
    }

    /// A browser of a staff user who may do everything.
    pub async fn staff(&self) -> Browser {
        let email = "staff@halden.example";
        // They may be there already.
        let _ = staff::add(self.world(), email, "Ana", STAFF_PASSWORD, Role::Owner).await;
        self.signed_in(email).await
    }

    /// A browser of a new staff user with duties.
    pub async fn staff_with(&self, email: &str, duties: Duties) -> Browser {
        self.given().staff(email, duties).await;
        self.signed_in(email).await
    }

    /// A browser of a staff user who is there.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let form = [("email", email), ("password", STAFF_PASSWORD)];
        let answer = browser.post("/api/staff/session/sign_in", &form).await;
        assert_eq!(answer.location, "/staff", "{}", answer.body);
        browser
    }

    /// A browser of somebody who holds a pay link of an invoice and opened it.
    pub async fn holder(&self, staff: &mut Browser, id: InvoiceId) -> Browser {
        let answer = staff.call("/api/staff/pay_links/make", &format!("id={id}")).await;
        let address: String = serde_json::from_str(&answer.body).unwrap();
        let mut browser = self.browser();
        let opened = browser.post(&address, &[]).await;
        assert_eq!(opened.location, format!("/portal/pay?invoice={id}"), "{}", opened.body);
        browser
    }

    /// The six digits last mailed to an address.
    pub async fn latest_code(&self, email: &str) -> String {
        let mut session = self.world().db.read().await.unwrap();
        let messages = storage::messages::all_latest(&mut session, email, 1).await.unwrap();
        let text = &messages.first().expect("a message").body_text;
        let digits: Vec<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 6).collect();
        (*digits.first().expect("a code")).to_owned()
    }

    /// Lets everything happen that is due: the processor's timers and messages, and our jobs.
    pub async fn settle(&self) {
        let (_keep, stop) = watch::channel(false);
        for _ in 0..50 {
            let sandbox = self.state.sandbox.as_ref().unwrap();
            let report = sandbox.tick().await.unwrap();
            let done = self.state.worker().drain(&stop).await.unwrap();
            if done == 0 && report.timers_fired == 0 && report.webhooks_taken == 0 {
                return;
            }
        }
        panic!("it does not settle");
    }

    /// Moves the clock and lets happen what is due.
    pub async fn advance_days(&self, days: i64) {
        self.state.clock.advance(&self.world().db, TimeDelta::days(days)).await.unwrap();
        self.settle().await;
    }
}
