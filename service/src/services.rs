//! The database, the clock and the secrets that every use case works with.

use crate::{
    Clock, Result,
    cipher::Cipher,
    database::{self, DatabaseLink, Pools},
    password::Hasher,
    reader::ReaderQueue,
    session::LastUsed,
    settings::Settings,
    sql,
    turns::Turns,
};
use domain::calendar::Timestamp;
use entity::counter;
use migration::{MigrationInfo, Migrator, MigratorTrait, SchemaStatus};
use sea_orm::{ColumnTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter};
use std::{sync::Arc, thread::available_parallelism};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Number of spreadsheets that wait until another one is written.
const MAX_WAITING_EXPORTS: usize = 16;
/// Number of spreadsheets of one account that are written or wait.
const MAX_EXPORTS_OF_ACCOUNT: usize = 2;

/// The database, the clock and the secrets. Cheap to clone.
#[derive(Clone)]
pub struct Services(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    /// For reading. On SQLite this pool cannot write.
    pub(crate) db: DatabaseConnection,
    /// For single statements that write. Transactions that write begin with [`Services::write`].
    pub(crate) writer: DatabaseConnection,
    link: DatabaseLink,
    pub(crate) clock: Clock,
    pub(crate) hasher: Hasher,
    pub(crate) cipher: Cipher,
    pub(crate) settings: Settings,
    pub(crate) reader_queue: ReaderQueue,
    /// The spreadsheets that are written at once.
    pub(crate) export_turns: Turns,
    pub(crate) last_used: LastUsed,
    /// Wake the worker of jobs and the worker of SMS after something was added.
    pub(crate) job_added: Notify,
    pub(crate) sms_added: Notify,
    /// Notifies the pages that show a job after the job has made progress.
    pub(crate) job_moved: watch::Sender<()>,
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
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
        let Pools { read: db, write: writer, link } = pools;
        let hasher = Hasher::new(settings.hashing)?;
        let cipher = Cipher::new(settings.secret_key.0);
        Ok(Self(Arc::new(Inner {
            db,
            writer,
            link,
            clock,
            hasher,
            cipher,
            settings,
            reader_queue: ReaderQueue::default(),
            export_turns: Turns::new(cores(), MAX_WAITING_EXPORTS, MAX_EXPORTS_OF_ACCOUNT),
            last_used: LastUsed::default(),
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

    /// Watches the link to the database until `stop` is cancelled.
    pub async fn watch_database(self, stop: CancellationToken) {
        match self.0.db.get_database_backend() {
            DbBackend::Postgres => self.0.link.watch(&self.settings().database_url.0, stop).await,
            _ => stop.cancelled().await,
        }
    }

    /// Waits until the database has fallen silent; ends at once if it is silent now. What waits for the database must then give
    /// up. Only [`Services::watch_database`] notices it.
    pub async fn database_lost(&self) {
        self.0.link.lost().await;
    }

    /// Waits until the database answers again; ends at once if it was not lost.
    pub async fn database_restored(&self) {
        self.0.link.restored().await;
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

    /// Begins a transaction that writes. SQLite has one such transaction at a time, and callers queue for it: a second
    /// one inside the first would wait for itself.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction> {
        database::begin(&self.0.writer, &self.0.link).await
    }

    /// Begins a transaction that only reads, and in which the database does not change.
    pub(crate) async fn read(&self) -> Result<DatabaseTransaction> {
        database::begin_reading(&self.0.db, &self.0.link).await
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
