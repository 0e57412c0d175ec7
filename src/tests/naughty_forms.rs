//! Strings that broke other programs, through forms with many fields of text and through names that
//! are kept in a form of their own: how a customer is reached, values of lists, documents, people on
//! our side.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    naughty::{problem, told, visible},
    support::{
        app::TestApp,
        both_engines,
        browser::{Answer, Browser, encode},
        naughty_strings,
        world::assert_books_hold,
    },
};
use crate::{
    api::view::{
        AsOfView, ContactsView, CustomerListView, CustomerPanel, DocumentsView, FieldSettingView,
        FieldValuesView, HistoryView, SpecialistView, TeamView,
    },
    domain::{
        activity::ActivityKind,
        custom_field::{FIELDS_MAX, OPTIONS_MAX, VALUE_MAX},
        file::{FileKind, FileRefusal, NAME_BYTES_MAX, rename},
        form::{Problem, is_blank, name_key, parse_name},
        ids::CustomerId,
        permission::{Duties, Role},
        profile::{LINE_LENGTH_MAX, Profile, WEBSITE_LENGTH_MAX, website_link},
    },
    services::inert::inert,
    storage::Db,
};

/// What a page asks of the server, read.
pub(super) async fn ask<T: serde::de::DeserializeOwned>(browser: &mut Browser, path: &str) -> T {
    let answer = browser.ask(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

pub(super) async fn panel(browser: &mut Browser, customer: CustomerId) -> CustomerPanel {
    ask(browser, &format!("/api/staff/customers/panel?id={customer}")).await
}

/// Sends the form that says how a customer is reached.
pub(super) async fn save_profile(
    browser: &mut Browser,
    customer: CustomerId,
    version: i64,
    profile: &Profile,
) -> Answer {
    let (id, version) = (customer.to_string(), version.to_string());
    let values = profile.fields();
    let names = values.map(|(name, _)| format!("profile[{name}]"));
    let mut form = vec![("customer_id", id.as_str()), ("version", version.as_str())];
    form.extend(names.iter().zip(values).map(|(name, (_, value))| (name.as_str(), value)));
    browser.call("/api/staff/customers/save_profile", &encode(&form)).await
}

/// A profile with other texts in some of its fields.
pub(super) fn with(profile: &Profile, fields: &[(&str, impl AsRef<str>)]) -> Profile {
    let mut values = serde_json::to_value(profile).unwrap();
    for (name, text) in fields {
        let text: &str = text.as_ref();
        *values.get_mut(*name).unwrap() = Value::from(text);
    }
    serde_json::from_value(values).unwrap()
}

/// What fields were and are.
type Changes = BTreeMap<String, (String, String)>;

/// The fields that differ, as the history has to tell of them.
pub(super) fn changes(before: &Profile, after: &Profile) -> Changes {
    let pairs = before.fields().into_iter().zip(after.fields());
    let changed = pairs.filter(|((_, before), (_, after))| before != after);
    let change = |((name, before), (_, after)): ((&str, &str), (&str, &str))| {
        (name.to_owned(), (before.to_owned(), after.to_owned()))
    };
    changed.map(change).collect()
}

/// What the history tells of changes of how a customer is reached, the earliest first.
pub(super) async fn told_changes(browser: &mut Browser, customer: CustomerId) -> Vec<Changes> {
    let mut told = Vec::new();
    let mut before = 0;
    loop {
        let path =
            format!("/api/staff/history/list?customer_id={customer}&topic=profile&before={before}");
        let page: HistoryView = ask(browser, &path).await;
        let rows = page.rows.into_iter().filter(|row| row.kind == ActivityKind::ProfileChanged);
        told.extend(rows.map(|row| {
            let facts = row.facts.into_iter();
            facts.map(|fact| (fact.field, (fact.before, fact.after))).collect::<Changes>()
        }));
        if page.older == 0 {
            break;
        }
        before = page.older;
    }
    told.reverse();
    told
}

/// The fields of a profile that take any text.
const PLAIN: [&str; 13] = [
    "phone",
    "address_line1",
    "address_line2",
    "address_city",
    "address_region",
    "address_postal_code",
    "address_country",
    "shipping_line1",
    "shipping_line2",
    "shipping_city",
    "shipping_region",
    "shipping_postal_code",
    "shipping_country",
];

/// A text as a field of a profile keeps it: nothing invisible, nothing blank around it, and countries
/// of two letters in capitals.
fn kept(name: &str, text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    let is_code = name.ends_with("country") && text.len() == 2 && text.is_ascii();
    if is_code { text.to_uppercase() } else { text.to_owned() }
}

/// The profile that stands in the panel, and everything that became of it.
struct Kept {
    customer: CustomerId,
    profile: Profile,
    version: i64,
    changes: Vec<Changes>,
}

impl Kept {
    /// Writes texts into fields that take them, and finds them in the panel.
    async fn take(&mut self, browser: &mut Browser, typed: &[(&str, &str)]) {
        let sent = with(&self.profile, typed);
        let answer = save_profile(browser, self.customer, self.version, &sent).await;
        assert_eq!(answer.status, 200, "{typed:?}: {}", answer.body);
        let expected: Vec<(&str, String)> =
            typed.iter().map(|(name, text)| (*name, kept(name, text))).collect();
        let expected = with(&self.profile, &expected);
        let panel = panel(browser, self.customer).await;
        assert_eq!(panel.profile, expected, "{typed:?}");
        let change = changes(&self.profile, &expected);
        assert_eq!(panel.profile_version > self.version, !change.is_empty(), "{typed:?}");
        (self.profile, self.version) = (expected, panel.profile_version);
        if !change.is_empty() {
            self.changes.push(change);
        }
    }

    /// Writes a text into a field that does not take it; what is wrong with it.
    async fn refuse(&self, browser: &mut Browser, name: &str, text: &str) -> Problem {
        let sent = with(&self.profile, &[(name, text)]);
        let answer = save_profile(browser, self.customer, self.version, &sent).await;
        let said = problem(&answer);
        assert_eq!(said.field, name, "{text:?}");
        said.problem
    }

    /// Whatever was refused left everything as it was.
    async fn assert_stands(&self, browser: &mut Browser) {
        let panel = panel(browser, self.customer).await;
        assert_eq!((&panel.profile, panel.profile_version), (&self.profile, self.version));
    }
}

/// Every string goes through three fields of the form, through the website and through the address
/// for mail; what is kept stands in the panel and in the history, and nothing else.
async fn profile(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let begun = panel(&mut browser, customer).await;
    let (profile, version) = (begun.profile, begun.profile_version);
    let mut state = Kept { customer, profile, version, changes: Vec::new() };
    let length = |text: &str| kept("", text).chars().count();
    let (short, long): (Vec<&String>, Vec<&String>) =
        strings.iter().partition(|text| length(text) <= LINE_LENGTH_MAX);

    // A save takes as many strings as there are fields, each in another field every time.
    let mut tried: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for turn in 0..3 {
        for (round, some) in short.chunks(PLAIN.len()).enumerate() {
            let place = |index: usize| PLAIN[(index + round + 5 * turn) % PLAIN.len()];
            let typed: Vec<(&str, &str)> = some
                .iter()
                .enumerate()
                .map(|(index, text)| (place(index), text.as_str()))
                .collect();
            for (name, text) in typed.iter().copied() {
                tried.entry(name).or_default().insert(text);
            }
            state.take(&mut browser, &typed).await;
        }
    }
    for name in PLAIN {
        let count = tried.get(name).map_or(0, BTreeSet::len);
        assert!(count > 100, "{name}: only {count} strings");
    }
    for (index, name) in PLAIN.iter().enumerate() {
        let text = long[index % long.len()];
        assert_eq!(state.refuse(&mut browser, name, text).await, Problem::TooLong, "{text:?}");
    }
    state.assert_stands(&mut browser).await;
    assert_eq!(short.len() + long.len(), strings.len());

    // A website leads to the web, or is none.
    let (mut websites, mut none) = (0, 0);
    for text in &strings {
        let website = kept("website", text);
        let link = website_link(&website);
        if website.is_empty() || (link.is_some() && length(text) <= WEBSITE_LENGTH_MAX) {
            state.take(&mut browser, &[("website", text)]).await;
            let is_web = |link: &str| link.starts_with("https://") || link.starts_with("http://");
            assert!(website.is_empty() || link.as_deref().is_some_and(is_web), "{text:?}");
            websites += 1;
        } else {
            assert_eq!(state.refuse(&mut browser, "website", text).await, Problem::Wrong);
            none += 1;
        }
    }
    state.assert_stands(&mut browser).await;
    assert!(websites > 20 && none > 200, "{websites} websites, {none} refused");

    // Not one of them is an address for mail, for the customer or for a contact.
    let listed = format!("/api/staff/contacts/list?customer_id={customer}");
    let before: ContactsView = ask(&mut browser, &listed).await;
    let (id, role) = (customer.to_string(), before.roles[0].id.clone());
    let mut refused = 0;
    for text in &strings {
        let form =
            [("customer_id", id.as_str()), ("draft[role_id]", &role), ("draft[email]", text)];
        let answer = browser.call("/api/staff/contacts/save", &encode(&form)).await;
        let said = problem(&answer);
        assert_eq!(said.field, "email", "{text:?}");
        let is_blank = text.trim().is_empty();
        assert_eq!(said.problem == Problem::Required, is_blank, "{text:?}: {:?}", said.problem);
        if kept("email", text).is_empty() {
            state.take(&mut browser, &[("email", text)]).await;
            continue;
        }
        let said = state.refuse(&mut browser, "email", text).await;
        assert!(matches!(said, Problem::NotAnEmail | Problem::TooLong), "{text:?}: {said:?}");
        refused += 1;
    }
    assert!(refused > 500, "{refused}");
    let after: ContactsView = ask(&mut browser, &listed).await;
    assert_eq!(after, before);
    state.assert_stands(&mut browser).await;

    // The history tells each of it, and how everything stands now.
    assert!(state.changes.len() > 120, "{}", state.changes.len());
    assert_eq!(told_changes(&mut browser, customer).await, state.changes);
    let today = given.today();
    let path = format!("/api/staff/history/as_of?customer_id={customer}&day={today}");
    let now: AsOfView = ask(&mut browser, &path).await;
    for (name, value) in state.profile.fields() {
        let fact = now.facts.iter().find(|fact| fact.field == name);
        assert_eq!(fact.map_or("", |fact| fact.after.as_str()), value, "{name}");
    }
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_pass_through_the_whole_profile, profile);

/// The form of a new list with values of these names.
fn list_form(name: &str, values: &[&str]) -> String {
    let mut form = vec![
        ("field[level]".to_owned(), "customer"),
        ("field[kind]".to_owned(), "list"),
        ("field[name]".to_owned(), name),
        ("field[is_shown]".to_owned(), "true"),
        ("field[is_editable]".to_owned(), "true"),
    ];
    for (index, value) in values.iter().enumerate() {
        form.push((format!("field[options][{index}][name]"), *value));
    }
    let form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    encode(&form)
}

/// Every string is a value of a list, and some customer has it: in the panel, in the history, in the
/// list that is filtered by it and in the file.
async fn list_values(db: Db) {
    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let mut browser = app.staff().await;
    let save = "/api/staff/settings/save_field";
    let settings = "/api/staff/settings/fields";

    // No list has a name twice, whatever its case.
    let mut lists: Vec<Vec<&str>> = Vec::new();
    let mut keys: Vec<BTreeSet<String>> = Vec::new();
    let mut refused = 0;
    for string in &strings {
        let Ok(name) = parse_name(string, VALUE_MAX) else {
            let answer = browser.call(save, &list_form("List", &[string.as_str()])).await;
            assert_eq!(problem(&answer).field, "options", "{string:?}");
            let is_long = string.chars().count() > VALUE_MAX;
            assert!(is_blank(string) || is_long, "{string:?} is refused");
            refused += 1;
            continue;
        };
        let key = name_key(&name);
        let has_room = |keys: &BTreeSet<String>| keys.len() < OPTIONS_MAX && !keys.contains(&key);
        let place = keys.iter().position(has_room).unwrap_or(keys.len());
        if place == keys.len() {
            keys.push(BTreeSet::new());
            lists.push(Vec::new());
        }
        keys[place].insert(key);
        lists[place].push(string.as_str());
    }
    let none: Vec<FieldSettingView> = ask(&mut browser, settings).await;
    assert_eq!(none, [], "what is refused leaves nothing");
    let count: usize = lists.iter().map(Vec::len).sum();
    assert_eq!(count + refused, strings.len());
    assert!(count > 500 && lists.len() <= FIELDS_MAX, "{count} in {} lists", lists.len());
    for (number, list) in lists.iter().enumerate() {
        let answer = browser.call(save, &list_form(&format!("List {number}"), list)).await;
        assert_eq!(answer.status, 200, "{list:?}: {}", answer.body);
    }
    let mut fields: Vec<FieldSettingView> = ask(&mut browser, settings).await;
    assert_eq!(fields.len(), lists.len());
    fields.sort_by(|one, other| one.field.name.cmp(&other.field.name));
    for (field, list) in fields.iter().zip(&lists) {
        let said: Vec<String> = list.iter().map(|string| visible(string)).collect();
        let options = field.field.options.iter();
        assert_eq!(options.map(|option| visible(&option.name)).collect::<Vec<_>>(), said);
    }

    // The first customer has the first of each list, the second the second, and so on.
    let longest = lists.iter().map(Vec::len).max().unwrap();
    for index in 0..longest {
        let number = format!("K-{index:03}");
        let customer = given.customer(&number, &format!("k{index}@alder.example")).await;
        let id = customer.to_string();
        let held: Vec<_> = fields
            .iter()
            .filter_map(|field| Some((&field.field, field.field.options.get(index)?)))
            .collect();
        let mut form = vec![("customer_id".to_owned(), id.as_str()), ("version".to_owned(), "1")];
        for (place, (field, option)) in held.iter().enumerate() {
            form.push((format!("values[{place}][field]"), field.id.as_str()));
            form.push((format!("values[{place}][value]"), option.id.as_str()));
        }
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let answer = browser.call("/api/staff/customers/save_fields", &encode(&form)).await;
        assert_eq!(answer.status, 200, "{number}: {}", answer.body);
        let path = format!("/api/staff/customers/fields?customer_id={id}");
        let shown: FieldValuesView = ask(&mut browser, &path).await;
        let shown = shown.values.iter().filter(|value| !value.value.is_empty());
        let shown: BTreeMap<&str, &str> =
            shown.map(|value| (value.field.name.as_str(), value.value.as_str())).collect();
        let expected: BTreeMap<&str, &str> = held
            .iter()
            .map(|(field, option)| (field.name.as_str(), option.name.as_str()))
            .collect();
        assert_eq!(shown, expected, "{number}");
        let expected: Changes = held
            .iter()
            .map(|(field, option)| {
                (format!("custom:{}", field.name), (String::new(), option.name.clone()))
            })
            .collect();
        assert_eq!(told_changes(&mut browser, customer).await, [expected], "{number}");
        let (_, option) = held[index % held.len()];
        let path = format!("/api/staff/customers/list?query[fields]={}", option.id);
        let found: CustomerListView = ask(&mut browser, &path).await;
        let found: Vec<&str> = found.rows.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(found, [number.as_str()], "{:?}", option.name);
    }

    let ids: Vec<&str> = fields.iter().map(|field| field.field.id.as_str()).collect();
    let columns = format!("number,{}", ids.join(","));
    let chosen = encode(&[("list", "customers"), ("columns", columns.as_str())]);
    let answer = browser.call("/api/staff/lists/columns", &chosen).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (status, _, file) = browser.download("/staff/customers/export.csv").await;
    let file = String::from_utf8(file).unwrap();
    assert_eq!(status, 200, "{file}");
    let mut file = csv::Reader::from_reader(file.strip_prefix('\u{feff}').unwrap().as_bytes());
    let head: Vec<String> = file.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| head.iter().position(|head| head == name).unwrap();
    let mut filed = 0;
    for row in file.records() {
        let row = row.unwrap();
        let number = row.get(column("Customer number")).unwrap();
        let index: usize = number.strip_prefix("K-").unwrap().parse().unwrap();
        for field in &fields {
            let cell = row.get(column(&field.field.name)).unwrap();
            let option = field.field.options.get(index);
            let expected = option.map(|option| inert(&option.name)).unwrap_or_default();
            assert_eq!(cell, expected, "{number}, {}", field.field.name);
            filed += usize::from(option.is_some());
        }
    }
    assert_eq!(filed, count, "values in the file");
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_are_values_of_lists, list_values);

/// The name in a header that says how a document is to be saved (RFC 8187).
fn saved_as(disposition: &str) -> String {
    let (_, name) = disposition.split_once("filename*=UTF-8''").unwrap();
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(&more[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A document takes every third string as its name, as names of files are made harmless: in the
/// panel, in the history, and where it is saved.
async fn documents(db: Db) {
    const TYPE: &str = "0193a5f0-0000-7000-8000-0000000000f1";

    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let id = customer.to_string();
    let fields = [("customer_id", id.as_str()), ("type_id", TYPE), ("visibility", "internal")];
    let sent = ("begin.txt", b"hello".as_slice());
    let answer = browser.upload("/staff/documents/upload", &fields, sent).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let listed = format!("/api/staff/documents/list?customer_id={customer}");
    let mut before: DocumentsView = ask(&mut browser, &listed).await;
    let mut names = vec!["begin.txt".to_owned()];
    let (mut kept, mut plain, mut refused) = (0, 0, 0);
    for string in strings.iter().step_by(3) {
        let document = &before.documents[0];
        let version = document.version.to_string();
        let form = [
            ("draft[id]", document.id.as_str()),
            ("draft[version]", &version),
            ("draft[name]", string),
            ("draft[type_id]", TYPE),
            ("draft[visibility]", "internal"),
        ];
        let answer = browser.call("/api/staff/documents/save", &encode(&form)).await;
        let after: DocumentsView = ask(&mut browser, &listed).await;
        let expected = match rename(string, FileKind::Txt) {
            Ok(name) => name,
            Err(why) => {
                let problem = problem(&answer);
                assert_eq!(problem.field, "document_name", "{string:?}");
                assert_eq!(problem.problem == Problem::Required, why == FileRefusal::NoFile);
                assert_eq!(after, before, "nothing is lost by {string:?}");
                refused += 1;
                continue;
            }
        };
        assert_eq!(answer.status, 200, "{string:?}: {}", answer.body);
        let name = after.documents[0].name.clone();
        assert_eq!(name, expected, "{string:?}");
        let is_bad = |c: char| c.is_control() || "/\\<>:\"|?*".contains(c);
        let is_harmless = !name.contains(is_bad) && name.len() <= NAME_BYTES_MAX;
        assert!(is_harmless && name.ends_with(".txt"), "{string:?} became {name:?}");
        if string.chars().all(|c| c.is_alphanumeric() || c == ' ') {
            // A device's name has a stroke before it.
            assert!(name.ends_with(&format!("{}.txt", string.trim())), "{string:?}: {name:?}");
            plain += 1;
        }
        let path = format!("/staff/documents/{}", after.documents[0].id);
        let (status, headers, bytes) = browser.download(&path).await;
        assert_eq!((status, bytes.as_slice()), (200, b"hello".as_slice()), "{string:?}");
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; "), "{disposition}");
        assert_eq!(saved_as(disposition), name, "{string:?}");
        if names.last() != Some(&name) {
            names.push(name);
        }
        before = after;
        kept += 1;
    }
    assert!(kept > 160 && plain > 20 && refused > 0, "{kept}, {plain} plain, {refused} refused");
    names.reverse();
    assert_eq!(told(&mut browser, customer, "document", names.len()).await, names);
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_are_names_of_documents, documents);

/// Somebody on our side takes every third string as their name: in the team, where somebody is made
/// responsible, in a customer's panel, and in the history as whose a task is.
async fn people(db: Db) {
    const EMAIL: &str = "ben@halden.example";

    let Some(strings) = naughty_strings() else { return };
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let ben = given.staff(EMAIL, Duties::of(Role::Specialist)).await;
    let (id, today) = (ben.id.to_string(), given.today().to_string());
    let assigned = format!("customer_id={customer}&after={id}");
    let answer = browser.call("/api/staff/customers/assign", &assigned).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let task = encode(&[
        ("task[kind]", "to_do"),
        ("task[title]", "Call Dana"),
        ("task[customer]", "C-1"),
        ("task[due_on]", today.as_str()),
        ("task[assignee]", id.as_str()),
    ]);
    let listed = "/api/staff/team/list";
    let ours = |team: TeamView| team.users.into_iter().find(|user| user.id == id).unwrap();
    let mut before = ours(ask(&mut browser, listed).await);
    let mut names = Vec::new();
    let mut refused = 0;
    // Every one that is too long is among them.
    let is_long = |string: &String| string.chars().count() > 200;
    let numbered = strings.iter().enumerate();
    let some = numbered.filter(|(index, string)| index % 3 == 0 || is_long(string));
    for (_, string) in some {
        let version = before.version.to_string();
        let form = [
            ("user[id]", id.as_str()),
            ("user[version]", &version),
            ("user[name]", string),
            ("user[role]", "specialist"),
        ];
        let answer = browser.call("/api/staff/team/save", &encode(&form)).await;
        let after = ours(ask(&mut browser, listed).await);
        if answer.status != 200 {
            let problem = problem(&answer);
            assert_eq!((problem.field.as_str(), problem.problem), ("name", Problem::TooLong));
            assert!(is_long(string), "{string:?} is refused");
            assert_eq!(after, before, "nothing is lost by {string:?}");
            refused += 1;
            continue;
        }
        let name = after.name.clone();
        // Who has no name is called by their address.
        let said = visible(string);
        let said = if is_blank(string) { EMAIL.to_owned() } else { said };
        assert_eq!(visible(&name), said, "{string:?}");
        let offered: Vec<SpecialistView> =
            ask(&mut browser, "/api/staff/customers/specialists").await;
        let ben = SpecialistView { id: id.clone(), name: name.clone() };
        assert!(offered.contains(&ben), "{string:?}: {offered:?}");
        assert_eq!(panel(&mut browser, customer).await.specialist, Some(ben), "{string:?}");
        let answer = browser.call("/api/staff/tasks/save", &task).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        names.push(name);
        before = after;
    }
    assert!(names.len() > 160 && refused > 3, "{} kept, {refused} refused", names.len());
    names.reverse();
    assert_eq!(told(&mut browser, customer, "assignee", names.len()).await, names);
    assert_books_hold(&db).await;
}
both_engines!(naughty_strings_are_names_of_people, people);
