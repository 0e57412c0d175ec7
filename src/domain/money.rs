//! Exact amounts: whole smallest units (cents, yen, fils) of one currency.
//!
//! Every computation that can leave a fraction of a smallest unit names its [`Rounding`]; there
//! is no default. Intermediate products are `i128`, results are checked, floats never occur.

use std::fmt;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::currency_table::CURRENCIES;

/// A currency of ISO 4217 that has a minor unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Finds a currency by its three-letter code, in any case, ignoring surrounding blanks.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.trim().to_ascii_uppercase().as_bytes().try_into().ok()?;
        CURRENCIES.binary_search_by_key(&bytes, |row| row.0).ok().map(|_| Self(bytes))
    }

    /// Every currency of the table, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().map(|row| Self(row.0))
    }

    /// The three-letter code, upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    fn row(self) -> Option<&'static ([u8; 3], u16, u8, &'static str)> {
        CURRENCIES.binary_search_by_key(&self.0, |row| row.0).ok().and_then(|at| CURRENCIES.get(at))
    }

    /// Decimal places of the minor unit: 0 for JPY, 2 for USD, 3 for KWD, 4 for CLF.
    pub fn exponent(self) -> u32 {
        self.row().map_or(2, |row| u32::from(row.2))
    }

    /// The numeric code; printed with leading zeros it has three digits.
    pub fn numeric(self) -> u16 {
        self.row().map_or(0, |row| row.1)
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.3)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("unknown currency"))
    }
}

/// What can go wrong with amounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("{left} met {right}")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is out of range")]
    OutOfRange,
    /// The text has more decimals than the currency's minor unit.
    #[error("more than {exponent} decimals")]
    TooPrecise {
        /// Decimal places the currency has.
        exponent: u32,
    },
    /// The text is not a plain decimal number.
    #[error("not a number")]
    NotANumber,
    /// The weights of a split add up to zero.
    #[error("nothing to split by")]
    NoWeights,
}

/// How a fraction of a smallest unit is resolved. Operands are non-negative where it matters;
/// for negative ones, `HalfUp` rounds away from zero and `Floor` towards zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Never more than the exact value: for everything that has a legal cap.
    Floor,
    /// Halves go up: commercial convention.
    HalfUp,
    /// Halves go to the even neighbour: offered for parity with books that do so.
    HalfEven,
}

/// A rate in parts per million: 2.9 % is 29 000.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rate(u32);

impl Rate {
    /// No rate at all.
    pub const ZERO: Self = Self(0);

    /// A rate from parts per million.
    pub const fn from_ppm(ppm: u32) -> Self {
        Self(ppm)
    }

    /// Parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// Reads a percentage such as `2.9` with at most four decimals.
    ///
    /// # Errors
    /// `NotANumber` when it is none or negative, `TooPrecise` beyond four decimals, `OutOfRange`
    /// above 100 %.
    pub fn parse_percent(text: &str) -> Result<Self, MoneyError> {
        let value: Decimal =
            text.trim().trim_end_matches('%').trim().parse().map_err(|_| MoneyError::NotANumber)?;
        if value.is_sign_negative() && !value.is_zero() {
            return Err(MoneyError::NotANumber);
        }
        if value.normalize().scale() > 4 {
            return Err(MoneyError::TooPrecise { exponent: 4 });
        }
        let ppm = (value * Decimal::from(10_000)).to_u32().ok_or(MoneyError::OutOfRange)?;
        if ppm > 1_000_000 {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Self(ppm))
    }

    /// The percentage without trailing zeros: `2.9`, `0.5`, `2`.
    pub fn percent(self) -> String {
        Decimal::new(i64::from(self.0), 4).normalize().to_string()
    }
}

/// `value × rate`, rounded as told, for amounts in minor units.
pub fn mul_rate(minor: i64, rate: Rate, rounding: Rounding) -> Result<i64, MoneyError> {
    mul_ratio(minor, i64::from(rate.ppm()), 1_000_000, rounding)
}

/// `value × numerator ⁄ denominator`, rounded as told. The denominator is positive.
pub fn mul_ratio(
    value: i64,
    numerator: i64,
    denominator: i64,
    rounding: Rounding,
) -> Result<i64, MoneyError> {
    if denominator <= 0 {
        return Err(MoneyError::NoWeights);
    }
    let product = i128::from(value) * i128::from(numerator);
    let (magnitude, divisor) = (product.unsigned_abs(), u128::from(denominator.unsigned_abs()));
    let (whole, rest) = (magnitude / divisor, magnitude % divisor);
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => rest * 2 >= divisor,
        Rounding::HalfEven => rest * 2 > divisor || (rest * 2 == divisor && whole % 2 == 1),
    };
    let rounded = i128::try_from(whole + u128::from(up)).map_err(|_| MoneyError::OutOfRange)?;
    let signed = if product < 0 { -rounded } else { rounded };
    i64::try_from(signed).map_err(|_| MoneyError::OutOfRange)
}

/// Splits `total` by non-negative `weights` so that the parts add up exactly: largest remainder
/// first, ties to the lowest index. A negative total is negated, split and negated back.
///
/// # Errors
/// `NoWeights` when the weights add up to zero and the total is not zero.
pub fn split(total: i64, weights: &[i64]) -> Result<Vec<i64>, MoneyError> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if total == 0 {
        return Ok(vec![0; weights.len()]);
    }
    if sum <= 0 {
        return Err(MoneyError::NoWeights);
    }
    let magnitude = i128::from(total.unsigned_abs());
    let mut parts: Vec<(usize, i128, i128)> = weights
        .iter()
        .enumerate()
        .map(|(index, weight)| {
            let exact = magnitude * i128::from(*weight);
            (index, exact / sum, exact % sum)
        })
        .collect();
    let given: i128 = parts.iter().map(|part| part.1).sum();
    parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut spare = magnitude - given;
    for part in &mut parts {
        if spare == 0 {
            break;
        }
        part.1 += 1;
        spare -= 1;
    }
    parts.sort_by_key(|part| part.0);
    let sign = if total < 0 { -1 } else { 1 };
    parts
        .into_iter()
        .map(|part| i64::try_from(part.1 * sign).map_err(|_| MoneyError::OutOfRange))
        .collect()
}

/// An amount of one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount from minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, of a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `OutOfRange`.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The difference.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `OutOfRange`.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The exact decimal value, with as many decimals as the currency has.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The amount of an exact decimal.
    ///
    /// # Errors
    /// `TooPrecise` when it is not a whole number of minor units, `OutOfRange` when too large.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = currency.exponent();
        let scaled = value.checked_mul(Decimal::from(10_i64.pow(exponent)));
        let scaled = scaled.ok_or(MoneyError::OutOfRange)?.normalize();
        if scaled.scale() > 0 {
            return Err(MoneyError::TooPrecise { exponent });
        }
        let minor = scaled.to_i64().ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The nearest amount of an exact decimal, rounded as told. For totals computed from lines
    /// whose unit prices have more decimals than the currency.
    ///
    /// # Errors
    /// `OutOfRange` when too large.
    pub fn nearest(
        value: Decimal,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        use rust_decimal::RoundingStrategy as S;
        let strategy = match rounding {
            Rounding::Floor => S::ToZero,
            Rounding::HalfUp => S::MidpointAwayFromZero,
            Rounding::HalfEven => S::MidpointNearestEven,
        };
        let rounded = value.round_dp_with_strategy(currency.exponent(), strategy);
        Self::from_decimal(rounded, currency)
    }

    /// Reads a plain decimal such as `1234.56` (a dot, no grouping).
    ///
    /// # Errors
    /// `NotANumber`, `TooPrecise`, `OutOfRange`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        // The decimal type also reads `1e3` and `1_000`; a person who writes those means no amount.
        if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
            return Err(MoneyError::NotANumber);
        }
        let value: Decimal = text.parse().map_err(|_| MoneyError::NotANumber)?;
        Self::from_decimal(value, currency)
    }
}

impl fmt::Display for Money {
    /// The plain decimal string that files and interfaces use, such as `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_decimal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn currencies_know_their_minor_unit() {
        for (code, exponent) in [
            ("JPY", 0),
            ("KRW", 0),
            ("CLP", 0),
            ("VND", 0),
            ("USD", 2),
            ("EUR", 2),
            ("BHD", 3),
            ("JOD", 3),
            ("KWD", 3),
            ("OMR", 3),
            ("TND", 3),
            ("IQD", 3),
            ("LYD", 3),
            ("CLF", 4),
            ("UYW", 4),
        ] {
            assert_eq!(currency(code).exponent(), exponent, "{code}");
        }
        assert_eq!(Currency::from_code("usd"), Some(Currency::USD));
        assert_eq!(Currency::from_code("XAU"), None);
        assert_eq!(Currency::from_code("US"), None);
        assert_eq!(Currency::all().count(), 165);
    }

    #[test]
    fn the_table_agrees_with_the_published_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/iso4217/codes-all.csv");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is absent");
            return;
        };
        let mut live = std::collections::BTreeMap::new();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.rsplitn(5, ',').collect();
            let [withdrawn, minor, numeric, code, _] = fields[..] else { continue };
            if withdrawn.is_empty() && !code.is_empty() && minor.len() == 1 && minor != "-" {
                live.insert(code.to_owned(), (numeric.to_owned(), minor.to_owned()));
            }
        }
        let ours: std::collections::BTreeMap<_, _> = Currency::all()
            .map(|c| {
                (c.code().to_owned(), (format!("{:03}", c.numeric()), c.exponent().to_string()))
            })
            .collect();
        assert_eq!(ours, live);
    }

    #[test]
    fn rounding_is_as_named() {
        for (value, numerator, denominator, floor, half_up, half_even) in
            [(5, 1, 2, 2, 3, 2), (7, 1, 2, 3, 4, 4), (-5, 1, 2, -2, -3, -2), (2, 1, 3, 0, 1, 1)]
        {
            assert_eq!(mul_ratio(value, numerator, denominator, Rounding::Floor), Ok(floor));
            assert_eq!(mul_ratio(value, numerator, denominator, Rounding::HalfUp), Ok(half_up));
            assert_eq!(mul_ratio(value, numerator, denominator, Rounding::HalfEven), Ok(half_even));
        }
    }

    #[test]
    fn splits_follow_the_table() {
        for (total, weights, expected) in [
            (10_000, vec![1, 1, 1], vec![3334, 3333, 3333]),
            (100, vec![3, 3, 1], vec![43, 43, 14]),
            (5, vec![1; 7], vec![1, 1, 1, 1, 1, 0, 0]),
            (1000, vec![1, 2, 3, 4], vec![100, 200, 300, 400]),
            (-100, vec![1, 1, 1], vec![-34, -33, -33]),
            (0, vec![0, 0], vec![0, 0]),
        ] {
            assert_eq!(split(total, &weights).unwrap(), expected);
        }
        assert_eq!(split(1, &[0, 0]), Err(MoneyError::NoWeights));
    }

    #[test]
    fn amounts_read_and_print_exactly() {
        assert_eq!(Money::parse("1234.5", Currency::USD).unwrap().minor(), 123_450);
        assert_eq!(Money::parse("1234.50", Currency::USD).unwrap().to_string(), "1234.50");
        assert_eq!(Money::parse("12.345", currency("KWD")).unwrap().minor(), 12_345);
        assert_eq!(Money::parse("12345", currency("JPY")).unwrap().to_string(), "12345");
        assert_eq!(
            Money::parse("1.001", Currency::USD),
            Err(MoneyError::TooPrecise { exponent: 2 })
        );
        assert_eq!(Money::parse("1e3", Currency::USD), Err(MoneyError::NotANumber));
        assert_eq!(
            Money::parse("99999999999999999999", Currency::USD),
            Err(MoneyError::OutOfRange)
        );
        assert!(Money::new(1, Currency::USD).plus(Money::new(1, Currency::EUR)).is_err());
        assert!(Money::new(i64::MAX, Currency::USD).plus(Money::new(1, Currency::USD)).is_err());
    }

    #[test]
    fn percentages_have_four_decimals_at_most() {
        assert_eq!(Rate::parse_percent("2.9").unwrap().ppm(), 29_000);
        assert_eq!(Rate::parse_percent("0.0001%").unwrap().ppm(), 1);
        assert_eq!(Rate::from_ppm(29_000).percent(), "2.9");
        assert!(Rate::parse_percent("0.00001").is_err());
        assert!(Rate::parse_percent("-1").is_err());
        assert!(Rate::parse_percent("100.1").is_err());
    }
}
