//! Rows for tests to start from; each is what the test cares about and nothing else.

use chrono::{NaiveDate, TimeDelta};

use crate::{
    auth::password,
    domain::{
        company::CompanyProfile,
        gl_accounts::GlAccounts,
        ids::{CustomerId, InvoiceId},
        invoice::DocumentKind,
        ledger::{Cause, Transaction, receivable, seller},
        money::{Currency, Rate},
        permission::Duties,
        policy::{BankPolicy, CardPolicy, PaymentPolicy, SurchargePolicy, When},
        receivables::ReceivablesSettings,
    },
    services::{World, company, history, staff::Staff},
    storage::{
        self, contacts::NewContact, customers::CustomerRow, invoices::InvoiceRow, ledger::Entry,
        staff::StaffUserRow,
    },
};

/// The password of every staff user of a test.
pub const STAFF_PASSWORD: &str = "a long enough password";

/// Makes rows in a world.
pub struct Given<'a>(pub &'a World);

impl Given<'_> {
    /// Today in the seller's time zone.
    pub fn today(&self) -> NaiveDate {
        self.0.now().with_timezone(&chrono_tz::America::New_York).date_naive()
    }

    /// A seller in Georgia that takes cards with a surcharge of 2.9 %, and bank debits.
    pub async fn seller(&self) {
        let profile = CompanyProfile {
            name: "Halden Supply Co.".to_owned(),
            time_zone: "America/New_York".to_owned(),
            contact_email: "ar@halden.example".to_owned(),
            ..CompanyProfile::default()
        };
        let policy = PaymentPolicy {
            enabled: true,
            card: CardPolicy {
                accepted: When::Always,
                surcharge: Some(SurchargePolicy {
                    rate: Rate::from_ppm(29_000),
                    cost_of_acceptance: Rate::from_ppm(29_500),
                    starts_on: "2026-01-31".parse().unwrap(),
                    acquirer_notified_on: "2026-01-01".parse().unwrap(),
                    when: When::Always,
                    invoice_total_min: None,
                    seller_state: Some("GA".to_owned()),
                }),
                ..CardPolicy::default()
            },
            bank: BankPolicy { accepted: true, ..BankPolicy::default() },
            accounts: GlAccounts { surcharge: "4090".to_owned(), ..GlAccounts::default() },
            ..PaymentPolicy::default()
        };
        let settings = ReceivablesSettings::default();
        company::save(self.0, &profile, &policy, &settings, "test").await.unwrap();
    }

    /// A customer in Georgia with a contact of the given address.
    pub async fn customer(&self, number: &str, email: &str) -> CustomerId {
        let id = self.0.new_id();
        let text = |text: &str| text.to_owned();
        let row = CustomerRow {
            id,
            number: text(number),
            name: format!("Customer {number}"),
            email: text(email),
            phone: String::new(),
            website: String::new(),
            address_line1: text("1 Mill Road"),
            address_line2: String::new(),
            address_city: text("Savannah"),
            address_region: text("GA"),
            address_postal_code: text("31401"),
            address_country: text("US"),
            terms: text("Net 30"),
            currency: String::new(),
            parent_number: String::new(),
            is_project: false,
            billing_preference: None,
            bill_to_id: id,
            payment_overrides: text("{}"),
            statement_choice: None,
            workflow_id: None,
            workflow_since: None,
            specialist_id: None,
            changed_here: text("{}"),
            synced_from: None,
        };
        let now = self.0.now();
        let mut session = self.0.db.begin().await.unwrap();
        storage::customers::insert(&mut session, &row, now).await.unwrap();
        history::customer_added(&mut session, self.0, &row, "test").await.unwrap();
        let contact = NewContact {
            id: self.0.new_id(),
            customer_id: id,
            email: text(email),
            name: text("Dana Ruiz"),
        };
        storage::contacts::insert_once(&mut session, &contact, now).await.unwrap();
        session.commit().await.unwrap();
        id
    }

    /// A staff user with duties, as a signed-in one acts.
    pub async fn staff(&self, email: &str, duties: Duties) -> Staff {
        let user = StaffUserRow {
            id: self.0.new_id(),
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
            password_hash: password::hash(STAFF_PASSWORD, self.0.entropy.as_ref()).await.unwrap(),
            is_active: true,
            duties: duties.clone().into(),
            version: 1,
        };
        let mut session = self.0.db.begin().await.unwrap();
        storage::staff::insert(&mut session, &user, self.0.now()).await.unwrap();
        session.commit().await.unwrap();
        let StaffUserRow { id, email, name, .. } = user;
        Staff { id, session_id: self.0.new_id(), email, name, duties }
    }

    /// An open invoice in US dollars, due in 30 days, without a discount.
    pub async fn invoice(&self, customer_id: CustomerId, number: &str, minor: i64) -> InvoiceId {
        self.invoice_in(customer_id, number, minor, Currency::USD, None).await
    }

    /// An open invoice; with a discount of 2 % of its total for ten days when asked for.
    pub async fn invoice_in(
        &self,
        customer_id: CustomerId,
        number: &str,
        minor: i64,
        currency: Currency,
        discount_ppm: Option<i64>,
    ) -> InvoiceId {
        let today = self.today();
        let row = InvoiceRow {
            id: self.0.new_id(),
            customer_id,
            kind: DocumentKind::Invoice,
            number: number.to_owned(),
            currency,
            issued_on: today,
            due_on: today + TimeDelta::days(30),
            terms: "Net 30".to_owned(),
            po_number: format!("PO-{number}"),
            total_minor: minor,
            tax_minor: 0,
            balance_minor: 0,
            reserved_minor: 0,
            credit_memo_minor: 0,
            discount_rate_ppm: discount_ppm.unwrap_or(0),
            discount_basis_minor: minor,
            discount_until: discount_ppm.map(|_| today + TimeDelta::days(10)),
            discount_taken_minor: 0,
            is_disputed: false,
            voided_on: None,
            settled_on: None,
            days_late: None,
            source_hash: String::new(),
        };
        let now = self.0.now();
        let mut session = self.0.db.begin().await.unwrap();
        storage::invoices::insert(&mut session, &row, now).await.unwrap();
        let postings =
            [receivable(row.id, minor), seller(crate::domain::ledger::Account::Sales, -minor)];
        let entry = Entry {
            id: self.0.new_id(),
            once_key: format!("invoice:{}", row.id),
            customer_id,
            payment_id: None,
            actor: "test".to_owned(),
            transaction: Transaction::new(Cause::Invoice, today, currency, postings).unwrap(),
            applications: Vec::new(),
        };
        storage::ledger::post(&mut session, &entry, now).await.unwrap();
        session.commit().await.unwrap();
        row.id
    }
}
