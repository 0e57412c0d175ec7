//! The options of an import: what holds where the file does not say.

use leptos::prelude::*;

use super::import::KINDS;
use crate::{api::view::ImportChoices, ui::hooks::forms::send_form};

/// Ways dates are written: pattern and example.
const DATES: [(&str, &str); 7] = [
    ("", "Find out from the file"),
    ("%m/%d/%Y", "12/31/2026"),
    ("%d/%m/%Y", "31/12/2026"),
    ("%Y-%m-%d", "2026-12-31"),
    ("%d.%m.%Y", "31.12.2026"),
    ("%d-%b-%Y", "31-Dec-2026"),
    ("excel", "Day numbers of a spreadsheet"),
];

/// A choice of a select.
pub fn option(value: &str, label: String, is_chosen: bool) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=is_chosen prop:selected=is_chosen>{label}</option> }
}

/// The fields of the options. Changing one reads the file again.
pub fn options(choices: &ImportChoices) -> impl IntoView + use<> {
    let kinds = KINDS
        .into_iter()
        .map(|(word, name, _)| option(word, name.to_owned(), choices.kind == word))
        .collect_view();
    let known = DATES.iter().any(|(pattern, _)| *pattern == choices.date_format);
    let other = (!known).then(|| option(&choices.date_format, choices.date_format.clone(), true));
    let dates = DATES
        .into_iter()
        .map(|(pattern, example)| {
            option(pattern, example.to_owned(), choices.date_format == pattern)
        })
        .collect_view();
    let text = |name: &'static str, label: &'static str, help: &'static str, value: &String| {
        let help_id = format!("{name}-help");
        view! {
            <div class="field">
                <label class="field__label" for=name>{label}</label>
                <input
                    class="input input--3"
                    id=name
                    name=name
                    value=value.clone()
                    autocomplete="off"
                    aria-describedby=help_id.clone()
                    on:change=move |event| send_form(&event)
                />
                <p class="field__help" id=help_id>{help}</p>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="options-title">
            <div class="card__head"><h2 id="options-title">"Where the file does not say"</h2></div>
            <div class="card__body">
                <div class="form form--row">
                    <div class="field">
                        <label class="field__label" for="kind">"The file holds"</label>
                        <select
                            class="input input--3"
                            id="kind"
                            name="kind"
                            on:change=move |event| send_form(&event)
                        >
                            {kinds}
                        </select>
                    </div>
                    <div class="field">
                        <label class="field__label" for="date_format">"Dates are written"</label>
                        <select
                            class="input input--3"
                            id="date_format"
                            name="date_format"
                            on:change=move |event| send_form(&event)
                        >
                            {dates}
                            {other}
                        </select>
                    </div>
                    {text(
                        "currency",
                        "Currency",
                        "Such as USD, for rows without one of their own",
                        &choices.currency,
                    )}
                    {text(
                        "terms",
                        "Terms",
                        "Such as Net 30 or 2/10 net 30, for rows without any",
                        &choices.terms,
                    )}
                    {text(
                        "default_customer",
                        "Customer",
                        "The number for rows that name no customer; empty refuses them",
                        &choices.default_customer,
                    )}
                    {text(
                        "prefixes",
                        "Beginnings of numbers",
                        "Such as CM=credit-memo, separated by commas",
                        &choices.prefixes,
                    )}
                </div>
            </div>
            <div class="card__foot">
                <p class="soft">"Whatever you change, the file is read again."</p>
                <button class="button" type="submit">"Read again"</button>
            </div>
        </section>
    }
}
