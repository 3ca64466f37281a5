//! Sums of postings.

use crate::{
    Error, Result, Subtree,
    query::{all, is_any_of},
    sql::rows::{LIST, list, most_rows},
};
use domain::{
    calendar::Day,
    ids::UnitId,
    purchases::{Amounts, PurchaseClass},
};
use entity::{
    purchase_posting::{self, Column, Entity},
    unit,
};
use sea_orm::{
    ConnectionTrait, FromQueryResult, IdenStatic,
    sea_query::{ArrayType, Expr, ExprTrait, Func, JoinType, Query, SelectStatement},
};

/// Units of which one statement sums up postings.
const UNITS_AT_ONCE: usize = 10_000;

/// The days that count, the first and the last included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    pub(crate) first: i32,
    pub(crate) last: i32,
}

impl Days {
    /// Every day.
    pub(crate) const ALL: Self = Self { first: 0, last: i32::MAX };
}

/// The amounts of a day, a class and an origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DaySum {
    pub(crate) day: Day,
    pub(crate) class: PurchaseClass,
    /// The code of the county, 0 for none.
    pub(crate) origin: i32,
    pub(crate) amounts: Amounts,
}

/// The summed columns of a row.
#[derive(Clone, Copy, FromQueryResult)]
pub(crate) struct AmountColumns {
    ordered: i64,
    paid: i64,
    accepted: i64,
    evaluated: i64,
    orders: i64,
}

impl From<AmountColumns> for Amounts {
    fn from(AmountColumns { ordered, paid, accepted, evaluated, orders }: AmountColumns) -> Self {
        Self { ordered, paid, accepted, evaluated, orders }
    }
}

/// A row of [`day_sums`].
#[derive(FromQueryResult)]
struct DayRow {
    unit_id: UnitId,
    day: Day,
    class: PurchaseClass,
    origin: i32,
    #[sea_orm(nested)]
    amounts: AmountColumns,
}

/// A row of sums by month and class.
#[derive(FromQueryResult)]
struct MonthRow {
    /// The month, yyyymm.
    month: i32,
    class: PurchaseClass,
    #[sea_orm(nested)]
    amounts: AmountColumns,
}

/// A row of sums by origin.
#[derive(FromQueryResult)]
struct OriginRow {
    origin: i32,
    #[sea_orm(nested)]
    amounts: AmountColumns,
}

/// A row of sums by unit.
#[derive(FromQueryResult)]
struct UnitRow {
    unit_id: UnitId,
    #[sea_orm(nested)]
    amounts: AmountColumns,
}

/// A select of the sums of all amounts of postings.
fn sums() -> SelectStatement {
    let mut select = Query::select();
    select.from(Entity);
    for column in [Column::Ordered, Column::Paid, Column::Accepted, Column::Evaluated, Column::Orders] {
        // PostgreSQL sums up BIGINT as NUMERIC.
        let sum = Expr::from(Func::sum(Expr::col((Entity, column)))).cast_as("bigint");
        select.expr_as(sum, column.as_str());
    }
    select
}

fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

/// Restricts a select to units and days.
fn of_units(db: &impl ConnectionTrait, select: &mut SelectStatement, units: &[UnitId], days: Days) {
    select
        .and_where(is_any_of(db, Column::UnitId, units.iter().copied()))
        .and_where(column(Column::Day).gte(days.first))
        .and_where(column(Column::Day).lte(days.last));
}

/// The sums of units by unit, day, class and origin.
pub(super) async fn day_sums(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    mut each: impl FnMut(UnitId, DaySum),
) -> Result<()> {
    for units in units.chunks(UNITS_AT_ONCE) {
        let mut select = sums();
        let key = [Column::UnitId, Column::Day, Column::Class, Column::Origin].map(|column| (Entity, column));
        select.columns(key).group_by_columns(key);
        of_units(db, &mut select, units, Days::ALL);
        for DayRow { unit_id, day, class, origin, amounts } in all(db, &select).await? {
            each(unit_id, DaySum { day, class, origin, amounts: amounts.into() });
        }
    }
    Ok(())
}

/// The sums of some purchasers' postings, by unit, day, class and origin. Each purchaser is given with its unit. `each` also
/// gets the index of the purchaser.
pub(super) async fn day_sums_of_purchasers(
    db: &impl ConnectionTrait,
    purchasers: &[(UnitId, domain::ids::PurchaserId)],
    mut each: impl FnMut(usize, DaySum),
) -> Result<()> {
    const UNIT: &str = "unit";
    const PURCHASER: &str = "purchaser";
    const INDEX: &str = "index_in_list";
    #[derive(FromQueryResult)]
    struct Row {
        index_in_list: i64,
        day: Day,
        class: PurchaseClass,
        origin: i32,
        #[sea_orm(nested)]
        amounts: AmountColumns,
    }
    let at_once = most_rows(3);
    for (chunk, purchasers) in purchasers.chunks(at_once).enumerate() {
        let rows = purchasers.iter().enumerate().map(|(index, (unit, purchaser))| {
            let index = i64::try_from(chunk * at_once + index).unwrap_or(i64::MAX);
            [index.into(), (*unit).into(), (*purchaser).into()]
        });
        let columns = [INDEX, UNIT, PURCHASER].map(|name| (name, ArrayType::BigInt));
        let mut select = sums();
        let key = [Column::Day, Column::Class, Column::Origin].map(|column| (Entity, column));
        let same_unit = column(Column::UnitId).equals((LIST, UNIT));
        let same_purchaser = column(Column::PurchaserId).equals((LIST, PURCHASER));
        select
            .with_cte(list(db, columns, rows.collect()))
            .columns(key)
            .column((LIST, INDEX))
            .join(JoinType::InnerJoin, LIST, same_unit.and(same_purchaser))
            .group_by_columns(key)
            .group_by_col((LIST, INDEX));
        for Row { index_in_list, day, class, origin, amounts } in all(db, &select).await? {
            let index = usize::try_from(index_in_list).map_err(Error::internal)?;
            each(index, DaySum { day, class, origin, amounts: amounts.into() });
        }
    }
    Ok(())
}

/// The sums of units together by month, yyyymm, and class.
pub(crate) async fn class_sums(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    days: Days,
    mut each: impl FnMut(i32, PurchaseClass, Amounts),
) -> Result<()> {
    const MONTH: &str = "month";
    for units in units.chunks(UNITS_AT_ONCE) {
        let mut select = sums();
        select
            .expr_as(column(Column::Day).div(100), MONTH)
            .column((Entity, Column::Class))
            // The name of the result: a parameter would make the expression differ from the one above.
            .add_group_by([Expr::col(MONTH), column(Column::Class)]);
        of_units(db, &mut select, units, days);
        for MonthRow { month, class, amounts } in all(db, &select).await? {
            each(month, class, amounts.into());
        }
    }
    Ok(())
}

/// The sums of units together by the code of the origin.
pub(crate) async fn origin_sums(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    days: Days,
    mut each: impl FnMut(i32, Amounts),
) -> Result<()> {
    for units in units.chunks(UNITS_AT_ONCE) {
        let mut select = sums();
        select.column((Entity, Column::Origin)).group_by_col((Entity, Column::Origin));
        of_units(db, &mut select, units, days);
        for OriginRow { origin, amounts } in all(db, &select).await? {
            each(origin, amounts.into());
        }
    }
    Ok(())
}

/// The sums of each unit. `classes` restricts them.
pub(crate) async fn unit_sums(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    days: Days,
    classes: Option<&[PurchaseClass]>,
    mut each: impl FnMut(UnitId, Amounts),
) -> Result<()> {
    for units in units.chunks(UNITS_AT_ONCE) {
        let mut select = sums();
        select.column((Entity, Column::UnitId)).group_by_col((Entity, Column::UnitId));
        of_units(db, &mut select, units, days);
        if let Some(classes) = classes {
            select.and_where(is_any_of(db, Column::Class, classes.iter().copied()));
        }
        for UnitRow { unit_id, amounts } in all(db, &select).await? {
            each(unit_id, amounts.into());
        }
    }
    Ok(())
}

/// A unit in one of the ranges of [`units_within`].
#[derive(FromQueryResult)]
struct UnitInRange {
    index_in_list: i64,
    id: UnitId,
}

/// The units of each range of paths, with the index of the range.
pub(crate) async fn units_within(db: &impl ConnectionTrait, ranges: &[Subtree]) -> Result<Vec<(usize, UnitId)>> {
    const INDEX: &str = "index_in_list";
    const FIRST: &str = "first_path";
    const END: &str = "end_path";
    let at_once = most_rows(3);
    let mut units = Vec::new();
    for (chunk, ranges) in ranges.chunks(at_once).enumerate() {
        let rows = ranges.iter().enumerate().map(|(index, range)| {
            let index = i64::try_from(chunk * at_once + index).unwrap_or(i64::MAX);
            [index.into(), range.from.as_str().into(), range.to.as_str().into()]
        });
        let columns = [(INDEX, ArrayType::BigInt), (FIRST, ArrayType::String), (END, ArrayType::String)];
        let path = || Expr::col((unit::Entity, unit::Column::Path));
        let inside = path().gte(Expr::col((LIST, FIRST))).and(path().lt(Expr::col((LIST, END))));
        let select = Query::select()
            .with_cte(list(db, columns, rows.collect()))
            .column((LIST, INDEX))
            .column((unit::Entity, unit::Column::Id))
            .from(LIST)
            .join(JoinType::InnerJoin, unit::Entity, inside)
            .to_owned();
        for UnitInRange { index_in_list, id } in all(db, &select).await? {
            units.push((usize::try_from(index_in_list).map_err(Error::internal)?, id));
        }
    }
    Ok(units)
}

/// A column of postings, for statements that change them.
pub(super) fn posting_column(of: purchase_posting::Column) -> Expr {
    column(of)
}
