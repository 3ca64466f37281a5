//! `cargo xtask oracle`: reads every spreadsheet below a folder in several ways and compares the results. LibreOffice takes
//! part if it is installed: it converts the files, and our reader reads its copies.

use crate::{
    paths::{cargo, target},
    shell::{Outcome, print_step, run, stop_requested, which},
};
use rustix::process::{Pid, Signal, kill_process_group};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Number of files that LibreOffice converts in one call, because starting it takes seconds.
const FILES_PER_CALL: usize = 40;
/// The time for one call, and for a file that is converted alone.
const CALL_TIME: Duration = Duration::from_mins(2);
const FILE_TIME: Duration = Duration::from_secs(30);

/// Builds the program for release, converts the files and compares.
pub(crate) fn compare(folder: &Path) -> Outcome {
    run(
        "building the oracle for release",
        cargo().args(["build", "--quiet", "--release", "--package", "workbook"]).args([
            "--features",
            "oracle",
            "--example",
            "oracle",
        ]),
        "Look at what the compiler says above.",
    )?;
    let folder = folder.canonicalize().map_err(|why| format!("{}: {why}", folder.display()))?;
    let mut oracle = Command::new(target().join("release/examples/oracle"));
    oracle.arg(&folder);
    if let Some(soffice) = which("soffice") {
        oracle.arg(convert(&soffice, &folder)?);
    } else {
        print_step("without LibreOffice, which is not installed");
    }
    run(
        "reading and comparing",
        &mut oracle,
        "workbook/src/read/oracle/known_differences.rs has the known differences.",
    )
}

/// Converts the spreadsheets that are not converted yet. Returns the folder of the copies, each of which is named by the
/// SHA-256 of its original. A file that LibreOffice cannot convert has an empty one with the extension `failed`.
fn convert(soffice: &Path, folder: &Path) -> Outcome<PathBuf> {
    let copies = target().join("oracle/libreoffice");
    fs::create_dir_all(&copies).map_err(|why| format!("{}: {why}", copies.display()))?;
    let mut originals = BTreeMap::new();
    collect(folder, &mut originals)?;
    originals.retain(|hash, _| {
        ["xlsx", "failed"].iter().all(|extension| !copies.join(hash).with_extension(extension).exists())
    });
    let originals: Vec<_> = originals.into_iter().collect();
    for (done, batch) in originals.chunks(FILES_PER_CALL).enumerate() {
        print_step(format!("converting by LibreOffice: {} of {}", done * FILES_PER_CALL, originals.len()));
        call(soffice, batch, &copies, CALL_TIME)?;
        // A file may end the call for all others.
        for original @ (hash, _) in batch {
            let copy = copies.join(hash);
            if !copy.with_extension("xlsx").exists() {
                call(soffice, std::slice::from_ref(original), &copies, FILE_TIME)?;
            }
            if !copy.with_extension("xlsx").exists() {
                fs::write(copy.with_extension("failed"), "").map_err(|why| format!("{}: {why}", copy.display()))?;
            }
        }
    }
    Ok(copies)
}

/// Adds the spreadsheets below a folder by their hashes.
fn collect(folder: &Path, originals: &mut BTreeMap<String, Original>) -> Outcome {
    let failed = |why| format!("{}: {why}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, originals)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        let extension = match bytes.as_slice() {
            [b'P', b'K', 3, 4, ..] => "xlsx",
            [0xD0, 0xCF, 0x11, 0xE0, ..] => "xls",
            _ => continue,
        };
        let hash = hex::encode(Sha256::digest(&bytes));
        originals.insert(hash, Original { path, extension });
    }
    Ok(())
}

/// A file to convert.
struct Original {
    path: PathBuf,
    /// The extension by which LibreOffice recognises the content.
    extension: &'static str,
}

/// Calls LibreOffice and moves its copies to their folder. A call that takes too long is ended.
fn call(soffice: &Path, originals: &[(String, Original)], copies: &Path, time: Duration) -> Outcome {
    let scratch = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    let (input, output) = (scratch.path().join("in"), scratch.path().join("out"));
    let mut command = Command::new(soffice);
    // With a separate profile, the settings and the open windows of the user do not interfere.
    command.arg(format!("-env:UserInstallation=file://{}/profile", scratch.path().display()));
    command.args(["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]).arg(&output);
    fs::create_dir(&input).map_err(|why| format!("{}: {why}", input.display()))?;
    for (hash, Original { path, extension }) in originals {
        let copy = input.join(hash).with_extension(extension);
        fs::copy(path, &copy).map_err(|why| format!("{}: {why}", path.display()))?;
        command.arg(copy);
    }
    let start = Instant::now();
    // `soffice` starts further processes. They make a group, so that they can be ended together.
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|why| format!("LibreOffice does not start: {why}"))?;
    while matches!(child.try_wait(), Ok(None)) && start.elapsed() < time && !stop_requested() {
        thread::sleep(Duration::from_millis(50));
    }
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Usually all of them have ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
    if stop_requested() {
        return Err("stopped".to_owned());
    }
    for (hash, _) in originals {
        let made = output.join(hash).with_extension("xlsx");
        if made.is_file() {
            let copy = copies.join(hash).with_extension("xlsx");
            fs::copy(&made, &copy).map_err(|why| format!("{}: {why}", copy.display()))?;
        }
    }
    Ok(())
}
