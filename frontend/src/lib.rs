//! The page's wasm entry: makes what the server rendered come alive.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in every page once the bundle is there.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
