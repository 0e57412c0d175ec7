//! What a repeated key means.

use chrono::TimeDelta;

use super::{
    interface::{call, intent_fields},
    *,
};
use crate::sandbox::Fault;

const PATH: &str = "/v1/payment_intents";

#[tokio::test]
async fn a_key_does_its_work_once() {
    on_each(async |world| {
        let token = world.add_card("4242424242424242").await.token;
        let fields = |amount| intent_fields(&world.customer, &token, "amount", amount);

        // Same key, same request: the same answer, nothing new.
        let (status, is_replayed, first) = call(world, PATH, "k", &fields("1000")).await;
        assert_eq!((status, is_replayed), (200, false));
        let (status, is_replayed, second) = call(world, PATH, "k", &fields("1000")).await;
        assert_eq!((status, is_replayed, &second), (200, true, &first));
        let mut reversed = fields("1000");
        reversed.reverse();
        assert_eq!(call(world, PATH, "k", &reversed).await.2, first);

        // Same key, another request: refused, whichever part differs.
        for (path, fields) in [
            (PATH, fields("1001")),
            ("/v1/customers", vec![("name", "x")]),
            ("/v1/payment_intents/pi_a/confirm", vec![]),
        ] {
            let (status, is_replayed, body) = call(world, path, "k", &fields).await;
            assert_eq!((status, is_replayed), (400, false), "{path}");
            assert_eq!(body["error"]["type"], "idempotency_error", "{path}");
        }

        // A request that fails its checks leaves the key free.
        for (bad, status) in [("0", 400), ("x", 400)] {
            assert_eq!(call(world, PATH, "free", &fields(bad)).await.0, status);
        }
        let unknown = intent_fields(&world.customer, "pm_none", "amount", "1000");
        assert_eq!(call(world, PATH, "free", &unknown).await.0, 404);
        let (status, is_replayed, body) = call(world, PATH, "free", &fields("1000")).await;
        assert_eq!((status, is_replayed), (200, false));
        assert_ne!(body["id"], first["id"]);

        // After a day the key is forgotten: the same request is a new one.
        *world.clock.0.lock().unwrap() += TimeDelta::hours(24);
        assert_eq!(call(world, PATH, "k", &fields("1000")).await.2, first);
        *world.clock.0.lock().unwrap() += TimeDelta::seconds(1);
        let (status, is_replayed, later) = call(world, PATH, "k", &fields("1000")).await;
        assert_eq!((status, is_replayed), (200, false));
        assert_ne!(later["id"], first["id"]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_the_card_is_kept_with_its_key() {
    on_each(async |world| {
        let method = world.add_card("4000000000009995").await;
        let intent = world.gateway.create_intent(&world.new_intent(&method, 100)).await.unwrap();
        let path = format!("{PATH}/{}/confirm", intent.id);
        let (status, is_replayed, first) = call(world, &path, "c", &[]).await;
        assert_eq!((status, is_replayed), (402, false));
        assert_eq!(first["error"]["type"], "card_error");
        assert_eq!(first["error"]["code"], "card_declined");
        assert_eq!(first["error"]["decline_code"], "insufficient_funds");
        assert_eq!(first["error"]["payment_intent"]["id"], intent.id.as_str());
        assert_eq!(call(world, &path, "c", &[]).await, (402, true, first));
    })
    .await;
}

#[tokio::test]
async fn a_breakdown_is_kept_with_its_key() {
    on_each(async |world| {
        let token = world.add_card("4242424242424242").await.token;
        let fields = intent_fields(&world.customer, &token, "", "");
        for (key, fault, charges) in
            [("before", Fault::ServerErrorBefore, 0), ("after", Fault::ServerErrorAfter, 1)]
        {
            let (_, _, intent) = call(world, PATH, &format!("{key}-create"), &fields).await;
            let path = format!("{PATH}/{}/confirm", intent["id"].as_str().unwrap());
            world.faults.plan(None, fault, 1);
            assert_eq!(call(world, &path, key, &[]).await.0, 500);
            let (status, is_replayed, _) = call(world, &path, key, &[]).await;
            assert_eq!((status, is_replayed), (500, true), "{key}");
            assert_eq!(world.sandbox.charges().await.unwrap().len(), charges, "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_in_use_is_not_used_again() {
    on_each(async |world| {
        let running = &world.sandbox.inner.running;
        running.lock().unwrap().insert("busy".to_owned());
        let fields = [("name", "x")];
        let (status, _, body) = call(world, "/v1/customers", "busy", &fields).await;
        assert_eq!((status, body["error"]["code"].as_str()), (409, Some("idempotency_key_in_use")));
        running.lock().unwrap().remove("busy");
        assert_eq!(call(world, "/v1/customers", "busy", &fields).await.0, 200);
        assert!(running.lock().unwrap().is_empty());

        // Many at once: one does the work, the others hear of it or are told to wait.
        let many = (0..20).map(|_| call(world, "/v1/customers", "many", &fields));
        let answers = futures::future::join_all(many).await;
        let fresh = answers.iter().filter(|(status, replayed, _)| *status == 200 && !replayed);
        assert_eq!(fresh.count(), 1);
        assert!(answers.iter().all(|(status, _, _)| matches!(status, 200 | 409)));
    })
    .await;
}

#[tokio::test]
async fn our_client_may_ask_again() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let new = world.new_intent(&method, 100);
        let first = world.gateway.create_intent(&new).await.unwrap();
        assert_eq!(world.gateway.create_intent(&new).await.unwrap(), first);
        let customer_id = CustomerId::new(uuid());
        let ensure = || world.gateway.ensure_customer(customer_id, "Ada", "ada@payer.test");
        assert_eq!(ensure().await.unwrap(), ensure().await.unwrap());
    })
    .await;
}

/// Two servers share the book, and each knows only its own running requests: the key still does
/// its work once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_does_its_work_once_across_servers() {
    on_each(async |world| {
        let second = world.second_server().await;
        let method = world.add_card("4242424242424242").await;
        for round in 0..5 {
            let intent =
                world.gateway.create_intent(&world.new_intent(&method, 100)).await.unwrap();
            let path = format!("{PATH}/{}/confirm", intent.id);
            let key = format!("round-{round}");
            let calls = (0..20_usize).map(|index| {
                let base = if index.is_multiple_of(2) { &world.base_url } else { &second };
                let request = world.browser.post(format!("{base}{path}")).bearer_auth(SECRET_KEY);
                let request = request.header("idempotency-key", &key);
                async move { request.send().await.unwrap() }
            });
            let answers = futures::future::join_all(calls).await;
            let is_fresh = |it: &&reqwest::Response| {
                it.status() == 200 && !it.headers().contains_key("idempotent-replayed")
            };
            assert_eq!(answers.iter().filter(is_fresh).count(), 1);
            assert!(answers.iter().all(|it| matches!(it.status().as_u16(), 200 | 409)));
        }
        let charges = world.sandbox.charges().await.unwrap();
        assert_eq!(charges.len(), 5);
        assert!(charges.iter().all(|it| it.charge_count == 1));
    })
    .await;
}
