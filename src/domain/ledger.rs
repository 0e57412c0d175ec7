//! Double entry: which postings each movement of money writes. Debits are positive, credits
//! negative, and every transaction adds up to zero in its one currency. Postings are only ever
//! added; a correction is a further transaction.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    ids::{CreditId, InvoiceId},
    money::Currency,
};

/// The accounts. `Receivable` and `Unapplied` are kept by customer; the rest belong to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Accounts receivable: what the customer owes, by invoice.
    Receivable,
    /// Credit the customer holds: credit memos and unapplied cash, by credit.
    Unapplied,
    /// With the processor, on its way to our bank.
    ProcessorClearing,
    /// Received by other means, on its way to our bank.
    UndepositedFunds,
    /// Early-payment discounts.
    EarlyDiscounts,
    /// Discounts for paying by bank.
    BankDiscounts,
    /// Card surcharges: income, never part of an invoice.
    SurchargeIncome,
    /// The processor's fees.
    FeeExpense,
    /// Given up.
    WriteOffs,
    /// Taken back by cardholders.
    DisputeLosses,
    /// The other side of documents: the books' own sales accounts.
    Sales,
}

impl Account {
    /// Every account.
    pub const ALL: [Self; 11] = [
        Self::Receivable,
        Self::Unapplied,
        Self::ProcessorClearing,
        Self::UndepositedFunds,
        Self::EarlyDiscounts,
        Self::BankDiscounts,
        Self::SurchargeIncome,
        Self::FeeExpense,
        Self::WriteOffs,
        Self::DisputeLosses,
        Self::Sales,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::Unapplied => "unapplied",
            Self::ProcessorClearing => "processor_clearing",
            Self::UndepositedFunds => "undeposited_funds",
            Self::EarlyDiscounts => "early_discounts",
            Self::BankDiscounts => "bank_discounts",
            Self::SurchargeIncome => "surcharge_income",
            Self::FeeExpense => "fee_expense",
            Self::WriteOffs => "write_offs",
            Self::DisputeLosses => "dispute_losses",
            Self::Sales => "sales",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.as_str() == word)
    }
}

/// One posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// The invoice, for `Receivable`.
    pub invoice_id: Option<InvoiceId>,
    /// The credit, for `Unapplied`.
    pub credit_id: Option<CreditId>,
    /// Minor units; a debit is positive.
    pub minor: i64,
}

/// Why a transaction was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An invoice was issued, or its total changed in the books.
    Invoice,
    /// An invoice was voided.
    Void,
    /// A credit memo was issued, or its total changed in the books.
    CreditMemo,
    /// Credit was applied to an invoice, or taken off it again.
    Application,
    /// A payment arrived.
    Payment,
    /// A payment was taken back.
    Reversal,
    /// Money was given back.
    Refund,
    /// The processor took its fee.
    Fee,
    /// A balance was given up.
    WriteOff,
}

impl Cause {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Void => "void",
            Self::CreditMemo => "credit_memo",
            Self::Application => "application",
            Self::Payment => "payment",
            Self::Reversal => "reversal",
            Self::Refund => "refund",
            Self::Fee => "fee",
            Self::WriteOff => "write_off",
        }
    }
}

/// A balanced set of postings of one currency on one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    cause: Cause,
    effective_on: NaiveDate,
    currency: Currency,
    postings: Vec<Posting>,
}

/// The postings do not add up to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the postings add up to {sum}, not to zero")]
pub struct Unbalanced {
    /// What they add up to.
    pub sum: i128,
}

impl Transaction {
    /// Collects postings; those of zero are left out.
    ///
    /// # Errors
    /// `Unbalanced` when they do not add up to zero.
    pub fn new(
        cause: Cause,
        effective_on: NaiveDate,
        currency: Currency,
        postings: impl IntoIterator<Item = Posting>,
    ) -> Result<Self, Unbalanced> {
        let postings: Vec<Posting> = postings.into_iter().filter(|p| p.minor != 0).collect();
        let sum: i128 = postings.iter().map(|p| i128::from(p.minor)).sum();
        if sum != 0 {
            return Err(Unbalanced { sum });
        }
        Ok(Self { cause, effective_on, currency, postings })
    }

    /// Why it was written.
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The accounting date.
    pub const fn effective_on(&self) -> NaiveDate {
        self.effective_on
    }

    /// The currency of every posting.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The postings; none when nothing moved.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The same postings with the signs flipped, on another date.
    pub fn reversed(&self, cause: Cause, effective_on: NaiveDate) -> Self {
        let flip = |p: &Posting| Posting { minor: -p.minor, ..*p };
        let postings = self.postings.iter().map(flip).collect();
        Self { cause, effective_on, currency: self.currency, postings }
    }
}

/// A posting to an account of the seller.
pub const fn seller(account: Account, minor: i64) -> Posting {
    Posting { account, invoice_id: None, credit_id: None, minor }
}

/// A posting to what is owed on an invoice.
pub const fn receivable(invoice_id: InvoiceId, minor: i64) -> Posting {
    Posting { account: Account::Receivable, invoice_id: Some(invoice_id), credit_id: None, minor }
}

/// A posting to a credit the customer holds.
pub const fn unapplied(credit_id: CreditId, minor: i64) -> Posting {
    Posting { account: Account::Unapplied, invoice_id: None, credit_id: Some(credit_id), minor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_balanced_transactions_exist() {
        let invoice = InvoiceId::new(Uuid::from_u128(1));
        let day: NaiveDate = "2026-03-05".parse().unwrap();
        // Example 0.1 a: a card payment with an early-payment discount and a surcharge.
        let postings = [
            seller(Account::ProcessorClearing, 111_132),
            seller(Account::EarlyDiscounts, 2000),
            receivable(invoice, -110_000),
            seller(Account::SurchargeIncome, -3132),
            seller(Account::BankDiscounts, 0),
        ];
        let paid = Transaction::new(Cause::Payment, day, Currency::USD, postings).unwrap();
        assert_eq!(paid.postings().len(), 4);
        let back = paid.reversed(Cause::Reversal, day);
        assert_eq!(back.postings()[2], receivable(invoice, 110_000));
        assert_eq!(
            Transaction::new(Cause::Payment, day, Currency::USD, postings.into_iter().take(3)),
            Err(Unbalanced { sum: 3132 })
        );
        for account in Account::ALL {
            assert_eq!(Account::from_word(account.as_str()), Some(account));
        }
    }
}
