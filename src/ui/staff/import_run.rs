//! An import that runs, and its report.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    icon::StaffIcon,
    import::ImportHead,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{error::ApiError, staff::import::import_progress, view::ImportProgress},
    ui::{format, hooks::interval::use_interval},
};

/// How often a running import is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

type Run = Resource<Result<ImportProgress, ApiError>>;

/// How far an import is.
#[component]
pub fn ImportRunPage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let run: Run = Resource::new_blocking(move || id.get(), import_progress);
    // Set by what was shown last; a run that ended is not looked at again.
    let is_running = StoredValue::new(false);
    use_interval(LOOK_EVERY, move || {
        if is_running.try_get_value() == Some(true) {
            run.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match run.await {
                Ok(run) => {
                    let _ = is_running.try_set_value(run.state == "running");
                    if run.state == "running" { progress(run) } else { report(run) }
                }
                // The network may come back; the import goes on meanwhile.
                Err(error) => view! { <ImportHead at=2/> <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Import · Quittance"/>
        <div class="page"><Transition fallback=|| view! { <CardSkeleton what="the import"/> }>{body}</Transition></div>
    }
    .into_any()
}

fn progress(run: ImportProgress) -> AnyView {
    let (value, max) = if run.total > 0 {
        (Some(run.done.to_string()), Some(run.total.to_string()))
    } else {
        (None, None)
    };
    let percent = format::percent(run.done, run.total);
    let words = if run.total > 0 {
        format!("{} of {} documents", format::count(run.done), format::count(run.total))
    } else {
        "The file is being read".to_owned()
    };
    view! {
        <ImportHead at=2/>
        <section class="card" aria-labelledby="run-title">
            <div class="card__body">
                <h2 id="run-title">{format!("Importing {}", run.file_name)}</h2>
                <div class="progress">
                    <progress
                        class="progress__meter"
                        value=value
                        max=max
                        aria-labelledby="run-title"
                    >
                        {percent}
                    </progress>
                    <p class="progress__text" role="status"><span>{words}</span></p>
                </div>
                <p class="soft">
                    "You can leave this page; the import goes on and its result is kept."
                </p>
            </div>
            <div class="card__foot">
                <a class="button button--quiet" href="" rel="external">"Refresh"</a>
            </div>
        </section>
    }
    .into_any()
}

fn report(run: ImportProgress) -> AnyView {
    let notice =
        if run.failure.is_empty() { done(&run).into_any() } else { failed(&run).into_any() };
    view! {
        <ImportHead at=3/>
        {notice}
        {figures(&run)}
        {warnings(&run)}
        {refusals(&run)}
    }
    .into_any()
}

fn done(run: &ImportProgress) -> impl IntoView + use<> {
    let (class, icon, text) = if run.refused == 0 {
        ("notice notice--good", "tick", "No row was refused.".to_owned())
    } else {
        let rows = format::plural(run.refused, "row was refused", "rows were refused");
        let text = format!("{rows}; see below what is wrong. Everything else is in.");
        ("notice notice--warn", "alert", text)
    };
    view! {
        <div class=class role="status">
            <StaffIcon name=icon/>
            <div class="notice__body">
                <h2 class="notice__title">{format!("{} is in", run.file_name)}</h2>
                <p>{text}</p>
                <div class="notice__actions">
                    <a class="button button--primary" href="/staff/invoices">"See the invoices"</a>
                    <a class="button" href="/staff/import">"Import another file"</a>
                </div>
            </div>
        </div>
    }
}

fn failed(run: &ImportProgress) -> impl IntoView + use<> {
    view! {
        <div class="notice notice--bad" role="alert">
            <StaffIcon name="fail"/>
            <div class="notice__body">
                <h2 class="notice__title">{format!("{} was not imported", run.file_name)}</h2>
                <p>{run.failure.clone()}</p>
                <p>
                    "What went in before this stays; importing the file again adds only what is \
                     missing."
                </p>
                <div class="notice__actions">
                    <a class="button button--primary" href="/staff/import">"Import a file"</a>
                </div>
            </div>
        </div>
    }
}

fn figures(run: &ImportProgress) -> Option<impl IntoView + use<>> {
    if run.figures.is_empty() {
        return None;
    }
    let figure = |(label, value): &(String, String)| {
        view! { <div><dt>{label.clone()}</dt><dd>{value.clone()}</dd></div> }
    };
    let figures = run.figures.iter().map(figure).collect_view();
    Some(view! {
        <section class="card" aria-labelledby="counts-title">
            <div class="card__body">
                <h2 class="visually-hidden" id="counts-title">"Counts"</h2>
                <dl class="facts">{figures}</dl>
            </div>
        </section>
    })
}

fn warnings(run: &ImportProgress) -> Option<impl IntoView + use<>> {
    if run.warnings.is_empty() {
        return None;
    }
    let all: i64 = run.warnings.iter().map(|(_, count)| count).sum();
    let warning = |(sentence, count): &(String, i64)| {
        let times = (*count > 1).then(|| {
            let times = format!(" ({})", format::plural(*count, "time", "times"));
            view! { <span class="soft">{times}</span> }
        });
        view! { <li><span>{sentence.clone()}</span>{times}</li> }
    };
    let list = run.warnings.iter().map(warning).collect_view();
    Some(view! {
        <section class="card" aria-labelledby="warnings-title">
            <div class="card__head">
                <h2 id="warnings-title">{format!("Warnings, {}", format::count(all))}</h2>
            </div>
            <div class="card__body"><ul class="stack stack--tight">{list}</ul></div>
        </section>
    })
}

fn refusals(run: &ImportProgress) -> Option<impl IntoView + use<>> {
    if run.refused == 0 {
        return None;
    }
    let file = format!("/staff/import/runs/{}/refused.csv", run.id);
    let row = |(line, column, reason, value): &(i64, String, String, String)| {
        let value = (!value.is_empty()).then(|| view! { <code>{value.clone()}</code> });
        view! {
            <tr>
                <th scope="row">{line.to_string()}</th>
                <td>{column.clone()}</td>
                <td class="data-table__wrap">{reason.clone()}</td>
                <td>{value}</td>
            </tr>
        }
    };
    let rows = run.refusals.iter().map(row).collect_view();
    let shown = i64::try_from(run.refusals.len()).unwrap_or(i64::MAX);
    let more = (shown < run.refused).then(|| {
        let words = format!("The first {} are shown.", format::count(shown));
        view! { <div class="card__foot"><p class="soft">{words}</p></div> }
    });
    Some(view! {
        <section class="card" aria-labelledby="refused-title">
            <div class="card__head">
                <h2 id="refused-title">{format!("Refused rows, {}", format::count(run.refused))}</h2>
                <a class="button" href=file rel="external" download="">
                    <StaffIcon name="download"/>
                    "Download refused rows (CSV)"
                </a>
            </div>
            <div class="table-scroll" role="group" aria-labelledby="refused-title" tabindex="0">
                <table class="data-table data-table--plain">
                    <thead>
                        <tr>
                            <th scope="col">"Row"</th>
                            <th scope="col">"Column"</th>
                            <th scope="col">"What is wrong"</th>
                            <th scope="col">"What stands there"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {more}
        </section>
    })
}
