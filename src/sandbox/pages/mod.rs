//! What people see: plain HTML without scripts.

mod bank_form;
mod card_form;
mod challenge;
mod dashboard;
mod fields;
mod setup;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};

use super::{Sandbox, SandboxError};
use crate::domain::money::{Currency, Money};

const STYLE: &str = include_str!("../style.css");

/// The pages and their style sheet.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(dashboard::show))
        .route("/style.css", get(style))
        .route("/setup/{id}", get(setup::show).post(setup::submit))
        .route("/challenge/{id}", get(challenge::show).post(challenge::submit))
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE).into_response()
}

/// A page.
struct Page {
    status: StatusCode,
    title: &'static str,
    /// What is between the banner and the end.
    main: String,
    is_wide: bool,
    /// Where a form of the page leads in the end, beside ourselves.
    leads_to: Option<String>,
}

impl Page {
    fn new(title: &'static str, main: String) -> Self {
        Self { status: StatusCode::OK, title, main, is_wide: false, leads_to: None }
    }

    fn into_response(self, sandbox: &Sandbox) -> Response {
        let Self { status, title, main, is_wide, leads_to } = self;
        let wide = if is_wide { " wrap--wide" } else { "" };
        let base = escape(sandbox.base_path());
        let html = format!(
            r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Sandbox processor</title>
<link rel="stylesheet" href="{base}/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="flag"><p>Sandbox processor – no money moves</p></header>
<main class="wrap{wide}" id="main" tabindex="-1">
{main}
</main>
</body>
</html>
"##
        );
        let content_type = (header::CONTENT_TYPE, "text/html; charset=utf-8");
        (status, guards(leads_to.as_deref()), [content_type], html).into_response()
    }
}

/// The headers of every page and redirect.
fn guards(leads_to: Option<&str>) -> HeaderMap {
    let origin = leads_to.and_then(|url| reqwest::Url::parse(url).ok());
    let origin =
        origin.map_or(String::new(), |it| format!(" {}", it.origin().ascii_serialization()));
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self'{origin}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let mut headers = HeaderMap::new();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers
}

/// Sends the browser elsewhere after a form.
fn redirect(url: &str) -> Response {
    let mut headers = guards(None);
    match HeaderValue::from_str(url) {
        Ok(url) => headers.insert(header::LOCATION, url),
        Err(_) => return (StatusCode::INTERNAL_SERVER_ERROR, headers).into_response(),
    };
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A page for an address that leads nowhere.
fn not_found(sandbox: &Sandbox) -> Response {
    let main = "<h1>Nothing here</h1>\n<p>This address is wrong, or too old.</p>".to_owned();
    let status = StatusCode::NOT_FOUND;
    Page { status, ..Page::new("Nothing here", main) }.into_response(sandbox)
}

/// A page for when we broke down. What failed is logged and not told.
fn failure(sandbox: &Sandbox, error: &SandboxError) -> Response {
    tracing::error!(%error, "a page of the sandbox processor failed");
    let main = "<h1>Something went wrong</h1>\n<p>Try again in a moment.</p>".to_owned();
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Page { status, ..Page::new("Something went wrong", main) }.into_response(sandbox)
}

/// A short page with a way back.
fn notice(sandbox: &Sandbox, title: &'static str, text: &str, back: &str) -> Response {
    let (text, back) = (escape(text), escape(back));
    let main = format!(
        "<h1>{title}</h1>\n<p>{text}</p>\n<p><a class=\"button\" href=\"{back}\">Go back</a></p>"
    );
    Page::new(title, main).into_response(sandbox)
}

/// Makes a text safe between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// An amount with its thousands set apart: `12,395.90 USD`.
fn amount(minor: i64, currency: Currency) -> String {
    let plain = Money::new(minor, currency).to_string();
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}{rest} {currency}")
}

/// A moment with its machine-readable form.
fn time(instant: DateTime<Utc>, format: &str) -> String {
    let machine = instant.format("%Y-%m-%dT%H:%M:%SZ");
    format!("<time datetime=\"{machine}\">{}</time>", instant.format(format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_harmless() {
        assert_eq!(
            escape(r#"<script>alert("a&b'c")</script>"#),
            "&lt;script&gt;alert(&quot;a&amp;b&#39;c&quot;)&lt;/script&gt;"
        );
    }

    #[test]
    fn amounts_are_grouped() {
        let jpy = Currency::from_code("JPY").unwrap();
        assert_eq!(amount(1_239_590, Currency::USD), "12,395.90 USD");
        assert_eq!(amount(48_216, Currency::USD), "482.16 USD");
        assert_eq!(amount(5, Currency::USD), "0.05 USD");
        assert_eq!(amount(1_000_000, jpy), "1,000,000 JPY");
    }
}
