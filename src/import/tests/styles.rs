//! How the way of writing is decided for whole columns.

use std::fmt::Write as _;

use super::*;

fn dates(values: &[&str], options: &Options) -> Result<Vec<String>, FileError> {
    let mut file = "Invoice No;Customer No;Date;Total\n".to_owned();
    for (number, value) in values.iter().enumerate() {
        writeln!(file, "{number};C;{value};1").unwrap();
    }
    let batch = read_with(file, options)?;
    Ok(batch.documents.iter().map(|document| document.issued_on.to_string()).collect())
}

#[test]
fn a_column_of_dates_has_one_order() {
    for (values, expected) in [
        (vec!["1/2/2013", "13/2/2013"], vec!["2013-02-01", "2013-02-13"]),
        (vec!["1/2/2013", "2/13/2013"], vec!["2013-01-02", "2013-02-13"]),
        (vec!["1/1/2013", "2/2/2013"], vec!["2013-01-01", "2013-02-02"]),
        (vec!["01.02.2013"], vec!["2013-02-01"]),
        (vec!["2013-02-01", "41306", "1 Feb 2013"], vec!["2013-02-01"; 3]),
    ] {
        assert_eq!(dates(&values, &options()).unwrap(), expected, "{values:?}");
    }
    let (field, column) = (Field::IssuedOn, "Date".to_owned());
    assert_eq!(
        dates(&["2/2/2013", "1/2/2013"], &options()).unwrap_err(),
        FileError::AmbiguousDates {
            field,
            column: column.clone(),
            example: "1/2/2013".into(),
            line: 3
        }
    );
    assert_eq!(
        dates(&["13/2/2013", "2/13/2013"], &options()).unwrap_err(),
        FileError::ContradictoryDates { field, column, day_first_line: 2, month_first_line: 3 }
    );
    let given =
        |format| Options { date_format: Some(DateFormat::parse(format).unwrap()), ..options() };
    assert_eq!(dates(&["1/2/2013"], &given("%d/%m/%Y")).unwrap(), ["2013-02-01"]);
    assert_eq!(dates(&["1/2/2013"], &given("mm/dd/yyyy")).unwrap(), ["2013-01-02"]);
    assert_eq!(dates(&["39814"], &given("excel-1904")).unwrap(), ["2013-01-02"]);
}

#[test]
fn the_last_row_still_decides() {
    let mut values = vec!["1/2/2013"; 30_000];
    values.push("1/31/2013");
    assert_eq!(dates(&values, &options()).unwrap()[0], "2013-01-02");
}

#[test]
fn another_column_decides_for_an_ambiguous_one() {
    let file = "Invoice No,Customer No,Date,Due Date,Total\n1,C,1/2/2013,1/31/2013,5\n";
    let batch = batch(file);
    assert_eq!(batch.documents[0].issued_on, day("2013-01-02"));
    assert_eq!(warned(&batch), vec![(1, WarningCode::DateOrderInferred)]);
    let inferred = Reading::Date { order: Some(DateOrder::MonthFirst), inferred: true };
    assert_eq!(batch.columns.iter().filter(|c| c.reading == inferred).count(), 1);
}

fn totals(values: &[&str], options: &Options) -> (Vec<i64>, Vec<Reason>, Vec<WarningCode>) {
    let mut file = "Invoice No|Customer No|Date|Total\n".to_owned();
    for (number, value) in values.iter().enumerate() {
        writeln!(file, "{number}|C|2013-01-02|{value}").unwrap();
    }
    let batch = read_with(file, options).unwrap();
    (
        batch.documents.iter().map(|document| document.total).collect(),
        batch.refusals.iter().map(|refusal| refusal.reason).collect(),
        batch.warnings.counts().keys().copied().collect(),
    )
}

#[test]
fn a_column_of_amounts_has_one_mark() {
    use WarningCode as W;
    let kuwait = Options { currency: Currency::from_code("KWD"), ..options() };
    let comma = Options { decimal_mark: Some(DecimalMark::Comma), ..kuwait.clone() };
    for (values, options, expected) in [
        (vec!["1.234", "5.5"], &kuwait, (vec![1234, 5500], vec![], vec![])),
        (vec!["1.234", "5,5"], &options(), (vec![123_400, 550], vec![], vec![])),
        (vec!["1,234", "5.5"], &options(), (vec![123_400, 550], vec![], vec![])),
        // Dollars have two decimals, so the mark groups.
        (vec!["1.234"], &options(), (vec![123_400], vec![], vec![W::DecimalMarkAssumed])),
        (vec!["1,234"], &options(), (vec![123_400], vec![], vec![W::DecimalMarkAssumed])),
        // Dinars have three.
        (vec!["1.234"], &kuwait, (vec![1234], vec![], vec![W::DecimalMarkAssumed])),
        (vec!["1.234"], &comma, (vec![1_234_000], vec![], vec![])),
        (vec!["12", "5"], &options(), (vec![1200, 500], vec![], vec![])),
        (
            vec!["1.50", "2.50", "3,50", "1.234"],
            &options(),
            (
                vec![150, 250],
                vec![Reason::InvalidAmount, Reason::AmbiguousAmount],
                vec![W::MixedDecimalMarks],
            ),
        ),
    ] {
        assert_eq!(totals(&values, options), expected, "{values:?}");
    }
}

#[test]
fn columns_learn_from_each_other() {
    let head = "Invoice No;Customer No;Date;Quantity;Unit Price\n";
    let read = |rows: &str| batch(&format!("{head}{rows}"));
    // The price has a comma, so the quantity's dot groups.
    let batch = read("1;C;2013-01-02;1.234;0,50\n");
    assert_eq!(batch.documents[0].total, 61_700);
    assert_eq!(batch.warnings.count(WarningCode::DecimalMarkAssumed), 1);
    // Nothing tells: semicolons go with decimal commas.
    let batch = read("1;C;2013-01-02;1.234;5\n");
    assert_eq!(batch.documents[0].total, 617_000);
}

#[test]
fn flags_are_yes_or_no() {
    let head = "Invoice No,Customer No,Date,Total,Disputed\n";
    let file = "1,C,2013-01-02,5,Yes\n2,C,2013-01-02,5,\n3,C,2013-01-02,5,no\n4,C,2013-01-02,5,?\n";
    let batch = batch(&format!("{head}{file}"));
    let flags: Vec<bool> = batch.documents.iter().map(|document| document.disputed).collect();
    assert_eq!(flags, vec![true, false, false]);
    assert_eq!(refused(&batch), vec![(5, "disputed", Reason::InvalidFlag)]);
}
