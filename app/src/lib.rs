//! Routes, pages, components and server functions. Rendered on the server (`ssr`), made alive in the browser (`hydrate`).

pub mod api;
pub mod error;
#[cfg(feature = "ssr")]
pub mod server;

use leptos::prelude::*;

/// The document around the application.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let _ = options;
    view! { <App/> }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    view! { <p>"…"</p> }
}
