//! The common part of these tests: services with the demo data, spreadsheets, and waiting for background work.

use domain::{
    Code, CreditCode, Problem, Template,
    ids::BatchId,
    import_batch::{RowQuery, RowState, RowView},
    job::{JobState, JobView},
    schema::units,
};
use sea_orm::{ConnectionTrait, Statement};
use service::{Actor, Error, Services, Settings, reader::Reader, seed::DemoAccount};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use testdb::{Backend, TestApp};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

/// The uploader of the tests, and another department of the same kind.
pub(crate) const OWN: &str = "示例县财政局";
pub(crate) const OTHER: &str = "样例县财政局";

/// Services with the demo data.
pub(crate) struct World {
    pub(crate) app: TestApp,
    accounts: Vec<DemoAccount>,
}

impl World {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| ()).await
    }

    /// Services with settings that `change` has changed.
    pub(crate) async fn with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let app = TestApp::with(backend, |settings| {
            let program = PathBuf::from(env!("CARGO_BIN_EXE_reader"));
            settings.reader = Reader { program, memory_bytes: 1 << 30, time_limit: Duration::from_secs(30) };
            change(settings);
        })
        .await;
        let accounts = service::seed::demo(&app.services).await.unwrap();
        Self { app, accounts }
    }

    pub(crate) fn services(&self) -> &Services {
        &self.app.services
    }

    pub(crate) async fn actor(&self, name: &str) -> Actor {
        self.app.act_as(&self.accounts, name).await
    }

    /// The password of an account of the demo data, by the name of its unit.
    pub(crate) fn password(&self, name: &str) -> String {
        self.accounts.iter().find(|account| account.name == name).unwrap().password.as_str().to_owned()
    }

    pub(crate) async fn own(&self) -> Actor {
        self.actor(OWN).await
    }

    /// Uploads rows.
    pub(crate) async fn stage<const N: usize>(&self, actor: &Actor, rows: &[Row<N>]) -> BatchId {
        let path = self.app.folder().join("upload");
        sheet(rows, &path);
        self.stage_as(template::<N>(), actor, &path).await.unwrap()
    }

    pub(crate) async fn stage_file(&self, actor: &Actor, path: &Path) -> Result<BatchId, Error> {
        self.stage_as(Template::Units, actor, path).await
    }

    pub(crate) async fn stage_as(&self, template: Template, actor: &Actor, path: &Path) -> Result<BatchId, Error> {
        let name = path.file_name().unwrap().to_string_lossy();
        service::import::stage(self.services(), actor, template, &name, path).await
    }

    /// The first page of a batch.
    pub(crate) async fn rows(&self, actor: &Actor, batch: BatchId) -> Vec<RowView> {
        service::import::rows(self.services(), actor, batch, &RowQuery::default()).await.unwrap().rows
    }

    /// Starts generation and runs a worker until the job ends.
    pub(crate) async fn generate(&self, actor: &Actor, batch: BatchId) -> JobView {
        service::generate::start(self.services(), actor, batch).await.unwrap();
        let worker = Worker::generating(self.services());
        let job = self.wait_for_job(actor, batch).await;
        worker.stop().await;
        job
    }

    /// Kills the workers of a started job at different moments, until one of them finishes the job. Returns the number of
    /// killed workers.
    pub(crate) async fn kill_workers_until_done(&self, actor: &Actor, batch: BatchId) -> u64 {
        let mut done = 0;
        let mut kills = 0;
        loop {
            let worker = Worker::generating(self.services());
            let job = until(async || {
                let job = service::generate::job(self.services(), actor, batch).await.unwrap().unwrap();
                (job.done > done || job.state == JobState::Done).then_some(job)
            })
            .await;
            if job.state == JobState::Done {
                worker.stop().await;
                return kills;
            }
            // The delay differs each time, so that some workers are killed inside a transaction and some while they hash.
            tokio::time::sleep(Duration::from_millis(7 * kills)).await;
            worker.kill().await;
            kills += 1;
            done = service::generate::job(self.services(), actor, batch).await.unwrap().unwrap().done;
            self.services().clock().advance(Duration::from_mins(1));
        }
    }

    /// Waits for the job to end.
    pub(crate) async fn wait_for_job(&self, actor: &Actor, batch: BatchId) -> JobView {
        until(async || {
            let job = service::generate::job(self.services(), actor, batch).await.unwrap().unwrap();
            matches!(job.state, JobState::Done | JobState::Failed).then_some(job)
        })
        .await
    }

    /// The number that a query returns.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let db = self.services().database();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// The text that a query returns.
    pub(crate) async fn text(&self, sql: &str) -> Option<String> {
        let db = self.services().database();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.services().database().execute_unprepared(sql).await.unwrap();
    }
}

/// Background work that a test starts and stops.
pub(crate) struct Worker {
    stop: CancellationToken,
    handle: JoinHandle<()>,
}

impl Worker {
    pub(crate) fn generating(services: &Services) -> Self {
        let stop = CancellationToken::new();
        Self { handle: tokio::spawn(service::generate::work(services.clone(), stop.clone())), stop }
    }

    pub(crate) fn sending(services: &Services) -> Self {
        let stop = CancellationToken::new();
        Self { handle: tokio::spawn(service::sms::work(services.clone(), stop.clone())), stop }
    }

    /// Stops the work as the server does when it stops.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.handle.await.unwrap();
    }

    /// Aborts the work at any point, as if the process were killed.
    pub(crate) async fn kill(self) {
        self.handle.abort();
        let _ = self.handle.await;
    }
}

/// Waits for a condition.
pub(crate) async fn until<T>(mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let wait = async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_mins(3), wait).await.expect("the condition is met in time")
}

/// A row of the template that has `N` columns.
#[derive(Clone, Debug)]
pub(crate) struct Row<const N: usize = UNITS>(pub(crate) [String; N]);

/// The columns of each template.
pub(crate) const UNITS: usize = 12;
pub(crate) const PURCHASERS: usize = 8;

fn template<const N: usize>() -> Template {
    Template::ALL.into_iter().find(|template| template.columns().len() == N).unwrap()
}

/// A row of template 2 without errors, different for each number. The purchaser belongs to the uploader's unit.
pub(crate) fn purchaser(n: u32) -> Row<PURCHASERS> {
    let texts = [
        n.to_string(),
        format!("示例县第{n}食堂"),
        code(n),
        "食堂承包方".to_owned(),
        String::new(),
        "王丽".to_owned(),
        format!("138{n:08}"),
        String::new(),
    ];
    Row(texts)
}

/// A row of template 1 without errors, different for each number.
pub(crate) fn row(n: u32) -> Row {
    let texts = [
        n.to_string(),
        format!("示例县第{n}小学校"),
        code(n),
        OWN.to_owned(),
        "县级".to_owned(),
        "二级预算单位".to_owned(),
        "10.5".to_owned(),
        "15".to_owned(),
        "1.58".to_owned(),
        "王丽".to_owned(),
        format!("138{n:08}"),
        String::new(),
    ];
    Row(texts)
}

impl<const N: usize> Row<N> {
    pub(crate) fn with(mut self, column: u8, text: &str) -> Self {
        text.clone_into(&mut self.0[usize::from(column)]);
        self
    }
}

impl Row {
    pub(crate) fn name(self, text: &str) -> Self {
        self.with(units::NAME, text)
    }

    pub(crate) fn code(self, text: &str) -> Self {
        self.with(units::CODE, text)
    }

    pub(crate) fn below(self, text: &str) -> Self {
        self.with(units::SUPERIOR, text)
    }
}

/// A valid credit code.
pub(crate) fn code(n: u32) -> String {
    let body = format!("12990103{n:09}");
    let mut checked = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|c| format!("{body}{c}"));
    checked.find(|code| CreditCode::parse(code).is_ok()).unwrap()
}

/// Writes the rows into a file of their template.
pub(crate) fn sheet<const N: usize>(rows: &[Row<N>], path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    fill(book.add_worksheet(), rows);
    book.save(path).unwrap();
}

/// Writes rows of template 1 into a file that hides the second row and the column of the totals.
pub(crate) fn hiding_sheet(rows: &[Row], path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, rows);
    sheet.set_row_hidden(4).unwrap().set_column_hidden(units::TOTAL.into()).unwrap();
    book.save(path).unwrap();
}

fn fill<const N: usize>(sheet: &mut rust_xlsxwriter::Worksheet, rows: &[Row<N>]) {
    let template = template::<N>();
    sheet.write(0, 0, template.title()).unwrap();
    sheet.write(1, 0, "填报说明").unwrap();
    for (column, header) in (0..).zip(template.columns()) {
        sheet.write(2, column, header.header).unwrap();
    }
    for (at, row) in (3..).zip(rows) {
        for (column, text) in (0..).zip(&row.0) {
            sheet.write(at, column, text).unwrap();
        }
    }
}

/// A sample file.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workbook/tests/samples").join(name)
}

/// The findings of the rows, without the infos about tidied values.
pub(crate) fn found(rows: &[RowView]) -> Vec<(u32, u8, Code)> {
    let all = rows.iter().flat_map(|row| &row.findings).filter(|f| f.code != Code::Normalized);
    all.map(|f| (f.row, f.column, f.code)).collect()
}

pub(crate) fn states(rows: &[RowView]) -> Vec<RowState> {
    rows.iter().map(|row| row.state).collect()
}

/// The problem for which a use case refuses a request.
pub(crate) fn problem<T>(outcome: Result<T, Error>) -> Problem {
    match outcome {
        Ok(_) => panic!("the request was not refused"),
        Err(Error::Problem(problem)) => problem,
        Err(error) => panic!("{error}"),
    }
}
