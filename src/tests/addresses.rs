//! Postal addresses of many countries, and addresses for mail of every odd kind: from the books and
//! from the forms into the panel, the history, the search and the file, and back.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    import::bring_in_text,
    naughty::{problem, told},
    naughty_forms::{ask, changes, panel, save_profile, told_changes, with},
    support::{
        app::TestApp,
        both_engines,
        browser::{Browser, encode},
        mail_cases::{MailCase, mail_cases},
        shared,
        world::assert_books_hold,
    },
};
use crate::{
    api::view::{ContactsView, FoundKind, FoundView},
    domain::{form::Problem, profile::Profile},
    services::{import::Choices, inert::inert},
    storage::{self, Db},
};

/// A postal address as a case has it.
#[derive(Debug, Default)]
struct Address {
    /// Where the case stands.
    file: String,
    /// Its parts by the names that the case gives them.
    parts: BTreeMap<String, String>,
    /// How it is written in its country, a line each.
    lines: Vec<String>,
}

impl Address {
    /// Of one case, in the little of YAML that the cases use.
    fn read(file: &str, case: &str) -> Option<Self> {
        let mut address = Self { file: file.to_owned(), ..Self::default() };
        let mut part = "";
        for line in case.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            if !line.starts_with(' ') {
                part = line.split(':').next().unwrap_or_default();
            } else if part == "components" {
                let (name, value) = line.split_once(':').unwrap();
                let value = value.trim().trim_matches(['"', '\'']);
                address.parts.insert(name.trim().to_owned(), value.to_owned());
            } else if part == "expected" {
                address.lines.push(line.trim().to_owned());
            }
        }
        (!address.lines.is_empty()).then_some(address)
    }

    fn part(&self, names: &[&str]) -> String {
        let found = names.iter().find_map(|name| self.parts.get(*name));
        found.cloned().unwrap_or_default()
    }

    /// What a form holds of it, by the names of the fields behind what they begin with: the first
    /// lines as they are written, and city, region, postal code and country.
    fn fields(&self) -> [(&'static str, String); 6] {
        let line = |index: usize| self.lines.get(index).cloned().unwrap_or_default();
        let cities = ["city", "town", "village", "hamlet", "municipality", "suburb"];
        [
            ("line1", line(0)),
            ("line2", line(1)),
            ("city", self.part(&cities)),
            ("region", self.part(&["state", "region", "province", "county"])),
            ("postal_code", self.part(&["postcode"])),
            ("country", self.part(&["country"])),
        ]
    }

    /// The whole of it on one line.
    fn label(&self) -> String {
        self.lines.join(", ")
    }
}

/// The cases of all countries; none where they are absent.
fn addresses() -> Option<Vec<Address>> {
    let folder = std::fs::read_dir(shared("awkward/addresses")?).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    let mut addresses = Vec::new();
    for path in paths {
        let (file, text) = (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
        addresses.extend(text.split("\n---").filter_map(|case| Address::read(&file, case)));
    }
    Some(addresses)
}

/// A profile with an address where bills go or where goods go.
fn located(profile: &Profile, begin: &str, address: &Address) -> Profile {
    let fields = address.fields().map(|(name, value)| (format!("{begin}_{name}"), value));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    with(profile, &fields)
}

/// Whether the search finds a customer by words.
async fn is_found(browser: &mut Browser, words: &str, number: &str) -> bool {
    let path = format!("/api/staff/search?{}", encode(&[("words", words)]));
    let found: Vec<FoundView> = ask(browser, &path).await;
    found.iter().any(|one| one.kind == FoundKind::Customer && one.number == number)
}

async fn postal(db: Db) {
    let Some(addresses) = addresses() else { return };
    assert_eq!(addresses.len(), 192);
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let mut browser = app.staff().await;

    // The books have a customer at each of them, who is called as it is written.
    let head = [
        "customer_number",
        "customer_name",
        "address_line1",
        "address_line2",
        "address_city",
        "address_region",
        "address_postal_code",
        "address_country",
    ];
    let number = |index: usize| format!("A-{index:03}");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).unwrap();
    for (index, address) in addresses.iter().enumerate() {
        let fields = address.fields().map(|(_, value)| value);
        writer.write_record([number(index), address.label()].into_iter().chain(fields)).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let choices = |map: &str| Choices {
        kind: "customers".to_owned(),
        map: map.to_owned(),
        currency: "USD".to_owned(),
        is_complete: true,
        ..Choices::default()
    };
    let map = head.map(|name| format!("{name}={name}")).join(",");
    let report = bring_in_text(app.world(), &text, &choices(&map)).await;
    assert_eq!((report.customers.new, report.refused), (192, 0), "{report:?}");

    // Each is typed where goods go, and the one after it where bills go.
    for (index, address) in addresses.iter().enumerate() {
        let (number, label) = (number(index), address.label());
        let mut session = db.read().await.unwrap();
        let row = storage::customers::find_by_number(&mut session, &number).await.unwrap();
        let customer = row.unwrap().id;
        drop(session);
        let begun = panel(&mut browser, customer).await;
        let books = located(&Profile::default(), "address", address);
        assert_eq!((&begun.name, &begun.profile), (&label, &books), "{}", address.file);
        let next = &addresses[(index + 1) % addresses.len()];
        let typed = located(&located(&books, "address", next), "shipping", address);
        let answer = save_profile(&mut browser, customer, begun.profile_version, &typed).await;
        assert_eq!(answer.status, 200, "{typed:?}: {}", answer.body);
        let after = panel(&mut browser, customer).await;
        assert_eq!(after.profile, typed, "{}", address.file);
        let changes = changes(&books, &typed);
        let known = changes.iter().filter(|(name, _)| name.starts_with("address_"));
        let known: Vec<(String, String)> =
            known.map(|(name, (before, _))| (name.clone(), before.clone())).collect();
        assert_eq!(after.books, known, "what the books say in {}", address.file);
        assert_eq!(told_changes(&mut browser, customer).await, [changes], "{}", address.file);
        assert_eq!(told(&mut browser, customer, "name", 1).await, std::slice::from_ref(&label));
        assert!(is_found(&mut browser, &label, &number).await, "{label:?} is not found");
    }

    // The file has all of them, and is the same to the books.
    let (status, _, file) = browser.download("/staff/customers/export.csv").await;
    let file = String::from_utf8(file).unwrap();
    assert_eq!(status, 200, "{file}");
    let mut rows = csv::Reader::from_reader(file.strip_prefix('\u{feff}').unwrap().as_bytes());
    let names: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| names.iter().position(|other| other == name).unwrap();
    let filed = rows.records().map(|row| {
        let row = row.unwrap();
        let cell = |name: &str| row.get(column(name)).unwrap().to_owned();
        (cell("Customer number"), cell("Customer"))
    });
    let filed: BTreeMap<String, String> = filed.collect();
    let expected = addresses.iter().enumerate();
    let expected: BTreeMap<String, String> =
        expected.map(|(index, address)| (number(index), inert(&address.label()))).collect();
    assert_eq!(filed, expected);
    let back = choices("customer_number=Customer number,customer_name=Customer");
    let report = bring_in_text(app.world(), &file, &back).await;
    let customers = &report.customers;
    let counts = (customers.new, customers.changed, customers.unchanged, report.refused);
    assert_eq!(counts, (0, 0, 192, 0), "{report:?}");
    assert_books_hold(&db).await;
}
both_engines!(postal_addresses_come_back_as_they_went_in, postal);

/// Every case is typed as the address of a new contact, and as that of the customer: what is right is
/// kept without the blanks around it and in small letters, and everything else is refused.
async fn mail(db: Db) {
    let Some(cases) = mail_cases() else { return };
    assert_eq!(cases.len(), 164);
    let right: BTreeSet<String> = cases
        .iter()
        .filter(|case| case.is_right())
        .map(|case| case.address.to_lowercase())
        .collect();
    assert!(right.len() > 15, "{right:?}");
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let listed = format!("/api/staff/contacts/list?customer_id={customer}");
    let mut before: ContactsView = ask(&mut browser, &listed).await;
    let (id, role) = (customer.to_string(), before.roles[0].id.clone());
    let mut added = BTreeSet::new();
    let (mut again, mut wrong, mut kept) = (0, 0, 0);
    for MailCase { category, address } in &cases {
        let form = [
            ("customer_id", id.as_str()),
            ("draft[role_id]", role.as_str()),
            ("draft[email]", address.as_str()),
        ];
        let answer = browser.call("/api/staff/contacts/save", &encode(&form)).await;
        let after: ContactsView = ask(&mut browser, &listed).await;
        let email = address.trim().to_lowercase();
        if right.contains(&email) && added.insert(email.clone()) {
            assert_eq!(answer.status, 200, "{address:?}: {}", answer.body);
            let emails: Vec<&str> = after.contacts.iter().map(|one| one.email.as_str()).collect();
            assert!(emails.contains(&email.as_str()), "{address:?}: {emails:?}");
            assert_eq!(emails.len(), before.contacts.len() + 1, "{address:?}");
            assert_eq!(
                told(&mut browser, customer, "email", 1).await,
                std::slice::from_ref(&email)
            );
        } else {
            let said = problem(&answer);
            assert_eq!(said.field, "email", "{category} {address:?}");
            let is_taken = said.problem == Problem::AlreadyUsed;
            assert_eq!(is_taken, right.contains(&email), "{category} {address:?}: {said:?}");
            assert_eq!(after, before, "nothing is lost by {address:?}");
            again += usize::from(is_taken);
            wrong += usize::from(!is_taken);
        }
        before = after;

        // The form of the profile takes what is invisible away first, and takes no address too.
        let known = panel(&mut browser, customer).await;
        let sent = with(&known.profile, &[("email", address)]);
        let answer = save_profile(&mut browser, customer, known.profile_version, &sent).await;
        let visible: String = address.chars().filter(|c| !c.is_control()).collect();
        let email = visible.trim().to_lowercase();
        let after = panel(&mut browser, customer).await;
        if email.is_empty() || right.contains(&email) {
            assert_eq!(answer.status, 200, "{address:?}: {}", answer.body);
            assert_eq!(after.profile, with(&known.profile, &[("email", &email)]), "{address:?}");
            if !email.is_empty() {
                let latest = told(&mut browser, customer, "email", 1).await;
                assert_eq!(latest, std::slice::from_ref(&email), "{address:?}");
                assert!(is_found(&mut browser, &email, "C-1").await, "{email:?} is not found");
            }
            kept += 1;
        } else {
            assert_eq!(problem(&answer).field, "email", "{category} {address:?}");
            let (now, then) = (after.profile_version, known.profile_version);
            assert_eq!((now, after.profile), (then, known.profile), "{address:?}");
        }
    }
    assert_eq!(added, right, "what is right was added");
    assert_eq!(added.len() + again + wrong, cases.len());
    assert!(again > 10 && wrong > 100, "{again} again, {wrong} wrong");
    assert!(kept > right.len(), "{kept} kept of the profile");
    assert_books_hold(&db).await;
}
both_engines!(addresses_for_mail_come_back_or_are_refused, mail);
