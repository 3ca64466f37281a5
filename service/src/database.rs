//! The database: SQLite in WAL mode, or PostgreSQL.
//!
//! SQLite allows one writer at a time. A transaction that reads first and writes later fails if another one wrote in
//! between, and waiting does not help it. Therefore all writes use a pool of one connection and begin with BEGIN IMMEDIATE:
//! writers of this process queue in order, and writers of other processes wait for the lock. Readers have connections that
//! cannot write, and never wait. On PostgreSQL both pools are the same.

use crate::{Error, Result, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
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
/// Values that one statement may bind, kept under SQLite's 32,766 and PostgreSQL's 65,535.
const BINDS: usize = 30_000;

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

/// A statement in the SQL that both databases share, its parameters written `$1`, `$2` …
pub(crate) fn sql<const N: usize>(db: &impl ConnectionTrait, text: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}

/// The elements of a JSON array of numbers or texts in the parameter `$n`, as a subquery: compares a column with any number
/// of values by one parameter.
pub(crate) fn elements<T: Element + ?Sized>(db: &impl ConnectionTrait, n: usize) -> String {
    match db.get_database_backend() {
        DbBackend::Postgres => format!("SELECT value::{} FROM json_array_elements_text(${n}::json)", T::TYPE),
        _ => format!("SELECT value FROM json_each(${n})"),
    }
}

/// What [`elements`] may hold.
pub(crate) trait Element {
    /// The name in PostgreSQL.
    const TYPE: &'static str;
}

impl Element for i64 {
    const TYPE: &'static str = "bigint";
}

impl Element for str {
    const TYPE: &'static str = "text";
}

/// Inserts rows of `N` columns in as few statements as the database allows: `into` is "table (column, …)", `tail` what
/// follows the values, e.g. "ON CONFLICT DO NOTHING". Answers how many rows were inserted.
pub(crate) async fn insert<const N: usize>(
    db: &impl ConnectionTrait,
    into: &str,
    rows: impl IntoIterator<Item = [Value; N]>,
    tail: &str,
) -> Result<u64> {
    values(db, &format!("INSERT INTO {into} VALUES "), rows, tail).await
}

/// The same for any statement with a list of rows in it: what stands before the list and what behind. Answers how many
/// rows were affected.
pub(crate) async fn values<const N: usize>(
    db: &impl ConnectionTrait,
    head: &str,
    rows: impl IntoIterator<Item = [Value; N]>,
    tail: &str,
) -> Result<u64> {
    // SQLite looks every numbered parameter up among all before it: thousands of them would take seconds.
    let numbered = db.get_database_backend() == DbBackend::Postgres;
    let mut rows = rows.into_iter().peekable();
    let mut affected = 0;
    while rows.peek().is_some() {
        let values: Vec<Value> = rows.by_ref().take(BINDS / N).flatten().collect();
        let mut text = head.to_owned();
        for place in 0..values.len() {
            text.push_str(match (place, place % N) {
                (0, _) => "(",
                (_, 0) => "),(",
                _ => ",",
            });
            if numbered {
                text.push('$');
                text.push_str(&(place + 1).to_string());
            } else {
                text.push('?');
            }
        }
        text.push_str(") ");
        text.push_str(tail);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, values);
        affected += db.execute_raw(statement).await?.rows_affected();
    }
    Ok(affected)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    use crate::ids::{IdSequence, take};
    use futures_util::future::try_join_all;
    use rstest::rstest;
    use testdb::{Backend, TestDb};

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
                tx.query_all_raw(sql(&tx, "SELECT value FROM counter", [])).await?;
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

    #[rstest]
    #[tokio::test]
    async fn many_rows_go_in_by_few_statements(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = migrated(backend).await;
        let rows = || (0..20_000i64).map(|n| [format!("{n}").into(), n.into()]);
        let tx = begin(&pools.write).await.unwrap();
        assert_eq!(insert(&tx, "counter (name, value)", rows(), "").await.unwrap(), 20_000);
        assert_eq!(insert(&tx, "counter (name, value)", rows(), "ON CONFLICT DO NOTHING").await.unwrap(), 0);
        tx.commit().await.unwrap();
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
            let row = pool.query_one_raw(sql(pool, "PRAGMA synchronous", [])).await.unwrap().unwrap();
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
