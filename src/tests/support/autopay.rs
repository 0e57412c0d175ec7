//! Customers whose invoices are charged by themselves, and the days on which that happens.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{app::TestApp, processor, promises::bring_in};
use crate::{
    domain::{
        autopay::EnrolmentState,
        ids::{AttemptId, CreditId, CustomerId, EnrolmentId, InvoiceId},
        ledger::{Account, Cause, Transaction, seller, unapplied},
        money::{Currency, Money},
    },
    services::{
        World,
        autopay::{self, Agreement, AutopayRun, EnrolForm},
        change::ChangeError,
        payments,
    },
    storage::{
        self,
        autopay::{AttemptRow, EnrolmentRow},
        credits::{CREDIT_MEMO, CreditRow},
        invoices::InvoiceRow,
        ledger::Entry,
        payments::PaymentRow,
    },
};

/// A card that works.
pub const GOOD_CARD: &str = "4242424242424242";
/// Who enrols.
pub const EMAIL: &str = "dana@alder.example";
/// The portal's address in letters.
pub const PORTAL: &str = "http://127.0.0.1/portal";

/// A seller, a customer, and its card or bank account.
pub struct Payer<'a> {
    /// The application.
    pub app: &'a TestApp,
    /// The customer.
    pub customer: CustomerId,
    /// Its method's id, as a form names it.
    pub method: String,
}

/// Ten o'clock in the morning of a day, where the seller is.
fn ten_oclock(day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_hms_opt(10, 0, 0).unwrap();
    local.and_local_timezone(chrono_tz::America::New_York).unwrap().with_timezone(&Utc)
}

/// Moves the clock to the morning some days on.
pub async fn morning_after(app: &TestApp, days: i64) {
    let day = app.given().today() + TimeDelta::days(days);
    let by = ten_oclock(day) - app.world().now();
    app.state.clock.advance(&app.world().db, by + TimeDelta::seconds(1)).await.unwrap();
}

/// Lets the run of today happen, and what follows from it.
pub async fn run_day(app: &TestApp) {
    autopay::turn_day(app.world()).await.unwrap();
    app.settle().await;
    autopay::follow_news(app.world(), PORTAL).await.unwrap();
    app.settle().await;
}

/// Lets so many days pass, each with its run; on the last of them it is run again.
pub async fn days(app: &TestApp, count: i64) {
    for _ in 0..count {
        morning_after(app, 1).await;
        run_day(app).await;
    }
    payments::resolve_doubts(app.world()).await.unwrap();
    let job = AutopayRun { day: app.given().today(), after: None, only: None };
    autopay::run_some(app.world(), PORTAL, &job).await.unwrap();
    app.settle().await;
}

/// An open invoice that is due in some days from today.
pub async fn due_in(
    app: &TestApp,
    customer: CustomerId,
    number: &str,
    minor: i64,
    days: i64,
) -> InvoiceId {
    let given = app.given();
    let id = given.invoice(customer, number, minor).await;
    let mut session = app.world().db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let row = InvoiceRow { due_on: given.today() + TimeDelta::days(days), ..row };
    storage::invoices::update(&mut session, &row, app.world().now()).await.unwrap();
    session.commit().await.unwrap();
    id
}

/// The books say that an invoice is of another amount.
pub async fn corrected(world: &World, id: InvoiceId, minor: i64) {
    let mut session = world.db.read().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let customer = storage::customers::find(&mut session, row.customer_id).await.unwrap().unwrap();
    drop(session);
    let InvoiceRow { number, issued_on, due_on, .. } = row;
    let total = Money::new(minor, Currency::USD);
    let text = format!(
        "customer_number,number,issued_on,due_on,total\n{},{number},{issued_on},{due_on},{total}\n",
        customer.number
    );
    bring_in(world, &text).await;
}

/// An open credit memo.
pub async fn credit(world: &World, customer_id: CustomerId, number: &str, minor: i64) -> CreditId {
    let today = world.now().with_timezone(&chrono_tz::America::New_York).date_naive();
    let row = CreditRow {
        id: world.new_id(),
        customer_id,
        kind: CREDIT_MEMO.to_owned(),
        number: number.to_owned(),
        currency: Currency::USD,
        issued_on: today,
        amount_minor: minor,
        remaining_minor: 0,
        reserved_minor: 0,
        source_hash: String::new(),
    };
    let postings = [seller(Account::Sales, minor), unapplied(row.id, -minor)];
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("credit:{}", row.id),
        customer_id,
        payment_id: None,
        actor: "test".to_owned(),
        transaction: Transaction::new(Cause::CreditMemo, today, row.currency, postings).unwrap(),
        applications: Vec::new(),
    };
    let mut session = world.db.begin().await.unwrap();
    storage::credits::insert(&mut session, &row, world.now()).await.unwrap();
    storage::ledger::post(&mut session, &entry, world.now()).await.unwrap();
    session.commit().await.unwrap();
    row.id
}

impl<'a> Payer<'a> {
    /// One with a card of a number.
    pub async fn with_card(app: &'a TestApp, number: &str) -> Self {
        Self::with(app, "C-1", EMAIL, Some(number), "").await
    }

    /// One with a bank account of a number.
    pub async fn with_bank(app: &'a TestApp, account: &str) -> Self {
        Self::with(app, "C-1", EMAIL, None, account).await
    }

    /// Another customer, with a card or a bank account.
    pub async fn with(
        app: &'a TestApp,
        number: &str,
        email: &str,
        card: Option<&str>,
        account: &str,
    ) -> Self {
        let given = app.given();
        given.seller().await;
        let customer = given.customer(number, email).await;
        // The processor's page is visited to pay something; that stays far from its day.
        let first = due_in(app, customer, &format!("{number}-FAR"), 100, 3000).await.to_string();
        let mut browser = app.payer(email).await;
        match card {
            Some(card) => processor::add_card(&mut browser, &first, card).await,
            None => processor::add_bank(&mut browser, &first, account).await,
        };
        let mut session = app.world().db.read().await.unwrap();
        let methods = storage::methods::all_active(&mut session, customer).await.unwrap();
        morning_after(app, 1).await;
        Self { app, customer, method: methods[0].id.to_string() }
    }

    /// Terms on the due date, without a ceiling.
    pub fn form(&self) -> EnrolForm {
        EnrolForm {
            method: self.method.clone(),
            timing: "due_date".to_owned(),
            use_credits: true,
            ..EnrolForm::default()
        }
    }

    /// Who agrees.
    pub fn agreement(&self) -> Agreement<'static> {
        Agreement {
            customer_id: self.customer,
            email: EMAIL,
            network_address: "192.0.2.7",
            browser: "Test/1.0",
            portal_url: PORTAL,
        }
    }

    /// Reads the words of a form and agrees to them.
    pub async fn enrol(&self, form: &EnrolForm) -> Result<EnrolmentId, ChangeError> {
        let world = self.app.world();
        let mut session = world.db.read().await.unwrap();
        let offer = autopay::offer(&mut session, world, self.customer, EMAIL, form).await?;
        drop(session);
        let id = autopay::enrol(world, &self.agreement(), form, true, &offer.fingerprint).await?;
        self.app.settle().await;
        Ok(id)
    }

    /// Ends it.
    pub async fn cancel(&self) -> bool {
        let done = autopay::cancel(self.app.world(), &self.agreement()).await.unwrap();
        self.app.settle().await;
        done
    }

    /// The invoice.
    pub async fn invoice(&self, id: InvoiceId) -> InvoiceRow {
        let mut session = self.app.world().db.read().await.unwrap();
        storage::invoices::find(&mut session, id).await.unwrap().unwrap()
    }

    /// Its tries.
    pub async fn attempts(&self, id: InvoiceId) -> Vec<AttemptRow> {
        let mut session = self.app.world().db.read().await.unwrap();
        storage::autopay::all_attempts_of(&mut session, id).await.unwrap()
    }

    /// Its tries, each by state and reason.
    pub async fn told(&self, id: InvoiceId) -> Vec<String> {
        let rows = self.attempts(id).await;
        rows.into_iter().map(|row| format!("{} {}", row.state.as_str(), row.reason)).collect()
    }

    /// A try.
    pub async fn attempt(&self, id: AttemptId) -> AttemptRow {
        let mut session = self.app.world().db.read().await.unwrap();
        storage::autopay::find_attempt(&mut session, id).await.unwrap().unwrap()
    }

    /// The enrolment.
    pub async fn enrolment(&self, id: EnrolmentId) -> EnrolmentRow {
        let mut session = self.app.world().db.read().await.unwrap();
        storage::autopay::find(&mut session, id).await.unwrap().unwrap()
    }

    /// Where the enrolment stands.
    pub async fn state(&self, id: EnrolmentId) -> EnrolmentState {
        self.enrolment(id).await.state
    }

    /// Payments of the customer, the latest first.
    pub async fn payments(&self) -> Vec<PaymentRow> {
        let mut session = self.app.world().db.read().await.unwrap();
        let rows = storage::payments::all_of_customer(&mut session, self.customer, 100).await;
        rows.unwrap().into_iter().map(|row| row.payment).collect()
    }

    /// Letters of a kind.
    pub async fn letters(&self, kind: &str) -> Vec<String> {
        let rows = super::letters::mailed(&self.app.world().db, kind, EMAIL).await;
        rows.into_iter().map(|row| format!("{}\n{}", row.subject, row.body_text)).collect()
    }
}

/// How often something was charged at the processor, and how much.
pub async fn charged(app: &TestApp) -> (i64, i64) {
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    let count = charges.iter().map(|charge| charge.charge_count).sum();
    assert!(charges.iter().all(|charge| charge.charge_count <= 1), "charged twice: {charges:?}");
    (count, charges.iter().map(|charge| charge.amount_minor).sum())
}
