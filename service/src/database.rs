//! The database: SQLite in WAL mode, or PostgreSQL.
//!
//! SQLite allows one writer at a time. A transaction that reads first and writes later fails if another one wrote in
//! between, and waiting does not help it. Therefore all writes use a pool of one connection and begin with BEGIN IMMEDIATE:
//! writers of this process queue in order, and writers of other processes wait for the lock. Readers have connections that
//! cannot write, and never wait. PostgreSQL has two pools as well: a transaction that waits for the lock of another one keeps its
//! connection, and whoever only reads must not wait for such connections to become free.

mod link;

pub(crate) use link::DatabaseLink;

use crate::{Error, Result, SqliteSynchronous};
use domain::Problem;
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{
        Connection, Sqlite,
        pool::PoolOptions,
        postgres::PgConnectOptions,
        sqlite::{self, SqliteConnectOptions, SqliteJournalMode},
    },
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// How long SQLite waits for the writer of another process.
const BUSY: Duration = Duration::from_secs(20);
/// How long a request waits for a connection before it fails. On SQLite, the writers of this process wait for each other.
const ACQUIRE_SQLITE: Duration = Duration::from_secs(20);
const ACQUIRE_POSTGRES: Duration = Duration::from_secs(8);
/// The limits of PostgreSQL, so that nothing waits without end: for a statement, for a lock, and for the next statement of an
/// open transaction. No transaction pauses for seconds; a server that was frozen or lost its network must not keep its locks.
const POSTGRES_LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "120s"), ("lock_timeout", "20s"), ("idle_in_transaction_session_timeout", "15s")];
/// What keeps the readers of PostgreSQL from writing, as those of SQLite cannot write either.
const READ_ONLY: [(&str, &str); 1] = [("default_transaction_read_only", "on")];

/// The two pools.
pub(crate) struct Pools {
    /// For reading outside a transaction that writes.
    pub(crate) read: DatabaseConnection,
    /// For everything that writes.
    pub(crate) write: DatabaseConnection,
    /// Whether the database answers. The link to SQLite is never lost.
    pub(crate) link: DatabaseLink,
}

/// Opens the pools. Creates the SQLite file and its folder if they do not exist.
pub(crate) async fn connect(url: &str, connections: u32, synchronous: SqliteSynchronous) -> Result<Pools> {
    if let Some(rest) = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://")) {
        let link = DatabaseLink::default();
        let mut options = options(&format!("postgres://{rest}"), connections);
        options.set_application_name("farm-purchase").acquire_timeout(ACQUIRE_POSTGRES).test_before_acquire(false);
        // PostgreSQL would soon keep one plan of a statement for all values of its parameters. Such a plan expects a tenth of
        // all rows behind an unknown LIMIT and as many failed SMS as sent ones, and is several times slower.
        let settings =
            |o: PgConnectOptions| o.options([("plan_cache_mode", "force_custom_plan")]).options(POSTGRES_LIMITS);
        options.map_sqlx_postgres_opts(settings);
        let guard = link.clone();
        options.map_sqlx_postgres_pool_opts(move |pool| guard.guard_pool(pool));
        let writers = (connections / 2).max(1);
        let mut readers = options.clone();
        readers.max_connections(connections.saturating_sub(writers).max(1));
        readers.map_sqlx_postgres_opts(move |o| settings(o).options(READ_ONLY));
        options.max_connections(writers);
        let (read, write) = (Database::connect(readers).await?, Database::connect(options).await?);
        return Ok(Pools { read, write, link });
    }
    let file: SqliteConnectOptions = url
        .strip_prefix("sqlite:")
        .and_then(|_| url.parse().ok())
        .ok_or_else(|| Error::internal("the database URL must begin with sqlite: or postgres://"))?;
    create(file.get_filename())?;
    // The writer opens first, because it turns WAL on.
    let mut writer = options(url, 1);
    writer.map_sqlx_sqlite_opts(move |o| sqlite_options(o, synchronous).pragma("cache_size", "-32000"));
    writer.map_sqlx_sqlite_pool_opts(close_open_transactions);
    let write = open(writer).await?;
    let mut readers = options(url, connections);
    readers.map_sqlx_sqlite_opts(move |o| sqlite_options(o, synchronous).pragma("query_only", "ON"));
    Ok(Pools { read: open(readers).await?, write, link: DatabaseLink::default() })
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

/// The folder of the SQLite file; none for PostgreSQL.
pub(crate) fn sqlite_folder(url: &str) -> Option<PathBuf> {
    let file: SqliteConnectOptions = url.strip_prefix("sqlite:").and_then(|_| url.parse().ok())?;
    let folder = file.get_filename().parent()?;
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
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
        .acquire_timeout(ACQUIRE_SQLITE)
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

/// Makes the pool close a connection whose transaction did not end. SQLite rolls a transaction back by itself when the disk is
/// full. The ROLLBACK of sqlx 0.9.0 then fails, and sqlx still counts the transaction: every later one would be a savepoint
/// in a transaction that nobody commits, so that confirmed work would be lost.
fn close_open_transactions(pool: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // It waits for a rollback that was begun before.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

/// Begins a transaction that writes. [`Problem::Busy`] if the database falls silent meanwhile.
pub(crate) async fn begin(writer: &DatabaseConnection, link: &DatabaseLink) -> Result<DatabaseTransaction> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    begin_with(writer, link, TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
}

/// Begins a transaction.
///
/// The caller may be dropped at any moment. If that happens while the transaction begins, sqlx 0.9.0 does not roll it back on
/// PostgreSQL: the connection goes back to the pool with an open transaction, in which the statements of others then run
/// unseen. Therefore a task begins the transaction to its end, and the transaction is dropped as a whole.
async fn begin_with(
    pool: &DatabaseConnection,
    link: &DatabaseLink,
    options: TransactionOptions,
) -> Result<DatabaseTransaction> {
    let (pool, link) = (pool.clone(), link.clone());
    let begin = async move {
        tokio::select! {
            transaction = pool.begin_with_options(options) => Ok(transaction?),
            // The connection is older than the loss, so that the pool closes it.
            () = link.lost() => Err(Problem::Busy.into()),
        }
    };
    tokio::spawn(begin).await?
}

/// Begins a transaction that only reads, and in which the database does not change.
pub(crate) async fn begin_reading(reader: &DatabaseConnection, link: &DatabaseLink) -> Result<DatabaseTransaction> {
    // On SQLite every transaction is like this, and the reader cannot write.
    let is_postgres = reader.get_database_backend() == DbBackend::Postgres;
    let isolation_level = is_postgres.then_some(IsolationLevel::RepeatableRead);
    let access_mode = is_postgres.then_some(AccessMode::ReadOnly);
    begin_with(reader, link, TransactionOptions { isolation_level, access_mode, ..Default::default() }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{IdSequence, take};
    use entity::counter;
    use futures_util::future::try_join_all;
    use rstest::rstest;
    use sea_orm::{ConnectionTrait, EntityTrait, Statement};
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
            let pools = if n % 2 == 0 { &first } else { &second };
            async move {
                let tx = begin(&pools.write, &pools.link).await?;
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

    #[rstest]
    #[tokio::test]
    async fn readers_cannot_write(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = migrated(backend).await;
        assert!(take(&pools.read, IdSequence::Unit, 1).await.is_err());
    }

    #[rstest]
    #[tokio::test]
    async fn readers_wait_for_no_writer(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = migrated(backend).await;
        let first = begin(&pools.write, &pools.link).await.unwrap();
        take(&first, IdSequence::Unit, 1).await.unwrap();
        // More writers than connections wait for the row of the first one.
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let (pool, link) = (pools.write.clone(), pools.link.clone());
                tokio::spawn(async move {
                    let tx = begin(&pool, &link).await?;
                    take(&tx, IdSequence::Unit, 1).await?;
                    Ok::<_, Error>(tx.commit().await?)
                })
            })
            .collect();
        // The writer's pool gives no connection any more.
        while timeout(Duration::from_millis(50), begin(&pools.write, &pools.link)).await.is_ok() {}
        assert!(counter::Entity::find().all(&pools.read).await.is_ok());
        first.commit().await.unwrap();
        for writer in try_join_all(waiting).await.unwrap() {
            writer.unwrap();
        }
    }

    #[tokio::test]
    async fn another_kind_of_database_is_refused_and_its_url_is_not_shown() {
        let error = connect("mysql://root:secret@h/x", 4, SqliteSynchronous::Full).await.err().unwrap().into_problem();
        assert_eq!(error.code(), "internal");
    }

    /// Whether the only connection of a pool is in a transaction, in which the time stands still.
    async fn is_in_transaction(pool: &DatabaseConnection) -> bool {
        let now = || Statement::from_string(DbBackend::Postgres, "SELECT now()::text");
        let mut times = Vec::new();
        for _ in 0..2 {
            let row = pool.query_one_raw(now()).await.unwrap().unwrap();
            times.push(row.try_get_by_index::<String>(0).unwrap());
        }
        times[0] == times[1]
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transaction_that_is_dropped_while_it_begins_is_not_left_open() {
        let db = TestDb::create(Backend::Postgres).await;
        let pools = connect(db.url(), 1, SqliteSynchronous::Normal).await.unwrap();
        // A client that hangs up drops its request between two polls, here after each possible number of polls.
        for polls in 1.. {
            let mut beginning = Box::pin(begin(&pools.write, &pools.link));
            let mut began = false;
            for _ in 0..polls {
                began = futures_util::poll!(&mut beginning).is_ready();
                if began {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(beginning);
            assert!(!is_in_transaction(&pools.write).await, "after {polls} polls");
            if began {
                return;
            }
        }
    }

    #[tokio::test]
    async fn a_full_disk_loses_no_later_transaction() {
        let (db, pools) = migrated(Backend::Sqlite).await;
        let run = async |sql: &str| pools.write.execute_unprepared(sql).await.unwrap();
        run("CREATE TABLE large (x BLOB)").await;
        // The disk is full for this connection.
        run("PRAGMA max_page_count = 1").await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        let full = tx.execute_unprepared("INSERT INTO large VALUES (zeroblob(200000))").await.unwrap_err();
        assert_eq!(Error::from(full).into_problem(), Problem::DiskFull);
        drop(tx);
        run("PRAGMA max_page_count = 1000000").await;
        // A transaction that is rolled back, and one that is committed.
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        take(&tx, IdSequence::Unit, 1).await.unwrap();
        tx.rollback().await.unwrap();
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        take(&tx, IdSequence::Unit, 1).await.unwrap();
        tx.commit().await.unwrap();
        let other = connect(db.url(), 1, SqliteSynchronous::Normal).await.unwrap();
        assert_eq!(counter::Entity::find().all(&other.read).await.unwrap().len(), 1);
        assert!(timeout(BUSY, take(&other.write, IdSequence::Unit, 1)).await.unwrap().is_ok());
    }
}
