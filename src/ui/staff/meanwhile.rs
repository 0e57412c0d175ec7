//! What somebody else wrote while a form was open, field by field.

use leptos::prelude::*;

use super::{follow::Asked, refusal::is_late};
use crate::api::error::ApiError;

/// A value as a sentence has it.
pub fn quoted(value: &str) -> String {
    if value.is_empty() { "nothing".to_owned() } else { format!("“{value}”") }
}

/// A field in words, what it was when the form was opened, and what it is now.
pub type Field = (String, String, String);

/// What changed, a sentence each.
fn sentences(fields: impl IntoIterator<Item = Field>) -> Vec<String> {
    let changed = fields.into_iter().filter(|(_, before, now)| before != now);
    changed
        .map(|(field, before, now)| format!("{field}: {} was {}", quoted(&now), quoted(&before)))
        .collect()
}

/// What changed, as a list; none where nothing of it did.
pub fn meanwhile(fields: impl IntoIterator<Item = Field>) -> Option<AnyView> {
    let said = sentences(fields);
    let lines = said.into_iter().map(|sentence| view! { <li>{sentence}</li> });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> }.into_any())
}

/// What changed of what a form began with, while the last try came too late; `written` says it of what
/// is read again since.
pub fn since<T: Clone + Send + Sync + 'static>(
    error: Memo<Option<ApiError>>,
    read: Asked<T>,
    written: impl Fn(&T) -> Option<AnyView> + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let late = move || {
        let written = written.clone();
        is_late(error).then(|| {
            Suspend::new(async move {
                let now = read.await.and_then(Result::ok);
                now.and_then(|now| written(&now))
            })
        })
    };
    view! { <Transition>{late}</Transition> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let field = |name: &str, before: &str, now: &str| {
            (name.to_owned(), before.to_owned(), now.to_owned())
        };
        let fields = [
            field("Phone", "1", "2"),
            field("Name", "Ada", "Ada"),
            field("E-mail", "a@b.example", ""),
        ];
        assert_eq!(sentences(fields), ["Phone: “2” was “1”", "E-mail: nothing was “a@b.example”"]);
    }
}
