//! The browser's own check of a chosen file, before anything is uploaded: talks to the web worker that reads and checks
//! it off the main thread. The worker's code is loaded when somebody is about to choose the first file, never before; where
//! it cannot be loaded the file counts as unchecked and the server judges alone.

use domain::{
    Refusal, Template,
    view::{AskedPage, FileSummary, RowQuery, RowsPage},
};
use js_sys::{JsString, Object, Reflect};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use send_wrapper::SendWrapper;
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The loader of the worker's bundle.
const WORKER: &str = "/pkg/check-worker.js";
/// After this long a person may go on without waiting for the check.
const PATIENCE: Duration = Duration::from_secs(8);

/// A chosen file. Kept until another one is chosen, so that an upload can be tried again.
#[derive(Clone)]
pub struct Picked {
    /// Its name.
    pub name: String,
    file: SendWrapper<File>,
}

impl Picked {
    /// The browser's file.
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// What is known of the chosen file.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// None is chosen.
    NoFile,
    /// The worker is at it.
    Checking {
        /// It has taken so long that a person may skip it.
        slow: bool,
    },
    /// The worker could not be had: the server will judge.
    Unchecked,
    /// It cannot be imported.
    Refused(Refusal),
    /// It was read; rows may be in error.
    Checked(FileSummary),
}

/// The chosen file, its fate and the page of rows on show. A handle: copies share their state.
#[derive(Clone, Copy)]
pub struct LocalCheck {
    /// The chosen file.
    pub picked: RwSignal<Option<Picked>>,
    /// What is known of it.
    pub fate: RwSignal<Fate>,
    /// The rows last asked for.
    pub page: RwSignal<Option<RowsPage>>,
    /// It was saved again after it was chosen: the browser gives its bytes no longer, but what was found in it still
    /// helps to mend the rest.
    pub changed: RwSignal<bool>,
    link: StoredValue<Option<SendWrapper<Link>>>,
    /// The page that came with the file's summary.
    first: StoredValue<Option<AskedPage>>,
    asked: StoredValue<u32>,
    file_no: StoredValue<u32>,
}

/// The worker with what listens to it.
struct Link {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

thread_local! {
    /// A file chosen on another page, on its way to the one that checks it.
    static HANDED_OVER: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// Leaves a file for the page that will check it.
pub fn hand_over(file: File) {
    HANDED_OVER.set(Some(file));
}

/// The file that another page left, once.
pub fn handed_over() -> Option<File> {
    HANDED_OVER.take()
}

impl LocalCheck {
    /// No file yet, no worker yet.
    pub(crate) fn new() -> Self {
        let this = Self {
            picked: RwSignal::new(None),
            fate: RwSignal::new(Fate::NoFile),
            page: RwSignal::new(None),
            changed: RwSignal::new(false),
            link: StoredValue::new(None),
            first: StoredValue::new(None),
            asked: StoredValue::new(0),
            file_no: StoredValue::new(0),
        };
        on_cleanup(move || this.end_worker());
        this
    }

    /// Loads the worker while a person reaches for the button or is still looking for the file.
    pub fn warm_up(self) {
        // Where it cannot be had, that is told once a file is there.
        let _ = self.open_worker();
    }

    /// Takes a newly chosen file and has it checked.
    pub fn check(self, template: Template, file: File) {
        let id = self.next_id();
        self.file_no.set_value(id);
        let message = Object::new();
        put(&message, "id", &id.into());
        put(&message, "kind", &"check".into());
        put(&message, "template", &template.as_str().into());
        put(&message, "file", &file);
        self.picked.set(Some(Picked { name: file.name(), file: SendWrapper::new(file) }));
        self.page.set(None);
        self.first.set_value(None);
        self.changed.set(false);
        self.fate.set(Fate::Checking { slow: false });
        if self.open_worker().is_none() || self.post(&message).is_none() {
            self.fate.set(Fate::Unchecked);
            return;
        }
        set_timeout(
            move || {
                if self.asked.try_get_value() == Some(id)
                    && self.fate.get_untracked() == (Fate::Checking { slow: false })
                {
                    self.fate.set(Fate::Checking { slow: true });
                }
            },
            PATIENCE,
        );
    }

    /// Asks for a page of the checked file's rows; the answer arrives in `page`.
    pub fn ask(self, query: &RowQuery) {
        let first = self.first.try_update_value(Option::take).flatten();
        if let Some(first) = first.filter(|first| first.query == *query) {
            // An answer that is still to come is to another question.
            let id = self.next_id();
            // In a task of its own: drawing rows and all that stands above them at once holds up the page the first time.
            let show = move || {
                if self.asked.try_get_value() == Some(id) {
                    self.page.set(Some(first.page));
                }
            };
            return set_timeout(show, Duration::ZERO);
        }
        let Ok(query) = serde_json::to_string(query) else { return };
        let message = Object::new();
        put(&message, "id", &self.next_id().into());
        put(&message, "kind", &"rows".into());
        put(&message, "query", &query.into());
        self.post(&message);
    }

    /// Leaves the check to the server.
    pub fn skip(self) {
        self.next_id();
        self.end_worker();
        self.fate.set(Fate::Unchecked);
    }

    /// Looks whether the file was saved again since it was chosen: then what was said of it holds no longer.
    pub fn probe(self) {
        let Some(picked) = self.picked.get_untracked() else { return };
        let no = self.file_no.get_value();
        spawn_local(async move {
            let readable = match picked.file().slice_with_f64_and_f64(0.0, 1.0) {
                Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
                Err(_) => false,
            };
            if !readable && self.file_no.try_get_value() == Some(no) {
                self.changed.set(true);
            }
        });
    }

    fn next_id(self) -> u32 {
        self.asked.update_value(|id| *id += 1);
        self.asked.get_value()
    }

    fn post(self, message: &Object) -> Option<()> {
        self.link.with_value(|link| link.as_ref()?.worker.post_message(message).ok())
    }

    fn end_worker(self) {
        self.link.try_update_value(|link| *link = None);
    }

    fn open_worker(self) -> Option<()> {
        if self.link.with_value(Option::is_some) {
            return Some(());
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER, &options).ok()?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.answered(&event.data()));
        // Loading failed, or the worker's memory ran out: either way it will never answer.
        let on_error = Closure::<dyn Fn(Event)>::new(move |_| match self.fate.get_untracked() {
            Fate::NoFile => self.end_worker(),
            _ => self.skip(),
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.link.set_value(Some(SendWrapper::new(Link { worker, _on_message: on_message, _on_error: on_error })));
        Some(())
    }

    /// Only the answer to the last question counts: earlier ones are about another file or page.
    fn answered(self, answer: &JsValue) {
        let id = Reflect::get(answer, &"id".into()).ok().and_then(|id| id.as_f64());
        if id != Some(f64::from(self.asked.get_value())) {
            return;
        }
        if let Some(page) = read::<RowsPage>(answer, "page") {
            self.page.set(Some(page));
        } else if let Some(summary) = read::<FileSummary>(answer, "summary") {
            self.first.set_value(read(answer, "first"));
            self.fate.set(Fate::Checked(summary));
        } else if let Some(refusal) = read::<Refusal>(answer, "refusal") {
            self.fate.set(Fate::Refused(refusal));
        } else {
            self.skip();
        }
    }
}

fn put(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object of our own cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

fn read<T: serde::de::DeserializeOwned>(answer: &JsValue, key: &str) -> Option<T> {
    let json = Reflect::get(answer, &key.into()).ok()?.dyn_into::<JsString>().ok()?;
    serde_json::from_str(&String::from(json)).ok()
}
