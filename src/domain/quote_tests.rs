use uuid::Uuid;

use super::*;
use crate::domain::{
    method::{CardFacts, Funding},
    policy::{BankDiscount, BankPolicy, CardPolicy, SurchargePolicy},
    terms::PartialRule,
};

const TODAY: &str = "2026-03-05";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(number: u128, total: i64) -> Item {
    Item {
        invoice_id: InvoiceId::new(Uuid::from_u128(number)),
        currency: Currency::USD,
        total,
        balance: total,
        reserved: 0,
        credit_memos: 0,
        issued_on: day("2026-03-01"),
        due_on: day("2026-03-31"),
        discount: None,
        pay: None,
    }
}

fn two_percent(basis_minor: i64, partial: PartialRule) -> Option<DiscountOffer> {
    Some(DiscountOffer {
        rate: Rate::from_ppm(20_000),
        basis_minor,
        until: day("2026-03-11"),
        grace_days: 0,
        partial,
        taken_minor: 0,
    })
}

fn policy(bank_ppm: u32) -> PaymentPolicy {
    PaymentPolicy {
        enabled: true,
        card: CardPolicy {
            accepted: When::Always,
            surcharge: Some(SurchargePolicy {
                rate: Rate::from_ppm(29_000),
                cost_of_acceptance: Rate::from_ppm(29_500),
                starts_on: day("2026-01-31"),
                acquirer_notified_on: day("2026-01-01"),
                when: When::Always,
                invoice_total_min: None,
                seller_state: Some("GA".to_owned()),
            }),
            ..CardPolicy::default()
        },
        bank: BankPolicy {
            accepted: true,
            discount: (bank_ppm > 0).then(|| BankDiscount {
                rate: Rate::from_ppm(bank_ppm),
                when: When::Always,
                invoice_total_min: None,
                stacks: true,
            }),
            ..BankPolicy::default()
        },
    }
}

fn card(funding: Funding) -> MethodFacts {
    MethodFacts::Card(CardFacts { funding, country: Some("US".to_owned()) })
}

fn billing() -> BillingPlace {
    BillingPlace { country: Some("US".to_owned()), state: Some("GA".to_owned()) }
}

fn quote(
    items: Vec<Item>,
    cash_credit: i64,
    method: &MethodFacts,
    policy: &PaymentPolicy,
    today: &str,
) -> Result<Quote, QuoteError> {
    price(&Basket {
        items,
        cash_credit,
        method: Some(method),
        policy,
        billing: &billing(),
        today: day(today),
    })
}

#[test]
fn the_pipeline_follows_example_0_1() {
    struct Row(char, i64, i64, i64, u32, MethodFacts, [i64; 6]);
    let credit = || card(Funding::Credit);
    // name, credit memo, cash credit, discount basis, bank ppm, method,
    // expected [early, cash used, bank discount, principal, surcharge, charge]
    let rows = [
        Row('a', 0, 0, 100_000, 0, credit(), [2000, 0, 0, 108_000, 3132, 111_132]),
        Row('b', 0, 0, 110_000, 0, credit(), [2200, 0, 0, 107_800, 3126, 110_926]),
        Row('c', 0, 0, 0, 10_000, MethodFacts::Bank, [0, 0, 1100, 108_900, 0, 108_900]),
        Row('d', 0, 0, 100_000, 10_000, MethodFacts::Bank, [2000, 0, 1080, 106_920, 0, 106_920]),
        Row('e', 22_000, 0, 100_000, 0, credit(), [1600, 0, 0, 86_400, 2505, 88_905]),
        Row('f', 0, 22_000, 100_000, 0, credit(), [2000, 22_000, 0, 86_000, 2494, 88_494]),
        Row('g', 0, 200_000, 100_000, 0, credit(), [2000, 108_000, 0, 0, 0, 0]),
        Row('i', 0, 0, 100_000, 0, card(Funding::Debit), [2000, 0, 0, 108_000, 0, 108_000]),
    ];
    for Row(name, memo, cash, basis, bank_ppm, method, expected) in rows {
        let mut item = item(1, 110_000);
        item.balance -= memo;
        item.credit_memos = memo;
        item.discount = if basis > 0 { two_percent(basis, PartialRule::default()) } else { None };
        let quote = quote(vec![item], cash, &method, &policy(bank_ppm), TODAY).unwrap();
        let got = [
            quote.early_discount(),
            quote.cash_credit(),
            quote.bank_discount(),
            quote.principal(),
            quote.surcharge,
            quote.charge(),
        ];
        assert_eq!(got, expected, "row {name}");
        assert_eq!(quote.reduction(), 110_000 - memo, "row {name}");
    }
    // h: a credit memo over the whole invoice leaves nothing to pay.
    let mut paid = item(1, 110_000);
    paid.balance = 0;
    paid.credit_memos = 110_000;
    let id = paid.invoice_id;
    let refused = quote(vec![paid], 0, &credit(), &policy(0), TODAY);
    assert_eq!(refused, Err(QuoteError::NotPayable(id)));
}

#[test]
fn only_eligible_invoices_carry_the_surcharge_of_example_1_4() {
    let mut policy = policy(0);
    policy.card.surcharge.as_mut().unwrap().when = When::AfterDue;
    let mut late = item(2, 30_000);
    late.due_on = day("2026-03-04");
    let quote =
        quote(vec![item(1, 50_000), late], 0, &card(Funding::Credit), &policy, TODAY).unwrap();
    assert_eq!((quote.surcharge_base, quote.surcharge), (30_000, 870));
    assert_eq!(quote.lines.iter().map(|l| l.surcharge).collect::<Vec<_>>(), [0, 870]);
}

#[test]
fn one_floor_serves_the_whole_payment() {
    let items = vec![item(1, 3333), item(2, 3333), item(3, 3334)];
    let quote = quote(items, 0, &card(Funding::Credit), &policy(0), TODAY).unwrap();
    assert_eq!(quote.surcharge, 290);
    assert_eq!(quote.lines.iter().map(|l| l.surcharge).sum::<i64>(), 290);
}

#[test]
fn a_typed_amount_is_tendered_before_the_bank_discount() {
    let mut item = item(1, 100_000);
    item.discount = two_percent(100_000, PartialRule::Proportional);
    item.pay = Some(49_000);
    let quote = quote(vec![item], 0, &MethodFacts::Bank, &policy(10_000), TODAY).unwrap();
    assert_eq!(
        (quote.early_discount(), quote.bank_discount(), quote.charge(), quote.reduction()),
        (1000, 490, 48_510, 50_000)
    );
}

#[test]
fn worked_examples_of_the_product_hold() {
    let invoice = || {
        let mut item = item(1, 100_000);
        item.issued_on = day("2026-08-01");
        item.due_on = day("2026-08-31");
        item.discount = Some(DiscountOffer {
            until: day("2026-08-11"),
            ..two_percent(100_000, PartialRule::default()).unwrap()
        });
        item
    };
    let bank = |today| quote(vec![invoice()], 0, &MethodFacts::Bank, &policy(5000), today).unwrap();
    assert_eq!(bank("2026-08-11").charge(), 97_510);
    assert_eq!(bank("2026-08-12").charge(), 99_500);
    let by_card = |funding| {
        quote(vec![invoice()], 30_000, &card(funding), &policy(0), "2026-08-11").unwrap().charge()
    };
    assert_eq!(by_card(Funding::Credit), 69_972);
    assert_eq!(by_card(Funding::Debit), 68_000);
}

#[test]
fn what_is_on_its_way_cannot_be_paid_again() {
    let mut held = item(1, 10_000);
    held.reserved = 10_000;
    let id = held.invoice_id;
    let refused = quote(vec![held], 0, &MethodFacts::Bank, &policy(0), TODAY);
    assert_eq!(refused, Err(QuoteError::NotPayable(id)));
}

#[test]
fn impossible_baskets_are_refused() {
    let bank = MethodFacts::Bank;
    let run = |items| quote(items, 0, &bank, &policy(0), TODAY);
    let id = item(1, 1).invoice_id;
    assert_eq!(run(vec![]), Err(QuoteError::Empty));
    assert_eq!(run(vec![item(1, 5), item(1, 5)]), Err(QuoteError::Repeated(id)));
    let mut euro = item(2, 5);
    euro.currency = Currency::EUR;
    assert_eq!(run(vec![item(1, 5), euro.clone()]), Err(QuoteError::MixedCurrencies));
    assert_eq!(run(vec![euro.clone()]), Err(QuoteError::MethodNotAccepted(euro.invoice_id)));
    let mut typed = item(1, 100);
    typed.pay = Some(101);
    let too_much = QuoteError::AmountOutOfRange { invoice_id: id, max: 100 };
    assert_eq!(run(vec![typed.clone()]), Err(too_much.clone()));
    typed.pay = Some(0);
    assert_eq!(run(vec![typed]), Err(too_much));
    let many = (0..=INVOICES_MAX as u128).map(|n| item(n, 5)).collect();
    assert_eq!(run(many), Err(QuoteError::TooMany));
    let off = PaymentPolicy { enabled: false, ..policy(0) };
    assert_eq!(quote(vec![item(1, 5)], 0, &bank, &off, TODAY), Err(QuoteError::PaymentsOff));
}

#[test]
fn thresholds_compare_the_original_total() {
    let mut policy = policy(0);
    policy.card.invoice_total_max = Some(100_000);
    let credit = card(Funding::Credit);
    let mut large = item(1, 100_001);
    large.balance = 500;
    let id = large.invoice_id;
    assert_eq!(
        quote(vec![large], 0, &credit, &policy, TODAY),
        Err(QuoteError::MethodNotAccepted(id))
    );
    assert!(quote(vec![item(1, 100_000)], 0, &credit, &policy, TODAY).is_ok());
}
