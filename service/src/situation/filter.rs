//! The units behind the figures of a report, as conditions of lists.

use super::jurisdiction::{Jurisdictions, Setter};
use crate::sql::rows::{LIST, list};
use domain::calendar::Day;
use entity::{purchase_posting, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Order, Value,
    sea_query::{ArrayType, CommonTableExpression, Expr, ExprTrait, Func, Query, SubQueryStatement},
};

const FIRST: &str = "first_path";
const END: &str = "end_path";
const VALUE: &str = "value";

/// 已预留零采购: whether a unit has a share of the year, and nothing accepted and paid.
pub(crate) fn has_zero_purchases(year: i32) -> Expr {
    let (first, last) = (year * 10_000, Day::last_of_year(year).number());
    let accepted = Query::select()
        .expr(Func::sum(purchase_posting::Column::Accepted.into_expr()))
        .from(purchase_posting::Entity)
        .and_where(ExprTrait::eq(purchase_posting::Column::UnitId.into_expr(), unit::Column::Id.into_expr()))
        .and_where(purchase_posting::Column::Day.gte(first))
        .and_where(purchase_posting::Column::Day.lte(last))
        .to_owned();
    let accepted = Expr::from(SubQueryStatement::from(accepted));
    let shares = Query::select()
        .expr(reserve_plan::Column::UnitId.into_expr())
        .from(reserve_plan::Entity)
        .and_where(reserve_plan::Column::Year.eq(year))
        .and_where(reserve_plan::Column::Share.gt(0))
        .to_owned();
    unit::Column::Id.in_subquery(shares).and(Expr::from(Func::coalesce([accepted, Expr::val(0)])).lte(0))
}

impl Jurisdictions {
    /// 低于最低比例: whether the approved plan of a unit below a path has a lower ratio than the minimum that applies to it.
    pub(crate) fn is_under_minimum(&self, db: &impl ConnectionTrait, path: Option<&str>) -> Expr {
        let ratio = || reserve_plan::Column::Ratio.into_expr();
        let stricter = self.corrections(path).filter(|setter| setter.rules.minimum > setter.above.minimum);
        let stricter = places(db, stricter, |setter| i32::from(setter.rules.minimum.hundredths()));
        let mut under = ratio().lt(self.rules_below(path).minimum);
        if let Some(stricter) = stricter {
            let below = Query::select()
                .with_cte(stricter)
                .expr(Expr::val(1))
                .from(LIST)
                .and_where(is_inside())
                .and_where(ratio().lt(Expr::col((LIST, VALUE))))
                .to_owned();
            under = under.or(Expr::exists(below));
        }
        let plan = Query::select()
            .expr(Expr::val(1))
            .from(reserve_plan::Entity)
            .and_where(ExprTrait::eq(reserve_plan::Column::UnitId.into_expr(), unit::Column::Id.into_expr()))
            .and_where(reserve_plan::Column::Year.eq(self.year()))
            .and_where(reserve_plan::Column::Total.gt(0))
            .and_where(under)
            .to_owned();
        Expr::exists(plan)
    }

    /// Whether the last day of filing of a unit below a path is over.
    pub(crate) fn is_last_day_over(&self, db: &impl ConnectionTrait, path: Option<&str>) -> Expr {
        let is_over = i32::from(self.rules_below(path).overdue);
        let others = self.corrections(path).filter(|setter| setter.rules.overdue != setter.above.overdue);
        let Some(others) = places(db, others, |setter| i32::from(setter.rules.overdue)) else {
            return Expr::val(is_over).eq(1);
        };
        // The longest path is the nearest one.
        let nearest = Query::select()
            .with_cte(others)
            .column((LIST, VALUE))
            .from(LIST)
            .and_where(is_inside())
            .order_by((LIST, FIRST), Order::Desc)
            .limit(1)
            .to_owned();
        let nearest = Expr::from(SubQueryStatement::from(nearest));
        Expr::from(Func::coalesce([nearest, Expr::val(is_over)])).eq(1)
    }
}

/// Whether a unit is in a place of the list.
fn is_inside() -> Expr {
    let path = || unit::Column::Path.into_expr();
    path().gte(Expr::col((LIST, FIRST))).and(path().lt(Expr::col((LIST, END))))
}

/// The ranges of paths below units, with a value each. `None` without any.
fn places<'a>(
    db: &impl ConnectionTrait,
    setters: impl Iterator<Item = &'a Setter>,
    value: impl Fn(&Setter) -> i32,
) -> Option<CommonTableExpression> {
    let row = |setter: &Setter| -> [Value; 3] {
        let range = setter.subtree();
        [range.from.into(), range.to.into(), value(setter).into()]
    };
    let rows: Vec<_> = setters.map(row).collect();
    let columns = [(FIRST, ArrayType::String), (END, ArrayType::String), (VALUE, ArrayType::Int)];
    (!rows.is_empty()).then(|| list(db, columns, rows))
}
