//! The tables that lists are, piece by piece, and the sums that panels show as tables.

use leptos::prelude::*;

use super::{columns::Shown, icon::StaffIcon, list_url::ListAddress, words};
use crate::{
    api::view::{InvoiceRowView, ListSetup, TotalView},
    ui::format,
};

/// A column that can be sorted by, or one that cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name it is chosen by (`domain::column`).
    pub key: &'static str,
    /// Its head.
    pub label: &'static str,
    /// The name it is sorted by; empty when it cannot be.
    pub sort: &'static str,
    /// Its classes.
    pub class: &'static str,
}

impl Column {
    fn class(&self) -> Class {
        (!self.class.is_empty()).then_some(self.class)
    }
}

/// A column.
pub const fn column(
    key: &'static str,
    label: &'static str,
    sort: &'static str,
    class: &'static str,
) -> Column {
    Column { key, label, sort, class }
}

/// A list as a table. `id` is that of its caption, which begins with `what`; `standard` is the list's
/// own order: column and direction; `first` stands before the first head's words.
pub fn list(
    (id, what): (&'static str, &str),
    (setup, address): (&ListSetup, &ListAddress),
    (columns, standard): (&[Shown], (&str, &str)),
    first: Option<AnyView>,
    rows: AnyView,
    foot: AnyView,
) -> AnyView {
    let caption = format!("{what}, {}", words::order(&address.list, standard));
    // Columns that somebody chose are there whatever the width of the window.
    let class = if setup.columns_of(&address.view).is_empty() {
        "data-table data-table--cards"
    } else {
        "data-table data-table--cards data-table--chosen"
    };
    let heads = heads(&address.without_panel(), columns, standard, first);
    view! {
        <div class="table-scroll table-scroll--page" role="region" aria-labelledby=id tabindex="0">
            <table class=class>
                <caption class="visually-hidden" id=id>{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn heads(
    address: &ListAddress,
    columns: &[Shown],
    standard: (&str, &str),
    mut first: Option<AnyView>,
) -> AnyView {
    let (sort, direction) = words::effective_order(&address.list, standard);
    let head = |column: &Shown| {
        let (by, class) = match column {
            Shown::Own(own) => (own.sort, own.class()),
            Shown::Field(..) => ("", None),
        };
        let (first, label) = (first.take(), column.label().to_owned());
        if by.is_empty() {
            return view! { <th scope="col" class=class>{first}{label}</th> }.into_any();
        }
        let is_current = by == sort;
        let aria =
            is_current.then_some(if direction == "desc" { "descending" } else { "ascending" });
        let next = match (is_current, direction.as_str()) {
            (true, "desc") => "asc",
            (true, _) => "desc",
            (false, _) if matches!(by, "amount" | "outstanding" | "count" | "settled") => "desc",
            (false, _) => "asc",
        };
        let href = address.sorted(by, next).href();
        view! {
            <th scope="col" class=class aria-sort=aria>
                {first}
                <a class="sort" href=href data-noscroll="">{label}<StaffIcon name="sort"/></a>
            </th>
        }
        .into_any()
    };
    columns.iter().map(head).collect_view().into_any()
}

/// The classes of a column's cells.
pub type Class = Option<&'static str>;

/// A row that is about `customer_id`: `cell` makes what stands in one of the list's own columns, of
/// its key and its classes; `fields` are the values of custom fields.
pub fn row(
    columns: &[Shown],
    (customer_id, is_open): (&str, bool),
    fields: &[(String, String)],
    cell: impl Fn(&'static str, Class) -> AnyView,
) -> AnyView {
    let cell = |column: &Shown| match column {
        Shown::Own(own) => cell(own.key, own.class()),
        Shown::Field(id, name) => {
            let value = fields.iter().find(|(field, _)| field == id);
            let value = value.map(|(_, value)| value.clone());
            let label = value.is_some().then(|| name.clone());
            view! { <td class="data-table__text" data-label=label>{value}</td> }.into_any()
        }
    };
    let cells = columns.iter().map(cell).collect_view();
    view! {
        <tr data-row=customer_id.to_owned() aria-current=is_open.then_some("true")>{cells}</tr>
    }
    .into_any()
}

/// A row of sums; custom fields have none.
pub fn foot(columns: &[Shown], cell: impl Fn(&'static str, Class) -> AnyView) -> AnyView {
    let cell = |column: &Shown| match column {
        Shown::Own(own) => cell(own.key, own.class()),
        Shown::Field(..) => view! { <td></td> }.into_any(),
    };
    view! { <tr>{columns.iter().map(cell).collect_view()}</tr> }.into_any()
}

/// The sums of invoices in one currency; `sum` tells that of a column, where it has one.
pub fn invoices_foot(
    total: &TotalView,
    columns: &[Shown],
    sum: impl Fn(&str) -> Option<i64>,
) -> AnyView {
    foot(columns, |key, class| match (key, sum(key)) {
        ("number", _) => view! { <th scope="row">{total.currency.clone()}</th> }.into_any(),
        ("customer", _) => {
            let count = format::plural(total.count, "invoice", "invoices");
            view! { <td>{count}</td> }.into_any()
        }
        (_, Some(minor)) => money_cell(class, minor, &total.currency),
        _ => empty_cell(class),
    })
}

/// The cell of an invoice's customer, which leads to their panel.
pub fn customer_cell(row: &InvoiceRowView, address: &ListAddress) -> AnyView {
    let href = address.without_panel().with_panel(&row.customer_id).href();
    view! {
        <td class="data-table__text">
            <a href=href data-open="" data-noscroll="">{row.customer.clone()}</a>
        </td>
    }
    .into_any()
}

/// A cell with an amount and its currency.
pub fn money_cell(class: Class, minor: i64, currency: &str) -> AnyView {
    let number = format!(" {}", format::amount(minor, currency));
    view! {
        <td class=class>
            <span class="money">
                <span class="money__code">{currency.to_owned()}</span>
                <span>{number}</span>
            </span>
        </td>
    }
    .into_any()
}

/// A cell with words.
pub fn text_cell(class: Class, text: String) -> AnyView {
    view! { <td class=class>{text}</td> }.into_any()
}

/// A cell with nothing in it.
pub fn empty_cell(class: Class) -> AnyView {
    view! { <td class=class></td> }.into_any()
}

/// A part of a panel that is a table of sums, the first column in words; nothing without rows.
pub fn sums(
    id: &'static str,
    (title, caption): (&'static str, String),
    heads: [&'static str; 4],
    rows: Vec<(String, [String; 3])>,
) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let [first, others @ ..] = heads;
    let others =
        others.map(|head| view! { <th scope="col" class="data-table__amount">{head}</th> });
    let row = |(name, sums): (String, [String; 3])| {
        let sums = sums.map(|sum| view! { <td class="data-table__amount">{sum}</td> });
        view! { <tr><th scope="row">{name}</th>{sums}</tr> }
    };
    let rows = rows.into_iter().map(row).collect_view();
    let table = view! {
        <section class="panel__section" aria-labelledby=id>
            <h3 id=id>{title}</h3>
            <div class="table-scroll" role="group" aria-labelledby=id tabindex="0">
                <table class="data-table data-table--plain">
                    <caption class="visually-hidden">{caption}</caption>
                    <thead><tr><th scope="col">{first}</th>{others}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    };
    Some(table.into_any())
}

/// Whether a row is the first of the customer whose panel is open. To be asked row by row.
pub fn is_first_of(open: &str, customer_id: &str, has_been: &mut bool) -> bool {
    let is_first = !open.is_empty() && open == customer_id && !*has_been;
    *has_been |= is_first;
    is_first
}
