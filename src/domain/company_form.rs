//! How a person types what is printed about the company.

use serde::{Deserialize, Serialize};

use super::{
    company::{CompanyProfile, Person},
    form::{FieldProblem, Problem, parse_email, parse_line, parse_name},
    money::Currency,
};

/// Most characters of the legal name.
pub const NAME_LENGTH_MAX: usize = 120;
/// Most characters of a line of an address, and of a person's name.
pub const LINE_LENGTH_MAX: usize = 100;
/// Most lines of an address: what fits above an invoice.
pub const ADDRESS_LINES_MAX: usize = 6;
/// Most characters of a tax id, and of a phone number.
pub const SHORT_LENGTH_MAX: usize = 40;

/// What is typed about the company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompanyForm {
    /// Legal name.
    pub name: String,
    /// Address, a line each.
    pub address: String,
    /// Tax id.
    pub tax_id: String,
    /// Whom payers ask.
    pub contact: Person,
    /// Where cheques go, a line each.
    pub check_address: String,
    /// Whoever looks after the account.
    pub account_manager: Person,
    /// Help with what was bought.
    pub support: Person,
    /// Buying more.
    pub sales: Person,
    /// Whether payers see their order numbers.
    pub shows_po_number: bool,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code; empty where it cannot be changed any more.
    pub currency: String,
}

fn at(field: impl Into<String>) -> impl FnOnce(Problem) -> FieldProblem {
    let field = field.into();
    move |problem| FieldProblem { field, problem }
}

/// An address, without blank lines.
fn address(field: &str, text: &str) -> Result<Vec<String>, FieldProblem> {
    let lines: Result<Vec<String>, Problem> =
        text.lines().map(|line| parse_line(line, LINE_LENGTH_MAX)).collect();
    let mut lines = lines.map_err(at(field))?;
    lines.retain(|line| !line.is_empty());
    if lines.len() > ADDRESS_LINES_MAX {
        return Err(at(field)(Problem::TooMany));
    }
    Ok(lines)
}

/// Somebody; fields are named after what they are there for.
fn person(of: &str, typed: &Person) -> Result<Person, FieldProblem> {
    let bad = |part: &str| at(format!("{of}_{part}"));
    let name = parse_line(&typed.name, LINE_LENGTH_MAX).map_err(bad("name"))?;
    let email = match typed.email.trim() {
        "" => String::new(),
        text => parse_email(text).map_err(bad("email"))?,
    };
    let phone = parse_line(&typed.phone, SHORT_LENGTH_MAX).map_err(bad("phone"))?;
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if !phone.is_empty() && digits < 3 {
        return Err(bad("phone")(Problem::Wrong));
    }
    Ok(Person { name, email, phone })
}

impl CompanyForm {
    /// The form of what is known. The logo is not part of it.
    pub fn of(profile: &CompanyProfile) -> Self {
        Self {
            name: profile.name.clone(),
            address: profile.address.join("\n"),
            tax_id: profile.tax_id.clone(),
            contact: Person {
                name: profile.contact_name.clone(),
                email: profile.contact_email.clone(),
                phone: profile.contact_phone.clone(),
            },
            check_address: profile.check_address.join("\n"),
            account_manager: profile.account_manager.clone(),
            support: profile.support.clone(),
            sales: profile.sales.clone(),
            shows_po_number: profile.shows_po_number,
            time_zone: profile.time_zone.clone(),
            currency: profile.currency.code().to_owned(),
        }
    }

    /// What was typed, as it is kept: nothing invisible, no blank lines. The logo of `known` stays,
    /// and so does its currency where none was typed. Whether there is such a time zone is for whoever
    /// knows them all to say.
    ///
    /// # Errors
    /// The first field that cannot be kept.
    pub fn read(&self, known: &CompanyProfile) -> Result<CompanyProfile, FieldProblem> {
        let contact = person("contact", &self.contact)?;
        let currency = match self.currency.trim() {
            "" => known.currency,
            code => Currency::from_code(code).ok_or_else(|| at("currency")(Problem::NotAChoice))?,
        };
        Ok(CompanyProfile {
            name: parse_name(&self.name, NAME_LENGTH_MAX).map_err(at("company_name"))?,
            address: address("address", &self.address)?,
            tax_id: parse_line(&self.tax_id, SHORT_LENGTH_MAX).map_err(at("tax_id"))?,
            contact_name: contact.name,
            contact_email: contact.email,
            contact_phone: contact.phone,
            check_address: address("check_address", &self.check_address)?,
            account_manager: person("account_manager", &self.account_manager)?,
            support: person("support", &self.support)?,
            sales: person("sales", &self.sales)?,
            shows_po_number: self.shows_po_number,
            time_zone: parse_name(&self.time_zone, LINE_LENGTH_MAX).map_err(at("time_zone"))?,
            currency,
            logo_svg: known.logo_svg.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::company::ContactKind;

    fn person(email: &str, phone: &str) -> Person {
        Person { name: "Ruth Adeyemi".to_owned(), email: email.to_owned(), phone: phone.to_owned() }
    }

    fn profile() -> CompanyProfile {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        CompanyProfile {
            name: "Halden Supply Co.".to_owned(),
            address: lines(&["410 Peachtree Walk", "Atlanta, GA 30308"]),
            tax_id: "12-3456789".to_owned(),
            contact_email: "ar@halden.example".to_owned(),
            check_address: lines(&["PO Box 7710"]),
            support: person("help@halden.example", "+1 404 555 0142"),
            shows_po_number: false,
            time_zone: "America/New_York".to_owned(),
            logo_svg: "<svg/>".to_owned(),
            ..CompanyProfile::default()
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for known in [profile(), CompanyProfile::default()] {
            assert_eq!(CompanyForm::of(&known).read(&known), Ok(known));
        }
    }

    #[test]
    fn what_is_typed_is_tidied() {
        let form = CompanyForm {
            name: "  Halden\tSupply ".to_owned(),
            address: "1 Mill Road\r\n\r\n  Savannah \n".to_owned(),
            contact: person(" AR@Halden.example ", " 404 555 "),
            time_zone: " UTC ".to_owned(),
            currency: " eur ".to_owned(),
            ..CompanyForm::default()
        };
        let read = form.read(&profile()).unwrap();
        assert_eq!(read.name, "Halden Supply");
        assert_eq!(read.address, ["1 Mill Road", "Savannah"]);
        assert_eq!((&*read.contact_email, &*read.contact_phone), ("ar@halden.example", "404 555"));
        assert_eq!((&*read.time_zone, read.currency.code()), ("UTC", "EUR"));
        assert_eq!(read.logo_svg, "<svg/>", "the logo is not part of the form");
        let without = CompanyForm { currency: String::new(), ..form };
        assert_eq!(without.read(&profile()).unwrap().currency, Currency::USD);
    }

    #[test]
    fn what_cannot_be_is_said_at_its_field() {
        type Case = (fn(&mut CompanyForm), &'static str, Problem);
        let all: [Case; 14] = [
            (|f| f.name = " ".into(), "company_name", Problem::Required),
            (|f| f.name = "x".repeat(121), "company_name", Problem::TooLong),
            (|f| f.address = "x".repeat(101), "address", Problem::TooLong),
            (|f| f.address = "a\n".repeat(7), "address", Problem::TooMany),
            (|f| f.check_address = "a\n".repeat(7), "check_address", Problem::TooMany),
            (|f| f.tax_id = "1".repeat(41), "tax_id", Problem::TooLong),
            (|f| f.contact.name = "x".repeat(101), "contact_name", Problem::TooLong),
            (|f| f.contact.email = "nobody".into(), "contact_email", Problem::NotAnEmail),
            (|f| f.contact.phone = "call me".into(), "contact_phone", Problem::Wrong),
            (|f| f.support.phone = "1".repeat(41), "support_phone", Problem::TooLong),
            (|f| f.sales.email = "a@b".into(), "sales_email", Problem::NotAnEmail),
            (
                |f| f.account_manager.email = "a b@c.example".into(),
                "account_manager_email",
                Problem::NotAnEmail,
            ),
            (|f| f.time_zone = String::new(), "time_zone", Problem::Required),
            (|f| f.currency = "XYZ".into(), "currency", Problem::NotAChoice),
        ];
        for (change, field, problem) in all {
            let mut form = CompanyForm::of(&profile());
            change(&mut form);
            let bad = form.read(&profile()).unwrap_err();
            assert_eq!((&*bad.field, bad.problem), (field, problem));
        }
    }

    #[test]
    fn only_who_can_be_reached_is_named() {
        let mut known = profile();
        known.sales = Person { name: "Sam".to_owned(), ..Person::default() };
        let named: Vec<_> =
            known.further_contacts().map(|(kind, one)| (kind, &*one.email)).collect();
        assert_eq!(named, [(ContactKind::Support, "help@halden.example")]);
        assert_eq!(known.shown_po_number("PO-1"), "");
        assert_eq!(CompanyProfile::default().shown_po_number("PO-1"), "PO-1");
    }
}
