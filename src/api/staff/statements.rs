//! Statements of account: when they are mailed, who gets them, and sending one.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{BulkDone, StatementSettingsView},
    },
    domain::statement::StatementForm,
};

#[cfg(feature = "ssr")]
fn choice(
    call: &crate::api::call::StaffCall,
    word: &str,
) -> Result<Option<crate::domain::statement::StatementChoice>, ApiError> {
    use crate::domain::{form::Problem, statement::StatementChoice};

    let bad = || call.request.answer(ApiError::invalid("statement", Problem::NotAChoice));
    let known = StatementChoice::from_word(word);
    if word.is_empty() { Ok(None) } else { known.map(Some).ok_or_else(bad) }
}

/// When statements are mailed, and to whom by default.
#[server(name = GetStatements, prefix = "/api/staff", endpoint = "settings/statements", input = GetUrl)]
pub async fn statement_settings() -> Result<StatementSettingsView, ApiError> {
    use crate::{
        api::{call::StaffCall, dates},
        domain::permission::Permission,
        services::{company, statements},
    };

    let call = StaffCall::permitted(Permission::Statements).await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    let settings = company.receivables.statements;
    Ok(StatementSettingsView {
        version: company::version_of(&settings),
        form: StatementForm::of(&settings),
        next: if settings.is_on {
            let next = statements::next(&mut session, call.world(), &company).await;
            dates::date(next.map_err(|error| call.request.fail(error))?)
        } else {
            String::new()
        },
    })
}

/// Writes when statements are mailed, and to whom by default, over the settings of a version.
#[server(name = SaveStatements, prefix = "/api/staff", endpoint = "settings/save_statements")]
pub async fn save_statement_settings(
    version: String,
    #[server(default)] form: StatementForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::statements};

    let call = StaffCall::permitted(Permission::Statements).await?;
    let settings = form.read().map_err(|bad| call.request.answer(ApiError::Invalid(bad)))?;
    statements::change(call.world(), &version, settings, &call.staff.actor())
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives a customer a say of its own in whether it gets statements, or none. `before` is what it was
/// when it was read, `after` what it shall be; both are words of a choice, or empty for none.
#[server(name = ChooseStatement, prefix = "/api/staff", endpoint = "customers/choose_statement")]
pub async fn choose_statement(
    customer_id: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::statements};

    let call = StaffCall::permitted(Permission::Statements).await?;
    let id = call.request.id(&customer_id)?;
    let (before, after) = (choice(&call, &before)?, choice(&call, &after)?);
    statements::choose(call.world(), &call.staff, id, before, after)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives many customers the same say, or none: one after the other, each by itself.
#[server(name = ChooseStatements, prefix = "/api/staff", endpoint = "customers/choose_statements")]
pub async fn choose_statements(
    ids: String,
    #[server(default)] after: String,
) -> Result<BulkDone, ApiError> {
    use crate::{
        api::{bulk::each_customer, call::StaffCall},
        domain::permission::Permission,
        services::statements,
        storage::customers::CustomerRow,
    };

    let call = StaffCall::permitted(Permission::Statements).await?;
    let after = choice(&call, &after)?;
    let is_so = move |row: &CustomerRow| row.statement_choice == after;
    each_customer(&call, &ids, is_so, move |world, staff, row| async move {
        statements::choose(&world, &staff, row.id, row.statement_choice, after).await
    })
    .await
}

/// Sends a customer's statement as of today; the answer is to whom.
#[server(name = SendStatement, prefix = "/api/staff", endpoint = "customers/send_statement")]
pub async fn send_statement(customer_id: String) -> Result<Vec<String>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::statements};

    let call = StaffCall::permitted(Permission::Statements).await?;
    let id = call.request.id(&customer_id)?;
    let portal_url = call.request.config().portal_url();
    statements::send_now(call.world(), &call.staff, &portal_url, id)
        .await
        .map_err(|error| call.request.fail(error))
}
