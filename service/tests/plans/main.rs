//! Yearly plans: parameters, filing and review, on real databases of both kinds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Clippy allows these only in functions that are tests.

mod filing;
mod parameters;
mod query_counts;
mod remind;
mod review;
mod set_by_superior;

use domain::{
    Problem,
    ids::UnitId,
    plan_filing::{FilingForm, FilingView, SeenFiling, Standing},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use service::{
    Actor, Services, Settings,
    plan::{self, Decision, Submission},
    seed::DemoAccount,
};
use testdb::{Backend, TestApp};

/// The finance department, a unit directly below it, that unit's subordinate, and another unit below the department.
const DEPARTMENT: &str = "示例县财政局";
const UNIT: &str = "示例县供销合作社联合社";
const BELOW: &str = "示例县农产品冷链物流中心";
const SIBLING: &str = "示例县融媒体中心";
/// The finance department of another county.
const OTHER: &str = "样例县财政局";
/// The superior of both departments.
const CITY: &str = "示例市财政局";

/// The problem for which a use case refuses a request.
fn problem<T>(answer: service::Result<T>) -> Problem {
    match answer {
        Ok(_) => panic!("the request was not refused"),
        Err(error) => error.into_problem(),
    }
}

/// The demo data without plans, with people of several units.
struct World {
    app: TestApp,
    accounts: Vec<DemoAccount>,
    department: Actor,
    unit: Actor,
    year: i32,
}

impl World {
    async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| ()).await
    }

    /// The same with other settings.
    async fn with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let app = TestApp::with(backend, change).await;
        let accounts = service::seed::demo(&app.services).await.unwrap();
        execute(&app.services, "DELETE FROM reserve_plan", []).await;
        let department = app.act_as(&accounts, DEPARTMENT).await;
        let year = app.services.clock().year();
        let unit = act_as_unit(&app, &accounts, UNIT).await;
        Self { app, accounts, department, unit, year }
    }

    const fn services(&self) -> &Services {
        &self.app.services
    }

    /// An account of a unit that the demo data does not open.
    async fn actor(&self, name: &str) -> Actor {
        act_as_unit(&self.app, &self.accounts, name).await
    }

    async fn id(&self, name: &str) -> UnitId {
        let found = "SELECT id AS x FROM unit WHERE name = $1 AND merged_into IS NULL";
        UnitId(texts(self.services(), found, [name.into()]).await[0].parse().unwrap())
    }

    async fn own(&self, actor: &Actor) -> FilingView {
        plan::detail(self.services(), actor, None, Some(self.year)).await.unwrap()
    }

    async fn seen(&self, name: &str) -> FilingView {
        plan::detail(self.services(), &self.department, Some(self.id(name).await), Some(self.year)).await.unwrap()
    }

    /// Submits a form in the stored version.
    async fn submit(&self, actor: &Actor, form: &FilingForm) -> Submission {
        let version = self.own(actor).await.version;
        plan::submit(self.services(), actor, self.year, version, form).await.unwrap()
    }

    /// Decides about the plan of a unit in its stored version. Returns why it was refused.
    async fn decide(&self, name: &str, decision: Decision<'_>) -> Option<Problem> {
        let filing = self.seen(name).await;
        let seen = SeenFiling { unit: filing.unit.id, version: filing.version };
        let mut outcomes = plan::decide(self.services(), &self.department, self.year, &[seen], decision).await.unwrap();
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0).refused
    }

    async fn standing(&self, name: &str) -> Standing {
        self.seen(name).await.standing
    }

    /// Total and share of the approved plan of a unit, in fen.
    async fn plan(&self, name: &str) -> Vec<String> {
        let plan = "SELECT total || ' ' || share AS x FROM reserve_plan WHERE unit_id = $1 AND year = $2";
        texts(self.services(), plan, [self.id(name).await.into(), self.year.into()]).await
    }

    /// Gives every unit below the department but these a plan of its superior.
    async fn plans_except(&self, names: &[&str]) {
        let below = "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                     SELECT id, $1, 100000, 1500, 15000, 1, 1 FROM unit WHERE path > \
                     (SELECT path FROM unit WHERE name = '示例县财政局') AND path < \
                     (SELECT path || 'x' FROM unit WHERE name = '示例县财政局') AND kind = 'budget' ON CONFLICT DO NOTHING";
        execute(self.services(), below, [self.year.into()]).await;
        for name in names {
            let unit = self.id(name).await;
            execute(self.services(), "DELETE FROM reserve_plan WHERE unit_id = $1", [unit.into()]).await;
        }
    }
}

/// A form of a unit with its own canteen.
fn own_canteen(total: &str, ratio: &str) -> FilingForm {
    FilingForm {
        canteen: "own".to_owned(),
        total: total.to_owned(),
        ratio: ratio.to_owned(),
        union_demand: "no".to_owned(),
        filler: "王芳".to_owned(),
        ..FilingForm::default()
    }
}

/// Opens the account of a unit with the password of the department.
async fn act_as_unit(app: &TestApp, accounts: &[DemoAccount], name: &str) -> Actor {
    let department = accounts.iter().find(|account| account.name == DEPARTMENT).unwrap();
    let services = &app.services;
    let opened = "UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE login = $1), \
                  must_change = FALSE, initial_until = NULL, activated_at = created_at, disabled_at = NULL \
                  WHERE unit_id = (SELECT id FROM unit WHERE name = $2)";
    execute(services, opened, [department.login.as_str().into(), name.into()]).await;
    let completed = "UPDATE unit SET completed_at = created_at WHERE name = $1";
    execute(services, completed, [name.into()]).await;
    let login = texts(services, "SELECT login AS x FROM unit WHERE name = $1", [name.into()]).await.remove(0);
    app.actor(&login, &department.password).await
}

/// Runs a statement that writes.
async fn execute<const N: usize>(services: &Services, sql: &str, values: [Value; N]) {
    let db = services.database();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.unwrap();
}

/// The first column of a query's rows, as text.
async fn texts<const N: usize>(services: &Services, sql: &str, values: [Value; N]) -> Vec<String> {
    let db = services.database();
    let cast = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT CAST(x AS TEXT) FROM ({sql})"),
        _ => format!("SELECT x::text FROM ({sql}) q"),
    };
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), cast, values)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
}
