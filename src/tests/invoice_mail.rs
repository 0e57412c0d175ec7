//! A single e-mail about an invoice: to whom it goes and what goes with it, what is written down, and
//! who may send none.

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Answer, Browser, encode},
    letters::{hush, mailed},
    world::assert_books_hold,
};
use crate::{
    api::{
        error::{ApiError, Conflict},
        view::InvoiceMailView,
    },
    domain::{
        activity::ActivityKind,
        form::Problem,
        ids::{CustomerId, InvoiceId},
        payment_override::{OnlinePayments, PaymentOverrides},
        permission::{Duties, Permission, Permissions, Role},
    },
    email::{Fault, mail_server},
    jobs::send_message,
    services::{customers, invoices, mail::SendMessage, payment_overrides},
    storage::{
        self, Db,
        activity::{ActivityQuery, ActivityRow},
        hierarchy::PlacedRow,
    },
};

pub(super) const KIND: &str = "invoice-mail";
const SEND: &str = "/api/staff/invoice/send_mail";
pub(super) const DANA: &str = "dana@alder.example";

pub(super) async fn shown(browser: &mut Browser, id: InvoiceId) -> InvoiceMailView {
    let answer = browser.ask(&format!("/api/staff/invoice/mail?id={id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

pub(super) async fn send(
    browser: &mut Browser,
    id: InvoiceId,
    to: &str,
    (subject, text): (&str, &str),
) -> Answer {
    let id = id.to_string();
    let form = [("id", &*id), ("to", to), ("form[subject]", subject), ("form[text]", text)];
    browser.call(SEND, &encode(&form)).await
}

fn error(answer: &Answer) -> ApiError {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
}

async fn told(db: &Db, customer_id: CustomerId) -> Vec<ActivityRow> {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: true, before: None };
    let mut rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.retain(|row| row.kind == ActivityKind::Message);
    rows
}

/// From now on somebody pays what another buys.
pub(super) async fn pays(app: &TestApp, payer: CustomerId, (buyer, number): (CustomerId, &str)) {
    let placed = PlacedRow {
        id: buyer,
        number: number.to_owned(),
        name: format!("Customer {number}"),
        parent_number: String::new(),
        parent_id: None,
        is_project: false,
        billing_preference: None,
        bill_to_id: buyer,
    };
    let mut session = app.world().db.begin().await.unwrap();
    let now = app.world().now();
    assert!(storage::hierarchy::update_bill_to(&mut session, &placed, payer, now).await.unwrap());
    session.commit().await.unwrap();
}

/// It goes to those who were shown, with the invoice as a PDF and a way to the portal; both histories
/// tell of it; what cannot be sent says why and leaves nothing.
async fn story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let alder = given.customer("C-1", DANA).await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    let invoice = given.invoice(birch, "INV-1", 123_456).await;
    pays(&app, alder, (birch, "C-2")).await;
    let mut staff = app.staff().await;

    let view = shown(&mut staff, invoice).await;
    assert_eq!((view.to.as_str(), view.may_send), (DANA, true));
    assert_eq!(view.payer, "Customer C-1");
    assert!(view.subject.contains("INV-1"), "{}", view.subject);
    let words = ("About INV-1", "We miss it.\n\nPlease <call> us\u{202e}.");
    let answer = send(&mut staff, invoice, &view.to, words).await;
    assert_eq!(answer.status, 200, "{}", answer.body);

    let mails = mailed(&db, KIND, "").await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.to_email.as_str(), mail.subject.as_str()), (DANA, "About INV-1"));
    assert_eq!(mail.customer_id, Some(alder));
    assert!(mail.body_text.contains("We miss it.\n\nPlease <call> us."), "{}", mail.body_text);
    assert!(mail.body_html.contains("Please &lt;call&gt; us."), "{}", mail.body_html);
    for body in [&mail.body_text, &mail.body_html] {
        assert!(body.contains("INV-1 (Customer C-2)") && body.contains("$1,234.56"), "{body}");
        assert!(body.contains("See and pay the invoice"), "{body}");
    }
    let portal = app.state.config.portal_url();
    assert!(mail.body_text.contains(&portal), "{}", mail.body_text);
    let (transport, mut taken) = mail_server(Fault::None).await;
    let job = SendMessage { message_id: mail.id };
    let pdf = &app.state.pdf;
    send_message::run(app.world(), &transport, pdf, &portal, &job).await.unwrap();
    let sent = taken.recv().await.unwrap();
    assert!(sent.contains("invoice-INV-1.pdf") && sent.contains("application/pdf"), "{sent}");
    let (status, headers, bytes) =
        staff.download(&format!("/staff/mailbox/{}/attachment.pdf", mail.id)).await;
    assert_eq!((status, &headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    assert!(bytes.starts_with(b"%PDF-"));
    let page = staff.ask(&format!("/api/staff/mailbox/one?id={}", mail.id)).await;
    assert!(page.body.contains("\"has_invoice\":true"), "{}", page.body);

    // Who pays is told of each letter, the invoice of whom it went to.
    let rows = told(&db, alder).await;
    assert_eq!(rows.len(), 1);
    let after = rows[0].after();
    assert_eq!((after["to"].as_str(), after["subject"].as_str()), (DANA, "About INV-1"));
    assert_eq!(rows[0].actor, "staff:staff@halden.example");
    let rows = told(&db, birch).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].invoice_number.as_deref(), Some("INV-1"));
    assert_eq!(
        (rows[0].after()["to"].as_str(), rows[0].actor.as_str()),
        (DANA, "staff:staff@halden.example")
    );

    // What is not right is said at its field; nobody is written to whom nobody saw.
    for ((subject, text), field) in
        [((" \u{200b}", "x"), "mail_subject"), (("x", "\u{2800}\n"), "mail_text")]
    {
        let answer = send(&mut staff, invoice, &view.to, (subject, text)).await;
        assert_eq!(error(&answer), ApiError::invalid(field, Problem::Required));
    }
    let answer = send(&mut staff, invoice, "eve@other.example", words).await;
    assert_eq!(error(&answer), ApiError::Conflict(Conflict::ChangedMeanwhile));
    hush(app.world(), alder).await;
    assert_eq!(shown(&mut staff, invoice).await.to, "");
    let answer = send(&mut staff, invoice, &view.to, words).await;
    assert_eq!(error(&answer), ApiError::Conflict(Conflict::ReachesNobody));
    let void = given.invoice(alder, "INV-2", 10_000).await;
    invoices::void(app.world(), void, given.today(), "test").await.unwrap();
    assert!(!shown(&mut staff, void).await.may_send);
    let answer = send(&mut staff, void, DANA, words).await;
    assert_eq!(error(&answer), ApiError::Conflict(Conflict::NothingOpen));
    assert_eq!(mailed(&db, KIND, "").await.len(), 1);
    assert_eq!((told(&db, alder).await.len(), told(&db, birch).await.len()), (1, 1));
    assert_books_hold(&db).await;
}
both_engines!(an_invoice_is_written_about, story);

/// Nobody without the right sends one or learns who would get it; whoever sees their own customers
/// only writes to those.
async fn rights(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let alder = given.customer("C-1", DANA).await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    let own = given.invoice(alder, "INV-1", 10_000).await;
    let foreign = given.invoice(birch, "INV-2", 20_000).await;
    let words = ("Hello", "Hello");
    let duties = |permissions: Permissions| Duties { permissions, ..Duties::of(Role::Viewer) };
    let but = Permission::ALL.into_iter().filter(|one| *one != Permission::Mail).collect();
    for (email, permissions) in
        [("viewer@h.example", Permissions::default()), ("but@h.example", but)]
    {
        let mut browser = app.staff_with(email, duties(permissions)).await;
        let view = shown(&mut browser, own).await;
        assert_eq!((view.to.as_str(), view.may_send), ("", false), "{email}");
        for id in [own, foreign, app.world().new_id()] {
            assert_eq!(send(&mut browser, id, DANA, words).await.status, 403, "{email}");
        }
    }
    let only = duties([Permission::Mail].into_iter().collect());
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties { own_customers_only: true, ..only }).await;
    customers::assign(app.world(), &owner, alder, None, Some(ben.id)).await.unwrap();
    let mut browser = app.signed_in("ben@h.example").await;
    assert_eq!(shown(&mut browser, own).await.to, DANA);
    let nothing = send(&mut browser, app.world().new_id(), DANA, words).await;
    let other = send(&mut browser, foreign, "kim@birch.example", words).await;
    assert_eq!((nothing.status, other.status), (404, 404));
    assert_eq!(nothing.body, other.body);
    assert_eq!(send(&mut browser, own, DANA, words).await.status, 200);
    // Somebody pays whom they do not see: they write to nobody, and are not told who that is.
    pays(&app, birch, (alder, "C-1")).await;
    let view = shown(&mut browser, own).await;
    assert_eq!((view.to.as_str(), view.payer.as_str(), view.may_send), ("", "", false));
    assert_eq!(send(&mut browser, own, "kim@birch.example", words).await.status, 404);
    assert_eq!(mailed(&db, KIND, "").await.len(), 1);
    assert_books_hold(&db).await;
}
both_engines!(only_who_may_writes_about_invoices, rights);

/// Who pays by links gets one of their own, of which nothing is left once it is mailed; its history
/// tells that it was made.
async fn by_links(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let alder = given.customer("C-1", DANA).await;
    let invoice = given.invoice(alder, "INV-1", 10_000).await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let after = PaymentOverrides { online: OnlinePayments::PayLink, ..Default::default() };
    payment_overrides::change(app.world(), &ana, alder, 1, &after).await.unwrap();
    let mut staff = app.staff().await;
    assert_eq!(send(&mut staff, invoice, DANA, ("Hello", "Hello")).await.status, 200);
    let mail = mailed(&db, KIND, DANA).await.remove(0);
    let portal = app.state.config.portal_url();
    assert!(!mail.body_text.contains(&portal), "{}", mail.body_text);
    let link = format!("{}/pay/", app.base_url);
    let key = mail.body_text.split_once(&link).unwrap().1[..43].to_owned();
    let page = app.browser().get(&format!("/pay/{key}")).await;
    assert!(page.body.contains("INV-1"), "{}", page.body);
    let (transport, mut taken) = mail_server(Fault::None).await;
    let job = SendMessage { message_id: mail.id };
    send_message::run(app.world(), &transport, &app.state.pdf, &portal, &job).await.unwrap();
    assert!(taken.recv().await.unwrap().contains("invoice-INV-1.pdf"));
    let mail = mailed(&db, KIND, DANA).await.remove(0);
    assert!(!mail.body_text.contains(&key) && !mail.body_html.contains(&key));
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id: alder, topic: None, has_invoices: true, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.kind == ActivityKind::PayLink).count(), 1);
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(an_invoice_mail_carries_a_pay_link, by_links);
