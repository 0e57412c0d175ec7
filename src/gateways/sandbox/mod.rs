//! Our side of the sandbox processor. It is spoken to over HTTP like any other processor; nothing
//! here knows that its other end is a room of this very program.

mod client;
mod translate;
mod webhook;

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;

use self::client::{Client, Effect};
use super::gateway::{
    DescribedMethod, EventError, Gateway, GatewayError, GatewayEvent, Intent, NewIntent, NewSetup,
    SetupSession,
};
use crate::domain::ids::{CustomerId, PaymentId};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// How far the processor's clock may lag behind ours.
const CLOCK_SLACK: TimeDelta = TimeDelta::hours(1);
/// Records to ask for at once, and how often to ask for more.
const PAGE_SIZE: &str = "100";
const PAGES_MAX: usize = 100;

/// What the client must know.
pub struct SandboxGatewaySettings {
    /// Where the processor is, without a slash at the end: `http://127.0.0.1:3000/sandbox`.
    pub base_url: String,
    /// What we send as a bearer token.
    pub secret_key: String,
    /// What its messages are signed with.
    pub webhook_secret: String,
    /// What requests are sent with; see [`http_client`].
    pub http: reqwest::Client,
}

/// An HTTP client for payment processors: five seconds to connect, thirty for everything, no
/// redirects (they would repeat a charge elsewhere), no proxy out of the environment.
///
/// # Errors
/// When the client cannot be set up.
pub fn http_client() -> reqwest::Result<reqwest::Client> {
    http_client_with(CONNECT_TIMEOUT, TOTAL_TIMEOUT)
}

/// The same with other time-outs.
///
/// # Errors
/// When the client cannot be set up.
pub fn http_client_with(connect: Duration, total: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(connect)
        .timeout(total)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// The client.
pub struct SandboxGateway {
    client: Client,
    webhook_secret: String,
}

impl SandboxGateway {
    /// A client with these settings. Nothing is sent yet.
    pub fn new(settings: SandboxGatewaySettings) -> Self {
        let SandboxGatewaySettings { base_url, secret_key, webhook_secret, http } = settings;
        Self { client: Client::new(http, &base_url, secret_key), webhook_secret }
    }
}

#[async_trait]
impl Gateway for SandboxGateway {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn ensure_customer(
        &self,
        customer_id: CustomerId,
        name: &str,
        email: &str,
    ) -> Result<String, GatewayError> {
        let customer_id = customer_id.to_string();
        let fields = [("name", name), ("email", email), ("metadata[customer_id]", &customer_id)];
        let request = self.client.post(&["v1", "customers"], &fields)?;
        let key = format!("cus:{customer_id}");
        let answer = self.client.send(request, Some(&key), Effect::None).await?;
        Ok(answer.read::<translate::Customer>()?.id)
    }

    async fn begin_setup(&self, setup: &NewSetup) -> Result<SetupSession, GatewayError> {
        let fields = [
            ("customer", setup.customer_token.as_str()),
            ("kind", setup.kind.as_str()),
            ("return_url", &setup.return_url),
            ("cancel_url", &setup.cancel_url),
        ];
        let request = self.client.post(&["v1", "setup_sessions"], &fields)?;
        let answer = self.client.send(request, None, Effect::None).await?;
        let session = answer.read::<translate::Session>()?;
        Ok(SetupSession { id: session.id, url: session.url })
    }

    async fn finish_setup(
        &self,
        session_id: &str,
    ) -> Result<Option<DescribedMethod>, GatewayError> {
        let request = self.client.get(&["v1", "setup_sessions", session_id], &[])?;
        let answer = self.client.send(request, None, Effect::None).await?;
        answer.read::<translate::Session>()?.into_method().ok_or(GatewayError::NotAttempted)
    }

    async fn create_intent(&self, intent: &NewIntent) -> Result<Intent, GatewayError> {
        let payment_id = intent.payment_id.to_string();
        let (amount, surcharge) =
            (intent.amount.minor().to_string(), intent.surcharge_minor.to_string());
        let currency = intent.amount.currency().code().to_ascii_lowercase();
        let fields = [
            ("amount", amount.as_str()),
            ("currency", &currency),
            ("customer", &intent.customer_token),
            ("payment_method", &intent.method_token),
            ("kind", intent.kind.as_str()),
            ("surcharge", &surcharge),
            ("metadata[payment_id]", &payment_id),
            ("description", &intent.reference),
            ("return_url", &intent.return_url),
        ];
        let request = self.client.post(&["v1", "payment_intents"], &fields)?;
        let key = format!("pay:{payment_id}:create");
        self.client.send(request, Some(&key), Effect::Money).await?.intent()
    }

    async fn confirm_intent(
        &self,
        intent_id: &str,
        payment_id: PaymentId,
    ) -> Result<Intent, GatewayError> {
        let request = self.client.post(&["v1", "payment_intents", intent_id, "confirm"], &[])?;
        let key = format!("pay:{payment_id}:confirm");
        self.client.send(request, Some(&key), Effect::Money).await?.intent()
    }

    async fn find_intent(&self, intent_id: &str) -> Result<Intent, GatewayError> {
        let request = self.client.get(&["v1", "payment_intents", intent_id], &[])?;
        self.client.send(request, None, Effect::None).await?.intent()
    }

    async fn find_intent_of(
        &self,
        customer_token: &str,
        payment_id: PaymentId,
        since: DateTime<Utc>,
    ) -> Result<Option<Intent>, GatewayError> {
        let since = since.checked_sub_signed(CLOCK_SLACK).unwrap_or(since);
        let since = since.timestamp().max(0).to_string();
        let mut best: Option<Intent> = None;
        let mut after = String::new();
        for _ in 0..PAGES_MAX {
            let mut query =
                vec![("customer", customer_token), ("created[gte]", &since), ("limit", PAGE_SIZE)];
            if !after.is_empty() {
                query.push(("starting_after", &after));
            }
            let request = self.client.get(&["v1", "payment_intents"], &query)?;
            let answer = self.client.send(request, None, Effect::None).await?;
            let page = answer.read::<translate::IntentPage>()?;
            let last = page.data.last().map(|intent| intent.id.clone());
            for intent in page.data {
                if intent.is_of(payment_id) {
                    let intent = intent.into_intent().ok_or(GatewayError::NotAttempted)?;
                    best = Some(translate::further(best, intent));
                }
            }
            match last {
                Some(last) if page.has_more => after = last,
                _ => return Ok(best),
            }
        }
        // Too many records to say that none of them is ours.
        Err(GatewayError::NotAttempted)
    }

    async fn cancel_intent(&self, intent_id: &str) -> Result<Intent, GatewayError> {
        let request = self.client.post(&["v1", "payment_intents", intent_id, "cancel"], &[])?;
        let key = format!("pay:{intent_id}:cancel");
        self.client.send(request, Some(&key), Effect::Money).await?.intent()
    }

    fn read_event(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<GatewayEvent, EventError> {
        webhook::check(&self.webhook_secret, signature, body, now)?;
        webhook::read(body)
    }
}

/// Whether a text can be one of the processor's ids: what else may stand in an address is not put
/// there.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The methods we use.
const GET: Method = Method::GET;
const POST: Method = Method::POST;
