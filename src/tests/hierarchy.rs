//! Customers that belong to other customers: who pays for whom, what whoever pays sees and posts.

use std::collections::BTreeMap;

use super::support::{
    app::TestApp,
    both_engines,
    browser::Browser,
    given::Given,
    processor::add_card,
    world::{assert_books_hold, world},
};
use crate::{
    api::view::{CustomerPanel, PaymentPage, PortalHome},
    domain::{
        activity::ActivityKind,
        hierarchy::BillingPreference,
        ids::CustomerId,
        payment::PaymentState,
        permission::{Duties, Role, Sight},
    },
    import,
    services::{
        World,
        change::ChangeError,
        company, hierarchy,
        import::{Choices, store_batch},
    },
    storage::{self, Db, activity::ActivityQuery},
};

/// product.md §2.4: number, name, parent.
const TREE: &str = "customer_number,customer_name,parent_number,is_project\n\
    3,Widgets,1,\n4,Gadget,1,\n5,Davis,2,\n6,Smith,2,\n1,Clark,0,\n2,Tool Factory,0,\n0,Acme,,\n";

pub(super) async fn bring_in(world: &World, file: &str) {
    let choices = Choices { kind: "customers".to_owned(), ..Choices::default() };
    let options = choices.options(crate::domain::money::Currency::USD).unwrap();
    let file = std::io::Cursor::new(file.as_bytes().to_vec());
    let batch = import::read(file, &options, &mut |_| {}).unwrap();
    let report =
        store_batch(world, &batch, false, "import:tree.csv", None, &mut |_, _| Ok(())).await;
    assert_eq!(report.unwrap().refused, 0);
}

async fn id_of(world: &World, number: &str) -> CustomerId {
    let mut session = world.db.read().await.unwrap();
    storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap().id
}

/// Who pays for each of the customers 0 to 6, as one digit each.
async fn payers(world: &World) -> String {
    let mut session = world.db.read().await.unwrap();
    let mut numbers = BTreeMap::new();
    let mut rows = Vec::new();
    for number in 0..7 {
        let number = number.to_string();
        let row = storage::customers::find_by_number(&mut session, &number).await.unwrap().unwrap();
        numbers.insert(row.id, number);
        rows.push(row);
    }
    rows.iter().map(|row| numbers[&row.bill_to_id].as_str()).collect()
}

pub(super) async fn company_prefers(
    world: &World,
    before: BillingPreference,
    after: BillingPreference,
) {
    company::change_billing_preference(world, before, after, "staff:ana@h.example").await.unwrap();
    hierarchy::refresh(world, "staff:ana@h.example").await.unwrap();
}

/// What a history says of who pays, the latest first: field, before, after.
async fn told(world: &World, customer_id: CustomerId) -> Vec<(String, String, String)> {
    let mut session = world.db.read().await.unwrap();
    let query = ActivityQuery { customer_id, topic: None, has_invoices: false, before: None };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == ActivityKind::BillToChanged)
        .flat_map(|row| {
            let (before, after) = (row.before(), row.after());
            before
                .into_iter()
                .map(move |(field, was)| {
                    let is = after[&field].clone();
                    (field, was, is)
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

async fn books_and_settings(db: Db) {
    use BillingPreference as P;
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    // Children before their parents, as files have them.
    bring_in(&world, TREE).await;
    assert_eq!(payers(&world).await, "0123456");
    for number in 0..7 {
        let id = id_of(&world, &number.to_string()).await;
        given.invoice(id, &format!("INV-{number}"), 10_000).await;
    }
    company_prefers(&world, P::Buyer, P::ImmediateParent).await;
    assert_eq!(payers(&world).await, "0001122");
    let mut sums = Vec::new();
    let mut session = db.read().await.unwrap();
    for number in ["0", "1", "2", "3"] {
        let id =
            storage::customers::find_by_number(&mut session, number).await.unwrap().unwrap().id;
        let rows = storage::customers::all_consolidated(&mut session, id, given.today()).await;
        sums.push(rows.unwrap().iter().map(|row| (row.open_minor, row.open_count)).sum_pairs());
    }
    drop(session);
    assert_eq!(sums, [(30_000, 3), (20_000, 2), (20_000, 2), (0, 0)]);
    company_prefers(&world, P::ImmediateParent, P::TopLevelParent).await;
    assert_eq!(payers(&world).await, "0000000");

    // The history of everybody concerned tells it, the latest first.
    let text = |parts: [&str; 3]| {
        let [field, before, after] = parts.map(str::to_owned);
        (field, before, after)
    };
    assert_eq!(
        told(&world, id_of(&world, "3").await).await,
        [text(["bill_to", "Clark (1)", "Acme (0)"]), text(["bill_to", "Widgets (3)", "Clark (1)"]),]
    );
    let mut clark = told(&world, id_of(&world, "1").await).await;
    clark.sort();
    assert_eq!(
        clark,
        [
            text(["bill_to", "Clark (1)", "Acme (0)"]),
            text(["pays_for", "", "Gadget (4)"]),
            text(["pays_for", "", "Widgets (3)"]),
            text(["pays_for", "Gadget (4)", ""]),
            text(["pays_for", "Widgets (3)", ""]),
        ]
    );
    assert_eq!(told(&world, id_of(&world, "0").await).await.len(), 6);

    // Somebody's own say counts, and nobody writes over what they have not read.
    let ana = given.staff("ana@h.example", Duties::of(Role::Owner)).await;
    let clark = id_of(&world, "1").await;
    hierarchy::prefer(&world, &ana, clark, None, Some(P::Buyer)).await.unwrap();
    assert_eq!(payers(&world).await, "0100000");
    let late = hierarchy::prefer(&world, &ana, clark, None, Some(P::ImmediateParent)).await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    let gone = hierarchy::prefer(&world, &ana, world.new_id(), None, Some(P::Buyer)).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");
    hierarchy::prefer(&world, &ana, clark, Some(P::Buyer), None).await.unwrap();
    assert_eq!(payers(&world).await, "0000000");

    // The books move on: Davis is a project now, Smith and Tool Factory each other's, and Acme its
    // own parent. Nobody is lost, and running it again changes nothing.
    let moved = "customer_number,customer_name,parent_number,is_project\n\
        5,Davis,2,Project\n2,Tool Factory,6,\n6,Smith,2,\n0,Acme,0,\n";
    bring_in(&world, moved).await;
    assert_eq!(payers(&world).await, "0020026");
    // A file of customers that leaves the parent blank says that there is none.
    bring_in(&world, "customer_number,customer_name,parent_number\n4,Gadget,\n").await;
    assert_eq!(payers(&world).await, "0020426");
    let before = told(&world, id_of(&world, "2").await).await;
    hierarchy::refresh(&world, "again").await.unwrap();
    assert_eq!(told(&world, id_of(&world, "2").await).await, before);
    assert_books_hold(&db).await;
}
both_engines!(who_pays_follows_books_and_settings, books_and_settings);

/// Sums of pairs, for rows by currency.
trait SumPairs {
    fn sum_pairs(self) -> (i64, i64);
}

impl<I: Iterator<Item = (i64, i64)>> SumPairs for I {
    fn sum_pairs(self) -> (i64, i64) {
        self.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

async fn home(browser: &mut Browser, buyer: &str) -> PortalHome {
    let path = format!("/api/portal/invoices/open?buyer={buyer}");
    let answer = browser.ask(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Number and buyer of what a portal lists.
fn listed(home: &PortalHome) -> Vec<(String, String)> {
    let all = home.currencies.iter().flat_map(|part| &part.invoices);
    let mut all: Vec<_> =
        all.map(|invoice| (invoice.number.clone(), invoice.buyer.clone())).collect();
    all.sort();
    all
}

/// Acme pays for Clark.
struct Family {
    acme: CustomerId,
    clark: CustomerId,
    acme_invoice: String,
    clark_invoice: String,
}

async fn family(app: &TestApp) -> Family {
    let given = app.given();
    given.seller().await;
    let acme = given.customer("0", "amy@acme.example").await;
    let clark = given.customer("1", "cleo@clark.example").await;
    given.customer("9", "eve@other.example").await;
    let acme_invoice = given.invoice(acme, "INV-A", 10_000).await.to_string();
    let clark_invoice = given.invoice(clark, "INV-C", 25_000).await.to_string();
    bring_in(app.world(), "customer_number,customer_name,parent_number\n1,Clark,0\n0,Acme,\n")
        .await;
    company_prefers(app.world(), BillingPreference::Buyer, BillingPreference::TopLevelParent).await;
    Family { acme, clark, acme_invoice, clark_invoice }
}

async fn paying_for_another(db: Db) {
    let app = TestApp::start(&db).await;
    let Family { acme, clark, acme_invoice, clark_invoice } = family(&app).await;
    let pair = |number: &str, buyer: &str| (number.to_owned(), buyer.to_owned());

    // Whoever pays sees both, or one buyer's alone; whoever is paid for sees that, and no invoice.
    let mut amy = app.payer("amy@acme.example").await;
    let all = home(&mut amy, "").await;
    assert_eq!(listed(&all), [pair("INV-A", ""), pair("INV-C", "Clark")]);
    assert_eq!(all.buyers.all.len(), 2);
    let own = home(&mut amy, &clark.to_string()).await;
    assert_eq!(listed(&own), [pair("INV-C", "Clark")]);
    assert_eq!(own.currencies[0].owed, 25_000);
    let mut cleo = app.payer("cleo@clark.example").await;
    let paid_for = home(&mut cleo, "").await;
    assert_eq!((listed(&paid_for), paid_for.paid_by.as_str()), (vec![], "Acme"));
    assert_eq!(listed(&home(&mut cleo, &acme.to_string()).await), []);
    // Somebody it does not pay for is nobody: everything is shown.
    assert_eq!(
        listed(&home(&mut amy, &app.world().new_id::<CustomerId>().to_string()).await).len(),
        2
    );
    for mut other in [cleo.clone(), app.payer("eve@other.example").await] {
        for path in [
            format!("/api/portal/invoices/one?id={clark_invoice}"),
            format!("/api/portal/pay/choose?selection[invoices]={clark_invoice}"),
            format!("/portal/invoices/{clark_invoice}/pdf"),
        ] {
            assert_eq!(other.ask(&path).await.status, 404, "{path}");
        }
        assert_eq!(listed(&home(&mut other, &clark.to_string()).await), []);
    }
    let pdf = amy.ask(&format!("/portal/invoices/{clark_invoice}/pdf")).await;
    assert_eq!(pdf.status, 200);

    // One payment for both: each balance falls where it belongs.
    let both = format!("{acme_invoice},{clark_invoice}");
    let quote = add_card(&mut amy, &both, "4242424242424242").await;
    let paid = amy.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    let payment = paid.location.strip_prefix("/portal/payments/").unwrap().to_owned();
    app.settle().await;
    assert_eq!(listed(&home(&mut amy, "").await), []);
    let mut session = db.read().await.unwrap();
    for customer in [acme, clark] {
        let today = app.given().today();
        let rows = storage::customers::all_balances(&mut session, customer, today).await.unwrap();
        assert_eq!((rows[0].open_minor, rows[0].open_count), (0, 0));
        let payments = storage::payments::all_of_customer(&mut session, customer, 9).await.unwrap();
        assert_eq!(payments.len(), 1);
        assert_eq!(payments[0].payer, "Acme");
        assert_eq!(payments[0].payment.state, PaymentState::Succeeded);
    }
    drop(session);
    assert_books_hold(&db).await;

    // The panel of whoever is paid for tells its part, and its history tells it too.
    let mut staff = app.staff().await;
    let panel = staff.ask(&format!("/api/staff/customers/panel?id={clark}")).await;
    let panel: CustomerPanel = serde_json::from_str(&panel.body).unwrap();
    let part = &panel.payments[0];
    assert_eq!(
        (part.payer.as_str(), part.invoices.as_slice()),
        ("Acme", &["INV-C".to_owned()][..])
    );
    let whole = staff.ask(&format!("/api/staff/customers/panel?id={acme}")).await;
    let whole: CustomerPanel = serde_json::from_str(&whole.body).unwrap();
    let (whole, surcharge) = (&whole.payments[0], part.surcharge);
    assert_eq!(whole.charge.minor - whole.surcharge, 35_000);
    assert_eq!(part.charge.minor - surcharge, 25_000);
    let history = staff.ask(&format!("/api/staff/history/list?customer_id={clark}")).await;
    assert!(history.body.contains("Acme") && history.body.contains("payer"), "{}", history.body);

    // Taken back after Clark pays for itself: the receivable is Clark's, the payment stays Acme's.
    let ana = app.given().staff("bea@h.example", Duties::of(Role::Owner)).await;
    hierarchy::prefer(app.world(), &ana, clark, None, Some(BillingPreference::Buyer))
        .await
        .unwrap();
    let path = format!("/api/portal/payments/one?id={payment}");
    assert_eq!(cleo.ask(&path).await.status, 404);
    let receipt = amy.ask(&path).await;
    let receipt: PaymentPage = serde_json::from_str(&receipt.body).unwrap();
    let leads_on: Vec<bool> = receipt.lines.iter().map(|line| !line.id.is_empty()).collect();
    assert_eq!(leads_on, [true, false], "what is Clark's to pay leads nowhere");
    let settled = cleo.ask("/api/portal/invoices/paid").await.body;
    assert!(settled.contains("INV-C") && !settled.contains(&payment), "{settled}");
    assert!(!amy.ask("/api/portal/invoices/paid").await.body.contains("INV-C"));
    let world = app.world();
    let mut session = world.db.begin().await.unwrap();
    let row = storage::payments::lock(&mut session, payment.parse().unwrap()).await.unwrap();
    let reversal = crate::domain::payment::Reversal::Chargeback;
    let (row, day) = (row.unwrap(), app.given().today());
    crate::services::settlement::reverse(&mut session, world, &row, reversal, "x", day, "test")
        .await
        .unwrap();
    session.commit().await.unwrap();
    assert_eq!(listed(&home(&mut cleo, "").await), [pair("INV-C", "")]);
    assert_eq!(listed(&home(&mut amy, "").await), [pair("INV-A", "")]);
    assert_books_hold(&db).await;
}
both_engines!(whoever_pays_sees_it_and_it_is_posted_where_it_belongs, paying_for_another);

/// A price that was shown to whoever was to pay is worth nothing once somebody else is.
async fn payer_changes(db: Db) {
    let app = TestApp::start(&db).await;
    let Family { clark, clark_invoice, .. } = family(&app).await;
    let mut amy = app.payer("amy@acme.example").await;
    let quote = add_card(&mut amy, &clark_invoice, "4242424242424242").await;
    let ana = app.given().staff("bea@h.example", Duties::of(Role::Owner)).await;
    hierarchy::prefer(app.world(), &ana, clark, None, Some(BillingPreference::Buyer))
        .await
        .unwrap();
    let paid = amy.call("/api/portal/pay/confirm", &format!("quote_id={quote}")).await;
    assert_eq!(paid.status, 404, "{}", paid.body);
    let mut session = db.read().await.unwrap();
    let payments = storage::payments::all_of_customer(&mut session, clark, 9).await.unwrap();
    assert_eq!(payments, []);
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(a_price_ends_with_being_the_one_who_pays, payer_changes);

/// Whoever sees their own customers only is told who pays, and nothing of what others owe.
async fn own_customers(db: Db) {
    let app = TestApp::start(&db).await;
    let Family { acme, clark, clark_invoice, .. } = family(&app).await;
    let duties = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let ben = app.given().staff("ben@h.example", duties).await;
    let now = app.world().now();
    let mut session = db.begin().await.unwrap();
    let assigned =
        storage::customers::update_specialist(&mut session, clark, None, Some(ben.id), now).await;
    assert!(assigned.unwrap());
    session.commit().await.unwrap();
    let mut browser = app.signed_in("ben@h.example").await;
    let path = |id: CustomerId| format!("/api/staff/customers/panel?id={id}");
    let panel = browser.ask(&path(clark)).await;
    let panel: CustomerPanel = serde_json::from_str(&panel.body).unwrap();
    let payer = panel.billing.bill_to.unwrap();
    assert_eq!((payer.name.as_str(), payer.id.as_str()), ("Acme", ""));
    assert_eq!(browser.ask(&path(acme)).await.status, 404);
    let say = format!("customer_id={acme}&before=&after=buyer");
    assert_eq!(browser.call("/api/staff/customers/prefer_billing", &say).await.status, 404);

    // The other way round: Acme is theirs and Clark is not, even when Acme paid for it.
    let mut amy = app.payer("amy@acme.example").await;
    let quote = add_card(&mut amy, &clark_invoice, "4000056655665556").await;
    amy.post("/api/portal/pay/confirm", &[("quote_id", &quote)]).await;
    app.settle().await;
    let mut session = db.begin().await.unwrap();
    for (customer, before, after) in [(clark, Some(ben.id), None), (acme, None, Some(ben.id))] {
        storage::customers::update_specialist(&mut session, customer, before, after, now)
            .await
            .unwrap();
    }
    let count = storage::hierarchy::count_paid_for(&mut session, acme, Sight::Own(ben.id)).await;
    assert_eq!(count.unwrap(), (1, 0));
    session.commit().await.unwrap();
    let panel = browser.ask(&path(acme)).await;
    assert!(!panel.body.contains("Clark") && !panel.body.contains("INV-C"), "{}", panel.body);
    let panel: CustomerPanel = serde_json::from_str(&panel.body).unwrap();
    assert_eq!((panel.billing.pays_for_count, panel.billing.consolidated.len()), (1, 0));
    assert_eq!(panel.payments.len(), 1);
    let history = browser.ask(&format!("/api/staff/history/list?customer_id={acme}")).await.body;
    assert!(history.contains("another customer") && !history.contains("Clark"), "{history}");
}
both_engines!(own_customers_only_tells_who_pays_and_no_more, own_customers);
