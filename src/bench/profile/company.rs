//! The big company: 100,000 customers and 1,000,000 invoices, made from a seed. The books are whole:
//! `quittance verify` finds nothing wrong with them.
//!
//! A tenth of the paid invoices was paid by a payment of ours; the others were settled before, in the
//! books it came from.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use quittance::domain::activity::Link;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    bulk::{Bulk, Table},
    names::{CITIES, FIRST, LEGAL, SECOND, TRADE},
};
use crate::Outcome;

/// Customers.
pub const CUSTOMERS: u32 = 100_000;
/// Invoices.
pub const INVOICES: u32 = 1_000_000;
/// Customers with this many invoices each: the first ones.
pub const LARGE: u32 = 4;
const OF_LARGE: u32 = 5_000;
/// Customers with that many each, behind them.
const MIDDLING: u32 = 100;
const OF_MIDDLING: u32 = 500;
const LAST_MIDDLING: u32 = LARGE + MIDDLING;
/// Days from the first invoice to today.
const DAYS: i64 = 1_095;
/// Each how-manieth customer is the specialist's.
pub const OWN: u32 = 100;

const TERMS: [(&str, i64); 4] =
    [("Net 30", 30), ("Net 15", 15), ("Net 45", 45), ("2/10 Net 30", 30)];
const CURRENCIES: [&str; 3] = ["USD", "EUR", "GBP"];

/// A number that looks random and is always the same for the same two.
const fn scatter(of: u64, salt: u64) -> u64 {
    let mut hash =
        of.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt ^ 0xD1B5_4A32_D192_ED03);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

fn pick<T: Copy>(from: &[T], of: u64, salt: u64) -> T {
    from[(scatter(of, salt) % from.len() as u64) as usize]
}

/// What an id names.
#[derive(Clone, Copy)]
enum Kind {
    Customer = 1,
    Contact,
    Note,
    Activity,
    Invoice,
    Payment,
    Transaction,
    Application,
}

/// An id that sorts by its day, as those of the product do.
fn id(kind: Kind, day: NaiveDate, number: u64) -> String {
    let ms = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis() as u64;
    let (high, low) = (ms >> 16, ms & 0xFFFF);
    format!("{high:08x}-{low:04x}-7000-800{:x}-{number:012x}", kind as u8)
}

fn at(day: NaiveDate) -> String {
    format!("{day}T09:00:00+00:00")
}

/// A customer, by its place.
pub struct Customer {
    /// Its id.
    pub id: String,
    name: String,
    number: String,
    email: String,
    currency: usize,
    terms: (&'static str, i64),
    history: (i64, String),
}

/// Makes the company, and remembers under a key that it is there.
pub struct Maker<'a> {
    bulk: &'a mut Bulk,
    today: NaiveDate,
    author: String,
    specialist: String,
    customers: Vec<Customer>,
    sums: BTreeMap<(u32, usize), (i64, i64)>,
    activity: Table,
    activities: u64,
}

/// Fills the database.
///
/// # Errors
/// When the database refuses.
pub async fn make(
    bulk: &mut Bulk,
    today: NaiveDate,
    author: String,
    specialist: String,
) -> Outcome<()> {
    let (sums, customers) = (BTreeMap::new(), Vec::new());
    let activity = Table::new(
        "activity",
        "id, customer_id, position, invoice_id, kind, actor, before_facts, after_facts, occurred_at, hash",
    );
    let mut maker =
        Maker { bulk, today, author, specialist, customers, sums, activity, activities: 0 };
    // Tables are filled without their indexes: made at the end, they are made in one go.
    let indexes = maker.take_indexes().await?;
    maker.bulk.run("BEGIN").await?;
    maker.customers().await?;
    maker.bulk.run("COMMIT").await?;
    maker.invoices().await?;
    maker.bulk.run("BEGIN").await?;
    maker.rest().await?;
    maker.bulk.run("COMMIT").await?;
    for index in indexes {
        maker.bulk.run(&index).await?;
    }
    Ok(())
}

impl Maker<'_> {
    /// Takes away what would be kept up row by row, and returns how indexes are made again. What finds
    /// words on SQLite is made again by the next `migrate`.
    async fn take_indexes(&mut self) -> Outcome<Vec<String>> {
        if matches!(self.bulk, Bulk::Sqlite(_)) {
            for kind in ["invoice", "payment"] {
                for verb in ["insert", "update", "delete"] {
                    let trigger = format!("DROP TRIGGER IF EXISTS {kind}s_words_{verb}");
                    self.bulk.run(&trigger).await?;
                }
                for table in ["index", "words"] {
                    self.bulk.run(&format!("DROP TABLE IF EXISTS {kind}_{table}")).await?;
                }
            }
        }
        let found = match self.bulk {
            Bulk::Sqlite(_) => {
                "SELECT name, sql FROM sqlite_master
                 WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE '%UNIQUE%'"
            }
            Bulk::Postgres(_) => {
                "SELECT indexname::text, indexdef::text FROM pg_indexes
                 WHERE schemaname = 'public' AND indexdef NOT LIKE '%UNIQUE%'"
            }
        };
        let mut indexes = Vec::new();
        for (name, text) in self.bulk.pairs(found).await? {
            self.bulk.run(&format!("DROP INDEX {name}")).await?;
            indexes.push(text);
        }
        Ok(indexes)
    }

    /// Adds a row to a customer's history, chained to the one before.
    fn tell(&mut self, customer: u32, kind: &str, after: &Value, day: NaiveDate) -> Outcome<()> {
        self.activities += 1;
        let id = id(Kind::Activity, day, self.activities);
        let customer = &mut self.customers[customer as usize];
        let (after, moment) = (after.to_string(), at(day));
        let micros = day.and_hms_opt(9, 0, 0).ok_or("no morning")?.and_utc().timestamp_micros();
        let position = customer.history.0 + 1;
        let link = Link {
            customer_id: &customer.id,
            position,
            id: &id,
            invoice_id: "",
            kind,
            actor: "import",
            before: "{}",
            after: &after,
            micros,
        };
        let hash = hex::encode(Sha256::digest(link.text(&customer.history.1)));
        self.activity.push(json!([
            id,
            customer.id,
            position,
            null,
            kind,
            "import",
            "{}",
            after,
            moment,
            hash
        ]));
        customer.history = (position, hash);
        Ok(())
    }

    async fn customers(&mut self) -> Outcome<()> {
        let mut table = Table::new(
            "customers",
            "id, number, name, sort_name, search_text, email, phone, website, address_line1, \
             address_line2, address_city, address_region, address_postal_code, address_country, \
             terms, parent_number, created_at, updated_at, is_project, billing_preference, \
             bill_to_id, specialist_id",
        );
        let mut contacts = Table::new(
            "contacts",
            "id, customer_id, role_id, source, email, name, phone, version, created_at",
        );
        let mut notes =
            Table::new("notes", "id, customer_id, author_id, body, version, created_at");
        let day = self.today - TimeDelta::days(DAYS);
        for place in 0..CUSTOMERS {
            let of = u64::from(place);
            let (first, second) = (pick(&FIRST, of, 1), pick(&SECOND, of, 2));
            let name = format!("{first} {second} {} {}", pick(&TRADE, of, 3), pick(&LEGAL, of, 4));
            let domain = format!("{}{}{place}", first.to_lowercase(), second.to_lowercase());
            let (number, email) =
                (format!("C-{:06}", 100_000 + place), format!("ap@{domain}.example"));
            let currency = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][(scatter(of, 5) % 10) as usize];
            let customer = Customer {
                id: id(Kind::Customer, day, of),
                name,
                number,
                email,
                currency,
                terms: pick(&TERMS, of, 6),
                history: (0, String::new()),
            };
            // Each fifty have one on top, with three below it and one more below each of those.
            let parent = match place % 50 {
                1..=3 => Some(place - place % 50),
                4..=6 => Some(place - 3),
                _ => None,
            };
            let top = if parent.is_some() { place - place % 50 } else { place };
            let parent =
                parent.map_or("", |parent| self.customers[parent as usize].number.as_str());
            let bill_to = self.customers.get(top as usize).map_or(&customer.id, |top| &top.id);
            let (city, region) = pick(&CITIES, of, 7);
            let search = format!("{}\n{}\n{}", customer.number, customer.name, customer.email);
            let preference = (!parent.is_empty()).then_some("top_level_parent");
            let specialist = (place % OWN == 7).then_some(self.specialist.as_str());
            let street = format!("{} {second} Street", 1 + scatter(of, 8) % 900);
            table.push(json!([
                customer.id,
                customer.number,
                customer.name,
                customer.name.to_lowercase(),
                search.to_lowercase(),
                customer.email,
                format!("+1 555 {place:07}"),
                format!("https://{domain}.example"),
                street,
                "",
                city,
                region,
                format!("{:05}", scatter(of, 9) % 100_000),
                "US",
                customer.terms.0,
                parent,
                at(day),
                at(day),
                false,
                preference,
                bill_to,
                specialist
            ]));
            let profile = json!({"email": customer.email, "name": customer.name});
            for person in 0..=of % 2 {
                let email = if person == 0 {
                    customer.email.clone()
                } else {
                    format!("cfo@{domain}.example")
                };
                let role = format!("0193a5f0-0000-7000-8000-0000000000c{}", person + 1);
                contacts.push(json!([
                    id(Kind::Contact, day, of * 2 + person),
                    customer.id,
                    role,
                    "books",
                    email,
                    format!("{first} {}", pick(&SECOND, of, 10 + person)),
                    "",
                    1,
                    at(day)
                ]));
            }
            if place % 10 == 0 || place < LARGE {
                let pages = if place < LARGE { 200 } else { 2 };
                for index in 0..pages {
                    notes.push(json!([
                        id(Kind::Note, day, of * 1_000 + index),
                        customer.id,
                        self.author,
                        "They pay on the last day of the month. Ask for Priya.",
                        1,
                        at(day)
                    ]));
                }
            }
            self.customers.push(customer);
            self.tell(place, "customer_added", &profile, day)?;
            self.tell(place, "contact_added", &profile, day)?;
            self.bulk.send(&mut table, false).await?;
            self.bulk.send(&mut contacts, false).await?;
            self.bulk.send(&mut notes, false).await?;
            let mut activity = std::mem::replace(&mut self.activity, Table::new("", ""));
            self.bulk.send(&mut activity, false).await?;
            self.activity = activity;
        }
        for table in [&mut table, &mut contacts, &mut notes] {
            self.bulk.send(table, true).await?;
        }
        Ok(())
    }

    /// Whose each invoice is, shuffled.
    fn owners() -> Vec<u32> {
        const COUNTS: [u32; 10] = [1, 2, 4, 6, 8, 10, 12, 14, 16, 20];
        let mut owners = Vec::with_capacity(INVOICES as usize);
        for place in 0..CUSTOMERS {
            let count = match place {
                0..LARGE => OF_LARGE,
                LARGE..LAST_MIDDLING => OF_MIDDLING,
                _ => COUNTS[(scatter(u64::from(place), 20) % 10) as usize],
            };
            owners.extend(std::iter::repeat_n(place, count as usize));
        }
        let mut more = 0_u64;
        while owners.len() < INVOICES as usize {
            owners.push((scatter(more, 21) % u64::from(CUSTOMERS)) as u32);
            more += 1;
        }
        for index in (1..owners.len()).rev() {
            owners.swap(index, (scatter(index as u64, 22) % (index as u64 + 1)) as usize);
        }
        // Too many are cut off behind the shuffle, so that nobody loses all of theirs.
        owners.truncate(INVOICES as usize);
        owners
    }

    async fn invoices(&mut self) -> Outcome<()> {
        let mut tables = Tables::new();
        let owners = Self::owners();
        for (index, owner) in owners.into_iter().enumerate() {
            if index % 50_000 == 0 {
                self.bulk.run(if index == 0 { "BEGIN" } else { "COMMIT; BEGIN" }).await?;
            }
            self.invoice(index as u64, owner, &mut tables)?;
            for table in tables.all() {
                self.bulk.send(table, false).await?;
            }
            let mut activity = std::mem::replace(&mut self.activity, Table::new("", ""));
            self.bulk.send(&mut activity, false).await?;
            self.activity = activity;
        }
        for table in tables.all() {
            self.bulk.send(table, true).await?;
        }
        self.bulk.run("COMMIT").await
    }

    fn invoice(&mut self, of: u64, owner: u32, tables: &mut Tables) -> Outcome<()> {
        let issued = self.today - TimeDelta::days(DAYS)
            + TimeDelta::days(of as i64 * DAYS / i64::from(INVOICES));
        let customer = &self.customers[owner as usize];
        let (customer_id, (terms, days)) = (customer.id.clone(), customer.terms);
        let currency = if scatter(of, 30).is_multiple_of(50) {
            (customer.currency + 1) % 3
        } else {
            customer.currency
        };
        let code = CURRENCIES[currency];
        let due = issued + TimeDelta::days(days);
        let paid = due + TimeDelta::days((scatter(of, 31) % 45) as i64 - 15);
        let is_paid = paid <= self.today && scatter(of, 32) % 1_000 < 735;
        let minor = 1_000 + (scatter(of, 33) % 700 * (scatter(of, 34) % 700)) as i64;
        let (number, order) = (
            format!("INV-{:07}", 1_000_000 + of),
            format!("PO-{:06}", scatter(of, 35) % 1_000_000),
        );
        let invoice_id = id(Kind::Invoice, issued, of);
        let balance = if is_paid { 0 } else { minor };
        let settled = is_paid.then(|| paid.to_string());
        let late = is_paid.then(|| (paid - due).num_days());
        let is_disputed = !is_paid && scatter(of, 36).is_multiple_of(60);
        tables.invoices.push(json!([
            invoice_id,
            customer_id,
            "invoice",
            number,
            format!("{number}\n{order}").to_lowercase(),
            code,
            issued.to_string(),
            due.to_string(),
            terms,
            order,
            minor,
            0,
            balance,
            0,
            0,
            0,
            0,
            null,
            0,
            is_disputed,
            settled,
            late,
            "",
            at(issued),
            at(issued)
        ]));
        tables.lines.push(json!([
            invoice_id,
            0,
            "Goods as delivered",
            "1",
            format!("{}.{:02}", minor / 100, minor % 100),
            minor
        ]));
        let transaction = id(Kind::Transaction, issued, of * 2);
        tables.transactions.push(json!([
            transaction,
            format!("invoice:{of}"),
            "invoice",
            customer_id,
            null,
            code,
            issued.to_string(),
            at(issued),
            "import"
        ]));
        let mut post = |transaction: &str,
                        position: i64,
                        account: &str,
                        is_receivable: bool,
                        minor: i64,
                        on: NaiveDate| {
            let invoice = is_receivable.then_some(invoice_id.as_str());
            tables.postings.push(json!([
                transaction,
                position,
                account,
                customer_id,
                invoice,
                code,
                minor,
                on.to_string()
            ]));
        };
        post(&transaction, 0, "receivable", true, minor, issued);
        post(&transaction, 1, "sales", false, -minor, issued);
        let sums = self.sums.entry((owner, currency)).or_default();
        if !is_paid {
            *sums = (sums.0 + minor, sums.1 + 1);
            return Ok(());
        }
        let transaction = id(Kind::Transaction, issued, of * 2 + 1);
        post(&transaction, 0, "undeposited_funds", false, minor, paid);
        post(&transaction, 1, "receivable", true, -minor, paid);
        let has_payment = scatter(of, 37).is_multiple_of(10);
        let payment_id = has_payment.then(|| id(Kind::Payment, paid, of));
        tables.transactions.push(json!([
            transaction,
            format!("paid:{of}"),
            "payment",
            customer_id,
            payment_id,
            code,
            paid.to_string(),
            at(paid),
            "import"
        ]));
        tables.applications.push(json!([
            id(Kind::Application, paid, of),
            transaction,
            invoice_id,
            payment_id,
            "payment",
            minor,
            paid.to_string(),
            at(paid)
        ]));
        let Some(payment_id) = payment_id else { return Ok(()) };
        let label = "Recorded in your books";
        let reference = reference(of);
        tables.payments.push(json!([
            payment_id,
            reference,
            customer_id,
            "import",
            "recorded",
            label,
            "succeeded",
            code,
            minor,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            format!("invoice:{number}"),
            "",
            paid.to_string(),
            paid.to_string(),
            at(paid),
            0,
            at(paid),
            at(paid)
        ]));
        tables.payment_lines.push(json!([payment_id, invoice_id, 0, minor, 0, 0, 0, minor, 0]));
        let told = json!({
            "currency": code, "method": label, "minor": minor.to_string(), "payer": "",
            "payment": reference, "reason": "", "state": "succeeded",
        });
        self.tell(owner, "payment", &told, paid)
    }

    async fn rest(&mut self) -> Outcome<()> {
        let mut activity = std::mem::replace(&mut self.activity, Table::new("", ""));
        self.bulk.send(&mut activity, true).await?;
        let mut heads = Table::new("activity_heads", "customer_id, position, hash");
        for customer in &self.customers {
            heads.push(json!([customer.id, customer.history.0, customer.history.1]));
        }
        self.bulk.send(&mut heads, true).await?;
        let mut balances = Table::new(
            "customer_balances",
            "customer_id, currency, open_minor, open_count, credit_minor",
        );
        for ((owner, currency), (minor, count)) in &self.sums {
            let customer = &self.customers[*owner as usize];
            balances.push(json!([customer.id, CURRENCIES[*currency], minor, count, 0]));
        }
        self.bulk.send(&mut balances, true).await
    }
}

/// What people call a payment, each by another name.
fn reference(of: u64) -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    // An odd factor and a power of two: no two numbers meet.
    let mut rest = (of + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0xFF_FFFF_FFFF;
    let mut reference = String::from("P-");
    for _ in 0..8 {
        reference.push(char::from(ALPHABET[(rest % 32) as usize]));
        rest /= 32;
    }
    reference
}

/// The tables that an invoice writes to.
struct Tables {
    invoices: Table,
    lines: Table,
    transactions: Table,
    postings: Table,
    applications: Table,
    payments: Table,
    payment_lines: Table,
}

impl Tables {
    const fn new() -> Self {
        Self {
            invoices: Table::new(
                "invoices",
                "id, customer_id, kind, number, search_text, currency, issued_on, due_on, terms, \
                 po_number, total_minor, tax_minor, balance_minor, reserved_minor, \
                 credit_memo_minor, discount_rate_ppm, discount_basis_minor, discount_until, \
                 discount_taken_minor, is_disputed, settled_on, days_late, source_hash, created_at, \
                 updated_at",
            ),
            lines: Table::new(
                "invoice_lines",
                "invoice_id, position, description, quantity, unit_price, amount_minor",
            ),
            transactions: Table::new(
                "ledger_transactions",
                "id, once_key, cause, customer_id, payment_id, currency, effective_on, recorded_at, \
                 actor",
            ),
            postings: Table::new(
                "postings",
                "transaction_id, position, account, customer_id, invoice_id, currency, minor, \
                 effective_on",
            ),
            applications: Table::new(
                "applications",
                "id, transaction_id, invoice_id, payment_id, kind, minor, effective_on, recorded_at",
            ),
            payments: Table::new(
                "payments",
                "id, reference, customer_id, source, method_kind, method_label, state, currency, \
                 principal_minor, surcharge_minor, early_discount_minor, bank_discount_minor, \
                 cash_credit_minor, surcharge_rate_ppm, refunded_principal_minor, \
                 refunded_surcharge_minor, import_key, email, received_on, settled_on, \
                 attempt_until, looked_up_count, created_at, updated_at",
            ),
            payment_lines: Table::new(
                "payment_lines",
                "payment_id, invoice_id, position, payable_minor, early_discount_minor, \
                 cash_credit_minor, bank_discount_minor, principal_minor, surcharge_minor",
            ),
        }
    }

    const fn all(&mut self) -> [&mut Table; 7] {
        [
            &mut self.invoices,
            &mut self.lines,
            &mut self.transactions,
            &mut self.postings,
            &mut self.applications,
            &mut self.payments,
            &mut self.payment_lines,
        ]
    }
}
