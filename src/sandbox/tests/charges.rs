//! What each number does, from the payer's page to the settled money.

use chrono::TimeDelta;

use super::*;
use crate::domain::{
    method::Funding,
    payment::{GatewayStatus as S, Reversal},
};

#[tokio::test]
async fn every_card_does_what_the_table_says() {
    use Funding::{Credit, Debit, Prepaid};
    on_each(async |world| {
        for (number, brand, funding, status, code) in [
            ("4242 4242 4242 4242", "Visa", Credit, S::Succeeded, None),
            ("5555-5555-5555-4444", "Mastercard", Credit, S::Succeeded, None),
            ("378282246310005", "American Express", Credit, S::Succeeded, None),
            ("6011111111111117", "Discover", Credit, S::Succeeded, None),
            ("4000056655665556", "Visa", Debit, S::Succeeded, None),
            ("5200828282828210", "Mastercard", Debit, S::Succeeded, None),
            ("6011981111111113", "Discover", Debit, S::Succeeded, None),
            ("5105105105105100", "Mastercard", Prepaid, S::Succeeded, None),
            ("4000000000000002", "Visa", Credit, S::Failed, Some("generic_decline")),
            ("4000000000009995", "Visa", Credit, S::Failed, Some("insufficient_funds")),
            ("4000000000000069", "Visa", Credit, S::Failed, Some("expired_card")),
            ("4000000000000127", "Visa", Credit, S::Failed, Some("incorrect_cvc")),
            ("4000000000000119", "Visa", Credit, S::Failed, Some("processing_error")),
            ("4000000000009987", "Visa", Credit, S::Failed, Some("lost_card")),
            ("4000000000009979", "Visa", Credit, S::Failed, Some("stolen_card")),
            ("4000000000000341", "Visa", Credit, S::Failed, Some("generic_decline")),
            ("4000002500003155", "Visa", Credit, S::Succeeded, None),
            ("4000002760003184", "Visa", Credit, S::RequiresAction, None),
            ("4000000000000259", "Visa", Credit, S::Succeeded, None),
            ("4000000000007726", "Visa", Credit, S::Succeeded, None),
            ("4000000000005126", "Visa", Credit, S::Succeeded, None),
            ("4000001240000000", "Visa", Credit, S::Succeeded, None),
        ] {
            let method = world.add_card(number).await;
            assert_eq!((method.brand.as_str(), method.funding), (brand, funding), "{number}");
            assert_eq!(method.last4, &number[number.len() - 4..]);
            assert_eq!(method.expires_on, "2031-04-30".parse().ok());
            let country = if number == "4000001240000000" { "CA" } else { "US" };
            assert_eq!(method.country.as_deref(), Some(country), "{number}");

            let intent = world.pay(&method, 10_000).await;
            assert_eq!((intent.status, intent.failure_code.as_deref()), (status, code), "{number}");
            let fee = (status == S::Succeeded).then_some(320);
            assert_eq!(intent.fee_minor, fee, "{number}");
            assert_eq!(intent.action_url.is_some(), status == S::RequiresAction, "{number}");
            assert_eq!(world.find(&intent).await, intent, "{number}");
        }
        let charges = world.sandbox.charges().await.unwrap();
        assert_eq!(charges.len(), 13);
        assert!(charges.iter().all(|it| (it.charge_count, it.amount_minor) == (1, 10_000)));
    })
    .await;
}

#[tokio::test]
async fn every_bank_account_does_what_the_table_says() {
    on_each(async |world| {
        let mut returned = Vec::new();
        for (number, holder, code) in [
            ("000222222227", "company", "R01"),
            ("000111111113", "company", "R02"),
            ("000111111116", "company", "R03"),
            ("000333333335", "company", "R29"),
            ("000333333335", "person", "R10"),
            ("000000000107", "company", "R07"),
            ("000000000108", "company", "R08"),
            ("000000000111", "company", "R11"),
        ] {
            let method = world.add_account(number, holder).await;
            assert_eq!((method.kind, method.funding), (MethodKind::Bank, Funding::Unknown));
            returned.push((code, world.pay(&method, 70_000).await));
        }
        let method = world.add_account("000123456789", "company").await;
        assert_eq!((method.brand.as_str(), method.last4.as_str()), ("Sandbox Bank", "6789"));
        let settling = world.pay(&method, 70_000).await;
        let stuck = world.pay(&world.add_account("000000000009", "person").await, 500).await;
        for intent in returned.iter().map(|(_, intent)| intent).chain([&settling, &stuck]) {
            assert_eq!(intent.status, S::Processing);
            // Friday, and four banking days on: Thanksgiving is none.
            assert_eq!(intent.expected_on, "2026-11-27".parse().ok());
            assert_eq!(intent.fee_minor, None);
        }
        for (number, code) in [
            ("000777777771", "charge_exceeds_source_limit"),
            ("000444444440", "payment_method_currency_mismatch"),
        ] {
            let method = world.add_account(number, "company").await;
            let intent = world.pay(&method, 70_000).await;
            assert_eq!(intent.status, S::Failed, "{number}");
            assert_eq!(intent.failure_code.as_deref(), Some(code), "{number}");
        }

        world.advance(TimeDelta::days(4) - TimeDelta::seconds(1)).await;
        assert_eq!(world.find(&returned[0].1).await.status, S::Processing);
        world.advance(TimeDelta::seconds(1)).await; // Tuesday: the second banking day
        for (code, intent) in &returned {
            let intent = world.find(intent).await;
            assert_eq!(intent.status, S::Failed, "{code}");
            assert_eq!(intent.failure_code.as_deref(), Some(*code));
        }
        world.advance(TimeDelta::days(3) - TimeDelta::seconds(1)).await;
        assert_eq!(world.find(&settling).await.status, S::Processing);
        world.advance(TimeDelta::seconds(1)).await;
        let settled = world.find(&settling).await;
        assert_eq!((settled.status, settled.fee_minor), (S::Succeeded, Some(500)));
        world.advance(TimeDelta::days(300)).await;
        assert_eq!(world.find(&stuck).await.status, S::Processing);
        assert_eq!(world.sandbox.charges().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn money_is_taken_back_when_the_table_says() {
    on_each(async |world| {
        let card = world.pay(&world.add_card("4000000000000259").await, 10_000).await;
        let debit = world.pay(&world.add_account("000555555559", "company").await, 10_000).await;
        world.advance(TimeDelta::days(1) - TimeDelta::seconds(1)).await;
        assert_eq!(world.find(&card).await.reversal, None);
        assert_eq!(world.received(), ["payment_intent.succeeded", "payment_intent.processing"]);
        world.advance(TimeDelta::seconds(1)).await;
        let disputed = world.find(&card).await;
        assert_eq!(disputed.status, S::Succeeded);
        assert_eq!(disputed.reversal, Some((Reversal::Chargeback, "fraudulent".to_owned())));
        assert_eq!(world.received(), ["charge.dispute.funds_withdrawn"]);

        world.advance(TimeDelta::days(43)).await;
        let settled = world.find(&debit).await;
        assert_eq!((settled.status, settled.reversal), (S::Succeeded, None));
        assert_eq!(world.received(), ["payment_intent.succeeded"]);
        world.advance(TimeDelta::days(1)).await;
        let returned = world.find(&debit).await;
        assert_eq!(returned.status, S::Succeeded);
        assert_eq!(returned.reversal, Some((Reversal::Return, "R10".to_owned())));
        assert_eq!(world.received(), ["charge.dispute.funds_withdrawn"]);
    })
    .await;
}

#[tokio::test]
async fn a_challenge_decides_about_a_charge_once() {
    on_each(async |world| {
        let method = world.add_card("4000002760003184").await;
        for (first, second, status, code) in [
            ("approve", "fail", S::Succeeded, None),
            ("fail", "approve", S::Failed, Some("payment_intent_authentication_failure")),
        ] {
            let intent = world.pay(&method, 10_000).await;
            let url = intent.action_url.clone().unwrap();
            let page = world.browser.get(&url).send().await.unwrap();
            assert!(page.text().await.unwrap().contains("100.00 USD"));
            for answer in [first, second] {
                let answer = world.submit(&url, &[("answer", answer)]).await;
                assert_eq!((answer.status().as_u16(), location(&answer)), (303, RETURN_URL.into()));
            }
            let intent = world.find(&intent).await;
            assert_eq!((intent.status, intent.failure_code.as_deref()), (status, code));
            assert_eq!(intent.action_url, None);
            let page = world.browser.get(&url).send().await.unwrap().text().await.unwrap();
            assert!(page.contains("Nothing left to do"), "{page}");
        }
        // Withdrawn meanwhile: the question has lost its effect.
        let intent = world.pay(&method, 10_000).await;
        world.gateway.cancel_intent(&intent.id).await.unwrap();
        let url = intent.action_url.clone().unwrap();
        world.submit(&url, &[("answer", "approve")]).await;
        assert_eq!(world.find(&intent).await.status, S::Canceled);
        assert_eq!(world.sandbox.charges().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_intent_succeeds_once_however_often_it_is_confirmed() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let new = world.new_intent(&method, 4_200);
        let intent = world.gateway.create_intent(&new).await.unwrap();
        // Half under one key, half under keys of their own.
        let confirm = |index: usize| {
            let payment_id =
                if index.is_multiple_of(2) { new.payment_id } else { PaymentId::new(uuid()) };
            world.gateway.confirm_intent(&intent.id, payment_id)
        };
        let answers = futures::future::join_all((0..50).map(confirm)).await;
        let succeeded = answers.iter().flatten().filter(|it| it.status == S::Succeeded).count();
        let unknown = crate::gateways::gateway::GatewayError::OutcomeUnknown;
        let in_use = answers.iter().filter(|it| it.as_ref().err() == Some(&unknown)).count();
        assert!(succeeded >= 26, "{succeeded}");
        assert_eq!(succeeded + in_use, 50);
        let charges = world.sandbox.charges().await.unwrap();
        assert_eq!(charges.len(), 1);
        assert_eq!(charges[0].payment_id, new.payment_id.to_string());
        assert_eq!((charges[0].charge_count, charges[0].amount_minor), (1, 4_200));
        world.sandbox.tick().await.unwrap();
        assert_eq!(world.received(), ["payment_intent.succeeded"]);
    })
    .await;
}

#[tokio::test]
async fn a_charge_is_cancelled_only_in_time() {
    on_each(async |world| {
        let gateway = &world.gateway;
        let method = world.add_card("4242424242424242").await;
        let paid = world.pay(&method, 100).await;
        assert_eq!(gateway.cancel_intent(&paid.id).await.unwrap().status, S::Succeeded);

        let new = world.new_intent(&method, 100);
        let open = gateway.create_intent(&new).await.unwrap();
        assert_eq!(open.status, S::RequiresConfirmation);
        assert_eq!(open.payment_id, Some(new.payment_id));
        assert_eq!(gateway.cancel_intent(&open.id).await.unwrap().status, S::Canceled);
        assert_eq!(gateway.cancel_intent(&open.id).await.unwrap().status, S::Canceled);
        let confirmed = gateway.confirm_intent(&open.id, new.payment_id).await.unwrap();
        assert_eq!(confirmed.status, S::Canceled);

        let declined = world.pay(&world.add_card("4000000000009995").await, 100).await;
        let again = gateway.confirm_intent(&declined.id, PaymentId::new(uuid())).await.unwrap();
        assert_eq!(again.status, S::Failed);
        let canceled = gateway.cancel_intent(&declined.id).await.unwrap();
        assert_eq!(canceled.status, S::Canceled);
        assert_eq!(canceled.failure_code.as_deref(), Some("insufficient_funds"));

        let debit = world.pay(&world.add_account("000123456789", "company").await, 100).await;
        assert_eq!(gateway.cancel_intent(&debit.id).await.unwrap().status, S::Processing);
        let stuck = world.pay(&world.add_account("000000000009", "company").await, 100).await;
        assert_eq!(gateway.cancel_intent(&stuck.id).await.unwrap().status, S::Canceled);
        world.advance(TimeDelta::days(30)).await;
        assert_eq!(world.find(&debit).await.status, S::Succeeded);
        assert_eq!(world.find(&stuck).await.status, S::Canceled);
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_found_among_many() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let first = world.new_intent(&method, 100);
        let since = world.clock.now();
        let made = world.gateway.create_intent(&first).await.unwrap();
        for _ in 0..205 {
            let new = world.new_intent(&method, 100);
            world.gateway.create_intent(&new).await.unwrap();
        }
        let find =
            |payment_id, since| world.gateway.find_intent_of(&world.customer, payment_id, since);
        assert_eq!(find(first.payment_id, since).await.unwrap(), Some(made));
        assert_eq!(find(PaymentId::new(uuid()), since).await.unwrap(), None);
        assert_eq!(find(first.payment_id, since + TimeDelta::hours(2)).await.unwrap(), None);
        let other = world.gateway.find_intent_of("cus_none", first.payment_id, since).await;
        assert_eq!(other.unwrap(), None);

        // The key was forgotten and the payment made again: the one that was charged counts.
        *world.clock.0.lock().unwrap() += TimeDelta::hours(25);
        let again = world.gateway.create_intent(&first).await.unwrap();
        world.gateway.confirm_intent(&again.id, first.payment_id).await.unwrap();
        *world.clock.0.lock().unwrap() += TimeDelta::hours(25);
        world.gateway.create_intent(&first).await.unwrap();
        let found = find(first.payment_id, since).await.unwrap().unwrap();
        assert_eq!((found.id, found.status), (again.id, S::Succeeded));
    })
    .await;
}
