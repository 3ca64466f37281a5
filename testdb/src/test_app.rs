//! Services on a database of their own.

use crate::{Backend, TestDb};
use domain::view::Portal;
use service::{
    Actor, Clock, Hashing, RequestOrigin, Secret, Services, Session, Settings, SqliteSynchronous, reader::Reader,
    seed::DemoAccount,
};
use std::{path::PathBuf, time::Duration};
use tempfile::TempDir;

/// The address that the tests' people come from.
pub const ADDRESS: &str = "192.0.2.7";

/// Services on a fresh, migrated database, with cheap password hashing, a clock that can be moved, and a folder for what
/// they write.
pub struct TestApp {
    /// The services.
    pub services: Services,
    // Fields are dropped in this order: the database goes after its connections are closed.
    db: TestDb,
    folder: TempDir,
}

impl TestApp {
    /// An empty system.
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| ()).await
    }

    /// An empty system with other settings than the usual.
    pub async fn with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let db = TestDb::create(backend).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = Settings {
            database_url: Secret(db.url().to_owned()),
            database_connections: 4,
            // No test cuts the power.
            sqlite_synchronous: SqliteSynchronous::Normal,
            hashing: Hashing { memory_kib: 64, passes: 1, lanes: 1 },
            secret_key: Secret([7; 32]),
            session_idle: Duration::from_hours(2),
            session_lifetime: Duration::from_hours(12),
            initial_password_days: 30,
            limits: workbook::read::Limits::default(),
            reader: Reader { program: PathBuf::from("server"), memory_bytes: 1 << 30, time: Duration::from_secs(30) },
            demo: true,
            site_url: Some("https://farm.example.cn".to_owned()),
            sms_file: folder.path().join("sms.jsonl"),
        };
        change(&mut settings);
        let services = Services::open(settings, Clock::default()).await.expect("the services open");
        services.migrate().await.expect("the schema is made");
        Self { services, db, folder }
    }

    /// A system with the demo data, and its accounts: the operator, 示例县财政局, 样例县财政局.
    pub async fn demo(backend: Backend) -> (Self, Vec<DemoAccount>) {
        let app = Self::new(backend).await;
        let accounts = service::seed::demo(&app.services).await.expect("the demo data");
        (app, accounts)
    }

    /// A second server on the same database.
    pub async fn second(&self) -> Services {
        let settings = self.services.settings().clone();
        Services::open(settings, self.services.clock().clone()).await.expect("the services open")
    }

    /// The database's URL.
    pub fn url(&self) -> &str {
        self.db.url()
    }

    /// A folder of this test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Where requests come from.
    pub fn client() -> RequestOrigin {
        RequestOrigin { address: ADDRESS.to_owned() }
    }

    /// Signs in for real.
    pub async fn session(&self, login: &str, password: &str) -> Session {
        let client = Self::client();
        let signed_in = service::session::sign_in(&self.services, Portal::Management, login, password, None, &client)
            .await
            .unwrap_or_else(|error| panic!("{login} cannot sign in: {error}"));
        service::session::authenticate(&self.services, &signed_in.token, &client)
            .await
            .unwrap_or_else(|error| panic!("{login} is not signed in: {error}"))
    }

    /// Signs in for real, where nothing stands between the account and the rest of the system.
    pub async fn actor(&self, login: &str, password: &str) -> Actor {
        let session = self.session(login, password).await;
        session.actor().unwrap_or_else(|error| panic!("{login} may not act yet: {error}"))
    }

    /// An actor of the demo data by the name of its unit.
    pub async fn act_as(&self, accounts: &[DemoAccount], name: &str) -> Actor {
        let account = accounts.iter().find(|account| account.name == name);
        let account = account.unwrap_or_else(|| panic!("the demo data has no {name}"));
        self.actor(&account.login, &account.password).await
    }
}
