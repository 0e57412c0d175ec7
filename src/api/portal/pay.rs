//! Choosing a method, reading the price, confirming it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::api::{
    error::ApiError,
    view::{ChooseMethodPage, ReviewPage},
};

/// Invoices separated by commas, as forms carry them, each whole or with the part that is to be
/// paid: each once, and no more than one payment may hold, before anything is looked up.
#[cfg(feature = "ssr")]
fn parse_portions(text: &str) -> Result<Vec<crate::domain::portion::Portion>, ApiError> {
    use crate::{
        api::error::Conflict,
        domain::{portion::Portion, quote::INVOICES_MAX},
    };

    let mut portions = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let portion: Portion = part.parse().map_err(|_| ApiError::NotFound)?;
        if seen.insert(portion.invoice_id) {
            portions.push(portion);
        }
        if portions.len() > INVOICES_MAX {
            return Err(ApiError::Conflict(Conflict::TooManyInvoices));
        }
    }
    Ok(portions)
}

#[cfg(feature = "ssr")]
async fn selected(
    call: &crate::api::call::PortalCall,
    session: &mut crate::storage::Session,
    selection: &Selection,
) -> Result<Vec<crate::services::quotes::Asked>, ApiError> {
    use std::collections::HashMap;

    use crate::{
        domain::{money::Currency, portion::Portion, quote::Quote},
        services::quotes::{self, Asked},
        storage::{self, payments::PaymentLineRow},
    };

    let not_found = || call.request.answer(ApiError::NotFound);
    if !selection.invoices.is_empty() {
        let portions = parse_portions(&selection.invoices);
        let portions = portions.map_err(|error| call.request.answer(error))?;
        call.only_own(portions.iter().map(|portion| portion.invoice_id))?;
        let mut amounts: HashMap<&str, &str> = HashMap::new();
        for TypedAmount { invoice, text } in &selection.amounts {
            amounts.insert(invoice, text);
        }
        let typed = |portion: Portion| {
            let text = amounts.get(portion.invoice_id.to_string().as_str());
            match text {
                Some(text) => Asked::Typed(portion.invoice_id, (*text).to_owned()),
                None => Asked::Portion(portion),
            }
        };
        return Ok(portions.into_iter().map(typed).collect());
    }
    let asked = |portions: Vec<Portion>| -> Vec<Asked> {
        portions.into_iter().map(Asked::Portion).collect()
    };
    if let Some(currency) = Currency::from_code(&selection.all) {
        // Whoever came by a link has one invoice, and is not told whether there are others.
        if call.is_by_link() {
            return Err(not_found());
        }
        let billed = call.billed(session, &selection.buyer).await?;
        let ids = quotes::all_payable(session, billed, currency)
            .await
            .map_err(|error| call.request.fail(error))?;
        return Ok(asked(ids.into_iter().map(Portion::whole).collect()));
    }
    if let Ok(id) = selection.payment.parse() {
        call.payment(session, id).await?;
        let lines = storage::payments::all_lines(session, id)
            .await
            .map_err(|error| call.request.fail(error))?;
        // What somebody else pays by now is not offered again.
        let is_billed = |line: &&PaymentLineRow| line.bill_to_id == call.customer_id;
        let lines = lines.iter().filter(is_billed);
        return Ok(asked(lines.map(|line| line.line().portion()).collect()));
    }
    if let Ok(id) = selection.quote.parse() {
        let quote = storage::quotes::find(session, id, call.scope())
            .await
            .map_err(|error| call.request.fail(error))?
            .ok_or_else(not_found)?;
        let quote: Quote = serde_json::from_str(&quote.body).map_err(|_| not_found())?;
        return Ok(asked(quote.portions()));
    }
    let id = call.request.id(&selection.setup)?;
    let setup = storage::methods::find_setup(session, id, call.scope())
        .await
        .map_err(|error| call.request.fail(error))?;
    Ok(asked(setup.ok_or_else(not_found)?.portions()))
}

/// What a payer is about to pay, as the address of the step says it: the first part that is not
/// empty counts. An address that named each of some hundred invoices would be too long for some
/// servers in between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// Ids of invoices, separated by commas.
    pub invoices: String,
    /// What was typed as amounts of some of them; of the others all is paid.
    pub amounts: Vec<TypedAmount>,
    /// A currency: everything payable in it.
    pub all: String,
    /// With a currency: only what this buyer bought.
    pub buyer: String,
    /// A visit to the processor's page: what it was begun for.
    pub setup: String,
    /// A payment: what it was to pay.
    pub payment: String,
    /// A price: what it was made for.
    pub quote: String,
}

/// An amount as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedAmount {
    /// The invoice's id.
    pub invoice: String,
    /// The amount.
    pub text: String,
}

/// The step in which a method is chosen.
#[server(name = ChooseMethod, prefix = "/api/portal", endpoint = "pay/choose", input = GetUrl)]
pub async fn choose_method(
    #[server(default)] selection: Selection,
) -> Result<ChooseMethodPage, ApiError> {
    use crate::{
        api::{call::PortalCall, fold},
        domain::{
            method::MethodKind,
            policy::{BankDiscount, SurchargePolicy},
        },
        services::quotes::{self, Choice},
        storage,
    };

    let (call, mut session) = PortalCall::paying_reading().await?;
    let asked = selected(&call, &mut session, &selection).await?;
    let choice = quotes::choose(&mut session, call.world(), call.customer_id, &asked)
        .await
        .map_err(|error| call.request.fail(error))?;
    let today = call.company.date_of(call.world().now());
    let basket = match choice {
        Choice::Priced(basket) => *basket,
        Choice::Amiss(amounts) => {
            let typed = fold::typed_amounts(&asked, &amounts, call.customer_id, today);
            return Ok(ChooseMethodPage::amiss(call.frame(), amounts.currency.code(), typed));
        }
    };
    let items: Vec<_> = basket.invoices.iter().map(|row| row.invoice.item()).collect();
    let accepts = |kind| quotes::accepts(&basket.company, kind, &items, call.world());
    let methods = storage::methods::all_active(&mut session, call.scope())
        .await
        .map_err(|error| call.request.fail(error))?;
    let policy = &basket.company.policy;
    let surcharge = policy.card.surcharge.as_ref();
    let bank_discount = policy.bank.discount.as_ref();
    let percent = |text: Option<String>| text.unwrap_or_default();
    Ok(ChooseMethodPage {
        frame: call.frame(),
        currency: basket.quote.currency.code().to_owned(),
        lines: basket
            .quote
            .lines
            .iter()
            .zip(&basket.invoices)
            .map(|(line, invoice)| fold::basket_line(line, invoice, call.customer_id, today))
            .collect(),
        amounts: Vec::new(),
        total: basket.quote.charge(),
        left_open: basket.quote.left_open(),
        methods: methods.iter().map(|row| fold::method(row, accepts(row.kind))).collect(),
        can_add_card: accepts(MethodKind::Card),
        can_add_bank: accepts(MethodKind::Bank),
        surcharge_percent: percent(
            surcharge.map(|rule: &SurchargePolicy| rule.rate_max().percent()),
        ),
        bank_discount_percent: percent(
            bank_discount.map(|rule: &BankDiscount| rule.rate.percent()),
        ),
    })
}

/// Sends the browser to the processor's page, where a method is added. `kind` is `card` or `bank`.
#[server(name = AddMethod, prefix = "/api/portal", endpoint = "pay/add_method")]
pub async fn add_method(kind: String, invoices: String) -> Result<(), ApiError> {
    use crate::{
        api::call::PortalCall,
        domain::{form::Problem, method::MethodKind},
        services::methods,
    };

    let call = PortalCall::paying().await?;
    let kind = MethodKind::from_word(&kind)
        .ok_or_else(|| call.request.answer(ApiError::invalid("kind", Problem::NotAChoice)))?;
    let portions = parse_portions(&invoices).map_err(|error| call.request.answer(error))?;
    call.only_own(portions.iter().map(|portion| portion.invoice_id))?;
    let setup = methods::BeginSetup {
        whose: call.scope(),
        email: &call.email,
        kind,
        portions: &portions,
        portal_url: &call.request.config().portal_url(),
    };
    let url =
        methods::begin(call.world(), &setup).await.map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect(&url);
    Ok(())
}

/// Prices the chosen invoices for the chosen method and shows the price.
#[server(name = MakeQuote, prefix = "/api/portal", endpoint = "pay/quote")]
pub async fn make_quote(method: String, invoices: String) -> Result<(), ApiError> {
    use crate::{api::call::PortalCall, domain::form::Problem, services::quotes};

    let call = PortalCall::paying().await?;
    let portions = parse_portions(&invoices).map_err(|error| call.request.answer(error))?;
    call.only_own(portions.iter().map(|portion| portion.invoice_id))?;
    let method = method
        .parse()
        .map_err(|_| call.request.answer(ApiError::invalid("method", Problem::NotAChoice)))?;
    let basket = quotes::make(call.world(), call.scope(), &call.email, &portions, method)
        .await
        .map_err(|error| call.request.fail(error))?;
    if let Some(id) = basket.id {
        leptos_axum::redirect(&format!("/portal/pay/review/{id}"));
    }
    Ok(())
}

/// The step in which the price is read.
#[server(name = Review, prefix = "/api/portal", endpoint = "pay/review", input = GetUrl)]
pub async fn review(quote_id: String) -> Result<ReviewPage, ApiError> {
    use crate::{
        api::{call::PortalCall, dates, fold, mandate},
        domain::{calendar::banking_days_after, method::MethodKind, quote::Quote},
        services::quotes,
        storage,
    };

    let (call, mut session) = PortalCall::paying_reading().await?;
    let fail = |error| call.request.fail(error);
    let not_found = || call.request.answer(ApiError::NotFound);
    let id = call.request.id(&quote_id)?;
    let company = &call.company;
    let row = storage::quotes::find(&mut session, id, call.scope()).await.map_err(fail)?;
    let row = row.ok_or_else(not_found)?;
    let quote: Quote = serde_json::from_str(&row.body).map_err(|error| {
        fail(storage::StorageError::Inconsistent(format!("quote {id}: {error}")))
    })?;
    let method = storage::methods::find(&mut session, row.method_id).await.map_err(fail)?;
    let method = method.ok_or_else(not_found)?;
    let ids: Vec<_> = quote.lines.iter().map(|line| line.invoice_id).collect();
    let invoices = quotes::invoices_of(&mut session, call.customer_id, &ids)
        .await
        .map_err(|error| call.request.fail(error))?;
    let lines = quote.lines.iter().zip(&invoices);
    let account = call.customer_id;
    let now = call.world().now();
    let today = company.date_of(now);
    let lines =
        lines.map(|(line, invoice)| fold::basket_line(line, invoice, account, today)).collect();
    let payment = storage::payments::find_by_quote(&mut session, id).await.map_err(fail)?;
    let is_bank = method.kind == MethodKind::Bank;
    let bank_percent = company.policy.bank.discount.as_ref().map(|rule| rule.rate.percent());
    Ok(ReviewPage {
        quote_id,
        currency: quote.currency.code().to_owned(),
        payable: quote.lines.iter().map(|line| line.payable).sum(),
        left_open: quote.left_open(),
        early_discount: quote.early_discount(),
        bank_discount: quote.bank_discount(),
        bank_discount_percent: bank_percent
            .filter(|_| quote.bank_discount() > 0)
            .unwrap_or_default(),
        surcharge_base: quote.surcharge_base,
        surcharge: quote.surcharge,
        surcharge_percent: quote.surcharge_rate.rate.percent(),
        surcharge_reason: quote.surcharge_rate.reason.clone(),
        charge: quote.charge(),
        expires: dates::instant(company, row.expires_at),
        expected: if is_bank {
            dates::weekday(banking_days_after(today, 4))
        } else {
            String::new()
        },
        mandate: if is_bank {
            mandate::one_payment(company, &method, &quote, today)
        } else {
            String::new()
        },
        is_open: payment.is_none() && now < row.expires_at && method.state == "active",
        payment_id: payment.map(|payment| payment.id.to_string()).unwrap_or_default(),
        method: fold::method(&method, true),
        lines,
        frame: call.frame(),
    })
}

/// Confirms a price. Repeating it gives the same payment.
#[server(name = Confirm, prefix = "/api/portal", endpoint = "pay/confirm")]
pub async fn confirm(quote_id: String) -> Result<(), ApiError> {
    use crate::{api::call::PortalCall, services::charge};

    let call = PortalCall::paying().await?;
    let quote_id = call.request.id(&quote_id)?;
    let confirmation = charge::Confirmation {
        whose: call.scope(),
        email: &call.email,
        quote_id,
        attempt_id: None,
        portal_url: &call.request.config().portal_url(),
    };
    let confirmed = charge::confirm(call.world(), &confirmation)
        .await
        .map_err(|error| call.request.fail(error))?;
    let receipt = format!("/portal/payments/{}", confirmed.payment_id);
    leptos_axum::redirect(confirmed.action_url.as_deref().unwrap_or(&receipt));
    Ok(())
}
