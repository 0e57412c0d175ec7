//! What the messages say.

use super::{
    super::message::{
        Autopay, BankPaymentSettled, BankPaymentSubmitted, InvoiceMail, Letterhead, Notification,
        PaymentFacts, PaymentFailed, PaymentReceipt, PaymentReturned, Reminder, Row, SetPassword,
        SignInCode, Statement, StatementAccount, StatementLine,
    },
    *,
};

/// The limit above which mail programs cut a message.
const HTML_BYTES_MAX: usize = 60_000;

fn row(label: &str, amount: &str) -> Row {
    Row { label: label.to_owned(), amount: amount.to_owned() }
}

/// A part of a statement with as many lines as there may be.
fn account(outstanding: &str, overdue: &str, name: &str, lines: usize) -> StatementAccount {
    let line = StatementLine {
        label: format!("INV-20931 ({name})"),
        detail: "due Dec 24, 2026 · $1,280.00 · $180.00 paid or credited · overdue".to_owned(),
        amount: "$1,100.00".to_owned(),
        id: String::new(),
        pay_url: None,
    };
    StatementAccount {
        outstanding: outstanding.to_owned(),
        overdue: overdue.to_owned(),
        open: vec![line.clone(); lines],
        more_open: 7,
        more_paid: 0,
        paid: vec![line; lines],
    }
}

fn reminder(tone: &str, name: &str, letterhead: &Letterhead) -> Message {
    Message::Reminder(Reminder {
        letterhead: letterhead.clone(),
        to: "dana@alder.example".to_owned(),
        tone: tone.to_owned(),
        invoices: "57 invoices".to_owned(),
        accounts: vec![StatementAccount {
            paid: Vec::new(),
            overdue: String::new(),
            ..account("$62,700.00", "", name, 2)
        }],
        portal_url: Some("https://pay.example.com/portal".to_owned()),
    })
}

/// Every message, with `name` wherever a person may have typed something.
fn messages(name: &str) -> Vec<Message> {
    let letterhead = Letterhead {
        company: name.to_owned(),
        address: Some(name.to_owned()),
        recipient: Some(name.to_owned()),
        contact: vec![name.to_owned(), "+1 614 555 0142".to_owned()],
        language: "en-US".to_owned(),
    };
    let payment = PaymentFacts {
        number: "R-20931".to_owned(),
        total: "$1,317.12".to_owned(),
        paid_at: "Nov 22, 2026, 10:15 AM EST".to_owned(),
        method: name.to_owned(),
        invoices: vec![row(name, "$1,280.00")],
        adjustments: vec![row("Credit card surcharge (2.9%)", "$37.12")],
    };
    let url = Some("https://pay.example.com/portal/receipts/R-20931?a=1&b=2".to_owned());
    vec![
        Message::SignInCode(SignInCode {
            letterhead: letterhead.clone(),
            code: "493 027".to_owned(),
            minutes_valid: 10,
        }),
        Message::SetPassword(SetPassword {
            letterhead: letterhead.clone(),
            code: "K7QM-2XPA-9DTR".to_owned(),
            valid_for: "7 days".to_owned(),
            inviter: Some(name.to_owned()),
            url: url.clone(),
        }),
        Message::PaymentReceipt(PaymentReceipt {
            letterhead: letterhead.clone(),
            payment: payment.clone(),
            receipt_url: url.clone(),
        }),
        Message::BankPaymentSubmitted(BankPaymentSubmitted {
            letterhead: letterhead.clone(),
            payment: payment.clone(),
            settles_by: "Thu, Nov 26".to_owned(),
            mandate: Some("AUTH-77".to_owned()),
            receipt_url: url.clone(),
        }),
        Message::BankPaymentSettled(BankPaymentSettled {
            letterhead: letterhead.clone(),
            payment: payment.clone(),
            settled_on: "Nov 26, 2026".to_owned(),
            receipt_url: url.clone(),
        }),
        Message::PaymentReturned(PaymentReturned {
            letterhead: letterhead.clone(),
            payment: payment.clone(),
            returned_on: "Nov 30, 2026".to_owned(),
            reason: "the account did not hold enough money".to_owned(),
            reopened: vec![row(name, "$1,100.00")],
            pay_url: url.clone(),
        }),
        Message::PaymentFailed(PaymentFailed {
            letterhead: letterhead.clone(),
            payment,
            reason: "the card issuer declined it".to_owned(),
            next_step: Some("We will try again on Nov 25.".to_owned()),
            pay_url: url.clone(),
        }),
        reminder("friendly", name, &letterhead),
        reminder("firm", name, &letterhead),
        reminder("final", name, &letterhead),
        Message::InvoiceMail(InvoiceMail {
            letterhead: letterhead.clone(),
            to: "dana@alder.example".to_owned(),
            wording: name.to_owned(),
            paragraphs: vec![name.to_owned(), "We look forward to it.".to_owned()],
            accounts: vec![StatementAccount {
                paid: Vec::new(),
                overdue: String::new(),
                ..account("$1,100.00", "", name, 1)
            }],
            portal_url: url.clone(),
        }),
        Message::Statement(Statement {
            letterhead: letterhead.clone(),
            to: "dana@alder.example".to_owned(),
            as_of: "Dec 7, 2026".to_owned(),
            accounts: vec![
                account("$1,280.00", "$1,100.00", name, 2),
                account("€0.00", "", name, 1),
            ],
            portal_url: url,
        }),
        Message::Autopay(Autopay {
            letterhead: letterhead.clone(),
            title: "Autopay is on".to_owned(),
            sentence: format!("{name} agreed to it."),
            invoices: vec![row(name, "$1,280.00")],
            details: vec!["I authorize it.".to_owned(), "It is charged to it.".to_owned()],
            is_invitation: false,
            portal_url: Some("https://pay.example.com/portal/autopay".to_owned()),
        }),
        Message::Notification(Notification {
            letterhead,
            what: "You were mentioned in a note.".to_owned(),
        }),
    ]
}

#[test]
fn every_message_is_whole() {
    for message in messages("Northwind Fasteners") {
        let email = render(&message).unwrap();
        assert!(email.html.len() < HTML_BYTES_MAX);
        assert!(email.html.contains("</html>"));
        assert!(email.html.contains("Hello Northwind Fasteners,"));
        assert!(email.html.contains("You get this because"), "{}", email.html);
        assert!(email.text.contains("You get this because"), "{}", email.text);
        assert!(email.text.contains("+1 614 555 0142"));
        assert!(!email.text.contains("\n\n\n\n"), "holes in:\n{}", email.text);
        assert!(!email.text.contains(['{', '<']), "{}", email.text);
        assert!(email.subject.chars().count() < 100);
        if let Message::SignInCode(_) = message {
            assert!(email.text.contains("493 027") && email.html.contains("493 027"));
            assert!(!email.html.contains("href") && !email.text.contains("://"));
        } else if let Message::SetPassword(_) = message {
            let code = "K7QM-2XPA-9DTR";
            assert!(email.text.contains(code) && email.html.contains(code));
            assert!(!email.subject.contains(code), "{}", email.subject);
            assert!(email.text.contains("7 days"), "{}", email.text);
            assert_eq!(email.html.matches("<a href").count(), 1, "one button");
        } else if let Message::Notification(_) = message {
            assert_eq!(email.subject, "You were mentioned in a note.");
            assert!(email.text.contains("press the bell") && email.html.contains("press the bell"));
            assert!(!email.html.contains("<a href") && !email.text.contains("://"));
        } else if let Message::Autopay(_) = message {
            for part in [&email.text, &email.html] {
                assert!(part.contains("$1,280.00") && part.contains("I authorize it."), "{part}");
            }
            assert!(
                email.text.contains("https://pay.example.com/portal/autopay"),
                "{}",
                email.text
            );
            assert_eq!(email.html.matches("<a href").count(), 1, "one button");
        } else if let Message::Statement(_) | Message::Reminder(_) | Message::InvoiceMail(_) =
            message
        {
            for part in [&email.text, &email.html] {
                assert!(part.contains("INV-20931 (Northwind Fasteners)"), "{part}");
                assert!(part.contains("and 7 more, all of them in the portal"), "{part}");
                assert!(part.contains("dana@alder.example"), "{part}");
            }
            assert_eq!(email.html.matches("<a href").count(), 1, "one button");
        } else {
            for part in [&email.text, &email.html] {
                assert!(part.contains("$1,317.12") && part.contains("$37.12"), "{part}");
                assert!(part.contains("Credit card surcharge (2.9%)"));
                assert!(part.contains("R-20931"));
            }
            assert!(email.text.contains("https://pay.example.com/portal/receipts/R-20931?a=1&b=2"));
            assert_eq!(email.html.matches("<a href").count(), 1, "one button");
        }
    }
}

#[test]
fn a_statement_of_many_lines_is_not_cut() {
    let name = "Northwind Fasteners of the Far North & Sons";
    let message = Message::Statement(Statement {
        letterhead: Letterhead { company: name.to_owned(), ..Letterhead::default() },
        accounts: vec![account("$1,280.00", "$1,100.00", name, 50)],
        ..Statement::default()
    });
    let email = render(&message).unwrap();
    assert_eq!(email.html.matches("INV-20931").count(), 100);
    assert!(email.html.len() < HTML_BYTES_MAX, "{}", email.html.len());

    // So it is where each open invoice has a link.
    let Message::Statement(mut words) = message else { panic!("a statement") };
    let link = format!("https://receivables.northwind.example.com/pay/{}", "k".repeat(43));
    for line in words.accounts.iter_mut().flat_map(|account| &mut account.open) {
        line.pay_url = Some(link.clone());
    }
    let email = render(&Message::Statement(words)).unwrap();
    assert_eq!(email.html.matches("Pay this invoice").count(), 50);
    assert_eq!(email.text.matches(&link).count(), 50);
    assert!(!email.text.contains("\n\n\n\n"), "holes in:\n{}", email.text);
    assert!(email.html.len() < HTML_BYTES_MAX, "{}", email.html.len());
}

#[test]
fn a_receipt_reads_well() {
    let message = messages("Northwind").swap_remove(2);
    let email = render(&message).unwrap();
    assert_eq!(email.subject, "Receipt R-20931: $1,317.12 paid to Northwind");
    assert_eq!(
        email.text,
        "Hello Northwind,\n\
         \n\
         Thank you. We received your payment of $1,317.12; this is your receipt.\n\
         \n\
         \x20 Northwind: $1,280.00\n\
         \x20 Credit card surcharge (2.9%): $37.12\n\
         \x20 Total charged: $1,317.12\n\
         \n\
         Northwind\n\
         Nov 22, 2026, 10:15 AM EST\n\
         Reference R-20931\n\
         \n\
         See the receipt:\n\
         https://pay.example.com/portal/receipts/R-20931?a=1&b=2\n\
         \n\
         Questions?\n\
         Northwind\n\
         +1 614 555 0142\n\
         \n\
         -- \n\
         You get this because a payment to Northwind was made with your e-mail address.\n\
         Northwind, Northwind"
    );
}

#[test]
fn what_somebody_wrote_reads_well() {
    let line = StatementLine {
        label: "INV-7".to_owned(),
        detail: "due Dec 24, 2026 · $1,100.00".to_owned(),
        amount: "$1,100.00".to_owned(),
        ..StatementLine::default()
    };
    let words = InvoiceMail {
        letterhead: Letterhead { company: "Northwind".to_owned(), ..Letterhead::default() },
        to: "dana@alder.example".to_owned(),
        wording: "Our invoice INV-7".to_owned(),
        paragraphs: vec!["We miss <b>it</b>.".to_owned(), "Ana".to_owned()],
        accounts: vec![StatementAccount {
            outstanding: "$1,100.00".to_owned(),
            open: vec![line],
            ..StatementAccount::default()
        }],
        portal_url: None,
    };
    let email = render(&Message::InvoiceMail(words)).unwrap();
    assert_eq!(email.subject, "Our invoice INV-7");
    assert_eq!(
        email.text,
        "Hello,\n\
         \n\
         We miss <b>it</b>.\n\
         \n\
         Ana\n\
         \n\
         \x20 To be paid: $1,100.00\n\
         \n\
         Invoice:\n\
         \x20 INV-7: $1,100.00\n\
         \x20   due Dec 24, 2026 · $1,100.00\n\
         \n\
         \x20 The invoice is attached as a PDF.\n\
         \n\
         -- \n\
         You get this because Northwind wrote about an invoice to the address dana@alder.example.\n\
         Northwind"
    );
    assert!(email.html.contains("We miss &lt;b&gt;it&lt;&#x2f;b&gt;."), "{}", email.html);
}

#[test]
fn optional_parts_may_be_missing() {
    let bare = [
        Message::SignInCode(SignInCode::default()),
        Message::SetPassword(SetPassword::default()),
        Message::PaymentReceipt(PaymentReceipt::default()),
        Message::BankPaymentSubmitted(BankPaymentSubmitted::default()),
        Message::BankPaymentSettled(BankPaymentSettled::default()),
        Message::PaymentReturned(PaymentReturned::default()),
        Message::PaymentFailed(PaymentFailed::default()),
        Message::Notification(Notification::default()),
    ];
    for message in bare {
        let email = render(&message).unwrap();
        assert!(email.text.starts_with("Hello,"), "{}", email.text);
    }
}

#[test]
fn a_name_cannot_add_headers_or_lines() {
    let name = "Acme\r\nBcc: everyone@example.com\r\n\r\nPay to another account";
    for message in messages(name) {
        let email = render(&message).unwrap();
        assert!(!email.subject.contains(char::is_control), "{}", email.subject);
        assert!(!email.text.lines().any(|line| line.starts_with("Bcc:")));
        assert!(!email.text.lines().any(|line| line.starts_with("Pay to")));
    }
}

#[test]
fn a_name_is_never_markup() {
    let name = r#"<script>alert(1)</script>" onload="x {{ letterhead }} {% raw %}"#;
    for message in messages(name) {
        let email = render(&message).unwrap();
        assert!(!email.html.contains("<script"), "{}", email.html);
        assert!(!email.html.contains(r#"" onload="#));
        assert!(email.html.contains("&lt;script&gt;"));
        assert!(email.html.contains("{{ letterhead }}"), "printed, not evaluated");
        assert!(email.text.contains(name));
    }
}

#[test]
fn only_web_addresses_become_buttons() {
    for url in ["javascript:alert(1)", "https://a.example/\r\nx", "ftp://a.example", ""] {
        let receipt = PaymentReceipt { receipt_url: Some(url.to_owned()), ..Default::default() };
        assert_eq!(render(&Message::PaymentReceipt(receipt)), Err(RenderError::Link), "{url:?}");
    }
}

#[test]
fn a_payment_of_a_thousand_invoices_still_fits_a_mail() {
    let mut receipt = PaymentReceipt::default();
    receipt.payment.invoices = (0..1_000).map(|n| row(&format!("INV-{n:05}"), "$1.00")).collect();
    receipt.payment.adjustments = vec![row("Surcharge", "$29.00")];
    let email = render(&Message::PaymentReceipt(receipt)).unwrap();
    for part in [&email.text, &email.html] {
        assert!(part.contains("INV-00049") && !part.contains("INV-00050"));
        assert!(part.contains("and 950 more invoices") && part.contains("$29.00"));
    }
    assert!(email.html.len() < HTML_BYTES_MAX, "{} bytes", email.html.len());
}

/// The strings in the project's shared test data; nothing to do where it is absent.
#[test]
fn naughty_strings_do_no_harm() {
    let path = "../shared/data/awkward/blns/blns.json";
    let from_root = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/awkward/blns/blns.json");
    let Ok(json) = std::fs::read_to_string(from_root) else {
        eprintln!("skipped: {path} is not here");
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&json).unwrap();
    assert_eq!(strings.len(), 515);
    let tags = |message: &Message| render(message).unwrap().html.matches('<').count();
    let expected: Vec<usize> = messages("x").iter().map(tags).collect();
    for text in strings {
        // A name of nothing leaves its greeting out, not its tags.
        for (message, expected) in messages(&text).iter().zip(&expected) {
            assert!(!render(message).unwrap().subject.contains(char::is_control), "{text:?}");
            assert_eq!(tags(message), *expected, "{text:?}");
        }
    }
}
