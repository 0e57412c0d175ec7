//! Columns, views, files and changes of many: what is kept for whom, and who gets what.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader, Xlsx};

use super::support::{app::TestApp, both_engines, given::Given, naughty_strings, world::world};
use crate::{
    api::view::{BulkDone, ListSetup},
    domain::{
        column::ListKind,
        custom_field::{FieldFilter, FieldKind, FieldLevel, FieldSwitches},
        form::Problem,
        permission::{Duties, Role, Sight},
    },
    services::{
        change::ChangeError,
        custom_fields::{self, FieldForm},
        customers,
        import::Choices,
        inert::inert,
        list_views::{self, ViewError, ViewForm},
    },
    storage::{self, Db},
};

const SWITCHES: FieldSwitches =
    FieldSwitches { is_shown: true, is_editable: true, is_in_portal: false };

async fn views(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let ben = given.staff("ben@halden.example", Duties::of(Role::Specialist)).await;
    let list = ListKind::Unpaid;
    let form = |name: &'static str, is_shared| ViewForm {
        name,
        is_shared,
        query: r#"{"bucket":"120+"}"#,
        columns: "number,due,nonsense,due",
    };
    let own = list_views::add(&world, &ben, list, form("Late", false)).await.unwrap();
    let taken = list_views::add(&world, &ben, list, form(" LATE ", false)).await;
    let is = |said, problem| match said {
        Err(ChangeError::Invalid(said)) => (&*said.field, said.problem) == ("view_name", problem),
        _ => false,
    };
    assert!(is(taken, Problem::AlreadyUsed));
    let empty = list_views::add(&world, &ben, list, form("  ", false)).await;
    assert!(is(empty, Problem::Required));
    // Somebody else's own is nobody's: not to be seen, changed, removed or begun with.
    assert!(matches!(
        list_views::edit(&world, &ana, own, 1, form("Mine", true)).await,
        Err(ViewError::Change(ChangeError::NotFound))
    ));
    assert!(matches!(
        list_views::remove(&world, &ana, own, 1).await,
        Err(ViewError::Change(ChangeError::NotFound))
    ));
    let begun = list_views::begin_with(&world, &ana, list, Some(own)).await;
    assert!(matches!(begun, Err(ChangeError::NotFound)));
    let mut session = db.read().await.unwrap();
    let of_ana = storage::list_views::all(&mut session, list, ana.id).await.unwrap();
    let of_ben = storage::list_views::all(&mut session, list, ben.id).await.unwrap();
    drop(session);
    assert_eq!((of_ana.len(), of_ben.len()), (0, 1));
    assert_eq!(of_ben[0].columns, "number,due");

    // Shared, it is everybody's; who keeps the settings may change it too, others may not.
    list_views::edit(&world, &ben, own, 1, form("Late", true)).await.unwrap();
    let late = list_views::edit(&world, &ben, own, 1, form("Later", true)).await;
    assert!(matches!(late, Err(ViewError::Change(ChangeError::Changed))));
    let cai = given.staff("cai@halden.example", Duties::of(Role::Specialist)).await;
    let foreign = list_views::edit(&world, &cai, own, 2, form("Cai's", true)).await;
    assert!(matches!(foreign, Err(ViewError::NotTheirs)));
    assert!(matches!(list_views::remove(&world, &cai, own, 2).await, Err(ViewError::NotTheirs)));
    list_views::edit(&world, &ana, own, 2, form("Very late", true)).await.unwrap();

    // Each begins with what they chose; columns are each one's own, or the view's.
    list_views::begin_with(&world, &cai, list, Some(own)).await.unwrap();
    list_views::begin_with(&world, &ben, list, Some(own)).await.unwrap();
    let other = list_views::begin_with(&world, &cai, ListKind::Paid, Some(own)).await;
    assert!(matches!(other, Err(ChangeError::NotFound)), "a view is of one list");
    let choose = async |staff, view, columns| {
        list_views::choose_columns(&world, staff, list, view, columns).await
    };
    assert!(!choose(&cai, Some((own, 3)), "number,total").await.unwrap());
    assert!(choose(&ben, Some((own, 3)), "number,status").await.unwrap());
    let late = choose(&ben, Some((own, 3)), "number").await;
    assert!(matches!(late, Err(ChangeError::Changed)));
    let choice = async |staff: &crate::services::staff::Staff| {
        let mut session = db.read().await.unwrap();
        storage::list_views::find_choice(&mut session, staff.id, list).await.unwrap()
    };
    assert_eq!(choice(&cai).await.columns, "number,total");
    assert_eq!(choice(&cai).await.view_id, Some(own));
    assert_eq!(choice(&ben).await.columns, "");

    // Taken back, it is taken from those who began with it; removed, from its owner too.
    list_views::edit(&world, &ben, own, 4, form("Late", false)).await.unwrap();
    assert_eq!((choice(&cai).await.view_id, choice(&ben).await.view_id), (None, Some(own)));
    assert!(matches!(
        list_views::remove(&world, &ben, own, 4).await,
        Err(ViewError::Change(ChangeError::Changed))
    ));
    list_views::remove(&world, &ben, own, 5).await.unwrap();
    assert_eq!(choice(&ben).await.view_id, None);
}
both_engines!(views_are_kept_shared_and_removed, views);

async fn views_on_the_screen(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    let save = "/api/staff/lists/save_view";
    let view = "list=unpaid&view[name]=Alder%20only&view[is_shared]=true\
                &view[query][search]=customer%20c-1&view[query][sort]=amount\
                &view[query][direction]=desc&view[query][after]=x&view[columns]=number,outstanding";
    let answer = staff.call(save, view).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id: String = serde_json::from_str(&answer.body).unwrap();
    let setup = staff.ask("/api/staff/lists/setup?list=unpaid").await;
    let setup: ListSetup = serde_json::from_str(&setup.body).unwrap();
    assert_eq!(setup.views[0].query.search, "customer c-1");
    assert_eq!(setup.views[0].query.after, "", "where somebody had got to is no part of it");
    let page = staff.get(&format!("/staff/invoices?search=customer%20c-1&view={id}")).await.body;
    assert!(page.contains("Alder only"), "{page}");
    assert_eq!(page.matches("class=\"sort\"").count(), 2, "{page}");
    // The list begins with it, and shows everything when that is said.
    let begin = "/api/staff/lists/begin_with";
    let answer = staff.call(begin, &format!("list=unpaid&view_id={id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let bare = staff.get("/staff/invoices").await;
    assert_eq!(bare.status, 302, "{}", bare.body);
    assert!(bare.location.contains(&format!("view={id}")), "{}", bare.location);
    assert!(bare.location.contains("sort=amount"), "{}", bare.location);
    assert_eq!(staff.get("/staff/invoices?view=all").await.status, 200);
    assert_eq!(staff.get(&bare.location).await.status, 200);
}
both_engines!(a_list_begins_with_a_view, views_on_the_screen);

pub(super) async fn bytes(
    app: &TestApp,
    cookies: &BTreeMap<String, String>,
    path: &str,
) -> Vec<u8> {
    let cookie: Vec<String> =
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = reqwest::Client::new().get(format!("{}{path}", app.base_url));
    let response = request.header("cookie", cookie.join("; ")).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.starts_with("attachment; filename="), "{disposition}");
    response.bytes().await.unwrap().to_vec()
}

pub(super) fn rows(workbook: Vec<u8>) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

async fn exports(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let own = given.customer("C-1", "dana@alder.example").await;
    let foreign = given.customer("C-2", "eve@other.example").await;
    given.invoice(own, "=INV+1", 123_456).await;
    given.invoice(foreign, "INV-2", 20_000).await;
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@halden.example", duties).await;
    customers::assign(app.world(), &owner, own, None, Some(ben.id)).await.unwrap();
    let quay = FieldForm {
        level: FieldLevel::Invoice,
        kind: FieldKind::Text,
        name: "Quay",
        switches: SWITCHES,
        options: Vec::new(),
    };
    let quay = custom_fields::add(app.world(), &quay).await.unwrap();
    let columns = format!("number,customer,outstanding,due,{quay}");
    let choose = list_views::choose_columns;
    choose(app.world(), &ben, ListKind::Unpaid, None, &columns).await.unwrap();

    // Everything, for whoever sees everything, with the usual columns.
    let staff = app.staff().await;
    let text = bytes(&app, &staff.cookies, "/staff/invoices/export.csv").await;
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "Invoice,Currency,Customer,Outstanding,Due,Expected on,Expectation,Status,Issued,PO,Total"
    );
    assert_eq!(lines.len(), 3, "{text}");
    // Own customers only, with the columns that were chosen, filtered and sorted.
    let browser = app.signed_in("ben@halden.example").await;
    let path = "/staff/invoices/export";
    let asked = "?search=customer&sort=amount&direction=desc";
    let text = bytes(&app, &browser.cookies, &format!("{path}.csv{asked}")).await;
    let due = given.today() + chrono::TimeDelta::days(30);
    let expected = format!(
        "\u{feff}Invoice,Currency,Customer,Outstanding,Due,Quay\r\n\
         '=INV+1,USD,Customer C-1,1234.56,{due},\r\n"
    );
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    let sheet = rows(bytes(&app, &browser.cookies, &format!("{path}.xlsx{asked}")).await);
    assert_eq!(sheet.len(), 2);
    assert_eq!(sheet[1][0], Data::String("'=INV+1".to_owned()), "a text, and no formula");
    assert_eq!(sheet[1][3], Data::Float(1234.56), "a number");
    assert!(matches!(sheet[1][4], Data::DateTime(_)), "a day: {:?}", sheet[1][4]);
    // What is filtered by is not in it: a search that finds nothing leaves the head.
    let text = bytes(&app, &browser.cookies, &format!("{path}.csv?search=zzz")).await;
    assert_eq!(String::from_utf8(text).unwrap().lines().count(), 1);
    let text = bytes(&app, &browser.cookies, "/staff/customers/export.csv").await;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("Customer C-1") && !text.contains("C-2"), "{text}");
    // Somebody else's view does not give its columns away.
    let view = ViewForm { name: "x", is_shared: false, query: "{}", columns: "number" };
    let view = list_views::add(app.world(), &owner, ListKind::Unpaid, view).await.unwrap();
    let text = bytes(&app, &browser.cookies, &format!("{path}.csv?view={view}")).await;
    assert!(String::from_utf8(text).unwrap().contains("Quay"));
    let paid = bytes(&app, &browser.cookies, "/staff/paid/export.xlsx").await;
    assert_eq!(rows(paid).len(), 1);
}
both_engines!(lists_are_exported_as_they_are_seen, exports);

async fn naughty(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let mut expected = BTreeMap::new();
    for (index, name) in strings.iter().enumerate() {
        let name = if name.trim().is_empty() { "nobody" } else { name };
        let number = format!("N{index:04}");
        let id = given.customer(&number, "dana@alder.example").await;
        let mut session = db.begin().await.unwrap();
        let row = storage::customers::find(&mut session, id).await.unwrap().unwrap();
        let row = storage::customers::CustomerRow { name: name.replace('\u{0}', ""), ..row };
        storage::customers::update(&mut session, &row, app.world().now()).await.unwrap();
        session.commit().await.unwrap();
        expected.insert(number, inert(&row.name));
    }
    let staff = app.staff().await;
    let columns = "number,name";
    let mut session = db.read().await.unwrap();
    let found = storage::staff::find_by_email(&mut session, "staff@halden.example").await;
    let user = found.unwrap().unwrap();
    drop(session);
    let mut session = db.begin().await.unwrap();
    let list = ListKind::Customers;
    storage::list_views::update_columns(&mut session, user.id, list, columns).await.unwrap();
    session.commit().await.unwrap();

    // The import tidies blanks, as it does with every file, and neither it nor XML knows control
    // characters, or the two that are none (XML 1.0 §2.2).
    let is_kept =
        |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let tidy = |text: &str| -> String { text.chars().filter(is_kept).collect() };
    // XLSX, as a spreadsheet reads it.
    let sheet = rows(bytes(&app, &staff.cookies, "/staff/customers/export.xlsx?sort=number").await);
    assert_eq!(sheet.len(), strings.len() + 1);
    for row in &sheet[1..] {
        // A name of nothing but what XML cannot say is an empty cell.
        let name = match &row[0] {
            Data::String(name) => name.as_str(),
            Data::Empty => "",
            other => panic!("not a text: {other:?}"),
        };
        let number = row[2].to_string();
        assert_eq!(tidy(name), tidy(&expected[&number]), "{number}");
    }
    // CSV, as our own import reads it: the names are what the file says they are.
    let text = bytes(&app, &staff.cookies, "/staff/customers/export.csv?sort=number").await;
    let choices = Choices {
        kind: "customers".to_owned(),
        map: "customer_number=Customer number,customer_name=Customer".to_owned(),
        is_complete: true,
        ..Choices::default()
    };
    let text = String::from_utf8(text).unwrap();
    let report = super::import::bring_in_text(app.world(), &text, &choices).await;
    assert_eq!(report.rows, u64::try_from(strings.len()).unwrap(), "{report:?}");
    let mut session = db.read().await.unwrap();
    for (number, name) in expected {
        let row = storage::customers::find_by_number(&mut session, &number).await;
        let kept = row.unwrap().unwrap().name;
        if tidy(&name).is_empty() {
            continue;
        }
        assert_eq!(tidy(&kept), tidy(&name), "{number}");
    }
}
both_engines!(naughty_names_survive_an_export, naughty);

async fn many(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let mut ids = Vec::new();
    for index in 0..3 {
        let email = format!("c{index}@example.com");
        ids.push(given.customer(&format!("C-{index}"), &email).await);
    }
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@halden.example", duties).await;
    let region = FieldForm {
        level: FieldLevel::Customer,
        kind: FieldKind::List,
        name: "Region",
        switches: SWITCHES,
        options: vec![(None, "North")],
    };
    let region = custom_fields::add(app.world(), &region).await.unwrap();
    let mut session = db.read().await.unwrap();
    let options = storage::custom_fields::all_options(&mut session).await.unwrap();
    drop(session);
    let north = options[0].id;
    let mut staff = app.staff().await;
    let joined = |ids: &[crate::domain::ids::CustomerId]| {
        ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("%2C")
    };
    let done = |body: &str| serde_json::from_str::<BulkDone>(body).unwrap();
    let assign = "/api/staff/customers/assign_many";
    let answer = staff.call(assign, &format!("ids={}&after={}", joined(&ids[..2]), ben.id)).await;
    assert_eq!(done(&answer.body), BulkDone { changed: 2, ..BulkDone::default() });
    let answer = staff.call(assign, &format!("ids={}&after={}", joined(&ids), ben.id)).await;
    assert_eq!(done(&answer.body), BulkDone { changed: 1, unchanged: 2, ..BulkDone::default() });
    // The third goes back: Ben, who sees only his own, changes two and is told of no third.
    customers::assign(app.world(), &owner, ids[2], Some(ben.id), None).await.unwrap();
    let mut browser = app.signed_in("ben@halden.example").await;
    let fill = "/api/staff/customers/fill_many";
    let body = format!("ids={}&field_id={region}&value={north}", joined(&ids));
    let answer = browser.call(fill, &body).await;
    assert_eq!(done(&answer.body), BulkDone { changed: 2, missing: 1, ..BulkDone::default() });
    let answer = browser.call(fill, &body).await;
    assert_eq!(done(&answer.body), BulkDone { unchanged: 2, missing: 1, ..BulkDone::default() });
    let mut session = db.read().await.unwrap();
    let filtered = storage::customer_list::count_found(
        &mut session,
        "",
        Sight::All,
        &[FieldFilter::Choice(north)],
    )
    .await;
    assert_eq!(filtered.unwrap(), 2);
    for (id, rows) in ids.iter().zip([3, 3, 3]) {
        let query = storage::activity::ActivityQuery {
            customer_id: *id,
            topic: None,
            has_invoices: false,
            before: None,
        };
        let told = storage::activity::list(&mut session, &query).await.unwrap();
        assert!(told.len() <= rows && !told.is_empty(), "{id}: {}", told.len());
    }
    drop(session);
    // Nothing chosen, too many, and a value that is none.
    assert_eq!(staff.call(fill, "ids=").await.status, 422);
    let many: Vec<String> = (0..1_001).map(|index| format!("x{index}")).collect();
    let answer = staff.call(assign, &format!("ids={}", many.join("%2C"))).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    let body = format!("ids={}&field_id={region}&value={region}", joined(&ids));
    assert_eq!(staff.call(fill, &body).await.status, 422);

    // A text for many invoices, which too long changes none, and which is taken away by nothing.
    let dock = FieldForm {
        level: FieldLevel::Invoice,
        kind: FieldKind::Text,
        name: "Dock",
        switches: SWITCHES,
        options: Vec::new(),
    };
    let dock = custom_fields::add(app.world(), &dock).await.unwrap();
    let mut invoices = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        invoices.push(given.invoice(*id, &format!("INV-{index}"), 100).await.to_string());
    }
    let fill = "/api/staff/invoices/fill_many";
    let body = |value: &str| format!("ids={}&field_id={dock}&value={value}", invoices.join("%2C"));
    let answer = browser.call(fill, &body(&"x".repeat(201))).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("\"value\"") && answer.body.contains("too_long"), "{answer:?}");
    for (value, changed, unchanged) in [("+Quay+7", 2, 0), ("Quay+7", 0, 2), ("", 2, 0)] {
        let answer = browser.call(fill, &body(value)).await;
        let expected = BulkDone { changed, unchanged, missing: 1, ..BulkDone::default() };
        assert_eq!(done(&answer.body), expected, "{value:?}");
        let read = format!("/api/staff/invoices/fields?invoice_id={}", invoices[0]);
        let answer = browser.ask(&read).await;
        assert_eq!(answer.body.contains("\"Quay 7\""), !value.is_empty(), "{}", answer.body);
    }
}
both_engines!(many_customers_are_changed_at_once, many);
