//! People at customers: what may be changed, what is kept, who may still sign in.

use std::collections::BTreeSet;

use super::{
    invoice_mail,
    naughty_forms::ask,
    support::{
        app::TestApp,
        both_engines,
        given::Given,
        letters::mailed,
        world::{assert_books_hold, world},
    },
};
use crate::{
    api::view::ContactsView,
    domain::{
        activity::{ActivityKind, Topic},
        contact::{ContactSource, MailKind, RoleSwitches},
        form::{FieldProblem, Problem},
        ids::{ContactId, CustomerId},
        permission::{Duties, Role},
    },
    services::{
        change::ChangeError,
        contact_roles::{self, RoleError, RoleForm},
        contacts::{self, ContactError, ContactForm},
        letters::READERS_MAX,
    },
    storage::{self, Db, activity::ActivityQuery, contacts::ContactRow},
};

const ANA: &str = "ana@halden.example";

async fn all(db: &Db, customer_id: CustomerId) -> Vec<ContactRow> {
    let mut session = db.read().await.unwrap();
    storage::contacts::all(&mut session, customer_id).await.unwrap()
}

fn field_of(error: impl Into<ContactError>) -> (&'static str, Problem) {
    match error.into() {
        ContactError::Change(ChangeError::Invalid(FieldProblem { field, problem })) => {
            (field.leak(), problem)
        }
        other => panic!("{other}"),
    }
}

async fn contacts_story(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let ana = given.staff(ANA, Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let other = given.customer("C-2", "eve@other.example").await;
    let mut session = db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["Company Contact", "Primary Contact", "Billing", "Other"]);
    let [company, _, billing, none] = [0, 1, 2, 3].map(|index| roles[index].id.to_string());
    assert!(roles[2].switches().gets_invoices && !roles[3].switches().gets_messages);
    let form =
        |email: &'static str, role_id| ContactForm { name: "Ben", email, phone: "", role_id };

    // An address and a role are needed, and what is wrong is said of its field.
    let add = async |form| contacts::add(&world, &ana, customer, form).await;
    let bad = add(form("", &billing)).await.unwrap_err();
    assert_eq!(field_of(bad), ("email", Problem::Required));
    let bad = add(form("ben@alder.example", "")).await.unwrap_err();
    assert_eq!(field_of(bad), ("role_id", Problem::Required));
    let unknown = customer.to_string();
    let bad = add(form("ben@alder.example", &unknown)).await.unwrap_err();
    assert_eq!(field_of(bad), ("role_id", Problem::NotAChoice));
    let long = "x".repeat(201);
    let bad = add(ContactForm { name: &long, ..form("ben@alder.example", &billing) }).await;
    assert_eq!(field_of(bad.unwrap_err()), ("name", Problem::TooLong));
    let ben = add(form("Ben@Alder.example ", &billing)).await.unwrap();
    let bad = add(form("ben@alder.example", &billing)).await.unwrap_err();
    assert_eq!(field_of(bad), ("email", Problem::AlreadyUsed));
    // Another customer may have the same person.
    contacts::add(&world, &ana, other, form("ben@alder.example", &none)).await.unwrap();
    let nobody = contacts::add(&world, &ana, world.new_id(), form("x@y.example", &none)).await;
    assert!(matches!(nobody, Err(ContactError::Change(ChangeError::NotFound))));

    // Of the books' own contact only the role changes (product.md §2.28, example 9).
    let dana = all(&db, customer).await.into_iter().find(|row| row.id != ben).unwrap();
    assert_eq!((dana.source, dana.role_id.to_string()), (ContactSource::Books, company));
    let as_it_is =
        ContactForm { name: &dana.name, email: &dana.email, phone: &dana.phone, role_id: &billing };
    let edit = async |id, version, form| contacts::edit(&world, &ana, id, version, form).await;
    edit(dana.id, 1, as_it_is).await.unwrap();
    let moved = ContactForm { email: "new@alder.example", ..as_it_is };
    assert!(matches!(edit(dana.id, 2, moved).await, Err(ContactError::FromBooks)));
    let gone = contacts::remove(&world, &ana, dana.id, 2).await;
    assert!(matches!(gone, Err(ContactError::FromBooks)));

    // Two people, one contact: the second hears of it.
    edit(ben, 1, ContactForm { phone: "555-0100", ..form("ben@alder.example", &billing) })
        .await
        .unwrap();
    let late = edit(ben, 1, form("b@alder.example", &billing)).await;
    assert!(matches!(late, Err(ContactError::Change(ChangeError::Changed))));
    let taken = edit(ben, 2, form("dana@alder.example", &billing)).await.unwrap_err();
    assert_eq!(field_of(taken), ("email", Problem::AlreadyUsed));
    let late = contacts::remove(&world, &ana, ben, 1).await;
    assert!(matches!(late, Err(ContactError::Change(ChangeError::Changed))));
    contacts::remove(&world, &ana, ben, 2).await.unwrap();
    let gone = contacts::remove(&world, &ana, ben, 3).await;
    assert!(matches!(gone, Err(ContactError::Change(ChangeError::NotFound))));
    // Who was removed can be added again.
    let again: ContactId = add(form("ben@alder.example", &none)).await.unwrap();
    assert_ne!(again, ben);

    let mut session = db.read().await.unwrap();
    let query = ActivityQuery {
        customer_id: customer,
        topic: Some(Topic::Contacts),
        has_invoices: false,
        before: None,
    };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let kinds: Vec<ActivityKind> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(
        kinds,
        [
            ActivityKind::ContactAdded,
            ActivityKind::ContactRemoved,
            ActivityKind::ContactChanged,
            ActivityKind::ContactChanged,
            ActivityKind::ContactAdded,
        ]
    );
    assert_eq!(rows[3].before()["role"], "Company Contact");
    assert_eq!(rows[3].after()["role"], "Billing");
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(contacts_are_added_changed_and_removed, contacts_story);

async fn removed_are_out(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let ana = given.staff(ANA, Duties::of(Role::Owner)).await;
    let mut session = db.read().await.unwrap();
    let role = storage::contact_roles::all(&mut session).await.unwrap()[3].id.to_string();
    drop(session);
    let form = ContactForm { name: "Ben", email: "ben@alder.example", phone: "", role_id: &role };
    let ben = contacts::add(app.world(), &ana, customer, form).await.unwrap();
    // A role that gets no mail opens the portal all the same.
    let mut browser = app.payer("ben@alder.example").await;
    assert_eq!(browser.get("/portal").await.status, 200);
    contacts::remove(app.world(), &ana, ben, 1).await.unwrap();
    let answer = browser.get("/portal").await;
    assert!(answer.location.starts_with("/portal/accounts"), "{answer:?}");
    // No code is mailed to them any more; the answer is the one everybody gets.
    let form = [("email", "ben@alder.example")];
    assert_eq!(browser.post("/api/portal/session/request_code", &form).await.status, 302);
    let mut session = db.read().await.unwrap();
    let mails = storage::messages::all_latest(&mut session, "ben@alder.example", 9).await.unwrap();
    assert_eq!(mails.len(), 1);
}
both_engines!(who_was_removed_is_out_at_once, removed_are_out);

async fn roles_story(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let ana = given.staff(ANA, Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let other = given.customer("C-2", "eve@other.example").await;
    let form = |name, gets_invoices, gets_messages| RoleForm {
        name,
        switches: RoleSwitches { gets_invoices, gets_messages },
    };
    let field = |error: RoleError| match error {
        RoleError::Change(error) => field_of(error),
        other => panic!("{other}"),
    };

    // A name is needed, and no two roles have one name, however it is written.
    let bad = contact_roles::add(&world, form(" ", true, true)).await.unwrap_err();
    assert_eq!(field_of(bad), ("role_name", Problem::Required));
    let bad = contact_roles::add(&world, form(" bILLING ", true, true)).await.unwrap_err();
    assert_eq!(field_of(bad), ("role_name", Problem::AlreadyUsed));
    let audit = contact_roles::add(&world, form("Audit", false, true)).await.unwrap();
    contact_roles::edit(&world, audit, 1, form("Auditors", true, false)).await.unwrap();
    let late = contact_roles::edit(&world, audit, 1, form("Late", true, true)).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");

    // All contacts of one customer, and of nobody else, with a row in its history for each.
    let role_id = audit.to_string();
    let ben = ContactForm { name: "Ben", email: "ben@alder.example", phone: "", role_id: &role_id };
    contacts::add(&world, &ana, customer, ben).await.unwrap();
    let mut session = db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    let (first, billing) = (roles[0].id, roles[2].id);
    contact_roles::give_to_customer(&world, &ana, customer, billing).await.unwrap();
    let role_of =
        |rows: Vec<ContactRow>| rows.into_iter().map(|row| row.role_id).collect::<Vec<_>>();
    assert_eq!(role_of(all(&db, customer).await), [billing, billing]);
    assert_eq!(role_of(all(&db, other).await), [first]);
    let changes = async |customer_id| {
        let mut session = db.read().await.unwrap();
        let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
        let rows = storage::activity::list(&mut session, &query).await.unwrap();
        let is_change =
            |row: &&storage::activity::ActivityRow| row.kind == ActivityKind::ContactChanged;
        rows.iter().filter(is_change).map(|row| row.after()["contact"].clone()).collect::<Vec<_>>()
    };
    let mut told = changes(customer).await;
    told.sort();
    assert_eq!(told, ["ben@alder.example", "dana@alder.example"]);
    contact_roles::give_to_customer(&world, &ana, customer, billing).await.unwrap();
    assert_eq!(changes(customer).await.len(), 2, "nothing changed, nothing is told");

    // A role in use does not vanish without another in its place; the first one stays.
    let stays = contact_roles::remove(&world, &ana, first, 1, Some(billing)).await;
    assert!(matches!(stays, Err(RoleError::First)), "{stays:?}");
    let used = contact_roles::remove(&world, &ana, billing, 1, None).await.unwrap_err();
    assert_eq!(field(used), ("replacement", Problem::Required));
    let same = contact_roles::remove(&world, &ana, billing, 1, Some(billing)).await.unwrap_err();
    assert_eq!(field(same), ("replacement", Problem::NotAChoice));
    let gone = contact_roles::remove(&world, &ana, world.new_id(), 1, None).await;
    assert!(matches!(gone, Err(RoleError::Change(ChangeError::NotFound))), "{gone:?}");
    let rows = all(&db, customer).await;
    let ben = rows.iter().find(|row| row.source == ContactSource::Local).unwrap();
    contacts::remove(&world, &ana, ben.id, ben.version).await.unwrap();
    contact_roles::remove(&world, &ana, billing, 1, Some(audit)).await.unwrap();
    assert_eq!(role_of(all(&db, customer).await), [audit]);
    let mut session = db.read().await.unwrap();
    assert_eq!(storage::contact_roles::find(&mut session, billing).await.unwrap(), None);
    let used = storage::contact_roles::all_used(&mut session).await.unwrap();
    assert_eq!((used.get(&audit), used.get(&first)), (Some(&1), Some(&1)));
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(roles_are_kept_and_given, roles_story);

/// The grid says of each letter what sending it does: of those whose role gets it the oldest, and no more
/// than one letter goes to; of whoever pays, where that is another.
async fn preview_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ana = given.staff(ANA, Duties::of(Role::Owner)).await;
    let buyer = given.customer("C-1", "dana@alder.example").await;
    let payer = given.customer("C-2", "kim@birch.example").await;
    let invoice = given.invoice(buyer, "INV-1", 10_000).await;
    let switches = RoleSwitches { gets_invoices: true, gets_messages: false };
    contact_roles::add(app.world(), RoleForm { name: "Ledger", switches }).await.unwrap();
    let mut session = db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    for (customer, count, stride) in [(buyer, 7, 1), (payer, 2 * READERS_MAX, 3)] {
        for number in 0..count {
            // Others than by their age come first by their address.
            let email = format!("{:02}@{customer}.example", count - number);
            let role_id = roles[number * stride % roles.len()].id.to_string();
            let form = ContactForm { name: "Ben", email: &email, phone: "", role_id: &role_id };
            contacts::add(app.world(), &ana, customer, form).await.unwrap();
        }
    }
    let mut browser = app.signed_in(ANA).await;
    for is_paid_by_another in [false, true] {
        if is_paid_by_another {
            invoice_mail::pays(&app, payer, (buyer, "C-1")).await;
        }
        let path = format!("/api/staff/contacts/list?customer_id={buyer}");
        let view: ContactsView = ask(&mut browser, &path).await;
        let people = match view.payer {
            Some(payer) => payer.contacts.unwrap(),
            None => view.contacts,
        };
        let named = |kind: MailKind| -> BTreeSet<&str> {
            let readers = people.iter().filter(|one| one.gets.contains(&kind));
            readers.map(|one| one.email.as_str()).collect()
        };
        let shown = invoice_mail::shown(&mut browser, invoice).await;
        assert_eq!(named(MailKind::Reminder), shown.to.split(", ").collect());
        assert!(named(MailKind::Reminder).len() <= READERS_MAX, "{}", shown.to);
        assert_eq!(named(MailKind::Reminder).len() == READERS_MAX, is_paid_by_another);
        assert_ne!(named(MailKind::Invoice), named(MailKind::Reminder));
        let whose = if is_paid_by_another { payer } else { buyer };
        let form = format!("customer_id={whose}");
        let answer = browser.call("/api/staff/customers/send_statement", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mails = mailed(&db, "statement", "").await;
        let mut to: BTreeSet<&str> = mails.iter().map(|mail| mail.to_email.as_str()).collect();
        to.retain(|email| people.iter().any(|one| one.email == *email));
        assert_eq!(named(MailKind::Statement), to);
    }
    assert_books_hold(&db).await;
}
both_engines!(the_grid_says_who_gets_which_letter, preview_story);
