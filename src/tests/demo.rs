//! The demo company.

use chrono::TimeDelta;

use super::support::{
    both_engines,
    world::{assert_books_hold, world},
};
use crate::{
    domain::{
        list::{Direction, PAGE_ROWS},
        money::Currency,
        permission::Sight,
        profile::Books,
    },
    services::demo,
    storage::{
        self, Db,
        customer_list::{CustomerQuery, CustomerSort},
        invoices::Billed,
    },
};

async fn demo_loads(db: Db) {
    let world = world(&db);
    let report = demo::load(&world).await.unwrap();
    assert_eq!((report.customers.new, report.refused), (40, 0), "{report:?}");
    assert!(report.invoices.new > 400 && report.payments.new > 200, "{report:?}");
    let again = demo::load(&world).await.unwrap();
    assert_eq!(again.customers.all(), 0, "a second time changes nothing");
    let mut session = db.read().await.unwrap();
    let payer = storage::contacts::all_accounts(&mut session, demo::PAYER_EMAIL).await.unwrap();
    assert_eq!(payer.len(), 1);
    let group = storage::contacts::all_accounts(&mut session, demo::GROUP_EMAIL).await.unwrap();
    assert_eq!(group.len(), 2);
    let open =
        storage::invoices::all_open(&mut session, Billed::to(payer[0].customer_id)).await.unwrap();
    let today = world.now().date_naive();
    assert!(open.len() >= 3, "the payer has something to pay");
    let discounted =
        open.iter().filter(|row| row.invoice.discount().is_some_and(|d| d.is_open_on(today)));
    assert!(discounted.count() >= 1, "and a discount to earn");
    let query = CustomerQuery {
        currency: Currency::USD,
        search: "marlow house",
        sort: CustomerSort::Name,
        direction: Direction::Ascending,
        after: None,
        today,
        sight: Sight::All,
        fields: &[],
        page_rows: PAGE_ROWS,
    };
    let hotels = storage::customer_list::list(&mut session, &query, 1).await.unwrap();
    let paid_for = storage::hierarchy::all_paid_for(&mut session, hotels[0].id, Sight::All, 9);
    assert_eq!(paid_for.await.unwrap().len(), 2, "and somebody pays for others");
    let parts = storage::contacts::all_accounts(&mut session, "accounts@orchardstreet.example");
    let parts = parts.await.unwrap()[0].customer_id;
    let parts = storage::payment_overrides::find(&mut session, parts).await.unwrap().unwrap();
    assert_eq!(parts.0.partial.state(), "on", "and somebody pays in parts");
    let synced = storage::contacts::all_accounts(&mut session, "bills@quillcandle.example");
    let synced = synced.await.unwrap()[0].customer_id;
    let synced = storage::customers::find(&mut session, synced).await.unwrap().unwrap();
    assert_eq!(synced.synced_from, Some(Books::Quickbooks), "and somebody is synchronised");
    let due = (today, today + TimeDelta::days(30));
    let open = storage::promises::all_due_untold(&mut session, due, 9).await.unwrap();
    assert_eq!(open.len(), 2, "and some promised to pay");
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(the_demo_company_is_complete, demo_loads);
