//! `report`.

use std::process::ExitCode;

use super::{Buckets, CommandError, Report, ReportFormat, open};
use crate::{
    config::Config,
    domain::{
        aging::BucketSet,
        money::{Currency, Money},
    },
    services::reports::{self, AgingReport},
    storage::aging::OpenDocumentRow,
};

pub(super) async fn report(config: Config, report: Report) -> Result<ExitCode, CommandError> {
    let db = open(&config).await?;
    let mut session = db.read().await?;
    let text = match report {
        Report::Aging { as_of, currency, format, buckets } => {
            let currency =
                match currency {
                    Some(code) => Some(Currency::from_code(&code).ok_or_else(|| {
                        CommandError::Said(format!("there is no currency {code:?}"))
                    })?),
                    None => None,
                };
            let set = match buckets {
                Buckets::Classic => BucketSet::Classic,
                Buckets::Detailed => BucketSet::Detailed,
            };
            let report = reports::aging(&mut session, as_of, currency, set).await?;
            aging(&report, format)?
        }
        Report::Open { as_of, format } => {
            let rows = reports::open_documents(&mut session, as_of).await?;
            open_documents(&rows, format)?
        }
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn said(error: impl ToString) -> CommandError {
    CommandError::Said(error.to_string())
}

fn rows_to_csv(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, CommandError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(said)?;
    }
    let bytes = writer.into_inner().map_err(said)?;
    String::from_utf8(bytes).map_err(said)
}

fn aging(report: &AgingReport, format: ReportFormat) -> Result<String, CommandError> {
    use std::fmt::Write as _;

    match format {
        ReportFormat::Json => {
            serde_json::to_string_pretty(report).map(|text| text + "\n").map_err(said)
        }
        ReportFormat::Csv => {
            let head = ["as_of", "currency", "bucket", "count", "total"].map(str::to_owned);
            let rows = report.currencies.iter().flat_map(|part| {
                part.buckets.iter().map(move |bucket| {
                    vec![
                        report.as_of.to_string(),
                        part.currency.code().to_owned(),
                        bucket.bucket.to_owned(),
                        bucket.count.to_string(),
                        bucket.total.clone(),
                    ]
                })
            });
            rows_to_csv(std::iter::once(head.to_vec()).chain(rows))
        }
        ReportFormat::Table => {
            let mut text = String::new();
            for part in &report.currencies {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "{} as of {}: {} open on {} documents of {} customers",
                    part.currency, report.as_of, part.total, part.open_count, part.customers
                );
                for bucket in &part.buckets {
                    let _ = writeln!(
                        text,
                        "  {:<10}{:>8}{:>20}",
                        bucket.bucket, bucket.count, bucket.total
                    );
                }
            }
            if text.is_empty() {
                let _ = writeln!(text, "Nothing was open on {}.", report.as_of);
            }
            Ok(text)
        }
    }
}

fn open_documents(rows: &[OpenDocumentRow], format: ReportFormat) -> Result<String, CommandError> {
    let head = [
        "customer_number",
        "customer_name",
        "number",
        "issued_on",
        "due_on",
        "currency",
        "total",
        "open",
    ];
    let record = |row: &OpenDocumentRow| {
        vec![
            row.customer_number.clone(),
            row.customer_name.clone(),
            row.number.clone(),
            row.issued_on.to_string(),
            row.due_on.to_string(),
            row.currency.code().to_owned(),
            Money::new(row.total_minor, row.currency).to_string(),
            Money::new(row.balance_minor, row.currency).to_string(),
        ]
    };
    match format {
        ReportFormat::Csv => {
            let head = head.map(str::to_owned).to_vec();
            rows_to_csv(std::iter::once(head).chain(rows.iter().map(record)))
        }
        ReportFormat::Table => Ok(rows.iter().map(|row| record(row).join("  ") + "\n").collect()),
        ReportFormat::Json => {
            let objects: Vec<serde_json::Map<String, serde_json::Value>> = rows
                .iter()
                .map(|row| {
                    let names = head.iter().map(|name| (*name).to_owned());
                    names.zip(record(row).into_iter().map(Into::into)).collect()
                })
                .collect();
            serde_json::to_string_pretty(&objects).map(|text| text + "\n").map_err(said)
        }
    }
}
