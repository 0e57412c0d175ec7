//! Folding stored rows into what screens receive.

use chrono::NaiveDate;

use crate::{
    api::{
        dates,
        view::{
            Amount, AmountField, BalanceView, BasketLine, BillingView, CustomerLink,
            ExpectationView, InvoicePaymentView, InvoiceRowView, LatestPayment, LineView,
            MethodView, PaidBy, PaymentRowView, PortalInvoice, PortalInvoicePayment,
        },
    },
    domain::{
        expectation::ExpectationForm,
        ids::CustomerId,
        invoice::{DISCOUNT_SOON_DAYS, status},
        money::Money,
        payment::{PaymentState, RECORDED},
        quote::Line,
    },
    services::{
        hierarchy::Billing,
        quotes::{Amounts, Asked},
    },
    storage::{
        customers::BalanceRow,
        expectations::ExpectationColumns,
        hierarchy::NamedRow,
        invoice_list::InvoiceListRow,
        invoices::{BilledInvoiceRow, DocumentLine, ExpectedInvoiceRow, InvoiceRow},
        methods::MethodRow,
        payments::{CustomerPaymentRow, InvoicePaymentRow, PaymentLineRow},
    },
};

/// What paying an invoice today would save, in minor units.
pub fn discount_today(invoice: &InvoiceRow, today: NaiveDate) -> i64 {
    invoice.item().early_discount(today).unwrap_or(0)
}

/// Who bought, for whoever pays: empty for the account itself.
pub fn buyer(row: &BilledInvoiceRow, account: CustomerId) -> String {
    if row.invoice.customer_id == account { String::new() } else { row.buyer.clone() }
}

/// An invoice as the portal's list shows it to an account, with a field for the amount where parts
/// may be paid. What others paid on it, who were to pay it before, is not told.
pub fn portal_invoice(
    row: &BilledInvoiceRow,
    latest: Option<&InvoicePaymentRow>,
    account: CustomerId,
    today: NaiveDate,
    takes_parts: bool,
) -> PortalInvoice {
    let invoice = &row.invoice;
    let discount = discount_today(invoice, today);
    let payable = invoice.balance_minor - invoice.reserved_minor;
    let until = invoice.discount_until.filter(|_| discount > 0);
    let own = latest.filter(|payment| payment.payer_id == account);
    let shown = own.filter(|payment| match payment.state {
        PaymentState::Failed | PaymentState::Returned | PaymentState::ChargedBack => {
            invoice.balance_minor > 0
        }
        state => state.holds_reservation() || invoice.balance_minor == 0,
    });
    PortalInvoice {
        id: invoice.id.to_string(),
        number: invoice.number.clone(),
        po_number: invoice.po_number.clone(),
        buyer: buyer(row, account),
        issued: dates::date(invoice.issued_on),
        due: dates::date(invoice.due_on),
        total: invoice.total_minor,
        balance: invoice.balance_minor,
        discount,
        discount_until: until.map(dates::date).unwrap_or_default(),
        discount_ends_soon: until.is_some_and(|day| (day - today).num_days() <= DISCOUNT_SOON_DAYS),
        status: status(&invoice.status_facts(), today),
        payable,
        payment: shown.map(latest_payment),
        amount: (takes_parts && payable > discount).then(|| AmountField {
            text: Money::new(payable - discount, invoice.currency).to_string(),
            problem: None,
        }),
        is_ticked: false,
    }
}

/// Invoices with the amounts that were typed for them, to be looked at again.
pub fn typed_amounts(
    asked: &[Asked],
    amounts: &Amounts,
    account: CustomerId,
    today: NaiveDate,
) -> Vec<PortalInvoice> {
    let rows = amounts.invoices.iter().zip(asked).zip(&amounts.problems);
    let typed = |((row, asked), problem): ((&BilledInvoiceRow, &Asked), &Option<_>)| {
        let mut invoice = portal_invoice(row, None, account, today, amounts.takes_parts);
        invoice.is_ticked = true;
        let text = match asked {
            Asked::Typed(_, text) => Some(text.clone()),
            Asked::Portion(portion) => {
                portion.pay.map(|pay| Money::new(pay, amounts.currency).to_string())
            }
        };
        // Where parts are not taken, only what was typed wrongly still has its field.
        if let Some(text) = text.filter(|_| amounts.takes_parts || problem.is_some()) {
            invoice.amount = Some(AmountField { text, problem: *problem });
        }
        invoice
    };
    rows.map(typed).collect()
}

/// A payment on an invoice, as whoever made it sees it.
pub fn portal_payment(row: &InvoicePaymentRow) -> PortalInvoicePayment {
    let is_recorded = row.method_kind == RECORDED;
    PortalInvoicePayment {
        payment: latest_payment(row),
        reference: row.reference.clone(),
        method: if is_recorded { String::new() } else { row.method_label.clone() },
        received: dates::date(row.received_on),
        amount: row.principal_minor + row.discount_minor,
    }
}

fn latest_payment(payment: &InvoicePaymentRow) -> LatestPayment {
    LatestPayment {
        id: payment.payment_id.to_string(),
        state: payment.state,
        failure_code: payment.failure_code.clone().unwrap_or_default(),
        expected: payment.expected_on.map(dates::weekday).unwrap_or_default(),
    }
}

/// A stored method.
pub fn method(row: &MethodRow, is_accepted: bool) -> MethodView {
    MethodView {
        id: row.id.to_string(),
        kind: row.kind,
        brand: row.brand.clone(),
        last4: row.last4.clone(),
        expires: dates::card_expiry(row.expires_on),
        is_accepted,
    }
}

/// A line of a price with its invoice.
pub fn basket_line(
    line: &Line,
    row: &BilledInvoiceRow,
    account: CustomerId,
    today: NaiveDate,
) -> BasketLine {
    let invoice = &row.invoice;
    let missed_discount = if line.left_open() > 0 {
        (discount_today(invoice, today) - line.early_discount).max(0)
    } else {
        0
    };
    let has_discount = line.early_discount > 0 || missed_discount > 0;
    let until = invoice.discount_until.filter(|_| has_discount);
    BasketLine {
        id: invoice.id.to_string(),
        number: invoice.number.clone(),
        buyer: buyer(row, account),
        portion: line.portion().to_string(),
        due: dates::date(invoice.due_on),
        payable: line.payable,
        left_open: line.left_open(),
        early_discount: line.early_discount,
        missed_discount,
        discount_until: until.map(dates::date).unwrap_or_default(),
        bank_discount: line.bank_discount,
        principal: line.principal,
        has_surcharge: line.surcharge > 0,
    }
}

/// A line of a payment.
pub fn paid_line(line: &PaymentLineRow, account: CustomerId) -> BasketLine {
    BasketLine {
        // What somebody else pays by now leads nowhere.
        id: if line.bill_to_id == account { line.invoice_id.to_string() } else { String::new() },
        number: line.number.clone(),
        buyer: if line.buyer_id == account { String::new() } else { line.buyer.clone() },
        portion: line.line().portion().to_string(),
        due: String::new(),
        payable: line.payable_minor,
        left_open: line.line().left_open(),
        early_discount: line.early_discount_minor,
        missed_discount: 0,
        discount_until: String::new(),
        bank_discount: line.bank_discount_minor,
        principal: line.principal_minor,
        has_surcharge: line.surcharge_minor > 0,
    }
}

/// What is expected of an invoice.
fn expectation(columns: &ExpectationColumns) -> ExpectationView {
    let expected = columns.expectation();
    ExpectationView {
        status: expected.status,
        on: expected.on.map(dates::date).unwrap_or_default(),
        form: ExpectationForm::of(&expected),
        reason: expected.reason,
        version: columns.expectation_version,
    }
}

/// A line of a document.
pub fn line(line: DocumentLine) -> LineView {
    LineView {
        description: line.description,
        quantity: line.quantity.normalize().to_string(),
        unit_price: line.unit_price.to_string(),
        amount: line.amount_minor,
    }
}

/// A payment on an invoice, as the staff's side shows it.
pub fn invoice_payment(row: &InvoicePaymentRow) -> InvoicePaymentView {
    InvoicePaymentView {
        reference: row.reference.clone(),
        state: row.state,
        failure_code: row.failure_code.clone().unwrap_or_default(),
        method: row.method_label.clone(),
        received: dates::date(row.received_on),
        expected: row.expected_on.map(dates::weekday).unwrap_or_default(),
        principal: row.principal_minor,
        discount: row.discount_minor,
    }
}

/// A row of a staff invoice list.
pub fn invoice_row(
    row: &InvoiceListRow,
    fields: Vec<(String, String)>,
    today: NaiveDate,
) -> InvoiceRowView {
    let offers = row.discount_rate_ppm > 0 && row.balance_minor > 0;
    let until = row.discount_until.filter(|until| offers && *until >= today);
    InvoiceRowView {
        id: row.id.to_string(),
        number: row.number.clone(),
        po_number: row.po_number.clone(),
        customer_id: row.customer_id.to_string(),
        customer: row.customer_name.clone(),
        currency: row.currency.code().to_owned(),
        issued: dates::date(row.issued_on),
        due: dates::date(row.due_on),
        total: row.total_minor,
        balance: row.balance_minor,
        status: status(&row.status_facts(), today),
        discount_until: until.map(dates::date).unwrap_or_default(),
        settled: row.settled_on.map(dates::date).unwrap_or_default(),
        days_late: row.days_late,
        discount: row.discount_minor,
        credit: row.credit_memo_minor + row.cash_credit_minor,
        expectation: expectation(&row.expected),
        fields,
        payment: row.payment_reference.as_ref().zip(row.payment_state).map(|(reference, state)| {
            PaidBy {
                reference: reference.clone(),
                state,
                method: row.payment_method.clone().unwrap_or_default(),
                settled: row.payment_settled_on.map(dates::date).unwrap_or_default(),
            }
        }),
    }
}

/// An invoice in the side panel.
pub fn panel_invoice(
    expected: &ExpectedInvoiceRow,
    customer: &str,
    today: NaiveDate,
) -> InvoiceRowView {
    let row = &expected.invoice;
    let offers = row.discount_rate_ppm > 0 && row.balance_minor > 0;
    let until = row.discount_until.filter(|until| offers && *until >= today);
    InvoiceRowView {
        id: row.id.to_string(),
        number: row.number.clone(),
        po_number: row.po_number.clone(),
        customer_id: row.customer_id.to_string(),
        customer: customer.to_owned(),
        currency: row.currency.code().to_owned(),
        issued: dates::date(row.issued_on),
        due: dates::date(row.due_on),
        total: row.total_minor,
        balance: row.balance_minor,
        status: status(&row.status_facts(), today),
        discount_until: until.map(dates::date).unwrap_or_default(),
        settled: row.settled_on.map(dates::date).unwrap_or_default(),
        days_late: row.days_late,
        discount: 0,
        credit: row.credit_memo_minor,
        expectation: expectation(&expected.expected),
        payment: None,
        fields: Vec::new(),
    }
}

/// A payment in the side panel of a customer: of what somebody else paid for it and for others,
/// its own part.
pub fn payment_row(
    paid: &CustomerPaymentRow,
    lines: &[PaymentLineRow],
    customer_id: CustomerId,
) -> PaymentRowView {
    let row = &paid.payment;
    let is_own = row.customer_id == customer_id;
    let surcharge: i64 = lines.iter().map(|line| line.surcharge_minor).sum();
    let part: i64 = lines.iter().map(|line| line.principal_minor).sum::<i64>() + surcharge;
    let (charge, surcharge) =
        if is_own { (row.charge_minor(), row.surcharge_minor) } else { (part, surcharge) };
    let refunded = row.refunded_principal_minor + row.refunded_surcharge_minor;
    PaymentRowView {
        id: row.id.to_string(),
        reference: row.reference.clone(),
        state: row.state,
        failure_code: row.failure_code.clone().unwrap_or_default(),
        method: row.method_label.clone(),
        received: dates::date(row.received_on),
        expected: row.expected_on.map(dates::weekday).unwrap_or_default(),
        charge: Amount { minor: charge, currency: row.currency.code().to_owned() },
        surcharge,
        refunded: if is_own { refunded } else { 0 },
        payer: if is_own { String::new() } else { paid.payer.clone() },
        invoices: lines.iter().map(|line| line.number.clone()).collect(),
    }
}

/// A customer's sums in one currency.
pub fn balance(row: &BalanceRow) -> BalanceView {
    BalanceView {
        currency: row.currency.code().to_owned(),
        outstanding: row.open_minor,
        overdue: row.overdue_minor,
        credit: row.credit_minor,
        open_count: row.open_count,
    }
}

fn customer_link(row: NamedRow) -> CustomerLink {
    let id = if row.is_seen { row.id.to_string() } else { String::new() };
    CustomerLink { id, number: row.number, name: row.name }
}

/// Who pays for a customer, and for whom it pays.
pub fn billing(row: Billing, customer_id: CustomerId, consolidated: &[BalanceRow]) -> BillingView {
    BillingView {
        own: row.own,
        preference: row.preference,
        origin: row.origin,
        inherited: row.inherited,
        parent: row.parent.map(customer_link),
        is_in_circle: row.is_in_circle,
        bill_to: Some(row.bill_to).filter(|payer| payer.id != customer_id).map(customer_link),
        pays_for: row.pays_for.into_iter().map(customer_link).collect(),
        pays_for_count: row.pays_for_count,
        consolidated: consolidated.iter().map(balance).collect(),
    }
}
