//! What is owed and what was paid.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{PortalHome, PortalInvoicePage, PortalPaid},
};

/// How many settled invoices the portal lists.
#[cfg(feature = "ssr")]
const PAID_MAX: i64 = 200;

/// Open invoices.
#[server(name = PortalOpen, prefix = "/api/portal", endpoint = "invoices/open", input = GetUrl)]
pub async fn portal_open() -> Result<PortalHome, ApiError> {
    use std::collections::{BTreeMap, HashMap};

    use crate::{
        api::{call::PortalCall, dates, fold, view::PortalCurrency},
        storage::{
            self,
            invoices::{OPEN_MAX, OpenSumRow},
        },
    };

    let (call, mut session) = PortalCall::reading().await?;
    let fail = |error| call.request.fail(error);
    let company = &call.company;
    let today = company.date_of(call.world().now());
    let rows = storage::invoices::all_open(&mut session, call.customer_id).await.map_err(fail)?;
    let latest: HashMap<_, _> =
        storage::payments::all_latest_on_open(&mut session, call.customer_id)
            .await
            .map_err(fail)?
            .into_iter()
            .map(|row| (row.invoice_id, row))
            .collect();
    let credits = storage::credits::all_open(&mut session, call.customer_id).await.map_err(fail)?;
    let sums = if rows.len() < OPEN_MAX {
        OpenSumRow::all_of(&rows, today)
    } else {
        storage::invoices::all_open_sums(&mut session, call.customer_id, today)
            .await
            .map_err(fail)?
    };
    let mut by_currency: BTreeMap<String, PortalCurrency> = BTreeMap::new();
    for sum in sums {
        let part = PortalCurrency {
            currency: sum.currency.code().to_owned(),
            owed: sum.balance_minor,
            overdue: sum.overdue_minor,
            clearing: sum.reserved_minor,
            open_count: sum.invoices,
            discount: 0,
            discount_until: String::new(),
            credit: 0,
            invoices: Vec::new(),
        };
        by_currency.insert(part.currency.clone(), part);
    }
    let mut first_ends: BTreeMap<&str, chrono::NaiveDate> = BTreeMap::new();
    for row in &rows {
        let code = row.currency.code();
        let Some(part) = by_currency.get_mut(code) else { continue };
        let invoice = fold::portal_invoice(row, latest.get(&row.id), today);
        part.discount += invoice.discount;
        if let (true, Some(until)) = (invoice.discount > 0, row.discount_until) {
            let first = first_ends.entry(code).or_insert(until);
            *first = (*first).min(until);
        }
        part.invoices.push(invoice);
    }
    for credit in credits {
        if let Some(part) = by_currency.get_mut(credit.currency.code()) {
            part.credit += credit.remaining_minor;
        }
    }
    for (code, until) in first_ends {
        if let Some(part) = by_currency.get_mut(code) {
            part.discount_until = dates::date(until);
        }
    }
    Ok(PortalHome {
        frame: call.frame(),
        currencies: by_currency.into_values().collect(),
        payments_on: company.policy.enabled,
    })
}

/// Settled invoices.
#[server(name = PortalSettled, prefix = "/api/portal", endpoint = "invoices/paid", input = GetUrl)]
pub async fn portal_paid() -> Result<PortalPaid, ApiError> {
    use std::collections::HashMap;

    use crate::{
        api::{
            call::PortalCall,
            dates,
            view::{Amount, PaidInvoice},
        },
        domain::payment::RECORDED,
        storage,
    };

    let (call, mut session) = PortalCall::reading().await?;
    let fail = |error| call.request.fail(error);
    let rows = storage::invoices::all_settled(&mut session, call.customer_id, PAID_MAX)
        .await
        .map_err(fail)?;
    let latest: HashMap<_, _> =
        storage::payments::all_latest_on_settled(&mut session, call.customer_id, PAID_MAX)
            .await
            .map_err(fail)?
            .into_iter()
            .map(|row| (row.invoice_id, row))
            .collect();
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count >= PAID_MAX);
    let invoices = rows
        .into_iter()
        .filter(|row| row.voided_on.is_none() && row.total_minor > 0)
        .map(|row| {
            let payment = latest.get(&row.id);
            PaidInvoice {
                id: row.id.to_string(),
                number: row.number,
                po_number: row.po_number,
                total: Amount { minor: row.total_minor, currency: row.currency.code().to_owned() },
                settled: row.settled_on.map(dates::date).unwrap_or_default(),
                method: payment
                    .filter(|p| p.method_kind != RECORDED)
                    .map(|p| p.method_label.clone())
                    .unwrap_or_default(),
                discount: payment.map_or(0, |p| p.discount_minor),
                payment_id: payment.map(|p| p.payment_id.to_string()).unwrap_or_default(),
                payment_state: payment.map(|p| p.state),
            }
        })
        .collect();
    Ok(PortalPaid { frame: call.frame(), invoices, is_cut })
}

/// One invoice with its lines.
#[server(name = PortalInvoiceFn, prefix = "/api/portal", endpoint = "invoices/one", input = GetUrl)]
pub async fn portal_invoice(id: String) -> Result<PortalInvoicePage, ApiError> {
    use crate::{
        api::{call::PortalCall, fold, view::LineView},
        storage,
    };

    let (call, mut session) = PortalCall::reading().await?;
    let fail = |error| call.request.fail(error);
    let not_found = || call.request.answer(ApiError::NotFound);
    let id = id.parse().map_err(|_| not_found())?;
    let company = &call.company;
    let today = company.date_of(call.world().now());
    let row = storage::invoices::find(&mut session, id).await.map_err(fail)?;
    let row = row
        .filter(|row| row.customer_id == call.customer_id && row.voided_on.is_none())
        .ok_or_else(not_found)?;
    let payments = storage::payments::all_of_invoice(&mut session, id).await.map_err(fail)?;
    let lines = storage::invoices::all_lines(&mut session, id).await.map_err(fail)?;
    Ok(PortalInvoicePage {
        frame: call.frame(),
        invoice: fold::portal_invoice(&row, payments.first(), today),
        currency: row.currency.code().to_owned(),
        total: row.total_minor,
        tax: row.tax_minor,
        applied: row.total_minor - row.balance_minor,
        terms: row.terms,
        lines: lines
            .into_iter()
            .map(|line| LineView {
                description: line.description,
                quantity: line.quantity.normalize().to_string(),
                unit_price: line.unit_price.to_string(),
                amount: line.amount_minor,
            })
            .collect(),
    })
}
