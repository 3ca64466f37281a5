//! 未预留名单 and 已预留零采购名单: the single units of a subtree that have a concern, as reports.

use super::{
    read::{AsOf, of_units},
    report::{Contents, Scope},
};
use crate::{Actor, Result, Services, plan};
use domain::{
    ids::UnitId,
    plan_filing::Standing,
    purchases::MAX_CHILDREN,
    report::{ReportCell, ReportColumn, ReportKind, ReportQuery, ReportRow, RowSubject},
    unit::UnitRef,
};
use entity::unit;
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// The units of a list in the order of the tree, at most [`MAX_CHILDREN`].
pub(super) async fn contents(
    services: &Services,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    kind: ReportKind,
    query: &ReportQuery,
    scope: &Scope,
) -> Result<Contents> {
    let Some(concern) = kind.concern() else { return Ok(Contents::default()) };
    let year = scope.until.year();
    let mut found = plan::of_concern(services, tx, scope.path(), concern, year).await?;
    found.filter_value(unit::Column::AdminLevel, query.admin_level);
    found.filter_value(unit::Column::BudgetLevel, query.budget_level);
    let mut rows = found.first(tx, MAX_CHILDREN + 1).await?;
    let most = usize::try_from(MAX_CHILDREN).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let own = actor.subtree();
    let units: Vec<_> = rows.into_iter().map(|row| row.into_item(&own)).collect();
    let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    let (columns, mut cells) = match kind {
        ReportKind::NotReserved => standings(tx, &ids, year).await?,
        _ => shares(tx, &ids, scope).await?,
    };
    let row = |unit: domain::unit::UnitListItem| ReportRow {
        cells: cells.remove(&unit.id).unwrap_or_default(),
        subject: RowSubject::Single(UnitRef { id: unit.id, name: unit.name }, unit.superior),
    };
    Ok(Contents { columns, rows: units.into_iter().map(row).collect(), more, ..Contents::default() })
}

/// The columns of a list, and the cells of each unit.
type Cells = (Vec<ReportColumn>, HashMap<UnitId, Vec<ReportCell>>);

/// Where each unit without a plan stands with its filing.
async fn standings(tx: &impl ConnectionTrait, units: &[UnitId], year: i32) -> Result<Cells> {
    let filings = plan::filings_of(tx, units, year).await?;
    let standing = |unit: UnitId| Standing::of(filings.get(&unit).map(|filing| filing.state), false);
    let cells = units.iter().map(|unit| (*unit, vec![ReportCell::Standing(standing(*unit))]));
    Ok((vec![ReportColumn::Standing], cells.collect()))
}

/// The share of each unit beside what it has ordered and paid.
async fn shares(tx: &impl ConnectionTrait, units: &[UnitId], scope: &Scope) -> Result<Cells> {
    let year = scope.until.year();
    let plans = plan::plans_of(tx, units, [year, year]).await?;
    let amounts = of_units(tx, units, AsOf::of(scope.until)).await?;
    let cells = |unit: UnitId| {
        let amounts = amounts.get(&unit).copied().unwrap_or_default();
        let share = plans.get(&(unit, year)).map(|plan| plan.share.fen()).unwrap_or_default();
        [share, amounts.ordered, amounts.paid].map(ReportCell::Amount).to_vec()
    };
    let columns = [ReportColumn::Share, ReportColumn::Ordered, ReportColumn::Paid];
    Ok((columns.into(), units.iter().map(|unit| (*unit, cells(*unit))).collect()))
}
