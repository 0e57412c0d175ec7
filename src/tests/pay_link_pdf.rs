//! The invoice of a pay link for paper: before it is opened and after, and to nobody else.

use super::support::{app::TestApp, both_engines, browser::Browser};
use crate::{
    domain::{
        ids::InvoiceId,
        payment_override::{OnlinePayments, PaymentOverrides},
        permission::{Duties, Role},
    },
    services::payment_overrides,
    storage::{self, Db},
};

/// A key that was never handed out.
const UNKNOWN: &str = "/pay/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn make(app: &TestApp, staff: &mut Browser, id: InvoiceId) -> String {
    let answer = staff.call("/api/staff/pay_links/make", &format!("id={id}")).await;
    let address: String = serde_json::from_str(&answer.body).unwrap();
    address.strip_prefix(&app.base_url).unwrap().to_owned()
}

/// What somebody gets who asks for an invoice: status, kind and contents.
async fn got(browser: &Browser, path: &str) -> (u16, String, Vec<u8>) {
    let (status, headers, bytes) = browser.download(path).await;
    let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    (status, kind.unwrap_or_default(), bytes)
}

fn assert_pdf((status, kind, bytes): &(u16, String, Vec<u8>), what: &str) {
    assert_eq!((*status, kind.as_str()), (200, "application/pdf"), "{what}");
    assert!(bytes.starts_with(b"%PDF-"), "{what}");
}

async fn story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let second = given.invoice(ours, "INV-2", 20_000).await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    let foreign = given.invoice(theirs, "INV-9", 30_000).await;
    let mut staff = app.staff().await;
    let path = make(&app, &mut staff, invoice).await;
    let pdf = format!("{path}/invoice.pdf");
    let nobody = app.browser();

    // Before it is opened, which it is not by this.
    assert_pdf(&got(&nobody, &pdf).await, "before");
    let (_, headers, _) = nobody.download(&pdf).await;
    assert_eq!(headers["content-disposition"], "inline; filename=\"invoice-INV-1.pdf\"");
    assert_eq!(
        (&headers["referrer-policy"], &headers["cache-control"]),
        (&"no-referrer".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let opened = {
        let mut session = db.read().await.unwrap();
        storage::pay_links::find_latest(&mut session, invoice).await.unwrap().unwrap().opened_at
    };
    assert_eq!(opened, None, "looking is not opening");
    let page = nobody.clone().get(&path).await;
    assert!(page.body.contains(&format!("href=\"{pdf}\"")), "{}", page.body);

    // After it is opened, by the session too, and nothing of anything else.
    let mut holder = app.browser();
    holder.post(&path, &[]).await;
    assert_pdf(&got(&holder, &pdf).await, "after");
    let own = |id: InvoiceId| format!("/portal/invoices/{id}/pdf");
    assert_pdf(&got(&holder, &own(invoice)).await, "the session's");
    let nothing = got(&holder, &own(app.world().new_id())).await;
    assert_eq!(nothing.0, 404);
    for id in [second, foreign] {
        assert_eq!(got(&holder, &own(id)).await, nothing, "it is nobody's");
    }
    let turned_away = got(&nobody, &own(invoice)).await;
    assert_ne!(turned_away.1, "application/pdf");

    // What shows no invoice gives what was never handed out gives.
    let unknown = got(&nobody, &format!("{UNKNOWN}/invoice.pdf")).await;
    assert_eq!(unknown.0, 404);
    assert_eq!(got(&nobody, "/pay/nonsense/invoice.pdf").await, unknown);
    let revoked = make(&app, &mut staff, second).await;
    let mut of_revoked = app.browser();
    of_revoked.post(&revoked, &[]).await;
    assert_pdf(&got(&of_revoked, &own(second)).await, "not revoked yet");
    let answer = staff.call("/api/staff/pay_links/revoke", &format!("id={second}")).await;
    assert_eq!(answer.status, 200);
    for browser in [&nobody, &of_revoked] {
        assert_eq!(got(browser, &format!("{revoked}/invoice.pdf")).await, unknown, "revoked");
    }
    assert_ne!(got(&of_revoked, &own(second)).await.1, "application/pdf", "the session is over");
    let late = make(&app, &mut staff, foreign).await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let off = PaymentOverrides {
        online: OnlinePayments::Disabled { until: None, keeps_portal: false, then_links: false },
        ..Default::default()
    };
    payment_overrides::change(app.world(), &ana, theirs, 1, &off).await.unwrap();
    let paused = nobody.clone().get(&late).await;
    assert!(!paused.body.contains("INV-9"), "{}", paused.body);
    assert_eq!(got(&nobody, &format!("{late}/invoice.pdf")).await, unknown, "payments are off");
    app.advance_days(91).await;
    assert_eq!(got(&nobody, &pdf).await, unknown, "expired");
}
both_engines!(a_pay_link_gives_its_invoice_for_paper, story);
