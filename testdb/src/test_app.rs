//! The services on a database of their own.

use crate::{
    Backend, TestDb,
    queries::{Queries, QueryRecorder},
};
use domain::{PublicSettings, account::Portal};
use service::{
    Actor, Clock, Hashing, RequestOrigin, Secret, Services, Session, Settings, SmsLimits, SqliteSynchronous,
    TotalsSettings, reader::Reader, seed::DemoAccount,
};
use std::{path::PathBuf, time::Duration};
use tempfile::TempDir;

/// The address of the requests in tests.
pub const ADDRESS: &str = "192.0.2.7";

/// The services on a new, migrated database, with cheap password hashing, a clock that tests can move, and a folder for the
/// files that the services write.
pub struct TestApp {
    /// The services.
    pub services: Services,
    queries: QueryRecorder,
    // Fields are dropped in this order: the database is deleted after its connections are closed.
    db: TestDb,
    folder: TempDir,
}

impl TestApp {
    /// An empty system.
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| ()).await
    }

    /// An empty system. `change` alters the settings before the services open.
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
            public: PublicSettings::default(),
            reader: Reader {
                program: PathBuf::from("server"),
                memory_bytes: 1 << 30,
                time_limit: Duration::from_secs(30),
            },
            demo: true,
            site_url: Some("https://farm.example.cn".to_owned()),
            temporary_folder: folder.path().to_owned(),
            // Higher than the configuration's: many tests are not about the limits.
            sms_limits: SmsLimits { per_number_hour: 1_000, per_number_day: 1_000 },
            reminder_days: 7,
            sms_file: folder.path().join("sms.jsonl"),
            totals: TotalsSettings::default(),
        };
        change(&mut settings);
        let queries = QueryRecorder::default();
        let recorder = queries.clone();
        let services =
            Services::open_observed(settings, Clock::default(), move |statement| recorder.record(statement)).await;
        let services = services.expect("the services open");
        services.migrate().await.expect("the migrations run");
        Self { services, queries, db, folder }
    }

    /// A system with the demo data, and its accounts: the operator, 示例县财政局, 样例县财政局.
    pub async fn demo(backend: Backend) -> (Self, Vec<DemoAccount>) {
        let app = Self::new(backend).await;
        let accounts = service::seed::demo(&app.services).await.expect("the demo data");
        (app, accounts)
    }

    /// Does some work and returns its result with the statements that [`Self::services`] sent for it.
    pub async fn count_queries<T>(&self, work: impl Future<Output = T>) -> (T, Queries) {
        self.queries.take();
        let result = work.await;
        (result, self.queries.take())
    }

    /// A second server on the same database. [`Self::count_queries`] does not count its statements.
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

    /// The origin of the requests in tests.
    pub fn client() -> RequestOrigin {
        RequestOrigin { address: ADDRESS.to_owned(), device: None }
    }

    /// Signs in with a password.
    pub async fn session(&self, login: &str, password: &str) -> Session {
        let client = Self::client();
        let signed_in = service::session::sign_in(&self.services, Portal::Management, login, password, None, &client)
            .await
            .unwrap_or_else(|error| panic!("{login} cannot sign in: {error}"));
        service::session::authenticate(&self.services, &signed_in.token, &client)
            .await
            .unwrap_or_else(|error| panic!("{login} is not signed in: {error}"))
    }

    /// Signs in with a password. The account must have completed its first sign-in.
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
