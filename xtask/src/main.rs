//! `cargo xtask`: set-up, run, test, bench. `--help` says how to call it.

mod bench;
mod build;
mod lint;
mod place;
mod postgres;
mod report;
mod run;
mod setup;
mod shell;
mod site;
mod templates;
mod test;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use report::Report;
use shell::Outcome;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run                     build, load the demo data, serve on http://127.0.0.1:3000
  build [--release]       build the front end and the server
  test [rust|browser]     every test, or only those; what follows `browser` goes to Playwright
  lint                    form, clippy for both targets, licences and advisories
  ci                      lint, then test
  templates               make the .xls templates anew (needs LibreOffice)
  bench import            measure the import beside others, built for release (needs Python 3 with pip)
  bench units             measure lists, searches and the tree at 100,000 and 1,000,000 units

Each installs what it needs and is missing, or says how to.
";

fn main() -> ExitCode {
    let outcome = shell::stop_on_signals().and_then(|()| dispatch());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\u{2715} {why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Outcome {
    let (words, release) = arguments().map_err(|why| format!("{why}; `cargo xtask --help` tells what there is"))?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut report = Report::default();
    match words.as_slice() {
        [] => {
            print!("{HELP}");
            return Ok(());
        }
        ["run"] => return run::serve(),
        ["build"] => return build_all(release),
        ["templates"] => return templates::make(),
        ["bench", "import"] => return bench::import(),
        ["bench", "units"] => return bench::units(),
        ["lint"] => lint::lint(&mut report),
        ["test"] => {
            test::rust(&mut report);
            test::browser(&mut report, &[]);
        }
        ["test", "rust"] => test::rust(&mut report),
        ["test", "browser", further @ ..] => test::browser(&mut report, further),
        ["ci"] => {
            lint::lint(&mut report);
            test::rust(&mut report);
            test::browser(&mut report, &[]);
        }
        other => {
            return Err(format!("there is no command `{}`; `cargo xtask --help` tells what there is", other.join(" ")));
        }
    }
    report.close()
}

fn arguments() -> Result<(Vec<String>, bool), lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let (mut words, mut release) = (Vec::new(), false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok((Vec::new(), false)),
            Long("release") if words == ["build"] => release = true,
            Value(word) => {
                words.push(word.string()?);
                if words == ["test", "browser"] {
                    for further in parser.raw_args()? {
                        words.push(further.string()?);
                    }
                }
            }
            _ => return Err(argument.unexpected()),
        }
    }
    Ok((words, release))
}

fn build_all(release: bool) -> Outcome {
    setup::wasm_target()?;
    setup::npm_packages()?;
    build::frontend(release)?;
    let mut server = place::cargo();
    server.args(["build", "--package", "server"]);
    if release {
        server.arg("--release");
    }
    shell::run("building the server", &mut server, "Look at what the compiler says above.")
}
