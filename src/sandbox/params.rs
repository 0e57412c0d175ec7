//! The fields of a request, form-encoded.

use axum::{
    Form, RequestExt,
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
    http::request::Parts,
};

use super::answer::Refusal;
use crate::domain::{method::MethodKind, money::Currency};

/// How large a request may be.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a field may be.
const TEXT_CHARS_MAX: usize = 2_000;
/// The largest amount: twelve digits.
const AMOUNT_MAX: i64 = 999_999_999_999;

/// Fields by name, in order of name.
#[derive(Clone, Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the body of a `POST` or the query of a `GET`.
    pub(super) async fn read(request: Request) -> Result<(Parts, Self), Refusal> {
        let (parts, body) = request.with_limited_body().into_parts();
        let unreadable =
            || Refusal::invalid("parameter_unknown", "The request is not form-encoded.");
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| unreadable())?;
        if bytes.is_empty() && parts.method != axum::http::Method::GET {
            return Ok((parts, Self::default()));
        }
        let mut form = Request::new(Body::from(bytes));
        *form.method_mut() = parts.method.clone();
        *form.uri_mut() = parts.uri.clone();
        *form.headers_mut() = parts.headers.clone();
        let Form(mut fields) = Form::<Vec<(String, String)>>::from_request(form, &())
            .await
            .map_err(|_| unreadable())?;
        fields.sort();
        Ok((parts, Self(fields)))
    }

    /// The fields, for comparing requests.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()])
    }

    /// A field as it is; empty when there is none.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field that must not be empty.
    pub(super) fn text(&self, name: &str) -> Result<String, Refusal> {
        let value = self.raw(name);
        if value.is_empty() {
            return Err(Refusal::invalid("parameter_missing", format!("{name} is required.")));
        }
        if value.chars().count() > TEXT_CHARS_MAX {
            return Err(Refusal::invalid(
                "parameter_invalid_string",
                format!("{name} is too long."),
            ));
        }
        Ok(value.to_owned())
    }

    /// A field that may be empty.
    pub(super) fn optional(&self, name: &str) -> Result<Option<String>, Refusal> {
        if self.raw(name).is_empty() { Ok(None) } else { self.text(name).map(Some) }
    }

    /// A whole number, if there is one.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let value = self.raw(name);
        if value.is_empty() {
            return Ok(None);
        }
        value.parse().map(Some).map_err(|_| {
            Refusal::invalid("parameter_invalid_integer", format!("{name} is no whole number."))
        })
    }

    /// An amount of money, if there is one.
    pub(super) fn amount(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.integer(name)? {
            Some(amount) if amount <= 0 => {
                Err(Refusal::invalid("amount_too_small", format!("{name} must be more than 0.")))
            }
            Some(amount) if amount > AMOUNT_MAX => {
                Err(Refusal::invalid("amount_too_large", format!("{name} is too large.")))
            }
            amount => Ok(amount),
        }
    }

    /// A currency.
    pub(super) fn currency(&self, name: &str) -> Result<Currency, Refusal> {
        let code = self.text(name)?;
        let is_code = code.len() == 3 && code.chars().all(|c| c.is_ascii_alphabetic());
        is_code.then(|| Currency::from_code(&code)).flatten().ok_or_else(|| {
            Refusal::invalid("invalid_currency", format!("{name} is no currency of three letters."))
        })
    }

    /// Card or bank.
    pub(super) fn kind(&self, name: &str) -> Result<MethodKind, Refusal> {
        MethodKind::from_word(&self.text(name)?).ok_or_else(|| {
            Refusal::invalid("parameter_invalid_string", format!("{name} is card or bank."))
        })
    }

    /// An address to send a browser to.
    pub(super) fn url(&self, name: &str) -> Result<String, Refusal> {
        let text = self.text(name)?;
        let url = reqwest::Url::parse(&text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.map(String::from)
            .ok_or_else(|| Refusal::invalid("url_invalid", format!("{name} is no http address.")))
    }
}
