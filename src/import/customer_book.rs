//! Collects customers as rows mention them.

use std::{collections::HashMap, sync::Arc};

use crate::domain::money::Currency;

use super::{
    country,
    customer::ImportedCustomer,
    field::Field,
    notice::{Warning, WarningCode, Warnings, shorten},
};

/// What a row says about a customer, apart from its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    /// Texts by field.
    pub(super) texts: Vec<(Field, Arc<str>)>,
    /// Whether it is a project.
    pub(super) is_project: Option<bool>,
    /// Currency, in a customers file.
    pub(super) currency: Option<Currency>,
}

#[derive(Debug)]
struct Entry {
    customer: ImportedCustomer,
    used: bool,
    warned: Vec<Field>,
}

/// The customers of a file, in order of first mention.
#[derive(Debug, Default)]
pub(super) struct CustomerBook {
    entries: Vec<Entry>,
    places: HashMap<Arc<str>, usize>,
}

impl CustomerBook {
    /// Whether a number was mentioned; then its customer.
    pub(super) fn find(&self, number: &str) -> Option<&ImportedCustomer> {
        self.places.get(number).and_then(|place| self.entries.get(*place)).map(|e| &e.customer)
    }

    /// The known copy of a number, else a new one.
    pub(super) fn share(&self, number: &str) -> Arc<str> {
        self.places.get_key_value(number).map_or_else(|| Arc::from(number), |(n, _)| Arc::clone(n))
    }

    /// Takes what a row says: the first value of each detail counts, blanks are filled, and a
    /// different later one is warned about once per customer and detail.
    pub(super) fn mention(
        &mut self,
        number: &Arc<str>,
        details: &Details,
        line: u64,
        warnings: &mut Warnings,
    ) {
        let place = *self.places.entry(Arc::clone(number)).or_insert(self.entries.len());
        if place == self.entries.len() {
            let customer =
                ImportedCustomer { number: Arc::clone(number), line, ..Default::default() };
            self.entries.push(Entry { customer, used: false, warned: Vec::new() });
        }
        let Some(entry) = self.entries.get_mut(place) else { return };
        for (field, text) in &details.texts {
            let Some(slot) = slot(&mut entry.customer, *field) else { continue };
            match slot {
                Some(known) if Arc::ptr_eq(known, text) || known == text => {}
                Some(_) if entry.warned.contains(field) => {}
                Some(_) => {
                    entry.warned.push(*field);
                    let code = match field {
                        Field::CustomerName => WarningCode::SeveralNames,
                        _ => WarningCode::DetailDiffers,
                    };
                    warn(warnings, code, line, number, *field, text);
                }
                None => {
                    *slot = Some(Arc::clone(text));
                    if *field == Field::AddressCountry {
                        entry.customer.address.country_code = country::code(text);
                        if entry.customer.address.country_code.is_none() {
                            let code = WarningCode::UnknownCountry;
                            warn(warnings, code, line, number, *field, text);
                        }
                    }
                }
            }
        }
        entry.customer.is_project = entry.customer.is_project.or(details.is_project);
        entry.customer.currency = entry.customer.currency.or(details.currency);
    }

    /// Marks a customer as named by a document that goes in; makes it known if need be.
    pub(super) fn name(&mut self, number: &Arc<str>, line: u64, warnings: &mut Warnings) {
        if !self.places.contains_key(number) {
            self.mention(number, &Details::default(), line, warnings);
        }
        let place = self.places.get(number);
        if let Some(entry) = place.and_then(|place| self.entries.get_mut(*place)) {
            entry.used = true;
        }
    }

    /// The customers named by documents that go in.
    pub(super) fn named(self) -> Vec<ImportedCustomer> {
        self.entries.into_iter().filter(|entry| entry.used).map(|entry| entry.customer).collect()
    }

    /// All customers.
    pub(super) fn all(self) -> Vec<ImportedCustomer> {
        self.entries.into_iter().map(|entry| entry.customer).collect()
    }
}

fn warn(
    warnings: &mut Warnings,
    code: WarningCode,
    line: u64,
    number: &str,
    field: Field,
    value: &str,
) {
    warnings.push(code, || Warning {
        code,
        line,
        number: Some(shorten(number)),
        field: Some(field),
        value: shorten(value),
    });
}

/// Where a customer keeps a detail.
pub(super) fn slot(customer: &mut ImportedCustomer, field: Field) -> Option<&mut Option<Arc<str>>> {
    let address = &mut customer.address;
    Some(match field {
        Field::CustomerName => &mut customer.name,
        Field::Email => &mut customer.email,
        Field::Phone => &mut customer.phone,
        Field::Website => &mut customer.website,
        Field::AddressLine1 => &mut address.line1,
        Field::AddressLine2 => &mut address.line2,
        Field::AddressCity => &mut address.city,
        Field::AddressRegion => &mut address.region,
        Field::AddressPostalCode => &mut address.postal_code,
        Field::AddressCountry => &mut address.country,
        Field::ParentNumber => &mut customer.parent_number,
        Field::Terms => &mut customer.terms,
        Field::Notes => &mut customer.notes,
        _ => return None,
    })
}
