//! Customers: what each owes in one currency, and how late the oldest of it is.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    aging_bar::small_bar,
    list_url::ListAddress,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, Failure, ListSkeleton, NothingFound, Stale},
    table::{Column, Heads, Money, column},
    toolbar::{Filters, Order, Toolbar},
    totals::Currencies,
    words,
};
use crate::{
    api::{
        staff::customers::list_customers,
        view::{CustomerListView, CustomerRowView},
    },
    ui::format,
};

const STANDARD: (&str, &str) = ("outstanding", "desc");

const ORDERS: &[Order] = &[
    ("Outstanding, largest first", "outstanding", "desc"),
    ("Invoices, most first", "count", "desc"),
    ("Name, A to Z", "name", "asc"),
    ("Number, A to Z", "number", "asc"),
];

const COLUMNS: &[Column] = &[
    column("Customer", "name", ""),
    column("Number", "number", "data-table__extra"),
    column("Outstanding", "outstanding", "data-table__amount"),
    column("Overdue", "", "data-table__figure"),
    column("Oldest", "", ""),
    column("By age", "", "data-table__extra"),
    column("Usually pays", "", "data-table__extra"),
    column("Credit", "", "data-table__extra data-table__amount"),
    column("Invoices", "count", "data-table__extra data-table__amount"),
    column("Share", "", "data-table__extra data-table__amount"),
];

/// Customers and what they owe.
#[component]
pub fn CustomersPage() -> AnyView {
    let list = List::new(list_customers);
    let address = use_list_address();
    let is_alive = use_alive();
    list.follow();
    let skeleton = || {
        view! {
            <ListSkeleton
                what="customers"
                heads=["Customer", "Number", "Outstanding", "Overdue", "Oldest"]
                has_totals=false
            />
        }
    };
    view! {
        <Title text="Customers · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head"><h1>"Customers"</h1></div>
            <Transition fallback=skeleton>
                {move || Suspend::new(async move {
                    let shown = list.shown.await;
                    let address = address.try_get_untracked().unwrap_or_default();
                    match shown {
                        Ok(shown) => body(list, shown, address, is_alive),
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
    list: List<CustomerListView>,
    shown: Shown<CustomerListView>,
    address: ListAddress,
    is_alive: ReadSignal<bool>,
) -> AnyView {
    let found = shown.page.count;
    if found == 0 && address.list.search.is_empty() {
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
        let clear = address.changed(|list| list.search = String::new()).href();
        let text = format!("No customer’s name or number has “{}” in it.", address.list.search);
        view! { <NothingFound title="No customer matches" text=text clear=clear/> }.into_any()
    } else {
        let more = load_more(list, &shown, &address, found, "customers", is_alive);
        view! {
            {table(shown.page, &address)}
            {more}
        }
        .into_any()
    };
    let filters = Filters { keeps_currency: true, ..Filters::default() };
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

fn table(page: CustomerListView, address: &ListAddress) -> impl IntoView + use<> {
    let CustomerListView { currency, rows, open, overdue, credit, count, .. } = page;
    let overdue = amount_with_share(overdue, open, &currency);
    let credit = (credit > 0).then(|| format::amount(credit, &currency));
    let lines = rows
        .into_iter()
        .map(|row| {
            let is_open = !address.panel.is_empty() && address.panel == row.id;
            line(row, &currency, open, address, is_open)
        })
        .collect_view();
    let caption =
        format!("Customers, amounts in {currency}, {}", words::order(&address.list, STANDARD));
    view! {
        <div
            class="table-scroll table-scroll--page"
            role="region"
            aria-labelledby="customers-caption"
            tabindex="0"
        >
            <table class="data-table data-table--cards">
                <caption class="visually-hidden" id="customers-caption">{caption}</caption>
                <Heads address=address.without_panel() columns=COLUMNS standard=STANDARD/>
                <tbody>{lines}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{currency.clone()}</th>
                        <td class="data-table__extra">
                            {format::plural(count, "customer", "customers")}
                        </td>
                        <td class="data-table__amount">
                            <Money minor=open currency=currency/>
                        </td>
                        <td class="data-table__figure">{overdue}</td>
                        <td></td>
                        <td class="data-table__extra"></td>
                        <td class="data-table__extra"></td>
                        <td class="data-table__extra data-table__amount">{credit}</td>
                        <td class="data-table__extra data-table__amount"></td>
                        <td class="data-table__extra data-table__amount"></td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
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

fn line(
    row: CustomerRowView,
    currency: &str,
    whole: i64,
    address: &ListAddress,
    is_open: bool,
) -> impl IntoView + use<> {
    let customer = address.without_panel().with_panel(&row.id).href();
    let overdue = amount_with_share(row.overdue, row.open, currency);
    let credit = (row.credit != 0).then(|| format::amount(row.credit, currency));
    let is_late = overdue.is_some();
    let by_age = (row.open > 0).then(|| small_bar(&row.aging, currency));
    let habit = row.days_late.map(words::habit).unwrap_or_default();
    view! {
        <tr data-row=row.id aria-current=is_open.then_some("true")>
            <th scope="row" class="data-table__text">
                <a href=customer data-open="" data-noscroll="">{row.name}</a>
            </th>
            <td class="data-table__extra">{row.number}</td>
            <td class="data-table__amount">
                <Money minor=row.open currency=currency.to_owned()/>
            </td>
            <td class="data-table__figure" data-label=is_late.then_some("Overdue")>{overdue}</td>
            <td>{words::oldest(row.oldest_days)}</td>
            <td class="data-table__extra">{by_age}</td>
            <td class="data-table__extra">{habit}</td>
            <td class="data-table__extra data-table__amount">{credit}</td>
            <td class="data-table__extra data-table__amount">{format::count(row.open_count)}</td>
            <td class="data-table__extra data-table__amount">{words::share(row.open, whole)}</td>
        </tr>
    }
}
