//! Runs other programs: prints the task under way, reports what failed and how to correct it, and leaves no process behind
//! when the task is stopped.

use rustix::process::Signal;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    collections::BTreeSet,
    fmt::Display,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The result of a step. The error says what failed and what to do.
pub(crate) type Outcome<T = ()> = Result<T, String>;

static STOPPED: AtomicBool = AtomicBool::new(false);
static CHILDREN: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn children() -> MutexGuard<'static, BTreeSet<u32>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Handles the signals to stop. A signal ends the running tools, so that the current step fails and its values are dropped and
/// clean up.
pub(crate) fn stop_on_signals() -> Outcome {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(|why| format!("cannot listen to signals: {why}"))?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            STOPPED.store(true, Ordering::SeqCst);
            // The terminal sends Ctrl-C to every process itself.
            if signal != SIGINT {
                children().iter().for_each(|id| terminate(*id));
            }
        }
    });
    Ok(())
}

fn terminate(id: u32) {
    send_signal(id, Signal::TERM);
    // A process that is stopped would not notice.
    send_signal(id, Signal::CONT);
}

/// Sends a signal to a process, which may have ended in the meantime.
pub(crate) fn send_signal(id: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// Whether a signal to stop has arrived.
pub(crate) fn stop_requested() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// Prints the step that begins.
pub(crate) fn print_step(what: impl Display) {
    eprintln!("\u{25b8} {what}");
}

/// A running process. It is ended by SIGTERM when the value is dropped.
pub(crate) struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts a command.
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        if stop_requested() {
            return Err("stopped".to_owned());
        }
        let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let child = command.spawn().map_err(|why| format!("`{name}` does not start: {why}"))?;
        children().insert(child.id());
        Ok(Self { child, name })
    }

    /// The standard output of the process, if it is piped.
    pub(crate) fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the process.
    pub(crate) fn send(&self, signal: Signal) {
        send_signal(self.id(), signal);
    }

    /// The exit status, if the process has ended.
    pub(crate) fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until the process has ended.
    pub(crate) fn wait(&mut self) -> Outcome<ExitStatus> {
        let status = self.child.wait().map_err(|why| format!("`{}`: {why}", self.name));
        children().remove(&self.child.id());
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.exit_status().is_none() {
            terminate(self.child.id());
            let _ = self.child.wait();
        }
        children().remove(&self.child.id());
    }
}

/// Runs a command until it ends. `help` says what to do if it fails.
pub(crate) fn run(what: &str, command: &mut Command, help: &str) -> Outcome {
    print_step(what);
    let failed = |why: String| format!("{what}: {why}\n  {help}");
    let mut running = Running::start(command).map_err(failed)?;
    let status = running.wait()?;
    match status {
        _ if stop_requested() => Err("stopped".to_owned()),
        status if status.success() => Ok(()),
        status => Err(failed(format!("`{}` ended with {status}", running.name))),
    }
}

/// The output of a command; `None` if it cannot be started or fails.
pub(crate) fn command_output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The file of a program on the search path.
pub(crate) fn which(program: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|file| file.is_file())
}
