//! What is printed about the company, and where and in what it counts.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{CompanyView, HistoryView, LogoView},
    },
    domain::company_form::CompanyForm,
};

/// What is printed about the company.
#[server(name = GetCompany, prefix = "/api/staff", endpoint = "settings/company", input = GetUrl)]
pub async fn company_profile() -> Result<CompanyView, ApiError> {
    use crate::{
        api::{call::StaffCall, dates},
        domain::permission::Permission,
        services::company,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let mut session = call.request.read().await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let is_fixed = company::is_currency_fixed(&mut session, &company.policy).await.map_err(fail)?;
    Ok(CompanyView {
        version: company::profile_version(&company.profile),
        form: CompanyForm::of(&company.profile),
        is_currency_fixed: is_fixed,
        zones: company::zone_names().map(str::to_owned).collect(),
        now: dates::instant(&company, call.world().now()),
    })
}

/// Writes what is printed about the company over the profile of a version.
#[server(name = SaveCompany, prefix = "/api/staff", endpoint = "settings/save_company")]
pub async fn save_company(
    version: String,
    #[server(default)] form: CompanyForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company};

    let call = StaffCall::permitted(Permission::Settings).await?;
    company::change_profile(call.world(), &version, &form, &call.actor())
        .await
        .map_err(|error| call.request.fail(error))
}

/// The company's logo.
#[server(name = GetLogo, prefix = "/api/staff", endpoint = "settings/logo", input = GetUrl)]
pub async fn company_logo() -> Result<LogoView, ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::{company, logo},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    Ok(LogoView {
        version: logo::version(&company.profile),
        is_there: !company.profile.logo_svg.is_empty(),
    })
}

/// Takes the logo of a version away.
#[server(name = RemoveLogo, prefix = "/api/staff", endpoint = "settings/remove_logo")]
pub async fn remove_logo(version: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::logo};

    let call = StaffCall::permitted(Permission::Settings).await?;
    logo::remove(call.world(), &version, &call.actor())
        .await
        .map_err(|error| call.request.fail(error))
}

/// A page of what was changed about the company and its payment rules, latest first. `before` is the
/// place before which the page begins, or zero.
#[server(name = CompanyChanges, prefix = "/api/staff", endpoint = "settings/changes", input = GetUrl)]
pub async fn company_changes(#[server(default)] before: i64) -> Result<HistoryView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_history},
        domain::{list::cut, permission::Permission},
        services::company,
        storage::{self, activity::PAGE_ROWS},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let mut session = call.request.read().await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let before = (before > 0).then_some(before);
    let mut rows = storage::company_activity::list(&mut session, before).await.map_err(fail)?;
    let has_more = cut(&mut rows, PAGE_ROWS);
    Ok(HistoryView {
        older: rows.last().filter(|_| has_more).map_or(0, |row| row.position),
        rows: rows.iter().map(|row| fold_history::company_activity(row, &company)).collect(),
    })
}
