//! A database of its own for each test.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The variable with the URL of PostgreSQL, with a user that may create databases.
const VARIABLE: &str = "FARM_TEST_POSTGRES_URL";

/// The database system of a test. Every test of a use case runs on both:
///
/// ```ignore
/// #[rstest]
/// #[tokio::test]
/// async fn does_it(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) { … }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A database on the server of `FARM_TEST_POSTGRES_URL`.
    Postgres,
}

/// An empty database, deleted on drop.
#[derive(Debug)]
pub struct TestDb {
    url: String,
    storage: Storage,
}

/// The place of a database, for its deletion.
#[derive(Debug)]
enum Storage {
    /// Deletes itself on drop.
    Folder(#[allow(dead_code)] TempDir),
    Postgres {
        server: String,
        name: String,
    },
}

impl TestDb {
    /// Creates a database without tables.
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                // The URL that an operator writes: without `mode`, in a folder that does not exist yet.
                let url = format!("sqlite://{}", folder.path().join("made/at-start.db").display());
                Self { url, storage: Storage::Folder(folder) }
            }
            Backend::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let server = std::env::var(VARIABLE).unwrap_or_else(|_| {
                    panic!("{VARIABLE} is not set; `cargo xtask test` starts a PostgreSQL for the tests and sets it")
                });
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("farm_test_{}_{number}", std::process::id());
                run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE); CREATE DATABASE {name}"))
                    .await
                    .unwrap_or_else(|error| panic!("{VARIABLE} does not work: {error}"));
                let url = with_database(&server, &name);
                Self { url, storage: Storage::Postgres { server, name } }
            }
        }
    }

    /// The URL, as in the configuration.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Storage::Postgres { server, name } = &self.storage else { return };
        let (server, sql) = (server.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // A thread of its own: code inside a test's runtime must not block on that runtime.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run(&server, &sql))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("the database of the test was not deleted: {error}");
        }
    }
}

/// Runs statements one by one: CREATE DATABASE is not allowed in a transaction.
async fn run(server: &str, statements: &str) -> Result<(), DbErr> {
    let db: DatabaseConnection = Database::connect(server).await?;
    for statement in statements.split("; ") {
        db.execute_unprepared(statement).await?;
    }
    db.close().await
}

/// The URL with another name of the database.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, None), |(a, o)| (a, Some(o)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    let options = options.map(|o| format!("?{o}")).unwrap_or_default();
    format!("{}/{name}{options}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_is_replaced() {
        assert_eq!(with_database("postgres://u@h:5/postgres", "x"), "postgres://u@h:5/x");
        assert_eq!(with_database("postgres://h", "x"), "postgres://h/x");
        assert_eq!(with_database("postgres://h/a?sslmode=disable", "x"), "postgres://h/x?sslmode=disable");
    }
}
