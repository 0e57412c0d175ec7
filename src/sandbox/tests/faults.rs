//! Every way in which a call can go wrong, and what our client makes of it. Whatever happens, the
//! payment is charged at most once, and looking it up tells the truth.

use super::*;
use crate::{
    domain::payment::GatewayStatus as S,
    gateways::gateway::GatewayError as E,
    sandbox::{Call, Fault},
};

/// Shorter than the processor hangs.
const IMPATIENT: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_confirmation_that_goes_wrong_is_looked_up() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let gateway = client(&world.base_url, SECRET_KEY, IMPATIENT);
        let known = |status| Ok::<S, E>(status);
        for (fault, heard, stands, again) in [
            (
                Fault::TimeoutBefore,
                Err(E::OutcomeUnknown),
                S::RequiresConfirmation,
                known(S::Succeeded),
            ),
            (Fault::TimeoutAfter, Err(E::OutcomeUnknown), S::Succeeded, known(S::Succeeded)),
            (
                Fault::ServerErrorBefore,
                Err(E::OutcomeUnknown),
                S::RequiresConfirmation,
                Err(E::OutcomeUnknown),
            ),
            (Fault::ServerErrorAfter, Err(E::OutcomeUnknown), S::Succeeded, Err(E::OutcomeUnknown)),
            (Fault::GarbageBody, Err(E::OutcomeUnknown), S::Succeeded, known(S::Succeeded)),
            (Fault::HalfBody, Err(E::OutcomeUnknown), S::Succeeded, known(S::Succeeded)),
            (Fault::KeyInUse, Err(E::OutcomeUnknown), S::RequiresConfirmation, known(S::Succeeded)),
            (
                Fault::RateLimited,
                Err(E::NotAttempted),
                S::RequiresConfirmation,
                known(S::Succeeded),
            ),
            (Fault::DeclinedButCharged, known(S::Failed), S::Succeeded, known(S::Failed)),
        ] {
            let new = world.new_intent(&method, 100);
            let intent = gateway.create_intent(&new).await.unwrap();
            world.faults.plan(Call::ConfirmIntent, fault, 1);
            let answer = gateway.confirm_intent(&intent.id, new.payment_id).await;
            assert_eq!(answer.map(|it| it.status), heard, "{fault:?}");
            assert_eq!(world.find(&intent).await.status, stands, "{fault:?}");
            let since = world.clock.now();
            let found = gateway.find_intent_of(&world.customer, new.payment_id, since).await;
            assert_eq!(found.unwrap().map(|it| it.status), Some(stands), "{fault:?}");
            // Even asking again blindly does not charge twice.
            let answer = gateway.confirm_intent(&intent.id, new.payment_id).await;
            assert_eq!(answer.map(|it| it.status), again, "{fault:?}");
        }
        let charges = world.sandbox.charges().await.unwrap();
        assert_eq!(charges.len(), 8, "all but the one that broke down before");
        assert!(charges.iter().all(|it| it.charge_count == 1));
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_goes_wrong_is_found_by_the_payment() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let gateway = client(&world.base_url, SECRET_KEY, IMPATIENT);
        for (fault, heard, is_made) in [
            (Fault::TimeoutBefore, E::OutcomeUnknown, false),
            (Fault::TimeoutAfter, E::OutcomeUnknown, true),
            (Fault::ServerErrorBefore, E::OutcomeUnknown, false),
            (Fault::ServerErrorAfter, E::OutcomeUnknown, true),
            (Fault::GarbageBody, E::OutcomeUnknown, true),
            (Fault::HalfBody, E::OutcomeUnknown, true),
            (Fault::KeyInUse, E::OutcomeUnknown, false),
            (Fault::RateLimited, E::NotAttempted, false),
        ] {
            let new = world.new_intent(&method, 100);
            world.faults.plan(Call::CreateIntent, fault, 1);
            assert_eq!(gateway.create_intent(&new).await, Err(heard), "{fault:?}");
            let since = world.clock.now();
            let found = gateway.find_intent_of(&world.customer, new.payment_id, since).await;
            assert_eq!(found.unwrap().is_some(), is_made, "{fault:?}");
        }
        assert!(world.sandbox.charges().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn calls_that_move_no_money_may_be_repeated() {
    on_each(async |world| {
        let paid = world.pay(&world.add_card("4242424242424242").await, 100).await;
        let gateway = client(&world.base_url, SECRET_KEY, IMPATIENT);
        for fault in [
            Fault::TimeoutBefore,
            Fault::ServerErrorBefore,
            Fault::GarbageBody,
            Fault::HalfBody,
            Fault::RateLimited,
        ] {
            world.faults.plan(Call::Read, fault, 1);
            assert_eq!(gateway.find_intent(&paid.id).await, Err(E::NotAttempted), "{fault:?}");
            world.faults.plan(Call::CreateCustomer, fault, 1);
            let answer = gateway.ensure_customer(CustomerId::new(uuid()), "Ada", "").await;
            assert_eq!(answer, Err(E::NotAttempted), "{fault:?}");
        }
        for fault in [Fault::TimeoutAfter, Fault::ServerErrorAfter] {
            let method = world.add_card("4242424242424242").await;
            let open = world.gateway.create_intent(&world.new_intent(&method, 100)).await.unwrap();
            world.faults.plan(Call::CancelIntent, fault, 1);
            assert_eq!(gateway.cancel_intent(&open.id).await, Err(E::OutcomeUnknown));
            assert_eq!(world.find(&open).await.status, S::Canceled);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_never_sent_was_not_attempted() {
    on_each(async |world| {
        let new = world.new_intent(&world.add_card("4242424242424242").await, 100);
        let closed = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/sandbox", listener.local_addr().unwrap())
        };
        for (base_url, key, expected) in [
            (closed.as_str(), SECRET_KEY, E::NotAttempted),
            ("http://processor.invalid/sandbox", SECRET_KEY, E::NotAttempted),
            ("no address", SECRET_KEY, E::Misconfigured),
            ("mailto:a@b.test", SECRET_KEY, E::Misconfigured),
            ("ftp://127.0.0.1:1/", SECRET_KEY, E::Misconfigured),
            (world.base_url.as_str(), "sk_wrong", E::Misconfigured),
        ] {
            let gateway = client(base_url, key, Duration::from_secs(5));
            let answer = gateway.create_intent(&new).await;
            assert_eq!(answer, Err(expected.clone()), "{base_url}");
            let answer = gateway.confirm_intent("pi_a", new.payment_id).await;
            assert_eq!(answer, Err(expected.clone()), "{base_url}");
            assert_eq!(gateway.find_intent("pi_a").await, Err(expected), "{base_url}");
        }
        let answer = world.gateway.confirm_intent("pi_none", new.payment_id).await;
        assert_eq!(answer, Err(E::Refused("resource_missing".to_owned())));
    })
    .await;
}

/// Whoever is connected and then hears nothing, or hears the connection close, knows nothing.
#[tokio::test]
async fn a_connection_that_closes_says_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/sandbox", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.readable().await.unwrap();
        }
    });
    let gateway = client(&base_url, SECRET_KEY, Duration::from_secs(5));
    let payment_id = PaymentId::new(uuid());
    assert_eq!(gateway.confirm_intent("pi_a", payment_id).await, Err(E::OutcomeUnknown));
    assert_eq!(gateway.find_intent("pi_a").await, Err(E::NotAttempted));
    server.abort();
}

#[tokio::test]
async fn the_short_forms_of_a_plan_work() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let new = world.new_intent(&method, 100);
        world.faults.fail_before(1);
        assert_eq!(world.gateway.create_intent(&new).await, Err(E::OutcomeUnknown));
        let new = world.new_intent(&method, 100);
        world.faults.fail_after(1);
        assert_eq!(world.gateway.create_intent(&new).await, Err(E::OutcomeUnknown));
        world.faults.set_latency_ms(400);
        let impatient = client(&world.base_url, SECRET_KEY, IMPATIENT);
        let new = world.new_intent(&method, 100);
        assert_eq!(impatient.create_intent(&new).await, Err(E::OutcomeUnknown));
    })
    .await;
}
