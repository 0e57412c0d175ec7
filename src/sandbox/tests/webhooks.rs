//! Messages: signed, in order, and sent until they are taken.

use chrono::TimeDelta;
use serde_json::Value;

use super::*;

fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.body).unwrap()
}

impl World {
    fn all_received(&self) -> Vec<Received> {
        self.receiver.received.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn messages_are_signed_and_name_their_charge() {
    on_each(async |world| {
        let paid = world.pay(&world.add_card("4242424242424242").await, 100).await;
        assert!(world.all_received().is_empty());
        let report = world.sandbox.tick().await.unwrap();
        assert_eq!((report.webhooks_taken, report.webhooks_failed), (1, 0));
        let received = world.all_received();
        let event = world.read(&received[0]);
        assert_eq!(event.kind, "payment_intent.succeeded");
        assert_eq!(event.intent_id.as_deref(), Some(paid.id.as_str()));
        assert_eq!(body(&received[0])["id"], event.id.as_str());

        let read = |signature: &str, body: &[u8], now| {
            world.gateway.read_event(Some(signature), body, now).is_ok()
        };
        let (now, signature) = (world.clock.now(), received[0].signature.as_str());
        assert!(read(signature, &received[0].body, now + TimeDelta::seconds(300)));
        assert!(!read(signature, &received[0].body, now + TimeDelta::seconds(301)));
        let mut altered = received[0].body.clone();
        altered[10] ^= 1;
        assert!(!read(signature, &altered, now));
        assert!(!read("", &received[0].body, now));

        // Taken once, it is not sent again.
        world.advance(TimeDelta::days(2)).await;
        assert_eq!(world.all_received().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_sent_until_it_is_taken() {
    on_each(async |world| {
        *world.receiver.statuses.lock().unwrap() = vec![500, 404, 302, 503, 500];
        world.pay(&world.add_card("4242424242424242").await, 100).await;
        let count = || world.all_received().len();
        assert_eq!(world.sandbox.tick().await.unwrap().webhooks_failed, 1);
        for (delay, sent) in [(1, 2), (5, 3), (30, 4), (300, 5), (3600, 6)] {
            world.advance(TimeDelta::seconds(delay) - TimeDelta::milliseconds(1)).await;
            assert_eq!(count(), sent - 1, "too early, before {delay} s");
            world.advance(TimeDelta::milliseconds(1)).await;
            assert_eq!(count(), sent, "after {delay} s");
        }
        world.advance(TimeDelta::days(1)).await;
        assert_eq!(count(), 6);
        // Always the same message, signed anew each time.
        let received = world.all_received();
        assert!(received.windows(2).all(|pair| pair[0].body == pair[1].body));
        assert!(received.windows(2).all(|pair| pair[0].signature != pair[1].signature));
    })
    .await;
}

#[tokio::test]
async fn a_message_is_given_up_after_three_days() {
    on_each(async |world| {
        *world.receiver.statuses.lock().unwrap() = vec![500; 1_000];
        world.pay(&world.add_card("4242424242424242").await, 100).await;
        world.sandbox.tick().await.unwrap();
        for _ in 0..(4 * 24) {
            world.advance(TimeDelta::hours(1)).await;
        }
        let count = world.all_received().len();
        assert!((12..=17).contains(&count), "{count}");
        world.advance(TimeDelta::days(30)).await;
        assert_eq!(world.all_received().len(), count);
    })
    .await;
}

/// A leap of the clock over several timers: each fires at its own time, in order, and what a timer
/// sets in motion within the leap happens as well.
#[tokio::test]
async fn timers_fire_at_their_own_time() {
    on_each(async |world| {
        let start = world.clock.now();
        let debit = world.pay(&world.add_account("000555555559", "company").await, 100).await;
        world.pay(&world.add_account("000222222227", "company").await, 100).await;
        world.pay(&world.add_card("4000000000000259").await, 100).await;
        let report = world.advance(TimeDelta::days(60)).await;
        assert_eq!((report.timers_fired, report.webhooks_taken), (4, 7));
        let happened: Vec<(String, i64)> = world
            .all_received()
            .iter()
            .skip(3)
            .map(|it| (world.read(it).kind, body(it)["created"].as_i64().unwrap()))
            .collect();
        let at = |days| (start + TimeDelta::days(days)).timestamp();
        assert_eq!(
            happened,
            [
                ("charge.dispute.funds_withdrawn".to_owned(), at(1)),
                ("payment_intent.payment_failed".to_owned(), at(4)),
                ("payment_intent.succeeded".to_owned(), at(7)),
                ("charge.dispute.funds_withdrawn".to_owned(), at(45)),
            ]
        );
        // The message shows the record as it was then.
        let settled = body(&world.all_received()[5]);
        assert_eq!(settled["data"]["object"]["dispute"], Value::Null);
        assert_eq!(settled["data"]["object"]["id"], debit.id.as_str());
        assert_eq!(world.sandbox.tick().await.unwrap(), TickReport::default());
    })
    .await;
}

#[tokio::test]
async fn messages_misbehave_when_told_to() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let pay_twice = async || {
            let mut ids = Vec::new();
            for _ in 0..2 {
                ids.push(world.pay(&method, 100).await.id);
                *world.clock.0.lock().unwrap() += TimeDelta::seconds(1);
            }
            world.sandbox.tick().await.unwrap();
            let received = std::mem::take(&mut *world.receiver.received.lock().unwrap());
            let about = received.iter().map(|it| world.read(it).intent_id.unwrap());
            (ids, about.collect::<Vec<String>>())
        };
        let (ids, about) = pay_twice().await;
        assert_eq!(about, ids);

        world.faults.set_reverse_webhooks(true);
        let (ids, about) = pay_twice().await;
        assert_eq!(about, [ids[1].clone(), ids[0].clone()]);

        world.faults.clear();
        world.faults.set_duplicate_webhooks(2);
        let (ids, about) = pay_twice().await;
        let expected: Vec<&String> = ids.iter().flat_map(|id| [id; 3]).collect();
        assert_eq!(about.iter().collect::<Vec<_>>(), expected);

        world.faults.clear();
        world.faults.set_drop_webhooks(true);
        assert_eq!(pay_twice().await.1, Vec::<String>::new());

        world.faults.clear();
        world.faults.set_stray_webhooks(true);
        let (ids, about) = pay_twice().await;
        assert_eq!(about.len(), 4);
        assert_eq!([&about[0], &about[2]], [&ids[0], &ids[1]]);
        assert!(world.gateway.find_intent(&about[1]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn each_step_of_a_charge_is_told() {
    on_each(async |world| {
        let told = async |world: &World| {
            world.sandbox.tick().await.unwrap();
            world.received()
        };
        let method = world.add_card("4000002760003184").await;
        let intent = world.pay(&method, 100).await;
        assert_eq!(told(world).await, ["payment_intent.requires_action"]);
        world.gateway.cancel_intent(&intent.id).await.unwrap();
        assert_eq!(told(world).await, ["payment_intent.canceled"]);
        world.pay(&world.add_card("4000000000000002").await, 100).await;
        assert_eq!(told(world).await, ["payment_intent.payment_failed"]);
        world.pay(&world.add_account("000123456789", "company").await, 100).await;
        assert_eq!(told(world).await, ["payment_intent.processing"]);
    })
    .await;
}

/// Two that tick at once neither let a thing happen twice nor miss it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_may_tick_at_once() {
    on_each(async |world| {
        let method = world.add_account("000123456789", "company").await;
        for _ in 0..10 {
            world.pay(&method, 100).await;
        }
        *world.clock.0.lock().unwrap() += TimeDelta::days(10);
        let ticks = (0..4).map(|_| world.sandbox.tick());
        for report in futures::future::join_all(ticks).await {
            report.unwrap();
        }
        let mut received = world.received();
        received.sort();
        let expected = |kind: &str| vec![kind.to_owned(); 10];
        let expected =
            [expected("payment_intent.processing"), expected("payment_intent.succeeded")].concat();
        assert_eq!(received, expected);
        assert_eq!(world.sandbox.charges().await.unwrap().len(), 10);
    })
    .await;
}

#[tokio::test]
async fn the_loop_ticks_until_told_to_stop() {
    on_each(async |world| {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        world.pay(&world.add_card("4242424242424242").await, 100).await;
        let running = tokio::spawn(world.sandbox.clone().run(async { drop(stopped.await) }));
        while world.all_received().is_empty() {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        running.await.unwrap();
    })
    .await;
}
