//! Every sample gives the findings that `samples/expected.json` says.
#![allow(clippy::unwrap_used)]

use domain::{Code, Severity, Template, check, schema::units};
use rstest::rstest;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};
use workbook::read::{Limits, read};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// The code of the refusal, or row, header and code of every error and warning.
fn verdict(name: &str) -> Result<BTreeSet<(u64, String, String)>, String> {
    let template = if name.starts_with("purchasers") { Template::Purchasers } else { Template::Units };
    let bytes = fs::read(samples().join(name)).unwrap();
    let sheet = read(template, &bytes, Limits::default()).map_err(|refusal| refusal.code().to_owned())?;
    let checked = check::check(template, sheet.rows());
    let told = checked.findings.iter().filter(|f| f.severity() > Severity::Info);
    let header = |column: u8| template.columns()[usize::from(column)].header.to_owned();
    Ok(told.map(|f| (f.row.into(), header(f.column), f.code.as_str().to_owned())).collect())
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
fn every_sample_gives_what_is_expected() {
    let told: Value = serde_json::from_slice(&fs::read(samples().join("expected.json")).unwrap()).unwrap();
    let told = told["findings"].as_object().unwrap();
    for (name, value) in told {
        assert_eq!(verdict(name), expected(value), "{name}");
    }
    let files = fs::read_dir(samples()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let unknown: Vec<String> = files.filter(|name| name != "expected.json" && !told.contains_key(name)).collect();
    assert!(unknown.is_empty(), "not in expected.json: {unknown:?}");
}

#[test]
fn what_was_tidied_is_told() {
    let bytes = fs::read(samples().join("units-full-width-and-spaces.xlsx")).unwrap();
    let checked = check::check(Template::Units, read(Template::Units, &bytes, Limits::default()).unwrap().rows());
    assert!(!checked.findings.is_empty() && checked.findings.iter().all(|f| f.severity() == Severity::Info));
}

/// The templates, filled in by hand with LibreOffice 7.4 (one formula among the shares) and saved in the other format.
#[test]
fn a_template_filled_in_with_libreoffice_imports() {
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
fn dates_are_read_as_they_are_seen(#[case] name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/libreoffice").join(name);
    let sheet = read(Template::Units, &fs::read(path).unwrap(), Limits::default()).unwrap();
    let checked = check::check(Template::Units, sheet.rows());
    let cell = |column| checked.rows[0].cell(column);
    assert_eq!([units::NAME, units::CONTACT, units::REMARK].map(cell), ["2026-03-01", "10:30", "2026-03-01 10:00"]);
    // No amount of 46,082.
    let total = checked.findings.iter().find(|finding| finding.column == units::TOTAL).unwrap();
    assert_eq!((cell(units::TOTAL), total.code), ("2026-03-01", Code::NumberFormat));
}
