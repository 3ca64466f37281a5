//! The configured limits and lifetimes reach templates, documents, texts and the command line.

use crate::harness::{Backend, DEPARTMENT, Site, program, sample, samples};
use std::{fs, io::Read, process::Command};

/// Limits that differ from the defaults.
const CHANGED_LIMITS: &[(&str, &str)] = &[
    ("FARM_IMPORT_MAX_ROWS", "60000"),
    ("FARM_IMPORT_MAX_BYTES", "65536"),
    ("FARM_PASSWORD_INITIAL_DAYS", "7"),
    ("FARM_HOTLINE_NUMBER", "0591-87654321"),
    ("FARM_HOTLINE_DAYS", "workdays"),
    ("FARM_HOTLINE_FROM", "8:30"),
];

#[tokio::test]
async fn the_document_and_its_texts_carry_the_configured_settings() {
    let site = Site::new(Backend::Sqlite, CHANGED_LIMITS).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let page = server.signed_out().get("/signin").await.text().await.unwrap();
    let hotline = r#"{"number":"0591-87654321","days":"workdays","from":"8:30","to":"18:00"}"#;
    let limits = r#""max_rows":60000,"max_bytes":65536,"initial_password_days":7"#;
    let settings = format!("{{{limits},\"hotline\":{hotline}}}").replace('"', "&quot;");
    assert!(page.contains(&format!("data-settings=\"{settings}\"")), "{}", &page[..page.find("<div").unwrap_or(2000)]);

    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let help = person.get("/help").await.text().await.unwrap();
    assert!(help.contains("<p>7 天。第一次登录必须改成自己的密码"), "{help}");
    for page in [page, help] {
        assert!(page.contains("服务热线 0591-87654321，工作日 8:30–18:00"), "{page}");
    }
}

#[tokio::test]
async fn the_template_has_drop_down_lists_in_all_rows_that_may_be_imported() {
    let site = Site::new(Backend::Sqlite, CHANGED_LIMITS).await;
    let server = site.serve().await;
    let template = server.signed_out().get("/templates/units.xlsx").await.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(template)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    for column in ["E", "F"] {
        assert!(sheet.contains(&format!("sqref=\"{column}4:{column}60003\"")), "{column}");
    }
}

#[test]
fn check_uses_the_configured_limits() {
    let folder = tempfile::tempdir().unwrap();
    let exit = |change: fn(&mut Command) -> &mut Command| {
        let mut command = program(folder.path());
        let file = samples().join("units-valid.xlsx");
        command.args(["check", file.to_str().unwrap(), "--template", "units", "--format", "json"]);
        change(&mut command);
        let output = command.output().unwrap();
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), printed["file"]["code"].as_str().map(str::to_owned))
    };
    let refused = |code: &str| (Some(2), Some(code.to_owned()));
    // The sample has 25 rows.
    assert_eq!(exit(|command| command), (Some(0), None));
    assert_eq!(exit(|command| command.env("FARM_IMPORT_MAX_ROWS", "25")), (Some(0), None));
    assert_eq!(exit(|command| command.env("FARM_IMPORT_MAX_ROWS", "24")), refused("too-many-rows"));

    fs::write(folder.path().join("Leptos.toml"), "[import]\nmax_rows = 24").unwrap();
    assert_eq!(exit(|command| command), refused("too-many-rows"));
    fs::write(folder.path().join("other.toml"), "[import]\nmax_bytes = 65536").unwrap();
    assert_eq!(exit(|command| command.args(["--config", "other.toml"])), (Some(0), None));
    let large = folder.path().join("large.xlsx");
    fs::write(&large, [sample("units-valid.xlsx"), vec![0; 65_536]].concat()).unwrap();
    let mut command = program(folder.path());
    command.args(["check", "large.xlsx", "--template", "units", "--config", "other.toml"]);
    assert_eq!(command.output().unwrap().status.code(), Some(2));
    // A configuration that is named must exist.
    assert_eq!(exit(|command| command.args(["--config", "missing.toml"])), (Some(2), None));
}
