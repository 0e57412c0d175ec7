//! People on our side: who they are, what they may do and see.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{TeamView, UserDraft},
};

/// The team.
#[server(name = ListTeam, prefix = "/api/staff", endpoint = "team/list", input = GetUrl)]
pub async fn list_team() -> Result<TeamView, ApiError> {
    use crate::{
        api::{
            call::StaffCall,
            dates,
            view::{TeamUserView, UserState},
        },
        domain::permission::{Duties, Permission, Role},
        services::company,
        storage,
    };

    let call = StaffCall::permitted(Permission::Team).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let team = storage::staff::all(&mut session).await.map_err(fail)?;
    let (own, asking) = (&call.staff.duties, call.staff.id);
    let may_be_given = |role: Role| {
        let permissions = role.preset().within(&own.permissions);
        own.may_give(&Duties { permissions, ..Duties::of(role) })
    };
    let users = team.into_iter().map(|row| {
        let duties = Duties::from(row.user.duties);
        let state = match (row.user.is_active, row.user.password_hash.is_empty()) {
            (false, _) => UserState::Disabled,
            (true, true) => UserState::Invited,
            (true, false) => UserState::Active,
        };
        TeamUserView {
            id: row.user.id.to_string(),
            version: row.user.version,
            state,
            is_self: row.user.id == asking,
            may_change: own.may_give(&duties),
            email: row.user.email,
            name: row.user.name,
            role: duties.role,
            permissions: duties.permissions,
            own_customers_only: duties.own_customers_only,
            customers: row.customers,
            has_second_factor: row.has_second_factor,
            last_seen: row.last_seen_at.map_or_else(String::new, |at| dates::instant(&company, at)),
        }
    });
    Ok(TeamView {
        users: users.collect(),
        roles: Role::ALL.into_iter().filter(|role| may_be_given(*role)).collect(),
        permissions: own.permissions.clone(),
    })
}

#[cfg(feature = "ssr")]
fn form<'a>(
    call: &crate::api::call::StaffCall,
    user: &'a UserDraft,
) -> Result<crate::services::team::UserForm<'a>, ApiError> {
    use crate::{
        domain::{
            form::Problem,
            permission::{Duties, Permissions, Role},
        },
        services::team::UserForm,
    };

    let bad = |field, problem| call.request.answer(ApiError::invalid(field, problem));
    if user.role.is_empty() {
        return Err(bad("role", Problem::Required));
    }
    let role = Role::from_word(&user.role).ok_or_else(|| bad("role", Problem::NotAChoice))?;
    let permissions: Permissions = match role {
        // All of them, whatever is ticked.
        Role::Owner => role.preset(),
        // Without script the ticks do not follow the role.
        _ if user.permissions_of != user.role => {
            role.preset().within(&call.staff.duties.permissions)
        }
        _ => user.permissions.parse().map_err(|_| bad("permissions", Problem::NotAChoice))?,
    };
    let duties = Duties { role, permissions, own_customers_only: user.own_customers_only };
    Ok(UserForm { name: &user.name, duties, is_active: !user.is_disabled })
}

/// Adds somebody and mails them an invitation.
#[server(name = InviteUser, prefix = "/api/staff", endpoint = "team/invite")]
pub async fn invite_user(#[server(default)] user: UserDraft) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::team};

    let call = StaffCall::permitted(Permission::Team).await?;
    let form = form(&call, &user)?;
    let base_url = &call.request.config().base_url;
    team::invite(call.world(), &call.staff, &user.email, form, base_url)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/team?done=invited");
    Ok(())
}

/// Changes somebody's name, what they may do and see, and whether they may sign in.
#[server(name = SaveUser, prefix = "/api/staff", endpoint = "team/save")]
pub async fn save_user(#[server(default)] user: UserDraft) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::team};

    let call = StaffCall::permitted(Permission::Team).await?;
    let id = call.request.id(&user.id)?;
    let form = form(&call, &user)?;
    team::edit(call.world(), &call.staff, id, user.version, form)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/team?done=saved");
    Ok(())
}

/// Mails somebody a new code with which they choose a password.
#[server(name = SendUserCode, prefix = "/api/staff", endpoint = "team/send_code")]
pub async fn send_user_code(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::team};

    let call = StaffCall::permitted(Permission::Team).await?;
    let id = call.request.id(&id)?;
    team::send_code(call.world(), &call.staff, id, &call.request.config().base_url)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/team?done=code");
    Ok(())
}

/// Signs somebody out everywhere.
#[server(name = SignOutUser, prefix = "/api/staff", endpoint = "team/sign_out")]
pub async fn sign_out_user(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::team};

    let call = StaffCall::permitted(Permission::Team).await?;
    let id = call.request.id(&id)?;
    team::sign_out(call.world(), &call.staff, id)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/team?done=out");
    Ok(())
}

/// Turns somebody's second step off, when their phone is lost, and signs them out everywhere.
#[server(name = ForgetSecondFactor, prefix = "/api/staff", endpoint = "team/forget_second_factor")]
pub async fn forget_second_factor(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::team};

    let call = StaffCall::permitted(Permission::Team).await?;
    let id = call.request.id(&id)?;
    team::forget_second_factor(call.world(), &call.staff, id)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/team?done=factor");
    Ok(())
}
