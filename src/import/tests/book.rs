//! Customers, from their own files and from documents.

use super::*;

#[test]
fn customers_are_read() {
    let file = "Number;Name;E-Mail;Phone;Street;Zip;City;Country;Parent;Terms;Currency;Note\n\
                007;Müller GmbH;a@b.de;+49 1;Weg 1;01234;Köln;Deutschland;001;Net 30;EUR;VIP\n";
    let batch = read_with(file, &customers()).unwrap();
    assert_eq!((refused(&batch), warned(&batch)), (vec![], vec![]));
    let customer = &batch.customers[0];
    assert_eq!(&*customer.number, "007");
    let texts = [
        (&customer.name, "Müller GmbH"),
        (&customer.email, "a@b.de"),
        (&customer.phone, "+49 1"),
        (&customer.address.line1, "Weg 1"),
        (&customer.address.postal_code, "01234"),
        (&customer.address.city, "Köln"),
        (&customer.address.country, "Deutschland"),
        (&customer.parent_number, "001"),
        (&customer.terms, "Net 30"),
        (&customer.notes, "VIP"),
    ];
    for (found, expected) in texts {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!(customer.address.country_code, Some("DE"));
    assert_eq!(customer.currency, Some(Currency::EUR));
    assert!(customer.fingerprint().starts_with("customer/1|3:007|12:Müller GmbH|"));
}

#[test]
fn repeated_customers_are_sorted_out() {
    let file = "Customer No,Name,City\n1,A,X\n1,A,X\n1,B,X\n1,A,Y\n2,,X\n,C,X\n";
    let batch = read_with(file, &customers()).unwrap();
    assert_eq!(
        warned(&batch),
        vec![
            (3, WarningCode::DuplicateRow),
            (4, WarningCode::SeveralNames),
            (6, WarningCode::MissingName),
        ]
    );
    assert_eq!(
        refused(&batch),
        vec![
            (5, "customer_number", Reason::ConflictingRow { first_line: 2 }),
            (7, "customer_number", Reason::MissingValue),
        ]
    );
    let names: Vec<Option<&str>> = batch.customers.iter().map(|c| c.name.as_deref()).collect();
    assert_eq!(names, vec![Some("A"), None]);
}

#[test]
fn documents_name_their_customers() {
    let file = "Invoice No,Customer No,Customer Name,City,Date,Total\n1,C,,X,2013-01-02,5\n\
                2,C,Acme,,2013-01-02,5\n3,C,Acme Ltd,Y,2013-01-02,5\n4,C,Acme SA,Z,2013-01-02,5\n\
                5,D,Gone,Z,2013-01-02,x\n";
    let batch = batch(file);
    assert_eq!(batch.customers.len(), 1);
    let customer = &batch.customers[0];
    assert_eq!((customer.name.as_deref(), customer.line), (Some("Acme"), 2));
    assert_eq!(customer.address.city.as_deref(), Some("X"));
    assert_eq!(
        warned(&batch),
        vec![(4, WarningCode::SeveralNames), (4, WarningCode::DetailDiffers)]
    );
}
