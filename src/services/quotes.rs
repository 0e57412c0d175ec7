//! Prices for payers: read the facts, ask the one quote function, keep what was shown.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};

use crate::{
    domain::{
        ids::{AttemptId, CustomerId, InvoiceId, MethodId, QuoteId},
        method::{MethodFacts, MethodKind},
        money::{Currency, Rate},
        policy::PaymentPolicy,
        portion::{AmountProblem, Portion, judge, parse_amount},
        quote::{Basket, INVOICES_MAX, Item, Quote, QuoteError, is_accepted, price},
        surcharge::BillingPlace,
    },
    services::{
        World,
        company::{self, Company},
    },
    storage::{
        self, Scope, Session, StorageError,
        customers::CustomerRow,
        invoices::{Billed, BilledInvoiceRow},
        methods::MethodRow,
    },
};

/// Minutes for which a price may be confirmed; it ends earlier at the seller's midnight.
pub const QUOTE_MINUTES: i64 = 15;

/// Why no price was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeQuoteError {
    /// An invoice or the method is not there, or not this customer's.
    #[error("not found")]
    NotFound,
    /// The rules allow no price.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A price with everything a screen shows about it.
#[derive(Clone, Debug)]
pub struct PricedBasket {
    /// The quote, once kept.
    pub id: Option<QuoteId>,
    /// The price.
    pub quote: Quote,
    /// The invoices, in the quote's order.
    pub invoices: Vec<BilledInvoiceRow>,
    /// The method, once chosen.
    pub method: Option<MethodRow>,
    /// The seller.
    pub company: Company,
}

/// Where a customer's bill goes, for the surcharge's rules: two-letter codes, anything else is
/// unknown, and unknown means no surcharge.
pub fn billing_place(customer: &CustomerRow) -> BillingPlace {
    let country = match customer.address_country.trim().to_ascii_uppercase().as_str() {
        "US" | "USA" | "UNITED STATES" | "UNITED STATES OF AMERICA" => Some("US".to_owned()),
        code if code.len() == 2 => Some(code.to_owned()),
        _ => None,
    };
    let region = customer.address_region.trim().to_ascii_uppercase();
    BillingPlace { country, state: Some(region).filter(|region| region.len() == 2) }
}

/// Invoices that a customer pays, in the order asked.
pub(crate) async fn invoices_of(
    session: &mut Session,
    customer_id: CustomerId,
    ids: &[InvoiceId],
) -> Result<Vec<BilledInvoiceRow>, MakeQuoteError> {
    // What can be paid is among what is open; only what is not costs a question of its own.
    let open = storage::invoices::all_open(session, Billed::to(customer_id)).await?;
    let open: HashMap<InvoiceId, BilledInvoiceRow> =
        open.into_iter().map(|row| (row.invoice.id, row)).collect();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let row = match open.get(id) {
            Some(row) => Some(row.clone()),
            None => storage::invoices::find_billed(session, *id, customer_id).await?,
        };
        rows.push(row.ok_or(MakeQuoteError::NotFound)?);
    }
    Ok(rows)
}

/// Everything that can be paid now in one currency, the oldest due first, at most
/// [`INVOICES_MAX`].
///
/// # Errors
/// When the database fails.
pub async fn all_payable(
    session: &mut Session,
    billed: Billed,
    currency: Currency,
) -> Result<Vec<InvoiceId>, StorageError> {
    let limit = i64::try_from(INVOICES_MAX).unwrap_or(i64::MAX);
    storage::invoices::all_payable(session, billed, currency, limit).await
}

/// What prices follow from, read once.
struct Facts {
    company: Company,
    customer: CustomerRow,
    invoices: Vec<BilledInvoiceRow>,
}

impl Facts {
    /// The rules that count for a customer, and its invoices in the order asked.
    async fn read(
        session: &mut Session,
        world: &World,
        customer_id: CustomerId,
        invoice_ids: &[InvoiceId],
    ) -> Result<Self, MakeQuoteError> {
        let mut company = company::load(session).await?;
        let customer = storage::customers::find(session, customer_id).await?;
        let customer = customer.ok_or(MakeQuoteError::NotFound)?;
        company.grant(&customer.payment_overrides, world.now())?;
        let invoices = invoices_of(session, customer_id, invoice_ids).await?;
        Ok(Self { company, customer, invoices })
    }

    /// The price of what is to be paid of each invoice.
    fn price(
        self,
        world: &World,
        portions: &[Portion],
        method: Option<MethodRow>,
        surcharge_max: Option<Rate>,
    ) -> Result<PricedBasket, MakeQuoteError> {
        let Self { company, customer, invoices } = self;
        let item = |(row, portion): (&BilledInvoiceRow, &Portion)| Item {
            pay: portion.pay,
            ..row.invoice.item()
        };
        let items = invoices.iter().zip(portions).map(item).collect();
        let today = company.date_of(world.now());
        let who = (&company.policy, &customer);
        let quote = price_within(who, items, method.as_ref(), today, surcharge_max)?;
        Ok(PricedBasket { id: None, quote, invoices, method, company })
    }
}

/// The price of items on a day under the rules that count for a customer. Where the payer agreed to a
/// surcharge beforehand, none is taken that is higher: then none at all (money.md §6.3).
pub(super) fn price_within(
    (policy, customer): (&PaymentPolicy, &CustomerRow),
    items: Vec<Item>,
    method: Option<&MethodRow>,
    today: NaiveDate,
    surcharge_max: Option<Rate>,
) -> Result<Quote, QuoteError> {
    let facts = method.map(MethodRow::facts);
    let billing = billing_place(customer);
    let mut basket =
        Basket { items, cash_credit: 0, method: facts.as_ref(), policy, billing: &billing, today };
    let quote = price(&basket)?;
    if surcharge_max.is_none_or(|max| quote.surcharge_rate.rate <= max) {
        return Ok(quote);
    }
    let mut without = policy.clone();
    without.card.surcharge = None;
    basket.policy = &without;
    price(&basket)
}

/// Prices invoices without keeping the price.
///
/// # Errors
/// `NotFound` for an invoice of another customer; `Quote` when the rules allow no price.
pub async fn preview(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    portions: &[Portion],
    method: Option<MethodRow>,
) -> Result<PricedBasket, MakeQuoteError> {
    let ids: Vec<InvoiceId> = portions.iter().map(|portion| portion.invoice_id).collect();
    let facts = Facts::read(session, world, customer_id, &ids).await?;
    facts.price(world, portions, method, None)
}

/// Prices invoices without keeping the price, with no higher surcharge than was agreed beforehand.
///
/// # Errors
/// As [`preview`].
pub(super) async fn preview_within(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    portions: &[Portion],
    method: MethodRow,
    surcharge_max: Option<Rate>,
) -> Result<PricedBasket, MakeQuoteError> {
    let ids: Vec<InvoiceId> = portions.iter().map(|portion| portion.invoice_id).collect();
    let facts = Facts::read(session, world, customer_id, &ids).await?;
    facts.price(world, portions, Some(method), surcharge_max)
}

/// How much of an invoice a payer asks to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What was asked for before.
    Portion(Portion),
    /// What they typed.
    Typed(InvoiceId, String),
}

impl Asked {
    /// The invoice.
    pub const fn invoice_id(&self) -> InvoiceId {
        match self {
            Self::Portion(portion) => portion.invoice_id,
            Self::Typed(id, _) => *id,
        }
    }
}

/// What came of what a payer asks to pay.
#[derive(Clone, Debug)]
pub enum Choice {
    /// It has a price.
    Priced(Box<PricedBasket>),
    /// Some amounts cannot be paid; nothing was priced.
    Amiss(Amounts),
}

/// What a payer asked to pay, with what is wrong about it.
#[derive(Clone, Debug)]
pub struct Amounts {
    /// The invoices, in the order asked.
    pub invoices: Vec<BilledInvoiceRow>,
    /// Their currency.
    pub currency: Currency,
    /// Why the amount of each cannot be paid; none where it can.
    pub problems: Vec<Option<AmountProblem>>,
    /// Whether parts may be paid.
    pub takes_parts: bool,
}

/// Prices what a payer asks to pay, before a method is chosen. All amounts are judged, so that each
/// can be told what is wrong with it.
///
/// # Errors
/// `NotFound` for an invoice of another customer; `Quote` when the rules allow no price, whatever
/// the amounts.
pub async fn choose(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    asked: &[Asked],
) -> Result<Choice, MakeQuoteError> {
    let ids: Vec<InvoiceId> = asked.iter().map(Asked::invoice_id).collect();
    let facts = Facts::read(session, world, customer_id, &ids).await?;
    let today = facts.company.date_of(world.now());
    let takes_parts = facts.company.policy.partial;
    let mut portions = Vec::with_capacity(asked.len());
    let mut problems = Vec::with_capacity(asked.len());
    for (asked, row) in asked.iter().zip(&facts.invoices) {
        let item = row.invoice.item();
        let closing = item.closing(today).map_err(QuoteError::from)?;
        let judged = match asked {
            // What cannot be paid at all is said of the invoice and not of the amount.
            _ if item.payable() <= 0 => Ok(None),
            Asked::Portion(Portion { pay: None, .. }) => Ok(None),
            Asked::Portion(Portion { pay: Some(pay), .. }) => judge(*pay, closing, takes_parts),
            Asked::Typed(_, text) => parse_amount(text, item.currency)
                .ok_or(AmountProblem::Unreadable)
                .and_then(|pay| judge(pay, closing, takes_parts)),
        };
        portions.push(Portion { invoice_id: item.invoice_id, pay: judged.unwrap_or_default() });
        problems.push(judged.err());
    }
    if problems.iter().all(Option::is_none) {
        return Ok(Choice::Priced(Box::new(facts.price(world, &portions, None, None)?)));
    }
    // Whatever else stands in the way comes first: no amount would mend it.
    let whole: Vec<Portion> = ids.into_iter().map(Portion::whole).collect();
    let PricedBasket { invoices, quote, .. } = facts.price(world, &whole, None, None)?;
    Ok(Choice::Amiss(Amounts { invoices, currency: quote.currency, problems, takes_parts }))
}

/// Prices invoices for a method and keeps the price, to be confirmed.
///
/// # Errors
/// `NotFound` for an invoice of another customer, or a method of another scope; `Quote` when the rules allow no price.
pub async fn make(
    world: &World,
    whose: impl Into<Scope>,
    email: &str,
    portions: &[Portion],
    method_id: MethodId,
) -> Result<PricedBasket, MakeQuoteError> {
    let whose = whose.into();
    let mut session = world.db.begin().await.map_err(StorageError::from)?;
    let method = storage::methods::find_active(&mut session, method_id, whose).await?;
    let method = method.ok_or(MakeQuoteError::NotFound)?;
    let basket = preview(&mut session, world, whose.customer_id, portions, Some(method)).await?;
    let basket = keep(&mut session, world, whose, email, (basket, method_id), None).await?;
    session.commit().await.map_err(StorageError::from)?;
    Ok(basket)
}

/// Keeps a price for a method, to be confirmed: by somebody, or by a try to charge by itself.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(
    session: &mut Session,
    world: &World,
    Scope { customer_id, opening_id }: Scope,
    email: &str,
    (mut basket, method_id): (PricedBasket, MethodId),
    attempt_id: Option<AttemptId>,
) -> Result<PricedBasket, StorageError> {
    let now = world.now();
    let ends = now + TimeDelta::minutes(QUOTE_MINUTES);
    let id = world.new_id();
    let body = serde_json::to_string(&basket.quote)
        .map_err(|error| StorageError::Inconsistent(format!("quote: {error}")))?;
    let row = storage::quotes::QuoteRow {
        id,
        customer_id,
        email: email.to_owned(),
        method_id,
        currency: basket.quote.currency,
        charge_minor: basket.quote.charge(),
        body,
        as_of: now,
        expires_at: ends.min(basket.company.next_midnight(now)),
        opening_id,
        attempt_id,
    };
    storage::quotes::insert(session, &row).await?;
    basket.id = Some(id);
    Ok(basket)
}

/// Whether a kind of method may pay all of some invoices.
pub fn accepts(company: &Company, kind: MethodKind, items: &[Item], world: &World) -> bool {
    let facts = match kind {
        MethodKind::Card => MethodFacts::Card(crate::domain::method::CardFacts {
            funding: crate::domain::method::Funding::Unknown,
            country: None,
        }),
        MethodKind::Bank => MethodFacts::Bank,
    };
    let basket = Basket {
        items: Vec::new(),
        cash_credit: 0,
        method: None,
        policy: &company.policy,
        billing: &BillingPlace::default(),
        today: company.date_of(world.now()),
    };
    company.policy.enabled && items.iter().all(|item| is_accepted(&facts, item, &basket))
}
