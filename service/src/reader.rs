//! Reading an upload in a process of its own, where a hostile spreadsheet ends that process and not the server.

use std::{path::PathBuf, time::Duration};

/// How to start that process: this binary again, as `server read`.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The binary.
    pub program: PathBuf,
    /// Its address space in bytes at most.
    pub memory_bytes: u64,
    /// Its time at most.
    pub time: Duration,
}
