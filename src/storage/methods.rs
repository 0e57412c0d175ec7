//! Stored ways to pay, and how they are added at the processor.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Scope,
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    ids::{CustomerId, MethodId, OpeningId, SessionId},
    method::{CardFacts, Funding, MethodFacts, MethodKind},
    portion::Portion,
};

/// A stored card or bank account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MethodRow {
    /// The method.
    pub id: MethodId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Which processor holds it.
    pub gateway: String,
    /// The processor's token.
    pub token: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// Card brand or bank name.
    pub brand: String,
    /// Last four digits.
    pub last4: String,
    /// The last day of a card's last month.
    pub expires_on: Option<NaiveDate>,
    /// Credit, debit, prepaid or unknown.
    pub funding: Funding,
    /// Issuing country, two letters; empty when unknown.
    pub country: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Who added it.
    pub added_by: String,
    /// In which opening of a pay link; none for those of the account.
    pub opening_id: Option<OpeningId>,
}

impl MethodRow {
    /// What pricing needs to know.
    pub fn facts(&self) -> MethodFacts {
        match self.kind {
            MethodKind::Card => MethodFacts::Card(CardFacts {
                funding: self.funding,
                country: Some(self.country.clone()).filter(|c| !c.is_empty()),
            }),
            MethodKind::Bank => MethodFacts::Bank,
        }
    }

    /// What people call it: `Visa ••4242`.
    pub fn label(&self) -> String {
        format!("{} ••{}", self.brand, self.last4)
    }
}

/// Keeps a method; one with the same token that is here already wins, and its id is returned.
pub async fn insert_once(
    session: &mut Session,
    row: &MethodRow,
    now: DateTime<Utc>,
) -> Result<MethodId, StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO payment_methods (id, customer_id, gateway, token, kind, brand, last4,
             expires_on, funding, country, state, added_by, opening_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (gateway, token) DO NOTHING",
        row.id,
        row.customer_id,
        &row.gateway,
        &row.token,
        row.kind,
        &row.brand,
        &row.last4,
        row.expires_on,
        row.funding,
        &row.country,
        &row.state,
        &row.added_by,
        row.opening_id,
        now
    )?;
    sql!(
        session,
        scalar MethodId,
        "SELECT id FROM payment_methods WHERE gateway = $1 AND token = $2",
        &row.gateway,
        &row.token
    )
}

/// Active methods of an account, or of an opening of a pay link, the latest first, at most fifty.
pub async fn all_active(
    session: &mut Session,
    scope: impl Into<Scope>,
) -> Result<Vec<MethodRow>, StorageError> {
    let scope = scope.into();
    sql!(
        session,
        fetch_all as MethodRow,
        "SELECT * FROM payment_methods WHERE customer_id = $1 AND state = 'active'
             AND opening_id IS NOT DISTINCT FROM $2
         ORDER BY created_at DESC, id DESC LIMIT 50",
        scope.customer_id,
        scope.opening_id
    )
}

/// An active method of an account, or of an opening of a pay link.
pub async fn find_active(
    session: &mut Session,
    id: MethodId,
    scope: impl Into<Scope>,
) -> Result<Option<MethodRow>, StorageError> {
    let scope = scope.into();
    sql!(
        session,
        fetch_optional as MethodRow,
        "SELECT * FROM payment_methods WHERE id = $1 AND customer_id = $2 AND state = 'active'
             AND opening_id IS NOT DISTINCT FROM $3",
        id,
        scope.customer_id,
        scope.opening_id
    )
}

/// The method of an id, whatever its state.
pub async fn find(session: &mut Session, id: MethodId) -> Result<Option<MethodRow>, StorageError> {
    sql!(session, fetch_optional as MethodRow, "SELECT * FROM payment_methods WHERE id = $1", id)
}

/// Changes the state of a method.
pub async fn update_state(
    session: &mut Session,
    id: MethodId,
    state: &str,
) -> Result<(), StorageError> {
    let rows =
        sql!(session, execute, "UPDATE payment_methods SET state = $2 WHERE id = $1", id, state)?;
    touched(1, rows)
}

/// The processor's token for a customer.
pub async fn find_gateway_customer(
    session: &mut Session,
    customer_id: CustomerId,
    gateway: &str,
) -> Result<Option<String>, StorageError> {
    sql!(
        session,
        optional String,
        "SELECT token FROM gateway_customers WHERE customer_id = $1 AND gateway = $2",
        customer_id,
        gateway
    )
}

/// Keeps the processor's token for a customer; one that is here already wins, and is returned.
pub async fn insert_gateway_customer(
    session: &mut Session,
    customer_id: CustomerId,
    gateway: &str,
    token: &str,
) -> Result<String, StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO gateway_customers (customer_id, gateway, token) VALUES ($1, $2, $3)
         ON CONFLICT (customer_id, gateway) DO NOTHING",
        customer_id,
        gateway,
        token
    )?;
    sql!(
        session,
        scalar String,
        "SELECT token FROM gateway_customers WHERE customer_id = $1 AND gateway = $2",
        customer_id,
        gateway
    )
}

/// A visit to the processor's page where a method is added.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SetupRow {
    /// The visit.
    pub id: SessionId,
    /// For whom.
    pub customer_id: CustomerId,
    /// Who went.
    pub email: String,
    /// To which processor.
    pub gateway: String,
    /// The processor's session.
    pub gateway_session_id: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// The invoices that are to be paid, separated by commas, each with the part of it that is.
    pub invoice_ids: String,
    /// In which opening of a pay link; none for those who signed in.
    pub opening_id: Option<OpeningId>,
}

impl SetupRow {
    /// What is to be paid of which invoice.
    pub fn portions(&self) -> Vec<Portion> {
        self.invoice_ids.split(',').filter_map(|portion| portion.parse().ok()).collect()
    }
}

/// Keeps a visit.
pub async fn insert_setup(
    session: &mut Session,
    row: &SetupRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO method_setups (id, customer_id, email, gateway, gateway_session_id, kind,
             invoice_ids, opening_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        row.customer_id,
        &row.email,
        &row.gateway,
        &row.gateway_session_id,
        row.kind,
        &row.invoice_ids,
        row.opening_id,
        now
    )?;
    Ok(())
}

/// A visit of an account, or of an opening of a pay link.
pub async fn find_setup(
    session: &mut Session,
    id: SessionId,
    scope: impl Into<Scope>,
) -> Result<Option<SetupRow>, StorageError> {
    let scope = scope.into();
    sql!(
        session,
        fetch_optional as SetupRow,
        "SELECT * FROM method_setups WHERE id = $1 AND customer_id = $2
             AND opening_id IS NOT DISTINCT FROM $3",
        id,
        scope.customer_id,
        scope.opening_id
    )
}

/// Notes that a visit ended with a method.
pub async fn update_setup_finished(
    session: &mut Session,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE method_setups SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL",
        id,
        now
    )?;
    Ok(())
}
