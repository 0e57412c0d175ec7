//! How customers are reached: changing it here, what the books say afterwards, and text of every
//! kind on its way in and out.

use super::support::{
    app::TestApp,
    both_engines,
    mail_cases::{MailCase, mail_cases},
    naughty_strings,
    world::assert_books_hold,
    world::world,
};
use crate::{
    api::view::{AsOfView, CustomerPanel},
    domain::{
        activity::ActivityKind,
        form::parse_email,
        ids::CustomerId,
        money::Currency,
        permission::{Duties, Role},
        profile::Profile,
    },
    import,
    services::{
        World,
        change::ChangeError,
        import::{Choices, ImportReport, store_batch},
        profiles,
    },
    storage::{self, Db, activity::ActivityQuery, customers::CustomerRow},
};

async fn bring_in(world: &World, text: &str) -> ImportReport {
    let choices =
        Choices { kind: "customers".to_owned(), currency: "USD".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap()
}

async fn customer(world: &World, number: &str) -> CustomerRow {
    let mut session = world.db.read().await.unwrap();
    storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap()
}

async fn known(world: &World, id: CustomerId) -> (Profile, i64) {
    let mut session = world.db.begin().await.unwrap();
    let row = storage::profiles::lock(&mut session, id).await.unwrap().unwrap();
    storage::profiles::find(&mut session, &row).await.unwrap()
}

async fn changes(world: &World, customer_id: CustomerId) -> Vec<Vec<(String, String, String)>> {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let of = |row: &storage::activity::ActivityRow| {
        let mut before = row.before();
        let after = row.after().into_iter();
        after
            .map(|(name, after)| {
                let before = before.remove(&name).unwrap_or_default();
                (name, before, after)
            })
            .collect()
    };
    rows.iter().filter(|row| row.kind == ActivityKind::ProfileChanged).map(of).collect()
}

/// What was changed here stays until the books say something else than they said then.
async fn here_and_books(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let first = "customer_number,customer_name,phone,city\nC1,Ada,111,Savannah\n";
    bring_in(world, first).await;
    let ada = customer(world, "C1").await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let (before, version) = known(world, ada.id).await;
    let typed =
        Profile { phone: "222".to_owned(), shipping_city: "Macon".to_owned(), ..before.clone() };
    profiles::change(world, &ana, ada.id, version, &typed).await.unwrap();
    let late = profiles::change(world, &ana, ada.id, version, &before).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    assert_eq!(known(world, ada.id).await.0, typed);

    // The same file again: nothing changed, and nothing is lost.
    let report = bring_in(world, first).await;
    assert_eq!((report.customers.changed, report.customers.unchanged), (0, 1), "{report:?}");
    assert_eq!(known(world, ada.id).await.0, typed);
    let mut staff = app.staff().await;
    let answer = staff.ask(&format!("/api/staff/customers/panel?id={}", ada.id)).await;
    let panel: CustomerPanel = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(panel.books, [("phone".to_owned(), "111".to_owned())]);
    assert_eq!(panel.profile, typed);

    // The books changed: they count, and what they never knew stays.
    let report = bring_in(world, "customer_number,customer_name,phone\nC1,Ada King,333\n").await;
    assert_eq!(report.customers.changed, 1);
    let after = Profile { phone: "333".to_owned(), ..typed.clone() };
    assert_eq!(known(world, ada.id).await.0, after);
    assert!(customer(world, "C1").await.changed_here().unwrap().iter().next().is_none());
    let text = |text: &str| text.to_owned();
    let rows = changes(world, ada.id).await;
    assert_eq!(
        rows,
        [
            vec![
                (text("name"), text("Ada"), text("Ada King")),
                (text("phone"), text("222"), text("333")),
            ],
            vec![
                (text("phone"), text("111"), text("222")),
                (text("shipping_city"), text(""), text("Macon")),
            ],
        ]
    );

    // How it was on a day is told by the history alone.
    let day = |days: i64| given.today() + chrono::TimeDelta::days(days);
    let as_of = async |staff: &mut super::support::browser::Browser, day: String| {
        let path = format!("/api/staff/history/as_of?customer_id={}&day={day}", ada.id);
        let answer = staff.ask(&path).await;
        let state: AsOfView = serde_json::from_str(&answer.body).unwrap();
        let facts = state.facts.into_iter();
        let facts = facts.map(|fact| (fact.field, (fact.before, fact.after)));
        facts.collect::<std::collections::BTreeMap<_, _>>()
    };
    let then = as_of(&mut staff, day(-1).to_string()).await;
    assert_eq!(then["phone"], (text(""), text("333")), "not in the books yet");
    let now = as_of(&mut staff, day(0).to_string()).await;
    assert_eq!(now["phone"], (text("333"), text("333")));
    assert_eq!(now["shipping_city"], (text("Macon"), text("Macon")));
    let bad = format!("/api/staff/history/as_of?customer_id={}&day=soon", ada.id);
    assert_eq!(staff.ask(&bad).await.status, 422);

    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let (_, version) = known(world, ada.id).await;
    let unseen = profiles::change(world, &bea, ada.id, version, &before).await;
    assert!(matches!(unseen, Err(ChangeError::NotFound)), "{unseen:?}");
    let bad = Profile { email: text("x"), ..after.clone() };
    let refused = profiles::change(world, &ana, ada.id, version, &bad).await;
    assert!(matches!(refused, Err(ChangeError::Invalid(_))), "{refused:?}");
    let stale = {
        let mut session = world.db.begin().await.unwrap();
        let row = storage::profiles::lock(&mut session, ada.id).await.unwrap().unwrap();
        let now = world.now();
        storage::profiles::update(&mut session, &row, &after, version + 1, now).await.unwrap()
    };
    assert!(!stale);
    assert_eq!(known(world, ada.id).await.0, after);
    assert_books_hold(&db).await;
}
both_engines!(what_was_changed_here_stays_until_the_books_change, here_and_books);

/// Every naughty string goes through the form, the panel, the history and the search, and comes
/// back as it went in, but for what is invisible or blank around it.
async fn naughty(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let world = world(&db);
    let given = super::support::given::Given(&world);
    given.seller().await;
    let id = given.customer("C-1", "dana@alder.example").await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let mut kept = 0;
    for string in &strings {
        let (before, version) = known(&world, id).await;
        let typed = Profile { shipping_line1: string.clone(), ..before.clone() };
        match profiles::change(&world, &ana, id, version, &typed).await {
            Ok(()) => {}
            Err(ChangeError::Invalid(problem)) => {
                assert_eq!(problem.field, "shipping_line1");
                assert!(string.chars().count() > 200, "{string:?}: {problem:?}");
                assert_eq!(known(&world, id).await.0, before, "nothing was lost");
                continue;
            }
            Err(error) => panic!("{string:?}: {error:?}"),
        }
        let visible: String = string.chars().filter(|c| !c.is_control()).collect();
        let (after, _) = known(&world, id).await;
        assert_eq!(after.shipping_line1, visible.trim(), "{string:?}");
        if after != before {
            kept += 1;
            let rows = changes(&world, id).await;
            let (name, old, new) = rows.first().unwrap().first().unwrap();
            assert_eq!(name, "shipping_line1");
            assert_eq!((old, new), (&before.shipping_line1, &after.shipping_line1));
        }
    }
    assert!(kept > 450, "{kept}");
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_come_back_as_they_went_in, naughty);

/// The cases of isemail: nothing that is wrong passes, everything that is right and has a dot does.
#[test]
fn the_address_cases_are_told_apart() {
    let Some(cases) = mail_cases() else { return };
    let (mut right, mut wrong) = (0, 0);
    for MailCase { category, address } in cases {
        let is_padded = address.trim() != address;
        let read = parse_email(&address);
        if let Ok(read) = &read {
            assert!(!read.contains(['\r', '\n', '"', '<', '>', ' ', ',']), "{read:?}");
            assert_eq!(read, &address.trim().to_lowercase());
        }
        match category.as_str() {
            // What is wrong but for the blanks around it is right without them.
            "ISEMAIL_ERR" if !is_padded => {
                wrong += 1;
                assert!(read.is_err(), "{address:?} is wrong");
            }
            "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN" if address.contains('.') => {
                right += 1;
                assert!(read.is_ok(), "{address:?} is right");
            }
            _ => {}
        }
    }
    assert!(right > 15 && wrong > 45, "{right} right, {wrong} wrong");
}
