//! Server functions: a few lines each, the rules are in `service`.

pub mod import;
