//! A list as a table for spreadsheets: the rows that the screen shows, with its columns, page by page.

use chrono::NaiveDate;

use crate::{
    api::{
        call::StaffCall,
        error::ApiError,
        list_query::{Asked, customer_cursor, fields_of, invoice_cursor, paid_side},
        staff::invoices::ListQuery,
    },
    domain::{
        column::{self, ColumnKey, ListKind},
        invoice::{days_past_due, status},
        list::{Cursor, cut},
        money::Currency,
    },
    services::{
        company,
        spreadsheet::{Cell, expectation_in_words, status_in_words},
    },
    storage::{
        self, Session, customer_list::CustomerListRow, invoice_list::InvoiceListRow,
        invoice_list::InvoiceSide,
    },
};

/// Rows that are read at a time.
const PAGE_ROWS: i64 = 1_000;

/// The ages of what is open, from the farthest future to the longest past.
const AGES: [&str; 7] = [
    "Due in more than 30 days",
    "Due within 30 days",
    "1-30 days late",
    "31-60 days late",
    "61-90 days late",
    "91-120 days late",
    "More than 120 days late",
];

/// A column of the table, and what stands above it.
#[derive(Clone, Debug)]
struct Column {
    key: ColumnKey,
    name: String,
}

/// A list that is being written to a file.
pub struct Export {
    call: StaffCall,
    list: ListKind,
    query: ListQuery,
    columns: Vec<Column>,
    /// Today in the seller's time zone.
    pub today: NaiveDate,
    /// Of the customer list's sums.
    currency: Currency,
    /// Everything open in it.
    whole: i64,
    /// Customers that the list has in all, in a list of customers.
    found: i64,
    after: Option<Cursor>,
    is_over: bool,
}

fn own_name(list: ListKind, key: &str) -> &'static str {
    match (list, key) {
        (ListKind::Customers, "name") | (_, "customer") => "Customer",
        (ListKind::Customers, "number") => "Customer number",
        (_, "number") => "Invoice",
        (_, "outstanding") => "Outstanding",
        (_, "overdue") => "Overdue",
        (_, "oldest") => "Oldest, days late",
        (_, "habit") => "Usually pays, days late",
        (_, "credit") => "Credit",
        (_, "count") => "Open invoices",
        (_, "share") => "Share, %",
        (_, "due") => "Due",
        (_, "status") => "Status",
        (_, "issued") => "Issued",
        (_, "po") => "PO",
        (_, "total") => "Total",
        (_, "paid") => "Paid",
        (_, "settled") => "Paid on",
        (_, "lateness") => "Days late",
        (_, "payment") => "Payment",
        (_, "method") => "Method",
        (_, "received") => "Settled",
        (_, "discount") => "Discount",
        _ => "",
    }
}

impl Export {
    /// Begins one. `view` is the one that is open on the screen, or empty.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(
        call: StaffCall,
        list: ListKind,
        query: ListQuery,
        view: &str,
    ) -> Result<Self, ApiError> {
        let fail = |error| call.request.fail(error);
        let mut session = call.request.read().await?;
        let company = company::load(&mut session).await.map_err(fail)?;
        let today = company.date_of(call.world().now());
        let view = match view.parse() {
            Ok(id) => storage::list_views::find(&mut session, id, call.staff.id).await,
            Err(_) => Ok(None),
        };
        let view = view.map_err(fail)?.filter(|view| view.list == list);
        let choice = storage::list_views::find_choice(&mut session, call.staff.id, list).await;
        let chosen = view.map_or(choice.map_err(fail)?.columns, |view| view.columns);
        let fields = storage::custom_fields::all(&mut session).await.map_err(fail)?;
        let column = |key: ColumnKey| {
            let name = match key {
                ColumnKey::Own(own) => own_name(list, own).to_owned(),
                ColumnKey::Field(id) => {
                    let meant = |field: &&storage::custom_fields::FieldRow| {
                        field.id == id && field.is_shown && field.level == list.level()
                    };
                    fields.iter().find(meant)?.name.clone()
                }
            };
            Some(Column { key, name })
        };
        let columns = column::parse(list, &chosen).into_iter().filter_map(column).collect();
        let totals = storage::customer_list::all_totals(&mut session, call.staff.sight()).await;
        let totals = totals.map_err(fail)?;
        let currency = Asked::read(&query).currency(&totals, company.profile.currency);
        let total = totals.iter().find(|total| total.currency == currency);
        let whole = total.map_or(0, |total| total.open_minor);
        let found = if list == ListKind::Customers {
            let asked = Asked::read(&query);
            let asked = asked.customers(currency, today, call.staff.sight(), PAGE_ROWS);
            let (search, sight, fields) = (asked.search, asked.sight, asked.fields);
            storage::customer_list::count_found(&mut session, search, sight, fields).await
        } else {
            Ok(0)
        };
        let found = found.map_err(fail)?;
        drop(session);
        let query = ListQuery { after: String::new(), ..query };
        Ok(Self {
            call,
            list,
            query,
            columns,
            today,
            currency,
            whole,
            found,
            after: None,
            is_over: false,
        })
    }

    /// What stands above the columns. The currency of all amounts of a row is a column of its own.
    pub fn head(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            if column.key == ColumnKey::Own("by_age") {
                names.extend(AGES.map(str::to_owned));
            } else if column.key == ColumnKey::Own("expected") {
                names.extend(["Expected on", "Expectation"].map(str::to_owned));
            } else {
                names.push(column.name.clone());
            }
            if index == 0 {
                names.push("Currency".to_owned());
            }
        }
        names
    }

    fn side(&self) -> InvoiceSide {
        if self.list == ListKind::Paid { paid_side(self.today) } else { InvoiceSide::Open }
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self) -> Result<i64, ApiError> {
        if self.list == ListKind::Customers {
            return Ok(self.found);
        }
        let asked = Asked::read(&self.query);
        let mut session = self.call.request.read().await?;
        let sight = self.call.staff.sight();
        let query = asked.invoices(self.side(), self.today, sight, PAGE_ROWS);
        let totals = storage::invoice_list::all_totals(&mut session, &query).await;
        let totals = totals.map_err(|error| self.call.request.fail(error))?;
        Ok(totals.iter().map(|total| total.invoices).sum())
    }

    /// The next rows; none at the end. Each page is read with a connection of its own, so that a slow
    /// reader keeps none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<Cell>>>, ApiError> {
        if self.is_over {
            return Ok(None);
        }
        let mut session = self.call.request.read().await?;
        let rows = match self.list {
            ListKind::Customers => self.customers(&mut session).await?,
            ListKind::Unpaid | ListKind::Paid => self.invoices(&mut session).await?,
        };
        Ok(Some(rows))
    }

    async fn customers(&mut self, session: &mut Session) -> Result<Vec<Vec<Cell>>, ApiError> {
        let query = self.query.clone();
        let mut asked = Asked::read(&query);
        if let Some(after) = self.after.take() {
            asked.go_on(after);
        }
        let asked = asked.customers(self.currency, self.today, self.call.staff.sight(), PAGE_ROWS);
        let fail = |error| self.call.request.fail(error);
        let rows = storage::customer_list::list(session, &asked, self.found).await;
        let mut rows = rows.map_err(fail)?;
        let has_more = cut(&mut rows, PAGE_ROWS);
        let next = rows.last().filter(|_| has_more).map(|row| customer_cursor(asked.sort, row));
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        let mut fields = fields_of(session, self.list.level(), &ids).await.map_err(fail)?;
        let cells = rows.iter().map(|row| {
            let fields = fields.remove(&row.id.to_string()).unwrap_or_default();
            self.line(&fields, self.currency, |key, cells| self.customer(row, key, cells))
        });
        let cells = cells.collect();
        self.is_over = next.is_none();
        self.after = next;
        Ok(cells)
    }

    async fn invoices(&mut self, session: &mut Session) -> Result<Vec<Vec<Cell>>, ApiError> {
        let query = self.query.clone();
        let mut asked = Asked::read(&query);
        if let Some(after) = self.after.take() {
            asked.go_on(after);
        }
        let asked = asked.invoices(self.side(), self.today, self.call.staff.sight(), PAGE_ROWS);
        let fail = |error| self.call.request.fail(error);
        let mut rows = storage::invoice_list::list(session, &asked).await.map_err(fail)?;
        let has_more = cut(&mut rows, PAGE_ROWS);
        let next = rows.last().filter(|_| has_more).map(|row| invoice_cursor(&asked, row));
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        let mut fields = fields_of(session, self.list.level(), &ids).await.map_err(fail)?;
        let cells = rows.iter().map(|row| {
            let fields = fields.remove(&row.id.to_string()).unwrap_or_default();
            self.line(&fields, row.currency, |key, cells| self.invoice(row, key, cells))
        });
        let cells = cells.collect();
        self.is_over = next.is_none();
        self.after = next;
        Ok(cells)
    }

    fn line(
        &self,
        fields: &[(String, String)],
        currency: Currency,
        own: impl Fn(&str, &mut Vec<Cell>),
    ) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len() + AGES.len());
        for (index, column) in self.columns.iter().enumerate() {
            match column.key {
                ColumnKey::Own(key) => own(key, &mut cells),
                ColumnKey::Field(id) => {
                    let id = id.to_string();
                    let value = fields.iter().find(|(field, _)| *field == id);
                    let value = value.map(|(_, value)| value.clone());
                    cells.push(Cell::text(value.unwrap_or_default()));
                }
            }
            if index == 0 {
                cells.push(Cell::text(currency.code()));
            }
        }
        cells
    }

    fn customer(&self, row: &CustomerListRow, key: &str, cells: &mut Vec<Cell>) {
        let money = |minor: i64| Cell::money(minor, self.currency);
        cells.push(match key {
            "name" => Cell::text(&row.name),
            "number" => Cell::text(&row.number),
            "outstanding" => money(row.open_minor),
            "overdue" => money(row.overdue_minor),
            "oldest" => {
                let days = row.oldest_due_on.map(|due| days_past_due(due, self.today));
                Cell::number(days.map(|days| days.max(0)))
            }
            "by_age" => {
                cells.extend(row.aging.sums().map(money));
                return;
            }
            "habit" => Cell::number(row.days_late),
            "credit" => money(row.credit_minor),
            "count" => Cell::Number(row.open_count),
            "share" if self.whole > 0 => {
                let hundredths = i128::from(row.open_minor) * 10_000 / i128::from(self.whole);
                Cell::Percent(i64::try_from(hundredths).unwrap_or(0))
            }
            _ => Cell::Empty,
        });
    }

    fn invoice(&self, row: &InvoiceListRow, key: &str, cells: &mut Vec<Cell>) {
        let money = |minor: i64| Cell::money(minor, row.currency);
        let cell = match key {
            "number" => Cell::text(&row.number),
            "customer" => Cell::text(&row.customer_name),
            "outstanding" => money(row.balance_minor),
            "total" | "paid" => money(row.total_minor),
            "due" => Cell::Date(row.due_on),
            "expected" => {
                let expected = row.expected.expectation();
                cells.push(Cell::date(expected.on));
                Cell::text(expectation_in_words(expected.status))
            }
            "issued" => Cell::Date(row.issued_on),
            "po" => Cell::text(&row.po_number),
            "status" => Cell::text(status_in_words(status(&row.status_facts(), self.today))),
            "settled" => Cell::date(row.settled_on),
            "lateness" => Cell::number(row.days_late),
            "payment" => Cell::text(row.payment_reference.as_deref().unwrap_or_default()),
            "method" => Cell::text(row.payment_method.as_deref().unwrap_or_default()),
            "received" => Cell::date(row.payment_settled_on),
            "discount" => money(row.discount_minor),
            "credit" => money(row.credit_memo_minor + row.cash_credit_minor),
            _ => Cell::Empty,
        };
        cells.push(cell);
    }
}
