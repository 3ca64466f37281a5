//! The browser's own check of a chosen file, before anything is uploaded. A web worker reads and checks the file, so that the
//! page stays responsive. Its code is loaded when the reader is about to choose the first file. Where it cannot be loaded, the
//! file counts as unchecked, and only the server checks it.

use crate::document::public_settings;
use domain::{
    Refusal, Template,
    check_messages::{CheckRequest, CheckResponse, CheckResult, CheckTask},
    import_batch::{FileSummary, QueriedPage, RowQuery, RowsPage},
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use send_wrapper::SendWrapper;
use serde::Serialize;
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The loader of the worker's bundle.
const WORKER: &str = "/pkg/check-worker.js";
/// After this time the reader may go on without the check.
const SKIPPABLE_AFTER: Duration = Duration::from_secs(8);
/// The worker is ended if it checks a file for longer. A file at the limits takes a second, and a few on an old computer.
const CHECK_TIME: Duration = Duration::from_secs(20);

/// A chosen file. It stays until another one is chosen, so that an upload can be repeated.
#[derive(Clone)]
pub(super) struct ChosenFile {
    /// Its name.
    pub(super) name: String,
    file: SendWrapper<File>,
}

impl ChosenFile {
    /// The browser's file.
    pub(super) fn blob(&self) -> &File {
        &self.file
    }
}

/// The state of the check.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CheckState {
    /// No file is chosen.
    NoFile,
    /// The worker is checking.
    Checking {
        /// Whether it takes so long that the reader may skip it.
        slow: bool,
    },
    /// The server will check the file.
    Unchecked(UncheckedReason),
    /// The file cannot be imported.
    Refused(Refusal),
    /// The file is read; rows may be in error.
    Checked(FileSummary),
}

/// Why a file was not checked in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UncheckedReason {
    /// The reader did not wait for the worker, or it could not be loaded.
    Unavailable,
    /// The worker needed more than [`CHECK_TIME`].
    TooSlow,
    /// The worker ended without a result, for example because the memory did not suffice.
    Failed,
}

/// The chosen file, the state of its check, and the visible page of rows. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(super) struct LocalCheck {
    /// The chosen file.
    pub(super) picked: RwSignal<Option<ChosenFile>>,
    /// The state of the check.
    pub(super) state: RwSignal<CheckState>,
    /// The rows that were requested last.
    pub(super) page: RwSignal<Option<RowsPage>>,
    /// Whether the file was saved again after it was chosen. The browser does not read it any more then, but its findings still
    /// help to correct the rest.
    pub(super) changed: RwSignal<bool>,
    worker: StoredValue<Option<SendWrapper<WorkerHandle>>>,
    /// The page of rows that came with the summary.
    first: StoredValue<Option<QueriedPage>>,
    /// Whether the worker has begun to check the file.
    started: StoredValue<bool>,
    /// Id of the last request.
    last_request: StoredValue<u32>,
    /// Id of the request that checks the file.
    check_request: StoredValue<u32>,
}

/// The worker with its listeners.
struct WorkerHandle {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

thread_local! {
    /// A file that was chosen on another page, for the page that checks it.
    static HANDED_OVER: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// Leaves a file for the page that will check it.
pub(super) fn hand_over(file: File) {
    HANDED_OVER.set(Some(file));
}

/// Takes the file that another page has left.
pub(super) fn handed_over() -> Option<File> {
    HANDED_OVER.take()
}

impl LocalCheck {
    /// Without a file and without a worker.
    pub(super) fn new() -> Self {
        let this = Self {
            picked: RwSignal::new(None),
            state: RwSignal::new(CheckState::NoFile),
            page: RwSignal::new(None),
            changed: RwSignal::new(false),
            worker: StoredValue::new(None),
            first: StoredValue::new(None),
            started: StoredValue::new(false),
            last_request: StoredValue::new(0),
            check_request: StoredValue::new(0),
        };
        on_cleanup(move || this.end_worker());
        this
    }

    /// Loads the worker while the reader is still looking for the file.
    pub(super) fn warm_up(self) {
        // A failure is reported once there is a file.
        let _ = self.open_worker();
    }

    /// Checks a newly chosen file.
    pub(super) fn check(self, template: Template, file: File) {
        // The worker does one task after the other, and an earlier file may take it long.
        if self.started.get_value() && matches!(self.state.get_untracked(), CheckState::Checking { .. }) {
            self.end_worker();
        }
        let id = self.next_id();
        self.check_request.set_value(id);
        let task = CheckTask::Check { template, settings: public_settings(), file: MessageFile(file.clone()) };
        self.picked.set(Some(ChosenFile { name: file.name(), file: SendWrapper::new(file) }));
        self.page.set(None);
        self.first.set_value(None);
        self.changed.set(false);
        self.started.set_value(false);
        self.state.set(CheckState::Checking { slow: false });
        if self.open_worker().is_none() || self.post(CheckRequest { id, task }).is_none() {
            self.state.set(CheckState::Unchecked(UncheckedReason::Unavailable));
            return;
        }
        self.after(SKIPPABLE_AFTER, id, move || self.state.set(CheckState::Checking { slow: true }));
    }

    /// Acts after some time, if the check is still running then. `id`: the request that checks the file.
    fn after(self, time: Duration, id: u32, act: impl FnOnce() + 'static) {
        let is_running = move || {
            self.last_request.try_get_value() == Some(id)
                && matches!(self.state.get_untracked(), CheckState::Checking { .. })
        };
        set_timeout(
            move || {
                if is_running() {
                    act();
                }
            },
            time,
        );
    }

    /// Requests a page of the checked file's rows; the response arrives in `page`.
    pub(super) fn request_rows(self, query: &RowQuery) {
        let first = self.first.try_update_value(Option::take).flatten();
        if let Some(first) = first.filter(|first| first.query == *query) {
            // From now on, responses to earlier requests are ignored.
            let id = self.next_id();
            // In a task of its own: drawing everything at once would block the page the first time.
            let show = move || {
                if self.last_request.try_get_value() == Some(id) {
                    self.page.set(Some(first.page));
                }
            };
            return set_timeout(show, Duration::ZERO);
        }
        self.post(CheckRequest { id: self.next_id(), task: CheckTask::Rows(query.clone()) });
    }

    /// Leaves the check to the server.
    pub(super) fn skip(self, reason: UncheckedReason) {
        self.next_id();
        self.end_worker();
        self.state.set(CheckState::Unchecked(reason));
    }

    /// Detects whether the file was saved again after it was chosen. Its findings are out of date then.
    pub(super) fn detect_change(self) {
        let Some(picked) = self.picked.get_untracked() else { return };
        let request = self.check_request.get_value();
        spawn_local(async move {
            let readable = match picked.blob().slice_with_f64_and_f64(0.0, 1.0) {
                Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
                Err(_) => false,
            };
            if !readable && self.check_request.try_get_value() == Some(request) {
                self.changed.set(true);
            }
        });
    }

    fn next_id(self) -> u32 {
        self.last_request.update_value(|id| *id += 1);
        self.last_request.get_value()
    }

    fn post(self, request: CheckRequest<MessageFile>) -> Option<()> {
        let message = serde_wasm_bindgen::to_value(&request).ok()?;
        self.worker.with_value(|handle| handle.as_ref()?.worker.post_message(&message).ok())
    }

    fn end_worker(self) {
        self.worker.try_update_value(|handle| *handle = None);
    }

    fn open_worker(self) -> Option<()> {
        if self.worker.with_value(Option::is_some) {
            return Some(());
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER, &options).ok()?;
        let on_message =
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.on_response(event.data()));
        // Loading has failed, or the worker is out of memory. In both cases it will never respond.
        let on_error =
            Closure::<dyn Fn(Event)>::new(move |_| match (self.state.get_untracked(), self.started.get_value()) {
                (CheckState::NoFile, _) => self.end_worker(),
                (_, true) => self.skip(UncheckedReason::Failed),
                (_, false) => self.skip(UncheckedReason::Unavailable),
            });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.worker.set_value(Some(SendWrapper::new(WorkerHandle {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })));
        Some(())
    }

    /// Only the response to the last request counts: earlier ones are about another file or page.
    fn on_response(self, message: JsValue) {
        let Ok(CheckResponse { id, result }) = serde_wasm_bindgen::from_value(message) else {
            return self.skip(UncheckedReason::Failed);
        };
        if id != self.last_request.get_value() {
            return;
        }
        match result {
            CheckResult::Started => {
                self.started.set_value(true);
                self.after(CHECK_TIME, id, move || self.skip(UncheckedReason::TooSlow));
            }
            CheckResult::Rows(page) => self.page.set(Some(page)),
            CheckResult::Checked { summary, first } => {
                self.first.set_value(Some(first));
                self.state.set(CheckState::Checked(summary));
            }
            CheckResult::Refused(refusal) => self.state.set(CheckState::Refused(refusal)),
            CheckResult::Failed => self.skip(UncheckedReason::Unavailable),
        }
    }
}

/// The browser's file, as a message carries it.
#[derive(Serialize)]
struct MessageFile(#[serde(with = "serde_wasm_bindgen::preserve")] File);
