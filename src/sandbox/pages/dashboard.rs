//! What the processor did lately, and its clock.

use axum::{extract::State, response::Response};

use super::{Page, amount, escape, failure, time};
use crate::sandbox::{
    Sandbox, SandboxError,
    book::{self, EventRow},
    intent::Intent,
    method::type_word,
};

const ROWS_MAX: i64 = 25;

/// `GET /`
pub(super) async fn show(State(sandbox): State<Sandbox>) -> Response {
    match page(&sandbox).await {
        Ok(page) => page.into_response(&sandbox),
        Err(error) => failure(&sandbox, &error),
    }
}

async fn page(sandbox: &Sandbox) -> Result<Page, SandboxError> {
    let mut session = sandbox.read().await?;
    let intents: Vec<Intent> = book::all_latest(&mut session, ROWS_MAX).await?;
    let events = book::all_latest_events(&mut session, ROWS_MAX).await?;
    let main = format!(
        "<h1>Dashboard</h1>\n{}\n{}\n{}",
        clock(sandbox),
        table(
            "intents",
            "Payments",
            "<th scope=\"col\">Intent</th><th scope=\"col\">Status</th>\
             <th scope=\"col\" class=\"end\">Amount</th><th scope=\"col\">Method</th>\
             <th scope=\"col\">Created</th>",
            &intents.iter().map(intent_row).collect::<String>(),
        ),
        table(
            "events",
            "Events",
            "<th scope=\"col\">Event</th><th scope=\"col\">Type</th><th scope=\"col\">About</th>\
             <th scope=\"col\">Delivery</th><th scope=\"col\">At</th>",
            &events.iter().map(event_row).collect::<String>(),
        ),
    );
    Ok(Page { is_wide: true, ..Page::new("Dashboard", main) })
}

fn clock(sandbox: &Sandbox) -> String {
    let now = time(sandbox.now(), "%a %-d %b %Y, %H:%M UTC");
    let base = escape(sandbox.base_path());
    format!(
        "<section class=\"sheet\" aria-labelledby=\"clock\"><h2 id=\"clock\">Clock</h2>\
         <p class=\"clock\">{now}</p>\n\
         <form class=\"row\" action=\"{base}/clock\" method=\"post\">\
         <button class=\"button button--go\" type=\"submit\" name=\"days\" value=\"1\">1 day on</button>\
         <button class=\"button\" type=\"submit\" name=\"days\" value=\"4\">4 days on</button>\
         <button class=\"button\" type=\"submit\" name=\"days\" value=\"30\">30 days on</button></form>\n\
         <p class=\"soft\">Everything follows: clearing, discounts, autopay, reminders. It never goes \
         back.</p></section>"
    )
}

fn table(id: &str, title: &str, head: &str, rows: &str) -> String {
    if rows.is_empty() {
        return format!(
            "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>\
             <p class=\"soft\">None yet.</p></section>"
        );
    }
    format!(
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>\n\
         <div class=\"scroll\" role=\"group\" aria-labelledby=\"{id}\" tabindex=\"0\">\
         <table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div></section>"
    )
}

fn intent_row(intent: &Intent) -> String {
    let status = match (&intent.dispute, intent.refunded) {
        (Some(_), _) => "taken back",
        (None, refunded) if refunded > 0 => "refunded",
        _ => intent.status.as_str(),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{status}</td><td class=\"end\">{}</td>\
         <td>{} ••{}</td><td>{}</td></tr>\n",
        escape(&intent.id),
        escape(&amount(intent.amount, intent.currency)),
        type_word(intent.kind),
        escape(&intent.last4),
        time(intent.created_at, "%-d %b %H:%M"),
    )
}

fn event_row(event: &EventRow) -> String {
    let tries =
        if event.tries == 1 { "1 try".to_owned() } else { format!("{} tries", event.tries) };
    let answer = match event.last_status {
        Some(0) => "no answer".to_owned(),
        Some(status) => status.to_string(),
        None => "waiting".to_owned(),
    };
    let is_taken = event.last_status.is_some_and(|status| (200..300).contains(&status));
    let rest = match event.next_try_at {
        Some(next) if event.tries > 0 => format!(", again {}", time(next, "%-d %b %H:%M:%S")),
        None if !is_taken => ", given up".to_owned(),
        _ => String::new(),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{answer}, {tries}{rest}</td>\
         <td>{}</td></tr>\n",
        escape(&event.id),
        escape(&event.kind),
        escape(&event.object_id),
        time(event.created_at, "%-d %b %H:%M"),
    )
}
