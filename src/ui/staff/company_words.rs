//! The company's settings in words, as its history has them.

use super::{payment_words::online_choice, statement_words};
use crate::domain::{payment_override::OnlinePayments, statement::MonthWeek};

/// A field.
pub fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "company_address" => "Address",
        "tax_id" => "Tax ID",
        "contact_name" => "Contact",
        "contact_email" => "Contact’s e-mail",
        "contact_phone" => "Contact’s phone",
        "check_address" => "Where checks go",
        "account_manager" => "Account manager",
        "support" => "Support",
        "sales" => "Sales",
        "po_numbers_shown" => "PO numbers in the portal",
        "time_zone" => "Time zone",
        "logo" => "Logo",
        "payments_enabled" => "Payments in the portal",
        "surcharge_cost" => "Cost of accepting cards, percent",
        "surcharge_notified_on" => "Networks told on",
        "surcharge_starts_on" => "First day of the surcharge",
        "seller_state" => "State",
        "surcharge_account" => "Account of surcharges",
        "fees_account" => "Account of processing fees",
        "discounts_account" => "Account of discounts",
        "new_customers" => "Online payments of customers that come new",
        "statements_mailed" => "Monthly statements",
        "statements_for_everybody" => "Statements without a say of one’s own",
        "statements_week" => "Week of statements",
        "statements_weekday" => "Day of statements",
        "statements_paid_days" => "Days for which statements list what was settled",
        "usual_workflow" => "Usual reminders",
        "promise_grace_days" => "Days of grace of promises",
        _ => return None,
    })
}

/// A value; none where it is said as it is kept.
pub fn kept(field: &str, text: &str) -> Option<&'static str> {
    match field {
        "new_customers" => {
            let known = serde_json::from_str::<OnlinePayments>(text).ok();
            Some(known.map_or("", online_choice))
        }
        "payments_enabled" => Some(if text == "yes" { "taken" } else { "not taken" }),
        "po_numbers_shown" => Some(if text == "yes" { "shown" } else { "not shown" }),
        "statements_mailed" => Some(if text == "yes" { "mailed" } else { "not mailed" }),
        "statements_for_everybody" => Some(statement_words::inherited(text == "yes")),
        "statements_week" => MonthWeek::from_word(text).map(statement_words::week),
        "statements_weekday" => text.parse().ok().map(statement_words::weekday),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_as_people_say_it() {
        assert_eq!(field("tax_id"), Some("Tax ID"));
        assert_eq!(field("phone"), None);
        assert_eq!(kept("payments_enabled", "no"), Some("not taken"));
        assert_eq!(kept("statements_week", "last"), Some("Last"));
        assert_eq!(kept("statements_weekday", "Mon"), Some("Monday"));
        for choice in OnlinePayments::CHOICES {
            let text = serde_json::to_string(&choice).unwrap();
            assert_eq!(kept("new_customers", &text), Some(online_choice(choice)));
        }
        assert_eq!(kept("tax_id", "12-3456789"), None);
    }
}
