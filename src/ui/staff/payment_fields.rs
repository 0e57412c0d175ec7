//! The fields of rules about online payments: the same for the company and for one customer.

use leptos::prelude::*;

use super::{
    payment_words::{Everybody, when_choice},
    refusal::problem,
};
use crate::{
    api::error::ApiError,
    domain::{
        payment_form::{
            BankFields, CardFields, DiscountFields, GroupFields, PartialFields, SurchargeFields,
        },
        policy::When,
    },
    ui::{components::field::Field, text::capitalized},
};

type Refused = Memo<Option<ApiError>>;

/// The groups. `everybody` is there where a customer may follow the company.
pub fn groups(fields: &GroupFields, everybody: Option<&Everybody>, error: Refused) -> AnyView {
    let GroupFields { card, surcharge, bank, discount, partial } = fields;
    view! {
        {cards(card, everybody.map(|all| &all.card), error)}
        {surcharges(surcharge, everybody.map(|all| &all.surcharge), error)}
        {banks(bank, everybody.map(|all| &all.bank), error)}
        {discounts(discount, everybody.map(|all| &all.discount), error)}
        {partials(partial, everybody.map(|all| &all.partial))}
    }
    .into_any()
}

/// A group: its state, and what it has when it is on.
struct Group<'a> {
    legend: &'static str,
    name: &'static str,
    state: &'a str,
    everybody: Option<&'a String>,
    on: &'static str,
    off: &'static str,
}

impl Group<'_> {
    fn view(self, values: impl IntoView + 'static) -> AnyView {
        let Self { legend, name, state, everybody, on, off } = self;
        let radio = |value: &'static str, label: String| {
            let is_chosen = state == value;
            view! {
                <label class="check">
                    <input type="radio" name=name value=value checked=is_chosen/>
                    <span>{label}</span>
                </label>
            }
        };
        let inherit = everybody.map(|all| radio("inherit", format!("As for everybody: {all}")));
        view! {
            <fieldset class="choices choices--group">
                <legend>{legend}</legend>
                {inherit}
                {radio("on", on.to_owned())}
                <div class="choices__values form form--row">{values}</div>
                {radio("off", off.to_owned())}
            </fieldset>
        }
        .into_any()
    }
}

/// Which invoices; with `has_days` also those that are late by some days.
fn which(name: &'static str, label: &'static str, chosen: &str, has_days: bool) -> AnyView {
    let option = |one: When| {
        let is_chosen = one.as_str() == chosen;
        let label = capitalized(when_choice(one));
        view! { <option value=one.as_str() selected=is_chosen>{label}</option> }
    };
    let is_offered = |one: &When| match one {
        When::Never => false,
        When::UntilDaysPastDue(_) => has_days,
        _ => true,
    };
    let options = When::ALL.into_iter().filter(is_offered).map(option);
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=name>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}

/// A number that may stay empty.
fn number(
    name: &'static str,
    field: &'static str,
    label: &'static str,
    help: &'static str,
    value: &str,
    error: Refused,
) -> AnyView {
    view! {
        <Field
            name=name
            label=label
            help=help
            problem=problem(error, field)
            inputmode="decimal"
            autocomplete="off"
            maxlength="20"
            value=value.to_owned()
            is_optional=true
        />
    }
    .into_any()
}

fn cards(fields: &CardFields, everybody: Option<&String>, error: Refused) -> AnyView {
    let CardFields { state, when, days, min, max } = fields;
    let group = Group {
        legend: "Cards",
        name: "form[groups][card][state]",
        state,
        everybody,
        on: "Accepted",
        off: "Not accepted",
    };
    group.view(view! {
        {which("form[groups][card][when]", "When", when, true)}
        <div class="choices__days">
            {number("form[groups][card][days]", "card_days", "Days past due", "1 to 365.", days, error)}
        </div>
        {number("form[groups][card][min]", "card_min", "Smallest invoice total", "", min, error)}
        {number("form[groups][card][max]", "card_max", "Largest invoice total", "", max, error)}
    })
}

fn surcharges(fields: &SurchargeFields, everybody: Option<&String>, error: Refused) -> AnyView {
    let SurchargeFields { state, rate, when, min } = fields;
    let group = Group {
        legend: "Credit card surcharge",
        name: "form[groups][surcharge][state]",
        state,
        everybody,
        on: "Taken",
        off: "None",
    };
    let help = "At most 2.9, never more than what cards cost you.";
    group.view(view! {
        {number("form[groups][surcharge][rate]", "surcharge_rate", "Percent", help, rate, error)}
        {which("form[groups][surcharge][when]", "When", when, false)}
        {number("form[groups][surcharge][min]", "surcharge_min", "Smallest invoice total", "", min, error)}
    })
}

fn banks(fields: &BankFields, everybody: Option<&String>, error: Refused) -> AnyView {
    let BankFields { state, min, max } = fields;
    let group = Group {
        legend: "Bank debits (ACH)",
        name: "form[groups][bank][state]",
        state,
        everybody,
        on: "Accepted",
        off: "Not accepted",
    };
    group.view(view! {
        {number("form[groups][bank][min]", "bank_min", "Smallest invoice total", "", min, error)}
        {number("form[groups][bank][max]", "bank_max", "Largest invoice total", "", max, error)}
    })
}

fn discounts(fields: &DiscountFields, everybody: Option<&String>, error: Refused) -> AnyView {
    let DiscountFields { state, rate, when, min, stacks } = fields;
    let group = Group {
        legend: "Discount for paying by bank",
        name: "form[groups][discount][state]",
        state,
        everybody,
        on: "Given",
        off: "None",
    };
    let stacks = *stacks;
    group.view(view! {
        {number("form[groups][discount][rate]", "discount_rate", "Percent", "0.01 to 10.", rate, error)}
        {which("form[groups][discount][when]", "When", when, false)}
        {number("form[groups][discount][min]", "discount_min", "Smallest invoice total", "", min, error)}
        <label class="check">
            <input
                type="checkbox"
                name="form[groups][discount][stacks]"
                value="true"
                checked=stacks
            />
            <span>"On top of an early-payment discount"</span>
        </label>
    })
}

fn partials(PartialFields { state }: &PartialFields, everybody: Option<&String>) -> AnyView {
    let group = Group {
        legend: "Partial payments",
        name: "form[groups][partial][state]",
        state,
        everybody,
        on: "Accepted",
        off: "Not accepted",
    };
    group.view(view! {
        <p class="field__help">
            "Payers say how much of each invoice they pay. The rest stays open, due on the same day. An \
             early-payment discount is given when the invoice is paid in full within its days."
        </p>
    })
}
