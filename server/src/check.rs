//! `check`: under construction.

use crate::args::Format;
use domain::Template;
use std::{path::Path, process::ExitCode};
use texts::Lang;

/// Checks a file without a database.
pub(crate) fn run(file: &Path, template: Template, format: Format, lang: Lang) -> ExitCode {
    let _ = (file, template, format, lang);
    ExitCode::from(2)
}
