//! Tasks: who may do what, what the history tells, and being told that something is due.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    world::{TestClock, assert_books_hold, world, world_with},
};
use crate::{
    domain::{
        activity::ActivityKind,
        form::{FieldProblem, Problem},
        ids::{CustomerId, StaffUserId},
        notification::NotificationKind,
        permission::{Duties, Role, Sight},
        task::{CallOutcome, TaskKind},
    },
    gateways::none::NoGateway,
    services::{
        World,
        change::ChangeError,
        customers, notes,
        staff::Staff,
        task_templates::{self, TemplateForm},
        tasks::{self, TaskError, TaskForm},
    },
    storage::{self, Db, activity::ActivityQuery, tasks::Whose},
};

async fn kinds(db: &Db, customer_id: CustomerId) -> Vec<ActivityKind> {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .map(|row| row.kind)
        .filter(|kind| !matches!(kind, ActivityKind::ContactAdded | ActivityKind::CustomerAdded))
        .collect()
}

async fn told(db: &Db, user: StaffUserId) -> Vec<NotificationKind> {
    let mut session = db.read().await.unwrap();
    let rows = storage::notifications::list(&mut session, user, Sight::All, false, None).await;
    rows.unwrap().into_iter().map(|row| row.notification.kind).collect()
}

async fn news(world: &World, staff: &Staff) -> i64 {
    let mut session = world.db.read().await.unwrap();
    let today = Given(world).today();
    storage::notifications::count_new(&mut session, staff.id, staff.sight(), today).await.unwrap()
}

fn field_of(error: impl Into<TaskError>) -> (&'static str, Problem) {
    match error.into() {
        TaskError::Change(ChangeError::Invalid(FieldProblem { field, problem })) => {
            (field.leak(), problem)
        }
        other => panic!("{other}"),
    }
}

async fn story(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    let eve = given.staff("eve@h.example", Duties::of(Role::Specialist)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    given.customer("C-2", "x@other.example").await;
    given.invoice(alder, "INV-1", 10_000).await;
    let (today, to_ben) = (given.today().to_string(), ben.id.to_string());
    let call = TaskForm {
        kind: "call",
        title: "  Ask Dana\nabout INV-1",
        notes: "<b>'; DROP TABLE tasks; --</b> 🦀",
        customer: "C-1",
        invoice: "INV-1",
        due_on: &today,
        assignee: &to_ben,
        is_template: false,
    };

    // What is wrong is said of its field, and nothing is kept.
    let to_bea = bea.id.to_string();
    let long = "x".repeat(5_001);
    for (form, expected) in [
        (TaskForm { title: " ", ..call }, ("title", Problem::Required)),
        (TaskForm { kind: "x", ..call }, ("kind", Problem::NotAChoice)),
        (TaskForm { customer: "C-9", ..call }, ("customer", Problem::NotAChoice)),
        (TaskForm { customer: "C-2", ..call }, ("invoice", Problem::NotAChoice)),
        (TaskForm { invoice: "INV-9", ..call }, ("invoice", Problem::NotAChoice)),
        (TaskForm { due_on: "2026-03-04", ..call }, ("due_on", Problem::OutOfRange)),
        (TaskForm { due_on: "soon", ..call }, ("due_on", Problem::NotADate)),
        (TaskForm { assignee: "", ..call }, ("assignee", Problem::NotAChoice)),
        (TaskForm { assignee: &to_bea, ..call }, ("assignee", Problem::NotSeen)),
        (TaskForm { notes: &long, ..call }, ("notes", Problem::TooLong)),
    ] {
        assert_eq!(field_of(tasks::add(&world, &ana, &form).await.unwrap_err()), expected);
    }
    // A customer out of sight is none at all.
    let hidden = tasks::add(&world, &bea, &call).await.unwrap_err();
    assert_eq!(field_of(hidden), ("customer", Problem::NotAChoice));
    let by_invoice = TaskForm { customer: "", ..call };
    let hidden = tasks::add(&world, &bea, &by_invoice).await.unwrap_err();
    assert_eq!(field_of(hidden), ("invoice", Problem::NotAChoice));

    // An invoice alone says whose it is. Ben is told, and it counts as new until he reads of it.
    let id = tasks::add(&world, &ana, &by_invoice).await.unwrap();
    let mut session = db.read().await.unwrap();
    let task = storage::tasks::find(&mut session, id).await.unwrap().unwrap();
    assert_eq!((task.customer_id, task.title.as_str()), (Some(alder), "Ask Dana about INV-1"));
    assert_eq!(task.notes, call.notes);
    drop(session);
    assert_eq!(told(&db, ben.id).await, [NotificationKind::TaskAssigned]);
    assert_eq!((news(&world, &ben).await, news(&world, &ana).await), (2, 0));

    // Who sees the customer may read it; only its two people, and those who lead, may change it.
    let mut session = db.read().await.unwrap();
    assert!(tasks::find(&mut session, &eve, id).await.is_ok());
    assert!(matches!(tasks::find(&mut session, &bea, id).await, Err(ChangeError::NotFound)));
    drop(session);
    let complete = async |who: &Staff, version, outcome: &str| {
        tasks::complete(&world, who, id, version, outcome).await
    };
    assert!(matches!(complete(&eve, 1, "reached").await, Err(TaskError::NotTheirs)));
    assert!(matches!(
        complete(&bea, 1, "reached").await,
        Err(TaskError::Change(ChangeError::NotFound))
    ));
    assert!(matches!(tasks::remove(&world, &eve, id, 1).await, Err(TaskError::NotTheirs)));
    let change = TaskForm { title: "Ask again", ..call };
    let refused = tasks::edit(&world, &eve, id, 1, &change).await;
    assert!(matches!(refused, Err(TaskError::NotTheirs)));

    // Two people, one task: the second hears of it.
    tasks::edit(&world, &ben, id, 1, &change).await.unwrap();
    assert!(matches!(
        tasks::edit(&world, &ana, id, 1, &call).await,
        Err(TaskError::Change(ChangeError::Changed))
    ));
    assert!(matches!(
        complete(&ben, 1, "reached").await,
        Err(TaskError::Change(ChangeError::Changed))
    ));
    // Nothing changed: nothing is written.
    tasks::edit(&world, &ben, id, 2, &change).await.unwrap();

    // A call says how it went; it can be undone.
    assert_eq!(field_of(complete(&ben, 2, "").await.unwrap_err()), ("outcome", Problem::Required));
    let bad = complete(&ben, 2, "maybe").await.unwrap_err();
    assert_eq!(field_of(bad), ("outcome", Problem::NotAChoice));
    let done = complete(&ben, 2, "promise_taken").await.unwrap();
    assert_eq!((done.version, done.outcome), (3, Some(CallOutcome::PromiseTaken)));
    assert!(matches!(
        complete(&ben, 3, "reached").await,
        Err(TaskError::Change(ChangeError::Changed))
    ));
    let late = tasks::edit(&world, &ben, id, 3, &call).await;
    assert!(matches!(late, Err(TaskError::Change(ChangeError::Changed))));
    let open = tasks::reopen(&world, &ana, id, 3).await.unwrap();
    assert_eq!((open.version, open.outcome, open.completed_at), (4, None, None));
    complete(&ben, 4, "voicemail").await.unwrap();
    let expected = [
        ActivityKind::TaskDone,
        ActivityKind::TaskReopened,
        ActivityKind::TaskDone,
        ActivityKind::TaskChanged,
        ActivityKind::TaskAdded,
    ];
    assert_eq!(kinds(&db, alder).await, expected);

    // Somebody else has it now, about another customer: both histories tell, and they are told.
    tasks::reopen(&world, &ben, id, 5).await.unwrap();
    let to_eve = eve.id.to_string();
    let moved = TaskForm { customer: "C-2", invoice: "", assignee: &to_eve, ..call };
    tasks::edit(&world, &ana, id, 6, &moved).await.unwrap();
    assert_eq!(told(&db, eve.id).await, [NotificationKind::TaskAssigned]);
    assert_eq!(kinds(&db, alder).await[0], ActivityKind::TaskRemoved);

    // Those who lead the team may remove it, and what was said of it goes too.
    tasks::remove(&world, &ana, id, 7).await.unwrap();
    assert_eq!(told(&db, eve.id).await, []);
    assert_books_hold(&db).await;
}
both_engines!(tasks_belong_to_their_two_people, story);

async fn lists(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let bea = given.staff("bea@h.example", own).await;
    let alder = given.customer("C-1", "dana@alder.example").await;
    customers::assign(&world, &ana, alder, None, Some(bea.id)).await.unwrap();
    let to_bea = bea.id.to_string();
    for index in 0..60_i64 {
        let due_on = (given.today() + TimeDelta::days(index % 7)).to_string();
        let title = format!("Task {index}");
        let customer = if index % 2 == 0 { "C-1" } else { "" };
        let form = TaskForm {
            kind: "to_do",
            title: &title,
            customer,
            due_on: &due_on,
            assignee: &to_bea,
            ..TaskForm::default()
        };
        tasks::add(&world, &ana, &form).await.unwrap();
    }
    // Every task once, those due first, page by page.
    let mut session = db.read().await.unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let rows =
            storage::tasks::list_open(&mut session, bea.id, Whose::Assigned, bea.sight(), after);
        let mut rows = rows.await.unwrap();
        let has_more = rows.len() > 50;
        rows.truncate(50);
        after = rows.last().map(|row| (row.task.due_on, row.task.id));
        seen.extend(rows.into_iter().map(|row| (row.task.due_on, row.task.id)));
        if !has_more {
            break;
        }
    }
    assert_eq!(seen.len(), 60);
    assert!(seen.is_sorted());
    let created = Whose::Created;
    let list = storage::tasks::list_open(&mut session, ana.id, created, Sight::All, None).await;
    assert_eq!(list.unwrap().len(), 51);
    let list = storage::tasks::list_open(&mut session, bea.id, created, Sight::All, None).await;
    assert!(list.unwrap().is_empty());
    let of_customer = storage::tasks::all_open_of_customer(&mut session, alder, 20).await.unwrap();
    assert_eq!(of_customer.len(), 20);
    assert_eq!(of_customer[0].customer_number.as_deref(), Some("C-1"));
    drop(session);

    // Done ones are in the archive, the latest first.
    for (_, id) in seen.iter().take(52) {
        tasks::complete(&world, &bea, *id, 1, "").await.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let mut first =
        storage::tasks::list_done(&mut session, bea.id, bea.sight(), None).await.unwrap();
    assert_eq!(first.len(), 51);
    first.truncate(50);
    assert_eq!(first[0].task.id, seen[51].1);
    let last = &first[49].task;
    let before = last.completed_at.map(|at| (at, last.id));
    let rest = storage::tasks::list_done(&mut session, bea.id, bea.sight(), before).await.unwrap();
    assert_eq!(rest.len(), 2);
    assert_eq!(rest[1].completer.as_deref(), Some("bea"));
    drop(session);

    // When the customer is somebody else's, nothing about it is seen any more, in sums neither.
    customers::assign(&world, &ana, alder, Some(bea.id), None).await.unwrap();
    let mut session = db.read().await.unwrap();
    let sight = bea.sight();
    let open = storage::tasks::list_open(&mut session, bea.id, Whose::Assigned, sight, None).await;
    assert!(open.unwrap().iter().all(|row| row.task.customer_id.is_none()));
    let done = storage::tasks::list_done(&mut session, bea.id, sight, None).await.unwrap();
    assert!(done.iter().all(|row| row.task.customer_id.is_none()));
    let told =
        storage::notifications::list(&mut session, bea.id, sight, false, None).await.unwrap();
    assert_eq!(told.len(), 30);
    drop(session);
    assert_eq!(news(&world, &bea).await, 30);
}
both_engines!(tasks_are_listed_page_by_page, lists);

async fn due(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let today = given.today();
    let mut ids = Vec::new();
    for days in [0, 1, 1, 2] {
        let (due_on, assignee) = ((today + TimeDelta::days(days)).to_string(), ana.id.to_string());
        let form = TaskForm {
            kind: "email",
            title: "Write",
            due_on: &due_on,
            assignee: &assignee,
            ..TaskForm::default()
        };
        ids.push(tasks::add(&world, &ana, &form).await.unwrap());
    }
    // Whoever takes something on today knows that it is due today.
    assert_eq!(tasks::tell_due(&world).await.unwrap(), 0);
    // Not at night: five in the morning there.
    clock.advance(TimeDelta::hours(19));
    assert_eq!(tasks::tell_due(&world).await.unwrap(), 0);
    clock.advance(TimeDelta::hours(2));
    // Any number of workers at once say it once.
    let workers = (0..6).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { tasks::tell_due(&world).await.unwrap() })
    });
    let done = futures::future::join_all(workers).await;
    assert_eq!(done.into_iter().map(Result::unwrap).sum::<usize>(), 2);
    assert_eq!(told(&db, ana.id).await, [NotificationKind::TaskDue; 2]);
    assert_eq!(tasks::tell_due(&world).await.unwrap(), 0);
    // Put off, it is said again on the new day; a done one is not.
    let later = (today + TimeDelta::days(2)).to_string();
    let assignee = ana.id.to_string();
    let form = TaskForm {
        kind: "email",
        title: "Write",
        due_on: &later,
        assignee: &assignee,
        ..TaskForm::default()
    };
    tasks::edit(&world, &ana, ids[1], 1, &form).await.unwrap();
    tasks::complete(&world, &ana, ids[3], 1, "").await.unwrap();
    clock.advance(TimeDelta::days(1));
    assert_eq!(tasks::tell_due(&world).await.unwrap(), 1);
    assert_eq!(told(&db, ana.id).await.len(), 3);
}
both_engines!(what_is_due_is_said_once, due);

async fn templates(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let form = TemplateForm { name: "Ask about payment", kind: "call", notes: "Be kind." };
    let id = task_templates::add(&world, form).await.unwrap();
    let same = TemplateForm { name: "ASK about payment", ..form };
    let taken = task_templates::add(&world, same).await.unwrap_err();
    assert_eq!(field_of(taken), ("template_name", Problem::AlreadyUsed));
    let empty = task_templates::add(&world, TemplateForm { name: " ", ..form }).await.unwrap_err();
    assert_eq!(field_of(empty), ("template_name", Problem::Required));
    let bad = task_templates::add(&world, TemplateForm { kind: "x", ..form }).await.unwrap_err();
    assert_eq!(field_of(bad), ("kind", Problem::NotAChoice));

    // A task that is added can become one; with a name that is taken neither is kept.
    let (due_on, assignee) = (given.today().to_string(), ana.id.to_string());
    let task = TaskForm {
        kind: "email",
        title: "Thank them",
        notes: "Soon.",
        due_on: &due_on,
        assignee: &assignee,
        is_template: true,
        ..TaskForm::default()
    };
    tasks::add(&world, &ana, &task).await.unwrap();
    let again = tasks::add(&world, &ana, &task).await.unwrap_err();
    assert_eq!(field_of(again), ("is_template", Problem::AlreadyUsed));
    let mut session = db.read().await.unwrap();
    let all = storage::task_templates::all(&mut session).await.unwrap();
    let mine = storage::tasks::list_open(&mut session, ana.id, Whose::Assigned, Sight::All, None);
    assert_eq!(mine.await.unwrap().len(), 1);
    drop(session);
    let names: Vec<_> = all.iter().map(|row| (row.name.as_str(), row.kind)).collect();
    assert_eq!(names, [("Ask about payment", TaskKind::Call), ("Thank them", TaskKind::Email)]);

    // Two people, one template.
    task_templates::edit(&world, id, 1, TemplateForm { notes: "", ..form }).await.unwrap();
    let late = task_templates::edit(&world, id, 1, form).await;
    assert!(matches!(late, Err(ChangeError::Changed)));
    assert!(matches!(task_templates::remove(&world, id, 1).await, Err(ChangeError::Changed)));
    task_templates::remove(&world, id, 2).await.unwrap();
    assert!(matches!(task_templates::remove(&world, id, 2).await, Err(ChangeError::NotFound)));
    let gone = task_templates::edit(&world, id, 2, form).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)));
}
both_engines!(templates_are_kept, templates);

/// Pages and forms as they come and go without script.
async fn pages(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    let form = TemplateForm { name: "Ask about payment", kind: "call", notes: "Be kind." };
    let template = task_templates::add(app.world(), form).await.unwrap().to_string();
    let mut browser = app.signed_in("owner@h.example").await;
    let (due_on, assignee) = (given.today().to_string(), owner.id.to_string());
    let panel = format!("/staff/customers?panel={customer}");
    for (back, expected) in [
        (panel.as_str(), panel.as_str()),
        ("https://evil.example/", "/staff/tasks"),
        ("//evil.example/staff/", "/staff/tasks"),
        ("", "/staff/tasks"),
    ] {
        let sent = [
            ("task[title]", ""),
            ("task[template]", template.as_str()),
            ("task[customer]", "C-1"),
            ("task[due_on]", due_on.as_str()),
            ("task[assignee]", assignee.as_str()),
            ("task[back]", back),
        ];
        let answer = browser.post("/api/staff/tasks/save", &sent).await;
        assert_eq!((answer.status, answer.location.as_str()), (302, expected), "{}", answer.body);
    }
    let page = browser.get("/staff/tasks").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("Complete Ask about payment").count(), 4, "{}", page.body);
    assert!(page.body.contains("Tasks and notifications, 4 new"), "{}", page.body);
    let panel = browser.get(&panel).await;
    assert!(panel.body.contains("Open tasks") && panel.body.contains("Be kind."));
    // A call without an outcome is refused; with one it is in the archive.
    let mut session = db.read().await.unwrap();
    let open = storage::tasks::all_open_of_customer(&mut session, customer, 9).await.unwrap();
    drop(session);
    let id = open[0].task.id.to_string();
    let bare = format!("id={id}&version=1");
    assert_eq!(browser.call("/api/staff/tasks/complete", &bare).await.status, 422);
    let done = browser.call("/api/staff/tasks/complete", &format!("{bare}&outcome=reached")).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(browser.call("/api/staff/tasks/complete", &bare).await.status, 409);
    for (path, said) in [
        ("/staff/tasks?view=done", "Reopen Ask about payment"),
        ("/staff/tasks?view=created", "Nobody has a task of yours"),
        ("/staff/tasks?view=notifications", "Nothing new"),
        ("/staff/tasks?view=archived", "The archive is empty"),
        ("/staff/tasks?view=form", "New task"),
        (&format!("/staff/tasks?view=form&customer={customer}"), "value=\"C-1\""),
        (&format!("/staff/tasks?view=form&task={}", open[1].task.id), "Change the task"),
        ("/staff/account", "You were mentioned in a note"),
        ("/staff/settings", "Ask about payment"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(said), "{path}: {}", page.body);
    }
    let choice = [("mailed[payment_received]", "true"), ("mailed[mention]", "true")];
    let saved = browser.post("/api/staff/account/save_notifications", &choice).await;
    assert_eq!(saved.status, 302, "{}", saved.body);
    let mut session = db.read().await.unwrap();
    let mailed = storage::notifications::find_mailed(&mut session, owner.id).await.unwrap();
    let expected = [NotificationKind::PaymentReceived, NotificationKind::Mention];
    assert_eq!(mailed, expected.into_iter().collect());
}
both_engines!(pages_work_as_plain_forms, pages);

/// That there is something new is heard by whom it concerns, and by nobody else.
async fn live(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let owner = given.staff("owner@h.example", Duties::of(Role::Owner)).await;
    given.staff("ben@h.example", Duties::of(Role::Specialist)).await;
    given.staff("eve@h.example", Duties::of(Role::Specialist)).await;
    let listening = db.clone();
    let listener = tokio::spawn(async move { listening.listen().await });
    let mut of_ben = app.signed_in("ben@h.example").await.listen("/staff/live").await;
    let mut of_eve = app.signed_in("eve@h.example").await.listen("/staff/live").await;
    // On PostgreSQL the first words may be said before anybody listens.
    let (mut ben, mut eve) = (String::new(), String::new());
    let wait = std::time::Duration::from_millis(200);
    for _ in 0..50 {
        notes::add(app.world(), &owner, customer, "@ben").await.unwrap();
        for (heard, events) in [(&mut ben, &mut of_ben), (&mut eve, &mut of_eve)] {
            if let Ok(Ok(Some(chunk))) = tokio::time::timeout(wait, events.chunk()).await {
                heard.push_str(&String::from_utf8_lossy(&chunk));
            }
        }
        if ben.contains("event: news") && eve.contains(&customer.to_string()) {
            break;
        }
    }
    listener.abort();
    assert!(ben.contains("event: news"), "{ben:?}");
    assert!(eve.contains(&customer.to_string()) && !eve.contains("event: news"), "{eve:?}");
}
both_engines!(news_is_heard_by_whom_it_concerns, live);
