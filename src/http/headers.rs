//! Headers every answer carries.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::{domain::pay_link::PAY_PATH, state::AppState};

/// For whatever sets no policy of its own: nothing may be loaded or framed.
const NOTHING: &str = "default-src 'none'; form-action 'none'; \
                       base-uri 'none'; frame-ancestors 'none'; sandbox";

// The referrer stays on this site: a form without JavaScript is led back by it to where its error
// is shown. The only addresses that hold a secret are those of pay links, which name no referrer.
const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds what is missing; what a handler set stays.
pub async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let holds_secret = request.uri().path().starts_with(PAY_PATH);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if holds_secret {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    for (name, value) in FIXED {
        if !headers.contains_key(*name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    let policy = header::CONTENT_SECURITY_POLICY;
    if !headers.contains_key(&policy) {
        headers.insert(policy, HeaderValue::from_static(NOTHING));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if state.config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    response
}
