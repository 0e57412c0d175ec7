//! The fields of the company.

use leptos::prelude::*;

use super::refusal::problem;
use crate::{
    api::{error::ApiError, view::CompanyView},
    domain::{company::Person, company_form::CompanyForm},
    ui::components::field::{Field, labelled},
};

type Refused = Memo<Option<ApiError>>;

/// What a person's fields are called in the form, what is wrong with them, and what they are labelled.
struct PersonFields {
    legend: &'static str,
    names: [&'static str; 3],
    problems: [&'static str; 3],
}

const CONTACT: PersonFields = PersonFields {
    legend: "Questions about invoices",
    names: ["form[contact][name]", "form[contact][email]", "form[contact][phone]"],
    problems: ["contact_name", "contact_email", "contact_phone"],
};

const FURTHER: [PersonFields; 3] = [
    PersonFields {
        legend: "Account manager",
        names: [
            "form[account_manager][name]",
            "form[account_manager][email]",
            "form[account_manager][phone]",
        ],
        problems: ["account_manager_name", "account_manager_email", "account_manager_phone"],
    },
    PersonFields {
        legend: "Support",
        names: ["form[support][name]", "form[support][email]", "form[support][phone]"],
        problems: ["support_name", "support_email", "support_phone"],
    },
    PersonFields {
        legend: "Sales",
        names: ["form[sales][name]", "form[sales][email]", "form[sales][phone]"],
        problems: ["sales_name", "sales_email", "sales_phone"],
    },
];

/// All of them.
pub fn fields(found: &CompanyView, error: Refused) -> AnyView {
    let CompanyView { form, is_currency_fixed, zones, now, .. } = found;
    let CompanyForm { name, address, tax_id, check_address, shows_po_number, .. } = form;
    let further = FURTHER.iter().zip([&form.account_manager, &form.support, &form.sales]);
    let further = further.map(|(fields, one)| person(fields, one, error)).collect_view();
    let shows_po_number = *shows_po_number;
    view! {
        <Field
            name="form[name]"
            label="Legal name"
            help="On invoices, receipts and mail, and at the top of the portal."
            problem=problem(error, "company_name")
            autocomplete="organization"
            maxlength="120"
            value=name.clone()
        />
        {lines("form[address]", "address", "Address", "Up to 6 lines.", address, error)}
        <Field
            name="form[tax_id]"
            label="Tax ID"
            help="Printed on invoices."
            problem=problem(error, "tax_id")
            autocomplete="off"
            maxlength="40"
            value=tax_id.clone()
            is_optional=true
        />
        {lines(
            "form[check_address]",
            "check_address",
            "Where checks go",
            "Printed on invoices. Leave it empty if you take none.",
            check_address,
            error,
        )}
        {person(&CONTACT, &form.contact, error)}
        <p class="field__help">
            "Everybody with an e-mail address or a phone number is named at the foot of the portal. \
             Answers to our mail go to the first address."
        </p>
        {further}
        <label class="check">
            <input
                type="checkbox"
                name="form[shows_po_number]"
                value="true"
                checked=shows_po_number
            />
            <span>
                <span>"Show purchase order numbers in the portal"</span>
                <span class="field__help">"They stay on printed invoices."</span>
            </span>
        </label>
        {time_zone(&form.time_zone, zones, now, error)}
        {currency(&form.currency, *is_currency_fixed, error)}
    }
    .into_any()
}

/// Lines of text.
fn lines(
    name: &'static str,
    field: &'static str,
    label: &'static str,
    help: &'static str,
    value: &str,
    error: Refused,
) -> AnyView {
    let value = value.to_owned();
    labelled(name, label, help, problem(error, field), move |said| {
        view! {
            <textarea
                class="input"
                id=name
                name=name
                rows="4"
                maxlength="700"
                aria-invalid=move || said.invalid()
                aria-describedby=move || said.described()
            >
                {value}
            </textarea>
        }
        .into_any()
    })
}

fn person(fields: &PersonFields, known: &Person, error: Refused) -> AnyView {
    let PersonFields { legend, names, problems } = fields;
    let [name, email, phone] = *names;
    let [bad_name, bad_email, bad_phone] = problems.map(|field| problem(error, field));
    let legend = *legend;
    view! {
        <fieldset class="choices choices--group">
            <legend>{legend}</legend>
            <div class="form form--row">
                <Field
                    name=name
                    label="Name"
                    problem=bad_name
                    autocomplete="off"
                    maxlength="100"
                    value=known.name.clone()
                    is_optional=true
                />
                <Field
                    name=email
                    label="E-mail"
                    kind="email"
                    problem=bad_email
                    autocomplete="off"
                    maxlength="254"
                    value=known.email.clone()
                    is_optional=true
                />
                <Field
                    name=phone
                    label="Phone"
                    kind="tel"
                    problem=bad_phone
                    autocomplete="off"
                    maxlength="40"
                    value=known.phone.clone()
                    is_optional=true
                />
            </div>
        </fieldset>
    }
    .into_any()
}

fn time_zone(chosen: &str, zones: &[String], now: &str, error: Refused) -> AnyView {
    const NAME: &str = "form[time_zone]";
    const HELP: &str = "It decides what day it is: what is overdue, how long a discount counts, and when \
                        letters go out. A change counts at once. Nothing that was mailed for a day or a \
                        month is mailed again.";
    let chosen = chosen.to_owned();
    let option = |zone: &String| view! { <option value=zone.clone()></option> };
    let options = zones.iter().map(option).collect_view();
    let now = format!("There it is {now}.");
    let field = labelled(NAME, "Time zone", HELP, problem(error, "time_zone"), move |said| {
        view! {
            <input
                class="input input--4"
                id=NAME
                name=NAME
                type="text"
                list="time-zones"
                value=chosen
                autocomplete="off"
                spellcheck="false"
                maxlength="100"
                aria-invalid=move || said.invalid()
                aria-describedby=move || said.described()
            />
        }
        .into_any()
    });
    view! {
        {field}
        <datalist id="time-zones">{options}</datalist>
        <p class="soft">{now}</p>
    }
    .into_any()
}

fn currency(code: &str, is_fixed: bool, error: Refused) -> AnyView {
    if is_fixed {
        let said = format!("Your books are in {code}.");
        return view! {
            <div class="field">
                <p class="field__label">"Currency"</p>
                <p>{said}</p>
                <p class="field__help">
                    "It stays, because documents or payment rules hold amounts in it: in another \
                     currency the same figures would be other amounts. Invoices may be in any currency."
                </p>
            </div>
        }
        .into_any();
    }
    view! {
        <Field
            name="form[currency]"
            label="Currency"
            help="Three letters such as USD. It stays once documents or payment rules hold amounts in it."
            problem=problem(error, "currency")
            autocomplete="off"
            maxlength="3"
            value=code.to_owned()
        />
    }
    .into_any()
}
