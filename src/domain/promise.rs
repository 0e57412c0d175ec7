//! A promise to pay: what a customer said it would pay by a day, and what became of it
//! (product.md §2.5).

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    expectation::NO_DAY,
    form::{FieldProblem, Problem, parse_line},
    ids::InvoiceId,
    money::{Currency, Money},
};

/// Most invoices of one promise.
pub const INVOICES_MAX: usize = 200;
/// Most characters of a note.
pub const NOTE_LENGTH_MAX: usize = 500;
/// Most days of grace that can be chosen.
pub const GRACE_DAYS_MAX: u16 = 30;

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseStatus {
    /// It can still be kept.
    Open,
    /// All of it was paid.
    Kept,
    /// Its day passed, and some of it was paid.
    PartiallyKept,
    /// Its day passed, and nothing was paid.
    Broken,
    /// Somebody took it back.
    Cancelled,
}

impl PromiseStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Kept, Self::PartiallyKept, Self::Broken, Self::Cancelled];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::PartiallyKept => "partially_kept",
            Self::Broken => "broken",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// How a customer gave its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseChannel {
    /// On the phone.
    Call,
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
    /// In the portal.
    Portal,
}

impl PromiseChannel {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Call, Self::Email, Self::Sms, Self::Portal];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Portal => "portal",
        }
    }

    /// The channel of a stored word; none of an empty one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}

/// What is open on an invoice of a promise, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromisedInvoice {
    /// When the promise was taken.
    pub before: i64,
    /// Now.
    pub now: i64,
    /// What payments on their way hold of that.
    pub reserved: i64,
}

/// How a promise stands, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What was promised.
    pub amount: i64,
    /// What was paid since, by money or by credits. What an invoice came to owe on top is not taken
    /// off what was paid on another.
    pub paid: i64,
    /// What is open on its invoices.
    pub open: i64,
    /// What payments on their way hold of that.
    pub on_its_way: i64,
}

impl Standing {
    /// How a promise of an amount stands.
    pub fn of(amount: i64, invoices: impl IntoIterator<Item = PromisedInvoice>) -> Self {
        let none = Self { amount, paid: 0, open: 0, on_its_way: 0 };
        invoices.into_iter().fold(none, |sum, invoice| Self {
            paid: sum.paid.saturating_add((invoice.before.saturating_sub(invoice.now)).max(0)),
            open: sum.open.saturating_add(invoice.now),
            on_its_way: sum.on_its_way.saturating_add(invoice.reserved),
            ..sum
        })
    }

    /// What becomes of it today: kept as soon as its amount is paid or nothing is open any more. Once
    /// its last day is over it is not, unless a payment is on its way: a bank debit that was made in
    /// time takes days, and what becomes of it decides.
    pub fn verdict(&self, last_day: NaiveDate, today: NaiveDate) -> PromiseStatus {
        if self.paid >= self.amount || self.open <= 0 {
            PromiseStatus::Kept
        } else if today <= last_day || self.on_its_way > 0 {
            PromiseStatus::Open
        } else if self.paid > 0 {
            PromiseStatus::PartiallyKept
        } else {
            PromiseStatus::Broken
        }
    }
}

/// The last day on which what was promised for a day can be paid.
pub fn last_day(promised_on: NaiveDate, grace_days: u16) -> NaiveDate {
    promised_on.checked_add_days(Days::new(u64::from(grace_days))).unwrap_or(NaiveDate::MAX)
}

/// The earliest day for which something can be promised so that it is not over today.
pub fn first_day(today: NaiveDate, grace_days: u16) -> NaiveDate {
    today.checked_sub_days(Days::new(u64::from(grace_days))).unwrap_or(NaiveDate::MIN)
}

/// What a person typed about a promise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromiseForm {
    /// The ids of its invoices, each with the version that was read behind a colon, and commas
    /// between them.
    pub invoices: String,
    /// How much; empty for everything that is open on them.
    pub amount: String,
    /// A day, `YYYY-MM-DD`.
    pub promised_on: String,
    /// The word of a channel.
    pub channel: String,
    /// What else is to be known; may be empty.
    pub note: String,
}

/// What was typed beside invoices and amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseTerms {
    /// By when.
    pub promised_on: NaiveDate,
    /// How the customer said so.
    pub channel: PromiseChannel,
    /// What else is to be known.
    pub note: String,
}

fn problem(field: &str, problem: Problem) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}

impl PromiseForm {
    /// The invoices, each once, with the versions that were read.
    ///
    /// # Errors
    /// `invoices`: `Required`, `NotAChoice`, `OutOfRange` for too many.
    pub fn chosen(&self) -> Result<BTreeMap<InvoiceId, i64>, FieldProblem> {
        let read = |one: &str| -> Option<(InvoiceId, i64)> {
            let (id, version) = one.split_once(':')?;
            Some((id.parse().ok()?, version.parse().ok()?))
        };
        let named = self.invoices.split(',').filter(|one| !one.is_empty());
        let chosen: Option<BTreeMap<_, _>> = named.map(read).collect();
        let chosen = chosen.ok_or_else(|| problem("invoices", Problem::NotAChoice))?;
        match chosen.len() {
            0 => Err(problem("invoices", Problem::Required)),
            1..=INVOICES_MAX => Ok(chosen),
            _ => Err(problem("invoices", Problem::OutOfRange)),
        }
    }

    /// How much was promised, in minor units: at most what is open on the invoices, and all of that
    /// where nothing was typed.
    ///
    /// # Errors
    /// `amount`: `NotAnAmount`, `OutOfRange`.
    pub fn amount(&self, currency: Currency, open: i64) -> Result<i64, FieldProblem> {
        let text = self.amount.trim().replace(',', "");
        if text.is_empty() {
            return Ok(open);
        }
        match Money::parse(&text, currency).map(Money::minor) {
            Ok(minor) if minor > open => Err(problem("amount", Problem::OutOfRange)),
            Ok(minor) if minor > 0 => Ok(minor),
            _ => Err(problem("amount", Problem::NotAnAmount)),
        }
    }

    /// Reads the rest of the form.
    ///
    /// # Errors
    /// `promised_on`: `Required`, `NotADate`, `OutOfRange`; `channel`: `NotAChoice`; `note`:
    /// `TooLong`.
    pub fn terms(&self, today: NaiveDate) -> Result<PromiseTerms, FieldProblem> {
        let promised_on = match self.promised_on.trim() {
            "" => Err(Problem::Required),
            text => text.parse().map_err(|_| Problem::NotADate),
        };
        let promised_on = promised_on.and_then(|day: NaiveDate| {
            let is_open = today <= day && day < NO_DAY;
            if is_open { Ok(day) } else { Err(Problem::OutOfRange) }
        });
        let promised_on = promised_on.map_err(|bad| problem("promised_on", bad))?;
        let channel = PromiseChannel::from_word(&self.channel);
        let channel = channel.ok_or_else(|| problem("channel", Problem::NotAChoice))?;
        let note = parse_line(&self.note, NOTE_LENGTH_MAX).map_err(|bad| problem("note", bad))?;
        Ok(PromiseTerms { promised_on, channel, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const fn invoice(before: i64, now: i64, reserved: i64) -> PromisedInvoice {
        PromisedInvoice { before, now, reserved }
    }

    #[test]
    fn words_round_trip() {
        for status in PromiseStatus::ALL {
            assert_eq!(PromiseStatus::from_word(status.as_str()), Some(status));
        }
        for channel in PromiseChannel::ALL {
            assert_eq!(PromiseChannel::from_word(channel.as_str()), Some(channel));
        }
        assert_eq!((PromiseStatus::from_word(""), PromiseChannel::from_word("")), (None, None));
    }

    #[test]
    fn what_was_paid_is_what_is_open_no_more() {
        for (invoices, paid, open, on_its_way) in [
            (vec![invoice(300, 300, 0)], 0, 300, 0),
            (vec![invoice(300, 100, 0)], 200, 100, 0),
            (vec![invoice(300, 0, 0), invoice(200, 150, 50)], 350, 150, 50),
            // A total that was corrected upwards takes nothing off, there or elsewhere.
            (vec![invoice(300, 400, 0)], 0, 400, 0),
            (vec![invoice(300, 400, 0), invoice(200, 0, 0)], 200, 400, 0),
            (vec![invoice(i64::MAX, 0, 0), invoice(i64::MAX, 0, 0)], i64::MAX, 0, 0),
            (Vec::new(), 0, 0, 0),
        ] {
            let found = Standing::of(500, invoices.clone());
            let expected = Standing { amount: 500, paid, open, on_its_way };
            assert_eq!(found, expected, "{invoices:?}");
        }
    }

    #[test]
    fn a_promise_is_kept_until_its_day_is_over() {
        use PromiseStatus::{Broken, Kept, Open, PartiallyKept};
        let (amount, day_of, after) = (200, day("2026-03-10"), day("2026-03-11"));
        for (invoices, today, expected) in [
            // Before the day is over.
            (vec![invoice(300, 300, 0)], day_of, Open),
            (vec![invoice(300, 101, 0)], day_of, Open),
            (vec![invoice(300, 100, 0)], day_of, Kept),
            (vec![invoice(300, 50, 0)], day("2026-03-01"), Kept),
            (vec![invoice(150, 0, 0), invoice(150, 100, 0)], day_of, Kept),
            // After it.
            (vec![invoice(300, 300, 0)], after, Broken),
            (vec![invoice(300, 299, 0)], after, PartiallyKept),
            (vec![invoice(300, 100, 0)], after, Kept),
            // A payment on its way is waited for, whatever it comes to.
            (vec![invoice(300, 300, 200)], after, Open),
            (vec![invoice(300, 300, 10)], day("2026-04-30"), Open),
            (vec![invoice(300, 100, 50)], after, Kept),
            // Nothing is open any more: withdrawn, credited or paid.
            (vec![invoice(100, 0, 0), invoice(50, 0, 0)], after, Kept),
        ] {
            let standing = Standing::of(amount, invoices.clone());
            let found = standing.verdict(last_day(day_of, 0), today);
            assert_eq!(found, expected, "{invoices:?} on {today}");
        }
    }

    #[test]
    fn days_of_grace_are_added_to_the_day() {
        let standing = Standing::of(100, [invoice(100, 100, 0)]);
        for (grace, today, expected) in [
            (0, "2026-02-28", PromiseStatus::Open),
            (0, "2026-03-01", PromiseStatus::Broken),
            (3, "2026-03-03", PromiseStatus::Open),
            (3, "2026-03-04", PromiseStatus::Broken),
        ] {
            let promised_on = day("2026-02-28");
            let found = standing.verdict(last_day(promised_on, grace), day(today));
            assert_eq!(found, expected, "{grace} on {today}");
            let is_over = promised_on < first_day(day(today), grace);
            assert_eq!(is_over, expected == PromiseStatus::Broken, "{grace} on {today}");
        }
        assert_eq!(last_day(NaiveDate::MAX, 9), NaiveDate::MAX);
        assert_eq!(first_day(NaiveDate::MIN, 9), NaiveDate::MIN);
    }

    #[test]
    fn what_was_typed_is_read_or_refused_by_field() {
        let today = day("2026-03-10");
        let id = |number: u128| InvoiceId::new(uuid::Uuid::from_u128(number));
        let form = PromiseForm {
            invoices: format!("{}:3,{}:1,", id(2), id(1)),
            amount: " 1,234.50 ".to_owned(),
            promised_on: " 2026-03-10 ".to_owned(),
            channel: "sms".to_owned(),
            note: " Said\n so \u{7}".to_owned(),
        };
        let chosen: Vec<_> = form.chosen().unwrap().into_iter().collect();
        assert_eq!(chosen, [(id(1), 1), (id(2), 3)]);
        assert_eq!(form.amount(Currency::USD, 123_450), Ok(123_450));
        let expected = PromiseTerms {
            promised_on: today,
            channel: PromiseChannel::Sms,
            note: "Said so".to_owned(),
        };
        assert_eq!(form.terms(today), Ok(expected));

        let many: Vec<String> = (0..201).map(|number| format!("{}:1", id(number))).collect();
        for (invoices, expected) in [
            (String::new(), Problem::Required),
            (",".to_owned(), Problem::Required),
            ("x:1".to_owned(), Problem::NotAChoice),
            (id(1).to_string(), Problem::NotAChoice),
            (many.join(","), Problem::OutOfRange),
        ] {
            let form = PromiseForm { invoices, ..form.clone() };
            assert_eq!(form.chosen(), Err(problem("invoices", expected)));
        }
        let of = |amount: &str| {
            let form = PromiseForm { amount: amount.to_owned(), ..form.clone() };
            form.amount(Currency::USD, 10_000).map_err(|bad| (bad.field, bad.problem))
        };
        assert_eq!(of(" "), Ok(10_000), "everything that is open");
        assert_eq!(of("0.01"), Ok(1));
        assert_eq!(of("100.00"), Ok(10_000));
        assert_eq!(of("100.01"), Err(("amount".to_owned(), Problem::OutOfRange)));
        for text in ["0", "-5", "1.005", "five", "1e2", "9999999999999999999999999"] {
            assert_eq!(of(text), Err(("amount".to_owned(), Problem::NotAnAmount)), "{text}");
        }
        for (changed, field, expected) in [
            (("", "call", ""), "promised_on", Problem::Required),
            (("soon", "call", ""), "promised_on", Problem::NotADate),
            (("2026-03-09", "call", ""), "promised_on", Problem::OutOfRange),
            (("9999-12-31", "call", ""), "promised_on", Problem::OutOfRange),
            (("2026-03-11", "", ""), "channel", Problem::NotAChoice),
            (("2026-03-11", "fax", ""), "channel", Problem::NotAChoice),
            (("2026-03-11", "call", &*"é".repeat(501)), "note", Problem::TooLong),
        ] {
            let (promised_on, channel, note) = changed;
            let form = PromiseForm {
                promised_on: promised_on.to_owned(),
                channel: channel.to_owned(),
                note: note.to_owned(),
                ..form.clone()
            };
            assert_eq!(form.terms(today), Err(problem(field, expected)));
        }
    }
}
