//! Open invoices: the first screen. What is owed, how old it is, and each invoice.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    expectation_words,
    follow::follow,
    list_url::ListAddress,
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
        view::{AgingView, ExpectationView, InvoiceListView, InvoiceRowView, TotalView},
    },
    domain::expectation::{ExpectationStatus, HoldReason},
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

const COLUMNS: &[Column] = &[
    column("Invoice", "number", ""),
    column("Customer", "", ""),
    column("Outstanding", "amount", "data-table__amount"),
    column("Due", "due", ""),
    column("Expected", "expected", ""),
    column("Status", "", ""),
    column("Issued", "issued", "data-table__extra"),
    column("PO", "", "data-table__extra"),
    column("Total", "", "data-table__extra data-table__spare data-table__amount"),
];

/// Open invoices.
#[component]
pub fn UnpaidPage() -> AnyView {
    let list = List::new(list_open);
    let aging: Resource<Result<Vec<AgingView>, ApiError>> =
        Resource::new_blocking(|| (), |()| aging());
    let address = use_list_address();
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
            <Transition fallback=skeleton>
                {move || Suspend::new(async move {
                    let (shown, aging) = (list.shown.await, aging.await);
                    let address = address.try_get_untracked().unwrap_or_default();
                    match shown {
                        Ok(shown) => body(list, shown, aging.unwrap_or_default(), address, is_alive),
                        Err(error) => view! { <Failure error=error/> }.into_any(),
                    }
                })}
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
            {table(shown.page, &address)}
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

fn table(page: InvoiceListView, address: &ListAddress) -> impl IntoView + use<> {
    let mut has_been = false;
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let is_open = is_first_of(&address.panel, &row.customer_id, &mut has_been);
            line(row, address, is_open)
        })
        .collect_view();
    let foot = page.totals.into_iter().map(foot).collect_view();
    let caption = format!("Unpaid invoices, {}", words::order(&address.list, STANDARD));
    view! {
        <div
            class="table-scroll table-scroll--page"
            role="region"
            aria-labelledby="unpaid-caption"
            tabindex="0"
        >
            <table class="data-table data-table--cards">
                <caption class="visually-hidden" id="unpaid-caption">{caption}</caption>
                <Heads address=address.without_panel() columns=COLUMNS standard=STANDARD/>
                <tbody>{rows}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
}

fn line(row: InvoiceRowView, address: &ListAddress, is_open: bool) -> impl IntoView + use<> {
    let customer = address.without_panel().with_panel(&row.customer_id);
    let invoice = address.with_invoice(&row.customer_id, &row.id).href();
    let expected = expected(&row.expectation);
    let discount = (!row.discount_until.is_empty()).then(|| {
        let text = format!("Discount until {}", row.discount_until);
        view! { " " <Chip kind="discount" text=text/> }
    });
    view! {
        <tr data-row=row.customer_id aria-current=is_open.then_some("true")>
            <th scope="row"><a href=invoice data-noscroll="">{row.number}</a></th>
            <td class="data-table__text">
                <a href=customer.href() data-open="" data-noscroll="">{row.customer}</a>
            </td>
            <td class="data-table__amount">
                <Money minor=row.balance currency=row.currency.clone()/>
            </td>
            <td data-label="Due">{row.due}</td>
            <td data-label="Expected">{expected}</td>
            <td class="data-table__end"><InvoiceChip status=row.status/>{discount}</td>
            <td class="data-table__extra">{row.issued}</td>
            <td class="data-table__extra">{row.po_number}</td>
            <td class="data-table__extra data-table__spare data-table__amount">
                <Money minor=row.total currency=row.currency/>
            </td>
        </tr>
    }
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

fn foot(total: TotalView) -> impl IntoView {
    let count = format::plural(total.count, "invoice", "invoices");
    view! {
        <tr>
            <th scope="row">{total.currency.clone()}</th>
            <td>{count}</td>
            <td class="data-table__amount">
                <Money minor=total.balance currency=total.currency.clone()/>
            </td>
            <td></td>
            <td></td>
            <td></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra data-table__spare data-table__amount">
                <Money minor=total.total currency=total.currency/>
            </td>
        </tr>
    }
}
