//! What is printed, read back from the files.

use std::collections::BTreeSet;

use pdf_extract::{Dictionary, Document, Object, extract_text_from_mem_by_pages};

use super::*;

const LOGO: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#7a3cff"/></svg>"##;

fn party(name: &str, lines: &[&str]) -> Party {
    Party {
        name: name.to_owned(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        tax_id: Some(format!("Tax id of {name}")),
    }
}

fn labelled(label: &str, amount: &str) -> LabelledAmount {
    LabelledAmount { label: label.to_owned(), amount: amount.to_owned() }
}

fn fact(label: &str, text: &str) -> LabelledText {
    LabelledText { label: label.to_owned(), text: text.to_owned() }
}

fn lines(count: usize) -> Vec<InvoiceLine> {
    let line = |number: usize| InvoiceLine {
        description: format!("Article {number:04}; hex bolts"),
        quantity: format!("{}", number % 90 + 1),
        unit_price: "$12.50".to_owned(),
        amount: format!("${number}.07"),
    };
    (0..count).map(line).collect()
}

fn invoice() -> InvoiceDocument {
    InvoiceDocument {
        paper: Paper::Letter,
        language: "en-US".to_owned(),
        labels: InvoiceLabels::default(),
        dated: DocumentDate { year: 2026, month: 2, day: 28 },
        accent: Some("#ffcc00".to_owned()),
        logo: None,
        seller: party("Northwind Fasteners, Inc.", &["1200 Industrial Parkway", "Columbus, OH"]),
        bill_to: party("Lakeshore Machine Works", &["88 Harbor Drive"]),
        ship_to: Some(party("Lakeshore Plant 2", &["4410 Foundry Road"])),
        number: "INV-10428".to_owned(),
        stamp: Some("Overdue".to_owned()),
        issued_on: "Feb 28, 2026".to_owned(),
        due_on: "Mar 30, 2026".to_owned(),
        terms: Some("2% discount ($20.00) if paid by Mar 10, 2026".to_owned()),
        purchase_order: Some("PO-7741".to_owned()),
        facts: vec![fact("Customer number", "C-00317")],
        currency: "USD".to_owned(),
        lines: lines(3),
        subtotal: "$12,480.00".to_owned(),
        discounts: vec![labelled("Volume discount 3%", "−$374.40")],
        taxes: vec![labelled("Ohio sales tax 5.75%", "$696.07")],
        freight: Some("$85.00".to_owned()),
        total: "$12,886.67".to_owned(),
        applied: Some("−$2,000.00".to_owned()),
        balance_due: "$10,886.67".to_owned(),
        portal: Some(PortalLink {
            url: "https://pay.example.com/pay/kX3vQ9bTz0aR7mWc".to_owned(),
            shown: "pay.example.com/kX3v".to_owned(),
        }),
        note: Some("Thank you for your order.".to_owned()),
        surcharge_notice: Some("Credit cards carry a surcharge of 2.9%.".to_owned()),
        contact: vec!["Maria Keller".to_owned(), "+1 614 555 0142".to_owned()],
        remittance: Some(Remittance {
            payable_to: "Northwind Lockbox".to_owned(),
            lines: vec!["P.O. Box 4410".to_owned(), "Columbus, OH 43216".to_owned()],
        }),
    }
}

fn receipt() -> ReceiptDocument {
    ReceiptDocument {
        paper: Paper::A4,
        language: "en-US".to_owned(),
        labels: ReceiptLabels::default(),
        dated: DocumentDate { year: 2026, month: 11, day: 22 },
        accent: None,
        logo: Some(Logo::Svg(LOGO.to_vec())),
        merchant: party("Northwind Fasteners, Inc.", &["1200 Industrial Parkway"]),
        payer: party("Lakeshore Machine Works", &["88 Harbor Drive"]),
        number: "R-20931".to_owned(),
        status: "Submitted".to_owned(),
        status_detail: Some("Usually settles by Thu, Nov 26".to_owned()),
        paid_at: "Nov 22, 2026, 10:15 AM EST".to_owned(),
        method_brand: "Visa credit card".to_owned(),
        method_last_four: Some("4242".to_owned()),
        mandate: Some("AUTH-77".to_owned()),
        facts: vec![fact("Confirmation", "pay_01JDA8Q2")],
        currency: "USD".to_owned(),
        lines: vec![ReceiptLine {
            invoice: "INV-10428".to_owned(),
            amount: "$1,100.00".to_owned(),
            discount: "−$20.00".to_owned(),
            credit: String::new(),
            paid: "$1,080.00".to_owned(),
        }],
        subtotal: "$1,280.00".to_owned(),
        bank_discount: Some(labelled("Bank payment discount (1%)", "−$10.80")),
        surcharge: Some(labelled("Credit card surcharge (2.9%)", "$37.12")),
        total_charged: "$1,317.12".to_owned(),
        notice: Some("The surcharge is not more than our cost.".to_owned()),
        contact: vec!["Maria Keller".to_owned()],
    }
}

/// Each page's text without its white space, which no two readers place alike.
fn pages(file: &[u8]) -> Vec<String> {
    let pages = extract_text_from_mem_by_pages(file).unwrap();
    pages.iter().map(|page| squeezed(page)).collect()
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != '\u{200b}')
        .collect()
}

fn assert_says(file: &[u8], texts: &[&str]) {
    let all = pages(file).concat();
    for text in texts {
        assert!(all.contains(&squeezed(text)), "no {text:?} in {all}");
    }
}

fn catalog(document: &Document) -> Dictionary {
    document.catalog().unwrap().clone()
}

fn fallbacks(file: &[u8]) -> usize {
    pages(file).concat().matches('\u{fffd}').count()
}

#[test]
fn an_invoice_says_everything() {
    let file = Engine::new(None).invoice(&invoice()).unwrap();
    assert_says(
        &file,
        &[
            "Northwind Fasteners, Inc.",
            "Tax id of Northwind",
            "1200 Industrial Parkway",
            "Lakeshore Machine Works",
            "88 Harbor Drive",
            "Lakeshore Plant 2",
            "4410 Foundry Road",
            "INV-10428",
            "Overdue",
            "Feb 28, 2026",
            "Mar 30, 2026",
            "2% discount ($20.00) if paid by Mar 10, 2026",
            "PO-7741",
            "C-00317",
            "Amount (USD)",
            "Article 0002; hex bolts",
            "$12,480.00",
            "Volume discount 3%",
            "−$374.40",
            "Ohio sales tax 5.75%",
            "$85.00",
            "$12,886.67",
            "−$2,000.00",
            "$10,886.67",
            "pay.example.com/kX3v",
            "Thank you for your order.",
            "Credit cards carry a surcharge of 2.9%.",
            "Maria Keller",
            "Northwind Lockbox",
            "P.O. Box 4410",
            "Page 1 of 1",
        ],
    );
    assert_eq!(fallbacks(&file), 0);
}

#[test]
fn a_receipt_says_everything_and_leaves_empty_columns_out() {
    let file = Engine::new(None).receipt(&receipt()).unwrap();
    assert_says(
        &file,
        &[
            "R-20931",
            "Submitted",
            "Usually settles by Thu, Nov 26",
            "Nov 22, 2026, 10:15 AM EST",
            "Visa credit card ending in 4242",
            "AUTH-77",
            "pay_01JDA8Q2",
            "Discount",
            "−$20.00",
            "$1,080.00",
            "Bank payment discount (1%)",
            "Credit card surcharge (2.9%)",
            "$37.12",
            "$1,317.12",
            "The surcharge is not more than our cost.",
        ],
    );
    assert!(!pages(&file).concat().contains("Credit$"), "no credit, no column");
    assert!(!pages(&file).concat().contains("DiscountCreditPaid"));
}

#[test]
fn a_long_invoice_keeps_every_line_and_repeats_its_header() {
    let document = InvoiceDocument { lines: lines(1_200), ..invoice() };
    let file = Engine::new(None).invoice(&document).unwrap();
    let pages = pages(&file);
    let all = pages.concat();
    for line in &document.lines {
        assert_eq!(all.matches(&squeezed(&line.description)).count(), 1, "{}", line.description);
    }
    assert!(pages.len() > 20, "{} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("DescriptionQtyUnitpriceAmount(USD)"), "page {index}: {page}");
        assert!(page.contains(&format!("Page{}of{}", index + 1, pages.len())));
    }
    let (last, others) = pages.split_last().unwrap();
    assert!(last.contains("Remittanceslip"));
    assert!(others.iter().all(|page| !page.contains("Remittanceslip")));
}

#[test]
fn the_same_document_is_the_same_file() {
    let engine = Engine::new(None);
    let first = engine.invoice(&invoice()).unwrap();
    let receipt_file = engine.receipt(&receipt()).unwrap();
    assert!(first == engine.invoice(&invoice()).unwrap(), "again");
    assert!(first == Engine::new(None).invoice(&invoice()).unwrap(), "by another engine");
    assert!(receipt_file == engine.receipt(&receipt()).unwrap());
    let other = InvoiceDocument { number: "INV-2".to_owned(), ..invoice() };
    assert!(first != engine.invoice(&other).unwrap());
}

#[test]
fn files_are_tagged_titled_and_complete() {
    let engine = Engine::new(None);
    for printed in [engine.print_invoice(&invoice()), engine.print_receipt(&receipt())] {
        let printed = printed.unwrap();
        assert!(printed.is_accessible, "claims PDF/UA-1");
        let document = Document::load_mem(&printed.bytes).unwrap();
        let catalog = catalog(&document);
        assert!(catalog.has(b"StructTreeRoot"));
        assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en-US");
        let mut fonts = 0;
        for object in document.objects.values() {
            let Object::Dictionary(dictionary) = object else {
                continue;
            };
            if dictionary.has_type(b"FontDescriptor") {
                fonts += 1;
                assert!(dictionary.has(b"FontFile2") || dictionary.has(b"FontFile3"));
            }
        }
        assert!(fonts >= 2, "{fonts} fonts inside");
    }
}

#[test]
fn both_papers_are_right() {
    let engine = Engine::new(None);
    for (paper, width, height) in [(Paper::A4, 595.0_f32, 842.0_f32), (Paper::Letter, 612.0, 792.0)]
    {
        let file = engine.invoice(&InvoiceDocument { paper, ..invoice() }).unwrap();
        let document = Document::load_mem(&file).unwrap();
        assert_eq!(document.get_pages().len(), 1, "{paper:?}");
        let page = document.get_pages()[&1];
        let page = document.get_object(page).unwrap().as_dict().unwrap();
        let sides = page.get(b"MediaBox").unwrap().as_array().unwrap();
        let side = |index: usize| sides[index].as_float().unwrap().round();
        assert_eq!((side(2), side(3)), (width, height), "{paper:?}");
    }
}

#[test]
fn arabic_and_hebrew_are_drawn() {
    let document = InvoiceDocument {
        bill_to: party("شركة النور للتجارة (ذ.م.م)", &["شارع الملك فهد 12", "الرياض"]),
        ship_to: Some(party("חברת האור בע\"מ (ישראל)", &["רחוב הרצל 5"])),
        language: "ar".to_owned(),
        ..invoice()
    };
    let printed = Engine::new(None).print_invoice(&document).unwrap();
    assert!(printed.is_accessible, "a missing glyph would be refused");
    assert_eq!(fallbacks(&printed.bytes), 0);
    let text = pages(&printed.bytes).concat();
    for word in ["شركة", "الرياض", "חברת", "הרצל"] {
        let backwards: String = word.chars().rev().collect();
        assert!(text.contains(word) || text.contains(&backwards), "no {word} in {text}");
    }
}

#[test]
fn text_is_never_a_program() {
    let evil = r#"#panic("x") ] \ $x$ `r` *b* _i_ @ref <label> = h // c /* "#;
    let document = InvoiceDocument {
        seller: party(evil, &[evil]),
        number: evil.to_owned(),
        currency: evil.to_owned(),
        terms: Some(evil.to_owned()),
        lines: vec![InvoiceLine { description: evil.to_owned(), ..InvoiceLine::default() }],
        accent: Some("#eval(".to_owned()),
        language: "#eval".to_owned(),
        ..invoice()
    };
    let file = Engine::new(None).invoice(&document).unwrap();
    assert_says(&file, &[evil]);
}

#[test]
fn a_damaged_picture_does_not_stop_an_invoice() {
    let engine = Engine::new(None);
    let endless_png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0xff; 16]].concat();
    for logo in [
        Logo::Png(b"not a picture".to_vec()),
        Logo::Png(endless_png),
        Logo::Svg(b"<svg".to_vec()),
        Logo::Svg(vec![0xff; 8]),
        Logo::Svg(br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/passwd"/></svg>"#.to_vec()),
    ] {
        let file = engine.invoice(&InvoiceDocument { logo: Some(logo.clone()), ..invoice() });
        assert_says(&file.unwrap_or_else(|error| panic!("{logo:?}: {error}")), &["INV-10428"]);
    }
}

#[test]
fn only_web_addresses_are_linked() {
    let engine = Engine::new(None);
    let links = |url: &str| {
        let portal = Some(PortalLink { url: url.to_owned(), shown: "pay here".to_owned() });
        let file = engine.invoice(&InvoiceDocument { portal, ..invoice() }).unwrap();
        let document = Document::load_mem(&file).unwrap();
        let is_link = |object: &&Object| {
            object.as_dict().is_ok_and(|dictionary| {
                dictionary
                    .get(b"Subtype")
                    .is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Link"))
            })
        };
        document.objects.values().filter(is_link).count()
    };
    assert!(links("https://pay.example.com/pay/a?b=c&d=%20#e") >= 1);
    assert_eq!(links("javascript:alert(1)"), 0);
}

#[test]
fn an_unreadable_font_folder_is_reported_but_does_not_stop_anybody() {
    let engine = Engine::new(Some("/nowhere/at/all".into()));
    assert_eq!(engine.check(), Err(PdfError::FontFolder));
    assert!(engine.receipt(&receipt()).is_ok());
}

/// The strings in the project's shared test data, each in a line and in some other field.
#[test]
fn naughty_strings_are_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/awkward/blns/blns.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is not here");
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&json).unwrap();
    assert_eq!(strings.len(), 515);
    let engine = Engine::new(None);
    let mut refused = BTreeSet::new();
    for chunk in strings.chunks(40) {
        let mut texts = chunk.iter().cycle().cloned();
        let mut next = || texts.next().unwrap_or_default();
        let mut party =
            || Party { name: next(), lines: vec![next(), next()], tax_id: Some(next()) };
        let (seller, bill_to, ship_to) = (party(), party(), Some(party()));
        let lines = chunk
            .iter()
            .map(|text| InvoiceLine { description: text.clone(), ..InvoiceLine::default() });
        let document = InvoiceDocument {
            seller,
            bill_to,
            ship_to,
            lines: lines.collect(),
            number: next(),
            stamp: Some(next()),
            issued_on: next(),
            due_on: next(),
            terms: Some(next()),
            purchase_order: Some(next()),
            facts: vec![fact(&next(), &next())],
            note: Some(next()),
            surcharge_notice: Some(next()),
            contact: vec![next(), next()],
            remittance: Some(Remittance { payable_to: next(), lines: vec![next()] }),
            discounts: vec![labelled(&next(), &next())],
            balance_due: next(),
            language: next(),
            accent: Some(next()),
            ..invoice()
        };
        let printed = engine.print_invoice(&document).unwrap_or_else(|error| {
            panic!("{error} for one of {chunk:?}");
        });
        if !printed.is_accessible {
            refused.extend(chunk.iter().cloned());
        }
    }
    assert!(refused.is_empty(), "not written to PDF/UA-1: {refused:?}");

    // Programs and markup are all ASCII: none may vanish, or be taken for what they say.
    let is_plain =
        |text: &&String| !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let plain: Vec<&String> = strings.iter().filter(is_plain).collect();
    assert!(plain.len() > 300, "{}", plain.len());
    let lines = plain
        .iter()
        .map(|text| InvoiceLine { description: (*text).clone(), ..InvoiceLine::default() });
    let file = engine.invoice(&InvoiceDocument { lines: lines.collect(), ..invoice() }).unwrap();
    let texts: Vec<&str> = plain.iter().map(|text| text.as_str()).collect();
    assert_says(&file, &texts);
}
