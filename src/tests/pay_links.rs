//! Links by which one invoice is paid: made, looked at, opened, paid, used up, and every way in which
//! one leads nowhere; and that nothing but its invoice is behind it.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Answer, Browser},
    letters::mailed,
    processor::{add_bank, add_card},
    world::assert_books_hold,
};
use crate::{
    api::view::{ChooseMethodPage, PayLinkView, PortalInvoicePage, ReviewPage},
    domain::{
        activity::ActivityKind,
        ids::{CustomerId, InvoiceId},
        pay_link::PayLinkState,
        payment_override::{OnlinePayments, PaymentOverrides},
        permission::{Duties, Role},
    },
    services::{
        company,
        contacts::{self, ContactForm},
        pay_links, payment_overrides,
    },
    storage::{
        self, Db, activity::ActivityQuery, db::sql, invoices::InvoiceRow, pay_links::PayLinkRow,
    },
};

const CREDIT_CARD: &str = "4242424242424242";
const DEBIT_CARD: &str = "4000056655665556";

/// An identifier that nothing has.
const NOTHING: &str = "0193a5f0-0000-7000-8000-000000000000";

/// A key that was never handed out.
const UNKNOWN: &str = "/pay/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Has staff make a link, and gives its address on this site.
async fn make(app: &TestApp, staff: &mut Browser, id: InvoiceId) -> String {
    let answer = staff.call("/api/staff/pay_links/make", &format!("id={id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let address: String = serde_json::from_str(&answer.body).unwrap();
    let path = address.strip_prefix(&app.base_url).expect("an address of this site").to_owned();
    assert_eq!(path.len(), "/pay/".len() + 43, "{path}");
    path
}

/// Presses the button on the page of a link.
async fn open(app: &TestApp, path: &str) -> (Browser, Answer) {
    let mut browser = app.browser();
    let answer = browser.post(path, &[]).await;
    (browser, answer)
}

async fn latest(db: &Db, id: InvoiceId) -> PayLinkRow {
    let mut session = db.read().await.unwrap();
    storage::pay_links::find_latest(&mut session, id).await.unwrap().unwrap()
}

/// What the history tells of links, the latest first.
async fn told(db: &Db, customer_id: CustomerId) -> Vec<(String, String)> {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: true, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == ActivityKind::PayLink)
        .map(|row| {
            assert!(row.invoice_id.is_some(), "it is told of the invoice");
            (row.after().remove("pay_link").unwrap(), row.actor.clone())
        })
        .collect()
}

async fn choose(browser: &mut Browser, selection: &str) -> Answer {
    browser.ask(&format!("/api/portal/pay/choose?selection[{selection}")).await
}

async fn grant(app: &TestApp, id: CustomerId, online: OnlinePayments) {
    let given = app.given();
    let mut session = app.world().db.read().await.unwrap();
    let found = storage::payment_overrides::find(&mut session, id).await.unwrap().unwrap();
    drop(session);
    let email = format!("ana-{}@h.example", app.world().new_id::<CustomerId>());
    let ana = given.staff(&email, Duties::of(Role::Owner)).await;
    let overrides = PaymentOverrides { online, ..found.0 };
    payment_overrides::change(app.world(), &ana, id, found.1, &overrides).await.unwrap();
}

/// Whoever holds a link sees and pays its invoice, once, and nothing of anything else.
async fn story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let second = given.invoice(ours, "INV-2", 20_000).await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    let foreign = given.invoice(theirs, "INV-9", 30_000).await;
    // What is saved in the portal.
    let mut dana = app.payer("dana@alder.example").await;
    let saved_quote = add_card(&mut dana, &second.to_string(), CREDIT_CARD).await;
    let saved = {
        let mut session = db.read().await.unwrap();
        storage::methods::all_active(&mut session, ours).await.unwrap().remove(0).id
    };

    let mut staff = app.staff().await;
    let path = make(&app, &mut staff, invoice).await;
    let link = latest(&db, invoice).await;
    let copy = make(&app, &mut staff, invoice).await;
    assert_ne!(path, copy, "each copy has a key of its own");
    assert_eq!(latest(&db, invoice).await, link, "of one link");
    assert_eq!((link.balance_minor, link.payer_id), (10_000, ours));
    assert_eq!(link.expires_at - link.created_at, TimeDelta::days(90));
    let asked = staff.ask(&format!("/api/staff/pay_links/of_invoice?id={invoice}")).await;
    let view: PayLinkView = serde_json::from_str(&asked.body).unwrap();
    assert!(view.is_active && view.may_make && view.may_revoke && view.opened.is_empty());
    assert_eq!(view.made_by, "staff:staff@halden.example");
    // Only hashes are kept.
    let key = path.strip_prefix("/pay/").unwrap();
    let mut session = db.read().await.unwrap();
    assert_eq!(storage::pay_links::find_key(&mut session, key).await.unwrap(), None);
    drop(session);

    // Looking changes nothing, however often programs that read mail do it.
    for _ in 0..3 {
        let page = app.browser().get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("set-cookie").is_empty());
        assert!(page.body.contains("INV-1") && page.body.contains("$100.00"), "{}", page.body);
        for other in ["INV-2", "INV-9", "dana@alder.example", "4242"] {
            assert!(!page.body.contains(other), "{other}");
        }
    }
    assert_eq!(latest(&db, invoice).await.opened_at, None);

    // The button begins a session, and the key is in the address no more.
    let (mut holder, opened) = open(&app, &path).await;
    assert_eq!(
        (opened.status, &*opened.location),
        (303, &*format!("/portal/pay?invoice={invoice}"))
    );
    assert_eq!(opened.header("referrer-policy"), "no-referrer");
    assert!(opened.header("set-cookie").contains("HttpOnly"));
    assert!(latest(&db, invoice).await.opened_at.is_some());
    let page = choose(&mut holder, &format!("invoices]={invoice}")).await;
    let page: ChooseMethodPage = serde_json::from_str(&page.body).unwrap();
    assert!(page.methods.is_empty() && page.can_add_card && page.can_add_bank);
    assert_eq!(page.frame.email, "", "nobody is told to whom it was mailed");
    assert_eq!(page.frame.home(), format!("/portal/invoices/{invoice}"));
    let own = holder.ask(&format!("/api/portal/invoices/one?id={invoice}")).await;
    let own: PortalInvoicePage = serde_json::from_str(&own.body).unwrap();
    assert_eq!((own.invoice.number.as_str(), own.documents.len()), ("INV-1", 0));

    // Everything else is not there, in the same words whether it exists or not.
    for selection in ["invoices]=", "quote]=", "payment]=", "setup]="] {
        let nothing = choose(&mut holder, &format!("{selection}{NOTHING}")).await;
        assert_eq!(nothing.status, 404, "{selection}: {}", nothing.body);
        for id in [second.to_string(), foreign.to_string(), saved_quote.clone()] {
            let answer = choose(&mut holder, &format!("{selection}{id}")).await;
            assert_eq!((answer.status, &answer.body), (404, &nothing.body), "{selection}{id}");
        }
    }
    let both = choose(&mut holder, &format!("invoices]={invoice},{second}")).await;
    let all = choose(&mut holder, "all]=USD").await;
    assert_eq!((both.status, all.status), (404, 404));
    let quote = |method: &str, id: InvoiceId| format!("method={method}&invoices={id}");
    let nothing = holder.call("/api/portal/pay/quote", &quote(NOTHING, invoice)).await;
    let theirs = holder.call("/api/portal/pay/quote", &quote(&saved.to_string(), invoice)).await;
    assert_eq!((theirs.status, &theirs.body), (404, &nothing.body), "saved methods pay nothing");
    for path in [
        "/api/portal/invoices/open",
        "/api/portal/invoices/paid",
        "/api/portal/documents/list",
        "/api/portal/session/accounts",
    ] {
        assert_eq!(holder.ask(path).await.status, 401, "{path}");
    }
    for id in [second.to_string(), foreign.to_string(), NOTHING.to_owned()] {
        let one = holder.ask(&format!("/api/portal/invoices/one?id={id}")).await;
        let pdf = holder.ask(&format!("/portal/invoices/{id}/pdf")).await;
        assert_eq!((one.status, pdf.status), (404, 404), "{id}");
    }
    let pdf = holder.ask(&format!("/portal/invoices/{invoice}/pdf")).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));

    // It is paid on the pages that are there, and what is typed stays with this opening.
    let quote = add_card(&mut holder, &invoice.to_string(), CREDIT_CARD).await;
    let review = holder.ask(&format!("/api/portal/pay/review?quote_id={quote}")).await;
    let review: ReviewPage = serde_json::from_str(&review.body).unwrap();
    assert!(review.surcharge > 0 && review.payable == 10_000);
    let theirs = dana.ask(&format!("/api/portal/pay/review?quote_id={quote}")).await;
    assert_eq!(theirs.status, 404, "a price of an opening is nobody else's");
    let (mut other, _) = open(&app, &copy).await;
    let page = choose(&mut other, &format!("invoices]={invoice}")).await;
    let page: ChooseMethodPage = serde_json::from_str(&page.body).unwrap();
    assert!(page.methods.is_empty(), "who else holds the link sees no method of this one");
    let paid = holder.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    let receipt = paid.location.clone();
    assert!(receipt.starts_with("/portal/payments/"), "{receipt} {}", paid.body);
    app.settle().await;
    let page = holder.get(&receipt).await;
    assert!(page.status == 200 && page.body.contains("Back to the invoice"), "{}", page.body);
    assert_eq!(holder.ask(&format!("{receipt}/receipt.pdf")).await.status, 200);
    let mut session = db.read().await.unwrap();
    let methods = storage::methods::all_active(&mut session, ours).await.unwrap();
    assert_eq!(methods.iter().map(|row| row.id).collect::<Vec<_>>(), [saved]);
    drop(session);
    assert_eq!(mailed(&db, "payment-receipt", "dana@alder.example").await.len(), 1);

    // It is used up; every key of it shows that, and leads to the receipt.
    let used = latest(&db, invoice).await;
    assert_eq!(used.state, PayLinkState::Used);
    assert!(receipt.ends_with(&used.payment_id.unwrap().to_string()));
    for path in [&path, &copy] {
        let page = app.browser().get(path).await;
        assert!(page.body.contains("This invoice is paid"), "{}", page.body);
        let (mut later, opened) = open(&app, path).await;
        assert_eq!(opened.location, receipt);
        assert_eq!(later.get(&receipt).await.status, 200);
    }
    let refused = staff.call("/api/staff/pay_links/make", &format!("id={invoice}")).await;
    assert!(refused.status == 409 && refused.body.contains("nothing_open"), "{}", refused.body);
    let rows = told(&db, ours).await;
    let by_staff = "staff:staff@halden.example".to_owned();
    assert_eq!(
        rows.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(),
        ["paid", "opened", "copied", "made"]
    );
    assert_eq!((&rows[3].1, rows[1].1.as_str()), (&by_staff, "payer"));
    assert_books_hold(&db).await;
}
both_engines!(a_pay_link_pays_its_invoice_and_nothing_else, story);

/// What changes, what runs out, what is taken back, and what was never there.
async fn ends(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    let first = make(&app, &mut staff, invoice).await;
    let first_link = latest(&db, invoice).await;

    // Balance or due date changed: today's are shown, and the next link takes its place.
    let mut session = db.begin().await.unwrap();
    let row = storage::invoices::find(&mut session, invoice).await.unwrap().unwrap();
    let later = InvoiceRow { due_on: row.due_on + TimeDelta::days(7), ..row };
    storage::invoices::update(&mut session, &later, app.world().now()).await.unwrap();
    session.commit().await.unwrap();
    let page = app.browser().get(&first).await;
    assert!(page.body.contains("Something changed since"), "{}", page.body);
    let second = make(&app, &mut staff, invoice).await;
    let second_link = latest(&db, invoice).await;
    assert_ne!(first_link.id, second_link.id);
    let mut session = db.read().await.unwrap();
    let before = storage::pay_links::find(&mut session, first_link.id).await.unwrap().unwrap();
    drop(session);
    assert_eq!(before.state, PayLinkState::Superseded);
    assert!(!app.browser().get(&second).await.body.contains("Something changed since"));
    // A key of the earlier one leads where the later one does.
    let (mut holder, opened) = open(&app, &first).await;
    assert_eq!(opened.location, format!("/portal/pay?invoice={invoice}"));
    assert!(latest(&db, invoice).await.opened_at.is_some());
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 200);

    // Two hours later it has to be opened again.
    app.state.clock.advance(&db, TimeDelta::minutes(121)).await.unwrap();
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 401);
    let page = holder.get(&format!("/portal/pay?invoice={invoice}")).await;
    assert_eq!(page.location, "/portal/sign-in");

    // Taken back: nothing opens, and what is open is closed.
    let mut staff = app.staff().await;
    let (mut holder, _) = open(&app, &second).await;
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 200);
    let revoke = format!("id={invoice}");
    assert_eq!(staff.call("/api/staff/pay_links/revoke", &revoke).await.status, 200);
    assert_eq!(staff.call("/api/staff/pay_links/revoke", &revoke).await.status, 404);
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 401);
    for path in [&first, &second] {
        let page = app.browser().get(path).await;
        assert!(page.body.contains("no longer valid"), "{}", page.body);
        assert!(page.body.contains("ar@halden.example") && !page.body.contains("INV-1"));
        let (browser, answer) = open(&app, path).await;
        assert_eq!((answer.status, &answer.location, browser.cookies.len()), (303, path, 0));
    }

    // Made anew: what was taken back stays so.
    let third = make(&app, &mut staff, invoice).await;
    for path in [&first, &second] {
        let page = app.browser().get(path).await;
        assert!(page.body.contains("no longer valid") && !page.body.contains("INV-1"));
    }
    let (mut holder, _) = open(&app, &third).await;
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 200);

    // Too old. What is nearly over is not handed out again.
    let third_link = latest(&db, invoice).await;
    app.state.clock.advance(&db, TimeDelta::days(59)).await.unwrap();
    let mut staff = app.staff().await;
    make(&app, &mut staff, invoice).await;
    assert_eq!(latest(&db, invoice).await.id, third_link.id);
    app.state.clock.advance(&db, TimeDelta::days(2)).await.unwrap();
    let mut staff = app.staff().await;
    make(&app, &mut staff, invoice).await;
    let fourth_link = latest(&db, invoice).await;
    assert_ne!(fourth_link.id, third_link.id);
    app.state.clock.advance(&db, TimeDelta::days(30)).await.unwrap();
    let page = app.browser().get(&third).await;
    assert!(page.body.contains("has expired") && !page.body.contains("INV-1"), "{}", page.body);
    let (browser, answer) = open(&app, &third).await;
    assert_eq!((answer.status, browser.cookies.len()), (303, 0));
    app.state.clock.advance(&db, TimeDelta::days(61)).await.unwrap();
    let mut staff = app.staff().await;
    let fifth = make(&app, &mut staff, invoice).await;
    let mut session = db.read().await.unwrap();
    let over = storage::pay_links::find(&mut session, fourth_link.id).await.unwrap().unwrap();
    drop(session);
    assert_eq!(over.state, PayLinkState::Expired);

    // Somebody else is to pay by now: it leads nowhere, and nothing is told of the invoice.
    let (mut holder, _) = open(&app, &fifth).await;
    let other = given.customer("C-2", "eve@other.example").await;
    let mut session = db.begin().await.unwrap();
    let moved = "UPDATE customers SET bill_to_id = $2 WHERE id = $1";
    sql!(session, execute, moved, ours, other).unwrap();
    session.commit().await.unwrap();
    let page = app.browser().get(&fifth).await;
    assert!(page.body.contains("no longer valid") && !page.body.contains("INV-1"));
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 401);

    // Never handed out: not found, in the same words for every one of them; and not for ever.
    let plain = |answer: &Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
        let body = answer.body.replace(nonce.expect("a nonce"), "");
        (answer.status, body)
    };
    let unknown = app.browser().get(UNKNOWN).await;
    assert_eq!((unknown.status, unknown.header("referrer-policy")), (404, "no-referrer"));
    for path in ["/pay/short", "/pay/BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &fifth[..47]] {
        assert_eq!(plain(&app.browser().get(path).await), plain(&unknown), "{path}");
        let (browser, answer) = open(&app, path).await;
        assert_eq!((answer.status, browser.cookies.len()), (404, 0), "{path}");
    }
    app.state.clock.advance(&db, TimeDelta::minutes(11)).await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(app.browser().get(UNKNOWN).await.status);
    }
    assert_eq!((statuses[0], statuses[19], statuses[20]), (404, 404, 429));
    let (_, answer) = open(&app, &fifth).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "600"));
    // Whoever knows a key looks all the same.
    assert_eq!(app.browser().get(&fifth).await.status, 200);
    assert_books_hold(&db).await;
}
both_engines!(a_pay_link_that_is_over_opens_nothing, ends);

/// Two who hold keys of one link confirm at the same moment: one charge, and the other is told.
async fn two_at_once(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 12_345).await;
    let mut staff = app.staff().await;
    let mut attempts = Vec::new();
    for _ in 0..2 {
        let path = make(&app, &mut staff, invoice).await;
        let (mut holder, _) = open(&app, &path).await;
        let quote = add_card(&mut holder, &invoice.to_string(), DEBIT_CARD).await;
        attempts.push(async move {
            holder.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await
        });
    }
    let answers = futures::future::join_all(attempts.into_iter().map(tokio::spawn)).await;
    let mut statuses: Vec<u16> = answers.into_iter().map(|answer| answer.unwrap().status).collect();
    statuses.sort_unstable();
    assert!(statuses[0] < 400 && statuses[1] == 409, "{statuses:?}");
    app.settle().await;
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert_eq!(charges.iter().map(|charge| charge.charge_count).sum::<i64>(), 1);
    assert_eq!(charges.iter().map(|charge| charge.amount_minor).sum::<i64>(), 12_345);
    assert_eq!(latest(&db, invoice).await.state, PayLinkState::Used);
    assert_books_hold(&db).await;
}
both_engines!(two_holders_of_a_pay_link_make_one_charge, two_at_once);

/// A part of an invoice, where parts are taken, and a debit that is on its way and comes back.
async fn parts_and_returns(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let mut session = db.read().await.unwrap();
    let company::Company { profile, mut policy, receivables, .. } =
        company::load(&mut session).await.unwrap();
    drop(session);
    policy.partial = true;
    company::save(app.world(), &profile, &policy, &receivables, "test").await.unwrap();
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    let path = make(&app, &mut staff, invoice).await;
    // The amount goes along with the button.
    let mut holder = app.browser();
    let field = format!("amount.{invoice}");
    let opened = holder.post(&path, &[(&field, "40.00")]).await;
    assert_eq!(opened.location, format!("/portal/pay?invoice={invoice}&{field}=40.00"));
    let page = holder.get(&opened.location).await;
    let (_, rest) =
        page.body.split_once("name=\"invoices\" value=\"").expect("a form that goes on");
    let portions = rest.split_once('"').unwrap().0;
    let quote = add_card(&mut holder, portions, DEBIT_CARD).await;
    let paid = holder.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(paid.status < 400, "{}", paid.body);
    app.settle().await;
    let link = latest(&db, invoice).await;
    assert_eq!(link.state, PayLinkState::Active, "the rest is still to be paid");
    let page = app.browser().get(&path).await;
    assert!(page.body.contains("$60.00") && page.body.contains("Something changed"));

    // The rest from a bank account: while it is on its way, the page says so.
    let (mut holder, opened) = open(&app, &path).await;
    assert_eq!(opened.location, format!("/portal/pay?invoice={invoice}"));
    let quote = add_bank(&mut holder, &invoice.to_string(), "000123456789").await;
    let paid = holder.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    assert!(paid.location.starts_with("/portal/payments/"), "{}", paid.body);
    let page = app.browser().get(&path).await;
    assert!(page.body.contains("This invoice is being paid"), "{}", page.body);
    let (mut later, opened) = open(&app, &path).await;
    assert_eq!(opened.location, paid.location, "the receipt of what is on its way");
    assert_eq!(later.get(&opened.location).await.status, 200);
    app.advance_days(9).await;
    let page = app.browser().get(&path).await;
    assert!(page.body.contains("This invoice is paid"), "{}", page.body);
    assert_eq!(latest(&db, invoice).await.state, PayLinkState::Used);
    assert_books_hold(&db).await;
}
both_engines!(a_pay_link_takes_parts_and_waits_for_banks, parts_and_returns);

/// Each mode of a customer: whether its contacts come in, and whether links are taken.
async fn modes(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    let path = make(&app, &mut staff, invoice).await;
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &invoice.to_string(), DEBIT_CARD).await;
    let until = Some(given.today());
    for (online, lets_in, takes_links, says) in [
        (OnlinePayments::CHOICES[0], true, true, "INV-1"),
        (OnlinePayments::PayLink, false, true, "You pay by the links in our mail"),
        (OnlinePayments::CHOICES[2], true, false, "INV-1"),
        (OnlinePayments::CHOICES[3], false, false, "not open here at the moment"),
        (OnlinePayments::PayLink, false, true, "You pay by the links in our mail"),
        (
            OnlinePayments::Disabled { until, keeps_portal: false, then_links: false },
            false,
            false,
            "not open here at the moment",
        ),
    ] {
        grant(&app, ours, online).await;
        let home = dana.get("/portal").await.body;
        assert!(home.contains(says), "{online:?}: {home}");
        assert_eq!(home.contains("INV-1"), lets_in, "{online:?}");
        let one = dana.ask(&format!("/api/portal/invoices/one?id={invoice}")).await;
        assert_eq!(one.status, if lets_in { 200 } else { 403 }, "{online:?}");
        let page = app.browser().get(&path).await.body;
        assert_eq!(page.contains("INV-1"), takes_links, "{online:?}: {page}");
        assert_eq!(page.contains("Online payment is switched off"), !takes_links, "{online:?}");
        let (browser, opened) = open(&app, &path).await;
        assert_eq!(browser.cookies.len(), usize::from(takes_links), "{online:?}");
        assert_eq!(opened.location == path, !takes_links, "{online:?}");
        let made = staff.call("/api/staff/pay_links/make", &format!("id={invoice}")).await;
        assert_eq!(made.status, if takes_links { 200 } else { 409 }, "{online:?}: {}", made.body);
        if !lets_in || !takes_links {
            let confirm = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
            assert!(matches!(confirm.status, 403 | 409), "{online:?}: {}", confirm.body);
        }
    }
    // The day after the last one it pays by links again, as before.
    app.advance_days(1).await;
    payment_overrides::note_returned(app.world()).await.unwrap();
    let mut session = db.read().await.unwrap();
    let kept = storage::payment_overrides::find(&mut session, ours).await.unwrap().unwrap();
    drop(session);
    assert_eq!(kept.0.online, OnlinePayments::PayLink);
    let home = app.payer("dana@alder.example").await.get("/portal").await.body;
    assert!(home.contains("You pay by the links in our mail"), "{home}");
    // Switched for many at once by its word.
    let mut staff = app.staff().await;
    for (word, online) in [("", OnlinePayments::Portal), ("pay_link", OnlinePayments::PayLink)] {
        let body = format!("ids={ours}&online={word}");
        let done = staff.call("/api/staff/customers/switch_online_many", &body).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let mut session = db.read().await.unwrap();
        let kept = storage::payment_overrides::find(&mut session, ours).await.unwrap().unwrap();
        assert_eq!(kept.0.online, online);
    }
}
both_engines!(a_pay_link_follows_the_mode_of_its_customer, modes);

/// A link is refused where nothing can be paid, and to those who may not.
async fn refusals(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let gone = pay_links::make(app.world(), &ana, app.world().new_id()).await;
    assert!(matches!(gone, Err(pay_links::PayLinkError::NotFound)), "{gone:?}");
    let gone = pay_links::revoke(app.world(), &ana, invoice).await;
    assert!(matches!(gone, Err(pay_links::PayLinkError::NotFound)), "{gone:?}");
    // Somebody who only looks is told that there is one, and may do nothing about it.
    let mut staff = app.staff().await;
    make(&app, &mut staff, invoice).await;
    let mut viewer = app.staff_with("vic@h.example", Duties::of(Role::Viewer)).await;
    let asked = viewer.ask(&format!("/api/staff/pay_links/of_invoice?id={invoice}")).await;
    let view: PayLinkView = serde_json::from_str(&asked.body).unwrap();
    assert!(view.is_active && !view.may_make && !view.may_revoke, "{view:?}");
    for path in ["/api/staff/pay_links/make", "/api/staff/pay_links/revoke"] {
        assert_eq!(viewer.call(path, &format!("id={invoice}")).await.status, 403, "{path}");
    }
    // A contact who is removed, or has another address, opens nothing with what was mailed to it.
    let role = {
        let mut session = db.read().await.unwrap();
        storage::contact_roles::all(&mut session).await.unwrap().remove(0).id.to_string()
    };
    let form = |email| ContactForm { name: "Kim", email, phone: "", role_id: &role };
    let kim = contacts::add(app.world(), &ana, ours, form("kim@alder.example")).await.unwrap();
    let key = |contact: storage::contacts::ContactRow| {
        let world = app.world().clone();
        async move {
            let mut session = world.db.begin().await.unwrap();
            let link = storage::pay_links::find_active(&mut session, invoice).await;
            let link = link.unwrap().unwrap();
            let key = pay_links::mailed_key(&mut session, &world, link.id, &contact, "system");
            let key = key.await.unwrap();
            session.commit().await.unwrap();
            format!("/pay/{key}")
        }
    };
    let row = |id| {
        let db = db.clone();
        async move {
            let mut session = db.read().await.unwrap();
            storage::contacts::find(&mut session, id).await.unwrap().unwrap()
        }
    };
    let first = key(row(kim).await).await;
    assert!(app.browser().get(&first).await.body.contains("INV-1"));
    let version = row(kim).await.version;
    let moved = contacts::edit(app.world(), &ana, kim, version, form("kim@birch.example"));
    moved.await.unwrap();
    assert!(app.browser().get(&first).await.body.contains("no longer valid"));
    let second = key(row(kim).await).await;
    let (mut holder, _) = open(&app, &second).await;
    contacts::remove(app.world(), &ana, kim, row(kim).await.version).await.unwrap();
    assert!(app.browser().get(&second).await.body.contains("no longer valid"));
    assert_eq!(choose(&mut holder, &format!("invoices]={invoice}")).await.status, 401);
}
both_engines!(a_pay_link_is_refused_to_those_who_may_not, refusals);

/// `quittance verify` finds a link that is called used and was not paid.
async fn invariant(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    make(&app, &mut staff, invoice).await;
    assert_books_hold(&db).await;
    let link = latest(&db, invoice).await;
    let mut session = db.begin().await.unwrap();
    let (state, now) = (PayLinkState::Used, app.world().now());
    assert!(storage::pay_links::update_ended(&mut session, link.id, state, now).await.unwrap());
    session.commit().await.unwrap();
    let mut session = db.read().await.unwrap();
    let invariant = storage::verify::INVARIANTS.iter().find(|one| one.name == "pay-links").unwrap();
    let finding = storage::verify::check(&mut session, invariant).await.unwrap();
    assert_eq!((finding.checked, finding.offender), (1, Some(format!("pay link {}", link.id))));
}
both_engines!(a_pay_link_that_was_not_paid_is_found, invariant);
