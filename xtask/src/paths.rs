//! The folders of the workspace, and the cargo that built this program.

use std::{env, path::PathBuf, process::Command};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the folder of this package. Its parent is the workspace.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(PathBuf::from).unwrap_or(package)
}

/// Cargo's target folder. This program is in a folder of it, which has the name of the profile.
pub(crate) fn target() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    program.ancestors().nth(2).map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder of the Playwright tests.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` sets these variables for this program. In other builds they would only make build scripts run again.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name == "CARGO_MANIFEST_DIR"
            || name == "CARGO_MANIFEST_PATH"
        {
            cargo.env_remove(name);
        }
    }
    cargo.current_dir(root());
    cargo
}
