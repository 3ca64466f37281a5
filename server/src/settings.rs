//! Turns the configuration into the settings of the use cases.

use crate::{config::Config, error::Error, secret_key};
use service::{Clock, Hashing, SchemaStatus, Secret, Services, Settings, SmsLimits, TotalsSettings, reader::Reader};
use std::time::Duration;

/// Opens the database and the services of the use cases.
pub(crate) async fn open(config: &Config) -> Result<Services, Error> {
    let services = Services::open(settings(config)?, Clock::default()).await;
    services.map_err(|why| Error::Database(without_password(&why.to_string(), &config.database.url)))
}

/// A message on one line, without the URL of the database and the password in it. Libraries may quote a URL that they cannot read.
fn without_password(message: &str, url: &str) -> String {
    const HIDDEN: &str = "***";
    let after_scheme = url.split_once("//").map_or(url, |(_, rest)| rest);
    let of_user = after_scheme.rsplit_once('@').and_then(|(user, _)| Some(user.split_once(':')?.1));
    let of_query = url.split_once('?').into_iter().flat_map(|(_, query)| query.split('&'));
    let of_query = of_query.filter_map(|parameter| parameter.strip_prefix("password="));
    let mut message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace(url, HIDDEN);
    for password in of_user.into_iter().chain(of_query).filter(|password| !password.is_empty()) {
        message = message.replace(password, HIDDEN);
        let decoded = percent_encoding::percent_decode_str(password).decode_utf8_lossy();
        message = message.replace(&*decoded, HIDDEN);
    }
    message
}

/// Opens the database as [`open`] does, and refuses a schema that is behind or ahead of this program, and a database to which
/// nothing can be written.
pub(crate) async fn open_migrated(config: &Config) -> Result<Services, Error> {
    let services = open(config).await?;
    let status = services.schema_status().await.map_err(Error::Schema)?;
    check_not_ahead(&status)?;
    if !status.pending.is_empty() {
        return Err(Error::SchemaBehind(status.pending.into_iter().map(|migration| migration.name).collect()));
    }
    services.check_writable().await.map_err(Error::ReadOnlyDatabase)?;
    Ok(services)
}

/// Refuses a schema that a newer program made.
pub(crate) fn check_not_ahead(status: &SchemaStatus) -> Result<(), Error> {
    if status.unknown.is_empty() { Ok(()) } else { Err(Error::SchemaAhead(status.unknown.clone())) }
}

fn settings(config: &Config) -> Result<Settings, Error> {
    let Config { site, database, session, password, import, sms, demo, .. } = config;
    Ok(Settings {
        database_url: Secret(database.url.clone()),
        database_connections: database.max_connections,
        sqlite_synchronous: database.synchronous,
        hashing: Hashing { memory_kib: password.memory_kib, passes: password.iterations, lanes: password.parallelism },
        secret_key: Secret(secret_key::load(sms)?),
        session_idle: Duration::from_secs(u64::from(session.idle_minutes) * 60),
        session_lifetime: Duration::from_secs(u64::from(session.hours) * 60 * 60),
        public: config.public(),
        reader: Reader {
            program: std::env::current_exe().map_err(Error::Program)?,
            memory_bytes: import.reader_memory_mib << 20,
            time_limit: Duration::from_secs(u64::from(import.reader_seconds)),
        },
        demo: demo.enabled,
        site_url: site.url.clone(),
        temporary_folder: import.upload_dir.clone(),
        sms_limits: SmsLimits { per_number_hour: sms.per_number_hour, per_number_day: sms.per_number_day },
        reminder_days: sms.reminder_days,
        sms_file: sms.file.clone(),
        totals: TotalsSettings::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::without_password;
    use rstest::rstest;

    #[rstest]
    #[case("postgres://u:pa%2Fss@h/d", "cannot read postgres://u:pa%2Fss@h/d")]
    #[case("postgres://u:pa%2Fss@h/d", "the password pa/ss or pa%2Fss is wrong")]
    #[case("postgres://u:pa/ss@h:x/d", "the host u:pa/ss is unknown")]
    #[case("postgres://u:p@ss@h/d", "the host p@ss is unknown")]
    #[case("postgres://h/d?user=u&password=pa/ss&sslmode=x", "there is no pa/ss")]
    fn no_message_holds_the_password(#[case] url: &str, #[case] message: &str) {
        let shown = without_password(message, url);
        assert!(shown.contains("***"), "{shown}");
        assert!(!["pa/ss", "pa%2Fss", "p@ss"].iter().any(|password| shown.contains(password)), "{shown}");
    }

    #[test]
    fn other_messages_stay_and_are_one_line() {
        assert_eq!(without_password("no\n  disk", "sqlite:///a.db"), "no disk");
        assert_eq!(without_password("no answer from h:5432", "postgres://u:pw9@h:5432/d"), "no answer from h:5432");
    }
}
