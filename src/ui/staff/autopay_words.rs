//! Automatic payment in words, for the staff.

use leptos::prelude::*;

use crate::{
    api::view::AutopayView,
    domain::autopay::AutopayTiming,
    ui::{format::money, text},
};

/// What somebody is told of it. `fact` gives what is known by its name, or nothing.
pub fn news<'a>(fact: &impl Fn(&'static str) -> &'a str) -> String {
    let reason = match fact("reason") {
        "" => String::new(),
        code => text::autopay::problem(code),
    };
    match (fact("autopay"), fact("by")) {
        ("enrolled", by) => format!("{by} enrolled in autopay"),
        ("changed", by) => format!("{by} changed autopay"),
        ("cancelled", "") => format!("Autopay has ended. {reason}"),
        ("cancelled", by) => format!("{by} cancelled autopay"),
        ("unsent", _) => format!(
            "{} could not be charged by itself: the processor is not reached. It is tried again with \
             the run of each day.",
            fact("invoice")
        ),
        ("held", _) => format!("{} is not charged by itself. {reason}", fact("invoice")),
        ("given_up", _) => format!("{} could not be charged by itself. {reason}", fact("invoice")),
        _ => format!("Autopay needs attention. {reason}"),
    }
}

/// What happened, in a few words. `number` is that of the invoice, or empty.
pub fn what(word: &str, number: &str) -> String {
    let invoice = if number.is_empty() { "an invoice" } else { number };
    match word {
        "enrolled" => "Enrolled in autopay".to_owned(),
        "changed" => "Autopay changed".to_owned(),
        "cancelled" => "Autopay ended".to_owned(),
        "notice" => format!("Autopay of {invoice} announced"),
        "held" => format!("Autopay of {invoice} waits for the payer"),
        "credit" => format!("Credit used on {invoice} by autopay"),
        "retry" => format!("Autopay of {invoice} failed, and is tried again"),
        "given_up" => format!("Autopay of {invoice} failed"),
        "invited" => "Invited to autopay".to_owned(),
        _ => "Autopay needs attention".to_owned(),
    }
}

/// What there is to say beside it.
pub fn remark<'a>(fact: impl Fn(&'static str) -> &'a str) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(AutopayTiming::from_word(fact("autopay_timing")).map(timing));
    for name in ["autopay_method", "credit", "to"] {
        parts.extend(Some(fact(name)).filter(|text| !text.is_empty()).map(str::to_owned));
    }
    match fact("autopay_ceiling") {
        "" => {}
        ceiling => parts.push(format!("up to {ceiling} each time")),
    }
    parts.extend(fact("minor").parse().ok().map(|minor| money(minor, fact("currency"))));
    match fact("day") {
        "" => {}
        day => parts.push(format!("on {day}")),
    }
    match fact("reason") {
        "" => {}
        code => parts.push(text::autopay::problem(code)),
    }
    parts.join(" · ")
}

fn timing(timing: AutopayTiming) -> String {
    text::autopay::timing(timing).to_owned()
}

/// How a customer's autopay stands: the payer's own, to be read, and what can be done.
pub fn section(now: Option<&AutopayView>, next: Option<AnyView>) -> AnyView {
    let body = match now {
        None => {
            view! { <p class="soft">"Off. The customer turns it on in the portal."</p> }.into_any()
        }
        Some(now) => {
            let AutopayView { timing, method, ceiling, uses_credits, since, by, problem } = now;
            let state = match problem.as_str() {
                "" => "On".to_owned(),
                code => format!("Needs attention. {}", text::autopay::problem(code)),
            };
            let ceiling = if ceiling.is_empty() { "No limit".to_owned() } else { ceiling.clone() };
            let credits = if *uses_credits { "Used first" } else { "Not used" };
            view! {
                <dl class="facts">
                    <div><dt>"State"</dt><dd>{state}</dd></div>
                    <div><dt>"When"</dt><dd>{text::autopay::timing(*timing)}</dd></div>
                    <div><dt>"Method"</dt><dd>{method.clone()}</dd></div>
                    <div><dt>"Limit for one charge"</dt><dd>{ceiling}</dd></div>
                    <div><dt>"Open credits"</dt><dd>{credits}</dd></div>
                    <div><dt>"Since"</dt><dd>{format!("{since}, agreed by {by}")}</dd></div>
                </dl>
            }
            .into_any()
        }
    };
    view! {
        <section class="panel__section" aria-labelledby="panel-autopay">
            <h3 id="panel-autopay">"Autopay"</h3>
            {body}
            {next}
        </section>
    }
    .into_any()
}

/// A field of the history; none of another's.
pub fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "autopay_timing" => "When",
        "autopay_method" => "Method",
        "autopay_ceiling" => "Limit for one charge",
        "autopay_credits" => "Credits first",
        "autopay_open" => "What was open too",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn autopay_reads_as_people_say_it() {
        let facts = |word: &'static str, by: &'static str, reason: &'static str| {
            news(&move |name| match name {
                "autopay" => word,
                "by" => by,
                "reason" => reason,
                "invoice" => "INV-1",
                _ => "",
            })
        };
        assert_eq!(facts("enrolled", "d@a.example", ""), "d@a.example enrolled in autopay");
        assert_eq!(
            facts("held", "", "above_ceiling"),
            "INV-1 is not charged by itself. It is more than the limit for one charge."
        );
        let stopped = facts("needs_attention", "", "R01");
        assert!(stopped.contains("did not hold enough money"), "{stopped}");
        assert_eq!(what("notice", "INV-2"), "Autopay of INV-2 announced");
        let said = remark(|name| match name {
            "autopay_timing" => "due_date",
            "autopay_method" => "Visa ••4242",
            "autopay_ceiling" => "$5.00",
            _ => "",
        });
        assert_eq!(said, "On the due date · Visa ••4242 · up to $5.00 each time");
    }
}
