//! Reminder workflows in the settings: adding, changing and removing them, and which one customers
//! have without one of their own.

use leptos::prelude::*;

use super::{
    list_desk::ListDesk,
    panel_choice::{Choosing, choosing, select},
    refusal::{above, problem, problem_of, refused},
    workflow_words as words,
};
use crate::{
    api::{
        staff::workflows::{RemoveWorkflow, SaveWorkflow, make_workflow_usual, workflow_settings},
        view::WorkflowView,
    },
    domain::workflow::{STEPS_MAX, Side, StepForm, Tone, WorkflowForm},
    ui::{
        components::field::{Field, field_error},
        format,
        hooks::focus,
    },
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "workflow-add";
/// The id of the form's first field.
const NAME: &str = "form[name]";

/// With the workflow that is changed, or none for a new one.
type Workflows = ListDesk<WorkflowView, Option<WorkflowView>>;

/// What the part can do.
#[derive(Clone, Copy)]
struct Desk {
    workflows: Workflows,
    save: ServerAction<SaveWorkflow>,
    remove: ServerAction<RemoveWorkflow>,
    usual: Choosing,
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let workflows = Workflows::new(workflow_settings, NAME, |_| ADD);
    let make_usual = |_, before, after| make_workflow_usual(before, after);
    let usual = choosing(make_usual, move || workflows.refetch());
    let (save, remove) = (workflows.action(), workflows.action());
    let desk = Desk { workflows, save, remove, usual };
    workflows.section(
        "the reminder workflows",
        "workflows-failure",
        move |all| shown(all, desk),
        move |workflow| form(workflow, desk),
    )
}

fn shown(workflows: Vec<WorkflowView>, desk: Desk) -> AnyView {
    let choice = usual(&workflows, desk.usual);
    let rows = workflows.into_iter().map(|one| row(one, desk.workflows)).collect_view();
    view! {
        <section class="card" aria-labelledby="workflows-title">
            <div class="card__head"><h2 id="workflows-title">"Reminder workflows"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "Letters some days before or after an invoice is due, mailed at 8 in the morning to the \
                     contacts of whoever pays whose role gets reminders. Each invoice gets a letter once; one \
                     that is on hold, promised for a later day or being paid gets none. What passed before \
                     you choose or change a workflow is not made up for."
                </p>
                <p class="field__label" id="workflow-usual-label">"Customers without one of their own have"</p>
                {choice}
                <ul class="history" aria-label="Workflows">{rows}</ul>
                {desk.workflows.adder("Add a workflow", None)}
            </div>
        </section>
    }
    .into_any()
}

/// Which workflow customers have without one of their own.
fn usual(workflows: &[WorkflowView], action: Choosing) -> AnyView {
    let usual = workflows.iter().find(|one| one.is_usual);
    let was = usual.map(|one| one.id.clone()).unwrap_or_default();
    let option = |one: &WorkflowView| {
        view! { <option value=one.id.clone() selected=one.is_usual>{one.name.clone()}</option> }
    };
    let options = view! {
        <option value="" selected=usual.is_none()>"None: nobody is reminded"</option>
        {workflows.iter().map(option).collect_view()}
    };
    let label = "Workflow of customers without one of their own";
    select("workflow-usual", label, (String::new(), was), action, options)
}

fn row(workflow: WorkflowView, desk: Workflows) -> impl IntoView {
    let name = workflow.name.clone();
    let label = format!("Change the workflow {name}");
    let customers = format::plural(workflow.customers, "customer", "customers");
    let usual = workflow.is_usual.then_some(" · and everybody without one of their own");
    let steps = words::steps(&workflow.steps);
    let change = desk.changer(label, Some(workflow));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">{customers} {usual}</p>
            <p class="history__note">{steps}</p>
            {change}
        </li>
    }
}

fn form(workflow: Option<WorkflowView>, desk: Desk) -> AnyView {
    let error = refused(desk.save);
    let title = if workflow.is_some() { "Change the workflow" } else { "New workflow" };
    let removal = workflow.as_ref().map(|workflow| removal(workflow, desk));
    let (id, version, begun) = workflow.map_or_else(
        || (String::new(), 0, WorkflowForm::default()),
        |one| (one.id, one.version, WorkflowForm::of(&one.name, &one.steps)),
    );
    let steps = begun.steps;
    // One more than there are, to be filled in.
    let count = RwSignal::new((steps.len() + 1).min(STEPS_MAX));
    let line = move |index: usize| {
        step(
            index,
            &steps.get(index).cloned().unwrap_or_default(),
            problem_of(error, format!("steps.{index}")),
        )
    };
    let add = move |_| {
        count.update(|count| *count += 1);
        focus::focus_on(format!("step-{}", count.get_untracked() - 1));
    };
    let more = move || {
        (count.get() < STEPS_MAX).then(|| {
            view! { <p><button class="button" type="button" on:click=add>"Add a step"</button></p> }
        })
    };
    let of_steps = problem(error, "steps");
    view! {
        <section class="card" aria-labelledby="workflow-form-title">
        <div class="card__head"><h2 id="workflow-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {desk.workflows.above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version.to_string()/>
            <Field
                name=NAME
                label="Name"
                problem=problem(error, "workflow_name")
                autocomplete="off"
                maxlength="60"
                value=begun.name
            />
            <fieldset class="choices">
                <legend>"Letters"</legend>
                <p class="field__help">
                    "0 days is the day on which it is due. A line without a number is left out; without any \
                     letter nobody is reminded."
                </p>
                {field_error("steps-error", move || of_steps.get())}
                <ul class="lines">
                    <For each=move || 0..count.get() key=|index| *index children=line/>
                </ul>
                {more}
            </fieldset>
            {desk.workflows.actions("Save the workflow")}
        </ActionForm>
        {removal}
        </div>
        </section>
    }
    .into_any()
}

fn step(index: usize, begun: &StepForm, problem: Signal<Option<&'static str>>) -> AnyView {
    let name = |part: &str| format!("form[steps][{index}][{part}]");
    let number = index + 1;
    let error_id = format!("step-{index}-error");
    let described_by = {
        let id = error_id.clone();
        move || problem.get().map(|_| id.clone())
    };
    let tone = |tone: Tone| {
        let is_chosen = tone == begun.tone;
        view! { <option value=tone.as_str() selected=is_chosen>{words::tone(tone)}</option> }
    };
    let tones = Tone::ALL.map(tone).into_iter().collect_view();
    let is_before = begun.side == Side::Before;
    view! {
        <li>
            {field_error(error_id, move || problem.get())}
            <div class="steps__line">
                <input
                    class="input input--1"
                    id=format!("step-{index}")
                    name=name("days")
                    type="text"
                    inputmode="numeric"
                    maxlength="3"
                    autocomplete="off"
                    aria-label=format!("Days of letter {number}")
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    aria-describedby=described_by
                    value=begun.days.clone()
                />
                <select class="input" name=name("side") aria-label=format!("Before or after, letter {number}")>
                    <option value="before" selected=is_before>"days before it is due"</option>
                    <option value="after" selected=!is_before>"days after it was due"</option>
                </select>
                <select class="input" name=name("tone") aria-label=format!("Wording of letter {number}")>
                    {tones}
                </select>
            </div>
        </li>
    }
    .into_any()
}

fn removal(workflow: &WorkflowView, desk: Desk) -> AnyView {
    let error = refused(desk.remove);
    let (id, version) = (workflow.id.clone(), workflow.version.to_string());
    view! {
        <ActionForm action=desk.remove attr:class="form">
            {above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <button class="button" type="submit">"Remove the workflow"</button>
        </ActionForm>
    }
    .into_any()
}
