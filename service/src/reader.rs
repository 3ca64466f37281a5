//! Reads an uploaded file in a child process, so that a hostile spreadsheet can only crash that process and not the server.
//! This module has both sides: the server starts the process with [`Reader`], and the process runs [`run_child`].

use crate::{Error, Result};
use domain::{
    Excess, Problem, Refusal, Template,
    check::{Checked, check},
};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, Read, Write, stdin, stdout},
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    thread::available_parallelism,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    sync::Semaphore,
    task::spawn_blocking,
    time::timeout,
};
use workbook::read::Limits;

/// The settings of the child process. The server starts its own binary again, as `server read`.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The binary.
    pub program: PathBuf,
    /// The limit of its address space, in bytes.
    pub memory_bytes: u64,
    /// The time limit, for the clock and for the processor.
    pub time_limit: Duration,
}

/// The environment variable with the [`ChildLimits`] as JSON. The process gets no other variable but [`ALLOCATOR_VARIABLES`].
const LIMITS_VARIABLE: &str = "READER_ORDERS";
/// How mimalloc, the allocator of the server's binary, works in the process. It reserves address space in steps of 32 MiB, because
/// by default it would have a GiB before the process sets its limit. It returns memory at once.
const ALLOCATOR_VARIABLES: [(&str, &str); 2] = [("MIMALLOC_ARENA_RESERVE", "32768"), ("MIMALLOC_PURGE_DELAY", "0")];
/// The maximum size of a response: 50,000 ordinary rows need 12 MiB, but a file may refer to a long text from many cells.
const MAX_RESPONSE_BYTES: u64 = 64 << 20;
/// The exit status of a Rust program that panicked.
const PANIC_EXIT_STATUS: u8 = 101;

/// The limits of the child process.
#[derive(Serialize, Deserialize)]
struct ChildLimits {
    bytes: u64,
    rows: u32,
    memory_bytes: u64,
    seconds: u64,
}

/// The response of the child process, in postcard's format.
type Response = std::result::Result<Checked, Refusal>;

/// Limits the child processes to one per core. The server limits the uploads that wait, before it receives their files.
pub(crate) struct ReaderQueue {
    running: Semaphore,
}

impl Default for ReaderQueue {
    fn default() -> Self {
        Self { running: Semaphore::new(available_parallelism().map_or(1, usize::from)) }
    }
}

impl Reader {
    /// Reads and checks a file. The error is [`Problem::File`] if the file is refused.
    pub(crate) async fn read(
        &self,
        queue: &ReaderQueue,
        template: Template,
        file: &Path,
        limits: Limits,
    ) -> Result<Checked> {
        let _running_permit = queue.running.acquire().await.map_err(Error::internal)?;
        let refused = |refusal| Error::from(Problem::File(refusal));
        let response = match timeout(self.time_limit, self.run(template, file, limits)).await {
            Ok(response) => response?,
            Err(_) => return Err(refused(Refusal::Unreadable)),
        };
        let checked = spawn_blocking(move || postcard::from_bytes::<Response>(&response)).await??;
        checked.map_err(refused)
    }

    /// Runs the child process and returns its output. The process is killed if this future is dropped.
    async fn run(&self, template: Template, file: &Path, limits: Limits) -> Result<Vec<u8>> {
        let child_limits = ChildLimits {
            bytes: limits.bytes,
            rows: limits.rows,
            memory_bytes: self.memory_bytes,
            // This limits the processor's time. The caller limits the time on the clock.
            seconds: self.time_limit.as_secs().max(1),
        };
        let mut child = Command::new(&self.program)
            .args(["read", "--template", template.as_str()])
            .env_clear()
            .env(LIMITS_VARIABLE, serde_json::to_string(&child_limits)?)
            .envs(ALLOCATOR_VARIABLES)
            .stdin(File::open(file)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| Error::internal("the reading process has no output"))?;
        let Some(response) = read_at_most(output, MAX_RESPONSE_BYTES).await? else {
            return Err(Problem::File(Refusal::TooLarge(Excess::TextBytes { limit: MAX_RESPONSE_BYTES })).into());
        };
        let status = child.wait().await?;
        match status.code() {
            Some(0) => Ok(response),
            // The file made the process exceed a limit or panic.
            code if code.is_none_or(|code| code == i32::from(PANIC_EXIT_STATUS)) => {
                tracing::warn!(%status, "a spreadsheet ended the process that read it");
                Err(Problem::File(Refusal::Unreadable).into())
            }
            _ => Err(Error::internal(format!("the reading process did not start: {status}"))),
        }
    }
}

/// Reads a source to its end. `None` if it has more bytes than the limit.
async fn read_at_most(source: impl AsyncRead + Unpin, limit: u64) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).await?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

/// Runs in the child process: sets its own limits, reads the spreadsheet from standard input, checks it and writes the rows
/// and findings to standard output.
pub fn run_child(template: Template) -> ExitCode {
    match read_and_respond(template) {
        Ok(()) => ExitCode::SUCCESS,
        // Reading standard input reports a lack of memory as an error. Elsewhere a lack of memory aborts the process.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::OutOfMemory) => {
            ExitCode::from(PANIC_EXIT_STATUS)
        }
        Err(error) => {
            eprintln!("server read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_and_respond(template: Template) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let child_limits =
        std::env::var(LIMITS_VARIABLE).map_err(|_| "is started by the server itself, with its orders")?;
    let child_limits: ChildLimits = serde_json::from_str(&child_limits)?;
    // The process must not write any file. In particular, a crash must not leave a core dump, which would contain personal
    // data.
    let resource_limits = [
        (Resource::As, child_limits.memory_bytes),
        (Resource::Cpu, child_limits.seconds),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, limit) in resource_limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    let limits = Limits { bytes: child_limits.bytes, rows: child_limits.rows };
    let mut bytes = Vec::new();
    stdin().lock().take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let response: Response = if bytes.len() as u64 > limits.bytes {
        Err(Refusal::TooLarge(Excess::FileBytes { limit: limits.bytes }))
    } else {
        workbook::read::read(template, &bytes, limits).map(|sheet| check(template, sheet.rows()))
    };
    stdout().lock().write_all(&postcard::to_stdvec(&response)?)?;
    Ok(())
}
