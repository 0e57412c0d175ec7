//! The value that many rows get: one of those that are offered, or what is typed.

use leptos::prelude::*;

use crate::{
    api::view::FieldView,
    domain::custom_field::{FieldKind, VALUE_MAX},
};

/// What a value can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offered {
    /// One of these: values and what they are called.
    Choices(Vec<(String, String)>),
    /// A line of text; nothing takes away what is there.
    Line,
}

impl Offered {
    /// Those of a custom field.
    pub fn of(field: &FieldView) -> Self {
        match field.kind {
            FieldKind::Text => Self::Line,
            FieldKind::List => {
                let each = field.options.iter().map(|one| (one.id.clone(), one.name.clone()));
                let none = (String::new(), "Nothing".to_owned());
                Self::Choices(std::iter::once(none).chain(each).collect())
            }
        }
    }

    /// A value in words.
    pub fn said(&self, value: &str) -> String {
        match self {
            Self::Choices(choices) => {
                let chosen = choices.iter().find(|(one, _)| one == value);
                chosen.map(|(_, name)| name.clone()).unwrap_or_default()
            }
            Self::Line if value.trim().is_empty() => "Nothing".to_owned(),
            Self::Line => value.trim().to_owned(),
        }
    }
}

/// The control. `touched` is told of each change.
pub fn control(
    id: &'static str,
    offered: Memo<Offered>,
    value: RwSignal<String>,
    touched: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let body = move || match offered.get() {
        Offered::Choices(choices) => {
            let chosen = value.get_untracked();
            let option = |(one, name): (String, String)| {
                let is_chosen = one == chosen;
                view! { <option value=one selected=is_chosen>{name}</option> }
            };
            let options = choices.into_iter().map(option).collect_view();
            view! {
                <select
                    class="input input--3"
                    id=id
                    on:change:target=move |event| {
                        touched();
                        value.set(event.target().value());
                    }
                >
                    {options}
                </select>
            }
            .into_any()
        }
        Offered::Line => view! {
            <input
                class="input input--3"
                id=id
                type="text"
                maxlength=VALUE_MAX.to_string()
                autocomplete="off"
                prop:value=move || value.get()
                on:input:target=move |event| {
                    touched();
                    value.set(event.target().value());
                }
            />
        }
        .into_any(),
    };
    view! { {body} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::OptionView;

    #[test]
    fn what_is_given_is_said() {
        let field = |kind, options: &[&str]| FieldView {
            id: "f".to_owned(),
            name: "Region".to_owned(),
            kind,
            is_editable: true,
            options: options
                .iter()
                .map(|name| OptionView { id: name.to_lowercase(), name: (*name).to_owned() })
                .collect(),
        };
        let list = Offered::of(&field(FieldKind::List, &["North", "South"]));
        assert_eq!(list.said("south"), "South");
        assert_eq!(list.said(""), "Nothing");
        let text = Offered::of(&field(FieldKind::Text, &[]));
        assert_eq!(text.said(" Quay 7 "), "Quay 7");
        assert_eq!(text.said(" "), "Nothing");
    }
}
