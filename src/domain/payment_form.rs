//! How a person types rules about online payments: the company's, and what one customer is granted
//! otherwise. The same groups and the same fields for both.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    form::{FieldProblem, Problem},
    gl_accounts::GlAccounts,
    money::{Currency, Money, Rate},
    payment_override::{
        BankAcceptance, CardAcceptance, OnlinePayments, Override, OverrideError, PaymentOverrides,
        SurchargeTerms, check_bank_discount,
    },
    policy::{
        BankDiscount, BankPolicy, CardPolicy, DAYS_PAST_DUE_MAX, DAYS_PAST_DUE_USUAL,
        PaymentPolicy, PolicyError, SURCHARGE_RATE_MAX, SurchargePolicy, When,
    },
};

/// When, and for which cards' invoices; `state` is `inherit`, `on` or `off`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardFields {
    /// Which of the three.
    pub state: String,
    /// A word of [`When`].
    pub when: String,
    /// Days past due, for the choice that has some.
    pub days: String,
    /// Smallest invoice total, as an amount; empty without.
    pub min: String,
    /// Largest invoice total, as an amount; empty without.
    pub max: String,
}

/// A surcharge; `state` is `inherit`, `on` or `off`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurchargeFields {
    /// Which of the three.
    pub state: String,
    /// The rate in percent.
    pub rate: String,
    /// A word of [`When`].
    pub when: String,
    /// Smallest invoice total, as an amount; empty without.
    pub min: String,
}

/// Bank debits; `state` is `inherit`, `on` or `off`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BankFields {
    /// Which of the three.
    pub state: String,
    /// Smallest invoice total, as an amount; empty without.
    pub min: String,
    /// Largest invoice total, as an amount; empty without.
    pub max: String,
}

/// A discount for paying by bank; `state` is `inherit`, `on` or `off`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscountFields {
    /// Which of the three.
    pub state: String,
    /// The rate in percent.
    pub rate: String,
    /// A word of [`When`].
    pub when: String,
    /// Smallest invoice total, as an amount; empty without.
    pub min: String,
    /// Whether it is given on top of an early-payment discount.
    pub stacks: bool,
}

/// Partial payments; `state` is `inherit`, `on` or `off`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartialFields {
    /// Which of the three.
    pub state: String,
}

/// The groups that the company and a customer have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupFields {
    /// Cards.
    pub card: CardFields,
    /// The surcharge on credit cards.
    pub surcharge: SurchargeFields,
    /// Bank debits.
    pub bank: BankFields,
    /// The discount for paying by bank.
    pub discount: DiscountFields,
    /// Partial payments.
    pub partial: PartialFields,
}

/// What is typed about one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OverridesForm {
    /// `portal`, `pay_link`, `read_only` or `closed`.
    pub online: String,
    /// The last day of it, `2026-11-30`; empty is until somebody changes it.
    pub until: String,
    /// The groups.
    pub groups: GroupFields,
}

/// What is typed about the company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyForm {
    /// Whether payments are taken online at all.
    pub enabled: bool,
    /// The groups; none of them inherits.
    pub groups: GroupFields,
    /// What accepting cards costs, in percent.
    pub cost: String,
    /// When the acquirer was told of the surcharge, `2026-11-30`.
    pub notified_on: String,
    /// The first day of the surcharge, `2026-12-30`.
    pub starts_on: String,
    /// The seller's state, two letters.
    pub seller_state: String,
    /// Where the books have what comes of payments.
    pub accounts: GlAccounts,
    /// A word of [`OnlinePayments`]: whether customers that come new may pay online.
    pub new_customers: String,
}

fn bad(field: &str, problem: Problem) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}

/// Amounts and dates are read in the company's currency and on its day.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The company's currency.
    pub currency: Currency,
    /// Today in the company's time zone.
    pub today: NaiveDate,
}

impl Reader {
    fn amount(self, field: &str, text: &str) -> Result<Option<i64>, FieldProblem> {
        let text = text.trim().replace(',', "");
        if text.is_empty() {
            return Ok(None);
        }
        match Money::parse(&text, self.currency) {
            Ok(money) if money.minor() > 0 => Ok(Some(money.minor())),
            _ => Err(bad(field, Problem::NotAnAmount)),
        }
    }

    fn shown(self, minor: Option<i64>) -> String {
        minor.map(|minor| Money::new(minor, self.currency).to_string()).unwrap_or_default()
    }

    fn limits(
        self,
        group: &str,
        min: &str,
        max: &str,
    ) -> Result<(Option<i64>, Option<i64>), FieldProblem> {
        let min = self.amount(&format!("{group}_min"), min)?;
        let field = format!("{group}_max");
        let max = self.amount(&field, max)?;
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err(bad(&field, Problem::OutOfRange));
        }
        Ok((min, max))
    }
}

fn rate(field: &str, text: &str) -> Result<Rate, FieldProblem> {
    if text.trim().is_empty() {
        return Err(bad(field, Problem::Required));
    }
    Rate::parse_percent(text).map_err(|_| bad(field, Problem::NotAPercentage))
}

/// The same of what is taken or given: something, in hundredths of a percent (product.md §2.10).
fn whole_rate(field: &str, text: &str) -> Result<Rate, FieldProblem> {
    const HUNDREDTH: u32 = 100;
    let rate = rate(field, text)?;
    if rate == Rate::ZERO || !rate.ppm().is_multiple_of(HUNDREDTH) {
        return Err(bad(field, Problem::OutOfRange));
    }
    Ok(rate)
}

fn when(field: &str, text: &str) -> Result<When, FieldProblem> {
    let is_offered = |when: &When| !matches!(when, When::Never | When::UntilDaysPastDue(_));
    When::from_word(text).filter(is_offered).ok_or_else(|| bad(field, Problem::NotAChoice))
}

/// When cards are accepted: also until some days past due.
fn card_when(text: &str, days: &str) -> Result<When, FieldProblem> {
    if !matches!(When::from_word(text), Some(When::UntilDaysPastDue(_))) {
        return when("card_when", text);
    }
    let problem = |problem| bad("card_days", problem);
    match days.trim() {
        "" => Err(problem(Problem::Required)),
        days => match days.parse() {
            Ok(days @ 1..=DAYS_PAST_DUE_MAX) => Ok(When::UntilDaysPastDue(days)),
            _ => Err(problem(Problem::OutOfRange)),
        },
    }
}

fn date(field: &str, text: &str) -> Result<NaiveDate, FieldProblem> {
    if text.trim().is_empty() {
        return Err(bad(field, Problem::Required));
    }
    text.trim().parse().map_err(|_| bad(field, Problem::NotADate))
}

/// A group by its state; `on` reads the values.
fn group<T>(
    field: &str,
    state: &str,
    on: impl FnOnce() -> Result<T, FieldProblem>,
) -> Result<Override<T>, FieldProblem> {
    match state {
        "" | "inherit" => Ok(Override::Inherit),
        "on" => on().map(Override::On),
        "off" => Ok(Override::Off),
        _ => Err(bad(field, Problem::NotAChoice)),
    }
}

impl GroupFields {
    fn card(&self, reader: Reader) -> Result<Override<CardAcceptance>, FieldProblem> {
        let fields = &self.card;
        group("card_state", &fields.state, || {
            let (invoice_total_min, invoice_total_max) =
                reader.limits("card", &fields.min, &fields.max)?;
            let accepted = card_when(&fields.when, &fields.days)?;
            Ok(CardAcceptance { accepted, invoice_total_min, invoice_total_max })
        })
    }

    fn surcharge(&self, reader: Reader) -> Result<Override<SurchargeTerms>, FieldProblem> {
        let fields = &self.surcharge;
        group("surcharge_state", &fields.state, || {
            let terms = SurchargeTerms {
                rate: whole_rate("surcharge_rate", &fields.rate)?,
                when: when("surcharge_when", &fields.when)?,
                invoice_total_min: reader.amount("surcharge_min", &fields.min)?,
            };
            terms.check().map_err(|_| bad("surcharge_rate", Problem::OutOfRange))?;
            Ok(terms)
        })
    }

    fn bank(&self, reader: Reader) -> Result<Override<BankAcceptance>, FieldProblem> {
        let fields = &self.bank;
        group("bank_state", &fields.state, || {
            let (invoice_total_min, invoice_total_max) =
                reader.limits("bank", &fields.min, &fields.max)?;
            Ok(BankAcceptance { invoice_total_min, invoice_total_max })
        })
    }

    fn discount(&self, reader: Reader) -> Result<Override<BankDiscount>, FieldProblem> {
        let fields = &self.discount;
        group("discount_state", &fields.state, || {
            let discount = BankDiscount {
                rate: whole_rate("discount_rate", &fields.rate)?,
                when: when("discount_when", &fields.when)?,
                invoice_total_min: reader.amount("discount_min", &fields.min)?,
                stacks: fields.stacks,
            };
            check_bank_discount(&discount)
                .map_err(|_: OverrideError| bad("discount_rate", Problem::OutOfRange))?;
            Ok(discount)
        })
    }

    fn partial(&self) -> Result<Override<()>, FieldProblem> {
        group("partial_state", &self.partial.state, || Ok(()))
    }

    /// The fields of overrides. A group without values of its own begins with those of `policy`:
    /// whoever switches it on starts from what counts now.
    fn of(overrides: &PaymentOverrides, policy: &PaymentPolicy, reader: Reader) -> Self {
        let CardPolicy { accepted, invoice_total_min, invoice_total_max, surcharge } = &policy.card;
        let card = overrides.card.values().copied().unwrap_or(CardAcceptance {
            accepted: *accepted,
            invoice_total_min: *invoice_total_min,
            invoice_total_max: *invoice_total_max,
        });
        let terms = overrides.surcharge.values().copied();
        let terms = terms.or_else(|| surcharge.as_ref().map(SurchargeTerms::of));
        let BankPolicy { invoice_total_min, invoice_total_max, discount, .. } = &policy.bank;
        let bank = overrides.bank.values().copied().unwrap_or(BankAcceptance {
            invoice_total_min: *invoice_total_min,
            invoice_total_max: *invoice_total_max,
        });
        let discount = overrides.bank_discount.values().or(discount.as_ref());
        let word = |when: When| {
            let when = if when == When::Never { When::Always } else { when };
            when.as_str().to_owned()
        };
        let always = When::Always.as_str().to_owned();
        let days = match card.accepted {
            When::UntilDaysPastDue(days) => days,
            _ => DAYS_PAST_DUE_USUAL,
        };
        Self {
            card: CardFields {
                state: overrides.card.state().to_owned(),
                when: word(card.accepted),
                days: days.to_string(),
                min: reader.shown(card.invoice_total_min),
                max: reader.shown(card.invoice_total_max),
            },
            surcharge: SurchargeFields {
                state: overrides.surcharge.state().to_owned(),
                rate: terms.map(|terms| terms.rate.percent()).unwrap_or_default(),
                when: terms.map_or_else(|| always.clone(), |terms| word(terms.when)),
                min: reader.shown(terms.and_then(|terms| terms.invoice_total_min)),
            },
            bank: BankFields {
                state: overrides.bank.state().to_owned(),
                min: reader.shown(bank.invoice_total_min),
                max: reader.shown(bank.invoice_total_max),
            },
            discount: DiscountFields {
                state: overrides.bank_discount.state().to_owned(),
                rate: discount.map(|discount| discount.rate.percent()).unwrap_or_default(),
                when: discount.map_or(always, |discount| word(discount.when)),
                min: reader.shown(discount.and_then(|discount| discount.invoice_total_min)),
                stacks: discount.is_none_or(|discount| discount.stacks),
            },
            partial: PartialFields { state: overrides.partial.state().to_owned() },
        }
    }
}

impl OverridesForm {
    /// The form of what a customer is granted, over what counts for everybody.
    pub fn of(overrides: &PaymentOverrides, policy: &PaymentPolicy, reader: Reader) -> Self {
        let (online, until) = match overrides.online {
            // Over since the day after the last one, whether that was noted yet or not.
            online if online.is_over(reader.today) => (online.afterwards().as_str(), None),
            OnlinePayments::Disabled { until, .. } => (overrides.online.as_str(), until),
            OnlinePayments::Portal | OnlinePayments::PayLink => (overrides.online.as_str(), None),
        };
        Self {
            online: online.to_owned(),
            until: until.map(|day| day.to_string()).unwrap_or_default(),
            groups: GroupFields::of(overrides, policy, reader),
        }
    }

    /// What was typed.
    ///
    /// # Errors
    /// The first field that cannot be read, or breaks a rule.
    pub fn read(&self, reader: Reader) -> Result<PaymentOverrides, FieldProblem> {
        let until = || match self.until.trim() {
            "" => Ok(None),
            text => match date("until", text)? {
                day if day < reader.today => Err(bad("until", Problem::OutOfRange)),
                day => Ok(Some(day)),
            },
        };
        let online = match self.online.as_str() {
            "" | "portal" => OnlinePayments::Portal,
            word => match OnlinePayments::from_word(word) {
                Some(OnlinePayments::Disabled { keeps_portal, then_links, .. }) => {
                    OnlinePayments::Disabled { until: until()?, keeps_portal, then_links }
                }
                Some(online) => online,
                None => return Err(bad("online", Problem::NotAChoice)),
            },
        };
        Ok(PaymentOverrides {
            online,
            card: self.groups.card(reader)?,
            surcharge: self.groups.surcharge(reader)?,
            bank: self.groups.bank(reader)?,
            bank_discount: self.groups.discount(reader)?,
            partial: self.groups.partial()?,
        })
    }
}

impl PolicyForm {
    /// The form of the company's rules.
    pub fn of(policy: &PaymentPolicy, reader: Reader) -> Self {
        let state = |is_on: bool| if is_on { "on" } else { "off" }.to_owned();
        let surcharge = policy.card.surcharge.as_ref();
        let mut groups = GroupFields::of(&PaymentOverrides::default(), policy, reader);
        groups.card.state = state(policy.card.accepted != When::Never);
        groups.surcharge.state = state(surcharge.is_some_and(|rule| rule.when != When::Never));
        groups.bank.state = state(policy.bank.accepted);
        let discount = policy.bank.discount.as_ref();
        groups.discount.state = state(discount.is_some_and(|rule| rule.when != When::Never));
        groups.partial.state = state(policy.partial);
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            enabled: policy.enabled,
            groups,
            cost: surcharge.map(|rule| rule.cost_of_acceptance.percent()).unwrap_or_default(),
            notified_on: day(surcharge.map(|rule| rule.acquirer_notified_on)),
            starts_on: day(surcharge.map(|rule| rule.starts_on)),
            seller_state: surcharge.and_then(|rule| rule.seller_state.clone()).unwrap_or_default(),
            accounts: policy.accounts.clone(),
            new_customers: policy.new_customers.as_str().to_owned(),
        }
    }

    /// What was typed. The facts of a surcharge are kept while it is off, so that a customer can
    /// have one all the same.
    ///
    /// # Errors
    /// The first field that cannot be read, or breaks a rule.
    pub fn read(&self, reader: Reader) -> Result<PaymentPolicy, FieldProblem> {
        let overrides = PaymentOverrides {
            online: OnlinePayments::Portal,
            card: self.groups.card(reader)?,
            surcharge: self.groups.surcharge(reader)?,
            bank: self.groups.bank(reader)?,
            bank_discount: self.groups.discount(reader)?,
            partial: self.groups.partial()?,
        };
        let has_facts = [&self.cost, &self.notified_on, &self.starts_on]
            .into_iter()
            .any(|text| !text.trim().is_empty());
        let terms = overrides.surcharge.values();
        let takes_surcharges = terms.is_some();
        let surcharge = if terms.is_some() || has_facts {
            let rate = Rate::parse_percent(&self.groups.surcharge.rate).ok();
            let rate = rate.filter(|rate| *rate <= SURCHARGE_RATE_MAX).unwrap_or(Rate::ZERO);
            let off = SurchargeTerms { rate, when: When::Never, invoice_total_min: None };
            let terms = terms.copied().unwrap_or(off);
            Some(self.surcharge(terms)?)
        } else {
            None
        };
        let base = PaymentPolicy {
            enabled: self.enabled,
            accounts: self.accounts.read(takes_surcharges)?,
            new_customers: match self.new_customers.as_str() {
                "" => OnlinePayments::Portal,
                word => OnlinePayments::from_word(word)
                    .ok_or_else(|| bad("new_customers", Problem::NotAChoice))?,
            },
            ..PaymentPolicy::default()
        };
        let groups = PaymentOverrides { surcharge: Override::Inherit, ..overrides };
        let mut policy = groups.resolve(&base, reader.today);
        policy.card.surcharge = surcharge;
        Ok(policy)
    }

    fn surcharge(&self, terms: SurchargeTerms) -> Result<SurchargePolicy, FieldProblem> {
        let state = self.seller_state.trim().to_ascii_uppercase();
        if !state.is_empty() && (state.len() != 2 || !state.bytes().all(|b| b.is_ascii_uppercase()))
        {
            return Err(bad("seller_state", Problem::NotAState));
        }
        let policy = SurchargePolicy {
            rate: terms.rate,
            cost_of_acceptance: rate("cost", &self.cost)?,
            starts_on: date("starts_on", &self.starts_on)?,
            acquirer_notified_on: date("notified_on", &self.notified_on)?,
            when: terms.when,
            invoice_total_min: terms.invoice_total_min,
            seller_state: Some(state).filter(|state| !state.is_empty()),
        };
        policy.check().map_err(|error| match error {
            PolicyError::RateAboveMax => bad("surcharge_rate", Problem::OutOfRange),
            PolicyError::CostMissing => bad("cost", Problem::Required),
            PolicyError::StartsTooSoon => bad("starts_on", Problem::OutOfRange),
            PolicyError::AccountMissing => bad("surcharge_account", Problem::Required),
        })?;
        Ok(policy)
    }
}

#[cfg(test)]
#[path = "payment_form_tests.rs"]
mod more_tests;

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody does to a form, the field it is said at, and what is said.
    type Case<F> = (fn(&mut F), &'static str, Problem);

    const READER: Reader =
        Reader { currency: Currency::USD, today: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() };

    fn company() -> PaymentPolicy {
        PaymentPolicy {
            enabled: true,
            card: CardPolicy {
                accepted: When::Always,
                invoice_total_min: None,
                invoice_total_max: Some(1_000_000),
                surcharge: Some(SurchargePolicy {
                    rate: Rate::from_ppm(25_000),
                    cost_of_acceptance: Rate::from_ppm(27_500),
                    starts_on: "2026-03-03".parse().unwrap(),
                    acquirer_notified_on: "2026-02-01".parse().unwrap(),
                    when: When::AfterDue,
                    invoice_total_min: Some(5_000),
                    seller_state: Some("GA".to_owned()),
                }),
            },
            bank: BankPolicy {
                accepted: true,
                invoice_total_min: None,
                invoice_total_max: None,
                discount: Some(BankDiscount {
                    rate: Rate::from_ppm(5_000),
                    when: When::OnOrBeforeDue,
                    invoice_total_min: None,
                    stacks: false,
                }),
            },
            partial: true,
            accounts: GlAccounts {
                surcharge: "4090 Surcharges".to_owned(),
                ..GlAccounts::default()
            },
            new_customers: OnlinePayments::PayLink,
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        let form = PolicyForm::of(&company(), READER);
        assert_eq!(form.groups.card.max, "10000.00");
        assert_eq!(form.read(READER), Ok(company()));
        let nothing = PaymentPolicy::default();
        assert_eq!(PolicyForm::of(&nothing, READER).read(READER), Ok(nothing));
        // Off, the surcharge's facts stay, and nobody is surcharged by them.
        let mut off = form;
        off.groups.surcharge.state = "off".to_owned();
        let read = off.read(READER).unwrap().card.surcharge.unwrap();
        assert_eq!((read.when, read.seller_state.as_deref()), (When::Never, Some("GA")));

        let own = PaymentOverrides {
            online: OnlinePayments::Disabled {
                until: Some("2026-06-30".parse().unwrap()),
                keeps_portal: true,
                then_links: false,
            },
            card: Override::Off,
            surcharge: Override::On(SurchargeTerms {
                rate: Rate::from_ppm(10_000),
                when: When::Always,
                invoice_total_min: None,
            }),
            bank: Override::On(BankAcceptance {
                invoice_total_min: Some(100),
                invoice_total_max: None,
            }),
            bank_discount: Override::Inherit,
            partial: Override::Off,
        };
        for overrides in [own, PaymentOverrides::default()] {
            let form = OverridesForm::of(&overrides, &company(), READER);
            assert_eq!(form.read(READER), Ok(overrides));
            // Whoever switches a group on starts from what counts now.
            assert_eq!(form.groups.discount.rate, "0.5");
        }
        assert_eq!(OverridesForm::default().read(READER), Ok(PaymentOverrides::default()));
    }

    #[test]
    fn what_cannot_be_is_said_at_its_field() {
        let form = || OverridesForm::of(&PaymentOverrides::default(), &company(), READER);
        let field = |change: fn(&mut OverridesForm)| {
            let mut form = form();
            change(&mut form);
            let problem = form.read(READER).unwrap_err();
            (problem.field, problem.problem)
        };
        let all: [Case<OverridesForm>; 12] = [
            (|f| f.online = "x".into(), "online", Problem::NotAChoice),
            (
                |f| (f.online, f.until) = ("closed".into(), "2026-05-31".into()),
                "until",
                Problem::OutOfRange,
            ),
            (
                |f| (f.online, f.until) = ("closed".into(), "soon".into()),
                "until",
                Problem::NotADate,
            ),
            (|f| f.groups.card.state = "x".into(), "card_state", Problem::NotAChoice),
            (
                |f| (f.groups.card.state, f.groups.card.min) = ("on".into(), "1e3".into()),
                "card_min",
                Problem::NotAnAmount,
            ),
            (
                |f| (f.groups.card.state, f.groups.card.min) = ("on".into(), "10,000.01".into()),
                "card_max",
                Problem::OutOfRange,
            ),
            (
                |f| (f.groups.card.state, f.groups.card.when) = ("on".into(), "never".into()),
                "card_when",
                Problem::NotAChoice,
            ),
            (
                |f| {
                    (f.groups.surcharge.state, f.groups.surcharge.rate) =
                        ("on".into(), "2.91".into())
                },
                "surcharge_rate",
                Problem::OutOfRange,
            ),
            (
                |f| (f.groups.surcharge.state, f.groups.surcharge.rate) = ("on".into(), " ".into()),
                "surcharge_rate",
                Problem::Required,
            ),
            (
                |f| (f.groups.discount.state, f.groups.discount.rate) = ("on".into(), "11".into()),
                "discount_rate",
                Problem::OutOfRange,
            ),
            (
                |f| (f.groups.discount.state, f.groups.discount.rate) = ("on".into(), "a".into()),
                "discount_rate",
                Problem::NotAPercentage,
            ),
            (|f| f.groups.partial.state = "x".into(), "partial_state", Problem::NotAChoice),
        ];
        for (change, name, problem) in all {
            assert_eq!(field(change), (name.to_owned(), problem));
        }
        // What is typed into a group that is not on is not looked at.
        let mut off = form();
        off.groups.card.min = "nonsense".to_owned();
        assert_eq!(off.read(READER), Ok(PaymentOverrides::default()));
    }

    #[test]
    fn rates_are_something_in_hundredths() {
        for (rate, is_taken) in
            [("0", false), ("0.005", false), ("0.01", true), ("2.90", true), ("2.895", false)]
        {
            let mut form = OverridesForm::of(&PaymentOverrides::default(), &company(), READER);
            (form.groups.surcharge.state, form.groups.surcharge.rate) = ("on".into(), rate.into());
            (form.groups.discount.state, form.groups.discount.rate) = ("on".into(), rate.into());
            let read = form.groups.surcharge(READER).is_ok();
            assert_eq!(
                (read, form.groups.discount(READER).is_ok()),
                (is_taken, is_taken),
                "{rate}"
            );
        }
    }

    #[test]
    fn the_companys_surcharge_follows_the_rules() {
        let field = |change: fn(&mut PolicyForm)| {
            let mut form = PolicyForm::of(&company(), READER);
            change(&mut form);
            let problem = form.read(READER).unwrap_err();
            (problem.field, problem.problem)
        };
        let all: [Case<PolicyForm>; 6] = [
            (|f| f.groups.surcharge.rate = "2.95".into(), "surcharge_rate", Problem::OutOfRange),
            (|f| f.cost = "".into(), "cost", Problem::Required),
            (|f| f.cost = "0".into(), "cost", Problem::Required),
            (|f| f.starts_on = "2026-03-02".into(), "starts_on", Problem::OutOfRange),
            (|f| f.notified_on = "".into(), "notified_on", Problem::Required),
            (|f| f.seller_state = "Georgia".into(), "seller_state", Problem::NotAState),
        ];
        for (change, name, problem) in all {
            assert_eq!(field(change), (name.to_owned(), problem));
        }
    }
}
