//! Payments a file says were made: recorded once, corrected when the file changes its mind.

use chrono::TimeDelta;

use super::report::{ImportReport, Outcome};
use crate::{
    domain::{
        payment::{PaymentState, RECORDED},
        quote::Line,
    },
    import::ImportedPaid,
    services::{
        World,
        charge::new_reference,
        history,
        settlement::{self, SettleError},
    },
    storage::{self, Session, invoices::InvoiceRow, payments::PaymentRow},
};

fn key(invoice: &InvoiceRow) -> String {
    format!("invoice:{}", invoice.number)
}

/// What is to be recorded of what the file says was paid. Its figure is everything ever paid on the
/// invoice in the books; what payments made here, and credits, did of that is in our books already
/// and is not recorded a second time. A file without columns for it says nothing: then what is
/// recorded stays.
pub(super) async fn still_to_record(
    session: &mut Session,
    invoice: &InvoiceRow,
    paid: Option<ImportedPaid>,
    says_paid: bool,
) -> Result<Option<ImportedPaid>, SettleError> {
    let recorded = storage::payments::find_by_import_key(session, &key(invoice)).await?;
    let as_recorded =
        |amount| recorded.as_ref().map(|row| ImportedPaid { on: Some(row.received_on), amount });
    if !says_paid {
        return Ok(recorded.as_ref().and_then(|row| as_recorded(row.principal_minor)));
    }
    let Some(paid) = paid else { return Ok(None) };
    let applied = storage::ledger::all_applications(session, invoice.id).await?;
    let recorded_id = recorded.as_ref().map(|row| row.id);
    let others: i64 = applied
        .iter()
        .filter(|row| recorded_id.is_none() || row.payment_id != recorded_id)
        .map(|row| row.minor)
        .sum();
    if others <= 0 {
        return Ok(Some(paid));
    }
    let amount = (paid.amount - others).max(0);
    // With several payments the file's date is the latest one's, which may not be the recorded one.
    let still = as_recorded(amount).unwrap_or(ImportedPaid { on: paid.on, amount });
    Ok((amount > 0).then_some(still))
}

/// Whether what is recorded is what the file says.
fn agrees(recorded: Option<&PaymentRow>, invoice: &InvoiceRow, paid: Option<ImportedPaid>) -> bool {
    match (recorded, paid) {
        (None, None) => true,
        (None, Some(paid)) => paid.amount == 0,
        (Some(_), None) => false,
        (Some(row), Some(paid)) => {
            row.principal_minor == paid.amount
                && row.received_on == paid.on.unwrap_or(invoice.issued_on)
        }
    }
}

/// Records what the file says was paid on a new invoice.
pub(super) async fn store(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    paid: Option<ImportedPaid>,
    report: &mut ImportReport,
    actor: &str,
) -> Result<(), SettleError> {
    let Some(paid) = paid.filter(|paid| paid.amount > 0) else { return Ok(()) };
    record(session, world, invoice, paid, actor).await?;
    report.payments.add(Outcome::New);
    Ok(())
}

/// What would be open again on the invoice if the recorded payment had to be corrected.
pub(super) async fn withdrawable(
    session: &mut Session,
    invoice: &InvoiceRow,
    paid: Option<ImportedPaid>,
) -> Result<i64, SettleError> {
    let recorded = storage::payments::find_by_import_key(session, &key(invoice)).await?;
    let Some(recorded) = recorded.filter(|row| !agrees(Some(row), invoice, paid)) else {
        return Ok(0);
    };
    let applied = storage::ledger::all_applications_of_payment(session, recorded.id).await?;
    Ok(applied.iter().filter(|row| row.invoice_id == invoice.id).map(|row| row.minor).sum())
}

/// Takes back what was recorded when the file now says otherwise; true when something is to be
/// recorded again or for the first time.
pub(super) async fn withdraw(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    paid: Option<ImportedPaid>,
    actor: &str,
) -> Result<bool, SettleError> {
    let recorded = storage::payments::find_by_import_key(session, &key(invoice)).await?;
    if agrees(recorded.as_ref(), invoice, paid) {
        return Ok(false);
    }
    if let Some(recorded) = recorded {
        let (state, on) = (PaymentState::Returned, recorded.received_on);
        let code = Some("corrected");
        settlement::take_back(session, world, &recorded, state, code, on, actor).await?;
        storage::payments::update_import_key_freed(session, recorded.id).await?;
    }
    Ok(true)
}

/// Records what the file says after [`withdraw`] asked for it.
pub(super) async fn restore(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    paid: Option<ImportedPaid>,
    report: &mut ImportReport,
    actor: &str,
) -> Result<(), SettleError> {
    if let Some(paid) = paid.filter(|paid| paid.amount > 0) {
        record(session, world, invoice, paid, actor).await?;
    }
    report.payments.add(Outcome::Changed);
    Ok(())
}

async fn record(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    paid: ImportedPaid,
    actor: &str,
) -> Result<(), SettleError> {
    let now = world.now();
    let on = paid.on.unwrap_or(invoice.issued_on);
    let applied = paid.amount.min(invoice.total_minor);
    let payment = PaymentRow {
        id: world.new_id(),
        reference: new_reference(world),
        customer_id: invoice.customer_id,
        source: "import".to_owned(),
        method_kind: RECORDED.to_owned(),
        method_id: None,
        method_label: "Recorded in your books".to_owned(),
        state: PaymentState::Succeeded,
        currency: invoice.currency,
        principal_minor: paid.amount,
        surcharge_minor: 0,
        early_discount_minor: 0,
        bank_discount_minor: 0,
        cash_credit_minor: 0,
        surcharge_rate_ppm: 0,
        refunded_principal_minor: 0,
        refunded_surcharge_minor: 0,
        gateway: None,
        gateway_intent_id: None,
        quote_id: None,
        import_key: Some(key(invoice)),
        failure_code: None,
        email: String::new(),
        received_on: on,
        expected_on: None,
        settled_on: Some(on),
        attempt_until: now + TimeDelta::zero(),
        looked_up_count: 0,
        created_at: now,
        is_autopay: false,
    };
    let line = Line {
        invoice_id: invoice.id,
        payable: applied,
        early_discount: 0,
        cash_credit: 0,
        bank_discount: 0,
        principal: applied,
        surcharge: 0,
    };
    storage::payments::insert(session, &payment, &[line]).await?;
    settlement::settle(session, world, &payment, on, actor).await?;
    history::payment_moved(session, world, &payment, actor).await?;
    Ok(())
}
