//! Folding promises to pay into what screens receive.

use chrono::NaiveDate;

use crate::{
    api::{
        dates,
        view::{Amount, PromisableView, PromiseView},
    },
    domain::{ids::CustomerId, invoice::status, promise::PromiseStatus},
    services::company::Company,
    storage::promises::{NamedPromiseRow, PromisableRow, PromiseLineRow},
};

/// A promise with its invoices, in the panel of a customer.
pub fn promise(
    row: NamedPromiseRow,
    lines: &[PromiseLineRow],
    customer_id: CustomerId,
    company: &Company,
) -> PromiseView {
    let NamedPromiseRow { promise, customer, taker } = row;
    let id = promise.id;
    let own = move || lines.iter().filter(move |line| line.promise_id == id);
    let paid = match promise.status {
        PromiseStatus::Open => PromiseLineRow::standing(promise.amount_minor, own()).paid,
        _ => promise.paid_minor,
    };
    PromiseView {
        id: id.to_string(),
        version: promise.version,
        status: promise.status,
        amount: Amount {
            minor: promise.amount_minor,
            currency: promise.currency.code().to_owned(),
        },
        paid,
        by: dates::date(promise.promised_on),
        channel: promise.channel(),
        invoices: own().filter(|line| line.is_seen).map(|line| line.number.clone()).collect(),
        customer: if promise.customer_id == customer_id { String::new() } else { customer },
        taker,
        taken: dates::date(company.date_of(promise.created_at)),
        closed: promise.closed_at.map(|at| dates::date(company.date_of(at))).unwrap_or_default(),
        note: promise.note,
    }
}

/// An invoice that can be promised, in the panel of a customer.
pub fn promisable(row: PromisableRow, customer_id: CustomerId, today: NaiveDate) -> PromisableView {
    let PromisableRow { invoice, expected, buyer, already_on } = row;
    PromisableView {
        id: invoice.id.to_string(),
        version: expected.expectation_version,
        buyer: if invoice.customer_id == customer_id { String::new() } else { buyer },
        due: dates::date(invoice.due_on),
        status: status(&invoice.status_facts(), today),
        balance: invoice.balance_minor,
        currency: invoice.currency.code().to_owned(),
        already: already_on.map(dates::date).unwrap_or_default(),
        number: invoice.number,
    }
}
