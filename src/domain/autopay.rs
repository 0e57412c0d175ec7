//! Automatic payment: on which day an invoice is charged, what its payer is told before, and whether
//! it is charged at all (money.md §6, product.md §2.19).

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    bank_return::rule_of,
    calendar::banking_days_after,
    expectation::{Expectation, ExpectationStatus},
    method::MethodKind,
    promise::last_day,
};

/// The hour of the seller's day at which invoices are charged.
pub const AUTOPAY_HOUR: u32 = 9;
/// Days before a charge on which its payer is told the amount and the day.
pub const NOTICE_DAYS: u64 = 3;
/// The same for a consumer's bank account that agreed to no ceiling (12 CFR 1005.10(d)).
pub const CONSUMER_NOTICE_DAYS: u64 = 10;
/// An invoice whose day is over by more than this when it appears is left to people.
pub const DAYS_LATE_MAX: i64 = 5;
/// Most tries of a card for one invoice.
pub const CARD_TRIES_MAX: usize = 4;
/// Most presentments of a bank debit (Nacha: the first and two more).
pub const BANK_TRIES_MAX: usize = 3;
/// Days after the first refusal on which a card is tried again.
const CARD_RETRY_DAYS: [u64; 3] = [1, 3, 5];
/// Banking days after each return on which a bank debit is tried again.
const BANK_RETRY_DAYS: [u32; 2] = [3, 5];
/// Days before a card's end on which its payer is told of it, the first and once more.
pub const EXPIRY_WARNING_DAYS: [i64; 2] = [14, 3];

/// The version of the words of the consent.
pub const CONSENT_VERSION: &str = "autopay-2026-11";

/// The code under which a charge is kept that its payer would have had to confirm at their bank.
pub const AUTHENTICATION_REQUIRED: &str = "authentication_required";

/// The code under which a charge is kept that the processor refuses to make, whoever asks.
pub const REFUSED: &str = "refused";

/// The code under which a charge is kept that was on its way and was called back at the processor.
pub const WITHDRAWN: &str = "withdrawn";

/// The reason of a try whose invoice somebody else pays by now.
pub const MOVED: &str = "moved";

/// The reason of a try whose invoice was paid otherwise before its day.
pub const SETTLED: &str = "settled";

macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),* $(,)? }) => {
        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the stored word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

/// On which of an invoice's days it is charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutopayTiming {
    /// When it appears here.
    InvoiceDate,
    /// On the last day of its early-payment discount; when it is due, where it has none.
    LastDiscountDay,
    /// When it is due.
    #[default]
    DueDate,
}

words!(AutopayTiming {
    InvoiceDate => "invoice_date",
    LastDiscountDay => "last_discount_day",
    DueDate => "due_date",
});

/// Where an enrolment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// Invoices are charged.
    Active,
    /// Nothing is charged until the payer has looked at it.
    NeedsAttention,
    /// The payer ended it, or a bank's answer did.
    Cancelled,
    /// The payer agreed to other terms in its place.
    Superseded,
}

words!(EnrolmentState {
    Active => "active",
    NeedsAttention => "needs_attention",
    Cancelled => "cancelled",
    Superseded => "superseded",
});

/// Where one try to charge one invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The payer was told of it.
    Planned,
    /// A payment was made of it, which is on its way.
    Sent,
    /// The money came.
    Paid,
    /// The money did not come, or went back.
    Failed,
    /// Nothing was charged and nothing will be.
    Dropped,
}

words!(AttemptState {
    Planned => "planned",
    Sent => "sent",
    Paid => "paid",
    Failed => "failed",
    Dropped => "dropped",
});

impl AttemptState {
    /// Whether it may yet move money.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Planned | Self::Sent)
    }
}

/// What a payer agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutopayTerms {
    /// Card or bank.
    pub kind: MethodKind,
    /// On which day.
    pub timing: AutopayTiming,
    /// The most that one charge may be, in minor units, surcharge included.
    pub ceiling: Option<i64>,
    /// Whether a bank account is a business's, as the payer says.
    pub is_business: bool,
}

impl AutopayTerms {
    const fn is_protected_consumer(&self) -> bool {
        matches!(self.kind, MethodKind::Bank) && !self.is_business && self.ceiling.is_none()
    }

    /// Whether a ceiling is missing: charging a bank account as soon as an invoice appears leaves no
    /// time to tell of an amount that nobody limited (money.md §6.2).
    pub const fn needs_ceiling(&self) -> bool {
        matches!((self.kind, self.timing), (MethodKind::Bank, AutopayTiming::InvoiceDate))
            && self.ceiling.is_none()
    }

    /// Days before a charge on which the payer is told.
    pub const fn notice_days(&self) -> u64 {
        match self.timing {
            _ if self.is_protected_consumer() => CONSUMER_NOTICE_DAYS,
            AutopayTiming::InvoiceDate => 0,
            AutopayTiming::LastDiscountDay | AutopayTiming::DueDate => NOTICE_DAYS,
        }
    }

    /// Days that have to pass between the notice and the charge, whatever the invoice's day.
    const fn lead_days(&self) -> u64 {
        if self.is_protected_consumer() { CONSUMER_NOTICE_DAYS } else { 0 }
    }

    /// The same where an amount rose after it was told.
    const fn fresh_lead_days(&self) -> u64 {
        if self.is_protected_consumer() { CONSUMER_NOTICE_DAYS } else { NOTICE_DAYS }
    }
}

/// What a payer chose, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnrolForm {
    /// The method's id.
    pub method: String,
    /// The word of the timing.
    pub timing: String,
    /// The most that one charge may be, as typed; empty for no limit.
    pub ceiling: String,
    /// Whether open credits are used first.
    pub use_credits: bool,
    /// Whether what is open with its day over is charged too.
    pub include_open: bool,
    /// Whether a bank account is a business's.
    pub is_business: bool,
}

/// The days of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoiceDays {
    /// Its date.
    pub issued_on: NaiveDate,
    /// The last day of its early-payment discount.
    pub discount_until: Option<NaiveDate>,
    /// When it is due.
    pub due_on: NaiveDate,
    /// When it came here.
    pub appeared_on: NaiveDate,
}

/// Since when a payer is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolledDays {
    /// Since when under these terms: what they leave out is what was open that day, also where other
    /// terms counted before.
    pub on: NaiveDate,
    /// Whether what was open with its day over is charged too.
    pub include_open: bool,
}

/// On which day an invoice is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeDay {
    /// On this.
    On(NaiveDate),
    /// Its day was over when the payer enrolled, who did not ask for that.
    BeforeEnrolment,
    /// Its day was long over when it appeared: somebody has to look at it.
    TooLate,
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The day on which an invoice is charged (money.md §6.1). Weekends and holidays are days like others:
/// what counts for a discount is the day on which a payment is made.
pub fn charge_day(
    timing: AutopayTiming,
    invoice: &InvoiceDays,
    enrolled: &EnrolledDays,
) -> ChargeDay {
    let chosen = match timing {
        AutopayTiming::InvoiceDate => invoice.issued_on.max(invoice.appeared_on),
        AutopayTiming::LastDiscountDay => invoice.discount_until.unwrap_or(invoice.due_on),
        AutopayTiming::DueDate => invoice.due_on,
    };
    let first = later(enrolled.on, 1);
    if invoice.appeared_on <= enrolled.on {
        return match chosen < enrolled.on && !enrolled.include_open {
            true => ChargeDay::BeforeEnrolment,
            false => ChargeDay::On(chosen.max(first)),
        };
    }
    if (invoice.appeared_on - chosen).num_days() > DAYS_LATE_MAX {
        return ChargeDay::TooLate;
    }
    ChargeDay::On(chosen.max(invoice.appeared_on).max(first))
}

/// Why an invoice waits for its payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutopayHold {
    /// It is more than the payer agreed to.
    AboveCeiling,
    /// The method is not accepted for it.
    NotAccepted,
    /// The method, or the ceiling, is of another currency.
    Currency,
    /// The method may not be used any more.
    MethodGone,
    /// The card is over.
    CardExpired,
    /// It appeared long after its day.
    TooLate,
    /// Somebody paid it by hand, and that money went back.
    TakenBack,
    /// A debit that came back may be presented again for the same amount only, and that is another now.
    AmountChanged,
    /// Nobody is left who could be told of a charge.
    NobodyTold,
}

words!(AutopayHold {
    AboveCeiling => "above_ceiling",
    NotAccepted => "not_accepted",
    Currency => "currency",
    MethodGone => "method_gone",
    CardExpired => "card_expired",
    TooLate => "too_late",
    TakenBack => "taken_back",
    AmountChanged => "amount_changed",
    NobodyTold => "nobody_told",
});

impl AutopayHold {
    /// Whether it is the same for every invoice: nothing is charged until the payer has looked at it.
    pub const fn is_of_method(self) -> bool {
        matches!(self, Self::MethodGone | Self::CardExpired | Self::NobodyTold)
    }
}

/// Why an invoice is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutopaySkip {
    /// Nobody is enrolled any more, or somebody has to look at it first.
    NotActive,
    /// The customer may not pay online.
    PaymentsOff,
    /// Nothing is left to pay on it, or it was withdrawn.
    NothingToPay,
    /// A payment on its way holds some of it.
    BeingPaid,
    /// The customer objects, or somebody of ours holds it.
    Disputed,
    /// Somebody of ours stopped it for this invoice.
    Stopped,
    /// Its day was over before the payer enrolled.
    BeforeEnrolment,
    /// It was charged before, or could not be.
    Done,
}

/// How the tries of an invoice stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Nothing was tried, or what was is given up.
    Not,
    /// The payer was told of a charge on a day, at most of so much.
    Planned {
        /// The day.
        charge_on: NaiveDate,
        /// The amount, in minor units.
        minor: i64,
    },
    /// A payment is on its way.
    Sent,
    /// It was paid by a try, or no other will follow.
    Done,
}

/// What charging an invoice on a day comes to. Amounts are minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutopayPrice {
    /// What the method is charged.
    pub charge: i64,
    /// What has to be tendered to close the invoice, before credits.
    pub closing: i64,
}

/// What is known of an invoice when its turn comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutopayFacts {
    /// Whether the enrolment is active.
    pub is_active: bool,
    /// Whether the customer may pay online.
    pub takes_payments: bool,
    /// What can be paid on it, less what payments on their way hold; nothing when it was withdrawn.
    pub payable: i64,
    /// What payments on their way hold.
    pub reserved: i64,
    /// Whether the books say that the customer objects.
    pub is_disputed: bool,
    /// When its money is expected.
    pub expected: Expectation,
    /// Days of grace that a promise has.
    pub grace_days: u16,
    /// On which day it is charged.
    pub day: ChargeDay,
    /// What was tried so far.
    pub tried: Tried,
    /// What keeps the method from being used.
    pub method: Option<AutopayHold>,
    /// Open credits that may be used on it, in minor units; nothing where the payer did not agree.
    pub credits: i64,
    /// Whether the ceiling is of its currency; true where there is none.
    pub ceiling_fits: bool,
    /// Whether a payment of it that somebody made by hand went back.
    pub is_taken_back: bool,
    /// Whether its payer was told last that it is not charged.
    pub was_held: bool,
    /// The amount of a bank debit that came back and is to be presented again, in minor units.
    pub presented: Option<i64>,
}

/// What is done about an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutopayStep {
    /// Nothing.
    Skip(AutopaySkip),
    /// Nothing yet: it is charged on a day, or looked at again then.
    Wait(NaiveDate),
    /// Nothing until its payer does something about it.
    Hold(AutopayHold),
    /// The payer is told of the day and the amount.
    Notify {
        /// The day.
        charge_on: NaiveDate,
        /// The amount, in minor units.
        minor: i64,
    },
    /// Credits are used on it, at most so much; then it is looked at again.
    UseCredits(i64),
    /// It is charged so much.
    Charge(i64),
}

impl AutopayStep {
    /// The day on which it will be charged, as far as can be said.
    pub const fn day(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Wait(day) | Self::Notify { charge_on: day, .. } => Some(day),
            Self::UseCredits(_) | Self::Charge(_) => Some(today),
            Self::Skip(_) | Self::Hold(_) => None,
        }
    }
}

/// What is done about an invoice today: the table of money.md §6.3, the first row that fits.
/// `price` says what charging it on a day comes to, or why it cannot be.
pub fn decide(
    facts: &AutopayFacts,
    terms: &AutopayTerms,
    today: NaiveDate,
    price: impl Fn(NaiveDate) -> Result<AutopayPrice, AutopayHold>,
) -> AutopayStep {
    use AutopayStep::{Charge, Hold, Notify, Skip, UseCredits, Wait};

    if !facts.is_active {
        return Skip(AutopaySkip::NotActive);
    }
    if !facts.takes_payments {
        return Skip(AutopaySkip::PaymentsOff);
    }
    if facts.reserved > 0 || facts.tried == Tried::Sent {
        return Skip(AutopaySkip::BeingPaid);
    }
    if facts.payable <= 0 {
        return Skip(AutopaySkip::NothingToPay);
    }
    if facts.tried == Tried::Done {
        return Skip(AutopaySkip::Done);
    }
    let mut not_before = today;
    match facts.expected.status {
        ExpectationStatus::AutopayHold => return Skip(AutopaySkip::Stopped),
        ExpectationStatus::OnHold => return Skip(AutopaySkip::Disputed),
        _ if facts.is_disputed => return Skip(AutopaySkip::Disputed),
        ExpectationStatus::Promised if !facts.expected.has_lapsed(facts.grace_days, today) => {
            let over = facts.expected.on.map_or(today, |day| last_day(day, facts.grace_days));
            not_before = later(over, 1);
        }
        _ => {}
    }
    let day = match facts.day {
        ChargeDay::On(day) => day,
        ChargeDay::BeforeEnrolment => return Skip(AutopaySkip::BeforeEnrolment),
        ChargeDay::TooLate => return Hold(AutopayHold::TooLate),
    };
    if let Some(hold) = facts.method {
        return Hold(hold);
    }
    if facts.is_taken_back {
        return Hold(AutopayHold::TakenBack);
    }
    let is_too_much = |minor: i64| terms.ceiling.is_some_and(|ceiling| minor > ceiling);
    // What was told long ago is forgotten: something kept the charge from being made.
    let is_over = |day: NaiveDate| (today - day).num_days() > DAYS_LATE_MAX;
    let told = match facts.tried {
        Tried::Planned { charge_on, minor } if charge_on >= day && !is_over(charge_on) => {
            Some((charge_on, minor))
        }
        _ => None,
    };
    // Whoever expects no charge, or expects it no more, is told of it in time.
    let is_unexpected = facts.was_held
        || facts.expected.status == ExpectationStatus::Promised
        || matches!(facts.tried, Tried::Planned { charge_on, .. } if is_over(charge_on));
    let lead = if is_unexpected { terms.fresh_lead_days() } else { terms.lead_days() };
    let on = told.map_or(day, |(charge_on, _)| charge_on).max(not_before);
    let earliest = later(today, lead);
    let on = if told.is_some() { on } else { on.max(earliest) };
    let AutopayPrice { charge, closing } = match price(on) {
        Ok(price) => price,
        Err(hold) => return Hold(hold),
    };
    if facts.presented.is_some_and(|minor| told.is_none() || charge != minor) {
        return Hold(AutopayHold::AmountChanged);
    }
    let credits = if facts.presented.is_some() { 0 } else { facts.credits };
    let left = charge - credits.min(closing);
    if !facts.ceiling_fits && left > 0 {
        return Hold(AutopayHold::Currency);
    }
    if is_too_much(left) {
        return Hold(AutopayHold::AboveCeiling);
    }
    if not_before > today {
        return Wait(on);
    }
    let Some((_, told)) = told else {
        let notice = terms.notice_days().max(lead);
        let opens = on.checked_sub_days(Days::new(notice)).unwrap_or(on);
        return if today < opens { Wait(on) } else { Notify { charge_on: on, minor: charge } };
    };
    if charge > told {
        let charge_on = later(today, terms.fresh_lead_days()).max(on);
        let minor = price(charge_on).map_or(charge, |price| price.charge);
        return Notify { charge_on, minor };
    }
    if on > today {
        return Wait(on);
    }
    if credits > 0 && closing > 0 {
        return UseCredits(credits.min(closing));
    }
    Charge(charge)
}

/// What follows from a charge that failed, or was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is tried again on a day.
    Retry(NaiveDate),
    /// Not this invoice any more.
    GiveUpInvoice,
    /// Nothing more until the payer has looked at it.
    NeedsAttention,
    /// The authorisation is gone: nothing more.
    Cancel,
}

/// Answers of card networks after which a card is not tried again (Visa category 1, Mastercard
/// advice codes 03 and 21; money.md §6.3).
const HARD_DECLINES: &[&str] = &[
    "expired_card",
    "lost_card",
    "stolen_card",
    "pickup_card",
    "restricted_card",
    "fraudulent",
    "incorrect_cvc",
    "invalid_cvc",
    "incorrect_number",
    "invalid_number",
    "invalid_account",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "card_not_supported",
    "currency_not_supported",
    "do_not_try_again",
    "incorrect_zip",
    "merchant_blacklist",
    "new_account_information_available",
    "stop_payment_order",
    "revocation_of_authorization",
    "revocation_of_all_authorizations",
];

/// What follows from a failure with a code, the `tries`-th of its invoice, on a day; the first of them
/// was on `first_on`.
pub fn after_failure(
    kind: MethodKind,
    code: &str,
    tries: usize,
    first_on: NaiveDate,
    today: NaiveDate,
) -> AfterFailure {
    match kind {
        // A further try would only ask the same again.
        _ if matches!(code, AUTHENTICATION_REQUIRED | "payment_intent_authentication_failure") => {
            AfterFailure::GiveUpInvoice
        }
        // Somebody wanted it not to be charged.
        _ if code == WITHDRAWN => AfterFailure::GiveUpInvoice,
        MethodKind::Card => {
            let days = CARD_RETRY_DAYS.get(tries.saturating_sub(1));
            match days.filter(|_| !HARD_DECLINES.contains(&code) && tries < CARD_TRIES_MAX) {
                Some(days) => AfterFailure::Retry(later(first_on, *days).max(later(today, 1))),
                None => AfterFailure::NeedsAttention,
            }
        }
        MethodKind::Bank => {
            let rule = rule_of(code);
            let days = BANK_RETRY_DAYS.get(tries.saturating_sub(1));
            match days.filter(|_| rule.may_represent && tries < BANK_TRIES_MAX) {
                Some(days) => AfterFailure::Retry(banking_days_after(today, *days)),
                None if matches!(rule.code, "R07" | "R10" | "R29") => AfterFailure::Cancel,
                None if rule.code == "R08" => AfterFailure::GiveUpInvoice,
                None => AfterFailure::NeedsAttention,
            }
        }
    }
}

#[cfg(test)]
#[path = "autopay_tests.rs"]
mod tests;
