//! Looking at the portal in a contact's place: the same pages, nothing that changes anything, and a
//! row in the history.

use chrono::TimeDelta;

use super::support::{app::TestApp, both_engines, processor::add_card};
use crate::{
    api::view::{PortalHome, TeamUserView},
    domain::{
        activity::ActivityKind,
        hierarchy::BillingPreference,
        ids::CustomerId,
        permission::{Duties, Role},
        receivables::ReceivablesSettings,
    },
    services::{company, customers, hierarchy},
    storage::{self, Db, activity::ActivityQuery},
};

async fn contact_of(app: &TestApp, customer_id: CustomerId) -> String {
    let mut session = app.world().db.read().await.unwrap();
    let contacts = storage::contacts::all(&mut session, customer_id).await.unwrap();
    contacts.first().unwrap().id.to_string()
}

async fn looking(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let birch = given.customer("C-2", "dana@alder.example").await;
    let invoice = given.invoice(alder, "INV-1", 10_000).await.to_string();
    given.invoice(birch, "INV-2", 20_000).await;
    let mut dana = app.payer("dana@alder.example").await;
    dana.post("/api/portal/session/choose_account", &[("customer_id", &alder.to_string())]).await;
    let quote = add_card(&mut dana, &invoice, "4242424242424242").await;

    let mut staff = app.staff().await;
    let id = contact_of(&app, alder).await;
    let opened = staff.post("/api/staff/contacts/view_portal", &[("id", &id)]).await;
    assert_eq!(opened.location, "/portal", "{}", opened.body);
    let home = staff.ask("/api/portal/invoices/open").await;
    let home: PortalHome = serde_json::from_str(&home.body).unwrap();
    assert_eq!(home.currencies.first().unwrap().owed, 10_000);
    assert_eq!((home.frame.viewer.as_str(), home.frame.can_switch), ("Ana", false));
    let page = staff.get("/portal").await;
    assert!(page.body.contains("Nothing can be changed"), "{}", page.status);
    // Another account of the same address is not told of.
    let accounts = staff.ask("/api/portal/session/accounts").await;
    assert!(accounts.body.contains("C-1") && !accounts.body.contains("C-2"), "{}", accounts.body);
    // Whatever would change something is refused, what the payer began included.
    let birch_id = birch.to_string();
    for (path, body) in [
        ("/api/portal/pay/confirm", format!("quote_id={quote}")),
        ("/api/portal/pay/add_method", format!("kind=card&invoices={invoice}")),
        ("/api/portal/session/choose_account", format!("customer_id={birch_id}")),
    ] {
        let answer = staff.call(path, &body).await;
        assert_eq!(answer.status, 409, "{path}: {}", answer.body);
        assert!(answer.body.contains("only_looking"), "{path}: {}", answer.body);
    }
    let back = staff.get(&format!("/portal/methods/return/{quote}")).await;
    assert_eq!(back.status, 409, "{}", back.location);
    let paid = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert!(paid.status < 400, "the payer still can: {}", paid.body);

    let mut session = db.read().await.unwrap();
    let query =
        ActivityQuery { customer_id: alder, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let viewed: Vec<_> = rows.iter().filter(|row| row.kind == ActivityKind::PortalViewed).collect();
    assert_eq!(viewed.len(), 1);
    assert_eq!(viewed[0].actor, "staff:staff@halden.example");
    drop(session);

    // After an hour it is over, however busy; the staff's own session is not.
    for _ in 0..3 {
        app.state.clock.advance(&db, TimeDelta::minutes(20)).await.unwrap();
        staff.ask("/api/staff/session/frame").await;
        staff.ask("/api/portal/invoices/open").await;
    }
    app.state.clock.advance(&db, TimeDelta::minutes(1)).await.unwrap();
    assert_eq!(staff.ask("/api/portal/invoices/open").await.status, 401);
    assert_eq!(staff.ask("/api/staff/session/frame").await.status, 200);
}
both_engines!(looking_at_the_portal_changes_nothing, looking);

async fn whose(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let parent = given.customer("C-1", "dana@alder.example").await;
    let child = given.customer("C-2", "eve@birch.example").await;
    let other = given.customer("C-3", "kim@cedar.example").await;
    let owner = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    customers::assign(app.world(), &owner, parent, None, Some(bea.id)).await.unwrap();
    let mut session = db.begin().await.unwrap();
    let row = storage::customers::find(&mut session, child).await.unwrap().unwrap();
    let row = storage::customers::CustomerRow { parent_number: "C-1".to_owned(), ..row };
    storage::customers::update(&mut session, &row, app.world().now()).await.unwrap();
    session.commit().await.unwrap();

    let mut browser = app.signed_in("bea@h.example").await;
    let open = async |browser: &mut super::support::browser::Browser, id: CustomerId| {
        let id = contact_of(&app, id).await;
        browser.call("/api/staff/contacts/view_portal", &format!("id={id}")).await.status
    };
    assert_eq!(open(&mut browser, other).await, 404, "a customer of others");
    assert!(open(&mut browser, parent).await < 400, "their own");
    // Now it pays for one whom Bea does not see.
    let (profile, policy) = {
        let mut session = db.read().await.unwrap();
        let company = company::load(&mut session).await.unwrap();
        (company.profile, company.policy)
    };
    let settings = ReceivablesSettings {
        billing_preference: BillingPreference::ImmediateParent,
        ..ReceivablesSettings::default()
    };
    company::save(app.world(), &profile, &policy, &settings, "test").await.unwrap();
    hierarchy::refresh(app.world(), "test").await.unwrap();
    assert_eq!(open(&mut browser, parent).await, 409, "it would show a customer of others");
    let mut viewer = app.staff_with("vic@h.example", Duties::of(Role::Viewer)).await;
    assert_eq!(open(&mut viewer, parent).await, 403);

    // Whoever may not sign in any more sees nothing any more.
    let mut cara = app.staff_with("cara@h.example", Duties::of(Role::Manager)).await;
    assert!(open(&mut cara, parent).await < 400);
    assert_eq!(cara.ask("/api/portal/invoices/open").await.status, 200);
    let mut ana = app.signed_in("ana@h.example").await;
    let team = ana.ask("/api/staff/team/list").await;
    let team: serde_json::Value = serde_json::from_str(&team.body).unwrap();
    let users: Vec<TeamUserView> = serde_json::from_value(team["users"].clone()).unwrap();
    let row = users.iter().find(|user| user.email == "cara@h.example").unwrap();
    let off = format!(
        "user[id]={}&user[version]={}&user[name]=Cara&user[role]=manager&user[is_disabled]=true",
        row.id, row.version
    );
    let saved = ana.call("/api/staff/team/save", &off).await;
    assert!(saved.status < 400, "{}", saved.body);
    assert_eq!(cara.ask("/api/portal/invoices/open").await.status, 401);
}
both_engines!(the_portal_shows_only_own_customers, whose);
