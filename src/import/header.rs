//! Finds the header among the first rows.

use super::{field::Field, limits, mapping, options::Options, row::Row, synonyms, words::plain};

/// Which of the first rows is the header. Rows before it are titles or, as in DATEV's `EXTF`
/// files, data about the file.
pub(super) fn find(first_rows: &[Row], options: &Options) -> usize {
    let rows: Vec<Vec<String>> = first_rows
        .iter()
        .take(limits::HEADER_ROWS_MAX)
        .map(|row| (0..row.filled_len()).map(|column| row.cell(column).1.to_owned()).collect())
        .collect();
    let start = rows.iter().take_while(|row| is_about_the_file(row)).count();
    let start = if start < rows.len() { start } else { 0 };
    let named: Vec<&str> = options
        .map
        .iter()
        .map(|(_, name)| name.as_str())
        .filter(|n| !n.trim().is_empty())
        .collect();
    if named.iter().any(|name| !name.trim().starts_with('#')) {
        let has_all = |row: &&Vec<String>| named.iter().all(|name| mapping::has_column(row, name));
        if let Some((place, _)) = (0..).zip(&rows).skip(start).find(|(_, row)| has_all(row)) {
            return place;
        }
    }
    let scores: Vec<usize> = rows.iter().map(|row| score(row, options)).collect();
    if scores.get(start).is_some_and(|score| *score >= 2) {
        return start;
    }
    let mut best = (start, 1);
    for (place, score) in scores.iter().enumerate().skip(start) {
        if *score > best.1 {
            best = (place, *score);
        }
    }
    best.0
}

fn is_about_the_file(row: &[String]) -> bool {
    match row {
        [first, ..] => {
            matches!(first.as_str(), "EXTF" | "DTVF")
                || (row.len() == 1 && first.starts_with("sep="))
        }
        [] => false,
    }
}

/// How many cells are usual names of columns; none when a cell is a number.
fn score(row: &[String], options: &Options) -> usize {
    let names: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    if names.iter().any(|name| !name.is_empty() && is_number(name)) {
        return 0;
    }
    let known = |name: &String| {
        Field::ALL.into_iter().filter(|field| mapping::belongs(*field, options.kind)).any(|field| {
            let usual = synonyms::of(field);
            plain(field.name()) == *name
                || [usual.high, usual.medium].iter().any(|l| l.split(' ').any(|one| one == name))
        })
    };
    names.iter().filter(|name| !name.is_empty() && known(name)).count()
}
