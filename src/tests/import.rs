//! Imports into the books, on both engines: oracles, repetition, changes, interruption.

use std::path::PathBuf;

use super::support::{
    app::TestApp,
    both_engines, database, naughty_strings,
    processor::add_card,
    shared,
    world::{assert_books_hold, world},
};
use crate::{
    domain::{aging::BucketSet, permission::Sight},
    import,
    services::{
        World,
        import::{Choices, ImportFile, ImportReport, run::read, store_batch},
        reports,
    },
    storage::{self, Db, invoices::Billed},
};

fn choices(kind: &str) -> Choices {
    Choices { kind: kind.to_owned(), currency: "USD".to_owned(), ..Choices::default() }
}

async fn bring_in(world: &World, path: PathBuf, choices: &Choices) -> ImportReport {
    let options = choices.options(crate::domain::money::Currency::USD).unwrap();
    let file = ImportFile { path, name: "test".to_owned() };
    let batch = read(&file, options).await.unwrap();
    store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap()
}

pub(super) async fn bring_in_text(world: &World, text: &str, choices: &Choices) -> ImportReport {
    let options = choices.options(crate::domain::money::Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap()
}

async fn ibm(db: Db) {
    let Some(path) = shared("ibm-ar/WA_Fn-UseC_-Accounts-Receivable.csv") else { return };
    let oracle = std::fs::read_to_string(shared("expected.json").unwrap()).unwrap();
    let oracle: serde_json::Value = serde_json::from_str(&oracle).unwrap();
    let oracle = &oracle["ibm-ar"];
    let world = world(&db);
    let report = bring_in(&world, path.clone(), &choices("invoices")).await;
    assert_eq!((report.customers.new, report.invoices.new, report.refused), (100, 2466, 0));
    assert_eq!(report.payments.new, 2466);
    let mut session = db.read().await.unwrap();
    for (day, expected) in oracle["as_of"].as_object().unwrap() {
        let day = day.parse().unwrap();
        let report = reports::aging(&mut session, day, None, BucketSet::Classic).await.unwrap();
        let part = &report.currencies[0];
        assert_eq!(part.total, expected["open_sum"].as_str().unwrap(), "{day}");
        assert_eq!(
            part.open_count,
            usize::try_from(expected["open_count"].as_u64().unwrap()).unwrap()
        );
        let customers = expected["customers_with_balance"].as_u64().unwrap();
        assert_eq!(part.customers, usize::try_from(customers).unwrap());
        for bucket in &part.buckets {
            let sum = expected["ageing_sum"].get(bucket.bucket).and_then(|v| v.as_str());
            let count = expected["ageing_count"].get(bucket.bucket).and_then(|v| v.as_u64());
            assert_eq!(bucket.total, sum.unwrap_or("0.00"), "{day} {}", bucket.bucket);
            let count = usize::try_from(count.unwrap_or(0)).unwrap();
            assert_eq!(bucket.count, count, "{day} {}", bucket.bucket);
        }
    }
    // Days late, row by row, as the file says.
    let mut total = 0;
    let mut rows = 0;
    for row in csv::Reader::from_path(&path).unwrap().records() {
        let row = row.unwrap();
        let invoice = storage::invoices::find_by_number(&mut session, row.get(3).unwrap());
        let invoice = invoice.await.unwrap().unwrap();
        let days: i64 = row.get(11).unwrap().parse().unwrap();
        assert_eq!(invoice.days_late.unwrap().max(0), days, "invoice {}", invoice.number);
        total += invoice.total_minor;
        rows += 1;
    }
    assert_eq!((rows, total), (2466, 14_770_318));
    drop(session);
    let again = bring_in(&world, path, &choices("invoices")).await;
    assert_eq!((again.invoices.unchanged, again.customers.unchanged), (2466, 100));
    assert_eq!(again.invoices.changed + again.invoices.new + again.customers.changed, 0);
    assert_eq!(again.payments.all(), 0);
    assert_books_hold(&db).await;
}
both_engines!(the_ibm_file_gives_its_own_figures, ibm);

const HEAD: &str =
    "customer_number,customer_name,number,issued_on,due_on,total,paid_on,paid_amount\n";

async fn changes(db: Db) {
    let world = world(&db);
    let file = |rows: &str| format!("{HEAD}{rows}");
    let first = file(
        "C1,Ada,I1,2026-01-01,2026-01-31,100.00,,\nC1,Ada,I2,2026-01-01,2026-01-31,50.00,2026-02-05,50.00\n",
    );
    let report = bring_in_text(&world, &first, &choices("invoices")).await;
    assert_eq!((report.invoices.new, report.payments.new), (2, 1));
    assert_books_hold(&db).await;
    // A higher and a lower total, a name, and a payment that was another day and less.
    let second = file(
        "C1,Ada King,I1,2026-01-01,2026-01-31,80.00,,\nC1,Ada King,I2,2026-01-01,2026-01-31,60.00,2026-02-06,40.00\n",
    );
    let report = bring_in_text(&world, &second, &choices("invoices")).await;
    assert_eq!((report.invoices.changed, report.customers.changed), (2, 1));
    let balances = async |numbers: [&str; 2]| {
        let mut session = db.read().await.unwrap();
        let mut found = Vec::new();
        for number in numbers {
            let row = storage::invoices::find_by_number(&mut session, number).await.unwrap();
            found.push(row.unwrap().balance_minor);
        }
        found
    };
    assert_eq!(balances(["I1", "I2"]).await, [8000, 2000]);
    assert_books_hold(&db).await;
    // And back again: the same words twice are no obstacle.
    bring_in_text(&world, &first, &choices("invoices")).await;
    assert_eq!(balances(["I1", "I2"]).await, [10_000, 0]);
    bring_in_text(&world, &second, &choices("invoices")).await;
    assert_eq!(balances(["I1", "I2"]).await, [8000, 2000]);
    // A payment over the total becomes unapplied cash.
    let third = file("C1,Ada King,I2,2026-01-01,2026-01-31,60.00,2026-02-06,75.00\n");
    bring_in_text(&world, &third, &choices("invoices")).await;
    let mut session = db.read().await.unwrap();
    let customer = storage::customers::find_by_number(&mut session, "C1").await.unwrap().unwrap();
    let credits = storage::credits::all_open(&mut session, Billed::to(customer.id)).await.unwrap();
    assert_eq!(credits.iter().map(|credit| credit.remaining_minor).sum::<i64>(), 1500);
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(a_changed_row_updates, changes);

async fn portal_then_books(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C1", "dana@alder.example").await;
    let world = app.world();
    let file = |rows: &str| format!("{HEAD}{rows}");
    // 40.00 was paid before; the other 60.00 come through the portal.
    let first = file("C1,Customer C1,I1,2026-11-01,2027-12-31,100.00,2026-11-02,40.00\n");
    let report = bring_in_text(world, &first, &choices("invoices")).await;
    assert_eq!((report.invoices.new, report.payments.new, report.refused), (1, 1, 0));
    let mut session = db.read().await.unwrap();
    let open = storage::invoices::all_open(&mut session, Billed::to(customer)).await.unwrap();
    drop(session);
    assert_eq!(open[0].invoice.balance_minor, 6000);
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_card(&mut browser, &open[0].invoice.id.to_string(), "4000056655665556").await;
    browser.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    let state = async || {
        let mut session = db.read().await.unwrap();
        let row = storage::invoices::find_by_number(&mut session, "I1").await.unwrap().unwrap();
        let credits = storage::credits::all_open(&mut session, Billed::to(customer)).await.unwrap();
        let held: i64 = credits.iter().map(|credit| credit.remaining_minor).sum();
        let payments = storage::payments::all_of_customer(&mut session, customer, 9).await.unwrap();
        (row.balance_minor, held, payments.len())
    };
    assert_eq!(state().await, (0, 0, 2));
    // The books hear of it: their figure is everything ever paid, and none of it is booked twice.
    for rows in [
        "C1,Customer C1,I1,2026-11-01,2027-12-31,100.00,2026-11-20,100.00\n",
        "C1,Customer C1,I1,2026-11-01,2027-12-31,100.00,2026-11-20,\n",
    ] {
        bring_in_text(world, &file(rows), &choices("invoices")).await;
        assert_eq!(state().await, (0, 0, 2), "{rows}");
    }
    // A file that does not speak of payments takes none back, nor anything else it has no column for.
    let bare = "customer_number,number,issued_on,total\nC1,I1,2026-11-01,100.00\n";
    bring_in_text(world, bare, &choices("invoices")).await;
    assert_eq!(state().await, (0, 0, 2));
    let mut session = db.read().await.unwrap();
    let row = storage::invoices::find_by_number(&mut session, "I1").await.unwrap().unwrap();
    assert_eq!(row.due_on.to_string(), "2027-12-31");
    drop(session);
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(what_the_portal_collected_is_not_recorded_again, portal_then_books);

async fn credits(db: Db) {
    let world = world(&db);
    let text = "customer_number,number,issued_on,total\nC1,K1,2026-01-01,-30.00\nC1,A9,2026-01-01,-5.00\n\
                C1,A8,2026-01-01,7.00\nC1,I1,2026-01-02,0.00\n";
    let chosen = Choices { prefixes: "A=adjustment".to_owned(), ..choices("invoices") };
    let report = bring_in_text(&world, text, &chosen).await;
    assert_eq!(
        (report.credit_memos.new, report.adjustments.new, report.invoices.new),
        (1, 2, 1),
        "{report:?}"
    );
    assert_eq!(report.zero_documents, 1);
    let again = bring_in_text(&world, text, &chosen).await;
    assert_eq!((again.credit_memos.unchanged, again.adjustments.unchanged), (1, 2));
    let less = text.replace("-30.00", "-20.00");
    let report = bring_in_text(&world, &less, &chosen).await;
    assert_eq!(report.credit_memos.changed, 1);
    let mut session = db.read().await.unwrap();
    let kinds = storage::credits::count_kind(&mut session, storage::credits::CREDIT_MEMO);
    assert_eq!(kinds.await.unwrap(), (1, 2000));
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(negative_totals_are_credit, credits);

async fn dry_run(db: Db) {
    let world = world(&db);
    let options = choices("invoices").options(crate::domain::money::Currency::USD).unwrap();
    let text = "customer_number,number,issued_on,total\nC1,I1,2026-01-01,30.00\n";
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    let report = store_batch(&world, &batch, true, "test", None, &mut |_, _| Ok(())).await.unwrap();
    assert!(report.is_dry_run);
    assert_eq!(report.invoices.new, 1);
    let mut session = db.read().await.unwrap();
    assert_eq!(storage::customers::count(&mut session).await.unwrap(), 0);
}
both_engines!(a_rehearsal_keeps_nothing, dry_run);

/// Everything about the documents but ids and instants.
async fn summary(db: &Db) -> Vec<(String, i64, i64, i64)> {
    let mut session = db.read().await.unwrap();
    let day = "2030-01-01".parse().unwrap();
    let mut rows: Vec<_> = storage::aging::all_open_as_of(&mut session, day)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.number, row.total_minor, row.balance_minor, 0))
        .collect();
    rows.sort();
    rows
}

async fn interrupted(db: Db) {
    let mut text = String::from(HEAD);
    for number in 0..450 {
        let paid = if number % 3 == 0 { ",2026-02-01,10.00" } else { ",," };
        text.push_str(&format!("C{},N,I{number},2026-01-01,2026-01-31,25.00{paid}\n", number % 7));
    }
    let options = choices("invoices").options(crate::domain::money::Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    let world = world(&db);
    // Cut off after each of the first transactions in turn, then left to run to its end.
    for stop_after in 1..5 {
        let mut seen = 0;
        let mut cut_off = |_, _| {
            seen += 1;
            if seen == stop_after { Err(storage::StorageError::Busy) } else { Ok(()) }
        };
        let cut = store_batch(&world, &batch, false, "test", None, &mut cut_off).await;
        assert!(cut.is_err());
        assert_books_hold(&db).await;
    }
    store_batch(&world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap();
    let clean = database::sqlite().await;
    let other = super::support::world::world(&clean.db);
    store_batch(&other, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap();
    assert_eq!(summary(&db).await, summary(&clean.db).await);
    assert_books_hold(&db).await;
}
both_engines!(an_interrupted_import_ends_like_a_clean_one, interrupted);

async fn naughty_names(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    assert_eq!(strings.len(), 515);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["customer_number", "customer_name", "number", "issued_on", "total"])
        .unwrap();
    for (index, name) in strings.iter().enumerate() {
        let (customer, invoice) = (format!("N{index:04}"), format!("B{index:04}"));
        writer.write_record([&customer, name, &invoice, "2026-01-01", "1.00"]).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let world = world(&db);
    let report = bring_in_text(&world, &text, &choices("invoices")).await;
    assert_eq!(report.invoices.new + report.refused, 515, "{report:?}");
    let mut session = db.read().await.unwrap();
    for (index, name) in strings.iter().enumerate() {
        let number = format!("N{index:04}");
        let row = storage::customers::find_by_number(&mut session, &number).await.unwrap();
        let Some(row) = row else { continue };
        let expected = name.trim();
        let expected = if expected.is_empty() { number.as_str() } else { expected };
        assert_eq!(row.name, expected);
        // And it can be found again by its own name.
        let search = row.name.to_lowercase();
        let found = storage::customer_list::count_found(&mut session, &search, Sight::All, &[])
            .await
            .unwrap();
        assert!(found >= 1, "{:?} is not found", row.name);
    }
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(naughty_names_round_trip, naughty_names);

async fn bad_files(db: Db) {
    let world = world(&db);
    let options = || choices("invoices").options(crate::domain::money::Currency::USD).unwrap();
    let truncated = format!("{HEAD}C1,\"Ada,I1,2026-01-01");
    let binary: Vec<u8> =
        (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for bytes in [
        truncated.into_bytes(),
        vec![b'a'; 10 * 1024 * 1024],
        binary,
        Vec::new(),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
        b"PK\x03\x04 not a workbook".to_vec(),
        HEAD.as_bytes().to_vec(),
    ] {
        let refused = import::read(std::io::Cursor::new(bytes), &options(), &mut |_| {});
        assert!(!refused.unwrap_err().message().is_empty());
    }
    // One bad row stays out, by its line; the others go in.
    let text = "customer_number,number,issued_on,total\nC1,I1,2026-01-01,1.00\nC1,I2,2026-13-01,1.00\n\
                C1,I3,2026-01-01,1.00\n";
    let report = bring_in_text(&world, text, &choices("invoices")).await;
    assert_eq!((report.invoices.new, report.refused), (2, 1));
    assert_eq!((report.refusals[0].line, report.refusals[0].column.as_str()), (3, "issued_on"));
    assert_books_hold(&db).await;
}
both_engines!(bad_files_are_refused_clearly, bad_files);
