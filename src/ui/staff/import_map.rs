//! How an uploaded file would be read: which column is what, and the first rows.
//!
//! Every choice stands in the address; the page shows what it leads to, and what is imported is
//! exactly what is shown.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    LazyRoute,
    hooks::{use_params_map, use_query_map},
    lazy_route,
    params::ParamsMap,
};

use super::{
    icon::StaffIcon,
    import::{ImportHead, KINDS},
    import_choices::{self, MAP},
    state::Failure,
    words,
};
use crate::{
    api::{
        error::ApiError,
        staff::import::{StartImport, preview_import},
        view::{ImportChoices, ImportPreview},
    },
    ui::hooks::forms::{send_form, use_get_form},
};

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

type Asked = (String, ImportChoices);

/// The route of columns.
#[derive(Clone)]
pub struct ImportMapRoute {
    asked: Memo<Asked>,
    preview: Resource<Result<ImportPreview, ApiError>>,
}

#[lazy_route]
impl LazyRoute for ImportMapRoute {
    fn data() -> Self {
        let (params, query) = (use_params_map(), use_query_map());
        let asked = Memo::new(move |_| {
            let upload = params.with(|params| params.get("upload").unwrap_or_default());
            (upload, query.with(choices_of))
        });
        let preview = Resource::new_blocking(
            move || asked.get(),
            |(upload, choices)| preview_import(upload, choices),
        );
        Self { asked, preview }
    }

    fn view(this: Self) -> AnyView {
        view! { <ImportMapPage asked=this.asked preview=this.preview/> }.into_any()
    }
}

fn choices_of(query: &ParamsMap) -> ImportChoices {
    import_choices::read(query.into_iter().map(|(name, value)| (name.as_ref(), value)))
}

#[component]
fn ImportMapPage(
    asked: Memo<Asked>,
    preview: Resource<Result<ImportPreview, ApiError>>,
) -> AnyView {
    let body = move || {
        Suspend::new(async move {
            let preview = preview.await;
            let (_, choices) = asked.try_get_untracked().unwrap_or_default();
            match preview {
                Ok(preview) => body(preview, choices),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    let loading = || {
        view! {
            <p class="visually-hidden" role="status">"Reading the file"</p>
            <div class="card" aria-hidden="true">
                <div class="card__body">
                    <span class="skeleton skeleton--head"></span>
                    <span class="skeleton skeleton--long"></span>
                    <span class="skeleton skeleton--long"></span>
                    <span class="skeleton skeleton--long"></span>
                </div>
            </div>
        }
    };
    view! {
        <Title text="Import: columns · Quittance"/>
        <div class="page">
            <ImportHead at=1/>
            <Transition fallback=loading>{body}</Transition>
        </div>
    }
    .into_any()
}

fn body(preview: ImportPreview, choices: ImportChoices) -> AnyView {
    let problem = (!preview.problem.is_empty()).then(|| {
        view! {
            <div class="notice notice--warn" role="alert">
                <StaffIcon name="alert"/>
                <div class="notice__body">
                    <h2 class="notice__title">"This cannot be imported yet"</h2>
                    <p>{preview.problem.clone()}</p>
                    <p>"Choose the columns and the options below; the reading follows."</p>
                </div>
            </div>
        }
    });
    let address = format!("/staff/import/{}", preview.upload_id);
    view! {
        {problem}
        <form class="stack" method="get" action=address on:submit=use_get_form()>
            {mapper(&preview)}
            {options(&choices)}
        </form>
        {sample(&preview)}
        {start(&preview, &choices)}
    }
    .into_any()
}

fn mapper(preview: &ImportPreview) -> impl IntoView + use<> {
    let first = |field: &str| {
        let place = preview.sample_header.iter().position(|head| head == field)?;
        preview.sample.first()?.get(place).cloned()
    };
    let row = |(field, column): &(String, String)| {
        let (id, name) = (format!("field-{field}"), format!("{MAP}{field}"));
        let none = std::iter::once(option("", "Not in the file".to_owned(), column.is_empty()));
        let each = preview
            .columns
            .iter()
            .filter(|head| !head.is_empty())
            .map(|head| option(head, head.clone(), head == column));
        let choices = none.chain(each).collect_view();
        let guess = if column.is_empty() {
            view! {
                <span class="mapper__guess mapper__guess--none">
                    <StaffIcon name="ring"/>
                    "Left out"
                </span>
            }
            .into_any()
        } else {
            view! {
                <span class="mapper__guess"><StaffIcon name="check"/>"Recognised"</span>
            }
            .into_any()
        };
        view! {
            <tr>
                <th scope="row" id=id.clone()>{words::import_field(field)}</th>
                <td>
                    <select
                        class="input"
                        name=name
                        aria-labelledby=id
                        on:change=move |event| send_form(&event)
                    >
                        {choices}
                    </select>
                </td>
                <td class="mapper__sample">{first(field).unwrap_or_default()}</td>
                <td>{guess}</td>
            </tr>
        }
    };
    let rows = preview.mapping.iter().map(row).collect_view();
    let facts: Vec<String> =
        preview.format.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    view! {
        <section class="card" aria-labelledby="map-title">
            <div class="card__head">
                <h2 id="map-title">
                    "Columns of "
                    <span class="nowrap">{preview.file_name.clone()}</span>
                </h2>
                <p class="soft">{facts.join(" · ")}</p>
            </div>
            <div class="table-scroll" role="group" aria-labelledby="map-title" tabindex="0">
                <table class="data-table data-table--plain mapper">
                    <thead>
                        <tr>
                            <th scope="col">"In Quittance"</th>
                            <th scope="col">"In the file"</th>
                            <th scope="col">"First value, as read"</th>
                            <th scope="col">"Found"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn option(value: &str, label: String, is_chosen: bool) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=is_chosen>{label}</option> }
}

fn options(choices: &ImportChoices) -> impl IntoView + use<> {
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

fn sample(preview: &ImportPreview) -> Option<impl IntoView + use<>> {
    if preview.sample.is_empty() {
        return None;
    }
    let head = |name: &String| view! { <th scope="col">{words::import_field(name)}</th> };
    let cell = |value: &String| view! { <td>{value.clone()}</td> };
    let row = |values: &Vec<String>| view! { <tr>{values.iter().map(cell).collect_view()}</tr> };
    let heads = preview.sample_header.iter().map(head).collect_view();
    let rows = preview.sample.iter().map(row).collect_view();
    Some(view! {
        <section class="card" aria-labelledby="sample-title">
            <div class="card__head"><h2 id="sample-title">"First rows, as read"</h2></div>
            <div class="table-scroll" role="group" aria-labelledby="sample-title" tabindex="0">
                <table class="data-table">
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    })
}

fn start(preview: &ImportPreview, choices: &ImportChoices) -> impl IntoView + use<> {
    let hidden = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    let form = preview.problem.is_empty().then(|| {
        view! {
            <form action=StartImport::PATH method="post">
                <input type="hidden" name="upload_id" value=preview.upload_id.clone()/>
                {import_choices::fields(choices).into_iter().map(hidden).collect_view()}
                <button class="button button--primary" type="submit">"Import as shown"</button>
            </form>
        }
    });
    view! {
        <div class="actions">
            {form}
            <a class="button button--quiet" href="/staff/import">"Choose another file"</a>
        </div>
    }
}
