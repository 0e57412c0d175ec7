//! The customer list and the side panel.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        staff::invoices::ListQuery,
        view::{CustomerListView, CustomerPanel, SpecialistView},
    },
    domain::profile::Profile,
};

/// Rows of invoices and of payments in the panel.
#[cfg(feature = "ssr")]
const PANEL_ROWS: i64 = 50;

/// Customers with their sums in one currency.
#[server(name = ListCustomers, prefix = "/api/staff", endpoint = "customers/list", input = GetUrl)]
pub async fn list_customers(
    #[server(default)] query: ListQuery,
) -> Result<CustomerListView, ApiError> {
    use crate::{
        api::{
            call::StaffCall,
            list_query::{Asked, customer_cursor, fields_of},
            view::CustomerRowView,
        },
        domain::{
            custom_field::FieldLevel,
            invoice::days_past_due,
            list::{PAGE_ROWS, cut},
        },
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let sight = call.staff.sight();
    let totals = storage::customer_list::all_totals(&mut session, sight).await.map_err(fail)?;
    let asked = Asked::read(&query);
    let currency = asked.currency(&totals, company.profile.currency);
    let asked = asked.customers(currency, today, sight, PAGE_ROWS);
    let (search, fields) = (asked.search, asked.fields);
    let count = storage::customer_list::count_found(&mut session, search, sight, fields).await;
    let count = count.map_err(fail)?;
    let rows = storage::customer_list::list(&mut session, &asked, count).await;
    let mut rows = rows.map_err(fail)?;
    let overdue = if asked.after.is_none() && !asked.is_filtered() {
        let overdue = storage::aging::overdue(&mut session, currency, today, sight).await;
        Some(overdue.map_err(fail)?)
    } else {
        None
    };
    let has_more = cut(&mut rows, PAGE_ROWS);
    let next = rows.last().filter(|_| has_more).map(|row| customer_cursor(asked.sort, row));
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let mut fields = fields_of(&mut session, FieldLevel::Customer, &ids).await.map_err(fail)?;
    let total = totals.iter().find(|total| total.currency == currency);
    Ok(CustomerListView {
        currency: currency.code().to_owned(),
        currencies: totals.iter().map(|total| total.currency.code().to_owned()).collect(),
        rows: rows
            .into_iter()
            .map(|row| CustomerRowView {
                fields: fields.remove(&row.id.to_string()).unwrap_or_default(),
                id: row.id.to_string(),
                number: row.number,
                name: row.name,
                open: row.open_minor,
                open_count: row.open_count,
                overdue: row.overdue_minor,
                credit: row.credit_minor,
                oldest_days: row.oldest_due_on.map_or(0, |due| days_past_due(due, today)),
                aging: row.aging.sums().to_vec(),
                days_late: row.days_late,
            })
            .collect(),
        next: next.map(|cursor| cursor.to_string()).unwrap_or_default(),
        count,
        open: total.map_or(0, |total| total.open_minor),
        overdue,
        credit: total.map_or(0, |total| total.credit_minor),
    })
}

/// Who may be responsible for a customer: everybody who may sign in.
#[server(
    name = ListSpecialists, prefix = "/api/staff", endpoint = "customers/specialists", input = GetUrl
)]
pub async fn list_specialists() -> Result<Vec<SpecialistView>, ApiError> {
    use crate::{api::call::StaffCall, storage};

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let team = storage::staff::all(&mut session).await;
    let team = team.map_err(|error| call.request.fail(error))?;
    let active = team.into_iter().map(|row| row.user).filter(|user| user.is_active);
    Ok(active.map(|user| SpecialistView { id: user.id.to_string(), name: user.name }).collect())
}

/// Makes somebody responsible for a customer. `before` is who was when it was read, `after` who
/// shall be; both may be empty.
#[server(name = AssignSpecialist, prefix = "/api/staff", endpoint = "customers/assign")]
pub async fn assign_specialist(
    customer_id: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{form::Problem, ids::StaffUserId, permission::Permission},
        services::customers,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let customer_id = call.request.id(&customer_id)?;
    let user = |text: &str| -> Result<Option<StaffUserId>, ApiError> {
        let bad = |_| call.request.answer(ApiError::invalid("specialist", Problem::NotAChoice));
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(bad) }
    };
    let (before, after) = (user(&before)?, user(&after)?);
    customers::assign(call.world(), &call.staff, customer_id, before, after)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Writes how a customer is reached. `version` is that of what was read.
#[server(name = SaveProfile, prefix = "/api/staff", endpoint = "customers/save_profile")]
pub async fn save_profile(
    customer_id: String,
    version: i64,
    #[server(default)] profile: Profile,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::profiles};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&customer_id)?;
    profiles::change(call.world(), &call.staff, id, version, &profile)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Whether a customer gets statements, and why.
#[cfg(feature = "ssr")]
async fn statement_view(
    call: &crate::api::call::StaffCall,
    session: &mut crate::storage::Session,
    company: &crate::services::company::Company,
    own: Option<crate::domain::statement::StatementChoice>,
) -> Result<crate::api::view::StatementView, crate::storage::StorageError> {
    use crate::{
        api::{dates, view::StatementView},
        domain::permission::Permission,
        services::statements,
    };

    let settings = company.receivables.statements;
    let next = if settings.reach(own) {
        dates::date(statements::next(session, call.world(), company).await?)
    } else {
        String::new()
    };
    Ok(StatementView {
        own,
        is_on: settings.is_on,
        for_everybody: settings.for_everybody,
        next,
        may_choose: call.staff.may(Permission::Statements),
    })
}

/// The reminder workflow of a customer, and why.
#[cfg(feature = "ssr")]
async fn workflow_view(
    call: &crate::api::call::StaffCall,
    session: &mut crate::storage::Session,
    row: &crate::storage::customers::CustomerRow,
    usual: Option<crate::domain::receivables::DefaultWorkflow>,
) -> Result<crate::api::view::OwnWorkflowView, ApiError> {
    use crate::{api::view::OwnWorkflowView, domain::permission::Permission, storage};

    let all = storage::workflows::all(session).await.map_err(|error| call.request.fail(error))?;
    let name = |id| all.iter().find(|one| Some(one.id) == id).map(|one| one.name.clone());
    let inherited = name(usual.map(|usual| usual.id)).unwrap_or_default();
    Ok(OwnWorkflowView {
        own: row.workflow_id.map(|id| id.to_string()).unwrap_or_default(),
        name: name(row.workflow_id).unwrap_or_else(|| inherited.clone()),
        inherited,
        may_assign: call.staff.may(Permission::Assignments),
    })
}

/// Everything the side panel shows about a customer.
#[server(name = GetPanel, prefix = "/api/staff", endpoint = "customers/panel", input = GetUrl)]
pub async fn customer_panel(id: String) -> Result<CustomerPanel, ApiError> {
    use crate::{
        api::{call::StaffCall, fold},
        domain::{ids::PaymentId, permission::Permission, profile::Behaviour},
        services::{company, hierarchy},
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, row) = call.read_customer(&id).await?;
    let fail = |error| call.request.fail(error);
    let customer_id = row.id;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let balances =
        storage::customers::all_balances(&mut session, customer_id, today).await.map_err(fail)?;
    let invoices = storage::invoices::all_of_customer(&mut session, customer_id, PANEL_ROWS)
        .await
        .map_err(fail)?;
    let payments = storage::payments::all_of_customer(&mut session, customer_id, PANEL_ROWS)
        .await
        .map_err(fail)?;
    let sight = call.staff.sight();
    let ids: Vec<PaymentId> = payments.iter().map(|row| row.payment.id).collect();
    let mut lines =
        storage::payments::all_lines_of_customer(&mut session, customer_id, sight, &ids)
            .await
            .map_err(fail)?;
    let contacts = storage::contacts::all(&mut session, customer_id).await.map_err(fail)?;
    let settings = company.receivables;
    let workflow = workflow_view(&call, &mut session, &row, settings.workflow).await?;
    let statement =
        statement_view(&call, &mut session, &company, row.statement_choice).await.map_err(fail)?;
    let billing = hierarchy::of_customer(&mut session, settings, &call.staff, customer_id)
        .await
        .map_err(fail)?;
    let consolidated = if billing.tells_all() {
        storage::customers::all_consolidated(&mut session, customer_id, today).await
    } else {
        Ok(Vec::new())
    };
    let consolidated = consolidated.map_err(fail)?;
    let specialist = match row.specialist_id {
        Some(id) => storage::staff::find(&mut session, id).await.map_err(fail)?,
        None => None,
    };
    let specialist =
        specialist.map(|user| SpecialistView { id: user.id.to_string(), name: user.name });
    let (profile, profile_version) =
        storage::profiles::find(&mut session, &row).await.map_err(fail)?;
    let changed = row.changed_here().map_err(fail)?;
    let days = storage::expectations::all_days_late(&mut session, customer_id).await;
    let days = days.map_err(fail)?;
    Ok(CustomerPanel {
        id,
        books: changed.iter().map(|(field, books)| (field.to_owned(), books.to_owned())).collect(),
        profile,
        profile_version,
        synced_from: row.synced_from,
        behaviour: Behaviour::of(&days),
        statement,
        workflow,
        balances: balances.iter().map(fold::balance).collect(),
        billing: fold::billing(billing, customer_id, &consolidated),
        invoices: invoices
            .iter()
            .map(|invoice| fold::panel_invoice(invoice, &row.name, today))
            .collect(),
        payments: payments
            .iter()
            .map(|payment| {
                let lines = lines.remove(&payment.payment.id).unwrap_or_default();
                fold::payment_row(payment, &lines, customer_id)
            })
            .collect(),
        contacts: contacts.into_iter().map(|contact| (contact.name, contact.email)).collect(),
        number: row.number,
        name: row.name,
        terms: row.terms,
        currency: row.currency,
        parent_number: row.parent_number,
        specialist,
        may_change: call.staff.may(Permission::Customers),
    })
}
