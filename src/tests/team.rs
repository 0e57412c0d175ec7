//! People on our side: coming in with a mailed code, being given duties, losing them, being signed
//! out.

use chrono::TimeDelta;

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Browser, encode},
    given::{Given, STAFF_PASSWORD},
    world::{TestClock, world, world_with},
};
use crate::{
    auth::totp,
    domain::{
        activity::ActivityKind,
        form::Problem,
        permission::{Duties, DutiesError, Permission, Role},
    },
    gateways::none::NoGateway,
    services::{
        World,
        change::ChangeError,
        customers,
        second_factor::{self, AppCode},
        sign_in::SignInError,
        staff::{self, INVITATION_DAYS, PASSWORD_CODE_MINUTES, Staff},
        team::{self, TeamError, UserForm},
    },
    storage::{self, Db, activity::ActivityQuery},
};

const BASE_URL: &str = "https://quittance.example";
const EMAIL: &str = "ben@halden.example";
const PASSWORD: &str = "another long password";

fn form(duties: Duties) -> UserForm<'static> {
    UserForm { name: "Ben Osei", duties, is_active: true }
}

/// The code in the latest message to an address.
async fn code(db: &Db, email: &str) -> String {
    let mut session = db.read().await.unwrap();
    let messages = storage::messages::all_latest(&mut session, email, 1).await.unwrap();
    let text = &messages.first().expect("a message").body_text;
    let line = text.lines().map(str::trim).find(|line| line.len() == 14 && line.contains('-'));
    line.expect("a code").to_owned()
}

fn problem_of(error: SignInError) -> (&'static str, Problem) {
    match error {
        SignInError::Invalid { field, problem } => (field, problem),
        other => panic!("{other}"),
    }
}

async fn invitation(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let duties = Duties::of(Role::Specialist);
    team::invite(&world, &ana, " Ben@Halden.example ", form(duties.clone()), BASE_URL)
        .await
        .unwrap();
    let again = team::invite(&world, &ana, EMAIL, form(duties), BASE_URL).await.unwrap_err();
    let TeamError::Change(ChangeError::Invalid(taken)) = again else { panic!("{again}") };
    assert_eq!((&*taken.field, taken.problem), ("email", Problem::AlreadyUsed));
    let first = code(&db, EMAIL).await;

    // Until a password is chosen nobody signs in, not even without one.
    let origin = staff::Origin { network_address: "192.0.2.7", browser: "Lynx" };
    let refused = staff::sign_in(&world, EMAIL, PASSWORD, origin).await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "{refused}");

    let set = |typed: String, password: &'static str| {
        let world = world.clone();
        async move { staff::set_password(&world, EMAIL, &typed, password, "192.0.2.8").await }
    };
    let short = set(first.clone(), "short").await.unwrap_err();
    assert_eq!(problem_of(short), ("password", Problem::TooShort));
    let empty = set(" - ".to_owned(), PASSWORD).await.unwrap_err();
    assert_eq!(problem_of(empty), ("mailed_code", Problem::Required));
    let stranger =
        staff::set_password(&world, "ana@halden.example", &first, PASSWORD, "192.0.2.9").await;
    assert!(matches!(stranger.unwrap_err(), SignInError::Refused));

    // A new invitation makes the old one worthless; what a stranger asks for does not.
    let mut session = db.read().await.unwrap();
    let ben = storage::staff::find_by_email(&mut session, EMAIL).await.unwrap().unwrap();
    drop(session);
    team::send_code(&world, &ana, ben.id, BASE_URL).await.unwrap();
    assert!(matches!(set(first, PASSWORD).await.unwrap_err(), SignInError::Refused));
    let second = code(&db, EMAIL).await;
    staff::request_code(&world, EMAIL, "203.0.113.5", BASE_URL).await.unwrap();
    let strangers = code(&db, EMAIL).await;
    clock.advance(TimeDelta::minutes(PASSWORD_CODE_MINUTES));
    assert!(matches!(set(strangers, PASSWORD).await.unwrap_err(), SignInError::Refused));
    clock.advance(TimeDelta::days(INVITATION_DAYS));
    assert!(matches!(set(second, PASSWORD).await.unwrap_err(), SignInError::Refused));
    team::send_code(&world, &ana, ben.id, BASE_URL).await.unwrap();
    let third = code(&db, EMAIL).await;
    let typed = third.to_lowercase().replace('-', " ");
    set(typed.clone(), PASSWORD).await.unwrap();
    assert!(matches!(set(typed, PASSWORD).await.unwrap_err(), SignInError::Refused), "used up");
    let token = staff::sign_in(&world, EMAIL, PASSWORD, origin).await.unwrap().token;
    let ben = staff::of_token(&world, &token).await.unwrap().unwrap();
    assert_eq!((ben.name.as_str(), ben.duties.role), ("Ben Osei", Role::Specialist));
    assert!(ben.may(Permission::Customers) && !ben.may(Permission::Team));

    // A forgotten password: the same for everybody, mailed to whom it belongs, ends every session.
    staff::request_code(&world, "nobody@halden.example", "192.0.2.8", BASE_URL).await.unwrap();
    staff::request_code(&world, EMAIL, "192.0.2.8", BASE_URL).await.unwrap();
    let forgot = code(&db, EMAIL).await;
    clock.advance(TimeDelta::minutes(PASSWORD_CODE_MINUTES - 1));
    let next = "a third long password";
    set(forgot, next).await.unwrap();
    assert!(staff::of_token(&world, &token).await.unwrap().is_none());
    // A whole office may sign in from one address: only wrong tries count.
    for _ in 0..30 {
        staff::sign_in(&world, EMAIL, next, origin).await.unwrap();
    }
    let mut session = db.read().await.unwrap();
    let stranger = storage::messages::all_latest(&mut session, "nobody@halden.example", 1).await;
    assert!(stranger.unwrap().is_empty());
}
both_engines!(a_mailed_code_sets_a_password_once, invitation);

async fn codes_are_not_guessed(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    given.staff(EMAIL, Duties::of(Role::Owner)).await;
    staff::request_code(&world, EMAIL, "192.0.2.8", BASE_URL).await.unwrap();
    let right = code(&db, EMAIL).await;
    for _ in 0..20 {
        let wrong = staff::set_password(&world, EMAIL, "2222-2222-2222", PASSWORD, "192.0.2.8");
        assert!(matches!(wrong.await.unwrap_err(), SignInError::Refused));
    }
    let late = staff::set_password(&world, EMAIL, &right, PASSWORD, "192.0.2.8").await;
    assert!(matches!(late.unwrap_err(), SignInError::TooMany));
    // A stranger's tries keep nobody out who holds the code.
    staff::set_password(&world, EMAIL, &right, PASSWORD, "192.0.2.9").await.unwrap();
    for _ in 0..4 {
        staff::request_code(&world, EMAIL, "192.0.2.8", BASE_URL).await.unwrap();
    }
    let sixth = staff::request_code(&world, EMAIL, "192.0.2.8", BASE_URL).await;
    assert!(matches!(sixth.unwrap_err(), SignInError::TooMany));
}
both_engines!(guessing_codes_is_limited, codes_are_not_guessed);

async fn edit(world: &World, by: &Staff, of: &Staff, duties: Duties) -> Result<(), TeamError> {
    let mut session = world.db.read().await.unwrap();
    let row = storage::staff::find(&mut session, of.id).await.unwrap().unwrap();
    drop(session);
    team::edit(world, by, of.id, row.version, form(duties)).await
}

async fn duties_are_given(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let [owner, admin, manager, specialist, viewer] = Role::ALL.map(Duties::of);
    let ana = given.staff("ana@halden.example", owner.clone()).await;
    let ada = given.staff("ada@halden.example", admin.clone()).await;
    let max = given.staff("max@halden.example", manager.clone()).await;
    let not_theirs = |result: Result<(), TeamError>| {
        assert!(matches!(result.as_ref().unwrap_err(), TeamError::NotTheirs), "{result:?}");
    };
    // Who may do less gives nothing; an admin makes no owner and changes none.
    not_theirs(edit(&world, &max, &ada, viewer.clone()).await);
    not_theirs(edit(&world, &ada, &max, owner.clone()).await);
    not_theirs(edit(&world, &ada, &ana, viewer.clone()).await);
    not_theirs(edit(&world, &ada, &ada, viewer.clone()).await);
    edit(&world, &ada, &max, specialist.clone()).await.unwrap();
    edit(&world, &ada, &ada, admin.clone()).await.unwrap();
    // The last owner stays one, and stays in.
    not_theirs(edit(&world, &ana, &ana, admin.clone()).await);
    let mut session = db.read().await.unwrap();
    let version = storage::staff::find(&mut session, ana.id).await.unwrap().unwrap().version;
    drop(session);
    let other = given.staff("olga@halden.example", owner.clone()).await;
    let out = UserForm { is_active: false, ..form(owner.clone()) };
    team::edit(&world, &other, ana.id, version, out.clone()).await.unwrap();
    let mut session = db.read().await.unwrap();
    let row = storage::staff::find(&mut session, other.id).await.unwrap().unwrap();
    drop(session);
    // Whoever was an owner a moment ago cannot take the last one with them.
    let last = team::edit(&world, &ana, other.id, row.version, form(admin.clone())).await;
    assert!(matches!(last.unwrap_err(), TeamError::LastOwner));
    let last = team::edit(&world, &ana, other.id, row.version, out).await;
    assert!(matches!(last.unwrap_err(), TeamError::LastOwner));
    // What was read before somebody else wrote it is not written.
    let old = team::edit(&world, &other, max.id, 1, form(viewer)).await.unwrap_err();
    assert!(matches!(old, TeamError::Change(ChangeError::Changed)), "{old}");
    // Duties have to fit together.
    let own = Duties { own_customers_only: true, ..admin };
    let bad = edit(&world, &other, &max, own).await.unwrap_err();
    assert!(matches!(bad, TeamError::Duties(DutiesError::OwnButSettings)), "{bad}");
    // Nothing else changed on the way.
    let mut session = db.read().await.unwrap();
    let team = storage::staff::all(&mut session).await.unwrap();
    let roles: Vec<(&str, Role, bool)> = team
        .iter()
        .map(|row| (row.user.email.as_str(), row.user.duties.role, row.user.is_active))
        .collect();
    assert_eq!(roles.len(), 4);
    assert!(roles.contains(&("max@halden.example", Role::Specialist, true)), "{roles:?}");
    assert!(roles.contains(&("ana@halden.example", Role::Owner, false)), "{roles:?}");
    assert!(roles.contains(&("olga@halden.example", Role::Owner, true)), "{roles:?}");
}
both_engines!(duties_are_given_by_who_has_them, duties_are_given);

/// Two owners who remove each other at the same time: one stays.
async fn owners_race(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    for round in 0..10 {
        let owner = |name: &str| format!("{name}-{round}@halden.example");
        let ana = given.staff(&owner("ana"), Duties::of(Role::Owner)).await;
        let ben = given.staff(&owner("ben"), Duties::of(Role::Owner)).await;
        let viewer = || form(Duties::of(Role::Viewer));
        let (one, two) = tokio::join!(
            team::edit(&world, &ana, ben.id, 1, viewer()),
            team::edit(&world, &ben, ana.id, 1, viewer()),
        );
        let done = [&one, &two].iter().filter(|result| result.is_ok()).count();
        assert!(done <= 1, "{one:?} {two:?}");
        let mut session = db.begin().await.unwrap();
        let left = storage::staff::lock_owners(&mut session).await.unwrap();
        assert_eq!(left.len(), 2 - done, "{one:?} {two:?}");
        for id in left {
            let row = storage::staff::find(&mut session, id).await.unwrap().unwrap();
            let gone = storage::staff::StaffUserRow { is_active: false, ..row };
            assert!(storage::staff::update(&mut session, &gone).await.unwrap());
        }
        session.commit().await.unwrap();
    }
}
both_engines!(an_owner_is_left, owners_race);

/// A form without script: the role is another one, the ticks are still those of the old.
async fn roles_without_script(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ben = given.staff(EMAIL, Duties::of(Role::Admin)).await;
    let mut owner = app.staff().await;
    let id = ben.id.to_string();
    let all = Role::Admin.preset().to_string();
    let mut version = 1;
    for (permissions, of, expected) in [
        (all.as_str(), "admin", Role::Viewer.preset()),
        ("mail notes", "viewer", Role::Viewer.preset()),
        ("mail", "viewer", [Permission::Mail].into_iter().collect()),
    ] {
        let form = encode(&[
            ("user[id]", id.as_str()),
            ("user[version]", version.to_string().as_str()),
            ("user[role]", "viewer"),
            ("user[permissions]", permissions),
            ("user[permissions_of]", of),
        ]);
        let answer = owner.call("/api/staff/team/save", &form).await;
        let is_read = !permissions.contains("notes");
        assert_eq!(answer.status, if is_read { 200 } else { 422 }, "{}", answer.body);
        version += i64::from(is_read);
        let mut session = db.read().await.unwrap();
        let row = storage::staff::find(&mut session, ben.id).await.unwrap().unwrap();
        assert_eq!((row.duties.role, row.duties.permissions), (Role::Viewer, expected));
    }
}
both_engines!(permissions_follow_the_role, roles_without_script);

async fn sessions_end(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    given.staff(EMAIL, Duties::of(Role::Specialist)).await;
    let frame = |browser: &Browser| {
        let mut browser = browser.clone();
        async move { browser.ask("/api/staff/session/frame").await.status }
    };
    let (mut desk, phone) = (app.signed_in(EMAIL).await, app.signed_in(EMAIL).await);
    let listed = desk.ask("/api/staff/account/sessions").await.body;
    let sessions: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2, "{listed}");
    let other = sessions.iter().find(|one| one["is_this"] == false).unwrap();
    let id = other["id"].as_str().unwrap();
    // Nobody ends somebody else's.
    let path = "/api/staff/account/end_session";
    let mut stranger = app.signed_in("ana@halden.example").await;
    assert_eq!(stranger.call(path, &format!("id={id}")).await.status, 404);
    assert_eq!(desk.call(path, &format!("id={id}")).await.status, 200);
    assert_eq!((frame(&desk).await, frame(&phone).await), (200, 401));
    // A new password ends the others, and takes the old one.
    let phone = app.signed_in(EMAIL).await;
    let change = |old: &'static str, new: &'static str| encode(&[("old", old), ("new", new)]);
    let path = "/api/staff/account/change_password";
    let wrong = desk.call(path, &change("not my password", PASSWORD)).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert_eq!(desk.call(path, &change(STAFF_PASSWORD, PASSWORD)).await.status, 200);
    assert_eq!((frame(&desk).await, frame(&phone).await), (200, 401));
    // An owner signs somebody out everywhere, or turns them away for good.
    let mut session = db.read().await.unwrap();
    let ben = storage::staff::find_by_email(&mut session, EMAIL).await.unwrap().unwrap();
    drop(session);
    team::sign_out(app.world(), &ana, ben.id).await.unwrap();
    assert_eq!(frame(&desk).await, 401);
    staff::reset_password(app.world(), EMAIL, STAFF_PASSWORD).await.unwrap();
    let desk = app.signed_in(EMAIL).await;
    let out = UserForm { is_active: false, ..form(ben.duties.into()) };
    team::edit(app.world(), &ana, ben.id, ben.version, out).await.unwrap();
    assert_eq!(frame(&desk).await, 401);
    let form = encode(&[("email", EMAIL), ("password", STAFF_PASSWORD)]);
    assert_eq!(app.browser().call("/api/staff/session/sign_in", &form).await.status, 401);
    // Whoever runs the server lets them in again.
    staff::reset_password(app.world(), EMAIL, PASSWORD).await.unwrap();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let answer = app.browser().post("/api/staff/session/sign_in", &form).await;
    assert_eq!(answer.location, "/staff");
}
both_engines!(sessions_are_ended, sessions_end);

async fn specialists(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff(EMAIL, own).await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let assign = |by: Staff, before: Option<&Staff>, after: Option<&Staff>| {
        let (before, after) = (before.map(|staff| staff.id), after.map(|staff| staff.id));
        let world = world.clone();
        async move { customers::assign(&world, &by, customer, before, after).await }
    };
    let unseen = assign(ben.clone(), None, Some(&ben)).await.unwrap_err();
    assert!(matches!(unseen, ChangeError::NotFound), "{unseen}");
    assign(ana.clone(), None, Some(&ben)).await.unwrap();
    let meanwhile = assign(ana.clone(), None, Some(&ana)).await.unwrap_err();
    assert!(matches!(meanwhile, ChangeError::Changed), "{meanwhile}");
    assign(ben.clone(), Some(&ben), Some(&ana)).await.unwrap();
    assign(ana.clone(), Some(&ana), None).await.unwrap();
    let gone = Staff { id: world.new_id(), ..ana.clone() };
    let nobody = assign(ana.clone(), None, Some(&gone)).await.unwrap_err();
    assert!(
        matches!(&nobody, ChangeError::Invalid(bad) if bad.field == "specialist" && bad.problem == Problem::NotAChoice),
        "{nobody}"
    );
    let mut session = db.read().await.unwrap();
    let query =
        ActivityQuery { customer_id: customer, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let said: Vec<(String, String)> = rows
        .iter()
        .filter(|row| row.kind == ActivityKind::ProfileChanged)
        .map(|row| (row.before()["specialist"].clone(), row.after()["specialist"].clone()))
        .collect();
    let [by_ana, by_ben] = ["ana (ana@halden.example)", "ben (ben@halden.example)"];
    let pair = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    assert_eq!(said, [pair(by_ana, ""), pair(by_ben, by_ana), pair("", by_ben)]);
}
both_engines!(a_specialist_is_responsible, specialists);

async fn second_step(db: Db) {
    let clock = TestClock::default();
    let world = world_with(&db, &clock, std::sync::Arc::new(NoGateway));
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let ben = given.staff(EMAIL, Duties::of(Role::Specialist)).await;
    let origin = staff::Origin { network_address: "192.0.2.7", browser: "Lynx" };
    let sign_in = || staff::sign_in(&world, EMAIL, STAFF_PASSWORD, origin);
    let before = sign_in().await.unwrap();
    assert!(!before.needs_code);
    let mut session = db.read().await.unwrap();
    let company = crate::services::company::load(&mut session).await.unwrap();
    drop(session);
    let setup = second_factor::setup(&world, &ben, &company);
    assert!(setup.picture.starts_with("<svg"), "{}", setup.picture);

    // It takes the password and a code of the secret, and ends other sessions.
    let turn_on = |code: String, password: &'static str| {
        let (world, ben, secret) = (world.clone(), ben.clone(), setup.secret.clone());
        async move {
            {
                let code = AppCode { typed: &code, at: world.now() };
                second_factor::turn_on(&world, &ben, &secret, code, password, "192.0.2.7").await
            }
        }
    };
    let now = totp::code_at(&setup.secret, world.now());
    let wrong = turn_on("000000".to_owned(), STAFF_PASSWORD).await.unwrap_err();
    assert_eq!(problem_of(wrong), ("app_code", Problem::Wrong));
    let wrong = turn_on(now.clone(), PASSWORD).await.unwrap_err();
    assert_eq!(problem_of(wrong), ("password", Problem::Wrong));
    let recovery = turn_on(now.clone(), STAFF_PASSWORD).await.unwrap();
    assert_eq!(recovery.len(), second_factor::RECOVERY_CODES);
    assert!(staff::of_token(&world, &before.token).await.unwrap().is_none());

    // The password alone opens nothing.
    let waiting = sign_in().await.unwrap();
    assert!(waiting.needs_code);
    assert!(staff::of_token(&world, &waiting.token).await.unwrap().is_none());
    let redeem = |token: &str, code: String| {
        let (world, token) = (world.clone(), token.to_owned());
        async move {
            let code = AppCode { typed: &code, at: world.now() };
            second_factor::redeem(&world, &token, code, origin).await
        }
    };
    // A step is good once: the one it was turned on with is used up.
    let replayed = redeem(&waiting.token, now).await.unwrap_err();
    assert_eq!(problem_of(replayed), ("app_code", Problem::Wrong));
    clock.advance(TimeDelta::seconds(30));
    let next = totp::code_at(&setup.secret, world.now());
    let token = redeem(&waiting.token, next.clone()).await.unwrap();
    assert!(staff::of_token(&world, &token).await.unwrap().is_some());
    assert!(matches!(
        redeem(&waiting.token, next.clone()).await.unwrap_err(),
        SignInError::Refused
    ));
    // A session that is signed in is none that waits.
    assert!(matches!(redeem(&token, next.clone()).await.unwrap_err(), SignInError::Refused));
    let other = sign_in().await.unwrap();
    let replayed = redeem(&other.token, next).await.unwrap_err();
    assert_eq!(problem_of(replayed), ("app_code", Problem::Wrong));

    // A recovery code does it too, once, as it was typed.
    let typed = recovery[3].to_lowercase();
    redeem(&other.token, typed.clone()).await.unwrap();
    let third = sign_in().await.unwrap();
    let used = redeem(&third.token, typed).await.unwrap_err();
    assert_eq!(problem_of(used), ("app_code", Problem::Wrong));
    let mut session = db.read().await.unwrap();
    assert_eq!(second_factor::state(&mut session, &ben).await.unwrap(), (true, 9));
    drop(session);
    // Guessing is limited, and waiting too.
    for _ in 0..4 {
        let guess = redeem(&third.token, "000000".to_owned()).await.unwrap_err();
        assert_eq!(problem_of(guess), ("app_code", Problem::Wrong));
    }
    let many = redeem(&third.token, recovery[4].clone()).await.unwrap_err();
    assert!(matches!(many, SignInError::TooMany), "{many}");
    clock.advance(TimeDelta::minutes(second_factor::PENDING_MINUTES + 1));
    let late = redeem(&third.token, recovery[4].clone()).await.unwrap_err();
    assert!(matches!(late, SignInError::Refused), "{late}");

    // A new password does not take the step away; an owner does, and whoever has the password.
    team::send_code(&world, &ana, ben.id, BASE_URL).await.unwrap();
    let mailed = code(&db, EMAIL).await;
    staff::set_password(&world, EMAIL, &mailed, PASSWORD, "192.0.2.7").await.unwrap();
    let anew = staff::sign_in(&world, EMAIL, PASSWORD, origin).await.unwrap();
    assert!(anew.needs_code);
    let own = team::forget_second_factor(&world, &ana, ana.id).await.unwrap_err();
    assert!(matches!(own, TeamError::NotTheirs), "{own}");
    team::forget_second_factor(&world, &ana, ben.id).await.unwrap();
    assert!(!staff::sign_in(&world, EMAIL, PASSWORD, origin).await.unwrap().needs_code);
    let wrong = second_factor::turn_off(&world, &ben, STAFF_PASSWORD, "192.0.2.7").await;
    assert_eq!(problem_of(wrong.unwrap_err()), ("password", Problem::Wrong));
    second_factor::turn_off(&world, &ben, PASSWORD, "192.0.2.7").await.unwrap();
}
both_engines!(the_second_step_is_taken_once, second_step);
