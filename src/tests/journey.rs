//! A payer's way from the mail to the receipt, as plain forms: what works here works without any
//! script.

use super::support::{
    app::TestApp,
    both_engines,
    browser::Browser,
    processor::{add_bank, add_card},
    world::assert_books_hold,
};
use crate::{
    domain::payment::PaymentState,
    storage::{self, Db, invoices::Billed},
};

async fn confirm(browser: &mut Browser, quote: &str) -> String {
    let paid = browser.post("/api/portal/pay/confirm", &[("quote_id", quote)]).await;
    assert_eq!(paid.status, 302, "{}", paid.body);
    let payment = paid.location.strip_prefix("/portal/payments/");
    payment.unwrap_or_else(|| panic!("no receipt but {}", paid.location)).to_owned()
}

async fn state_of(app: &TestApp, payment: &str) -> PaymentState {
    let mut session = app.world().db.read().await.unwrap();
    let id = payment.parse().unwrap();
    storage::payments::find(&mut session, id).await.unwrap().unwrap().state
}

async fn three_invoices_by_card_with_a_discount(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut ids = Vec::new();
    for (number, minor, discount) in
        [("INV-1", 100_000, Some(20_000)), ("INV-2", 50_000, None), ("INV-3", 7_500, None)]
    {
        let usd = crate::domain::money::Currency::USD;
        ids.push(given.invoice_in(customer, number, minor, usd, discount).await.to_string());
    }
    let mut browser = app.payer("dana@alder.example").await;
    let home = browser.get("/portal").await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("$1,575.00"), "what is owed is on the page");
    let list = ids.join(",");
    let chosen = browser.get(&format!("/portal/pay?invoice={}&invoice={}", ids[0], ids[1])).await;
    assert_eq!(chosen.status, 200);
    let everything = browser.get("/portal/pay?all=USD").await;
    assert!(everything.body.contains("3 invoices") && everything.body.contains("$1,555.00"));
    let quote = add_card(&mut browser, &list, "4242424242424242").await;
    let review = browser.get(&format!("/portal/pay/review/{quote}")).await;
    assert_eq!(review.status, 200);
    // 1575.00 - 20.00 = 1555.00; 2.9 % of it is 45.095, floored; 1600.09 in all.
    assert!(review.body.contains("$1,600.09"), "the whole price is on the page");
    let payment = confirm(&mut browser, &quote).await;
    assert_eq!(state_of(&app, &payment).await, PaymentState::Succeeded);
    // Pressing again, or in another tab, gives the same payment.
    assert_eq!(confirm(&mut browser, &quote).await, payment);
    let receipt = browser.get(&format!("/portal/payments/{payment}")).await;
    assert_eq!(receipt.status, 200);
    assert!(receipt.body.contains("$1,600.09"));
    let pdf = browser.get(&format!("/portal/payments/{payment}/receipt.pdf")).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    app.settle().await;
    let mut session = db.read().await.unwrap();
    let mail = storage::messages::all_latest(&mut session, "dana@alder.example", 9).await.unwrap();
    assert_eq!(mail.iter().filter(|m| m.kind == "payment-receipt").count(), 1);
    drop(session);
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert_eq!(charges.len(), 1);
    assert_eq!((charges[0].charge_count, charges[0].amount_minor), (1, 160_009));
    assert_books_hold(&db).await;
}
both_engines!(three_invoices_are_paid_by_card, three_invoices_by_card_with_a_discount);

async fn declined_card(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_card(&mut browser, &invoice, "4000000000009995").await;
    let payment = confirm(&mut browser, &quote).await;
    assert_eq!(state_of(&app, &payment).await, PaymentState::Failed);
    let receipt = browser.get(&format!("/portal/payments/{payment}")).await;
    assert_eq!(receipt.status, 200);
    // The invoice is free again, and another card pays it.
    let quote = add_card(&mut browser, &invoice, "4000056655665556").await;
    let review = browser.get(&format!("/portal/pay/review/{quote}")).await;
    assert!(review.body.contains("$100.00"), "a debit card carries no surcharge");
    let payment = confirm(&mut browser, &quote).await;
    assert_eq!(state_of(&app, &payment).await, PaymentState::Succeeded);
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(a_declined_card_leaves_the_invoice_open, declined_card);

async fn confirmed_at_the_bank(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_card(&mut browser, &invoice, "4000002760003184").await;
    let sent = browser.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    let challenge = sent.location;
    assert!(challenge.starts_with("/sandbox/"), "the bank asks: {challenge}");
    let mut session = db.read().await.unwrap();
    let held = storage::payments::all_of_customer(&mut session, customer, 9).await.unwrap();
    drop(session);
    let payment = held[0].payment.id.to_string();
    // They close the bank's page, and come back to the payment another day.
    assert_eq!(state_of(&app, &payment).await, PaymentState::RequiresAction);
    let page = browser.get(&format!("/portal/payments/{payment}")).await;
    assert!(page.body.contains("Continue at your bank"));
    let on = browser.post("/api/portal/payments/continue", &[("id", &payment)]).await;
    assert_eq!(on.location, challenge);
    let answered = browser.post(&challenge, &[("answer", "approve")]).await;
    assert!(matches!(answered.status, 302 | 303), "{}", answered.body);
    let receipt = browser.get(&answered.location).await;
    assert_eq!(receipt.location, format!("/portal/payments/{payment}"));
    assert_eq!(state_of(&app, &payment).await, PaymentState::Succeeded);
    // Pressed again in an old tab: there is no step any more, only the receipt.
    let again = browser.post("/api/portal/payments/continue", &[("id", &payment)]).await;
    assert_eq!(again.location, format!("/portal/payments/{payment}"));
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(a_payment_left_at_the_bank_is_taken_up_again, confirmed_at_the_bank);

async fn left_at_the_bank(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_card(&mut browser, &invoice, "4000002760003184").await;
    browser.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    let free = async || {
        let mut session = db.read().await.unwrap();
        let open = storage::invoices::all_open(&mut session, Billed::to(customer)).await.unwrap();
        open[0].invoice.balance_minor - open[0].invoice.reserved_minor
    };
    assert_eq!(free().await, 0);
    app.settle().await;
    // Nobody comes back: the invoices are theirs to pay again, the price is not kept for ever.
    app.advance_days(1).await;
    crate::services::payments::resolve_doubts(app.world()).await.unwrap();
    assert_eq!(free().await, 10_000);
    let mut session = db.read().await.unwrap();
    let payments = storage::payments::all_of_customer(&mut session, customer, 9).await.unwrap();
    assert_eq!(payments[0].payment.state, PaymentState::Voided);
    drop(session);
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(a_payment_left_at_the_bank_is_given_up, left_at_the_bank);

async fn nothing_to_charge(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let usd = crate::domain::money::Currency::USD;
    let id = given.invoice_in(customer, "INV-1", 100_000, usd, Some(20_000)).await;
    // All but the discount was paid outside, within the discount's days.
    let file = "customer_number,number,issued_on,due_on,total,paid_amount\n";
    let today = given.today();
    let due = today + chrono::TimeDelta::days(30);
    let file = format!("{file}C-1,INV-1,{today},{due},1000.00,980.00\n");
    let options = crate::import::Options::new(crate::import::Kind::Invoices);
    let options = crate::import::Options { currency: Some(usd), ..options };
    let batch = crate::import::read(std::io::Cursor::new(file), &options, &mut |_| {}).unwrap();
    let mut on_step = |_: usize, _: usize| Ok(());
    let world = app.world();
    let report =
        crate::services::import::store_batch(world, &batch, false, "test", None, &mut on_step);
    assert_eq!(report.await.unwrap().refused, 0);
    // The import wrote the terms it knows; the discount of the test is put back.
    let mut session = db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, id).await.unwrap().unwrap();
    let until = Some(today + chrono::TimeDelta::days(10));
    let row = storage::invoices::InvoiceRow {
        discount_rate_ppm: 20_000,
        discount_basis_minor: 100_000,
        discount_until: until,
        ..row
    };
    assert_eq!(row.balance_minor, 2000);
    storage::invoices::update(&mut session, &row, app.world().now()).await.unwrap();
    session.commit().await.unwrap();
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_card(&mut browser, &id.to_string(), "4242424242424242").await;
    let payment = confirm(&mut browser, &quote).await;
    assert_eq!(state_of(&app, &payment).await, PaymentState::Succeeded);
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert!(charges.is_empty(), "no processor is asked for nothing");
    let receipt = browser.get(&format!("/portal/payments/{payment}")).await;
    assert!(receipt.body.contains("Discount and credit"));
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(what_a_discount_covers_needs_no_charge, nothing_to_charge);

async fn turned_back(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    given.invoice(customer, "INV-2", 20_000).await;
    let mut browser = app.payer("dana@alder.example").await;
    let wanted = [("kind", "card"), ("invoices", invoice.as_str())];
    let sent = browser.post("/api/portal/pay/add_method", &wanted).await;
    let visit = browser.get(&sent.location).await;
    let start = visit.body.find("/portal/pay/cancel/").expect("a way back");
    let back: String = visit.body[start..].chars().take_while(|c| *c != '"').collect();
    let chosen = browser.get(&back).await;
    assert!(chosen.location.starts_with("/portal/pay?setup="), "{}", chosen.location);
    let page = browser.get(&chosen.location).await;
    assert!(page.body.contains("1 invoice,") && page.body.contains("$100.00"), "{}", page.body);
    // Somebody else's visit is nobody's.
    given.customer("C-2", "kim@other.example").await;
    let mut stranger = app.payer("kim@other.example").await;
    assert_eq!(stranger.get(&chosen.location).await.status, 404);
}
both_engines!(turning_back_from_the_processor_keeps_the_choice, turned_back);

async fn bank_debits(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let good = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let bad = given.invoice(customer, "INV-2", 20_000).await.to_string();
    let late = given.invoice(customer, "INV-3", 30_000).await.to_string();
    let mut browser = app.payer("dana@alder.example").await;
    let mut payments = Vec::new();
    for (invoice, account) in
        [(&good, "000123456789"), (&bad, "000222222227"), (&late, "000555555559")]
    {
        let quote = add_bank(&mut browser, invoice, account).await;
        payments.push(confirm(&mut browser, &quote).await);
    }
    for payment in &payments {
        assert_eq!(state_of(&app, payment).await, PaymentState::Processing);
    }
    // What is on its way cannot be paid again.
    let refused = browser.ask(&format!("/api/portal/pay/choose?selection[invoices]={good}")).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    app.advance_days(8).await;
    assert_eq!(state_of(&app, &payments[0]).await, PaymentState::Succeeded);
    assert_eq!(state_of(&app, &payments[1]).await, PaymentState::Failed);
    assert_eq!(state_of(&app, &payments[2]).await, PaymentState::Succeeded);
    app.advance_days(60).await;
    assert_eq!(state_of(&app, &payments[2]).await, PaymentState::Returned);
    let mut session = db.read().await.unwrap();
    let open = storage::invoices::all_open(&mut session, Billed::to(customer)).await.unwrap();
    let mut open: Vec<_> =
        open.iter().map(|row| (row.invoice.number.as_str(), row.invoice.balance_minor)).collect();
    // Made within one millisecond, they are in no order.
    open.sort_unstable();
    assert_eq!(open, [("INV-2", 20_000), ("INV-3", 30_000)]);
    let mail = storage::messages::all_latest(&mut session, "dana@alder.example", 50).await.unwrap();
    for (kind, count) in [
        ("bank-payment-submitted", 3),
        ("bank-payment-settled", 2),
        ("payment-failed", 1),
        ("payment-returned", 1),
    ] {
        assert_eq!(mail.iter().filter(|m| m.kind == kind).count(), count, "{kind}");
    }
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(bank_debits_settle_or_come_back, bank_debits);

async fn webhooks_in_any_order(db: Db) {
    let app = TestApp::start(&db).await;
    let sandbox = app.state.sandbox.clone().unwrap();
    sandbox.faults().set_duplicate_webhooks(3);
    sandbox.faults().set_reverse_webhooks(true);
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let mut browser = app.payer("dana@alder.example").await;
    let quote = add_bank(&mut browser, &invoice, "000555555559").await;
    let payment = confirm(&mut browser, &quote).await;
    app.advance_days(70).await;
    assert_eq!(state_of(&app, &payment).await, PaymentState::Returned);
    assert_books_hold(&db).await;
}
both_engines!(repeated_and_reordered_messages_change_nothing, webhooks_in_any_order);

async fn accounts_are_chosen(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    given.customer("C-1", "priya@harbor.example").await;
    let second = given.customer("C-2", "priya@harbor.example").await;
    let mut browser = app.payer("priya@harbor.example").await;
    let home = browser.get("/portal").await;
    assert_eq!((home.status, home.location.as_str()), (302, "/portal/accounts"));
    let list = browser.get("/portal/accounts").await;
    assert!(list.body.contains("Customer C-1") && list.body.contains("Customer C-2"));
    let id = second.to_string();
    let form = [("customer_id", id.as_str())];
    let chosen = browser.post("/api/portal/session/choose_account", &form).await;
    assert_eq!(chosen.location, "/portal");
    // A reload keeps the session.
    for _ in 0..2 {
        let home = browser.get("/portal").await;
        assert_eq!(home.status, 200);
        assert!(home.body.contains("Customer C-2"));
    }
}
both_engines!(a_payer_of_two_customers_chooses, accounts_are_chosen);
