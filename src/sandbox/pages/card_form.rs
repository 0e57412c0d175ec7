//! The form for a card. What is typed is read here and the number is dropped here.

use chrono::{Datelike, NaiveDate};

use super::fields::{Field, Fields, Problems, digits, is_digits};
use crate::sandbox::{
    method::Expiry,
    numbers::{self, CARDS, TestCard},
    params::Params,
};

const COUNTRIES: [(&str, &str); 8] = [
    ("US", "United States"),
    ("CA", "Canada"),
    ("MX", "Mexico"),
    ("GB", "United Kingdom"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("JP", "Japan"),
    ("AU", "Australia"),
];

#[rustfmt::skip]
const STATES: [(&str, &str); 52] = [
    ("", "Choose"),
    ("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DE", "Delaware"), ("DC", "District of Columbia"),
    ("FL", "Florida"), ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho"), ("IL", "Illinois"),
    ("IN", "Indiana"), ("IA", "Iowa"), ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"),
    ("ME", "Maine"), ("MD", "Maryland"), ("MA", "Massachusetts"), ("MI", "Michigan"),
    ("MN", "Minnesota"), ("MS", "Mississippi"), ("MO", "Missouri"), ("MT", "Montana"),
    ("NE", "Nebraska"), ("NV", "Nevada"), ("NH", "New Hampshire"), ("NJ", "New Jersey"),
    ("NM", "New Mexico"), ("NY", "New York"), ("NC", "North Carolina"), ("ND", "North Dakota"),
    ("OH", "Ohio"), ("OK", "Oklahoma"), ("OR", "Oregon"), ("PA", "Pennsylvania"),
    ("RI", "Rhode Island"), ("SC", "South Carolina"), ("SD", "South Dakota"), ("TN", "Tennessee"),
    ("TX", "Texas"), ("UT", "Utah"), ("VT", "Vermont"), ("VA", "Virginia"), ("WA", "Washington"),
    ("WV", "West Virginia"), ("WI", "Wisconsin"), ("WY", "Wyoming"),
];

/// The fields of the form. The number is `number`, never what was typed before.
pub(super) fn fields(values: &Params, problems: &Problems, number: &str) -> String {
    let form = Fields { values, problems };
    let field = |name, label, attributes| Field { name, label, is_half: false, attributes };
    let half = |name, label, attributes| Field { name, label, is_half: true, attributes };
    let digits = "inputmode=\"numeric\" autocomplete=\"cc-number\" required";
    let expiry = "inputmode=\"numeric\" autocomplete=\"cc-exp\" required";
    let cvc = "inputmode=\"numeric\" autocomplete=\"cc-csc\" maxlength=\"4\" required";
    let name = "autocomplete=\"cc-name\" required";
    [
        form.input_with(&field("number", "Card number", digits), number),
        form.input(&half("exp", "Expiry, MM/YY", expiry)),
        form.input_with(&half("cvc", "Security code", cvc), ""),
        form.input(&field("name", "Name on card", name)),
        form.select(&field("country", "Country", "autocomplete=\"country\""), &COUNTRIES),
        form.select(&half("state", "State", "autocomplete=\"address-level1\""), &STATES),
        form.input(&half("postal", "Postal code", "autocomplete=\"postal-code\"")),
    ]
    .concat()
}

/// The list of test numbers.
pub(super) fn numbers() -> String {
    let rows: String = CARDS
        .iter()
        .enumerate()
        .map(|(index, card)| {
            let (number, says) = (spaced(card.number), card.says);
            format!(
                "<li><a href=\"?fill={index}\"><code>{number}</code></a> \
                 <span class=\"soft\">{says}</span></li>\n"
            )
        })
        .collect();
    format!(
        "<section class=\"sheet\" aria-labelledby=\"numbers\"><h2 id=\"numbers\">Test numbers</h2>\
         <p class=\"soft\">Choose one to fill it in. Any future expiry, any security code.</p>\n\
         <ul class=\"numbers\">\n{rows}</ul></section>"
    )
}

/// The number to fill in, by its place in the list.
pub(super) fn filled(index: &str) -> String {
    let card = index.parse().ok().and_then(|index: usize| CARDS.get(index));
    card.map_or(String::new(), |card| spaced(card.number))
}

fn spaced(number: &str) -> String {
    let gaps: &[usize] = if number.len() == 15 { &[4, 10] } else { &[4, 8, 12] };
    let mut text = String::new();
    for (index, digit) in number.chars().enumerate() {
        if gaps.contains(&index) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Reads the form: what the number does, and when the card expires.
pub(super) fn read(
    values: &Params,
    today: NaiveDate,
) -> Result<(&'static TestCard, Expiry), Problems> {
    let mut problems = Problems::default();
    let card = read_number(&digits(values.raw("number")), &mut problems);
    let expiry = read_expiry(values.raw("exp"), today, &mut problems);
    let cvc = values.raw("cvc");
    if !(is_digits(cvc) && matches!(cvc.len(), 3 | 4)) {
        problems.add("cvc", "Three or four digits.");
    }
    match values.raw("name").trim().chars().count() {
        0 => problems.add("name", "Type the name as it is on the card."),
        1..=200 => {}
        _ => problems.add("name", "This name is too long."),
    }
    let country = values.raw("country");
    if !COUNTRIES.iter().any(|(code, _)| *code == country) {
        problems.add("country", "Choose a country.");
    }
    if country == "US" {
        let state = values.raw("state");
        if state.is_empty() || !STATES.iter().any(|(code, _)| *code == state) {
            problems.add("state", "Choose a state.");
        }
        let postal = values.raw("postal").trim();
        let is_zip = match postal.split_once('-') {
            Some((five, four)) => {
                is_digits(five) && five.len() == 5 && is_digits(four) && four.len() == 4
            }
            None => is_digits(postal) && postal.len() == 5,
        };
        if !is_zip {
            problems.add("postal", "A ZIP code has five digits.");
        }
    }
    match (card, expiry) {
        (Some(card), Some(expiry)) if problems.is_empty() => Ok((card, expiry)),
        _ => Err(problems),
    }
}

fn read_number(number: &str, problems: &mut Problems) -> Option<&'static TestCard> {
    let card = numbers::find_card(number);
    let problem = if number.is_empty() {
        "Type the card number."
    } else if !is_digits(number) {
        "A card number has digits only."
    } else if !(13..=19).contains(&number.len()) {
        "A card number has 13 to 19 digits."
    } else if !numbers::has_check_digit(number) {
        "This card number has a typing error. Check it against the list."
    } else if card.is_none() {
        "Test numbers only: take one of the list below. Never type a real card here."
    } else {
        return card;
    };
    problems.add("number", problem);
    None
}

fn read_expiry(text: &str, today: NaiveDate, problems: &mut Problems) -> Option<Expiry> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let parsed = compact.split_once('/').and_then(|(month, year)| {
        if !is_digits(month) || !is_digits(year) || month.len() > 2 {
            return None;
        }
        let century = match year.len() {
            2 => 2000,
            4 => 0,
            _ => return None,
        };
        let (month, year): (u32, i32) = (month.parse().ok()?, year.parse().ok()?);
        (1..=12).contains(&month).then_some(Expiry { year: century + year, month })
    });
    let this_month = Expiry { year: today.year(), month: today.month() };
    match parsed {
        None => problems.add("exp", "Month and year, such as 04/29."),
        Some(expiry) if expiry < this_month => problems.add("exp", "This date has passed."),
        Some(expiry) if expiry.year > today.year() + 50 => {
            problems.add("exp", "This date is too far away.");
        }
        Some(expiry) => return Some(expiry),
    }
    None
}
