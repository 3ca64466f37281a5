//! The reading process alone, for the tests of the use cases; the server has it as `server read`.

use domain::Template;
use std::process::ExitCode;

fn main() -> ExitCode {
    let template = std::env::args().nth(3).and_then(|name| Template::from_name(&name));
    template.map_or(ExitCode::FAILURE, service::reader::child)
}
