//! The interface itself, as its documentation has it.

use chrono::TimeDelta;
use serde_json::Value;

use super::*;
use crate::domain::payment::GatewayStatus as S;

/// A raw request: status, whether it was replayed, and the body.
pub(super) async fn call(
    world: &World,
    path: &str,
    key: &str,
    fields: &[(&str, &str)],
) -> (u16, bool, Value) {
    let url = format!("{}{path}", world.base_url);
    let mut request = world.browser.post(url).bearer_auth(SECRET_KEY).form(fields);
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    let answer = request.send().await.unwrap();
    let is_replayed = answer.headers().contains_key("idempotent-replayed");
    let status = answer.status().as_u16();
    (status, is_replayed, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

async fn read(world: &World, path: &str) -> (u16, Value) {
    let url = format!("{}{path}", world.base_url);
    let answer = world.browser.get(url).bearer_auth(SECRET_KEY).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

/// The fields of a charge, with one of them replaced (`-` takes it away).
pub(super) fn intent_fields<'a>(
    customer: &'a str,
    method: &'a str,
    replaced: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let fields = [
        ("amount", "10000"),
        ("currency", "usd"),
        ("customer", customer),
        ("payment_method", method),
        ("kind", "card"),
        ("surcharge", "290"),
        ("metadata[payment_id]", "p-1"),
        ("description", "P-0001"),
        ("return_url", RETURN_URL),
    ];
    fields
        .into_iter()
        .map(|(name, it)| (name, if name == replaced { value } else { it }))
        .filter(|(_, value)| *value != "-")
        .collect()
}

#[tokio::test]
async fn wrong_fields_are_refused_with_a_code() {
    on_each(async |world| {
        let token = world.add_card("4242424242424242").await.token;
        for (index, (field, value, status, code)) in [
            ("amount", "0", 400, "amount_too_small"),
            ("amount", "-1", 400, "amount_too_small"),
            ("amount", "-", 400, "parameter_missing"),
            ("amount", "1.5", 400, "parameter_invalid_integer"),
            ("amount", "1000000000000", 400, "amount_too_large"),
            ("amount", "99999999999999999999", 400, "parameter_invalid_integer"),
            ("currency", "-", 400, "parameter_missing"),
            ("currency", "us", 400, "invalid_currency"),
            ("currency", "usdd", 400, "invalid_currency"),
            ("currency", " us", 400, "invalid_currency"),
            ("currency", "zzz", 400, "invalid_currency"),
            ("surcharge", "-1", 400, "parameter_invalid_integer"),
            ("surcharge", "10000", 400, "parameter_invalid_integer"),
            ("customer", "cus_none", 404, "resource_missing"),
            ("payment_method", "pm_none", 404, "resource_missing"),
            ("kind", "bank", 404, "resource_missing"),
            ("kind", "cash", 400, "parameter_invalid_string"),
            ("metadata[payment_id]", "-", 400, "parameter_missing"),
            ("return_url", "javascript:alert(1)", 400, "url_invalid"),
            ("return_url", "/back", 400, "url_invalid"),
        ]
        .into_iter()
        .enumerate()
        {
            let fields = intent_fields(&world.customer, &token, field, value);
            let key = format!("k{index}");
            let (got, _, body) = call(world, "/v1/payment_intents", &key, &fields).await;
            assert_eq!(
                (got, body["error"]["code"].as_str()),
                (status, Some(code)),
                "{field} {value}"
            );
            assert_eq!(body["error"]["type"], "invalid_request_error");
        }
        for (path, fields, status, code) in [
            ("/v1/payment_intents/pi_none/confirm", vec![], 404, "resource_missing"),
            ("/v1/payment_intents/pi_none/cancel", vec![], 404, "resource_missing"),
            ("/v1/refunds", vec![("payment_intent", "pi_none")], 404, "resource_missing"),
            ("/v1/refunds", vec![], 400, "parameter_missing"),
            ("/v1/customers", vec![], 400, "parameter_missing"),
            ("/v1/customers", vec![("name", "x")], 200, ""),
        ] {
            let (got, _, body) = call(world, path, &format!("{path}{status}"), &fields).await;
            let expected = (!code.is_empty()).then_some(code);
            assert_eq!((got, body["error"]["code"].as_str()), (status, expected), "{path}");
        }
        let key = "k".repeat(256);
        for (key, code) in [("", "idempotency_key_missing"), (&key, "idempotency_key_invalid")] {
            let (status, _, body) = call(world, "/v1/customers", key, &[("name", "x")]).await;
            assert_eq!((status, body["error"]["code"].as_str()), (400, Some(code)));
        }
        for path in ["/v1/payment_intents/pi_none", "/v1/setup_sessions/seti_none"] {
            assert_eq!(read(world, path).await.0, 404, "{path}");
        }
        let path = format!("/v1/payment_intents?customer={}&limit=", world.customer);
        for (limit, status) in [("0", 400), ("101", 400), ("x", 400), ("100", 200)] {
            assert_eq!(read(world, &format!("{path}{limit}")).await.0, status, "{limit}");
        }
        let (status, body) = read(world, &format!("{path}1&starting_after=pi_none")).await;
        assert_eq!((status, &body["error"]["code"]), (404, &"resource_missing".into()));
        assert!(world.sandbox.charges().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_whoever_has_the_key_is_served() {
    on_each(async |world| {
        let url = |path: &str| format!("{}{path}", world.base_url);
        for (method, path) in [
            ("POST", "/v1/customers"),
            ("POST", "/v1/setup_sessions"),
            ("GET", "/v1/setup_sessions/x"),
            ("POST", "/v1/payment_intents"),
            ("GET", "/v1/payment_intents"),
            ("GET", "/v1/payment_intents/x"),
            ("POST", "/v1/payment_intents/x/confirm"),
            ("POST", "/v1/payment_intents/x/cancel"),
            ("POST", "/v1/refunds"),
        ] {
            for token in ["", "Bearer", "Bearer ", "Bearer sk_test_ke", "sk_test_key"] {
                let method = method.parse().unwrap();
                let request = world.browser.request(method, url(path));
                let answer = request.header("authorization", token).send().await.unwrap();
                assert_eq!(answer.status(), 401, "{path} {token}");
            }
            let answer = world.browser.request(method.parse().unwrap(), url(path)).send().await;
            assert_eq!(answer.unwrap().status(), 401, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn charges_are_listed_newest_first_in_pages() {
    on_each(async |world| {
        let method = world.add_card("4242424242424242").await;
        let mut made = Vec::new();
        for _ in 0..5 {
            let new = world.new_intent(&method, 100);
            made.insert(0, world.gateway.create_intent(&new).await.unwrap().id);
            world.advance(TimeDelta::seconds(10)).await;
        }
        let (mut listed, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!(
                "/v1/payment_intents?customer={}&limit=2&starting_after={after}",
                world.customer
            );
            let (_, page) = read(world, &path).await;
            let ids = page["data"].as_array().unwrap().iter();
            listed.extend(ids.map(|it| it["id"].as_str().unwrap().to_owned()));
            if page["has_more"] == false {
                break;
            }
            after = listed.last().unwrap().clone();
        }
        assert_eq!(listed, made);
        let since = START.parse::<DateTime<Utc>>().unwrap().timestamp() + 30;
        let path = format!("/v1/payment_intents?customer={}&created[gte]={since}", world.customer);
        let (_, page) = read(world, &path).await;
        assert_eq!(page["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn refunds_never_exceed_the_charge() {
    on_each(async |world| {
        let refund = async |id: &str, key: &str, amount: &str| {
            let fields = [("payment_intent", id), ("amount", amount)];
            let (status, _, body) = call(world, "/v1/refunds", key, &fields).await;
            (status, body)
        };
        let paid = world.pay(&world.add_card("4242424242424242").await, 1_000).await;
        let (status, body) = refund(&paid.id, "a", "400").await;
        assert_eq!((status, &body["status"]), (200, &"succeeded".into()));
        let (status, body) = refund(&paid.id, "b", "601").await;
        assert_eq!((status, &body["error"]["code"]), (400, &"amount_too_large".into()));
        let (_, body) = refund(&paid.id, "c", "").await;
        assert_eq!(body["amount"], 600);
        let (_, body) = refund(&paid.id, "d", "").await;
        assert_eq!(body["error"]["code"], "charge_already_refunded");

        let declined = world.pay(&world.add_card("4000000000000002").await, 1_000).await;
        let (status, body) = refund(&declined.id, "e", "").await;
        assert_eq!(status, 400);
        assert_eq!(body["error"]["code"], "payment_intent_unexpected_state");

        let late = world.pay(&world.add_card("4000000000007726").await, 1_000).await;
        let failing = world.pay(&world.add_card("4000000000005126").await, 1_000).await;
        assert_eq!(refund(&late.id, "f", "").await.1["status"], "pending");
        assert_eq!(refund(&failing.id, "g", "").await.1["status"], "succeeded");
        world.sandbox.tick().await.unwrap();
        world.received();
        world.advance(TimeDelta::days(4)).await;
        let mut received = world.received();
        received.sort();
        assert_eq!(received, ["refund.failed", "refund.succeeded"]);
        let (_, body) = read(world, &format!("/v1/payment_intents/{}", failing.id)).await;
        assert_eq!(body["amount_refunded"], 0);
        assert_eq!(world.find(&late).await.status, S::Succeeded);

        let disputed = world.pay(&world.add_card("4000000000000259").await, 1_000).await;
        world.advance(TimeDelta::days(1)).await;
        assert_eq!(refund(&disputed.id, "h", "").await.1["error"]["code"], "charge_disputed");
    })
    .await;
}
