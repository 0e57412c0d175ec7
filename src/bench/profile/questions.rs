//! What is asked of the staff's side.

use super::{
    bulk::Bulk,
    company::{CUSTOMERS, LARGE},
};
use crate::Outcome;

/// Milliseconds within which 95 of 100 answers shall come.
const PANEL_MS: u32 = 100;
const LIST_MS: u32 = 150;
/// Rows of a page.
const PAGE: u64 = 100;

/// One question, in several wordings.
pub struct Question {
    /// What it is, for people.
    pub name: String,
    /// Paths with their queries, asked in turn.
    pub paths: Vec<String>,
    /// Its goal.
    pub goal_ms: u32,
    /// Whether somebody asks who sees their own customers only.
    pub is_own: bool,
}

/// All of them.
pub struct Questions {
    /// All of them.
    pub all: Vec<Question>,
}

/// A list, by the last part of its address: from what it reads, its key's columns by the words of its
/// orders, and pages that lie deep in it.
struct List {
    path: &'static str,
    from: &'static str,
    orders: &'static [(&'static str, &'static str, &'static str)],
}

const LISTS: [List; 3] = [
    List {
        path: "customers/list",
        from: "customers i LEFT JOIN customer_balances b ON b.customer_id = i.id AND b.currency = 'USD'",
        orders: &[
            ("outstanding", "COALESCE(b.open_minor, 0)", "desc"),
            ("outstanding", "COALESCE(b.open_minor, 0)", "asc"),
            ("count", "COALESCE(b.open_count, 0)", "desc"),
            ("name", "i.sort_name", "asc"),
            ("number", "i.number", "asc"),
        ],
    },
    List {
        path: "invoices/open",
        from: "invoices i WHERE i.balance_minor > 0",
        orders: &[
            ("due", "i.due_on", "asc"),
            ("due", "i.due_on", "desc"),
            ("expected", "i.expected_on", "asc"),
            ("number", "i.number", "asc"),
            ("issued", "i.issued_on", "asc"),
            ("amount", "i.balance_minor", "desc"),
        ],
    },
    List {
        path: "invoices/paid",
        from: "invoices i WHERE i.settled_on >= CAST('SINCE' AS TEXT)",
        orders: &[
            ("settled", "i.settled_on", "desc"),
            ("number", "i.number", "asc"),
            ("issued", "i.issued_on", "asc"),
            ("amount", "i.total_minor", "desc"),
        ],
    },
];

/// A text as a query holds it.
fn coded(text: &str) -> String {
    text.replace('%', "%25").replace(' ', "%20").replace('&', "%26").replace('#', "%23")
}

fn list(path: &str, query: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        query.iter().map(|(key, value)| format!("query%5B{key}%5D={}", coded(value))).collect();
    format!("/api/staff/{path}?{}", pairs.join("&"))
}

impl Questions {
    /// Makes them, with what they need to know of the company.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of(bulk: &mut Bulk) -> Outcome<Self> {
        let mut questions = Self { all: Vec::new() };
        questions.panel(bulk).await?;
        for each in &LISTS {
            questions.pages(bulk, each).await?;
        }
        questions.filters(bulk).await?;
        questions.searches(bulk).await?;
        Ok(questions)
    }

    fn add(&mut self, name: &str, goal_ms: u32, paths: Vec<String>) {
        let is_own = name.starts_with("own");
        self.all.push(Question { name: name.to_owned(), paths, goal_ms, is_own });
    }

    async fn panel(&mut self, bulk: &mut Bulk) -> Outcome<()> {
        let ids =
            async |bulk: &mut Bulk, from: u32, step: u32, count: u32| -> Outcome<Vec<String>> {
                let numbers: Vec<String> = (0..count)
                    .map(|index| format!("'C-{:06}'", 100_000 + (from + index * step) % CUSTOMERS))
                    .collect();
                let text = format!(
                    "SELECT id, number FROM customers WHERE number IN ({})",
                    numbers.join(", ")
                );
                Ok(bulk.pairs(&text).await?.into_iter().map(|(id, _)| id).collect())
            };
        let any = ids(bulk, 977, 7_919, 300).await?;
        let largest = ids(bulk, 0, 1, LARGE).await?;
        for (who, ids) in [("any customer", &any), ("the largest", &largest)] {
            for (tab, path) in [
                ("opens", "customers/panel?id="),
                ("notes", "notes/list?customer_id="),
                ("history", "history/list?customer_id="),
                ("all history", "history/list?with_invoices=true&customer_id="),
                ("contacts", "contacts/list?customer_id="),
                ("payment rules", "customers/payment_overrides?customer_id="),
                ("documents", "documents/list?customer_id="),
                ("tasks", "tasks/of_customer?customer_id="),
                ("fields", "customers/fields?customer_id="),
            ] {
                let paths = ids.iter().map(|id| format!("/api/staff/{path}{id}")).collect();
                self.add(&format!("panel of {who}: {tab}"), PANEL_MS, paths);
            }
        }
        for (what, path) in
            [("specialists", "customers/specialists"), ("workflows", "workflows/list")]
        {
            let path = format!("/api/staff/{path}");
            self.add(&format!("panel: {what}"), PANEL_MS, vec![path]);
        }
        let some = "SELECT id, number FROM invoices WHERE balance_minor > 0 ORDER BY id LIMIT 300";
        let invoices = bulk.pairs(some).await?;
        for (what, path) in [("opens", "panel"), ("history", "history")] {
            let each = invoices.iter().map(|(id, _)| format!("/api/staff/invoice/{path}?id={id}"));
            self.add(&format!("invoice panel: {what}"), PANEL_MS, each.collect());
        }
        Ok(())
    }

    /// The first page of each order, the hundredth, and the last but one.
    async fn pages(&mut self, bulk: &mut Bulk, List { path, from, orders }: &List) -> Outcome<()> {
        let since = super::today() - chrono::Months::new(3);
        let type_of_days = if matches!(bulk, Bulk::Postgres(_)) { "AS DATE" } else { "AS TEXT" };
        let from = from.replace("SINCE", &since.to_string()).replace("AS TEXT", type_of_days);
        let count = bulk.text(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {from}")).await?;
        let count: u64 = count.ok_or("nothing is counted")?.parse()?;
        let (words, deep) = ((path, "page"), (count / PAGE).saturating_sub(2));
        for (sort, column, direction) in *orders {
            for page in [1, 100, deep] {
                let mut query = vec![("sort", *sort), ("direction", *direction)];
                let mut after = String::new();
                if page > 1 {
                    let order = format!("{column} {direction}, i.id {direction}");
                    let text = format!(
                        "SELECT i.id || CAST({column} AS TEXT) FROM {from} ORDER BY {order}
                         LIMIT 1 OFFSET {}",
                        (page - 1) * PAGE - 1
                    );
                    after = bulk.text(&text).await?.ok_or("no such page")?;
                }
                if page > 1 {
                    query.push(("after", &after));
                }
                let name = format!("{} by {sort} {direction}, {} {page}", words.0, words.1);
                self.add(&name, LIST_MS, vec![list(path, &query)]);
            }
        }
        Ok(())
    }

    async fn filters(&mut self, bulk: &mut Bulk) -> Outcome<()> {
        for bucket in quittance::domain::aging::BucketSet::Detailed.buckets() {
            let name = format!("invoices/open due {}", bucket.key);
            self.add(&name, LIST_MS, vec![list("invoices/open", &[("bucket", bucket.key)])]);
        }
        let id = bulk.text("SELECT id FROM customers WHERE number = 'C-100001'").await?;
        let id = id.ok_or("no customer")?;
        for path in ["invoices/open", "invoices/paid"] {
            for (what, key, value) in [
                ("in USD", "currency", "USD"),
                ("in GBP", "currency", "GBP"),
                ("predicted", "status", "predicted"),
                ("late", "status", "late"),
                ("on hold", "status", "on_hold"),
                ("of the largest", "customer", id.as_str()),
            ] {
                self.add(&format!("{path} {what}"), LIST_MS, vec![list(path, &[(key, value)])]);
            }
        }
        for currency in ["EUR", "GBP"] {
            let path = "customers/list";
            self.add(
                &format!("{path} in {currency}"),
                LIST_MS,
                vec![list(path, &[("currency", currency)])],
            );
        }
        self.add("ageing", LIST_MS, vec!["/api/staff/invoices/aging".to_owned()]);
        for path in ["customers/list", "invoices/open", "invoices/paid"] {
            self.add(&format!("own: {path}"), LIST_MS, vec![list(path, &[])]);
        }
        self.add("own: ageing", LIST_MS, vec!["/api/staff/invoices/aging".to_owned()]);
        Ok(())
    }

    async fn searches(&mut self, bulk: &mut Bulk) -> Outcome<()> {
        let open =
            "SELECT number FROM invoices WHERE balance_minor > 0 ORDER BY id LIMIT 1 OFFSET 777";
        let open = bulk.text(open).await?.ok_or("no invoice")?;
        let paid = "SELECT number FROM invoices WHERE settled_on IS NOT NULL
                    ORDER BY settled_on DESC, id LIMIT 1 OFFSET 777";
        let paid = bulk.text(paid).await?.ok_or("no invoice")?;
        let payment = "SELECT reference FROM payments ORDER BY id DESC LIMIT 1 OFFSET 777";
        let payment = bulk.text(payment).await?.ok_or("no payment")?;
        let part = payment.get(2..7).ok_or("a short reference")?.to_owned();
        for (path, number) in
            [("customers/list", "C-150123"), ("invoices/open", &open), ("invoices/paid", &paid)]
        {
            for (what, words) in [
                ("a common word", "bakers"),
                ("two words", "linden bakers"),
                ("a rare word", "windrush quay optics gmbh"),
                ("a number", number),
                ("two letters", "wi"),
                ("nothing like it", "zzqxj"),
            ] {
                let name = format!("search {path}: {what}");
                self.add(&name, LIST_MS, vec![list(path, &[("search", words)])]);
            }
        }
        for words in [
            "wi",
            "23",
            "zq",
            "bak",
            "inv",
            "bakers",
            "windrush quay",
            "C-150123",
            open.as_str(),
            "po-1234",
            "99999",
            &payment,
            &part,
            "zzqxj",
        ] {
            // References are of chance; a table of figures has the same names each time.
            let shown = if words == payment {
                "a payment"
            } else if words == part {
                "a part of a payment"
            } else {
                words
            };
            let path = format!("/api/staff/search?words={}", coded(words));
            self.add(&format!("palette: {shown}"), LIST_MS, vec![path.clone()]);
            if ["wi", "bakers", "inv", "zzqxj"].contains(&words) {
                self.add(&format!("own palette: {shown}"), LIST_MS, vec![path]);
            }
        }
        for path in ["customers/list", "invoices/open", "invoices/paid"] {
            let name = format!("own search {path}: a common word");
            self.add(&name, LIST_MS, vec![list(path, &[("search", "bakers")])]);
        }
        Ok(())
    }
}
