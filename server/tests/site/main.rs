//! The real program, started as a process and asked over the network.
#![allow(clippy::unwrap_used, clippy::panic)] // the helpers of tests are tests too

mod access;
mod commands;
mod generation;
mod harness;
mod headers;
mod hostile;
mod portal;
mod public_settings;
mod signing_in;
mod uploads;
