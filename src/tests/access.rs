//! The access matrix, made of the registry: every function and route, called by everybody.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    history::bring_in,
    lists::{bytes, rows},
    support::{
        app::TestApp,
        both_engines,
        browser::{Browser, encode},
    },
};
use crate::{
    api::registry::{Access, Endpoint, FUNCTIONS, ROUTES, Verb},
    domain::{
        permission::{Duties, Permission, Permissions, Role},
        promise::PromiseForm,
    },
    email::{Fault, mail_server},
    jobs::send_message,
    services::{
        customers,
        mail::SendMessage,
        notes, promises,
        tasks::{self, TaskForm},
        team,
    },
    storage::{self, Db},
};

/// Whether payers call it, and nobody else.
fn payer_side(access: Access) -> bool {
    matches!(access, Access::Payer | Access::Account | Access::Paying)
}

/// Whether only people on our side call it.
fn staff_side(access: Access) -> bool {
    matches!(access, Access::Staff | Access::Permitted(_) | Access::PermittedEither(..))
}

/// An identifier that nothing has.
const NOTHING: &str = "0193a5f0-0000-7000-8000-000000000000";

/// A type of documents that is there from the beginning.
const OTHER_TYPE: &str = "0193a5f0-0000-7000-8000-0000000000f2";

/// What belongs to somebody else, by the name of the argument or the part of the path.
struct Foreign {
    invoice: String,
    customer: String,
}

impl Foreign {
    fn id_for(&self, endpoint: &Endpoint) -> &str {
        let names_customer =
            endpoint.arguments.starts_with("customer_id") || endpoint.path.contains("/customers/");
        if names_customer { &self.customer } else { &self.invoice }
    }
}

async fn call(browser: &mut Browser, endpoint: &Endpoint, id: &str) -> (u16, String, String) {
    let path = endpoint.path.replace("{id}", id);
    let arguments = endpoint.arguments.replace("{id}", id);
    let answer = match endpoint.verb {
        Verb::Get if arguments.is_empty() => browser.ask(&path).await,
        Verb::Get => browser.ask(&format!("{path}?{arguments}")).await,
        Verb::Post => browser.call(&path, &arguments).await,
    };
    (answer.status, answer.location, answer.body)
}

fn is_refusal(status: u16, location: &str) -> bool {
    matches!(status, 401 | 403 | 404)
        || (matches!(status, 302 | 303) && location.starts_with("/portal/sign-in"))
}

async fn matrix(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let linked = given.invoice(ours, "INV-1", 10_000).await;
    // To whoever holds a link of one invoice, another of the same customer is somebody else's.
    let unlinked = given.invoice(ours, "INV-3", 10_000).await.to_string();
    let theirs = given.customer("C-2", "eve@other.example").await;
    let invoice = given.invoice(theirs, "INV-2", 20_000).await;
    let foreign = Foreign { invoice: invoice.to_string(), customer: theirs.to_string() };

    let nobody = app.browser();
    let payer = app.payer("dana@alder.example").await;
    let mut staff = app.staff().await;
    let holder = app.holder(&mut staff, linked).await;
    for endpoint in FUNCTIONS.iter().chain(ROUTES) {
        let place = format!("{:?} {}", endpoint.verb, endpoint.path);
        let id = foreign.id_for(endpoint);
        let (status, location, _) = call(&mut nobody.clone(), endpoint, id).await;
        match endpoint.access {
            Access::Public => assert!(status < 500, "{place}: {status}"),
            Access::Gateway => assert_eq!(status, 400, "{place}"),
            Access::Loopback => assert_eq!(status, 404, "{place} without an address"),
            Access::Payer
            | Access::Account
            | Access::Paying
            | Access::Staff
            | Access::Permitted(_)
            | Access::PermittedEither(..) => {
                assert!(is_refusal(status, &location), "{place}: nobody got {status}");
            }
        }
        if !matches!(
            endpoint.access,
            Access::Public | Access::Gateway | Access::Loopback | Access::Paying
        ) {
            // Whoever opened a pay link is nobody everywhere else.
            for id in [id, &unlinked, NOTHING] {
                let (status, location, _) = call(&mut holder.clone(), endpoint, id).await;
                assert!(is_refusal(status, &location), "{place}: by a link {status}");
            }
        }
        if endpoint.access == Access::Paying {
            let nothing = call(&mut holder.clone(), endpoint, NOTHING).await;
            assert!(is_refusal(nothing.0, &nothing.1), "{place}: nothing gave {}", nothing.0);
            for id in [id, &unlinked] {
                let answer = call(&mut holder.clone(), endpoint, id).await;
                assert_eq!(answer, nothing, "{place}: by a link, foreign and absent differ");
            }
        }
        if payer_side(endpoint.access) {
            // Staff are nobody in the portal.
            let (status, location, _) = call(&mut staff.clone(), endpoint, id).await;
            assert!(is_refusal(status, &location), "{place}: staff got {status}");
        }
        if staff_side(endpoint.access) {
            let (status, location, _) = call(&mut payer.clone(), endpoint, id).await;
            assert!(is_refusal(status, &location), "{place}: a payer got {status}");
        }
        let takes_id = endpoint.path.contains("{id}") || endpoint.arguments.contains("{id}");
        if payer_side(endpoint.access) && takes_id {
            let theirs = call(&mut payer.clone(), endpoint, id).await;
            let nothing = call(&mut payer.clone(), endpoint, NOTHING).await;
            assert!(is_refusal(theirs.0, &theirs.1), "{place}: somebody else's gave {}", theirs.0);
            assert_eq!(theirs, nothing, "{place}: foreign and absent look different");
            let broken = call(&mut payer.clone(), endpoint, "nonsense").await;
            assert!(matches!(broken.0, 404 | 422), "{place}: nonsense gave {}", broken.0);
        }
    }
}
both_engines!(everybody_gets_what_the_registry_says, matrix);

/// Each permission both ways: with nothing but it the call is let in, with everything but it the call
/// is turned away; what every staff user may do takes none.
async fn permission_matrix(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await.to_string();
    let duties = |permissions: Permissions| Duties { permissions, ..Duties::of(Role::Viewer) };
    let viewer = app.staff_with("viewer@halden.example", duties(Permissions::default())).await;
    let mut users = BTreeMap::new();
    for permission in Permission::ALL {
        let (word, only) = (permission.as_str(), [permission].into_iter().collect());
        let but = Permission::ALL.into_iter().filter(|one| *one != permission).collect();
        let with = app.staff_with(&format!("{word}@halden.example"), duties(only)).await;
        let without = app.staff_with(&format!("not-{word}@halden.example"), duties(but)).await;
        users.insert(permission, (with, without));
    }
    let mut asked = BTreeSet::new();
    for endpoint in FUNCTIONS.iter().chain(ROUTES) {
        let place = format!("{:?} {}", endpoint.verb, endpoint.path);
        // An unending answer has nothing to say about itself.
        if endpoint.path == "/staff/live" {
            continue;
        }
        match endpoint.access {
            Access::Staff => {
                let (status, ..) = call(&mut viewer.clone(), endpoint, &customer).await;
                assert!(!matches!(status, 401 | 403 | 500..), "{place}: a viewer got {status}");
            }
            Access::Permitted(permission) => {
                asked.insert(permission);
                let (with, without) = &users[&permission];
                let (status, ..) = call(&mut with.clone(), endpoint, &customer).await;
                assert!(!matches!(status, 401 | 403 | 500..), "{place}: with it {status}");
                for browser in [without, &viewer] {
                    let (status, ..) = call(&mut browser.clone(), endpoint, &customer).await;
                    assert_eq!(status, 403, "{place}: without it");
                }
            }
            Access::PermittedEither(one, other) => {
                for permission in [one, other] {
                    asked.insert(permission);
                    let (status, ..) =
                        call(&mut users[&permission].0.clone(), endpoint, &customer).await;
                    assert!(!matches!(status, 401 | 403 | 500..), "{place}: with one {status}");
                    let but_one = &mut users[&permission].1.clone();
                    let (status, ..) = call(but_one, endpoint, &customer).await;
                    assert!(
                        !matches!(status, 401 | 403 | 500..),
                        "{place}: with the other {status}"
                    );
                }
                let (status, ..) = call(&mut viewer.clone(), endpoint, &customer).await;
                assert_eq!(status, 403, "{place}: with neither");
            }
            _ => {}
        }
    }
    let expected = [
        Permission::Assignments,
        Permission::Customers,
        Permission::Documents,
        Permission::Forecast,
        Permission::Invoices,
        Permission::Mail,
        Permission::Payments,
        Permission::Settings,
        Permission::Statements,
        Permission::Team,
        Permission::Workflows,
    ];
    assert_eq!(asked, expected.into_iter().collect());
}
both_engines!(each_permission_is_asked_for, permission_matrix);

/// Somebody who sees only their own customers is told the same about others' as about nothing.
async fn own_customers_matrix(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let own = given.customer("C-1", "dana@alder.example").await;
    given.invoice(own, "INV-1", 10_000).await;
    let foreign = given.customer("C-2", "eve@other.example").await;
    let invoice = given.invoice(foreign, "INV-2", 20_000).await;
    let day = given.today() - chrono::TimeDelta::days(9);
    let paid = format!(
        "customer_number,number,issued_on,due_on,total,paid_on,paid_amount\n\
         C-1,INV-11,{day},{day},111.00,{day},111.00\nC-2,INV-22,{day},{day},300.00,{day},300.00\n"
    );
    bring_in(app.world(), &paid).await;
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@halden.example", duties).await;
    customers::assign(app.world(), &owner, own, None, Some(ben.id)).await.unwrap();
    let contact = |id| {
        let db = db.clone();
        async move {
            let mut session = db.read().await.unwrap();
            storage::contacts::all(&mut session, id).await.unwrap().remove(0).id.to_string()
        }
    };
    let note = |id| notes::add(app.world(), &owner, id, "Called them.");
    let (due_on, assignee) = (given.today().to_string(), owner.id.to_string());
    let task = TaskForm {
        kind: "call",
        title: "Ask about INV-2",
        customer: "C-2",
        due_on: &due_on,
        assignee: &assignee,
        ..TaskForm::default()
    };
    let task = tasks::add(app.world(), &owner, &task).await.unwrap();
    let foreign_text = foreign.to_string();
    let form = [("customer_id", foreign_text.as_str()), ("type_id", OTHER_TYPE)];
    let mut keeper = app.signed_in("owner@halden.example").await;
    let kept = keeper.upload("/staff/documents/upload", &form, ("a.txt", b"hello")).await;
    assert_eq!(kept.status, 204, "{}", kept.body);
    let document = {
        let mut session = db.read().await.unwrap();
        storage::files::all_of_customer(&mut session, foreign).await.unwrap().remove(0).file.id
    };
    let promise = PromiseForm {
        invoices: format!("{invoice}:1"),
        promised_on: due_on.clone(),
        channel: "call".to_owned(),
        ..PromiseForm::default()
    };
    let promise = promises::record(app.world(), &owner, foreign, &promise).await.unwrap();
    let ids = [
        foreign.to_string(),
        contact(foreign).await,
        note(foreign).await.unwrap().to_string(),
        task.to_string(),
        document.to_string(),
        promise.to_string(),
        invoice.to_string(),
    ];
    let browser = app.signed_in("ben@halden.example").await;
    let endpoints = FUNCTIONS.iter().chain(ROUTES).filter(|one| staff_side(one.access));
    for endpoint in endpoints {
        let place = format!("{:?} {}", endpoint.verb, endpoint.path);
        let takes_id = endpoint.path.contains("{id}") || endpoint.arguments.contains("{id}");
        if takes_id {
            let nothing = call(&mut browser.clone(), endpoint, NOTHING).await;
            for id in &ids {
                let answer = call(&mut browser.clone(), endpoint, id).await;
                assert_eq!(answer, nothing, "{place}");
            }
        } else if endpoint.verb == Verb::Get && endpoint.path != "/staff/live" {
            let (_, _, body) = call(&mut browser.clone(), endpoint, NOTHING).await;
            assert!(!body.contains("C-2") && !body.contains("INV-2"), "{place}: {body}");
            assert!(!body.contains("20000") && !body.contains("30000"), "{place}: {body}");
        }
    }
    // What is theirs is there: in lists, searched for, in sums, in the panel.
    for (path, present) in [
        ("/api/staff/customers/list", "C-1"),
        ("/api/staff/customers/list?query[search]=C-", "C-1"),
        ("/api/staff/invoices/open", "INV-1"),
        ("/api/staff/invoices/open?query[search]=INV", "INV-1"),
        ("/api/staff/invoices/aging", "\"outstanding\":10000"),
        (&format!("/api/staff/customers/panel?id={own}"), "INV-1"),
    ] {
        let answer = browser.clone().ask(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.contains(present), "{path}: {}", answer.body);
        assert!(!answer.body.contains("C-2") && !answer.body.contains("INV-2"), "{path}");
    }
    let hidden = format!("/api/staff/invoices/open?query[customer]={foreign}");
    let answer = browser.clone().ask(&hidden).await;
    assert!(!answer.body.contains("Customer C-2"), "{}", answer.body);
    // Whoever knows what others are called finds as much as of what is not there.
    for words in ["C-2", "INV-2", "Customer C-2", "eve@other.example"] {
        let words = encode(&[("search", words)]);
        let asked = words.replace("search", "query[search]");
        for path in ["customers/list", "invoices/open", "invoices/paid"] {
            let answer = browser.clone().ask(&format!("/api/staff/{path}?{asked}")).await;
            assert!(answer.body.contains("\"rows\":[]"), "{path} {words}: {}", answer.body);
        }
        let found = words.replace("search", "words");
        let answer = browser.clone().ask(&format!("/api/staff/search?{found}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "[]"), "{words}");
        for list in ["customers", "invoices", "paid"] {
            let path = format!("/staff/{list}/export");
            let sheet = bytes(&app, &browser.cookies, &format!("{path}.xlsx?{words}")).await;
            assert_eq!(rows(sheet).len(), 1, "the head of {list} alone: {words}");
            let text = bytes(&app, &browser.cookies, &format!("{path}.csv?{words}")).await;
            assert_eq!(String::from_utf8(text).unwrap().lines().count(), 1, "{list} {words}");
        }
    }
    // A workbook holds what is theirs and nothing else: its text is packed, so it is opened.
    for (list, count) in [("customers", 2), ("invoices", 2), ("paid", 2)] {
        let path = format!("/staff/{list}/export.xlsx");
        let sheet = rows(bytes(&app, &browser.cookies, &path).await);
        assert_eq!(sheet.len(), count, "{list}");
        let said = format!("{sheet:?}");
        assert!(!said.contains("C-2") && !said.contains("INV-2"), "{list}: {said}");
    }
    // Their pages, as they come without script, hold nothing of others either.
    for path in ["/staff/customers", "/staff/invoices", "/staff/paid"] {
        let answer = browser.clone().get(&format!("{path}?panel={foreign}")).await;
        assert!(!answer.body.contains("INV-2") && !answer.body.contains("Customer C-2"), "{path}");
    }
}
both_engines!(own_customers_only_are_seen, own_customers_matrix);

/// What we note about a customer, about its invoices and about what is to be done is nowhere in the
/// portal.
async fn notes_stay_ours(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 10_000).await;
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    notes::add(app.world(), &owner, customer, "Quokka pays slowly").await.unwrap();
    notes::add_to_invoice(app.world(), &owner, invoice, "Quokka disputes it").await.unwrap();
    let (due_on, assignee) = (given.today().to_string(), owner.id.to_string());
    let task = TaskForm {
        kind: "call",
        title: "Ask the quokka",
        customer: "C-1",
        due_on: &due_on,
        assignee: &assignee,
        ..TaskForm::default()
    };
    tasks::add(app.world(), &owner, &task).await.unwrap();
    let promise = PromiseForm {
        invoices: format!("{invoice}:1"),
        promised_on: due_on.clone(),
        channel: "call".to_owned(),
        note: "The quokka said so".to_owned(),
        ..PromiseForm::default()
    };
    promises::record(app.world(), &owner, customer, &promise).await.unwrap();
    let says = |body: &str| body.to_lowercase().contains("quokka");
    let staff = app.signed_in("owner@halden.example").await;
    for path in [
        format!("/api/staff/notes/list?customer_id={customer}"),
        format!("/api/staff/notes/of_invoice?id={invoice}"),
        format!("/api/staff/tasks/of_customer?customer_id={customer}"),
        format!("/api/staff/promises/list?customer_id={customer}"),
    ] {
        assert!(says(&staff.clone().ask(&path).await.body), "{path}: we see it");
    }
    let payer = app.payer("dana@alder.example").await;
    let mut looked = 0;
    for endpoint in FUNCTIONS.iter().chain(ROUTES) {
        if endpoint.verb != Verb::Get || staff_side(endpoint.access) {
            continue;
        }
        for id in [invoice.to_string(), customer.to_string()] {
            let (status, _, body) = call(&mut payer.clone(), endpoint, &id).await;
            looked += usize::from(status == 200);
            assert!(!says(&body), "{}: {body}", endpoint.path);
        }
    }
    assert!(looked > 5, "{looked} answers");
    for path in [
        "/portal".to_owned(),
        "/portal/paid".to_owned(),
        "/portal/documents".to_owned(),
        format!("/portal/invoices/{invoice}"),
        format!("/portal/pay?invoice={invoice}"),
    ] {
        let answer = payer.clone().get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!says(&answer.body), "{path}: {}", answer.body);
    }
}
both_engines!(what_we_note_is_not_in_the_portal, notes_stay_ours);

/// Live events tell of own customers only.
async fn own_customers_live(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let own = given.customer("C-1", "dana@alder.example").await;
    let foreign = given.customer("C-2", "eve@other.example").await;
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@halden.example", duties).await;
    customers::assign(app.world(), &owner, own, None, Some(ben.id)).await.unwrap();
    let listening = db.clone();
    let listener = tokio::spawn(async move { listening.listen().await });
    let mut events = app.signed_in("ben@halden.example").await.listen("/staff/live").await;
    // On PostgreSQL the first words may be said before anybody listens.
    let mut heard = String::new();
    for _ in 0..50 {
        for customer in [foreign, own] {
            notes::add(app.world(), &owner, customer, "Called them.").await.unwrap();
        }
        let wait = std::time::Duration::from_millis(200);
        if let Ok(Ok(Some(chunk))) = tokio::time::timeout(wait, events.chunk()).await {
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
        if heard.contains(&own.to_string()) {
            break;
        }
    }
    assert!(heard.contains(&own.to_string()), "{heard:?}");
    assert!(!heard.contains(&foreign.to_string()), "{heard:?}");
    // Signed out, they hear no more: the stream ends with the next change.
    team::sign_out(app.world(), &owner, ben.id).await.unwrap();
    let wait = std::time::Duration::from_millis(1_100);
    tokio::time::sleep(wait).await;
    let mut is_over = false;
    for _ in 0..20 {
        notes::add(app.world(), &owner, own, "Called them again.").await.unwrap();
        match tokio::time::timeout(wait, events.chunk()).await {
            Ok(Ok(Some(_))) => {}
            Ok(_) => {
                is_over = true;
                break;
            }
            Err(_) => {}
        }
    }
    listener.abort();
    assert!(is_over, "the stream goes on");
}
both_engines!(live_events_are_of_own_customers, own_customers_live);

async fn cross_site(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let payer = {
        app.given().customer("C-1", "dana@alder.example").await;
        app.payer("dana@alder.example").await
    };
    let ours = app.base_url.clone();
    let port = ours.replace("127.0.0.1", "127.0.0.1:1").replacen(":1:", ":1", 1);
    let posts = FUNCTIONS.iter().chain(ROUTES).filter(|endpoint| endpoint.verb == Verb::Post);
    for endpoint in posts.filter(|endpoint| endpoint.access != Access::Gateway) {
        for headers in [
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site"), ("origin", ours.as_str())],
            vec![("sec-fetch-site", "none")],
            vec![("origin", port.as_str())],
        ] {
            let path = endpoint.path.replace("{id}", NOTHING);
            let body = Some(endpoint.arguments.replace("{id}", NOTHING));
            let mut browser = payer.clone();
            let answer = browser.send(reqwest::Method::POST, &path, body, &headers).await;
            assert_eq!(answer.status, 403, "{path} with {headers:?}");
        }
        // A changing function does not answer to GET.
        let path = format!("{}?{}", endpoint.path, endpoint.arguments).replace("{id}", NOTHING);
        let answer = payer.clone().ask(&path).await;
        assert!(matches!(answer.status, 400 | 404 | 405), "GET {path}: {}", answer.status);
    }
}
both_engines!(posts_from_elsewhere_are_refused, cross_site);

/// Every server function that is compiled in is in the registry, and the other way round.
#[test]
fn the_registry_is_complete() {
    let served: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    let listed: BTreeSet<String> = FUNCTIONS
        .iter()
        .map(|endpoint| {
            let method = match endpoint.verb {
                Verb::Get => "GET",
                Verb::Post => "POST",
            };
            format!("{method} {}", endpoint.path)
        })
        .collect();
    assert_eq!(served, listed);
    // Every plain route in the source of the router is listed as well.
    let source = include_str!("../http/router.rs");
    for line in source.lines().filter(|line| line.contains(".route(\"")) {
        let path = line.split('"').nth(1).unwrap();
        let known = ROUTES.iter().any(|route| route.path == path) || path == "/sandbox/clock";
        assert!(known, "{path} is not in the registry");
    }
}

async fn pages_carry_the_headers(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    app.given().customer("C-1", "dana@alder.example").await;
    let nobody = app.browser();
    let payer = app.payer("dana@alder.example").await;
    let staff = app.staff().await;
    let mut nonces = BTreeSet::new();
    for (browser, path) in [
        (&nobody, "/portal/sign-in"),
        (&payer, "/portal"),
        (&payer, "/portal/paid"),
        (&payer, "/portal/invoices/nonsense"),
        (&payer, "/pay/nonsense"),
        (&staff, "/staff"),
        (&staff, "/staff/customers"),
        (&nobody, "/staff/sign-in"),
        (&nobody, "/nowhere"),
    ] {
        let answer = browser.clone().get(path).await;
        assert!(answer.status < 500, "{path}: {}", answer.status);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy:?}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            (
                "referrer-policy",
                if path.starts_with("/pay/") { "no-referrer" } else { "same-origin" },
            ),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        if answer.status == 200 {
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
            let nonce = nonce.unwrap_or_else(|| panic!("{path}: no nonce in {policy}"));
            assert!(nonces.insert(nonce.to_owned()), "{path}: a nonce was used twice");
            let scripts = answer.body.matches("<script").count();
            let with_nonce = answer.body.matches(&format!("nonce=\"{nonce}\"")).count();
            assert!(scripts <= with_nonce, "{path}: {scripts} scripts, {with_nonce} nonces");
            assert!(!answer.body.contains(" style=\""), "{path}: an inline style");
            assert!(!answer.body.contains(" onclick="), "{path}: an inline handler");
        }
    }
    for name in ["quittance-payer", "quittance-staff"] {
        assert!(payer.cookies.contains_key(name) || staff.cookies.contains_key(name));
    }
}
both_engines!(pages_carry_strict_headers, pages_carry_the_headers);

async fn pages_keep_their_headers_beside_files(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    app.given().customer("C-1", "dana@alder.example").await;
    let payer = app.payer("dana@alder.example").await;
    let staff = app.staff().await;
    // More at once than there are threads: they take turns.
    let visits = (0..40).map(|round| {
        let (browser, path) = match round % 4 {
            0 => (&payer, "/portal"),
            1 => (&staff, "/staff/customers"),
            _ => (&payer, "/favicon.svg"),
        };
        let mut browser = browser.clone();
        async move { (path, browser.get(path).await) }
    });
    for (path, answer) in futures::future::join_all(visits).await {
        assert_eq!(answer.status, 200, "{path}");
        let has_nonce = answer.header("content-security-policy").contains("'nonce-");
        assert_eq!(has_nonce, path != "/favicon.svg", "{path}: {:?}", answer.headers);
    }
}
both_engines!(pages_keep_their_headers, pages_keep_their_headers_beside_files);

async fn sign_in_limits(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    app.given().customer("C-1", "dana@alder.example").await;
    let mut browser = app.browser();
    // Known and unknown addresses get the same answer.
    let known =
        browser.post("/api/portal/session/request_code", &[("email", "dana@alder.example")]);
    let known = known.await;
    let unknown = app
        .browser()
        .post("/api/portal/session/request_code", &[("email", "nobody@alder.example")])
        .await;
    assert_eq!(
        (known.status, &known.location, &known.body),
        (unknown.status, &unknown.location, &unknown.body)
    );
    // A code of another browser is worth nothing.
    let code = app.latest_code("dana@alder.example").await;
    let stolen =
        app.browser().call("/api/portal/session/redeem_code", &format!("code={code}")).await;
    assert_eq!(stolen.status, 401);
    // Five wrong tries use a code up, even the right one after them.
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let answer =
            browser.call("/api/portal/session/redeem_code", &format!("code={wrong}")).await;
        assert_eq!(answer.status, 401);
    }
    let answer = browser.call("/api/portal/session/redeem_code", &format!("code={code}")).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "600");
    // Six codes in an hour are too many.
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let body = "email=dana%40alder.example";
        statuses.push(browser.call("/api/portal/session/request_code", body).await.status);
    }
    assert_eq!(statuses.last(), Some(&429));
    // A code expires.
    app.advance_days(1).await;
    let mut browser = app.browser();
    let form = [("email", "dana@alder.example")];
    browser.post("/api/portal/session/request_code", &form).await;
    let code = app.latest_code("dana@alder.example").await;
    app.state.clock.advance(&db, chrono::TimeDelta::minutes(11)).await.unwrap();
    let answer = browser.call("/api/portal/session/redeem_code", &format!("code={code}")).await;
    assert_eq!(answer.status, 401);
    // Passwords too, but for the right one, however often it is typed.
    for _ in 0..7 {
        app.staff().await;
    }
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let body = "email=staff%40halden.example&password=wrong";
        statuses.push(browser.call("/api/staff/session/sign_in", body).await.status);
    }
    assert_eq!(statuses[0], 401);
    assert_eq!(statuses.last(), Some(&429));
}
both_engines!(guessing_is_limited, sign_in_limits);

async fn codes_are_forgotten(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    app.given().customer("C-1", "dana@alder.example").await;
    let form = [("email", "dana@alder.example")];
    app.browser().post("/api/portal/session/request_code", &form).await;
    let code = app.latest_code("dana@alder.example").await;
    let mut session = db.read().await.unwrap();
    let mails = storage::messages::all_latest(&mut session, "dana@alder.example", 1).await;
    drop(session);
    let job = SendMessage { message_id: mails.unwrap().remove(0).id };
    let (transport, mut taken) = mail_server(Fault::None).await;
    send_message::run(app.world(), &transport, &app.state.pdf, "", &job).await.unwrap();
    assert!(taken.recv().await.unwrap().contains(&code));
    let mut session = db.read().await.unwrap();
    let mail = storage::messages::find(&mut session, job.message_id).await.unwrap().unwrap();
    for said in [&mail.subject, &mail.body_text, &mail.body_html] {
        assert!(!said.contains(&code), "{said}");
    }
    assert_eq!(mail.state, "sent");
}
both_engines!(a_code_is_not_kept_once_it_is_mailed, codes_are_forgotten);
