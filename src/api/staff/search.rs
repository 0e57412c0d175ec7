//! Finding something by any part of its number or name.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::FoundView};

/// What is found of each kind at most.
#[cfg(feature = "ssr")]
const FOUND_MAX: i64 = 6;

/// Customers, invoices and payments that fit the words; nothing for fewer than two characters.
#[server(name = FindAnything, prefix = "/api/staff", endpoint = "search", input = GetUrl)]
pub async fn find_anything(#[server(default)] words: String) -> Result<Vec<FoundView>, ApiError> {
    use crate::{
        api::{
            call::StaffCall,
            view::{Amount, FoundKind},
        },
        storage::search,
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    if words.trim().chars().count() < 2 {
        return Ok(Vec::new());
    }
    let sight = call.staff.sight();
    let mut session = call.request.read().await?;
    let customers = search::all_customers(&mut session, &words, sight, FOUND_MAX).await;
    let invoices = search::all_invoices(&mut session, &words, sight, FOUND_MAX).await;
    let payments = search::all_payments(&mut session, &words, sight, FOUND_MAX).await;
    let customers = customers.map_err(fail)?.into_iter().map(|row| FoundView {
        kind: FoundKind::Customer,
        customer_id: row.id.to_string(),
        number: row.number,
        name: row.name,
        amount: None,
    });
    let invoices = invoices.map_err(fail)?.into_iter().map(|row| {
        let is_open = row.balance_minor > 0;
        let minor = if is_open { row.balance_minor } else { row.total_minor };
        FoundView {
            kind: if is_open { FoundKind::OpenInvoice } else { FoundKind::PaidInvoice },
            customer_id: row.customer_id.to_string(),
            number: row.number,
            name: row.customer,
            amount: Some(Amount { minor, currency: row.currency.code().to_owned() }),
        }
    });
    let payments = payments.map_err(fail)?.into_iter().map(|row| FoundView {
        kind: FoundKind::Payment,
        customer_id: row.customer_id.to_string(),
        number: row.reference,
        name: row.customer,
        amount: Some(Amount { minor: row.charge_minor, currency: row.currency.code().to_owned() }),
    });
    Ok(customers.chain(invoices).chain(payments).collect())
}
