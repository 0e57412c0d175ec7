//! The demo company: receivables of a made-up wholesaler, so that a newcomer sees every screen
//! with something on it.
//!
//! What was sold, when and for how much is a slice of "Online Retail" (Daqing Chen, Sai Liang Sain
//! and Kun Guo, 2012; UCI Machine Learning Repository; CC BY 4.0): forty customers of autumn 2011,
//! the first nine lines of each document, dates shifted to end today, amounts taken for US
//! dollars. Names, addresses, terms and payments are ours.

mod names;

use chrono::{NaiveDate, TimeDelta};

use super::{
    World,
    change::ChangeError,
    company::{self, SaveCompanyError},
    customers,
    expectations::{self, ExpectationError},
    history,
    import::{Choices, ImportError, ImportReport, store_batch},
    payment_overrides, promises,
    sign_in::SignInError,
    staff::{self, Staff},
};
use crate::{
    domain::{
        company::CompanyProfile,
        expectation::{Decision, Expectation, ExpectationStatus, HoldReason},
        form::Problem,
        gl_accounts::GlAccounts,
        hierarchy::BillingPreference,
        ids::CustomerId,
        money::{Currency, Rate},
        payment_override::{Override, PaymentOverrides},
        permission::Role,
        policy::{BankDiscount, BankPolicy, CardPolicy, PaymentPolicy, SurchargePolicy, When},
        profile::Books,
        promise::{PromiseChannel, PromiseForm},
        receivables::ReceivablesSettings,
    },
    import,
    storage::{self, Session, StorageError, contacts::NewContact, promises::PromisableRow},
};

/// The slice.
const SLICE: &str = include_str!("online_retail_slice.csv");

/// The day on which the slice ends.
const SLICE_ENDS: (i32, u32, u32) = (2011, 12, 9);

/// The staff user of the demo.
pub const STAFF_EMAIL: &str = "staff@quittance.example";
/// Their password.
pub const STAFF_PASSWORD: &str = "demo-staff-password";
/// A payer of the demo with one account.
pub const PAYER_EMAIL: &str = "payer@northwind.example";
/// A payer of the demo with two accounts.
pub const GROUP_EMAIL: &str = "accounts@harborgroup.example";

/// The place of a customer that is synchronised with QuickBooks.
const SYNCED: usize = 11;

/// The place of the customer that may pay invoices in parts.
const PAYS_IN_PARTS: usize = 34;

/// Under which key the database remembers that it holds the demo.
const DEMO_KEY: &str = "demo";

/// Why there is no demo company.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database holds customers that are not the demo's.
    #[error("the database is not empty; the demo company wants one of its own")]
    NotEmpty,
    /// The slice cannot be read: a fault of ours.
    #[error("the demo's data cannot be read: {0}")]
    Slice(String),
    /// The import failed.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The company could not be saved.
    #[error(transparent)]
    Company(#[from] SaveCompanyError),
    /// The staff user could not be added.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for DemoError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Whether a database holds the demo.
///
/// # Errors
/// When the database fails.
pub async fn is_demo(session: &mut Session) -> Result<bool, StorageError> {
    Ok(storage::app_state::find(session, DEMO_KEY).await?.is_some())
}

/// Fills an empty database with the demo company. Doing it twice changes nothing.
///
/// # Errors
/// `NotEmpty` when other customers are there.
pub async fn load(world: &World) -> Result<ImportReport, DemoError> {
    let mut session = world.db.read().await?;
    let is_demo = is_demo(&mut session).await?;
    let is_empty = storage::customers::count(&mut session).await? == 0;
    drop(session);
    if !is_demo && !is_empty {
        return Err(DemoError::NotEmpty);
    }
    if is_demo && !is_empty {
        return Ok(ImportReport::default());
    }
    let mut session = world.db.begin().await?;
    storage::app_state::update(&mut session, DEMO_KEY, "yes").await?;
    session.commit().await?;
    let seller = profile();
    let today = world.now().date_naive();
    let settings = ReceivablesSettings {
        billing_preference: BillingPreference::ImmediateParent,
        ..ReceivablesSettings::default()
    };
    company::save(world, &seller, &policy(today), &settings, "demo").await?;
    match staff::add(world, STAFF_EMAIL, "Ana Whitfield", STAFF_PASSWORD, Role::Owner).await {
        Ok(_) | Err(SignInError::Invalid { problem: Problem::AlreadyUsed, .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let file = as_file(today)?;
    let choices = Choices { prefixes: "C=credit-memo".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD)?;
    let batch = import::read(std::io::Cursor::new(file.into_bytes()), &options, &mut |_| {})
        .map_err(ImportError::from)?;
    let report = store_batch(world, &batch, false, "demo", None, &mut |_, _| Ok(())).await?;
    add_contacts(world).await?;
    decide_some(world, today).await?;
    Ok(report)
}

fn profile() -> CompanyProfile {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    CompanyProfile {
        name: "Halden Supply Co.".to_owned(),
        address: lines(&["410 Peachtree Walk", "Atlanta, GA 30308", "United States"]),
        tax_id: "12-3456789".to_owned(),
        contact_name: "Ruth Adeyemi".to_owned(),
        contact_email: "ar@halden.example".to_owned(),
        contact_phone: "+1 404 555 0142".to_owned(),
        check_address: lines(&["Halden Supply Co.", "PO Box 7710", "Atlanta, GA 30357"]),
        time_zone: "America/New_York".to_owned(),
        currency: Currency::USD,
        logo_svg: include_str!("logo.svg").to_owned(),
        ..CompanyProfile::default()
    }
}

fn policy(today: NaiveDate) -> PaymentPolicy {
    let notified = today - TimeDelta::days(90);
    PaymentPolicy {
        enabled: true,
        card: CardPolicy {
            accepted: When::Always,
            invoice_total_min: None,
            invoice_total_max: None,
            surcharge: Some(SurchargePolicy {
                rate: Rate::from_ppm(25_000),
                cost_of_acceptance: Rate::from_ppm(27_500),
                starts_on: notified + TimeDelta::days(30),
                acquirer_notified_on: notified,
                when: When::Always,
                invoice_total_min: None,
                seller_state: Some("GA".to_owned()),
            }),
        },
        bank: BankPolicy {
            accepted: true,
            invoice_total_min: None,
            invoice_total_max: None,
            discount: Some(BankDiscount {
                rate: Rate::from_ppm(5000),
                when: When::OnOrBeforeDue,
                invoice_total_min: None,
                stacks: true,
            }),
        },
        accounts: GlAccounts {
            surcharge: "4090 Card surcharges".to_owned(),
            fees: "6110 Processing fees".to_owned(),
            discounts: "4910 Discounts given".to_owned(),
        },
        ..PaymentPolicy::default()
    }
}

/// A number that looks random and is always the same for the same text.
fn scatter(text: &str, modulus: u32) -> u32 {
    let hash = text
        .bytes()
        .fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    (hash >> 8) % modulus.max(1)
}

/// The slice as a file such as a business would export, ending today.
fn as_file(today: NaiveDate) -> Result<String, DemoError> {
    let unreadable = |error: &dyn std::fmt::Display| DemoError::Slice(error.to_string());
    let (year, month, day) = SLICE_ENDS;
    let ends = NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today);
    let shift = today - ends;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "customer_number",
            "customer_name",
            "email",
            "phone",
            "address_line1",
            "address_city",
            "address_region",
            "address_postal_code",
            "address_country",
            "parent_number",
            "number",
            "issued_on",
            "due_on",
            "terms",
            "po_number",
            "paid_on",
            "disputed",
            "line_description",
            "line_quantity",
            "line_unit_price",
        ])
        .map_err(|error| unreadable(&error))?;
    let numbers = numbers()?;
    for row in csv::Reader::from_reader(SLICE.as_bytes()).records() {
        let row = row.map_err(|error| unreadable(&error))?;
        let field = |index: usize| row.get(index).unwrap_or_default().to_owned();
        let (number, customer) = (field(0), field(5));
        let place = numbers.iter().position(|known| *known == customer).unwrap_or_default();
        let parent = names::parent(place).and_then(|place| numbers.get(place));
        let buyer = names::buyer(place);
        let issued: NaiveDate = field(3).parse().map_err(|error| unreadable(&error))?;
        let issued = issued + shift;
        let due = issued + TimeDelta::days(buyer.due_days);
        // Most of what is due was paid, some of it late; the rest is what staff chase.
        let paid = due + TimeDelta::days(i64::from(scatter(&number, 34)) - 12);
        let is_paid = paid <= today && scatter(&format!("{number}-paid"), 100) < 82;
        let is_credit = number.starts_with('C');
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        writer
            .write_record([
                customer.as_str(),
                buyer.name,
                buyer.email,
                buyer.phone,
                buyer.street,
                buyer.city,
                buyer.state,
                buyer.postal_code,
                "US",
                parent.map_or("", String::as_str),
                number.as_str(),
                &issued.to_string(),
                &if is_credit { String::new() } else { due.to_string() },
                if is_credit { "" } else { buyer.terms },
                &format!("PO-{}", 4000 + scatter(&number, 6000)),
                &text(Some(paid).filter(|_| is_paid && !is_credit)),
                if scatter(&format!("{number}-disputed"), 40) == 0 { "yes" } else { "no" },
                &field(1),
                &field(2),
                &field(4),
            ])
            .map_err(|error| unreadable(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|error| unreadable(&error))
}

/// The people of the demo who may sign in to the portal, beside each customer's own address, and who
/// is synchronised.
async fn add_contacts(world: &World) -> Result<(), DemoError> {
    let mut session = world.db.begin().await?;
    for (place, email, name) in [
        (0, PAYER_EMAIL, "Dana Ruiz"),
        (1, GROUP_EMAIL, "Priya Nair"),
        (2, GROUP_EMAIL, "Priya Nair"),
    ] {
        let customer_id = customer_at(&mut session, place).await?;
        let contact = NewContact {
            id: world.new_id(),
            customer_id,
            email: email.to_owned(),
            name: name.to_owned(),
        };
        if storage::contacts::insert_once(&mut session, &contact, world.now()).await? {
            history::contact_added(&mut session, world, &contact, "demo").await?;
        }
    }
    let synced = customer_at(&mut session, SYNCED).await?;
    customers::sync_from(&mut session, world, synced, Some(Books::Quickbooks), "demo").await?;
    session.commit().await?;
    Ok(())
}

/// Somebody waits for a delivery, somebody pays in parts, and some promised to pay.
async fn decide_some(world: &World, today: NaiveDate) -> Result<(), DemoError> {
    let mut session = world.db.read().await?;
    let Some(user) = storage::staff::find_by_email(&mut session, STAFF_EMAIL).await? else {
        return Ok(());
    };
    let staff = Staff {
        id: user.id,
        session_id: world.new_id(),
        email: user.email,
        name: user.name,
        duties: user.duties.into(),
    };
    let customer_id = customer_at(&mut session, 9).await?;
    let rows = storage::invoices::all_of_customer(&mut session, customer_id, 1).await?;
    if let Some(row) = rows.first() {
        let hold = Expectation {
            status: ExpectationStatus::OnHold,
            on: None,
            reason: Some(HoldReason::Delivery),
            note: "Two boxes are missing; the carrier looks for them.".to_owned(),
        };
        let (id, version) = (row.invoice.id, row.expected.expectation_version);
        let done = expectations::decide(world, &staff, id, version, &Decision::Said(hold)).await;
        // Where nothing is open there is nothing to wait for.
        if let Err(ExpectationError::Change(ChangeError::Storage(error))) = done {
            return Err(error.into());
        }
    }
    let customer_id = customer_at(&mut session, PAYS_IN_PARTS).await?;
    let found = storage::payment_overrides::find(&mut session, customer_id).await?;
    if let Some((before, version)) = found {
        let after = PaymentOverrides { partial: Override::On(()), ..before };
        let done = payment_overrides::change(world, &staff, customer_id, version, &after).await;
        if let Err(ChangeError::Storage(error)) = done {
            return Err(error.into());
        }
    }
    drop(session);
    let promise = |invoices, days, channel, note, is_cancelled| DemoPromise {
        invoices,
        promised_on: today + TimeDelta::days(days),
        channel,
        note,
        is_cancelled,
    };
    for (place, promise) in [
        (5, promise(1, 5, PromiseChannel::Call, "Ms. Ortega signs the run on Thursday.", false)),
        (12, promise(2, 12, PromiseChannel::Email, "", false)),
        (13, promise(1, 3, PromiseChannel::Call, "Their bookkeeper was not sure.", true)),
    ] {
        promise_some(world, &staff, place, &promise).await?;
    }
    Ok(())
}

/// A promise of the demo, on the oldest of what a customer has open.
struct DemoPromise {
    invoices: i64,
    promised_on: NaiveDate,
    channel: PromiseChannel,
    note: &'static str,
    is_cancelled: bool,
}

/// The customer at a place promised to pay, maybe until somebody took that back.
async fn promise_some(
    world: &World,
    staff: &Staff,
    place: usize,
    promise: &DemoPromise,
) -> Result<(), DemoError> {
    let DemoPromise { invoices, promised_on, channel, note, is_cancelled } = promise;
    let mut session = world.db.read().await?;
    let customer_id = customer_at(&mut session, place).await?;
    let sight = staff.sight();
    let rows =
        storage::promises::all_promisable(&mut session, customer_id, sight, *invoices).await?;
    drop(session);
    let key =
        |row: &PromisableRow| format!("{}:{}", row.invoice.id, row.expected.expectation_version);
    let form = PromiseForm {
        invoices: rows.iter().map(key).collect::<Vec<_>>().join(","),
        amount: String::new(),
        promised_on: promised_on.to_string(),
        channel: channel.as_str().to_owned(),
        note: (*note).to_owned(),
    };
    let done = match promises::record(world, staff, customer_id, &form).await {
        Ok(id) if *is_cancelled => promises::cancel(world, staff, id, 1).await,
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    match done {
        Err(ChangeError::Storage(error)) => Err(error.into()),
        // Where nothing is open there is nothing to promise.
        _ => Ok(()),
    }
}

/// The numbers of the customers, by their places.
fn numbers() -> Result<Vec<String>, DemoError> {
    let mut numbers: Vec<String> = Vec::new();
    for row in csv::Reader::from_reader(SLICE.as_bytes()).records() {
        let row = row.map_err(|error| DemoError::Slice(error.to_string()))?;
        let number = row.get(5).unwrap_or_default().to_owned();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

async fn customer_at(session: &mut Session, place: usize) -> Result<CustomerId, DemoError> {
    let numbers = numbers()?;
    let number = numbers.get(place).cloned().unwrap_or_default();
    let customer = storage::customers::find_by_number(session, &number).await?;
    customer
        .map(|customer| customer.id)
        .ok_or_else(|| DemoError::Slice(format!("no customer at place {place}")))
}
