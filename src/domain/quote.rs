//! The one price of paying: portal, staff, links and automatic payments all ask this function.
//!
//! The order is fixed: credit memos (already in the balance) → early-payment discount → cash
//! credits → bank discount → surcharge. The surcharge is always last and never part of an invoice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    discount::DiscountOffer,
    ids::InvoiceId,
    method::MethodFacts,
    money::{Currency, MoneyError, Rate, Rounding, mul_rate, mul_ratio, split},
    policy::{PaymentPolicy, When},
    portion::{AmountProblem, Portion, judge},
    surcharge::{BillingPlace, EffectiveRate, SurchargeReason, effective_rate},
    terms::PartialRule,
};

/// The most invoices one payment may hold.
pub const INVOICES_MAX: usize = 1000;

/// One invoice that is to be paid, with the facts that decide its price. Amounts are minor units
/// of the quote's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its currency.
    pub currency: Currency,
    /// Its original total; thresholds compare this.
    pub total: i64,
    /// What is open on it.
    pub balance: i64,
    /// What payments on their way hold of it.
    pub reserved: i64,
    /// Credit memos applied to it so far.
    pub credit_memos: i64,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it is due.
    pub due_on: NaiveDate,
    /// The early-payment discount it offers.
    pub discount: Option<DiscountOffer>,
    /// A typed amount to pay, or the whole.
    pub pay: Option<i64>,
}

impl Item {
    /// What can be paid on it now.
    pub const fn payable(&self) -> i64 {
        self.balance - self.reserved
    }

    /// The early-payment discount that paying all that can be paid on it today earns. While a
    /// payment on its way holds a part, what pays the rest does not close the invoice (money.md
    /// §3.3: B is the whole balance), so a discount for closing it is not earned by that.
    ///
    /// # Errors
    /// `OutOfRange` on overflow.
    pub fn early_discount(&self, today: NaiveDate) -> Result<i64, MoneyError> {
        let Some(offer) = self.discount.filter(|offer| offer.is_open_on(today)) else {
            return Ok(0);
        };
        let left = offer.remaining(self.total, self.credit_memos)?.min(self.balance);
        match (self.reserved > 0, offer.partial) {
            (false, _) => Ok(left),
            (true, PartialRule::OnFullSettlement) => Ok(0),
            (true, PartialRule::Proportional) => {
                mul_ratio(left, self.payable(), self.balance, Rounding::HalfUp)
            }
        }
    }

    /// What must be tendered today to leave nothing that can be paid on it.
    ///
    /// # Errors
    /// `OutOfRange` on overflow.
    pub fn closing(&self, today: NaiveDate) -> Result<i64, MoneyError> {
        Ok(self.payable() - self.early_discount(today)?)
    }
}

/// Everything a price depends on.
#[derive(Clone, Debug)]
pub struct Basket<'a> {
    /// The invoices, in the order shown.
    pub items: Vec<Item>,
    /// Unapplied cash the payer chose to use.
    pub cash_credit: i64,
    /// The method, once known; without one neither bank discount nor surcharge is priced.
    pub method: Option<&'a MethodFacts>,
    /// The seller's rules.
    pub policy: &'a PaymentPolicy,
    /// Where the bill goes.
    pub billing: &'a BillingPlace,
    /// Today in the seller's time zone.
    pub today: NaiveDate,
}

/// The price of one invoice. `reduction() = early_discount + cash_credit + bank_discount +
/// principal` is what its balance falls by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// What could be paid when the price was made.
    pub payable: i64,
    /// Early-payment discount.
    pub early_discount: i64,
    /// Unapplied cash used.
    pub cash_credit: i64,
    /// Discount for paying by bank.
    pub bank_discount: i64,
    /// What the method pays towards the invoice.
    pub principal: i64,
    /// This invoice's share of the surcharge.
    pub surcharge: i64,
}

impl Line {
    /// What the invoice's balance falls by.
    pub const fn reduction(&self) -> i64 {
        self.early_discount + self.cash_credit + self.bank_discount + self.principal
    }

    /// What could be paid on the invoice and is not paid with this.
    pub const fn left_open(&self) -> i64 {
        self.payable - self.reduction()
    }

    /// What it pays, to be priced again: the amount that was tendered when it leaves something open.
    pub const fn portion(&self) -> Portion {
        let pay =
            if self.left_open() > 0 { Some(self.reduction() - self.early_discount) } else { None };
        Portion { invoice_id: self.invoice_id, pay }
    }
}

/// A price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The currency of every amount.
    pub currency: Currency,
    /// One line for each invoice, in the order asked.
    pub lines: Vec<Line>,
    /// The rate of the surcharge and why it is that.
    pub surcharge_rate: EffectiveRate,
    /// The principal that the rate was taken of.
    pub surcharge_base: i64,
    /// The surcharge, computed once for the whole payment.
    pub surcharge: i64,
}

impl Quote {
    fn sum(&self, part: impl Fn(&Line) -> i64) -> i64 {
        self.lines.iter().map(part).sum()
    }

    /// What it pays of which invoice, to be priced again.
    pub fn portions(&self) -> Vec<Portion> {
        self.lines.iter().map(Line::portion).collect()
    }

    /// What could be paid on its invoices and is not paid with this.
    pub fn left_open(&self) -> i64 {
        self.sum(Line::left_open)
    }

    /// Paid towards invoices by the method.
    pub fn principal(&self) -> i64 {
        self.sum(|line| line.principal)
    }

    /// Early-payment discounts.
    pub fn early_discount(&self) -> i64 {
        self.sum(|line| line.early_discount)
    }

    /// Discounts for paying by bank.
    pub fn bank_discount(&self) -> i64 {
        self.sum(|line| line.bank_discount)
    }

    /// Unapplied cash used.
    pub fn cash_credit(&self) -> i64 {
        self.sum(|line| line.cash_credit)
    }

    /// What the invoices' balances fall by together.
    pub fn reduction(&self) -> i64 {
        self.sum(Line::reduction)
    }

    /// What the method is charged.
    pub fn charge(&self) -> i64 {
        self.principal() + self.surcharge
    }
}

/// Why there is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// No invoice was chosen.
    #[error("nothing to pay")]
    Empty,
    /// One invoice was named twice.
    #[error("invoice {0} is named twice")]
    Repeated(InvoiceId),
    /// More than [`INVOICES_MAX`] invoices.
    #[error("too many invoices")]
    TooMany,
    /// Invoices of different currencies.
    #[error("the invoices have different currencies")]
    MixedCurrencies,
    /// Nothing is left to pay on it: paid, or held by a payment on its way.
    #[error("invoice {0} cannot be paid now")]
    NotPayable(InvoiceId),
    /// A typed amount is not between one minor unit and what closes the invoice.
    #[error("at most {max} can be paid on invoice {invoice_id}")]
    AmountOutOfRange {
        /// The invoice.
        invoice_id: InvoiceId,
        /// What closes it.
        max: i64,
    },
    /// A typed amount does not close it, and the seller takes no partial payments.
    #[error("invoice {0} can only be paid whole")]
    OnlyWhole(InvoiceId),
    /// The seller does not accept the method for it.
    #[error("the method is not accepted for invoice {0}")]
    MethodNotAccepted(InvoiceId),
    /// Online payments are switched off.
    #[error("online payments are off")]
    PaymentsOff,
    /// An amount left the range of 64 bits.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Prices a basket. Pure: the same basket gives the same price.
///
/// # Errors
/// The first reason why there is none.
pub fn price(basket: &Basket<'_>) -> Result<Quote, QuoteError> {
    let currency = check(basket)?;
    let mut lines = Vec::with_capacity(basket.items.len());
    for item in &basket.items {
        lines.push(tender(item, basket)?);
    }
    use_cash_credit(&mut lines, basket);
    take_bank_discount(&mut lines, basket)?;
    let surcharge_rate = match basket.method {
        Some(method) => effective_rate(
            basket.policy.card.surcharge.as_ref(),
            method,
            basket.billing,
            basket.today,
        ),
        None => EffectiveRate { rate: Rate::ZERO, reason: SurchargeReason::NotACard },
    };
    let mut quote = Quote { currency, lines, surcharge_rate, surcharge_base: 0, surcharge: 0 };
    add_surcharge(&mut quote, basket)?;
    Ok(quote)
}

fn check(basket: &Basket<'_>) -> Result<Currency, QuoteError> {
    let first = basket.items.first().ok_or(QuoteError::Empty)?;
    if basket.items.len() > INVOICES_MAX {
        return Err(QuoteError::TooMany);
    }
    if !basket.policy.enabled {
        return Err(QuoteError::PaymentsOff);
    }
    let mut seen = std::collections::HashSet::new();
    for item in &basket.items {
        if !seen.insert(item.invoice_id) {
            return Err(QuoteError::Repeated(item.invoice_id));
        }
        if item.currency != first.currency {
            return Err(QuoteError::MixedCurrencies);
        }
        if item.payable() <= 0 {
            return Err(QuoteError::NotPayable(item.invoice_id));
        }
        if basket.method.is_some_and(|method| !is_accepted(method, item, basket)) {
            return Err(QuoteError::MethodNotAccepted(item.invoice_id));
        }
    }
    Ok(first.currency)
}

/// Whether the seller accepts a method for an invoice.
pub fn is_accepted(method: &MethodFacts, item: &Item, basket: &Basket<'_>) -> bool {
    let within = |min: Option<i64>, max: Option<i64>| {
        min.is_none_or(|min| item.total >= min) && max.is_none_or(|max| item.total <= max)
    };
    match method {
        MethodFacts::Card(_) => {
            let card = &basket.policy.card;
            card.accepted.applies(basket.today, item.due_on)
                && within(card.invoice_total_min, card.invoice_total_max)
        }
        MethodFacts::Bank => {
            let bank = &basket.policy.bank;
            bank.accepted
                && item.currency == Currency::USD
                && within(bank.invoice_total_min, bank.invoice_total_max)
        }
    }
}

/// The invoice's line before credits: what is tendered, and the discount that earns.
fn tender(item: &Item, basket: &Basket<'_>) -> Result<Line, QuoteError> {
    let (invoice_id, payable) = (item.invoice_id, item.payable());
    let left_to_earn = item.early_discount(basket.today)?;
    let closing = payable - left_to_earn;
    let part = match item.pay {
        Some(pay) => {
            judge(pay, closing, basket.policy.partial).map_err(|problem| match problem {
                AmountProblem::OnlyWhole => QuoteError::OnlyWhole(invoice_id),
                AmountProblem::Unreadable | AmountProblem::NotPositive | AmountProblem::TooMuch => {
                    QuoteError::AmountOutOfRange { invoice_id, max: closing }
                }
            })?
        }
        None => None,
    };
    let pay = part.unwrap_or(closing);
    let early_discount = match item.discount.filter(|offer| offer.is_open_on(basket.today)) {
        Some(offer) => offer.earned(payable, left_to_earn, pay)?,
        None => 0,
    };
    Ok(Line {
        invoice_id,
        payable,
        early_discount,
        cash_credit: 0,
        bank_discount: 0,
        principal: pay,
        surcharge: 0,
    })
}

/// Uses unapplied cash on the oldest due first.
fn use_cash_credit(lines: &mut [Line], basket: &Basket<'_>) {
    let mut left = basket.cash_credit.max(0);
    let mut order: Vec<(&Item, &mut Line)> = basket.items.iter().zip(lines).collect();
    order.sort_by_key(|(item, _)| (item.due_on, item.issued_on, item.invoice_id));
    for (_, line) in order {
        let used = left.min(line.principal);
        line.cash_credit = used;
        line.principal -= used;
        left -= used;
    }
}

fn take_bank_discount(lines: &mut [Line], basket: &Basket<'_>) -> Result<(), QuoteError> {
    let (Some(MethodFacts::Bank), Some(rule)) = (basket.method, &basket.policy.bank.discount)
    else {
        return Ok(());
    };
    for (item, line) in basket.items.iter().zip(lines) {
        let large_enough = rule.invoice_total_min.is_none_or(|min| item.total >= min);
        let stacks = rule.stacks || line.early_discount == 0;
        if large_enough && stacks && rule.when.applies(basket.today, item.due_on) {
            line.bank_discount = mul_rate(line.principal, rule.rate, Rounding::HalfUp)?;
            line.principal -= line.bank_discount;
        }
    }
    Ok(())
}

/// One floor for the whole payment, then split: flooring each invoice would lose cents.
fn add_surcharge(quote: &mut Quote, basket: &Basket<'_>) -> Result<(), QuoteError> {
    let Some(rule) = basket.policy.card.surcharge.as_ref() else { return Ok(()) };
    if quote.surcharge_rate.rate == Rate::ZERO || rule.when == When::Never {
        return Ok(());
    }
    let bases: Vec<i64> = basket
        .items
        .iter()
        .zip(&quote.lines)
        .map(|(item, line)| {
            let large_enough = rule.invoice_total_min.is_none_or(|min| item.total >= min);
            let carries = large_enough && rule.when.applies(basket.today, item.due_on);
            if carries { line.principal } else { 0 }
        })
        .collect();
    quote.surcharge_base = bases.iter().sum();
    quote.surcharge = mul_rate(quote.surcharge_base, quote.surcharge_rate.rate, Rounding::Floor)?;
    for (line, share) in quote.lines.iter_mut().zip(split(quote.surcharge, &bases)?) {
        line.surcharge = share;
    }
    Ok(())
}

#[cfg(test)]
#[path = "quote_tests.rs"]
mod tests;
