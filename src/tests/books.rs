//! Random operations on the books, in five currencies: whatever happens, in whatever order, the
//! invariants of money.md §9 hold. A failing seed is printed.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::support::{
    database,
    given::Given,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        ids::{CreditId, CustomerId, InvoiceId, PaymentId},
        ledger::{Account, Cause, Transaction, seller, unapplied},
        method::{CardFacts, Funding, MethodFacts},
        money::{Currency, Rate, Rounding, mul_rate},
        payment::{PaymentState, Reversal},
        policy::PaymentPolicy,
        quote::{Basket, Item, Quote, price},
        surcharge::BillingPlace,
    },
    gateways::none::NoGateway,
    services::{World, applications, company, invoices, settlement},
    storage::{
        self, Db,
        credits::{CREDIT_MEMO, CreditRow},
        ledger::Entry,
        payments::PaymentRow,
    },
};

const CURRENCIES: [&str; 5] = ["USD", "EUR", "JPY", "KWD", "CLF"];

/// A generator of numbers that a seed decides (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn amount(&mut self, max: i64) -> i64 {
        1 + i64::try_from(self.roll(usize::try_from(max).unwrap())).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())])
    }
}

/// What the test believes about the books: the reference they are compared with.
#[derive(Default)]
struct Model {
    balance: BTreeMap<InvoiceId, i64>,
    credit: BTreeMap<CreditId, i64>,
    /// Payments on their way and what they hold.
    held: BTreeMap<PaymentId, Quote>,
    posted: Vec<PaymentId>,
}

struct Run<'a> {
    world: &'a World,
    policy: PaymentPolicy,
    customers: Vec<(CustomerId, Currency)>,
    dice: Dice,
    model: Model,
    counter: u32,
    today: NaiveDate,
}

impl Run<'_> {
    async fn step(&mut self) {
        match self.dice.roll(14) {
            0 | 1 => self.issue().await,
            2 => self.credit_memo().await,
            3..=6 => self.pay().await,
            7 | 8 => self.settle().await,
            9 => self.give_up().await,
            10 => self.reverse().await,
            11 => self.refund().await,
            12 => self.apply_or_unapply().await,
            _ => self.void().await,
        }
    }

    async fn issue(&mut self) {
        let (customer, currency) = self.customers[self.dice.roll(self.customers.len())];
        let total = self.dice.amount(1_000_000);
        self.counter += 1;
        let discount = (self.dice.roll(2) == 0).then_some(20_000);
        let number = format!("R-{}", self.counter);
        let given = Given(self.world);
        let id = given.invoice_in(customer, &number, total, currency, discount).await;
        self.model.balance.insert(id, total);
        // So that runs stay fast, only the latest hundred invoices are worked on.
        while self.model.balance.len() > 100 {
            self.model.balance.pop_first();
        }
    }

    async fn credit_memo(&mut self) {
        let (customer_id, currency) = self.customers[self.dice.roll(self.customers.len())];
        let amount = self.dice.amount(500_000);
        self.counter += 1;
        let row = CreditRow {
            id: self.world.new_id(),
            customer_id,
            kind: CREDIT_MEMO.to_owned(),
            number: format!("K-{}", self.counter),
            currency,
            issued_on: self.today,
            amount_minor: amount,
            remaining_minor: 0,
            reserved_minor: 0,
            source_hash: String::new(),
        };
        let postings = [seller(Account::Sales, amount), unapplied(row.id, -amount)];
        let transaction =
            Transaction::new(Cause::CreditMemo, self.today, currency, postings).unwrap();
        let entry = Entry {
            id: self.world.new_id(),
            once_key: format!("credit:{}", row.id),
            customer_id,
            payment_id: None,
            actor: "test".to_owned(),
            transaction,
            applications: Vec::new(),
        };
        let mut session = self.world.db.begin().await.unwrap();
        storage::credits::insert(&mut session, &row, self.world.now()).await.unwrap();
        storage::ledger::post(&mut session, &entry, self.world.now()).await.unwrap();
        session.commit().await.unwrap();
        self.model.credit.insert(row.id, amount);
        while self.model.credit.len() > 40 {
            self.model.credit.pop_first();
        }
    }

    /// Prices one to three invoices of one customer, some in part, and holds them.
    async fn pay(&mut self) {
        let ids: Vec<InvoiceId> = self.model.balance.keys().copied().collect();
        let Some(first) = self.dice.pick(&ids) else { return };
        let mut session = self.world.db.begin().await.unwrap();
        let first = storage::invoices::find(&mut session, first).await.unwrap().unwrap();
        let mut rows = vec![first.clone()];
        for _ in 0..self.dice.roll(3) {
            let id = self.dice.pick(&ids).unwrap();
            let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
            let fits = row.customer_id == first.customer_id && row.currency == first.currency;
            if fits && rows.iter().all(|known| known.id != id) {
                rows.push(row);
            }
        }
        rows.retain(|row| row.balance_minor > row.reserved_minor && row.voided_on.is_none());
        if rows.is_empty() {
            return;
        }
        let mut items: Vec<_> = rows.iter().map(storage::invoices::InvoiceRow::item).collect();
        for item in &mut items {
            if self.dice.roll(3) == 0 {
                let free = item.balance - item.reserved;
                item.pay = Some(self.dice.amount(free));
            }
        }
        let funding = [Funding::Credit, Funding::Credit, Funding::Debit][self.dice.roll(3)];
        let card = MethodFacts::Card(CardFacts { funding, country: Some("US".to_owned()) });
        let billing = BillingPlace { country: Some("US".to_owned()), state: Some("GA".to_owned()) };
        let basket = Basket {
            items,
            cash_credit: 0,
            method: Some(&card),
            policy: &self.policy,
            billing: &billing,
            today: self.today,
        };
        let Ok(quote) = price(&basket) else { return };
        assert_eq!(price(&basket), Ok(quote.clone()), "a price is pure");
        let again = basket.items.iter().zip(quote.portions());
        let again = again.map(|(item, portion)| Item { pay: portion.pay, ..item.clone() });
        let again = Basket { items: again.collect(), ..basket };
        assert_eq!(price(&again), Ok(quote.clone()), "and made again of what it pays");
        check_price(&quote, funding);
        let now = self.world.now();
        for line in &quote.lines {
            let held = storage::invoices::update_reserve(
                &mut session,
                line.invoice_id,
                line.reduction(),
                now,
            );
            assert!(held.await.unwrap());
        }
        self.counter += 1;
        let payment = PaymentRow {
            id: self.world.new_id(),
            reference: format!("P-{}", self.counter),
            customer_id: first.customer_id,
            source: "staff".to_owned(),
            method_kind: "card".to_owned(),
            method_id: None,
            method_label: "Visa ••4242".to_owned(),
            state: PaymentState::Processing,
            currency: quote.currency,
            principal_minor: quote.principal(),
            surcharge_minor: quote.surcharge,
            early_discount_minor: quote.early_discount(),
            bank_discount_minor: quote.bank_discount(),
            cash_credit_minor: 0,
            surcharge_rate_ppm: i64::from(quote.surcharge_rate.rate.ppm()),
            refunded_principal_minor: 0,
            refunded_surcharge_minor: 0,
            gateway: None,
            gateway_intent_id: None,
            quote_id: None,
            import_key: None,
            failure_code: None,
            email: String::new(),
            received_on: self.today,
            expected_on: None,
            settled_on: None,
            attempt_until: now,
            looked_up_count: 0,
            created_at: now,
            is_autopay: false,
        };
        storage::payments::insert(&mut session, &payment, &quote.lines).await.unwrap();
        session.commit().await.unwrap();
        self.model.held.insert(payment.id, quote);
    }

    fn any_held(&mut self) -> Option<PaymentId> {
        let ids: Vec<PaymentId> = self.model.held.keys().copied().collect();
        self.dice.pick(&ids)
    }

    async fn settle(&mut self) {
        let Some(id) = self.any_held() else { return };
        let quote = self.model.held.remove(&id).unwrap();
        let mut session = self.world.db.begin().await.unwrap();
        let payment = storage::payments::lock(&mut session, id).await.unwrap().unwrap();
        settlement::settle(&mut session, self.world, &payment, self.today, "test").await.unwrap();
        session.commit().await.unwrap();
        for line in &quote.lines {
            if let Some(balance) = self.model.balance.get_mut(&line.invoice_id) {
                *balance -= line.reduction();
            }
        }
        // Settling twice is refused, and changes nothing.
        let mut session = self.world.db.begin().await.unwrap();
        let payment = storage::payments::lock(&mut session, id).await.unwrap().unwrap();
        let again =
            settlement::settle(&mut session, self.world, &payment, self.today, "test").await;
        assert!(again.is_err());
        drop(session);
        self.model.posted.push(id);
        if self.model.posted.len() > 60 {
            self.model.posted.remove(0);
        }
    }

    async fn give_up(&mut self) {
        let Some(id) = self.any_held() else { return };
        self.model.held.remove(&id);
        let mut session = self.world.db.begin().await.unwrap();
        let payment = storage::payments::lock(&mut session, id).await.unwrap().unwrap();
        let state = PaymentState::Failed;
        settlement::give_up(&mut session, self.world, &payment, state, Some("declined"))
            .await
            .unwrap();
        session.commit().await.unwrap();
    }

    async fn reverse(&mut self) {
        let Some(id) = self.dice.pick(&self.model.posted.clone()) else { return };
        self.model.posted.retain(|known| *known != id);
        let mut session = self.world.db.begin().await.unwrap();
        let payment = storage::payments::lock(&mut session, id).await.unwrap().unwrap();
        if !payment.state.is_posted() || payment.state == PaymentState::Refunded {
            return;
        }
        let applied = storage::ledger::all_applications_of_payment(&mut session, id).await.unwrap();
        let (back, on) = (Reversal::Return, self.today);
        settlement::reverse(&mut session, self.world, &payment, back, "R01", on, "test")
            .await
            .unwrap();
        session.commit().await.unwrap();
        for row in applied {
            if let Some(balance) = self.model.balance.get_mut(&row.invoice_id) {
                *balance += row.minor;
            }
        }
    }

    async fn refund(&mut self) {
        let Some(id) = self.dice.pick(&self.model.posted.clone()) else { return };
        let mut session = self.world.db.read().await.unwrap();
        let payment = storage::payments::find(&mut session, id).await.unwrap().unwrap();
        let before = storage::ledger::all_applications_of_payment(&mut session, id).await.unwrap();
        drop(session);
        let left = payment.refundable().left();
        if left <= 0 {
            return;
        }
        let asked = if self.dice.roll(3) == 0 { left } else { self.dice.amount(left) };
        let refunded = applications::refund(self.world, id, asked, self.today, "test").await;
        let refunded = refunded.unwrap();
        assert_eq!(refunded.principal_minor, asked);
        let too_much = applications::refund(self.world, id, left - asked + 1, self.today, "test");
        assert!(too_much.await.is_err());
        let mut session = self.world.db.read().await.unwrap();
        let payment = storage::payments::find(&mut session, id).await.unwrap().unwrap();
        assert!(payment.refunded_surcharge_minor <= payment.surcharge_minor);
        if payment.refundable().left() == 0 {
            assert_eq!(payment.refunded_surcharge_minor, payment.surcharge_minor);
        }
        let after = storage::ledger::all_applications_of_payment(&mut session, id).await.unwrap();
        let sum = |rows: &[storage::ledger::ApplicationRow], invoice| -> i64 {
            rows.iter().filter(|row| row.invoice_id == invoice).map(|row| row.minor).sum()
        };
        for row in &before {
            if row.kind == "payment"
                && let Some(balance) = self.model.balance.get_mut(&row.invoice_id)
            {
                *balance += sum(&before, row.invoice_id) - sum(&after, row.invoice_id);
            }
        }
    }

    async fn apply_or_unapply(&mut self) {
        let credits: Vec<CreditId> = self.model.credit.keys().copied().collect();
        let invoices: Vec<InvoiceId> = self.model.balance.keys().copied().collect();
        let (Some(credit), Some(invoice)) = (self.dice.pick(&credits), self.dice.pick(&invoices))
        else {
            return;
        };
        let amount = self.dice.amount(100_000);
        if self.dice.roll(3) == 0 {
            let done =
                applications::unapply(self.world, credit, invoice, amount, self.today, "test");
            if done.await.is_ok() {
                *self.model.credit.get_mut(&credit).unwrap() += amount;
                *self.model.balance.get_mut(&invoice).unwrap() += amount;
            }
            return;
        }
        let done = applications::apply(self.world, credit, invoice, amount, self.today, "test");
        match done.await {
            Ok(()) => {
                *self.model.credit.get_mut(&credit).unwrap() -= amount;
                *self.model.balance.get_mut(&invoice).unwrap() -= amount;
            }
            Err(applications::ApplyError::OverApplication { credit_left, payable }) => {
                assert!(amount > credit_left || amount > payable);
            }
            Err(
                applications::ApplyError::CurrencyMismatch { .. }
                | applications::ApplyError::OtherCustomer,
            ) => {}
            Err(error) => panic!("{error}"),
        }
    }

    async fn void(&mut self) {
        let ids: Vec<InvoiceId> = self.model.balance.keys().copied().collect();
        let Some(id) = self.dice.pick(&ids) else { return };
        match invoices::void(self.world, id, self.today, "test").await {
            Ok(()) => {
                self.model.balance.insert(id, 0);
            }
            Err(invoices::VoidError::HasApplications | invoices::VoidError::NotFound) => {}
            Err(error) => panic!("{error}"),
        }
    }

    async fn compare(&mut self) {
        let mut session = self.world.db.read().await.unwrap();
        for (id, balance) in &self.model.balance {
            let row = storage::invoices::find(&mut session, *id).await.unwrap().unwrap();
            assert_eq!(row.balance_minor, *balance, "invoice {}", row.number);
            let held: i64 = self
                .model
                .held
                .values()
                .flat_map(|quote| &quote.lines)
                .filter(|line| line.invoice_id == *id)
                .map(crate::domain::quote::Line::reduction)
                .sum();
            assert_eq!(row.reserved_minor, held, "invoice {}", row.number);
            // However it is cut into parts, a discount is given once.
            let offered = Rate::from_ppm(u32::try_from(row.discount_rate_ppm).unwrap());
            let offered = mul_rate(row.discount_basis_minor, offered, Rounding::HalfUp).unwrap();
            assert!(row.discount_taken_minor <= offered, "invoice {}", row.number);
        }
    }
}

/// What must hold of every price.
fn check_price(quote: &Quote, funding: Funding) {
    let rate = quote.surcharge_rate.rate;
    assert!(rate.ppm() <= 29_000);
    let cap = mul_rate(quote.surcharge_base, rate, Rounding::Floor).unwrap();
    assert_eq!(quote.surcharge, cap);
    assert!(funding == Funding::Credit || quote.surcharge == 0);
    assert_eq!(quote.lines.iter().map(|line| line.surcharge).sum::<i64>(), quote.surcharge);
    for line in &quote.lines {
        assert!(line.early_discount >= 0 && line.principal >= 0);
        assert!(line.reduction() <= line.payable && line.reduction() > 0);
    }
}

async fn run(db: &Db, seed: u64, steps: usize) {
    println!("seed {seed}");
    let clock = TestClock::default();
    let world = world_with(db, &clock, std::sync::Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let mut session = db.read().await.unwrap();
    let policy = company::load(&mut session).await.unwrap().policy;
    let policy = PaymentPolicy { partial: true, ..policy };
    drop(session);
    let mut customers = Vec::new();
    for (index, code) in CURRENCIES.iter().enumerate() {
        let id = given.customer(&format!("C-{index}"), &format!("c{index}@example.com")).await;
        customers.push((id, Currency::from_code(code).unwrap()));
    }
    let today = given.today();
    let mut run = Run {
        world: &world,
        policy,
        customers,
        dice: Dice(seed),
        model: Model::default(),
        counter: 0,
        today,
    };
    for step in 0..steps {
        run.step().await;
        if step % 500 == 499 {
            run.compare().await;
            // Days pass, and discounts end.
            clock.advance(TimeDelta::days(1));
            run.today = today + TimeDelta::days(i64::try_from(step / 500).unwrap() % 20);
        }
    }
    run.compare().await;
    assert_books_hold(db).await;
}

/// Steps of each shard; four of them make a hundred thousand.
const SHARD_STEPS: usize = 25_000;

macro_rules! shards {
    ($($name:ident $seed:literal)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let database = database::sqlite().await;
            run(&database.db, $seed, SHARD_STEPS).await;
        }
    )*};
}
shards! {
    random_operations_keep_the_invariants_1 11
    random_operations_keep_the_invariants_2 12
    random_operations_keep_the_invariants_3 13
    random_operations_keep_the_invariants_4 14
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_operations_keep_the_invariants_on_postgres() {
    let Some(database) = database::postgres().await else { return };
    run(&database.db, 21, 2_000).await;
    database.db.close().await;
}
