//! `cargo xtask run`: installs, builds and serves the site from a fresh clone.

use crate::{
    build,
    paths::{cargo, root, target},
    setup,
    shell::{Outcome, Running, command_output, print_step, run, stop_requested},
    site::{binary, wait_ready},
};
use std::{
    fs,
    process::{Command, Stdio},
};

/// Installs the tools, builds, loads the demo data and serves until a signal to stop arrives.
pub(crate) fn serve() -> Outcome {
    setup::wasm_target()?;
    build::frontend(false)?;
    run(
        "building the server",
        cargo().args(["build", "--quiet", "--package", "server"]),
        "Look at what the compiler says above.",
    )?;

    let server = |words: &[&str]| {
        let mut server = Command::new(binary("debug"));
        server.current_dir(root()).env("FARM_DEMO_ENABLED", "true").env("FARM_DEMO_PROVINCE", "true").args(words);
        server
    };
    let help = "Look at what the server says above; the configuration is Leptos.toml and FARM_ variables.";
    run("bringing the database up to date", &mut server(&["migrate"]), help)?;
    print_step("loading the presets and the demo data");
    // The accounts are printed after the address, because the user needs them only then.
    let accounts = command_output(&mut server(&["seed", "--demo"]))
        .ok_or("loading the demo data failed: see `server seed --demo`; with data/ deleted it starts afresh")?;

    let ready = target().join("ready");
    // The ready file of the previous run would look like the file of this run.
    let _ = fs::remove_file(&ready);
    print_step("starting the server");
    let mut running = Running::start(server(&["serve", "--ready-file"]).arg(&ready).stdin(Stdio::null()))?;
    let address = wait_ready(&mut running, &ready)?;
    println!("\n  {address}\n");
    for account in accounts.lines() {
        let mut parts = account.split('\t');
        let mut part = || parts.next().unwrap_or_default();
        println!("  {}  {}  {}", part(), part(), part());
    }
    println!("\nSheets to import lie in workbook/tests/samples. Ctrl-C stops the server.\n");
    match running.wait()? {
        status if status.success() || stop_requested() => Ok(()),
        status => Err(format!("the server ended with {status}. {help}")),
    }
}
