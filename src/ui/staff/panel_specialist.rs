//! Who on our side is responsible for the customer: seeing it, and choosing somebody else.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    panel_choice::{Choosing, choosing, select},
    panel_tabs::Tab,
};
use crate::api::{
    staff::customers::{assign_specialist, list_specialists},
    view::{CustomerPanel, SpecialistView},
};

/// Who may be chosen, and choosing them.
#[derive(Clone, Copy)]
pub struct Specialists {
    all: Asked<Vec<SpecialistView>>,
    assign: Choosing,
}

impl Specialists {
    /// Read while the summary is open. `refresh` reads the customer again.
    pub fn new(
        id: Memo<String>,
        tab: Memo<Tab>,
        refresh: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let asked = Memo::new(move |_| Tab::Summary.asked(tab, id).map(|_| ()));
        let all = read_while(Told::Figures, asked, |()| list_specialists());
        Self { all, assign: choosing(assign_specialist, refresh) }
    }
}

/// The part of the summary.
pub fn section(customer: &CustomerPanel, specialists: Specialists) -> AnyView {
    let name = customer.specialist.as_ref().map_or("Nobody", |specialist| &specialist.name);
    let body = if customer.may_change {
        choice(customer, specialists)
    } else {
        view! { <p>{name.to_owned()}</p> }.into_any()
    };
    view! {
        <section class="panel__section" aria-labelledby="panel-specialist">
            <h3 id="panel-specialist">"AR specialist"</h3>
            {body}
        </section>
    }
    .into_any()
}

fn choice(customer: &CustomerPanel, Specialists { all, assign }: Specialists) -> AnyView {
    let before = customer.specialist.clone();
    let was = before.as_ref().map(|specialist| specialist.id.clone()).unwrap_or_default();
    let chosen = was.clone();
    let options = move || {
        let (before, chosen) = (before.clone(), chosen.clone());
        Suspend::new(async move {
            let mut all = all.await.and_then(Result::ok).unwrap_or_default();
            // Whoever is responsible is shown, even when they could not be chosen any more.
            if let Some(before) = before.filter(|one| all.iter().all(|other| other.id != one.id)) {
                all.push(before);
            }
            let option = |one: SpecialistView| {
                let is_chosen = one.id == chosen;
                view! { <option value=one.id selected=is_chosen>{one.name}</option> }
            };
            all.into_iter().map(option).collect_view()
        })
    };
    let is_nobody = customer.specialist.is_none();
    let options = view! {
        <option value="" selected=is_nobody>"Nobody"</option>
        <Transition>{options}</Transition>
    };
    select("specialist", "AR specialist", (customer.id.clone(), was), assign, options)
}
