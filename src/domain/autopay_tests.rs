use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const CARD: AutopayTerms = AutopayTerms {
    kind: MethodKind::Card,
    timing: AutopayTiming::DueDate,
    ceiling: None,
    is_business: false,
};
const CONSUMER: AutopayTerms = AutopayTerms { kind: MethodKind::Bank, ..CARD };

#[test]
fn words_round_trip() {
    for timing in AutopayTiming::ALL {
        assert_eq!(AutopayTiming::from_word(timing.as_str()), Some(*timing));
    }
    for state in EnrolmentState::ALL {
        assert_eq!(EnrolmentState::from_word(state.as_str()), Some(*state));
    }
    for state in AttemptState::ALL {
        assert_eq!(AttemptState::from_word(state.as_str()), Some(*state));
        assert_eq!(state.is_live(), ["planned", "sent"].contains(&state.as_str()));
    }
    for hold in AutopayHold::ALL {
        assert_eq!(AutopayHold::from_word(hold.as_str()), Some(*hold));
        assert_eq!(
            hold.is_of_method(),
            ["method_gone", "card_expired", "nobody_told"].contains(&hold.as_str())
        );
    }
    assert_eq!(AutopayTiming::from_word("never"), None);
}

/// money.md §6.1, product.md §2.19 and §2.28 no. 3.
#[test]
fn the_day_follows_the_table() {
    use AutopayTiming::{DueDate, InvoiceDate, LastDiscountDay};
    use ChargeDay::{BeforeEnrolment, On, TooLate};

    let on = |text: &str| On(day(text));
    let old = ("2025-01-01", false);
    for (issued, discount, due, appeared, timing, (enrolled, open), expected) in [
        (
            "2026-01-21",
            Some("2026-01-31"),
            "2026-02-20",
            "2026-01-21",
            LastDiscountDay,
            old,
            on("2026-01-31"),
        ),
        ("2026-01-21", None, "2026-02-20", "2026-01-21", LastDiscountDay, old, on("2026-02-20")),
        (
            "2026-01-21",
            Some("2026-01-31"),
            "2026-02-20",
            "2026-01-21",
            DueDate,
            old,
            on("2026-02-20"),
        ),
        ("2026-01-21", None, "2026-02-20", "2026-01-23", InvoiceDate, old, on("2026-01-23")),
        (
            "2026-08-01",
            Some("2026-08-11"),
            "2026-08-31",
            "2026-08-01",
            LastDiscountDay,
            old,
            on("2026-08-11"),
        ),
        ("2026-08-01", None, "2026-08-31", "2026-08-01", LastDiscountDay, old, on("2026-08-31")),
        // Dated ahead: not before its date.
        ("2026-08-09", None, "2026-08-31", "2026-08-01", InvoiceDate, old, on("2026-08-09")),
        // Open at enrolment, its day still to come, or today.
        (
            "2026-01-21",
            None,
            "2026-02-20",
            "2026-01-21",
            DueDate,
            ("2026-02-01", false),
            on("2026-02-20"),
        ),
        (
            "2026-01-21",
            None,
            "2026-02-20",
            "2026-01-21",
            DueDate,
            ("2026-02-20", false),
            on("2026-02-21"),
        ),
        // Its day over: only where that was asked for.
        (
            "2026-01-21",
            None,
            "2026-02-20",
            "2026-01-21",
            DueDate,
            ("2026-02-21", false),
            BeforeEnrolment,
        ),
        (
            "2026-01-21",
            None,
            "2026-02-20",
            "2026-01-21",
            DueDate,
            ("2026-02-21", true),
            on("2026-02-22"),
        ),
        (
            "2026-01-21",
            None,
            "2026-02-20",
            "2026-01-21",
            InvoiceDate,
            ("2026-02-01", false),
            BeforeEnrolment,
        ),
        (
            "2026-01-21",
            Some("2026-01-31"),
            "2026-02-20",
            "2026-01-21",
            LastDiscountDay,
            ("2026-02-01", false),
            BeforeEnrolment,
        ),
        // Appeared late.
        ("2026-03-01", None, "2026-03-10", "2026-03-15", DueDate, old, on("2026-03-15")),
        ("2026-03-01", None, "2026-03-10", "2026-03-16", DueDate, old, TooLate),
        ("2026-03-01", None, "2026-03-10", "2026-05-16", InvoiceDate, old, on("2026-05-16")),
    ] {
        let invoice = InvoiceDays {
            issued_on: day(issued),
            discount_until: discount.map(day),
            due_on: day(due),
            appeared_on: day(appeared),
        };
        let enrolled = EnrolledDays { on: day(enrolled), include_open: open };
        assert_eq!(charge_day(timing, &invoice, &enrolled), expected, "{invoice:?} {enrolled:?}");
    }
}

/// money.md §6.2.
#[test]
fn the_notice_follows_the_account() {
    use AutopayTiming::{DueDate, InvoiceDate, LastDiscountDay};
    let bank =
        |timing, ceiling, is_business| AutopayTerms { timing, ceiling, is_business, ..CONSUMER };
    let card = |timing| AutopayTerms { timing, ..CARD };
    for (terms, notice, lead, needs_ceiling) in [
        (card(DueDate), 3, 0, false),
        (card(LastDiscountDay), 3, 0, false),
        (card(InvoiceDate), 0, 0, false),
        (bank(DueDate, None, false), 10, 10, false),
        (bank(DueDate, Some(5), false), 3, 0, false),
        (bank(DueDate, None, true), 3, 0, false),
        (bank(InvoiceDate, Some(5), false), 0, 0, false),
        (bank(InvoiceDate, None, false), 10, 10, true),
        (bank(InvoiceDate, None, true), 0, 0, true),
    ] {
        assert_eq!(
            (terms.notice_days(), terms.lead_days(), terms.needs_ceiling()),
            (notice, lead, needs_ceiling),
            "{terms:?}"
        );
    }
}

fn facts() -> AutopayFacts {
    AutopayFacts {
        is_active: true,
        takes_payments: true,
        payable: 10_000,
        reserved: 0,
        is_disputed: false,
        expected: Expectation::plain(ExpectationStatus::Autopay, None),
        grace_days: 0,
        day: ChargeDay::On(day("2026-03-10")),
        tried: Tried::Planned { charge_on: day("2026-03-10"), minor: 10_000 },
        method: None,
        credits: 0,
        ceiling_fits: true,
        is_taken_back: false,
        was_held: false,
        presented: None,
    }
}

fn price(_: NaiveDate) -> Result<AutopayPrice, AutopayHold> {
    Ok(AutopayPrice { charge: 10_000, closing: 10_000 })
}

fn step(facts: &AutopayFacts, terms: &AutopayTerms, today: &str) -> AutopayStep {
    decide(facts, terms, day(today), price)
}

fn said(status: ExpectationStatus, on: &str) -> AutopayFacts {
    AutopayFacts { expected: Expectation::plain(status, Some(day(on))), ..facts() }
}

/// money.md §6.3, row by row.
#[test]
fn an_invoice_is_passed_over_held_or_charged() {
    use AutopaySkip as S;
    use AutopayStep::{Charge, Hold, Skip, UseCredits, Wait};
    use ExpectationStatus::{Autopay, AutopayHold as Stopped, Estimated, OnHold, Promised};

    let today = "2026-03-10";
    let limited = AutopayTerms { ceiling: Some(9_999), ..CARD };
    let roomy = AutopayTerms { ceiling: Some(10_000), ..CARD };
    let not_told = || AutopayFacts { tried: Tried::Not, ..facts() };
    for (name, facts, terms, expected) in [
        ("ok", facts(), CARD, Charge(10_000)),
        ("cancelled", AutopayFacts { is_active: false, ..facts() }, CARD, Skip(S::NotActive)),
        ("off", AutopayFacts { takes_payments: false, ..facts() }, CARD, Skip(S::PaymentsOff)),
        ("paid", AutopayFacts { payable: 0, ..facts() }, CARD, Skip(S::NothingToPay)),
        ("reserved", AutopayFacts { reserved: 1, ..facts() }, CARD, Skip(S::BeingPaid)),
        (
            "reserved whole",
            AutopayFacts { reserved: 9, payable: 0, ..facts() },
            CARD,
            Skip(S::BeingPaid),
        ),
        ("sent", AutopayFacts { tried: Tried::Sent, ..facts() }, CARD, Skip(S::BeingPaid)),
        ("done", AutopayFacts { tried: Tried::Done, ..facts() }, CARD, Skip(S::Done)),
        ("disputed", AutopayFacts { is_disputed: true, ..facts() }, CARD, Skip(S::Disputed)),
        ("on hold", said(OnHold, today), CARD, Skip(S::Disputed)),
        ("stopped", said(Stopped, today), CARD, Skip(S::Stopped)),
        ("promised for today", said(Promised, today), CARD, Wait(day("2026-03-11"))),
        ("promised for later", said(Promised, "2026-03-20"), CARD, Wait(day("2026-03-21"))),
        ("promise over", said(Promised, "2026-03-09"), CARD, Charge(10_000)),
        (
            "promise in grace",
            AutopayFacts { grace_days: 2, ..said(Promised, "2026-03-09") },
            CARD,
            Wait(day("2026-03-12")),
        ),
        ("estimated", said(Estimated, "2026-03-20"), CARD, Charge(10_000)),
        ("autopay", said(Autopay, "2026-03-20"), CARD, Charge(10_000)),
        (
            "before",
            AutopayFacts { day: ChargeDay::BeforeEnrolment, ..facts() },
            CARD,
            Skip(S::BeforeEnrolment),
        ),
        (
            "too late",
            AutopayFacts { day: ChargeDay::TooLate, ..facts() },
            CARD,
            Hold(AutopayHold::TooLate),
        ),
        ("credits", AutopayFacts { credits: 400, ..facts() }, CARD, UseCredits(400)),
        ("credits for all", AutopayFacts { credits: 99_999, ..facts() }, CARD, UseCredits(10_000)),
        (
            "credits before the ceiling",
            AutopayFacts { credits: 1, ..facts() },
            limited,
            UseCredits(1),
        ),
        ("above", facts(), limited, Hold(AutopayHold::AboveCeiling)),
        ("above, not told yet", not_told(), limited, Hold(AutopayHold::AboveCeiling)),
        ("just within", facts(), roomy, Charge(10_000)),
        (
            "other currency",
            AutopayFacts { ceiling_fits: false, ..facts() },
            roomy,
            Hold(AutopayHold::Currency),
        ),
        (
            "method gone",
            AutopayFacts { method: Some(AutopayHold::MethodGone), ..facts() },
            CARD,
            Hold(AutopayHold::MethodGone),
        ),
        (
            "card over",
            AutopayFacts { method: Some(AutopayHold::CardExpired), ..facts() },
            CARD,
            Hold(AutopayHold::CardExpired),
        ),
        (
            "told of today",
            not_told(),
            CARD,
            AutopayStep::Notify { charge_on: day(today), minor: 10_000 },
        ),
        (
            "a consumer is told ten days ahead",
            not_told(),
            CONSUMER,
            AutopayStep::Notify { charge_on: day("2026-03-20"), minor: 10_000 },
        ),
        ("a consumer who was told", facts(), CONSUMER, Charge(10_000)),
        (
            "told of less",
            AutopayFacts {
                tried: Tried::Planned { charge_on: day(today), minor: 9_999 },
                ..facts()
            },
            CARD,
            AutopayStep::Notify { charge_on: day("2026-03-13"), minor: 10_000 },
        ),
        (
            "a consumer told of less",
            AutopayFacts {
                tried: Tried::Planned { charge_on: day(today), minor: 9_999 },
                ..facts()
            },
            CONSUMER,
            AutopayStep::Notify { charge_on: day("2026-03-20"), minor: 10_000 },
        ),
        (
            "told of more",
            AutopayFacts {
                tried: Tried::Planned { charge_on: day(today), minor: 10_001 },
                ..facts()
            },
            CARD,
            Charge(10_000),
        ),
        (
            "told of an earlier day",
            AutopayFacts {
                tried: Tried::Planned { charge_on: day("2026-03-08"), minor: 10_000 },
                ..facts()
            },
            CARD,
            AutopayStep::Notify { charge_on: day(today), minor: 10_000 },
        ),
        (
            "told of a later day",
            AutopayFacts {
                tried: Tried::Planned { charge_on: day("2026-03-18"), minor: 10_000 },
                ..facts()
            },
            CARD,
            Wait(day("2026-03-18")),
        ),
    ] {
        assert_eq!(step(&facts, &terms, today), expected, "{name}");
    }
    // What is told to whoever expects no charge, or expects it no more; a debit is presented again for
    // the same amount or not at all.
    let later = AutopayStep::Notify { charge_on: day("2026-03-13"), minor: 10_000 };
    let again = |presented| AutopayFacts { presented: Some(presented), ..facts() };
    let long_ago = Tried::Planned { charge_on: day("2026-03-04"), minor: 10_000 };
    let old = AutopayFacts { day: ChargeDay::On(day("2026-03-04")), tried: long_ago, ..facts() };
    for (name, facts, expected) in [
        ("held before", AutopayFacts { was_held: true, ..not_told() }, later),
        (
            "a promise was over",
            AutopayFacts { tried: Tried::Not, ..said(Promised, "2026-03-09") },
            later,
        ),
        ("told long ago", old, later),
        (
            "by hand, and back",
            AutopayFacts { is_taken_back: true, ..facts() },
            Hold(AutopayHold::TakenBack),
        ),
        ("again", again(10_000), Charge(10_000)),
        ("again, without credits", AutopayFacts { credits: 400, ..again(10_000) }, Charge(10_000)),
        ("again, less", again(10_001), Hold(AutopayHold::AmountChanged)),
        ("again, more", again(9_999), Hold(AutopayHold::AmountChanged)),
    ] {
        assert_eq!(step(&facts, &CARD, today), expected, "{name}");
    }
    for refusal in [AutopayHold::NotAccepted, AutopayHold::Currency] {
        let held = decide(&facts(), &CARD, day(today), |_| Err(refusal));
        assert_eq!(held, Hold(refusal));
    }
}

#[test]
fn the_payer_is_told_in_time() {
    use AutopayStep::{Charge, Notify, Wait};
    let not_told = AutopayFacts { tried: Tried::Not, ..facts() };
    let due = day("2026-03-10");
    let notify = |charge_on: &str| Notify { charge_on: day(charge_on), minor: 10_000 };
    for (terms, today, expected) in [
        (CARD, "2026-03-06", Wait(due)),
        (CARD, "2026-03-07", notify("2026-03-10")),
        // After a day without a run.
        (CARD, "2026-03-12", notify("2026-03-12")),
        (CONSUMER, "2026-02-27", Wait(due)),
        (CONSUMER, "2026-02-28", notify("2026-03-10")),
        (CONSUMER, "2026-03-01", notify("2026-03-11")),
    ] {
        assert_eq!(step(&not_told, &terms, today), expected, "{terms:?} {today}");
        assert!(step(&not_told, &terms, today).day(day(today)).is_some());
    }
    // Charged once its day has come, and not before.
    assert_eq!(step(&facts(), &CARD, "2026-03-09"), Wait(due));
    assert_eq!(step(&facts(), &CARD, "2026-03-11"), Charge(10_000));
}

/// What is told is what charging costs on that day, and not today.
#[test]
fn the_price_is_that_of_the_day() {
    let not_told = AutopayFacts { tried: Tried::Not, ..facts() };
    let dearer = |on: NaiveDate| {
        let charge = if on > day("2026-03-10") { 10_000 } else { 9_800 };
        Ok(AutopayPrice { charge, closing: charge })
    };
    let notify = |charge_on: &str, minor| AutopayStep::Notify { charge_on: day(charge_on), minor };
    let told = decide(&not_told, &CARD, day("2026-03-08"), dearer);
    assert_eq!(told, notify("2026-03-10", 9_800));
    // The day was missed, and with it the discount: told anew, charged later.
    let tried = Tried::Planned { charge_on: day("2026-03-10"), minor: 9_800 };
    let planned = AutopayFacts { tried, ..facts() };
    let late = |on: NaiveDate| dearer(on.max(day("2026-03-11")));
    assert_eq!(decide(&planned, &CARD, day("2026-03-11"), late), notify("2026-03-14", 10_000));
}

/// money.md §2.4 and §6.3.
#[test]
fn failures_are_tried_again_or_not() {
    use AfterFailure::{Cancel, GiveUpInvoice, NeedsAttention, Retry};
    let first = day("2026-03-05");
    for (kind, code, tries, today, expected) in [
        (MethodKind::Card, "insufficient_funds", 1, "2026-03-05", Retry(day("2026-03-06"))),
        (MethodKind::Card, "generic_decline", 2, "2026-03-06", Retry(day("2026-03-08"))),
        (MethodKind::Card, "processing_error", 3, "2026-03-08", Retry(day("2026-03-10"))),
        (MethodKind::Card, "insufficient_funds", 4, "2026-03-10", NeedsAttention),
        (MethodKind::Card, "generic_decline", 2, "2026-03-20", Retry(day("2026-03-21"))),
        (MethodKind::Card, "lost_card", 1, "2026-03-05", NeedsAttention),
        (MethodKind::Card, "expired_card", 1, "2026-03-05", NeedsAttention),
        (MethodKind::Card, "do_not_try_again", 2, "2026-03-05", NeedsAttention),
        (MethodKind::Card, AUTHENTICATION_REQUIRED, 1, "2026-03-05", GiveUpInvoice),
        // Three banking days over a weekend, then five.
        (MethodKind::Bank, "R01", 1, "2026-03-05", Retry(day("2026-03-10"))),
        (MethodKind::Bank, "R09", 2, "2026-03-10", Retry(day("2026-03-17"))),
        (MethodKind::Bank, "R01", 3, "2026-03-17", NeedsAttention),
        (MethodKind::Bank, "R02", 1, "2026-03-05", NeedsAttention),
        (MethodKind::Bank, "R07", 1, "2026-03-05", Cancel),
        (MethodKind::Bank, "R08", 1, "2026-03-05", GiveUpInvoice),
        (MethodKind::Bank, "R10", 1, "2026-03-05", Cancel),
        (MethodKind::Bank, "R11", 1, "2026-03-05", NeedsAttention),
        (MethodKind::Bank, "R29", 1, "2026-03-05", Cancel),
        (MethodKind::Bank, "charge_exceeds_source_limit", 1, "2026-03-05", NeedsAttention),
    ] {
        let found = after_failure(kind, code, tries, first, day(today));
        assert_eq!(found, expected, "{kind:?} {code} {tries}");
    }
}
