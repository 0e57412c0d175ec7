//! The pages: forms and what they refuse, what they keep, and what never reaches the book.

use super::*;
use crate::sandbox::numbers::{ACCOUNTS, CARDS, ROUTING_NUMBER, has_check_digit};

/// The fields with one of them replaced.
fn with<'a>(fields: &[(&'a str, &'a str)], name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(it, old)| (*it, if *it == name { value } else { *old })).collect()
}

async fn refused(world: &World, url: &str, fields: &[(&str, &str)]) -> String {
    let answer = world.submit(url, fields).await;
    assert_eq!(answer.status(), 422, "{fields:?}");
    answer.text().await.unwrap()
}

/// What is said under a field.
fn problem<'a>(page: &'a str, field: &str) -> &'a str {
    let start = format!("<p class=\"error\" id=\"{field}-error\">");
    let rest = page.split_once(start.as_str()).unwrap_or_else(|| panic!("{field}: {page}")).1;
    assert!(page.contains(&format!("aria-invalid=\"true\" aria-describedby=\"{field}-error\"")));
    rest.split_once("</p>").unwrap().0
}

#[tokio::test]
async fn a_wrong_card_is_refused_under_its_field() {
    on_each(async |world| {
        let (session, url) = world.begin_setup(MethodKind::Card).await;
        let good = card_fields("4242424242424242");
        for (field, value, says) in [
            ("number", "", "Type the card number."),
            ("number", "4242 4242 4242 4241", "typing error"),
            ("number", "4242 4242", "13 to 19 digits"),
            ("number", "4242abcd42424242", "digits only"),
            ("number", "4111111111111111", "Test numbers only"),
            ("exp", "", "Month and year"),
            ("exp", "13/30", "Month and year"),
            ("exp", "4-30", "Month and year"),
            ("exp", "10/26", "passed"),
            ("exp", "04/21", "passed"),
            ("exp", "04/2099", "too far"),
            ("cvc", "12", "Three or four"),
            ("cvc", "12a", "Three or four"),
            ("name", "  ", "Type the name"),
            ("country", "XX", "Choose a country"),
            ("state", "", "Choose a state"),
            ("postal", "1234", "five digits"),
        ] {
            let page = refused(world, &url, &with(&good, field, value)).await;
            assert!(problem(&page, field).contains(says), "{field} {value:?}: {page}");
            assert_eq!(page.matches("class=\"error\"").count(), 1, "{field} {value:?}");
        }
        assert_eq!(world.gateway.finish_setup(&session).await.unwrap(), None);
        // The month that runs is still good; so are other ways to write it, and other countries.
        for (field, value) in [("exp", "11 / 2026"), ("exp", "1/27"), ("postal", "10001-1234")] {
            let (_, url) = world.begin_setup(MethodKind::Card).await;
            let answer = world.submit(&url, &with(&good, field, value)).await;
            assert_eq!(answer.status(), 303, "{field} {value}");
        }
        let (_, url) = world.begin_setup(MethodKind::Card).await;
        let abroad = with(&with(&with(&good, "country", "GB"), "state", ""), "postal", "SW1A 1AA");
        assert_eq!(world.submit(&url, &abroad).await.status(), 303);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_bank_account_is_refused_under_its_field() {
    on_each(async |world| {
        let (session, url) = world.begin_setup(MethodKind::Bank).await;
        let good = bank_fields(ROUTING_NUMBER, "000123456789", "company");
        for (field, value, says) in [
            ("routing", "", "Type the routing"),
            ("routing", "11000000", "This one has 8."),
            ("routing", "11000000x", "digits only"),
            ("routing", "110000001", "typing error"),
            ("routing", "000000000", "typing error"),
            ("routing", "021000021", "Test numbers only"),
            ("account", "", "Type the account"),
            ("account", "12x", "digits only"),
            ("account", "123456789012", "Test numbers only"),
            ("account", "000666666661", "test deposits"),
            ("type", "gold", "Choose checking"),
            ("holder", "nobody", "Choose company"),
            ("holder_name", "", "Type the name"),
        ] {
            let page = refused(world, &url, &with(&good, field, value)).await;
            assert!(problem(&page, field).contains(says), "{field} {value:?}: {page}");
        }
        assert_eq!(world.gateway.finish_setup(&session).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_stays_except_the_secrets() {
    on_each(async |world| {
        let (_, url) = world.begin_setup(MethodKind::Card).await;
        let name = "<script>alert('x')</script>\"&";
        let mut fields = with(&card_fields("4242424242424242"), "name", name);
        fields = with(&with(&with(&fields, "cvc", "98765"), "state", "TX"), "country", "US");
        let page = refused(world, &url, &fields).await;
        assert!(!page.contains("<script"), "{page}");
        let safe = "value=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\"";
        assert!(page.contains(safe), "{page}");
        assert!(page.contains("value=\"04/31\"") && page.contains("value=\"10001\""));
        assert!(page.contains("<option value=\"TX\" selected>"));
        assert!(!page.contains("value=\"4242") && !page.contains("98765"), "{page}");
        assert!(page.contains("for &lt;b&gt;Halden&lt;/b&gt; &amp; Co."), "{page}");

        let (_, url) = world.begin_setup(MethodKind::Bank).await;
        let page = refused(world, &url, &bank_fields("021000022", "000123456789", "person")).await;
        assert!(page.contains("value=\"021000022\"") && !page.contains("value=\"000123456789\""));
        assert!(page.contains("<option value=\"person\" selected>"));

        let method = world.add_card("4000002760003184").await;
        let intent = world.pay(&method, 100).await;
        let page = world.browser.get(intent.action_url.unwrap()).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("for P-0001 &lt;i&gt;"));
    })
    .await;
}

#[tokio::test]
async fn a_number_of_the_list_fills_itself_in() {
    on_each(async |world| {
        let page =
            async |url: String| world.browser.get(url).send().await.unwrap().text().await.unwrap();
        let (_, url) = world.begin_setup(MethodKind::Card).await;
        let list = page(url.clone()).await;
        assert_eq!(list.matches("<li>").count(), CARDS.len());
        assert!(page(format!("{url}?fill=0")).await.contains("value=\"4242 4242 4242 4242\""));
        assert!(page(format!("{url}?fill=2")).await.contains("value=\"3782 822463 10005\""));
        assert!(!page(format!("{url}?fill=99")).await.contains("value=\"4"));
        let (_, url) = world.begin_setup(MethodKind::Bank).await;
        assert_eq!(page(url.clone()).await.matches("<li>").count(), ACCOUNTS.len());
        let filled = page(format!("{url}?fill=1")).await;
        assert!(
            filled.contains("value=\"000222222227\"") && filled.contains("value=\"110000000\"")
        );
    })
    .await;
}

#[tokio::test]
async fn a_visit_ends_once() {
    on_each(async |world| {
        let (session, url) = world.begin_setup(MethodKind::Card).await;
        let fields = card_fields("4242424242424242");
        assert_eq!(location(&world.submit(&url, &fields).await), RETURN_URL);
        let first = world.gateway.finish_setup(&session).await.unwrap();
        assert_eq!(
            location(&world.submit(&url, &card_fields("5555555555554444")).await),
            RETURN_URL
        );
        assert_eq!(world.gateway.finish_setup(&session).await.unwrap(), first);
        let page = world.browser.get(&url).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("href=\"http://shop.test:8080/back?x=1&amp;y=2\""), "{page}");

        // A question about a card that is refused leads back to the form.
        let (session, url) = world.begin_setup(MethodKind::Card).await;
        let at = |path: &str| reqwest::Url::parse(&url).unwrap().join(path).unwrap();
        let challenge = at(&location(&world.submit(&url, &card_fields("4000002500003155")).await));
        let answer = world.submit(challenge.as_str(), &[("answer", "maybe")]).await;
        assert_eq!(answer.status(), 400);
        let back = at(&location(&world.submit(challenge.as_str(), &[("answer", "fail")]).await));
        let page = world.browser.get(back).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("did not confirm"), "{page}");
        assert_eq!(world.gateway.finish_setup(&session).await.unwrap(), None);
        world.submit(challenge.as_str(), &[("answer", "approve")]).await;
        assert!(world.gateway.finish_setup(&session).await.unwrap().is_some());

        let (session, url) = world.begin_setup(MethodKind::Card).await;
        world.advance(TimeDelta::hours(24) + TimeDelta::seconds(1)).await;
        assert_eq!(world.submit(&url, &fields).await.status(), 200);
        assert_eq!(world.gateway.finish_setup(&session).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn every_page_is_guarded() {
    on_each(async |world| {
        let (_, card) = world.begin_setup(MethodKind::Card).await;
        let (_, bank) = world.begin_setup(MethodKind::Bank).await;
        let challenge =
            world.pay(&world.add_card("4000002760003184").await, 100).await.action_url.unwrap();
        world.sandbox.tick().await.unwrap();
        let shop = "'self' http://shop.test:8080;";
        for (url, status, form_action) in [
            (card, 200, shop),
            (bank, 200, shop),
            (challenge, 200, shop),
            (world.base_url.clone(), 200, "'self';"),
            (format!("{}/setup/none", world.base_url), 404, "'self';"),
            (format!("{}/challenge/none", world.base_url), 404, "'self';"),
        ] {
            let answer = world.browser.get(&url).send().await.unwrap();
            assert_eq!(answer.status(), status, "{url}");
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(
                header("content-security-policy"),
                format!(
                    "default-src 'none'; style-src 'self'; form-action {form_action} \
                     base-uri 'none'; frame-ancestors 'none'"
                ),
                "{url}"
            );
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("referrer-policy"), "same-origin");
            let page = answer.text().await.unwrap();
            assert!(page.contains("Sandbox processor – no money moves"), "{url}");
            assert!(page.contains("href=\"/sandbox/style.css\""), "{url}");
            assert!(!page.contains("<script") && !page.contains("style="), "{url}");
        }
        let css = world.browser.get(format!("{}/style.css", world.base_url)).send().await.unwrap();
        assert_eq!(css.headers()["content-type"], "text/css; charset=utf-8");
        let page = world.browser.get(&world.base_url).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("action=\"/sandbox/clock\"") && page.contains("value=\"30\""));
        assert!(page.contains("Fri 20 Nov 2026, 15:00 UTC"), "{page}");
        assert!(page.contains("requires_action") && page.contains("200, 1 try"), "{page}");
    })
    .await;
}

/// Whatever was typed: no number of a card or an account is anywhere in the book.
#[tokio::test]
async fn no_number_reaches_the_book() {
    on_each(async |world| {
        let (_, url) = world.begin_setup(MethodKind::Card).await;
        world.submit(&url, &card_fields("4111 1111 1111 1111")).await;
        for card in &CARDS {
            world.pay(&world.add_card(card.number).await, 10_000).await;
        }
        for account in ACCOUNTS.iter().filter(|it| it.number != "000666666661") {
            world.pay(&world.add_account(account.number, "company").await, 10_000).await;
        }
        world.advance(TimeDelta::days(60)).await;
        let everything = world.everything().await;
        assert!(everything.contains("\"last4\":\"4242\""));
        for account in &ACCOUNTS {
            assert!(!everything.contains(account.number), "{}", account.number);
        }
        assert!(!everything.contains(ROUTING_NUMBER) && !everything.contains("Ada Payer"));
        let runs = everything.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 13);
        for run in runs {
            for length in 13..=19.min(run.len()) {
                for start in 0..=(run.len() - length) {
                    assert!(!has_check_digit(&run[start..start + length]), "{run}");
                }
            }
        }
    })
    .await;
}
