//! What is expected of open invoices, in words.

use super::words;
use crate::{
    api::view::ExpectationView,
    domain::expectation::{ExpectationStatus, HoldReason},
};

pub use crate::ui::text::expectation_status as status;

/// Why nobody follows up.
pub const fn reason(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Pricing => "The price",
        HoldReason::GoodsOrService => "The goods or the service",
        HoldReason::MissingOrderNumber => "No order number",
        HoldReason::Duplicate => "Billed twice",
        HoldReason::AlreadyPaid => "Already paid, they say",
        HoldReason::Delivery => "The delivery",
        HoldReason::Other => "Something else",
        HoldReason::Books => "The books say it is disputed",
    }
}

/// What a status means, behind its day.
pub fn meaning(expected: &ExpectationView, usual_days_late: Option<i64>) -> String {
    match expected.status {
        ExpectationStatus::Predicted => match usual_days_late {
            Some(0) => "Predicted: the customer usually pays on the due date.".to_owned(),
            Some(days) => {
                format!("Predicted: the customer usually pays {}.", words::lateness(days))
            }
            None => {
                "Predicted from how late your customers usually pay; this one has paid too few \
                     invoices to tell."
                    .to_owned()
            }
        },
        ExpectationStatus::Late => {
            "Overdue, and nobody knows when the money comes. It counts in no forecast until \
             somebody names a day."
                .to_owned()
        }
        ExpectationStatus::Estimated => "Estimated by one of you.".to_owned(),
        ExpectationStatus::Promised => {
            "Promised by the customer. If nothing comes by then, the invoice is late.".to_owned()
        }
        ExpectationStatus::OnHold => {
            "On hold: nobody follows up until somebody ends the hold.".to_owned()
        }
        ExpectationStatus::Autopay => "It will be charged by itself on this day.".to_owned(),
        ExpectationStatus::AutopayHold => {
            "It was to be charged by itself, and will not.".to_owned()
        }
    }
}

/// A value of the history, as people say it; none where it is said as it is kept.
pub fn kept(field: &str, text: &str) -> Option<&'static str> {
    match field {
        "expectation" => ExpectationStatus::from_word(text).map(status),
        "hold_reason" => HoldReason::from_word(text).map(reason),
        _ => None,
    }
}
