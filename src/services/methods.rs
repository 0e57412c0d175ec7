//! Adding a card or bank account on the processor's page, and coming back with its token.

use crate::{
    domain::{
        ids::{InvoiceId, MethodId, SessionId},
        method::MethodKind,
        portion::{self, Portion},
    },
    gateways::gateway::{GatewayError, NewSetup},
    services::{
        World,
        quotes::{self, MakeQuoteError},
    },
    storage::{
        self, Scope, StorageError,
        methods::{MethodRow, SetupRow},
    },
};

/// Why no method was added.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is no such visit or invoice for this customer.
    #[error("not found")]
    NotFound,
    /// The processor could not be used.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<MakeQuoteError> for SetupError {
    /// Looking invoices up fails in two ways only.
    fn from(error: MakeQuoteError) -> Self {
        match error {
            MakeQuoteError::Storage(error) => Self::Storage(error),
            MakeQuoteError::NotFound | MakeQuoteError::Quote(_) => Self::NotFound,
        }
    }
}

impl From<sqlx::Error> for SetupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Who adds what, to pay which invoices.
#[derive(Clone, Debug)]
pub struct BeginSetup<'a> {
    /// Whose account is open, or which pay link was opened.
    pub whose: Scope,
    /// Who is signed in.
    pub email: &'a str,
    /// Card or bank.
    pub kind: MethodKind,
    /// What they were about to pay.
    pub portions: &'a [Portion],
    /// The portal's address, without a slash at its end.
    pub portal_url: &'a str,
}

/// Makes a visit to the processor's page and returns its address.
///
/// # Errors
/// When the processor cannot be used.
pub async fn begin(world: &World, setup: &BeginSetup<'_>) -> Result<String, SetupError> {
    let gateway = world.gateway.name();
    let mut session = world.db.read().await?;
    let Scope { customer_id, opening_id } = setup.whose;
    let customer = storage::customers::find(&mut session, customer_id).await?;
    let customer = customer.ok_or(SetupError::NotFound)?;
    let ids: Vec<InvoiceId> = setup.portions.iter().map(|portion| portion.invoice_id).collect();
    quotes::invoices_of(&mut session, customer_id, &ids).await?;
    let known = storage::methods::find_gateway_customer(&mut session, customer_id, gateway).await?;
    drop(session);

    let token = match known {
        Some(token) => token,
        None => {
            let made = world.gateway.ensure_customer(customer.id, &customer.name, setup.email);
            made.await?
        }
    };
    let id: SessionId = world.new_id();
    let new = NewSetup {
        customer_token: token.clone(),
        kind: setup.kind,
        return_url: format!("{}/methods/return/{id}", setup.portal_url),
        cancel_url: format!("{}/pay/cancel/{id}", setup.portal_url),
    };
    let visit = world.gateway.begin_setup(&new).await?;

    let mut session = world.db.begin().await?;
    storage::methods::insert_gateway_customer(&mut session, customer_id, gateway, &token).await?;
    let row = SetupRow {
        id,
        customer_id,
        email: setup.email.to_owned(),
        gateway: gateway.to_owned(),
        gateway_session_id: visit.id,
        kind: setup.kind,
        invoice_ids: portion::join(setup.portions),
        opening_id,
    };
    storage::methods::insert_setup(&mut session, &row, world.now()).await?;
    session.commit().await?;
    Ok(visit.url)
}

/// Where a payer goes on after the processor's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupReturn {
    /// The method that was added; none when they came back without.
    pub method_id: Option<MethodId>,
    /// What they were about to pay.
    pub portions: Vec<Portion>,
}

/// Keeps the method a visit added. Coming back twice keeps it once.
///
/// # Errors
/// `NotFound` for a visit of another customer, or of another opening of a pay link.
pub async fn finish(world: &World, id: SessionId, whose: Scope) -> Result<SetupReturn, SetupError> {
    let mut session = world.db.read().await?;
    let setup = storage::methods::find_setup(&mut session, id, whose).await?;
    let setup = setup.ok_or(SetupError::NotFound)?;
    drop(session);
    let portions = setup.portions();
    let Some(found) = world.gateway.finish_setup(&setup.gateway_session_id).await? else {
        return Ok(SetupReturn { method_id: None, portions });
    };
    let row = MethodRow {
        id: world.new_id(),
        customer_id: whose.customer_id,
        gateway: setup.gateway,
        token: found.token,
        kind: found.kind,
        brand: found.brand,
        last4: found.last4,
        expires_on: found.expires_on,
        funding: found.funding,
        country: found.country.unwrap_or_default(),
        state: "active".to_owned(),
        added_by: setup.email,
        opening_id: whose.opening_id,
    };
    let mut session = world.db.begin().await?;
    let method_id = storage::methods::insert_once(&mut session, &row, world.now()).await?;
    storage::methods::update_setup_finished(&mut session, id, world.now()).await?;
    session.commit().await?;
    Ok(SetupReturn { method_id: Some(method_id), portions })
}
