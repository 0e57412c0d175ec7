//! The panel's tab of what happened: latest first, by topic, page by page.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    history_words as words,
    list_url::ListAddress,
    panel_tabs::Tab,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::history::{customer_as_of, list_history},
        view::{ActivityView, AsOfView, FactView, HistoryView},
    },
    domain::activity::{ActivityKind, Topic},
    ui::{
        components::{
            field::{field_error, field_problem},
            not_found::set_status,
        },
        hooks::forms::use_get_form,
    },
};

/// What is known of the history.
#[derive(Clone, Copy)]
pub struct History {
    page: Asked<HistoryView>,
    as_of: Asked<AsOfView>,
}

impl History {
    /// Read while its tab is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>, address: Memo<ListAddress>) -> Self {
        let asked = Memo::new(move |_| {
            let id = Tab::History.asked(tab, id)?;
            Some((id, address.with(|address| address.history.clone())))
        });
        let page = read_while(Told::Figures, asked, |(id, part)| async move {
            let older = part.older.parse().unwrap_or(0);
            list_history(id, part.topic, older, part.invoices == "yes").await
        });
        let day = Memo::new(move |_| {
            let id = Tab::History.asked(tab, id)?;
            let day = address.with(|address| address.history.on.clone());
            (!day.is_empty()).then_some((id, day))
        });
        let as_of = read_while(Told::Figures, day, |(id, day)| customer_as_of(id, day));
        Self { page, as_of }
    }
}

/// The tab.
pub fn tab(History { page: history, as_of }: History, address: Memo<ListAddress>) -> AnyView {
    let state = move || {
        Suspend::new(async move {
            match as_of.await {
                Some(Ok(state)) => state_then(&state, address),
                // The field says what is wrong with the day.
                Some(Err(error @ ApiError::Invalid(_))) => {
                    set_status(error.status());
                    ().into_any()
                }
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => view! { <Failure error=error id="as-of-failure"/> }.into_any(),
            }
        })
    };
    let rows = move || {
        Suspend::new(async move {
            match history.await {
                Some(Ok(page)) => shown(page, address),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="history-failure"/> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="panel__body">
            {filter(address)}
            {day(address, as_of)}
            <Transition>{state}</Transition>
            <Transition fallback=|| view! { <CardSkeleton what="the history"/> }>{rows}</Transition>
        </div>
    }
    .into_any()
}

fn filter(address: Memo<ListAddress>) -> impl IntoView {
    let topic = move |word: &'static str, label: &'static str| {
        let href = move || {
            let next = |address: &ListAddress| {
                address.with_history(|history| word.clone_into(&mut history.topic))
            };
            address.with(|address| next(address).href())
        };
        let is_current =
            move || address.with(|address| address.history.topic == word).then_some("true");
        view! { <a class="pills__item" href=href aria-current=is_current data-noscroll="">{label}</a> }
    };
    let topics = Topic::ALL.map(|each| topic(each.as_str(), words::topic(each))).collect_view();
    let has_invoices = move || address.with(|address| address.history.invoices == "yes");
    let switch = move || {
        let next = |address: &ListAddress| {
            address.with_history(|history| {
                let word = if history.invoices == "yes" { "" } else { "yes" };
                word.clone_into(&mut history.invoices);
            })
        };
        address.with(|address| next(address).href())
    };
    view! {
        <nav class="pills" aria-label="What to show">
            {topic("", "Everything")}
            {topics}
            <a
                class="pills__item pills__item--apart"
                href=switch
                aria-current=move || has_invoices().then_some("true")
                data-noscroll=""
            >
                "Single invoices too"
            </a>
        </nav>
    }
}

/// The id of the day that is asked about.
const DAY: &str = "as-of";
/// The id of the sentence that says what is wrong with it.
const DAY_ERROR: &str = "as-of-error";

/// Why there is no answer for the day.
fn day_problem(answer: Option<&Result<AsOfView, ApiError>>) -> Option<&'static str> {
    field_problem(answer?.as_ref().err(), "on")
}

/// Asking how the customer was on a day.
fn day(address: Memo<ListAddress>, as_of: Asked<AsOfView>) -> impl IntoView {
    let (path, on) =
        address.with_untracked(|address| (address.path.clone(), address.history.on.clone()));
    // A field of days can show nothing else.
    let on = on.parse::<NaiveDate>().map(|day| day.to_string()).unwrap_or_default();
    // The field is not made anew when the history is read again.
    let is_bad = RwSignal::new(false);
    Effect::new(move |_| {
        let answer = as_of.get().flatten();
        is_bad.set(day_problem(answer.as_ref()).is_some());
    });
    let problem = move || {
        Suspend::new(async move {
            let sentence = day_problem(as_of.await.as_ref());
            field_error(DAY_ERROR, move || sentence)
        })
    };
    let carried = move || {
        let field = |(name, value)| view! { <input type="hidden" name=name value=value/> };
        let fields = address.with(|address| {
            address.carried(&[]).into_iter().chain(address.carried_panel()).collect::<Vec<_>>()
        });
        fields.into_iter().map(field).collect_view()
    };
    view! {
        <form class="as-of" method="get" action=path on:submit=use_get_form()>
            {carried}
            <label class="field__label" for=DAY>"How it was on"</label>
            <input
                class="input"
                id=DAY
                name="on"
                type="date"
                value=on
                required
                aria-invalid=move || is_bad.get().then_some("true")
                aria-describedby=move || is_bad.get().then_some(DAY_ERROR)
            />
            <button class="button" type="submit">"Show"</button>
            <Transition>{problem}</Transition>
        </form>
    }
}

/// How the customer was, and what is different now.
fn state_then(state: &AsOfView, address: Memo<ListAddress>) -> AnyView {
    let row = |label: String, before: String, after: String| {
        let now = (before != after).then(|| {
            let now = format!("now {after}");
            view! { " " <span class="soft">{now}</span> }
        });
        view! { <div><dt>{label}</dt><dd>{before} {now}</dd></div> }
    };
    let said = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
    let fact = |fact: &FactView| {
        let value = |text: &str| said(words::value(&fact.field, text), "(empty)");
        row(words::field(&fact.field), value(&fact.before), value(&fact.after))
    };
    let contact = |fact: &FactView| {
        let value = |text: &str| said(text.to_owned(), "no contact");
        row(fact.field.clone(), value(&fact.before), value(&fact.after))
    };
    let rows = state.facts.iter().map(fact).collect_view();
    let contacts = (!state.contacts.is_empty()).then(|| {
        let rows = state.contacts.iter().map(contact).collect_view();
        view! {
            <h4>"Contacts"</h4>
            <dl class="facts">{rows}</dl>
        }
    });
    let title = format!("At the end of {}", state.day);
    let nothing = state.facts.iter().all(|fact| fact.before.is_empty()).then(|| {
        view! { <p class="soft">"It was not in the books yet."</p> }
    });
    let cut = state.is_cut.then(|| {
        view! { <p class="soft">"It has too long a history to be followed to its end."</p> }
    });
    let close =
        move || address.with(|address| address.with_history(|history| history.on.clear()).href());
    view! {
        <section class="panel__section" aria-labelledby="as-of-title">
            <h3 id="as-of-title">{title}</h3>
            {nothing}
            <dl class="facts">{rows}</dl>
            {contacts}
            {cut}
            <p><a href=close data-noscroll="">"Back to the history"</a></p>
        </section>
    }
    .into_any()
}

fn shown(page: HistoryView, address: Memo<ListAddress>) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="soft">"Nothing of this kind has happened yet."</p> }.into_any();
    }
    let older = if page.older > 0 { page.older.to_string() } else { String::new() };
    let (latest, more) = pager(older, address);
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        {latest}
        <ol class="history" aria-label="History, latest first">{rows}</ol>
        {more}
    }
    .into_any()
}

/// The ways from a page of what is shown latest first: back to the latest of it, and to what is older
/// than `older`, which is empty when nothing is.
pub(super) fn pager(
    older: String,
    address: Memo<ListAddress>,
) -> (Option<AnyView>, Option<AnyView>) {
    let is_later = address.with_untracked(|address| !address.history.older.is_empty());
    let latest = is_later.then(|| {
        let href = move || address.with(|address| address.with_history(|_| {}).href());
        view! { <p><a href=href data-noscroll="">"Back to the latest"</a></p> }.into_any()
    });
    let more = (!older.is_empty()).then(|| {
        let href = move || {
            let older = older.clone();
            let next =
                |address: &ListAddress| address.with_history(|history| history.older = older);
            address.with(|address| next(address).href())
        };
        view! { <p><a class="button" href=href data-noscroll="">"Show older"</a></p> }.into_any()
    });
    (latest, more)
}

/// A row of a history.
pub(super) fn row(row: ActivityView) -> impl IntoView {
    let what = words::what(&row);
    let who = words::actor(&row.actor);
    view! {
        <li class="history__item">
            <p class="history__what">{what}</p>
            <p class="history__who">{who} " · " {row.at.clone()}</p>
            {details(&row)}
        </li>
    }
}

fn details(row: &ActivityView) -> Option<AnyView> {
    match row.kind {
        ActivityKind::PortalViewed => None,
        ActivityKind::Payment
        | ActivityKind::Message
        | ActivityKind::PayLink
        | ActivityKind::Autopay => {
            let text = words::remark(row)?;
            Some(view! { <p class="history__who">{text}</p> }.into_any())
        }
        ActivityKind::NoteAdded => {
            let note = row.facts.first()?.after.clone();
            Some(view! { <p class="history__note">{note}</p> }.into_any())
        }
        _ => {
            let changes = row.facts.iter().map(change).collect_view();
            Some(view! { <dl class="facts">{changes}</dl> }.into_any())
        }
    }
}

fn change(fact: &FactView) -> impl IntoView + use<> {
    let said = |text: &String| words::value(&fact.field, text);
    let (before, after) = (said(&fact.before), said(&fact.after));
    let before = (!before.is_empty()).then(|| {
        view! {
            <del class="history__before">
                <span class="visually-hidden">"was "</span>
                {before}
            </del>
            " "
        }
    });
    let after = if after.is_empty() { "(empty)".to_owned() } else { after };
    view! {
        <div>
            <dt>{words::field(&fact.field)}</dt>
            <dd>{before} <span class="history__after">{after}</span></dd>
        </div>
    }
}
