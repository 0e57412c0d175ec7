//! Invoices that were settled lately.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    columns::{self, field_cell},
    list_url::ListAddress,
    list_views,
    load_more::{load_more, use_alive},
    pages::{List, Shown, use_list_address},
    panel::Panel,
    state::{Empty, Failure, ListSkeleton, NothingFound, Stale},
    table::{Column, Heads, Money, column, is_first_of},
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
    let view =
        Memo::new(move |_| address.with(|address| (address.view.clone(), address.is_bare())));
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
    };
    view! {
        <Title text="Paid invoices · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head">
                <h1>"Paid invoices"</h1>
                <p class="soft">"Settled in the last three months"</p>
            </div>
            {list_views::row(ListKind::Paid, setup, address, "/staff/paid", COLUMNS)}
            <Transition fallback=skeleton>
                {move || {
                    view.track();
                    Suspend::new(async move {
                        let (shown, setup) = (list.shown.await, setup.await.unwrap_or_default());
                        let address = address.try_get_untracked().unwrap_or_default();
                        if let Some(there) = list_views::begin(&setup, &address) {
                            return there;
                        }
                        let address = list_views::said(&setup, address);
                        match shown {
                            Ok(shown) => body(list, shown, setup, address, is_alive),
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

fn table(page: InvoiceListView, setup: &ListSetup, address: &ListAddress) -> impl IntoView + use<> {
    let columns = columns::shown(ListKind::Paid, setup, &address.view, COLUMNS);
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
    let caption = format!("Paid invoices, {}", words::order(&address.list, STANDARD));
    let heads = columns.iter().map(columns::Shown::head).collect::<Vec<_>>();
    view! {
        <div
            class="table-scroll table-scroll--page"
            role="region"
            aria-labelledby="paid-caption"
            tabindex="0"
        >
            <table class=columns::table_class(setup, &address.view)>
                <caption class="visually-hidden" id="paid-caption">{caption}</caption>
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
    let cell = |column: &columns::Shown| {
        let own = match column {
            columns::Shown::Field(id, name) => return field_cell(&row.fields, id, name),
            columns::Shown::Own(own) => own,
        };
        let class = (!own.class.is_empty()).then_some(own.class);
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
            "paid" => {
                let (minor, currency) = (row.total, row.currency.clone());
                view! { <td class=class><Money minor=minor currency=currency/></td> }.into_any()
            }
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
                view! { <td class=class>{text}</td> }.into_any()
            }
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
        match own.key {
            "number" => view! { <th scope="row">{total.currency.clone()}</th> }.into_any(),
            "customer" => {
                let count = format::plural(total.count, "invoice", "invoices");
                view! { <td>{count}</td> }.into_any()
            }
            "paid" => {
                let (minor, currency) = (total.total, total.currency.clone());
                view! { <td class=class><Money minor=minor currency=currency/></td> }.into_any()
            }
            _ => view! { <td class=class></td> }.into_any(),
        }
    };
    view! { <tr>{columns.iter().map(cell).collect_view()}</tr> }.into_any()
}
