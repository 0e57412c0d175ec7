//! Words that only the staff's screens use.

use crate::{
    api::{error::ApiError, staff::invoices::ListQuery},
    domain::profile::Books,
    ui::format,
};

/// An ageing bucket, under the bar.
pub fn bucket(key: &str) -> &'static str {
    match key {
        "due-30+" => "Due in 30+ days",
        "due-30" => "Due in 30 days",
        "1-30" => "1–30 overdue",
        "31-60" => "31–60",
        "61-90" => "61–90",
        "91-120" => "91–120",
        "120+" => "120+",
        _ => "All",
    }
}

/// An ageing bucket that stands alone.
pub fn bucket_alone(key: &str) -> &'static str {
    match key {
        "due-30+" => "Due in more than 30 days",
        "due-30" => "Due within 30 days",
        "1-30" => "1–30 days overdue",
        "31-60" => "31–60 days overdue",
        "61-90" => "61–90 days overdue",
        "91-120" => "91–120 days overdue",
        "120+" => "More than 120 days overdue",
        _ => "Any age",
    }
}

/// Books, by the name they are sold under.
pub const fn books(books: Books) -> &'static str {
    match books {
        Books::Netsuite => "NetSuite",
        Books::Intacct => "Sage Intacct",
        Books::Quickbooks => "QuickBooks",
    }
}

/// A share of a whole.
pub fn share(part: i64, whole: i64) -> String {
    format::percent(part.max(0), whole)
}

/// How late something was settled.
pub fn lateness(days: i64) -> String {
    match days {
        0 => "On the due date".to_owned(),
        late if late > 0 => format!("{} late", format::plural(late, "day", "days")),
        early => format!("{} early", format::plural(-early, "day", "days")),
    }
}

/// How late a customer usually pays.
pub fn habit(days: i64) -> String {
    match days {
        0 => "On time".to_owned(),
        days => lateness(days),
    }
}

/// How late the oldest open invoice of a customer is.
pub fn oldest(days: i64) -> String {
    if days > 0 { lateness(days) } else { "Nothing late".to_owned() }
}

/// How a list is sorted, for those who do not see the arrow.
pub fn order(query: &ListQuery, standard: (&str, &str)) -> String {
    let (sort, direction) = effective_order(query, standard);
    let column = match sort.as_str() {
        "number" => "number",
        "issued" => "date of issue",
        "due" => "due date",
        "expected" => "expected day",
        "amount" => "amount",
        "settled" => "day of payment",
        "name" => "name",
        "outstanding" => "outstanding",
        "count" => "number of invoices",
        _ => "due date",
    };
    let way = match (column, direction.as_str()) {
        ("number" | "name", "desc") => "Z to A",
        ("number" | "name", _) => "A to Z",
        ("amount" | "outstanding" | "number of invoices", "desc") => "largest first",
        ("amount" | "outstanding" | "number of invoices", _) => "smallest first",
        (_, "desc") => "latest first",
        _ => "earliest first",
    };
    format!("by {column}, {way}")
}

/// What a list is sorted by: column and direction, where the address does not say the list's own.
pub fn effective_order(query: &ListQuery, standard: (&str, &str)) -> (String, String) {
    let (column, way) = standard;
    let sort = if query.sort.is_empty() { column } else { &query.sort };
    let direction = match (query.direction.as_str(), sort) {
        ("asc" | "desc", _) => &query.direction,
        (_, same) if same == column => way,
        (_, "outstanding" | "count") => "desc",
        _ => "asc",
    };
    (sort.to_owned(), direction.to_owned())
}

/// What happened to a list or a page that could not be read: title and text.
pub fn failure(error: &ApiError) -> (&'static str, &'static str) {
    match error {
        ApiError::Unreachable => (
            "The server could not be reached",
            "Nothing was changed and your filters are kept. Check the connection, then try again.",
        ),
        ApiError::TryAgain => (
            "The figures could not be read",
            "The database did not answer in time. Nothing was changed and your filters are kept. \
             Try again; if it happens twice, tell whoever runs this server.",
        ),
        ApiError::Forbidden => {
            ("This is not open to you", "Ask whoever runs this server for the permission.")
        }
        ApiError::NotFound => (
            "There is no such page",
            "The address may have been mistyped, or what it showed has been removed.",
        ),
        _ => (
            "This could not be shown",
            "Something failed on our side. Nothing you saved is lost. Try again; if it happens \
             twice, tell whoever runs this server.",
        ),
    }
}

/// Why signing in did not work.
pub const fn sign_in_failure(error: &ApiError) -> &'static str {
    match error {
        ApiError::Refused | ApiError::Invalid(_) => {
            "The e-mail address or the password is not right. After 5 wrong tries you have to wait \
             10 minutes."
        }
        ApiError::TooMany => "There were too many tries. Wait 10 minutes, then try again.",
        ApiError::TryAgain | ApiError::Unreachable => "The server is busy. Try again in a moment.",
        _ => {
            "Something failed on our side. Try again; if it happens twice, tell whoever runs this \
              server."
        }
    }
}

/// A field of an import.
pub fn import_field(name: &str) -> String {
    let words = match name {
        "customer_number" => "Customer number",
        "customer_name" => "Customer name",
        "email" => "E-mail",
        "phone" => "Phone",
        "website" => "Website",
        "address_line1" => "Street",
        "address_line2" => "Street, second line",
        "address_city" => "City",
        "address_region" => "State or region",
        "address_postal_code" => "Postal code",
        "shipping_line1" => "Ship to: street",
        "shipping_line2" => "Ship to: second line",
        "shipping_city" => "Ship to: city",
        "shipping_region" => "Ship to: state or region",
        "shipping_postal_code" => "Ship to: postal code",
        "shipping_country" => "Ship to: country",
        "address_country" => "Country",
        "parent_number" => "Parent’s number",
        "is_project" => "Is a project",
        "number" => "Document number",
        "kind" => "Kind of document",
        "issued_on" => "Date of issue",
        "due_on" => "Due date",
        "total" => "Total",
        "tax" => "Tax",
        "subtotal" => "Total before tax",
        "currency" => "Currency",
        "terms" => "Terms",
        "po_number" => "PO number",
        "paid_on" => "Paid on",
        "paid_amount" => "Paid amount",
        "disputed" => "Disputed",
        "line_description" => "Line: description",
        "line_quantity" => "Line: quantity",
        "line_unit_price" => "Line: unit price",
        "notes" => "Notes",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_a_name() {
        let standard = ("due", "asc");
        let query = |sort: &str, direction: &str| ListQuery {
            sort: sort.to_owned(),
            direction: direction.to_owned(),
            ..ListQuery::default()
        };
        assert_eq!(order(&query("", ""), standard), "by due date, earliest first");
        assert_eq!(order(&query("amount", "desc"), standard), "by amount, largest first");
        assert_eq!(order(&query("number", ""), standard), "by number, A to Z");
        assert_eq!(order(&query("", ""), ("settled", "desc")), "by day of payment, latest first");
        assert_eq!(
            order(&query("count", ""), ("outstanding", "desc")),
            "by number of invoices, largest first"
        );
    }

    #[test]
    fn lateness_is_told_in_days() {
        assert_eq!(lateness(0), "On the due date");
        assert_eq!(lateness(1), "1 day late");
        assert_eq!(lateness(-3), "3 days early");
        assert_eq!(oldest(-3), "Nothing late");
        assert_eq!(oldest(12), "12 days late");
    }
}
