//! Real databases for tests, and the services on top of one. Each test makes its own and leaves nothing behind, so tests
//! run side by side; nothing is mocked. For tests only: a failure panics with what to do.
#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // a test that cannot get its database has failed

mod database;
mod test_app;

pub use database::{Backend, TestDb};
pub use test_app::{ADDRESS, TestApp};
