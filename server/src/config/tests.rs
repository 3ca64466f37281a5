use super::{Config, Error, FILE, LogFormat, Settings, parse_toml, variable};
use rstest::rstest;
use std::path::Path;

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, Error> {
    Config::parse(text, Path::new(FILE), variables.iter().map(|(name, value)| (name.into(), value.into())))
}

fn defaults() -> Config {
    parse("", &[]).unwrap()
}

fn shipped() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Leptos.toml")).unwrap()
}

#[test]
fn shipped_file_holds_every_key_with_its_default() {
    let text = shipped();
    // A key of `Config` that the file does not hold, or the other way round, is an error.
    assert_eq!(parse(&text, &[]).unwrap(), defaults());
    assert_eq!(defaults().public(), domain::PublicSettings::default());
    let settings = Settings(parse_toml(&text, Path::new(FILE)).unwrap());
    assert_eq!(settings.keys().count(), 45);
    for (key, _) in settings.keys() {
        assert!(text.contains(&variable(&key)), "{} is not documented", variable(&key));
    }
}

#[test]
fn environment_over_file_over_default() {
    let text = "[site]\naddr = \"127.0.0.1:4000\"\nsecure = true\n[import]\nmax_rows = 10";
    let config = parse(
        text,
        &[
            ("FARM_SITE_ADDR", "127.0.0.1:5000"),
            ("PATH", "/bin"),
            ("FARM_CONFIG", "x"),
            ("FARM_TEST_POSTGRES_URL", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.site.addr.port(), 5000);
    assert!(config.site.secure);
    assert_eq!(config.import.max_rows, 10);
    assert_eq!(config.session, defaults().session);
}

#[rstest]
#[case(&[("DATABASE_URL", "postgres://a/b")], "postgres://a/b")]
#[case(&[("FARM_DATABASE_URL", "postgres://c/d")], "postgres://c/d")]
#[case(&[("FARM_DATABASE_URL", "postgres://c/d"), ("DATABASE_URL", "postgres://a/b")], "postgres://c/d")]
fn database_url_by_either_name(#[case] variables: &[(&str, &str)], #[case] expected: &str) {
    assert_eq!(parse("", variables).unwrap().database.url, expected);
}

#[test]
fn lists_from_file_and_environment() {
    let file = parse("[site]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]", &[]).unwrap();
    let environment = parse("", &[("FARM_SITE_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")]).unwrap();
    assert_eq!(file.site.trusted_proxies.len(), 2);
    assert_eq!(file, environment);
}

#[rstest]
#[case("[site]\nadress = 1", &[], "Leptos.toml: there is no setting `site.adress`")]
#[case("[sites]\naddr = \"x\"", &[], "Leptos.toml: there is no setting `[sites]`")]
#[case("addr = 1", &[], "Leptos.toml: there is no setting `addr`")]
#[case("", &[("FARM_SITE_ADRR", "x")], "environment: there is no setting `FARM_SITE_ADRR`")]
#[case("[site]\naddr = 3000", &[], "Leptos.toml: `site.addr` must be an address with a port")]
#[case("", &[("FARM_SITE_ADDR", "here")], "environment variable FARM_SITE_ADDR: `site.addr` must be an address")]
#[case("[import]\nmax_rows = 0", &[], "Leptos.toml: `import.max_rows` must be a whole number from 1 to")]
#[case("[password]\nmemory_kib = 1024", &[], "`password.memory_kib` must be a whole number from 19456")]
#[case("[demo]\nenabled = \"yes\"", &[], "Leptos.toml: `demo.enabled` must be true or false")]
#[case("[sms]\ngateway = \"pigeon\"", &[], "`sms.gateway` must be \"file\"")]
#[case("", &[("DATABASE_URL", "mysql://x")], "environment variable DATABASE_URL: `database.url` must be a URL")]
#[case("[database]\nsynchronous = \"off\"", &[], "`database.synchronous` must be \"full\" or \"normal\"")]
#[case("", &[("FARM_LOG_FILTER", "a=b=c")], "environment variable FARM_LOG_FILTER: `log.filter` must be")]
#[case("[site]\n\naddr = ", &[], "Leptos.toml:3: not valid TOML")]
fn stops_by_name(#[case] text: &str, #[case] variables: &[(&str, &str)], #[case] message: &str) {
    let said = parse(text, variables).unwrap_err().to_string();
    assert!(said.contains(message), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn secrets_are_never_shown() {
    let secret = "deadbeef".repeat(8);
    let config = parse("", &[("FARM_SMS_SECRET_KEY", &secret)]).unwrap();
    assert_eq!(config.sms.secret_key.unwrap()[..4], [0xde, 0xad, 0xbe, 0xef]);
    assert!(!format!("{config:?}").contains("secret_key: "));
    let said = parse("", &[("FARM_SMS_SECRET_KEY", "deadbeef")]).unwrap_err().to_string();
    assert!(!said.contains("deadbeef"), "{said}");
    let said = parse("", &[("DATABASE_URL", "mysql://u:deadbeef@h/d")]).unwrap_err().to_string();
    assert!(!said.contains("deadbeef"), "{said}");
}

#[rstest]
#[case("sqlite://data/a.db?mode=rwc", "sqlite:///etc/farm/data/a.db?mode=rwc")]
#[case("sqlite:data/a.db", "sqlite:/etc/farm/data/a.db")]
#[case("sqlite:///var/a.db", "sqlite:///var/a.db")]
#[case("sqlite::memory:", "sqlite::memory:")]
#[case("postgres://h/d", "postgres://h/d")]
fn relative_paths_start_at_the_file(#[case] url: &str, #[case] resolved: &str) {
    let mut config = parse("", &[("DATABASE_URL", url)]).unwrap();
    config.resolve(Path::new("/etc/farm"));
    assert_eq!(config.database.url, resolved);
    assert_eq!(config.import.upload_dir, Path::new("/etc/farm/data/uploads"));
}

#[test]
fn a_named_file_must_exist() {
    let said = Config::load(Some("/nowhere/Leptos.toml".into())).unwrap_err().to_string();
    assert!(said.starts_with("/nowhere/Leptos.toml: "), "{said}");
}

#[test]
fn json_logs() {
    assert_eq!(parse("[log]\nformat = \"json\"", &[]).unwrap().log.format, LogFormat::Json);
}
