//! Giving money back: the share of the surcharge that goes with it (network rules: a full refund
//! returns the full surcharge, a partial one returns it pro rata).

use super::money::{MoneyError, Rounding, mul_ratio};

/// What a payment holds and what was given back of it so far, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refundable {
    /// Principal charged.
    pub principal: i64,
    /// Surcharge charged.
    pub surcharge: i64,
    /// Principal given back so far.
    pub refunded_principal: i64,
    /// Surcharge given back so far.
    pub refunded_surcharge: i64,
}

impl Refundable {
    /// Principal that can still be given back.
    pub const fn left(&self) -> i64 {
        self.principal - self.refunded_principal
    }

    /// The share of the surcharge that a refund of `principal` gives back: what is due in all by
    /// then, rounded half up, less what went back before. The last refund completes it exactly.
    ///
    /// # Errors
    /// `OutOfRange` on overflow.
    pub fn surcharge_share(&self, principal: i64) -> Result<i64, MoneyError> {
        if self.principal <= 0 {
            return Ok(0);
        }
        let all = self.refunded_principal + principal;
        let due = mul_ratio(self.surcharge, all, self.principal, Rounding::HalfUp)?;
        Ok(due - self.refunded_surcharge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_the_table_of_1_4() {
        for (principal, surcharge, refunds, expected) in [
            (10_000, 150, vec![6000], vec![90]),
            (10_000, 290, vec![3333, 3333, 3334], vec![97, 96, 97]),
            (97_500, 2827, vec![32_500; 3], vec![942, 943, 942]),
            (97_500, 2827, vec![1, 1, 97_498], vec![0, 0, 2827]),
            (108_000, 3132, vec![54_000], vec![1566]),
        ] {
            let mut state =
                Refundable { principal, surcharge, refunded_principal: 0, refunded_surcharge: 0 };
            let mut shares = Vec::new();
            for refund in refunds {
                let share = state.surcharge_share(refund).unwrap();
                state.refunded_principal += refund;
                state.refunded_surcharge += share;
                shares.push(share);
            }
            assert_eq!(shares, expected);
            assert_eq!(state.left() == 0, state.refunded_surcharge == surcharge);
        }
    }
}
