//! The beginning of every call: who asks, may they, when. A function whose first line is not one
//! of these has no way to reach the database.

use std::{net::IpAddr, str::FromStr};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::{
    api::{
        error::{ApiError, Conflict},
        failure::Failure,
        view::{AccountView, Buyers, ContactView, PortalFrame},
    },
    config::Config,
    domain::{
        company::Person,
        form::Problem,
        ids::{CustomerId, InvoiceId, OpeningId, PaymentId},
        payment_override::PortalAccess,
        permission::{Permission, Sight},
    },
    services::{
        World,
        attempts::ATTEMPT_MINUTES,
        company::{self, Company},
        pay_links::{self, Holder},
        sign_in,
        staff::{self, Staff},
    },
    state::AppState,
    storage::{
        self, Scope, Session, StorageError,
        customers::CustomerRow,
        invoices::{Billed, BilledInvoiceRow, ExpectedInvoiceRow},
        payments::{InvoicePaymentRow, PaymentRow},
    },
};

/// Buyers that an account can choose from.
const BUYERS_MAX: i64 = 500;

/// A request by anybody.
#[derive(Clone)]
pub struct Anybody {
    /// The application.
    pub state: AppState,
    /// The request's headers.
    headers: HeaderMap,
    /// Where it came from.
    network_address: Option<IpAddr>,
    /// Whether it only reads, by its method.
    is_reading: bool,
}

/// A request by a signed-in payer who opened an account; where a call says so, by whoever opened a pay
/// link too.
#[derive(Clone)]
pub struct PortalCall {
    /// The request.
    pub request: Anybody,
    /// Who.
    pub email: String,
    /// Whose account is open.
    pub customer_id: CustomerId,
    /// Its name.
    account: String,
    /// Who pays its invoices, when that is somebody else; else empty.
    pub paid_by: String,
    /// What the portal is to it.
    pub access: PortalAccess,
    /// Whether there are others to open.
    can_switch: bool,
    /// Who on our side only looks, in the payer's place: their name.
    viewer: Option<String>,
    /// What a pay link opened; none for those who signed in.
    link: Option<Link>,
    /// The seller.
    pub company: Company,
}

/// What a pay link opened.
#[derive(Clone, Copy, Debug)]
struct Link {
    opening_id: OpeningId,
    /// The one invoice that is seen and paid.
    invoice_id: InvoiceId,
}

/// A request by a signed-in staff user, who may do what the call asked for when it began.
#[derive(Clone)]
pub struct StaffCall {
    /// The request.
    pub request: Anybody,
    /// Who.
    pub staff: Staff,
}

impl Anybody {
    /// Begins a call that needs no sign-in.
    pub fn begin() -> Self {
        let state = expect_context::<AppState>();
        let parts = use_context::<Parts>();
        let headers = parts.as_ref().map(|parts| parts.headers.clone()).unwrap_or_default();
        let network_address = parts
            .as_ref()
            .and_then(|parts| {
                parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>()
            })
            .map(|info| info.0.ip());
        let is_reading = parts.is_some_and(|parts| parts.method.is_safe());
        Self { state, headers, network_address, is_reading }
    }

    /// A request as a plain handler sees it.
    pub fn of(state: AppState, parts: &Parts, network_address: Option<IpAddr>) -> Self {
        let is_reading = parts.method.is_safe();
        Self { state, headers: parts.headers.clone(), network_address, is_reading }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.state.world
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.state.config
    }

    /// Where the request came from, for limits: behind a configured proxy, the address it names.
    pub fn network_address(&self) -> String {
        let forwarded = self
            .config()
            .trust_forwarded_for
            // The proxy adds its line, or the end of one, after whatever the client sent.
            .then(|| self.headers.get_all("x-forwarded-for").iter().next_back())
            .flatten()
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|value| value.trim().parse::<IpAddr>().ok());
        match forwarded.or(self.network_address).map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_string(),
            // Whoever has one address of a /64 has them all.
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            None => "unknown".to_owned(),
        }
    }

    /// The browser, as it names itself.
    pub fn browser(&self) -> &str {
        self.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The time by the clock on the wall, whatever ours was moved to.
    pub fn wall_time(&self) -> DateTime<Utc> {
        self.world().now() - TimeDelta::seconds(self.state.clock.offset_seconds())
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all(header::COOKIE).iter().find_map(|header| {
            header.to_str().ok()?.split(';').find_map(|pair| {
                let (key, value) = pair.trim().split_once('=')?;
                (key == name).then(|| value.to_owned())
            })
        })
    }

    /// Sets a cookie for this session of the browser; an empty value removes it.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let Some(response) = use_context::<ResponseOptions>() else { return };
        if let Ok(value) = HeaderValue::from_str(&self.cookie_header(name, value)) {
            response.append_header(header::SET_COOKIE, value);
        }
    }

    /// A `Set-Cookie` value: this host only, not for scripts, not on cross-site posts.
    pub fn cookie_header(&self, name: &str, value: &str) -> String {
        let secure = if self.config().is_https() { "; Secure" } else { "" };
        let age = if value.is_empty() { "; Max-Age=0" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// A database session for reading.
    pub async fn read(&self) -> Result<Session, ApiError> {
        self.state.world.db.read().await.map_err(|error| self.fail(StorageError::from(error)))
    }

    /// The id of something, as the browser names it.
    ///
    /// # Errors
    /// `NotFound` when it is none.
    pub fn id<T: FromStr>(&self, text: &str) -> Result<T, ApiError> {
        text.parse().map_err(|_| self.answer(ApiError::NotFound))
    }

    /// The id of what was chosen in a field.
    ///
    /// # Errors
    /// `Invalid` when it is none.
    pub fn chosen<T: FromStr>(&self, field: &str, text: &str) -> Result<T, ApiError> {
        text.parse().map_err(|_| self.answer(ApiError::invalid(field, Problem::NotAChoice)))
    }

    /// The id of what was chosen in a field, if something was.
    ///
    /// # Errors
    /// `Invalid` when it is none.
    pub fn chosen_or_none<T: FromStr>(
        &self,
        field: &str,
        text: &str,
    ) -> Result<Option<T>, ApiError> {
        if text.is_empty() { Ok(None) } else { self.chosen(field, text).map(Some) }
    }

    /// Turns a failure into what the caller is told, logs it once, and sets the status, unless a
    /// form without JavaScript is waiting for a redirect.
    pub fn fail(&self, failure: impl Into<Failure>) -> ApiError {
        let Failure { told, cause } = failure.into();
        match (&told, cause) {
            (ApiError::Internal, Some(cause)) => tracing::error!(%cause, "internal error"),
            (ApiError::TryAgain, Some(cause)) => tracing::warn!(%cause, "not reachable"),
            (ApiError::Conflict(conflict), _) => tracing::info!(?conflict, "conflict"),
            _ => tracing::debug!(?told, "refused"),
        }
        self.answer(told)
    }

    /// Sets an error's status, unless a form without JavaScript is waiting for a redirect.
    pub fn answer(&self, told: ApiError) -> ApiError {
        let wants_page = self
            .headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        if let (false, Some(response)) = (wants_page, use_context::<ResponseOptions>())
            && let Ok(status) = StatusCode::from_u16(told.status())
        {
            response.set_status(status);
            if told == ApiError::TooMany {
                let seconds = HeaderValue::from(ATTEMPT_MINUTES * 60);
                response.insert_header(header::RETRY_AFTER, seconds);
            }
        }
        told
    }
}

impl PortalCall {
    /// Begins a call of a payer.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn begin() -> Result<Self, ApiError> {
        Self::of(Anybody::begin()).await
    }

    /// The payer of a request.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn of(request: Anybody) -> Result<Self, ApiError> {
        Self::reading_of(request).await.map(|(call, _)| call)
    }

    /// Begins a call that reads on with the connection that the payer was looked up with.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn reading() -> Result<(Self, Session), ApiError> {
        Self::reading_of(Anybody::begin()).await
    }

    /// Begins a call that whoever opened a pay link may make too, for its one invoice. Whatever it
    /// reads, it reads by [`Self::scope`], [`Self::invoice`], [`Self::payment`] and
    /// [`Self::only_own`].
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn paying() -> Result<Self, ApiError> {
        Self::paying_of(Anybody::begin()).await.map(|(call, _)| call)
    }

    /// As [`Self::paying`], and reads on with the connection that was asked.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn paying_reading() -> Result<(Self, Session), ApiError> {
        Self::paying_of(Anybody::begin()).await
    }

    /// The payer of a request, or the holder of a pay link.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn paying_of(request: Anybody) -> Result<(Self, Session), ApiError> {
        if let Some(token) = request.cookie(request.config().payer_cookie()) {
            let held = pay_links::holder(request.world(), &token).await;
            if let Some((holder, session)) = held.map_err(|error| request.fail(error))? {
                return Ok((Self::of_holder(request, holder), session));
            }
        }
        Self::reading_of(request).await
    }

    fn of_holder(request: Anybody, holder: Holder) -> Self {
        let Holder { opening_id, invoice_id, email, payer_id, payer, company } = holder;
        Self {
            request,
            email,
            customer_id: payer_id,
            account: payer,
            paid_by: String::new(),
            access: PortalAccess::LinksOnly,
            can_switch: false,
            viewer: None,
            link: Some(Link { opening_id, invoice_id }),
            company,
        }
    }

    /// Whose methods, prices and visits to the processor are meant.
    pub fn scope(&self) -> Scope {
        let opening_id = self.link.map(|link| link.opening_id);
        Scope { customer_id: self.customer_id, opening_id }
    }

    /// Whether somebody asks who opened a pay link.
    pub const fn is_by_link(&self) -> bool {
        self.link.is_some()
    }

    /// An invoice that whoever asks is to pay.
    ///
    /// # Errors
    /// `NotFound` when there is none of that id, or it is not theirs to see: the two look the same.
    pub async fn invoice(
        &self,
        session: &mut Session,
        id: InvoiceId,
    ) -> Result<BilledInvoiceRow, ApiError> {
        self.only_own([id])?;
        let found = storage::invoices::find_billed(session, id, self.customer_id).await;
        let found = found.map_err(|error| self.request.fail(error))?;
        found.ok_or_else(|| self.request.answer(ApiError::NotFound))
    }

    /// A payment of whoever asks: of the account, or made by a link of the invoice.
    ///
    /// # Errors
    /// `NotFound` when there is none of that id, or it is not theirs to see: the two look the same.
    pub async fn payment(
        &self,
        session: &mut Session,
        id: PaymentId,
    ) -> Result<PaymentRow, ApiError> {
        let payer = self.customer_id;
        let found = match self.link {
            Some(Link { invoice_id, .. }) => {
                storage::pay_links::find_payment(session, id, invoice_id, payer).await
            }
            None => storage::payments::find_of_customer(session, id, payer).await,
        };
        let found = found.map_err(|error| self.request.fail(error))?;
        found.ok_or_else(|| self.request.answer(ApiError::NotFound))
    }

    /// Payments on an invoice, the latest first: to whoever opened a pay link, those by a link of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payments_on(
        &self,
        session: &mut Session,
        id: InvoiceId,
    ) -> Result<Vec<InvoicePaymentRow>, ApiError> {
        let fail = |error| self.request.fail(error);
        let mut all = storage::payments::all_of_invoice(session, id).await.map_err(fail)?;
        if let Some(Link { invoice_id, .. }) = self.link {
            let payer = self.customer_id;
            let own = storage::pay_links::all_payments(session, invoice_id, payer).await;
            let own = own.map_err(fail)?;
            all.retain(|row| own.contains(&row.payment_id));
        }
        Ok(all)
    }

    /// Whether none of some invoices is closed to whoever opened a pay link.
    ///
    /// # Errors
    /// `NotFound`, as for invoices that do not exist.
    pub fn only_own(&self, ids: impl IntoIterator<Item = InvoiceId>) -> Result<(), ApiError> {
        let is_own = |id| self.link.is_none_or(|link| link.invoice_id == id);
        if ids.into_iter().all(is_own) {
            Ok(())
        } else {
            Err(self.request.answer(ApiError::NotFound))
        }
    }

    async fn reading_of(request: Anybody) -> Result<(Self, Session), ApiError> {
        let (call, session) = Self::even_closed_of(request).await?;
        if !call.access.lets_in() {
            return Err(call.request.answer(ApiError::PortalClosed));
        }
        Ok((call, session))
    }

    /// Begins a call that is answered even while the portal is closed to the account: it may say
    /// so, and nothing else of the account.
    ///
    /// # Errors
    /// `SignInRequired`, `AccountRequired`.
    pub async fn reading_even_closed() -> Result<(Self, Session), ApiError> {
        Self::even_closed_of(Anybody::begin()).await
    }

    async fn even_closed_of(request: Anybody) -> Result<(Self, Session), ApiError> {
        let (payer, session) = payer(&request).await?;
        let Some(customer_id) = payer.customer_id else {
            return Err(request.answer(ApiError::AccountRequired));
        };
        let sign_in::Payer { email, account, paid_by, access, can_switch, viewer, company, .. } =
            payer;
        let call = Self {
            request,
            email,
            customer_id,
            account,
            paid_by,
            access,
            can_switch,
            viewer,
            link: None,
            company,
        };
        Ok((call, session))
    }

    /// Whether it may change something although it only reads by its method: whoever only looks
    /// may not.
    ///
    /// # Errors
    /// `OnlyLooking`.
    pub fn may_act(&self) -> Result<(), ApiError> {
        match self.viewer {
            Some(_) => Err(self.request.answer(ApiError::Conflict(Conflict::OnlyLooking))),
            None => Ok(()),
        }
    }

    /// What the account pays: all of it, or what one buyer bought, named as the browser names it.
    /// Somebody it does not pay for is nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn billed(&self, session: &mut Session, buyer: &str) -> Result<Billed, ApiError> {
        let all = Billed::to(self.customer_id);
        let Ok(id) = buyer.parse() else { return Ok(all) };
        let found = storage::customers::find(session, id).await;
        let found = found.map_err(|error| self.request.fail(error))?;
        let is_paid_for = found.is_some_and(|buyer| buyer.bill_to_id == self.customer_id);
        Ok(Billed { buyer_id: is_paid_for.then_some(id), ..all })
    }

    /// Whose invoices can be looked at alone; nobody's unless there is a choice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn buyers(
        &self,
        session: &mut Session,
        billed: Billed,
        rows: &[BilledInvoiceRow],
    ) -> Result<Buyers, ApiError> {
        let is_others = |row: &BilledInvoiceRow| row.invoice.customer_id != self.customer_id;
        let has_choice = billed.buyer_id.is_some() || rows.iter().any(is_others);
        // Whoever does not pay for itself may pay for others all the same.
        if !has_choice && self.paid_by.is_empty() {
            return Ok(Buyers::default());
        }
        let others =
            storage::hierarchy::all_paid_for(session, self.customer_id, Sight::All, BUYERS_MAX)
                .await
                .map_err(|error| self.request.fail(error))?;
        let own = self.paid_by.is_empty().then(|| AccountView {
            id: self.customer_id.to_string(),
            number: String::new(),
            name: self.account.clone(),
        });
        let others = others.into_iter().map(|row| AccountView {
            id: row.id.to_string(),
            number: row.number,
            name: row.name,
        });
        let chosen = billed.buyer_id.map(|id| id.to_string()).unwrap_or_default();
        Ok(Buyers { all: own.into_iter().chain(others).collect(), chosen })
    }

    /// The world.
    pub fn world(&self) -> &World {
        self.request.world()
    }

    /// What the page shows around its content.
    pub fn frame(&self) -> PortalFrame {
        let invoice = self.link.map(|link| link.invoice_id.to_string());
        PortalFrame {
            // Whoever holds a link is not told to whom it was mailed.
            email: if self.is_by_link() { String::new() } else { self.email.clone() },
            account: self.account.clone(),
            only_invoice: invoice.unwrap_or_default(),
            can_switch: self.can_switch,
            payments_on: self.company.policy.enabled,
            viewer: self.viewer.clone().unwrap_or_default(),
            ..public_frame(&self.request, &self.company)
        }
    }
}

/// What the page shows around its content when nobody is signed in.
pub fn public_frame(request: &Anybody, company: &Company) -> PortalFrame {
    PortalFrame {
        company: company.profile.name.clone(),
        has_logo: !company.profile.logo_svg.is_empty(),
        contact: ContactView {
            name: company.profile.contact_name.clone(),
            email: company.profile.contact_email.clone(),
            phone: company.profile.contact_phone.clone(),
        },
        further: company
            .profile
            .further_contacts()
            .map(|(kind, person)| {
                let Person { name, email, phone } = person.clone();
                (kind, ContactView { name, email, phone })
            })
            .collect(),
        is_sandbox: request.config().has_sandbox(),
        ..PortalFrame::default()
    }
}

/// The payer of a request, with or without an open account, and a connection to read on with.
/// Whoever only looks in their place changes nothing.
///
/// # Errors
/// `SignInRequired`, `OnlyLooking`.
pub async fn payer(request: &Anybody) -> Result<(sign_in::Payer, Session), ApiError> {
    let token = request.cookie(request.config().payer_cookie());
    let payer = match token {
        Some(token) => {
            sign_in::payer(request.world(), &token).await.map_err(|error| request.fail(error))?
        }
        None => None,
    };
    let found = payer.ok_or_else(|| request.answer(ApiError::SignInRequired))?;
    if found.0.viewer.is_some() && !request.is_reading {
        return Err(request.answer(ApiError::Conflict(Conflict::OnlyLooking)));
    }
    Ok(found)
}

impl StaffCall {
    /// Begins a call that every staff user may make.
    ///
    /// # Errors
    /// `SignInRequired`.
    pub async fn begin() -> Result<Self, ApiError> {
        Self::of(Anybody::begin()).await
    }

    /// Begins a call that takes a permission.
    ///
    /// # Errors
    /// `SignInRequired`, `Forbidden`.
    pub async fn permitted(permission: Permission) -> Result<Self, ApiError> {
        Self::begin().await?.with(permission)
    }

    /// Begins a call that takes one of two permissions, whichever.
    ///
    /// # Errors
    /// `SignInRequired`, `Forbidden`.
    pub async fn permitted_either(one: Permission, other: Permission) -> Result<Self, ApiError> {
        let call = Self::begin().await?;
        if call.staff.may(one) { Ok(call) } else { call.with(other) }
    }

    /// The call, if its user has a permission.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn with(self, permission: Permission) -> Result<Self, ApiError> {
        if self.staff.may(permission) {
            Ok(self)
        } else {
            Err(self.request.answer(ApiError::Forbidden))
        }
    }

    /// The staff user of a request.
    ///
    /// # Errors
    /// `SignInRequired`.
    pub async fn of(request: Anybody) -> Result<Self, ApiError> {
        let token = request.cookie(request.config().staff_cookie());
        let staff = match token {
            Some(token) => staff::of_token(request.world(), &token)
                .await
                .map_err(|error| request.fail(error))?,
            None => None,
        };
        match staff {
            Some(staff) => Ok(Self { request, staff }),
            None => Err(request.answer(ApiError::SignInRequired)),
        }
    }

    /// Begins to read about one customer that the user sees, named as the browser names it.
    ///
    /// # Errors
    /// `NotFound` when there is no such customer, or the user does not see it.
    pub async fn read_customer(&self, id: &str) -> Result<(Session, CustomerRow), ApiError> {
        let id = self.request.id(id)?;
        let mut session = self.request.read().await?;
        let customer = storage::customers::find_seen(&mut session, id, self.staff.sight()).await;
        let customer = customer.map_err(|error| self.request.fail(error))?;
        Ok((session, customer.ok_or_else(|| self.request.answer(ApiError::NotFound))?))
    }

    /// Begins to read about one invoice of a customer that the user sees, named as the browser names
    /// it.
    ///
    /// # Errors
    /// `NotFound` when there is no such invoice, or the user does not see its customer.
    pub async fn read_invoice(&self, id: &str) -> Result<(Session, ExpectedInvoiceRow), ApiError> {
        let id = self.request.id(id)?;
        let mut session = self.request.read().await?;
        let invoice = storage::invoices::find_seen(&mut session, id, self.staff.sight()).await;
        let invoice = invoice.map_err(|error| self.request.fail(error))?;
        Ok((session, invoice.ok_or_else(|| self.request.answer(ApiError::NotFound))?))
    }

    /// The seller's date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn today(&self) -> Result<NaiveDate, ApiError> {
        let mut session = self.request.read().await?;
        let company = company::load(&mut session).await;
        let company = company.map_err(|error| self.request.fail(error))?;
        Ok(company.date_of(self.world().now()))
    }

    /// The world.
    pub fn world(&self) -> &World {
        self.request.world()
    }

    /// Who acts, for the ledger.
    pub fn actor(&self) -> String {
        self.staff.actor()
    }
}
