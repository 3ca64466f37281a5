//! The child process that reads uploads, as a program of its own for the tests of this crate. The server starts itself as
//! `server read` instead.

use domain::Template;
use std::process::ExitCode;

fn main() -> ExitCode {
    let template = std::env::args().nth(3).and_then(|name| Template::from_name(&name));
    template.map_or(ExitCode::FAILURE, service::reader::run_child)
}
