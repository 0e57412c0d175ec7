//! What a payer wants to pay of which invoice: all of it or a part, and how people type a part.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{ids::InvoiceId, money::Currency};

/// An invoice that is to be paid, whole or in part. As text it is `id` or `id:49000`: so forms and
/// visits to the processor's page carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The part, in minor units of the invoice's currency; all that can be paid when none.
    pub pay: Option<i64>,
}

impl Portion {
    /// All of an invoice.
    pub const fn whole(invoice_id: InvoiceId) -> Self {
        Self { invoice_id, pay: None }
    }
}

impl fmt::Display for Portion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pay {
            Some(pay) => write!(f, "{}:{pay}", self.invoice_id),
            None => write!(f, "{}", self.invoice_id),
        }
    }
}

/// The text is no portion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an invoice and what is to be paid of it")]
pub struct NotAPortion;

impl FromStr for Portion {
    type Err = NotAPortion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, pay) = match text.split_once(':') {
            Some((id, pay)) => (id, Some(pay.parse().map_err(|_| NotAPortion)?)),
            None => (text, None),
        };
        Ok(Self { invoice_id: id.parse().map_err(|_| NotAPortion)?, pay })
    }
}

/// Portions as one text, separated by commas.
pub fn join(portions: &[Portion]) -> String {
    portions.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Why an amount that was typed cannot be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountProblem {
    /// It is no amount of the currency.
    Unreadable,
    /// It is nothing, or less.
    NotPositive,
    /// It is more than closes the invoice.
    TooMuch,
    /// It is less than closes the invoice, and the seller takes no partial payments.
    OnlyWhole,
}

/// Reads an amount as people type it, in minor units: digits, which commas may part in threes, and
/// behind a dot at most as many decimals as the currency has. `1,50` is none: it would be read as
/// 150 by some and as one and a half by others.
pub fn parse_amount(text: &str, currency: Currency) -> Option<i64> {
    let text = text.trim();
    let (is_negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let missing = usize::try_from(currency.exponent()).ok()?.checked_sub(fraction.len())?;
    if !is_grouped(whole) {
        return None;
    }
    let mut digits = whole.replace(',', "");
    digits.push_str(fraction);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.extend(std::iter::repeat_n('0', missing));
    let minor: i64 = digits.parse().ok()?;
    Some(if is_negative { -minor } else { minor })
}

/// Whether commas, where there are any, stand between groups of three.
fn is_grouped(whole: &str) -> bool {
    match whole.split_once(',') {
        Some((first, rest)) => {
            (1..=3).contains(&first.len()) && rest.split(',').all(|group| group.len() == 3)
        }
        None => true,
    }
}

/// What an amount asks for of an invoice that `closing` minor units close: a part, or none when it
/// is all of it.
///
/// # Errors
/// Why it cannot be paid.
pub const fn judge(
    pay: i64,
    closing: i64,
    takes_parts: bool,
) -> Result<Option<i64>, AmountProblem> {
    if pay == closing {
        Ok(None)
    } else if pay <= 0 {
        Err(AmountProblem::NotPositive)
    } else if pay > closing {
        Err(AmountProblem::TooMuch)
    } else if takes_parts {
        Ok(Some(pay))
    } else {
        Err(AmountProblem::OnlyWhole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, code, minor) in [
            ("490", "USD", Some(49_000)),
            ("490.5", "USD", Some(49_050)),
            (" 490.00 ", "USD", Some(49_000)),
            (".5", "USD", Some(50)),
            ("5.", "USD", Some(500)),
            ("0", "USD", Some(0)),
            ("-3.10", "USD", Some(-310)),
            ("−3.10", "USD", Some(-310)),
            ("1,234.56", "USD", Some(123_456)),
            ("12,345,678", "USD", Some(1_234_567_800)),
            ("1200", "JPY", Some(1200)),
            ("1.250", "KWD", Some(1250)),
            ("1.2345", "CLF", Some(12_345)),
            ("490.001", "USD", None),
            ("1200.0", "JPY", None),
            ("1,50", "USD", None),
            ("1234,567", "USD", None),
            (",500", "USD", None),
            ("1,,000", "USD", None),
            ("1.000,00", "USD", None),
            ("1 000", "USD", None),
            ("$490", "USD", None),
            ("1e3", "USD", None),
            ("--5", "USD", None),
            ("+5", "USD", None),
            ("٤٩٠", "USD", None),
            ("", "USD", None),
            (".", "USD", None),
            ("-", "USD", None),
            ("92233720368547758.07", "USD", Some(i64::MAX)),
            ("92233720368547758.08", "USD", None),
        ] {
            assert_eq!(parse_amount(text, Currency::from_code(code).unwrap()), minor, "{text:?}");
        }
    }

    #[test]
    fn amounts_are_judged_by_what_closes_the_invoice() {
        for (pay, takes_parts, expected) in [
            (98_000, true, Ok(None)),
            (98_000, false, Ok(None)),
            (97_999, true, Ok(Some(97_999))),
            (1, true, Ok(Some(1))),
            (97_999, false, Err(AmountProblem::OnlyWhole)),
            (98_001, true, Err(AmountProblem::TooMuch)),
            (98_001, false, Err(AmountProblem::TooMuch)),
            (0, true, Err(AmountProblem::NotPositive)),
            (-1, true, Err(AmountProblem::NotPositive)),
        ] {
            assert_eq!(judge(pay, 98_000, takes_parts), expected, "{pay}");
        }
        // What a discount covers is paid with nothing.
        assert_eq!(judge(0, 0, false), Ok(None));
    }

    #[test]
    fn portions_are_written_and_read_back() {
        let invoice_id = InvoiceId::new(uuid::Uuid::from_u128(7));
        let portions = [Portion::whole(invoice_id), Portion { invoice_id, pay: Some(49_000) }];
        let text = join(&portions);
        assert_eq!(text, format!("{invoice_id},{invoice_id}:49000"));
        let read: Result<Vec<Portion>, _> = text.split(',').map(str::parse).collect();
        assert_eq!(read, Ok(portions.to_vec()));
        for bad in ["", "x", "x:5", &format!("{invoice_id}:"), &format!("{invoice_id}:4.90")] {
            assert_eq!(bad.parse::<Portion>(), Err(NotAPortion), "{bad:?}");
        }
    }
}
