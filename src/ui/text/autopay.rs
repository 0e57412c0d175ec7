//! Automatic payment, in words that screens, letters and the payer's consent have in common.

use crate::{
    domain::{
        autopay::{AutopayHold, AutopayTiming},
        method::MethodKind,
    },
    ui::text,
};

/// When invoices are charged, in a few words.
pub const fn timing(timing: AutopayTiming) -> &'static str {
    match timing {
        AutopayTiming::InvoiceDate => "On the invoice date",
        AutopayTiming::LastDiscountDay => "On the last day of the discount",
        AutopayTiming::DueDate => "On the due date",
    }
}

/// The same in a sentence.
pub const fn timing_sentence(timing: AutopayTiming) -> &'static str {
    match timing {
        AutopayTiming::InvoiceDate => {
            "Each invoice is paid as soon as it is here, with every discount for paying early."
        }
        AutopayTiming::LastDiscountDay => {
            "Each invoice is paid on the last day on which paying early saves something; without a \
             discount, on the day it is due."
        }
        AutopayTiming::DueDate => {
            "Each invoice is paid on the day it is due. Discounts for paying early are not used."
        }
    }
}

/// The same within the consent.
const fn timing_clause(timing: AutopayTiming) -> &'static str {
    match timing {
        AutopayTiming::InvoiceDate => "on the date of that invoice, or on the day it appears",
        AutopayTiming::LastDiscountDay => {
            "on the last day of the early-payment discount of that invoice, or on its due date where \
             it has none,"
        }
        AutopayTiming::DueDate => "on the due date of that invoice",
    }
}

/// What a consent is about, each part in words.
#[derive(Clone, Debug)]
pub struct Consent<'a> {
    /// Who charges.
    pub merchant: &'a str,
    /// How they are reached.
    pub contact: &'a str,
    /// Whose invoices.
    pub customer: &'a str,
    /// Card or bank.
    pub kind: MethodKind,
    /// The card's brand or the bank's name.
    pub brand: &'a str,
    /// The last four digits.
    pub last4: &'a str,
    /// When.
    pub timing: AutopayTiming,
    /// The most that one charge may be; empty for no limit.
    pub ceiling: &'a str,
    /// Days of notice.
    pub notice_days: u64,
    /// Whether open credits are used first.
    pub use_credits: bool,
    /// Whether what is open with its day over is charged too.
    pub include_open: bool,
    /// Whether a bank account is a business's.
    pub is_business: bool,
    /// The surcharge, in percent; empty for none.
    pub surcharge: &'a str,
    /// Today.
    pub date: &'a str,
}

/// The words that a payer agrees to (money.md §2.1).
pub fn consent(about: &Consent<'_>) -> String {
    let Consent { merchant, contact, customer, brand, last4, date, .. } = about;
    let method = match about.kind {
        MethodKind::Bank => format!("debit the bank account ending {last4} at {brand}"),
        MethodKind::Card => format!("charge the {brand} card ending {last4}"),
    };
    let most = match about.ceiling {
        "" => ", whatever it is".to_owned(),
        ceiling => format!(", up to {ceiling} each time"),
    };
    let mut sentences = vec![format!(
        "On {date} I authorize {merchant} to {method} for the amount of each invoice issued to \
         {customer}, and to others for whom {customer} pays, {}, beginning tomorrow{most}.",
        timing_clause(about.timing)
    )];
    sentences.push(match about.notice_days {
        0 => "I will be told the amount and date before each charge.".to_owned(),
        days => format!(
            "I will be told the amount and date {days} days before each charge; where less time is \
             left, {}.",
            if days > 3 {
                "the charge waits for as long"
            } else {
                "as soon as the invoice is known"
            }
        ),
    });
    sentences.push(match about.include_open {
        true => "Invoices that are open now and whose day has passed are charged too.".to_owned(),
        false => "Invoices that are open now and whose day has passed are not charged.".to_owned(),
    });
    if about.use_credits {
        sentences.push("Open credits are used first.".to_owned());
    }
    match (about.kind, about.surcharge) {
        (MethodKind::Card, "") => {
            sentences.push("No surcharge is added for paying by card.".to_owned());
        }
        (MethodKind::Card, percent) => sentences.push(format!(
            "{merchant} adds a surcharge of up to {percent}% of what the card pays, which is not more \
             than its cost of accepting the card."
        )),
        (MethodKind::Bank, _) => sentences.push(format!(
            "If a debit is returned for lack of funds, {merchant} may present it again up to two \
             times. I am an authorized signer on this account."
        )),
    }
    if matches!(about.kind, MethodKind::Bank) && about.is_business {
        sentences.push(format!(
            "The account is used mainly for business purposes, and {customer} agrees to the Nacha \
             Operating Rules for these debits."
        ));
    }
    sentences.push(format!(
        "This stays in force until I revoke it in the portal or by contacting {contact}; revoking it \
         takes effect at once for everything that was not sent yet. What was sent to a bank cannot be \
         called back."
    ));
    sentences.join(" ")
}

/// Why an invoice waits for its payer, as a sentence.
pub const fn hold(hold: AutopayHold) -> &'static str {
    match hold {
        AutopayHold::AboveCeiling => "It is more than the limit for one charge.",
        AutopayHold::NotAccepted => "The payment method is not accepted for it.",
        AutopayHold::Currency => "It is in a currency that was not agreed to.",
        AutopayHold::MethodGone => "The payment method can no longer be used.",
        AutopayHold::CardExpired => "The card has expired.",
        AutopayHold::TooLate => "It arrived long after the day on which it was to be paid.",
        AutopayHold::TakenBack => "An earlier payment of it went back.",
        AutopayHold::AmountChanged => {
            "A debit came back, and what is to be paid has changed since then."
        }
        AutopayHold::NobodyTold => "Nobody is left whom we could tell of a charge beforehand.",
    }
}

/// Why autopay stopped, as a sentence, of a code that is kept: of a hold, or of a payment.
pub fn problem(code: &str) -> String {
    match AutopayHold::from_word(code) {
        Some(reason) => hold(reason).to_owned(),
        None => format!("A payment failed: {}.", text::failure_clause(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANK: Consent<'_> = Consent {
        merchant: "Halden Supply Co.",
        contact: "ar@halden.example",
        customer: "Alder & Finch",
        kind: MethodKind::Bank,
        brand: "Test Bank",
        last4: "6789",
        timing: AutopayTiming::DueDate,
        ceiling: "$5,000.00",
        notice_days: 3,
        use_credits: true,
        include_open: false,
        is_business: true,
        surcharge: "",
        date: "Mar 5, 2026",
    };

    /// Nacha: who, whom, which account, how much, when, and how it is revoked.
    #[test]
    fn a_consent_says_everything_it_has_to() {
        let text = consent(&BANK);
        for part in [
            "Halden Supply Co.",
            "Alder & Finch",
            "ending 6789 at Test Bank",
            "up to $5,000.00",
            "on the due date of that invoice",
            "3 days before each charge",
            "whose day has passed are not charged",
            "Open credits are used first",
            "present it again up to two times",
            "Nacha Operating Rules",
            "until I revoke it in the portal or by contacting ar@halden.example",
            "Mar 5, 2026",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_consent_says_what_was_chosen() {
        let consumer =
            consent(&Consent { is_business: false, ceiling: "", notice_days: 10, ..BANK });
        assert!(!consumer.contains("Nacha"), "{consumer}");
        assert!(consumer.contains("10 days before each charge"), "{consumer}");
        assert!(consumer.contains("the charge waits for as long"), "{consumer}");
        assert!(consumer.contains(", whatever it is."), "{consumer}");
        let card = Consent { kind: MethodKind::Card, brand: "Visa", surcharge: "2.9", ..BANK };
        let text = consent(&card);
        assert!(text.contains("surcharge of up to 2.9%") && !text.contains("debit"), "{text}");
        let free = consent(&Consent { surcharge: "", include_open: true, ..card });
        assert!(free.contains("No surcharge") && free.contains("are charged too"), "{free}");
        assert_ne!(text, consent(&Consent { use_credits: false, ..BANK }));
    }
}
