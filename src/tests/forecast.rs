//! The cash that is expected: from the books to the page and the file, and of whose customers.

use chrono::{NaiveDate, TimeDelta};

use super::support::{app::TestApp, both_engines, browser::Browser};
use crate::{
    api::view::{ForecastView, SumView},
    domain::{
        expectation::{Expectation, ExpectationStatus, HoldReason},
        ids::InvoiceId,
        money::Currency,
        permission::{Duties, Permission, Permissions, Role, Sight},
    },
    services::customers,
    storage::{self, Db},
};

async fn expect(app: &TestApp, id: InvoiceId, status: ExpectationStatus, on: Option<NaiveDate>) {
    let mut session = app.world().db.begin().await.unwrap();
    let reason = Some(HoldReason::Pricing).filter(|_| status == ExpectationStatus::OnHold);
    let expectation = Expectation { reason, ..Expectation::plain(status, on) };
    storage::expectations::update(&mut session, id, &expectation, app.world().now()).await.unwrap();
    session.commit().await.unwrap();
}

async fn forecast(browser: &mut Browser, currency: &str) -> ForecastView {
    let answer = browser.ask(&format!("/api/staff/forecast?currency={currency}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn story(db: Db) {
    use ExpectationStatus as S;

    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    let today = given.today();
    let day = |days: i64| Some(today + TimeDelta::days(days));
    let empty = forecast(&mut app.staff().await, "").await;
    assert_eq!((empty.currency.as_str(), empty.whole), ("USD", SumView::default()));
    assert_eq!(empty.weeks.len(), 13);
    for (index, (status, on)) in [
        (S::Predicted, day(0)),
        (S::Estimated, day(7)),
        (S::Promised, day(14)),
        (S::Predicted, day(100)),
        (S::Late, None),
        (S::OnHold, day(3)),
        (S::Promised, day(-1)),
    ]
    .into_iter()
    .enumerate()
    {
        let owner = if index == 1 { birch } else { alder };
        let id = given.invoice(owner, &format!("INV-{index}"), 1 << index).await;
        expect(&app, id, status, on).await;
    }
    let euro = Currency::from_code("EUR").unwrap();
    let other = given.invoice_in(birch, "INV-E", 5_000, euro, None).await;
    expect(&app, other, S::Predicted, day(1)).await;
    let credit = given.invoice(alder, "INV-0-paid", 0).await;
    expect(&app, credit, S::Predicted, day(1)).await;

    let mut staff = app.staff().await;
    let found = forecast(&mut staff, "").await;
    assert_eq!(found.currency, "USD");
    assert_eq!(found.currencies, ["EUR", "USD"]);
    let sum = |count, minor| SumView { count, minor };
    assert_eq!(found.weeks[0].sum.minor & 1, 1, "today is in the first week");
    assert_eq!(found.weeks.iter().map(|week| week.sum.minor).sum::<i64>(), 0b111);
    assert_eq!(found.weeks.iter().filter(|week| week.sum.count == 1).count(), 3);
    assert_eq!((found.expected, found.later), (sum(3, 0b111), sum(1, 0b1000)));
    assert_eq!((found.late, found.on_hold), (sum(2, 0b101_0000), sum(1, 0b10_0000)));
    assert_eq!(found.whole, sum(7, 0b111_1111));
    let euros = forecast(&mut staff, "EUR").await;
    assert_eq!((euros.currency.as_str(), euros.whole), ("EUR", sum(1, 5_000)));
    assert_eq!(forecast(&mut staff, "XXX").await, found, "what nobody owes is not asked for");

    // It says what the ageing says is open.
    let mut session = db.read().await.unwrap();
    let due = storage::aging::all_due(&mut session, Sight::All).await.unwrap();
    let rows = storage::forecast::all_expected(&mut session, Sight::All).await.unwrap();
    drop(session);
    let dollars = due.iter().filter(|row| row.currency == Currency::USD);
    assert_eq!(dollars.map(|row| row.balance_minor).sum::<i64>(), found.whole.minor);
    assert_eq!(rows.len(), 8);

    // The page, as it comes without script, and the file.
    let page = staff.get("/staff/forecast").await;
    assert_eq!(page.status, 200);
    for said in
        ["Within 13 weeks", "On hold", "$0.32", "$1.27", "currency=EUR", "Expected by week, USD"]
    {
        let said = said.replace("$1.27", "1.27");
        assert!(page.body.contains(&said), "{said}: {}", page.body);
    }
    let (status, headers, file) = staff.download("/staff/forecast/export.csv").await;
    let file = String::from_utf8(file).unwrap();
    assert_eq!(status, 200);
    let name = headers["content-disposition"].to_str().unwrap();
    assert_eq!(name, format!("attachment; filename=\"forecast-{today}.csv\""));
    assert!(file.starts_with("\u{feff}Expected,From,To,Currency,Invoices,Amount\r\n"), "{file}");
    assert_eq!(file.lines().count(), 1 + 2 * 16);
    assert!(file.contains("On hold,,,USD,1,0.32\r\n"), "{file}");
    assert!(file.contains(&format!("In the week,{today},")), "{file}");
    assert!(
        file.contains("Late, no day known") && file.contains("\"Late, no day known\",,,USD,2,0.80"),
        "{file}"
    );

    // Who sees their own customers only is told of theirs; who may not, of nothing.
    let duties = |permissions: Permissions| Duties { permissions, ..Duties::of(Role::Viewer) };
    let only = duties([Permission::Forecast].into_iter().collect());
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties { own_customers_only: true, ..only }).await;
    let mut browser = app.signed_in("ben@h.example").await;
    assert_eq!(forecast(&mut browser, "").await.whole, SumView::default());
    customers::assign(app.world(), &owner, birch, None, Some(ben.id)).await.unwrap();
    let own = forecast(&mut browser, "USD").await;
    assert_eq!((own.whole, own.currencies.len()), (sum(1, 0b10), 2));
    let file = String::from_utf8(browser.download("/staff/forecast/export.csv").await.2).unwrap();
    assert!(file.contains("0.02") && !file.contains("0.32"), "{file}");
    let but = Permission::ALL.into_iter().filter(|one| *one != Permission::Forecast).collect();
    let mut browser = app.staff_with("but@h.example", duties(but)).await;
    assert_eq!(browser.ask("/api/staff/forecast").await.status, 403);
    assert_eq!(browser.download("/staff/forecast/export.csv").await.0, 403);
    let page = browser.get("/staff/forecast").await;
    assert!(!page.body.contains("Within 13 weeks") && !page.body.contains("$0."), "{}", page.body);
    let rail = browser.get("/staff/account").await;
    assert!(!rail.body.contains("href=\"/staff/forecast\""), "it is not offered");
    assert!(staff.get("/staff/account").await.body.contains("href=\"/staff/forecast\""));
}
both_engines!(expected_cash_is_told_by_week, story);
