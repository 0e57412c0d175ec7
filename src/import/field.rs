//! The things a column can mean.

use serde::{Serialize, Serializer};

use super::{synonyms, words};

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The customer's number.
    CustomerNumber,
    /// The customer's name.
    CustomerName,
    /// The customer's e-mail address.
    Email,
    /// The customer's telephone number.
    Phone,
    /// The customer's website.
    Website,
    /// First line of the address.
    AddressLine1,
    /// Second line of the address.
    AddressLine2,
    /// City.
    AddressCity,
    /// State, province or county.
    AddressRegion,
    /// Postal code.
    AddressPostalCode,
    /// Country.
    AddressCountry,
    /// Number of the customer that this one belongs to.
    ParentNumber,
    /// Whether the customer is a project of the one it belongs to.
    IsProject,
    /// The document's number.
    Number,
    /// What the document is.
    Kind,
    /// Date of the document.
    IssuedOn,
    /// The contract date.
    DueOn,
    /// The document's total.
    Total,
    /// Tax within the total.
    Tax,
    /// Total before tax.
    Subtotal,
    /// Currency.
    Currency,
    /// Payment terms.
    Terms,
    /// The customer's order number.
    PoNumber,
    /// When it was paid.
    PaidOn,
    /// How much was paid.
    PaidAmount,
    /// Whether the customer objects.
    Disputed,
    /// What the line is for.
    LineDescription,
    /// How many.
    LineQuantity,
    /// Price of one.
    LineUnitPrice,
    /// Free text.
    Notes,
}

impl Field {
    /// Every field, in the order in which they are shown.
    pub const ALL: [Self; 30] = [
        Self::CustomerNumber,
        Self::CustomerName,
        Self::Email,
        Self::Phone,
        Self::Website,
        Self::AddressLine1,
        Self::AddressLine2,
        Self::AddressCity,
        Self::AddressRegion,
        Self::AddressPostalCode,
        Self::AddressCountry,
        Self::ParentNumber,
        Self::IsProject,
        Self::Number,
        Self::Kind,
        Self::IssuedOn,
        Self::DueOn,
        Self::Total,
        Self::Tax,
        Self::Subtotal,
        Self::Currency,
        Self::Terms,
        Self::PoNumber,
        Self::PaidOn,
        Self::PaidAmount,
        Self::Disputed,
        Self::LineDescription,
        Self::LineQuantity,
        Self::LineUnitPrice,
        Self::Notes,
    ];

    /// The name used in `--map`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomerNumber => "customer_number",
            Self::CustomerName => "customer_name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::AddressLine1 => "address_line1",
            Self::AddressLine2 => "address_line2",
            Self::AddressCity => "address_city",
            Self::AddressRegion => "address_region",
            Self::AddressPostalCode => "address_postal_code",
            Self::AddressCountry => "address_country",
            Self::ParentNumber => "parent_number",
            Self::IsProject => "is_project",
            Self::Number => "number",
            Self::Kind => "kind",
            Self::IssuedOn => "issued_on",
            Self::DueOn => "due_on",
            Self::Total => "total",
            Self::Tax => "tax",
            Self::Subtotal => "subtotal",
            Self::Currency => "currency",
            Self::Terms => "terms",
            Self::PoNumber => "po_number",
            Self::PaidOn => "paid_on",
            Self::PaidAmount => "paid_amount",
            Self::Disputed => "disputed",
            Self::LineDescription => "line_description",
            Self::LineQuantity => "line_quantity",
            Self::LineUnitPrice => "line_unit_price",
            Self::Notes => "notes",
        }
    }

    /// Finds a field by its exact [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The field that goes by this name too, else the one whose name is most like it, if any is
    /// like it at all.
    pub fn nearest(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let word = words::plain(&name);
        let is_known = |field: &Self| {
            let names = synonyms::of(*field);
            [names.high, names.medium].iter().any(|list| list.split(' ').any(|one| one == word))
        };
        if let Some(field) = Self::ALL.into_iter().find(is_known) {
            return Some(field);
        }
        nearest(&name, Self::ALL.into_iter().map(|field| (field.name(), field)))
    }

    /// Whether its values are dates.
    pub(super) const fn is_date(self) -> bool {
        matches!(self, Self::IssuedOn | Self::DueOn | Self::PaidOn)
    }

    /// Whether its values are amounts or quantities.
    pub(super) const fn is_number(self) -> bool {
        self.is_money() || matches!(self, Self::LineQuantity)
    }

    /// Whether its values are amounts of money.
    pub(super) const fn is_money(self) -> bool {
        matches!(
            self,
            Self::Total | Self::Tax | Self::Subtotal | Self::PaidAmount | Self::LineUnitPrice
        )
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Whichever of some named things has the name most like `name`: at most half of the letters, and
/// at most four, may differ.
pub(super) fn nearest<'a, T>(
    name: &str,
    named: impl IntoIterator<Item = (&'a str, T)>,
) -> Option<T> {
    let short: String = name.chars().take(64).collect();
    let limit = (short.chars().count() / 2).clamp(1, 4);
    named
        .into_iter()
        .map(|(other, thing)| (distance(&short, other), thing))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, thing)| thing)
}

/// How many letters must be inserted, removed or replaced to make one text of the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.chars().enumerate() {
        let mut before = index;
        let mut cell = index + 1;
        let mut next = vec![cell];
        for (b, above) in right.iter().zip(row.iter().skip(1)) {
            let replaced = before + usize::from(a != *b);
            before = *above;
            cell = replaced.min(cell + 1).min(above + 1);
            next.push(cell);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_fields() {
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
        assert_eq!(Field::from_name("Total"), None);
    }

    #[test]
    fn unknown_names_have_a_nearest_one() {
        for (name, field) in [
            ("totl", Some(Field::Total)),
            ("customer_no", Some(Field::CustomerNumber)),
            ("adress_city", Some(Field::AddressCity)),
            ("Due_On", Some(Field::DueOn)),
            ("line_unitprice", Some(Field::LineUnitPrice)),
            ("x", None),
            ("", None),
            ("something else entirely", None),
        ] {
            assert_eq!(Field::nearest(name), field, "{name}");
        }
    }

    #[test]
    fn distances() {
        for (left, right, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }
}
