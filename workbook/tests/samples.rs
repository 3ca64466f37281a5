//! Compares the findings of every sample file with `samples/expected.json`.
#![allow(clippy::unwrap_used)]

use domain::{Code, Severity, Template, check, schema::units};
use rstest::rstest;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};
use workbook::read::{Limits, read};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// `Ok`: row, header and code of every error and warning. `Err`: the code of the refusal.
fn findings_of(name: &str) -> Result<BTreeSet<(u64, String, String)>, String> {
    let template = if name.starts_with("purchasers") { Template::Purchasers } else { Template::Units };
    let bytes = fs::read(samples().join(name)).unwrap();
    let sheet = read(template, &bytes, Limits::default()).map_err(|refusal| refusal.code().to_owned())?;
    let checked = check::check(template, sheet.rows());
    let reported = checked.findings.iter().filter(|f| f.severity() > Severity::Info);
    let header = |column: u8| template.columns()[usize::from(column)].header.to_owned();
    Ok(reported.map(|f| (f.row.into(), header(f.column), f.code.as_str().to_owned())).collect())
}

fn expected(value: &Value) -> Result<BTreeSet<(u64, String, String)>, String> {
    match value {
        Value::String(code) => Err(code.clone()),
        findings => Ok(findings
            .as_array()
            .unwrap()
            .iter()
            .map(|f| {
                let text = |key: &str| f[key].as_str().unwrap().to_owned();
                (f["row"].as_u64().unwrap(), text("column"), text("code"))
            })
            .collect()),
    }
}

#[test]
fn every_sample_has_the_expected_findings() {
    let json: Value = serde_json::from_slice(&fs::read(samples().join("expected.json")).unwrap()).unwrap();
    let samples_json = json["findings"].as_object().unwrap();
    for (name, value) in samples_json {
        assert_eq!(findings_of(name), expected(value), "{name}");
    }
    let files = fs::read_dir(samples()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let unknown: Vec<String> =
        files.filter(|name| name != "expected.json" && !samples_json.contains_key(name)).collect();
    assert!(unknown.is_empty(), "not in expected.json: {unknown:?}");
}

#[test]
fn tidied_cells_have_info_findings() {
    let bytes = fs::read(samples().join("units-full-width-and-spaces.xlsx")).unwrap();
    let checked = check::check(Template::Units, read(Template::Units, &bytes, Limits::default()).unwrap().rows());
    assert!(!checked.findings.is_empty() && checked.findings.iter().all(|f| f.severity() == Severity::Info));
}

/// The files are the templates, filled in by hand with LibreOffice 7.4 and saved in the other format. One 预留份额 is a
/// formula.
#[test]
fn a_template_filled_in_with_libreoffice_has_no_findings() {
    for name in ["from-xlsx.xls", "from-xls.xlsx"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/libreoffice").join(name);
        let sheet = read(Template::Units, &fs::read(path).unwrap(), Limits::default()).unwrap();
        let checked = check::check(Template::Units, sheet.rows());
        assert_eq!((checked.rows.len(), checked.findings), (2, Vec::new()), "{name}");
        assert_eq!(checked.rows[1].cell(8), "1.2", "{name}");
    }
}

#[rstest]
#[case("dates.xls")]
#[case("dates.xlsx")]
#[case("dates-1904.xls")]
#[case("dates-1904.xlsx")]
fn dates_are_read_as_displayed(#[case] name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/libreoffice").join(name);
    let sheet = read(Template::Units, &fs::read(path).unwrap(), Limits::default()).unwrap();
    let checked = check::check(Template::Units, sheet.rows());
    let cell = |column| checked.rows[0].cell(column);
    assert_eq!(
        [units::NAME, units::CONTACT, units::REMARK].map(cell),
        ["2026-03-01", "10:30:00", "2026-03-01 10:00:00"]
    );
    // The day 46,082 must not become an amount.
    let total = checked.findings.iter().find(|finding| finding.column == units::TOTAL).unwrap();
    assert_eq!((cell(units::TOTAL), total.code), ("2026-03-01", Code::NumberFormat));
}
