//! The tabs of a customer's panel, and those that show what is known of it: summary, invoices,
//! payments.

use leptos::prelude::*;

use super::{
    list_url::ListAddress,
    panel_billing::{self, Billing},
    panel_specialist::{self, Specialists},
    panel_statement::{self, Statements},
    panel_workflow::{self, Workflows},
    table::sums,
    words,
};
use crate::{
    api::view::{BalanceView, CustomerPanel, InvoiceRowView, PaymentRowView},
    ui::{
        components::chip::{InvoiceChip, PaymentChip},
        format,
        hooks::focus,
    },
};

/// Rows of invoices and of payments that the panel gets; more are in the lists.
const ROWS_MAX: usize = 50;

fn number(count: usize) -> String {
    let more = if count >= ROWS_MAX { "+" } else { "" };
    format!("{}{more}", format::count(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// A tab of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Who they are and what they owe.
    Summary,
    /// Their people.
    Contacts,
    /// Their invoices.
    Invoices,
    /// Their payments.
    Payments,
    /// What happened.
    History,
    /// What we noted.
    Notes,
    /// What was uploaded.
    Documents,
}

impl Tab {
    /// The tab of a word in the address.
    pub fn of(word: &str) -> Self {
        match word {
            "contacts" => Self::Contacts,
            "invoices" => Self::Invoices,
            "payments" => Self::Payments,
            "history" => Self::History,
            "notes" => Self::Notes,
            "documents" => Self::Documents,
            _ => Self::Summary,
        }
    }

    /// The customer that is asked about while this tab is the open one.
    pub fn asked(self, open: Memo<Self>, customer_id: Memo<String>) -> Option<String> {
        let is_asked = open.get() == self && customer_id.with(|id| !id.is_empty());
        is_asked.then(|| customer_id.get())
    }

    /// The word in the address; the first tab needs none.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Summary => "",
            Self::Contacts => "contacts",
            Self::Invoices => "invoices",
            Self::Payments => "payments",
            Self::History => "history",
            Self::Notes => "notes",
            Self::Documents => "documents",
        }
    }
}

/// The links between the tabs, as an element.
const TABS: &str = "panel-tabs";

/// Links between the tabs.
pub fn tabs(customer: &CustomerPanel, address: Memo<ListAddress>) -> impl IntoView + use<> {
    let current = Memo::new(move |_| address.with(|address| Tab::of(&address.tab)));
    Effect::new(move |_| {
        current.track();
        focus::reveal_current(TABS);
    });
    let tab = |tab: Tab, label: &'static str, count: Option<String>| {
        let href = move || address.with(|address| address.with_tab(tab.word()).href());
        let is_current = move || (current.get() == tab).then_some("page");
        let count = count.map(|count| view! { " " <span class="tabs__count">{count}</span> });
        view! {
            <a class="tabs__item" href=href aria-current=is_current data-noscroll="">
                {label}
                {count}
            </a>
        }
    };
    view! {
        <nav class="tabs" id=TABS aria-label="Customer">
            {tab(Tab::Summary, "Summary", None)}
            {tab(Tab::Contacts, "Contacts", Some(number(customer.contacts.len())))}
            {tab(Tab::Invoices, "Invoices", Some(number(customer.invoices.len())))}
            {tab(Tab::Payments, "Payments", Some(number(customer.payments.len())))}
            {customer.may_change.then(|| tab(Tab::History, "History", None))}
            {tab(Tab::Notes, "Notes", None)}
            {tab(Tab::Documents, "Documents", None)}
        </nav>
    }
}

/// Where what the summary shows is changed.
#[derive(Clone, Copy)]
pub struct Desks {
    /// Who is responsible.
    pub specialists: Specialists,
    /// Who pays.
    pub billing: Billing,
    /// Whether it gets statements.
    pub statements: Statements,
    /// Which reminders it gets.
    pub workflows: Workflows,
}

/// What a tab shows of what is known of the customer.
pub fn tab_body(customer: &CustomerPanel, tab: Tab, desks: Desks) -> AnyView {
    let body = match tab {
        Tab::Invoices => invoices(customer, desks.billing.address),
        Tab::Payments => payments(customer),
        _ => summary(customer, desks),
    };
    view! { <div class="panel__body">{body}</div> }.into_any()
}

fn summary(customer: &CustomerPanel, desks: Desks) -> AnyView {
    let Desks { specialists, billing, statements, workflows } = desks;
    let behaviour = customer.behaviour.map(|behaviour| {
        let counted = match behaviour.invoices {
            1 => "the last paid invoice".to_owned(),
            many => format!("on average, last {many} paid invoices"),
        };
        format!("{} ({counted})", words::habit(behaviour.average_days_late))
    });
    let balances = balances("panel-balances", "Balances", &customer.balances);
    let contacts = match customer.contacts.len() {
        0 => "Open to nobody yet".to_owned(),
        count => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            format!("Open to {}", format::plural(count, "contact", "contacts"))
        }
    };
    let people = customer.contacts.iter().map(|(name, email)| {
        let who = if name.is_empty() { email.clone() } else { format!("{name}, {email}") };
        view! { <br/> <span>{who}</span> }
    });
    let people = people.collect_view();
    view! {
        {balances}
        <section class="panel__section" aria-labelledby="panel-terms">
            <h3 id="panel-terms">"Terms"</h3>
            <dl class="facts">
                {agreed(customer)}
                {fact("Pays", behaviour.unwrap_or_default())}
                <div><dt>"Portal"</dt><dd><span>{contacts}</span>{people}</dd></div>
            </dl>
        </section>
        {panel_billing::section(customer, billing)}
        {panel_workflow::section(customer, workflows)}
        {panel_statement::section(customer, statements)}
        {panel_specialist::section(customer, specialists)}
    }
    .into_any()
}

/// What the books have agreed with the customer.
fn agreed(customer: &CustomerPanel) -> AnyView {
    view! {
        {fact("Payment terms", customer.terms.clone())}
        {fact("Currency", currencies(&customer.currency, &customer.balances))}
    }
    .into_any()
}

/// The currency that the books keep for it, and those in which it owes besides.
fn currencies(of_books: &str, balances: &[BalanceView]) -> String {
    let owed = balances.iter().map(|balance| balance.currency.as_str());
    let besides = owed.filter(|code| *code != of_books);
    let named = Some(of_books).filter(|code| !code.is_empty());
    named.into_iter().chain(besides).collect::<Vec<_>>().join(", ")
}

fn fact(label: &'static str, value: String) -> Option<impl IntoView> {
    (!value.is_empty()).then(|| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
}

/// Sums by currency; nothing where there are none.
pub(super) fn balances(
    id: &'static str,
    title: &'static str,
    balances: &[BalanceView],
) -> Option<AnyView> {
    let row = |balance: &BalanceView| {
        let amount = |minor: i64| format::amount(minor, &balance.currency);
        let sums = [balance.outstanding, balance.overdue, -balance.credit].map(amount);
        (balance.currency.clone(), sums)
    };
    sums(
        id,
        (title, format!("{title} by currency")),
        ["Currency", "Outstanding", "Overdue", "Credit"],
        balances.iter().map(row).collect(),
    )
}

fn invoices(customer: &CustomerPanel, here: Memo<ListAddress>) -> AnyView {
    let (open, settled): (Vec<_>, Vec<_>) =
        customer.invoices.iter().partition(|invoice| invoice.balance != 0);
    let address = ListAddress { path: "/staff/invoices".to_owned(), ..Default::default() };
    let all = address.changed(|list| list.customer.clone_from(&customer.id)).href();
    if open.is_empty() && settled.is_empty() {
        return view! { <p class="soft">"There are no invoices."</p> }.into_any();
    }
    let section = |id: &'static str, title: &str, rows: Vec<&InvoiceRowView>| {
        (!rows.is_empty()).then(|| {
            let title =
                format!("{title}, {}", format::count(i64::try_from(rows.len()).unwrap_or(0)));
            view! {
                <section class="panel__section" aria-labelledby=id>
                    <h3 id=id>{title}</h3>
                    <ul class="row-list">
                        {rows.into_iter().map(|row| invoice(row, here)).collect_view()}
                    </ul>
                </section>
            }
        })
    };
    let has_open = !open.is_empty();
    let link = has_open
        .then(|| view! { <p><a href=all>"Show only these in the list of unpaid invoices"</a></p> });
    view! {
        {section("panel-open", "Open", open)}
        {link}
        {section("panel-settled", "Settled", settled)}
    }
    .into_any()
}

fn invoice(row: &InvoiceRowView, here: Memo<ListAddress>) -> impl IntoView + use<> {
    let (customer, id) = (row.customer_id.clone(), row.id.clone());
    let href = move || here.with(|address| address.with_invoice(&customer, &id).href());
    let amount = if row.balance == 0 { row.total } else { row.balance };
    let day = if row.settled.is_empty() {
        format!("due {}", row.due)
    } else {
        format!("settled {}", row.settled)
    };
    let note = if row.po_number.is_empty() { day } else { format!("{} · {day}", row.po_number) };
    view! {
        <li class="row-list__item">
            <a class="row-list__title" href=href data-noscroll="">{row.number.clone()}</a>
            <span class="row-list__amount">{format::money(amount, &row.currency)}</span>
            <span class="row-list__note">{note}</span>
            <span class="row-list__end"><InvoiceChip status=row.status/></span>
        </li>
    }
}

fn payments(customer: &CustomerPanel) -> AnyView {
    let has_terms = !(customer.terms.is_empty()
        && customer.currency.is_empty()
        && customer.balances.is_empty());
    let terms = has_terms.then(|| {
        view! {
            <section class="panel__section" aria-labelledby="panel-books">
                <h3 id="panel-books">"From your books"</h3>
                <dl class="facts">{agreed(customer)}</dl>
            </section>
        }
    });
    let rows = if customer.payments.is_empty() {
        view! { <p class="soft">"There are no payments yet."</p> }.into_any()
    } else {
        view! {
            <section class="panel__section" aria-labelledby="panel-payments">
                <h3 id="panel-payments">"Payments"</h3>
                <ul class="row-list">{customer.payments.iter().map(payment).collect_view()}</ul>
            </section>
        }
        .into_any()
    };
    view! {
        {terms}
        {rows}
    }
    .into_any()
}

fn payment(row: &PaymentRowView) -> impl IntoView + use<> {
    let currency = &row.charge.currency;
    let mut parts = vec![row.method.clone(), row.received.clone()];
    match row.invoices.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        many => {
            let count = i64::try_from(many.len()).unwrap_or(i64::MAX);
            parts.push(format::plural(count, "invoice", "invoices"));
        }
    }
    if !row.payer.is_empty() {
        parts.push(format!("its part of a payment by {}", row.payer));
    }
    if row.surcharge != 0 {
        parts.push(format!("with {} surcharge", format::money(row.surcharge, currency)));
    }
    if row.refunded != 0 {
        parts.push(format!("{} given back", format::money(row.refunded, currency)));
    }
    parts.retain(|part| !part.is_empty());
    view! {
        <li class="row-list__item">
            <span class="row-list__title">{row.reference.clone()}</span>
            <span class="row-list__amount">{format::money(row.charge.minor, currency)}</span>
            <span class="row-list__note">{parts.join(" · ")}</span>
            <span class="row-list__end">
                <PaymentChip
                    state=row.state
                    failure_code=row.failure_code.clone()
                    expected=row.expected.clone()
                />
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_is_named_once() {
        let owed = |code: &str| BalanceView {
            currency: code.to_owned(),
            outstanding: 1,
            overdue: 0,
            credit: 0,
            open_count: 1,
        };
        let balances = [owed("CAD"), owed("USD")];
        assert_eq!(currencies("USD", &balances), "USD, CAD");
        assert_eq!(currencies("", &balances), "CAD, USD");
        assert_eq!(currencies("EUR", &[]), "EUR");
        assert_eq!(currencies("", &[]), "");
    }
}
