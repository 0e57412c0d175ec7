//! What is owed and what was paid.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{PortalHome, PortalInvoicePage, PortalPaid},
};

/// How many settled invoices the portal lists.
#[cfg(feature = "ssr")]
const PAID_MAX: i64 = 200;

/// Open invoices: everything the account pays, or what one buyer bought of it.
#[server(name = PortalOpen, prefix = "/api/portal", endpoint = "invoices/open", input = GetUrl)]
pub async fn portal_open(#[server(default)] buyer: String) -> Result<PortalHome, ApiError> {
    use std::collections::{BTreeMap, HashMap};

    use crate::{
        api::{
            call::PortalCall,
            dates, fold,
            view::{PortalCurrency, PortalInvoice},
        },
        domain::payment_override::PortalAccess,
        storage,
    };

    let (call, mut session) = PortalCall::reading_even_closed().await?;
    if !call.access.lets_in() {
        let pays_by_links = call.access == PortalAccess::LinksOnly && call.company.policy.enabled;
        return Ok(PortalHome::closed(call.frame(), pays_by_links));
    }
    let fail = |error| call.request.fail(error);
    let company = &call.company;
    let today = company.date_of(call.world().now());
    let account = call.customer_id;
    let billed = call.billed(&mut session, &buyer).await?;
    let rows = storage::invoices::all_open(&mut session, billed).await.map_err(fail)?;
    let latest: HashMap<_, _> = storage::payments::all_latest_on_open(&mut session, billed)
        .await
        .map_err(fail)?
        .into_iter()
        .map(|row| (row.invoice_id, row))
        .collect();
    let credits = storage::credits::all_open(&mut session, billed).await.map_err(fail)?;
    let buyers = call.buyers(&mut session, billed, &rows).await?;
    let sums =
        storage::invoices::all_sums_of(&mut session, billed, &rows, today).await.map_err(fail)?;
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
    let takes_parts = company.policy.enabled && company.policy.partial;
    let mut first_ends: BTreeMap<&str, chrono::NaiveDate> = BTreeMap::new();
    for row in &rows {
        let code = row.invoice.currency.code();
        let Some(part) = by_currency.get_mut(code) else { continue };
        let latest = latest.get(&row.invoice.id);
        let invoice = PortalInvoice {
            po_number: call.company.profile.shown_po_number(&row.invoice.po_number),
            ..fold::portal_invoice(row, latest, account, today, takes_parts)
        };
        part.discount += invoice.discount;
        if let (true, Some(until)) = (invoice.discount > 0, row.invoice.discount_until) {
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
        paid_by: call.paid_by.clone(),
        buyers,
        is_closed: false,
        pays_by_links: false,
    })
}

/// Settled invoices.
#[server(name = PortalSettled, prefix = "/api/portal", endpoint = "invoices/paid", input = GetUrl)]
pub async fn portal_paid(#[server(default)] buyer: String) -> Result<PortalPaid, ApiError> {
    use std::collections::HashMap;

    use crate::{
        api::{
            call::PortalCall,
            dates, fold,
            view::{Amount, PaidInvoice},
        },
        domain::payment::RECORDED,
        storage,
    };

    let (call, mut session) = PortalCall::reading().await?;
    let fail = |error| call.request.fail(error);
    let billed = call.billed(&mut session, &buyer).await?;
    let rows =
        storage::invoices::all_settled(&mut session, billed, PAID_MAX).await.map_err(fail)?;
    let latest: HashMap<_, _> = storage::payments::all_latest_on_settled(&mut session, billed, PAID_MAX)
            .await
            .map_err(fail)?
            .into_iter()
            // What others paid, who were to pay it before, is not told.
            .filter(|row| row.payer_id == call.customer_id)
            .map(|row| (row.invoice_id, row))
            .collect();
    let sums: HashMap<_, _> =
        storage::payments::all_sums_on_settled(&mut session, billed, PAID_MAX)
            .await
            .map_err(fail)?
            .into_iter()
            .map(|row| (row.invoice_id, row))
            .collect();
    let buyers = call.buyers(&mut session, billed, &rows).await?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count >= PAID_MAX);
    let invoices = rows
        .into_iter()
        .filter(|row| row.invoice.voided_on.is_none() && row.invoice.total_minor > 0)
        .map(|row| {
            let buyer = fold::buyer(&row, call.customer_id);
            let row = row.invoice;
            let payment = latest.get(&row.id);
            let sum = sums.get(&row.id);
            PaidInvoice {
                id: row.id.to_string(),
                number: row.number,
                po_number: call.company.profile.shown_po_number(&row.po_number),
                buyer,
                total: Amount { minor: row.total_minor, currency: row.currency.code().to_owned() },
                settled: row.settled_on.map(dates::date).unwrap_or_default(),
                method: payment
                    .filter(|p| p.method_kind != RECORDED)
                    .map(|p| p.method_label.clone())
                    .unwrap_or_default(),
                payments: sum.map_or(0, |sum| sum.payments),
                discount: sum.map_or(0, |sum| sum.discount_minor),
                payment_id: payment.map(|p| p.payment_id.to_string()).unwrap_or_default(),
                payment_state: payment.map(|p| p.state),
            }
        })
        .collect();
    Ok(PortalPaid { frame: call.frame(), invoices, is_cut, buyers })
}

/// One invoice with its lines.
#[server(name = PortalInvoiceFn, prefix = "/api/portal", endpoint = "invoices/one", input = GetUrl)]
pub async fn portal_invoice(id: String) -> Result<PortalInvoicePage, ApiError> {
    use crate::{
        api::{call::PortalCall, fold, fold_files, view::PortalInvoice},
        domain::payment::PaymentState,
        storage::{self, payments::InvoicePaymentRow},
    };

    let (call, mut session) = PortalCall::paying_reading().await?;
    let fail = |error| call.request.fail(error);
    let id = call.request.id(&id)?;
    let company = &call.company;
    let today = company.date_of(call.world().now());
    let row = call.invoice(&mut session, id).await?;
    let payments = call.payments_on(&mut session, id).await?;
    let lines = storage::invoices::all_lines(&mut session, id).await.map_err(fail)?;
    let fields = storage::custom_fields::all(&mut session).await.map_err(fail)?;
    let level = crate::domain::custom_field::FieldLevel::Invoice;
    let ids = [id.to_string()];
    let values =
        storage::field_values::all_shown(&mut session, level, &ids, true).await.map_err(fail)?;
    let name = |id| fields.iter().find(|field| field.id == id).map(|field| field.name.clone());
    let values =
        values.into_iter().filter_map(|value| Some((name(value.field_id)?, value.value))).collect();
    // Whoever came by a link sees the invoice, what was paid by a link of it, and no document.
    let documents = if call.is_by_link() {
        Vec::new()
    } else {
        let account = call.customer_id;
        storage::files::all_shared_of_invoice(&mut session, id, account).await.map_err(fail)?
    };
    let takes_parts = company.policy.enabled && company.policy.partial;
    let invoice = PortalInvoice {
        po_number: company.profile.shown_po_number(&row.invoice.po_number),
        ..fold::portal_invoice(&row, payments.first(), call.customer_id, today, takes_parts)
    };
    let is_told = |payment: &&InvoicePaymentRow| {
        let is_own = payment.payer_id == call.customer_id;
        is_own && !matches!(payment.state, PaymentState::Failed | PaymentState::Voided)
    };
    let row = row.invoice;
    Ok(PortalInvoicePage {
        frame: call.frame(),
        invoice,
        currency: row.currency.code().to_owned(),
        total: row.total_minor,
        tax: row.tax_minor,
        applied: row.total_minor - row.balance_minor,
        documents: documents
            .into_iter()
            .map(|row| fold_files::shared(row, company, call.customer_id))
            .collect(),
        terms: row.terms,
        fields: values,
        lines: lines.into_iter().map(fold::line).collect(),
        payments: payments.iter().filter(is_told).map(fold::portal_payment).collect(),
    })
}
