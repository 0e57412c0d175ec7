//! Completes documents: kind, side, totals, and what is odd about them.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::domain::{
    money::{Currency, Money, MoneyError, Rounding},
    terms::PaymentTerms,
};

use super::{
    document::{DocumentKind, ImportedDocument, ImportedLine, ImportedPaid, Side},
    drafts::Draft,
    field::Field,
    notice::{Reason, Warning, WarningCode, Warnings, shorten},
    options::{Kind, Options},
    row_reader::Bad,
};

/// An exact decimal that may be wider than [`Decimal`]: quantities times prices, and their sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    mantissa: i128,
    scale: u32,
}

impl Exact {
    const ZERO: Self = Self { mantissa: 0, scale: 0 };

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let widen = |exact: Self| {
            let factor = 10_i128.checked_pow(scale - exact.scale)?;
            exact.mantissa.checked_mul(factor)
        };
        Some(Self { mantissa: widen(self)?.checked_add(widen(other)?)?, scale })
    }

    /// The same as a [`Decimal`], if it fits.
    pub(super) fn to_decimal(self) -> Option<Decimal> {
        let Self { mut mantissa, mut scale } = self;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }
}

/// Quantity times price, without rounding.
pub(super) fn exact_product(quantity: Decimal, price: Decimal) -> Option<Exact> {
    let (quantity, price) = (quantity.normalize(), price.normalize());
    let mantissa = quantity.mantissa().checked_mul(price.mantissa())?;
    Some(Exact { mantissa, scale: quantity.scale() + price.scale() })
}

/// What a finished document still has to tell apart from itself.
pub(super) struct Finished {
    pub(super) document: ImportedDocument,
    /// Of a credit memo: whether its total was negative in the file, unless it was zero.
    pub(super) credit_was_negative: Option<bool>,
}

/// Completes documents one after the other.
pub(super) struct Finisher<'a> {
    options: &'a Options,
    default_customer: Option<Arc<str>>,
    default_terms: Option<Arc<str>>,
}

impl<'a> Finisher<'a> {
    /// With the defaults of the options.
    pub(super) fn new(options: &'a Options) -> Self {
        let given = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Arc::from)
        };
        Self {
            options,
            default_customer: given(&options.default_customer),
            default_terms: given(&options.terms),
        }
    }

    /// Completes a document, or says why it cannot be.
    pub(super) fn finish(&self, draft: Draft, warnings: &mut Warnings) -> Result<Finished, Bad> {
        let mut odd = Oddities { number: Arc::clone(&draft.number), line: draft.line, warnings };
        let missing = |field| Bad::new(field, Reason::MissingValue, "");
        let issued_on = draft.values.issued_on.ok_or_else(|| missing(Field::IssuedOn))?;
        let currency = draft
            .values
            .currency
            .or(self.options.currency)
            .ok_or_else(|| Bad::new(Field::Currency, Reason::MissingCurrency, ""))?;
        let customer_number = match (&draft.values.customer, &self.default_customer) {
            (Some(number), _) => Arc::clone(number),
            (None, Some(number)) => {
                odd.note(WarningCode::DefaultCustomer, Field::CustomerNumber, number);
                Arc::clone(number)
            }
            (None, None) => {
                return Err(Bad::new(Field::CustomerNumber, Reason::MissingCustomer, ""));
            }
        };
        let lines = lines_sum(&draft.lines)?;
        let signed = total(&draft, lines, currency, &mut odd)?;
        let declared = self.declared_kind(&draft);
        let (kind, side) = match (declared, signed < 0) {
            (DocumentKind::Invoice, true) | (DocumentKind::CreditMemo, _) => {
                (DocumentKind::CreditMemo, Side::Credit)
            }
            (other, true) => (other, Side::Credit),
            (other, false) => (other, Side::Debit),
        };
        // Amounts are stored in the direction of their side.
        let turned = signed < 0;
        let amount = |value: Option<Decimal>, field| {
            value.map(|value| in_minor(value, turned, currency, field)).transpose()
        };
        let total = if turned { signed.checked_neg() } else { Some(signed) };
        let total = total.ok_or_else(|| Bad::new(Field::Total, Reason::OutOfRange, ""))?;
        let document = ImportedDocument {
            kind,
            side,
            customer_number,
            issued_on,
            due_on: draft.values.due_on,
            terms: draft.values.terms.clone().or_else(|| self.default_terms.clone()),
            currency,
            total,
            tax: amount(draft.values.tax, Field::Tax)?,
            subtotal: amount(draft.values.subtotal, Field::Subtotal)?,
            po_number: draft.values.po_number.clone(),
            notes: draft.values.notes.clone(),
            disputed: draft.values.disputed.unwrap_or(false),
            paid: paid(&draft, side, total, turned, currency)?,
            lines: finished_lines(draft.lines, turned, currency)?,
            line: draft.line,
            number: draft.number,
        };
        self.look_over(&document, &mut odd);
        let is_credit = declared == DocumentKind::CreditMemo && signed != 0;
        Ok(Finished { document, credit_was_negative: is_credit.then_some(turned) })
    }

    /// What the file, or failing that the options, say that a document is.
    fn declared_kind(&self, draft: &Draft) -> DocumentKind {
        let by_prefix = || {
            let prefixes = self.options.number_prefixes.iter();
            prefixes
                .filter(|(prefix, _)| draft.number.starts_with(prefix.as_str()))
                .max_by_key(|(prefix, _)| prefix.len())
                .map(|(_, kind)| *kind)
        };
        draft.values.kind.or_else(by_prefix).unwrap_or(match self.options.kind {
            Kind::CreditMemos => DocumentKind::CreditMemo,
            Kind::Invoices | Kind::Customers => DocumentKind::Invoice,
        })
    }

    /// Notes what is possible but odd.
    fn look_over(&self, document: &ImportedDocument, odd: &mut Oddities<'_>) {
        use WarningCode as W;
        if let Some(due_on) = document.due_on.filter(|due_on| *due_on < document.issued_on) {
            odd.note(W::DueBeforeIssued, Field::DueOn, &due_on.to_string());
        }
        if document.total == 0 {
            odd.note(W::ZeroTotal, Field::Total, "");
        }
        if let Some(paid) = document.paid {
            if let Some(on) = paid.on.filter(|on| *on < document.issued_on) {
                odd.note(W::PaidBeforeIssued, Field::PaidOn, &on.to_string());
            }
            if paid.amount > document.total {
                let amount = Money::new(paid.amount, document.currency).to_string();
                odd.note(W::PaidOverTotal, Field::PaidAmount, &amount);
            }
        }
        if let Some(terms) = &document.terms {
            let known = self.options.known_terms.iter();
            let is_known = known.map(|k| k.trim()).any(|k| k.eq_ignore_ascii_case(terms));
            if !is_known && PaymentTerms::parse(terms).is_none() {
                odd.note(W::UnknownTerms, Field::Terms, terms);
            }
        }
        for (number, field) in
            [(&document.number, Field::Number), (&document.customer_number, Field::CustomerNumber)]
        {
            if looks_damaged(number) {
                odd.note(W::DamagedNumber, field, number);
            }
        }
    }
}

/// Warns about one document.
struct Oddities<'w> {
    number: Arc<str>,
    line: u64,
    warnings: &'w mut Warnings,
}

impl Oddities<'_> {
    fn note(&mut self, code: WarningCode, field: Field, value: &str) {
        let (line, number) = (self.line, &self.number);
        self.warnings.push(code, || Warning {
            code,
            line,
            number: Some(shorten(number)),
            field: Some(field),
            value: shorten(value),
        });
    }
}

/// `1.23E+15`: what a spreadsheet leaves of a long number.
pub(super) fn looks_damaged(number: &str) -> bool {
    let Some((digits, power)) = number.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((whole, rest)) = digits.split_once(['.', ',']) else { return false };
    let Some(power) = power.strip_prefix('+') else { return false };
    whole.len() == 1 && is_number(whole) && is_number(rest) && is_number(power)
}

fn out_of_range(field: Field, value: Decimal) -> Bad {
    Bad::new(field, Reason::OutOfRange, &value.to_string())
}

/// An amount in minor units, its sign turned if asked.
fn in_minor(value: Decimal, turned: bool, currency: Currency, field: Field) -> Result<i64, Bad> {
    let value = if turned { -value } else { value };
    match Money::from_decimal(value, currency) {
        Ok(money) => Ok(money.minor()),
        Err(MoneyError::TooPrecise { exponent }) => {
            let reason = Reason::TooPrecise { decimals: exponent };
            Err(Bad::new(field, reason, &value.to_string()))
        }
        Err(_) => Err(out_of_range(field, value)),
    }
}

/// The nearest whole minor units.
fn rounded(exact: Exact, currency: Currency) -> Option<i64> {
    let money = Money::nearest(exact.to_decimal()?, currency, Rounding::HalfUp).ok()?;
    Some(money.minor())
}

fn lines_sum(lines: &[ImportedLine]) -> Result<Exact, Bad> {
    lines.iter().try_fold(Exact::ZERO, |sum, line| {
        exact_product(line.quantity, line.unit_price)
            .and_then(|amount| sum.plus(amount))
            .ok_or_else(|| out_of_range(Field::LineUnitPrice, line.unit_price))
    })
}

/// The total with its sign: the given one, else that of the lines.
fn total(
    draft: &Draft,
    lines: Exact,
    currency: Currency,
    odd: &mut Oddities<'_>,
) -> Result<i64, Bad> {
    let lines_total =
        rounded(lines, currency).ok_or_else(|| Bad::new(Field::Total, Reason::OutOfRange, ""));
    let Some(given) = draft.values.total else {
        if draft.lines.is_empty() {
            return Err(Bad::new(Field::Total, Reason::MissingValue, ""));
        }
        let total = lines_total?;
        let exact = lines.to_decimal().unwrap_or_default();
        if Money::new(total, currency).to_decimal() != exact {
            odd.note(WarningCode::RoundedTotal, Field::Total, &exact.to_string());
        }
        return Ok(total);
    };
    if draft.lines.is_empty() {
        return in_minor(given, false, currency, Field::Total);
    }
    let lines_total = lines_total?;
    let tax = match draft.values.tax {
        Some(tax) => in_minor(tax, false, currency, Field::Tax)?,
        None => 0,
    };
    let adds_up = |total: i64| total == lines_total || Some(total) == lines_total.checked_add(tax);
    let is_line_amount = draft.lines.len() > 1 && draft.totals_are_line_amounts;
    if draft.totals_differ && !is_line_amount {
        return Err(Bad::new(Field::Total, Reason::ConflictingTotal, &given.to_string()));
    }
    let header_total = in_minor(given, false, currency, Field::Total)?;
    if is_line_amount && (draft.totals_differ || !adds_up(header_total)) {
        odd.note(WarningCode::LineTotalsSummed, Field::Total, &draft.totals_sum.to_string());
        return in_minor(draft.totals_sum, false, currency, Field::Total);
    }
    if !adds_up(header_total) {
        odd.note(WarningCode::LinesDoNotAddUp, Field::Total, &given.to_string());
    }
    Ok(header_total)
}

/// The payment that the file tells of: the amount it gives, or the whole total when it gives only
/// a date. A credit memo's may have either sign.
fn paid(
    draft: &Draft,
    side: Side,
    total: i64,
    turned: bool,
    currency: Currency,
) -> Result<Option<ImportedPaid>, Bad> {
    let (on, given) = (draft.values.paid_on, draft.values.paid_amount);
    let amount = match given {
        None if on.is_none() => 0,
        None => total,
        Some(given) => match in_minor(given, turned, currency, Field::PaidAmount)? {
            amount if amount >= 0 => amount,
            amount if side == Side::Credit => {
                amount.checked_neg().ok_or_else(|| out_of_range(Field::PaidAmount, given))?
            }
            _ => {
                let reason = Reason::NegativeAmount;
                return Err(Bad::new(Field::PaidAmount, reason, &given.to_string()));
            }
        },
    };
    Ok((amount != 0).then_some(ImportedPaid { on, amount }))
}

/// Turns lines to the side of their document and gives them their amounts.
fn finished_lines(
    mut lines: Vec<ImportedLine>,
    turned: bool,
    currency: Currency,
) -> Result<Vec<ImportedLine>, Bad> {
    let (mut sum, mut sum_minor) = (Exact::ZERO, 0_i64);
    for line in &mut lines {
        if turned && line.unit_price.is_sign_negative() {
            line.unit_price = -line.unit_price;
        } else if turned && !line.quantity.is_zero() {
            line.quantity = -line.quantity;
        }
        let overflow = || out_of_range(Field::LineUnitPrice, line.unit_price);
        let amount = exact_product(line.quantity, line.unit_price).ok_or_else(overflow)?;
        sum = sum.plus(amount).ok_or_else(overflow)?;
        let next = rounded(sum, currency).ok_or_else(overflow)?;
        line.amount = next.checked_sub(sum_minor).ok_or_else(overflow)?;
        sum_minor = next;
    }
    lines.shrink_to_fit();
    Ok(lines)
}
