//! `server check`: checks a spreadsheet as the browser does, without a browser and without a database.

use crate::args::Format;
use domain::{Detail, Finding, Refusal, Severity, Template, check::Checked, preview::hidden_kinds, schema::cell_name};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};
use texts::Lang;
use workbook::read::Limits;

/// The exit code of a file without errors; it may have warnings.
const EXIT_CLEAN: u8 = 0;
/// The exit code of a file with errors.
const EXIT_ERRORS: u8 = 1;
/// The exit code of a file that is refused or cannot be read.
const EXIT_REFUSED: u8 = 2;

/// The output of `--format json`: one object.
#[derive(Serialize)]
struct Report<'a> {
    /// The reason why the whole file is refused.
    file: Option<ReportedRefusal>,
    /// Errors and warnings.
    findings: Vec<ReportedFinding<'a>>,
    /// Values that were normalised, and hidden rows of the file. They need no correction.
    infos: Vec<ReportedFinding<'a>>,
}

#[derive(Serialize)]
struct ReportedRefusal {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct ReportedFinding<'a> {
    /// `None` for a finding on the whole file.
    row: Option<u32>,
    /// The column header of the sheet. `None` for a finding on the whole file.
    column: Option<&'static str>,
    code: &'static str,
    severity: Severity,
    message: String,
    suggestion: Option<&'a str>,
}

/// Checks a file and prints the findings. The worst finding determines the exit code.
pub(crate) fn run(file: &Path, template: Template, limits: Limits, format: Format, lang: Lang) -> ExitCode {
    let bytes = match read_bytes(file, limits) {
        Ok(bytes) => bytes,
        Err(why) => {
            eprintln!("server: {}: {why}", file.display());
            return ExitCode::from(EXIT_REFUSED);
        }
    };
    let check_result =
        workbook::read::read(template, &bytes, limits).map(|sheet| domain::check::check(template, sheet.rows()));
    // Writing fails if the reader has closed the pipe. The reader needs no more output then.
    let _ = print(&check_result, template, format, lang, io::BufWriter::new(io::stdout().lock()));
    ExitCode::from(match check_result {
        Err(_) => EXIT_REFUSED,
        Ok(checked) if checked.findings.iter().any(|f| f.severity() == Severity::Error) => EXIT_ERRORS,
        Ok(_) => EXIT_CLEAN,
    })
}

/// The bytes of the file. Of a file that is too large, only one byte more than allowed is read.
fn read_bytes(file: &Path, limits: Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print(
    check_result: &Result<Checked, Refusal>,
    template: Template,
    format: Format,
    lang: Lang,
    mut to: impl Write,
) -> io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut to, &report(check_result, template, lang))?;
            writeln!(to)?;
        }
        Format::Text => match check_result {
            Err(refusal) => writeln!(to, "{}: {}", lang.check_refused(), lang.refusal(refusal))?,
            Ok(checked) => print_text(checked, template, lang, &mut to)?,
        },
    }
    to.flush()
}

fn report<'a>(check_result: &'a Result<Checked, Refusal>, template: Template, lang: Lang) -> Report<'a> {
    match check_result {
        Err(refusal) => {
            let refused = ReportedRefusal { code: refusal.code(), message: lang.refusal(refusal) };
            Report { file: Some(refused), findings: Vec::new(), infos: Vec::new() }
        }
        Ok(checked) => {
            let found = |finding: &'a Finding| ReportedFinding {
                row: Some(finding.row),
                column: template.columns().get(usize::from(finding.column)).map(|column| column.header),
                code: finding.code.as_str(),
                severity: finding.severity(),
                message: lang.finding(template, finding),
                suggestion: suggestion(finding),
            };
            let (mut infos, findings): (Vec<_>, _) =
                checked.findings.iter().map(found).partition(|found| found.severity == Severity::Info);
            infos.extend(hidden_kinds(&checked.hidden).iter().map(|hidden| ReportedFinding {
                row: None,
                column: None,
                code: hidden.code.as_str(),
                severity: hidden.code.severity(),
                message: lang.file_finding(template, hidden),
                suggestion: None,
            }));
            Report { file: None, findings, infos }
        }
    }
}

/// The value that the finding suggests.
fn suggestion(finding: &Finding) -> Option<&str> {
    match (finding.suggestions.first(), &finding.detail) {
        (Some(nearest), _) => Some(nearest),
        (None, Detail::Expected(value)) => Some(value),
        _ => None,
    }
}

/// Prints one line per finding, then one line of counts.
fn print_text(checked: &Checked, template: Template, lang: Lang, to: &mut impl Write) -> io::Result<()> {
    for finding in &checked.findings {
        let cell = cell_name(finding.row, finding.column);
        let suggested = suggestion(finding).map(|value| lang.check_perhaps(value)).unwrap_or_default();
        writeln!(
            to,
            "{cell:<6} {}  {}{suggested}",
            lang.severity(finding.severity()),
            lang.finding(template, finding)
        )?;
    }
    for hidden in hidden_kinds(&checked.hidden) {
        writeln!(to, "{}  {}", lang.severity(hidden.code.severity()), lang.file_finding(template, &hidden))?;
    }
    let count = |severity| checked.findings.iter().filter(|f| f.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let rows = lang.check_rows(checked.rows.len());
    let summary =
        if errors + warnings == 0 { lang.check_clean().to_owned() } else { lang.check_count(errors, warnings) };
    writeln!(to, "{rows}{}{summary}", if lang == Lang::Zh { "，" } else { ", " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::check::HiddenData;
    use serde_json::{Value, json};
    use std::path::PathBuf;

    fn sample(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../workbook/tests/samples").join(name)
    }

    fn json_of(name: &str, lang: Lang) -> Value {
        let bytes = read_bytes(&sample(name), Limits::default()).unwrap();
        let check_result = workbook::read::read(Template::Units, &bytes, Limits::default())
            .map(|sheet| domain::check::check(Template::Units, sheet.rows()));
        let mut printed = Vec::new();
        print(&check_result, Template::Units, Format::Json, lang, &mut printed).unwrap();
        serde_json::from_slice(&printed).unwrap()
    }

    #[test]
    fn json_has_the_documented_fields() {
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
    fn normalised_values_are_infos_and_not_findings() {
        let printed = json_of("units-full-width-and-spaces.xlsx", Lang::Zh);
        assert_eq!(printed["findings"], json!([]));
        assert!(printed["infos"].as_array().unwrap().iter().all(|f| f["code"] == "normalized"));
        assert_ne!(printed["infos"], json!([]));
    }

    #[test]
    fn what_a_file_hides_is_an_info_on_the_file() {
        let hidden = HiddenData { rows: vec![5, 9], columns: vec![6] };
        let checked = Ok(Checked { hidden, ..Checked::default() });
        let print = |format| {
            let mut printed = Vec::new();
            print(&checked, Template::Units, format, Lang::Zh, &mut printed).unwrap();
            String::from_utf8(printed).unwrap()
        };
        let printed: Value = serde_json::from_str(&print(Format::Json)).unwrap();
        let info = &printed["infos"][0];
        assert_eq!((&info["row"], &info["column"]), (&Value::Null, &Value::Null));
        assert_eq!((info["code"].as_str(), info["severity"].as_str()), (Some("hidden-rows"), Some("info")));
        assert!(info["message"].as_str().unwrap().contains("有 2 行被隐藏"));
        assert_eq!(printed["infos"][1]["code"], "hidden-columns");
        let text = print(Format::Text);
        assert!(text.contains("有 2 行被隐藏") && text.contains("G 列"));
    }

    #[test]
    fn a_refusal_is_in_the_readers_language() {
        let printed = json_of("refused-csv.xls", Lang::En);
        assert_eq!(printed["file"]["code"], "not-a-spreadsheet");
        assert!(printed["file"]["message"].as_str().unwrap().contains("spreadsheet"));
        assert_eq!(printed["findings"], json!([]));
    }
}
