//! Turns the configuration into the settings of the use cases.

use crate::{config::Config, error::Error, secret_key};
use service::{Clock, Hashing, SchemaStatus, Secret, Services, Settings, SmsLimits, reader::Reader};
use std::time::Duration;

/// Opens the database and the services of the use cases.
pub(crate) async fn open(config: &Config) -> Result<Services, Error> {
    Services::open(settings(config)?, Clock::default()).await.map_err(Error::Database)
}

/// Opens the database as [`open`] does, and refuses a schema that is behind or ahead of this program.
pub(crate) async fn open_migrated(config: &Config) -> Result<Services, Error> {
    let services = open(config).await?;
    let status = services.schema_status().await.map_err(Error::Schema)?;
    check_not_ahead(&status)?;
    if !status.pending.is_empty() {
        return Err(Error::SchemaBehind(status.pending.into_iter().map(|migration| migration.name).collect()));
    }
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
        sms_file: sms.file.clone(),
    })
}
