//! The database: SQLite in WAL mode, or PostgreSQL.
//!
//! SQLite allows one writer at a time. A transaction that reads first and writes later fails if another one wrote in
//! between, and waiting does not help it. Therefore all writes use a pool of one connection and begin with BEGIN IMMEDIATE:
//! writers of this process queue in order, and writers of other processes wait for the lock. Readers have connections that
//! cannot write, and never wait. On PostgreSQL both pools are the same.

use crate::{Error, Result, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::sqlite::{self, SqliteConnectOptions, SqliteJournalMode},
};
use std::{path::Path, time::Duration};
use tokio::time::{sleep, timeout};

/// How long SQLite waits for the writer of another process.
const BUSY: Duration = Duration::from_secs(20);
/// How long a request waits for a connection before it fails.
const ACQUIRE: Duration = Duration::from_secs(20);
/// A connection that was idle longer is tested before use: a server or a firewall may have closed it.
const IDLE: Duration = Duration::from_secs(15);

/// The two pools.
pub(crate) struct Pools {
    /// For reading outside a transaction that writes.
    pub(crate) read: DatabaseConnection,
    /// For everything that writes.
    pub(crate) write: DatabaseConnection,
}

/// Opens the pools. Creates the SQLite file and its folder if they do not exist.
pub(crate) async fn connect(url: &str, connections: u32, synchronous: SqliteSynchronous) -> Result<Pools> {
    if let Some(rest) = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://")) {
        let mut options = options(&format!("postgres://{rest}"), connections);
        options.set_application_name("farm-purchase");
        // PostgreSQL would soon keep one plan of a statement for all values of its parameters. Such a plan expects a tenth of
        // all rows behind an unknown LIMIT and as many failed SMS as sent ones, and is several times slower.
        options.map_sqlx_postgres_opts(|o| o.options([("plan_cache_mode", "force_custom_plan")]));
        let pool = Database::connect(options).await?;
        return Ok(Pools { read: pool.clone(), write: pool });
    }
    let file: SqliteConnectOptions = url
        .strip_prefix("sqlite:")
        .and_then(|_| url.parse().ok())
        .ok_or_else(|| Error::internal("the database URL must begin with sqlite: or postgres://"))?;
    create(file.get_filename())?;
    // The writer opens first, because it turns WAL on.
    let mut writer = options(url, 1);
    writer.map_sqlx_sqlite_opts(move |o| sqlite_options(o, synchronous).pragma("cache_size", "-32000"));
    let write = open(writer).await?;
    let mut readers = options(url, connections);
    readers.map_sqlx_sqlite_opts(move |o| sqlite_options(o, synchronous).pragma("query_only", "ON"));
    Ok(Pools { read: open(readers).await?, write })
}

/// Opens a pool for SQLite. Turning WAL on needs the file exclusively, and SQLite does not wait for that: if servers start at
/// the same time on a new file, all but one get "locked" and try again.
async fn open(options: ConnectOptions) -> Result<DatabaseConnection> {
    const PAUSE: Duration = Duration::from_millis(50);
    let opened = timeout(BUSY, async {
        loop {
            match Database::connect(options.clone()).await {
                Err(error) if is_locked(&error) => sleep(PAUSE).await,
                opened => return opened,
            }
        }
    });
    Ok(opened.await.map_err(Error::internal)??)
}

/// Whether the error is SQLITE_BUSY in one of its variants.
fn is_locked(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xFF == 5)
}

/// Creates an empty file if there is none. Only its owner may read it, because it will hold personal data. SQLite gives the
/// same rights to its other files.
fn create(path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire_if_idle_for(IDLE)
        // Statements hold personal data.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

fn sqlite_options(options: SqliteConnectOptions, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match synchronous {
            SqliteSynchronous::Full => sqlite::SqliteSynchronous::Full,
            SqliteSynchronous::Normal => sqlite::SqliteSynchronous::Normal,
        })
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

/// Begins a transaction that writes.
pub(crate) async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    Ok(writer.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{IdSequence, take};
    use entity::counter;
    use futures_util::future::try_join_all;
    use rstest::rstest;
    use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};
    use testdb::{Backend, TestDb};

    #[tokio::test(flavor = "multi_thread")]
    async fn many_connections_open_a_new_file_at_once() {
        let folder = tempfile::tempdir().unwrap();
        // Some thirty files are enough for two connections to collide.
        for file in 0..200 {
            let url = format!("sqlite:{}/{file}.db", folder.path().display());
            let opening: Vec<_> = (0..8)
                .map(|_| url.clone())
                .map(|url| tokio::spawn(async move { connect(&url, 2, SqliteSynchronous::Normal).await }))
                .collect();
            for pools in opening {
                assert!(pools.await.unwrap().is_ok());
            }
        }
    }

    async fn migrated(backend: Backend) -> (TestDb, Pools) {
        use migration::MigratorTrait;
        let db = TestDb::create(backend).await;
        let pools = connect(db.url(), 4, SqliteSynchronous::Normal).await.unwrap();
        migration::Migrator::up(&pools.write, None).await.unwrap();
        (db, pools)
    }

    #[rstest]
    #[tokio::test]
    async fn transactions_that_read_and_then_write_wait_for_each_other(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        let (db, first) = migrated(backend).await;
        let second = connect(db.url(), 4, SqliteSynchronous::Normal).await.unwrap();
        let takers = (0..40).map(|n| {
            let writer = if n % 2 == 0 { &first.write } else { &second.write };
            async move {
                let tx = begin(writer).await?;
                counter::Entity::find().all(&tx).await?;
                let number = take(&tx, IdSequence::Unit, 3).await?;
                tx.commit().await?;
                Ok::<_, Error>(number)
            }
        });
        let mut numbers = try_join_all(takers).await.unwrap();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..40).map(|n| 1 + 3 * n).collect::<Vec<_>>());
        assert_eq!(take(&first.write, IdSequence::Account, 1).await.unwrap(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let (db, _pools) = migrated(Backend::Sqlite).await;
        let path = db.url().trim_start_matches("sqlite://");
        for file in [path.to_owned(), format!("{path}-wal")] {
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
    }

    #[rstest]
    #[case(SqliteSynchronous::Full, 2)]
    #[case(SqliteSynchronous::Normal, 1)]
    #[tokio::test]
    async fn sqlite_waits_for_the_disk_as_the_setting_says(
        #[case] synchronous: SqliteSynchronous,
        #[case] expected: i32,
    ) {
        let db = TestDb::create(Backend::Sqlite).await;
        let pools = connect(db.url(), 4, synchronous).await.unwrap();
        for pool in [&pools.write, &pools.read] {
            let pragma = Statement::from_string(DbBackend::Sqlite, "PRAGMA synchronous");
            let row = pool.query_one_raw(pragma).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<i32>(0).unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn readers_of_sqlite_cannot_write() {
        let (_db, pools) = migrated(Backend::Sqlite).await;
        assert!(take(&pools.read, IdSequence::Unit, 1).await.is_err());
    }

    #[tokio::test]
    async fn another_kind_of_database_is_refused_and_its_url_is_not_shown() {
        let error = connect("mysql://root:secret@h/x", 4, SqliteSynchronous::Full).await.err().unwrap().into_problem();
        assert_eq!(error.code(), "internal");
    }
}
