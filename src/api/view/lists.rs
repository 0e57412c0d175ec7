//! What the staff's pages receive about custom fields, columns and views.

use serde::{Deserialize, Serialize};

use crate::{
    api::staff::invoices::ListQuery,
    domain::custom_field::{FieldKind, FieldLevel, FieldSwitches},
};

/// A value of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A custom field, as columns, filters and forms need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is kept in it.
    pub kind: FieldKind,
    /// Whether our side may change it.
    pub is_editable: bool,
    /// The values of its list.
    pub options: Vec<OptionView>,
}

/// A custom field, for those who keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSettingView {
    /// The field.
    pub field: FieldView,
    /// What it belongs to.
    pub level: FieldLevel,
    /// Where it is used.
    pub switches: FieldSwitches,
    /// How often it was written.
    pub version: i64,
    /// How many customers or invoices have it.
    pub used: i64,
    /// How many have each value of its list, in the list's order.
    pub options_used: Vec<i64>,
}

/// A line of a list that is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionDraft {
    /// Which value it is; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What is typed about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldDraft {
    /// The field that is changed; empty for a new one.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// What it belongs to; counts for a new one only.
    pub level: FieldLevel,
    /// What is kept in it; counts for a new one only.
    pub kind: FieldKind,
    /// Its name.
    pub name: String,
    /// Our side sees it.
    pub is_shown: bool,
    /// Our side may change it.
    pub is_editable: bool,
    /// Payers see it.
    pub is_in_portal: bool,
    /// The values of its list, in their order.
    pub options: Vec<OptionDraft>,
}

/// What is typed into a field, or chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueDraft {
    /// The field.
    pub field: String,
    /// The text, or the id of a value of the list.
    pub value: String,
}

/// What a customer or an invoice has in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValueView {
    /// The field.
    pub field: FieldView,
    /// What is shown; empty when there is nothing.
    pub value: String,
    /// Which value of the list; empty for a text.
    pub option: String,
}

/// What a customer or an invoice has in the fields that are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValuesView {
    /// How often they were written.
    pub version: i64,
    /// By the order of the fields.
    pub values: Vec<FieldValueView>,
    /// Whether whoever asks may change those that can be.
    pub may_change: bool,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How often it was written.
    pub version: i64,
    /// Whether everybody on our side has it.
    pub is_shared: bool,
    /// Whether whoever asks may change it.
    pub may_change: bool,
    /// Filter and order.
    pub query: ListQuery,
    /// Its columns; empty for the usual ones.
    pub columns: String,
}

/// What is typed about a view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewDraft {
    /// The view that is changed; empty for a new one.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Whether everybody on our side has it.
    pub is_shared: bool,
    /// Filter and order.
    pub query: ListQuery,
    /// Its columns.
    pub columns: String,
}

/// What a list can show, and what whoever asks chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSetup {
    /// Custom fields that may be columns and filters.
    pub fields: Vec<FieldView>,
    /// The columns that whoever asks chose; empty for the usual ones.
    pub columns: String,
    /// The views they have.
    pub views: Vec<ViewView>,
    /// The view that the list begins with; empty is everything.
    pub default_view: String,
    /// Whether they may say who is responsible for customers.
    pub may_assign: bool,
    /// Whether whoever asks may give customers reminder workflows.
    pub may_assign_workflows: bool,
    /// Whether whoever asks may say whether customers get statements.
    pub may_choose_statements: bool,
    /// Whether they may change values of custom fields.
    pub may_fill: bool,
    /// Whether whoever asks may decide what is expected of invoices.
    pub may_decide: bool,
    /// Today, `YYYY-MM-DD`.
    pub today: String,
}

impl ListSetup {
    /// The custom fields whose values whoever asks may change for many rows at once.
    pub fn filled(&self) -> impl Iterator<Item = &FieldView> {
        self.fields.iter().filter(|field| self.may_fill && field.is_editable)
    }

    /// Whether there is anything that whoever asks may change for many customers at once.
    pub fn may_tick(&self) -> bool {
        self.may_assign
            || self.may_assign_workflows
            || self.may_choose_statements
            || self.filled().next().is_some()
    }

    /// Whether there is anything that whoever asks may change for many open invoices at once.
    pub fn may_tick_invoices(&self) -> bool {
        self.may_decide || self.filled().next().is_some()
    }

    /// The view of an id.
    pub fn view(&self, id: &str) -> Option<&ViewView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// The columns of the list while a view is open, or none is.
    pub fn columns_of(&self, view: &str) -> &str {
        self.view(view).map_or(self.columns.as_str(), |view| view.columns.as_str())
    }
}

/// What became of a change of many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkDone {
    /// How many were changed.
    pub changed: i64,
    /// How many were so before.
    pub unchanged: i64,
    /// How many are not there, or are not seen by whoever asks.
    pub missing: i64,
    /// Names of those that somebody else changed at the same time.
    pub conflicts: Vec<String>,
}
