//! 预留份额 of subtrees, from the approved plans.

use crate::{
    Result, query,
    sql::tree::{SUBTREES_AT_ONCE, grouped_by_subtree},
};
use domain::ids::UnitId;
use entity::{reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    sea_query::{Expr, ExprTrait, Func, JoinType},
};
use std::collections::HashMap;

/// The sum of a subtree.
#[derive(FromQueryResult)]
struct Sum {
    path: String,
    share: i64,
}

/// The share of the subtree of each path in a year, in fen. Subtrees without plans are left out. The number of statements does not
/// depend on the number of units.
pub(super) async fn of_subtrees(
    db: &impl ConnectionTrait,
    year: i32,
    paths: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, i64>> {
    let paths: Vec<&str> = paths.into_iter().collect();
    let mut shares = HashMap::with_capacity(paths.len());
    let is_plan = Expr::col((reserve_plan::Entity, reserve_plan::Column::UnitId))
        .equals((unit::Entity, unit::Column::Id))
        .and(reserve_plan::Column::Year.eq(year));
    for paths in paths.chunks(SUBTREES_AT_ONCE) {
        // PostgreSQL sums up BIGINT as NUMERIC.
        let share = Expr::from(Func::sum(reserve_plan::Column::Share.into_expr())).cast_as("bigint");
        let select = grouped_by_subtree(paths)
            .expr_as(share, "share")
            .join(JoinType::InnerJoin, reserve_plan::Entity, is_plan.clone())
            .to_owned();
        shares.extend(query::all::<Sum>(db, &select).await?.into_iter().map(|sum| (sum.path, sum.share)));
    }
    Ok(shares)
}

/// The share of a unit itself in a year, in fen.
pub(super) async fn of_unit(db: &impl ConnectionTrait, year: i32, unit: UnitId) -> Result<i64> {
    let plan = reserve_plan::Entity::find_by_id((unit, year)).one(db).await?;
    Ok(plan.map_or(0, |plan| plan.share.fen()))
}
