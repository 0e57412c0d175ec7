//! How an uploaded file would be read: which column is what, and the first rows.
//!
//! Every choice stands in the address; the page shows what it leads to, and what is imported is
//! exactly what is shown.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};

use super::{
    icon::StaffIcon,
    import::ImportHead,
    import_choices::{self, MAP},
    import_options::{option, options},
    state::{CardSkeleton, Failure},
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

fn choices_of(query: &ParamsMap) -> ImportChoices {
    import_choices::read(query.into_iter().map(|(name, value)| (name.as_ref(), value)))
}

/// How a file would be read.
#[component]
pub fn ImportMapPage() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let upload = params.with(|params| params.get("upload").unwrap_or_default());
        (upload, query.with(choices_of))
    });
    let preview: Resource<Result<ImportPreview, ApiError>> = Resource::new_blocking(
        move || asked.get(),
        |(upload, choices)| preview_import(upload, choices),
    );
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
    view! {
        <Title text="Import: columns · Quittance"/>
        <div class="page">
            <ImportHead at=1/>
            <Transition fallback=|| view! { <CardSkeleton what="the file"/> }>{body}</Transition>
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
        {sample(&preview, &choices)}
        <form class="stack" method="get" action=address on:submit=use_get_form()>
            {mapper(&preview)}
            {options(&choices)}
        </form>
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

fn sample(preview: &ImportPreview, choices: &ImportChoices) -> impl IntoView + use<> {
    let head = |name: &String| view! { <th scope="col">{words::import_field(name)}</th> };
    let cell = |value: &String| view! { <td>{value.clone()}</td> };
    let row = |values: &Vec<String>| view! { <tr>{values.iter().map(cell).collect_view()}</tr> };
    let table = (!preview.sample.is_empty()).then(|| {
        let heads = preview.sample_header.iter().map(head).collect_view();
        let rows = preview.sample.iter().map(row).collect_view();
        view! {
            <div class="table-scroll" role="group" aria-labelledby="sample-title" tabindex="0">
                <table class="data-table">
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let hidden = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    let start = preview.problem.is_empty().then(|| {
        view! {
            <form action=StartImport::PATH method="post">
                <input type="hidden" name="upload_id" value=preview.upload_id.clone()/>
                {import_choices::fields(choices).into_iter().map(hidden).collect_view()}
                <button class="button button--primary" type="submit">"Import as shown"</button>
            </form>
        }
    });
    view! {
        <section class="card" aria-labelledby="sample-title">
            <div class="card__head"><h2 id="sample-title">"First rows, as read"</h2></div>
            {table}
            <div class="card__foot">
                <a class="button button--quiet" href="/staff/import">"Choose another file"</a>
                {start}
            </div>
        </section>
    }
}
