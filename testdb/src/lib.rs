//! Real databases for tests, and the services on a database. Each test has a database of its own, which is deleted with the
//! test: tests run side by side, and nothing is mocked. For tests only: a failure panics and says what to do.
#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // a test that cannot get its database has failed

mod database;
mod queries;
mod test_app;

pub use database::{Backend, TestDb};
pub use queries::Queries;
pub use test_app::{ADDRESS, TestApp};
