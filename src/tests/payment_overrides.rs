//! What one customer is granted otherwise than everybody: what it pays, what it sees, and what its
//! history tells.

use super::support::{
    app::TestApp, both_engines, browser::Browser, given::Given, processor::add_card,
    world::assert_books_hold,
};
use crate::{
    api::view::{PolicyView, PortalHome},
    domain::{
        activity::ActivityKind,
        ids::CustomerId,
        payment_override::{
            CardAcceptance, OnlinePayments, Override, PaymentOverrides, SurchargeTerms,
        },
        permission::{Duties, Role},
        policy::When,
    },
    services::{World, change::ChangeError, payment_overrides},
    storage::{self, Db, activity::ActivityQuery},
};

async fn grant(world: &World, given: &Given<'_>, id: CustomerId, overrides: &PaymentOverrides) {
    let mut session = world.db.read().await.unwrap();
    let version = storage::payment_overrides::find(&mut session, id).await.unwrap().unwrap().1;
    drop(session);
    let email = format!("ana{version}-{id}@h.example");
    let ana = given.staff(&email, Duties::of(Role::Owner)).await;
    payment_overrides::change(world, &ana, id, version, overrides).await.unwrap();
}

async fn changes(world: &World, customer_id: CustomerId) -> Vec<(String, Vec<String>)> {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == ActivityKind::ProfileChanged)
        .map(|row| (row.actor.clone(), row.after().into_keys().collect()))
        .collect()
}

async fn review(browser: &mut Browser, quote: &str) -> (i64, i64) {
    let answer = browser.ask(&format!("/api/portal/pay/review?quote_id={quote}")).await;
    let page: crate::api::view::ReviewPage = serde_json::from_str(&answer.body).unwrap();
    (page.surcharge, page.charge)
}

async fn own_price(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    let invoice = given.invoice(ours, "INV-1", 100_000).await.to_string();
    let other = given.invoice(theirs, "INV-2", 100_000).await.to_string();
    let mut dana = app.payer("dana@alder.example").await;
    let mut eve = app.payer("eve@other.example").await;
    let credit_card = "4242424242424242";
    let quote = add_card(&mut dana, &invoice, credit_card).await;
    let (standard, _) = review(&mut dana, &quote).await;
    assert!(standard > 0, "everybody is surcharged");

    // No surcharge for this customer: what was shown before is not charged any more.
    let off = PaymentOverrides { surcharge: Override::Off, ..Default::default() };
    grant(app.world(), &given, ours, &off).await;
    let stale = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    let quote = add_card(&mut dana, &invoice, credit_card).await;
    assert_eq!(review(&mut dana, &quote).await, (0, 100_000));
    let quote = add_card(&mut eve, &other, credit_card).await;
    assert_eq!(review(&mut eve, &quote).await.0, standard, "and nobody else is meant");

    // A rate of its own: half a percent of the principal.
    let terms = SurchargeTerms {
        rate: crate::domain::money::Rate::from_ppm(5_000),
        when: When::Always,
        invoice_total_min: None,
    };
    let own = PaymentOverrides { surcharge: Override::On(terms), ..Default::default() };
    grant(app.world(), &given, ours, &own).await;
    let quote = add_card(&mut dana, &invoice, credit_card).await;
    assert_eq!(review(&mut dana, &quote).await, (500, 100_500));

    // Cards are not accepted from it any more: the method is refused, the price is not made.
    let no_cards = PaymentOverrides { card: Override::Off, ..own.clone() };
    grant(app.world(), &given, ours, &no_cards).await;
    let confirm = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert_eq!(confirm.status, 409, "{}", confirm.body);
    let small = CardAcceptance {
        accepted: When::Always,
        invoice_total_min: None,
        invoice_total_max: Some(99_999),
    };
    let small = PaymentOverrides { card: Override::On(small), ..Default::default() };
    grant(app.world(), &given, ours, &small).await;
    let choose = format!("/api/portal/pay/choose?selection[invoices]={invoice}");
    let page = dana.ask(&choose).await.body;
    assert!(page.contains("\"can_add_card\":false"), "{page}");
    grant(app.world(), &given, ours, &PaymentOverrides::default()).await;
    let page = dana.ask(&choose).await.body;
    assert!(page.contains("\"can_add_card\":true"), "{page}");
    let quote = add_card(&mut dana, &invoice, credit_card).await;
    assert_eq!(review(&mut dana, &quote).await.0, standard, "reset to what counts for everybody");
    assert_books_hold(&db).await;
}
both_engines!(a_customer_pays_by_its_own_rules, own_price);

async fn closed_for_a_while(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await.to_string();
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &invoice, "4000056655665556").await;
    let until = Some(given.today() + chrono::TimeDelta::days(2));
    let disabled = |keeps_portal| PaymentOverrides {
        online: OnlinePayments::Disabled { until, keeps_portal, then_links: false },
        ..Default::default()
    };
    let home = async |browser: &mut Browser| {
        let answer = browser.ask("/api/portal/invoices/open").await;
        serde_json::from_str::<PortalHome>(&answer.body).unwrap()
    };

    // For reading only: everything is there, and nothing can be paid.
    grant(app.world(), &given, ours, &disabled(true)).await;
    let shown = home(&mut dana).await;
    assert_eq!((shown.payments_on, shown.is_closed, shown.currencies.len()), (false, false, 1));
    let confirm = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert_eq!(confirm.status, 409, "{}", confirm.body);

    // Closed: the first page says so and tells nothing; everything else is refused.
    grant(app.world(), &given, ours, &disabled(false)).await;
    let shown = home(&mut dana).await;
    assert!(shown.is_closed && shown.currencies.is_empty());
    let page = dana.get("/portal").await.body;
    assert!(page.contains("not open here at the moment") && !page.contains("INV-1"), "{page}");
    for path in [
        "/api/portal/invoices/paid".to_owned(),
        format!("/api/portal/invoices/one?id={invoice}"),
        format!("/api/portal/pay/choose?selection[invoices]={invoice}"),
        format!("/api/portal/pay/review?quote_id={quote}"),
    ] {
        assert_eq!(dana.ask(&path).await.status, 403, "{path}");
    }
    let pdf = dana.ask(&format!("/portal/invoices/{invoice}/pdf")).await;
    assert_eq!((pdf.status, pdf.location.as_str()), (303, "/portal"));
    let confirm = dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert_eq!(confirm.status, 403, "{}", confirm.body);

    // The day after the last one it is open again by itself, and the history says so once.
    app.advance_days(2).await;
    assert!(home(&mut app.payer("dana@alder.example").await).await.is_closed);
    payment_overrides::note_returned(app.world()).await.unwrap();
    assert_eq!(changes(app.world(), ours).await.len(), 2);
    app.advance_days(1).await;
    let mut dana = app.payer("dana@alder.example").await;
    let shown = home(&mut dana).await;
    assert!(shown.payments_on && !shown.is_closed);
    for _ in 0..2 {
        payment_overrides::note_returned(app.world()).await.unwrap();
    }
    let told = changes(app.world(), ours).await;
    assert_eq!(told.len(), 3);
    assert_eq!(told[0], ("system".to_owned(), vec!["online_payments".to_owned()]));
    assert_books_hold(&db).await;
}
both_engines!(online_payments_are_off_until_a_day, closed_for_a_while);

async fn forms(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let mut staff = app.staff().await;
    let save = "/api/staff/customers/save_payment_overrides";
    let form =
        |version: i64, fields: &str| format!("customer_id={ours}&version={version}&{fields}");

    // What breaks a rule is said at its field, and nothing is kept.
    let bad = "form[groups][surcharge][state]=on&form[groups][surcharge][rate]=3\
               &form[groups][surcharge][when]=always";
    let answer = staff.call(save, &form(1, bad)).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("surcharge_rate"), "{}", answer.body);
    let good = "form[groups][card][state]=off&form[online]=read_only";
    assert_eq!(staff.call(save, &form(1, good)).await.status, 200);
    assert_eq!(staff.call(save, &form(1, good)).await.status, 409, "somebody was faster");
    let mut session = db.read().await.unwrap();
    let kept = storage::payment_overrides::find(&mut session, ours).await.unwrap().unwrap();
    drop(session);
    assert_eq!(kept.0.card, Override::Off);
    assert_eq!(kept.0.online, OnlinePayments::CHOICES[2]);
    assert_eq!(kept.1, 2);
    // The empty form resets everything.
    assert_eq!(staff.call(save, &form(2, "")).await.status, 200);
    let mut session = db.read().await.unwrap();
    let kept = storage::payment_overrides::find(&mut session, ours).await.unwrap().unwrap();
    assert_eq!(kept, (PaymentOverrides::default(), 3));
    drop(session);
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let default = PaymentOverrides::default();
    let gone =
        payment_overrides::change(app.world(), &ana, app.world().new_id(), 1, &default).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");

    // The company's rules: written over the version that was read, and checked.
    let answer = staff.ask("/api/staff/settings/policy").await;
    let view: PolicyView = serde_json::from_str(&answer.body).unwrap();
    let rules =
        |version: &str, fields: &str| format!("version={version}&form[enabled]=true&{fields}");
    let fields = "form[groups][card][state]=on&form[groups][card][when]=after_due\
                  &form[groups][bank][state]=on&form[groups][discount][state]=on\
                  &form[groups][discount][rate]=10.01&form[groups][discount][when]=always";
    let save = "/api/staff/settings/save_policy";
    let answer = staff.call(save, &rules(&view.version, fields)).await;
    assert!(answer.status == 422 && answer.body.contains("discount_rate"), "{}", answer.body);
    let fields = fields.replace("10.01", "1.5");
    assert_eq!(staff.call(save, &rules(&view.version, &fields)).await.status, 200);
    assert_eq!(staff.call(save, &rules(&view.version, &fields)).await.status, 409);
    let mut session = db.read().await.unwrap();
    let policy = crate::services::company::load(&mut session).await.unwrap().policy;
    assert!(policy.enabled && policy.bank.accepted);
    assert_eq!(policy.card.accepted, When::AfterDue);
    assert_eq!(policy.bank.discount.unwrap().rate.percent(), "1.5");
}
both_engines!(what_is_typed_is_checked_and_never_written_over, forms);
