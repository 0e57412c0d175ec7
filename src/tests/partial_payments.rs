//! Paying a part of an invoice: typed in plain forms, carried to the processor and back, priced,
//! settled, taken back, and never more than what is open.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Browser, encode},
    letters::mailed,
    naughty_strings,
    processor::{add_bank, add_card},
    world::assert_books_hold,
};
use crate::{
    api::view::{ChooseMethodPage, PolicyView, PortalHome, PortalPaid, ReviewPage},
    domain::{
        activity::ActivityKind,
        ids::{CustomerId, InvoiceId, PaymentId},
        money::{Currency, Rate},
        payment::PaymentState,
        payment_override::{Override, PaymentOverrides},
        policy::{BankDiscount, PaymentPolicy, When},
        portion::{Portion, parse_amount},
        quote::QuoteError,
    },
    services::{
        applications, company,
        letters::LetterRun,
        quotes::{self, MakeQuoteError},
        reminders,
    },
    storage::{self, Db, activity::ActivityQuery, invoices::InvoiceRow},
};

const EMAIL: &str = "dana@alder.example";
const CREDIT_CARD: &str = "4242424242424242";
const DEBIT_CARD: &str = "4000056655665556";

/// Changes the company's rules.
async fn rules(app: &TestApp, change: impl FnOnce(&mut PaymentPolicy)) {
    let mut session = app.world().db.read().await.unwrap();
    let company::Company { profile, mut policy, receivables, .. } =
        company::load(&mut session).await.unwrap();
    drop(session);
    change(&mut policy);
    company::save(app.world(), &profile, &policy, &receivables, "test").await.unwrap();
}

/// An application with a seller who takes partial payments, and a customer.
async fn start(db: &Db) -> (TestApp, CustomerId) {
    let app = TestApp::start(db).await;
    app.given().seller().await;
    rules(&app, |policy| policy.partial = true).await;
    let customer = app.given().customer("C-1", EMAIL).await;
    (app, customer)
}

async fn row(db: &Db, id: InvoiceId) -> InvoiceRow {
    let mut session = db.read().await.unwrap();
    storage::invoices::find(&mut session, id).await.unwrap().unwrap()
}

/// What is open on an invoice, and what of it payments on their way hold.
async fn open(db: &Db, id: InvoiceId) -> (i64, i64) {
    let row = row(db, id).await;
    (row.balance_minor, row.reserved_minor)
}

/// The address of the step after the list, as the form of the list makes it.
fn address(amounts: &[(InvoiceId, &str)]) -> String {
    let fields: Vec<(String, String)> = amounts
        .iter()
        .flat_map(|(id, amount)| {
            [("invoice".to_owned(), id.to_string()), (format!("amount.{id}"), (*amount).to_owned())]
        })
        .collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    format!("/portal/pay?{}", encode(&fields))
}

/// What the forms of a page carry on to the next.
fn carried(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"invoices\" value=\"").expect("a form that goes on");
    rest.split_once('"').unwrap().0.to_owned()
}

/// Chooses a part of an invoice in the list's form and returns what the next page carries on.
async fn choose(browser: &mut Browser, id: InvoiceId, amount: &str) -> String {
    let page = browser.get(&address(&[(id, amount)])).await;
    assert_eq!(page.status, 200, "{}", page.body);
    carried(&page.body)
}

async fn confirm(browser: &mut Browser, quote: &str) -> PaymentId {
    let paid = browser.post("/api/portal/pay/confirm", &[("quote_id", quote)]).await;
    let payment = paid.location.strip_prefix("/portal/payments/");
    payment
        .unwrap_or_else(|| panic!("no receipt but {} {}", paid.location, paid.body))
        .parse()
        .unwrap()
}

async fn state_of(db: &Db, payment: PaymentId) -> PaymentState {
    let mut session = db.read().await.unwrap();
    storage::payments::find(&mut session, payment).await.unwrap().unwrap().state
}

async fn review(browser: &mut Browser, quote: &str) -> ReviewPage {
    let answer = browser.ask(&format!("/api/portal/pay/review?quote_id={quote}")).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

/// Whether every one of some texts stands in a page.
fn assert_says(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text:?} in:\n{page}");
    }
}

async fn part_and_rest_by_card(db: Db) {
    let (app, customer) = start(&db).await;
    let usd = Currency::USD;
    let id = app.given().invoice_in(customer, "INV-1", 100_000, usd, Some(20_000)).await;
    let mut dana = app.payer(EMAIL).await;
    let home = dana.get("/portal").await.body;
    let field = format!("name=\"amount.{id}\" value=\"980.00\"");
    assert_says(&home, &[&field, "Amount to pay", " on INV-1"]);

    // A part is named in every step, and earns no discount by itself.
    let page = dana.get(&address(&[(id, "500.00")])).await.body;
    assert_says(&page, &["1 invoice, ", "$500.00", "$500.00 stays open"]);
    let part = carried(&page);
    assert_eq!(part, format!("{id}:50000"));
    let quote = add_card(&mut dana, &part, CREDIT_CARD).await;
    let page = dana.get(&format!("/portal/pay/review/{quote}")).await.body;
    // 500.00 and 2.9 % of it.
    assert_says(&page, &["$514.50", "Not paid now, stays open", "−$500.00", "Taken of $500.00."]);
    assert_says(&page, &["INV-1 has an early-payment discount of $20.00 when all of it is paid"]);
    // Back to the choice of a method, with what was typed.
    let back = dana.get(&format!("/portal/pay?quote={quote}")).await.body;
    assert_eq!(carried(&back), part);
    let first = confirm(&mut dana, &quote).await;
    assert_eq!(state_of(&db, first).await, PaymentState::Succeeded);
    assert_eq!(open(&db, id).await, (50_000, 0));
    assert_eq!(row(&db, id).await.settled_on, None);
    assert_books_hold(&db).await;

    let receipt = dana.get(&format!("/portal/payments/{first}")).await.body;
    assert_says(&receipt, &["$514.50", " ($500.00 of $1,000.00)", "is still to be paid"]);
    let pdf = dana.get(&format!("/portal/payments/{first}/receipt.pdf")).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    let mail = mailed(&db, "payment-receipt", EMAIL).await;
    assert_says(&mail[0].body_text, &["INV-1, a part of $1,000.00: $500.00", "$514.50"]);
    let home = dana.get("/portal").await.body;
    assert_says(&home, &["$500.00 paid or credited", "value=\"480.00\"", "Save $20.00"]);

    // What closes it within the discount's days earns the discount, and is all of it.
    let rest = choose(&mut dana, id, "480.00").await;
    assert_eq!(rest, id.to_string());
    let quote = add_card(&mut dana, &rest, CREDIT_CARD).await;
    let page = review(&mut dana, &quote).await;
    assert_eq!((page.early_discount, page.left_open, page.charge), (2000, 0, 49_392));
    let second = confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (0, 0));
    assert_eq!(row(&db, id).await.settled_on, Some(app.given().today()));
    app.settle().await;
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    let mut amounts: Vec<i64> = charges.iter().map(|charge| charge.amount_minor).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [49_392, 51_450]);

    // Both receipts are found at the invoice, and the list of paid ones knows of both.
    let page = dana.get(&format!("/portal/invoices/{id}")).await.body;
    for payment in [first, second] {
        assert_says(&page, &["Your payments", &format!("/portal/payments/{payment}")]);
    }
    let paid = dana.ask("/api/portal/invoices/paid").await.body;
    let paid: PortalPaid = serde_json::from_str(&paid).unwrap();
    assert_eq!((paid.invoices[0].payments, paid.invoices[0].discount), (2, 2000));
    assert_says(&dana.get("/portal/paid").await.body, &["Paid in 2 payments, the last on "]);
    assert_books_hold(&db).await;
}
both_engines!(a_part_and_then_the_rest_are_paid_by_card, part_and_rest_by_card);

async fn parts_by_bank(db: Db) {
    let (app, customer) = start(&db).await;
    let id = app.given().invoice(customer, "INV-1", 100_000).await;
    let mut dana = app.payer(EMAIL).await;
    let part = choose(&mut dana, id, "300").await;
    let quote = add_bank(&mut dana, &part, "000123456789").await;
    let first = confirm(&mut dana, &quote).await;
    assert_eq!(state_of(&db, first).await, PaymentState::Processing);
    assert_eq!(open(&db, id).await, (100_000, 30_000));

    // What is on its way is held; the rest can be paid meanwhile, and no more than it.
    let home = dana.get("/portal").await.body;
    assert_says(&home, &["$300.00: Paid – clearing", "value=\"700.00\""]);
    let page = dana.get(&address(&[(id, "700.01")])).await.body;
    assert_says(&page, &["At most $700.00 can be paid on this invoice now.", "value=\"700.01\""]);
    let part = choose(&mut dana, id, "200.00").await;
    let quote = add_card(&mut dana, &part, DEBIT_CARD).await;
    let second = confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (80_000, 30_000));
    let part = choose(&mut dana, id, "100.00").await;
    let quote = add_bank(&mut dana, &part, "000555555559").await;
    let late = confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (80_000, 40_000));
    // One that fails at the bank frees its part and nothing else.
    let part = choose(&mut dana, id, "50.00").await;
    let quote = add_bank(&mut dana, &part, "000222222227").await;
    let failed = confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (80_000, 45_000));
    assert_books_hold(&db).await;

    app.advance_days(8).await;
    assert_eq!(state_of(&db, first).await, PaymentState::Succeeded);
    assert_eq!(state_of(&db, failed).await, PaymentState::Failed);
    assert_eq!(open(&db, id).await, (40_000, 0));
    assert_books_hold(&db).await;
    // Taken back long after: the invoice is open again by exactly the part.
    app.advance_days(60).await;
    assert_eq!(state_of(&db, late).await, PaymentState::Returned);
    assert_eq!(open(&db, id).await, (50_000, 0));
    let mail = mailed(&db, "payment-returned", EMAIL).await;
    assert_says(&mail[0].body_text, &["Open again:", "INV-1, a part of $500.00: $100.00"]);
    assert_books_hold(&db).await;
    // A refund of some of a part opens the invoice by that much.
    let today = app.given().today();
    applications::refund(app.world(), second, 5_000, today, "test").await.unwrap();
    assert_eq!(open(&db, id).await, (55_000, 0));
    let mut dana = app.payer(EMAIL).await;
    let rest = choose(&mut dana, id, "550").await;
    let quote = add_card(&mut dana, &rest, DEBIT_CARD).await;
    assert_eq!(review(&mut dana, &quote).await.charge, 55_000);
    confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (0, 0));
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(parts_by_bank_settle_fail_and_come_back, parts_by_bank);

async fn discounts(db: Db) {
    let (app, customer) = start(&db).await;
    let discount = BankDiscount {
        rate: Rate::from_ppm(10_000),
        when: When::Always,
        invoice_total_min: None,
        stacks: true,
    };
    rules(&app, |policy| policy.bank.discount = Some(discount)).await;
    let usd = Currency::USD;
    let id = app.given().invoice_in(customer, "INV-1", 100_000, usd, Some(20_000)).await;
    let mut dana = app.payer(EMAIL).await;
    // The discount for paying by bank is taken of the part: money.md §0.
    let part = choose(&mut dana, id, "490.00").await;
    let quote = add_bank(&mut dana, &part, "000123456789").await;
    let page = review(&mut dana, &quote).await;
    assert_eq!((page.early_discount, page.bank_discount, page.charge), (0, 490, 48_510));
    assert_eq!((page.payable, page.left_open), (100_000, 51_000));
    let first = confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (100_000, 49_000));

    // While it is on its way nothing closes the invoice, so nothing earns the discount for that.
    let home = dana.get("/portal").await.body;
    assert!(home.contains("value=\"510.00\"") && !home.contains("Save $"), "{home}");
    app.advance_days(8).await;
    assert_eq!(state_of(&db, first).await, PaymentState::Succeeded);
    assert_eq!(open(&db, id).await, (51_000, 0));
    // On the last days of the window what closes it earns all of it.
    let mut dana = app.payer(EMAIL).await;
    let rest = choose(&mut dana, id, "490.00").await;
    let quote = add_card(&mut dana, &rest, DEBIT_CARD).await;
    let page = review(&mut dana, &quote).await;
    assert_eq!((page.early_discount, page.charge, page.left_open), (2000, 49_000, 0));
    // The window ends, and what was 490.00 to close it is a part now; the price says so.
    app.advance_days(3).await;
    let mut dana = app.payer(EMAIL).await;
    let answer = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(answer.status == 409 && answer.body.contains("price_changed"), "{}", answer.body);
    let part = choose(&mut dana, id, "490.00").await;
    let quote = add_card(&mut dana, &part, DEBIT_CARD).await;
    let page = review(&mut dana, &quote).await;
    assert_eq!((page.early_discount, page.charge, page.left_open), (0, 49_000, 2000));
    confirm(&mut dana, &quote).await;
    assert_eq!(open(&db, id).await, (2000, 0));
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(parts_and_discounts_follow_the_rules, discounts);

async fn amounts_amiss(db: Db) {
    let (app, customer) = start(&db).await;
    let given = app.given();
    let id = given.invoice(customer, "INV-1", 100_000).await;
    let other = given.invoice(customer, "INV-2", 50_000).await;
    let stranger = given.customer("C-2", "kim@other.example").await;
    let foreign = given.invoice(stranger, "INV-3", 70_000).await;
    let mut dana = app.payer(EMAIL).await;
    for (typed, said) in [
        ("abc", "Enter an amount such as 1,000.00."),
        ("", "Enter an amount such as 1,000.00."),
        ("1,50", "Enter an amount such as 1,000.00."),
        ("10.001", "Enter an amount such as 1,000.00."),
        ("0", "Enter more than nothing"),
        ("-5", "Enter more than nothing"),
        ("1000.01", "At most $1,000.00 can be paid on this invoice now."),
        ("99999999999999", "At most $1,000.00 can be paid on this invoice now."),
    ] {
        let page = dana.get(&address(&[(id, typed), (other, "123.45")])).await;
        assert_eq!(page.status, 200, "{typed:?}");
        // Said at its field; what was ticked and typed beside it is there, and nothing goes on.
        let field = format!("name=\"amount.{id}\" value=\"{typed}\"");
        let valid = format!("name=\"amount.{other}\" value=\"123.45\"");
        let described = format!("aria-describedby=\"amount.{id}-error\"");
        assert_says(&page.body, &[said, &field, &valid, &described]);
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), 1, "{typed:?}");
        assert_eq!(page.body.matches("name=\"invoice\"").count(), 2, "{typed:?}");
        assert_eq!(page.body.matches(" checked").count(), 2, "{}", page.body);
        assert!(!page.body.contains("name=\"invoices\""), "{typed:?}");
    }
    // Amounts of what is not ticked are not looked at; what is all of it is all of it.
    let page = dana.get(&format!("{}&amount.{other}=abc", address(&[(id, " 1,000.00 ")]))).await;
    assert_eq!(carried(&page.body), id.to_string());
    // What belongs to somebody else is not there.
    assert_eq!(dana.get(&address(&[(foreign, "5")])).await.status, 404);

    // Past the pages: the same rules.
    let card = add_card(&mut dana, &other.to_string(), DEBIT_CARD).await;
    let method = review(&mut dana, &card).await.method.id;
    for (portion, status, code) in [
        (format!("{id}:0"), 409, "amount_out_of_range"),
        (format!("{id}:-1"), 409, "amount_out_of_range"),
        (format!("{id}:100001"), 409, "amount_out_of_range"),
        (format!("{id}:{}", i64::MAX), 409, "amount_out_of_range"),
        (format!("{id}:4.90"), 404, "not_found"),
        (format!("{foreign}:500"), 404, "not_found"),
    ] {
        let form = encode(&[("method", &method), ("invoices", &portion)]);
        let answer = dana.call("/api/portal/pay/quote", &form).await;
        assert_eq!(answer.status, status, "{portion}: {}", answer.body);
        assert!(answer.body.contains(code), "{portion}: {}", answer.body);
    }
    // Whatever is typed is read as an amount or given back as it was.
    for text in naughty_strings().unwrap_or_default() {
        let typed = encode(&[("text", &text)]).replacen("text", "selection[amounts][0][text]", 1);
        let path = format!(
            "/api/portal/pay/choose?selection[invoices]={id}\
             &selection[amounts][0][invoice]={id}&{typed}"
        );
        let answer = dana.ask(&path).await;
        assert_eq!(answer.status, 200, "{text:?}: {}", answer.body);
        let page: ChooseMethodPage = serde_json::from_str(&answer.body).unwrap();
        let is_fine =
            parse_amount(&text, Currency::USD).is_some_and(|p| (1..=100_000).contains(&p));
        assert_eq!(page.amounts.is_empty(), is_fine, "{text:?}");
        for invoice in page.amounts {
            let field = invoice.amount.unwrap();
            assert!(field.problem.is_some() && field.text == text, "{text:?}: {field:?}");
        }
    }
    assert_eq!(open(&db, id).await, (100_000, 0));
    assert_books_hold(&db).await;
}
both_engines!(amounts_amiss_are_said_at_their_fields, amounts_amiss);

async fn switched_off(db: Db) {
    let (app, customer) = start(&db).await;
    let id = app.given().invoice(customer, "INV-1", 100_000).await;
    let mut dana = app.payer(EMAIL).await;
    let part = choose(&mut dana, id, "400").await;
    let quote = add_card(&mut dana, &part, DEBIT_CARD).await;
    rules(&app, |policy| policy.partial = false).await;

    // What was agreed to is not taken any more, and the way on keeps what was typed.
    let stale = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(stale.status == 409 && stale.body.contains("only_whole"), "{}", stale.body);
    let said = "Partial payments are not accepted. Enter 1,000.00 to pay all of it.";
    for path in [format!("/portal/pay?quote={quote}"), address(&[(id, "400.00")])] {
        let page = dana.get(&path).await.body;
        assert_says(&page, &[said, &format!("name=\"amount.{id}\" value=\"400.00\"")]);
    }
    let method = review(&mut dana, &quote).await.method.id;
    let form = encode(&[("method", &method), ("invoices", &part)]);
    let answer = dana.call("/api/portal/pay/quote", &form).await;
    assert!(answer.status == 409 && answer.body.contains("only_whole"), "{}", answer.body);

    // No page has a field, and all of it is paid as ever.
    for path in ["/portal".to_owned(), format!("/portal/invoices/{id}")] {
        let page = dana.get(&path).await.body;
        assert!(!page.contains("name=\"amount."), "{path}: {page}");
    }
    assert_eq!(choose(&mut dana, id, "1000").await, id.to_string());
    assert_eq!(open(&db, id).await, (100_000, 0));
    assert_books_hold(&db).await;
}
both_engines!(parts_that_are_no_longer_taken_are_refused, switched_off);

async fn own_rules(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", EMAIL).await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    let invoice = given.invoice(ours, "INV-1", 100_000).await;
    let other = given.invoice(theirs, "INV-2", 100_000).await;
    let (mut dana, mut eve) = (app.payer(EMAIL).await, app.payer("eve@other.example").await);
    let mut staff = app.staff().await;
    let has_field = async |browser: &mut Browser| {
        let home = browser.ask("/api/portal/invoices/open").await.body;
        let home: PortalHome = serde_json::from_str(&home).unwrap();
        let page = browser.get("/portal").await.body;
        let invoice = &home.currencies[0].invoices[0];
        assert_eq!(invoice.amount.is_some(), page.contains("name=\"amount."));
        invoice.amount.is_some()
    };
    let grant = async |staff: &mut Browser, version: i64, state: &str| {
        let form =
            format!("customer_id={ours}&version={version}&form[groups][partial][state]={state}");
        staff.call("/api/staff/customers/save_payment_overrides", &form).await
    };
    let saves = async |staff: &mut Browser, state: &str| {
        let view = staff.ask("/api/staff/settings/policy").await.body;
        let view: PolicyView = serde_json::from_str(&view).unwrap();
        let form = format!(
            "version={}&form[enabled]=true&form[groups][card][state]=on\
             &form[groups][card][when]=always&form[groups][partial][state]={state}",
            view.version
        );
        staff.call("/api/staff/settings/save_policy", &form).await
    };

    // Off unless somebody says otherwise, and a customer's own word counts, both ways.
    assert!(!has_field(&mut dana).await && !has_field(&mut eve).await);
    assert_eq!(grant(&mut staff, 1, "x").await.status, 422);
    assert_eq!(grant(&mut staff, 1, "on").await.status, 200);
    assert!(has_field(&mut dana).await && !has_field(&mut eve).await);
    assert_eq!(choose(&mut dana, invoice, "5").await, format!("{invoice}:500"));
    let page = eve.get(&address(&[(other, "5")])).await.body;
    assert_says(&page, &["Partial payments are not accepted."]);
    assert_eq!(saves(&mut staff, "x").await.status, 422);
    assert_eq!(saves(&mut staff, "on").await.status, 200);
    assert_eq!(grant(&mut staff, 2, "off").await.status, 200);
    assert!(!has_field(&mut dana).await && has_field(&mut eve).await);
    let page = dana.get(&address(&[(invoice, "5")])).await.body;
    assert_says(&page, &["Partial payments are not accepted."]);
    assert_eq!(grant(&mut staff, 3, "inherit").await.status, 200);
    assert!(has_field(&mut dana).await && has_field(&mut eve).await);
    assert_eq!(saves(&mut staff, "off").await.status, 200);
    assert!(!has_field(&mut dana).await && !has_field(&mut eve).await);

    // Each change is kept, and whoever saves nothing new leaves no trace.
    let mut session = db.read().await.unwrap();
    let kept = storage::payment_overrides::find(&mut session, ours).await.unwrap().unwrap();
    assert_eq!(kept, (PaymentOverrides::default(), 4));
    let query = ActivityQuery { customer_id: ours, topic: None, has_invoices: false, before: None };
    let told = storage::activity::list(&mut session, &query).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .filter(|row| row.kind == ActivityKind::ProfileChanged)
        .map(|row| row.after().remove("partial_payments").unwrap())
        .collect();
    let text = |state: Override<()>| serde_json::to_string(&state).unwrap();
    assert_eq!(told, [String::new(), text(Override::Off), text(Override::On(()))]);
}
both_engines!(a_customers_own_word_on_parts_counts, own_rules);

async fn all_at_once(db: Db) {
    let (app, customer) = start(&db).await;
    let id = app.given().invoice(customer, "INV-1", 100_000).await;
    let mut dana = app.payer(EMAIL).await;
    let quote = add_card(&mut dana, &id.to_string(), DEBIT_CARD).await;
    let method = review(&mut dana, &quote).await.method.id.parse().unwrap();
    let part = |pay| [Portion { invoice_id: id, pay: Some(pay) }];
    let make =
        async |pay: i64| quotes::make(app.world(), customer, EMAIL, &part(pay), method).await;
    // Of many who pay a part at once one is the first; the others see what it changed and pay again.
    for round in 1..=3 {
        let mut attempts = Vec::new();
        for _ in 0..20 {
            let quote = make(30_000).await.unwrap().id.unwrap();
            let mut browser = dana.clone();
            attempts.push(async move {
                browser.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await
            });
        }
        let mut paid = 0;
        for answer in futures::future::join_all(attempts.into_iter().map(tokio::spawn)).await {
            let answer = answer.unwrap();
            match answer.status {
                200 | 302 => paid += 1,
                409 => {
                    let is_told = ["price_changed", "amount_out_of_range", "already_being_paid"]
                        .iter()
                        .any(|code| answer.body.contains(code));
                    assert!(is_told, "{}", answer.body);
                }
                status => panic!("{status}: {}", answer.body),
            }
        }
        assert_eq!(paid, 1, "round {round}");
        assert_eq!(open(&db, id).await, (100_000 - 30_000 * round, 0));
    }
    let too_much = make(30_000).await;
    let out_of_range = QuoteError::AmountOutOfRange { invoice_id: id, max: 10_000 };
    assert!(matches!(too_much, Err(MakeQuoteError::Quote(error)) if error == out_of_range));
    let last = make(10_000).await.unwrap().id.unwrap().to_string();
    let payment = confirm(&mut dana, &last).await;
    assert_eq!(confirm(&mut dana, &last).await, payment, "pressing again is the same payment");
    app.settle().await;
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert_eq!(charges.iter().map(|charge| charge.amount_minor).sum::<i64>(), 100_000);
    assert_eq!(open(&db, id).await, (0, 0));
    assert_books_hold(&db).await;
}
both_engines!(parts_at_once_never_pay_more_than_is_open, all_at_once);

async fn ways_back(db: Db) {
    let (app, customer) = start(&db).await;
    let id = app.given().invoice(customer, "INV-1", 100_000).await;
    let other = app.given().invoice(customer, "INV-2", 50_000).await;
    let mut dana = app.payer(EMAIL).await;
    let page = dana.get(&address(&[(id, "123.45"), (other, "500.00")])).await.body;
    let both = carried(&page);
    assert_eq!(both, format!("{id}:12345,{other}"));

    // Turning back from the processor's page keeps the parts.
    let wanted = [("kind", "card"), ("invoices", both.as_str())];
    let sent = dana.post("/api/portal/pay/add_method", &wanted).await;
    let visit = dana.get(&sent.location).await.body;
    let start = visit.find("/portal/pay/cancel/").expect("a way back");
    let back: String = visit[start..].chars().take_while(|c| *c != '"').collect();
    let back = dana.get(&back).await.location;
    let page = dana.get(&back).await.body;
    assert_eq!(carried(&page), both);
    assert_says(&page, &["2 invoices, ", "$623.45", "$876.55 stays open"]);

    // So does a payment that failed; and what was paid meanwhile is said at the amount.
    let quote = add_card(&mut dana, &both, "4000000000009995").await;
    let payment = confirm(&mut dana, &quote).await;
    assert_eq!(state_of(&db, payment).await, PaymentState::Failed);
    let again = format!("/portal/pay?payment={payment}");
    assert_eq!(carried(&dana.get(&again).await.body), both);
    let most = choose(&mut dana, id, "950.00").await;
    let quote = add_card(&mut dana, &most, DEBIT_CARD).await;
    confirm(&mut dana, &quote).await;
    let page = dana.get(&again).await.body;
    let field = format!("name=\"amount.{id}\" value=\"123.45\"");
    assert_says(&page, &["At most $50.00 can be paid on this invoice now.", &field]);
    app.settle().await;
    assert_books_hold(&db).await;
}
both_engines!(every_way_back_keeps_the_parts, ways_back);

async fn letters(db: Db) {
    let (app, customer) = start(&db).await;
    let id = app.given().invoice(customer, "INV-1", 100_000).await;
    let mut staff = app.staff().await;
    let saved = "form[name]=At+once&form[steps][0][days]=29&form[steps][0][side]=before\
                 &form[steps][0][tone]=friendly";
    assert_eq!(staff.call("/api/staff/workflows/save", saved).await.status, 200);
    let list = staff.ask("/api/staff/workflows/list").await.body;
    let list: Vec<crate::api::view::WorkflowView> = serde_json::from_str(&list).unwrap();
    let own = list.iter().find(|one| one.name == "At once").unwrap();
    let body = format!("ids={customer}&after={}", own.id);
    staff.call("/api/staff/customers/assign_workflows", &body).await;
    let mut dana = app.payer(EMAIL).await;
    let part = choose(&mut dana, id, "300").await;
    let quote = add_bank(&mut dana, &part, "000123456789").await;
    confirm(&mut dana, &quote).await;

    // Of what a part on its way leaves open they are reminded, and of that only.
    let job = LetterRun { day: app.given().today() + TimeDelta::days(1), after: None };
    let url = "https://pay.halden.example/portal";
    reminders::send_some(app.world(), url, &job).await.unwrap();
    let letter = mailed(&db, "reminder", EMAIL).await.remove(0).body_text;
    let said = ["To be paid: $700.00", "INV-1: $700.00", "a payment of $300.00 is in process"];
    assert_says(&letter, &said);
    // The statement says what is open in the books, and what of it is on its way.
    let body = format!("customer_id={customer}");
    staff.call("/api/staff/customers/send_statement", &body).await;
    let letter = mailed(&db, "statement", EMAIL).await.remove(0).body_text;
    let said = ["Outstanding: $1,000.00", "INV-1: $1,000.00", "a payment of $300.00 is in process"];
    assert_says(&letter, &said);
}
both_engines!(letters_know_of_parts_on_their_way, letters);
