//! No processor: a production installation without one takes no payments, and says so.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::gateway::{
    DescribedMethod, EventError, Gateway, GatewayError, GatewayEvent, Intent, NewIntent, NewSetup,
    SetupSession,
};
use crate::domain::ids::{CustomerId, PaymentId};

/// The absent processor.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoGateway;

#[async_trait]
impl Gateway for NoGateway {
    fn name(&self) -> &'static str {
        "none"
    }

    async fn ensure_customer(
        &self,
        _: CustomerId,
        _: &str,
        _: &str,
    ) -> Result<String, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn begin_setup(&self, _: &NewSetup) -> Result<SetupSession, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn finish_setup(&self, _: &str) -> Result<Option<DescribedMethod>, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn create_intent(&self, _: &NewIntent) -> Result<Intent, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn confirm_intent(&self, _: &str, _: PaymentId) -> Result<Intent, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn find_intent(&self, _: &str) -> Result<Intent, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn find_intent_of(
        &self,
        _: &str,
        _: PaymentId,
        _: DateTime<Utc>,
    ) -> Result<Option<Intent>, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    async fn cancel_intent(&self, _: &str) -> Result<Intent, GatewayError> {
        Err(GatewayError::Misconfigured)
    }

    fn read_event(
        &self,
        _: Option<&str>,
        _: &[u8],
        _: DateTime<Utc>,
    ) -> Result<GatewayEvent, EventError> {
        Err(EventError::BadSignature)
    }
}
