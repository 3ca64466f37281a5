//! The real program, started as a process and asked over the network.

mod access;
mod commands;
mod generation;
mod harness;
mod headers;
mod hostile;
mod signing_in;
mod uploads;
