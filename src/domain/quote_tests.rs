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
        partial: true,
        ..PaymentPolicy::default()
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

/// A basket of one invoice with a typed amount, by bank with a discount of 1 %.
fn part(pay: i64, change: impl FnOnce(&mut Item, &mut PaymentPolicy)) -> Result<Line, QuoteError> {
    let (mut item, mut policy) = (item(1, 100_000), policy(10_000));
    item.discount = two_percent(100_000, PartialRule::OnFullSettlement);
    item.pay = Some(pay);
    change(&mut item, &mut policy);
    let quote = quote(vec![item], 0, &MethodFacts::Bank, &policy, TODAY)?;
    assert_eq!(quote.portions(), [quote.lines[0].portion()]);
    Ok(quote.lines[0].clone())
}

#[test]
fn a_part_earns_the_discount_only_when_it_closes_the_invoice() {
    let first = part(50_000, |_, _| {}).unwrap();
    assert_eq!((first.early_discount, first.bank_discount), (0, 500));
    assert_eq!((first.reduction(), first.left_open()), (50_000, 50_000));
    assert_eq!(first.portion().pay, Some(50_000));
    // Later in the window 480.00 close it: money.md §3.3.
    let rest = part(48_000, |item, _| item.balance = 50_000).unwrap();
    assert_eq!((rest.early_discount, rest.reduction(), rest.left_open()), (2000, 50_000, 0));
    // What was typed is all of it: it is priced again as all of it.
    assert_eq!(rest.portion().pay, None);
    let too_little = part(47_999, |item, _| item.balance = 50_000).unwrap();
    assert_eq!((too_little.early_discount, too_little.left_open()), (0, 2001));
}

#[test]
fn what_a_payment_on_its_way_holds_is_not_counted_as_closed() {
    let held = |item: &mut Item| item.reserved = 50_000;
    // The invoice is not closed by it, so all that can be paid is paid without a discount.
    let rest = part(50_000, |item, _| held(item)).unwrap();
    assert_eq!((rest.payable, rest.early_discount, rest.left_open()), (50_000, 0, 0));
    let id = rest.invoice_id;
    let refused = part(50_001, |item, _| held(item));
    assert_eq!(refused, Err(QuoteError::AmountOutOfRange { invoice_id: id, max: 50_000 }));
    // A share belongs to each part: what is on its way has its own, and no more is left.
    let share = |pay| {
        part(pay, |item, _| {
            held(item);
            item.discount = two_percent(100_000, PartialRule::Proportional);
        })
    };
    assert_eq!(share(49_000).unwrap().early_discount, 1000);
    assert_eq!(share(24_500).unwrap().early_discount, 500);
    assert_eq!(share(49_001), Err(QuoteError::AmountOutOfRange { invoice_id: id, max: 49_000 }));
}

#[test]
fn parts_are_taken_where_the_seller_takes_them() {
    let off = |pay| part(pay, |_, policy| policy.partial = false);
    assert_eq!(off(50_000), Err(QuoteError::OnlyWhole(item(1, 1).invoice_id)));
    let whole = off(98_000).unwrap();
    assert_eq!((whole.early_discount, whole.left_open()), (2000, 0));
    for pay in [0, -1, 98_001, i64::MAX, i64::MIN] {
        let out = QuoteError::AmountOutOfRange { invoice_id: whole.invoice_id, max: 98_000 };
        assert_eq!(off(pay), Err(out.clone()));
        assert_eq!(part(pay, |_, _| {}), Err(out));
    }
}

#[test]
fn a_part_carries_its_part_of_the_surcharge() {
    let mut typed = item(1, 100_000);
    typed.pay = Some(33_333);
    let items = vec![typed, item(2, 50_000)];
    let quote = quote(items, 0, &card(Funding::Credit), &policy(0), TODAY).unwrap();
    // 2.9 % of 833.33 is 24.16657; of the parts 9.66657 and 14.50.
    assert_eq!((quote.surcharge_base, quote.surcharge, quote.charge()), (83_333, 2416, 85_749));
    assert_eq!(quote.lines.iter().map(|line| line.surcharge).collect::<Vec<_>>(), [966, 1450]);
    assert_eq!(quote.left_open(), 66_667);
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

#[test]
fn cards_are_taken_until_some_days_past_due() {
    let mut policy = policy(0);
    policy.card.accepted = When::UntilDaysPastDue(30);
    let credit = card(Funding::Credit);
    let id = item(1, 1).invoice_id;
    // Due on March 31.
    for (today, is_taken) in
        [("2026-03-05", true), ("2026-04-01", true), ("2026-04-30", true), ("2026-05-01", false)]
    {
        let quote_of = |method| quote(vec![item(1, 10_000)], 0, method, &policy, today);
        let expected = if is_taken { Ok(10_290) } else { Err(QuoteError::MethodNotAccepted(id)) };
        assert_eq!(quote_of(&credit).map(|quote| quote.charge()), expected, "{today}");
        assert!(quote_of(&MethodFacts::Bank).is_ok(), "a bank debit is taken on {today}");
    }
}
