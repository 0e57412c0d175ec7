//! Strings that broke other programs, through what people on our side type about the company, into a
//! promise and into a single e-mail.

use serde_json::Value;

use super::{
    invoice_mail,
    naughty::{problem, visible},
    naughty_forms::ask,
    support::{
        app::TestApp,
        both_engines,
        browser::{Browser, encode},
        letters::mailed,
        naughty_strings, sampled,
        world::assert_books_hold,
    },
};
use crate::{
    api::view::{HistoryView, PromisesView},
    domain::{
        company_form,
        form::is_blank,
        gl_accounts::GL_ACCOUNT_LENGTH_MAX,
        ids::CustomerId,
        invoice_mail::{SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX},
        promise::{NOTE_LENGTH_MAX, PromiseStatus},
    },
    storage::Db,
};

/// A field of text about the company.
struct Setting {
    /// What the settings call the form: it is read there, and saved under `save_` of it.
    form: &'static str,
    /// Where the text stands in the form.
    field: &'static [&'static str],
    /// What the field is called where it has a problem.
    problem: &'static str,
    /// What the history calls it.
    told: &'static str,
    /// Most characters.
    length_max: usize,
}

const fn setting(
    form: &'static str,
    field: &'static [&'static str],
    (problem, told): (&'static str, &'static str),
    length_max: usize,
) -> Setting {
    Setting { form, field, problem, told, length_max }
}

const SETTINGS: [Setting; 12] = {
    use company_form::{LINE_LENGTH_MAX, NAME_LENGTH_MAX, SHORT_LENGTH_MAX};
    const ACCOUNT: usize = GL_ACCOUNT_LENGTH_MAX;
    let manager = ("account_manager_name", "account_manager");
    [
        setting("company", &["name"], ("company_name", "name"), NAME_LENGTH_MAX),
        setting("company", &["address"], ("address", "company_address"), LINE_LENGTH_MAX),
        setting("company", &["tax_id"], ("tax_id", "tax_id"), SHORT_LENGTH_MAX),
        setting("company", &["contact", "name"], ("contact_name", "contact_name"), LINE_LENGTH_MAX),
        setting("company", &["check_address"], ("check_address", "check_address"), LINE_LENGTH_MAX),
        setting("company", &["account_manager", "name"], manager, LINE_LENGTH_MAX),
        setting("company", &["support", "name"], ("support_name", "support"), LINE_LENGTH_MAX),
        setting("company", &["sales", "name"], ("sales_name", "sales"), LINE_LENGTH_MAX),
        setting(
            "policy",
            &["accounts", "surcharge"],
            ("surcharge_account", "surcharge_account"),
            ACCOUNT,
        ),
        setting("policy", &["accounts", "fees"], ("fees_account", "fees_account"), ACCOUNT),
        setting(
            "policy",
            &["accounts", "discounts"],
            ("discounts_account", "discounts_account"),
            ACCOUNT,
        ),
        // The first once more: whatever was tried meanwhile left it as it is.
        setting("company", &["name"], ("company_name", "name"), NAME_LENGTH_MAX),
    ]
};

/// What a browser sends of a form that was read.
fn sent(name: &str, value: &Value, form: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                sent(&format!("{name}[{field}]"), value, form);
            }
        }
        Value::String(text) => form.push((name.to_owned(), text.clone())),
        Value::Bool(true) => form.push((name.to_owned(), "true".to_owned())),
        Value::Bool(false) | Value::Null => {}
        other => panic!("{name}: {other}"),
    }
}

async fn company(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let mut browser = app.staff().await;
    let step = sampled(12, 1);
    for (index, setting) in SETTINGS.iter().enumerate() {
        let read = format!("/api/staff/settings/{}", setting.form);
        let save = format!("/api/staff/settings/save_{}", setting.form);
        let pointer = format!("/form/{}", setting.field.join("/"));
        let name = format!("form[{}]", setting.field.join("]["));
        let mut kept = 0;
        for string in strings.iter().skip(index % step).step_by(step) {
            let place = format!("{name} {string:?}");
            let before: Value = ask(&mut browser, &read).await;
            let mut form = vec![("version".to_owned(), before["version"].as_str().unwrap().into())];
            sent("form", &before["form"], &mut form);
            let field = form.iter_mut().find(|(field, _)| *field == name);
            string.clone_into(&mut field.unwrap_or_else(|| panic!("{place}: {before}")).1);
            let form: Vec<(&str, &str)> =
                form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = browser.call(&save, &encode(&form)).await;
            let after: Value = ask(&mut browser, &read).await;
            if answer.status != 200 {
                assert_eq!(after["form"], before["form"], "{place}: nothing is lost");
                assert_eq!(problem(&answer).field, setting.problem, "{place}");
                let is_long = string.chars().count() > setting.length_max;
                assert!(is_blank(string) || is_long, "{place}: {}", answer.body);
                continue;
            }
            let text = after.pointer(&pointer).and_then(Value::as_str).unwrap();
            let is_empty = text.is_empty() && is_blank(string);
            assert!(visible(text) == visible(string) || is_empty, "{place}: {text:?}");
            kept += 1;
            if before.pointer(&pointer) != after.pointer(&pointer) {
                let page: HistoryView = ask(&mut browser, "/api/staff/settings/changes").await;
                let fact = page.rows[0].facts.iter().find(|fact| fact.field == setting.told);
                assert_eq!(fact.map(|fact| fact.after.as_str()), Some(text), "{place}");
            }
        }
        assert!(kept > 15, "{name}: {kept}");
    }
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_pass_through_what_is_said_about_the_company, company);

/// What people see of a text in a mail, which takes the marks out that turn the direction of reading.
fn in_mail(text: &str) -> String {
    let turns =
        |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    visible(text).chars().filter(|c| !turns(c)).collect()
}

/// What the latest row of a customer's history that tells of a field says that it became.
async fn last_told(browser: &mut Browser, customer: CustomerId, field: &str) -> Option<String> {
    let path = format!("/api/staff/history/list?customer_id={customer}&with_invoices=true");
    let page: HistoryView = ask(browser, &path).await;
    let mut facts = page.rows.into_iter().flat_map(|row| row.facts);
    facts.find(|fact| fact.field == field && !fact.after.is_empty()).map(|fact| fact.after)
}

async fn promise_notes(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let mut browser = app.staff().await;
    let (id, today) = (customer.to_string(), given.today().to_string());
    let list = format!("/api/staff/promises/list?customer_id={customer}");
    let mut kept = 0;
    for string in strings.iter().step_by(sampled(6, 1)) {
        let open: Value = ask(&mut browser, "/api/staff/invoices/open").await;
        let version = &open["rows"][0]["expectation"]["version"];
        let invoices = format!("{invoice}:{version}");
        let form = [
            ("customer_id", id.as_str()),
            ("form[invoices]", &invoices),
            ("form[promised_on]", &today),
            ("form[channel]", "call"),
            ("form[note]", string),
        ];
        let answer = browser.call("/api/staff/promises/record", &encode(&form)).await;
        if answer.status != 200 {
            assert_eq!(problem(&answer).field, "note", "{string:?}");
            assert!(string.chars().count() > NOTE_LENGTH_MAX, "{string:?}: {}", answer.body);
            continue;
        }
        let page: PromisesView = ask(&mut browser, &list).await;
        let promise = &page.promises[0];
        assert_eq!(promise.status, PromiseStatus::Open, "{string:?}");
        let is_empty = promise.note.is_empty() && is_blank(string);
        assert!(visible(&promise.note) == visible(string) || is_empty, "{string:?}: {promise:?}");
        if !promise.note.is_empty() {
            let told = last_told(&mut browser, customer, "promise_note").await;
            assert_eq!(told.as_ref(), Some(&promise.note), "{string:?}");
        }
        let version = promise.version.to_string();
        let form = [("id", promise.id.as_str()), ("version", &version)];
        let answer = browser.call("/api/staff/promises/cancel", &encode(&form)).await;
        assert_eq!(answer.status, 200, "{string:?}: {}", answer.body);
        kept += 1;
    }
    assert!(kept > 60, "{kept}");
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_are_noted_at_a_promise, promise_notes);

async fn letters(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", invoice_mail::DANA).await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let mut browser = app.staff().await;
    let mut kept = 0;
    for (index, string) in strings.iter().step_by(sampled(4, 1)).enumerate() {
        let is_subject = index % 2 == 0;
        let words = if is_subject { (&**string, "We miss it.") } else { ("INV-1", &**string) };
        let answer = invoice_mail::send(&mut browser, invoice, invoice_mail::DANA, words).await;
        if answer.status != 200 {
            let (field, length_max) = match is_subject {
                true => ("mail_subject", SUBJECT_LENGTH_MAX),
                false => ("mail_text", TEXT_LENGTH_MAX),
            };
            assert_eq!(problem(&answer).field, field, "{string:?}");
            let is_long = string.chars().count() > length_max;
            assert!(is_blank(string) || is_long, "{string:?}: {}", answer.body);
            continue;
        }
        let mail = mailed(&db, invoice_mail::KIND, invoice_mail::DANA).await.remove(0);
        let part = if is_subject { &mail.subject } else { &mail.body_text };
        assert!(in_mail(part).contains(&in_mail(string)), "{string:?}: {part:?}");
        assert!(!mail.subject.contains(['\r', '\n']), "{string:?}: {:?}", mail.subject);
        if is_subject {
            let told = last_told(&mut browser, customer, "subject").await;
            assert_eq!(told.as_deref().map(in_mail), Some(in_mail(&mail.subject)), "{string:?}");
        }
        kept += 1;
    }
    assert!(kept > 60, "{kept}");
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_are_written_in_an_e_mail, letters);
