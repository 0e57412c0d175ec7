//! The processor's page, as a payer's browser walks through it.

use super::browser::Browser;

/// Adds a card for some invoices and returns the price that is shown for it.
pub async fn add_card(browser: &mut Browser, invoices: &str, number: &str) -> String {
    let form = [
        ("number", number),
        ("exp", "12/40"),
        ("cvc", "123"),
        ("name", "Dana Ruiz"),
        ("country", "US"),
        ("state", "GA"),
        ("postal", "31401"),
    ];
    visit(browser, "card", invoices, &form).await
}

/// Adds a bank account for some invoices and returns the price that is shown for it.
pub async fn add_bank(browser: &mut Browser, invoices: &str, account: &str) -> String {
    let form = [
        ("routing", "110000000"),
        ("account", account),
        ("type", "checking"),
        ("holder", "company"),
        ("holder_name", "Alder & Finch"),
    ];
    visit(browser, "bank", invoices, &form).await
}

async fn visit(browser: &mut Browser, kind: &str, invoices: &str, form: &[(&str, &str)]) -> String {
    let wanted = [("kind", kind), ("invoices", invoices)];
    let sent = browser.post("/api/portal/pay/add_method", &wanted).await;
    assert_eq!(sent.status, 302, "{}", sent.body);
    let shown = browser.get(&sent.location).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let added = browser.post(&sent.location, form).await;
    assert!(matches!(added.status, 302 | 303), "{} {}", added.status, added.body);
    let back = browser.get(&added.location).await;
    assert!(matches!(back.status, 302 | 303), "{} {}", back.status, back.body);
    let quote = back.location.strip_prefix("/portal/pay/review/");
    quote.unwrap_or_else(|| panic!("no review page but {}", back.location)).to_owned()
}
