//! Reads amounts and quantities as people and programs write them.

use rust_decimal::Decimal;

use crate::domain::money::Currency;

use super::{notice::Reason, options::DecimalMark};

/// A number, and the currency written beside it if that is unmistakable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) value: Decimal,
    pub(super) currency: Option<Currency>,
}

/// What one number tells about the decimal mark of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// It has no mark, or is no number.
    Nothing,
    /// Its mark is certain.
    Certain(DecimalMark),
    /// It has one dot before three digits: `1.234`. `fine` when it would have more than two
    /// decimals as a fraction.
    Dot {
        /// Whether the third digit counts.
        fine: bool,
    },
    /// It has one comma before three digits: `1,234`.
    Comma {
        /// Whether the third digit counts.
        fine: bool,
    },
}

/// Symbols and abbreviations that stand beside amounts without naming one currency.
const SYMBOLS: [&str; 29] = [
    "kr.", "Kr.", "Rs.", "Rs", "Kč", "Ft", "lei", "US$", "AU$", "CA$", "NZ$", "HK$", "A$", "C$",
    "R$", "S$", "$", "£", "¥", "₹", "₩", "₽", "₺", "₫", "₱", "฿", "₪", "kr", "zł",
];

/// A number taken apart: its sign, its digits with marks between them, its currency.
struct Parts<'a> {
    negative: bool,
    core: &'a str,
    currency: Option<Currency>,
}

/// Strips sign, brackets and currency off a number.
fn take_apart(text: &str) -> Option<Parts<'_>> {
    let mut parts = Parts { negative: false, core: text.trim(), currency: None };
    if let Some(inner) = parts.core.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        parts.core = inner.trim();
        parts.negative = true;
    }
    // Sign and currency come in any order, before or after: -$5, $-5, 5 EUR-, EUR 5.
    let mut signs = u8::from(parts.negative);
    loop {
        let core = parts.core.trim();
        let begins_inside = core.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        let ends_inside = core.ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        parts.core = core;
        if begins_inside && ends_inside {
            return (signs <= 1).then_some(parts);
        }
        if let Some((rest, negative)) = strip_sign(core, begins_inside) {
            signs += 1;
            parts.negative |= negative;
            parts.core = rest;
        } else {
            let (rest, currency) = strip_currency(core, begins_inside)?;
            if parts.currency.is_some() && currency.is_some() && parts.currency != currency {
                return None;
            }
            parts.currency = parts.currency.or(currency);
            parts.core = rest;
        }
    }
}

fn strip_sign(core: &str, at_end: bool) -> Option<(&str, bool)> {
    let sign = |char| match char {
        '-' | '\u{2212}' | '\u{2010}' | '\u{2013}' => Some(true),
        '+' => Some(false),
        _ => None,
    };
    if !at_end {
        let first = core.chars().next()?;
        return Some((core.get(first.len_utf8()..)?, sign(first)?));
    }
    if let Some(rest) = core.strip_suffix("CR").or_else(|| core.strip_suffix("Cr")) {
        return Some((rest, true));
    }
    if let Some(rest) = core.strip_suffix("DR").or_else(|| core.strip_suffix("Dr")) {
        return Some((rest, false));
    }
    let last = core.chars().next_back()?;
    Some((core.get(..core.len() - last.len_utf8())?, sign(last)?))
}

fn strip_currency(core: &str, at_end: bool) -> Option<(&str, Option<Currency>)> {
    let strip = |word: &str| {
        if at_end { core.strip_suffix(word) } else { core.strip_prefix(word) }
    };
    if let Some(rest) = strip("€") {
        return Some((rest, Some(Currency::EUR)));
    }
    let letters = if at_end { core.get(core.len().checked_sub(3)?..) } else { core.get(..3) };
    if let Some(code) = letters.filter(|code| code.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && let Some(currency) = Currency::from_code(code)
    {
        return Some((strip(code)?, Some(currency)));
    }
    SYMBOLS.iter().find_map(|symbol| strip(symbol)).map(|rest| (rest, None))
}

/// Marks that group digits and never separate decimals.
const fn is_blank_mark(char: char) -> bool {
    matches!(char, ' ' | '\'' | '’' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// What a number tells about its column.
pub(super) fn clue(text: &str) -> Clue {
    let Some(core) = take_apart(text).map(|parts| parts.core) else { return Clue::Nothing };
    if !core.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',' || is_blank_mark(c)) {
        return Clue::Nothing;
    }
    let dots = core.matches('.').count();
    let commas = core.matches(',').count();
    let certain = |mark| Clue::Certain(mark);
    let after = |mark| core.rsplit(mark).next().unwrap_or_default();
    match (dots, commas) {
        (0, 0) => Clue::Nothing,
        (0, 1) => one_mark(core, ',', after(',')),
        (1, 0) => one_mark(core, '.', after('.')),
        (0, _) => certain(DecimalMark::Dot),
        (_, 0) => certain(DecimalMark::Comma),
        _ if core.rfind('.') > core.rfind(',') => certain(DecimalMark::Dot),
        _ => certain(DecimalMark::Comma),
    }
}

fn one_mark(core: &str, mark: char, after: &str) -> Clue {
    let before = core.split(mark).next().unwrap_or_default();
    let groups = after.len() == 3
        && (1..=3).contains(&before.len())
        && before.bytes().all(|byte| byte.is_ascii_digit())
        && !before.starts_with('0');
    let fine = !after.ends_with('0');
    match (groups, mark) {
        (true, '.') => Clue::Dot { fine },
        (true, _) => Clue::Comma { fine },
        (false, '.') => Clue::Certain(DecimalMark::Dot),
        (false, _) => Clue::Certain(DecimalMark::Comma),
    }
}

/// Reads a number written with a decimal mark.
///
/// # Errors
/// `InvalidAmount`, `OutOfRange` beyond 28 digits.
pub(super) fn read(text: &str, mark: DecimalMark) -> Result<Amount, Reason> {
    let parts = take_apart(text).ok_or(Reason::InvalidAmount)?;
    let (mark, grouping) = match mark {
        DecimalMark::Dot => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, decimals) = match parts.core.split_once(mark) {
        Some((whole, decimals)) => (whole, decimals),
        None => (parts.core, ""),
    };
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::InvalidAmount);
    }
    check_groups(whole, grouping)?;
    let digits = || whole.chars().chain(decimals.chars()).filter(char::is_ascii_digit);
    if digits().next().is_none() {
        return Err(Reason::InvalidAmount);
    }
    if digits().skip_while(|digit| *digit == '0').count() > 28 || decimals.len() > 28 {
        return Err(Reason::OutOfRange);
    }
    let magnitude = digits().fold(0_i128, |value, digit| {
        value * 10 + i128::from(digit.to_digit(10).unwrap_or_default())
    });
    let signed = if parts.negative { -magnitude } else { magnitude };
    let scale = u32::try_from(decimals.len()).map_err(|_| Reason::OutOfRange)?;
    let value = Decimal::try_from_i128_with_scale(signed, scale).map_err(|_| Reason::OutOfRange)?;
    Ok(Amount { value, currency: parts.currency })
}

/// The whole part is either one run of digits or groups: one to three digits, then twos (as in
/// India) or threes, at the end three, all with the same mark.
fn check_groups(whole: &str, grouping: char) -> Result<(), Reason> {
    let Some(mark) = whole.chars().find(|char| !char.is_ascii_digit()) else { return Ok(()) };
    if mark != grouping && !is_blank_mark(mark) {
        return Err(Reason::InvalidAmount);
    }
    let groups: Vec<&str> = whole.split(mark).collect();
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = match groups.as_slice() {
        [first, middle @ .., last] => {
            (1..=3).contains(&first.len())
                && middle.iter().all(|group| matches!(group.len(), 2 | 3))
                && last.len() == 3
        }
        _ => false,
    };
    if digits && fits { Ok(()) } else { Err(Reason::InvalidAmount) }
}

/// Reads a number of a spreadsheet: plain, with a dot. Spreadsheets keep and show 15 digits; what
/// lies beyond is the noise of binary fractions.
///
/// # Errors
/// `InvalidAmount`, `OutOfRange`.
pub(super) fn read_spreadsheet(text: &str) -> Result<Amount, Reason> {
    const DIGITS: u32 = 15;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let value = match Decimal::from_str_exact(text) {
        Ok(value) => value,
        // More decimals than can be held are noise as well.
        Err(_) if text.contains('.') && digits > 28 => {
            let end = text.char_indices().nth(29).map_or(text.len(), |(at, _)| at);
            let kept = text.get(..end).filter(|kept| kept.contains('.'));
            Decimal::from_str_exact(kept.unwrap_or_default()).map_err(|_| Reason::OutOfRange)?
        }
        Err(_) => return Err(Reason::OutOfRange),
    };
    let value = value.round_sf(DIGITS).unwrap_or(value).normalize();
    Ok(Amount { value, currency: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        use DecimalMark::{Comma, Dot};
        for (text, mark, expected) in [
            ("0", Dot, Some("0")),
            ("12", Dot, Some("12")),
            ("12.50", Dot, Some("12.50")),
            ("1,234.56", Dot, Some("1234.56")),
            ("1,234", Dot, Some("1234")),
            ("1.234", Dot, Some("1.234")),
            ("1.234", Comma, Some("1234")),
            ("1.234,56", Comma, Some("1234.56")),
            ("1234,5", Comma, Some("1234.5")),
            ("12,34,567.89", Dot, Some("1234567.89")),
            ("1 234,56", Comma, Some("1234.56")),
            ("1\u{A0}234,56", Comma, Some("1234.56")),
            ("1'234.56", Dot, Some("1234.56")),
            ("1’234’567.8", Dot, Some("1234567.8")),
            (".5", Dot, Some("0.5")),
            ("5.", Dot, Some("5")),
            ("-5", Dot, Some("-5")),
            ("+5", Dot, Some("5")),
            ("5-", Dot, Some("-5")),
            ("\u{2212}5", Dot, Some("-5")),
            ("(5.00)", Dot, Some("-5.00")),
            ("($1,234.56)", Dot, Some("-1234.56")),
            ("$1,234.56", Dot, Some("1234.56")),
            ("-$5", Dot, Some("-5")),
            ("$-5", Dot, Some("-5")),
            ("5 €", Comma, Some("5")),
            ("5,00 EUR-", Comma, Some("-5.00")),
            ("USD 5", Dot, Some("5")),
            ("kr 5", Comma, Some("5")),
            ("R$ 1.234,50", Comma, Some("1234.50")),
            ("100.00 CR", Dot, Some("-100.00")),
            ("100.00 DR", Dot, Some("100.00")),
            ("00012", Dot, Some("12")),
            ("", Dot, None),
            ("-", Dot, None),
            (".", Dot, None),
            ("abc", Dot, None),
            ("1,23", Dot, None),
            ("1,2345", Dot, None),
            ("1.234,56", Dot, None),
            ("1.2.3", Dot, None),
            ("1,234 567", Dot, None),
            ("--5", Dot, None),
            ("(-5)", Dot, None),
            ("5%", Dot, None),
            ("1e5", Dot, None),
            ("5 USD EUR", Dot, None),
            ("2013-01-02", Dot, None),
            ("#DIV/0!", Dot, None),
        ] {
            let read = read(text, mark).ok().map(|amount| amount.value.to_string());
            assert_eq!(read.as_deref(), expected, "{text} {mark:?}");
        }
        let long = "9".repeat(29);
        assert_eq!(read(&long, Dot), Err(Reason::OutOfRange));
    }

    #[test]
    fn currencies_beside_amounts_are_read() {
        for (text, expected) in [
            ("5 EUR", Some("EUR")),
            ("gbp 5", Some("GBP")),
            ("5€", Some("EUR")),
            ("$5", None),
            ("5", None),
            ("US$5", None),
        ] {
            let currency = read(text, DecimalMark::Dot).unwrap().currency;
            assert_eq!(currency.map(|c| c.code().to_owned()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn clues_are_found() {
        use DecimalMark::{Comma, Dot};
        for (text, expected) in [
            ("12", Clue::Nothing),
            ("abc", Clue::Nothing),
            ("1.5", Clue::Certain(Dot)),
            ("1,5", Clue::Certain(Comma)),
            ("1.234", Clue::Dot { fine: true }),
            ("1.230", Clue::Dot { fine: false }),
            ("1,234", Clue::Comma { fine: true }),
            ("0.234", Clue::Certain(Dot)),
            ("1234.567", Clue::Certain(Dot)),
            ("1.234.567", Clue::Certain(Comma)),
            ("1,234,567", Clue::Certain(Dot)),
            ("1,234.5", Clue::Certain(Dot)),
            ("-€ 1.234,5", Clue::Certain(Comma)),
        ] {
            assert_eq!(clue(text), expected, "{text}");
        }
    }

    #[test]
    fn spreadsheet_numbers_lose_their_noise() {
        for (text, expected) in [
            ("17850", "17850"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("1234.5600000000001", "1234.56"),
            ("-2.5", "-2.5"),
            ("123456789012345680", "123456789012346000"),
            ("0.000000000000000000000000000000012345", "0"),
        ] {
            let value = read_spreadsheet(text).unwrap().value;
            assert_eq!(value.to_string(), expected, "{text}");
        }
        assert_eq!(read_spreadsheet(&"9".repeat(40)), Err(Reason::OutOfRange));
    }
}
