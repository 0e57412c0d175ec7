//! Turning strangers away: requests that change something and do not come from our own pages, and
//! requests of people who are not signed in.

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    api::{
        call::{Anybody, PortalCall, StaffCall},
        error::ApiError,
    },
    auth::origin::{Claims, is_ours},
    domain::permission::Permission,
    state::AppState,
};

/// Refuses every changing request that does not come from our own pages; the processor's messages
/// are signed instead, and the sandbox's interface asks for its key.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if may_pass(&request, &state) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This request did not come from this site.").into_response()
    }
}

fn may_pass(request: &Request, state: &AppState) -> bool {
    let path = request.uri().path();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_signed = path.starts_with("/hooks/") || path.starts_with("/sandbox/v1/");
    if is_reading || is_signed {
        return true;
    }
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    is_ours(Claims {
        fetch_site: text("sec-fetch-site"),
        origin: text(header::ORIGIN.as_str()),
        base_url: &state.config.base_url,
        host: text(header::HOST.as_str()).or(authority).filter(|_| state.config.is_local()),
    })
}

/// What a plain handler answers when it cannot do what it was asked.
pub struct Refusal(pub ApiError);

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        super::page::message(status)
    }
}

/// A request by anybody.
pub struct Visitor(pub Anybody);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        let address = address.map(|info| info.0.ip());
        Ok(Self(Anybody::of(state.clone(), parts, address)))
    }
}

/// A request of a payer with an open account; others are sent to sign in.
pub struct Account(pub PortalCall);

impl FromRequestParts<AppState> for Account {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Ok(Visitor(request)) = Visitor::from_request_parts(parts, state).await;
        PortalCall::of(request).await.map(Self).map_err(instead)
    }
}

/// A request of a payer with an open account, or of whoever opened a pay link; others are sent to sign
/// in.
pub struct Paying(pub PortalCall);

impl FromRequestParts<AppState> for Paying {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Ok(Visitor(request)) = Visitor::from_request_parts(parts, state).await;
        PortalCall::paying_of(request).await.map(|(call, _)| Self(call)).map_err(instead)
    }
}

/// Where those go who may not see what they asked for.
fn instead(error: ApiError) -> Response {
    match error {
        ApiError::SignInRequired => Redirect::to("/portal/sign-in").into_response(),
        ApiError::AccountRequired => Redirect::to("/portal/accounts").into_response(),
        ApiError::PortalClosed => Redirect::to("/portal").into_response(),
        error => Refusal(error).into_response(),
    }
}

/// A request of a staff user; others are turned away.
pub struct Staff(pub StaffCall);

impl FromRequestParts<AppState> for Staff {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Ok(Visitor(request)) = Visitor::from_request_parts(parts, state).await;
        StaffCall::of(request).await.map(Self).map_err(|error| Refusal(error).into_response())
    }
}

/// A request of a staff user who may change the settings; others are turned away.
pub struct SettingsStaff(pub StaffCall);

impl FromRequestParts<AppState> for SettingsStaff {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Staff(call) = Staff::from_request_parts(parts, state).await?;
        let call = call.with(Permission::Settings);
        call.map(Self).map_err(|error| Refusal(error).into_response())
    }
}
