//! What a list is asked for, from what the page's address holds: for the screen and for files.

use std::collections::HashMap;

use chrono::{Months, NaiveDate, TimeDelta};

use crate::{
    api::staff::invoices::ListQuery,
    domain::{
        aging::BucketSet,
        custom_field::{FieldFilter, FieldLevel},
        expectation::ExpectationStatus,
        list::{Cursor, Direction},
        money::Currency,
        permission::Sight,
    },
    storage::{
        self, Session, StorageError,
        customer_list::{CustomerListRow, CustomerQuery, CustomerSort, TotalsRow},
        invoice_list::{InvoiceListRow, InvoiceQuery, InvoiceSide, InvoiceSort},
    },
};

/// Custom fields that a list can be filtered by at a time.
pub const FILTERS_MAX: usize = 10;

/// A query, read.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    query: &'a ListQuery,
    after: Option<Cursor>,
    fields: Vec<FieldFilter>,
}

/// Invoices settled within the last three months.
pub fn paid_side(today: NaiveDate) -> InvoiceSide {
    InvoiceSide::PaidSince(today.checked_sub_months(Months::new(3)).unwrap_or(today))
}

impl<'a> Asked<'a> {
    /// Reads a query. What is not understood is not asked for.
    pub fn read(query: &'a ListQuery) -> Self {
        let fields = query.fields.split(',').filter_map(FieldFilter::read);
        Self { query, after: query.after.parse().ok(), fields: fields.take(FILTERS_MAX).collect() }
    }

    /// Goes on after a row.
    pub fn go_on(&mut self, after: Cursor) {
        self.after = Some(after);
    }

    /// The currency of the customer list's sums: the one that is asked for, the seller's own if
    /// somebody owes in it, or the one in which most is owed.
    pub fn currency(&self, totals: &[TotalsRow], own: Currency) -> Currency {
        let usual = totals.iter().find(|total| total.currency == own).or_else(|| totals.first());
        Currency::from_code(&self.query.currency)
            .unwrap_or_else(|| usual.map_or(own, |total| total.currency))
    }

    /// What of customers is asked for.
    pub fn customers(
        &self,
        currency: Currency,
        today: NaiveDate,
        sight: Sight,
        page_rows: i64,
    ) -> CustomerQuery<'_> {
        let sort = match self.query.sort.as_str() {
            "number" => CustomerSort::Number,
            "count" => CustomerSort::OpenCount,
            "name" => CustomerSort::Name,
            _ => CustomerSort::Outstanding,
        };
        let direction = match (self.query.direction.as_str(), self.query.sort.as_str()) {
            ("desc", _) | ("", "" | "outstanding" | "count") => Direction::Descending,
            _ => Direction::Ascending,
        };
        CustomerQuery {
            currency,
            search: &self.query.search,
            sort,
            direction,
            after: self.after.as_ref(),
            today,
            sight,
            fields: &self.fields,
            page_rows,
        }
    }

    /// What of invoices is asked for.
    pub fn invoices(
        &self,
        side: InvoiceSide,
        today: NaiveDate,
        sight: Sight,
        page_rows: i64,
    ) -> InvoiceQuery<'_> {
        let bucket = BucketSet::Detailed.by_key(&self.query.bucket);
        let due = |days: Option<i64>| {
            days.and_then(|days| today.checked_sub_signed(TimeDelta::days(days)))
        };
        let sort = match (self.query.sort.as_str(), side) {
            ("number", _) => InvoiceSort::Number,
            ("issued", _) => InvoiceSort::IssuedOn,
            ("amount", _) => InvoiceSort::Amount,
            ("expected", InvoiceSide::Open) => InvoiceSort::ExpectedOn,
            ("due", _) | (_, InvoiceSide::Open) => InvoiceSort::DueOn,
            _ => InvoiceSort::SettledOn,
        };
        let direction = match self.query.direction.as_str() {
            "desc" => Direction::Descending,
            "" if sort == InvoiceSort::SettledOn => Direction::Descending,
            _ => Direction::Ascending,
        };
        InvoiceQuery {
            side,
            currency: Currency::from_code(&self.query.currency),
            customer_id: self.query.customer.parse().ok(),
            due_from: due(bucket.and_then(|bucket| bucket.last)),
            due_to: due(bucket.and_then(|bucket| bucket.first)),
            search: &self.query.search,
            expectation: ExpectationStatus::from_word(&self.query.status),
            sight,
            sort,
            direction,
            after: self.after.as_ref(),
            fields: &self.fields,
            page_rows,
        }
    }
}

/// Where the page after a customer starts.
pub fn customer_cursor(sort: CustomerSort, row: &CustomerListRow) -> Cursor {
    let key = match sort {
        CustomerSort::Name => row.sort_name.clone(),
        CustomerSort::Number => row.number.clone(),
        CustomerSort::Outstanding => row.open_minor.to_string(),
        CustomerSort::OpenCount => row.open_count.to_string(),
    };
    Cursor { key, id: row.id.to_string() }
}

/// Where the page after an invoice starts.
pub fn invoice_cursor(asked: &InvoiceQuery<'_>, row: &InvoiceListRow) -> Cursor {
    let key = match asked.sort {
        InvoiceSort::Number => row.number.clone(),
        InvoiceSort::IssuedOn => row.issued_on.to_string(),
        InvoiceSort::DueOn => row.due_on.to_string(),
        InvoiceSort::ExpectedOn => row.expected.expected_on.to_string(),
        InvoiceSort::SettledOn => row.settled_on.map(|day| day.to_string()).unwrap_or_default(),
        InvoiceSort::Amount if asked.side == InvoiceSide::Open => row.balance_minor.to_string(),
        InvoiceSort::Amount => row.total_minor.to_string(),
    };
    Cursor { key, id: row.id.to_string() }
}

/// Field and value by whose they are: what our side sees of the rows of a page.
///
/// # Errors
/// When the database fails.
pub async fn fields_of(
    session: &mut Session,
    level: FieldLevel,
    ids: &[String],
) -> Result<HashMap<String, Vec<(String, String)>>, StorageError> {
    let mut fields: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for row in storage::field_values::all_shown(session, level, ids, false).await? {
        fields.entry(row.owner_id).or_default().push((row.field_id.to_string(), row.value));
    }
    Ok(fields)
}
