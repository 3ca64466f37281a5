//! The situation of subtrees, counted on real databases of both kinds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Clippy allows these only in functions that are tests.

mod naive;
mod query_counts;
mod races;
mod random;
mod scope;
#[path = "../ledger/world.rs"]
#[expect(dead_code, reason = "the tests of the ledger use the rest")]
mod world;

use domain::{
    account::AccountState,
    ids::UnitId,
    plan_filing::{CanteenKind, FilingForm, FilingQuery, PlanConcern, SeenFiling, Standing},
    plan_parameters::{ParameterSet, Sourced},
    report::{ReportCell, ReportColumn, ReportKind, ReportQuery},
    situation::{Situation, SituationQuery, SituationReport},
    unit::UnitQuery,
};
use proptest::{prop_assert_eq, test_runner::TestCaseError};
use sea_orm::{ConnectionTrait, Statement};
use service::{
    Actor,
    plan::{self, Decision, Submission},
    situation::situation,
    statistics::report,
};
use world::World;

impl World {
    /// Runs a statement that writes.
    async fn execute(&self, sql: &str) {
        let db = self.services().database();
        db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    }

    /// Opens the account of a unit with the password of the department, and acts as it.
    async fn act_as_unit(&self, unit: UnitId) -> Actor {
        let department = self.accounts.iter().find(|account| account.name == world::OWN).unwrap();
        self.execute(&format!(
            "UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE login = '{}'), \
             must_change = FALSE, initial_until = NULL, activated_at = created_at, disabled_at = NULL WHERE unit_id = {unit}",
            department.login
        ))
        .await;
        self.execute(&format!("UPDATE unit SET completed_at = created_at WHERE id = {unit}")).await;
        let login = self.texts(&format!("SELECT login FROM unit WHERE id = {unit}")).await.remove(0);
        self.app.actor(&login, &department.password).await
    }

    async fn version(&self, unit: UnitId, year: i32) -> i32 {
        let found =
            self.texts(&format!("SELECT version FROM plan_filing WHERE unit_id = {unit} AND year = {year}")).await;
        found.first().map_or(0, |version| version.parse().unwrap())
    }

    /// Submits the plan of a unit. Returns false if its state does not allow that.
    async fn submit(&self, unit: UnitId, form: &FilingForm) -> bool {
        let actor = self.act_as_unit(unit).await;
        let year = self.services().clock().year();
        let version = self.version(unit, year).await;
        match plan::submit(self.services(), &actor, year, version, form).await {
            Ok(Submission::Filed) => true,
            Ok(Submission::Incomplete(findings)) => panic!("{findings:?}"),
            Err(_) => false,
        }
    }

    /// Decides about the plan of a unit. Returns false if its state does not allow that.
    async fn decide(&self, unit: UnitId, decision: Decision<'_>) -> bool {
        let year = self.services().clock().year();
        let seen = SeenFiling { unit, version: self.version(unit, year).await };
        let outcomes = plan::decide(self.services(), &self.own, year, &[seen], decision).await.unwrap();
        outcomes[0].refused.is_none()
    }

    /// Sets parameters of any unit; the use case allows it to presets alone.
    async fn set_parameters(&self, unit: UnitId, year: i32, set: &ParameterSet) {
        let json = serde_json::to_string(set).unwrap();
        self.execute(&format!(
            "INSERT INTO plan_parameter_set (unit_id, year, parameters, updated_at, version) \
             VALUES ({unit}, {year}, '{json}', 1, 1) ON CONFLICT (unit_id, year) DO UPDATE SET parameters = '{json}'"
        ))
        .await;
    }
}

/// A value with a source.
#[expect(clippy::unnecessary_wraps, reason = "the fields of a set are optional")]
fn sourced<T>(value: T) -> Option<Sourced<T>> {
    Some(Sourced { value, source: "示财采〔2026〕3号".to_owned() })
}

/// A form of a unit with its own canteen.
fn own_canteen(total: u32, ratio: u16) -> FilingForm {
    FilingForm {
        canteen: "own".to_owned(),
        total: total.to_string(),
        ratio: ratio.to_string(),
        approval: "示财批〔2026〕1号".to_owned(),
        union_demand: "no".to_owned(),
        filler: "王芳".to_owned(),
        confirmed: "yes".to_owned(),
        ..FilingForm::default()
    }
}

/// The same with a share of the union.
fn with_union(form: FilingForm, members: u32, share: u32) -> FilingForm {
    FilingForm {
        union_demand: "yes".to_owned(),
        union_own_funds: "yes".to_owned(),
        union_funds: "90000".to_owned(),
        members: members.to_string(),
        union_share: share.to_string(),
        ..form
    }
}

/// The lists behind the figures of a unit have as many units. They have those below the unit, and not itself.
async fn check_lists(world: &World, unit: UnitId) -> Result<(), TestCaseError> {
    let query = SituationQuery { unit: Some(unit), year: None };
    let SituationReport { total, own, .. } = situation(world.services(), &world.operator, &query).await.unwrap();
    let below = |figure: fn(&Situation) -> i64| figure(&total) - figure(&own);
    let all = FilingQuery { below: Some(unit), ..FilingQuery::default() };
    let of_concern = |concern| FilingQuery { concern: Some(concern), ..all.clone() };
    let of_canteen = |canteen| FilingQuery { canteen: Some(canteen), ..all.clone() };
    let of_standing = |standing| FilingQuery { standing: Some(standing), ..all.clone() };
    for (query, expected) in [
        (of_concern(PlanConcern::NotReserved), below(Situation::not_reserved)),
        (of_concern(PlanConcern::UnderMinimum), below(|counts| counts.under_minimum)),
        (of_concern(PlanConcern::Overdue), below(|counts| counts.overdue)),
        (of_concern(PlanConcern::ZeroPurchases), below(|counts| counts.plans.zero_purchases)),
        (of_canteen(CanteenKind::None), below(|counts| counts.plans.without_canteen)),
        (of_canteen(CanteenKind::SharedLead), below(|counts| counts.plans.shared_lead)),
        (of_standing(Standing::NotFiled), below(Situation::not_filed)),
        (of_standing(Standing::SetBySuperior), below(|counts| counts.plans.set_by_superior)),
        (FilingQuery { late: true, ..all.clone() }, below(|counts| counts.plans.late)),
    ] {
        let found = plan::list(world.services(), &world.operator, &query).await.unwrap().total;
        prop_assert_eq!(i64::from(found.number()), expected, "{:?}", query);
    }
    // The lists of the reports have the unit itself too.
    for (kind, column, expected) in [
        (ReportKind::NotReserved, ReportColumn::NotReserved, total.not_reserved()),
        (ReportKind::ZeroPurchases, ReportColumn::ZeroPurchases, total.plans.zero_purchases),
    ] {
        let query = ReportQuery { unit: Some(unit), ..ReportQuery::default() };
        let listed = report(world.services(), &world.operator, kind, &query).await.unwrap();
        prop_assert_eq!(i64::try_from(listed.rows.len()).unwrap(), expected, "{:?} of {}", kind, unit);
        let counts = report(world.services(), &world.operator, ReportKind::Concerns, &query).await.unwrap();
        let index = counts.columns.iter().position(|of| *of == column).unwrap();
        prop_assert_eq!(counts.total[index], ReportCell::Count(expected));
    }
    for (state, expected) in [
        (AccountState::NotActivated, below(|counts| counts.accounts.not_activated)),
        (AccountState::Disabled, below(|counts| counts.accounts.disabled)),
    ] {
        let query = UnitQuery { region: Some(unit), state: Some(state), ..UnitQuery::default() };
        let found = service::unit::list(world.services(), &world.operator, &query).await.unwrap().total;
        prop_assert_eq!(i64::from(found.number()), expected, "{:?}", query);
    }
    let query = UnitQuery { region: Some(unit), unreached: true, ..UnitQuery::default() };
    let found = service::unit::list(world.services(), &world.operator, &query).await.unwrap().total;
    prop_assert_eq!(i64::from(found.number()), below(|counts| counts.accounts.sms_failed), "{:?}", query);
    Ok(())
}

/// Compares the reports on every unit with plain counts.
async fn check(world: &World, year: i32, when: &str) -> Result<(), TestCaseError> {
    let rows = naive::Rows::read(world).await;
    for year in [year, year - 1] {
        for unit in rows.units() {
            let query = SituationQuery { unit: Some(unit), year: Some(year) };
            let found = situation(world.services(), &world.operator, &query).await.unwrap();
            let context = format!("{when}, unit {unit}, {year}");
            prop_assert_eq!(found.total, rows.subtree(world, unit, year), "{}", &context);
            prop_assert_eq!(found.own, rows.own(world, unit, year), "own, {}", &context);
            let children = rows.children(unit).into_iter();
            let children = children.map(|child| (child.clone(), rows.subtree(world, child.id, year)));
            prop_assert_eq!(found.children, children.collect::<Vec<_>>(), "children, {}", &context);
        }
    }
    Ok(())
}
