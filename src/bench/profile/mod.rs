//! The staff's side on a big company: 100,000 customers and 1,000,000 invoices.
//!
//! The company is made once and stays in its database: a later run finds it there, brings its schema
//! up to date as an operator would, and makes it anew when it is of another month or another make.

mod bulk;
mod company;
mod names;
mod questions;

use std::time::{Duration, Instant};

use chrono::{NaiveDate, Utc};

use self::{
    bulk::Bulk,
    questions::{Question, Questions},
};
use super::{
    Outcome,
    binary::{Binary, Serving},
    load::{Times, sample},
    portal::post,
};

/// How the company is made; another number makes it anew.
const MAKE: u32 = 1;
/// How long a question is asked by one client, and by four.
const PERIOD: Duration = Duration::from_millis(1_200);
const CLIENTS: [usize; 2] = [1, 4];
/// Within this the worker looks whether a day has begun.
const TURN: Duration = Duration::from_secs(7);

const OWNER: &str = "owner@big.example";
const SPECIALIST: &str = "specialist@big.example";
const PASSWORD: &str = "correct horse battery staple";

/// Measures every question whose name contains a word, and prints them beside their goals.
pub async fn staff_side(binary: &Binary, word: &str) -> Outcome<()> {
    prepare(binary).await?;
    let mut bulk = Bulk::open(&binary.database).await?;
    let questions = Questions::of(&mut bulk).await?;
    let serving = binary.serve().await?;
    settle(&mut bulk).await?;
    drop(bulk);
    let base_url = format!("http://{}", serving.authority);
    let (mut owner, mut specialist) = (Vec::new(), Vec::new());
    for (email, cookies) in [(OWNER, &mut owner), (SPECIALIST, &mut specialist)] {
        let form = [("email", email), ("password", PASSWORD)];
        post(&base_url, "/api/staff/session/sign_in", &form, cookies).await?;
    }
    let (owner, specialist) = (owner.join("; "), specialist.join("; "));
    println!(
        "| {} | 1 client: p50 | p95 | p99 | 4 clients: p50 | p95 | p99 | goal |",
        binary.engine
    );
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    let mut missed = 0;
    for question in questions.all.into_iter().filter(|question| question.name.contains(word)) {
        let cookie = if question.is_own { &specialist } else { &owner };
        missed += usize::from(!measure(&serving, question, cookie).await?);
    }
    println!("{}: {missed} questions took longer than their goal\n", binary.engine);
    Ok(())
}

/// Asks one question and prints its row; false when one client waits longer than the goal.
async fn measure(serving: &Serving, question: Question, cookie: &str) -> Outcome<bool> {
    let Question { name, paths, goal_ms, .. } = question;
    let mut cells = Vec::new();
    let mut is_met = true;
    for clients in CLIENTS {
        let (authority, cookie, paths) =
            (serving.authority.clone(), cookie.to_owned(), paths.clone());
        let times: Times = tokio::task::spawn_blocking(move || {
            sample(&authority, &paths, &cookie, clients, PERIOD)
        })
        .await?
        .map_err(|error| format!("{name}: {error}"))?;
        for percent in [50, 95, 99] {
            cells.push(format!("{:.0}", times.percentile(percent)));
        }
        is_met &= clients > 1 || times.percentile(95) < f64::from(goal_ms);
    }
    let verdict = if is_met { "" } else { " **missed**" };
    println!("| {name} | {} | {goal_ms}{verdict} |", cells.join(" | "));
    Ok(is_met)
}

/// Waits until the server has done its work of the day, which would be measured too; then for what
/// PostgreSQL's own housekeeping does within minutes.
async fn settle(bulk: &mut Bulk) -> Outcome<()> {
    tokio::time::sleep(TURN).await;
    let left = "SELECT CAST(COUNT(*) AS TEXT) FROM jobs WHERE state = 'queued'";
    while bulk.text(left).await?.is_some_and(|left| left != "0") {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    if let Bulk::Postgres(_) = bulk {
        bulk.run("VACUUM ANALYZE").await?;
    }
    Ok(())
}

/// Today by the clock on the wall, which the server that is measured goes by.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no clock of ours in a program beside the server"
)]
fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// Sees to it that the company is in the database.
async fn prepare(binary: &Binary) -> Outcome<()> {
    let today = today();
    let made = format!("{MAKE} {}", today.format("%Y-%m"));
    if binary.run(&["migrate"]).is_ok() {
        let mut bulk = Bulk::open(&binary.database).await?;
        let found = bulk.text("SELECT value FROM app_state WHERE key = 'bench'").await?;
        if found.as_ref() == Some(&made) {
            return Ok(());
        }
    }
    let start = Instant::now();
    eprintln!("{}: making 100,000 customers and 1,000,000 invoices", binary.engine);
    binary.empty()?;
    if binary.engine == "PostgreSQL" {
        let mut bulk = Bulk::open(&binary.database).await?;
        bulk.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await?;
    }
    binary.run(&["migrate"])?;
    for (email, role) in [(OWNER, "--role=owner"), (SPECIALIST, "--role=specialist")] {
        let add = ["user", "add", "--email", email, "--name", email, role, "--password-stdin"];
        binary.run_with(&add, PASSWORD)?;
    }
    let mut bulk = Bulk::open(&binary.database).await?;
    bulk.run("UPDATE staff_users SET own_customers_only = TRUE WHERE role = 'specialist'").await?;
    let (mut ids, staff) = (Vec::new(), "SELECT id FROM staff_users WHERE email =");
    for email in [OWNER, SPECIALIST] {
        ids.extend(bulk.text(&format!("{staff} '{email}'")).await?);
    }
    let [owner, specialist] = <[String; 2]>::try_from(ids).map_err(|_| "no staff users")?;
    company::make(&mut bulk, today, owner, specialist).await?;
    bulk.run(&format!("INSERT INTO app_state (key, value) VALUES ('bench', '{made}')")).await?;
    if let Bulk::Sqlite(_) = bulk {
        bulk.run("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    drop(bulk);
    binary.run(&["migrate"])?;
    let made = start.elapsed();
    let verify = binary.run(&["verify"])?;
    println!(
        "{}: made in {:.0} s, verified in {:.0} s",
        binary.engine,
        made.as_secs_f64(),
        verify.took.as_secs_f64()
    );
    Ok(())
}
