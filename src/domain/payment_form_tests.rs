//! Further fields of the rules on payments: days past due, and accounts.

use super::*;

const READER: Reader =
    Reader { currency: Currency::USD, today: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() };

fn until_days(days: &str) -> CardFields {
    CardFields {
        state: "on".to_owned(),
        when: "until_days_past_due".to_owned(),
        days: days.to_owned(),
        ..CardFields::default()
    }
}

fn refusal<T: std::fmt::Debug>(read: Result<T, FieldProblem>) -> (String, Problem) {
    let bad = read.unwrap_err();
    (bad.field, bad.problem)
}

#[test]
fn cards_may_be_taken_until_some_days_past_due() {
    let mut form = PolicyForm::of(&PaymentPolicy::default(), READER);
    assert_eq!((&*form.groups.card.when, &*form.groups.card.days), ("always", "30"));
    for days in [1_u16, 30, 365] {
        form.groups.card = until_days(&days.to_string());
        let policy = form.read(READER).unwrap();
        assert_eq!(policy.card.accepted, When::UntilDaysPastDue(days));
        let again = PolicyForm::of(&policy, READER);
        assert_eq!((&again.groups.card, again.read(READER)), (&form.groups.card, Ok(policy)));
    }
    for (days, problem) in [
        ("", Problem::Required),
        ("0", Problem::OutOfRange),
        ("366", Problem::OutOfRange),
        ("-1", Problem::OutOfRange),
        ("a month", Problem::OutOfRange),
    ] {
        let mut form = OverridesForm::default();
        form.groups.card = until_days(days);
        assert_eq!(refusal(form.read(READER)), ("card_days".to_owned(), problem), "{days}");
        // What nobody chose is not looked at.
        form.groups.card.when = "always".to_owned();
        assert!(form.read(READER).is_ok());
    }
    let mut form = OverridesForm::default();
    form.groups.surcharge = SurchargeFields {
        state: "on".to_owned(),
        rate: "1".to_owned(),
        when: "until_days_past_due".to_owned(),
        min: String::new(),
    };
    let offered = ("surcharge_when".to_owned(), Problem::NotAChoice);
    assert_eq!(refusal(form.read(READER)), offered, "days are for cards only");
}

#[test]
fn surcharges_are_posted_somewhere() {
    let mut form = PolicyForm::of(&PaymentPolicy::default(), READER);
    form.groups.surcharge = SurchargeFields {
        state: "on".to_owned(),
        rate: "2".to_owned(),
        when: "always".to_owned(),
        min: String::new(),
    };
    form.cost = "2.5".to_owned();
    form.notified_on = "2026-01-01".to_owned();
    form.starts_on = "2026-02-01".to_owned();
    let account = |problem| ("surcharge_account".to_owned(), problem);
    assert_eq!(refusal(form.read(READER)), account(Problem::Required));
    form.accounts.surcharge = " \t".to_owned();
    assert_eq!(refusal(form.read(READER)), account(Problem::Required));
    form.accounts.surcharge = "x".repeat(101);
    assert_eq!(refusal(form.read(READER)), account(Problem::TooLong));
    form.accounts.surcharge = " 4090  Surcharge income ".to_owned();
    form.accounts.fees = "x".repeat(101);
    assert_eq!(refusal(form.read(READER)), ("fees_account".to_owned(), Problem::TooLong));
    form.accounts.fees = "6110".to_owned();
    form.accounts.discounts = "x".repeat(101);
    assert_eq!(refusal(form.read(READER)), ("discounts_account".to_owned(), Problem::TooLong));
    form.accounts.discounts = String::new();
    let read = form.read(READER).unwrap();
    let expected = GlAccounts {
        surcharge: "4090 Surcharge income".to_owned(),
        fees: "6110".to_owned(),
        discounts: String::new(),
    };
    assert_eq!((&read.accounts, read.check()), (&expected, Ok(())));
    assert_eq!(PolicyForm::of(&read, READER).read(READER), Ok(read));
    // Without a surcharge none is needed, though its facts are kept.
    form.groups.surcharge.state = "off".to_owned();
    form.accounts.surcharge.clear();
    assert_eq!(form.read(READER).unwrap().check(), Ok(()));
}
