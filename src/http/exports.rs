//! Lists as files: CSV, sent as it is read, and XLSX, whose rows wait in a file.

use std::{collections::HashMap, io};

use axum::{
    body::Body,
    extract::Query,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::io::AsyncReadExt;

use super::guard::{Refusal, Staff};
use crate::{
    api::{call::StaffCall, error::ApiError, export::Export},
    domain::{column::ListKind, permission::Permission},
    services::{
        company, forecast,
        spreadsheet::{self, Sheet, XLSX_ROWS_MAX},
    },
    ui::staff::list_url::ListAddress,
};

/// What a list is asked for, as its address holds it.
type Asked = Query<HashMap<String, String>>;

/// Bytes of a file that are sent at a time.
const CHUNK: usize = 64 * 1024;

/// Marks CSV as UTF-8 for those programs that would take it for something else.
const MARK: &str = "\u{feff}";

async fn begin(call: StaffCall, list: ListKind, asked: &Asked) -> Result<Export, ApiError> {
    let address = ListAddress::read("", |name| asked.get(name).cloned());
    Export::begin(call, list, address.list, &address.view).await
}

fn file(export: &Export, list: ListKind, ending: &str, content_type: &str, body: Body) -> Response {
    let name = match list {
        ListKind::Customers => "customers",
        ListKind::Unpaid => "unpaid-invoices",
        ListKind::Paid => "paid-invoices",
    };
    let disposition = format!("attachment; filename=\"{name}-{}.{ending}\"", export.today);
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body).into_response()
}

async fn csv(call: StaffCall, list: ListKind, asked: &Asked) -> Result<Response, Refusal> {
    const TYPE: &str = "text/csv; charset=utf-8";

    let mut export = begin(call, list, asked).await?;
    let mut start = MARK.as_bytes().to_vec();
    start.extend(spreadsheet::csv(&[spreadsheet::head(&export.head())]));
    // The first rows before the answer begins: what fails then is an answer of its own.
    let first = export.next().await?.unwrap_or_default();
    start.extend(spreadsheet::csv(&first));
    let response = file(&export, list, "csv", TYPE, Body::empty());
    let rest = futures::stream::try_unfold(
        (export, Some(Bytes::from(start))),
        |(mut export, ready)| async move {
            if let Some(ready) = ready {
                return Ok(Some((ready, (export, None))));
            }
            // What fails now breaks the answer off, so that nobody takes a part for the whole.
            let rows = export.next().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>(
                rows.map(|rows| (Bytes::from(spreadsheet::csv(&rows)), (export, None))),
            )
        },
    );
    let (parts, _) = response.into_parts();
    Ok(Response::from_parts(parts, Body::from_stream(rest)))
}

fn failed(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a list could not be written");
    Refusal(ApiError::Internal)
}

async fn xlsx(call: StaffCall, list: ListKind, asked: &Asked) -> Result<Response, Refusal> {
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    let mut export = begin(call, list, asked).await?;
    if export.count().await? > XLSX_ROWS_MAX {
        let text = "This list has more rows than an Excel sheet holds (1,048,575). Filter it, or \
                    export it as CSV.";
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, text).into_response());
    }
    let name = match list {
        ListKind::Customers => "Customers",
        ListKind::Unpaid => "Unpaid invoices",
        ListKind::Paid => "Paid invoices",
    };
    let mut sheet = Sheet::new(name, export.today).map_err(|error| failed(&error))?;
    sheet.write(&spreadsheet::head(&export.head())).map_err(|error| failed(&error))?;
    while let Some(rows) = export.next().await? {
        for row in &rows {
            sheet.write(row).map_err(|error| failed(&error))?;
        }
    }
    let done = tokio::task::spawn_blocking(move || sheet.finish()).await;
    let done = done.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    let rest = futures::stream::try_unfold(tokio::fs::File::from_std(done), |mut file| async {
        let mut chunk = vec![0; CHUNK];
        let length = file.read(&mut chunk).await?;
        chunk.truncate(length);
        Ok::<_, io::Error>((length > 0).then(|| (Bytes::from(chunk), file)))
    });
    Ok(file(&export, list, "xlsx", TYPE, Body::from_stream(rest)))
}

/// What is expected when, in every currency, of customers that whoever asks sees.
pub async fn forecast_csv(Staff(call): Staff) -> Result<Response, Refusal> {
    let call = call.with(Permission::Forecast)?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await;
    let company = company.map_err(|error| call.request.fail(error))?;
    let today = company.date_of(call.world().now());
    let all = forecast::all(&mut session, call.staff.sight(), today).await;
    let all = all.map_err(|error| call.request.fail(error))?;
    let mut bytes = MARK.as_bytes().to_vec();
    bytes.extend(spreadsheet::csv(&forecast::table(&all)));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"forecast-{today}.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}

macro_rules! exports {
    ($($(#[$doc:meta])* $csv:ident $xlsx:ident $list:ident)*) => {$(
        $(#[$doc])*
        pub async fn $csv(Staff(call): Staff, asked: Asked) -> Result<Response, Refusal> {
            csv(call, ListKind::$list, &asked).await
        }

        $(#[$doc])*
        pub async fn $xlsx(Staff(call): Staff, asked: Asked) -> Result<Response, Refusal> {
            xlsx(call, ListKind::$list, &asked).await
        }
    )*};
}

exports! {
    /// Customers that whoever asks sees.
    customers_csv customers_xlsx Customers
    /// Open invoices of customers that whoever asks sees.
    unpaid_csv unpaid_xlsx Unpaid
    /// Settled invoices of customers that whoever asks sees.
    paid_csv paid_xlsx Paid
}
