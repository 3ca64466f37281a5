//! Routes, pages, components and server functions. The server renders them (`ssr`), the browser hydrates them (`hydrate`).
//!
//! Modules depend on each other in this order: addresses and the request; components, which know no server function; forms
//! and lists; features, a folder each with its pages, its server functions (`api`) and its forms; the shell around all pages.

// The component macro makes its items public whatever the component itself is.
#![allow(unreachable_pub)]
// A view's type is as deep as its elements are nested.
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod cookies;
pub mod document;
pub mod error;
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod request;
pub mod routes;

mod account_bound_client;
mod current_account;
mod form_draft;
pub mod form_echo;
mod json;
mod server_function;
mod time;

mod components;
mod forms;
mod lists;

mod accounts;
mod api_keys;
mod certification;
mod demo;
mod desktop;
mod disputes;
mod help;
mod import;
mod notices;
mod parked_orders;
mod plans;
mod profile;
mod purchasers;
mod session;
mod trade;
mod units;

mod shell;
mod statistics;

#[cfg(all(test, feature = "ssr"))]
mod registered_functions;

pub use shell::{App, shell};
#[cfg(feature = "ssr")]
pub use statistics::bulletin_paper;
