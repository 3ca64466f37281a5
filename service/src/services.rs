//! What every use case works with.

use crate::{Clock, Result, cipher::Cipher, database, password::Hasher, reader::Turns, settings::Settings};
use migration::{MigrationInfo, Migrator, MigratorTrait, SchemaStatus};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend};
use std::sync::Arc;

/// The database, the clock and the secrets. Cheap to clone.
#[derive(Clone)]
pub struct Services(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    /// For reading; on SQLite it cannot write.
    pub(crate) db: DatabaseConnection,
    /// For statements that write on their own; transactions that write begin with [`Services::write`].
    pub(crate) writer: DatabaseConnection,
    pub(crate) clock: Clock,
    pub(crate) hasher: Hasher,
    pub(crate) cipher: Cipher,
    pub(crate) settings: Settings,
    /// Uploads being read.
    pub(crate) reading: Turns,
    /// Wakes the worker of jobs and the worker of SMS when there is something new.
    pub(crate) job_added: tokio::sync::Notify,
    pub(crate) sms_added: tokio::sync::Notify,
    /// Tells who follows a job that one has moved.
    pub(crate) job_moved: tokio::sync::watch::Sender<()>,
}

impl Services {
    /// Connects to the database and leaves the schema alone. A SQLite file is created if it does not exist.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        let database::Pools { read: db, write: writer } =
            database::connect(&settings.database_url.0, settings.database_connections, settings.sqlite_synchronous)
                .await?;
        let hasher = Hasher::new(settings.hashing)?;
        let cipher = Cipher::new(settings.secret_key.0);
        let (reading, job_added, sms_added, job_moved) = Default::default();
        let inner = Inner { db, writer, clock, hasher, cipher, settings, reading, job_added, sms_added, job_moved };
        Ok(Self(Arc::new(inner)))
    }

    /// Compares the schema of the database with this program. Only reads.
    pub async fn schema_status(&self) -> Result<SchemaStatus> {
        Ok(migration::schema_status(&self.0.db).await?)
    }

    /// Applies the pending migrations in one transaction and returns them. Processes that migrate at the same time wait for
    /// each other: one of them applies everything, the others find nothing to do.
    pub async fn migrate(&self) -> Result<Vec<MigrationInfo>> {
        let tx = self.write().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(hashtext('schema'))").await?;
        }
        let pending = migration::schema_status(&tx).await?.pending;
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(pending)
    }

    /// Whether the database answers, for health checks.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.0.db.ping().await?)
    }

    /// Begins a transaction that writes. On SQLite there is one at a time, in the order of asking: never begin a second
    /// while the first is open.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction> {
        database::begin(&self.0.writer).await
    }

    /// Now, in the unit of every time in the database.
    pub(crate) fn now(&self) -> i64 {
        self.0.clock.now().0
    }

    /// The database, for tests that look behind the use cases.
    pub fn database(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }
}
