//! Invoices that were settled lately.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    columns,
    list_url::ListAddress,
    list_views,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, ListSkeleton, NothingFound, Stale},
    table::{self, Column, column, is_first_of},
    toolbar::{Filters, Order, Toolbar},
    words,
};
use crate::{
    api::{
        staff::invoices::list_paid,
        view::{InvoiceListView, InvoiceRowView, ListSetup, PaidBy, TotalView},
    },
    domain::{column::ListKind, payment::PaymentState},
    ui::{components::chip::Chip, format},
};

const STANDARD: (&str, &str) = ("settled", "desc");

const ORDERS: &[Order] = &[
    ("Paid, latest first", "settled", "desc"),
    ("Amount, largest first", "amount", "desc"),
    ("Due, latest first", "due", "desc"),
    ("Number, A to Z", "number", "asc"),
];

/// The list's own columns.
pub const COLUMNS: &[Column] = &[
    column("number", "Invoice", "number", ""),
    column("customer", "Customer", "", ""),
    column("paid", "Paid", "amount", "data-table__amount"),
    column("settled", "Paid on", "settled", ""),
    column("lateness", "Against the due date", "", ""),
    column("payment", "Payment", "", ""),
    column("method", "Method", "", "data-table__extra"),
    column("received", "Settled", "", "data-table__extra"),
    column("discount", "Discount", "", "data-table__extra data-table__amount"),
    column("credit", "Credit", "", "data-table__extra data-table__amount"),
    column("due", "Due", "due", "data-table__extra"),
    column("issued", "Issued", "issued", "data-table__extra"),
    column("po", "PO", "", "data-table__extra"),
];

/// Settled invoices.
#[component]
pub fn PaidPage() -> AnyView {
    let list = List::new(list_paid);
    let setup = list_views::use_setup(ListKind::Paid);
    let address = use_list_address();
    let is_alive = use_alive();
    list.follow();
    let skeleton = || {
        view! {
            <ListSkeleton
                what="invoices"
                heads=["Invoice", "Customer", "Paid", "Paid on", "Against the due date"]
                has_totals=false
            />
        }
        .into_any()
    };
    let rows = list_views::below(
        list,
        setup,
        address,
        skeleton,
        move |shown, setup, address| async move { body(list, shown, setup, address, is_alive) },
    );
    view! {
        <Title text="Paid invoices · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head">
                <h1>"Paid invoices"</h1>
                <p class="soft">"Settled in the last three months"</p>
            </div>
            {list_views::row(ListKind::Paid, setup, address, "/staff/paid", COLUMNS)}
            {rows}
        </div>
        <Panel address=address list=list/>
    }
    .into_any()
}

fn body(
    list: List<InvoiceListView>,
    shown: Shown<InvoiceListView>,
    setup: ListSetup,
    address: ListAddress,
    is_alive: ReadSignal<bool>,
) -> AnyView {
    let found: i64 = shown.page.totals.iter().map(|total| total.count).sum();
    if found == 0 && !address.is_filtered() {
        return view! {
            <Empty
                icon="paid"
                title="No paid invoices"
                text="What was settled in the last three months will be listed here, the latest \
                      first. Bring in a file from your accounting system to add invoices."
            />
        }
        .into_any();
    }
    let mut currencies: Vec<String> =
        shown.page.totals.iter().map(|total| total.currency.clone()).collect();
    let chosen = &address.list.currency;
    if !chosen.is_empty() && !currencies.contains(chosen) {
        currencies.push(chosen.clone());
    }
    let filters = Filters {
        has_age: false,
        currencies,
        customer: shown.page.customer.clone(),
        keeps_currency: false,
        fields: setup.fields.clone(),
    };
    let stale = shown.problem.clone().map(|error| view! { <Stale error=error/> });
    let rest = if found == 0 {
        let clear = address.everything().href();
        view! {
            <NothingFound
                title="No invoice matches"
                text="No invoice settled in the last three months fits everything you chose."
                    .to_owned()
                clear=clear
            />
        }
        .into_any()
    } else {
        let more = load_more(list, &shown, &address, found, "invoices", is_alive);
        view! {
            {table(shown.page, &setup, &address)}
            {more}
        }
        .into_any()
    };
    view! {
        <Toolbar
            address=address.without_panel()
            what="paid invoices"
            placeholder="Number, customer, PO or payment"
            filters=filters
            orders=ORDERS
            count=format::plural(found, "invoice", "invoices")
        />
        {stale}
        {rest}
    }
    .into_any()
}

fn table(page: InvoiceListView, setup: &ListSetup, address: &ListAddress) -> AnyView {
    let columns = columns::shown(ListKind::Paid, setup, &address.view, COLUMNS);
    let mut has_been = false;
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let is_open = is_first_of(&address.panel, &row.customer_id, &mut has_been);
            line(row, &columns, address, is_open)
        })
        .collect_view()
        .into_any();
    let foot = |total: &TotalView| {
        table::invoices_foot(total, &columns, |key| (key == "paid").then_some(total.total))
    };
    let foot = page.totals.iter().map(foot).collect_view().into_any();
    let about = ("paid-caption", "Paid invoices");
    table::list(about, (setup, address), (&columns, STANDARD), None, rows, foot)
}

fn line(
    row: InvoiceRowView,
    columns: &[columns::Shown],
    address: &ListAddress,
    is_open: bool,
) -> AnyView {
    let customer = address.without_panel().with_panel(&row.customer_id);
    let amount = |minor: i64| {
        if minor > 0 { format::amount(minor, &row.currency) } else { String::new() }
    };
    let PaidBy { reference, state, method, settled } =
        row.payment.clone().unwrap_or_else(PaidBy::nothing);
    let settled = match state {
        PaymentState::PartiallyRefunded => format!("{settled}, partly refunded"),
        PaymentState::Refunded => format!("{settled}, refunded"),
        _ => settled,
    };
    let cell = |key: &'static str, class: table::Class| {
        match key {
            "number" => {
                let href = customer.with_tab("invoices").href();
                let number = row.number.clone();
                view! { <th scope="row"><a href=href data-noscroll="">{number}</a></th> }.into_any()
            }
            "customer" => table::customer_cell(&row, address),
            "paid" => table::money_cell(class, row.total, &row.currency),
            "settled" => view! { <td data-label="Paid">{row.settled.clone()}</td> }.into_any(),
            "lateness" => {
                let text = row.days_late.map_or_else(|| "Paid".to_owned(), words::lateness);
                view! { <td class="data-table__end"><Chip kind="paid" text=text/></td> }.into_any()
            }
            "payment" => {
                let is_paid_here = !reference.is_empty();
                // Everything else that the same payment settled.
                let all_of_it =
                    address.everything().changed(|list| list.search.clone_from(&reference)).href();
                let reference = is_paid_here.then(|| {
                    let reference = reference.clone();
                    view! { <a class="nowrap" href=all_of_it data-noscroll="">{reference}</a> }
                });
                let label = is_paid_here.then_some("Payment");
                view! { <td data-label=label>{reference}</td> }.into_any()
            }
            key => {
                let text = match key {
                    "method" => method.clone(),
                    "received" => settled.clone(),
                    "discount" => amount(row.discount),
                    "credit" => amount(row.credit),
                    "due" => row.due.clone(),
                    "issued" => row.issued.clone(),
                    "po" => row.po_number.clone(),
                    _ => String::new(),
                };
                table::text_cell(class, text)
            }
        }
    };
    table::row(columns, (&row.customer_id, is_open), &row.fields, cell)
}
