//! The history in words.

use super::{
    autopay_words, billing_words, company_words, expectation_words, payment_words, promise_words,
    statement_words, task_words, words, workflow_words,
};
use crate::{
    api::view::ActivityView,
    domain::{
        activity::{ActivityKind, Topic},
        file::Visibility,
        hierarchy::BillingPreference,
        payment::PaymentState,
        profile::Books,
        promise::PromiseStatus,
        statement::StatementChoice,
        workflow::Tone,
    },
    ui::{format, text},
};

/// A topic, in the filter.
pub const fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Profile => "Profile",
        Topic::Contacts => "Contacts",
        Topic::Messages => "Messages",
        Topic::Notes => "Notes",
        Topic::Tasks => "Tasks",
        Topic::Documents => "Documents",
        Topic::Payments => "Payments",
    }
}

/// A field of the books.
pub fn field(name: &str) -> String {
    // Fields of the company's own are kept with their names.
    if let Some(own) = name.strip_prefix("custom:") {
        return own.to_owned();
    }
    let label = match name {
        "name" => "Name",
        "parent_number" => "Belongs to",
        "contact" => "Contact",
        "role" => "Role",
        "note" => "Note",
        "task" => "Task",
        "task_kind" => "Kind",
        "task_notes" => "Notes",
        "invoice" => "Invoice",
        "due_on" => "Due",
        "assignee" => "Assigned to",
        "outcome" => "Outcome",
        "specialist" => "AR specialist",
        "statement" => "Monthly statement",
        "workflow" => "Reminder workflow",
        "online_payments" => "Online payments",
        "card" => "Cards",
        "surcharge" => "Card surcharge",
        "bank" => "Bank debits",
        "bank_discount" => "Bank discount",
        "partial_payments" => "Partial payments",
        "billing_preference" => "Who pays",
        "bill_to" => "Bill-To",
        "pays_for" => "Pays for",
        "expectation" => "Status",
        "expected_on" => "Expected",
        "hold_reason" => "Why",
        "hold_note" => "Note",
        "promise" => "Promised",
        "promised_on" => "By",
        "promise_invoices" => "Invoices",
        "promise_others" => "Invoices of others",
        "promise_channel" => "How",
        "promise_note" => "Note",
        "promise_status" => "Promise",
        "promise_paid" => "Paid",
        "document" => "Document",
        "document_type" => "Type",
        "visibility" => "Who sees it",
        "size" => "Size",
        "synced_from" => "Comes from",
        // The rest is called what the import calls it.
        other => {
            let of_company = company_words::field(other).map(str::to_owned);
            let own = autopay_words::field(other).map(str::to_owned);
            return own.or(of_company).unwrap_or_else(|| words::import_field(other));
        }
    };
    label.to_owned()
}

/// A value of a field, as people say it; most are said as they are kept.
pub fn value(field: &str, kept: &str) -> String {
    if field == "billing_preference" {
        let known = BillingPreference::from_word(kept).map(billing_words::preference);
        return known.unwrap_or("Inherited").to_owned();
    }
    if field == "workflow" && kept.is_empty() {
        return "Inherited".to_owned();
    }
    if field == "statement" {
        let known = StatementChoice::from_word(kept).map(statement_words::choice);
        return known.unwrap_or("Inherited").to_owned();
    }
    let said = expectation_words::kept(field, kept)
        .or_else(|| task_words::kept(field, kept))
        .or_else(|| promise_words::kept(field, kept))
        .or_else(|| company_words::kept(field, kept));
    if let Some(said) = said {
        return said.to_owned();
    }
    if field == "visibility" {
        let known = Visibility::from_word(kept).map(text::visibility);
        return known.unwrap_or_default().to_owned();
    }
    if field == "synced_from" {
        let known = Books::from_word(kept).map(words::books);
        return known.unwrap_or("Your own entries").to_owned();
    }
    if field == "size" {
        return kept.parse().map(format::bytes).unwrap_or_default();
    }
    payment_words::kept(field, kept).unwrap_or_else(|| kept.to_owned())
}

/// Who did it.
pub fn actor(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("staff", address)) => address.to_owned(),
        Some((_, name)) => name.to_owned(),
        None => match actor {
            "payer" => "The payer".to_owned(),
            "processor" => "The payment processor".to_owned(),
            "autopay" => "Autopay".to_owned(),
            "janitor" | "system" => "Quittance".to_owned(),
            "setting" => "The setting for new customers".to_owned(),
            "command" => "The command line".to_owned(),
            "demo" => "The demo".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn fact<'a>(row: &'a ActivityView, name: &str) -> &'a str {
    row.facts.iter().find(|fact| fact.field == name).map_or("", |fact| fact.after.as_str())
}

/// What happened, in a few words.
pub fn what(row: &ActivityView) -> String {
    match row.kind {
        ActivityKind::CustomerAdded => "Customer added".to_owned(),
        ActivityKind::ProfileChanged if !fact(row, "invoice").is_empty() => {
            format!("Custom fields of invoice {} changed", fact(row, "invoice"))
        }
        ActivityKind::ProfileChanged => match row.facts.as_slice() {
            [one] => format!("{} changed", field(&one.field)),
            many => {
                let count = i64::try_from(many.len()).unwrap_or(i64::MAX);
                format!("{} changed", format::plural(count, "field", "fields"))
            }
        },
        ActivityKind::BillToChanged => match row.facts.first() {
            Some(one) if one.field == "bill_to" => "Somebody else pays".to_owned(),
            Some(one) if one.before.is_empty() => format!("Pays for {} now", one.after),
            Some(one) => format!("No longer pays for {}", one.before),
            None => "Bill-To changed".to_owned(),
        },
        ActivityKind::ContactAdded => "Contact added".to_owned(),
        ActivityKind::ContactChanged => "Contact changed".to_owned(),
        ActivityKind::ContactRemoved => "Contact removed".to_owned(),
        ActivityKind::NoteAdded => "Note".to_owned(),
        ActivityKind::NoteChanged => "Note changed".to_owned(),
        ActivityKind::TaskAdded => "Task added".to_owned(),
        ActivityKind::TaskChanged => "Task changed".to_owned(),
        ActivityKind::TaskDone => match task_words::kept("outcome", fact(row, "outcome")) {
            Some(outcome) => format!("Call: {}", outcome.to_lowercase()),
            None => "Task completed".to_owned(),
        },
        ActivityKind::TaskReopened => "Task reopened".to_owned(),
        ActivityKind::TaskRemoved => "Task removed".to_owned(),
        ActivityKind::DocumentAdded => "Document added".to_owned(),
        ActivityKind::DocumentChanged => "Document changed".to_owned(),
        ActivityKind::DocumentRemoved => "Document removed".to_owned(),
        ActivityKind::Payment => {
            let state = PaymentState::from_word(fact(row, "state"));
            let state = state.map(|state| text::payment_status(state, fact(row, "reason"), ""));
            format!("Payment {}: {}", fact(row, "payment"), state.unwrap_or_default())
        }
        ActivityKind::Message => match (fact(row, "message"), fact(row, "to")) {
            ("reminder", "") => "Reminder not mailed".to_owned(),
            (_, "") => "Statement not mailed".to_owned(),
            (_, to) => format!("Message to {to}"),
        },
        ActivityKind::PayLink => match fact(row, "pay_link") {
            "made" => "Payment link made",
            "copied" => "Payment link copied",
            "opened" => "Payment link opened for the first time",
            "revoked" => "Payment link revoked",
            _ => "Paid; its payment link is used up",
        }
        .to_owned(),
        ActivityKind::Autopay => autopay_words::what(fact(row, "autopay"), &row.invoice),
        ActivityKind::PortalViewed => format!("Portal viewed as {}", fact(row, "contact")),
        ActivityKind::ExpectationChanged => match row.invoice.as_str() {
            "" => "Expectation changed".to_owned(),
            number => format!("Expectation of {number} changed"),
        },
        ActivityKind::PromiseAdded => "Promise recorded".to_owned(),
        ActivityKind::PromiseChanged => match PromiseStatus::from_word(fact(row, "promise_status"))
        {
            Some(PromiseStatus::Kept) => "Promise kept",
            Some(PromiseStatus::PartiallyKept) => "Promise kept in part",
            Some(PromiseStatus::Broken) => "Promise broken",
            Some(PromiseStatus::Cancelled) => "Promise cancelled",
            Some(PromiseStatus::Open) | None => "Promise changed",
        }
        .to_owned(),
    }
}

/// What there is to say beside it.
pub fn remark(row: &ActivityView) -> Option<String> {
    match row.kind {
        ActivityKind::Payment => {
            let minor = fact(row, "minor").parse().unwrap_or(0);
            let amount = format::money(minor, fact(row, "currency"));
            let payer = match fact(row, "payer") {
                "" => String::new(),
                payer => format!("its part of a payment by {payer}"),
            };
            let invoices = match fact(row, "paid_invoices") {
                "" => String::new(),
                numbers => format!("for {numbers}"),
            };
            let parts = [amount.as_str(), fact(row, "method"), &payer, &invoices];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Some(parts.join(" · "))
        }
        ActivityKind::PayLink => {
            let number = (!row.invoice.is_empty()).then(|| format!("Invoice {}", row.invoice));
            let minor = fact(row, "minor").parse().ok();
            let open =
                minor.map(|minor| format!("{} open", format::money(minor, fact(row, "currency"))));
            let payment = fact(row, "payment");
            let payment = (!payment.is_empty()).then(|| format!("Payment {payment}"));
            let parts: Vec<String> = [number, open, payment].into_iter().flatten().collect();
            Some(parts.join(" · "))
        }
        ActivityKind::Autopay => Some(autopay_words::remark(|name| fact(row, name))),
        ActivityKind::Message => {
            Some(match (fact(row, "to"), Tone::from_word(fact(row, "tone"))) {
                ("", _) => "No contact gets mail of this kind by their role".to_owned(),
                (_, Some(tone)) => workflow_words::tone(tone).to_owned(),
                (_, None) => fact(row, "subject").to_owned(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::FactView;

    fn row(kind: ActivityKind, facts: &[(&str, &str, &str)]) -> ActivityView {
        let facts = facts.iter().map(|(field, before, after)| FactView {
            field: (*field).to_owned(),
            before: (*before).to_owned(),
            after: (*after).to_owned(),
        });
        let (actor, at) = ("staff:ana@halden.example".to_owned(), String::new());
        let invoice = String::new();
        ActivityView { position: 1, kind, invoice, actor, at, facts: facts.collect() }
    }

    #[test]
    fn what_happened_reads_as_people_say_it() {
        let one = row(ActivityKind::ProfileChanged, &[("phone", "1", "2")]);
        assert_eq!(what(&one), "Phone changed");
        let two = row(ActivityKind::ProfileChanged, &[("phone", "1", "2"), ("name", "a", "b")]);
        assert_eq!(what(&two), "2 fields changed");
        let paid = row(
            ActivityKind::Payment,
            &[
                ("currency", "", "USD"),
                ("method", "", "Visa ending 4242"),
                ("minor", "", "123456"),
                ("paid_invoices", "", "INV-1, INV-2"),
                ("payment", "", "P-7"),
                ("state", "", "succeeded"),
            ],
        );
        assert_eq!(what(&paid), "Payment P-7: Paid");
        assert_eq!(
            remark(&paid).as_deref(),
            Some("$1,234.56 · Visa ending 4242 · for INV-1, INV-2")
        );
        assert_eq!(actor(&paid.actor), "ana@halden.example");
        let kept = row(ActivityKind::PromiseChanged, &[("promise_status", "open", "kept")]);
        assert_eq!(what(&kept), "Promise kept");
        assert_eq!(value("promise_status", "open"), "Promised");
        let left = row(ActivityKind::PromiseChanged, &[("promise", "$5.00", "$3.00")]);
        assert_eq!((what(&left), field("promise")), ("Promise changed".into(), "Promised".into()));
        assert_eq!(value("promise_channel", "sms"), "Text message");
        let own = row(ActivityKind::ProfileChanged, &[("custom:Region", "North", "South")]);
        assert_eq!(what(&own), "Region changed");
        let of_invoice = row(
            ActivityKind::ProfileChanged,
            &[("custom:Quay", "", "East"), ("invoice", "", "INV-1")],
        );
        assert_eq!(what(&of_invoice), "Custom fields of invoice INV-1 changed");
    }
}
