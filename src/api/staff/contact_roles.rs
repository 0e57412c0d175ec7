//! Roles of contacts.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{RoleDraft, UsedRoleView},
};

/// All roles, the one that contacts of the books get first.
#[server(name = ListRoles, prefix = "/api/staff", endpoint = "settings/roles", input = GetUrl)]
pub async fn list_roles() -> Result<Vec<UsedRoleView>, ApiError> {
    use crate::{
        api::{call::StaffCall, view::RoleView},
        domain::permission::Permission,
        storage,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let roles = storage::contact_roles::all(&mut session).await.map_err(fail)?;
    let used = storage::contact_roles::all_used(&mut session).await.map_err(fail)?;
    let role = |row: storage::contact_roles::RoleRow| UsedRoleView {
        version: row.version,
        contacts: used.get(&row.id).copied().unwrap_or_default(),
        role: RoleView { id: row.id.to_string(), switches: row.switches(), name: row.name },
    };
    Ok(roles.into_iter().map(role).collect())
}

/// Adds a role, or changes one.
#[server(name = SaveRole, prefix = "/api/staff", endpoint = "settings/save_role")]
pub async fn save_role(#[server(default)] role: RoleDraft) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{contact::RoleSwitches, permission::Permission},
        services::contact_roles::{self, RoleForm},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let RoleDraft { id, version, name, gets_invoices, gets_messages } = &role;
    let switches = RoleSwitches { gets_invoices: *gets_invoices, gets_messages: *gets_messages };
    let form = RoleForm { name, switches };
    let saved = if id.is_empty() {
        contact_roles::add(call.world(), form).await.map(|_| ())
    } else {
        let id = call.request.id(id)?;
        contact_roles::edit(call.world(), id, *version, form).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a role; whoever has it gets the replacement.
#[server(name = RemoveRole, prefix = "/api/staff", endpoint = "settings/remove_role")]
pub async fn remove_role(
    id: String,
    version: i64,
    #[server(default)] replacement: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::contact_roles};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let id = call.request.id(&id)?;
    let replacement = call.request.chosen_or_none("replacement", &replacement)?;
    contact_roles::remove(call.world(), &call.staff, id, version, replacement)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives everybody of one role another.
#[server(name = MoveContacts, prefix = "/api/staff", endpoint = "settings/move_contacts")]
pub async fn move_contacts(from: String, to: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::contact_roles};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let from = call.request.chosen("from", &from)?;
    let to = call.request.chosen("replacement", &to)?;
    contact_roles::move_all(call.world(), &call.staff, from, to)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives all contacts of a customer one role.
#[server(name = GiveRole, prefix = "/api/staff", endpoint = "contacts/give_role")]
pub async fn give_role(
    customer_id: String,
    #[server(default)] role_id: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::contact_roles};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let customer_id = call.request.id(&customer_id)?;
    let role_id = call.request.chosen("role_id", &role_id)?;
    contact_roles::give_to_customer(call.world(), &call.staff, customer_id, role_id)
        .await
        .map_err(|error| call.request.fail(error))
}
