//! How columns get their meaning.

use super::*;

fn columns(header: &str, row: &str, options: &Options) -> Vec<(&'static str, String)> {
    let preview = shown(format!("{header}\n{row}\n"), options);
    preview.columns.into_iter().map(|c| (c.field.name(), c.header)).collect()
}

fn problems(header: &str, row: &str, options: &Options) -> Vec<FileError> {
    shown(format!("{header}\n{row}\n"), options).problems
}

fn mapped(map: &str) -> Options {
    Options { map: parse_map(map).unwrap(), ..options() }
}

#[test]
fn headers_are_understood_in_several_tongues() {
    let row = "1;C;2013-01-02;2013-02-01;5,00";
    for header in [
        "Invoice No;Customer No;Invoice Date;Due Date;Amount",
        "invoiceNumber;customerId;invoiceDate;dueDate;total",
        "INVOICE_NUMBER;CUSTOMER_NUMBER;DATE;DUE;TOTAL",
        "number;customer_number;issued_on;due_on;total",
        "Rechnungsnummer;Kundennummer;Rechnungsdatum;Fällig am;Betrag",
        "Belegnummer;Debitor;Belegdatum;Fälligkeit;Bruttobetrag",
        "N° de facture;Code client;Date de facture;Échéance;Montant TTC",
        "Nº factura;Código cliente;Fecha de factura;Vencimiento;Importe total",
        "Numero fattura;Codice cliente;Data fattura;Scadenza;Importo",
        "Factuurnummer;Klantnummer;Factuurdatum;Vervaldatum;Totaalbedrag",
        "Invoice #;Account Number;Date;Net Due Date;Invoice Total",
    ] {
        let found: Vec<&str> =
            columns(header, row, &options()).into_iter().map(|(field, _)| field).collect();
        let expected = ["customer_number", "number", "issued_on", "due_on", "total"];
        let without_name: Vec<&str> =
            found.into_iter().filter(|field| *field != "customer_name").collect();
        assert_eq!(without_name, expected, "{header}");
    }
}

#[test]
fn online_retail_headers_are_understood() {
    let header =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    let row = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";
    let found = columns(header, row, &options());
    let expected = [
        ("customer_number", "CustomerID"),
        ("address_country", "Country"),
        ("number", "InvoiceNo"),
        ("issued_on", "InvoiceDate"),
        ("line_description", "Description"),
        ("line_quantity", "Quantity"),
        ("line_unit_price", "UnitPrice"),
    ];
    assert_eq!(found, expected.map(|(field, header)| (field, header.to_owned())));
}

#[test]
fn one_column_can_be_number_and_name() {
    let header = "Invoice,Customer,Date,Total";
    let found = columns(header, "1,Acme,2013-01-02,5", &options());
    assert_eq!(found[0], ("customer_number", "Customer".to_owned()));
    assert_eq!(found[1], ("customer_name", "Customer".to_owned()));
    let found = columns(header, "1,C001,2013-01-02,5", &options());
    assert_eq!(found[1].0, "number");
    let found =
        columns("Invoice,Customer,Customer No,Date,Total", "1,Acme,7,2013-01-02,5", &options());
    assert_eq!(found[0], ("customer_number", "Customer No".to_owned()));
    assert_eq!(found[1], ("customer_name", "Customer".to_owned()));
    let both = mapped("total=Amount,paid_amount=Amount");
    let found = columns("Invoice,Customer No,Date,Amount", "1,7,2013-01-02,5", &both);
    assert_eq!(found.iter().filter(|(_, header)| header == "Amount").count(), 2);
}

#[test]
fn columns_can_be_named() {
    let header = "A,B,C,Amount,Amount";
    let row = "1,7,2013-01-02,5,6";
    let by_hand = mapped("number=A,customer_number=b,issued_on=#3,total=#5");
    assert_eq!(problems(header, row, &by_hand), vec![]);
    let batch = read_with(format!("{header}\n{row}\n"), &by_hand).unwrap();
    assert_eq!(batch.documents[0].total, 600);
    assert!(batch.columns.iter().all(|column| column.confidence == Confidence::Given));

    let wrong = mapped("number=A,customer_number=B,issued_on=C,total=Amont");
    let (field, column) = (Field::Total, "Amont".to_owned());
    let nearest = Some("Amount".to_owned());
    assert_eq!(
        problems(header, row, &wrong)[0],
        FileError::ColumnNotFound { field, column, nearest }
    );
    let foreign = Options { map: parse_map("total=Amount").unwrap(), ..customers() };
    let field = Field::Total;
    assert_eq!(problems(header, row, &foreign)[0], FileError::FieldDoesNotBelong { field });
    let twice = mapped("number=A,number=B");
    let field = Field::Number;
    assert_eq!(problems(header, row, &twice)[0], FileError::FieldMappedTwice { field });
    let ambiguous = mapped("number=A,customer_number=B,issued_on=C,total=Amount");
    let (field, column) = (Field::Total, "Amount".to_owned());
    assert_eq!(
        problems(header, row, &ambiguous)[0],
        FileError::DuplicateColumn { field, column, first: 4, second: 5 }
    );
}

#[test]
fn missing_and_duplicate_columns_are_named() {
    let fields = vec![Field::CustomerNumber, Field::Total];
    assert_eq!(
        problems("Invoice No,Date,X", "1,2013-01-02,5", &options()),
        vec![FileError::MissingColumns { fields }]
    );
    let (field, column) = (Field::Number, "Invoice No".to_owned());
    assert_eq!(
        problems("Invoice No,Customer No,Date,Total,Invoice No", "1,2,2013-01-02,5,3", &options()),
        vec![FileError::DuplicateColumn { field, column, first: 1, second: 5 }]
    );
    // Two columns that nothing depends on are left alone.
    let header = "Invoice No,Customer No,Date,Total,Notes,Notes";
    assert_eq!(problems(header, "1,2,2013-01-02,5,a,b", &options()), vec![]);
    let fields = vec![Field::CustomerNumber, Field::CustomerName];
    assert_eq!(problems("a,b", "1,2", &customers()), vec![FileError::MissingColumns { fields }]);
}

#[test]
fn values_can_overrule_a_guess() {
    let header = "Invoice No,Customer No,Date,Total,Country,Disputed";
    let found = columns(header, "1,2,2013-01-02,5,391,see notes", &options());
    assert!(!found.iter().any(|(field, _)| ["address_country", "disputed"].contains(field)));
    let found = columns(header, "1,2,2013-01-02,5,Narnia,No", &options());
    assert!(found.iter().any(|(field, _)| *field == "address_country"));
}

#[test]
fn guesses_invent_no_payments() {
    let header = "Invoice No,Customer No,Date,Total,Paid,Closed Date,Type";
    let found = columns(header, "1,2,2013-01-02,5,1,2013-01-03,Recurring", &options());
    assert_eq!(found.len(), 5, "{found:?}");
    // What a row is, is never ignored unless somebody says so.
    assert!(found.contains(&("kind", "Type".to_owned())));
    let without = mapped("kind=");
    let found = columns(header, "1,2,2013-01-02,5,1,2013-01-03,Recurring", &without);
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn keys_are_sought_where_values_are() {
    let header = "Invoice No,Document No,Customer No,Date,Total";
    let found = columns(header, ",1,C,2013-01-02,5", &options());
    assert!(found.contains(&("number", "Document No".to_owned())), "{found:?}");
}

#[test]
fn lines_before_the_header_are_skipped() {
    for title in ["Open invoices as of today\n\n", "Report,,,\nAcme Inc,,,\n", "\"EXTF\",700,21\n"]
    {
        let file = format!("{title}Invoice No,Customer No,Date,Total\n1,C,2013-01-02,5\n");
        let batch = batch(&file);
        assert_eq!(batch.documents.len(), 1, "{title}");
    }
    // A header in a tongue that nobody knows is still the first row.
    let by_hand = mapped("number=#1,customer_number=#2,issued_on=#3,total=#4");
    let file = "番号,顧客,日付,合計\n1,C,2013-01-02,5\n2,C,2013-01-02,5\n";
    assert_eq!(read_with(file, &by_hand).unwrap().documents.len(), 2);
    let by_name = mapped("number=番号,customer_number=顧客,issued_on=日付,total=合計");
    let file = format!("Bericht,,,\n{file}");
    assert_eq!(read_with(file, &by_name).unwrap().documents.len(), 2);
}
