//! Groups rows into documents.

use std::{collections::HashMap, sync::Arc};

use super::{
    document::ImportedLine,
    field::Field,
    finish::exact_product,
    notice::{Reason, Warning, WarningCode, Warnings, shorten},
    row_reader::{Bad, RowLine, RowValues},
};
use rust_decimal::Decimal;

/// A document while its rows come in.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Line of its first row.
    pub(super) line: u64,
    /// Its number.
    pub(super) number: Arc<str>,
    /// Whether a row of it was refused.
    pub(super) refused: bool,
    /// What its rows say, the first that says something counting.
    pub(super) values: RowValues,
    /// Its lines, amounts still zero.
    pub(super) lines: Vec<ImportedLine>,
    /// Whether its rows give different totals.
    pub(super) totals_differ: bool,
    /// Whether every row gives its line amount as the total.
    pub(super) totals_are_line_amounts: bool,
    /// Sum of the totals that its rows give.
    pub(super) totals_sum: Decimal,
    /// Date of issue as its first row writes it, with the time of day.
    issued_text: Option<Arc<str>>,
    /// Fields of which a later row was found to differ.
    differing: u32,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is part of a document.
    In,
    /// It repeats the only row of its document.
    Repeated,
}

/// The documents of a file, in order of their first rows.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    drafts: Vec<Draft>,
    places: HashMap<Arc<str>, usize>,
}

impl Drafts {
    /// Notes that a row of a document was refused, and with it the document.
    pub(super) fn refuse(&mut self, number: &Arc<str>, line: u64) {
        let place = self.place(number, line);
        if let Some(draft) = self.drafts.get_mut(place) {
            draft.refused = true;
            draft.lines = Vec::new();
        }
    }

    fn place(&mut self, number: &Arc<str>, line: u64) -> usize {
        let place = *self.places.entry(Arc::clone(number)).or_insert(self.drafts.len());
        if place == self.drafts.len() {
            self.drafts.push(Draft {
                line,
                number: Arc::clone(number),
                refused: false,
                values: RowValues::default(),
                lines: Vec::new(),
                totals_differ: false,
                totals_are_line_amounts: true,
                totals_sum: Decimal::ZERO,
                issued_text: None,
                differing: 0,
            });
        }
        place
    }

    /// Takes a row of a file in which every row is a line of a document.
    pub(super) fn add_line(
        &mut self,
        number: &Arc<str>,
        line_number: u64,
        values: RowValues,
        line: RowLine,
        issued_text: Option<Arc<str>>,
        warnings: &mut Warnings,
    ) -> Result<(), Bad> {
        let known = self.places.contains_key(number);
        let place = self.place(number, line_number);
        let Some(draft) = self.drafts.get_mut(place) else { return Ok(()) };
        if draft.refused {
            return Ok(());
        }
        if let Some(total) = values.total {
            let amount = exact_product(line.quantity, line.unit_price);
            draft.totals_are_line_amounts &= amount.is_some_and(|amount| {
                amount.to_decimal().is_some_and(|amount| is_rounded(amount, total))
            });
            draft.totals_differ |= draft.values.total.is_some_and(|other| other != total);
            draft.totals_sum = draft
                .totals_sum
                .checked_add(total)
                .ok_or_else(|| Bad::new(Field::Total, Reason::OutOfRange, &total.to_string()))?;
        } else {
            draft.totals_are_line_amounts = false;
        }
        let RowLine { description, quantity, unit_price } = line;
        draft.lines.push(ImportedLine { description, quantity, unit_price, amount: 0 });
        if known {
            merge(draft, values, issued_text, line_number, warnings);
        } else {
            draft.values = values;
            draft.issued_text = issued_text;
        }
        Ok(())
    }

    /// Takes a row of a file in which every row is a document.
    pub(super) fn add_document(
        &mut self,
        number: &Arc<str>,
        line_number: u64,
        values: RowValues,
        line: Option<RowLine>,
    ) -> Result<Taken, Bad> {
        let known = self.places.contains_key(number);
        let place = self.place(number, line_number);
        let Some(draft) = self.drafts.get_mut(place) else { return Ok(Taken::In) };
        let lines: Vec<ImportedLine> = line
            .map(|RowLine { description, quantity, unit_price }| ImportedLine {
                description,
                quantity,
                unit_price,
                amount: 0,
            })
            .into_iter()
            .collect();
        if known {
            if !draft.refused && draft.values == values && draft.lines == lines {
                return Ok(Taken::Repeated);
            }
            let reason = Reason::ConflictingRow { first_line: draft.line };
            return Err(Bad::new(Field::Number, reason, number));
        }
        draft.values = values;
        draft.lines = lines;
        Ok(Taken::In)
    }

    /// The known copy of a number, else a new one.
    pub(super) fn share(&self, number: &str) -> Arc<str> {
        self.places.get_key_value(number).map_or_else(|| Arc::from(number), |(n, _)| Arc::clone(n))
    }

    /// The documents.
    pub(super) fn into_vec(self) -> Vec<Draft> {
        self.drafts
    }
}

/// Whether a total is a line's exact amount, or that amount rounded to its own decimals.
fn is_rounded(amount: Decimal, total: Decimal) -> bool {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    amount.round_dp_with_strategy(total.scale(), MidpointAwayFromZero) == total
}

/// Adds what a later row says: blanks are filled, a different value is dropped with a warning (one
/// per document and field), except that the earliest date of issue counts.
fn merge(
    draft: &mut Draft,
    row: RowValues,
    issued_text: Option<Arc<str>>,
    line: u64,
    warnings: &mut Warnings,
) {
    let (number, differing) = (&draft.number, &mut draft.differing);
    let mut differs = |field: Field, value: String| {
        let bit = 1_u32 << (field as u32);
        if *differing & bit != 0 {
            return;
        }
        *differing |= bit;
        warnings.push(WarningCode::HeaderDiffers, || Warning {
            code: WarningCode::HeaderDiffers,
            line,
            number: Some(shorten(number)),
            field: Some(field),
            value: shorten(&value),
        });
    };
    let kept = &mut draft.values;
    keep_first(&mut draft.issued_text, issued_text, Field::IssuedOn, &mut differs);
    kept.issued_on = match (kept.issued_on, row.issued_on) {
        (Some(known), Some(new)) => Some(known.min(new)),
        (known, new) => known.or(new),
    };
    keep_first(&mut kept.customer, row.customer, Field::CustomerNumber, &mut differs);
    keep_first(&mut kept.kind, row.kind, Field::Kind, &mut differs);
    keep_first(&mut kept.due_on, row.due_on, Field::DueOn, &mut differs);
    keep_first(&mut kept.tax, row.tax, Field::Tax, &mut differs);
    keep_first(&mut kept.subtotal, row.subtotal, Field::Subtotal, &mut differs);
    keep_first(&mut kept.currency, row.currency, Field::Currency, &mut differs);
    keep_first(&mut kept.terms, row.terms, Field::Terms, &mut differs);
    keep_first(&mut kept.po_number, row.po_number, Field::PoNumber, &mut differs);
    keep_first(&mut kept.notes, row.notes, Field::Notes, &mut differs);
    keep_first(&mut kept.disputed, row.disputed, Field::Disputed, &mut differs);
    keep_first(&mut kept.paid_on, row.paid_on, Field::PaidOn, &mut differs);
    keep_first(&mut kept.paid_amount, row.paid_amount, Field::PaidAmount, &mut differs);
    // Different totals are judged when the document is complete.
    kept.total = kept.total.or(row.total);
}

fn keep_first<T: PartialEq + ToString>(
    known: &mut Option<T>,
    new: Option<T>,
    field: Field,
    differs: &mut dyn FnMut(Field, String),
) {
    match (&known, new) {
        (Some(known), Some(new)) if *known != new => differs(field, new.to_string()),
        (None, new) => *known = new,
        _ => {}
    }
}
