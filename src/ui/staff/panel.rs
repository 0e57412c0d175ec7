//! The panel of one customer, beside a list that stays as it is.

use std::{future::Future, pin::Pin, sync::Arc};

use leptos::prelude::*;

use super::{
    field_values::{self, FieldValues},
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    invoice_panel::{self, Invoice},
    list_url::ListAddress,
    pages::{List, Page},
    panel_billing::Billing,
    panel_contacts, panel_documents, panel_history,
    panel_notes::{self, Subject},
    panel_overrides::{self, Overrides},
    panel_profile,
    panel_promises::{self, Promises},
    panel_specialist::Specialists,
    panel_statement::Statements,
    panel_tabs::{Desks, Tab, tab_body, tabs},
    panel_tasks::{self, PanelTasks},
    panel_workflow::Workflows,
    state::Failure,
};
use crate::{
    api::{error::ApiError, staff::customers::customer_panel, view::CustomerPanel},
    domain::invoice::InvoiceStatus,
    ui::{
        components::chip::InvoiceChip,
        format,
        hooks::{cover, focus},
    },
};

/// The panel's element.
pub const PANEL: &str = "panel";
/// Its heading.
pub(super) const TITLE: &str = "panel-title";
/// The link that closes it.
pub const CLOSE: &str = "panel-close";
/// The link to the customer before.
pub const PREVIOUS: &str = "panel-previous";
/// The link to the customer after.
pub const NEXT: &str = "panel-next";

/// What is known of the customer: nothing while no panel is open.
type Customer = Asked<CustomerPanel>;

/// What finds the neighbours of a customer.
type Finding = Pin<Box<dyn Future<Output = Option<Neighbours>> + Send>>;

/// What the panel has to do with whatever lies beside it.
#[derive(Clone)]
pub struct Beside {
    find: Arc<dyn Fn(String) -> Finding + Send + Sync>,
    give_back: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Beside {
    /// `find` tells who stands before and after a customer, unless what lies there could not be
    /// read; `give_back` puts the focus back to where a customer's panel was opened.
    pub fn new<F>(
        find: impl Fn(String) -> F + Send + Sync + 'static,
        give_back: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Option<Neighbours>> + Send + 'static,
    {
        let find = move |open: String| -> Finding { Box::pin(find(open)) };
        Self { find: Arc::new(find), give_back: Arc::new(give_back) }
    }
}

impl<P: Page> From<List<P>> for Beside {
    fn from(list: List<P>) -> Self {
        Self::new(
            move |open| async move {
                let page = list.shown.await.ok()?.page;
                Some(neighbours(&page.customers(), page.total(), !page.next().is_empty(), &open))
            },
            |_| focus::return_to_row(),
        )
    }
}

/// The panel, when the page's address names a customer.
#[component]
pub fn Panel(
    /// The page's address.
    address: Memo<ListAddress>,
    /// What lies beside it.
    #[prop(into)]
    list: Beside,
) -> AnyView {
    let beside = StoredValue::new(list);
    // While one of its invoices is open, nothing is asked about the customer.
    let id = Memo::new(move |_| {
        let of = |address: &ListAddress| {
            if address.invoice.is_empty() { address.panel.clone() } else { String::new() }
        };
        address.with(of)
    });
    let asked = Memo::new(move |_| Some(id.get()).filter(|id| !id.is_empty()));
    let customer: Customer = read_while(Told::Figures, asked, customer_panel);
    use_panel_focus(address, beside);
    let invoice = Invoice::new(address);
    let tab = Memo::new(move |_| address.with(|address| Tab::of(&address.tab)));
    let history = panel_history::History::new(id, tab, address);
    let notes = panel_notes::Notes::new(id, tab, address);
    let documents = panel_documents::documents(id, tab);
    let contacts = panel_contacts::Contacts::new(id, tab);
    let specialists = Specialists::new(id, tab, move || customer.refetch());
    let billing = Billing::new(address, move || customer.refetch());
    let profile = panel_profile::desk(id, move || customer.refetch());
    let fields = FieldValues::of_customer(id, tab);
    let overrides = Overrides::new(id, tab);
    let promises = Promises::new(id, tab);
    let tasks = PanelTasks::new(id, tab, address);
    let statements = Statements::new(move || customer.refetch());
    let workflows = Workflows::new(id, tab, move || customer.refetch());
    let desks = Desks { specialists, billing, statements, workflows };
    let neighbour_bar = move || {
        let id = id.get();
        if id.is_empty() {
            return bar(address, Neighbours::default());
        }
        let found = beside.with_value(|beside| (beside.find)(id));
        let found = Suspend::new(async move { bar(address, found.await.unwrap_or_default()) });
        view! { {found} }.into_any()
    };
    let is_open =
        Memo::new(move |_| address.with(|at| !at.panel.is_empty() || !at.invoice.is_empty()));
    let is_invoice = Memo::new(move |_| address.with(|at| !at.invoice.is_empty()));
    let content = move || {
        if is_invoice.get() {
            return invoice_panel::content(invoice, skeleton);
        }
        view! {
            <Transition fallback=skeleton>
                {move || Suspend::new(async move {
                    match customer.await {
                        Some(Ok(customer)) => {
                            view! { <Content customer=customer address=address/> }.into_any()
                        }
                        Some(Err(error)) => {
                            let is_gone = error == ApiError::NotFound;
                            failure(error, if is_gone { "No such customer" } else { "Customer" })
                        }
                        None => ().into_any(),
                    }
                })}
            </Transition>
            {move || match tab.get() {
                Tab::History => panel_history::tab(history, address),
                Tab::Contacts => panel_contacts::tab(contacts, id.get()),
                Tab::Notes => {
                    let customer_id = id.get();
                    panel_notes::tab(notes, Subject { customer_id, ..Subject::default() })
                }
                Tab::Documents => panel_documents::tab(documents, id.get(), address),
                Tab::Payments => view! {
                    {panel_promises::section(promises, id)}
                    {panel_overrides::section(overrides, id)}
                    {facts(customer, Tab::Payments, desks)}
                }
                .into_any(),
                Tab::Summary => view! {
                    {panel_tasks::section(tasks)}
                    {facts(customer, Tab::Summary, desks)}
                    {panel_profile::section(customer, profile)}
                    <div class="panel__body panel__body--after">{field_values::section(fields)}</div>
                }
                .into_any(),
                tab => facts(customer, tab, desks),
            }}
        }
        .into_any()
    };
    let opened = move || {
        is_open.get().then(|| {
            view! {
                <section
                    class="panel"
                    id=PANEL
                    role="dialog"
                    tabindex="-1"
                    aria-labelledby=TITLE
                >
                    <Transition fallback=move || bar(address, Neighbours::default())>{neighbour_bar}</Transition>
                    {content}
                </section>
            }
        })
    };
    view! { {opened} }.into_any()
}

/// The tabs that show what is known of the customer.
fn facts(customer: Customer, tab: Tab, desks: Desks) -> AnyView {
    let body = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let customer = customer.await.and_then(Result::ok);
            customer.map(|customer| tab_body(&customer, tab, desks))
        })
    };
    view! { <Transition>{body}</Transition> }.into_any()
}

/// When the panel opens its heading gets the focus; when it closes, what it came from does. While
/// it covers the screen, what is behind it cannot be reached.
fn use_panel_focus(address: Memo<ListAddress>, beside: StoredValue<Beside>) {
    cover::use_cover();
    Effect::new(move |before: Option<(String, String)>| {
        let now = address.with(|address| (address.panel.clone(), address.invoice.clone()));
        let (panel, invoice) = &now;
        if !panel.is_empty() {
            focus::mark_row(panel);
        }
        cover::cover();
        let is_open = !panel.is_empty() || !invoice.is_empty();
        match before {
            // What had the focus went with the panel that was there before.
            Some((_, before)) if is_open && before != *invoice => focus::focus_on(PANEL),
            Some((before, _)) if is_open && before.is_empty() => focus::focus_on(PANEL),
            Some((before, _)) if !is_open && !before.is_empty() => {
                beside.with_value(|beside| (beside.give_back)(&before));
            }
            _ => {}
        }
        now
    });
}

/// Who stands before and after the open customer in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    position: String,
    before: Option<String>,
    after: Option<String>,
}

/// Finds them. `rows` are the customers of the list's rows, `total` is how many customers the whole
/// list has, where that is known.
pub fn neighbours(rows: &[&str], total: Option<i64>, has_more: bool, open: &str) -> Neighbours {
    let mut customers: Vec<&str> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for row in rows {
        if seen.insert(*row) {
            customers.push(row);
        }
    }
    let Some(place) = customers.iter().position(|customer| *customer == open) else {
        return Neighbours::default();
    };
    let get = |place: usize| customers.get(place).map(|customer| (*customer).to_owned());
    let number = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX));
    let all = match (total, has_more) {
        (Some(total), _) => format::count(total),
        (None, true) => format!("{} shown", number(customers.len())),
        (None, false) => number(customers.len()),
    };
    Neighbours {
        position: format!("Customer {} of {all}", number(place + 1)),
        before: place.checked_sub(1).and_then(get),
        after: get(place + 1),
    }
}

fn bar(address: Memo<ListAddress>, neighbours: Neighbours) -> AnyView {
    let step = |customer: Option<String>, id, label, key, icon| {
        let is_missing = customer.is_none();
        let href = move || {
            customer.as_ref().map(|id| address.with(|address| address.with_panel(id).href()))
        };
        view! {
            <a
                class="button button--quiet button--icon"
                id=id
                href=href
                role=is_missing.then_some("link")
                aria-disabled=is_missing.then_some("true")
                aria-label=label
                aria-keyshortcuts=key
                data-noscroll=""
            >
                <StaffIcon name=icon class="icon--flip"/>
            </a>
        }
    };
    let close = move || address.with(|address| address.without_panel().href());
    view! {
        <div class="panel__bar">
            <p class="panel__position">{neighbours.position}</p>
            {step(neighbours.before, PREVIOUS, "Previous customer", "k", "prev")}
            {step(neighbours.after, NEXT, "Next customer", "j", "next")}
            <a
                class="button button--quiet button--icon"
                id=CLOSE
                href=close
                aria-label="Close"
                aria-keyshortcuts="Escape"
                data-noscroll=""
            >
                <StaffIcon name="close"/>
            </a>
        </div>
    }
    .into_any()
}

#[component]
fn Content(customer: CustomerPanel, address: Memo<ListAddress>) -> AnyView {
    // The heading was not there yet when the panel opened.
    Effect::new(|_| focus::pass_focus(PANEL, TITLE));
    let number = customer.number.clone();
    let parent = customer.billing.parent.as_ref().map_or(&customer.parent_number, |one| &one.name);
    let sub = if parent.is_empty() { number } else { format!("{number} · Belongs to {parent}") };
    let chips = worst(&customer).map(|status| {
        view! { <div class="panel__chips"><InvoiceChip status=status/></div> }
    });
    let figures = figures(&customer);
    let actions = customer.may_change.then(|| {
        let add = panel_tasks::add_link(&customer.id, address);
        view! { <div class="actions">{add}</div> }
    });
    view! {
        <header class="panel__head">
            <div>
                <h2 class="panel__title" id=TITLE tabindex="-1">{customer.name.clone()}</h2>
                <p class="panel__sub">{sub}</p>
            </div>
            {chips}
            {figures}
            {actions}
        </header>
        {tabs(&customer, address)}
    }
    .into_any()
}

/// What the customer's open invoices come to: the latest of them, or one that is disputed.
fn worst(customer: &CustomerPanel) -> Option<InvoiceStatus> {
    let late = |invoice: &InvoiceStatus| match invoice {
        InvoiceStatus::Overdue { days } => Some(*days),
        _ => None,
    };
    let states = || customer.invoices.iter().map(|invoice| invoice.status);
    let days = states().filter_map(|status| late(&status)).max();
    days.map(|days| InvoiceStatus::Overdue { days })
        .or_else(|| states().find(|status| *status == InvoiceStatus::Disputed))
        .or_else(|| states().find(|status| *status == InvoiceStatus::Clearing))
}

fn figures(customer: &CustomerPanel) -> Option<impl IntoView + use<>> {
    let balance = customer.balances.first()?;
    let money = |minor: i64| format::money(minor, &balance.currency);
    let late =
        if balance.overdue > 0 { "figures__item figures__item--late" } else { "figures__item" };
    Some(view! {
        <dl class="figures figures--panel">
            <div class="figures__item">
                <dt>"Outstanding"</dt>
                <dd>{money(balance.outstanding)}</dd>
            </div>
            <div class=late>
                <dt>"Overdue"</dt>
                <dd>{money(balance.overdue)}</dd>
            </div>
            <div class="figures__item">
                <dt>"Unapplied credit"</dt>
                <dd>{money(balance.credit)}</dd>
            </div>
        </dl>
    })
}

/// What stands in the place of the head when it could not be read.
pub(super) fn failure(error: ApiError, title: &'static str) -> AnyView {
    view! {
        <header class="panel__head">
            <h2 class="panel__title" id=TITLE tabindex="-1">{title}</h2>
        </header>
        <div class="panel__body"><Failure error=error id="panel-failure"/></div>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let figure = |_| {
        view! {
            <div class="figures__item">
                <span class="skeleton skeleton--short"></span>
                <span class="skeleton"></span>
            </div>
        }
    };
    view! {
        <header class="panel__head">
            <div>
                <h2 class="panel__title" id=TITLE tabindex="-1">
                    <span class="visually-hidden">"Loading the customer"</span>
                    <span class="skeleton skeleton--head"></span>
                </h2>
                <p class="panel__sub"><span class="skeleton skeleton--short"></span></p>
            </div>
            <div class="figures figures--panel" aria-hidden="true">{(0..3).map(figure).collect_view()}</div>
        </header>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_customers_and_not_rows() {
        let rows = ["a", "a", "b", "a", "c", "b"];
        let found = neighbours(&rows, None, false, "b");
        assert_eq!(found.position, "Customer 2 of 3");
        assert_eq!((found.before.as_deref(), found.after.as_deref()), (Some("a"), Some("c")));
        let first = neighbours(&rows, None, true, "a");
        assert_eq!((first.position.as_str(), first.before), ("Customer 1 of 3 shown", None));
        let last = neighbours(&rows, Some(148), true, "c");
        assert_eq!((last.position.as_str(), last.after), ("Customer 3 of 148", None));
        assert_eq!(neighbours(&rows, None, false, "z"), Neighbours::default());
    }
}
