//! What the portal's list is held against: a bare axum handler that runs the list's query and
//! formats the same bytes, and does nothing else.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt as _,
};
use quittance::{
    domain::ids::CustomerId,
    storage::{
        Db, invoices,
        invoices::{Billed, InvoiceRow},
    },
    ui::format::money,
};
use tokio::net::TcpListener;

use super::Outcome;

/// A piece of a row.
enum Piece {
    Text(String),
    Id,
    Number,
    Due,
    Price,
    Minor,
}

impl Piece {
    /// The piece as it is written for an invoice.
    fn write(&self, page: &mut String, row: &InvoiceRow) -> std::fmt::Result {
        match self {
            Self::Text(text) => page.write_str(text),
            Self::Id => write!(page, "{}", row.id),
            Self::Number => page.write_str(&row.number),
            Self::Due => write!(page, "{}", row.due_on.format("%b %-d, %Y")),
            Self::Price => page.write_str(&money(row.balance_minor, row.currency.code())),
            Self::Minor => write!(page, "\"{}\"", row.balance_minor),
        }
    }

    /// Cuts a text where this piece of an invoice stands in it.
    fn cut(part: Self, made: fn() -> Self, row: &InvoiceRow) -> Vec<Self> {
        let Self::Text(text) = part else { return vec![part] };
        let mut fact = String::new();
        let _ = made().write(&mut fact, row);
        let mut pieces = Vec::new();
        for (index, between) in text.split(&fact).enumerate() {
            if index > 0 {
                pieces.push(made());
            }
            pieces.push(Self::Text(between.to_owned()));
        }
        pieces
    }
}

/// The page as the application makes it, cut where a row's own facts stand.
pub struct Template {
    head: String,
    row: Vec<Piece>,
    foot: String,
}

impl Template {
    /// Learns the page from an answer: what stands before the first row, the first row, and what
    /// stands after the last.
    pub fn of(page: &str, first: &InvoiceRow) -> Option<Self> {
        const ROW: &str = "<li class=\"bill\"";
        let start = page.find(ROW)?;
        let second = start + ROW.len() + page.get(start + ROW.len()..)?.find(ROW)?;
        let last = page.rfind(ROW)?;
        let end = last + page.get(last..)?.find("</ul>")?;
        let mut row = vec![Piece::Text(page.get(start..second)?.to_owned())];
        let facts: [fn() -> Piece; 5] =
            [|| Piece::Id, || Piece::Number, || Piece::Due, || Piece::Minor, || Piece::Price];
        for fact in facts {
            row = row.into_iter().flat_map(|part| Piece::cut(part, fact, first)).collect();
        }
        Some(Self { head: page.get(..start)?.to_owned(), row, foot: page.get(end..)?.to_owned() })
    }

    /// The page.
    pub fn render(&self, rows: &[InvoiceRow]) -> Result<String, std::fmt::Error> {
        let mut page = self.head.clone();
        for row in rows {
            for piece in &self.row {
                piece.write(&mut page, row)?;
            }
        }
        page.push_str(&self.foot);
        Ok(page)
    }
}

/// The handler's state.
pub struct Bare {
    /// The database.
    pub db: Db,
    /// Whose invoices.
    pub customer_id: CustomerId,
    /// The page.
    pub template: Template,
}

impl Bare {
    /// Serves it at `/portal` on a port of this machine, and returns address and port.
    ///
    /// # Errors
    /// There is no port.
    pub async fn serve(self) -> Outcome<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let authority = listener.local_addr()?.to_string();
        let router = axum::Router::new().route("/portal", get(page)).with_state(Arc::new(self));
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(authority)
    }

    async fn page(&self) -> Outcome<String> {
        let mut session = self.db.read().await?;
        let rows = invoices::all_open(&mut session, Billed::to(self.customer_id)).await?;
        let rows: Vec<_> = rows.into_iter().map(|row| row.invoice).collect();
        Ok(self.template.render(&rows)?)
    }
}

async fn page(State(bare): State<Arc<Bare>>) -> Response {
    match bare.page().await {
        Ok(page) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
