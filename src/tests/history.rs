//! The history of customers and the notes about them, on both engines.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::support::{
    both_engines,
    database::{self, tamper},
    given::Given,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    api::{fold_history::as_of, view::FactView},
    domain::{
        activity::{Activity, ActivityKind, Topic},
        form::Problem,
        hierarchy::BillingPreference,
        ids::CustomerId,
        list::cut,
        money::Currency,
        permission::{Duties, Role, Sight},
    },
    import,
    services::{
        World,
        change::ChangeError,
        company, contact_roles, contacts, hierarchy, history,
        import::{Choices, store_batch},
        notes::{self, NoteError},
        staff::Staff,
    },
    storage::{
        self, Db,
        activity::{ActivityQuery, ActivityRow, PAGE_ROWS},
    },
};

async fn page(db: &Db, query: ActivityQuery) -> Vec<ActivityRow> {
    let mut session = db.read().await.unwrap();
    storage::activity::list(&mut session, &query).await.unwrap()
}

fn all_of(customer_id: CustomerId) -> ActivityQuery {
    ActivityQuery { customer_id, topic: None, has_invoices: false, before: None }
}

pub(super) async fn bring_in(world: &World, text: &str) {
    let kind = if text.contains("total") { "invoices" } else { "customers" };
    let choices =
        Choices { kind: kind.to_owned(), currency: "USD".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    store_batch(world, &batch, false, "staff:ana@halden.example", None, &mut |_, _| Ok(()))
        .await
        .unwrap();
}

async fn customer_named(db: &Db, number: &str) -> CustomerId {
    let mut session = db.read().await.unwrap();
    storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap().id
}

async fn staff(world: &World, email: &str) -> Staff {
    Given(world).staff(email, Duties::of(Role::Owner)).await
}

async fn books_change(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(crate::gateways::none::NoGateway));
    let head = "customer_number,customer_name,email,phone";
    bring_in(&world, &format!("{head}\nC-1,Alder Works,dana@alder.example,555-0100\n")).await;
    bring_in(&world, &format!("{head}\nC-1,Alder Works,dana@alder.example,555-0199\n")).await;
    bring_in(&world, &format!("{head}\nC-1,Alder Works,dana@alder.example,555-0199\n")).await;
    let customer_id = customer_named(&db, "C-1").await;
    let rows = page(&db, all_of(customer_id)).await;
    let kinds: Vec<ActivityKind> = rows.iter().map(|row| row.kind).collect();
    let expected =
        [ActivityKind::ProfileChanged, ActivityKind::ContactAdded, ActivityKind::CustomerAdded];
    assert_eq!(kinds, expected);
    let changed = &rows[0];
    assert_eq!(changed.actor, "staff:ana@halden.example");
    assert_eq!(changed.before_facts, "{\"phone\":\"555-0100\"}");
    assert_eq!(changed.after_facts, "{\"phone\":\"555-0199\"}");
    assert_eq!(rows[2].after()["name"], "Alder Works");
    // A payment of the books is told of as well.
    let invoice = "customer_number,number,issued_on,due_on,total,paid_on,paid_amount";
    bring_in(
        &world,
        &format!("{invoice}\nC-1,I-1,2026-01-05,2026-02-04,100.00,2026-02-01,100.00\n"),
    )
    .await;
    let paid = ActivityQuery { topic: Some(Topic::Payments), ..all_of(customer_id) };
    let rows = page(&db, paid).await;
    assert_eq!(rows.len(), 1);
    let after = rows[0].after();
    assert_eq!((after["state"].as_str(), after["minor"].as_str()), ("succeeded", "10000"));
    assert_eq!(after["paid_invoices"], "I-1");
    assert_books_hold(&db).await;
}
both_engines!(what_the_books_change_is_kept, books_change);

/// The currency of the books is kept, stays while a file does not name it, and its change is told.
async fn books_currency(db: Db) {
    let world = super::support::world::world(&db);
    let head = "customer_number,customer_name";
    bring_in(&world, &format!("{head},currency\nC-1,Alder Works,CAD\n")).await;
    bring_in(&world, &format!("{head}\nC-1,Alder Works\n")).await;
    let customer_id = customer_named(&db, "C-1").await;
    let currency = async || {
        let mut session = db.read().await.unwrap();
        storage::customers::find(&mut session, customer_id).await.unwrap().unwrap().currency
    };
    assert_eq!(currency().await, "CAD");
    bring_in(&world, &format!("{head},currency\nC-1,Alder Works,EUR\n")).await;
    assert_eq!(currency().await, "EUR");
    let rows = page(&db, all_of(customer_id)).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].before_facts, "{\"currency\":\"CAD\"}");
    assert_eq!(rows[0].after_facts, "{\"currency\":\"EUR\"}");
    assert_eq!(rows[1].after()["currency"], "CAD");
    assert_books_hold(&db).await;
}
both_engines!(the_currency_of_the_books_is_kept, books_currency);

async fn notes_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(crate::gateways::none::NoGateway));
    let given = Given(&world);
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    let (ana, ben) =
        (staff(&world, "ana@halden.example").await, staff(&world, "ben@halden.example").await);
    let refused = notes::add(&world, &ana, customer_id, " \n ").await;
    assert!(
        matches!(refused, Err(ChangeError::Invalid(said)) if said.problem == Problem::Required)
    );
    let nobody = notes::add(&world, &ana, world.new_id(), "x").await;
    assert!(matches!(nobody, Err(ChangeError::NotFound)));
    let id = notes::add(&world, &ana, customer_id, "Calls back on Monday\r\n").await.unwrap();
    let edit =
        async |who: &Staff, version, text: &str| notes::edit(&world, who, id, version, text).await;
    assert!(matches!(edit(&ben, 1, "mine").await, Err(NoteError::NotTheirs)));
    edit(&ana, 1, "Calls back on Tuesday").await.unwrap();
    assert!(matches!(
        edit(&ana, 1, "Wednesday").await,
        Err(NoteError::Change(ChangeError::Changed))
    ));
    // Nothing changed is nothing to keep.
    edit(&ana, 2, "Calls back on Tuesday").await.unwrap();
    clock.advance(TimeDelta::minutes(16));
    assert!(matches!(edit(&ana, 2, "Wednesday").await, Err(NoteError::TooLate)));
    for index in 0..60 {
        notes::add(&world, &ben, customer_id, &format!("Note {index}")).await.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let first = storage::notes::list(&mut session, customer_id, None, None).await.unwrap();
    assert_eq!(first.len(), usize::try_from(storage::notes::PAGE_ROWS).unwrap() + 1);
    let last = first[usize::try_from(storage::notes::PAGE_ROWS).unwrap() - 1].note.id;
    let rest = storage::notes::list(&mut session, customer_id, None, Some(last)).await.unwrap();
    assert_eq!(rest.len(), 11);
    let oldest = rest.iter().find(|row| row.note.id == id).unwrap();
    assert_eq!((oldest.note.body.as_str(), oldest.note.version), ("Calls back on Tuesday", 2));
    assert_eq!(oldest.author, "ana");
    drop(session);
    // Page by page the history shows each row once.
    let notes_only = ActivityQuery { topic: Some(Topic::Notes), ..all_of(customer_id) };
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let rows = page(&db, ActivityQuery { before, ..notes_only }).await;
        let shown = rows.len().min(usize::try_from(PAGE_ROWS).unwrap());
        seen.extend(rows[..shown].iter().map(|row| row.position));
        if rows.len() == shown {
            break;
        }
        before = seen.last().copied();
    }
    // The first of all is that the customer came into the books.
    assert_eq!(seen, (2..=63).rev().collect::<Vec<i64>>());
    assert_books_hold(&db).await;
}
both_engines!(notes_are_written_and_written_anew, notes_story);

async fn invoice_activity(db: Db) {
    let world = super::support::world::world(&db);
    let given = Given(&world);
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    let invoice_id = given.invoice(customer_id, "INV-1", 100).await;
    let mut session = db.begin().await.unwrap();
    for (invoice_id, text) in [(None, "customer"), (Some(invoice_id), "invoice")] {
        let after = [("note".to_owned(), text.to_owned())].into();
        let activity =
            Activity { invoice_id, ..Activity::new(ActivityKind::NoteAdded, "system", after) };
        history::write(&mut session, &world, customer_id, &activity).await.unwrap();
    }
    session.commit().await.unwrap();
    assert_eq!(page(&db, all_of(customer_id)).await.len(), 2);
    let with = ActivityQuery { has_invoices: true, ..all_of(customer_id) };
    assert_eq!(page(&db, with).await.len(), 3);
    let mut session = db.read().await.unwrap();
    let of_invoice =
        storage::activity::list_of_invoice(&mut session, invoice_id, None).await.unwrap();
    assert_eq!(of_invoice.len(), 1);
}
both_engines!(what_belongs_to_an_invoice_stays_there, invoice_activity);

/// A history beyond a page goes on where the page before it ended, with every row once.
async fn invoice_pages(db: Db) {
    const ROWS: usize = 2 * PAGE_ROWS as usize + 7;
    let world = super::support::world::world(&db);
    let given = Given(&world);
    let ana = staff(&world, "ana@halden.example").await;
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    let invoice_id = given.invoice(customer_id, "INV-1", 100).await;
    for number in 0..ROWS {
        notes::add_to_invoice(&world, &ana, invoice_id, &format!("Note {number}")).await.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let (mut before, mut texts, mut pages) = (None, Vec::new(), 0);
    loop {
        let rows = storage::activity::list_of_invoice(&mut session, invoice_id, before).await;
        let mut rows = rows.unwrap();
        let has_more = cut(&mut rows, PAGE_ROWS);
        texts.extend(rows.iter().filter_map(|row| row.after().get("note").cloned()));
        pages += 1;
        before = rows.last().map(|row| row.position);
        if !has_more {
            break;
        }
    }
    assert_eq!(pages, 3);
    let expected: Vec<String> = (0..ROWS).rev().map(|number| format!("Note {number}")).collect();
    assert_eq!(texts, expected);
}
both_engines!(an_invoices_history_goes_on_page_by_page, invoice_pages);

async fn invoice_notes(db: Db) {
    let world = super::support::world::world(&db);
    let given = Given(&world);
    let ana = staff(&world, "ana@halden.example").await;
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    let invoice_id = given.invoice(customer_id, "INV-1", 100).await;
    notes::add(&world, &ana, customer_id, "Of the customer").await.unwrap();
    notes::add_to_invoice(&world, &ana, invoice_id, "Of the invoice").await.unwrap();
    let mut session = db.read().await.unwrap();
    for (invoice_id, text) in [(None, "Of the customer"), (Some(invoice_id), "Of the invoice")] {
        let notes = storage::notes::list(&mut session, customer_id, invoice_id, None).await;
        let notes = notes.unwrap();
        let bodies: Vec<&str> = notes.iter().map(|row| row.note.body.as_str()).collect();
        assert_eq!(bodies, [text]);
    }
    drop(session);
    assert_eq!(page(&db, all_of(customer_id)).await.len(), 2);
    assert_books_hold(&db).await;
}
both_engines!(notes_of_an_invoice_are_not_the_customers, invoice_notes);

/// A contact of the books keeps the role it was given here when the books come again (product.md
/// §2.28, example 9).
async fn role_kept(db: Db) {
    let world = super::support::world::world(&db);
    let ana = staff(&world, "ana@halden.example").await;
    let head = "customer_number,customer_name,email,phone";
    bring_in(&world, &format!("{head}\nC-1,Alder Works,dana@alder.example,555-0100\n")).await;
    let customer_id = customer_named(&db, "C-1").await;
    let mut session = db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    let billing = roles.iter().find(|role| role.name == "Billing").unwrap().id;
    contact_roles::give_to_customer(&world, &ana, customer_id, billing).await.unwrap();
    bring_in(&world, &format!("{head}\nC-1,Alder Mills,dana@alder.example,555-0199\n")).await;
    let mut session = db.read().await.unwrap();
    let customer = storage::customers::find(&mut session, customer_id).await.unwrap().unwrap();
    assert_eq!(customer.name, "Alder Mills");
    let contacts = storage::contacts::all(&mut session, customer_id).await.unwrap();
    let roles: Vec<_> = contacts.iter().map(|row| (row.email.as_str(), row.role_id)).collect();
    assert_eq!(roles, [("dana@alder.example", billing)]);
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(a_role_outlives_the_next_import, role_kept);

/// How a customer, its people and who pays were at the end of a day is told by the history alone.
async fn back_then(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(crate::gateways::none::NoGateway));
    Given(&world).seller().await;
    let ana = staff(&world, "ana@halden.example").await;
    let head = "customer_number,customer_name,email,parent_number";
    let file = format!("{head}\nA,Acme,ap@acme.example,\nC,Clark,ap@clark.example,A\n");
    bring_in(&world, &file).await;
    let (acme, clark) = (customer_named(&db, "A").await, customer_named(&db, "C").await);
    let mut session = db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    let billing = roles.iter().find(|role| role.name == "Billing").unwrap().id;
    let role = billing.to_string();
    let form = |email: &'static str| contacts::ContactForm {
        name: "Dana Ruiz",
        email,
        phone: "555-0100",
        role_id: &role,
    };
    let dana = contacts::add(&world, &ana, clark, form("dana@clark.example")).await.unwrap();
    clock.advance(TimeDelta::days(2));
    contacts::edit(&world, &ana, dana, 1, form("d.ruiz@clark.example")).await.unwrap();
    let top = Some(BillingPreference::TopLevelParent);
    hierarchy::prefer(&world, &ana, clark, None, top).await.unwrap();

    let mut session = db.read().await.unwrap();
    let company = company::load(&mut session).await.unwrap();
    let mut told = async |id: CustomerId, days_ago: i64| {
        let rows = storage::activity::all_of_state(&mut session, id, 100).await.unwrap();
        let day = company.date_of(world.now()) - TimeDelta::days(days_ago);
        let view = as_of(&rows, day, &company, Sight::All, false);
        let pairs = |facts: Vec<FactView>| {
            let facts = facts.into_iter();
            facts.map(|fact| (fact.field, (fact.before, fact.after))).collect::<BTreeMap<_, _>>()
        };
        (pairs(view.facts), pairs(view.contacts))
    };
    let pair = |before: &str, after: &str| Some((before.to_owned(), after.to_owned()));
    let (facts, people) = told(clark, 1).await;
    assert_eq!(facts.get("bill_to").cloned(), pair("Clark (C)", "Acme (A)"));
    let words = "Dana Ruiz, 555-0100, Billing";
    assert_eq!(people.get("dana@clark.example").cloned(), pair(words, ""));
    assert_eq!(people.get("d.ruiz@clark.example").cloned(), pair("", words));
    assert_eq!(
        people.get("ap@clark.example").cloned(),
        pair("Clark, Company Contact", "Clark, Company Contact")
    );
    assert_eq!(told(acme, 1).await.0.get("pays_for").cloned(), pair("", "Clark (C)"));
    let (facts, people) = told(clark, 3).await;
    assert_eq!(facts.get("bill_to").cloned(), pair("", "Acme (A)"), "it was not there yet");
    assert_eq!(people.get("d.ruiz@clark.example").cloned(), pair("", words));
}
both_engines!(how_a_customer_was_is_told_by_its_history, back_then);

async fn tampering(db: Db) {
    let world = super::support::world::world(&db);
    let given = Given(&world);
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    let other = given.customer("C-2", "eve@other.example").await;
    let mut session = db.begin().await.unwrap();
    for index in 2..=5 {
        for id in [customer_id, other] {
            let after = [("note".to_owned(), format!("note {index}"))].into();
            let activity = Activity::new(ActivityKind::NoteAdded, "system", after);
            history::write(&mut session, &world, id, &activity).await.unwrap();
        }
    }
    session.commit().await.unwrap();
    let finding = async || {
        let mut session = db.read().await.unwrap();
        storage::activity::check(&mut session).await.unwrap()
    };
    let whole = finding().await;
    assert_eq!((whole.checked, whole.offender), (10, None));
    // While the triggers are there, not even whoever is connected as we are can do it.
    for sql in ["UPDATE activity SET actor = 'x'", "DELETE FROM activity"] {
        let mut session = db.begin().await.unwrap();
        assert!(database::run(&mut session, sql).await.is_err(), "{sql}");
    }
    for (sql, said, back) in [
        (
            "UPDATE activity SET actor = 'staff:x' WHERE position = 3",
            "row 3 of the history of customer",
            "UPDATE activity SET actor = 'system' WHERE position = 3",
        ),
        (
            "UPDATE activity SET kind = 'no such kind' WHERE position = 2",
            "is not what was written",
            "UPDATE activity SET kind = 'note_added' WHERE position = 2",
        ),
        (
            "UPDATE activity_heads SET hash = 'x'",
            "does not end with its row 5",
            "UPDATE activity_heads SET hash = (SELECT a.hash FROM activity a
                 WHERE a.customer_id = activity_heads.customer_id AND a.position = 5)",
        ),
        ("DELETE FROM activity WHERE position = 5", "does not end with its row 4", ""),
        ("DELETE FROM activity WHERE position = 2", "row 2 of the history of customer", ""),
        ("DELETE FROM activity", "is gone", ""),
        ("DELETE FROM activity_heads", "is gone", ""),
    ] {
        tamper(&db, sql).await;
        let offender = finding().await.offender.unwrap_or_default();
        assert!(offender.contains(said), "{sql}: {offender:?}");
        if !back.is_empty() {
            tamper(&db, back).await;
            assert_eq!(finding().await.offender, None, "{back}");
        }
    }
}
both_engines!(a_history_that_was_touched_shows, tampering);
