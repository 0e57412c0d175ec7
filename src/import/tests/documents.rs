//! How rows become documents, and what is said about them.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::*;

const HEAD: &str = "Invoice No,Customer No,Date,Total\n";
const LINES: &str = "Invoice No,Customer No,Date,Description,Quantity,Unit Price\n";

fn one(rows: &str) -> ImportedDocument {
    let batch = batch(&format!("{HEAD}{rows}"));
    assert_eq!(refused(&batch), vec![]);
    batch.documents.into_iter().next().unwrap()
}

#[test]
fn keys_are_kept_as_text() {
    let document = one("007,17850.0,2013-01-02,5\n");
    assert_eq!((&*document.number, &*document.customer_number), ("007", "17850.0"));
    let document = one("  A 1 , c-1\t,2013-01-02,5\n");
    assert_eq!((&*document.number, &*document.customer_number), ("A 1", "c-1"));
    let batch = batch(&format!("{HEAD}1.23E+15,C,2013-01-02,5\n"));
    assert_eq!(warned(&batch), vec![(2, WarningCode::DamagedNumber)]);
}

#[test]
fn lines_are_grouped_wherever_they_stand() {
    let batch = batch(&format!(
        "{LINES}1,C,2013-01-02,a,2,1.50\n2,C,2013-01-02,b,1,1\n1,C,2013-01-02,c,1,0.25\n\
         1,C,2013-01-02,c,1,0.25\n"
    ));
    let lines = |document: &ImportedDocument| -> Vec<(String, i64)> {
        document.lines.iter().map(|line| (line.description.to_string(), line.amount)).collect()
    };
    let named = |pairs: &[(&str, i64)]| -> Vec<(String, i64)> {
        pairs.iter().map(|(name, amount)| ((*name).to_owned(), *amount)).collect()
    };
    let documents: Vec<(&str, i64, u64)> =
        batch.documents.iter().map(|d| (&*d.number, d.total, d.line)).collect();
    assert_eq!(documents, vec![("1", 350, 2), ("2", 100, 3)]);
    assert_eq!(lines(&batch.documents[0]), named(&[("a", 300), ("c", 25), ("c", 25)]));
    assert!(batch.warnings.is_empty());
}

#[test]
fn the_first_row_heads_a_document() {
    let batch = batch(
        "Invoice No,Customer No,Date,PO Number,Quantity,Price\n1,C,2013-01-03,,1,1\n\
         1,,2013-01-02,P1,1,1\n1,D,,P2,1,1\n",
    );
    let document = &batch.documents[0];
    assert_eq!(document.issued_on, day("2013-01-02"));
    assert_eq!(&*document.customer_number, "C");
    assert_eq!(document.po_number.as_deref(), Some("P1"));
    let differs = WarningCode::HeaderDiffers;
    assert_eq!(warned(&batch), vec![(3, differs), (4, differs), (4, differs)]);
    assert_eq!(batch.customers.len(), 1, "a customer that no document names stays out");
}

#[test]
fn totals_of_lines_are_rounded_once() {
    let batch = batch(&format!(
        "{LINES}1,C,2013-01-02,a,1,0.333\n1,C,2013-01-02,b,1,0.333\n1,C,2013-01-02,c,1,0.339\n\
         2,C,2013-01-02,a,3,0.335\n3,C,2013-01-02,a,-1,0.005\n4,C,2013-01-02,a,0.5,0.5\n"
    ));
    let totals: Vec<i64> = batch.documents.iter().map(|document| document.total).collect();
    // 1.005, 1.005, -0.005 as a credit, 0.25.
    assert_eq!(totals, vec![101, 101, 1, 25]);
    let amounts: Vec<i64> = batch.documents[0].lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, vec![33, 34, 34]);
    assert_eq!(batch.warnings.count(WarningCode::RoundedTotal), 3);
    assert_eq!(batch.warnings.kept()[0].value, "1.005");
}

#[test]
fn huge_lines_are_exact_or_refused() {
    let batch = batch(&format!(
        "{LINES}1,C,2013-01-02,a,99999999999,99999.9999\n1,C,2013-01-02,a,-99999999999,99999.9998\n\
         2,C,2013-01-02,a,9999999999999999999999999999,9999999999999999999999999999\n\
         3,C,2013-01-02,a,99999999999,9999999999\n"
    ));
    assert_eq!(batch.documents[0].total, 1_000_000_000, "{:?}", batch.documents[0].lines);
    let reason = Reason::OutOfRange;
    let field = "line_unit_price";
    assert_eq!(refused(&batch), vec![(4, field, reason), (5, "total", reason)]);
}

#[test]
fn sides_follow_kind_prefix_and_sign() {
    use DocumentKind::{Adjustment, CreditMemo, Invoice};
    let prefixes = parse_prefixes("C=credit-memo,CA=adjustment,A=adjustment").unwrap();
    let invoices = Options { number_prefixes: prefixes.clone(), ..options() };
    let credits = Options { kind: Kind::CreditMemos, ..invoices.clone() };
    let head = "Invoice No,Type,Customer No,Date,Total\n";
    for (options, row, kind, side) in [
        (&invoices, "1,,C,2013-01-02,5", Invoice, Side::Debit),
        (&invoices, "1,,C,2013-01-02,-5", CreditMemo, Side::Credit),
        (&invoices, "C1,,C,2013-01-02,-5", CreditMemo, Side::Credit),
        (&invoices, "C1,,C,2013-01-02,5", CreditMemo, Side::Credit),
        (&invoices, "CA1,,C,2013-01-02,5", Adjustment, Side::Debit),
        (&invoices, "A1,,C,2013-01-02,-5", Adjustment, Side::Credit),
        (&invoices, "C1,Invoice,C,2013-01-02,5", Invoice, Side::Debit),
        (&invoices, "1,Gutschrift,C,2013-01-02,5", CreditMemo, Side::Credit),
        (&invoices, "1,adjustment,C,2013-01-02,(5.00)", Adjustment, Side::Credit),
        (&credits, "1,,C,2013-01-02,5", CreditMemo, Side::Credit),
        (&credits, "1,,C,2013-01-02,-5", CreditMemo, Side::Credit),
        (&credits, "1,Invoice,C,2013-01-02,5", Invoice, Side::Debit),
    ] {
        let batch = read_with(format!("{head}{row}\n"), options).unwrap();
        let document = &batch.documents[0];
        assert_eq!((document.kind, document.side, document.total), (kind, side, 500), "{row}");
    }
    let batch = read_with(format!("{head}1,Payment,C,2013-01-02,5\n"), &invoices).unwrap();
    assert_eq!(refused(&batch), vec![(2, "kind", Reason::UnknownKind)]);
    let mixed = "C1,,C,2013-01-02,-5\nC2,,C,2013-01-02,5\nC3,,C,2013-01-02,-5\n";
    let batch = read_with(format!("{head}{mixed}"), &invoices).unwrap();
    assert_eq!(warned(&batch), vec![(3, WarningCode::MixedCreditSigns)]);
}

#[test]
fn credits_are_turned_with_their_lines() {
    let batch = batch(
        "Invoice No,Customer No,Date,Description,Quantity,Unit Price,Tax,Total\n\
         1,C,2013-01-02,a,-2,5,-1,-11\n1,C,2013-01-02,b,0,5,-1,-11\n2,C,2013-01-02,a,1,-5,,-5\n",
    );
    assert_eq!(refused(&batch), vec![]);
    let document = &batch.documents[0];
    assert_eq!((document.side, document.total, document.tax), (Side::Credit, 1100, Some(100)));
    let line = &document.lines[0];
    assert_eq!((line.quantity, line.amount), (Decimal::TWO, 1000));
    let line = &batch.documents[1].lines[0];
    assert_eq!((line.quantity, line.unit_price), (Decimal::ONE, Decimal::from(5)));
    assert!(batch.warnings.is_empty(), "{:?}", batch.warnings);
}

#[test]
fn given_totals_are_held_against_the_lines() {
    let head = "Invoice No,Customer No,Date,Quantity,Unit Price,Total,Tax\n";
    let read = |rows: &str| batch(&format!("{head}{rows}"));
    let two =
        |a: &str, b: &str| read(&format!("1,C,2013-01-02,1,10,{a}\n1,C,2013-01-02,2,20,{b}\n"));
    for (first, second, total, code) in [
        ("50,", "50,", 5000, None),
        ("55,5", "55,5", 5500, None),
        ("60,", "60,", 6000, Some(WarningCode::LinesDoNotAddUp)),
        ("10,", "40,", 5000, Some(WarningCode::LineTotalsSummed)),
        ("50,", ",", 5000, None),
    ] {
        let batch = two(first, second);
        assert_eq!(refused(&batch), vec![], "{first}");
        assert_eq!(batch.documents[0].total, total, "{first} {second}");
        let codes: Vec<WarningCode> = warned(&batch).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{first} {second}");
    }
    // Equal line amounts are no header total.
    let same = read("1,C,2013-01-02,1,10,10,\n1,C,2013-01-02,1,10,10,\n");
    assert_eq!(same.documents[0].total, 2000);
    assert_eq!(warned(&same), vec![(2, WarningCode::LineTotalsSummed)]);
    let conflict = two("50,", "51,");
    assert_eq!(refused(&conflict), vec![(2, "total", Reason::ConflictingTotal)]);
    assert!(conflict.documents.is_empty());
    let fine = read("1,C,2013-01-02,1,10.00,10.001,\n");
    assert_eq!(refused(&fine), vec![(2, "total", Reason::TooPrecise { decimals: 2 })]);
}

#[test]
fn a_refused_row_refuses_its_document() {
    let batch = batch(&format!(
        "{LINES}1,C,2013-01-02,a,1,1\n2,C,2013-01-02,a,1,1\n1,C,2013-01-02,a,x,1\n\
         1,C,2013-01-02,a,1,1\n,C,2013-01-02,a,1,1\n3,C,2013-13-02,a,1,1\n3,C,2013-01-02,a,1,\n"
    ));
    assert_eq!(
        refused(&batch),
        vec![
            (4, "line_quantity", Reason::InvalidAmount),
            (6, "number", Reason::MissingValue),
            (7, "issued_on", Reason::InvalidDate),
            (8, "line_unit_price", Reason::MissingValue),
        ]
    );
    let numbers: Vec<&str> = batch.documents.iter().map(|document| &*document.number).collect();
    assert_eq!(numbers, vec!["2"]);
    assert_eq!((batch.refusal_count, batch.refused_documents), (4, 2));
    let refusal = &batch.refusals[0];
    assert_eq!(refusal.column.as_deref(), Some("Quantity"));
    assert_eq!((refusal.number.as_deref(), refusal.value.as_str()), (Some("1"), "x"));
    assert_eq!(
        refusal.message(),
        "Line 4, column “Quantity”, 1: not an amount as the column writes them (x)."
    );
}

#[test]
fn single_rows_repeat_or_conflict() {
    let batch = batch(&format!(
        "{HEAD}1,C,2013-01-02,5\n1,C,2013-01-02,5.00\n2,C,2013-01-02,5\n2,C,2013-01-02,6\n\
         3,C,2013-01-02,x\n3,C,2013-01-02,5\n"
    ));
    assert_eq!(warned(&batch), vec![(3, WarningCode::DuplicateRow)]);
    assert_eq!(
        refused(&batch),
        vec![
            (5, "number", Reason::ConflictingRow { first_line: 4 }),
            (6, "total", Reason::InvalidAmount),
            (7, "number", Reason::ConflictingRow { first_line: 6 }),
        ]
    );
    assert_eq!(batch.documents.len(), 2);
}

#[test]
fn missing_customers_are_refused_or_defaulted() {
    let file = format!("{HEAD}1,,2013-01-02,5\n2,C,2013-01-02,5\n");
    let batch = read_with(&file, &options()).unwrap();
    assert_eq!(refused(&batch), vec![(2, "customer_number", Reason::MissingCustomer)]);
    let cash = Options { default_customer: Some(" CASH ".to_owned()), ..options() };
    let batch = read_with(&file, &cash).unwrap();
    assert_eq!(warned(&batch), vec![(2, WarningCode::DefaultCustomer)]);
    let numbers: Vec<&str> = batch.customers.iter().map(|c| &*c.number).collect();
    assert_eq!(numbers, vec!["C", "CASH"]);
    let file = "Invoice No,Date,Total\n1,2013-01-02,5\n";
    assert_eq!(read_with(file, &cash).unwrap().documents.len(), 1);
    let fields = vec![Field::CustomerNumber];
    assert_eq!(read_with(file, &options()).unwrap_err(), FileError::MissingColumns { fields });
}

#[test]
fn odd_rows_go_in_with_a_warning() {
    use WarningCode as W;
    let head = "Invoice No,Customer No,Customer Name,Country,Date,Due Date,Total,Terms,\
                Paid Date,Amount Paid\n";
    for (row, expected) in [
        ("1,C,Acme,DE,2013-01-02,2013-02-01,5,Net 30,,\n", vec![]),
        ("1,C,Acme,DE,2013-01-02,2013-01-01,5,,,\n", vec![W::DueBeforeIssued]),
        ("1,C,Acme,DE,2013-01-02,,0,,,\n", vec![W::ZeroTotal]),
        ("1,C,Acme,DE,2013-01-02,,5,Whenever,,\n", vec![W::UnknownTerms]),
        ("1,C,Acme,DE,2013-01-02,,5,house,,\n", vec![]),
        ("1,C,Acme,DE,2013-01-02,,5,,2013-01-01,\n", vec![W::PaidBeforeIssued]),
        ("1,C,Acme,DE,2013-01-02,,5,,2013-01-03,5.01\n", vec![W::PaidOverTotal]),
        ("1,C,Acme,Atlantis,2013-01-02,,5,,,\n", vec![W::UnknownCountry]),
    ] {
        let known = Options { known_terms: vec!["House".to_owned()], ..options() };
        let batch = read_with(format!("{head}{row}"), &known).unwrap();
        assert_eq!(refused(&batch), vec![], "{row}");
        let codes: Vec<W> = warned(&batch).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, expected, "{row}");
        assert_eq!(batch.documents.len(), 1);
    }
}

#[test]
fn payments_are_told() {
    let head = "Invoice No,Customer No,Date,Total,Paid Date,Amount Paid\n";
    for (row, expected) in [
        ("1,C,2013-01-02,5,,", None),
        ("1,C,2013-01-02,5,2013-01-03,", Some((Some("2013-01-03"), 500))),
        ("1,C,2013-01-02,5,2013-01-03,2", Some((Some("2013-01-03"), 200))),
        ("1,C,2013-01-02,5,,2", Some((None, 200))),
        ("1,C,2013-01-02,5,,0", None),
        ("1,C,2013-01-02,-5,,-5", Some((None, 500))),
        ("1,C,2013-01-02,-5,,5", Some((None, 500))),
    ] {
        let batch = batch(&format!("{head}{row}\n"));
        let paid = batch.documents[0].paid;
        let expected = expected
            .map(|(on, amount): (Option<&str>, i64)| ImportedPaid { on: on.map(day), amount });
        assert_eq!(paid, expected, "{row}");
    }
    let batch = batch(&format!("{head}1,C,2013-01-02,5,,-2\n"));
    assert_eq!(refused(&batch), vec![(2, "paid_amount", Reason::NegativeAmount)]);
}

#[test]
fn currencies_come_from_column_amount_or_options() {
    let code = |text: &str, options: &Options| {
        let batch = read_with(text, options).unwrap();
        let document = batch.documents.first().map(|d| (d.currency.code().to_owned(), d.total));
        document.ok_or_else(|| batch.refusals[0].reason)
    };
    let of = |code: &str, total| Ok((code.to_owned(), total));
    let none = Options { currency: None, ..options() };
    let head = "Invoice No,Customer No,Date,Total,Currency\n";
    let row = |rest: &str| format!("{head}1,C,2013-01-02,{rest}\n");
    assert_eq!(code(&row("5,jpy"), &options()), of("JPY", 5));
    assert_eq!(code(&row("5,"), &options()), of("USD", 500));
    assert_eq!(code(&row("5 EUR,"), &options()), of("EUR", 500));
    assert_eq!(code(&row("5 EUR,EUR"), &none), of("EUR", 500));
    assert_eq!(code(&row("5 EUR,USD"), &none), Err(Reason::CurrencyMismatch));
    assert_eq!(code(&row("5,"), &none), Err(Reason::MissingCurrency));
    assert_eq!(code(&row("5,XAU"), &none), Err(Reason::UnknownCurrency));
    assert_eq!(code(&row("5.5,JPY"), &none), Err(Reason::TooPrecise { decimals: 0 }));
    let file = format!("{HEAD}1,C,2013-01-02,5\n");
    assert_eq!(read_with(&file, &none).unwrap_err(), FileError::MissingCurrency);
    let file = format!("{HEAD}1,C,2013-01-02,€5\n");
    assert_eq!(code(&file, &none), of("EUR", 500));
}

#[test]
fn descriptions_without_prices_make_one_line() {
    let batch = batch(
        "Invoice No,Customer No,Date,Total,Tax,Description\n1,C,2013-01-02,11,1,Work\n\
         2,C,2013-01-02,11,,\n",
    );
    let line = &batch.documents[0].lines[0];
    assert_eq!((&*line.description, line.amount), ("Work", 1000));
    assert!(batch.documents[1].lines.is_empty());
    assert!(batch.warnings.is_empty(), "{:?}", batch.warnings);
}

#[test]
fn rows_of_the_wrong_width_are_refused() {
    let batch = batch(&format!(
        "{HEAD}1,C,2013-01-02,5,,\n2,C,2013-01-02,1,234\n3,C,2013-01-02\n4,C,2013-01-02,5\n"
    ));
    assert_eq!(refused(&batch), vec![(3, "", Reason::TooManyCells), (4, "", Reason::TooFewCells)]);
    assert_eq!(batch.documents.len(), 2);
}

#[test]
fn fingerprints_see_content_only() {
    let text = |rows: &str| -> Vec<String> {
        batch(&format!("{LINES}{rows}"))
            .documents
            .iter()
            .map(ImportedDocument::fingerprint)
            .collect()
    };
    let first = "1,C,2013-01-02,a,1,1.50\n";
    let second = "2,C,2013-01-02,b,1,1\n";
    let plain = text(&format!("{first}{second}"));
    let mut swapped = text(&format!("{second}{first}"));
    swapped.reverse();
    assert_eq!(plain, swapped);
    assert_eq!(plain[0], text("1,C,2013-01-02,a,1.0,1.5\n")[0]);
    for other in [
        "1,D,2013-01-02,a,1,1.50\n",
        "1,C,2013-01-03,a,1,1.50\n",
        "1,C,2013-01-02,a2,1,1.50\n",
        "1,C,2013-01-02,a,2,1.50\n",
        "1,C,2013-01-02,a,2,0.75\n",
        "1,C,2013-01-02,a,1,1.50\n1,C,2013-01-02,,0,0\n",
    ] {
        assert_ne!(plain[0], text(other)[0], "{other}");
    }
    assert!(plain[0].starts_with("document/1|7:invoice|5:debit|1:1|1:C|10:2013-01-02|-|-|3:USD|"));
}

#[test]
fn warnings_are_counted_beyond_what_is_kept() {
    let mut file = HEAD.to_owned();
    for number in 0..1500 {
        writeln!(file, "{number},C,2013-01-02,0").unwrap();
    }
    let batch = batch(&file);
    assert_eq!(batch.warnings.count(WarningCode::ZeroTotal), 1500);
    assert_eq!(batch.warnings.kept().len(), 1000);
}
