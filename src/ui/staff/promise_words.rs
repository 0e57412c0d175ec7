//! Promises to pay, in words.

use crate::{
    api::view::PromiseView,
    domain::{
        form::{FieldProblem, Problem},
        promise::{PromiseChannel, PromiseStatus},
    },
    ui::{
        format::money,
        text::{self, promise::listed},
    },
};

/// Numbers of invoices that a row names.
const NUMBERS_MAX: usize = 10;

/// How a customer gave its word.
pub const fn channel(channel: PromiseChannel) -> &'static str {
    match channel {
        PromiseChannel::Call => "Phone call",
        PromiseChannel::Email => "E-mail",
        PromiseChannel::Sms => "Text message",
        PromiseChannel::Portal => "Portal",
    }
}

/// The kind of chip that says what became of a promise.
pub const fn chip(status: PromiseStatus) -> &'static str {
    match status {
        PromiseStatus::Open => "due-soon",
        PromiseStatus::Kept => "paid",
        PromiseStatus::PartiallyKept => "disputed",
        PromiseStatus::Broken => "failed",
        PromiseStatus::Cancelled => "open",
    }
}

/// A value of the history that is kept as a word.
pub fn kept(field: &str, word: &str) -> Option<&'static str> {
    match field {
        "promise_status" => PromiseStatus::from_word(word).map(text::promise::status),
        "promise_channel" => PromiseChannel::from_word(word).map(channel),
        _ => None,
    }
}

/// What was promised.
pub fn title(promise: &PromiseView) -> String {
    format!("{} by {}", money(promise.amount.minor, &promise.amount.currency), promise.by)
}

/// What there is to know of a promise, beside what was promised.
pub fn details(promise: &PromiseView) -> String {
    let paid = (promise.paid > 0).then(|| {
        let paid = money(promise.paid, &promise.amount.currency);
        let so_far = if promise.status == PromiseStatus::Open { " so far" } else { "" };
        format!("{paid} paid{so_far}")
    });
    let numbers: Vec<&str> = promise.invoices.iter().map(String::as_str).collect();
    let closed = (!promise.closed.is_empty()).then(|| format!("closed {}", promise.closed));
    let at = (!promise.customer.is_empty()).then(|| format!("promised by {}", promise.customer));
    let parts = [
        paid,
        Some(listed(&numbers, NUMBERS_MAX)),
        at,
        promise.channel.map(|one| channel(one).to_owned()),
        Some(format!("{}, {}", promise.taker, promise.taken)),
        closed,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// What is wrong with the invoices of the form; `number` is that of the one it is about, where it is
/// about one.
pub fn invoices_problem(problem: &FieldProblem, number: Option<&str>) -> String {
    match (number, problem.problem) {
        (Some(number), Problem::AlreadyUsed) => format!(
            "Invoice {number} is in another open promise. Take its tick away, or cancel that promise \
             first."
        ),
        (Some(number), _) => {
            format!("Nothing can be promised on invoice {number} any more. Take its tick away.")
        }
        (None, _) => text::problem(problem).to_owned(),
    }
}

/// Days of grace, as they are chosen.
pub fn grace(days: u16) -> String {
    match days {
        0 => "None: on the day after it was promised for".to_owned(),
        1 => "1 day later".to_owned(),
        days => format!("{days} days later"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::Amount;

    #[test]
    fn a_promise_is_told_in_words() {
        let promise = PromiseView {
            id: "p".to_owned(),
            version: 1,
            status: PromiseStatus::Open,
            amount: Amount { minor: 50_000, currency: "USD".to_owned() },
            paid: 20_000,
            by: "Nov 26, 2026".to_owned(),
            channel: Some(PromiseChannel::Call),
            note: String::new(),
            invoices: vec!["INV-1".to_owned(), "INV-2".to_owned()],
            customer: String::new(),
            taker: "Ana".to_owned(),
            taken: "Nov 20, 2026".to_owned(),
            closed: String::new(),
        };
        assert_eq!(title(&promise), "$500.00 by Nov 26, 2026");
        assert_eq!(
            details(&promise),
            "$200.00 paid so far · INV-1, INV-2 · Phone call · Ana, Nov 20, 2026"
        );
        let broken = PromiseView {
            status: PromiseStatus::Broken,
            paid: 0,
            channel: None,
            customer: "Alder".to_owned(),
            closed: "Nov 27, 2026".to_owned(),
            ..promise
        };
        assert_eq!(
            details(&broken),
            "INV-1, INV-2 · promised by Alder · Ana, Nov 20, 2026 · closed Nov 27, 2026"
        );
    }

    #[test]
    fn what_is_wrong_with_an_invoice_names_it() {
        let of = |field: &str, problem| FieldProblem { field: field.to_owned(), problem };
        let said = invoices_problem(&of("invoices.7", Problem::AlreadyUsed), Some("INV-7"));
        assert!(said.starts_with("Invoice INV-7 is in another open promise."), "{said}");
        let said = invoices_problem(&of("invoices.7", Problem::NotAChoice), Some("INV-7"));
        assert!(said.contains("invoice INV-7 any more"), "{said}");
        let said = invoices_problem(&of("invoices", Problem::Required), None);
        assert_eq!(said, "Tick at least one invoice.");
        let said = invoices_problem(&of("invoices.7", Problem::AlreadyUsed), None);
        assert!(said.starts_with("One of them is in another open promise."), "{said}");
    }
}
