//! Which reminders the customer gets: seeing it, and choosing another workflow.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    panel_choice::{Choosing, choosing, listed, select},
    panel_tabs::Tab,
    workflow_words as words,
};
use crate::api::{
    staff::workflows::{assign_workflow, list_workflows},
    view::{CustomerPanel, WorkflowView},
};

/// The workflows there are, and choosing one.
#[derive(Clone, Copy)]
pub struct Workflows {
    all: Asked<Vec<WorkflowView>>,
    assign: Choosing,
}

impl Workflows {
    /// Read while the summary is open. `refresh` reads the customer again.
    pub fn new(
        id: Memo<String>,
        tab: Memo<Tab>,
        refresh: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let asked = Memo::new(move |_| Tab::Summary.asked(tab, id).map(|_| ()));
        let all = read_while(Told::Figures, asked, |()| list_workflows());
        Self { all, assign: choosing(assign_workflow, refresh) }
    }
}

/// The part of the summary.
pub fn section(customer: &CustomerPanel, workflows: Workflows) -> AnyView {
    let workflow = &customer.workflow;
    let body = if workflow.may_assign {
        choice(customer, workflows)
    } else if workflow.own.is_empty() {
        view! { <p>{words::inherited(&workflow.inherited)}</p> }.into_any()
    } else {
        view! { <p>{workflow.name.clone()}</p> }.into_any()
    };
    let note = customer.billing.only_payer().map(|payer| {
        let name = payer.called();
        view! { <p class="soft">{format!("Its invoices follow the workflow of {name}, who pays.")}</p> }
    });
    view! {
        <section class="panel__section" aria-labelledby="panel-workflow">
            <h3 id="panel-workflow">"Reminder workflow"</h3>
            {body}
            {note}
        </section>
    }
    .into_any()
}

fn choice(customer: &CustomerPanel, Workflows { all, assign }: Workflows) -> AnyView {
    let workflow = &customer.workflow;
    let was = workflow.own.clone();
    let own = (!was.is_empty()).then(|| (was.clone(), workflow.name.clone()));
    let id = was.clone();
    let steps = move || {
        let id = id.clone();
        Suspend::new(async move {
            let all = all.await.and_then(Result::ok).unwrap_or_default();
            let counts =
                |one: &WorkflowView| if id.is_empty() { one.is_usual } else { one.id == id };
            let own = all.into_iter().find(counts);
            own.map(|own| view! { <p class="soft">{words::steps(&own.steps)}</p> })
        })
    };
    let options = view! {
        <option value="" selected=own.is_none()>{words::inherited(&workflow.inherited)}</option>
        {listed(all, own, |one: WorkflowView| (one.id, one.name))}
    };
    view! {
        {select("workflow", "Reminder workflow", (customer.id.clone(), was), assign, options)}
        <Transition>{steps}</Transition>
    }
    .into_any()
}
