//! The second step of signing in: a code of an authenticator app, or one of the codes kept for the
//! day the phone is lost.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    auth::{token, totp},
    domain::form::Problem,
    pdf,
    services::{
        World,
        attempts::{ATTEMPT_MINUTES, count, forget},
        company::Company,
        sign_in::SignInError,
        staff::{self, Origin, PASSWORD_ATTEMPTS_MAX, Staff},
    },
    storage::{self, Session, StorageError},
};

/// Recovery codes that are made when the second step is turned on.
pub const RECOVERY_CODES: usize = 10;
/// Codes somebody may try in a day, right ones and wrong ones: who knows the password would guess for
/// weeks.
const CODES_PER_DAY_MAX: i64 = 100;
const DAY_MINUTES: i64 = 24 * 60;
/// Minutes in which the code has to follow the password.
pub const PENDING_MINUTES: i64 = 10;

fn invalid(field: &'static str, problem: Problem) -> SignInError {
    SignInError::Invalid { field, problem }
}

/// A code as it was typed, and when by the clock on the wall: that is what a phone shows, whatever
/// our clock was moved to.
#[derive(Clone, Copy, Debug)]
pub struct AppCode<'a> {
    /// What was typed.
    pub typed: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an app needs to make codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The secret, in base 32.
    pub secret: String,
    /// A QR code of the address that holds it, as SVG.
    pub picture: String,
}

/// A new secret for somebody's app. Nothing is kept until a code of it was typed.
pub fn setup(world: &World, staff: &Staff, company: &Company) -> Setup {
    let secret = totp::new_secret(world.entropy.as_ref());
    let address = totp::address(&secret, &company.profile.name, &staff.email).unwrap_or_default();
    Setup { picture: pdf::qr_code(&address).unwrap_or_default(), secret }
}

/// Whether the second step is on, and how many recovery codes are left.
///
/// # Errors
/// When the database fails.
pub async fn state(session: &mut Session, staff: &Staff) -> Result<(bool, i64), StorageError> {
    let is_on = !storage::second_factors::find(session, staff.id).await?.is_empty();
    Ok((is_on, storage::second_factors::count_recovery(session, staff.id).await?))
}

/// Turns the second step on with a code of the secret, and returns the recovery codes, which are
/// shown this once. Other sessions of the user end.
///
/// # Errors
/// `Invalid` when the password is wrong or the code is not of the secret; `TooMany`.
pub async fn turn_on(
    world: &World,
    staff: &Staff,
    secret: &str,
    code: AppCode<'_>,
    password: &str,
    network_address: &str,
) -> Result<Vec<String>, SignInError> {
    let Some(step) = totp::step_of(secret, &read_digits(code.typed), code.at) else {
        return Err(invalid("app_code", Problem::Wrong));
    };
    staff::confirm(world, staff, password, "password", network_address).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| staff::new_code(world)).collect();
    let mut session = world.db.begin().await?;
    storage::second_factors::update(&mut session, staff.id, secret).await?;
    storage::second_factors::claim_step(&mut session, staff.id, step).await?;
    for code in &codes {
        let hash = token::hash(code);
        storage::second_factors::insert_recovery(&mut session, staff.id, &hash, world.now())
            .await?;
    }
    storage::staff_sessions::delete_others(&mut session, staff.id, Some(staff.session_id)).await?;
    session.commit().await?;
    Ok(codes.iter().map(|code| staff::in_groups(code)).collect())
}

/// Turns the second step off.
///
/// # Errors
/// `Invalid` when the password is wrong; `TooMany`.
pub async fn turn_off(
    world: &World,
    staff: &Staff,
    password: &str,
    network_address: &str,
) -> Result<(), SignInError> {
    staff::confirm(world, staff, password, "password", network_address).await?;
    let mut session = world.db.begin().await?;
    storage::second_factors::update(&mut session, staff.id, "").await?;
    session.commit().await?;
    Ok(())
}

fn read_digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// Signs somebody in whose password was right, with a code of their app or a recovery code. They get
/// a session of its own; the one that waited ends.
///
/// # Errors
/// `Refused` when nobody waits under this token, or no longer; `Invalid` when the code is wrong or
/// was used; `TooMany` beyond the limits.
pub async fn redeem(
    world: &World,
    waiting_token: &str,
    code: AppCode<'_>,
    origin: Origin<'_>,
) -> Result<String, SignInError> {
    let now = world.now();
    let hash = token::hash(waiting_token);
    let mut session = world.db.begin().await?;
    let row = storage::staff_sessions::find(&mut session, &hash).await?;
    let waits = |created_at| now - created_at <= TimeDelta::minutes(PENDING_MINUTES);
    let row = row.filter(|row| row.needs_code && row.is_active && waits(row.created_at));
    let Some(row) = row else { return Err(SignInError::Refused) };
    let user = row.staff_user_id;
    let key = format!("second-factor:{user}");
    let limited = async {
        count(&mut session, &key, now, ATTEMPT_MINUTES, PASSWORD_ATTEMPTS_MAX).await?;
        let day = format!("second-factor-day:{user}");
        count(&mut session, &day, now, DAY_MINUTES, CODES_PER_DAY_MAX).await
    };
    let limited = limited.await;
    // Counted before it is judged, so that parallel guesses cannot outrun the limit.
    session.commit().await?;
    limited?;
    let mut session = world.db.begin().await?;
    let secret = storage::second_factors::find(&mut session, user).await?;
    let fits = match totp::step_of(&secret, &read_digits(code.typed), code.at) {
        Some(step) => storage::second_factors::claim_step(&mut session, user, step).await?,
        None => {
            let hash = token::hash(&staff::read_code(code.typed));
            storage::second_factors::claim_recovery(&mut session, user, &hash).await?
        }
    };
    if !fits {
        return Err(invalid("app_code", Problem::Wrong));
    }
    // Ended meanwhile, by a reset or by a code that came first.
    if !storage::staff_sessions::delete(&mut session, &hash).await? {
        return Err(SignInError::Refused);
    }
    let token = staff::begin_session(&mut session, world, user, origin, false).await?;
    forget(&mut session, &key, now).await?;
    session.commit().await?;
    Ok(token)
}
