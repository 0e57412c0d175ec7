//! The smallest page: for answers that are not made by the application.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// A plain page that says what happened and where to go on.
pub fn message(status: StatusCode) -> Response {
    let (title, text) = match status {
        StatusCode::UNAUTHORIZED => ("Please sign in", "You are not signed in, or no longer."),
        StatusCode::NOT_FOUND => ("Not found", "There is nothing at this address."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "The file is larger than is accepted."),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Not reachable right now", "Nothing was changed. Please try again in a minute.")
        }
        status if status.is_client_error() => {
            ("That did not work", "The request could not be understood. Nothing was changed.")
        }
        _ => ("Something went wrong", "The fault is ours and was noted. Please try again."),
    };
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">Go on</a></p></main></body></html>"
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}
