//! Exactly once: many confirmations of one invoice at the same moment.

use super::support::{app::TestApp, both_engines, processor::add_card, world::assert_books_hold};
use crate::{
    domain::{method::MethodKind, portion::Portion},
    services::quotes,
    storage::{self, Db},
};

/// How many confirm at once.
const CONFIRMATIONS: usize = 200;

/// From how many sessions.
const SESSIONS: usize = 5;

async fn many_confirmations(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "payer0@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 12_345).await;
    let mut browsers = Vec::new();
    let mut session = db.begin().await.unwrap();
    for index in 1..SESSIONS {
        let contact = storage::contacts::NewContact {
            id: app.world().new_id(),
            customer_id: customer,
            email: format!("payer{index}@alder.example"),
            name: "Payer".to_owned(),
        };
        storage::contacts::insert_once(&mut session, &contact, app.world().now()).await.unwrap();
    }
    session.commit().await.unwrap();
    for index in 0..SESSIONS {
        browsers.push(app.payer(&format!("payer{index}@alder.example")).await);
    }
    let method = real_card(&app, &mut browsers[0].clone(), &invoice.to_string()).await;
    let mut attempts = Vec::new();
    for index in 0..CONFIRMATIONS {
        let basket = quotes::make(
            app.world(),
            customer,
            "payer0@alder.example",
            &[Portion::whole(invoice)],
            method,
        )
        .await
        .unwrap();
        let quote = basket.id.unwrap().to_string();
        let mut browser = browsers[index % SESSIONS].clone();
        attempts.push(async move {
            browser.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await
        });
    }
    let answers = futures::future::join_all(attempts.into_iter().map(tokio::spawn)).await;
    let mut paid = 0;
    for answer in answers {
        let answer = answer.unwrap();
        match answer.status {
            200 | 302 => paid += 1,
            409 => assert!(answer.body.contains("already_being_paid"), "{}", answer.body),
            status => panic!("{status}: {}", answer.body),
        }
    }
    assert_eq!(paid, 1);
    app.settle().await;
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert_eq!(charges.iter().map(|charge| charge.charge_count).sum::<i64>(), 1);
    assert_eq!(charges.iter().map(|charge| charge.amount_minor).sum::<i64>(), 12_703);
    assert_books_hold(&db).await;
}
both_engines!(two_hundred_confirmations_make_one_charge, many_confirmations);

/// Adds a card at the sandbox and returns the stored method.
async fn real_card(
    app: &TestApp,
    browser: &mut super::support::browser::Browser,
    invoice: &str,
) -> crate::domain::ids::MethodId {
    add_card(browser, invoice, "4242424242424242").await;
    let mut session = app.world().db.read().await.unwrap();
    let invoice = invoice.parse().unwrap();
    let row = storage::invoices::find(&mut session, invoice).await.unwrap().unwrap();
    let methods = storage::methods::all_active(&mut session, row.customer_id).await.unwrap();
    assert_eq!(methods[0].kind, MethodKind::Card);
    methods[0].id
}

async fn one_quote_twice(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let mut browser = app.payer("dana@alder.example").await;
    let method = real_card(&app, &mut browser, &invoice.to_string()).await;
    let basket = quotes::make(
        app.world(),
        customer,
        "dana@alder.example",
        &[Portion::whole(invoice)],
        method,
    )
    .await
    .unwrap();
    let quote = basket.id.unwrap();
    let body = format!("quote_id={quote}");
    let calls = (0..20).map(|_| {
        let (mut browser, body) = (browser.clone(), body.clone());
        tokio::spawn(async move { browser.call("/api/portal/pay/confirm", &body).await })
    });
    let answers = futures::future::join_all(calls).await;
    let mut places: Vec<String> = answers
        .into_iter()
        .map(|answer| {
            let answer = answer.unwrap();
            assert!(matches!(answer.status, 200 | 302), "{} {}", answer.status, answer.body);
            [answer.header("serverfnredirect"), &answer.location].concat()
        })
        .collect();
    places.dedup();
    assert_eq!(places.len(), 1, "every click leads to the same receipt: {places:?}");
    assert_books_hold(&db).await;
}
both_engines!(one_price_confirmed_twenty_times_is_one_payment, one_quote_twice);

async fn changed_price(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let usd = crate::domain::money::Currency::USD;
    let invoice = given.invoice_in(customer, "INV-1", 10_000, usd, Some(20_000)).await;
    let mut browser = app.payer("dana@alder.example").await;
    let method = real_card(&app, &mut browser, &invoice.to_string()).await;
    let basket = quotes::make(
        app.world(),
        customer,
        "dana@alder.example",
        &[Portion::whole(invoice)],
        method,
    )
    .await
    .unwrap();
    app.advance_days(1).await;
    let mut browser = app.payer("dana@alder.example").await;
    let body = format!("quote_id={}", basket.id.unwrap());
    let answer = browser.call("/api/portal/pay/confirm", &body).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(answer.body.contains("price_changed"), "{}", answer.body);
    let charges = app.state.sandbox.as_ref().unwrap().charges().await.unwrap();
    assert!(charges.is_empty());
    assert_books_hold(&db).await;
}
both_engines!(a_price_that_is_too_old_is_shown_again, changed_price);
