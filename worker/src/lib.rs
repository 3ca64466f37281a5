//! The browser's web worker: reads and checks a chosen spreadsheet off the main thread, and hands out its rows page by
//! page, so that the page holds fifty rows of a file of fifty thousand.
//!
//! Questions: `{id, kind: "check", template, file}` and `{id, kind: "rows", query}`. Answers: `{id}` with `summary` and the
//! `first` page, which nobody need ask for, or with one of `refusal` and `page`; with none of them where the question could
//! not be answered. `file` is a File, the rest of the particulars is JSON in strings, in the shapes of `domain`.

use domain::{
    Refusal, Template,
    check::check,
    preview::Preview,
    view::{AskedPage, RowQuery},
};
use gloo_file::File;
use js_sys::{Object, Reflect, Uint8Array};
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};
use workbook::read::{Limits, read};

thread_local! {
    /// The file last checked.
    static PREVIEW: RefCell<Option<Preview>> = const { RefCell::new(None) };
}

/// Listens for questions.
#[wasm_bindgen(start)]
fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let listener = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| answer(&event.data()));
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker lives as long as its listener.
    listener.forget();
}

fn answer(question: &JsValue) {
    let answer = Object::new();
    put(&answer, "id", &get(question, "id"));
    match get(question, "kind").as_string().as_deref() {
        Some("check") => match check_file(question) {
            Some(Ok(preview)) => {
                let summary = preview.summary();
                let query = RowQuery { state: summary.counts.what_matters(), page: 1, ..RowQuery::default() };
                let page = preview.page(&query);
                put_json(&answer, "summary", &summary);
                put_json(&answer, "first", &AskedPage { query, page });
                PREVIEW.set(Some(preview));
            }
            Some(Err(refusal)) => put_json(&answer, "refusal", &refusal),
            None => {}
        },
        Some("rows") => {
            let query =
                get(question, "query").as_string().and_then(|query| serde_json::from_str::<RowQuery>(&query).ok());
            let page = query.and_then(|query| PREVIEW.with_borrow(|preview| Some(preview.as_ref()?.page(&query))));
            if let Some(page) = page {
                put_json(&answer, "page", &page);
            }
        }
        _ => {}
    }
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    // Strings and a number can always be sent.
    let _ = scope.post_message(&answer);
}

/// `None` where the question makes no sense or the browser no longer gives the file's bytes.
fn check_file(question: &JsValue) -> Option<Result<Preview, Refusal>> {
    PREVIEW.set(None);
    let template = Template::from_name(&get(question, "template").as_string()?)?;
    let file = File::from(get(question, "file").dyn_into::<web_sys::File>().ok()?);
    let limits = Limits::default();
    if file.size() > limits.bytes {
        return Some(Err(Refusal::TooLarge { limit: limits.bytes }));
    }
    // Nothing else happens in this worker, so that it may wait; waiting like this is the quickest way to the bytes.
    let buffer = FileReaderSync::new().ok()?.read_as_array_buffer(file.as_ref()).ok()?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    Some(read(template, &bytes, limits).map(|sheet| Preview::new(template, check(template, sheet.rows()))))
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or_default()
}

fn put(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object of our own cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

fn put_json(object: &Object, key: &str, value: &impl Serialize) {
    if let Ok(json) = serde_json::to_string(value) {
        put(object, key, &json.into());
    }
}
