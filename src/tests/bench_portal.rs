//! The portal's list of invoices: fifty rows, signed in, over the network, beside a bare axum
//! handler that runs the list's query and formats the same bytes. `make bench`.

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{extract::State, http::header, response::IntoResponse, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::support::{app::TestApp, database};
use crate::{
    api::dates,
    domain::ids::CustomerId,
    storage::{self, Db, invoices::InvoiceRow},
};

/// Rows on the page.
const ROWS: i64 = 50;
/// Requests at the same time.
const CLIENTS: usize = 8;
/// How long each side is measured, and how often; the middle one counts.
const PERIOD: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;

/// A piece of the page.
enum Piece {
    Text(String),
    Id,
    Number,
    Due,
    Price,
    Minor,
}

/// The page as the application makes it, cut where a row's own facts stand.
struct Template {
    head: String,
    row: Vec<Piece>,
    foot: String,
}

impl Template {
    /// Learns the page from an answer: what stands before the first row, the first row, and what
    /// stands after the last.
    fn of(page: &str, first: &InvoiceRow) -> Self {
        const ROW: &str = "<li class=\"bill\"";
        let start = page.find(ROW).expect("a row");
        let length = page[start + ROW.len()..].find(ROW).expect("a second row") + ROW.len();
        let last = page.rfind(ROW).expect("a last row");
        let list_end = last + page[last..].find("</ul>").expect("the list's end");
        let mut pieces = vec![Piece::Text(page[start..start + length].to_owned())];
        let facts: [(String, fn() -> Piece); 5] = [
            (first.id.to_string(), || Piece::Id),
            (first.number.clone(), || Piece::Number),
            (dates::date(first.due_on), || Piece::Due),
            (format!("\"{}\"", first.balance_minor), || Piece::Minor),
            (price(first), || Piece::Price),
        ];
        for (fact, piece) in facts {
            pieces = pieces.into_iter().flat_map(|part| cut(part, &fact, piece)).collect();
        }
        let (head, foot) = (page[..start].to_owned(), page[list_end..].to_owned());
        Self { head, row: pieces, foot }
    }

    fn render(&self, rows: &[InvoiceRow]) -> String {
        let mut page = self.head.clone();
        for row in rows {
            for piece in &self.row {
                let written = match piece {
                    Piece::Text(text) => page.write_str(text),
                    Piece::Id => write!(page, "{}", row.id),
                    Piece::Number => page.write_str(&row.number),
                    Piece::Due => page.write_str(&dates::date(row.due_on)),
                    Piece::Price => page.write_str(&price(row)),
                    Piece::Minor => write!(page, "\"{}\"", row.balance_minor),
                };
                written.expect("a string takes it");
            }
        }
        page.push_str(&self.foot);
        page
    }
}

fn price(row: &InvoiceRow) -> String {
    crate::ui::format::money(row.balance_minor, row.currency.code())
}

fn cut(part: Piece, fact: &str, piece: fn() -> Piece) -> Vec<Piece> {
    let Piece::Text(text) = part else { return vec![part] };
    let mut pieces = Vec::new();
    for (index, between) in text.split(fact).enumerate() {
        if index > 0 {
            pieces.push(piece());
        }
        pieces.push(Piece::Text(between.to_owned()));
    }
    pieces
}

struct Bare {
    db: Db,
    customer_id: CustomerId,
    template: Template,
}

async fn bare(State(state): State<Arc<Bare>>) -> impl IntoResponse {
    let mut session = state.db.read().await.unwrap();
    let rows = storage::invoices::all_open(&mut session, state.customer_id).await.unwrap();
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], state.template.render(&rows))
}

/// What was measured in one round.
struct Speed {
    per_second: f64,
    p99: Duration,
    bytes: usize,
}

/// Asks again and again over kept connections, without a client library in between.
async fn measure(authority: &str, path: &str, cookie: &str, period: Duration) -> Speed {
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept: text/html\r\ncookie: {cookie}\r\n\r\n"
    );
    let start = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (authority, request) = (authority.to_owned(), request.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(&authority).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (mut times, mut size, mut buffer) = (Vec::new(), 0, Vec::new());
                while start.elapsed() < period {
                    let asked = Instant::now();
                    stream.write_all(request.as_bytes()).await.unwrap();
                    size = answer(&mut stream, &mut buffer).await;
                    times.push(asked.elapsed());
                }
                (times, size)
            })
        })
        .collect();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for client in clients {
        let (mine, size) = client.await.unwrap();
        times.extend(mine);
        bytes = size;
    }
    let took = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    Speed { per_second: times.len() as f64 / took, p99, bytes }
}

/// Reads one answer to its end and returns its length; anything but 200 ends the bench.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    let mut body_at = None;
    let mut length = None;
    loop {
        stream.read_buf(buffer).await.unwrap();
        if body_at.is_none()
            && let Some(end) = buffer.windows(4).position(|part| part == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let declared = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            length = declared.map(|text| text.parse::<usize>().unwrap());
            body_at = Some(end + 4);
        }
        match (body_at, length) {
            (Some(at), Some(length)) if buffer.len() >= at + length => return buffer.len(),
            (Some(_), None) if buffer.ends_with(b"\r\n0\r\n\r\n") => return buffer.len(),
            _ => (),
        }
    }
}

async fn portal_list(name: &str, db: &Db) {
    let app = TestApp::start(db).await;
    let given = app.given();
    given.seller().await;
    let customer_id = given.customer("C-1", "dana@alder.example").await;
    for index in 0..ROWS {
        given.invoice(customer_id, &format!("INV-{index:04}"), 123_401 + index).await;
    }
    let mut browser = app.payer("dana@alder.example").await;
    let page = browser.get("/portal").await;
    assert_eq!(page.status, 200);
    let mut session = db.read().await.unwrap();
    let rows = storage::invoices::all_open(&mut session, customer_id).await.unwrap();
    drop(session);
    let first = rows.first().expect("a row");
    let template = Template::of(&page.body, first);
    let difference = template.render(&rows).len().abs_diff(page.body.len());
    assert!(difference < 64, "the bare handler's page differs by {difference} bytes");

    let bare_state = Arc::new(Bare { db: db.clone(), customer_id, template });
    let router = axum::Router::new().route("/portal", get(bare)).with_state(bare_state);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bare_authority = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move {
        use axum::serve::ListenerExt as _;
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        axum::serve(listener, router).await.unwrap();
    });

    let authority = app.base_url.strip_prefix("http://").unwrap().to_owned();
    let cookie: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookie = cookie.join("; ");
    let warm = Duration::from_secs(1);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        measure(&authority, "/portal", &cookie, warm).await;
        ours.push(measure(&authority, "/portal", &cookie, PERIOD).await);
        measure(&bare_authority, "/portal", "", warm).await;
        theirs.push(measure(&bare_authority, "/portal", "", PERIOD).await);
    }
    server.abort();
    let middle = |mut speeds: Vec<Speed>| {
        speeds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        speeds.swap_remove(speeds.len() / 2)
    };
    let (ours, theirs) = (middle(ours), middle(theirs));
    for (who, speed) in [("portal", &ours), ("bare axum", &theirs)] {
        println!(
            "{name:<10} {who:<9} {:>6.0} requests/s, p99 {:>5.1} ms, {} bytes",
            speed.per_second,
            speed.p99.as_secs_f64() * 1000.0,
            speed.bytes
        );
    }
    println!(
        "{name:<10} ratio {:.2} (goal: at least 0.5), middle of {ROUNDS} rounds, {CLIENTS} clients",
        ours.per_second / theirs.per_second
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: make bench"]
async fn bench_portal_list() {
    let sqlite = database::sqlite().await;
    portal_list("SQLite", &sqlite.db).await;
    if let Some(postgres) = database::postgres().await {
        portal_list("PostgreSQL", &postgres.db).await;
        postgres.db.close().await;
    }
}
