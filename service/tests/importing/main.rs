//! The main job on real databases: upload, check, generate, send.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy allows these only in functions that are tests.

mod chaos_audit;
mod depth;
mod generate;
mod purchasers;
mod query_counts;
mod sms;
mod speed;
mod stage;
mod support;
mod upgrade;
