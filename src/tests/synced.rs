//! Customers that the books keep by synchronising: what is read only here, and what a file may not
//! change.

use super::support::{app::TestApp, both_engines, browser::encode, world::assert_books_hold};
use crate::{
    api::{
        error::ApiError,
        view::{AsOfView, CustomerPanel},
    },
    domain::{
        form::Problem,
        ids::CustomerId,
        money::Currency,
        permission::{Duties, Role},
        profile::{Books, Profile},
    },
    import,
    services::{
        World,
        change::ChangeError,
        customers,
        import::{Choices, ImportReport, store_batch},
        profiles,
    },
    storage::{self, Db, activity::ActivityQuery},
};

async fn bring_in(world: &World, text: &str) -> ImportReport {
    let choices =
        Choices { kind: "customers".to_owned(), currency: "USD".to_owned(), ..Choices::default() };
    let options = choices.options(Currency::USD).unwrap();
    let batch = import::read(std::io::Cursor::new(text.as_bytes()), &options, &mut |_| {}).unwrap();
    store_batch(world, &batch, false, "test", None, &mut |_, _| Ok(())).await.unwrap()
}

async fn known(world: &World, id: CustomerId) -> (Profile, i64) {
    let mut session = world.db.read().await.unwrap();
    let row = storage::customers::find(&mut session, id).await.unwrap().unwrap();
    storage::profiles::find(&mut session, &row).await.unwrap()
}

async fn rows(world: &World, id: CustomerId) -> usize {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id: id, topic: None, has_invoices: false, before: None };
    storage::activity::list(&mut session, &query).await.unwrap().len()
}

async fn sync(world: &World, id: CustomerId, books: Option<Books>) {
    let mut session = world.db.begin().await.unwrap();
    customers::sync_from(&mut session, world, id, books, "test").await.unwrap();
    session.commit().await.unwrap();
}

fn encoded(id: CustomerId, version: i64, profile: &Profile) -> String {
    let fields = profile.fields().map(|(name, value)| (format!("profile[{name}]"), value));
    let (id, version) = (id.to_string(), version.to_string());
    let own = fields.iter().map(|(name, value)| (name.as_str(), *value));
    let form = [("customer_id", id.as_str()), ("version", version.as_str())].into_iter().chain(own);
    encode(&form.collect::<Vec<_>>())
}

/// What synchronised books hold is refused by name; where goods go is ours; nothing else of the
/// customer is touched; and a customer that is taken out of step is ours again.
async fn read_only(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let world = app.world();
    let ada = given.customer("C-1", "ada@alder.example").await;
    let bea = given.customer("C-2", "bea@alder.example").await;
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let begun = known(world, ada).await;
    sync(world, ada, Some(Books::Quickbooks)).await;
    let length = rows(world, ada).await;
    sync(world, ada, Some(Books::Quickbooks)).await;
    assert_eq!(rows(world, ada).await, length, "saying it twice is no history");

    let (before, version) = known(world, ada).await;
    assert_eq!(before, begun.0);
    let late = profiles::change(world, &ana, ada, begun.1, &before).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "a form from before is late: {late:?}");
    for (name, _) in before.fields().into_iter().filter(|(name, _)| !name.starts_with("shipping")) {
        let json = serde_json::to_value(&before).unwrap();
        let mut json = json.as_object().unwrap().clone();
        let other = if name == "email" { "new@alder.example" } else { "new.example" };
        json.insert(name.to_owned(), other.into());
        let typed: Profile = serde_json::from_value(json.into()).unwrap();
        match profiles::change(world, &ana, ada, version, &typed).await {
            Err(ChangeError::Invalid(problem)) => {
                assert_eq!((problem.field.as_str(), problem.problem), (name, Problem::FromBooks));
            }
            other => panic!("{name}: {other:?}"),
        }
        let empty: Profile = Profile { phone: before.phone.clone(), ..Profile::default() };
        let refused = profiles::change(world, &ana, ada, version, &empty).await;
        assert!(matches!(refused, Err(ChangeError::Invalid(_))), "emptying is changing too");
    }
    assert_eq!(known(world, ada).await, (before.clone(), version));
    assert_eq!(rows(world, ada).await, length, "what was refused is no history");

    // The same by the browser's way in: refused by name, and where goods go is kept.
    let mut staff = app.staff().await;
    let typed = Profile { phone: "222".to_owned(), ..before.clone() };
    let path = "/api/staff/customers/save_profile";
    let answer = staff.call(path, &encoded(ada, version, &typed)).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    let error: ApiError = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(error, ApiError::invalid("phone", Problem::FromBooks));
    let typed = Profile { shipping_city: "Macon".to_owned(), ..before.clone() };
    let answer = staff.call(path, &encoded(ada, version, &typed)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(known(world, ada).await.0, typed);
    let panel = |id: CustomerId| format!("/api/staff/customers/panel?id={id}");
    let of = |body: &str| serde_json::from_str::<CustomerPanel>(body).unwrap();
    let shown = of(&staff.ask(&panel(ada)).await.body);
    assert_eq!((shown.synced_from, shown.books.len()), (Some(Books::Quickbooks), 0));
    assert_eq!(of(&staff.ask(&panel(bea)).await.body).synced_from, None);
    let today = format!("/api/staff/history/as_of?customer_id={ada}&day={}", given.today());
    let state: AsOfView = serde_json::from_str(&staff.ask(&today).await.body).unwrap();
    let fact = state.facts.iter().find(|fact| fact.field == "synced_from").unwrap();
    assert_eq!(fact.after, "quickbooks");

    sync(world, ada, None).await;
    let (before, version) = known(world, ada).await;
    let typed = Profile { phone: "333".to_owned(), ..before };
    profiles::change(world, &ana, ada, version, &typed).await.unwrap();
    assert_eq!(known(world, ada).await.0, typed);
    sync(world, world.new_id(), Some(Books::Intacct)).await;
    assert_books_hold(&db).await;
}
both_engines!(what_synchronised_books_keep_is_read_only, read_only);

/// A file changes those that are not synchronised, and says of the others that they stayed.
async fn files(db: Db) {
    let world = super::support::world::world(&db);
    let given = super::support::given::Given(&world);
    given.seller().await;
    let text = |ada: &str, bea: &str| {
        format!(
            "customer_number,customer_name,phone,email\nC1,Ada,{ada},\nC2,Bea,{bea},{bea}@x.example\n"
        )
    };
    bring_in(&world, &text("111", "111")).await;
    let find = async |number: &str| {
        let mut session = world.db.read().await.unwrap();
        storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap()
    };
    let (ada, bea) = (find("C1").await, find("C2").await);
    sync(&world, bea.id, Some(Books::Netsuite)).await;
    let length = rows(&world, bea.id).await;
    let report = bring_in(&world, &text("222", "222")).await;
    let customers = report.customers;
    assert_eq!((customers.changed, customers.unchanged), (1, 1), "{report:?}");
    let told: Vec<_> = report.warnings.iter().collect();
    assert!(matches!(told[..], [(said, 1)] if said.contains("synchronised")), "{told:?}");
    assert_eq!(find("C1").await.phone, "222");
    assert_eq!((find("C1").await.id, find("C2").await.phone), (ada.id, "111".to_owned()));
    assert_eq!(rows(&world, bea.id).await, length, "nothing happened to it");
    let mut session = world.db.read().await.unwrap();
    let people = storage::contacts::all(&mut session, bea.id).await.unwrap();
    assert_eq!(people.len(), 1, "nor does anybody of the file come to it");
    drop(session);
    // What says the same is no news.
    let report = bring_in(&world, &text("222", "111")).await;
    assert_eq!((report.customers.unchanged, report.warnings.len()), (2, 0), "{report:?}");
    assert_books_hold(&db).await;
}
both_engines!(a_file_leaves_synchronised_customers_alone, files);
