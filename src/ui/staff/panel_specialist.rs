//! Who on our side is responsible for the customer: seeing it, and choosing somebody else.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    panel_choice::{Choosing, choosing, listed, select},
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
    let own = customer.specialist.clone().map(|one| (one.id, one.name));
    let was = own.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
    let options = view! {
        <option value="" selected=own.is_none()>"Nobody"</option>
        {listed(all, own, |one: SpecialistView| (one.id, one.name))}
    };
    select("specialist", "AR specialist", (customer.id.clone(), was), assign, options)
}
