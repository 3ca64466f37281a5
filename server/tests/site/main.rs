//! Tests of the real program, which is started as a process and used over HTTP.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may panic as tests do

mod access;
mod bulletin;
mod commands;
mod connections;
mod faults;
mod generation;
mod harness;
mod headers;
mod hostile;
mod hostile_names;
mod orders_api;
mod portal;
mod public_settings;
mod signing_in;
mod uploads;
