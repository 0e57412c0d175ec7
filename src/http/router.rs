//! Every address this program answers. `api::registry` lists them; a test compares the two.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{Redirect, Response},
    routing::{get, post},
};
use leptos::{prelude::provide_context, server_fn::axum::server_fn_paths};
use leptos_axum::{LeptosRoutes, generate_route_list, generate_route_list_with_exclusions};
use tower_http::{
    compression::{CompressionLayer, CompressionLevel},
    services::ServeDir,
};

use super::{
    clock, downloads, exports, files, guard, headers, health, hooks, live, logo, mailbox,
    pay_links, returns, scope, uploads,
};
use crate::{
    state::AppState,
    ui::{
        portal::app::PortalApp,
        shell::{Side, shell},
        staff::app::StaffApp,
    },
};

/// Largest body of an ordinary request, in bytes.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The whole router.
pub fn router(state: AppState) -> Router {
    let package = format!("/{}", state.leptos_options.site_pkg_dir);
    let site = state.leptos_options.site_root.to_string();
    let package_files = Router::new()
        .nest_service(&package, served(&site, &package))
        .layer(middleware::map_response(kept_for_ever));
    let pages = pages(&state);
    let mut app = pages
        .route("/", get(|| async { Redirect::to("/portal") }))
        .route("/logo.svg", get(downloads::logo))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/dev/mailbox.json", get(mailbox::json))
        .route("/portal/invoices/{id}/pdf", get(downloads::invoice))
        .route("/portal/documents/{id}", get(files::of_payer))
        .route("/portal/payments/{id}/receipt.pdf", get(downloads::receipt))
        .route("/portal/payments/{id}/return", get(returns::payment))
        .route("/portal/methods/return/{id}", get(returns::method))
        .route("/portal/pay/cancel/{id}", get(returns::cancel))
        .route("/pay/{token}", post(pay_links::open))
        .route("/pay/{token}/invoice.pdf", get(pay_links::document))
        .route("/staff/forecast/export.csv", get(exports::forecast_csv))
        .route("/staff/documents/{id}", get(files::of_staff))
        .route("/staff/settings/logo", post(logo::upload))
        .route("/staff/mailbox/{id}/body", get(mailbox::body))
        .route("/staff/mailbox/{id}/attachment.pdf", get(mailbox::attachment))
        .route("/staff/import/runs/{id}/refused.csv", get(downloads::refused_rows))
        .route("/staff/customers/export.csv", get(exports::customers_csv))
        .route("/staff/customers/export.xlsx", get(exports::customers_xlsx))
        .route("/staff/invoices/export.csv", get(exports::unpaid_csv))
        .route("/staff/invoices/export.xlsx", get(exports::unpaid_xlsx))
        .route("/staff/paid/export.csv", get(exports::paid_csv))
        .route("/staff/paid/export.xlsx", get(exports::paid_xlsx))
        .route("/hooks/sandbox", post(hooks::sandbox))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .merge(
            Router::new()
                .route("/staff/import/upload", post(uploads::import))
                .layer(DefaultBodyLimit::max(uploads::UPLOAD_BYTES_MAX)),
        )
        .merge(
            Router::new()
                .route("/staff/documents/upload", post(files::upload))
                .layer(DefaultBodyLimit::max(files::FORM_BYTES_MAX)),
        );
    if state.config.may_move_clock() {
        app = app.route("/sandbox/clock", post(clock::advance));
    }
    let mut app = app
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        // Events must not wait in a compressor.
        .route("/staff/live", get(live::staff))
        .merge(package_files)
        .with_state(state.clone());
    if let Some(sandbox) = state.sandbox.clone() {
        app = app.nest("/sandbox", crate::sandbox::router(sandbox));
    }
    app.layer(middleware::from_fn_with_state(state.clone(), guard::same_origin))
        .layer(middleware::from_fn_with_state(state, headers::add))
        .layer(middleware::from_fn(scope::own))
}

/// Files whose names are made of their contents never change; that one is missing may.
async fn kept_for_ever(mut response: Response) -> Response {
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, forever);
    }
    response
}

fn served(site: &str, package: &str) -> ServeDir {
    ServeDir::new(format!("{site}{package}")).precompressed_br().precompressed_gzip()
}

fn pages(state: &AppState) -> Router<AppState> {
    let context = {
        let state = state.clone();
        move || provide_context(state.clone())
    };
    let document = |side| {
        let (options, assets) = (state.leptos_options.clone(), state.assets.clone());
        move || shell(side, options.clone(), assets.clone())
    };
    let (portal, staff) = (document(Side::Portal), document(Side::Staff));
    let unknown = portal.clone();
    // The first list brings the server functions of both sides.
    let functions = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let staff_pages = generate_route_list_with_exclusions(StaffApp, Some(functions));
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(PortalApp), context.clone(), portal)
        .leptos_routes_with_context(state, staff_pages, context.clone(), staff)
        .fallback(leptos_axum::file_and_error_handler_with_context::<AppState, _>(
            context,
            move |_| unknown(),
        ))
}
