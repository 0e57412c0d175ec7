//! Bringing in a file: choosing it, and what was brought in before.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::state::{CardSkeleton, Failure};
use crate::{
    api::{error::ApiError, staff::import::list_imports, view::ImportProgress},
    ui::{
        components::{chip::Chip, field::field_error},
        format,
    },
};

/// The kinds of files: word, name, what it holds.
pub const KINDS: [(&str, &str, &str); 3] = [
    ("invoices", "Invoices", "open and paid, with or without customers"),
    ("customers", "Customers", "names, addresses, contacts, terms"),
    ("credit-memos", "Credit memos", "credit that was given to customers"),
];

type Runs = Resource<Result<Vec<ImportProgress>, ApiError>>;

/// The head of each page of an import: its title, and the steps. `at` is the step it is at, from
/// zero.
#[component]
pub fn ImportHead(
    /// The step.
    at: usize,
) -> AnyView {
    let step = |(index, name): (usize, &'static str)| {
        let is_done = index < at;
        let class = if is_done { "steps__item steps__item--done" } else { "steps__item" };
        let done = is_done.then(|| view! { <span class="visually-hidden">", done"</span> });
        let is_current = (index == at).then_some("step");
        view! { <li class=class aria-current=is_current><span>{name}</span>{done}</li> }
    };
    let steps = ["File", "Columns", "Import", "Result"].into_iter().enumerate();
    view! {
        <div class="page__head">
            <h1>"Import"</h1>
            <ol class="steps" aria-label="Steps">{steps.map(step).collect_view()}</ol>
        </div>
    }
    .into_any()
}

/// Choosing a file to import.
#[component]
pub fn ImportPage() -> AnyView {
    let runs: Runs = Resource::new_blocking(|| (), |()| list_imports());
    let is_missing = use_query_map().with_untracked(|query| query.get_str("missing").is_some());
    let body = move || {
        Suspend::new(async move {
            match runs.await {
                Err(ApiError::Forbidden) => {
                    view! { <Failure error=ApiError::Forbidden/> }.into_any()
                }
                runs => {
                    let earlier = match runs {
                        Ok(runs) if runs.is_empty() => ().into_any(),
                        Ok(runs) => earlier(runs),
                        Err(error) => view! { <Failure error=error/> }.into_any(),
                    };
                    view! {
                        {upload_form(is_missing)}
                        {earlier}
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <Title text="Import · Quittance"/>
        <div class="page">
            <ImportHead at=0/>
            <Transition fallback=|| view! { <CardSkeleton what="earlier imports"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn upload_form(is_missing: bool) -> impl IntoView {
    let problem = field_error("file-error", move || is_missing.then_some("Choose a file first."));
    let described = if is_missing { "file-error file-help" } else { "file-help" };
    let kind =
        |(index, (word, name, holds)): (usize, (&'static str, &'static str, &'static str))| {
            view! {
                <label class="check">
                    <input type="radio" name="kind" value=word checked=index == 0/>
                    <span>
                        <span>{name}</span>
                        " "
                        <span class="soft">{holds}</span>
                    </span>
                </label>
            }
        };
    let kinds = KINDS.into_iter().enumerate().map(kind).collect_view();
    view! {
        <form
            class="stack"
            action="/staff/import/upload"
            method="post"
            enctype="multipart/form-data"
        >
            <div class="card">
                <div class="card__body">
                    <fieldset class="choices">
                        <legend>"What does the file hold?"</legend>
                        {kinds}
                    </fieldset>
                    <div class="drop">
                        <label class="drop__label" for="file">
                            "Choose a file, or drop it into the box"
                        </label>
                        {problem}
                        <p class="soft" id="file-help">
                            "CSV, or Excel (.xlsx), up to 256 MB. The first row holds the column "
                            "names."
                        </p>
                        <input
                            class="input"
                            id="file"
                            name="file"
                            type="file"
                            accept=".csv,.tsv,.txt,.xlsx"
                            aria-describedby=described
                            aria-invalid=is_missing.then_some("true")
                            required
                        />
                    </div>
                </div>
                <div class="card__foot">
                    <p class="soft">"Nothing is saved until you have seen how it would be read."</p>
                    <button class="button button--primary" type="submit">"Read the file"</button>
                </div>
            </div>
        </form>
    }
}

fn earlier(runs: Vec<ImportProgress>) -> AnyView {
    let row = |run: ImportProgress| {
        let href = format!("/staff/import/runs/{}", run.id);
        let (kind, state) = match run.state.as_str() {
            "done" if run.refused > 0 => (
                "due-soon",
                format!("Done, {} refused", format::plural(run.refused, "row", "rows")),
            ),
            "done" => ("paid", "Done".to_owned()),
            "failed" => ("failed", "Failed".to_owned()),
            _ => ("clearing", "Running".to_owned()),
        };
        view! {
            <tr>
                <th scope="row" class="data-table__text"><a href=href>{run.file_name}</a></th>
                <td data-label="Started">{run.started}</td>
                <td class="data-table__end"><Chip kind=kind text=state/></td>
            </tr>
        }
    };
    view! {
        <section class="card" aria-labelledby="earlier-title">
            <div class="card__head"><h2 id="earlier-title">"Earlier imports"</h2></div>
            <div class="table-scroll" role="region" aria-labelledby="earlier-title" tabindex="0">
                <table class="data-table data-table--cards">
                    <thead>
                        <tr>
                            <th scope="col">"File"</th>
                            <th scope="col">"Started"</th>
                            <th scope="col">"Result"</th>
                        </tr>
                    </thead>
                    <tbody>{runs.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
