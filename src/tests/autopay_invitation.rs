//! Who is invited to automatic payment, and to what.

use super::{
    hierarchy::{bring_in, company_prefers},
    support::{
        app::TestApp,
        autopay::{EMAIL, GOOD_CARD, Payer},
        both_engines,
        browser::Browser,
    },
};
use crate::{
    domain::{
        hierarchy::BillingPreference,
        ids::CustomerId,
        permission::{Duties, Role},
    },
    storage::Db,
};

async fn invite(browser: &mut Browser, id: CustomerId) -> (u16, String) {
    let body = format!("customer_id={id}");
    let answer = browser.call("/api/staff/customers/invite_to_autopay", &body).await;
    (answer.status, answer.body)
}

async fn is_offered(browser: &mut Browser, id: CustomerId) -> bool {
    let path = format!("/api/staff/customers/payment_overrides?customer_id={id}");
    let answer = browser.ask(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let view: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    view["may_invite"].as_bool().unwrap()
}

async fn invitation(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    let payer = Payer::with_card(&app, GOOD_CARD).await;
    let id = payer.customer;
    let mut staff = app.staff().await;
    assert!(is_offered(&mut staff, id).await);
    assert_eq!(invite(&mut staff, id).await, (200, format!("[\"{EMAIL}\"]")));
    let letters = payer.letters("autopay").await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("/portal/autopay"), "{}", letters[0]);
    assert!(letters[0].contains("before you agree to it"), "{}", letters[0]);
    assert!(letters[0].contains("sends you messages about invoices"), "{}", letters[0]);
    let history = staff.ask(&format!("/api/staff/history/list?customer_id={id}")).await.body;
    assert!(history.contains("\"invited\"") && history.contains(EMAIL), "{history}");

    // Whoever may not is not asked, and is refused.
    given.staff("vera@halden.example", Duties::of(Role::Viewer)).await;
    let mut viewer = app.signed_in("vera@halden.example").await;
    assert!(!is_offered(&mut viewer, id).await);
    assert_eq!(invite(&mut viewer, id).await.0, 403);

    // It is on already.
    payer.enrol(&payer.form()).await.unwrap();
    assert!(!is_offered(&mut staff, id).await);
    let (status, body) = invite(&mut staff, id).await;
    assert_eq!(status, 409);
    assert!(body.contains("autopay_not_offered"), "{body}");

    // Off again, it may be offered again; not where the portal is closed.
    assert!(payer.cancel().await);
    assert!(is_offered(&mut staff, id).await);
    let closed = format!("customer_id={id}&version=1&form[online]=closed");
    let answer = staff.call("/api/staff/customers/save_payment_overrides", &closed).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!is_offered(&mut staff, id).await);
    assert_eq!(invite(&mut staff, id).await.0, 409);

    // Of somebody whose invoices another pays.
    let parent = given.customer("C-7", "head@birch.example").await;
    let child = given.customer("C-8", "branch@birch.example").await;
    let tree = "customer_number,customer_name,parent_number\nC-8,Branch,C-7\n";
    bring_in(app.world(), tree).await;
    company_prefers(app.world(), BillingPreference::Buyer, BillingPreference::ImmediateParent)
        .await;
    assert!(is_offered(&mut staff, parent).await);
    assert!(!is_offered(&mut staff, child).await);
    assert_eq!(invite(&mut staff, child).await.0, 409);
    assert_eq!(payer.letters("autopay").await.len(), 3, "invited, on, off");
}
both_engines!(who_may_enrol_is_invited, invitation);
