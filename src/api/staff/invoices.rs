//! The lists of open and of paid invoices, and the ageing bar.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::api::{
    error::ApiError,
    view::{AgingView, InvoiceListView},
};

/// What a staff list is filtered and sorted by, as the page's address holds it. Empty means
/// everything, or the list's own order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Words to search for.
    pub search: String,
    /// An ageing bucket's name.
    pub bucket: String,
    /// ISO 4217 code.
    pub currency: String,
    /// A customer's id.
    pub customer: String,
    /// The word of what is expected ([`crate::domain::expectation::ExpectationStatus`]), or empty.
    pub status: String,
    /// Values of custom fields that are all asked for: their ids, with commas between them.
    pub fields: String,
    /// `number`, `issued`, `due`, `expected`, `amount`, `settled`; for customers `name`, `number`,
    /// `outstanding`, `count`.
    pub sort: String,
    /// `asc` or `desc`.
    pub direction: String,
    /// Where the page starts.
    pub after: String,
}

/// Open invoices.
#[server(name = ListOpen, prefix = "/api/staff", endpoint = "invoices/open", input = GetUrl)]
pub async fn list_open(#[server(default)] query: ListQuery) -> Result<InvoiceListView, ApiError> {
    use crate::{api::call::StaffCall, storage::invoice_list::InvoiceSide};

    let call = StaffCall::begin().await?;
    list(&call, &query, |_| InvoiceSide::Open).await
}

/// Invoices settled within the last three months.
#[server(name = ListPaid, prefix = "/api/staff", endpoint = "invoices/paid", input = GetUrl)]
pub async fn list_paid(#[server(default)] query: ListQuery) -> Result<InvoiceListView, ApiError> {
    use crate::api::{call::StaffCall, list_query};

    let call = StaffCall::begin().await?;
    list(&call, &query, list_query::paid_side).await
}

#[cfg(feature = "ssr")]
async fn list(
    call: &crate::api::call::StaffCall,
    query: &ListQuery,
    side: impl Fn(chrono::NaiveDate) -> crate::storage::invoice_list::InvoiceSide,
) -> Result<InvoiceListView, ApiError> {
    use crate::{
        api::{
            fold,
            list_query::{Asked, fields_of, invoice_cursor},
            view::TotalView,
        },
        domain::{
            custom_field::FieldLevel,
            list::{PAGE_ROWS, cut},
        },
        services::company,
        storage,
    };

    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let asked = Asked::read(query);
    let asked = asked.invoices(side(today), today, call.staff.sight(), PAGE_ROWS);
    let page = storage::invoice_list::page(&mut session, &asked).await;
    let (mut rows, totals) = page.map_err(fail)?;
    let customer = match asked.customer_id {
        Some(id) => storage::customers::find_seen(&mut session, id, call.staff.sight())
            .await
            .map_err(fail)?,
        None => None,
    };
    let has_more = cut(&mut rows, PAGE_ROWS);
    let next = rows.last().filter(|_| has_more).map(|row| invoice_cursor(&asked, row));
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let mut fields = fields_of(&mut session, FieldLevel::Invoice, &ids).await.map_err(fail)?;
    Ok(InvoiceListView {
        rows: rows
            .iter()
            .map(|row| {
                let fields = fields.remove(&row.id.to_string()).unwrap_or_default();
                fold::invoice_row(row, fields, today)
            })
            .collect(),
        next: next.map(|cursor| cursor.to_string()).unwrap_or_default(),
        totals: totals
            .into_iter()
            .map(|row| TotalView {
                currency: row.currency.code().to_owned(),
                count: row.invoices,
                total: row.total_minor,
                balance: row.balance_minor,
            })
            .collect(),
        customer: customer.map(|customer| customer.name).unwrap_or_default(),
    })
}

/// The ageing of every currency, the seller's own first.
#[server(name = Aging, prefix = "/api/staff", endpoint = "invoices/aging", input = GetUrl)]
pub async fn aging() -> Result<Vec<AgingView>, ApiError> {
    use crate::{
        api::{call::StaffCall, view::AgingSegment},
        domain::{aging::BucketSet, invoice::days_past_due},
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
    let due = storage::aging::all_due(&mut session, sight).await.map_err(fail)?;
    let mut views: Vec<AgingView> = totals
        .into_iter()
        .map(|total| {
            let mut segments: Vec<AgingSegment> = BucketSet::Detailed
                .buckets()
                .iter()
                .map(|bucket| AgingSegment { key: bucket.key.to_owned(), count: 0, minor: 0 })
                .collect();
            let mut overdue = 0;
            for row in due.iter().filter(|row| row.currency == total.currency) {
                let days = days_past_due(row.due_on, today);
                if let Some(segment) = segments.get_mut(BucketSet::Detailed.index_of(days)) {
                    segment.count += row.invoices;
                    segment.minor += row.balance_minor;
                }
                if days > 0 {
                    overdue += row.balance_minor;
                }
            }
            AgingView {
                currency: total.currency.code().to_owned(),
                outstanding: total.open_minor,
                overdue,
                credit: total.credit_minor,
                customers: total.customers,
                invoices: total.open_count,
                segments,
            }
        })
        .collect();
    views.sort_by_key(|view| view.currency != company.profile.currency.code());
    Ok(views)
}
