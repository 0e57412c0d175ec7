//! Rows written over, taken out, moved and added: the first that is not as it was written is named.

use chrono::TimeDelta;

use super::*;
use crate::{domain::clock::Entropy as _, tests::support::world::TestEntropy};

const CUSTOMERS: usize = 20;
const ROWS: usize = 500;

fn chain(customer: usize) -> Vec<ChainRow> {
    let start: DateTime<Utc> = "2026-03-05T15:00:00Z".parse().unwrap();
    let mut rows: Vec<ChainRow> = Vec::new();
    for place in 1..=ROWS {
        let position = i64::try_from(place).unwrap();
        let mut row = ChainRow {
            id: format!("row-{customer}-{place}"),
            customer_id: format!("customer-{customer:02}"),
            position,
            invoice_id: (place % 7 == 0).then(|| format!("invoice-{place}")),
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
fn write_over(row: &mut ChainRow, field: usize) {
    let other = |text: &mut String| text.push('x');
    match field {
        0 => other(&mut row.id),
        1 => row.invoice_id = Some("invoice-x".to_owned()),
        2 => row.kind = "note_added".to_owned(),
        3 => other(&mut row.actor),
        4 => row.before_facts = row.before_facts.replace("phone", "email"),
        5 => row.after_facts = "{}".to_owned(),
        6 => row.occurred_at += TimeDelta::microseconds(1),
        _ => row.hash.replace_range(..1, if row.hash.starts_with('0') { "1" } else { "0" }),
    }
}

#[test]
fn a_thousand_of_a_thousand_are_found_and_named() {
    let chains: Vec<Vec<ChainRow>> = (0..CUSTOMERS).map(chain).collect();
    for rows in &chains {
        assert_eq!(said(rows, &head(rows)), None);
    }
    let entropy = TestEntropy::new(7);
    let below = |limit: usize| {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit
    };
    for round in 0..1_000_u32 {
        let customer = below(CUSTOMERS);
        let mut rows = chains[customer].clone();
        let head = head(&rows);
        let place = below(ROWS);
        let name = format!("customer-{customer:02}");
        let expected = match round % 4 {
            0 => {
                write_over(&mut rows[place], below(8));
                format!(
                    "row {} of the history of customer {name} is not what was written",
                    place + 1
                )
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
        };
        assert_eq!(said(&rows, &head), Some(expected), "round {round}");
    }
}
