//! Reads amounts of subtrees: from totals where there are any, and otherwise from postings.

use crate::{
    Result, Subtree,
    query::{all, is_any_of},
    totals::{self, Days, Tally, TotalledUnit, class_of, class_sums, decode, origin_sums, unit_sums, units_within},
};
use domain::{
    calendar::Day,
    ids::UnitId,
    purchases::{Amounts, PurchaseClass, PurchaseQuery},
};
use entity::subtree_total::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use std::collections::HashMap;

/// The time from the beginning of a year until a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsOf {
    /// The first month, yyyymm, and the last one that counts as a whole; it is before the first if none does.
    whole_months: (i32, i32),
    /// The days of the month that has begun.
    days: (i32, i32),
    /// All days.
    all: Days,
}

impl AsOf {
    pub(super) fn of(until: Day) -> Self {
        let (month, first_of_month) = (until.month_number(), until.month_number() * 100 + 1);
        let january = until.year() * 100 + 1;
        let all = Days { first: january * 100 + 1, last: until.number() };
        if until.ends_month() {
            Self { whole_months: (january, month), days: (1, 0), all }
        } else {
            Self { whole_months: (january, month - 1), days: (first_of_month, until.number()), all }
        }
    }

    /// Whether a row of totals counts.
    fn periods(self) -> Expr {
        let between = |(first, last): (i32, i32)| Column::Period.gte(first).and(Column::Period.lte(last));
        between(self.whole_months).or(between(self.days))
    }
}

/// The month of a period, 1 to 12.
fn month_of(period: i32) -> u32 {
    let month = if period >= totals::FIRST_DAY { period / 100 % 100 } else { period % 100 };
    u32::try_from(month).unwrap_or_default()
}

/// A subtree to report on.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) id: UnitId,
    pub(super) path: String,
    pub(super) totalled: Option<TotalledUnit>,
}

/// A row of totals by class or by origin.
#[derive(FromQueryResult)]
struct TallyRow {
    unit_id: UnitId,
    period: i32,
    tally: Option<Vec<u8>>,
}

impl TallyRow {
    /// The amounts. Where there is no tally by origin, there are no purchases.
    fn tally(&self) -> Result<Tally> {
        Ok(self.tally.as_deref().map(decode).transpose()?.unwrap_or_default())
    }
}

/// The rows of totals of units.
async fn tally_rows(db: &impl ConnectionTrait, units: &[UnitId], as_of: AsOf, tally: Column) -> Result<Vec<TallyRow>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let select = Entity::find()
        .select_only()
        .columns([Column::UnitId, Column::Period])
        .column_as(tally, "tally")
        .filter(is_any_of(db, Column::UnitId, units.iter().copied()))
        .filter(as_of.periods());
    Ok(select.into_model().all(db).await?)
}

/// The units of which the subtrees without what `has_totals` finds consist, with the index of the subject.
async fn units_of(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    has_totals: impl Fn(&Subject) -> bool,
) -> Result<Vec<(usize, UnitId)>> {
    let (indexes, ranges): (Vec<usize>, Vec<Subtree>) = subjects
        .iter()
        .enumerate()
        .filter(|(_, subject)| !has_totals(subject))
        .map(|(index, subject)| (index, Subtree::of(&subject.path)))
        .unzip();
    let mut units = units_within(db, &ranges).await?;
    for (index, _) in &mut units {
        *index = indexes.get(*index).copied().unwrap_or_default();
    }
    units.sort_unstable_by_key(|(_, unit)| *unit);
    Ok(units)
}

/// The amounts of all subjects together by month and class.
pub(super) async fn by_class(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    as_of: AsOf,
) -> Result<HashMap<(u32, PurchaseClass), Amounts>> {
    let is_totalled = |subject: &Subject| subject.totalled.is_some();
    let mut sums: HashMap<_, Amounts> = HashMap::new();
    let totalled: Vec<UnitId> = subjects.iter().filter(|s| is_totalled(s)).map(|s| s.id).collect();
    for row in tally_rows(db, &totalled, as_of, Column::Classes).await? {
        for (class, amounts) in row.tally()? {
            *sums.entry((month_of(row.period), class_of(class)?)).or_default() += amounts;
        }
    }
    let units: Vec<UnitId> = units_of(db, subjects, is_totalled).await?.into_iter().map(|(_, unit)| unit).collect();
    class_sums(db, &units, as_of.all, |month, class, amounts| {
        *sums.entry((month_of(month), class)).or_default() += amounts;
    })
    .await?;
    Ok(sums)
}

/// The amounts of all subjects together by the code of the origin, 0 for none.
pub(super) async fn by_origin(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    as_of: AsOf,
) -> Result<HashMap<i32, Amounts>> {
    let has_origins = |subject: &Subject| subject.totalled.is_some_and(|totalled| totalled.has_origins);
    let mut sums: HashMap<i32, Amounts> = HashMap::new();
    let totalled: Vec<UnitId> = subjects.iter().filter(|s| has_origins(s)).map(|s| s.id).collect();
    for row in tally_rows(db, &totalled, as_of, Column::Origins).await? {
        for (origin, amounts) in row.tally()? {
            *sums.entry(origin).or_default() += amounts;
        }
    }
    let units: Vec<UnitId> = units_of(db, subjects, has_origins).await?.into_iter().map(|(_, unit)| unit).collect();
    origin_sums(db, &units, as_of.all, |origin, amounts| *sums.entry(origin).or_default() += amounts).await?;
    Ok(sums)
}

/// The amounts of each subject. The number of statements does not depend on the number of subjects.
pub(super) async fn by_subject(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    query: &PurchaseQuery,
    as_of: AsOf,
) -> Result<HashMap<UnitId, Amounts>> {
    let is_totalled = |subject: &Subject| subject.totalled.is_some();
    let mut sums: HashMap<UnitId, Amounts> = HashMap::new();
    let totalled: Vec<UnitId> = subjects.iter().filter(|s| is_totalled(s)).map(|s| s.id).collect();
    if query.includes_all() {
        for (unit, amounts) in sums_of_totals(db, &totalled, as_of).await? {
            *sums.entry(unit).or_default() += amounts;
        }
    } else {
        for row in tally_rows(db, &totalled, as_of, Column::Classes).await? {
            for (class, amounts) in row.tally()? {
                if query.includes(class_of(class)?) {
                    *sums.entry(row.unit_id).or_default() += amounts;
                }
            }
        }
    }
    let units = units_of(db, subjects, is_totalled).await?;
    let subject_of: HashMap<UnitId, UnitId> =
        units.iter().filter_map(|(index, unit)| Some((*unit, subjects.get(*index)?.id))).collect();
    let units: Vec<UnitId> = units.into_iter().map(|(_, unit)| unit).collect();
    unit_sums(db, &units, as_of.all, classes(query).as_deref(), |unit, amounts| {
        if let Some(subject) = subject_of.get(&unit) {
            *sums.entry(*subject).or_default() += amounts;
        }
    })
    .await?;
    Ok(sums)
}

/// The amounts of the purchasers of each of these units, without those below it.
pub(super) async fn of_units(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    as_of: AsOf,
) -> Result<HashMap<UnitId, Amounts>> {
    let mut sums: HashMap<UnitId, Amounts> = HashMap::new();
    unit_sums(db, units, as_of.all, None, |unit, amounts| *sums.entry(unit).or_default() += amounts).await?;
    Ok(sums)
}

/// The amounts of the purchasers of a unit itself.
pub(super) async fn own(
    db: &impl ConnectionTrait,
    unit: UnitId,
    query: &PurchaseQuery,
    as_of: AsOf,
) -> Result<Amounts> {
    let mut sum = Amounts::default();
    unit_sums(db, &[unit], as_of.all, classes(query).as_deref(), |_, amounts| sum += amounts).await?;
    Ok(sum)
}

/// The classes that a query includes, unless it includes all.
fn classes(query: &PurchaseQuery) -> Option<Vec<PurchaseClass>> {
    (!query.includes_all()).then(|| PurchaseClass::all().filter(|class| query.includes(*class)).collect())
}

/// The amounts of units from their totals, for all classes together.
async fn sums_of_totals(db: &impl ConnectionTrait, units: &[UnitId], as_of: AsOf) -> Result<Vec<(UnitId, Amounts)>> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
        #[sea_orm(nested)]
        amounts: totals::AmountColumns,
    }
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = Query::select();
    select
        .column(Column::UnitId)
        .from(Entity)
        .and_where(is_any_of(db, Column::UnitId, units.iter().copied()))
        .and_where(as_of.periods())
        .group_by_col(Column::UnitId);
    for column in [Column::Ordered, Column::Paid, Column::Accepted, Column::Evaluated, Column::Orders] {
        // PostgreSQL sums up BIGINT as NUMERIC.
        select.expr_as(Expr::from(Func::sum(Expr::col(column))).cast_as("bigint"), column.as_str());
    }
    let rows: Vec<Row> = all(db, &select).await?;
    Ok(rows.into_iter().map(|row| (row.unit_id, row.amounts.into())).collect())
}
