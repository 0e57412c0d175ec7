//! How a customer is reached: what may be typed, and how what was changed here and what the books
//! say get on with each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::form::{EMAIL_LENGTH_MAX, FieldProblem, Problem, parse_email};

/// Most characters of a line of an address.
pub const LINE_LENGTH_MAX: usize = 200;
/// Most characters of a website.
pub const WEBSITE_LENGTH_MAX: usize = 300;

/// Books that keep customers by synchronising with them (product.md §1, ERP sync).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Books {
    /// NetSuite.
    Netsuite,
    /// Sage Intacct.
    Intacct,
    /// QuickBooks, online or on a desk.
    Quickbooks,
}

impl Books {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Netsuite, Self::Intacct, Self::Quickbooks];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Netsuite => "netsuite",
            Self::Intacct => "intacct",
            Self::Quickbooks => "quickbooks",
        }
    }

    /// The books of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|books| books.as_str() == word)
    }
}

/// Whether books hold a field: they know nothing of where goods go.
pub fn is_of_books(field: &str) -> bool {
    !field.starts_with("shipping_")
}

/// What was typed, without what nobody sees.
fn visible(typed: &str) -> String {
    let kept: String = typed.chars().filter(|c| !c.is_control()).collect();
    kept.trim().to_owned()
}

/// How a customer is reached. Everything may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "named by what they hold")]
pub struct Profile {
    pub email: String,
    pub phone: String,
    pub website: String,
    pub address_line1: String,
    pub address_line2: String,
    pub address_city: String,
    pub address_region: String,
    pub address_postal_code: String,
    pub address_country: String,
    pub shipping_line1: String,
    pub shipping_line2: String,
    pub shipping_city: String,
    pub shipping_region: String,
    pub shipping_postal_code: String,
    pub shipping_country: String,
}

impl Profile {
    /// Where bills go, a line each.
    pub fn bills_go_to(&self) -> Vec<String> {
        address_lines([
            &self.address_line1,
            &self.address_line2,
            &self.address_city,
            &self.address_region,
            &self.address_postal_code,
            &self.address_country,
        ])
    }

    /// Where goods go, a line each.
    pub fn goods_go_to(&self) -> Vec<String> {
        address_lines([
            &self.shipping_line1,
            &self.shipping_line2,
            &self.shipping_city,
            &self.shipping_region,
            &self.shipping_postal_code,
            &self.shipping_country,
        ])
    }

    /// The values by the names of their fields.
    pub fn fields(&self) -> [(&'static str, &str); 15] {
        [
            ("email", &self.email),
            ("phone", &self.phone),
            ("website", &self.website),
            ("address_line1", &self.address_line1),
            ("address_line2", &self.address_line2),
            ("address_city", &self.address_city),
            ("address_region", &self.address_region),
            ("address_postal_code", &self.address_postal_code),
            ("address_country", &self.address_country),
            ("shipping_line1", &self.shipping_line1),
            ("shipping_line2", &self.shipping_line2),
            ("shipping_city", &self.shipping_city),
            ("shipping_region", &self.shipping_region),
            ("shipping_postal_code", &self.shipping_postal_code),
            ("shipping_country", &self.shipping_country),
        ]
    }

    fn fields_mut(&mut self) -> [(&'static str, &mut String); 15] {
        [
            ("email", &mut self.email),
            ("phone", &mut self.phone),
            ("website", &mut self.website),
            ("address_line1", &mut self.address_line1),
            ("address_line2", &mut self.address_line2),
            ("address_city", &mut self.address_city),
            ("address_region", &mut self.address_region),
            ("address_postal_code", &mut self.address_postal_code),
            ("address_country", &mut self.address_country),
            ("shipping_line1", &mut self.shipping_line1),
            ("shipping_line2", &mut self.shipping_line2),
            ("shipping_city", &mut self.shipping_city),
            ("shipping_region", &mut self.shipping_region),
            ("shipping_postal_code", &mut self.shipping_postal_code),
            ("shipping_country", &mut self.shipping_country),
        ]
    }

    /// What was typed, as it is kept: nothing invisible, nothing blank around it, countries of two
    /// letters in capitals. `known` is what is kept so far: what the books hold is not found fault
    /// with while nobody touches it, and only they change it where the customer is synchronised
    /// with them (product.md §2.3 has it so for contacts).
    ///
    /// # Errors
    /// Of a field: `FromBooks`; `TooLong`; `email`: `NotAnEmail`; `website`: `Wrong` when it does not
    /// lead to the web.
    pub fn read(&self, known: &Self, synced_from: Option<Books>) -> Result<Self, FieldProblem> {
        let mut read = self.clone();
        for ((name, value), (_, known)) in read.fields_mut().into_iter().zip(known.fields()) {
            *value = visible(value);
            if value == known {
                continue;
            }
            let problem = |problem| Err(FieldProblem { field: name.to_owned(), problem });
            if synced_from.is_some() && is_of_books(name) {
                // A browser sends back what it was given but for what nobody sees.
                if *value != visible(known) {
                    return problem(Problem::FromBooks);
                }
                known.clone_into(value);
                continue;
            }
            let max = match name {
                "email" => EMAIL_LENGTH_MAX,
                "website" => WEBSITE_LENGTH_MAX,
                _ => LINE_LENGTH_MAX,
            };
            if value.chars().count() > max {
                return problem(Problem::TooLong);
            }
            if name == "email" && !value.is_empty() {
                match parse_email(value) {
                    Ok(email) => *value = email,
                    Err(bad) => return problem(bad),
                }
            }
            if name == "website" && !value.is_empty() && website_link(value).is_none() {
                return problem(Problem::Wrong);
            }
            if name.ends_with("country") && value.len() == 2 && value.is_ascii() {
                *value = value.to_uppercase();
            }
        }
        Ok(read)
    }
}

/// An address as it is written, a line each, without empty ones: of two lines, city, region, postal
/// code and country.
pub fn address_lines([line1, line2, city, region, postal_code, country]: [&str; 6]) -> Vec<String> {
    let city = [city, region, postal_code].into_iter().filter(|part| !part.is_empty());
    let city = city.collect::<Vec<_>>().join(" ");
    let lines = [line1, line2, &city, country].into_iter();
    lines.filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// Where a website leads: only to the web, whatever somebody wrote.
pub fn website_link(website: &str) -> Option<String> {
    let website = website.trim();
    let lower = website.to_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Some(website.to_owned());
    }
    let host = website.split(['/', '?', '#']).next().unwrap_or_default();
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let is_name = host.contains('.')
        && host.trim_end_matches('.').split('.').all(is_label)
        && !website.contains([':', ' ', '@', '\\']);
    is_name.then(|| format!("https://{website}"))
}

/// Fields that were changed here, each with what the books said then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangedHere(BTreeMap<String, String>);

impl ChangedHere {
    /// Notes that somebody changed a field here; changing it back to what the books say ends it.
    pub fn note(&mut self, field: &str, before: &str, after: &str) {
        if before == after {
            return;
        }
        let books = self.0.entry(field.to_owned()).or_insert_with(|| before.to_owned());
        if books == after {
            self.0.remove(field);
        }
    }

    /// What the books say of a field counts, unless it was changed here and they still say the
    /// same as then.
    pub fn take(&mut self, field: &str, value: &mut String, books: &str) {
        if self.0.get(field).is_some_and(|then| then == books) {
            return;
        }
        self.0.remove(field);
        books.clone_into(value);
    }

    /// What the books say, by the names of the fields that were changed here.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, books)| (field.as_str(), books.as_str()))
    }
}

/// How a customer has paid lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Days late on average, rounded; negative is early.
    pub average_days_late: i64,
    /// Invoices that tell it.
    pub invoices: i64,
}

impl Behaviour {
    /// Of the days late of the last paid invoices; none when nothing was paid.
    pub fn of(days: &[i64]) -> Option<Self> {
        let count = i64::try_from(days.len()).ok().filter(|count| *count > 0)?;
        let sum: i64 = days.iter().sum();
        // Half a day counts as late: nobody is called early or on time who is not.
        let average = (2 * sum + count).div_euclid(2 * count);
        Some(Self { average_days_late: average, invoices: count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read() {
        let known = Profile { phone: "x".repeat(300), ..Profile::default() };
        let typed = Profile {
            email: " Ada@Example.COM ".to_owned(),
            phone: "x".repeat(300),
            website: "alder.example/shop".to_owned(),
            address_country: "us".to_owned(),
            shipping_line1: " 2 Quay\u{0} Street ".to_owned(),
            ..Profile::default()
        };
        let read = typed.read(&known, None).unwrap();
        assert_eq!(read.email, "ada@example.com");
        assert_eq!(read.shipping_line1, "2 Quay Street");
        assert_eq!(read.address_country, "US");
        assert_eq!(read.phone, known.phone, "the books' own stays");
        let bad = |profile: Profile| {
            let FieldProblem { field, problem } =
                profile.read(&Profile::default(), None).unwrap_err();
            (field, problem)
        };
        let profile = Profile { email: "ada".to_owned(), ..Profile::default() };
        assert_eq!(bad(profile), ("email".to_owned(), Problem::NotAnEmail));
        let profile = Profile { website: "javascript:alert(1)".to_owned(), ..Profile::default() };
        assert_eq!(bad(profile), ("website".to_owned(), Problem::Wrong));
        let profile = Profile { shipping_city: "é".repeat(201), ..Profile::default() };
        assert_eq!(bad(profile), ("shipping_city".to_owned(), Problem::TooLong));
    }

    #[test]
    fn what_synchronised_books_hold_is_changed_there_only() {
        let known = Profile {
            address_line1: " 2 Quay\r\nStreet".to_owned(),
            shipping_city: "Macon".to_owned(),
            ..Profile::default()
        };
        let untouched = Profile {
            address_line1: "2 QuayStreet".to_owned(),
            shipping_city: "Savannah".to_owned(),
            ..Profile::default()
        };
        let read = untouched.read(&known, Some(Books::Quickbooks)).unwrap();
        assert_eq!(read, Profile { shipping_city: "Savannah".to_owned(), ..known.clone() });
        for (name, _) in known.fields() {
            let mut typed = known.clone();
            for (field, value) in typed.fields_mut() {
                if field == name {
                    *value = if name == "email" { "a@b.example" } else { "b.example" }.to_owned();
                }
            }
            assert!(typed.read(&known, None).is_ok(), "{name}");
            for books in Books::ALL {
                let read =
                    typed.read(&known, Some(books)).map_err(|error| (error.field, error.problem));
                match name.starts_with("shipping_") {
                    true => assert!(read.is_ok(), "{name}"),
                    false => assert_eq!(read, Err((name.to_owned(), Problem::FromBooks))),
                }
            }
        }
        assert!(Books::ALL.iter().all(|books| Books::from_word(books.as_str()) == Some(*books)));
    }

    #[test]
    fn every_field_is_named_once() {
        let mut profile = Profile::default();
        for (name, value) in profile.fields_mut() {
            name.clone_into(value);
        }
        assert!(profile.fields().iter().all(|(name, value)| name == value));
        let json = serde_json::to_value(&profile).unwrap();
        assert!(json.as_object().unwrap().iter().all(|(name, value)| value == name));
    }

    #[test]
    fn the_books_and_what_was_changed_here_get_on() {
        let mut here = ChangedHere::default();
        let mut phone = "1".to_owned();
        here.note("phone", "1", "2");
        phone.replace_range(.., "2");
        here.take("phone", &mut phone, "1");
        assert_eq!(phone, "2", "the books say what they said");
        here.note("phone", "2", "3");
        assert_eq!(here.iter().collect::<Vec<_>>(), [("phone", "1")]);
        here.take("phone", &mut phone, "9");
        assert_eq!((phone.as_str(), here.iter().count()), ("9", 0), "the books changed");
        here.note("phone", "9", "2");
        here.note("phone", "2", "9");
        assert_eq!(here.iter().count(), 0, "it is what the books say again");
    }

    #[test]
    fn addresses_are_written_without_gaps() {
        let address = ["2 Quay Street", " ", "Savannah", "", "31401", "US"];
        assert_eq!(address_lines(address), ["2 Quay Street", "Savannah 31401", "US"]);
        assert!(Profile::default().bills_go_to().is_empty());
        let profile = Profile { shipping_city: "Macon".to_owned(), ..Profile::default() };
        assert_eq!(
            (profile.goods_go_to(), profile.bills_go_to().len()),
            (vec!["Macon".to_owned()], 0)
        );
    }

    #[test]
    fn websites_lead_to_the_web_only() {
        assert_eq!(website_link("www.a.example").as_deref(), Some("https://www.a.example"));
        assert_eq!(website_link("https://a.example/x").as_deref(), Some("https://a.example/x"));
        for bad in
            [".", "-.", "0..0", "javascript:alert(1)", "data:text/html,x.y", "n/a", "a b.example"]
        {
            assert_eq!(website_link(bad), None, "{bad}");
        }
    }

    #[test]
    fn behaviour_is_the_average() {
        assert_eq!(Behaviour::of(&[]), None);
        for (days, average) in
            [(&[3][..], 3), (&[0, 1], 1), (&[0, -1], 0), (&[-3, -4], -3), (&[-5, -5, 1], -3)]
        {
            assert_eq!(Behaviour::of(days).unwrap().average_days_late, average, "{days:?}");
        }
    }
}
