//! Strings that broke other programs, through every field of text that people on our side fill in: each
//! comes back from the screens, the history, the search and the export as it went in, but for what is
//! invisible or blank, or is refused by name while nothing is lost.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Answer, Browser, encode},
    naughty_strings, sampled,
    world::assert_books_hold,
};
use crate::{
    api::{error::ApiError, view::HistoryView},
    domain::{
        activity::Topic,
        column::ListKind,
        form::{FieldProblem, is_blank},
        ids::{CustomerId, InvoiceId},
    },
    services::inert::inert,
    storage::{self, Db},
};

/// What people see of a text.
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// The problem that an answer names, and its field.
pub(super) fn problem(answer: &Answer) -> FieldProblem {
    match serde_json::from_str::<ApiError>(&answer.body) {
        Ok(ApiError::Invalid(problem)) if answer.status == 422 => problem,
        _ => panic!("no field has a problem: {} {}", answer.status, answer.body),
    }
}

/// What a customer's history says that a field became, `count` times, the latest first.
pub(super) async fn told(
    browser: &mut Browser,
    customer: CustomerId,
    field: &str,
    count: usize,
) -> Vec<String> {
    let mut told = Vec::new();
    let mut before = 0;
    while told.len() < count {
        let path = format!(
            "/api/staff/history/list?customer_id={customer}&before={before}&with_invoices=true"
        );
        let answer = browser.ask(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let page: HistoryView = serde_json::from_str(&answer.body).unwrap();
        let facts = page.rows.into_iter().flat_map(|row| row.facts);
        told.extend(facts.filter(|fact| fact.field == field).map(|fact| fact.after));
        if page.older == 0 {
            break;
        }
        before = page.older;
    }
    told.truncate(count);
    told
}

/// A field of text: how it is written, and where it is read again.
struct Slot {
    name: &'static str,
    /// Where it is saved.
    save: &'static str,
    /// The name of the field in the form.
    field: &'static str,
    /// What else is sent; `{customer}`, `{id}` and `{version}` are filled in.
    rest: &'static [(&'static str, &'static str)],
    /// Where it is read.
    read: &'static str,
    /// Where the rows are in what is read, as a JSON pointer.
    rows: &'static str,
    /// The text in a row, as a JSON pointer.
    text: &'static str,
    /// The id in a row; empty where each string adds a row, and the latest comes first.
    id: &'static str,
    /// The row that is written over, where one is there from the beginning; else the first string
    /// adds it.
    own: &'static str,
    /// Most characters.
    length_max: usize,
    /// What the field is called where it has a problem.
    problem: &'static str,
    /// What the history calls it; empty where it does not tell of it.
    told: &'static str,
}

const SLOTS: &[Slot] = &[
    Slot {
        name: "contact",
        save: "/api/staff/contacts/save",
        field: "draft[name]",
        rest: &[
            ("customer_id", "{customer}"),
            ("draft[id]", "{id}"),
            ("draft[version]", "{version}"),
            ("draft[email]", "naughty@alder.example"),
            ("draft[role_id]", "{role}"),
        ],
        read: "/api/staff/contacts/list?customer_id={customer}",
        rows: "/contacts",
        text: "/name",
        id: "/id",
        own: "",
        length_max: 200,
        problem: "name",
        told: "name",
    },
    Slot {
        name: "phone of a contact",
        save: "/api/staff/contacts/save",
        field: "draft[phone]",
        rest: &[
            ("customer_id", "{customer}"),
            ("draft[id]", "{id}"),
            ("draft[version]", "{version}"),
            ("draft[email]", "phone@alder.example"),
            ("draft[role_id]", "{role}"),
        ],
        read: "/api/staff/contacts/list?customer_id={customer}",
        rows: "/contacts",
        text: "/phone",
        id: "/id",
        own: "",
        length_max: 60,
        problem: "phone",
        told: "phone",
    },
    Slot {
        name: "note",
        save: "/api/staff/notes/add",
        field: "body",
        rest: &[("customer_id", "{customer}")],
        read: "/api/staff/notes/list?customer_id={customer}",
        rows: "/notes",
        text: "/body",
        id: "",
        own: "",
        length_max: 5000,
        problem: "body",
        told: "note",
    },
    Slot {
        name: "task",
        save: "/api/staff/tasks/save",
        field: "task[title]",
        rest: &[
            ("task[id]", "{id}"),
            ("task[version]", "{version}"),
            ("task[kind]", "to_do"),
            ("task[customer]", "C-1"),
            ("task[due_on]", "{today}"),
            ("task[assignee]", "{staff}"),
        ],
        read: "/api/staff/tasks/of_customer?customer_id={customer}",
        rows: "/tasks",
        text: "/title",
        id: "/id",
        own: "",
        length_max: 200,
        problem: "title",
        told: "task",
    },
    Slot {
        name: "role",
        save: "/api/staff/settings/save_role",
        field: "role[name]",
        rest: &[("role[id]", "{id}"), ("role[version]", "{version}")],
        read: "/api/staff/settings/roles",
        rows: "",
        text: "/role/name",
        id: "/role/id",
        own: "",
        length_max: 200,
        problem: "role_name",
        told: "",
    },
    Slot {
        name: "document type",
        save: "/api/staff/settings/save_document_type",
        field: "name",
        rest: &[("id", "{id}"), ("version", "{version}")],
        read: "/api/staff/settings/document_types",
        rows: "",
        text: "/kind/name",
        id: "/kind/id",
        own: "",
        length_max: 200,
        problem: "type_name",
        told: "",
    },
    Slot {
        name: "template",
        save: "/api/staff/settings/save_task_template",
        field: "template[name]",
        rest: &[
            ("template[id]", "{id}"),
            ("template[version]", "{version}"),
            ("template[kind]", "to_do"),
        ],
        read: "/api/staff/settings/task_templates",
        rows: "",
        text: "/name",
        id: "/id",
        own: "",
        length_max: 200,
        problem: "template_name",
        told: "",
    },
    Slot {
        name: "workflow",
        save: "/api/staff/workflows/save",
        field: "form[name]",
        rest: &[("id", "{id}"), ("version", "{version}")],
        read: "/api/staff/workflows/list",
        rows: "",
        text: "/name",
        id: "/id",
        own: "",
        length_max: 60,
        problem: "workflow_name",
        told: "",
    },
    Slot {
        name: "view",
        save: "/api/staff/lists/save_view",
        field: "view[name]",
        rest: &[
            ("list", "customers"),
            ("view[id]", "{id}"),
            ("view[version]", "{version}"),
            ("view[columns]", "number"),
        ],
        read: "/api/staff/lists/setup?list=customers",
        rows: "/views",
        text: "/name",
        id: "/id",
        own: "",
        length_max: 60,
        problem: "view_name",
        told: "",
    },
    Slot {
        name: "custom field",
        save: "/api/staff/settings/save_field",
        field: "field[name]",
        rest: &[
            ("field[id]", "{id}"),
            ("field[version]", "{version}"),
            ("field[level]", "customer"),
            ("field[kind]", "text"),
            ("field[is_shown]", "true"),
            ("field[is_editable]", "true"),
        ],
        read: "/api/staff/settings/fields",
        rows: "",
        text: "/field/name",
        id: "/field/id",
        own: "",
        length_max: 60,
        problem: "field_name",
        told: "",
    },
    Slot {
        name: "note of an invoice",
        save: "/api/staff/notes/add_to_invoice",
        field: "body",
        rest: &[("id", "{invoice}")],
        read: "/api/staff/notes/of_invoice?id={invoice}",
        rows: "/notes",
        text: "/body",
        id: "",
        own: "",
        length_max: 5000,
        problem: "body",
        told: "note",
    },
    Slot {
        name: "note of a hold",
        save: "/api/staff/invoice/expect",
        field: "form[note]",
        rest: &[
            ("id", "{id}"),
            ("version", "{version}"),
            ("form[status]", "on_hold"),
            ("form[reason]", "pricing"),
        ],
        read: "/api/staff/invoices/open",
        rows: "/rows",
        text: "/expectation/form/note",
        id: "/id",
        own: "{invoice}",
        length_max: 500,
        problem: "note",
        told: "hold_note",
    },
    Slot {
        name: "notes of a task",
        save: "/api/staff/tasks/save",
        field: "task[notes]",
        rest: &[
            ("task[id]", "{id}"),
            ("task[version]", "{version}"),
            ("task[kind]", "to_do"),
            ("task[title]", "Call Dana"),
            ("task[customer]", "C-1"),
            ("task[due_on]", "{today}"),
            ("task[assignee]", "{staff}"),
        ],
        read: "/api/staff/tasks/of_customer?customer_id={customer}",
        rows: "/tasks",
        text: "/notes",
        id: "/id",
        own: "",
        length_max: 5000,
        problem: "notes",
        told: "task_notes",
    },
    Slot {
        name: "notes of a template",
        save: "/api/staff/settings/save_task_template",
        field: "template[notes]",
        rest: &[
            ("template[id]", "{id}"),
            ("template[version]", "{version}"),
            ("template[kind]", "to_do"),
            ("template[name]", "Ask about the notes"),
        ],
        read: "/api/staff/settings/task_templates",
        rows: "",
        text: "/notes",
        id: "/id",
        own: "",
        length_max: 5000,
        problem: "notes",
        told: "",
    },
];

/// What is filled into forms and addresses.
struct Known {
    customer: CustomerId,
    invoice: InvoiceId,
    role: String,
    staff: String,
    today: String,
}

impl Known {
    fn fill(&self, text: &str, id: &str, version: i64) -> String {
        text.replace("{customer}", &self.customer.to_string())
            .replace("{invoice}", &self.invoice.to_string())
            .replace("{role}", &self.role)
            .replace("{staff}", &self.staff)
            .replace("{today}", &self.today)
            .replace("{id}", id)
            .replace("{version}", &version.to_string())
    }
}

async fn rows(browser: &mut Browser, slot: &Slot, known: &Known) -> Vec<Value> {
    let answer = browser.ask(&known.fill(slot.read, "", 0)).await;
    assert_eq!(answer.status, 200, "{}: {}", slot.name, answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body.pointer(slot.rows).and_then(Value::as_array).unwrap_or_else(|| panic!("{body}")).clone()
}

fn text<'a>(row: &'a Value, pointer: &str) -> &'a str {
    row.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {row}"))
}

/// The version of a row, wherever it stands.
fn version(row: &Value) -> i64 {
    let version = row.pointer("/version").or_else(|| row.pointer("/expectation/version"));
    version.and_then(Value::as_i64).unwrap_or(0)
}

/// What is there of a field so far.
struct Place {
    /// The row that is written over, once it is there.
    own: Option<String>,
    /// All rows.
    rows: Vec<Value>,
}

/// Writes a string; the text that then stands there, or what is wrong with it.
async fn write(
    browser: &mut Browser,
    slot: &Slot,
    known: &Known,
    place: &mut Place,
    string: &str,
) -> Result<String, FieldProblem> {
    let row = |rows: &[Value], id: &str| {
        rows.iter().find(|row| text(row, slot.id) == id).cloned().unwrap_or(Value::Null)
    };
    let (id, now) = match (slot.id, &place.own) {
        ("", _) | (_, None) => (String::new(), 0),
        (_, Some(id)) => (id.clone(), version(&row(&place.rows, id))),
    };
    let mut form: Vec<(&str, String)> =
        slot.rest.iter().map(|(name, value)| (*name, known.fill(value, &id, now))).collect();
    form.push((slot.field, string.to_owned()));
    let form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.call(slot.save, &encode(&form)).await;
    let after = rows(browser, slot, known).await;
    let before = std::mem::replace(&mut place.rows, after);
    let after = &place.rows;
    if answer.status != 200 {
        assert_eq!(*after, before, "{}: nothing is lost by {string:?}", slot.name);
        return Err(problem(&answer));
    }
    if slot.id.is_empty() {
        return Ok(text(&after[0], slot.text).to_owned());
    }
    let id = place.own.get_or_insert_with(|| {
        let known: Vec<&str> = before.iter().map(|row| text(row, slot.id)).collect();
        let new = after.iter().find(|row| !known.contains(&text(row, slot.id)));
        text(new.unwrap_or_else(|| panic!("{}: {after:?}", slot.name)), slot.id).to_owned()
    });
    Ok(text(&row(after, id), slot.text).to_owned())
}

async fn story(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let mut browser = app.staff().await;
    let mut session = db.read().await.unwrap();
    let role = storage::contact_roles::all(&mut session).await.unwrap()[0].id.to_string();
    let staff = storage::staff::find_by_email(&mut session, "staff@halden.example").await;
    let staff = staff.unwrap().unwrap().id;
    drop(session);
    let today = given.today().to_string();
    let known = Known { customer, invoice, role, staff: staff.to_string(), today };

    let mut tried = BTreeSet::new();
    for (number, slot) in SLOTS.iter().enumerate() {
        let own = Some(known.fill(slot.own, "", 0)).filter(|own| !own.is_empty());
        let rows = rows(&mut browser, slot, &known).await;
        let mut place = Place { own, rows };
        let begin = write(&mut browser, slot, &known, &mut place, "Begin").await.unwrap();
        let mut changes = vec![begin];
        let mut kept = 0;
        // Each string in two fields or three: they share what reads and keeps them.
        let step = sampled(6, 1);
        for (index, string) in strings.iter().enumerate().skip(number % step).step_by(step) {
            tried.insert(index);
            let said = visible(string);
            match write(&mut browser, slot, &known, &mut place, string).await {
                Ok(text) => {
                    // Of a text that may be empty, nothing is kept where nothing can be seen.
                    let is_empty = text.is_empty() && is_blank(string);
                    assert!(
                        visible(&text) == said || is_empty,
                        "{} {string:?}: {text:?}",
                        slot.name
                    );
                    kept += 1;
                    if slot.id.is_empty() || changes.last() != Some(&text) {
                        changes.push(text);
                    }
                }
                Err(problem) => {
                    assert_eq!(problem.field, slot.problem, "{} {string:?}", slot.name);
                    assert!(
                        is_blank(string) || string.chars().count() > slot.length_max,
                        "{} refuses {string:?}: {:?}",
                        slot.name,
                        problem.problem
                    );
                }
            }
        }
        assert!(kept > 60, "{}: {kept}", slot.name);
        if !slot.told.is_empty() {
            changes.reverse();
            let told = told(&mut browser, customer, slot.told, changes.len()).await;
            assert_eq!(told, changes, "what the history tells of the {}", slot.name);
        }
    }
    assert_eq!(tried.len(), strings.len());
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_pass_through_every_field_of_text, story);

/// Values of a field of the company's own, as the panel, the history and the file say them; and names
/// that are found.
async fn values(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let mut browser = app.staff().await;
    let owners = [
        ("customer", "customers", customer.to_string(), ListKind::Customers),
        ("invoice", "invoices", invoice.to_string(), ListKind::Unpaid),
    ];
    for (level, path, id, list) in owners {
        let field = format!(
            "field[level]={level}&field[kind]=text&field[name]=Remark\
             &field[is_shown]=true&field[is_editable]=true"
        );
        let answer = browser.call("/api/staff/settings/save_field", &field).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let owner = format!("{level}_id");
        let read = format!("/api/staff/{path}/fields?{owner}={id}");
        let fields: Value = serde_json::from_str(&browser.ask(&read).await.body).unwrap();
        let field = text(&fields, "/values/0/field/id").to_owned();
        let mut session = db.begin().await.unwrap();
        let staff = storage::staff::find_by_email(&mut session, "staff@halden.example").await;
        let staff = staff.unwrap().unwrap().id;
        let columns = format!("number,{field}");
        storage::list_views::update_columns(&mut session, staff, list, &columns).await.unwrap();
        session.commit().await.unwrap();
        let save = format!("/api/staff/{path}/save_fields");
        for string in strings.iter().step_by(sampled(4, 1)) {
            let before: Value = serde_json::from_str(&browser.ask(&read).await.body).unwrap();
            let now = before["version"].as_i64().unwrap_or(0).to_string();
            let form = [
                (owner.as_str(), id.as_str()),
                ("version", &now),
                ("values[0][field]", &field),
                ("values[0][value]", string),
            ];
            let answer = browser.call(&save, &encode(&form)).await;
            if answer.status != 200 {
                assert_eq!(answer.status, 422, "{string:?}: {}", answer.body);
                assert!(string.chars().count() > 200, "{string:?} is refused: {}", answer.body);
                continue;
            }
            let after: Value = serde_json::from_str(&browser.ask(&read).await.body).unwrap();
            let value = text(&after, "/values/0/value");
            assert_eq!(visible(value), visible(string), "{string:?}");
            if visible(string).is_empty() {
                continue;
            }
            let history =
                format!("/api/staff/history/list?customer_id={customer}&with_invoices=true");
            let history: Value = serde_json::from_str(&browser.ask(&history).await.body).unwrap();
            let told = history.pointer("/rows/0/facts/0/after").and_then(Value::as_str);
            assert_eq!(told, Some(value), "{string:?} in {history}");
            let (status, _, file) = browser.download(&format!("/staff/{path}/export.csv")).await;
            let file = String::from_utf8(file).unwrap();
            assert_eq!(status, 200, "{file}");
            let cell = inert(value).replace('"', "\"\"");
            assert!(visible(&file).contains(&visible(&cell)), "{string:?}: {cell:?} in {file}");
        }
    }

    // What a customer is called finds it, by any part of it that people see.
    for string in strings.iter().skip(sampled(1, 0)).step_by(sampled(3, 1)) {
        let name: String = string.chars().filter(|c| !c.is_control()).collect();
        let words = name.trim();
        if visible(words).chars().count() < 3 {
            continue;
        }
        let mut session = db.begin().await.unwrap();
        let row = storage::customers::find(&mut session, customer).await.unwrap().unwrap();
        let row = storage::customers::CustomerRow { name: name.clone(), ..row };
        storage::customers::update(&mut session, &row, app.world().now()).await.unwrap();
        session.commit().await.unwrap();
        let part: String = words.chars().take(40).collect();
        let answer =
            browser.ask(&format!("/api/staff/search?{}", encode(&[("words", part.trim())]))).await;
        assert_eq!(answer.status, 200, "{part:?}: {}", answer.body);
        let found: Value = serde_json::from_str(&answer.body).unwrap();
        let is_found = found.as_array().unwrap().iter().any(|one| one["number"] == "C-1");
        assert!(is_found, "{part:?} of {name:?}: {found}");
    }
    let mut session = db.read().await.unwrap();
    let query = storage::activity::ActivityQuery {
        customer_id: customer,
        topic: Some(Topic::Profile),
        has_invoices: false,
        before: None,
    };
    assert!(!storage::activity::list(&mut session, &query).await.unwrap().is_empty());
    assert_books_hold(&db).await;
}
both_engines!(naughty_values_are_told_filed_and_found, values);
