//! Open invoices: the first screen. What is owed, how old it is, and each invoice.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    columns::{self, field_cell},
    follow::follow,
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
        view::{AgingView, InvoiceListView, InvoiceRowView, ListSetup, TotalView},
    },
    domain::column::ListKind,
    ui::{
        components::chip::{Chip, InvoiceChip},
        format,
    },
};

const STANDARD: (&str, &str) = ("due", "asc");

const ORDERS: &[Order] = &[
    ("Due, soonest first", "due", "asc"),
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
    column("status", "Status", "", ""),
    column("issued", "Issued", "issued", "data-table__extra"),
    column("po", "PO", "", "data-table__extra"),
    column("total", "Total", "", "data-table__extra data-table__spare data-table__amount"),
];

/// Open invoices.
#[component]
pub fn UnpaidPage() -> AnyView {
    let list = List::new(list_open);
    let aging: Resource<Result<Vec<AgingView>, ApiError>> =
        Resource::new_blocking(|| (), |()| aging());
    let setup = list_views::use_setup(ListKind::Unpaid);
    let address = use_list_address();
    let view = Memo::new(move |_| address.with(|address| address.view.clone()));
    let is_alive = use_alive();
    list.follow();
    follow(move || aging.refetch());
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
                                let aging = aging.unwrap_or_default();
                                body(list, shown, aging, setup, address, is_alive)
                            }
                            Err(error) => view! { <Failure error=error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
        <Panel address=address list=list/>
    }
    .into_any()
}

fn body(
    list: List<InvoiceListView>,
    shown: Shown<InvoiceListView>,
    aging: Vec<AgingView>,
    setup: ListSetup,
    address: ListAddress,
    is_alive: ReadSignal<bool>,
) -> AnyView {
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
            {table(shown.page, &setup, &address)}
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

fn table(page: InvoiceListView, setup: &ListSetup, address: &ListAddress) -> impl IntoView + use<> {
    let columns = columns::shown(ListKind::Unpaid, setup, &address.view, COLUMNS);
    let mut has_been = false;
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let is_open = is_first_of(&address.panel, &row.customer_id, &mut has_been);
            line(row, &columns, address, is_open)
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
                <Heads address=address.without_panel() heads=heads standard=STANDARD/>
                <tbody>{rows}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
}

fn line(
    row: InvoiceRowView,
    columns: &[columns::Shown],
    address: &ListAddress,
    is_open: bool,
) -> AnyView {
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
                let href = customer.with_tab("invoices").href();
                let number = row.number.clone();
                view! { <th scope="row"><a href=href data-noscroll="">{number}</a></th> }.into_any()
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
