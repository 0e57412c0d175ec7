//! The portal's list of invoices: fifty rows, signed in, over the network, beside a bare handler.

use std::{fmt::Write as _, fs, time::Duration};

use quittance::storage::{Db, customers, invoices, invoices::Billed};
use reqwest::{Client, header, redirect::Policy};
use serde_json::Value;

use super::{
    Outcome,
    bare::{Bare, Template},
    binary::Binary,
    load::{CLIENTS, Speed, measure},
};

/// Rows on the page.
const ROWS: u32 = 50;
/// How long each side is measured, and how often; the middle one counts.
const PERIOD: Duration = Duration::from_secs(4);
const ROUNDS: usize = 5;
/// Who looks.
const PAYER: &str = "dana@alder.example";

/// Prints requests in a second and p99 of both, and the ratio.
pub async fn invoice_list(binary: &Binary) -> Outcome<()> {
    load_invoices(binary)?;
    take_payments(binary)?;
    let serving = binary.serve().await?;
    let base_url = format!("http://{}", serving.authority);
    let cookie = sign_in(&base_url).await?;
    let request = client()?.get(format!("{base_url}/portal")).header(header::COOKIE, &cookie);
    let page = request.send().await?.error_for_status()?.text().await?;

    let db = Db::open(&binary.database)?;
    let mut session = db.read().await?;
    let customer = customers::find_by_number(&mut session, "C-1").await?;
    let customer_id = customer.ok_or("no customer")?.id;
    let rows = invoices::all_open(&mut session, Billed::to(customer_id)).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| row.invoice).collect();
    drop(session);
    let first = rows.first().ok_or("no invoice")?;
    let template = Template::of(&page, first).ok_or("the page has no list")?;
    let difference = template.render(&rows)?.len().abs_diff(page.len());
    if difference > 64 {
        return Err(format!("the bare page differs by {difference} bytes").into());
    }
    let bare = Bare { db, customer_id, template }.serve().await?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (authority, cookie, speeds) in
            [(&serving.authority, cookie.as_str(), &mut ours), (&bare, "", &mut theirs)]
        {
            let (authority, cookie) = (authority.clone(), cookie.to_owned());
            let speed = tokio::task::spawn_blocking(move || {
                measure(&authority, "/portal", &cookie, PERIOD / 4)?; // warms up
                measure(&authority, "/portal", &cookie, PERIOD)
            });
            speeds.push(speed.await??);
        }
    }
    let (ours, theirs) = (middle(ours), middle(theirs));
    for (who, speed) in [("portal", &ours), ("bare axum", &theirs)] {
        println!(
            "portal list: {:<10} {who:<9} {:>6.0} requests/s, p99 {:>5.1} ms, {} bytes",
            binary.engine,
            speed.per_second,
            speed.p99.as_secs_f64() * 1000.0,
            speed.bytes
        );
    }
    println!(
        "portal list: {:<10} ratio {:.2} (goal: at least 0.5), middle of {ROUNDS} rounds, {CLIENTS} clients",
        binary.engine,
        ours.per_second / theirs.per_second
    );
    Ok(())
}

/// One customer with fifty invoices, the way anybody loads them.
fn load_invoices(binary: &Binary) -> Outcome<()> {
    let mut lines =
        "customer_number,customer_name,email,number,issued_on,due_on,total\n".to_owned();
    for index in 0..ROWS {
        let total = 1_234 + index;
        writeln!(lines, "C-1,Alder Works,{PAYER},INV-{index:04},2026-01-05,2026-02-04,{total}.56")?;
    }
    fs::create_dir_all(&binary.folder)?;
    let file = binary.folder.join("invoices.csv");
    fs::write(&file, lines)?;
    let file = file.display().to_string();
    binary.run(&["import", "--kind=invoices", "--currency=USD", "--file", &file])?;
    Ok(())
}

/// Switches payments on, or there is nothing to choose on the page.
fn take_payments(binary: &Binary) -> Outcome<()> {
    let mut sheet: Value = serde_json::from_str(&binary.run(&["company", "show"])?.printed)?;
    for (pointer, value) in [
        ("/payments/enabled", Value::Bool(true)),
        ("/payments/bank/accepted", Value::Bool(true)),
        ("/payments/card/accepted", Value::from("always")),
    ] {
        *sheet.pointer_mut(pointer).ok_or(pointer)? = value;
    }
    let file = binary.folder.join("company.json");
    fs::write(&file, serde_json::to_string(&sheet)?)?;
    binary.run(&["company", "set", "--file", &file.display().to_string()])?;
    Ok(())
}

fn client() -> Outcome<Client> {
    Ok(Client::builder().redirect(Policy::none()).build()?)
}

/// Signs the payer in with the mailed code, and returns the cookies.
async fn sign_in(base_url: &str) -> Outcome<String> {
    let mut cookies = Vec::new();
    post(base_url, "/api/portal/session/request_code", &[("email", PAYER)], &mut cookies).await?;
    let mailbox = format!("{base_url}/dev/mailbox.json?to={PAYER}");
    let mails: Value = serde_json::from_str(&client()?.get(mailbox).send().await?.text().await?)?;
    let text = mails.pointer("/0/text").and_then(Value::as_str).ok_or("no mail came")?;
    let mut words = text.split(|letter: char| !letter.is_ascii_digit());
    let code = words.find(|word| word.len() == 6).ok_or("no code in the mail")?;
    post(base_url, "/api/portal/session/redeem_code", &[("code", code)], &mut cookies).await?;
    Ok(cookies.join("; "))
}

/// Posts a form and keeps the cookies that come back.
pub async fn post(
    base_url: &str,
    path: &str,
    form: &[(&str, &str)],
    cookies: &mut Vec<String>,
) -> Outcome<()> {
    let request = client()?
        .post(format!("{base_url}{path}"))
        .header(header::ORIGIN, base_url)
        .header(header::COOKIE, cookies.join("; "))
        .form(form);
    let answer = request.send().await?.error_for_status()?;
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        let (pair, _) = cookie.to_str()?.split_once(';').ok_or("a strange cookie")?;
        cookies.push(pair.to_owned());
    }
    Ok(())
}

fn middle(mut speeds: Vec<Speed>) -> Speed {
    speeds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    speeds.swap_remove(speeds.len() / 2)
}
