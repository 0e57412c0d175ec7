//! Adding people on our side, and giving them what they may do and see.

use crate::{
    domain::{
        contact::NAME_LENGTH_MAX,
        form::{is_blank, parse_email, parse_line},
        ids::StaffUserId,
        permission::{Duties, DutiesError, Role},
    },
    services::{
        World,
        change::{ChangeError, bad, unless_taken},
        sign_in::SignInError,
        staff::{self, Staff},
    },
    storage::{self, Session, staff::StaffUserRow},
};

/// Why somebody was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// The duties do not fit together.
    #[error(transparent)]
    Duties(#[from] DutiesError),
    /// Only who has something may give it, only owners make and change owners, and nobody changes
    /// their own duties.
    #[error("this is not theirs to give")]
    NotTheirs,
    /// Somebody has to be able to do everything.
    #[error("there would be no owner left")]
    LastOwner,
    /// The message with the code could not be made.
    #[error(transparent)]
    Code(SignInError),
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for TeamError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// What was typed about a user.
#[derive(Clone, Debug)]
pub struct UserForm<'a> {
    /// Their name.
    pub name: &'a str,
    /// What they shall do and see.
    pub duties: Duties,
    /// Whether they may sign in.
    pub is_active: bool,
}

fn read_name(name: &str, email: &str) -> Result<String, ChangeError> {
    let name = parse_line(name, NAME_LENGTH_MAX).map_err(bad("name"))?;
    Ok(if is_blank(&name) { email.to_owned() } else { name })
}

/// Adds somebody, and mails them a code with which they choose a password.
///
/// # Errors
/// `Invalid` for a bad or taken address, `Duties`, `NotTheirs`.
pub async fn invite(
    world: &World,
    by: &Staff,
    email: &str,
    form: UserForm<'_>,
    base_url: &str,
) -> Result<StaffUserId, TeamError> {
    let email = parse_email(email).map_err(bad("email"))?;
    let name = read_name(form.name, &email)?;
    form.duties.check()?;
    if !by.duties.may_give(&form.duties) {
        return Err(TeamError::NotTheirs);
    }
    let user = StaffUserRow {
        id: world.new_id(),
        email,
        name,
        password_hash: String::new(),
        is_active: true,
        duties: form.duties.into(),
        version: 1,
    };
    let mut session = world.db.begin().await?;
    storage::staff::insert(&mut session, &user, world.now())
        .await
        .map_err(unless_taken(("staff_users_email_key", "email")))?;
    let mailed = staff::mail_code(&mut session, world, &user, Some(by), base_url).await;
    mailed.map_err(TeamError::Code)?;
    session.commit().await?;
    Ok(user.id)
}

/// The user of an id, if somebody may change them.
async fn changeable(
    session: &mut Session,
    by: &Staff,
    id: StaffUserId,
) -> Result<StaffUserRow, TeamError> {
    let user = storage::staff::find(session, id).await?.ok_or(ChangeError::NotFound)?;
    if by.duties.may_give(&user.duties.clone().into()) {
        Ok(user)
    } else {
        Err(TeamError::NotTheirs)
    }
}

/// Changes somebody's name, what they may do and see, and whether they may sign in. What changes
/// holds from their next request on; who may not sign in any more is out at once.
///
/// # Errors
/// `Invalid`, `Duties`, `NotFound`, `NotTheirs`, `LastOwner`; `Changed` when it is not of the
/// version that was read any more.
pub async fn edit(
    world: &World,
    by: &Staff,
    id: StaffUserId,
    version: i64,
    form: UserForm<'_>,
) -> Result<(), TeamError> {
    let mut session = world.db.begin().await?;
    let known = changeable(&mut session, by, id).await?;
    // What may be given was judged by this version: no other is written over.
    if known.version != version {
        return Err(ChangeError::Changed.into());
    }
    let name = read_name(form.name, &known.email)?;
    form.duties.check()?;
    let keeps_duties =
        form.duties == known.duties.clone().into() && form.is_active == known.is_active;
    if !by.duties.may_give(&form.duties) || (by.id == id && !keeps_duties) {
        return Err(TeamError::NotTheirs);
    }
    let stays_owner = form.is_active && form.duties.role == Role::Owner;
    if known.duties.role == Role::Owner && known.is_active && !stays_owner {
        // Locked, so that two owners cannot remove each other at the same time.
        let owners = storage::staff::lock_owners(&mut session).await?;
        if !owners.iter().any(|owner| *owner != id) {
            return Err(TeamError::LastOwner);
        }
    }
    let next = StaffUserRow {
        name,
        is_active: form.is_active,
        duties: form.duties.into(),
        version,
        ..known
    };
    if !storage::staff::update(&mut session, &next).await? {
        return Err(ChangeError::Changed.into());
    }
    if !next.is_active {
        storage::staff_sessions::delete_others(&mut session, id, None).await?;
        storage::staff_codes::delete(&mut session, id).await?;
    }
    session.commit().await?;
    Ok(())
}

/// Mails somebody a new code with which they choose a password; earlier ones no longer count.
///
/// # Errors
/// `NotFound`, also for somebody who may not sign in; `NotTheirs`.
pub async fn send_code(
    world: &World,
    by: &Staff,
    id: StaffUserId,
    base_url: &str,
) -> Result<(), TeamError> {
    let mut session = world.db.begin().await?;
    let user = changeable(&mut session, by, id).await?;
    if !user.is_active {
        return Err(ChangeError::NotFound.into());
    }
    storage::staff_codes::delete(&mut session, id).await?;
    let mailed = staff::mail_code(&mut session, world, &user, Some(by), base_url).await;
    mailed.map_err(TeamError::Code)?;
    session.commit().await?;
    Ok(())
}

/// Turns somebody's second step off, when their phone is lost, and signs them out everywhere.
///
/// # Errors
/// `NotFound`, `NotTheirs`.
pub async fn forget_second_factor(
    world: &World,
    by: &Staff,
    id: StaffUserId,
) -> Result<(), TeamError> {
    let mut session = world.db.begin().await?;
    changeable(&mut session, by, id).await?;
    // Their own they turn off with their password.
    if by.id == id {
        return Err(TeamError::NotTheirs);
    }
    storage::second_factors::update(&mut session, id, "").await?;
    storage::staff_sessions::delete_others(&mut session, id, None).await?;
    session.commit().await?;
    Ok(())
}

/// Signs somebody out everywhere.
///
/// # Errors
/// `NotFound`, `NotTheirs`.
pub async fn sign_out(world: &World, by: &Staff, id: StaffUserId) -> Result<(), TeamError> {
    let mut session = world.db.begin().await?;
    changeable(&mut session, by, id).await?;
    storage::staff_sessions::delete_others(&mut session, id, None).await?;
    session.commit().await?;
    Ok(())
}
