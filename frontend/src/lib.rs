//! The page's wasm entry: makes what the server rendered come alive.

use app::document;
use leptos::{ev, mount::hydrate_from_async, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Called by the script in every page once the bundle is there. Who has gone back meanwhile gets the page of the address:
/// the document is the server's for another one.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    if document::catch_up() {
        return;
    }
    let Some(body) = leptos::prelude::document().body() else { return };
    // Parts of the bundle are still to come.
    let moving = window_event_listener(ev::popstate, |_| {
        document::catch_up();
    });
    spawn_local(async move {
        hydrate_from_async(body, app::App).await.forget();
        moving.remove();
    });
}
