//! Addresses of lists: what is shown, and whose panel is open beside it.

use std::fmt::Write as _;

use crate::{api::staff::invoices::ListQuery, domain::custom_field::FieldFilter};

/// The view that is none: everything, even where the list begins with a view.
pub const EVERYTHING: &str = "all";

/// The names of custom fields' values in an address.
const FIELDS: [&str; 10] = ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"];

/// The names of the custom fields that a form sends words for, under the names of their values.
const WORDS: [&str; 10] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9"];

/// The name under which a form sends the value of a custom field that is filtered by, or words in it:
/// of the first, the second and so on; none beyond the tenth. And the name under which it says of which
/// field the words are.
pub fn field_names(index: usize) -> Option<(&'static str, &'static str)> {
    FIELDS.get(index).copied().zip(WORDS.get(index).copied())
}

/// A list's address, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAddress {
    /// The page: `/staff/invoices`, for example.
    pub path: String,
    /// What the list is filtered and sorted by.
    pub list: ListQuery,
    /// The view that is open: its id, [`EVERYTHING`], or empty.
    pub view: String,
    /// The customer whose panel is open; empty when none is.
    pub panel: String,
    /// The invoice that is open in the panel instead of its customer; empty when none is.
    pub invoice: String,
    /// The panel's tab; empty is the first.
    pub tab: String,
    /// What of the history the tab shows.
    pub history: HistoryAddress,
}

/// What of a customer's history is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryAddress {
    /// Only what is about this; empty is everything.
    pub topic: String,
    /// `yes` when what belongs to single invoices is shown too.
    pub invoices: String,
    /// The row before which it begins; empty is the latest.
    pub older: String,
    /// The day at whose end the customer is shown, `YYYY-MM-DD`; empty is none.
    pub on: String,
}

impl ListAddress {
    /// Takes an address apart. `get` answers the value of a field of the query.
    pub fn read(path: &str, get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            path: path.to_owned(),
            list: ListQuery {
                search: get("search").trim().to_owned(),
                bucket: get("bucket"),
                currency: get("currency"),
                customer: get("customer"),
                status: get("status"),
                fields: {
                    let value = |(name, of): (&&str, &&str)| match (get(name), get(of)) {
                        (words, field) if !words.trim().is_empty() && !field.is_empty() => {
                            FieldFilter::words(&field, &words)
                        }
                        (value, _) => value.trim().to_owned(),
                    };
                    let values = FIELDS.iter().zip(&WORDS).map(value);
                    values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(",")
                },
                sort: get("sort"),
                direction: get("direction"),
                after: get("after"),
            },
            view: get("view"),
            panel: get("panel"),
            invoice: get("invoice"),
            tab: get("tab"),
            history: HistoryAddress {
                topic: get("topic"),
                invoices: get("invoices"),
                older: get("older"),
                on: get("on"),
            },
        }
    }

    /// The address. Fields that are empty are left out.
    pub fn href(&self) -> String {
        let mut href = self.path.clone();
        let list = &self.list;
        let [search, bucket, currency, customer, status] =
            [&list.search, &list.bucket, &list.currency, &list.customer, &list.status];
        let filters = [
            ("search", search.as_str()),
            ("bucket", bucket),
            ("currency", currency),
            ("customer", customer),
            ("status", status),
        ];
        let rest = [
            ("sort", list.sort.as_str()),
            ("direction", &list.direction),
            ("after", &list.after),
            ("view", &self.view),
            ("panel", &self.panel),
            ("invoice", &self.invoice),
            ("tab", &self.tab),
            ("topic", &self.history.topic),
            ("invoices", &self.history.invoices),
            ("older", &self.history.older),
            ("on", &self.history.on),
        ];
        for (name, value) in filters.into_iter().chain(self.fields()).chain(rest) {
            if !value.is_empty() {
                href.push(if href.len() == self.path.len() { '?' } else { '&' });
                href.push_str(name);
                href.push('=');
                encode(value, &mut href);
            }
        }
        href
    }

    /// The values of custom fields that are filtered by, each with the name it is sent under.
    fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        FIELDS.iter().copied().zip(self.values())
    }

    /// The values of custom fields that are filtered by.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.list.fields.split(',').filter(|id| !id.is_empty())
    }

    /// The list from its start without a value that is filtered by, alone.
    #[must_use]
    pub fn without_value(&self, id: &str) -> Self {
        let left: Vec<&str> = self.values().filter(|value| *value != id).collect();
        let left = left.join(",");
        self.changed(|list| list.fields = left)
    }

    /// Whether nothing is said about what is shown, so that a list begins with the view that was
    /// chosen for it.
    pub fn is_bare(&self) -> bool {
        self.view.is_empty() && self.panel.is_empty() && self.list == ListQuery::default()
    }

    /// What a view shows, alone.
    #[must_use]
    pub fn in_view(&self, id: &str, query: &ListQuery) -> Self {
        let mut next = self.without_panel();
        next.list = query.clone();
        next.view = id.to_owned();
        next
    }

    /// The same list with a customer's panel beside it. A tab that is open stays.
    #[must_use]
    pub fn with_panel(&self, customer_id: &str) -> Self {
        if !self.invoice.is_empty() {
            return Self { panel: customer_id.to_owned(), ..self.without_panel() };
        }
        let history = HistoryAddress { older: String::new(), ..self.history.clone() };
        Self { panel: customer_id.to_owned(), history, ..self.clone() }
    }

    /// The same list with the panel of one of a customer's invoices beside it.
    #[must_use]
    pub fn with_invoice(&self, customer_id: &str, invoice_id: &str) -> Self {
        let (panel, invoice) = (customer_id.to_owned(), invoice_id.to_owned());
        Self { panel, invoice, ..self.without_panel() }
    }

    /// The same with another tab of the panel.
    #[must_use]
    pub fn with_tab(&self, tab: &str) -> Self {
        Self { tab: tab.to_owned(), history: HistoryAddress::default(), ..self.clone() }
    }

    /// The same with another part of the history.
    #[must_use]
    pub fn with_history(&self, change: impl FnOnce(&mut HistoryAddress)) -> Self {
        let mut next = self.clone();
        next.history.older = String::new();
        change(&mut next.history);
        next
    }

    /// The list alone.
    #[must_use]
    pub fn without_panel(&self) -> Self {
        let history = HistoryAddress::default();
        let (panel, invoice, tab) = Default::default();
        Self { panel, invoice, tab, history, ..self.clone() }
    }

    /// The list from its start with something about it changed, alone.
    #[must_use]
    pub fn changed(&self, change: impl FnOnce(&mut ListQuery)) -> Self {
        let mut next = self.without_panel();
        next.list.after = String::new();
        change(&mut next.list);
        next
    }

    /// The list sorted in a way, from its start.
    #[must_use]
    pub fn sorted(&self, sort: &str, direction: &str) -> Self {
        self.changed(|list| {
            list.sort = sort.to_owned();
            list.direction = direction.to_owned();
        })
    }

    /// The list without any filter, in the same order.
    #[must_use]
    pub fn everything(&self) -> Self {
        let mut next = self.changed(|list| {
            *list = ListQuery {
                sort: list.sort.clone(),
                direction: list.direction.clone(),
                ..ListQuery::default()
            };
        });
        if !next.view.is_empty() {
            EVERYTHING.clone_into(&mut next.view);
        }
        next
    }

    /// The page of the list that starts after a place, alone.
    #[must_use]
    pub fn page_after(&self, after: &str) -> Self {
        self.changed(|list| list.after = after.to_owned())
    }

    /// Whether anything is filtered.
    pub fn is_filtered(&self) -> bool {
        let list = &self.list;
        [&list.search, &list.bucket, &list.currency, &list.customer, &list.status, &list.fields]
            .into_iter()
            .any(|value| !value.is_empty())
    }

    /// What a form in the panel must carry along, beside [`Self::carried`].
    pub fn carried_panel(&self) -> Vec<(&'static str, String)> {
        [
            ("panel", &self.panel),
            ("tab", &self.tab),
            ("topic", &self.history.topic),
            ("invoices", &self.history.invoices),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.clone()))
        .collect()
    }

    /// What a form must carry along so that it changes only its own fields: name and value.
    pub fn carried(&self, own: &[&str]) -> Vec<(&'static str, String)> {
        let list = &self.list;
        [
            ("search", list.search.as_str()),
            ("bucket", &list.bucket),
            ("currency", &list.currency),
            ("customer", &list.customer),
            ("status", &list.status),
            ("sort", &list.sort),
            ("direction", &list.direction),
            ("view", &self.view),
        ]
        .into_iter()
        .chain(self.fields())
        .filter(|(name, value)| !value.is_empty() && !own.contains(name))
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
    }
}

/// Writes a value for a query. A per cent sign is written twice over, because the router decodes
/// what the browser has already decoded.
pub fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                into.push(char::from(byte));
            }
            b'%' => into.push_str("%2525"),
            // Writing into a string cannot fail.
            _ => {
                let _ = write!(into, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> ListAddress {
        let query = [
            ("search", " Ömer & Söhne "),
            ("bucket", "1-30"),
            ("currency", "EUR"),
            ("sort", "amount"),
            ("direction", "desc"),
            ("after", "0193a5f0-0000-7000-8000-0000000000001200"),
            ("panel", "c-1"),
            ("tab", "payments"),
        ];
        ListAddress::read("/staff/invoices", |name| {
            query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_is_put_together_again() {
        assert_eq!(
            address().href(),
            "/staff/invoices?search=%C3%96mer%20%26%20S%C3%B6hne&bucket=1-30&currency=EUR\
             &sort=amount&direction=desc&after=0193a5f0-0000-7000-8000-0000000000001200&panel=c-1\
             &tab=payments"
        );
        assert_eq!(ListAddress::read("/staff", |_| None).href(), "/staff");
    }

    #[test]
    fn the_panel_comes_and_goes_without_touching_the_list() {
        let here = address();
        let other = here.with_panel("c-2");
        assert_eq!(other.list, here.list);
        assert_eq!((other.panel.as_str(), other.tab.as_str()), ("c-2", "payments"));
        assert_eq!(other.with_tab("").tab, "");
        let alone = here.without_panel();
        assert_eq!(alone.list, here.list);
        assert!(!alone.href().contains("panel"));
        assert!(!alone.href().contains("tab"));
    }

    #[test]
    fn an_invoice_stands_in_the_place_of_its_customer() {
        let invoice = address().with_invoice("c-2", "i-7");
        assert_eq!((invoice.panel.as_str(), invoice.invoice.as_str()), ("c-2", "i-7"));
        assert!(invoice.href().ends_with("&panel=c-2&invoice=i-7"));
        assert_eq!(invoice.with_tab("history").invoice, "i-7");
        let customer = invoice.with_tab("history").with_panel("c-2");
        assert!(customer.href().ends_with("&panel=c-2"));
        assert!(!invoice.without_panel().href().contains("invoice="));
        assert!(!invoice.sorted("due", "asc").href().contains("invoice="));
    }

    #[test]
    fn a_changed_list_starts_from_its_start() {
        let sorted = address().sorted("due", "asc");
        assert_eq!((sorted.list.sort.as_str(), sorted.list.direction.as_str()), ("due", "asc"));
        assert_eq!(sorted.list.after, "");
        assert_eq!(sorted.list.search, "Ömer & Söhne");
        let everything = address().everything();
        assert_eq!(everything.href(), "/staff/invoices?sort=amount&direction=desc");
        assert!(address().is_filtered());
        assert!(!everything.is_filtered());
        assert_eq!(address().page_after("x").list.after, "x");
    }

    #[test]
    fn forms_carry_what_is_not_theirs() {
        let carried = address().carried(&["search", "currency"]);
        let names: Vec<_> = carried.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["bucket", "sort", "direction"]);
    }

    #[test]
    fn values_of_custom_fields_and_views_stand_in_the_address() {
        let query = [("f0", "o-1"), ("f3", "o-2"), ("view", "v-1"), ("sort", "due")];
        let here = ListAddress::read("/staff/invoices", |name| {
            query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(here.href(), "/staff/invoices?f0=o-1&f1=o-2&sort=due&view=v-1");
        assert_eq!(here.without_value("o-1").href(), "/staff/invoices?f0=o-2&sort=due&view=v-1");
        assert_eq!(here.everything().href(), "/staff/invoices?sort=due&view=all");
        assert!(here.is_filtered() && !here.is_bare());
        assert!(ListAddress::read("/staff", |_| None).is_bare());
        assert_eq!(here.carried(&["f0", "f1", "view"]), [("sort", "due".to_owned())]);
        let view =
            here.in_view("v-2", &ListQuery { search: "a".to_owned(), ..ListQuery::default() });
        assert_eq!(view.href(), "/staff/invoices?search=a&view=v-2");
    }

    #[test]
    fn words_in_custom_fields_stand_in_the_address_with_their_field() {
        let read = |query: &[(&str, &str)]| {
            ListAddress::read("/staff/invoices", |name| {
                query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        // As a form sends them: the field beside its words, and nothing typed in another.
        let here = read(&[("f0", "o-1"), ("f1", " dock 4, 5 % "), ("w1", "t-1"), ("w2", "t-2")]);
        assert_eq!(here.list.fields, "o-1,t-1~dock 4%2C 5 %25");
        let href = here.href();
        assert_eq!(href, "/staff/invoices?f0=o-1&f1=t-1~dock%204%25252C%205%20%252525");
        // The router takes one layer off, as the browser did before.
        let again = read(&[("f0", "o-1"), ("f1", "t-1~dock 4%2C 5 %25")]);
        assert_eq!(again.list, here.list);
        assert_eq!(here.without_value("o-1").list.fields, "t-1~dock 4%2C 5 %25");
        assert!(!read(&[("f1", " "), ("w1", "t-1")]).is_filtered());
    }

    #[test]
    fn a_per_cent_sign_survives_being_decoded_twice() {
        let mut text = String::new();
        encode("50% off", &mut text);
        assert_eq!(text, "50%2525%20off");
    }
}
