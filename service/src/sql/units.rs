//! Numbers of units below units.

use entity::unit;
use sea_orm::sea_query::{Asterisk, BinOper, Expr, ExprTrait, Func, IntoColumnRef, Query, SubQueryStatement};

/// How many units are below the unit of a path, counted up to a bound. Each count is one range of the index of paths, and
/// the counts of all units of a page are read by one statement.
///
/// The query builder has no operator that concatenates texts on both databases.
pub(crate) fn count_below(path: impl IntoColumnRef, bound: u32) -> Expr {
    const BELOW: &str = "below";
    let (path, below) = (Expr::col(path), Expr::col((BELOW, unit::Column::Path)));
    // Behind all paths that begin with this one: the character behind the digits.
    let end = path.clone().binary(BinOper::Custom("||"), Expr::val(":"));
    let units = Query::select()
        .expr(Expr::val(1))
        .from_as(unit::Entity, BELOW)
        .and_where(below.clone().gt(path))
        .and_where(below.lt(end))
        .limit(bound.into())
        .to_owned();
    let count = Query::select().expr(Func::count(Expr::col(Asterisk))).from_subquery(units, BELOW).to_owned();
    SubQueryStatement::from(count).into()
}
