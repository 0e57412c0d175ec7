//! Parts of forms: a field with its label and what is wrong with it, and lists to choose from.

use super::{super::params::Params, escape};

/// What is wrong with which field.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Notes what is wrong with a field.
    pub(super) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push((field, text.into()));
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }
}

/// A form being written: what was typed, and what is wrong with it.
pub(super) struct Fields<'a> {
    pub(super) values: &'a Params,
    pub(super) problems: &'a Problems,
}

/// A field's name, label and what the browser should know about it.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) is_half: bool,
    /// More attributes, as they are.
    pub(super) attributes: &'static str,
}

impl Fields<'_> {
    /// A field that keeps what was typed.
    pub(super) fn input(&self, field: &Field) -> String {
        self.input_with(field, self.values.raw(field.name))
    }

    /// A field with this value.
    pub(super) fn input_with(&self, field: &Field, value: &str) -> String {
        let (name, attributes) = (field.name, field.attributes);
        let value =
            if value.is_empty() { String::new() } else { format!(" value=\"{}\"", escape(value)) };
        let control = format!(
            "<input id=\"{name}\" name=\"{name}\" {attributes}{value}{}>",
            self.marks(name)
        );
        self.wrap(field, &control)
    }

    /// A list of values and labels to choose one from.
    pub(super) fn select(&self, field: &Field, options: &[(&str, &str)]) -> String {
        let (name, attributes, chosen) =
            (field.name, field.attributes, self.values.raw(field.name));
        let options: String = options
            .iter()
            .map(|(value, label)| {
                let mark = if *value == chosen { " selected" } else { "" };
                format!("<option value=\"{value}\"{mark}>{label}</option>")
            })
            .collect();
        let marks = self.marks(name);
        let control =
            format!("<select id=\"{name}\" name=\"{name}\" {attributes}{marks}>{options}</select>");
        self.wrap(field, &control)
    }

    fn marks(&self, name: &str) -> String {
        match self.problems.of(name) {
            Some(_) => format!(" aria-invalid=\"true\" aria-describedby=\"{name}-error\""),
            None => String::new(),
        }
    }

    fn wrap(&self, field: &Field, control: &str) -> String {
        let Field { name, label, is_half, .. } = field;
        let half = if *is_half { " half" } else { "" };
        let problem = self.problems.of(name).map_or(String::new(), |text| {
            format!("<p class=\"error\" id=\"{name}-error\">{}</p>", escape(text))
        });
        format!(
            "<div class=\"field{half}\"><label for=\"{name}\">{label}</label>{problem}{control}</div>\n"
        )
    }
}

/// The digits of a number as people type it, with blanks and dashes in between.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether it is all digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
