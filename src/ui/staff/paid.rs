//! Invoices that were settled lately.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    list_url::ListAddress,
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
        view::{InvoiceListView, InvoiceRowView, PaidBy, TotalView},
    },
    domain::payment::PaymentState,
    ui::{components::chip::Chip, format},
};

const STANDARD: (&str, &str) = ("settled", "desc");

const ORDERS: &[Order] = &[
    ("Paid, latest first", "settled", "desc"),
    ("Amount, largest first", "amount", "desc"),
    ("Due, latest first", "due", "desc"),
    ("Number, A to Z", "number", "asc"),
];

const COLUMNS: &[Column] = &[
    column("Invoice", "number", ""),
    column("Customer", "", ""),
    column("Paid", "amount", "data-table__amount"),
    column("Paid on", "settled", ""),
    column("Against the due date", "", ""),
    column("Payment", "", ""),
    column("Method", "", "data-table__extra"),
    column("Settled", "", "data-table__extra"),
    column("Discount", "", "data-table__extra data-table__amount"),
    column("Credit", "", "data-table__extra data-table__amount"),
    column("Due", "due", "data-table__extra"),
    column("Issued", "issued", "data-table__extra"),
    column("PO", "", "data-table__extra"),
];

/// Settled invoices.
#[component]
pub fn PaidPage() -> AnyView {
    let list = List::new(list_paid);
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
    };
    view! {
        <Title text="Paid invoices · Quittance"/>
        <div class="page" data-behind="">
            <div class="page__head">
                <h1>"Paid invoices"</h1>
                <p class="soft">"Settled in the last three months"</p>
            </div>
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
    list: List<InvoiceListView>,
    shown: Shown<InvoiceListView>,
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
            {table(shown.page, &address)}
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
    let caption = format!("Paid invoices, {}", words::order(&address.list, STANDARD));
    view! {
        <div
            class="table-scroll table-scroll--page"
            role="region"
            aria-labelledby="paid-caption"
            tabindex="0"
        >
            <table class="data-table data-table--cards">
                <caption class="visually-hidden" id="paid-caption">{caption}</caption>
                <Heads address=address.without_panel() columns=COLUMNS standard=STANDARD/>
                <tbody>{rows}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
}

fn line(row: InvoiceRowView, address: &ListAddress, is_open: bool) -> impl IntoView + use<> {
    let customer = address.without_panel().with_panel(&row.customer_id);
    let invoices = customer.with_tab("invoices").href();
    let lateness = row.days_late.map_or_else(|| "Paid".to_owned(), words::lateness);
    let amount = |minor: i64| {
        if minor > 0 { format::amount(minor, &row.currency) } else { String::new() }
    };
    let (discount, credit) = (amount(row.discount), amount(row.credit));
    let PaidBy { reference, state, method, settled } = row.payment.unwrap_or_else(PaidBy::nothing);
    let settled = match state {
        PaymentState::PartiallyRefunded => format!("{settled}, partly refunded"),
        PaymentState::Refunded => format!("{settled}, refunded"),
        _ => settled,
    };
    // Everything else that the same payment settled.
    let all_of_it = address.everything().changed(|list| list.search.clone_from(&reference)).href();
    let is_paid_here = !reference.is_empty();
    let reference = is_paid_here
        .then(|| view! { <a class="nowrap" href=all_of_it data-noscroll="">{reference}</a> });
    view! {
        <tr data-row=row.customer_id aria-current=is_open.then_some("true")>
            <th scope="row"><a href=invoices data-noscroll="">{row.number}</a></th>
            <td class="data-table__text">
                <a href=customer.href() data-open="" data-noscroll="">{row.customer}</a>
            </td>
            <td class="data-table__amount"><Money minor=row.total currency=row.currency/></td>
            <td data-label="Paid">{row.settled}</td>
            <td class="data-table__end"><Chip kind="paid" text=lateness/></td>
            <td data-label=is_paid_here.then_some("Payment")>{reference}</td>
            <td class="data-table__extra">{method}</td>
            <td class="data-table__extra">{settled}</td>
            <td class="data-table__extra data-table__amount">{discount}</td>
            <td class="data-table__extra data-table__amount">{credit}</td>
            <td class="data-table__extra">{row.due}</td>
            <td class="data-table__extra">{row.issued}</td>
            <td class="data-table__extra">{row.po_number}</td>
        </tr>
    }
}

fn foot(total: TotalView) -> impl IntoView {
    let count = format::plural(total.count, "invoice", "invoices");
    view! {
        <tr>
            <th scope="row">{total.currency.clone()}</th>
            <td>{count}</td>
            <td class="data-table__amount"><Money minor=total.total currency=total.currency/></td>
            <td></td>
            <td></td>
            <td></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra data-table__amount"></td>
            <td class="data-table__extra data-table__amount"></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra"></td>
            <td class="data-table__extra"></td>
        </tr>
    }
}
