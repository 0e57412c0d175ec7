//! Open invoices: the first screen. What is owed, how old it is, and each invoice.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    bulk::{Picked, tick, tick_all},
    columns, expectation_words,
    follow::{Told, follow},
    invoice_bulk::InvoiceBulk,
    list_url::ListAddress,
    list_views,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, ListSkeleton, NothingFound, Stale},
    table::{self, Column, column, is_first_of},
    toolbar::{Filters, Order, Toolbar},
    totals::Totals,
};
use crate::{
    api::{
        error::ApiError,
        staff::invoices::{aging, list_open},
        view::{AgingView, ExpectationView, InvoiceListView, InvoiceRowView, ListSetup, TotalView},
    },
    domain::{
        column::ListKind,
        expectation::{ExpectationStatus, HoldReason},
    },
    ui::{
        components::chip::{Chip, InvoiceChip},
        format,
    },
};

const STANDARD: (&str, &str) = ("due", "asc");

const ORDERS: &[Order] = &[
    ("Due, soonest first", "due", "asc"),
    ("Expected, soonest first", "expected", "asc"),
    ("Outstanding, largest first", "amount", "desc"),
    ("Issued, latest first", "issued", "desc"),
    ("Number, A to Z", "number", "asc"),
];

/// The list's own columns.
pub const COLUMNS: &[Column] = &[
    column("number", "Invoice", "number", ""),
    column("customer", "Customer", "", ""),
    column("outstanding", "Outstanding", "amount", "data-table__amount"),
    column("due", "Due", "due", ""),
    column("expected", "Expected", "expected", ""),
    column("status", "Status", "", ""),
    column("issued", "Issued", "issued", "data-table__extra data-table__spare"),
    column("po", "PO", "", "data-table__extra"),
    column("total", "Total", "", "data-table__extra data-table__spare data-table__amount"),
];

/// What a list needs beside its rows.
#[derive(Clone)]
struct Around {
    setup: ListSetup,
    address: ListAddress,
    /// What is ticked, where somebody may change something of many.
    picked: Option<Picked>,
    is_alive: ReadSignal<bool>,
}

/// What a tick of an invoice stands for: its id, and the version of what is expected that was read.
fn ticked(row: &InvoiceRowView) -> String {
    format!("{}:{}", row.id, row.expectation.version)
}

/// Open invoices.
#[component]
pub fn UnpaidPage() -> AnyView {
    let list = List::new(list_open);
    let aging: Resource<Result<Vec<AgingView>, ApiError>> =
        Resource::new_blocking(|| (), |()| aging());
    let setup = list_views::use_setup(ListKind::Unpaid);
    let address = use_list_address();
    let is_alive = use_alive();
    let picked = Picked::of_list(address);
    let bulk = InvoiceBulk::new(picked, setup, move || list.refresh());
    let today = RwSignal::new(String::new());
    list.follow();
    follow(Told::Figures, move || aging.refetch());
    let skeleton = || {
        view! {
            <ListSkeleton
                what="invoices"
                heads=["Invoice", "Customer", "Outstanding", "Due", "Status"]
                has_totals=true
            />
        }
        .into_any()
    };
    let rows = list_views::below(
        list,
        setup,
        address,
        skeleton,
        move |shown, setup, address| async move {
            let aging = aging.await.unwrap_or_default();
            today.set(setup.today.clone());
            let picked = setup.may_tick_invoices().then_some(picked);
            body(list, shown, aging, &Around { setup, address, picked, is_alive })
        },
    );
    view! {
        <Title text="Unpaid invoices · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head"><h1>"Unpaid invoices"</h1></div>
            {list_views::row(ListKind::Unpaid, setup, address, "/staff/invoices", COLUMNS)}
            {rows}
            {bulk.bar(today.into())}
        </div>
        <Panel address=address list=list/>
    }
    .into_any()
}

fn body(
    list: List<InvoiceListView>,
    shown: Shown<InvoiceListView>,
    aging: Vec<AgingView>,
    around: &Around,
) -> AnyView {
    let Around { setup, address, is_alive, .. } = around.clone();
    let found: i64 = shown.page.totals.iter().map(|total| total.count).sum();
    let all: i64 = aging.iter().map(|view| view.invoices).sum();
    if found == 0 && !address.is_filtered() {
        return view! {
            <Empty
                icon="invoice"
                title="No unpaid invoices"
                text="What your customers owe will be listed here, oldest first, with what is late \
                      and what comes next. Bring in a file from your accounting system to add \
                      invoices."
            />
        }
        .into_any();
    }
    let count = if address.is_filtered() && all >= found {
        format!("{} of {}", format::count(found), format::plural(all, "invoice", "invoices"))
    } else {
        format::plural(found, "invoice", "invoices")
    };
    let filters = Filters {
        has_age: true,
        currencies: aging.iter().map(|view| view.currency.clone()).collect(),
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
                text="No unpaid invoice fits everything you chose.".to_owned()
                clear=clear
            />
        }
        .into_any()
    } else {
        let more = load_more(list, &shown, &address, found, "invoices", is_alive);
        view! {
            {table(shown.page, around)}
            {more}
        }
        .into_any()
    };
    view! {
        <Totals views=aging address=address.without_panel()/>
        <Toolbar
            address=address.without_panel()
            what="unpaid invoices"
            placeholder="Number, customer or PO"
            filters=filters
            orders=ORDERS
            count=count
        />
        {stale}
        {rest}
    }
    .into_any()
}

fn table(page: InvoiceListView, around: &Around) -> AnyView {
    let Around { setup, address, picked, .. } = around;
    let ids: Vec<String> = page.rows.iter().map(ticked).collect();
    let boxes = picked.map(|picked| tick_all(picked, ids, "invoices"));
    let columns = columns::shown(ListKind::Unpaid, setup, &address.view, COLUMNS);
    let mut has_been = false;
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let is_open = is_first_of(&address.panel, &row.customer_id, &mut has_been);
            line(row, &columns, around, is_open)
        })
        .collect_view()
        .into_any();
    let foot = |total: &TotalView| {
        table::invoices_foot(total, &columns, |key| match key {
            "outstanding" => Some(total.balance),
            "total" => Some(total.total),
            _ => None,
        })
    };
    let foot = page.totals.iter().map(foot).collect_view().into_any();
    let about = ("unpaid-caption", "Unpaid invoices");
    table::list(about, (setup, address), (&columns, STANDARD), boxes, rows, foot)
}

fn line(
    row: InvoiceRowView,
    columns: &[columns::Shown],
    around: &Around,
    is_open: bool,
) -> AnyView {
    let Around { address, picked, .. } = around;
    let cell = |key: &'static str, class: table::Class| match key {
        "number" => {
            let href = address.with_invoice(&row.customer_id, &row.id).href();
            let number = row.number.clone();
            let tick = picked.map(|picked| tick(picked, ticked(&row), &row.number));
            view! { <th scope="row">{tick} <a href=href data-noscroll="">{number}</a></th> }
                .into_any()
        }
        "customer" => table::customer_cell(&row, address),
        "outstanding" => table::money_cell(class, row.balance, &row.currency),
        "total" => table::money_cell(class, row.total, &row.currency),
        "due" => view! { <td data-label="Due">{row.due.clone()}</td> }.into_any(),
        "expected" => {
            let expected = expected(&row.expectation);
            view! { <td data-label="Expected">{expected}</td> }.into_any()
        }
        "status" => {
            let discount = (!row.discount_until.is_empty()).then(|| {
                let text = format!("Discount until {}", row.discount_until);
                view! { " " <Chip kind="discount" text=text/> }
            });
            view! {
                <td class="data-table__end"><InvoiceChip status=row.status/>{discount}</td>
            }
            .into_any()
        }
        "issued" => table::text_cell(class, row.issued.clone()),
        "po" => table::text_cell(class, row.po_number.clone()),
        _ => table::empty_cell(class),
    };
    table::row(columns, (&row.customer_id, is_open), &row.fields, cell)
}

/// The day, and how sure it is where that is not plain.
fn expected(expected: &ExpectationView) -> impl IntoView + use<> {
    let ExpectationView { status, on, reason, .. } = expected;
    let chip = match status {
        ExpectationStatus::Promised => Some("due-soon"),
        // The books' own word stands in the status.
        ExpectationStatus::OnHold if *reason != Some(HoldReason::Books) => Some("disputed"),
        _ => None,
    };
    let label = expectation_words::status(*status);
    let label = match chip {
        Some(kind) => view! { <Chip kind=kind text=label/> }.into_any(),
        None => view! { <span class="soft">{label}</span> }.into_any(),
    };
    view! { {on.clone()} " " {label} }
}
