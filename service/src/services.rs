//! The database, the clock and the secrets that every use case works with.

use crate::{
    Clock, Result,
    cipher::Cipher,
    database::{self, Pools},
    password::Hasher,
    reader::ReaderQueue,
    settings::Settings,
    sql,
};
use domain::calendar::Timestamp;
use entity::counter;
use migration::{MigrationInfo, Migrator, MigratorTrait, SchemaStatus};
use sea_orm::{ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter};
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// The database, the clock and the secrets. Cheap to clone.
#[derive(Clone)]
pub struct Services(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    /// For reading. On SQLite this pool cannot write.
    pub(crate) db: DatabaseConnection,
    /// For single statements that write. Transactions that write begin with [`Services::write`].
    pub(crate) writer: DatabaseConnection,
    pub(crate) clock: Clock,
    pub(crate) hasher: Hasher,
    pub(crate) cipher: Cipher,
    pub(crate) settings: Settings,
    pub(crate) reader_queue: ReaderQueue,
    /// Wake the worker of jobs and the worker of SMS after something was added.
    pub(crate) job_added: Notify,
    pub(crate) sms_added: Notify,
    /// Notifies the pages that show a job after the job has made progress.
    pub(crate) job_moved: watch::Sender<()>,
}

impl Services {
    /// Connects to the database and leaves the schema alone. A SQLite file is created if it does not exist.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        Self::with_pools(Self::connect(&settings).await?, settings, clock)
    }

    /// Like [`Services::open`], but calls `observer` with the text of each statement that is sent to the database, for tests
    /// that count them.
    pub async fn open_observed(
        settings: Settings,
        clock: Clock,
        observer: impl Fn(&str) + Clone + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut pools = Self::connect(&settings).await?;
        for pool in [&mut pools.read, &mut pools.write] {
            let observer = observer.clone();
            pool.set_metric_callback(move |info| observer(&info.statement.sql));
        }
        Self::with_pools(pools, settings, clock)
    }

    async fn connect(settings: &Settings) -> Result<Pools> {
        let Settings { database_url, database_connections, sqlite_synchronous, .. } = settings;
        database::connect(&database_url.0, *database_connections, *sqlite_synchronous).await
    }

    fn with_pools(pools: Pools, settings: Settings, clock: Clock) -> Result<Self> {
        let Pools { read: db, write: writer } = pools;
        let hasher = Hasher::new(settings.hashing)?;
        let cipher = Cipher::new(settings.secret_key.0);
        Ok(Self(Arc::new(Inner {
            db,
            writer,
            clock,
            hasher,
            cipher,
            settings,
            reader_queue: ReaderQueue::default(),
            job_added: Notify::new(),
            sms_added: Notify::new(),
            job_moved: watch::Sender::default(),
        })))
    }

    /// Compares the schema of the database with this program. Only reads.
    pub async fn schema_status(&self) -> Result<SchemaStatus> {
        Ok(migration::schema_status(&self.0.db).await?)
    }

    /// Applies the pending migrations in one transaction and returns them. Processes that migrate at the same time wait for
    /// each other: one of them applies everything, the others find nothing to do.
    pub async fn migrate(&self) -> Result<Vec<MigrationInfo>> {
        let tx = self.write().await?;
        sql::schema::lock(&tx).await?;
        let pending = migration::schema_status(&tx).await?.pending;
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(pending)
    }

    /// Fails if nothing can be written to the database, for example because its disk is read-only. Beginning a transaction does
    /// not tell that on SQLite, so that a statement writes no row.
    pub async fn check_writable(&self) -> Result<()> {
        let tx = self.write().await?;
        let nothing = counter::Entity::update_many()
            .col_expr(counter::Column::Value, counter::Column::Value.into_expr())
            .filter(counter::Column::Name.eq(""));
        nothing.exec(&tx).await?;
        Ok(tx.rollback().await?)
    }

    /// Fails if the database does not respond. For health checks.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.0.db.ping().await?)
    }

    /// Begins a transaction that writes. SQLite has one such transaction at a time, and callers queue for it: a second
    /// one inside the first would wait for itself.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction> {
        database::begin(&self.0.writer).await
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The database, for tests that check stored rows.
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
