//! Copies a suggestion, so that it can be pasted into the sheet.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// Copies a text and reports whether that worked.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    // Missing on plain HTTP, which many office networks use.
    let modern = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    if !modern {
        return done(by_selection(&text).is_some());
    }
    let promise = navigator.clipboard().write_text(&text);
    spawn_local(async move {
        done(JsFuture::from(promise).await.is_ok() || by_selection(&text).is_some());
    });
}

/// The fallback: selects the text in a hidden field and copies the selection.
fn by_selection(text: &str) -> Option<()> {
    let document = document();
    let focused = document.active_element();
    let field = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    field.set_value(text);
    field.set_class_name("sr-only");
    document.body()?.append_child(&field).ok()?;
    field.select();
    let copied = document.dyn_into::<HtmlDocument>().ok()?.exec_command("copy").unwrap_or(false);
    field.remove();
    if let Some(element) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
    copied.then_some(())
}
