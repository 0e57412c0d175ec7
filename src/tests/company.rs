//! The company's settings: what is printed about it, its logo, its payment rules, and what a change of
//! them does and does not do.

use std::sync::Arc;

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Browser, encode},
    given::Given,
    jobs::take,
    letters,
    processor::add_card,
    world::{TestClock, assert_books_hold, world_with},
};
use crate::{
    api::view::{BulkDone, CompanyView, LogoView, PolicyView, PortalHome, ReviewPage},
    domain::{
        company::CompanyProfile,
        company_form::CompanyForm,
        file::FileRefusal,
        form::{FieldProblem, Problem},
        gl_accounts::GlAccounts,
        money::Currency,
        payment_override::{OnlinePayments, Override, PaymentOverrides},
        permission::{Duties, Permission, Role},
        policy::When,
        statement::StatementSettings,
        workflow::{Side, StepForm, Tone, WorkflowForm},
    },
    gateways::none::NoGateway,
    import,
    services::{
        World,
        change::ChangeError,
        company::{self, Company, SaveCompanyError},
        import::{Choices, store_batch},
        letters::LetterRun,
        logo, payment_overrides,
        reminders::{self, SEND_REMINDERS},
        statements::{self, SEND_STATEMENTS},
        workflows,
    },
    storage::{self, Db, activity::ActivityQuery},
};

const SAVE: &str = "/api/staff/settings/save_company";

async fn now(db: &Db) -> Company {
    company::load(&mut db.read().await.unwrap()).await.unwrap()
}

async fn shown(browser: &mut Browser) -> CompanyView {
    let answer = browser.ask("/api/staff/settings/company").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The body of a form with what was changed in it.
fn body(view: &CompanyView, changed: &[(&str, &str)]) -> String {
    let CompanyForm { name, address, contact, check_address, time_zone, .. } = &view.form;
    let mut fields = vec![
        ("version", view.version.as_str()),
        ("form[name]", name.as_str()),
        ("form[address]", address.as_str()),
        ("form[contact][email]", contact.email.as_str()),
        ("form[check_address]", check_address.as_str()),
        ("form[shows_po_number]", "true"),
        ("form[time_zone]", time_zone.as_str()),
    ];
    fields.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    encode(&[fields.as_slice(), changed].concat())
}

async fn profile_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let mut staff = app.staff().await;
    let view = shown(&mut staff).await;
    assert_eq!(view.form.name, "Halden Supply Co.");
    assert!(!view.is_currency_fixed && view.zones.iter().any(|zone| zone == "Europe/Berlin"));

    // What cannot be kept is said at its field, and nothing is kept.
    let long = "x".repeat(101);
    for (field, value, name, problem) in [
        ("form[name]", " ", "company_name", Problem::Required),
        ("form[address]", long.as_str(), "address", Problem::TooLong),
        ("form[address]", "1\n2\n3\n4\n5\n6\n7", "address", Problem::TooMany),
        ("form[contact][email]", "ar@halden", "contact_email", Problem::NotAnEmail),
        ("form[support][phone]", "call us", "support_phone", Problem::Wrong),
        ("form[time_zone]", "America/Atlantis", "time_zone", Problem::NotAChoice),
        ("form[currency]", "XYZ", "currency", Problem::NotAChoice),
    ] {
        let answer = staff.call(SAVE, &body(&view, &[(field, value)])).await;
        let said = FieldProblem { field: name.to_owned(), problem };
        assert_eq!(answer.status, 422, "{field}");
        let said = serde_json::to_string(&said).unwrap();
        assert!(answer.body.contains(&said), "{field}: {} without {said}", answer.body);
    }
    assert_eq!(now(&db).await.profile.name, "Halden Supply Co.");

    // What is kept is seen by payers, and the name goes with everything that is mailed.
    given.invoice(customer, "INV-1", 10_000).await;
    let mut dana = app.payer("dana@alder.example").await;
    let po = async |dana: &mut Browser| {
        let home = dana.ask("/api/portal/invoices/open").await;
        let home: PortalHome = serde_json::from_str(&home.body).unwrap();
        home.currencies[0].invoices[0].po_number.clone()
    };
    assert_eq!(po(&mut dana).await, "PO-INV-1");
    let changed = [
        ("form[name]", " Halden  Supply\tLtd. "),
        ("form[address]", "410 Peachtree Walk\r\n\r\nAtlanta"),
        ("form[account_manager][name]", "Ruth Adeyemi"),
        ("form[account_manager][phone]", "+1 404 555 0142"),
        ("form[sales][email]", "Sales@Halden.example"),
        ("form[support][name]", "Nobody can reach them"),
    ];
    let without = body(&view, &changed).replace("form%5Bshows_po_number%5D=true&", "");
    let saved = staff.call(SAVE, &without).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let kept = now(&db).await.profile;
    assert_eq!(kept.name, "Halden Supply Ltd.");
    assert_eq!(kept.address, ["410 Peachtree Walk", "Atlanta"]);
    assert_eq!(po(&mut dana).await, "", "order numbers are not shown any more");
    let page = dana.get("/portal").await.body;
    for said in
        ["Halden Supply Ltd.", "Account manager: Ruth Adeyemi", "mailto:sales@halden.example"]
    {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("Nobody can reach them") && !page.contains("PO-INV-1"), "{page}");
    let paid = dana.ask("/api/portal/invoices/paid").await;
    assert_eq!(paid.status, 200);

    // Somebody else was faster: nothing of theirs is overwritten.
    let late = staff.call(SAVE, &body(&view, &[("form[name]", "Other")])).await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(now(&db).await.profile.name, "Halden Supply Ltd.");

    // Only those who may change settings see and change it.
    let settings = [Permission::Payments, Permission::Statements].into_iter().collect();
    let duties = Duties { permissions: settings, ..Duties::of(Role::Viewer) };
    let mut ben = app.staff_with("ben@halden.example", duties).await;
    assert_eq!(ben.ask("/api/staff/settings/company").await.status, 403);
    assert_eq!(ben.call(SAVE, &body(&view, &[])).await.status, 403);
    let page = ben.get("/staff/settings").await.body;
    assert!(!page.contains("/staff/settings/company"), "it is not offered to them");
    let page = staff.get("/staff/settings").await.body;
    assert!(page.contains("/staff/settings/company"));
    let page = staff.get("/staff/settings/company").await.body;
    assert!(page.contains("Halden Supply Ltd.") && page.contains("Europe/Berlin"));
    assert_books_hold(&db).await;
}
both_engines!(the_company_is_described_in_one_place, profile_story);

async fn currency_story(db: Db) {
    let world = world_with(&db, &TestClock::default(), Arc::new(NoGateway));
    let given = Given(&world);
    // Before anything was saved, what is saved is saved over the defaults, once.
    let version = company::profile_version(&now(&db).await.profile);
    let form = CompanyForm {
        name: "Halden".to_owned(),
        time_zone: "utc".to_owned(),
        currency: "eur".to_owned(),
        ..CompanyForm::default()
    };
    let change = async |version: &str, form: &CompanyForm| {
        company::change_profile(&world, version, form, "staff:ana@h.example").await
    };
    change(&version, &form).await.unwrap();
    assert!(matches!(change(&version, &form).await, Err(ChangeError::Changed)));
    let kept = now(&db).await.profile;
    assert_eq!((kept.currency, &*kept.time_zone), (Currency::EUR, "UTC"));

    // While nothing is in it, it may be another one.
    let dollars = CompanyForm { currency: "USD".to_owned(), ..form.clone() };
    let version = company::profile_version(&kept);
    let customer = given.customer("C-1", "dana@alder.example").await;
    change(&version, &dollars).await.unwrap();
    given.invoice(customer, "INV-1", 10_000).await;
    let mut session = db.read().await.unwrap();
    assert!(storage::company::has_amounts(&mut session).await.unwrap());
    drop(session);
    let kept = now(&db).await;
    let version = company::profile_version(&kept.profile);
    let fixed = change(&version, &form).await.unwrap_err();
    let ChangeError::Invalid(said) = fixed else { panic!("{fixed}") };
    assert_eq!((&*said.field, said.problem), ("currency", Problem::AlreadyUsed));
    // Without a word about it, it stays.
    let silent = CompanyForm { currency: String::new(), ..form };
    change(&version, &silent).await.unwrap();
    assert_eq!(now(&db).await.profile.currency, Currency::USD);

    // The command goes the same way.
    let mut profile = now(&db).await.profile;
    let save = async |profile: &CompanyProfile| {
        company::save(&world, profile, &kept.policy, &kept.receivables, "command").await
    };
    profile.currency = Currency::EUR;
    let refused = save(&profile).await.unwrap_err();
    assert!(matches!(&refused, SaveCompanyError::Profile(said) if said.field == "currency"));
    profile.currency = Currency::USD;
    profile.time_zone = "Mars/Olympus".to_owned();
    let refused = save(&profile).await.unwrap_err();
    assert_eq!(refused.to_string(), "time_zone: Enter a time zone such as America/New_York.");
    profile.time_zone = "europe/berlin".to_owned();
    profile.logo_svg = "<svg onload='x()' xmlns='http://www.w3.org/2000/svg'/>".to_owned();
    let refused = save(&profile).await.unwrap_err();
    assert!(matches!(refused, SaveCompanyError::Logo(FileRefusal::Active)), "{refused}");
    profile.logo_svg.clear();
    save(&profile).await.unwrap();
    assert_eq!(now(&db).await.profile.time_zone, "Europe/Berlin");
}
both_engines!(the_currency_stays_once_amounts_are_in_it, currency_story);

async fn limits_story(db: Db) {
    let world = world_with(&db, &TestClock::default(), Arc::new(NoGateway));
    Given(&world).seller().await;
    let company = now(&db).await;
    let mut session = db.read().await.unwrap();
    let is_fixed = async |session: &mut storage::Session, policy| {
        company::is_currency_fixed(session, policy).await.unwrap()
    };
    assert!(!is_fixed(&mut session, &company.policy).await);
    let mut limited = company.policy.clone();
    limited.bank.invoice_total_max = Some(1_000_000);
    assert!(is_fixed(&mut session, &limited).await, "a limit is an amount in it");
}
both_engines!(limits_of_payment_rules_are_amounts, limits_story);

async fn move_to(world: &World, zone: &str) {
    let company = now(&world.db).await;
    let version = company::profile_version(&company.profile);
    let form = CompanyForm { time_zone: zone.to_owned(), ..CompanyForm::of(&company.profile) };
    company::change_profile(world, &version, &form, "staff:ana@h.example").await.unwrap();
}

/// Looks at the calendar and mails what comes of it; how many letters there are by now.
async fn look(world: &World) -> (usize, usize) {
    const PORTAL: &str = "https://pay.halden.example/portal";
    reminders::turn_day(world).await.unwrap();
    statements::turn_month(world).await.unwrap();
    while let Some(asked) = take::<LetterRun>(world, SEND_REMINDERS).await {
        reminders::send_some(world, PORTAL, &asked).await.unwrap();
    }
    while let Some(asked) = take::<LetterRun>(world, SEND_STATEMENTS).await {
        statements::send_some(world, PORTAL, &asked).await.unwrap();
    }
    let reminders = letters::mailed(&world.db, "reminder", "").await.len();
    (reminders, letters::mailed(&world.db, "statement", "").await.len())
}

/// A day comes again where the company moves to the west, and is left out where it moves to the east:
/// nothing is mailed twice, and nothing is forgotten.
async fn zone_story(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    // Due on April 4; the letter is of April 6, the first Monday of the month.
    given.invoice(customer, "INV-1", 123_456).await;
    let step = StepForm { days: "2".to_owned(), side: Side::After, tone: Tone::Friendly };
    let form = WorkflowForm { name: "Usual".to_owned(), steps: vec![step] };
    let id = workflows::add(&world, &form).await.unwrap();
    workflows::make_usual(&world, None, Some(id), "staff:ana@h.example").await.unwrap();
    let before = company::version_of(&now(&db).await.receivables.statements);
    let monthly = StatementSettings { is_on: true, ..StatementSettings::default() };
    statements::change(&world, &before, monthly, "staff:ana@h.example").await.unwrap();

    clock.advance_to("2026-04-06T11:59:00Z");
    assert_eq!(look(&world).await, (0, 0), "it is not eight yet in New York");
    // To the east it is.
    move_to(&world, "Europe/Berlin").await;
    assert_eq!(look(&world).await, (1, 1));
    // Back to where it is not, and until it is again.
    move_to(&world, "America/New_York").await;
    assert_eq!(look(&world).await, (1, 1));
    clock.advance_to("2026-04-06T12:30:00Z");
    assert_eq!(look(&world).await, (1, 1));
    // Where it is April 7 already, and back to a second April 6, in the morning.
    move_to(&world, "Pacific/Kiritimati").await;
    clock.advance_to("2026-04-06T19:00:00Z");
    assert_eq!(look(&world).await, (1, 1));
    move_to(&world, "Pacific/Honolulu").await;
    assert_eq!(now(&db).await.date_of(world.now()).to_string(), "2026-04-06");
    assert_eq!(look(&world).await, (1, 1));
    clock.advance_to("2026-04-07T20:00:00Z");
    assert_eq!(look(&world).await, (1, 1));
    assert_books_hold(&db).await;
}
both_engines!(nothing_is_mailed_twice_when_the_time_zone_changes, zone_story);

async fn logo_of(browser: &mut Browser) -> LogoView {
    let answer = browser.ask("/api/staff/settings/logo").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn logo_story(db: Db) {
    const UPLOAD: &str = "/staff/settings/logo";
    const REMOVE: &str = "/api/staff/settings/remove_logo";
    let good = include_bytes!("../services/demo/logo.svg").as_slice();
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let mut staff = app.staff().await;
    let nobody = app.browser();
    assert_eq!(nobody.download("/logo.svg").await.0, 404);
    let before = logo_of(&mut staff).await;
    assert!(!before.is_there);
    let version = [("version", before.version.as_str())];

    // Refused with a reason, and nothing is kept.
    let large = vec![b' '; 70_000];
    let active = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let handler = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let reaches =
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='https://evil.example/a.png'/></svg>";
    let declares = b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>";
    for (bytes, refusal) in [
        (b"".as_slice(), FileRefusal::Empty),
        (b"\x89PNG\r\n\x1a\n\xff".as_slice(), FileRefusal::NotWhatItSays),
        (large.as_slice(), FileRefusal::TooLarge),
        (active.as_slice(), FileRefusal::Active),
        (handler.as_slice(), FileRefusal::Active),
        (reaches.as_slice(), FileRefusal::Reaches),
        (declares.as_slice(), FileRefusal::Declares),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>".as_slice(), FileRefusal::Broken),
    ] {
        let answer = staff.upload(UPLOAD, &version, ("logo.svg", bytes)).await;
        assert_eq!(answer.status, refusal.status(), "{refusal:?}: {}", answer.body);
        assert_eq!(answer.body, format!("{{\"refused\":\"{}\"}}", refusal.as_str()));
    }
    let answer = staff.upload(UPLOAD, &version, ("", b"")).await;
    assert_eq!(answer.body, "{\"refused\":\"no_file\"}");
    // Without script the page says it.
    let answer = staff.send_file(UPLOAD, &version, ("logo.svg", active), "text/html").await;
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (303, "/staff/settings/company?refused=active")
    );
    let page = staff.get(&answer.location).await.body;
    assert!(page.contains("There is more in it than a still drawing"), "{page}");
    assert_eq!(nobody.download("/logo.svg").await.0, 404);

    // Kept, and shown to everybody as nothing but a picture.
    assert_eq!(staff.upload(UPLOAD, &version, ("logo.svg", good)).await.status, 204);
    let (status, headers, bytes) = nobody.download("/logo.svg").await;
    assert_eq!((status, bytes.as_slice()), (200, good));
    assert_eq!(headers["content-type"], "image/svg+xml");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.ends_with("sandbox"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    let page = app.browser().get("/portal/sign-in").await.body;
    assert!(page.contains("src=\"/logo.svg\""), "{page}");

    // Somebody else was faster; the profile has a version of its own.
    assert_eq!(staff.upload(UPLOAD, &version, ("logo.svg", good)).await.status, 409);
    let version = format!("version={}", before.version);
    assert_eq!(staff.call(REMOVE, &version).await.status, 409);
    let view = shown(&mut staff).await;
    let known = logo_of(&mut staff).await;
    assert!(known.is_there);
    assert_eq!(staff.call(SAVE, &body(&view, &[("form[name]", "Halden")])).await.status, 200);
    assert_eq!(logo_of(&mut staff).await, known, "saving the profile keeps the logo");

    let mut viewer = app.staff_with("vic@halden.example", Duties::of(Role::Manager)).await;
    let own = [("version", known.version.as_str())];
    assert_eq!(viewer.upload(UPLOAD, &own, ("logo.svg", good)).await.status, 403);
    let version = format!("version={}", known.version);
    assert_eq!(viewer.call(REMOVE, &version).await.status, 403);
    assert_eq!(staff.call(REMOVE, &version).await.status, 200);
    assert_eq!(nobody.download("/logo.svg").await.0, 404);
    assert_eq!(logo::version(&now(&db).await.profile), before.version);
}
both_engines!(the_logo_is_a_still_picture, logo_story);

async fn rules(browser: &mut Browser) -> PolicyView {
    let answer = browser.ask("/api/staff/settings/policy").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The surcharge that is shown for paying an invoice with a new credit card.
async fn surcharge(browser: &mut Browser, invoice: &str) -> i64 {
    let quote = add_card(browser, invoice, "4242424242424242").await;
    let answer = browser.ask(&format!("/api/portal/pay/review?quote_id={quote}")).await;
    serde_json::from_str::<ReviewPage>(&answer.body).unwrap().surcharge
}

async fn accounts_story(db: Db) {
    const RULES: &str = "/api/staff/settings/save_policy";
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(customer, "INV-1", 100_000).await.to_string();
    // A surcharge that was on before accounts were asked for goes on.
    let Company { profile, mut policy, receivables, .. } = now(&db).await;
    policy.accounts = GlAccounts::default();
    let mut session = db.begin().await.unwrap();
    let at = app.world().now();
    storage::company::update(&mut session, &profile, &policy, &receivables, at).await.unwrap();
    session.commit().await.unwrap();
    let mut dana = app.payer("dana@alder.example").await;
    assert_eq!(surcharge(&mut dana, &invoice).await, 2_900);

    // It is asked for with the next saving.
    let mut staff = app.staff().await;
    let view = rules(&mut staff).await;
    let form = |account: &str, new: &str| {
        encode(&[
            ("version", view.version.as_str()),
            ("form[enabled]", "true"),
            ("form[groups][card][state]", "on"),
            ("form[groups][card][when]", "until_days_past_due"),
            ("form[groups][card][days]", "45"),
            ("form[groups][surcharge][state]", "on"),
            ("form[groups][surcharge][rate]", "2.5"),
            ("form[groups][surcharge][when]", "always"),
            ("form[cost]", "2.75"),
            ("form[notified_on]", "2026-01-01"),
            ("form[starts_on]", "2026-02-01"),
            ("form[seller_state]", "GA"),
            ("form[accounts][surcharge]", account),
            ("form[accounts][fees]", "6110 Fees"),
            ("form[new_customers]", new),
        ])
    };
    let long = "x".repeat(101);
    for (account, new, said) in [
        ("", "portal", "\"field\":\"surcharge_account\",\"problem\":\"required\""),
        (long.as_str(), "portal", "\"field\":\"surcharge_account\",\"problem\":\"too_long\""),
        ("4090", "maybe", "\"field\":\"new_customers\",\"problem\":\"not_a_choice\""),
    ] {
        let answer = staff.call(RULES, &form(account, new)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(said), "{}", answer.body);
    }
    let saved = staff.call(RULES, &form(" 4090  Surcharges ", "closed")).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let kept = now(&db).await.policy;
    assert_eq!((&*kept.accounts.surcharge, &*kept.accounts.fees), ("4090 Surcharges", "6110 Fees"));
    assert_eq!(kept.card.accepted, When::UntilDaysPastDue(45));
    assert_eq!(kept.new_customers, OnlinePayments::CHOICES[3]);
    // Who may see a customer is not told where the books have it.
    let seen = format!("/api/staff/customers/payment_overrides?customer_id={customer}");
    let answer = staff.ask(&seen).await;
    assert!(
        !answer.body.contains("4090 Surcharges") && answer.body.contains("until_days_past_due")
    );
    let page = staff.get("/staff/settings").await.body;
    assert!(page.contains("4090 Surcharges") && page.contains("Days past due"), "{page}");

    // The command asks for it as well.
    let mut policy = kept;
    policy.accounts.surcharge.clear();
    let refused = company::save(app.world(), &profile, &policy, &receivables, "command").await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("accounts.surcharge is missing"), "{refused}");
    assert_books_hold(&db).await;
}
both_engines!(surcharges_name_their_account, accounts_story);

async fn bring_in(world: &World, text: &str, is_dry_run: bool) {
    let choices = Choices { kind: "customers".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    let actor = "staff:ana@h.example";
    store_batch(world, &batch, is_dry_run, actor, None, &mut |_, _| Ok(())).await.unwrap();
}

/// Whether a customer may pay online, and who said what about that, latest first.
async fn online(db: &Db, number: &str) -> (OnlinePayments, Vec<(String, String)>) {
    let mut session = db.read().await.unwrap();
    let row = storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap();
    let (own, _) = storage::payment_overrides::find(&mut session, row.id).await.unwrap().unwrap();
    let query =
        ActivityQuery { customer_id: row.id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let said = |row: &storage::activity::ActivityRow| {
        Some((row.actor.clone(), row.after().get("online_payments")?.clone()))
    };
    (own.online, rows.iter().filter_map(said).collect())
}

async fn newcomers_story(db: Db) {
    const MANY: &str = "/api/staff/customers/switch_online_many";
    const READ_ONLY: OnlinePayments = OnlinePayments::CHOICES[2];
    let head = "customer_number,customer_name,email";
    let app = TestApp::start(&db).await;
    let (world, given) = (app.world(), app.given());
    given.seller().await;
    bring_in(world, &format!("{head}\nC-1,Alder,dana@alder.example\n"), false).await;
    assert_eq!(online(&db, "C-1").await, (OnlinePayments::Portal, Vec::new()));

    // New ones get what the setting says, and the history that it said so; the others stay.
    let company = now(&db).await;
    let mut policy = company.policy.clone();
    policy.new_customers = READ_ONLY;
    let version = company::version_of(&company.policy);
    company::change_policy(world, &version, &policy, "staff:ana@h.example").await.unwrap();
    let both = format!("{head}\nC-1,Alder,dana@alder.example\nC-2,Birch,kim@birch.example\n");
    bring_in(world, &both, true).await;
    let mut session = db.read().await.unwrap();
    assert!(storage::customers::find_by_number(&mut session, "C-2").await.unwrap().is_none());
    drop(session);
    for _ in 0..2 {
        bring_in(world, &both, false).await;
        assert_eq!(online(&db, "C-1").await, (OnlinePayments::Portal, Vec::new()));
        let (own, said) = online(&db, "C-2").await;
        assert_eq!((own, said.len(), said[0].0.as_str()), (READ_ONLY, 1, "setting"));
        assert!(said[0].1.contains("disabled"), "{said:?}");
    }
    let mut kim = app.payer("kim@birch.example").await;
    let home = kim.ask("/api/portal/invoices/open").await;
    let home: PortalHome = serde_json::from_str(&home.body).unwrap();
    assert!(!home.payments_on && !home.is_closed);

    // Many at once, each by itself and told in its history; what is so already is not touched.
    let id = async |number: &str| {
        let mut session = db.read().await.unwrap();
        storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap().id
    };
    let (alder, birch) = (id("C-1").await, id("C-2").await);
    let ids = format!("{alder},{birch},0193a5f0-0000-7000-8000-000000000000");
    let mut staff = app.staff().await;
    let many = async |staff: &mut Browser, online: &str| {
        let answer = staff.call(MANY, &format!("ids={ids}&online={online}")).await;
        (answer.status, serde_json::from_str::<BulkDone>(&answer.body).ok())
    };
    assert_eq!(many(&mut staff, "perhaps").await.0, 422);
    let done = BulkDone { changed: 1, unchanged: 1, missing: 1, conflicts: Vec::new() };
    assert_eq!(many(&mut staff, "read_only").await, (200, Some(done)));
    let (own, said) = online(&db, "C-1").await;
    assert_eq!((own, said[0].0.as_str()), (READ_ONLY, "staff:staff@halden.example"));
    let done = BulkDone { changed: 2, unchanged: 0, missing: 1, conflicts: Vec::new() };
    assert_eq!(many(&mut staff, "").await, (200, Some(done)));
    assert_eq!(online(&db, "C-2").await.0, OnlinePayments::Portal);

    // Whoever may not change customers may not do that, and nobody does it to those they do not see.
    let mut viewer = app.staff_with("vic@h.example", Duties::of(Role::Viewer)).await;
    assert_eq!(many(&mut viewer, "closed").await.0, 403);
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let mut bea = app.staff_with("bea@h.example", own).await;
    let nothing = BulkDone { changed: 0, unchanged: 0, missing: 3, conflicts: Vec::new() };
    assert_eq!(many(&mut bea, "closed").await, (200, Some(nothing)));
    assert_eq!(online(&db, "C-1").await.0, OnlinePayments::Portal);

    // What somebody else chose meanwhile is not written over, and the rest of the rules stays.
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let own = PaymentOverrides { online: READ_ONLY, card: Override::Off, ..Default::default() };
    let mut session = db.read().await.unwrap();
    let (_, version) =
        storage::payment_overrides::find(&mut session, alder).await.unwrap().unwrap();
    drop(session);
    payment_overrides::change(world, &ana, alder, version, &own).await.unwrap();
    let switch =
        async |before, after| payment_overrides::switch(world, &ana, alder, before, after).await;
    let late = switch(OnlinePayments::Portal, OnlinePayments::Portal).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    switch(READ_ONLY, OnlinePayments::Portal).await.unwrap();
    let mut session = db.read().await.unwrap();
    let (kept, _) = storage::payment_overrides::find(&mut session, alder).await.unwrap().unwrap();
    assert_eq!((kept.online, kept.card), (OnlinePayments::Portal, Override::Off));
    drop(session);
    let gone = payment_overrides::switch(world, &ana, world.new_id(), READ_ONLY, READ_ONLY).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");
    assert_books_hold(&db).await;
}
both_engines!(new_customers_begin_as_the_setting_says, newcomers_story);
