//! Real receivables, held against figures computed elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    process::Command,
};

use rust_decimal::Decimal;
use serde_json::Value;

use super::*;

fn expected() -> Option<Value> {
    shared("expected.json").map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

fn signed(document: &ImportedDocument) -> i64 {
    match document.side {
        Side::Debit => document.total,
        Side::Credit => -document.total,
    }
}

#[test]
fn the_ibm_file_goes_in_whole() {
    let path = "ibm-ar/WA_Fn-UseC_-Accounts-Receivable.csv";
    let (Some(bytes), Some(expected)) = (shared(path), expected()) else { return };
    let expected = &expected["ibm-ar"];
    let batch = read_with(&bytes, &options()).unwrap();

    assert_eq!(batch.customers.len() as u64, expected["customers"].as_u64().unwrap());
    assert_eq!(batch.documents.len() as u64, expected["rows"].as_u64().unwrap());
    assert_eq!((batch.refusal_count, batch.refused_documents, batch.rows), (0, 0, 2466));
    assert!(batch.warnings.is_empty(), "{:?}", batch.warnings.counts());
    let sum: i64 = batch.documents.iter().map(|document| document.total).sum();
    assert_eq!(Decimal::new(sum, 2), decimal(&expected["amount_sum"]));
    let disputed = batch.documents.iter().filter(|document| document.disputed).count();
    assert_eq!(disputed as u64, expected["disputed"].as_u64().unwrap());
    let first = &batch.documents[0];
    assert_eq!((&*first.number, &*first.customer_number), ("0000611365", "0379-NEVHP"));
    assert_eq!((first.issued_on, first.due_on), (day("2013-01-02"), Some(day("2013-02-01"))));
    assert_eq!(first.paid, Some(ImportedPaid { on: Some(day("2013-01-15")), amount: 5594 }));
    assert_eq!((first.kind, first.side, first.line), (DocumentKind::Invoice, Side::Debit, 2));

    // The file's own columns, computed by somebody else, agree with our dates in every row.
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let (mut late, mut late_sum, mut settle_sum) = (0, 0, 0);
    for (record, document) in reader.records().map(Result::unwrap).zip(&batch.documents) {
        let paid_on = document.paid.unwrap().on.unwrap();
        let days_late = (paid_on - document.due_on.unwrap()).num_days().max(0);
        let days_to_settle = (paid_on - document.issued_on).num_days();
        assert_eq!(record[10], days_to_settle.to_string(), "{}", &record[3]);
        assert_eq!(record[11], days_late.to_string(), "{}", &record[3]);
        late += u64::from(days_late > 0);
        late_sum += days_late;
        settle_sum += days_to_settle;
    }
    assert_eq!(Some(late), expected["late_invoices"].as_u64());
    assert_eq!(Some(late_sum), expected["days_late_sum"].as_i64());
    assert_eq!(Some(settle_sum), expected["days_to_settle_sum"].as_i64());
    check_ageing(&batch, &expected["as_of"]);
}

fn check_ageing(batch: &Batch, expected: &Value) {
    for (as_of, expected) in expected.as_object().unwrap() {
        let as_of = day(as_of);
        let (mut sums, mut counts) = (BTreeMap::new(), BTreeMap::new());
        let mut customers = BTreeSet::new();
        for document in &batch.documents {
            let paid_on = document.paid.unwrap().on.unwrap();
            if document.issued_on > as_of || paid_on <= as_of {
                continue;
            }
            let bucket = match (as_of - document.due_on.unwrap()).num_days() {
                ..=0 => "current",
                1..=30 => "1-30",
                31..=60 => "31-60",
                61..=90 => "61-90",
                _ => "90+",
            };
            *sums.entry(bucket).or_insert(0_i64) += document.total;
            *counts.entry(bucket).or_insert(0_u64) += 1;
            customers.insert(&document.customer_number);
        }
        let buckets = expected["ageing_sum"].as_object().unwrap();
        assert_eq!(sums.len(), buckets.len(), "{as_of}");
        for (bucket, sum) in sums {
            assert_eq!(Decimal::new(sum, 2), decimal(&buckets[bucket]), "{as_of} {bucket}");
            assert_eq!(Some(counts[bucket]), expected["ageing_count"][bucket].as_u64());
        }
        assert_eq!(Some(customers.len() as u64), expected["customers_with_balance"].as_u64());
    }
}

#[test]
fn the_ibm_file_is_understood_without_help() {
    let path = "ibm-ar/WA_Fn-UseC_-Accounts-Receivable.csv";
    let Some(bytes) = shared(path) else { return };
    let preview = shown(&bytes, &options());
    assert_eq!(preview.problems, vec![]);
    assert_eq!(preview.format, Format::Text { encoding: "UTF-8", delimiter: ',' });
    let columns: Vec<(&str, &str)> =
        preview.columns.iter().map(|c| (c.field.name(), c.header.as_str())).collect();
    assert_eq!(
        columns,
        vec![
            ("customer_number", "customerID"),
            ("number", "invoiceNumber"),
            ("issued_on", "InvoiceDate"),
            ("due_on", "DueDate"),
            ("total", "InvoiceAmount"),
            ("paid_on", "SettledDate"),
            ("disputed", "Disputed"),
        ]
    );
    assert!(preview.columns.iter().all(|column| column.confidence == Confidence::High));
    let order = Some(DateOrder::MonthFirst);
    assert_eq!(preview.columns[2].reading, Reading::Date { order, inferred: false });
    let row = &preview.rows[0];
    assert_eq!((row.line, row.cells[3].as_str()), (2, "0000611365"));
    let values: Vec<&str> =
        row.values.iter().map(|value| value.value.as_deref().unwrap()).collect();
    let dates = ["2013-01-02", "2013-02-01"];
    let expected = ["0379-NEVHP", "0000611365", dates[0], dates[1], "55.94", "2013-01-15", "no"];
    assert_eq!(values, expected);
}

fn online_retail() -> Option<Vec<u8>> {
    let path = format!("{SHARED}online-retail/online-retail-2010-2011.csv.gz");
    if !std::path::Path::new(&path).exists() {
        eprintln!("skipped: {path} is absent");
        return None;
    }
    let output = Command::new("zcat").arg(&path).output().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

fn online_retail_options() -> Options {
    Options {
        currency: Some(Currency::GBP),
        default_customer: Some("CASH".to_owned()),
        number_prefixes: parse_prefixes("C=credit-memo,A=adjustment").unwrap(),
        ..Options::new(Kind::Invoices)
    }
}

#[test]
fn the_online_retail_file_goes_in_whole() {
    let (Some(bytes), Some(expected)) = (online_retail(), expected()) else { return };
    let expected = &expected["online-retail"];
    let mut calls = 0;
    let batch = read(Cursor::new(&bytes), &online_retail_options(), &mut |_| calls += 1).unwrap();
    assert!(calls > 100);
    assert_eq!(Some(batch.rows), expected["lines"].as_u64());
    assert_eq!(Some(batch.documents.len() as u64), expected["documents"].as_u64());
    assert_eq!(batch.refusal_count, 0, "{:?}", batch.refusals.first());
    let lines: usize = batch.documents.iter().map(|document| document.lines.len()).sum();
    assert_eq!(lines as u64, batch.rows);

    for (kind, name) in [
        (DocumentKind::Invoice, "invoice"),
        (DocumentKind::CreditMemo, "credit_note"),
        (DocumentKind::Adjustment, "bad_debt_adjustment"),
    ] {
        let expected = &expected["by_kind"][name];
        let of_kind: Vec<&ImportedDocument> =
            batch.documents.iter().filter(|document| document.kind == kind).collect();
        assert_eq!(Some(of_kind.len() as u64), expected["count"].as_u64(), "{name}");
        let sum: i64 = of_kind.iter().map(|document| signed(document)).sum();
        let off = (Decimal::new(sum, 2) - decimal(&expected["sum"])).abs();
        // Each total that is not exact is rounded by less than a penny.
        let inexact = expected["totals_not_exact_in_pence"].as_u64().unwrap();
        assert!(
            off < Decimal::new(i64::try_from(inexact).unwrap(), 2)
                || (off.is_zero() && inexact == 0)
        );
        let extremes = |least: bool| {
            let totals = of_kind.iter().map(|document| signed(document));
            Decimal::new(if least { totals.min() } else { totals.max() }.unwrap(), 2)
        };
        assert_eq!(extremes(true), decimal(&expected["min"]));
        assert_eq!(extremes(false), decimal(&expected["max"]));
    }
    let count = |code| Some(batch.warnings.count(code));
    assert_eq!(count(WarningCode::RoundedTotal), Some(4));
    assert_eq!(
        count(WarningCode::DefaultCustomer),
        expected["documents_without_customer"].as_u64()
    );
    assert_eq!(count(WarningCode::ZeroTotal), expected["zero_total_documents"].as_u64());
    assert_eq!(count(WarningCode::HeaderDiffers), Some(43));
    // The customers of the file, and the one for rows without.
    let customers = expected["customers"].as_u64().unwrap() + 1;
    assert_eq!(batch.customers.len() as u64, customers);
    let largest = batch.documents.iter().map(|document| document.lines.len()).max();
    assert_eq!(largest, Some(1114));
    check_totals_by_line(&batch);
    check_top_customers(&batch, &expected["top5_customers_net"]);
}

/// Line amounts add up to the total, on every side.
fn check_totals_by_line(batch: &Batch) {
    for document in &batch.documents {
        let sum: i64 = document.lines.iter().map(|line| line.amount).sum();
        assert_eq!(sum, document.total, "{}", document.number);
        assert!(document.total >= 0);
    }
}

fn check_top_customers(batch: &Batch, expected: &Value) {
    let mut net: BTreeMap<&str, i64> = BTreeMap::new();
    for document in &batch.documents {
        *net.entry(&document.customer_number).or_default() += signed(document);
    }
    for pair in expected.as_array().unwrap() {
        let customer = pair[0].as_str().unwrap();
        assert_eq!(Decimal::new(net[customer], 2), decimal(&pair[1]), "{customer}");
    }
}
