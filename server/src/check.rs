//! `server check`: checks a spreadsheet as the browser does, without a browser and without a database.

use crate::args::Format;
use domain::{Detail, Finding, Refusal, Severity, Template, check::Checked, schema::cell_name};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};
use texts::Lang;
use workbook::read::Limits;

/// Exit codes: at most warnings; errors; the file is refused or cannot be read.
const CLEAN: u8 = 0;
const ERRORS: u8 = 1;
const REFUSED: u8 = 2;

/// What `--format json` prints: one object.
#[derive(Serialize)]
struct Report<'a> {
    /// Why the whole file is refused.
    file: Option<Refused>,
    /// Errors and warnings.
    findings: Vec<Found<'a>>,
    /// Values that were normalised. Nobody has to act upon them.
    infos: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Refused {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Found<'a> {
    row: u32,
    /// The column header of the sheet.
    column: &'static str,
    code: &'static str,
    severity: Severity,
    message: String,
    suggestion: Option<&'a str>,
}

/// Checks a file and prints the findings; the exit code is that of the worst one.
pub(crate) fn run(file: &Path, template: Template, limits: Limits, format: Format, lang: Lang) -> ExitCode {
    let bytes = match bytes_of(file, limits) {
        Ok(bytes) => bytes,
        Err(why) => {
            eprintln!("server: {}: {why}", file.display());
            return ExitCode::from(REFUSED);
        }
    };
    let verdict =
        workbook::read::read(template, &bytes, limits).map(|sheet| domain::check::check(template, sheet.rows()));
    // Writing fails if the reader closed the pipe; it has read enough then.
    let _ = print(&verdict, template, format, lang, io::BufWriter::new(io::stdout().lock()));
    ExitCode::from(match verdict {
        Err(_) => REFUSED,
        Ok(checked) if checked.findings.iter().any(|f| f.severity() == Severity::Error) => ERRORS,
        Ok(_) => CLEAN,
    })
}

/// The bytes of the file; of a file that is too large, one byte more than allowed.
fn bytes_of(file: &Path, limits: Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print(
    verdict: &Result<Checked, Refusal>,
    template: Template,
    format: Format,
    lang: Lang,
    mut to: impl Write,
) -> io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut to, &report(verdict, template, lang))?;
            writeln!(to)?;
        }
        Format::Text => match verdict {
            Err(refusal) => writeln!(to, "{}: {}", lang.check_refused(), lang.refusal(refusal))?,
            Ok(checked) => text(checked, template, lang, &mut to)?,
        },
    }
    to.flush()
}

fn report<'a>(verdict: &'a Result<Checked, Refusal>, template: Template, lang: Lang) -> Report<'a> {
    match verdict {
        Err(refusal) => {
            let refused = Refused { code: refusal.code(), message: lang.refusal(refusal) };
            Report { file: Some(refused), findings: Vec::new(), infos: Vec::new() }
        }
        Ok(checked) => {
            let found = |finding: &'a Finding| Found {
                row: finding.row,
                column: template.columns().get(usize::from(finding.column)).map_or("", |column| column.header),
                code: finding.code.as_str(),
                severity: finding.severity(),
                message: lang.finding(template, finding),
                suggestion: suggestion(finding),
            };
            let (infos, findings): (Vec<_>, _) =
                checked.findings.iter().map(found).partition(|found| found.severity == Severity::Info);
            Report { file: None, findings, infos }
        }
    }
}

/// The value that the finding proposes.
fn suggestion(finding: &Finding) -> Option<&str> {
    match (finding.suggestions.first(), &finding.detail) {
        (Some(nearest), _) => Some(nearest),
        (None, Detail::Expected(value)) => Some(value),
        _ => None,
    }
}

/// Prints one line a finding, then a line of counts.
fn text(checked: &Checked, template: Template, lang: Lang, to: &mut impl Write) -> io::Result<()> {
    for finding in &checked.findings {
        let cell = cell_name(finding.row, finding.column);
        let perhaps = suggestion(finding).map(|value| lang.check_perhaps(value)).unwrap_or_default();
        writeln!(to, "{cell:<6} {}  {}{perhaps}", lang.severity(finding.severity()), lang.finding(template, finding))?;
    }
    let count = |severity| checked.findings.iter().filter(|f| f.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let rows = lang.check_rows(checked.rows.len());
    let sum = if errors + warnings == 0 { lang.check_clean().to_owned() } else { lang.check_count(errors, warnings) };
    writeln!(to, "{rows}{}{sum}", if lang == Lang::Zh { "，" } else { ", " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::path::PathBuf;

    fn sample(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../workbook/tests/samples").join(name)
    }

    fn json_of(name: &str, lang: Lang) -> Value {
        let bytes = bytes_of(&sample(name), Limits::default()).unwrap();
        let verdict = workbook::read::read(Template::Units, &bytes, Limits::default())
            .map(|sheet| domain::check::check(Template::Units, sheet.rows()));
        let mut printed = Vec::new();
        print(&verdict, Template::Units, Format::Json, lang, &mut printed).unwrap();
        serde_json::from_slice(&printed).unwrap()
    }

    #[test]
    fn json_has_the_published_form() {
        let printed = json_of("units-errors.xls", Lang::Zh);
        assert_eq!(printed["file"], Value::Null);
        let found = printed["findings"].as_array().unwrap().iter().find(|f| f["row"] == 20).unwrap();
        assert_eq!(
            *found,
            json!({
                "row": 20, "column": "*预算级次", "code": "not-in-list", "severity": "error",
                "message": "不是可选的值，请从下拉列表中选", "suggestion": found["suggestion"],
            })
        );
    }

    #[test]
    fn normalised_values_are_listed_apart_from_findings() {
        let printed = json_of("units-full-width-and-spaces.xlsx", Lang::Zh);
        assert_eq!(printed["findings"], json!([]));
        assert!(printed["infos"].as_array().unwrap().iter().all(|f| f["code"] == "normalized"));
        assert_ne!(printed["infos"], json!([]));
    }

    #[test]
    fn a_refusal_is_in_the_readers_language() {
        let printed = json_of("refused-csv.xls", Lang::En);
        assert_eq!(printed["file"]["code"], "not-a-spreadsheet");
        assert!(printed["file"]["message"].as_str().unwrap().contains("spreadsheet"));
        assert_eq!(printed["findings"], json!([]));
    }
}
