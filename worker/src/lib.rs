//! The browser's web worker: reads and checks a spreadsheet off the main thread, and gives its rows page by page, so that
//! the page holds fifty rows of a file of fifty thousand. The messages are those of [`domain::check_messages`].

use domain::check_messages::{CheckRequest, CheckResponse, CheckResult, CheckTask};
use gloo_file::File;
use js_sys::Uint8Array;
use serde::Deserialize;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};
use workbook::check_session::CheckSession;

thread_local! {
    /// The file that was checked last. `None` until the first request.
    static SESSION: RefCell<Option<CheckSession>> = RefCell::default();
}

/// The browser's file, as a message carries it.
#[derive(Deserialize)]
struct MessageFile(#[serde(with = "serde_wasm_bindgen::preserve")] web_sys::File);

/// Listens for requests.
#[wasm_bindgen(start)]
fn start() {
    let listener = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        // A message that is no request cannot be answered either: it has no number.
        if let Ok(request) = serde_wasm_bindgen::from_value(event.data()) {
            respond(request);
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker lives as long as its listener.
    listener.forget();
}

/// Reads and checks small files for some milliseconds, so that the browser has compiled the code for speed when the person has
/// found the first file. Returns whether it did so: not once a file was requested.
#[wasm_bindgen]
pub fn warm_up() -> bool {
    /// 400 rows. A request waits at most for these.
    const TIMES: u32 = 8;
    let is_idle = SESSION.with_borrow(Option::is_none);
    if is_idle {
        (0..TIMES).for_each(|_| CheckSession::warm_up());
    }
    is_idle
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn respond(CheckRequest { id, task }: CheckRequest<MessageFile>) {
    let result = SESSION.with_borrow_mut(|session| {
        let session = session.get_or_insert_default();
        match task {
            CheckTask::Check { template, settings, file: MessageFile(file) } => {
                post(id, CheckResult::Started);
                let file = File::from(file);
                session.check(template, settings, file.size(), || bytes(&file))
            }
            CheckTask::Rows(query) => session.rows(&query),
        }
    });
    post(id, result);
}

fn post(id: u32, result: CheckResult) {
    if let Ok(response) = serde_wasm_bindgen::to_value(&CheckResponse { id, result }) {
        // Plain data can always be sent.
        let _ = scope().post_message(&response);
    }
}

/// The bytes of a file; `None` if the browser no longer gives them. The worker may wait for them, as nothing else happens in
/// it, and a synchronous read is the quickest one.
fn bytes(file: &File) -> Option<Vec<u8>> {
    let buffer = FileReaderSync::new().ok()?.read_as_array_buffer(file.as_ref()).ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
