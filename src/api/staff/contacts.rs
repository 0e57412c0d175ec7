//! People at customers.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{ContactDraft, ContactsView},
};

/// The people at a customer.
#[server(name = ListContacts, prefix = "/api/staff", endpoint = "contacts/list", input = GetUrl)]
pub async fn list_contacts(customer_id: String) -> Result<ContactsView, ApiError> {
    use crate::{
        api::{
            call::StaffCall,
            view::{CustomerContactView, PayerContactsView, RoleView},
        },
        domain::{contact::MailKind, permission::Permission},
        services::letters,
        storage::{self, contacts::ContactRow},
    };

    let call = StaffCall::begin().await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let fail = |error| call.request.fail(error);
    let contacts = storage::contacts::all(&mut session, customer.id).await.map_err(fail)?;
    let roles = storage::contact_roles::all(&mut session).await.map_err(fail)?;
    let views = |rows: Vec<ContactRow>| -> Vec<CustomerContactView> {
        let readers = MailKind::ALL.map(|kind| (kind, letters::addressed(&rows, &roles, kind)));
        let view = |row: ContactRow| CustomerContactView {
            gets: readers
                .iter()
                .filter(|(_, readers)| readers.iter().any(|reader| reader.id == row.id))
                .map(|(kind, _)| *kind)
                .collect(),
            id: row.id.to_string(),
            version: row.version,
            source: row.source,
            name: row.name,
            email: row.email,
            phone: row.phone,
            role_id: row.role_id.to_string(),
        };
        rows.into_iter().map(view).collect()
    };
    let mut payer = None;
    if customer.bill_to_id != customer.id {
        let (id, sight) = (customer.bill_to_id, call.staff.sight());
        let named = storage::hierarchy::find_named(&mut session, id, sight).await.map_err(fail)?;
        if let Some(named) = named {
            // Names and addresses of those whom whoever asks does not see are not told.
            let contacts = if named.is_seen {
                let rows = storage::contacts::all(&mut session, id).await.map_err(fail)?;
                Some(views(rows))
            } else {
                None
            };
            payer = Some(PayerContactsView { name: named.name, contacts });
        }
    }
    Ok(ContactsView {
        may_change: call.staff.may(Permission::Customers),
        payer,
        contacts: views(contacts),
        roles: roles
            .into_iter()
            .map(|row| RoleView {
                id: row.id.to_string(),
                switches: row.switches(),
                name: row.name,
            })
            .collect(),
    })
}

/// Adds a contact, or changes one.
#[server(name = SaveContact, prefix = "/api/staff", endpoint = "contacts/save")]
pub async fn save_contact(
    customer_id: String,
    #[server(default)] draft: ContactDraft,
) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::contacts::{self, ContactForm},
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let (world, staff) = (call.world(), &call.staff);
    let ContactDraft { id, version, name, email, phone, role_id } = &draft;
    let form = ContactForm { name, email, phone, role_id };
    let saved = if id.is_empty() {
        let customer_id = call.request.id(&customer_id)?;
        contacts::add(world, staff, customer_id, form).await.map(|_| ())
    } else {
        let id = call.request.id(id)?;
        contacts::edit(world, staff, id, *version, form).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a contact that was added here.
#[server(name = RemoveContact, prefix = "/api/staff", endpoint = "contacts/remove")]
pub async fn remove_contact(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::contacts};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&id)?;
    contacts::remove(call.world(), &call.staff, id, version)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Looks at the portal as a contact sees it, in this browser, for an hour at most.
#[server(name = ViewPortal, prefix = "/api/staff", endpoint = "contacts/view_portal")]
pub async fn view_portal(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::portal_view};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&id)?;
    let token = portal_view::begin(call.world(), &call.staff, id).await;
    let token = token.map_err(|error| call.request.fail(error))?;
    call.request.set_cookie(call.request.config().payer_cookie(), &token);
    leptos_axum::redirect("/portal");
    Ok(())
}
