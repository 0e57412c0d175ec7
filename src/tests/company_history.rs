//! The history of the company's own settings: who changed what, how it was before, and that nobody
//! writes over it without its showing.

use std::sync::Arc;

use chrono::Weekday;

use super::support::{
    app::TestApp,
    both_engines,
    database::{self, tamper},
    given::Given,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    api::view::HistoryView,
    domain::{
        company_form::CompanyForm,
        hierarchy::BillingPreference,
        permission::{Duties, Role},
        policy::When,
        statement::StatementSettings,
        workflow::{Side, StepForm, Tone, WorkflowForm},
    },
    gateways::none::NoGateway,
    services::{
        World,
        company::{self, Company},
        logo, statements, workflows,
    },
    storage::{self, Db, activity::PAGE_ROWS},
};

const ANA: &str = "staff:ana@h.example";

async fn now(db: &Db) -> Company {
    company::load(&mut db.read().await.unwrap()).await.unwrap()
}

async fn rename(world: &World, name: &str) {
    let company = now(&world.db).await;
    let version = company::profile_version(&company.profile);
    let form = CompanyForm { name: name.to_owned(), ..CompanyForm::of(&company.profile) };
    company::change_profile(world, &version, &form, ANA).await.unwrap();
}

/// Who changed which fields: field, before, after.
type Told = (String, Vec<(String, String, String)>);

/// What was changed, latest first.
async fn told(db: &Db) -> Vec<Told> {
    let mut session = db.read().await.unwrap();
    let rows = storage::company_activity::list(&mut session, None).await.unwrap();
    let row = |row: storage::company_activity::CompanyActivityRow| {
        let before: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&row.before_facts).unwrap();
        let after: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&row.after_facts).unwrap();
        let facts = after.into_iter().map(|(field, after)| {
            let before = before[&field].clone();
            (field, before, after)
        });
        (row.actor, facts.collect())
    };
    rows.into_iter().map(row).collect()
}

async fn changes_story(db: Db) {
    let app = TestApp::start(&db).await;
    let (world, given) = (app.world(), app.given());
    given.seller().await;
    let first = told(&db).await;
    assert_eq!((first.len(), first[0].0.as_str()), (1, "test"));
    let fact = |rows: &[Told], field: &str| {
        let found = rows[0].1.iter().find(|(name, ..)| name == field);
        found.map(|(_, before, after)| (before.clone(), after.clone()))
    };
    let text = |text: &str| text.to_owned();
    assert_eq!(fact(&first, "name"), Some((text("Your company"), text("Halden Supply Co."))));
    assert_eq!(fact(&first, "tax_id"), None, "what stays is not told");

    // One field, one fact; and nothing where nothing changed.
    rename(world, "Halden Ltd.").await;
    rename(world, "Halden Ltd.").await;
    let rows = told(&db).await;
    let renamed = vec![(text("name"), text("Halden Supply Co."), text("Halden Ltd."))];
    assert_eq!((rows.len(), &rows[0]), (2, &(text(ANA), renamed)));

    // Payment rules, who pays, and the logo.
    let before = now(&db).await.policy;
    let mut after = before.clone();
    after.card.accepted = When::UntilDaysPastDue(30);
    after.accounts.fees = "6110".to_owned();
    let version = company::version_of(&before);
    company::change_policy(world, &version, &after, ANA).await.unwrap();
    let rows = told(&db).await;
    let fields: Vec<&str> = rows[0].1.iter().map(|(field, ..)| field.as_str()).collect();
    assert_eq!(fields, ["card", "fees_account"]);
    let (was, is) = fact(&rows, "card").unwrap();
    assert!(was.contains("\"always\"") && is.contains("\"until_days_past_due\":30"), "{was} {is}");
    let (own, parent) =
        (now(&db).await.receivables.billing_preference, BillingPreference::ImmediateParent);
    company::change_billing_preference(world, own, parent, ANA).await.unwrap();
    assert_eq!(fact(&told(&db).await, "billing_preference").unwrap().1, parent.as_str());
    let version = logo::version(&now(&db).await.profile);
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    logo::change(world, &version, drawing, ANA).await.unwrap();
    let (was, is) = fact(&told(&db).await, "logo").unwrap();
    assert!(was.is_empty() && is.starts_with("41 bytes, SHA-256 "), "{is}");

    // What was refused is not told.
    let late = company::change_policy(world, "x", &before, ANA).await;
    assert!(late.is_err());
    assert_eq!(told(&db).await.len(), 5);

    // In words, for those who may change settings.
    let mut staff = app.staff().await;
    let answer = staff.ask("/api/staff/settings/changes").await;
    let page: HistoryView = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((page.rows.len(), page.older), (5, 0));
    let shown = staff.get("/staff/settings/changes").await.body;
    for said in [
        "Name changed",
        "Halden Ltd.",
        "accepted until 30 days past due",
        "Account of processing fees",
        "Logo changed",
        "ana@h.example",
    ] {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    let mut manager = app.staff_with("max@h.example", Duties::of(Role::Manager)).await;
    assert_eq!(manager.ask("/api/staff/settings/changes").await.status, 403);
    let refused = manager.get("/staff/settings/changes").await.body;
    assert!(!refused.contains("6110") && refused.contains("This is not open to you"), "{refused}");

    // Page by page, each row once.
    for index in 0..PAGE_ROWS {
        rename(world, &format!("Halden {index}")).await;
    }
    let mut seen = Vec::new();
    let mut before = 0;
    loop {
        let path = format!("/api/staff/settings/changes?before={before}");
        let page: HistoryView = serde_json::from_str(&staff.ask(&path).await.body).unwrap();
        seen.extend(page.rows.iter().map(|row| row.position));
        before = page.older;
        if before == 0 {
            break;
        }
    }
    assert_eq!(seen, (1..=PAGE_ROWS + 5).rev().collect::<Vec<i64>>());
    let older = staff.get(&format!("/staff/settings/changes?older={}", PAGE_ROWS)).await.body;
    assert!(older.contains("Back to the latest") && !older.contains("Show older"), "{older}");
    assert_books_hold(&db).await;
}
both_engines!(changes_of_the_company_are_told, changes_story);

async fn receivables_story(db: Db) {
    let app = TestApp::start(&db).await;
    let (world, given) = (app.world(), app.given());
    given.seller().await;
    let before = now(&db).await.receivables.statements;
    let after = StatementSettings { is_on: true, weekday: Weekday::Fri, ..before };
    let version = company::version_of(&before);
    statements::change(world, &version, after, ANA).await.unwrap();
    company::change_promise_grace(world, 0, 2, ANA).await.unwrap();
    let step = StepForm { days: "3".to_owned(), side: Side::After, tone: Tone::Friendly };
    let form = WorkflowForm { name: "Gentle".to_owned(), steps: vec![step] };
    let id = workflows::add(world, &form).await.unwrap();
    workflows::make_usual(world, None, Some(id), ANA).await.unwrap();
    workflows::make_usual(world, Some(id), None, ANA).await.unwrap();

    let fact = |field: &str, before: &str, after: &str| {
        (field.to_owned(), before.to_owned(), after.to_owned())
    };
    let told = told(&db).await;
    let expected = [
        vec![fact("usual_workflow", "Gentle", "")],
        vec![fact("usual_workflow", "", "Gentle")],
        vec![fact("promise_grace_days", "0", "2")],
        vec![fact("statements_mailed", "no", "yes"), fact("statements_weekday", "Mon", "Fri")],
    ];
    for (row, facts) in told.iter().zip(expected) {
        assert_eq!(row, &(ANA.to_owned(), facts));
    }
    let shown = app.staff().await.get("/staff/settings/changes").await.body;
    for said in ["Monthly statements", "not mailed", "Friday", "Gentle", "Days of grace"] {
        assert!(shown.contains(said), "{said} in {shown}");
    }
}
both_engines!(receivables_settings_are_told, receivables_story);

async fn tampering(db: Db) {
    let world = world_with(&db, &TestClock::default(), Arc::new(NoGateway));
    let given = Given(&world);
    let finding = async || {
        let mut session = db.read().await.unwrap();
        storage::company_activity::check(&mut session).await.unwrap()
    };
    let nothing = finding().await;
    assert_eq!((nothing.checked, nothing.offender), (0, None));
    given.seller().await;
    for index in 1..=4 {
        rename(&world, &format!("Halden {index}")).await;
    }
    let whole = finding().await;
    assert_eq!((whole.checked, whole.offender), (5, None));
    for sql in ["UPDATE company_activity SET actor = 'x'", "DELETE FROM company_activity"] {
        let mut session = db.begin().await.unwrap();
        assert!(database::run(&mut session, sql).await.is_err(), "{sql}");
    }
    for (sql, said, back) in [
        (
            "UPDATE company_activity SET actor = 'staff:x' WHERE position = 3",
            "row 3 of the history of the company is not what was written",
            "UPDATE company_activity SET actor = 'staff:ana@h.example' WHERE position = 3",
        ),
        (
            "UPDATE company_activity_head SET hash = 'x'",
            "does not end with its row 5",
            "UPDATE company_activity_head SET hash =
                 (SELECT hash FROM company_activity WHERE position = 5)",
        ),
        ("DELETE FROM company_activity WHERE position = 5", "does not end with its row 4", ""),
        ("DELETE FROM company_activity WHERE position = 2", "row 2 of the history", ""),
        ("DELETE FROM company_activity", "is gone", ""),
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
both_engines!(the_companys_history_shows_when_it_was_touched, tampering);
