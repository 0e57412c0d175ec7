//! The wire: requests with our credentials, and what each way of failing allows us to do next.

use reqwest::{RequestBuilder, StatusCode, Url};
use serde::de::DeserializeOwned;

use super::{
    GET, POST, is_id,
    translate::{self, WireError},
};
use crate::gateways::gateway::{GatewayError, Intent};

/// Whether a request can move money, which decides what silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It reads, or makes something that is no charge: asking again is safe.
    None,
    /// It makes, confirms or cancels a charge: after silence, look it up.
    Money,
}

impl Effect {
    /// What it means that no readable answer came.
    const fn silence(self) -> GatewayError {
        match self {
            Self::None => GatewayError::NotAttempted,
            Self::Money => GatewayError::OutcomeUnknown,
        }
    }
}

/// A connection to the processor's interface.
pub(super) struct Client {
    http: reqwest::Client,
    base_url: Option<Url>,
    secret_key: String,
}

/// A readable answer to a request that was accepted.
#[derive(Debug)]
pub(super) struct Answer {
    body: Vec<u8>,
    effect: Effect,
}

impl Answer {
    /// What it says.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, GatewayError> {
        serde_json::from_slice(&self.body).map_err(|_| self.effect.silence())
    }

    /// The charge it describes.
    pub(super) fn intent(&self) -> Result<Intent, GatewayError> {
        self.read::<translate::WireIntent>()?.into_intent().ok_or(self.effect.silence())
    }
}

impl Client {
    pub(super) fn new(http: reqwest::Client, base_url: &str, secret_key: String) -> Self {
        let base_url = Url::parse(base_url).ok().filter(|url| !url.cannot_be_a_base());
        Self { http, base_url, secret_key }
    }

    /// A request that reads.
    pub(super) fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<RequestBuilder, GatewayError> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(self.http.request(GET, url))
    }

    /// A request that changes something.
    pub(super) fn post(
        &self,
        path: &[&str],
        fields: &[(&str, &str)],
    ) -> Result<RequestBuilder, GatewayError> {
        Ok(self.http.request(POST, self.url(path)?).form(fields))
    }

    fn url(&self, path: &[&str]) -> Result<Url, GatewayError> {
        let mut url = self.base_url.clone().ok_or(GatewayError::Misconfigured)?;
        if !path.iter().all(|part| is_id(part)) {
            return Err(GatewayError::Refused("resource_missing".to_owned()));
        }
        url.path_segments_mut()
            .map_err(|()| GatewayError::Misconfigured)?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    /// Sends a request and sorts the ways in which it can fail.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        key: Option<&str>,
        effect: Effect,
    ) -> Result<Answer, GatewayError> {
        let mut request = request.bearer_auth(&self.secret_key);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await.map_err(|error| failed(&error, effect))?;
        let status = answer.status();
        // Once there is an answer, a broken body is silence, whatever the status was.
        let body = answer.bytes().await.map(|bytes| bytes.to_vec());
        let body = body.map_err(|_| sort_status(status).unwrap_or(effect.silence()))?;
        if status.is_success() {
            return Ok(Answer { body, effect });
        }
        refused(status, &body, effect)
    }
}

/// No answer came.
fn failed(error: &reqwest::Error, effect: Effect) -> GatewayError {
    if error.is_builder() {
        GatewayError::Misconfigured
    } else if error.is_connect() {
        // No connection was made (refused, no such host, or not within five seconds).
        GatewayError::NotAttempted
    } else {
        effect.silence()
    }
}

/// What a status alone says.
fn sort_status(status: StatusCode) -> Option<GatewayError> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(GatewayError::Misconfigured),
        _ => None,
    }
}

/// An answer other than 2xx.
fn refused(status: StatusCode, body: &[u8], effect: Effect) -> Result<Answer, GatewayError> {
    if let Some(error) = sort_status(status) {
        return Err(error);
    }
    if !status.is_client_error() {
        return Err(effect.silence());
    }
    let error: Option<WireError> = serde_json::from_slice(body).ok();
    let Some(error) = error.map(|wire| wire.error) else {
        // Not the processor's own answer: something in between spoke, before or after.
        return Err(match status {
            StatusCode::TOO_MANY_REQUESTS => GatewayError::NotAttempted,
            _ => effect.silence(),
        });
    };
    if let Some(intent) = error.payment_intent {
        // A refused charge, or one whose state does not fit: its record is the answer.
        return Ok(Answer { body: intent.to_string().into_bytes(), effect });
    }
    let code = error.code.or(error.kind).unwrap_or_else(|| status.as_u16().to_string());
    Err(match (status, code.as_str()) {
        // Somebody is at this very charge: what comes of that is to be looked up.
        (StatusCode::CONFLICT, _) | (_, "lock_timeout") => effect.silence(),
        (StatusCode::TOO_MANY_REQUESTS, _) => GatewayError::NotAttempted,
        // A refusal of the card without a record does not say which state the charge is in.
        (StatusCode::PAYMENT_REQUIRED, _) if effect == Effect::Money => effect.silence(),
        (StatusCode::REQUEST_TIMEOUT, _) => effect.silence(),
        _ => GatewayError::Refused(code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str, effect: Effect) -> Result<String, GatewayError> {
        let answer = refused(StatusCode::from_u16(status).unwrap(), body.as_bytes(), effect)?;
        Ok(String::from_utf8(answer.body).unwrap())
    }

    fn code(code: &str) -> String {
        format!(r#"{{"error":{{"type":"invalid_request_error","code":"{code}"}}}}"#)
    }

    #[test]
    fn each_answer_says_what_may_be_done_next() {
        use GatewayError::{Misconfigured, NotAttempted, OutcomeUnknown, Refused};
        for (status, body, money, otherwise) in [
            (400, code("amount_too_small"), Refused("amount_too_small".into()), None),
            (404, code("resource_missing"), Refused("resource_missing".into()), None),
            (400, code("idempotency_error"), Refused("idempotency_error".into()), None),
            (400, r#"{"error":{"type":"odd"}}"#.into(), Refused("odd".into()), None),
            (400, r#"{"error":{}}"#.into(), Refused("400".into()), None),
            (400, "<html>".into(), OutcomeUnknown, Some(NotAttempted)),
            (401, code("x"), Misconfigured, None),
            (403, String::new(), Misconfigured, None),
            (402, code("card_declined"), OutcomeUnknown, Some(Refused("card_declined".into()))),
            (408, code("x"), OutcomeUnknown, Some(NotAttempted)),
            (409, code("idempotency_key_in_use"), OutcomeUnknown, Some(NotAttempted)),
            (429, code("rate_limit"), NotAttempted, None),
            (429, "slow down".into(), NotAttempted, None),
            (429, code("lock_timeout"), OutcomeUnknown, Some(NotAttempted)),
            (500, code("internal_error"), OutcomeUnknown, Some(NotAttempted)),
            (503, String::new(), OutcomeUnknown, Some(NotAttempted)),
            (302, String::new(), OutcomeUnknown, Some(NotAttempted)),
        ] {
            let otherwise = otherwise.unwrap_or_else(|| money.clone());
            assert_eq!(outcome(status, &body, Effect::Money), Err(money), "{status} {body}");
            assert_eq!(outcome(status, &body, Effect::None), Err(otherwise), "{status} {body}");
        }
    }

    #[test]
    fn a_record_inside_a_refusal_is_the_answer() {
        let body = r#"{"error":{"code":"card_declined","payment_intent":{"id":"pi_a"}}}"#;
        assert_eq!(outcome(402, body, Effect::Money), Ok(r#"{"id":"pi_a"}"#.to_owned()));
    }

    #[test]
    fn addresses_are_made_of_ids_only() {
        let client = |base| Client::new(reqwest::Client::new(), base, String::new());
        let url = client("http://h:1/sandbox/").url(&["v1", "payment_intents", "pi_a"]).unwrap();
        assert_eq!(url.as_str(), "http://h:1/sandbox/v1/payment_intents/pi_a");
        for bad in ["..", "", "a/b", "a?b", "%2e"] {
            let error = client("http://h:1/sandbox").url(&["v1", bad]).unwrap_err();
            assert_eq!(error, GatewayError::Refused("resource_missing".to_owned()), "{bad}");
        }
        assert_eq!(client("nonsense").url(&["v1"]), Err(GatewayError::Misconfigured));
    }
}
