//! What people on our side are told: payments, mentions, mail that does not arrive; once each, and by
//! e-mail where they want that.

use std::collections::BTreeSet;

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    processor::add_card,
    world::{assert_books_hold, world},
};
use crate::{
    domain::{
        form::Problem,
        ids::{CustomerId, NoteId, PaymentId, StaffUserId},
        mention,
        notification::{NotificationKind, NotificationKinds},
        permission::{Duties, Permission, Role, Sight},
    },
    email::{Fault, mail_server},
    jobs::{JobError, send_message},
    services::{
        World,
        change::ChangeError,
        customers,
        mail::SendMessage,
        notes::{self, NoteError},
        notifications, payments,
        staff::Staff,
    },
    storage::{self, Db, notifications::NamedNotificationRow},
};

async fn told_of(db: &Db, user: StaffUserId, sight: Sight) -> Vec<NamedNotificationRow> {
    let mut session = db.read().await.unwrap();
    storage::notifications::list(&mut session, user, sight, false, None).await.unwrap()
}

async fn told(db: &Db, user: StaffUserId) -> Vec<NotificationKind> {
    let rows = told_of(db, user, Sight::All).await;
    rows.into_iter().map(|row| row.notification.kind).collect()
}

async fn mailed(db: &Db, email: &str) -> Vec<String> {
    let mut session = db.read().await.unwrap();
    let rows = storage::messages::all_latest(&mut session, email, 50).await.unwrap();
    rows.into_iter().map(|row| format!("{}\n{}", row.subject, row.body_text)).collect()
}

async fn payment_of(db: &Db, customer: CustomerId) -> PaymentId {
    let mut session = db.read().await.unwrap();
    storage::payments::all_of_customer(&mut session, customer, 1).await.unwrap()[0].payment.id
}

async fn payments_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let viewer = given.staff("viewer@h.example", Duties::of(Role::Viewer)).await;
    let manager = given.staff("manager@h.example", Duties::of(Role::Manager)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut dana = app.payer("dana@alder.example").await;
    let pay = async |browser: &mut super::support::browser::Browser, number: &str, card: &str| {
        let invoice = given.invoice(customer, number, 10_000).await.to_string();
        let quote = add_card(browser, &invoice, card).await;
        browser.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await
    };

    // Nobody is responsible: those who see everything and enrol in autopay are told.
    pay(&mut dana, "INV-1", "4242424242424242").await;
    app.settle().await;
    let one = [NotificationKind::PaymentReceived];
    assert_eq!(told(&db, owner.id).await, one);
    assert_eq!(told(&db, manager.id).await, one);
    assert_eq!(told(&db, bea.id).await, []);
    assert_eq!(told(&db, viewer.id).await, []);
    // E-mails of payments are off until somebody wants them.
    assert_eq!(mailed(&db, "owner@h.example").await, [""; 0]);

    // However often, and from however many places at once, the processor says it.
    let payment = payment_of(&db, customer).await;
    let looks = (0..8).map(|_| {
        let world = app.world().clone();
        tokio::spawn(async move { payments::look_up(&world, payment, "webhook").await })
    });
    for look in futures::future::join_all(looks).await {
        look.unwrap().unwrap();
    }
    assert_eq!(told(&db, owner.id).await, one);

    // Somebody is responsible: only they are told, and by e-mail, without a name or a number.
    customers::assign(app.world(), &owner, customer, None, Some(bea.id)).await.unwrap();
    let all: NotificationKinds = NotificationKind::ALL.into_iter().collect();
    notifications::choose_mailed(app.world(), &bea, &all).await.unwrap();
    pay(&mut dana, "INV-2", "4242424242424242").await;
    pay(&mut dana, "INV-3", "4000000000000002").await;
    app.settle().await;
    let kinds: BTreeSet<_> = told(&db, bea.id).await.into_iter().collect();
    let expected = [NotificationKind::PaymentReceived, NotificationKind::PaymentFailed];
    assert_eq!(kinds, expected.into_iter().collect());
    assert_eq!(told(&db, owner.id).await, one);
    let mails = mailed(&db, "bea@h.example").await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    for mail in &mails {
        assert!(!mail.contains("C-1") && !mail.contains("INV") && !mail.contains("100"), "{mail}");
        assert!(!mail.contains("Customer C"), "{mail}");
    }
    // What they were told of a customer is not seen once it is somebody else's.
    assert_eq!(told_of(&db, bea.id, bea.sight()).await.len(), 2);
    customers::assign(app.world(), &owner, customer, Some(bea.id), None).await.unwrap();
    assert_eq!(told_of(&db, bea.id, bea.sight()).await.len(), 0);
    assert_books_hold(&db).await;
}
both_engines!(payments_are_told_once, payments_story);

async fn mentions_story(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let owner = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    let eve = given.staff("eve@h.example", Duties::of(Role::Specialist)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let add = async |text: &str| notes::add(&world, &owner, customer, text).await;
    let problem = |refused: Result<NoteId, ChangeError>| match refused {
        Err(ChangeError::Invalid(said)) => said.problem,
        other => panic!("{other:?}"),
    };

    // Whoever does not see the customer cannot be named, and nothing is kept.
    assert_eq!(problem(add("@ben and @bea please").await), Problem::NotSeen);
    assert_eq!(told(&db, ben.id).await, []);
    // Names, addresses, and what only looks like one; an author is not told of themselves.
    let text = "@Ben, see ben@h.example, @eve@h.example, @nobody and @ana '; -- <i>\u{202e}🦀";
    let id = add(text).await.unwrap();
    let mut session = db.read().await.unwrap();
    let note = storage::notes::find(&mut session, id).await.unwrap().unwrap();
    drop(session);
    assert_eq!((note.body.as_str(), note.mentions.as_str()), (text, "Ben\neve@h.example\nana"));
    let parts = mention::parts(&note.body, &note.mentions);
    let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(whole, text);
    assert_eq!(parts.iter().filter(|part| part.is_mention).count(), 3);
    for user in [&ben, &eve] {
        assert_eq!(told(&db, user.id).await, [NotificationKind::Mention]);
    }
    assert_eq!(told(&db, owner.id).await, []);
    // By e-mail too, as everybody has it at first; nothing of the note or the customer is in it.
    let mails = mailed(&db, "ben@h.example").await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("mentioned") && !mails[0].contains("C-1"), "{}", mails[0]);

    // Written anew, only those are told who were not before.
    notes::edit(&world, &owner, id, 1, "@Ben and @eve: once more").await.unwrap();
    assert_eq!(told(&db, ben.id).await.len(), 1);
    assert_eq!(told(&db, eve.id).await.len(), 1);
    let refused = notes::edit(&world, &owner, id, 2, "@bea").await;
    assert!(
        matches!(refused, Err(NoteError::Change(ChangeError::Invalid(said))) if said.problem == Problem::NotSeen)
    );
    customers::assign(&world, &owner, customer, None, Some(bea.id)).await.unwrap();
    notes::edit(&world, &owner, id, 2, "@bea@h.example now").await.unwrap();
    assert_eq!(told(&db, bea.id).await, [NotificationKind::Mention]);
    assert_eq!(mailed(&db, "ben@h.example").await.len(), 1);

    // Without the switch there is no e-mail, and somebody who may not sign in is nobody.
    notifications::choose_mailed(&world, &ben, &NotificationKinds::default()).await.unwrap();
    let second = add("@ben again").await.unwrap();
    assert_ne!(second, id);
    assert_eq!(told(&db, ben.id).await.len(), 2);
    assert_eq!(mailed(&db, "ben@h.example").await.len(), 1);
    let mut session = db.begin().await.unwrap();
    let row = storage::staff::find(&mut session, ben.id).await.unwrap().unwrap();
    let gone = storage::staff::StaffUserRow { is_active: false, ..row };
    assert!(storage::staff::update(&mut session, &gone).await.unwrap());
    session.commit().await.unwrap();
    add("@ben is gone").await.unwrap();
    assert_eq!(told(&db, ben.id).await.len(), 2);
    assert_books_hold(&db).await;
}
both_engines!(mentions_are_told_once, mentions_story);

async fn news(world: &World, staff: &Staff) -> i64 {
    let mut session = world.db.read().await.unwrap();
    let today = Given(world).today();
    storage::notifications::count_new(&mut session, staff.id, staff.sight(), today).await.unwrap()
}

async fn reading(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let owner = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    for _ in 0..3 {
        notes::add(&world, &owner, customer, "@ben").await.unwrap();
    }
    assert_eq!(news(&world, &ben).await, 3);
    let ids: Vec<_> =
        told_of(&db, ben.id, Sight::All).await.into_iter().map(|row| row.notification.id).collect();
    assert!(notifications::mark_read(&world, &ben, ids[0], true).await.unwrap());
    assert_eq!(news(&world, &ben).await, 2);
    assert!(notifications::mark_read(&world, &ben, ids[0], false).await.unwrap());
    assert_eq!(news(&world, &ben).await, 3);
    // What is put away counts as read, and is in the archive; it can come back.
    assert!(notifications::archive(&world, &ben, ids[1], true).await.unwrap());
    assert_eq!(news(&world, &ben).await, 2);
    assert_eq!(told(&db, ben.id).await.len(), 2);
    let mut session = db.read().await.unwrap();
    let away = storage::notifications::list(&mut session, ben.id, Sight::All, true, None).await;
    assert_eq!(away.unwrap().len(), 1);
    drop(session);
    assert!(notifications::archive(&world, &ben, ids[1], false).await.unwrap());
    assert_eq!(told(&db, ben.id).await.len(), 3);
    // Nobody reads for somebody else.
    assert!(!notifications::mark_read(&world, &owner, ids[2], true).await.unwrap());
    assert!(!notifications::archive(&world, &owner, ids[2], true).await.unwrap());
    notifications::mark_all_read(&world, &owner).await.unwrap();
    assert_eq!(news(&world, &ben).await, 2);
    notifications::mark_all_read(&world, &ben).await.unwrap();
    assert_eq!(news(&world, &ben).await, 0);
    let mut session = db.read().await.unwrap();
    let first = storage::notifications::list(&mut session, ben.id, Sight::All, false, Some(ids[0]));
    assert_eq!(first.await.unwrap().len(), 2);
    let mailed = storage::notifications::find_mailed(&mut session, ben.id).await.unwrap();
    let at_first = [NotificationKind::TaskAssigned, NotificationKind::Mention];
    assert_eq!(mailed, at_first.into_iter().collect());
    let all = storage::notifications::all_recipients(&mut session, Permission::Team).await.unwrap();
    assert_eq!(all.iter().map(|row| row.id).collect::<Vec<_>>(), [owner.id]);
}
both_engines!(what_was_told_is_read_and_put_away, reading);

async fn lost_mail(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await.to_string();
    let mut dana = app.payer("dana@alder.example").await;
    let quote = add_card(&mut dana, &invoice, "4242424242424242").await;
    dana.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    app.settle().await;
    let mut session = db.read().await.unwrap();
    let mails = storage::messages::all_latest(&mut session, "dana@alder.example", 1).await;
    drop(session);
    let job = SendMessage { message_id: mails.unwrap().remove(0).id };
    let mut session = db.begin().await.unwrap();
    storage::messages::update_state(&mut session, job.message_id, "queued", app.world().now())
        .await
        .unwrap();
    session.commit().await.unwrap();
    let before = told(&db, owner.id).await.len();
    let (transport, _taken) = mail_server(Fault::Answer("RCPT", "550 5.1.1 nobody\r\n")).await;
    for _ in 0..2 {
        let sent = send_message::run(app.world(), &transport, &app.state.pdf, "", &job).await;
        assert!(matches!(sent, Err(JobError::GiveUp(_))), "{sent:?}");
        // As the worker does when it parks the job, for whatever reason.
        let mut session = db.begin().await.unwrap();
        send_message::gave_up(app.world(), &mut session, &job).await.unwrap();
        session.commit().await.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let message = storage::messages::find(&mut session, job.message_id).await.unwrap().unwrap();
    assert_eq!(message.state, "failed");
    drop(session);
    let now = told(&db, owner.id).await;
    assert_eq!(now.len(), before + 1);
    assert_eq!(now[0], NotificationKind::MailFailed);
}
both_engines!(mail_that_is_refused_is_told_once, lost_mail);
