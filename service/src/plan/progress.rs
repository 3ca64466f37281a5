//! How far the units of a subtree are with their plans, by direct subordinate.

use super::{filing_of_year, plan_of_year, year_of};
use crate::{
    Actor, Result, Services,
    actor::Role,
    query,
    sql::tree::{SUBTREES_AT_ONCE, grouped_by_subtree},
};
use domain::{
    ids::UnitId,
    plan_filing::{FilingProgress, FilingState, ProgressRow, ProgressView},
    unit::UnitRef,
};
use entity::{Count, plan_filing, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, JoinType, SelectStatement},
};
use std::collections::HashMap;

/// The counts of a subtree.
#[derive(FromQueryResult)]
struct Counts {
    path: String,
    must_file: Count,
    draft: Count,
    submitted: Count,
    returned: Count,
    approved: Count,
    confirmed: Count,
    change_requested: Count,
    late: Count,
}

/// The progress of the units below the actor's own in a year. For the operator the first level is the top of the tree. The
/// number of statements does not grow with the units. [`domain::Problem::NotFound`] for a year without plans.
pub async fn progress(services: &Services, actor: &Actor, year: Option<i32>) -> Result<ProgressView> {
    let db = &services.0.db;
    let year = year_of(services, year)?;
    let direct = match &actor.role {
        Role::Management(own) => unit::Column::ParentId.eq(own.id),
        Role::Operator => unit::Column::ParentId.is_null().and(unit::Column::MergedInto.is_null()),
    };
    let direct: Vec<(UnitId, String, String)> = unit::Entity::find()
        .select_only()
        .columns([unit::Column::Id, unit::Column::Name, unit::Column::Path])
        .filter(direct)
        .order_by_asc(unit::Column::Path)
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = count(db, year, direct.iter().map(|(_, _, path)| path.as_str())).await?;
    let rows: Vec<_> = direct
        .into_iter()
        .map(|(id, name, path)| ProgressRow {
            unit: UnitRef { id, name },
            progress: counts.remove(&path).unwrap_or_default(),
        })
        .collect();
    let total = rows.iter().fold(FilingProgress::default(), |total, row| total.plus(row.progress));
    Ok(ProgressView { year, total, rows })
}

/// The progress of the subtree of each path.
async fn count(
    db: &impl ConnectionTrait,
    year: i32,
    paths: impl Iterator<Item = &str>,
) -> Result<HashMap<String, FilingProgress>> {
    let paths: Vec<&str> = paths.collect();
    let mut progress = HashMap::with_capacity(paths.len());
    for paths in paths.chunks(SUBTREES_AT_ONCE) {
        for counts in query::all::<Counts>(db, &select(year, paths)).await? {
            let counted = FilingProgress {
                must_file: counts.must_file.into(),
                draft: counts.draft.into(),
                submitted: counts.submitted.into(),
                returned: counts.returned.into(),
                approved: counts.approved.into(),
                confirmed: counts.confirmed.into(),
                change_requested: counts.change_requested.into(),
                late: counts.late.into(),
            };
            progress.insert(counts.path, counted);
        }
    }
    Ok(progress)
}

fn select(year: i32, paths: &[&str]) -> SelectStatement {
    let counted = |condition: Expr| Func::count(Expr::case(condition, 1));
    let in_state = |state: FilingState| plan_filing::Column::State.eq(state);
    // A plan without a filing counts as approved (`Standing::SetBySuperior`).
    let set = plan_filing::Column::UnitId.is_null().and(reserve_plan::Column::UnitId.is_not_null());
    grouped_by_subtree(paths)
        .expr_as(Func::count(unit::Column::Id.into_expr()), "must_file")
        .expr_as(counted(in_state(FilingState::Draft)), "draft")
        .expr_as(counted(in_state(FilingState::Submitted)), "submitted")
        .expr_as(counted(in_state(FilingState::Returned)), "returned")
        .expr_as(counted(in_state(FilingState::Approved).or(set)), "approved")
        .expr_as(counted(in_state(FilingState::Confirmed)), "confirmed")
        .expr_as(counted(in_state(FilingState::ChangeRequested)), "change_requested")
        .expr_as(counted(plan_filing::Column::Late.eq(true)), "late")
        .join(JoinType::LeftJoin, plan_filing::Entity, filing_of_year(year))
        .join(JoinType::LeftJoin, reserve_plan::Entity, plan_of_year(year))
        .to_owned()
}
