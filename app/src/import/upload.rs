//! The upload. It uses XMLHttpRequest, because fetch does not report the progress of a request.

use super::local_check::ChosenFile;
use crate::{document, routes::Route};
use domain::{Problem, Template, ids::BatchId};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

/// The stage of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not started, or cancelled.
    Idle,
    /// This percentage is sent.
    Sending(u32),
    /// All is sent; the server reads and checks the file.
    Server,
    /// The server has refused the file.
    Refused(Problem),
    /// The connection is lost.
    Lost,
}

impl Stage {
    /// Whether an upload is in progress; no other may start.
    pub(super) const fn is_busy(&self) -> bool {
        matches!(self, Self::Sending(_) | Self::Server)
    }
}

/// An upload. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(super) struct Upload {
    pub(super) stage: RwSignal<Stage>,
    template: Template,
    request: StoredValue<Option<SendWrapper<Request>>>,
}

struct Request {
    xhr: XmlHttpRequest,
    _on_progress: Closure<dyn Fn(ProgressEvent)>,
    _on_sent: Closure<dyn Fn()>,
    _on_load: Closure<dyn Fn()>,
    _on_error: Closure<dyn Fn()>,
}

impl Drop for Request {
    fn drop(&mut self) {
        self.xhr.set_onload(None);
        self.xhr.set_onerror(None);
        let _ = self.xhr.abort();
    }
}

#[derive(Deserialize)]
struct Accepted {
    batch: BatchId,
}

impl Upload {
    pub(super) fn new(template: Template) -> Self {
        let this = Self { stage: RwSignal::new(Stage::Idle), template, request: StoredValue::new(None) };
        on_cleanup(move || this.end());
        this
    }

    /// Sends the file. `done` gets the new batch; `lost` is called when the connection is lost.
    pub(super) fn send(self, file: &ChosenFile, done: impl Fn(BatchId) + 'static, lost: impl Fn() + 'static) {
        self.end();
        self.stage.set(Stage::Sending(0));
        if self.start(file, done, lost).is_err() {
            self.stage.set(Stage::Lost);
        }
    }

    /// Cancels the upload.
    pub(super) fn cancel(self) {
        self.end();
        self.stage.set(Stage::Idle);
    }

    fn end(self) {
        self.request.try_update_value(|request| *request = None);
    }

    fn start(
        self,
        file: &ChosenFile,
        done: impl Fn(BatchId) + 'static,
        lost: impl Fn() + 'static,
    ) -> Result<(), JsValue> {
        let xhr = XmlHttpRequest::new()?;
        xhr.open("POST", &Route::Import(self.template).to_string())?;
        xhr.set_request_header("Accept", "application/json")?;
        if let Some(account) = document::account() {
            xhr.set_request_header(document::ACCOUNT_HEADER, &account)?;
        }

        let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0–100
                self.stage.set(Stage::Sending((event.loaded() / event.total() * 100.0) as u32));
            }
        });
        let on_sent = Closure::<dyn Fn()>::new(move || self.stage.set(Stage::Server));
        let answered = xhr.clone();
        let on_load = Closure::<dyn Fn()>::new(move || match answer(&answered) {
            Ok(batch) => done(batch),
            Err(stage) => self.stage.set(stage),
        });
        let on_error = Closure::<dyn Fn()>::new(move || {
            self.stage.set(Stage::Lost);
            lost();
        });
        let upload = xhr.upload()?;
        upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        upload.set_onload(Some(on_sent.as_ref().unchecked_ref()));
        xhr.set_onload(Some(on_load.as_ref().unchecked_ref()));
        xhr.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let form = FormData::new()?;
        form.append_with_blob_and_filename("file", file.blob(), &file.name)?;
        xhr.send_with_opt_form_data(Some(&form))?;
        self.request.set_value(Some(SendWrapper::new(Request {
            xhr,
            _on_progress: on_progress,
            _on_sent: on_sent,
            _on_load: on_load,
            _on_error: on_error,
        })));
        Ok(())
    }
}

/// The server's answer. An answer that is neither a batch nor a problem comes from a proxy; it counts as a lost connection.
fn answer(xhr: &XmlHttpRequest) -> Result<BatchId, Stage> {
    let text = xhr.response_text().ok().flatten().unwrap_or_default();
    if xhr.status() == Ok(200) {
        return serde_json::from_str::<Accepted>(&text).map(|accepted| accepted.batch).map_err(|_| Stage::Lost);
    }
    Err(serde_json::from_str(&text).map_or(Stage::Lost, Stage::Refused))
}
