//! Reading an upload in a process of its own, where a hostile spreadsheet ends that process and not the server. Both ends
//! are here: the server's, and what that process runs.

use crate::{Error, Result};
use domain::{
    Problem, Refusal, Template,
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

/// The environment variable that holds [`Orders`], the only one that the process gets.
const ORDERS: &str = "READER_ORDERS";
/// Bytes that the process may answer: 50,000 ordinary rows are 12 MiB, but a cell may be repeated without end.
const ANSWER_BYTES: u64 = 64 << 20;
/// Uploads that may wait for their turn.
const WAITING: usize = 16;
/// The exit status of a Rust program that panicked.
const PANICKED: u8 = 101;

/// What the process must keep to.
#[derive(Serialize, Deserialize)]
struct Orders {
    bytes: u64,
    rows: u32,
    memory_bytes: u64,
    seconds: u64,
}

/// What the process answers, in postcard's format.
type Answer = std::result::Result<Checked, Refusal>;

/// Lets as many processes read at once as there are cores, and a few uploads wait.
pub(crate) struct Turns {
    running: Semaphore,
    waiting: Semaphore,
}

impl Default for Turns {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { running: Semaphore::new(cores), waiting: Semaphore::new(cores + WAITING) }
    }
}

impl Reader {
    /// Reads and checks a file. [`Problem::File`] where it is refused, [`Problem::Busy`] where too many wait already.
    pub(crate) async fn read(&self, turns: &Turns, template: Template, file: &Path, limits: Limits) -> Result<Checked> {
        let _place = turns.waiting.try_acquire().map_err(|_| Problem::Busy)?;
        let _turn = turns.running.acquire().await.map_err(Error::internal)?;
        let refused = |refusal| Error::from(Problem::File(refusal));
        let answer = match timeout(self.time, self.run(template, file, limits)).await {
            Ok(answer) => answer?,
            Err(_) => return Err(refused(Refusal::Unreadable)),
        };
        let checked = spawn_blocking(move || postcard::from_bytes::<Answer>(&answer)).await??;
        checked.map_err(refused)
    }

    /// Runs the process to its end and gives what it wrote. It is killed where this future is dropped.
    async fn run(&self, template: Template, file: &Path, limits: Limits) -> Result<Vec<u8>> {
        let orders = Orders {
            bytes: limits.bytes,
            rows: limits.rows,
            memory_bytes: self.memory_bytes,
            // The processor's time; the clock's is watched from here.
            seconds: self.time.as_secs().max(1),
        };
        let mut child = Command::new(&self.program)
            .args(["read", "--template", template.as_str()])
            .env_clear()
            .env(ORDERS, serde_json::to_string(&orders)?)
            .stdin(File::open(file)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| Error::internal("the reading process has no output"))?;
        let Some(answer) = bounded(output, ANSWER_BYTES).await? else {
            return Err(Problem::File(Refusal::TooLarge { limit: limits.bytes }).into());
        };
        let status = child.wait().await?;
        match status.code() {
            Some(0) => Ok(answer),
            // Ended by a limit of its own, or by a fault that the file led it into.
            code if code.is_none_or(|code| code == i32::from(PANICKED)) => {
                tracing::warn!(%status, "a spreadsheet ended the process that read it");
                Err(Problem::File(Refusal::Unreadable).into())
            }
            _ => Err(Error::internal(format!("the reading process did not start: {status}"))),
        }
    }
}

/// All that comes, or `None` where it is more than the limit.
async fn bounded(from: impl AsyncRead + Unpin, limit: u64) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes).await?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

/// What the process runs: limits itself, reads the spreadsheet on its standard input, writes rows and findings.
pub fn child(template: Template) -> ExitCode {
    match answer(template) {
        Ok(()) => ExitCode::SUCCESS,
        // Told by the error instead of by an abort, as it happens while the file is taken in.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::OutOfMemory) => {
            ExitCode::from(PANICKED)
        }
        Err(error) => {
            eprintln!("server read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(template: Template) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let orders = std::env::var(ORDERS).map_err(|_| "is started by the server itself, with its orders")?;
    let orders: Orders = serde_json::from_str(&orders)?;
    // No file grows by it, and its death leaves no image of personal data behind.
    let limits = [
        (Resource::As, orders.memory_bytes),
        (Resource::Cpu, orders.seconds),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, limit) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    let limits = Limits { bytes: orders.bytes, rows: orders.rows };
    let mut bytes = Vec::new();
    stdin().lock().take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let answer: Answer = if bytes.len() as u64 > limits.bytes {
        Err(Refusal::TooLarge { limit: limits.bytes })
    } else {
        workbook::read::read(template, &bytes, limits).map(|sheet| check(template, sheet.rows()))
    };
    stdout().lock().write_all(&postcard::to_stdvec(&answer)?)?;
    Ok(())
}
