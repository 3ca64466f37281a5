//! A small disk for the files of a site, which can be filled.

use crate::shell::{Outcome, is_root};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// Its size in MiB. A run of twenty minutes needs some two hundred.
const MIB: u32 = 512;
/// How often it is tried to unmount the disk, with a pause in between: a process that has just ended may still hold it.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// A disk in memory, or a folder where none can be mounted. It is unmounted when the value is dropped.
pub(super) struct Disk {
    folder: TempDir,
    /// Why it cannot be filled.
    obstacle: Option<String>,
}

impl Disk {
    /// Mounts a disk where this user may do so.
    pub(super) fn new() -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("farm-purchase-chaos-").tempdir();
        let folder = folder.map_err(|why| format!("no temporary folder: {why}"))?;
        let obstacle =
            if is_root() { mount(folder.path()).err() } else { Some("only root may mount a disk".to_owned()) };
        Ok(Self { folder, obstacle })
    }

    /// The folder of its files.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Why it cannot be filled, if it cannot.
    pub(super) fn obstacle(&self) -> Option<&str> {
        self.obstacle.as_deref()
    }

    /// Fills the disk until there is no room. The room is there again when the value is dropped.
    pub(super) fn fill(&self) -> Outcome<Filler> {
        let filler = Filler { file: self.path().join("filler") };
        let mut file = File::create(&filler.file).map_err(|why| format!("{}: {why}", filler.file.display()))?;
        let block = vec![0; 1 << 20];
        // First in large pieces, then in small ones.
        for size in [block.len(), 4 << 10, 1] {
            while block.get(..size).is_some_and(|piece| file.write_all(piece).is_ok()) {}
        }
        Ok(filler)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.obstacle.is_some() {
            return;
        }
        for _ in 0..TRIES {
            let mut unmount = Command::new("umount");
            if unmount.arg(self.path()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
                return;
            }
            thread::sleep(PAUSE);
        }
        eprintln!("\u{2715} {} is still mounted: umount --lazy it", self.path().display());
    }
}

/// What fills a disk.
pub(super) struct Filler {
    file: PathBuf,
}

impl Drop for Filler {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

fn mount(folder: &Path) -> Outcome {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", &format!("size={MIB}m,mode=0700"), "farm-purchase-chaos"]).arg(folder);
    let output = mount.output().map_err(|why| format!("no disk can be mounted: {why}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("no disk can be mounted: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
