//! Early-payment discount: how much paying now saves. Formulas follow Oracle Receivables.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    calendar::days_after,
    money::{MoneyError, Rate, Rounding, mul_rate, mul_ratio},
    terms::PartialRule,
};

/// The discount an invoice offers, as stored with it. Amounts are minor units of the invoice's
/// currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountOffer {
    /// Share of the basis.
    pub rate: Rate,
    /// What the rate is taken of: by default the subtotal, without tax and freight.
    pub basis_minor: i64,
    /// The last day, in the seller's time zone, inclusive.
    pub until: NaiveDate,
    /// Days after `until` on which it is still granted, silently.
    pub grace_days: u32,
    /// What a part-payment earns.
    pub partial: PartialRule,
    /// Discount already taken on this invoice.
    pub taken_minor: i64,
}

impl DiscountOffer {
    /// Whether a payment initiated on `today` (seller's local date) still earns it.
    pub fn is_open_on(&self, today: NaiveDate) -> bool {
        today <= days_after(self.until, self.grace_days)
    }

    /// What is left to earn, given the invoice total and the credit memos applied to it. Credit
    /// memos shrink the basis pro rata; unapplied cash is a payment and does not.
    ///
    /// # Errors
    /// `OutOfRange` on overflow.
    pub fn remaining(&self, total: i64, credit_memos: i64) -> Result<i64, MoneyError> {
        let lost = if total > 0 {
            mul_ratio(credit_memos, self.basis_minor, total, Rounding::HalfUp)?
        } else {
            0
        };
        let basis = (self.basis_minor - lost).max(0);
        let full = mul_rate(basis, self.rate, Rounding::HalfUp)?;
        Ok((full - self.taken_minor).max(0))
    }

    /// The discount that a tender of `pay` earns on `balance` when `remaining` is left to earn.
    ///
    /// # Errors
    /// `OutOfRange` on overflow.
    pub fn earned(&self, balance: i64, remaining: i64, pay: i64) -> Result<i64, MoneyError> {
        let closing = balance - remaining;
        if pay >= closing {
            return Ok(remaining);
        }
        match self.partial {
            PartialRule::OnFullSettlement => Ok(0),
            PartialRule::Proportional => mul_ratio(pay, remaining, closing, Rounding::HalfUp),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(basis_minor: i64, partial: PartialRule) -> DiscountOffer {
        DiscountOffer {
            rate: Rate::from_ppm(20_000),
            basis_minor,
            until: "2026-03-10".parse().unwrap(),
            grace_days: 0,
            partial,
            taken_minor: 0,
        }
    }

    #[test]
    fn shares_follow_the_table_of_3_3() {
        let offer = offer(100_000, PartialRule::Proportional);
        for (balance, remaining, pay, earned, left) in [
            (100_000, 2000, 49_000, 1000, 50_000),
            (100_000, 2000, 50_000, 1020, 48_980),
            (48_980, 980, 48_000, 980, 0),
            (110_000, 2000, 54_000, 1000, 55_000),
            (100_000, 2000, 33_333, 680, 65_987),
            (65_987, 1320, 33_333, 680, 31_974),
            (31_974, 640, 31_334, 640, 0),
        ] {
            let got = offer.earned(balance, remaining, pay).unwrap();
            assert_eq!(got, earned, "pay {pay} on {balance}");
            assert_eq!(balance - pay - got, left);
        }
    }

    #[test]
    fn only_the_closing_payment_earns_it_by_default() {
        let offer = offer(100_000, PartialRule::OnFullSettlement);
        assert_eq!(offer.earned(100_000, 2000, 50_000), Ok(0));
        assert_eq!(offer.earned(50_000, 2000, 48_000), Ok(2000));
        assert_eq!(offer.earned(50_000, 2000, 47_999), Ok(0));
    }

    #[test]
    fn credit_memos_shrink_the_basis() {
        assert_eq!(offer(100_000, PartialRule::default()).remaining(110_000, 22_000), Ok(1600));
        assert_eq!(offer(100_000, PartialRule::default()).remaining(110_000, 110_000), Ok(0));
    }

    #[test]
    fn the_last_day_is_inclusive_and_grace_is_added() {
        let mut offer = offer(100_000, PartialRule::default());
        assert!(offer.is_open_on("2026-03-10".parse().unwrap()));
        assert!(!offer.is_open_on("2026-03-11".parse().unwrap()));
        offer.grace_days = 2;
        assert!(offer.is_open_on("2026-03-12".parse().unwrap()));
    }
}
