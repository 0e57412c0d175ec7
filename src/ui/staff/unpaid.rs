//! Open invoices: the first screen. What is owed, how old it is, and each invoice.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    bulk::{Picked, tick, tick_all},
    columns::{self, field_cell},
    expectation_words,
    follow::{Told, follow},
    invoice_bulk::InvoiceBulk,
    list_url::ListAddress,
    list_views,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, Failure, ListSkeleton, NothingFound, Stale},
    table::{Column, Heads, Money, column, is_first_of},
    toolbar::{Filters, Order, Toolbar},
    totals::Totals,
    words,
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
    /// What is ticked, where somebody may decide.
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
    let view =
        Memo::new(move |_| address.with(|address| (address.view.clone(), address.is_bare())));
    let is_alive = use_alive();
    let picked = Picked::new();
    let bulk = InvoiceBulk::new(picked, move || list.refresh());
    // What is not in the list any more is not chosen either.
    let query = Memo::new(move |_| address.with(|address| address.page_after("").list));
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            picked.clear();
        }
    });
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
    };
    view! {
        <Title text="Unpaid invoices · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head"><h1>"Unpaid invoices"</h1></div>
            {list_views::row(ListKind::Unpaid, setup, address, "/staff/invoices", COLUMNS)}
            <Transition fallback=skeleton>
                {move || {
                    view.track();
                    Suspend::new(async move {
                        let (shown, aging) = (list.shown.await, aging.await);
                        let setup = setup.await.unwrap_or_default();
                        let address = address.try_get_untracked().unwrap_or_default();
                        if let Some(there) = list_views::begin(&setup, &address) {
                            return there;
                        }
                        let address = list_views::said(&setup, address);
                        match shown {
                            Ok(shown) => {
                                today.set(setup.today.clone());
                                let around = Around {
                                    picked: setup.may_decide.then_some(picked),
                                    setup,
                                    address,
                                    is_alive,
                                };
                                body(list, shown, aging.unwrap_or_default(), &around)
                            }
                            Err(error) => view! { <Failure error=error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
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

fn table(page: InvoiceListView, around: &Around) -> impl IntoView + use<> {
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
        .collect_view();
    let foot = page.totals.iter().map(|total| foot(total, &columns)).collect_view();
    let caption = format!("Unpaid invoices, {}", words::order(&address.list, STANDARD));
    let heads = columns.iter().map(columns::Shown::head).collect::<Vec<_>>();
    view! {
        <div
            class="table-scroll table-scroll--page"
            role="region"
            aria-labelledby="unpaid-caption"
            tabindex="0"
        >
            <table class=columns::table_class(setup, &address.view)>
                <caption class="visually-hidden" id="unpaid-caption">{caption}</caption>
                <Heads address=address.without_panel() heads=heads standard=STANDARD first=boxes/>
                <tbody>{rows}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
}

fn line(
    row: InvoiceRowView,
    columns: &[columns::Shown],
    around: &Around,
    is_open: bool,
) -> AnyView {
    let Around { address, picked, .. } = around;
    let customer = address.without_panel().with_panel(&row.customer_id);
    let cell = |column: &columns::Shown| {
        let own = match column {
            columns::Shown::Field(id, name) => return field_cell(&row.fields, id, name),
            columns::Shown::Own(own) => own,
        };
        let class = (!own.class.is_empty()).then_some(own.class);
        let money = |minor: i64| {
            let currency = row.currency.clone();
            view! { <td class=class><Money minor=minor currency=currency/></td> }.into_any()
        };
        match own.key {
            "number" => {
                let href = address.with_invoice(&row.customer_id, &row.id).href();
                let number = row.number.clone();
                let tick = picked.map(|picked| tick(picked, ticked(&row), &row.number));
                view! { <th scope="row">{tick} <a href=href data-noscroll="">{number}</a></th> }
                    .into_any()
            }
            "customer" => {
                let (href, name) = (customer.href(), row.customer.clone());
                view! {
                    <td class="data-table__text">
                        <a href=href data-open="" data-noscroll="">{name}</a>
                    </td>
                }
                .into_any()
            }
            "outstanding" => money(row.balance),
            "total" => money(row.total),
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
            "issued" => view! { <td class=class>{row.issued.clone()}</td> }.into_any(),
            "po" => view! { <td class=class>{row.po_number.clone()}</td> }.into_any(),
            _ => view! { <td class=class></td> }.into_any(),
        }
    };
    let cells = columns.iter().map(cell).collect_view();
    view! {
        <tr data-row=row.customer_id.clone() aria-current=is_open.then_some("true")>{cells}</tr>
    }
    .into_any()
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

fn foot(total: &TotalView, columns: &[columns::Shown]) -> AnyView {
    let cell = |column: &columns::Shown| {
        let columns::Shown::Own(own) = column else { return view! { <td></td> }.into_any() };
        let class = (!own.class.is_empty()).then_some(own.class);
        let money = |minor: i64| {
            let currency = total.currency.clone();
            view! { <td class=class><Money minor=minor currency=currency/></td> }.into_any()
        };
        match own.key {
            "number" => view! { <th scope="row">{total.currency.clone()}</th> }.into_any(),
            "customer" => {
                let count = format::plural(total.count, "invoice", "invoices");
                view! { <td>{count}</td> }.into_any()
            }
            "outstanding" => money(total.balance),
            "total" => money(total.total),
            _ => view! { <td class=class></td> }.into_any(),
        }
    };
    view! { <tr>{columns.iter().map(cell).collect_view()}</tr> }.into_any()
}
