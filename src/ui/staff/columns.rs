//! The columns of a list: which are shown and in what order, and the dialog that changes it.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    list_url::{EVERYTHING, ListAddress},
    refusal::above_or_now,
    table::Column,
};
use crate::{
    api::{error::ApiError, staff::lists::choose_columns, view::ListSetup},
    domain::column::{self, ColumnKey, ListKind},
    ui::hooks::{focus, forms::use_go, keys},
};

/// The dialog's id.
const DIALOG: &str = "columns";

/// A column that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// One of the list's own.
    Own(&'static Column),
    /// A custom field: its id and its name.
    Field(String, String),
}

impl Shown {
    /// What stands above it.
    pub fn label(&self) -> &str {
        match self {
            Self::Own(column) => column.label,
            Self::Field(_, name) => name,
        }
    }
}

/// The columns that are shown: those of the view that is open, or those that were chosen.
pub fn shown(list: ListKind, setup: &ListSetup, view: &str, all: &'static [Column]) -> Vec<Shown> {
    let of = |key: ColumnKey| match key {
        ColumnKey::Own(name) => all.iter().find(|column| column.key == name).map(Shown::Own),
        ColumnKey::Field(id) => {
            let id = id.to_string();
            let field = setup.fields.iter().find(|field| field.id == id)?;
            Some(Shown::Field(id, field.name.clone()))
        }
    };
    column::parse(list, setup.columns_of(view)).into_iter().filter_map(of).collect()
}

/// A line of the dialog.
#[derive(Clone)]
struct Line {
    key: String,
    label: String,
    is_on: RwSignal<bool>,
}

/// Everything that can be a column: those that are shown first, in their order.
fn lines(list: ListKind, setup: &ListSetup, columns: &str, all: &'static [Column]) -> Vec<Line> {
    let label = |key: &ColumnKey| match key {
        ColumnKey::Own(name) => {
            all.iter().find(|column| column.key == *name).map(|column| column.label.to_owned())
        }
        ColumnKey::Field(id) => {
            let id = id.to_string();
            setup.fields.iter().find(|field| field.id == id).map(|field| field.name.clone())
        }
    };
    let chosen = column::parse(list, columns);
    let own = column::standard(list);
    let fields =
        setup.fields.iter().filter_map(|field| field.id.parse().ok().map(ColumnKey::Field));
    let rest: Vec<ColumnKey> =
        own.into_iter().chain(fields).filter(|key| !chosen.contains(key)).collect();
    let line = |key: &ColumnKey, is_on: bool| {
        Some(Line { key: key.to_string(), label: label(key)?, is_on: RwSignal::new(is_on) })
    };
    let on = chosen.iter().filter_map(|key| line(key, true));
    on.chain(rest.iter().filter_map(|key| line(key, false))).collect()
}

/// Which lines are ticked, in their order.
fn ticks(lines: &[Line]) -> Vec<(String, bool)> {
    lines.iter().map(|line| (line.key.clone(), line.is_on.get_untracked())).collect()
}

/// Puts the lines into an order and ticks them. A line keeps its signal: what is on the screen hangs
/// on that.
fn arrange(rows: RwSignal<Vec<Line>>, ticks: &[(String, bool)]) {
    rows.update(|rows| {
        let line = |(key, is_on): &(String, bool)| {
            let line = rows.iter().find(|line| line.key == *key)?.clone();
            line.is_on.set(*is_on);
            Some(line)
        };
        *rows = ticks.iter().filter_map(line).collect();
    });
}

fn step_id(key: &str, down: bool) -> String {
    format!("column-{}-{key}", if down { "down" } else { "up" })
}

/// The button and its dialog. `refresh` reads the setup again.
pub fn dialog(
    list: ListKind,
    setup: &ListSetup,
    address: &ListAddress,
    all: &'static [Column],
    refresh: impl Fn() + Clone + Send + Sync + 'static,
) -> AnyView {
    let view = setup.view(&address.view).cloned();
    let lines_now = lines(list, setup, setup.columns_of(&address.view), all);
    let begun = StoredValue::new(ticks(&lines_now));
    let usual = StoredValue::new(ticks(&lines(list, setup, "", all)));
    let rows = RwSignal::new(lines_now);
    let said = RwSignal::new(String::new());
    let (id, version) =
        view.as_ref().map_or_else(|| (String::new(), 0), |view| (view.id.clone(), view.version));
    let save = Action::new(move |columns: &String| {
        let (id, columns) = (id.clone(), columns.clone());
        async move { choose_columns(list, id, version, columns).await }
    });
    let go = use_go();
    // Somebody else's view stays as it is: the columns are the list's then, and the view is left.
    let left = {
        let mut left = address.without_panel();
        EVERYTHING.clone_into(&mut left.view);
        left.href()
    };
    let is_in_view = view.is_some();
    Effect::new({
        let refresh = refresh.clone();
        move |_| {
            if let Some(Ok(is_kept_in_view)) = save.value().get() {
                keys::close_dialog(DIALOG);
                refresh();
                if is_in_view && !is_kept_in_view {
                    go(&left);
                }
            }
        }
    });
    let error: Memo<Option<ApiError>> =
        Memo::new(move |_| save.value().with(|done| done.clone().and_then(Result::err)));
    let step = move |key: &str, down: bool| {
        rows.update(|rows| {
            let Some(place) = rows.iter().position(|row| row.key == key) else { return };
            let other = if down { place + 1 } else { place.saturating_sub(1) };
            // The first column stays where it is.
            if other > 0 && other < rows.len() {
                rows.swap(place, other);
            }
        });
        rows.with_untracked(|rows| {
            if let Some(place) = rows.iter().position(|row| row.key == key) {
                let label = rows.get(place).map(|row| row.label.clone()).unwrap_or_default();
                said.set(format!("{label}: place {} of {}", place + 1, rows.len()));
            }
        });
        focus::focus_on(step_id(key, down));
    };
    let row = move |line: Line| {
        let Line { key, label, is_on } = line;
        let own = key.clone();
        let is_first = rows.with_untracked(|rows| rows.first().is_some_and(|row| row.key == own));
        let button = |down: bool| {
            let words = format!("Move {label} {}", if down { "down" } else { "up" });
            let class = if down { "" } else { "lines__up" };
            let key = key.clone();
            view! {
                <button
                    class="button button--quiet button--icon"
                    id=step_id(&key, down)
                    type="button"
                    aria-label=words
                    on:click=move |_| step(&key, down)
                >
                    <StaffIcon name="down" class=class/>
                </button>
            }
        };
        let steps = (!is_first).then(|| view! { {button(false)} {button(true)} });
        view! {
            <li class="lines__item">
                <label class="check">
                    <input
                        type="checkbox"
                        disabled=is_first
                        prop:checked=move || is_on.get()
                        on:change:target=move |event| is_on.set(event.target().checked())
                    />
                    <span>{label.clone()}</span>
                </label>
                {steps}
            </li>
        }
    };
    let open = move |_| {
        save.clear();
        said.set(String::new());
        // What was not kept is forgotten.
        begun.with_value(|ticks| arrange(rows, ticks));
        keys::open_dialog(DIALOG);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = rows.with_untracked(|rows| {
            let on = rows.iter().filter(|row| row.is_on.get_untracked());
            on.map(|row| row.key.as_str()).collect::<Vec<_>>().join(",")
        });
        if !save.pending().get_untracked() {
            save.dispatch(chosen);
        }
    };
    let reset = move |_| {
        usual.with_value(|ticks| arrange(rows, ticks));
    };
    let title = view.map_or_else(
        || "Columns of this list".to_owned(),
        |view| format!("Columns of the view “{}”", view.name),
    );
    view! {
        <button class="button" type="button" on:click=open>"Columns"</button>
        <dialog class="keys" id=DIALOG aria-labelledby="columns-title">
            <form class="form" on:submit=submit>
                <div class="keys__head">
                    <h2 id="columns-title">{title}</h2>
                </div>
                {above_or_now(error, move || {
                    keys::close_dialog(DIALOG);
                    refresh();
                })}
                <ul class="lines">
                    <For each=move || rows.get() key=|line| line.key.clone() children=row/>
                </ul>
                <p class="visually-hidden" role="status">{move || said.get()}</p>
                <div class="form__actions">
                    <button class="button button--primary" type="submit">"Show these columns"</button>
                    <button class="button" type="button" on:click=reset>"The usual ones"</button>
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=move |_| keys::close_dialog(DIALOG)
                    >
                        "Cancel"
                    </button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::view::{FieldView, ViewView},
        domain::custom_field::FieldKind,
        ui::staff::customers::COLUMNS,
    };

    #[test]
    fn a_view_has_columns_of_its_own() {
        let field = "0193a5f0-0000-7000-8000-000000000001";
        let setup = ListSetup {
            fields: vec![FieldView {
                id: field.to_owned(),
                name: "Region".to_owned(),
                kind: FieldKind::List,
                is_editable: true,
                options: Vec::new(),
            }],
            columns: format!("name,{field}"),
            views: vec![ViewView {
                id: "v".to_owned(),
                name: "Late".to_owned(),
                version: 1,
                is_shared: false,
                may_change: true,
                query: crate::api::staff::invoices::ListQuery::default(),
                columns: "name,overdue,0193a5f0-0000-7000-8000-000000000009".to_owned(),
            }],
            ..ListSetup::default()
        };
        let labels = |view: &str| -> Vec<String> {
            let columns = shown(ListKind::Customers, &setup, view, COLUMNS);
            columns.iter().map(|column| column.label().to_owned()).collect()
        };
        assert_eq!(labels(""), ["Customer", "Region"]);
        // A field that is gone or hidden is no column.
        assert_eq!(labels("v"), ["Customer", "Overdue"]);
    }

    #[test]
    fn every_list_knows_its_columns() {
        let keys = |columns: &[Column]| columns.iter().map(|column| column.key).collect::<Vec<_>>();
        assert_eq!(keys(COLUMNS), ListKind::Customers.columns());
        assert_eq!(keys(crate::ui::staff::unpaid::COLUMNS), ListKind::Unpaid.columns());
        assert_eq!(keys(crate::ui::staff::paid::COLUMNS), ListKind::Paid.columns());
    }
}
