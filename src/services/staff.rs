//! People on our side: signing in by password, setting one with a mailed code, and where somebody is
//! signed in.

use chrono::TimeDelta;

use crate::{
    auth::{password, token},
    domain::{
        form::{Problem, is_blank, parse_email},
        ids::{SessionId, StaffUserId},
        permission::{Duties, Permission, Role, Sight},
    },
    services::{
        World,
        attempts::{
            ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX, SEEN_EVERY, count, forget, is_over,
            take_back,
        },
        company,
        mail::{self, StaffCode},
        sign_in::SignInError,
    },
    storage::{
        self, Session, StorageError,
        staff::StaffUserRow,
        staff_codes::StaffCodeRow,
        staff_sessions::{NewSession, OwnSessionRow, StaffSessionRow},
    },
};

/// Wrong passwords, and wrong codes, for one account in ten minutes.
pub const PASSWORD_ATTEMPTS_MAX: i64 = 5;
/// Codes an address may be sent in an hour.
const CODES_PER_HOUR_MAX: i64 = 5;
/// Days an invitation may be used.
pub const INVITATION_DAYS: i64 = 7;
/// Minutes the code for a forgotten password may be used.
pub const PASSWORD_CODE_MINUTES: i64 = 30;

/// A session ends after this many idle minutes.
pub const STAFF_IDLE_MINUTES: i64 = 30;
/// A session ends after this many hours in any case.
pub const STAFF_HOURS: i64 = 12;

/// Shortest password (OWASP ASVS 6.2.1 asks for 8 and advises 15).
pub const PASSWORD_LENGTH_MIN: usize = 12;
/// Longest password; hashing a long one costs time.
pub const PASSWORD_LENGTH_MAX: usize = 200;

/// Longest name of a browser that is kept.
const BROWSER_LENGTH_MAX: usize = 300;

/// A signed-in staff user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The user.
    pub id: StaffUserId,
    /// Where they are signed in.
    pub session_id: SessionId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do and see.
    pub duties: Duties,
}

impl Staff {
    /// Who acts, for the ledger and the history.
    pub fn actor(&self) -> String {
        format!("staff:{}", self.email)
    }

    /// Whether they may do something.
    pub fn may(&self, permission: Permission) -> bool {
        self.duties.permissions.has(permission)
    }

    /// Whose customers they see.
    pub fn sight(&self) -> Sight {
        if self.duties.own_customers_only { Sight::Own(self.id) } else { Sight::All }
    }
}

/// From where somebody signs in.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The network address, for limits and for the list of sessions.
    pub network_address: &'a str,
    /// The browser, as it names itself.
    pub browser: &'a str,
}

/// A hash that fits nothing, so that an unknown address costs as much time as a wrong password.
const NO_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
                       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn invalid(field: &'static str) -> impl Fn(Problem) -> SignInError {
    move |problem| SignInError::Invalid { field, problem }
}

/// Under which key wrong passwords of an address are counted.
fn sign_in_key(email: &str) -> String {
    format!("staff:{email}")
}

/// Under which key tries from a network address are counted.
fn address_key(network_address: &str) -> String {
    format!("staff-address:{network_address}")
}

/// What was tried was right: the account's wrong tries are forgotten, and the address's count is one
/// less.
async fn was_right(
    session: &mut Session,
    world: &World,
    network_address: &str,
    account: &str,
) -> Result<(), StorageError> {
    forget(session, account, world.now()).await?;
    take_back(session, &address_key(network_address), world.now()).await
}

/// Counts an attempt to guess an account's secret, by network address and by account.
async fn attempt(
    session: &mut Session,
    world: &World,
    network_address: &str,
    account: &str,
) -> Result<(), SignInError> {
    let now = world.now();
    let by_address = address_key(network_address);
    count(session, &by_address, now, ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX).await?;
    Ok(count(session, account, now, ATTEMPT_MINUTES, PASSWORD_ATTEMPTS_MAX).await?)
}

/// Who gave the right password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSignedIn {
    /// The new session's token, for the cookie.
    pub token: String,
    /// Whether it opens nothing yet: the second step is to come.
    pub needs_code: bool,
}

/// Begins a session and returns its token.
pub(super) async fn begin_session(
    session: &mut Session,
    world: &World,
    user: StaffUserId,
    origin: Origin<'_>,
    needs_code: bool,
) -> Result<String, StorageError> {
    let token = world.new_secret();
    let browser: String = origin.browser.chars().take(BROWSER_LENGTH_MAX).collect();
    let begun = NewSession {
        id: world.new_id(),
        token_hash: &token::hash(&token),
        staff_user_id: user,
        browser: &browser,
        network_address: origin.network_address,
        needs_code,
    };
    storage::staff_sessions::insert(session, &begun, world.now()).await?;
    Ok(token)
}

/// Signs somebody in, as far as a password does.
///
/// # Errors
/// `Refused` when address or password is wrong, `TooMany` beyond the limits.
pub async fn sign_in(
    world: &World,
    email: &str,
    secret: &str,
    origin: Origin<'_>,
) -> Result<StaffSignedIn, SignInError> {
    let email = parse_email(email).map_err(invalid("email"))?;
    if secret.is_empty() {
        return Err(invalid("password")(Problem::Required));
    }
    let account = sign_in_key(&email);
    let mut session = world.db.begin().await?;
    let limited = attempt(&mut session, world, origin.network_address, &account).await;
    let user = storage::staff::find_by_email(&mut session, &email).await?;
    session.commit().await?;
    limited?;
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    // Whoever has set no password yet cannot be told from a stranger.
    let hash = hash.filter(|hash| !hash.is_empty()).unwrap_or(NO_HASH);
    let fits = password::verify(secret, hash).await;
    let Some(user) = user.filter(|user| fits && user.is_active) else {
        return Err(SignInError::Refused);
    };
    let mut session = world.db.begin().await?;
    // What held when the hash was read may not any more.
    let now = storage::staff::find(&mut session, user.id).await?;
    if now.is_none_or(|now| !now.is_active || now.password_hash != user.password_hash) {
        return Err(SignInError::Refused);
    }
    let needs_code = !storage::second_factors::find(&mut session, user.id).await?.is_empty();
    let token = begin_session(&mut session, world, user.id, origin, needs_code).await?;
    was_right(&mut session, world, origin.network_address, &account).await?;
    session.commit().await?;
    Ok(StaffSignedIn { token, needs_code })
}

/// The session of a token, if it lives and its user is active. Looking does not keep it alive.
async fn living(
    world: &World,
    session_token: &str,
) -> Result<Option<StaffSessionRow>, StorageError> {
    let now = world.now();
    let mut session = world.db.read().await?;
    let row = storage::staff_sessions::find(&mut session, &token::hash(session_token)).await?;
    let lives = |row: &StaffSessionRow| {
        row.is_active
            && !row.needs_code
            && !is_over(row.created_at, row.last_seen_at, now, STAFF_IDLE_MINUTES, STAFF_HOURS)
    };
    Ok(row.filter(lives))
}

impl From<StaffSessionRow> for Staff {
    fn from(row: StaffSessionRow) -> Self {
        let StaffSessionRow { id: session_id, staff_user_id: id, email, name, duties, .. } = row;
        Self { id, session_id, email, name, duties: duties.into() }
    }
}

/// The staff user of a session's token, if the session lives and the user is active, as they are
/// now. For what goes on without their doing anything: it does not keep the session alive.
///
/// # Errors
/// When the database fails.
pub async fn still(world: &World, session_token: &str) -> Result<Option<Staff>, StorageError> {
    Ok(living(world, session_token).await?.map(Staff::from))
}

/// The staff user of a session's token, if the session lives and the user is active.
///
/// # Errors
/// When the database fails.
pub async fn of_token(world: &World, session_token: &str) -> Result<Option<Staff>, StorageError> {
    let Some(row) = living(world, session_token).await? else { return Ok(None) };
    let now = world.now();
    if now - row.last_seen_at > SEEN_EVERY {
        let mut session = world.db.begin().await?;
        storage::staff_sessions::update_seen(&mut session, row.id, now).await?;
        session.commit().await?;
    }
    Ok(Some(row.into()))
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(world: &World, session_token: &str) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    storage::staff_sessions::delete(&mut session, &token::hash(session_token)).await?;
    session.commit().await?;
    Ok(())
}

/// Where somebody is signed in, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn sessions(
    session: &mut Session,
    world: &World,
    staff: &Staff,
) -> Result<Vec<OwnSessionRow>, StorageError> {
    let since = world.now() - TimeDelta::minutes(STAFF_IDLE_MINUTES);
    storage::staff_sessions::all(session, staff.id, since).await
}

/// Ends one of somebody's own sessions; false when they have none of this id.
///
/// # Errors
/// When the database fails.
pub async fn end_session(
    world: &World,
    staff: &Staff,
    id: SessionId,
) -> Result<bool, StorageError> {
    let mut session = world.db.begin().await?;
    let is_ended = storage::staff_sessions::delete_own(&mut session, staff.id, id).await?;
    session.commit().await?;
    Ok(is_ended)
}

/// Whether a password may be set: long enough, and not the address it belongs to.
fn check_password(secret: &str, email: &str) -> Result<(), Problem> {
    let length = secret.chars().count();
    if secret.is_empty() {
        return Err(Problem::Required);
    }
    if length < PASSWORD_LENGTH_MIN {
        return Err(Problem::TooShort);
    }
    if length > PASSWORD_LENGTH_MAX {
        return Err(Problem::TooLong);
    }
    if secret.trim().eq_ignore_ascii_case(email) {
        return Err(Problem::TooEasy);
    }
    Ok(())
}

/// Sees to it that whoever is signed in knows the password: before anything changes that keeps
/// strangers out.
///
/// # Errors
/// `Invalid` of the named field when it is wrong, `TooMany` beyond the limits.
pub(super) async fn confirm(
    world: &World,
    staff: &Staff,
    secret: &str,
    field: &'static str,
    network_address: &str,
) -> Result<(), SignInError> {
    if secret.is_empty() {
        return Err(invalid(field)(Problem::Required));
    }
    // A key of its own: strangers who try to sign in do not keep out whoever is.
    let account = format!("staff-confirm:{}", staff.id);
    let mut session = world.db.begin().await?;
    let limited = attempt(&mut session, world, network_address, &account).await;
    let user = storage::staff::find(&mut session, staff.id).await?.ok_or(SignInError::Refused)?;
    session.commit().await?;
    limited?;
    if !password::verify(secret, &user.password_hash).await {
        return Err(invalid(field)(Problem::Wrong));
    }
    let mut session = world.db.begin().await?;
    was_right(&mut session, world, network_address, &account).await?;
    session.commit().await?;
    Ok(())
}

/// Changes somebody's own password. They stay signed in here, and nowhere else.
///
/// # Errors
/// `Invalid` when the old one is wrong or the new one cannot be set, `TooMany` beyond the limits.
pub async fn change_password(
    world: &World,
    staff: &Staff,
    old: &str,
    new: &str,
    network_address: &str,
) -> Result<(), SignInError> {
    check_password(new, &staff.email).map_err(invalid("new"))?;
    confirm(world, staff, old, "old", network_address).await?;
    let hash = password::hash(new, world.entropy.as_ref()).await?;
    let mut session = world.db.begin().await?;
    storage::staff::update_password(&mut session, staff.id, &hash).await?;
    storage::staff_sessions::delete_others(&mut session, staff.id, Some(staff.session_id)).await?;
    storage::staff_codes::delete(&mut session, staff.id).await?;
    session.commit().await?;
    Ok(())
}

/// What is read and typed: no letter that looks like another.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code: 60 bits, which nobody guesses in a week.
const CODE_LENGTH: usize = 12;

pub(super) fn new_code(world: &World) -> String {
    let letter = |_| {
        let place = world.random_below(32);
        usize::try_from(place).ok().and_then(|place| CODE_LETTERS.get(place)).copied()
    };
    (0..CODE_LENGTH).filter_map(letter).map(char::from).collect()
}

/// A code as it is read out: `K7QM-2XPA-9DTR`.
pub(super) fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// A code as it was typed, in the form that is compared.
pub(super) fn read_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Keeps a new code for a user and mails it: as an invitation by somebody, or because they forgot
/// their password.
pub(super) async fn mail_code(
    session: &mut Session,
    world: &World,
    user: &StaffUserRow,
    inviter: Option<&Staff>,
    base_url: &str,
) -> Result<(), SignInError> {
    let code = new_code(world);
    // Whoever was here before is not invited: they get a code for a new password.
    let inviter = inviter.filter(|_| user.password_hash.is_empty());
    let (valid, valid_for) = match inviter {
        Some(_) => (TimeDelta::days(INVITATION_DAYS), format!("{INVITATION_DAYS} days")),
        None => {
            (TimeDelta::minutes(PASSWORD_CODE_MINUTES), format!("{PASSWORD_CODE_MINUTES} minutes"))
        }
    };
    let row = StaffCodeRow {
        staff_user_id: user.id,
        code_hash: token::hash(&code),
        expires_at: world.now() + valid,
    };
    storage::staff_codes::insert(session, &row, world.now()).await?;
    let company = company::load(session).await?;
    let message = StaffCode {
        to: user,
        code: in_groups(&code),
        valid_for,
        inviter: inviter.map(|staff| staff.name.clone()),
        url: format!("{base_url}/staff/password"),
    };
    Ok(mail::staff_code(session, world, &company, message).await?)
}

/// Mails a code for a new password to an active user. Everybody gets the same answer.
///
/// # Errors
/// `Invalid` for something that is no address, `TooMany` beyond the limits.
pub async fn request_code(
    world: &World,
    email: &str,
    network_address: &str,
    base_url: &str,
) -> Result<(), SignInError> {
    let email = parse_email(email).map_err(invalid("email"))?;
    let now = world.now();
    let mut session = world.db.begin().await?;
    let limited = async {
        let by_address = format!("staff-code-address:{network_address}");
        count(&mut session, &by_address, now, ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX).await?;
        count(&mut session, &format!("staff-code:{email}"), now, 60, CODES_PER_HOUR_MAX).await
    };
    let limited = limited.await;
    session.commit().await?;
    limited?;
    let mut session = world.db.begin().await?;
    let user = storage::staff::find_by_email(&mut session, &email).await?;
    if let Some(user) = user.filter(|user| user.is_active) {
        mail_code(&mut session, world, &user, None, base_url).await?;
    }
    session.commit().await?;
    Ok(())
}

/// Sets a password with a mailed code. Every session of the user ends.
///
/// # Errors
/// `Invalid` for a password that cannot be set; `Refused` when the code is not this user's, used or
/// expired; `TooMany` beyond the limits.
pub async fn set_password(
    world: &World,
    email: &str,
    code: &str,
    secret: &str,
    network_address: &str,
) -> Result<(), SignInError> {
    let email = parse_email(email).map_err(invalid("email"))?;
    let code = read_code(code);
    if code.is_empty() {
        return Err(invalid("mailed_code")(Problem::Required));
    }
    check_password(secret, &email).map_err(invalid("password"))?;
    // Not counted by account: nobody guesses 60 bits, and a stranger's tries would keep out whoever
    // holds the code.
    let by_address = address_key(network_address);
    let (now, max) = (world.now(), ATTEMPTS_PER_ADDRESS_MAX);
    let mut session = world.db.begin().await?;
    let limited = count(&mut session, &by_address, now, ATTEMPT_MINUTES, max).await;
    let user = storage::staff::find_by_email(&mut session, &email).await?;
    session.commit().await?;
    limited?;
    let hash = password::hash(secret, world.entropy.as_ref()).await?;
    let user = user.filter(|user| user.is_active).ok_or(SignInError::Refused)?;
    let mut session = world.db.begin().await?;
    let code_hash = token::hash(&code);
    if !storage::staff_codes::claim(&mut session, user.id, &code_hash, world.now()).await? {
        return Err(SignInError::Refused);
    }
    storage::staff_codes::delete(&mut session, user.id).await?;
    storage::staff::update_password(&mut session, user.id, &hash).await?;
    storage::staff_sessions::delete_others(&mut session, user.id, None).await?;
    was_right(&mut session, world, network_address, &sign_in_key(&email)).await?;
    session.commit().await?;
    Ok(())
}

/// Adds a user who has a password already: by whoever runs the server.
///
/// # Errors
/// `Invalid` for a bad or taken address or a password that cannot be set.
pub async fn add(
    world: &World,
    email: &str,
    name: &str,
    secret: &str,
    role: Role,
) -> Result<StaffUserId, SignInError> {
    let email = parse_email(email).map_err(invalid("email"))?;
    check_password(secret, &email).map_err(invalid("password"))?;
    let user = StaffUserRow {
        id: world.new_id(),
        name: if is_blank(name) { email.clone() } else { name.trim().to_owned() },
        email,
        password_hash: password::hash(secret, world.entropy.as_ref()).await?,
        is_active: true,
        duties: Duties::of(role).into(),
        version: 1,
    };
    let mut session = world.db.begin().await?;
    match storage::staff::insert(&mut session, &user, world.now()).await {
        Err(error) if error.constraint() == Some("staff_users_email_key") => {
            Err(invalid("email")(Problem::AlreadyUsed))
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            session.commit().await?;
            Ok(user.id)
        }
    }
}

/// Sets a user's password by whoever runs the server, lets them sign in again without a second step,
/// and ends their sessions.
///
/// # Errors
/// `Refused` when there is no such user, `Invalid` for a password that cannot be set.
pub async fn reset_password(world: &World, email: &str, secret: &str) -> Result<(), SignInError> {
    let email = parse_email(email).map_err(invalid("email"))?;
    check_password(secret, &email).map_err(invalid("password"))?;
    let hash = password::hash(secret, world.entropy.as_ref()).await?;
    let mut session = world.db.begin().await?;
    let user = storage::staff::find_by_email(&mut session, &email).await?;
    let user = user.ok_or(SignInError::Refused)?;
    if !user.is_active {
        let active = StaffUserRow { is_active: true, ..user.clone() };
        storage::staff::update(&mut session, &active).await?;
    }
    storage::staff::update_password(&mut session, user.id, &hash).await?;
    storage::staff_sessions::delete_others(&mut session, user.id, None).await?;
    storage::staff_codes::delete(&mut session, user.id).await?;
    storage::second_factors::update(&mut session, user.id, "").await?;
    forget(&mut session, &sign_in_key(&email), world.now()).await?;
    session.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(in_groups("K7QM2XPA9DTR"), "K7QM-2XPA-9DTR");
        assert_eq!(read_code(" k7qm 2xpa–9dtr "), "K7QM2XPA9DTR");
    }

    #[test]
    fn a_password_is_long_and_not_the_address() {
        let email = "ana.whitfield@halden.example";
        assert_eq!(check_password("", email), Err(Problem::Required));
        assert_eq!(check_password("eleven char", email), Err(Problem::TooShort));
        assert_eq!(check_password(&"x".repeat(201), email), Err(Problem::TooLong));
        assert_eq!(check_password("Ana.Whitfield@halden.example", email), Err(Problem::TooEasy));
        assert_eq!(check_password("twelve chars", email), Ok(()));
    }
}
