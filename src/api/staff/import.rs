//! Importing a file: it is uploaded by a plain form (see `http::uploads`), read for a preview,
//! then imported by a job.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{ImportChoices, ImportPreview, ImportProgress},
};

/// How an uploaded file would be read.
#[server(name = PreviewImport, prefix = "/api/staff", endpoint = "import/preview", input = GetUrl)]
pub async fn preview_import(
    upload_id: String,
    #[server(default)] choices: ImportChoices,
) -> Result<ImportPreview, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_import},
        domain::permission::Permission,
        services::{
            company,
            import::{ImportError, run},
        },
    };

    /// Rows of the sample.
    const SAMPLE_ROWS: usize = 12;

    let call = StaffCall::permitted(Permission::Settings).await?;
    let upload = call
        .request
        .state
        .uploads
        .find(&upload_id)
        .await
        .ok_or_else(|| call.request.answer(ApiError::NotFound))?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    drop(session);
    let chosen = fold_import::choices(&choices, &upload);
    let made = async {
        let options = chosen.options(company.profile.currency)?;
        run::preview(&upload.file, options, SAMPLE_ROWS).await
    };
    match made.await {
        Ok(preview) => Ok(fold_import::preview(&upload, &preview)),
        Err(ImportError::Storage(error)) => Err(call.request.fail(error)),
        Err(error) => Ok(fold_import::no_preview(&upload, error.to_string())),
    }
}

/// Starts importing an uploaded file and shows its progress.
#[server(name = StartImport, prefix = "/api/staff", endpoint = "import/start")]
pub async fn start_import(upload_id: String, choices: ImportChoices) -> Result<(), ApiError> {
    use crate::{
        api::{call::StaffCall, fold_import},
        domain::{form::Problem, permission::Permission},
        services::import::{ImportError, run},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let upload = call
        .request
        .state
        .uploads
        .find(&upload_id)
        .await
        .ok_or_else(|| call.request.answer(ApiError::NotFound))?;
    let chosen = fold_import::choices(&choices, &upload);
    let started = run::start(call.world(), &upload, &chosen, &call.actor()).await;
    let id = started.map_err(|error| match error {
        ImportError::Storage(error) => call.request.fail(error),
        _ => call.request.answer(ApiError::invalid("choices", Problem::NotAChoice)),
    })?;
    leptos_axum::redirect(&format!("/staff/import/runs/{id}"));
    Ok(())
}

/// How far an import is, and its report.
#[server(name = GetImport, prefix = "/api/staff", endpoint = "import/progress", input = GetUrl)]
pub async fn import_progress(id: String) -> Result<ImportProgress, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_import},
        domain::permission::Permission,
        services::company,
        storage,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let not_found = || call.request.answer(ApiError::NotFound);
    let fail = |error| call.request.fail(error);
    let id = call.request.id(&id)?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let row = storage::imports::find(&mut session, id).await.map_err(fail)?;
    Ok(fold_import::progress(&row.ok_or_else(not_found)?, &company))
}

/// The latest imports.
#[server(name = ListImports, prefix = "/api/staff", endpoint = "import/list", input = GetUrl)]
pub async fn list_imports() -> Result<Vec<ImportProgress>, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_import},
        domain::permission::Permission,
        services::company,
        storage,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let rows = storage::imports::all_latest(&mut session).await.map_err(fail)?;
    Ok(rows.iter().map(|row| fold_import::progress(row, &company)).collect())
}
