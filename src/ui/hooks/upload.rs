//! Sending a form with a file by script, so that its progress can be shown. Without script the form
//! is sent as forms are.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::{api::error::ApiError, domain::file::FileRefusal};

/// How far an upload is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Upload {
    /// None was begun.
    #[default]
    Idle,
    /// So many per cent have arrived; at a hundred it is being looked into.
    Sending(u32),
    /// It was kept.
    Done,
    /// The document is not taken.
    Refused(FileRefusal),
    /// Something else failed.
    Failed(ApiError),
}

impl Upload {
    /// Whether one is under way.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Sending(_))
    }
}

/// Sends the form and says how far it is. A file larger than `bytes_max` is not sent. On the server
/// this does nothing.
pub fn send(event: &SubmitEvent, bytes_max: u64, state: RwSignal<Upload>) {
    #[cfg(feature = "hydrate")]
    browser::send(event, bytes_max, state);
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, bytes_max, state);
}

/// Empties the form of an id. On the server this does nothing.
pub fn empty(id: &str) {
    #[cfg(feature = "hydrate")]
    browser::empty(id);
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{ev::SubmitEvent, prelude::*};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{FormData, HtmlFormElement, HtmlInputElement, ProgressEvent, XmlHttpRequest};

    use super::Upload;
    use crate::{
        api::{
            error::{ApiError, Conflict},
            view::UploadAnswer,
        },
        domain::file::FileRefusal,
    };

    pub(super) fn send(event: &SubmitEvent, bytes_max: u64, state: RwSignal<Upload>) {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        event.prevent_default();
        if state.with_untracked(Upload::is_busy) {
            return;
        }
        match file_bytes(&form) {
            None => state.set(Upload::Refused(FileRefusal::NoFile)),
            Some(bytes) if bytes > bytes_max as f64 => {
                state.set(Upload::Refused(FileRefusal::TooLarge));
            }
            Some(_) => {
                if begin(&form, state).is_none() {
                    state.set(Upload::Failed(ApiError::Unreachable));
                }
            }
        }
    }

    pub(super) fn empty(id: &str) {
        let form = document().get_element_by_id(id);
        if let Some(form) = form.and_then(|found| found.dyn_into::<HtmlFormElement>().ok()) {
            form.reset();
        }
    }

    fn file_bytes(form: &HtmlFormElement) -> Option<f64> {
        let field = form.query_selector("input[type=file]").ok().flatten()?;
        let field = field.dyn_into::<HtmlInputElement>().ok()?;
        Some(field.files()?.get(0)?.size())
    }

    /// Begins; none when the browser does not let it.
    fn begin(form: &HtmlFormElement, state: RwSignal<Upload>) -> Option<()> {
        let address = form.get_attribute("action")?;
        let data = FormData::new_with_form(form).ok()?;
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", &address).ok()?;
        request.set_request_header("Accept", "application/json").ok()?;
        let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                let percent = (event.loaded() * 100.0 / event.total()).clamp(0.0, 100.0);
                state.try_set(Upload::Sending(percent as u32));
            }
        });
        let upload = request.upload().ok()?;
        upload.set_onprogress(Some(on_progress.into_js_value().unchecked_ref()));
        let answered = request.clone();
        let on_load = Closure::once_into_js(move || {
            state.try_set(outcome(&answered));
        });
        request.set_onload(Some(on_load.unchecked_ref()));
        let on_error = Closure::once_into_js(move || {
            state.try_set(Upload::Failed(ApiError::Unreachable));
        });
        request.set_onerror(Some(on_error.unchecked_ref()));
        state.set(Upload::Sending(0));
        request.send_with_opt_form_data(Some(&data)).ok()
    }

    fn outcome(request: &XmlHttpRequest) -> Upload {
        let said = request.response_text().ok().flatten().unwrap_or_default();
        match (request.status().unwrap_or(0), serde_json::from_str::<UploadAnswer>(&said)) {
            (200..300, _) => Upload::Done,
            (_, Ok(answer)) => Upload::Refused(answer.refused),
            (401, _) => Upload::Failed(ApiError::SignInRequired),
            (403, _) => Upload::Failed(ApiError::Forbidden),
            (404, _) => Upload::Failed(ApiError::NotFound),
            (409, _) => Upload::Failed(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            (413, _) => Upload::Refused(FileRefusal::TooLarge),
            (400, _) => Upload::Refused(FileRefusal::Incomplete),
            _ => Upload::Refused(FileRefusal::Unavailable),
        }
    }
}
