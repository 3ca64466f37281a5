//! The main job on real databases: upload, check, generate, send.

mod generate;
mod sms;
mod stage;
mod support;
