//! Signing payers in by a mailed six-digit code, limited by counters that hold across restarts and
//! processes.

use chrono::TimeDelta;

use crate::{
    auth::{password, token},
    domain::{
        form::{Problem, parse_email},
        ids::CustomerId,
        payment_override::PortalAccess,
    },
    services::{
        World,
        attempts::{
            ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX, AttemptError, SEEN_EVERY, count, is_over,
        },
        company::{self, Company},
        mail::{self, MailError},
        portal_view::{self, VIEW_HOURS},
    },
    storage::{self, Session, StorageError, sign_in::CodeRow},
};

/// Minutes a code may be used (OWASP ASVS 6.5.5).
pub const CODE_MINUTES: i64 = 10;
/// Wrong tries of one code.
pub const CODE_TRIES_MAX: i64 = 5;
/// Codes an address may be sent in an hour.
pub const CODES_PER_HOUR_MAX: i64 = 5;

/// A payer's session ends after this many idle minutes.
pub const PAYER_IDLE_MINUTES: i64 = 30;
/// A payer's session ends after this many hours in any case.
pub const PAYER_HOURS: i64 = 12;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// What was typed is not of the right form.
    #[error("the field {field} has a problem")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: Problem,
    },
    /// The code or password is wrong, expired or used up.
    #[error("refused")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany,
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] password::HashError),
    /// The message was not made.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<AttemptError> for SignInError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::TooMany => Self::TooMany,
            AttemptError::Storage(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Mails a code to an address that may open an account. Everybody gets the same answer: a token
/// for the browser's cookie, to which the code is bound. For an unknown address the same work is
/// done and nothing is mailed.
///
/// # Errors
/// `Invalid` for something that is no address, `TooMany` beyond the limits.
pub async fn request_code(
    world: &World,
    email: &str,
    network_address: &str,
) -> Result<String, SignInError> {
    let email =
        parse_email(email).map_err(|problem| SignInError::Invalid { field: "email", problem })?;
    let now = world.now();
    let mut session = world.db.begin().await?;
    let limited = async {
        let by_address = format!("code-address:{network_address}");
        count(&mut session, &by_address, now, ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX).await?;
        count(&mut session, &format!("code:{email}"), now, 60, CODES_PER_HOUR_MAX).await
    };
    let limited = limited.await;
    session.commit().await?;
    limited?;

    let code = format!("{:06}", world.random_below(1_000_000));
    let code_hash = password::hash(&code, world.entropy.as_ref()).await?;
    let browser = world.new_secret();
    let row = CodeRow {
        id: world.new_id(),
        email: email.clone(),
        code_hash,
        tries: 0,
        expires_at: now + TimeDelta::minutes(CODE_MINUTES),
    };
    let mut session = world.db.begin().await?;
    storage::sign_in::insert_code(&mut session, &row, &token::hash(&browser), now).await?;
    if !storage::contacts::all_accounts(&mut session, &email).await?.is_empty() {
        let company = company::load(&mut session).await?;
        mail::sign_in_code(&mut session, world, &company, &row, &code).await?;
    }
    session.commit().await?;
    Ok(browser)
}

/// What a redeemed code gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayerSignedIn {
    /// The new session's token, for the cookie.
    pub token: String,
    /// Whether an account is open already: there was only one to choose.
    pub has_account: bool,
}

/// Redeems a code in the browser that asked for it.
///
/// # Errors
/// `Refused` when it is wrong, expired, used or of another browser; `TooMany` after five tries.
pub async fn redeem_code(
    world: &World,
    browser: &str,
    code: &str,
    network_address: &str,
) -> Result<PayerSignedIn, SignInError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SignInError::Invalid { field: "code", problem: Problem::NotACode });
    }
    let now = world.now();
    let mut session = world.db.begin().await?;
    let by_address = format!("redeem-address:{network_address}");
    let limited =
        count(&mut session, &by_address, now, ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX).await;
    let row = storage::sign_in::claim_try(&mut session, &token::hash(browser)).await?;
    session.commit().await?;
    limited?;
    let row = row.ok_or(SignInError::Refused)?;
    if row.tries > CODE_TRIES_MAX {
        return Err(SignInError::TooMany);
    }
    let fits = password::verify(&code, &row.code_hash).await;
    if !fits || now >= row.expires_at {
        return Err(SignInError::Refused);
    }
    let mut session = world.db.begin().await?;
    if !storage::sign_in::update_used(&mut session, row.id, now).await? {
        return Err(SignInError::Refused);
    }
    let accounts = storage::contacts::all_accounts(&mut session, &row.email).await?;
    let only = match accounts.as_slice() {
        [] => return Err(SignInError::Refused),
        [account] => Some(account.customer_id),
        _ => None,
    };
    let token = world.new_secret();
    let hash = token::hash(&token);
    storage::sign_in::insert_session(&mut session, &hash, &row.email, only, now).await?;
    session.commit().await?;
    Ok(PayerSignedIn { token, has_account: only.is_some() })
}

/// A signed-in payer.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Their address.
    pub email: String,
    /// The account that is open.
    pub customer_id: Option<CustomerId>,
    /// Its name; empty when none is open.
    pub account: String,
    /// Who pays its invoices, when that is somebody else; else empty.
    pub paid_by: String,
    /// What the portal is to it.
    pub access: PortalAccess,
    /// Whether there are others to open.
    pub can_switch: bool,
    /// Who on our side only looks, in their place: their name.
    pub viewer: Option<String>,
    /// The seller: every page shows it. Its rules are those that count for the account.
    pub company: Company,
}

/// The payer of a session's token, if the session lives, and the connection that was asked: a page
/// reads on with it.
///
/// # Errors
/// When the database fails.
pub async fn payer(
    world: &World,
    session_token: &str,
) -> Result<Option<(Payer, Session)>, StorageError> {
    let now = world.now();
    let hash = token::hash(session_token);
    let mut reading = world.db.read().await?;
    let Some(row) = storage::sign_in::find_session(&mut reading, &hash).await? else {
        return Ok(None);
    };
    let hours = if row.viewer.is_some() { VIEW_HOURS } else { PAYER_HOURS };
    if is_over(row.created_at, row.last_seen_at, now, PAYER_IDLE_MINUTES, hours) {
        return Ok(None);
    }
    if let (Some(viewer_id), Some(customer_id)) = (row.viewer_id, row.customer_id)
        && !portal_view::may_go_on(&mut reading, viewer_id, customer_id).await?
    {
        return Ok(None);
    }
    if now - row.last_seen_at > SEEN_EVERY {
        // Never two connections at once: whoever waits for a second one may wait for ever.
        drop(reading);
        let mut session = world.db.begin().await?;
        storage::sign_in::update_session_seen(&mut session, &hash, now).await?;
        session.commit().await?;
        reading = world.db.read().await?;
    }
    let mut company = company::read(&row.company)?;
    let access = company.grant(row.payment_overrides.as_deref().unwrap_or("{}"), now)?;
    let payer = Payer {
        email: row.email,
        customer_id: row.customer_id,
        account: row.account.unwrap_or_default(),
        paid_by: row.paid_by.unwrap_or_default(),
        access,
        can_switch: row.account_count > 1 && row.viewer.is_none(),
        viewer: row.viewer,
        company,
    };
    Ok(Some((payer, reading)))
}

/// Opens one of a payer's accounts.
///
/// # Errors
/// `Refused` for an account that the address may not open.
pub async fn choose_account(
    world: &World,
    session_token: &str,
    email: &str,
    customer_id: CustomerId,
) -> Result<(), SignInError> {
    let mut session = world.db.begin().await?;
    let accounts = storage::contacts::all_accounts(&mut session, email).await?;
    if !accounts.iter().any(|account| account.customer_id == customer_id) {
        return Err(SignInError::Refused);
    }
    let hash = token::hash(session_token);
    storage::sign_in::update_session_account(&mut session, &hash, customer_id).await?;
    session.commit().await?;
    Ok(())
}

/// Ends a payer's session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_payer(world: &World, session_token: &str) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    storage::sign_in::delete_session(&mut session, &token::hash(session_token)).await?;
    session.commit().await?;
    Ok(())
}
