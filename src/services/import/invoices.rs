//! Invoices and debit adjustments out of a file.

use chrono::NaiveDate;

use super::{
    paid,
    report::{ImportReport, Outcome},
    run::{hash_of, lines_of},
};
use crate::{
    domain::{
        discount::DiscountOffer,
        invoice::{DocumentKind, days_past_due},
        ledger::Cause,
        terms::{PartialRule, PaymentTerms},
    },
    import::{self, ColumnReading, Field, ImportedDocument},
    services::{World, invoices::post_amount, settlement::SettleError},
    storage::{
        self, Session,
        customers::CustomerRow,
        invoices::{InvoiceRow, LineOwner},
    },
};

/// Of what the file has columns. What it has none for is not empty but unknown: of an invoice that
/// is here already, that stays as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    paid: bool,
    po_number: bool,
    disputed: bool,
    lines: bool,
    tax: bool,
    due_or_terms: bool,
}

impl Said {
    const fn everything() -> Self {
        Self {
            paid: true,
            po_number: true,
            disputed: true,
            lines: true,
            tax: true,
            due_or_terms: true,
        }
    }

    /// Of what a file has columns; `has_terms` when terms were given for all its rows.
    pub(super) fn by(columns: &[ColumnReading], has_terms: bool) -> Self {
        let has = |fields: &[Field]| columns.iter().any(|column| fields.contains(&column.field));
        Self {
            paid: has(&[Field::PaidOn, Field::PaidAmount]),
            po_number: has(&[Field::PoNumber]),
            disputed: has(&[Field::Disputed]),
            lines: has(&[Field::LineDescription, Field::LineQuantity, Field::LineUnitPrice]),
            tax: has(&[Field::Tax]),
            due_or_terms: has_terms || has(&[Field::DueOn, Field::Terms]),
        }
    }
}

/// Terms and the dates that follow from them.
struct Dates {
    terms: String,
    due_on: NaiveDate,
    discount: Option<DiscountOffer>,
}

fn dates(document: &ImportedDocument, customer: &CustomerRow, tax: i64) -> Dates {
    let label = document.terms.as_deref().unwrap_or(&customer.terms);
    let terms = PaymentTerms::parse(label);
    let due_on = document
        .due_on
        .or_else(|| terms.as_ref().and_then(|terms| terms.due_on(document.issued_on)))
        .unwrap_or(document.issued_on);
    let basis = document.subtotal.unwrap_or(document.total - tax);
    let discount = terms.and_then(|terms| {
        let until = terms.discount_until(document.issued_on)?;
        Some(DiscountOffer {
            rate: terms.discount?.rate,
            basis_minor: basis.max(0),
            until,
            grace_days: 0,
            partial: PartialRule::OnFullSettlement,
            taken_minor: 0,
        })
    });
    Dates { terms: label.to_owned(), due_on, discount }
}

/// What the file says over what is known.
fn described(
    mut row: InvoiceRow,
    document: &ImportedDocument,
    customer: &CustomerRow,
    hash: String,
    said: Said,
) -> InvoiceRow {
    let tax = if said.tax { document.tax.unwrap_or(0) } else { row.tax_minor };
    let Dates { terms, due_on, discount } = dates(document, customer, tax);
    row.customer_id = customer.id;
    row.kind = match document.kind {
        import::DocumentKind::Adjustment => DocumentKind::Adjustment,
        _ => DocumentKind::Invoice,
    };
    row.issued_on = document.issued_on;
    row.total_minor = document.total;
    row.tax_minor = tax;
    if said.po_number {
        row.po_number = document.po_number.as_deref().unwrap_or_default().to_owned();
    }
    if said.disputed {
        row.is_disputed = document.disputed;
    }
    if said.due_or_terms {
        row.due_on = due_on;
        row.terms = terms;
        row.discount_rate_ppm = discount.map_or(0, |offer| i64::from(offer.rate.ppm()));
        row.discount_basis_minor = discount.map_or(0, |offer| offer.basis_minor);
        row.discount_until = discount.map(|offer| offer.until);
    }
    row.source_hash = hash;
    row
}

fn blank(world: &World, document: &ImportedDocument, customer: &CustomerRow) -> InvoiceRow {
    InvoiceRow {
        id: world.new_id(),
        customer_id: customer.id,
        kind: DocumentKind::Invoice,
        number: document.number.as_ref().to_owned(),
        currency: document.currency,
        issued_on: document.issued_on,
        due_on: document.issued_on,
        terms: String::new(),
        po_number: String::new(),
        total_minor: 0,
        tax_minor: 0,
        balance_minor: 0,
        reserved_minor: 0,
        credit_memo_minor: 0,
        discount_rate_ppm: 0,
        discount_basis_minor: 0,
        discount_until: None,
        discount_taken_minor: 0,
        is_disputed: false,
        voided_on: None,
        settled_on: None,
        days_late: None,
        source_hash: String::new(),
    }
}

/// Stores an invoice; none when it stays out, which the report then says.
pub(super) async fn store(
    session: &mut Session,
    world: &World,
    document: &ImportedDocument,
    customer: &CustomerRow,
    said: Said,
    report: &mut ImportReport,
    actor: &str,
) -> Result<Option<Outcome>, SettleError> {
    let hash = hash_of(document);
    let known = storage::invoices::find_by_number(session, &document.number).await?;
    match known {
        None => insert(session, world, document, customer, hash, report, actor).await.map(Some),
        Some(known) if known.source_hash == hash => Ok(Some(Outcome::Unchanged)),
        Some(known) => {
            change(session, world, document, customer, known, hash, said, report, actor).await
        }
    }
}

async fn insert(
    session: &mut Session,
    world: &World,
    document: &ImportedDocument,
    customer: &CustomerRow,
    hash: String,
    report: &mut ImportReport,
    actor: &str,
) -> Result<Outcome, SettleError> {
    let all = Said::everything();
    let mut row = described(blank(world, document, customer), document, customer, hash, all);
    if row.total_minor == 0 {
        // Nothing to pay: settled the day it was issued.
        row.settled_on = Some(row.issued_on);
        row.days_late = Some(days_past_due(row.due_on, row.issued_on));
    }
    storage::invoices::insert(session, &row, world.now()).await?;
    let owner = LineOwner::Invoice(row.id);
    storage::invoices::update_lines(session, owner, true, &lines_of(document)).await?;
    if row.total_minor != 0 {
        let key = format!("invoice:{}", row.id);
        let dated = (Cause::Invoice, row.issued_on);
        post_amount(session, world, &row, row.total_minor, dated, key, actor).await?;
    }
    paid::store(session, world, &row, document.paid, report, actor).await?;
    Ok(Outcome::New)
}

#[expect(clippy::too_many_arguments, reason = "one step of one use case")]
async fn change(
    session: &mut Session,
    world: &World,
    document: &ImportedDocument,
    customer: &CustomerRow,
    known: InvoiceRow,
    hash: String,
    said: Said,
    report: &mut ImportReport,
    actor: &str,
) -> Result<Option<Outcome>, SettleError> {
    let Some(known) = storage::invoices::lock(session, known.id).await? else { return Ok(None) };
    let refusal = if known.reserved_minor > 0 {
        Some("a payment for this invoice is on its way; import it again when that is settled")
    } else if known.voided_on.is_some() {
        Some("the invoice was voided here")
    } else if known.currency != document.currency {
        Some("the invoice has another currency here")
    } else {
        None
    };
    if let Some(reason) = refusal {
        report.refuse(document.line, &document.number, reason);
        return Ok(None);
    }
    let to_record = paid::still_to_record(session, &known, document.paid, said.paid).await?;
    // Only payments that this file does not correct stand in the way of a lower total.
    let corrected = paid::withdrawable(session, &known, to_record).await?;
    let applied = known.total_minor - known.balance_minor - corrected;
    let reason = if document.total < applied {
        Some("the new total is less than what was already paid or credited")
    } else if known.customer_id != customer.id && applied > 0 {
        Some("the invoice belongs to another customer here, who has paid on it")
    } else {
        None
    };
    if let Some(reason) = reason {
        report.refuse(document.line, &document.number, reason);
        return Ok(None);
    }
    let repaid = paid::withdraw(session, world, &known, to_record, actor).await?;
    let row = described(known.clone(), document, customer, hash, said);
    let now = world.now();
    let moved = known.customer_id != customer.id;
    let (before, after) = if moved {
        (-known.total_minor, row.total_minor)
    } else {
        let delta = row.total_minor - known.total_minor;
        (delta.min(0), delta.max(0))
    };
    let key = |step| format!("invoice:{}:{step}:{}", row.id, world.new_secret());
    if before != 0 {
        let dated = (Cause::Invoice, known.issued_on);
        post_amount(session, world, &known, before, dated, key("less"), actor).await?;
    }
    storage::invoices::update(session, &row, now).await?;
    if moved {
        storage::files::update_owner(session, row.id, row.customer_id).await?;
    }
    if after != 0 {
        let dated = (Cause::Invoice, row.issued_on);
        post_amount(session, world, &row, after, dated, key("more"), actor).await?;
    }
    if said.lines {
        let owner = LineOwner::Invoice(row.id);
        storage::invoices::update_lines(session, owner, false, &lines_of(document)).await?;
    }
    if repaid {
        paid::restore(session, world, &row, to_record, report, actor).await?;
    }
    session.announce(row.customer_id);
    Ok(Some(Outcome::Changed))
}
