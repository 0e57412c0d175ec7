//! What a request asks for, read and checked as far as that can be done without the book.

use super::{answer::Refusal, faults::Call, params::Params};
use crate::domain::{method::MethodKind, money::Currency};

/// A charge that is asked for.
#[derive(Clone, Debug)]
pub(super) struct NewIntent {
    pub(super) customer: String,
    pub(super) payment_method: String,
    pub(super) kind: MethodKind,
    pub(super) amount: i64,
    pub(super) currency: Currency,
    pub(super) surcharge: i64,
    pub(super) payment_id: String,
    pub(super) description: String,
    pub(super) return_url: String,
}

/// A change that is asked for.
#[derive(Clone, Debug)]
pub(super) enum Command {
    CreateCustomer { name: String, email: String, customer_id: String },
    CreateSession { customer: String, kind: MethodKind, return_url: String, cancel_url: String },
    CreateIntent(Box<NewIntent>),
    Confirm { intent: String },
    Cancel { intent: String },
    Refund { intent: String, amount: Option<i64> },
}

impl Command {
    /// Reads the fields of a call. `id` is the record named in its path.
    pub(super) fn read(call: Call, id: &str, params: &Params) -> Result<Self, Refusal> {
        Ok(match call {
            Call::CreateCustomer => Self::CreateCustomer {
                name: params.text("name")?,
                email: params.optional("email")?.unwrap_or_default(),
                customer_id: params.optional("metadata[customer_id]")?.unwrap_or_default(),
            },
            Call::CreateSetupSession => Self::CreateSession {
                customer: params.text("customer")?,
                kind: params.kind("kind")?,
                return_url: params.url("return_url")?,
                cancel_url: params.url("cancel_url")?,
            },
            Call::CreateIntent => Self::CreateIntent(Box::new(new_intent(params)?)),
            Call::ConfirmIntent => Self::Confirm { intent: id.to_owned() },
            Call::CancelIntent => Self::Cancel { intent: id.to_owned() },
            Call::CreateRefund => Self::Refund {
                intent: params.text("payment_intent")?,
                amount: params.amount("amount")?,
            },
            Call::Read => return Err(Refusal::missing("call")),
        })
    }
}

fn new_intent(params: &Params) -> Result<NewIntent, Refusal> {
    let missing = || Refusal::invalid("parameter_missing", "amount is required.");
    let amount = params.amount("amount")?.ok_or_else(missing)?;
    let surcharge = params.integer("surcharge")?.unwrap_or_default();
    if surcharge < 0 || surcharge >= amount {
        let message = "surcharge is a part of the amount.";
        return Err(Refusal::invalid("parameter_invalid_integer", message));
    }
    let (kind, currency) = (params.kind("kind")?, params.currency("currency")?);
    if kind == MethodKind::Bank && currency != Currency::USD {
        let message = "Bank accounts are debited in USD only.";
        return Err(Refusal::invalid("payment_method_currency_mismatch", message));
    }
    Ok(NewIntent {
        customer: params.text("customer")?,
        payment_method: params.text("payment_method")?,
        kind,
        amount,
        currency,
        surcharge,
        payment_id: params.text("metadata[payment_id]")?,
        description: params.optional("description")?.unwrap_or_default(),
        return_url: params.url("return_url")?,
    })
}
