//! Storage functions that the larger tests do not reach, on both engines; and a count that every
//! storage function is reached by some test.

use std::{collections::BTreeSet, path::Path};

use chrono::TimeDelta;

use super::support::{both_engines, given::Given, world::world};
use crate::{
    api::list_query::customer_cursor,
    domain::{
        expectation::ExpectationStatus,
        list::{Cursor, Direction, PAGE_ROWS},
        money::Currency,
        permission::{Duties, Role, Sight},
    },
    storage::{
        self, Change, Db, Session,
        customer_list::{CustomerQuery, CustomerSort},
        invoice_list::{InvoiceQuery, InvoiceSide, InvoiceSort},
        invoices::{Billed, InvoiceRow, OpenSumRow},
    },
};

async fn invoice_lists(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let mut customers = Vec::new();
    for index in 0..3 {
        let email = format!("c{index}@example.com");
        customers.push(given.customer(&format!("C-{index}"), &email).await);
    }
    for index in 0..250_i64 {
        let customer = customers[usize::try_from(index % 3).unwrap()];
        given.invoice(customer, &format!("INV-{index:04}"), 100 + index % 17).await;
    }
    let mut session = db.read().await.unwrap();
    for sort in [
        InvoiceSort::Number,
        InvoiceSort::IssuedOn,
        InvoiceSort::DueOn,
        InvoiceSort::ExpectedOn,
        InvoiceSort::Amount,
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let query = InvoiceQuery {
                side: InvoiceSide::Open,
                currency: None,
                customer_id: None,
                due_from: None,
                due_to: None,
                search: "",
                expectation: None,
                sight: Sight::All,
                sort,
                direction,
                after: None,
                fields: &[],
                page_rows: PAGE_ROWS,
            };
            let mut seen = BTreeSet::new();
            let mut cursor: Option<Cursor> = None;
            let mut pages = 0;
            loop {
                let query = InvoiceQuery { after: cursor.as_ref(), ..query.clone() };
                let mut rows = storage::invoice_list::list(&mut session, &query).await.unwrap();
                let has_more = rows.len() > 100;
                rows.truncate(100);
                let last = rows.last().unwrap();
                let key = match sort {
                    InvoiceSort::Number => last.number.clone(),
                    InvoiceSort::IssuedOn => last.issued_on.to_string(),
                    InvoiceSort::DueOn | InvoiceSort::SettledOn => last.due_on.to_string(),
                    InvoiceSort::ExpectedOn => last.expected.expected_on.to_string(),
                    InvoiceSort::Amount => last.balance_minor.to_string(),
                };
                let next = Cursor { key, id: last.id.to_string() };
                for row in &rows {
                    assert!(seen.insert(row.id), "{sort:?} {direction:?} shows a row twice");
                }
                pages += 1;
                if !has_more {
                    break;
                }
                cursor = Some(next);
            }
            assert_eq!((seen.len(), pages), (250, 3), "{sort:?} {direction:?}");
        }
    }
    let mut query = InvoiceQuery {
        side: InvoiceSide::Open,
        currency: Some(Currency::USD),
        customer_id: Some(customers[0]),
        due_from: Some(given.today()),
        due_to: Some(given.today() + TimeDelta::days(40)),
        search: "inv-00",
        expectation: None,
        sight: Sight::All,
        sort: InvoiceSort::Number,
        direction: Direction::Ascending,
        after: None,
        fields: &[],
        page_rows: PAGE_ROWS,
    };
    let rows = storage::invoice_list::list(&mut session, &query).await.unwrap();
    let totals = storage::invoice_list::all_totals(&mut session, &query).await.unwrap();
    assert_eq!(rows.len(), 34);
    assert_eq!(totals[0].invoices, 34);
    assert_eq!(totals[0].balance_minor, rows.iter().map(|row| row.balance_minor).sum::<i64>());
    query.search = "customer c-0";
    assert_eq!(
        storage::invoice_list::all_totals(&mut session, &query).await.unwrap()[0].invoices,
        84
    );
    query.search = "100%_";
    assert!(storage::invoice_list::list(&mut session, &query).await.unwrap().is_empty());
    query.search = "";
    query.expectation = Some(ExpectationStatus::OnHold);
    assert!(storage::invoice_list::list(&mut session, &query).await.unwrap().is_empty());
    let paid = InvoiceQuery {
        side: InvoiceSide::PaidSince(given.today() - TimeDelta::days(90)),
        expectation: None,
        sort: InvoiceSort::SettledOn,
        ..query
    };
    assert!(storage::invoice_list::list(&mut session, &paid).await.unwrap().is_empty());
    assert!(storage::invoice_list::all_totals(&mut session, &paid).await.unwrap().is_empty());
}
both_engines!(lists_show_every_row_once, invoice_lists);

/// What the portal adds up itself, while it has all rows, is what the database would.
async fn open_sums(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut invoices = Vec::new();
    for (index, currency) in
        [Currency::USD, Currency::EUR, Currency::USD, Currency::USD].into_iter().enumerate()
    {
        let number = format!("INV-{index}");
        invoices.push(given.invoice_in(customer, &number, 10_000, currency, None).await);
    }
    let mut session = db.begin().await.unwrap();
    let now = world.now();
    let row = storage::invoices::find(&mut session, invoices[2]).await.unwrap().unwrap();
    let disputed = InvoiceRow { is_disputed: true, ..row };
    storage::invoices::update(&mut session, &disputed, now).await.unwrap();
    storage::invoices::update_reserve(&mut session, invoices[3], 4_000, now).await.unwrap();
    session.commit().await.unwrap();
    let mut session = db.read().await.unwrap();
    for days in [0, 31] {
        let today = given.today() + TimeDelta::days(days);
        let rows = storage::invoices::all_open(&mut session, Billed::to(customer)).await.unwrap();
        let sums = storage::invoices::all_open_sums(&mut session, Billed::to(customer), today)
            .await
            .unwrap();
        assert_eq!(OpenSumRow::all_of(rows.iter().map(|row| &row.invoice), today), sums);
        let overdue: Vec<i64> = sums.iter().map(|sum| sum.overdue_minor).collect();
        assert_eq!(overdue, if days == 0 { [0, 0] } else { [10_000, 16_000] });
    }
}
both_engines!(sums_agree_with_their_rows, open_sums);

async fn customer_lists(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    for index in 0..130_i64 {
        let customer =
            given.customer(&format!("C-{index:03}"), &format!("c{index}@example.com")).await;
        if index % 2 == 0 {
            given.invoice(customer, &format!("INV-{index}"), 100 + index % 5).await;
        }
    }
    let mut session = db.read().await.unwrap();
    for sort in [
        CustomerSort::Name,
        CustomerSort::Number,
        CustomerSort::Outstanding,
        CustomerSort::OpenCount,
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut query = CustomerQuery {
                currency: Currency::USD,
                search: "",
                sort,
                direction,
                after: None,
                today: given.today() + TimeDelta::days(31),
                sight: Sight::All,
                fields: &[],
                page_rows: PAGE_ROWS,
            };
            let mut rows = storage::customer_list::list(&mut session, &query, 130).await.unwrap();
            assert_eq!(rows.len(), 101);
            rows.truncate(100);
            let last = rows.last().unwrap();
            let cursor = customer_cursor(sort, last);
            query.after = Some(&cursor);
            let more = storage::customer_list::list(&mut session, &query, 130).await.unwrap();
            let ids: BTreeSet<_> = rows.iter().chain(&more).map(|row| row.id).collect();
            assert_eq!(ids.len(), 130, "{sort:?} {direction:?}");
            let overdue: i64 = rows.iter().chain(&more).map(|row| row.overdue_minor).sum();
            let open: i64 = rows.iter().chain(&more).map(|row| row.open_minor).sum();
            assert_eq!(overdue, open, "everything is late by then");
        }
    }
    let totals = storage::customer_list::all_totals(&mut session, Sight::All).await.unwrap();
    assert_eq!((totals[0].customers, totals[0].open_count), (65, 65));
    let found =
        storage::customer_list::count_found(&mut session, "customer c-01", Sight::All, &[]).await;
    assert_eq!(found.unwrap(), 10);
    let taken = {
        let mut session = db.begin().await.unwrap();
        let row = storage::customers::find_by_number(&mut session, "C-001").await.unwrap().unwrap();
        let copy = storage::customers::CustomerRow { id: world.new_id(), ..row };
        storage::customers::insert(&mut session, &copy, world.now()).await.unwrap_err()
    };
    assert_eq!(taken.constraint(), Some("customers_number_key"));
}
both_engines!(customers_are_listed_and_found, customer_lists);

async fn queue_rules(db: Db) {
    let world = world(&db);
    let now = world.now();
    let mut session = db.begin().await.unwrap();
    for index in 0..3 {
        let key = format!("k{}", index.min(1));
        let id = world.new_id();
        storage::queue::insert_once(&mut session, id, "x", "{}", &key, now, now).await.unwrap();
    }
    assert_eq!(storage::queue::count_queued(&mut session).await.unwrap(), 2);
    let until = now + TimeDelta::seconds(60);
    let first = storage::queue::claim(&mut session, now, until, "x").await.unwrap().unwrap();
    let second = storage::queue::claim_other(&mut session, now, until, ["y", "z", "w", "v", "u"])
        .await
        .unwrap()
        .unwrap();
    assert_ne!(first.id, second.id);
    assert!(storage::queue::claim(&mut session, now, until, "x").await.unwrap().is_none());
    // A lease that ran out is taken over, and the first holder can no longer end the job.
    let later = until + TimeDelta::seconds(1);
    let again = storage::queue::claim(&mut session, later, later + TimeDelta::seconds(60), "x");
    let again = again.await.unwrap().unwrap();
    assert_eq!(again.tries, 2);
    let old = if again.id == first.id { &first } else { &second };
    assert!(!storage::queue::delete_done(&mut session, old.id, old.tries).await.unwrap());
    assert!(storage::queue::delete_done(&mut session, again.id, again.tries).await.unwrap());
    let other = if again.id == first.id { &second } else { &first };
    storage::queue::update_retry(&mut session, other.id, other.tries, later, "why").await.unwrap();
    let third = storage::queue::claim(&mut session, later, later + TimeDelta::seconds(9), "x");
    let third = third.await.unwrap().unwrap();
    storage::queue::update_parked(&mut session, third.id, third.tries, "enough").await.unwrap();
    let parked = storage::queue::all_parked(&mut session).await.unwrap();
    assert_eq!((parked.len(), parked[0].last_error.as_str()), (1, "enough"));
    session.commit().await.unwrap();
}
both_engines!(jobs_are_leased_retried_and_parked, queue_rules);

async fn changes_are_announced(db: Db) {
    let world = world(&db);
    let listening = tokio::spawn({
        let db = db.clone();
        async move { db.listen().await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let mut changes = db.changes();
    let given = Given(&world);
    let customer = given.customer("C-1", "dana@alder.example").await;
    given.invoice(customer, "INV-1", 100).await;
    let change = tokio::time::timeout(std::time::Duration::from_secs(2), changes.recv());
    assert_eq!(change.await.unwrap().unwrap(), Change::Customer(customer));
    // What is rolled back is not announced.
    let mut session = db.begin().await.unwrap();
    session.announce(customer);
    drop(session);
    let silence = tokio::time::timeout(std::time::Duration::from_millis(300), changes.recv());
    assert!(silence.await.is_err());
    listening.abort();
}
both_engines!(changes_reach_those_who_listen, changes_are_announced);

async fn anything_is_found(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ours = given.customer("C-10%", "dana@alder.example").await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    given.invoice(ours, "INV-7001", 10_000).await;
    given.invoice(theirs, "INV-7002", 20_000).await;
    let staff = given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    let now = world.now();
    let mut session = db.begin().await.unwrap();
    storage::customers::update_specialist(&mut session, ours, None, Some(staff.id), now)
        .await
        .unwrap();
    let own = Sight::Own(staff.id);
    let mut customers = async |words: &str, sight| {
        let rows = storage::search::all_customers(&mut session, words, sight, 9).await.unwrap();
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(customers("customer c", Sight::All).await, ["C-10%", "C-2"]);
    assert_eq!(customers("C-2", Sight::All).await, ["C-2"], "its very number, once");
    assert_eq!(customers("0%", Sight::All).await, ["C-10%"], "signs of a pattern are letters");
    assert_eq!(customers("EVE@", Sight::All).await, ["C-2"]);
    assert_eq!(customers("c-", own).await, ["C-10%"]);
    assert_eq!(customers("C-2", own).await, [""; 0]);
    let mut invoices = async |words: &str, sight| {
        let rows = storage::search::all_invoices(&mut session, words, sight, 9).await.unwrap();
        let mut numbers: Vec<_> = rows.into_iter().map(|row| row.number).collect();
        numbers.sort();
        numbers
    };
    assert_eq!(invoices("700", Sight::All).await, ["INV-7001", "INV-7002"]);
    assert_eq!(invoices("po-inv-7002", Sight::All).await, ["INV-7002"], "by the order number");
    assert_eq!(invoices("inv-700", own).await, ["INV-7001"]);
    assert_eq!(invoices("INV-7002", own).await, [""; 0]);
    let payments = storage::search::all_payments(&mut session, "p-", Sight::All, 9).await.unwrap();
    assert_eq!(payments, []);
}
both_engines!(anything_is_found_by_its_number_or_name, anything_is_found);

async fn found_is_what_is_there(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let id = given.invoice(alder, "INV-7001", 10_000).await;
    given.invoice(alder, "RE-15700", 20_000).await;
    let mut session = db.begin().await.unwrap();
    let numbers = async |session: &mut Session, words: &str| {
        let rows = storage::search::all_invoices(session, words, Sight::All, 9).await.unwrap();
        rows.into_iter()
            .map(|row| row.number)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&mut session, "700").await, ["INV-7001", "RE-15700"]);
    assert_eq!(numbers(&mut session, "V-7").await, ["INV-7001"]);
    assert_eq!(numbers(&mut session, "re").await, ["RE-15700"], "two begin it");
    assert_eq!(numbers(&mut session, "r").await, ["RE-15700"], "and so does one");
    assert_eq!(numbers(&mut session, "15").await, ["RE-15700"], "two inside it");
    assert_eq!(numbers(&mut session, "00").await, ["INV-7001", "RE-15700"], "and at its end");
    assert_eq!(numbers(&mut session, "7\"0").await, [""; 0], "a quote is a letter");
    // What changes is found by what it is now, and not by what it was.
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let changed = InvoiceRow { po_number: "BOX 4711".to_owned(), ..row };
    storage::invoices::update(&mut session, &changed, world.now()).await.unwrap();
    assert_eq!(numbers(&mut session, "box 47").await, ["INV-7001"]);
    assert_eq!(numbers(&mut session, "po-inv-7001").await, [""; 0]);
    let list = async |session: &mut Session, search: &str, is_held: bool| {
        let query = InvoiceQuery {
            side: InvoiceSide::Open,
            currency: Some(Currency::USD),
            customer_id: None,
            due_from: None,
            due_to: None,
            search,
            expectation: is_held.then_some(ExpectationStatus::OnHold),
            sight: Sight::All,
            sort: InvoiceSort::Number,
            direction: Direction::Ascending,
            after: None,
            fields: &[],
            page_rows: PAGE_ROWS,
        };
        let rows = storage::invoice_list::list(session, &query).await.unwrap();
        let totals = storage::invoice_list::all_totals(session, &query).await.unwrap();
        let count: i64 = totals.iter().map(|total| total.invoices).sum();
        assert_eq!(rows.len(), usize::try_from(count).unwrap(), "{search}");
        // A page knows the sums of everything, whether it is all of it or not.
        let page = storage::invoice_list::page(session, &query).await.unwrap();
        assert_eq!(page, (rows.clone(), totals.clone()), "{search}");
        let short = InvoiceQuery { page_rows: 1, ..query };
        let (first, sums) = storage::invoice_list::page(session, &short).await.unwrap();
        assert_eq!((first.len(), sums), (rows.len().min(2), totals), "{search}");
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(list(&mut session, "4711", false).await, ["INV-7001"]);
    assert_eq!(list(&mut session, "alder", false).await, ["INV-7001", "RE-15700"], "its customer");
    assert_eq!(list(&mut session, "7", false).await, [""; 0]);
    assert_eq!(list(&mut session, "", true).await, [""; 0], "nobody objects");
    assert_eq!(list(&mut session, "", false).await, ["INV-7001", "RE-15700"]);
}
both_engines!(what_is_found_is_what_is_there, found_is_what_is_there);

async fn customers_without_sums_stand_among_zeros(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    for (number, minor) in [("C-1", 500), ("C-2", 0), ("C-3", 900), ("C-4", 0)] {
        let id = given.customer(number, "dana@alder.example").await;
        if minor > 0 {
            given.invoice(id, &format!("INV-{number}"), minor).await;
        }
    }
    let mut session = db.read().await.unwrap();
    let mut zeros = Vec::new();
    for number in ["C-2", "C-4"] {
        let found = storage::customers::find_by_number(&mut session, number).await.unwrap();
        zeros.push((found.unwrap().id.to_string(), number));
    }
    zeros.sort();
    let (low, high) = (zeros[0].1, zeros[1].1);
    let mut list = async |direction, after: Option<(&str, &str)>| {
        let mut cursor = None;
        if let Some((key, number)) = after {
            let found = storage::customers::find_by_number(&mut session, number).await.unwrap();
            cursor = Some(Cursor { key: key.to_owned(), id: found.unwrap().id.to_string() });
        }
        let query = CustomerQuery {
            currency: Currency::USD,
            search: "",
            sort: CustomerSort::Outstanding,
            direction,
            after: cursor.as_ref(),
            today: world.now().date_naive(),
            sight: Sight::All,
            fields: &[],
            page_rows: PAGE_ROWS,
        };
        let rows = storage::customer_list::list(&mut session, &query, 130).await.unwrap();
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    let (up, down) = (Direction::Ascending, Direction::Descending);
    assert_eq!(list(down, None).await, ["C-3", "C-1", high, low]);
    assert_eq!(list(down, Some(("500", "C-1"))).await, [high, low]);
    assert_eq!(list(down, Some(("0", high))).await, [low]);
    assert_eq!(list(up, None).await, [low, high, "C-1", "C-3"]);
    assert_eq!(list(up, Some(("0", low))).await, [high, "C-1", "C-3"]);
    assert_eq!(list(up, Some(("500", "C-1"))).await, ["C-3"]);
}
both_engines!(customers_who_owe_nothing_are_listed, customers_without_sums_stand_among_zeros);

/// Every public function of `storage` is named by code that a test runs on both engines: by a
/// service, a job, a handler, or a test of its own.
#[test]
fn every_storage_function_is_used() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut elsewhere = String::new();
    let mut stack = vec![source.clone()];
    while let Some(folder) = stack.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                elsewhere.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut unused = Vec::new();
    for entry in std::fs::read_dir(source.join("storage")).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split("pub async fn ").skip(1) {
            let name: String =
                part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_method = part.contains("&self") && room == "db";
            let call = format!("{room}::{name}(");
            let direct = room == "verify" && elsewhere.contains("check(&mut session");
            if !is_method && !direct && !elsewhere.contains(&call) {
                unused.push(call);
            }
        }
    }
    assert_eq!(unused, Vec::<String>::new(), "storage functions nobody calls");
}
