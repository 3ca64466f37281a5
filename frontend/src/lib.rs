//! The wasm entry of a page: hydrates what the server has rendered.

use app::document;
use leptos::{ev, mount::hydrate_from_async, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Hydrates the page. The script of every page calls this once the bundle is loaded. Where the reader has gone back in the
/// meantime, the document belongs to another address, and the document of the present address is loaded instead.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    if document::catch_up() {
        return;
    }
    let Some(body) = leptos::prelude::document().body() else { return };
    // Parts of the bundle are still loading, and the reader may go back until they are there.
    let listener = window_event_listener(ev::popstate, |_| {
        document::catch_up();
    });
    spawn_local(async move {
        hydrate_from_async(body, app::App).await.forget();
        listener.remove();
    });
}
