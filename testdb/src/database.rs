//! A database of its own for each test.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The variable that tells where PostgreSQL runs: an URL of a user that may create databases.
const VARIABLE: &str = "FARM_TEST_POSTGRES_URL";

/// On which database a test runs. Every test of a use case runs on both:
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

/// An empty database, gone when dropped.
#[derive(Debug)]
pub struct TestDb {
    url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    /// Deletes itself.
    Folder(#[allow(dead_code)] TempDir),
    Postgres {
        server: String,
        name: String,
    },
}

impl TestDb {
    /// Makes one; the schema is the caller's matter.
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                // Without the folder and the mode, as a person would write it.
                let url = format!("sqlite://{}", folder.path().join("made/at-start.db").display());
                Self { url, kept: Kept::Folder(folder) }
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
                    .unwrap_or_else(|error| panic!("{VARIABLE} does not serve: {error}"));
                let url = with_database(&server, &name);
                Self { url, kept: Kept::Postgres { server, name } }
            }
        }
    }

    /// Its URL, as in the configuration.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Kept::Postgres { server, name } = &self.kept else { return };
        let (server, sql) = (server.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // On a thread of its own: a test's runtime may not be waited on from within.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run(&server, &sql))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("the test's database stays behind: {error}");
        }
    }
}

/// Runs statements one by one: CREATE DATABASE may not stand in a transaction.
async fn run(server: &str, statements: &str) -> Result<(), DbErr> {
    let db: DatabaseConnection = Database::connect(server).await?;
    for statement in statements.split("; ") {
        db.execute_unprepared(statement).await?;
    }
    db.close().await
}

/// The same server's URL with another database.
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
