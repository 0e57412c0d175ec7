//! Letters to customers who pay by links: a link for each invoice and reader, in place of the portal,
//! that opens what it says; and letters to others, which are as they were.

use std::{collections::BTreeSet, sync::Arc};

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    jobs::take,
    letters::mailed,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    domain::{
        activity::ActivityKind,
        contact::MailKind,
        ids::{CustomerId, InvoiceId},
        pay_link::{PayLinkState, Standing},
        payment_override::{OnlinePayments, PaymentOverrides},
        permission::{Duties, Role},
        workflow::{Side, StepForm, Tone, WorkflowForm},
    },
    email::{Fault, mail_server},
    gateways::none::NoGateway,
    jobs::send_message,
    services::{
        World,
        contacts::{self, ContactForm},
        letters::LetterRun,
        mail::SendMessage,
        pay_links::{self, Looked},
        payment_overrides,
        reminders::{self, SEND_REMINDERS},
        staff::Staff,
        statements, workflows,
    },
    storage::{self, Db, activity::ActivityQuery, messages::MessageRow},
};

const PORTAL: &str = "https://pay.halden.example/portal";

/// What stands before a key in a letter.
const LINK: &str = "https://pay.halden.example/pay/";

/// The keys in a letter by the numbers of the invoices above them, as its plain text has them.
fn keys(letter: &MessageRow) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut number = String::new();
    for line in letter.body_text.lines() {
        if let Some((_, key)) = line.split_once(LINK) {
            assert_eq!(key.len(), 43, "{line}");
            assert!(letter.body_html.contains(&format!("{key}\"")), "{}", letter.body_html);
            found.push((number.clone(), key.to_owned()));
        } else if let Some((label, _)) =
            line.trim().split_once(':').filter(|_| line.contains("INV-"))
        {
            number = label.to_owned();
        }
    }
    found
}

async fn look(world: &World, key: &str) -> Looked {
    pay_links::look(world, key, "192.0.2.1").await.unwrap()
}

async fn state(db: &Db, id: InvoiceId) -> Option<PayLinkState> {
    let mut session = db.read().await.unwrap();
    storage::pay_links::find_latest(&mut session, id).await.unwrap().map(|link| link.state)
}

/// A second reader of everything that is mailed to a customer.
async fn reader(world: &World, staff: &Staff, id: CustomerId, email: &str) {
    let mut session = world.db.read().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    drop(session);
    let gets = |role: &&storage::contact_roles::RoleRow| {
        let kinds = [MailKind::Reminder, MailKind::Statement];
        kinds.into_iter().all(|kind| role.switches().gets(kind))
    };
    let role = roles.iter().find(gets).unwrap().id.to_string();
    let form = ContactForm { name: "Kim", email, phone: "", role_id: &role };
    contacts::add(world, staff, id, form).await.unwrap();
}

async fn by_links(world: &World, staff: &Staff, id: CustomerId) {
    let after = PaymentOverrides { online: OnlinePayments::PayLink, ..Default::default() };
    payment_overrides::change(world, staff, id, 1, &after).await.unwrap();
}

async fn made(db: &Db, id: CustomerId) -> usize {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id: id, topic: None, has_invoices: true, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.iter().filter(|row| row.kind == ActivityKind::PayLink).count()
}

/// Invoices are made on March 5 and due on April 4.
async fn letters(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    let birch = given.customer("C-2", "kim@birch.example").await;
    let first = given.invoice(alder, "INV-1", 123_456).await;
    let second = given.invoice(alder, "INV-2", 10_000).await;
    given.invoice(birch, "INV-3", 30_000).await;
    reader(&world, &ana, alder, "lee@alder.example").await;
    by_links(&world, &ana, alder).await;
    let steps = [StepForm { days: "7".to_owned(), side: Side::After, tone: Tone::Firm }];
    let form = WorkflowForm { name: "Usual".to_owned(), steps: steps.to_vec() };
    let id = workflows::add(&world, &form).await.unwrap();
    workflows::make_usual(&world, None, Some(id), "staff:ana@h.example").await.unwrap();

    // The reminder: a link for each invoice and reader, and nothing of the portal.
    clock.advance_to("2026-04-11T12:00:00Z");
    reminders::turn_day(&world).await.unwrap();
    while let Some(asked) = take::<LetterRun>(&world, SEND_REMINDERS).await {
        for _ in 0..2 {
            reminders::send_some(&world, PORTAL, &asked).await.unwrap();
        }
    }
    let mut seen = BTreeSet::new();
    for email in ["dana@alder.example", "lee@alder.example"] {
        let mails = mailed(&db, "reminder", email).await;
        assert_eq!(mails.len(), 1, "{email}");
        let letter = &mails[0];
        assert!(!letter.body_text.contains("/portal"), "{}", letter.body_text);
        assert!(!letter.body_html.contains("/portal"), "{}", letter.body_html);
        let keys = keys(letter);
        let numbers: BTreeSet<&str> = keys.iter().map(|(number, _)| number.as_str()).collect();
        assert_eq!(numbers, BTreeSet::from(["INV-1", "INV-2"]), "{}", letter.body_text);
        assert_eq!(keys.len(), 2);
        for (number, key) in keys {
            let looked = look(&world, &key).await;
            assert_eq!(looked.standing, Standing::Open);
            assert_eq!(looked.invoice.unwrap().invoice.number, number);
            assert!(seen.insert(key), "a key is mailed to one reader only");
        }
    }
    assert_eq!(state(&db, first).await, Some(PayLinkState::Active));
    assert_eq!(made(&db, alder).await, 2, "one row for each link, and not for each key");
    // Whoever pays in the portal is led there.
    let letter = mailed(&db, "reminder", "kim@birch.example").await.remove(0);
    assert!(letter.body_text.contains(PORTAL) && !letter.body_text.contains("/pay/"));

    // The statement: the same links while nothing changed, with keys of their own.
    clock.advance_to("2026-04-12T12:00:00Z");
    statements::send_now(&world, &ana, PORTAL, alder).await.unwrap();
    let letter = mailed(&db, "statement", "lee@alder.example").await.remove(0);
    let again = keys(&letter);
    assert_eq!(again.len(), 2);
    for (_, key) in &again {
        assert!(seen.insert(key.clone()));
        assert!(!look(&world, key).await.has_changed);
    }
    assert_eq!(made(&db, alder).await, 2);
    statements::send_now(&world, &ana, PORTAL, birch).await.unwrap();
    let letter = mailed(&db, "statement", "kim@birch.example").await.remove(0);
    assert!(letter.body_text.contains(PORTAL) && !letter.body_text.contains("/pay/"));

    // What is wholly on its way carries none; what changed carries a later one.
    let mut session = db.begin().await.unwrap();
    let now = world.now();
    storage::invoices::update_reserve(&mut session, second, 10_000, now).await.unwrap();
    let row = storage::invoices::find(&mut session, first).await.unwrap().unwrap();
    let later =
        storage::invoices::InvoiceRow { due_on: row.due_on + chrono::TimeDelta::days(30), ..row };
    storage::invoices::update(&mut session, &later, now).await.unwrap();
    session.commit().await.unwrap();
    clock.advance_to("2026-04-13T12:00:00Z");
    statements::send_now(&world, &ana, PORTAL, alder).await.unwrap();
    let letter = mailed(&db, "statement", "dana@alder.example").await.remove(0);
    let keys = keys(&letter);
    assert_eq!(keys.len(), 1, "{}", letter.body_text);
    assert_eq!(keys[0].0, "INV-1");
    assert_eq!(made(&db, alder).await, 3);
    let (_, before) = again.into_iter().find(|(number, _)| number == "INV-1").unwrap();
    let looked = look(&world, &before).await;
    assert!(looked.has_changed && looked.standing == Standing::Open);
    assert!(!look(&world, &keys[0].1).await.has_changed);

    // Opened, a link tells where receipts go: to whom it was mailed.
    let opened = pay_links::open(&world, &before, "192.0.2.1").await.unwrap();
    let (holder, _) = pay_links::holder(&world, &opened.token.unwrap()).await.unwrap().unwrap();
    assert_eq!((holder.email.as_str(), holder.payer_id), ("lee@alder.example", alder));
    let mut session = db.begin().await.unwrap();
    storage::invoices::update_release(&mut session, second, 10_000, now).await.unwrap();
    session.commit().await.unwrap();
    assert_books_hold(&db).await;
}
both_engines!(letters_carry_a_pay_link_for_each_invoice_and_reader, letters);

/// Once a letter is mailed, no key of it is left in the database.
async fn forgotten(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    given.invoice(alder, "INV-1", 123_456).await;
    by_links(app.world(), &ana, alder).await;
    statements::send_now(app.world(), &ana, PORTAL, alder).await.unwrap();
    let letter = mailed(&db, "statement", "dana@alder.example").await.remove(0);
    let (_, key) = keys(&letter).remove(0);
    let (transport, mut taken) = mail_server(Fault::None).await;
    let job = SendMessage { message_id: letter.id };
    send_message::run(app.world(), &transport, &app.state.pdf, "", &job).await.unwrap();
    assert!(taken.recv().await.unwrap().contains("INV-1"));
    let kept = mailed(&db, "statement", "dana@alder.example").await.remove(0);
    for said in [&kept.body_text, &kept.body_html] {
        assert!(said.contains("INV-1") && said.contains('…'), "{said}");
        assert!(!said.contains(&key), "{said}");
    }
    assert_eq!(look(app.world(), &key).await.standing, Standing::Open);
}
both_engines!(a_pay_link_is_not_kept_once_it_is_mailed, forgotten);
