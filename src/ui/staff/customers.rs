//! Customers: what each owes in one currency, and how late the oldest of it is.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    aging_bar::small_bar,
    bulk::{Picked, tick, tick_all},
    columns,
    customer_bulk::CustomerBulk,
    list_url::ListAddress,
    list_views,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, ListSkeleton, NothingFound, Stale},
    table::{self, Column, column},
    toolbar::{Filters, Order, Toolbar},
    totals::Currencies,
    words,
};
use crate::{
    api::{
        staff::customers::list_customers,
        view::{CustomerListView, CustomerRowView, ListSetup},
    },
    domain::column::ListKind,
    ui::format,
};

const STANDARD: (&str, &str) = ("outstanding", "desc");

const ORDERS: &[Order] = &[
    ("Outstanding, largest first", "outstanding", "desc"),
    ("Invoices, most first", "count", "desc"),
    ("Name, A to Z", "name", "asc"),
    ("Number, A to Z", "number", "asc"),
];

/// The list's own columns.
pub const COLUMNS: &[Column] = &[
    column("name", "Customer", "name", ""),
    column("number", "Number", "number", "data-table__extra"),
    column("outstanding", "Outstanding", "outstanding", "data-table__amount"),
    column("overdue", "Overdue", "", "data-table__figure"),
    column("oldest", "Oldest", "", ""),
    column("by_age", "By age", "", "data-table__extra"),
    column("habit", "Usually pays", "", "data-table__extra"),
    column("credit", "Credit", "", "data-table__extra data-table__amount"),
    column("count", "Invoices", "count", "data-table__extra data-table__amount"),
    column("share", "Share", "", "data-table__extra data-table__amount"),
];

/// What a list needs beside its rows.
#[derive(Clone)]
struct Around {
    setup: ListSetup,
    address: ListAddress,
    columns: Vec<columns::Shown>,
    /// What is ticked, where somebody may change something.
    picked: Option<Picked>,
    is_alive: ReadSignal<bool>,
}

/// Customers and what they owe.
#[component]
pub fn CustomersPage() -> AnyView {
    let list = List::new(list_customers);
    let setup = list_views::use_setup(ListKind::Customers);
    let address = use_list_address();
    let is_alive = use_alive();
    let picked = Picked::of_list(address);
    let bulk = CustomerBulk::new(picked, setup, move || list.refresh());
    list.follow();
    let skeleton = || {
        view! {
            <ListSkeleton
                what="customers"
                heads=["Customer", "Number", "Outstanding", "Overdue", "Oldest"]
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
        move |shown, setup, address| async move {
            let columns = columns::shown(ListKind::Customers, &setup, &address.view, COLUMNS);
            let picked = setup.may_tick().then_some(picked);
            body(list, shown, Around { setup, address, columns, picked, is_alive })
        },
    );
    view! {
        <Title text="Customers · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head"><h1>"Customers"</h1></div>
            {list_views::row(ListKind::Customers, setup, address, "/staff/customers", COLUMNS)}
            {rows}
            {bulk.bar()}
        </div>
        <Panel address=address list=list/>
    }
    .into_any()
}

fn body(list: List<CustomerListView>, shown: Shown<CustomerListView>, around: Around) -> AnyView {
    let Around { setup, address, is_alive, .. } = around.clone();
    let found = shown.page.count;
    let is_whole = address.list.search.is_empty() && address.list.fields.is_empty();
    if found == 0 && is_whole {
        return view! {
            <Empty
                icon="customers"
                title="No customers yet"
                text="Everybody who owes you will be listed here, with what is late. Bring in a \
                      file from your accounting system to begin."
            />
        }
        .into_any();
    }
    let currencies = (shown.page.currencies.len() > 1).then(|| {
        let all = shown.page.currencies.iter().map(|code| (code.clone(), String::new())).collect();
        let current = shown.page.currency.clone();
        view! { <Currencies currencies=all current=current address=address.without_panel()/> }
    });
    let stale = shown.problem.clone().map(|error| view! { <Stale error=error/> });
    let rest = if found == 0 {
        let clear = address
            .changed(|list| {
                list.search = String::new();
                list.fields = String::new();
            })
            .href();
        let text = if address.list.fields.is_empty() {
            format!("No customer’s name or number has “{}” in it.", address.list.search)
        } else {
            "No customer fits everything you chose.".to_owned()
        };
        view! { <NothingFound title="No customer matches" text=text clear=clear/> }.into_any()
    } else {
        let more = load_more(list, &shown, &address, found, "customers", is_alive);
        view! {
            {table(shown.page, &around)}
            {more}
        }
        .into_any()
    };
    let filters = Filters { keeps_currency: true, fields: setup.fields, ..Filters::default() };
    view! {
        {currencies}
        <Toolbar
            address=address.without_panel()
            what="customers"
            placeholder="Name or number"
            filters=filters
            orders=ORDERS
            count=format::plural(found, "customer", "customers")
        />
        {stale}
        {rest}
    }
    .into_any()
}

fn table(page: CustomerListView, around: &Around) -> AnyView {
    let Around { setup, address, columns, picked, .. } = around;
    let whole = page.open;
    let ids: Vec<String> = page.rows.iter().map(|row| row.id.clone()).collect();
    let boxes = picked.map(|picked| tick_all(picked, ids, "customers"));
    let foot = foot(&page, columns, address.is_filtered());
    let CustomerListView { currency, rows, .. } = page;
    let lines = rows.into_iter().map(|row| line(row, &currency, whole, around));
    let lines = lines.collect_view().into_any();
    let what = format!("Customers, amounts in {currency}");
    table::list(
        ("customers-caption", &what),
        (setup, address),
        (columns, STANDARD),
        boxes,
        lines,
        foot,
    )
}

/// The sums of the list. They are of all customers: where some are left out, none are told.
fn foot(page: &CustomerListView, columns: &[columns::Shown], is_filtered: bool) -> AnyView {
    let CustomerListView { currency, open, overdue, credit, count, .. } = page;
    let (open, overdue, credit, count) = (*open, *overdue, *credit, *count);
    table::foot(columns, |key, class| match key {
        "name" => view! { <th scope="row">{currency.clone()}</th> }.into_any(),
        "number" => table::text_cell(class, format::plural(count, "customer", "customers")),
        "outstanding" | "overdue" | "credit" if is_filtered => table::empty_cell(class),
        "outstanding" => table::money_cell(class, open, currency),
        "overdue" => {
            let share = overdue.and_then(|overdue| amount_with_share(overdue, open, currency));
            view! { <td class=class>{share}</td> }.into_any()
        }
        "credit" => {
            let credit = (credit > 0).then(|| format::amount(credit, currency));
            view! { <td class=class>{credit}</td> }.into_any()
        }
        _ => table::empty_cell(class),
    })
}

/// An amount and which share of the whole it is; nothing where it is zero.
fn amount_with_share(minor: i64, whole: i64, currency: &str) -> Option<AnyView> {
    (minor != 0).then(|| {
        let share = words::share(minor, whole);
        view! {
            <span class="money">{format::amount(minor, currency)}</span>
            " "
            <span class="soft">{share}</span>
        }
        .into_any()
    })
}

fn line(row: CustomerRowView, currency: &str, whole: i64, around: &Around) -> AnyView {
    let Around { address, columns, picked, .. } = around;
    let is_open = !address.panel.is_empty() && address.panel == row.id;
    let cell = |key: &'static str, class: table::Class| match key {
        "name" => {
            let href = address.without_panel().with_panel(&row.id).href();
            view! {
                <th scope="row" class="data-table__text">
                    {picked.map(|picked| tick(picked, row.id.clone(), &row.name))}
                    <a href=href data-open="" data-noscroll="">{row.name.clone()}</a>
                </th>
            }
            .into_any()
        }
        "outstanding" => table::money_cell(class, row.open, currency),
        "overdue" => {
            let overdue = amount_with_share(row.overdue, row.open, currency);
            let label = overdue.is_some().then_some("Overdue");
            view! { <td class=class data-label=label>{overdue}</td> }.into_any()
        }
        "by_age" => {
            let by_age = (row.open > 0).then(|| small_bar(&row.aging, currency));
            view! { <td class=class>{by_age}</td> }.into_any()
        }
        key => {
            let text = match key {
                "number" => row.number.clone(),
                "oldest" => words::oldest(row.oldest_days),
                "habit" => row.days_late.map(words::habit).unwrap_or_default(),
                "credit" if row.credit != 0 => format::amount(row.credit, currency),
                "count" => format::count(row.open_count),
                "share" => words::share(row.open, whole),
                _ => String::new(),
            };
            table::text_cell(class, text)
        }
    };
    table::row(columns, (&row.id, is_open), &row.fields, cell)
}
