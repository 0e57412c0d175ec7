//! When monthly statements are mailed, and to whom by default.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    refusal::{above_or_now, problem, refused},
    state::CardSkeleton,
    statement_words as words,
};
use crate::{
    api::{
        error::ApiError,
        staff::statements::{SaveStatements, statement_settings},
        view::StatementSettingsView,
    },
    domain::statement::{MonthWeek, WEEKDAYS},
    ui::components::{field::Field, notice::ErrorNotice},
};

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let settings = Resource::new_blocking(|| (), |()| statement_settings());
    let save = ServerAction::<SaveStatements>::new();
    Effect::new(move |_| {
        // What was refused changed nothing, and what was typed stays.
        if matches!(save.value().get(), Some(Ok(()))) {
            settings.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(found) => form(found, save, settings),
                Err(ApiError::Forbidden) => ().into_any(),
                Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <CardSkeleton what="the monthly statements"/> }>{body}</Transition> }
        .into_any()
}

fn form(
    found: StatementSettingsView,
    save: ServerAction<SaveStatements>,
    settings: Resource<Result<StatementSettingsView, ApiError>>,
) -> AnyView {
    let StatementSettingsView { version, form, next } = found;
    let show_now = move || {
        save.clear();
        settings.refetch();
    };
    let error = refused(save);
    let when = if next.is_empty() {
        "No statements are mailed by themselves.".to_owned()
    } else {
        format!("The next ones are mailed on {next}, from 8 in the morning.")
    };
    let said = when.clone();
    let done = move || {
        matches!(save.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>{format!("Saved. {said}")}</p></div>
                </div>
            }
        })
    };
    let week = |week: MonthWeek| {
        let is_chosen = form.week == week.as_str();
        view! { <option value=week.as_str() selected=is_chosen>{words::week(week)}</option> }
    };
    let weeks = MonthWeek::ALL.map(week).into_iter().collect_view();
    let weekday = |day: chrono::Weekday| {
        let is_chosen = form.weekday == day.to_string();
        view! { <option value=day.to_string() selected=is_chosen>{words::weekday(day)}</option> }
    };
    let weekdays = WEEKDAYS.map(weekday).into_iter().collect_view();
    view! {
        <section class="card" aria-labelledby="statements">
            <div class="card__head"><h2 id="statements">"Monthly statements"</h2></div>
            <div class="card__body">
                <ActionForm action=save attr:class="form" attr:novalidate="">
                    {above_or_now(error, show_now)}
                    {done}
                    <p class="soft">{when}</p>
                    <input type="hidden" name="version" value=version/>
                    <label class="check">
                        <input type="checkbox" name="form[is_on]" value="true" checked=form.is_on/>
                        <span>
                            <span>"Mail statements every month"</span>
                            <span class="field__help">
                                "To contacts whose role gets statements, of whoever pays; only where an \
                                 invoice is open or was settled lately."
                            </span>
                        </span>
                    </label>
                    <label class="check">
                        <input
                            type="checkbox"
                            name="form[for_everybody]"
                            value="true"
                            checked=form.for_everybody
                        />
                        <span>
                            <span>"To all customers"</span>
                            <span class="field__help">
                                "Those with a say of their own, in their panel, are as they say. Without \
                                 this only they get one."
                            </span>
                        </span>
                    </label>
                    <div class="form form--row">
                        <div class="field">
                            <label class="field__label" for="statement-week">"Week of the month"</label>
                            <select class="input" id="statement-week" name="form[week]">{weeks}</select>
                        </div>
                        <div class="field">
                            <label class="field__label" for="statement-weekday">"Day"</label>
                            <select class="input" id="statement-weekday" name="form[weekday]">
                                {weekdays}
                            </select>
                        </div>
                        <Field
                            name="form[paid_days]"
                            label="Days for which settled invoices are listed"
                            kind="text"
                            inputmode="numeric"
                            problem=problem(error, "paid_days")
                            autocomplete="off"
                            maxlength="3"
                            value=form.paid_days
                        />
                    </div>
                    <button class="button button--primary" type="submit">"Save the statements"</button>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}
