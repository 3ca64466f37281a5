//! Server functions: a few lines each, the rules are in `service`. Reading ones are GET, changing ones POST, so that the
//! forms that call them work without JavaScript.

pub mod account;
pub mod certification;
pub mod demo;
pub mod desktop;
pub mod import;
pub mod profile;
pub mod purchaser;
pub mod session;
pub mod trade;
pub mod unit;
