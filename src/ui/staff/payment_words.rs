//! Rules about online payments, in words.

use crate::{
    domain::{
        payment_override::{
            BankAcceptance, CardAcceptance, OnlinePayments, Override, PaymentOverrides,
            PortalAccess, SurchargeTerms,
        },
        policy::{BankDiscount, PaymentPolicy, When},
    },
    ui::format,
};

/// What is taken.
pub const ACCEPTED: &str = "accepted";

/// What is not taken.
pub const NOT_ACCEPTED: &str = "not accepted";

/// Which invoices something applies to.
pub fn when(when: When) -> String {
    match when {
        When::UntilDaysPastDue(days) => {
            format!("until {} past due", format::plural(i64::from(days), "day", "days"))
        }
        other => when_choice(other).to_owned(),
    }
}

/// The same as a choice, whose days are a field of their own.
pub const fn when_choice(when: When) -> &'static str {
    match when {
        When::Never => "never",
        When::Always => "always",
        When::OnOrBeforeDue => "until the due date",
        When::AfterDue => "once overdue",
        When::UntilDaysPastDue(_) => "until some days past due",
    }
}

fn limits(min: Option<i64>, max: Option<i64>, currency: &str) -> String {
    let money = |minor| format::money(minor, currency);
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(", invoices of {} or more", money(min)),
        (None, Some(max)) => format!(", invoices of up to {}", money(max)),
        (Some(min), Some(max)) => format!(", invoices of {} to {}", money(min), money(max)),
    }
}

/// When cards are accepted.
pub fn card(card: &CardAcceptance, currency: &str) -> String {
    let limits = limits(card.invoice_total_min, card.invoice_total_max, currency);
    match card.accepted {
        When::Never => NOT_ACCEPTED.to_owned(),
        other => format!("accepted {}{limits}", when(other)),
    }
}

/// When bank debits are accepted.
pub fn bank(bank: &BankAcceptance, currency: &str) -> String {
    format!("accepted{}", limits(bank.invoice_total_min, bank.invoice_total_max, currency))
}

/// A surcharge.
pub fn surcharge(terms: &SurchargeTerms, currency: &str) -> String {
    match terms.when {
        When::Never => "none".to_owned(),
        other => format!(
            "{}% {}{}",
            terms.rate.percent(),
            when(other),
            limits(terms.invoice_total_min, None, currency)
        ),
    }
}

/// A discount for paying by bank.
pub fn discount(discount: &BankDiscount, currency: &str) -> String {
    let limits = limits(discount.invoice_total_min, None, currency);
    let alone = if discount.stacks { "" } else { ", instead of an early-payment discount" };
    format!("{}% {}{limits}{alone}", discount.rate.percent(), when(discount.when))
}

/// What counts for everybody, group by group.
pub struct Everybody {
    /// Cards.
    pub card: String,
    /// The surcharge on credit cards.
    pub surcharge: String,
    /// Bank debits.
    pub bank: String,
    /// The discount for paying by bank.
    pub discount: String,
    /// Partial payments.
    pub partial: String,
}

impl Everybody {
    /// Of the company's rules.
    pub fn of(policy: &PaymentPolicy, currency: &str) -> Self {
        let (cards, banks) = (&policy.card, &policy.bank);
        let none = || "none".to_owned();
        Self {
            card: card(
                &CardAcceptance {
                    accepted: cards.accepted,
                    invoice_total_min: cards.invoice_total_min,
                    invoice_total_max: cards.invoice_total_max,
                },
                currency,
            ),
            surcharge: cards
                .surcharge
                .as_ref()
                .map_or_else(none, |rule| surcharge(&SurchargeTerms::of(rule), currency)),
            bank: if banks.accepted {
                bank(
                    &BankAcceptance {
                        invoice_total_min: banks.invoice_total_min,
                        invoice_total_max: banks.invoice_total_max,
                    },
                    currency,
                )
            } else {
                NOT_ACCEPTED.to_owned()
            },
            discount: banks.discount.as_ref().map_or_else(none, |rule| discount(rule, currency)),
            partial: if policy.partial { ACCEPTED } else { NOT_ACCEPTED }.to_owned(),
        }
    }
}

/// A group of a customer: what counts, and whether that is its own.
pub fn group<T>(
    group: &Override<T>,
    everybody: &str,
    off: &str,
    say: impl FnOnce(&T) -> String,
) -> (String, bool) {
    match group {
        Override::Inherit => (everybody.to_owned(), false),
        Override::On(values) => (say(values), true),
        Override::Off => (off.to_owned(), true),
    }
}

/// Whether a customer may pay online, as a choice.
pub const fn online_choice(online: OnlinePayments) -> &'static str {
    match online {
        OnlinePayments::Portal => "In the portal",
        OnlinePayments::PayLink => "By payment links only",
        OnlinePayments::Disabled { keeps_portal: true, .. } => {
            "Off; the portal is open for reading"
        }
        OnlinePayments::Disabled { keeps_portal: false, .. } => {
            "Off; the portal is closed and says whom to ask"
        }
    }
}

/// Whether a customer may pay online today.
pub fn online(overrides: &PaymentOverrides, access: PortalAccess, takes_payments: bool) -> String {
    let until = match overrides.online {
        OnlinePayments::Disabled { until: Some(day), .. } => format!(" until {day}"),
        _ => String::new(),
    };
    match access {
        PortalAccess::Full if takes_payments => "In the portal".to_owned(),
        PortalAccess::LinksOnly if takes_payments => "By payment links".to_owned(),
        PortalAccess::Full | PortalAccess::LinksOnly => "Switched off for everybody".to_owned(),
        PortalAccess::ReadOnly => format!("Off{until}; the portal is open for reading"),
        PortalAccess::Closed => format!("Off{until}; the portal is closed"),
    }
}

/// A group as the history keeps it, in words; what cannot be read is shown as it is.
pub fn kept(field: &str, text: &str) -> Option<String> {
    // The history keeps no currency: limits are said as they are stored there.
    const CURRENCY: &str = "";
    fn read<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
        serde_json::from_str(text).ok()
    }
    if text.is_empty() {
        let groups = ["card", "surcharge", "bank", "bank_discount", "partial_payments"];
        return match field {
            "online_payments" => Some("in the portal".to_owned()),
            _ if groups.contains(&field) => Some("as for everybody".to_owned()),
            _ => None,
        };
    }
    Some(match field {
        "online_payments" => match read(text)? {
            OnlinePayments::Portal => "in the portal".to_owned(),
            OnlinePayments::PayLink => "by payment links".to_owned(),
            OnlinePayments::Disabled { until, keeps_portal, .. } => {
                let until = until.map(|day| format!(" until {day}")).unwrap_or_default();
                let portal = if keeps_portal { "open for reading" } else { "closed" };
                format!("off{until}; the portal is {portal}")
            }
        },
        "card" => group(&read(text)?, "", NOT_ACCEPTED, |own| card(own, CURRENCY)).0,
        "surcharge" => group(&read(text)?, "", "none", |own| surcharge(own, CURRENCY)).0,
        "bank" => group(&read(text)?, "", NOT_ACCEPTED, |own| bank(own, CURRENCY)).0,
        "bank_discount" => group(&read(text)?, "", "none", |own| discount(own, CURRENCY)).0,
        "partial_payments" => group(&read(text)?, "", NOT_ACCEPTED, |()| ACCEPTED.to_owned()).0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Rate;

    #[test]
    fn rules_read_as_people_say_them() {
        let own = CardAcceptance {
            accepted: When::AfterDue,
            invoice_total_min: Some(10_000),
            invoice_total_max: Some(500_000),
        };
        assert_eq!(card(&own, "USD"), "accepted once overdue, invoices of $100.00 to $5,000.00");
        let late = CardAcceptance {
            accepted: When::UntilDaysPastDue(30),
            invoice_total_min: None,
            invoice_total_max: None,
        };
        assert_eq!(card(&late, "USD"), "accepted until 30 days past due");
        let text = serde_json::to_string(&Override::On(late)).unwrap();
        assert_eq!(kept("card", &text).as_deref(), Some("accepted until 30 days past due"));
        assert_eq!(when(When::UntilDaysPastDue(1)), "until 1 day past due");
        let terms = SurchargeTerms {
            rate: Rate::from_ppm(25_000),
            when: When::Always,
            invoice_total_min: None,
        };
        assert_eq!(surcharge(&terms, "USD"), "2.5% always");
        let everybody = Everybody::of(&PaymentPolicy::default(), "USD");
        assert_eq!(everybody.card, "not accepted");
        assert_eq!(
            (everybody.bank.as_str(), everybody.discount.as_str()),
            ("not accepted", "none")
        );
        let (text, is_own) = group(&Override::On(own), "", "", |own| card(own, "USD"));
        assert!(is_own && text.starts_with("accepted"));
    }

    #[test]
    fn the_history_says_what_it_keeps() {
        let until = Some("2026-06-30".parse().unwrap());
        let online = OnlinePayments::Disabled { until, keeps_portal: false, then_links: true };
        let text = serde_json::to_string(&online).unwrap();
        assert_eq!(
            kept("online_payments", &text).as_deref(),
            Some("off until 2026-06-30; the portal is closed")
        );
        let links = serde_json::to_string(&OnlinePayments::PayLink).unwrap();
        assert_eq!(kept("online_payments", &links).as_deref(), Some("by payment links"));
        assert_eq!(kept("card", "").as_deref(), Some("as for everybody"));
        let off = serde_json::to_string(&Override::<CardAcceptance>::Off).unwrap();
        assert_eq!(kept("card", &off).as_deref(), Some("not accepted"));
        for (state, said) in [(Override::On(()), "accepted"), (Override::Off, "not accepted")] {
            let text = serde_json::to_string(&state).unwrap();
            assert_eq!(kept("partial_payments", &text).as_deref(), Some(said));
        }
        assert_eq!(kept("partial_payments", "").as_deref(), Some("as for everybody"));
        assert_eq!(kept("name", "x"), None);
        assert_eq!(kept("card", "nonsense"), None);
    }
}
