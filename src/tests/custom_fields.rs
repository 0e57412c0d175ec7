//! Fields of the company's own: keeping them, filling them, filtering by them, and what happens to
//! values when a list or a field goes.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{
    app::TestApp,
    both_engines,
    given::Given,
    world::{assert_books_hold, world},
};
use crate::{
    domain::{
        activity::{ActivityKind, Facts},
        custom_field::{FIELDS_MAX, FieldFilter, FieldKind, FieldLevel, FieldSwitches, Value},
        form::{FieldProblem, Problem},
        ids::{CustomerId, FieldId, InvoiceId, OptionId},
        list::{Cursor, Direction},
        money::Currency,
        permission::{Duties, Role, Sight},
    },
    services::{
        World,
        change::ChangeError,
        custom_fields::{self, FieldError, FieldForm},
        customers, field_values,
        staff::Staff,
    },
    storage::{
        self, Db,
        activity::ActivityQuery,
        customer_list::{CustomerQuery, CustomerSort},
        field_values::Owner,
    },
};

const ALL: FieldSwitches = FieldSwitches { is_shown: true, is_editable: true, is_in_portal: true };

fn form<'a>(
    level: FieldLevel,
    kind: FieldKind,
    name: &'a str,
    options: &[&'a str],
) -> FieldForm<'a> {
    let options = options.iter().map(|option| (None, *option)).collect();
    FieldForm { level, kind, name, switches: ALL, options }
}

async fn list_field(world: &World, level: FieldLevel, name: &str, options: &[&str]) -> FieldId {
    custom_fields::add(world, &form(level, FieldKind::List, name, options)).await.unwrap()
}

async fn options_of(db: &Db, field: FieldId) -> Vec<(OptionId, String)> {
    let mut session = db.read().await.unwrap();
    let all = storage::custom_fields::all_options(&mut session).await.unwrap();
    let own = all.into_iter().filter(|option| option.field_id == field);
    own.map(|option| (option.id, option.name)).collect()
}

async fn version_of(db: &Db, field: FieldId) -> i64 {
    let mut session = db.read().await.unwrap();
    let all = storage::custom_fields::all(&mut session).await.unwrap();
    all.into_iter().find(|one| one.id == field).unwrap().version
}

async fn fill(
    world: &World,
    staff: &Staff,
    owner: Owner,
    version: i64,
    typed: &[(FieldId, String)],
) -> Result<(), ChangeError> {
    let typed: BTreeMap<String, String> =
        typed.iter().map(|(field, text)| (field.to_string(), text.clone())).collect();
    field_values::change(world, staff, owner, version, &typed).await.map(|_| ())
}

async fn told(db: &Db, customer_id: CustomerId) -> Vec<(Facts, Facts, Option<InvoiceId>)> {
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: true, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let changed = rows.into_iter().filter(|row| row.kind == ActivityKind::ProfileChanged);
    changed.map(|row| (row.before(), row.after(), row.invoice_id)).collect()
}

fn invalid(error: impl Into<FieldError>) -> (&'static str, Problem) {
    match error.into() {
        FieldError::Change(ChangeError::Invalid(FieldProblem { field, problem })) => {
            (field.leak(), problem)
        }
        other => panic!("{other}"),
    }
}

async fn definitions(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let customer = FieldLevel::Customer;
    let region = list_field(&world, customer, " Region ", &["North", "", "South"]).await;
    let names = |options: Vec<(OptionId, String)>| -> Vec<String> {
        options.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(names(options_of(&db, region).await), ["North", "South"]);

    // What is wrong is said of its input.
    let add =
        async |form: FieldForm<'_>| invalid(custom_fields::add(&world, &form).await.unwrap_err());
    let list = FieldKind::List;
    assert_eq!(add(form(customer, list, " ", &["a"])).await, ("field_name", Problem::Required));
    let long = "x".repeat(61);
    assert_eq!(add(form(customer, list, &long, &["a"])).await, ("field_name", Problem::TooLong));
    let taken = add(form(customer, list, "REGION", &["a"])).await;
    assert_eq!(taken, ("field_name", Problem::AlreadyUsed));
    assert_eq!(add(form(customer, list, "A", &[" "])).await, ("options", Problem::Required));
    let twice = add(form(customer, list, "A", &["x", "X "])).await;
    assert_eq!(twice, ("options", Problem::AlreadyUsed));
    let long = "x".repeat(201);
    assert_eq!(add(form(customer, list, "A", &[&long])).await, ("options", Problem::TooLong));

    // The other level may have the same name; a text has no list, and customers no portal.
    let note = form(FieldLevel::Invoice, FieldKind::Text, "Region", &["ignored"]);
    let note = custom_fields::add(&world, &note).await.unwrap();
    assert_eq!(options_of(&db, note).await, []);
    let mut session = db.read().await.unwrap();
    let fields = storage::custom_fields::all(&mut session).await.unwrap();
    drop(session);
    let in_portal: Vec<bool> = fields.iter().map(|field| field.is_in_portal).collect();
    assert_eq!(in_portal, [false, true]);

    // Renamed, turned around, added to; two people, one field: the second hears of it.
    let [north, south] = [0, 1].map(|index: usize| index);
    let before = options_of(&db, region).await;
    let (north, south) = (before[north].0, before[south].0);
    let next = FieldForm {
        options: vec![(Some(south), "Süd"), (None, "West"), (Some(north), "North")],
        ..form(customer, list, "Territory", &[])
    };
    custom_fields::edit(&world, region, 1, &next).await.unwrap();
    let late = custom_fields::edit(&world, region, 1, &next).await;
    assert!(matches!(late, Err(FieldError::Change(ChangeError::Changed))), "{late:?}");
    let after = options_of(&db, region).await;
    assert_eq!(after[0], (south, "Süd".to_owned()));
    assert_eq!(names(after), ["Süd", "West", "North"]);
    // No value of a list vanishes with a form.
    let fewer = FieldForm { options: vec![(Some(south), "South")], ..next.clone() };
    let lost = custom_fields::edit(&world, region, 3, &fewer).await.unwrap_err();
    assert!(
        matches!(lost, FieldError::Change(ChangeError::Changed | ChangeError::Invalid(_))),
        "{lost}"
    );
    let version = version_of(&db, region).await;
    let lost = custom_fields::edit(&world, region, version, &fewer).await.unwrap_err();
    assert_eq!(invalid(lost), ("options", Problem::NotAChoice));
    assert_eq!(options_of(&db, region).await.len(), 3);

    // Ten of each, and no more.
    for index in 1..FIELDS_MAX {
        list_field(&world, customer, &format!("Field {index}"), &["a"]).await;
    }
    let over = custom_fields::add(&world, &form(customer, list, "Eleventh", &["a"])).await;
    assert!(matches!(over, Err(FieldError::TooMany)));
    custom_fields::add(&world, &form(FieldLevel::Invoice, list, "Eleventh", &["a"])).await.unwrap();
    let gone = custom_fields::remove(&world, &ana, world.new_id(), 1, false).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)));
}
both_engines!(custom_fields_are_kept, definitions);

async fn values(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let theirs = given.customer("C-2", "eve@other.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let region = list_field(&world, FieldLevel::Customer, "Region", &["North", "South"]).await;
    let [north, south] = {
        let options = options_of(&db, region).await;
        [options[0].0, options[1].0]
    };
    let text = form(FieldLevel::Customer, FieldKind::Text, "Segment", &[]);
    let segment = custom_fields::add(&world, &text).await.unwrap();
    let quay = list_field(&world, FieldLevel::Invoice, "Quay", &["1", "2"]).await;
    let owner = Owner::Customer(ours);

    let typed = [(region, north.to_string()), (segment, " wholesale ".to_owned())];
    fill(&world, &ana, owner, 1, &typed).await.unwrap();
    let late = fill(&world, &ana, owner, 1, &[(segment, "retail".to_owned())]).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    // The same again changes nothing, and is no change.
    fill(&world, &ana, owner, 2, &typed).await.unwrap();
    for (field, value, problem) in [
        (region, "North".to_owned(), Problem::NotAChoice),
        (region, world.new_id::<OptionId>().to_string(), Problem::NotAChoice),
        (segment, "x".repeat(201), Problem::TooLong),
        (quay, String::new(), Problem::NotAChoice),
    ] {
        let bad = fill(&world, &ana, owner, 2, &[(field, value)]).await.unwrap_err();
        match bad {
            ChangeError::Invalid(said) => {
                assert_eq!((said.field, said.problem), (field.to_string(), problem));
            }
            other => panic!("{other}"),
        }
    }
    fill(&world, &ana, owner, 2, &[(segment, String::new())]).await.unwrap();
    let rows = told(&db, ours).await;
    assert_eq!(rows.len(), 2);
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(rows[0].0, Facts::from([fact("custom:Segment", "wholesale")]));
    assert_eq!(rows[0].1, Facts::from([fact("custom:Segment", "")]));
    assert_eq!(
        rows[1].1,
        Facts::from([fact("custom:Region", "North"), fact("custom:Segment", "wholesale")])
    );

    // An invoice's values are in its customer's history, with the invoice.
    let first = options_of(&db, quay).await[0].0;
    let bill = Owner::Invoice(invoice);
    fill(&world, &ana, bill, 1, &[(quay, first.to_string())]).await.unwrap();
    let rows = told(&db, ours).await;
    assert_eq!(rows[0].2, Some(invoice));
    assert_eq!(rows[0].1, Facts::from([fact("custom:Quay", "1"), fact("invoice", "INV-1")]));

    // Whoever sees only their own customers gets nobody else's, of either level.
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = given.staff("ben@halden.example", duties).await;
    for owner in [owner, bill] {
        let hidden = fill(&world, &ben, owner, 2, &[]).await;
        assert!(matches!(hidden, Err(ChangeError::NotFound)), "{hidden:?}");
    }
    customers::assign(&world, &ana, theirs, None, Some(ben.id)).await.unwrap();
    let choice = south.to_string();
    let given_now = field_values::give(&world, &ben, Owner::Customer(theirs), region, &choice);
    assert!(given_now.await.unwrap());
    let again = field_values::give(&world, &ben, Owner::Customer(theirs), region, &choice);
    assert!(!again.await.unwrap());

    // A value that something has goes with a replacement only, and histories tell of it.
    let version = version_of(&db, region).await;
    let remove = async |option, replacement| {
        custom_fields::remove_option(&world, &ana, region, version, option, replacement).await
    };
    let bare = invalid(remove(north, None).await.unwrap_err());
    assert_eq!(bare, ("value_replacement", Problem::Required));
    let same = invalid(remove(north, Some(north)).await.unwrap_err());
    assert_eq!(same, ("value_replacement", Problem::NotAChoice));
    remove(north, Some(south)).await.unwrap();
    assert!(matches!(remove(south, None).await, Err(ChangeError::Changed)));
    assert_eq!(options_of(&db, region).await, [(south, "South".to_owned())]);
    let rows = told(&db, ours).await;
    assert_eq!(rows[0].0, Facts::from([fact("custom:Region", "North")]));
    assert_eq!(rows[0].1, Facts::from([fact("custom:Region", "South")]));
    let version = version_of(&db, region).await;
    let last = custom_fields::remove_option(&world, &ana, region, version, south, None).await;
    assert_eq!(invalid(last.unwrap_err()), ("option_id", Problem::Required));

    // A field that something has goes when that is said, and takes the values along.
    let bare = custom_fields::remove(&world, &ana, region, version, false).await.unwrap_err();
    assert_eq!(invalid(bare), ("takes_values", Problem::Required));
    custom_fields::remove(&world, &ana, region, version, true).await.unwrap();
    let mut session = db.read().await.unwrap();
    assert_eq!(storage::field_values::all(&mut session, owner).await.unwrap(), []);
    let used = storage::custom_fields::all_used(&mut session).await.unwrap();
    assert_eq!(used.fields.into_iter().collect::<Vec<_>>(), [(quay, 1)]);
    drop(session);
    assert_eq!(told(&db, ours).await[0].1, Facts::from([fact("custom:Region", "")]));
    assert_books_hold(&db).await;
}
both_engines!(values_are_checked_told_and_replaced, values);

async fn filtered(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let region = list_field(&world, FieldLevel::Customer, "Region", &["North", "South"]).await;
    let size = list_field(&world, FieldLevel::Customer, "Size", &["Small"]).await;
    let options = options_of(&db, region).await;
    let (north, south) = (options[0].0, options[1].0);
    let small = options_of(&db, size).await[0].0;
    let mut expected = BTreeSet::new();
    for index in 0..25 {
        let email = format!("c{index}@example.com");
        let id = given.customer(&format!("C-{index:02}"), &email).await;
        let option = if index % 5 == 0 { south } else { north };
        if option == north {
            expected.insert(id);
        }
        let owner = Owner::Customer(id);
        field_values::give(&world, &ana, owner, region, &option.to_string()).await.unwrap();
        if index == 1 {
            field_values::give(&world, &ana, owner, size, &small.to_string()).await.unwrap();
        }
    }
    let mut session = db.read().await.unwrap();
    // Few are read in another way than many.
    let sorts = [CustomerSort::Name, CustomerSort::Outstanding];
    for (sort, found) in sorts.into_iter().flat_map(|sort| [(sort, 20), (sort, 20_000)]) {
        let mut seen = BTreeSet::new();
        let mut after: Option<Cursor> = None;
        loop {
            let query = CustomerQuery {
                currency: Currency::USD,
                search: "",
                sort,
                direction: Direction::Descending,
                after: after.as_ref(),
                today: given.today(),
                sight: Sight::All,
                fields: &[FieldFilter::Choice(north)],
                page_rows: 7,
            };
            let mut rows = storage::customer_list::list(&mut session, &query, found).await.unwrap();
            let has_more = crate::domain::list::cut(&mut rows, 7);
            for row in &rows {
                assert!(seen.insert(row.id), "{sort:?}: a row comes twice");
            }
            let Some(last) = rows.last().filter(|_| has_more) else { break };
            after = Some(crate::api::list_query::customer_cursor(sort, last));
        }
        assert_eq!(seen, expected, "{sort:?}");
    }
    let found = async |session: &mut storage::Session, fields: &[FieldFilter]| {
        storage::customer_list::count_found(session, "", Sight::All, fields).await.unwrap()
    };
    let [north, south, small] = [north, south, small].map(FieldFilter::Choice);
    assert_eq!(found(&mut session, std::slice::from_ref(&north)).await, 20);
    assert_eq!(found(&mut session, &[north.clone(), small.clone()]).await, 1);
    assert_eq!(found(&mut session, &[south, small]).await, 0);
    // The values of a page come with one query, whatever its size.
    let ids: Vec<String> = expected.iter().map(ToString::to_string).collect();
    let level = FieldLevel::Customer;
    let values = storage::field_values::all_shown(&mut session, level, &ids, false).await.unwrap();
    assert_eq!(values.len(), 21);
    assert!(values.iter().all(|value| value.value == "North" || value.value == "Small"));
    let none = storage::field_values::all_shown(&mut session, level, &ids, true).await.unwrap();
    assert_eq!(none, [], "customers have nothing in the portal");
    // Words in a field of text, in whatever case, and every sign for itself.
    let dock = form(level, FieldKind::Text, "Dock", &[]);
    let dock = custom_fields::add(&world, &dock).await.unwrap();
    let crane = form(level, FieldKind::Text, "Crane", &[]);
    let crane = custom_fields::add(&world, &crane).await.unwrap();
    let texts = [(dock, "Größe 100 % at Dock_4, north"), (dock, "at dock 44"), (crane, "dock_4")];
    let mut writing = db.begin().await.unwrap();
    for (id, (field, text)) in expected.iter().zip(texts) {
        let (owner, value) = (Owner::Customer(*id), Value::Text(text.to_owned()));
        storage::field_values::update(&mut writing, owner, field, &value).await.unwrap();
    }
    writing.commit().await.unwrap();
    let first = *expected.iter().next().unwrap();
    for (asked, ids) in [
        (&[(dock, "DOCK_4, n")] as &[(FieldId, &str)], vec![first]),
        (&[(dock, "größe"), (dock, "100 %")], vec![first]),
        (&[(dock, "dock_4"), (crane, "dock_4")], vec![]),
        (&[(dock, "k 44"), (dock, "AT")], vec![*expected.iter().nth(1).unwrap()]),
        (&[(crane, "_")], vec![*expected.iter().nth(2).unwrap()]),
    ] {
        let words =
            |(field, text): &(FieldId, &str)| FieldFilter::Words(*field, (*text).to_owned());
        let fields: Vec<FieldFilter> = asked.iter().map(words).chain([north.clone()]).collect();
        assert_eq!(
            found(&mut session, &fields).await,
            i64::try_from(ids.len()).unwrap(),
            "{asked:?}"
        );
        for sort in [CustomerSort::Name, CustomerSort::Outstanding] {
            for found in [1, 20_000] {
                let query = CustomerQuery {
                    currency: Currency::USD,
                    search: "",
                    sort,
                    direction: Direction::Ascending,
                    after: None,
                    today: given.today(),
                    sight: Sight::All,
                    fields: &fields,
                    page_rows: 7,
                };
                let rows = storage::customer_list::list(&mut session, &query, found).await.unwrap();
                assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids, "{asked:?}");
            }
        }
    }
}
both_engines!(lists_are_filtered_by_custom_fields, filtered);

async fn on_the_screens(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await;
    let mut staff = app.staff().await;
    // By the settings, as the screen sends it.
    let save = "/api/staff/settings/save_field";
    let field = "field[level]=invoice&field[kind]=list&field[name]=Quay&field[is_shown]=true\
                 &field[is_editable]=true&field[is_in_portal]=true\
                 &field[options][0][name]=East%20quay&field[options][1][name]=West%20quay";
    let answer = staff.call(save, field).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let again = staff.call(save, field).await;
    assert!(again.status == 422 && again.body.contains("field_name"), "{}", again.body);
    let mut session = db.read().await.unwrap();
    let quay = storage::custom_fields::all(&mut session).await.unwrap().remove(0).id;
    drop(session);
    let east = options_of(&db, quay).await[0].0;
    let written =
        format!("invoice_id={invoice}&version=1&values[0][field]={quay}&values[0][value]={east}");
    let answer = staff.call("/api/staff/invoices/save_fields", &written).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = staff.call("/api/staff/invoices/save_fields", &written).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    // In the list, as a filter, in the history; and the payer sees it.
    let listed = staff.ask("/api/staff/invoices/open").await.body;
    assert!(listed.contains("East quay"), "{listed}");
    let west = options_of(&db, quay).await[1].0;
    let path = format!("/api/staff/invoices/open?query[fields]={west}");
    assert!(!staff.ask(&path).await.body.contains("INV-1"));
    let page = staff.get(&format!("/staff/invoices?f0={east}")).await.body;
    assert!(page.contains("INV-1") && page.contains("Quay: East quay"), "{page}");
    // Words in a field of text, as the filter's form sends them.
    let field = "field[level]=invoice&field[kind]=text&field[name]=Crane&field[is_shown]=true";
    assert_eq!(staff.call(save, field).await.status, 200);
    let mut session = db.begin().await.unwrap();
    let fields = storage::custom_fields::all(&mut session).await.unwrap();
    let crane = fields.iter().find(|field| field.name == "Crane").unwrap().id;
    let (owner, value) = (Owner::Invoice(invoice), Value::Text("Köln, 50 %".to_owned()));
    storage::field_values::update(&mut session, owner, crane, &value).await.unwrap();
    session.commit().await.unwrap();
    for (words, is_found) in [("k%C3%B6ln%2C%2050", true), ("k%C3%B6ln%2050", false)] {
        let path = format!("/staff/invoices?f0={east}&f1={words}&w1={crane}");
        let page = staff.get(&path).await.body;
        assert_eq!(page.contains("INV-1"), is_found, "{page}");
    }
    let mut payer = app.payer("dana@alder.example").await;
    let page = payer.get(&format!("/portal/invoices/{invoice}")).await.body;
    assert!(page.contains("Quay") && page.contains("East quay"), "{page}");
    // Hidden from payers, it is gone from their page and from what it is made of.
    let version = version_of(&db, quay).await;
    let options = options_of(&db, quay).await;
    let hidden = format!(
        "field[id]={quay}&field[version]={version}&field[name]=Quay&field[is_shown]=true\
         &field[options][0][id]={}&field[options][0][name]=East%20quay\
         &field[options][1][id]={}&field[options][1][name]=West%20quay",
        options[0].0, options[1].0
    );
    let answer = staff.call(save, &hidden).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let page = payer.get(&format!("/portal/invoices/{invoice}")).await.body;
    assert!(!page.contains("East quay"), "{page}");
    // And what may not be edited is not.
    let written =
        format!("invoice_id={invoice}&version=2&values[0][field]={quay}&values[0][value]={west}");
    let answer = staff.call("/api/staff/invoices/save_fields", &written).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
}
both_engines!(custom_fields_are_on_the_screens, on_the_screens);
