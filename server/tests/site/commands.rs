//! The commands besides `serve`, and a start that fails.

use crate::harness::{Backend, Site, program, sample, samples};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Stdio},
};

/// Findings by row, column and code.
type Found = BTreeSet<(u64, String, String)>;

#[test]
fn check_prints_the_expected_findings_of_every_sample() {
    let folder = tempfile::tempdir().unwrap();
    let expected: Value = serde_json::from_slice(&sample("expected.json")).unwrap();
    for (name, expected) in expected["findings"].as_object().unwrap() {
        let template = if name.starts_with("purchasers") { "purchasers" } else { "units" };
        let file = samples().join(name);
        let output = program(folder.path())
            .args(["check", file.to_str().unwrap(), "--template", template, "--format", "json"])
            .output()
            .unwrap();
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let exit = output.status.code().unwrap();
        let found: Found = printed["findings"]
            .as_array()
            .unwrap()
            .iter()
            .inspect(|finding| {
                assert!(!finding["message"].as_str().unwrap().is_empty(), "{name}: {finding}");
                assert!(finding["suggestion"].is_null() || finding["suggestion"].is_string(), "{name}: {finding}");
            })
            .map(finding_key)
            .collect();
        if let Some(refusal) = expected.as_str() {
            assert_eq!((&printed["file"]["code"], exit), (&json!(refusal), 2), "{name}");
            assert!(!printed["file"]["message"].as_str().unwrap().is_empty(), "{name}");
            assert!(found.is_empty(), "{name}");
        } else {
            let expected_findings: Found = expected.as_array().unwrap().iter().map(finding_key).collect();
            assert!(printed["file"].is_null(), "{name}");
            assert_eq!(found, expected_findings, "{name}");
            assert_eq!(exit, i32::from(!expected_findings.is_empty()), "{name}");
        }
    }
}

fn finding_key(finding: &Value) -> (u64, String, String) {
    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
    (finding["row"].as_u64().unwrap(), text("column"), text("code"))
}

/// Runs a command that must fail at the start. Returns the error, which must be one line.
fn start_error(mut command: Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    error
}

#[rstest]
#[case(
    "[site]\nadr = 1",
    "FARM_LOG_FILTER",
    "info",
    "Leptos.toml: there is no setting `site.adr`; did you mean `site.addr`?"
)]
#[case("", "FARM_SITE_ADRR", "x", "environment: there is no setting `FARM_SITE_ADRR`; did you mean `FARM_SITE_ADDR`?")]
#[case("", "FARM_SITE_ADDR", "here", "environment variable FARM_SITE_ADDR: `site.addr` must be an address with a port")]
#[case("", "DATABASE_URL", "mysql://u:secret@h/d", "environment variable DATABASE_URL: `database.url` must be a URL")]
#[case("", "FARM_DATABASE_URL", "sqlite:///proc/none/a.db", "`database.url`: the database does not open")]
#[case("", "FARM_DATABASE_URL", "postgres://127.0.0.1:1/a", "`database.url`: the database does not open")]
#[case("", "FARM_IMPORT_UPLOAD_DIR", "/proc/none", "`import.upload_dir`: /proc/none")]
#[case("", "FARM_SMS_SECRET_KEY_FILE", "/proc/none", "`sms.secret_key_file`: /proc/none")]
#[case("", "FARM_SMS_SECRET_KEY", "secret", "environment variable FARM_SMS_SECRET_KEY: `sms.secret_key` must be 64")]
fn a_wrong_setting_is_named_at_the_start(
    #[case] file: &str,
    #[case] variable: &str,
    #[case] value: &str,
    #[case] expected: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Leptos.toml"), file).unwrap();
    let mut command = program(folder.path());
    command.env("FARM_SITE_ADDR", "127.0.0.1:0").env("FARM_LOG_FILTER", "off").env(variable, value);
    let error = start_error(command);
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains("secret@") && !error.contains("`secret`"), "{error}");
}

/// A URL that cannot be read or opened is not quoted with its password.
#[rstest]
fn a_database_password_is_never_shown(
    #[values(
        "postgres://u:geheim7@127.0.0.1:port/d",
        "postgres://u:geheim7@127.0.0.1:1/d",
        "postgres://u:gehe/im7@127.0.0.1:1/d",
        "postgres://u:geheim7@/d?sslmode=geheim7",
        "postgres://u@127.0.0.1:1/d?password=geheim7&sslmode=no",
        "postgres://u:geheim7@127.0.0.1:1/d?statement-cache-capacity=geheim7",
        "postgresql://u:geheim7@[::1/d",
        "postgres:u:geheim7@h",
        "sqlite://u:geheim7@/proc/none?mode=geheim7"
    )]
    url: &str,
    #[values("off", "trace")] log: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Leptos.toml"), "").unwrap();
    let mut command = program(folder.path());
    command.env("FARM_SITE_ADDR", "127.0.0.1:0").env("FARM_LOG_FILTER", log).env("DATABASE_URL", url);
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(!error.contains("geheim7") && !error.contains("im7"), "{error}");
    assert!(error.lines().last().unwrap().starts_with("`database.url`: the database does not open: "), "{error}");
}

/// Starts the program where a folder of the site is read-only. `None` if this system lets a test mount nothing.
fn start_on_read_only_disk(site: &Site, folder: &std::path::Path) -> Option<Command> {
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
    let probe = Command::new("unshare").args(["-m", "sh", "-c", mount]).arg(folder).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let program = site.command(&[]);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &format!("{mount} && exec \"$@\"")]).arg(folder);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(command)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_read_only_disk_is_named_at_the_start() {
    let new_site = async || {
        let variables = [("FARM_LOG_FILTER", "off"), ("FARM_DATABASE_URL", "sqlite://database/farm.db")];
        let site = Site::new(Backend::Sqlite, &variables).await;
        fs::create_dir_all(site.path("data/uploads")).unwrap();
        site
    };
    for (folder, expected) in [
        ("data/uploads", "`import.upload_dir`: "),
        ("database", "`database.url`: "),
        // The key is there and can be read; the uploads cannot be written.
        ("data", "`import.upload_dir`: "),
        (".", "`import.upload_dir`: "),
    ] {
        let site = new_site().await;
        let Some(command) = start_on_read_only_disk(&site, &site.path(folder)) else {
            eprintln!("this system lets a test mount nothing");
            return;
        };
        let error = start_error(command);
        assert!(error.starts_with(expected), "{folder}: {error}");
    }
    let site = new_site().await;
    fs::remove_file(site.path("data/secret.key")).unwrap();
    let Some(mut command) = start_on_read_only_disk(&site, &site.path("data")) else { return };
    command.env("FARM_IMPORT_UPLOAD_DIR", "uploads");
    let error = start_error(command);
    assert!(error.starts_with("`sms.secret_key_file`: "), "{error}");
}

#[test]
fn a_missing_configuration_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = start_error(program(folder.path()));
    assert!(error.starts_with("Leptos.toml: ") && error.contains("--config"), "{error}");
    let mut command = program(folder.path());
    command.args(["--config", "other.toml", "migrate"]);
    assert!(start_error(command).starts_with("other.toml: "));
    let mut command = program(folder.path());
    command.arg("dance");
    let output = command.output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("unrecognized subcommand 'dance'"), "{message}");
}

#[tokio::test]
async fn an_address_that_is_in_use_is_named() {
    let site = Site::new(Backend::Sqlite, &[("FARM_LOG_FILTER", "off")]).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let mut command = site.command(&[]);
    command.env("FARM_SITE_ADDR", &addr);
    let error = start_error(command);
    assert!(error.contains(&format!("`site.addr`: cannot listen on {addr}")), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new(Backend::Sqlite, &[("FARM_LOG_FILTER", "off")]).await;
    assert!(site.run(&["migrate"]).status.success());
    let key = site.path("data/secret.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let error = start_error(site.command(&["migrate"]));
    assert!(error.contains("chmod 600"), "{error}");
}

#[rstest]
#[tokio::test]
async fn a_database_that_is_behind_or_ahead_is_refused(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::without_schema(backend, &[("FARM_LOG_FILTER", "off")]).await;
    for command in [&["serve"][..], &["seed"], &["issue-password", "YW00000001"]] {
        let error = start_error(site.command(command));
        assert!(error.contains("m20261124_000001_initial") && error.contains("`server migrate`"), "{error}");
    }
    let printed = |args: &[&str]| {
        let output = site.run(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let listed = printed(&["migrate", "--dry-run"]);
    assert!(listed.contains("m20261124_000001_initial  create all tables"), "{listed}");
    assert!(!listed.contains("applied"), "{listed}");
    // The dry run changed nothing.
    assert_eq!(printed(&["migrate", "--dry-run"]), listed);
    let migrated = printed(&["migrate"]);
    assert!(migrated.starts_with(&listed) && migrated.contains("applied; the schema is up to date"), "{migrated}");
    assert_eq!(printed(&["migrate"]), "the schema is up to date\n");
    site.seed();

    let db = site.database().await;
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m29990101_000001_later', 0)").await.unwrap();
    for command in [&["serve"][..], &["seed"], &["migrate"], &["migrate", "--dry-run"]] {
        let error = start_error(site.command(command));
        assert!(error.contains("m29990101_000001_later") && error.contains("newer than this program"), "{error}");
    }
}

#[rstest]
#[tokio::test]
async fn processes_that_migrate_at_once_apply_each_migration_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let site = Site::without_schema(backend, &[("FARM_LOG_FILTER", "off")]).await;
    let processes: Vec<_> = (0..4)
        .map(|_| site.command(&["migrate"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    site.seed();
}

#[rstest]
#[tokio::test]
async fn seeding_is_safe_to_repeat(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    assert_eq!(site.seed(), accounts);
    let again = site.run(&["seed"]);
    assert_eq!(String::from_utf8(again.stderr).unwrap().lines().last(), Some("0 units and 0 accounts added"));
}

#[tokio::test]
async fn a_first_password_is_printed_once_and_works() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let operator = server.sign_in(&accounts[crate::harness::OPERATOR]).await;
    let found = operator.call_ok("list_units", &[("query[search]", "南京市鼓楼区财政局")]).await;
    let login = found["rows"][0]["login"].as_str().unwrap().to_owned();

    let issued = site.run(&["issue-password", &login]);
    assert!(issued.status.success(), "{}", String::from_utf8_lossy(&issued.stderr));
    let password = String::from_utf8(issued.stdout).unwrap().trim().to_owned();
    let person = server.sign_in(&(login.clone(), password.clone())).await;
    assert_eq!(person.call_ok("who", &[]).await["sign_in_step"], "change-password");
    assert!(!site.log().contains(&password));

    let unknown = start_error(site.command(&["issue-password", "GL99999999"]));
    assert!(unknown.contains("no password was issued for GL99999999"), "{unknown}");
}

#[rstest]
#[tokio::test]
async fn servers_with_different_sms_keys_do_not_start(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    drop(site.serve().await);
    let other_key = || {
        let mut command = site.command(&["serve"]);
        command.env("FARM_SMS_SECRET_KEY", "0a".repeat(32));
        command
    };
    let error = start_error(other_key());
    assert!(error.contains("another key") && error.contains("server accept-sms-key"), "{error}");
    let accepted = site.command(&["accept-sms-key"]).env("FARM_SMS_SECRET_KEY", "0a".repeat(32)).output().unwrap();
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    // Now it is the first key that is another one.
    let error = start_error(site.command(&["serve"]));
    assert!(error.contains("another key"), "{error}");
    let resumed = site.run(&["resume-jobs"]);
    assert_eq!(String::from_utf8(resumed.stdout).unwrap(), "0 generations go on as soon as a server runs\n");
}

#[tokio::test]
async fn the_server_is_healthy_and_stops_without_an_error() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
    assert_eq!(server.terminate().await.code(), Some(0));
}
