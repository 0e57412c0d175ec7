//! How numbers look. Pure: the same on the server and in the browser.

use crate::domain::money::Currency;

/// The sign of a currency, or nothing where its code is clearer.
fn sign(currency: &str) -> &'static str {
    match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        "INR" => "₹",
        "CHF" => "CHF\u{a0}",
        _ => "",
    }
}

/// `$12,480.00`, `−$3.10`, `¥1,200`, `KWD 1.250`.
pub fn money(minor: i64, currency: &str) -> String {
    let minus = if minor < 0 { "−" } else { "" };
    let number = decimal(minor.unsigned_abs(), currency);
    match sign(currency) {
        "" => format!("{minus}{currency}\u{a0}{number}"),
        sign => format!("{minus}{sign}{number}"),
    }
}

/// The number alone, for columns whose head names the currency: `12,480.00`.
pub fn amount(minor: i64, currency: &str) -> String {
    let minus = if minor < 0 { "−" } else { "" };
    format!("{minus}{}", decimal(minor.unsigned_abs(), currency))
}

fn decimal(minor: u64, currency: &str) -> String {
    let exponent = Currency::from_code(currency).map_or(2, Currency::exponent);
    let unit = 10_u64.pow(exponent);
    let whole = grouped(minor / unit);
    if exponent == 0 {
        return whole;
    }
    let width = usize::try_from(exponent).unwrap_or(2);
    format!("{whole}.{:0width$}", minor % unit)
}

/// `712 bytes`, `48 kB`, `3.2 MB`: as people and file managers count, by thousands.
pub fn bytes(bytes: i64) -> String {
    match bytes {
        ..1_000 => plural(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// `12,480`.
pub fn count(number: i64) -> String {
    let minus = if number < 0 { "−" } else { "" };
    format!("{minus}{}", grouped(number.unsigned_abs()))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 invoice`, `12 invoices`.
pub fn plural(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `33.33%`, from exact figures, rounded half up at the last moment; `0%` of nothing.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0%".to_owned();
    }
    let hundredths = (i128::from(part) * 20_000 / i128::from(whole) + 1) / 2;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_look_as_people_expect() {
        for (minor, currency, expected) in [
            (1_248_000, "USD", "$12,480.00"),
            (-310, "USD", "−$3.10"),
            (1200, "JPY", "¥1,200"),
            (1250, "KWD", "KWD\u{a0}1.250"),
            (5, "EUR", "€0.05"),
            (0, "GBP", "£0.00"),
            (100_000_000, "USD", "$1,000,000.00"),
        ] {
            assert_eq!(money(minor, currency), expected);
        }
        assert_eq!(amount(-123_456, "USD"), "−1,234.56");
        assert_eq!(plural(1, "invoice", "invoices"), "1 invoice");
        assert_eq!(plural(1200, "invoice", "invoices"), "1,200 invoices");
        assert_eq!(percent(4200, 12_600), "33.33%");
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(percent(2, 3), "66.67%");
        assert_eq!(percent(0, 0), "0%");
    }
}
