//! What was chosen on the page of columns, as its address holds it.

use crate::api::view::ImportChoices;

/// How the name of a field's select begins; its column is the value.
pub const MAP: &str = "map.";

/// Takes the choices out of a query: names and values in any order. The form of columns sends every
/// field; one left empty is a field that is not to be read.
pub fn read<'a>(query: impl IntoIterator<Item = (&'a str, &'a str)>) -> ImportChoices {
    let mut choices = ImportChoices::default();
    let mut map: Vec<(&str, String)> = Vec::new();
    for (name, value) in query {
        let value = value.trim();
        let target = match name {
            "kind" => &mut choices.kind,
            "date_format" => &mut choices.date_format,
            "currency" => &mut choices.currency,
            "terms" => &mut choices.terms,
            "prefixes" => &mut choices.prefixes,
            "default_customer" => &mut choices.default_customer,
            _ => {
                if let Some(field) = name.strip_prefix(MAP) {
                    choices.is_complete = true;
                    if !value.is_empty() {
                        map.push((field, quoted(value)));
                    }
                }
                continue;
            }
        };
        value.clone_into(target);
    }
    map.sort_unstable();
    let lines: Vec<String> =
        map.iter().map(|(field, column)| format!("{field}={column}")).collect();
    choices.map = lines.join("\n");
    choices
}

/// A column's head as the map writes it: in quotes, which the head itself cannot hold.
fn quoted(column: &str) -> String {
    let plain: String =
        column.chars().map(|c| if matches!(c, '"' | '\r' | '\n') { ' ' } else { c }).collect();
    format!("\"{plain}\"")
}

/// The choices as fields of the form that starts the import: name and value.
pub fn fields(choices: &ImportChoices) -> [(&'static str, String); 8] {
    [
        ("choices[kind]", choices.kind.clone()),
        ("choices[map]", choices.map.clone()),
        ("choices[date_format]", choices.date_format.clone()),
        ("choices[currency]", choices.currency.clone()),
        ("choices[terms]", choices.terms.clone()),
        ("choices[prefixes]", choices.prefixes.clone()),
        ("choices[default_customer]", choices.default_customer.clone()),
        ("choices[is_complete]", choices.is_complete.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_from_the_address() {
        let choices = read([
            ("kind", "invoices"),
            ("map.total", "Amount, net"),
            ("map.number", "Doc \"No\""),
            ("map.po_number", ""),
            ("terms", " Net 30 "),
            ("panel", "ignored"),
        ]);
        assert_eq!(choices.kind, "invoices");
        assert!(choices.is_complete, "a field left empty is not guessed again");
        assert!(!read([("kind", "invoices")]).is_complete);
        assert_eq!(choices.terms, "Net 30");
        assert_eq!(choices.map, "number=\"Doc  No \"\ntotal=\"Amount, net\"");
        let fields = fields(&choices);
        assert!(fields.contains(&("choices[terms]", "Net 30".to_owned())));
    }
}
