//! Routes, pages, components and server functions. Rendered on the server (`ssr`), made alive in the browser (`hydrate`).

// The component macro makes its items public whatever the component itself is.
#![allow(unreachable_pub)]
// A view's type is as deep as its elements are nested.
#![recursion_limit = "256"]

pub mod api;
mod client;
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod document;
mod draft;
pub mod error;
mod holder;
pub mod i18n;
mod json;
pub mod kept;
pub mod local_check;
pub mod pages;
pub mod purchaser_query;
#[cfg(feature = "ssr")]
pub mod server;
pub mod session;
mod shell;
pub mod time;
pub mod unit_query;

pub use shell::{App, shell};
