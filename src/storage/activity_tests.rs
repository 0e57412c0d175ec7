//! Rows written over, taken out, moved and added: the first that is not as it was written is named.

use chrono::TimeDelta;

use super::*;
use crate::{
    domain::clock::Entropy as _,
    storage::Db,
    tests::support::{
        both_engines,
        database::lift_append_only,
        given::Given,
        sampled,
        world::{TestEntropy, world},
    },
};

const CUSTOMERS: usize = 20;
const ROWS: usize = 500;
const TAMPERINGS: usize = 1_000;

/// A history, with an invoice that is named here and there.
fn chain(customer: &str, invoice: &str) -> Vec<ChainRow> {
    let start: DateTime<Utc> = "2026-03-05T15:00:00Z".parse().unwrap();
    let mut rows: Vec<ChainRow> = Vec::new();
    for place in 1..=ROWS {
        let position = i64::try_from(place).unwrap();
        let mut row = ChainRow {
            id: format!("row-{customer}-{place}"),
            customer_id: customer.to_owned(),
            position,
            invoice_id: (place % 7 == 0).then(|| invoice.to_owned()),
            kind: "profile_changed".to_owned(),
            actor: "staff:ana@halden.example".to_owned(),
            before_facts: format!("{{\"phone\":\"{place}\"}}"),
            after_facts: format!("{{\"phone\":\"{}\"}}", place + 1),
            occurred_at: start + TimeDelta::minutes(position),
            hash: String::new(),
        };
        row.hash = row.hash_after(rows.last().map_or("", |row| row.hash.as_str()));
        rows.push(row);
    }
    rows
}

fn head(rows: &[ChainRow]) -> (i64, String) {
    rows.last().map(|row| (row.position, row.hash.clone())).unwrap()
}

/// What following the rows in the order of their places says.
fn said(rows: &[ChainRow], head: &(i64, String)) -> Option<String> {
    let mut sorted: Vec<&ChainRow> = rows.iter().collect();
    sorted.sort_by_key(|row| row.position);
    let mut chain = Chain::default();
    for row in sorted {
        if let Some(offender) = chain.follow(row, Some((head.0, &head.1))) {
            return Some(offender);
        }
    }
    chain.end()
}

/// Writes over one field of a row.
fn write_over(row: &mut ChainRow, field: usize, invoice: &str) {
    let other = |text: &mut String| text.push('x');
    match field {
        0 => other(&mut row.id),
        1 => row.invoice_id = row.invoice_id.is_none().then(|| invoice.to_owned()),
        2 => row.kind = "note_added".to_owned(),
        3 => other(&mut row.actor),
        4 => row.before_facts = row.before_facts.replace("phone", "email"),
        5 => row.after_facts = "{}".to_owned(),
        6 => row.occurred_at += TimeDelta::microseconds(1),
        _ => row.hash.replace_range(..1, if row.hash.starts_with('0') { "1" } else { "0" }),
    }
}

/// Tampers with a history in one of four ways, round by round, and says what is to be found.
fn tamper(
    rows: &mut Vec<ChainRow>,
    round: usize,
    invoice: &str,
    below: impl Fn(usize) -> usize,
) -> String {
    let place = below(ROWS);
    let name = rows[0].customer_id.clone();
    match round % 4 {
        0 => {
            write_over(&mut rows[place], below(8), invoice);
            format!("row {} of the history of customer {name} is not what was written", place + 1)
        }
        1 if place + 1 == ROWS => {
            rows.pop();
            format!("the history of customer {name} does not end with its row {}", ROWS - 1)
        }
        1 => {
            rows.remove(place);
            format!("row {} of the history of customer {name} is missing", place + 1)
        }
        2 => {
            let other = (place + 1 + below(ROWS - 1)) % ROWS;
            let (first, second) = (rows[place].position, rows[other].position);
            rows[place].position = second;
            rows[other].position = first;
            let first = place.min(other) + 1;
            format!("row {first} of the history of customer {name} is not what was written")
        }
        _ => {
            // Well made, and added by somebody who does not know of the head.
            let mut forged = rows[ROWS - 1].clone();
            forged.position += 1;
            forged.id = format!("forged-{round}");
            forged.hash = forged.hash_after(&rows[ROWS - 1].hash);
            rows.push(forged);
            format!("the history of customer {name} does not end with its row {}", ROWS + 1)
        }
    }
}

/// Numbers below a limit, the same in every run.
fn dice() -> impl Fn(usize) -> usize {
    let entropy = TestEntropy::new(7);
    move |limit| {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit
    }
}

#[test]
fn a_thousand_of_a_thousand_are_found_and_named() {
    let name = |customer: usize| format!("customer-{customer:02}");
    let chains: Vec<_> = (0..CUSTOMERS).map(|one| chain(&name(one), "invoice-1")).collect();
    for rows in &chains {
        assert_eq!(said(rows, &head(rows)), None);
    }
    let below = dice();
    for round in 0..TAMPERINGS {
        let mut rows = chains[below(CUSTOMERS)].clone();
        let head = head(&rows);
        let expected = tamper(&mut rows, round, "invoice-1", &below);
        assert_eq!(said(&rows, &head), Some(expected), "round {round}");
    }
}

/// The same in a database with the histories of all: the one that was tampered with is found.
async fn found_among_all(db: Db) {
    let world = world(&db);
    let given = Given(&world);
    given.seller().await;
    let mut chains = Vec::new();
    for customer in 0..CUSTOMERS {
        let number = format!("C-{customer:02}");
        let id = given.customer(&number, &format!("{number}@alder.example")).await;
        let invoice = given.invoice(id, &format!("INV-{customer}"), 100).await.to_string();
        chains.push((chain(&id.to_string(), &invoice), invoice));
    }
    let mut session = db.begin().await.unwrap();
    lift_append_only(&mut session).await;
    sql!(session, execute, "DELETE FROM activity").unwrap();
    sql!(session, execute, "DELETE FROM activity_heads").unwrap();
    for (rows, _) in &chains {
        for row in rows {
            insert_row(&mut session, row).await.unwrap();
        }
        let (position, hash) = head(rows);
        sql!(
            session,
            execute,
            "INSERT INTO activity_heads (customer_id, position, hash) VALUES ($1, $2, $3)",
            &rows[0].customer_id,
            position,
            &hash
        )
        .unwrap();
    }
    session.commit().await.unwrap();
    let below = dice();
    for round in 0..sampled(60, TAMPERINGS) {
        let (rows, invoice) = &chains[below(CUSTOMERS)];
        let mut tampered = rows.clone();
        let expected = tamper(&mut tampered, round, invoice, &below);
        // What is not committed is gone with the session.
        let mut session = db.begin().await.unwrap();
        lift_append_only(&mut session).await;
        for row in rows.iter().filter(|row| !tampered.contains(row)) {
            sql!(session, execute, "DELETE FROM activity WHERE id = $1", &row.id).unwrap();
        }
        for row in tampered.iter().filter(|row| !rows.contains(row)) {
            insert_row(&mut session, row).await.unwrap();
        }
        let finding = check(&mut session).await.unwrap();
        assert_eq!(finding.offender, Some(expected), "round {round}");
    }
    let mut session = db.read().await.unwrap();
    let finding = check(&mut session).await.unwrap();
    let all = i64::try_from(CUSTOMERS * ROWS).unwrap();
    assert_eq!((finding.checked, finding.offender), (all, None));
}
both_engines!(what_was_tampered_with_is_found_among_ten_thousand_rows, found_among_all);
