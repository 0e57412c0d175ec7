//! However a page is come by, it is the same page.

use super::{super::invoice_list::fit_more_than, *};
use crate::{
    api::list_query::customer_cursor,
    domain::list::cut,
    storage::Db,
    tests::support::{both_engines, given::Given, world::world},
};

async fn reads(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    for index in 0..60_i64 {
        let email = format!("c{index}@{}.example", if index % 3 == 0 { "alder" } else { "elm" });
        let customer = given.customer(&format!("C-{index:03}"), &email).await;
        if index % 2 == 0 {
            given.invoice(customer, &format!("INV-{index}"), 100 + index % 5).await;
        }
    }
    let mut session = db.read().await.unwrap();
    for sort in [
        CustomerSort::Name,
        CustomerSort::Number,
        CustomerSort::Outstanding,
        CustomerSort::OpenCount,
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            for (search, count) in [("", 60), ("@alder.", 20), ("nobody", 0)] {
                let mut cursor: Option<Cursor> = None;
                let mut seen = 0;
                loop {
                    let query = CustomerQuery {
                        currency: Currency::USD,
                        search,
                        sort,
                        direction,
                        after: cursor.as_ref(),
                        today: given.today(),
                        sight: Sight::All,
                        fields: &[],
                        page_rows: 7,
                    };
                    let mut walked = in_order(&mut session, &query).await.unwrap();
                    let gathered = page(&mut session, &query, Read::Gathered).await.unwrap();
                    assert_eq!(walked, gathered, "{sort:?} {direction:?} {search}");
                    let has_more = cut(&mut walked, 7);
                    seen += walked.len();
                    let Some(last) = walked.last().filter(|_| has_more) else { break };
                    cursor = Some(customer_cursor(sort, last));
                }
                assert_eq!(seen, count, "{sort:?} {direction:?} {search}");
            }
        }
    }
    for (search, count, is_more) in
        [("@alder.", 20, false), ("@alder.", 19, true), (" ", 0, false), ("nobody", 0, false)]
    {
        assert_eq!(fit_more_than(&mut session, search, count).await.unwrap(), is_more, "{search}");
    }
}
both_engines!(a_page_of_customers_is_the_same_however_it_is_read, reads);
