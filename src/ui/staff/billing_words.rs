//! Who pays for whom, in words.

use crate::{
    api::view::BillingView,
    domain::hierarchy::{BillingPreference, PreferenceOrigin},
};

/// A preference.
pub const fn preference(preference: BillingPreference) -> &'static str {
    match preference {
        BillingPreference::Buyer => "Buyer",
        BillingPreference::ImmediateParent => "Immediate parent",
        BillingPreference::TopLevelParent => "Top-level parent",
    }
}

/// What a preference comes to.
pub const fn explained(preference: BillingPreference) -> &'static str {
    match preference {
        BillingPreference::Buyer => "Whoever buys pays.",
        BillingPreference::ImmediateParent => {
            "The customer that the buyer belongs to pays; one that belongs to nobody pays itself."
        }
        BillingPreference::TopLevelParent => {
            "The customer at the top of the buyer’s tree pays, for everybody below it."
        }
    }
}

/// Why it is this one who pays, in one sentence.
pub fn reason(billing: &BillingView) -> String {
    use BillingPreference as P;
    let rule = match (billing.origin, billing.preference) {
        (PreferenceOrigin::Customer, preference) => {
            format!("the customer’s own setting is “{}”", self::preference(preference))
        }
        (PreferenceOrigin::Project, _) => {
            "it is a project, and for projects the immediate parent pays".to_owned()
        }
        (PreferenceOrigin::Company, preference) => {
            format!("the company’s setting is “{}”", self::preference(preference))
        }
    };
    let payer = billing.bill_to.as_ref().map_or("It", |payer| payer.name.as_str());
    let own = if billing.bill_to.is_none() { "pays its own invoices" } else { "pays" };
    let but = match (billing.preference, &billing.bill_to) {
        (P::Buyer, _) | (_, Some(_)) => "",
        (_, None) if billing.is_in_circle => ", but in the books it belongs to itself",
        (_, None) => ", but it belongs to nobody",
    };
    format!("{payer} {own}, because {rule}{but}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::CustomerLink;

    fn billing(
        preference: BillingPreference,
        origin: PreferenceOrigin,
        payer: Option<&str>,
        is_in_circle: bool,
    ) -> BillingView {
        BillingView {
            own: None,
            preference,
            origin,
            inherited: BillingPreference::Buyer,
            parent: None,
            is_in_circle,
            bill_to: payer.map(|name| CustomerLink {
                id: "1".to_owned(),
                number: "1".to_owned(),
                name: name.to_owned(),
            }),
            pays_for: Vec::new(),
            pays_for_count: 0,
            consolidated: Vec::new(),
        }
    }

    #[test]
    fn the_reason_is_one_sentence() {
        use BillingPreference as P;
        use PreferenceOrigin as O;
        for (given, expected) in [
            (
                billing(P::TopLevelParent, O::Company, Some("Acme"), false),
                "Acme pays, because the company’s setting is “Top-level parent”.",
            ),
            (
                billing(P::ImmediateParent, O::Project, Some("Acme"), false),
                "Acme pays, because it is a project, and for projects the immediate parent pays.",
            ),
            (
                billing(P::Buyer, O::Customer, None, false),
                "It pays its own invoices, because the customer’s own setting is “Buyer”.",
            ),
            (
                billing(P::ImmediateParent, O::Company, None, false),
                "It pays its own invoices, because the company’s setting is “Immediate parent”, \
                 but it belongs to nobody.",
            ),
            (
                billing(P::TopLevelParent, O::Company, None, true),
                "It pays its own invoices, because the company’s setting is “Top-level parent”, \
                 but in the books it belongs to itself.",
            ),
        ] {
            assert_eq!(reason(&given), expected);
        }
    }
}
