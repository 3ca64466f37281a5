//! 统计报表: each report as one typed table.

use super::{Children, children_of, origins_of, purchases_of, read::Subject, shares, subjects};
use crate::{Actor, Result, Services, plan, seed::county_name, unit};
use domain::{
    calendar::Day,
    ids::UnitId,
    plan_parameters::{CompletionBasis, Parameters},
    purchases::{Amounts, PurchaseReport},
    report::{
        Rate, ReportCell, ReportColumn, ReportKind, ReportQuery, ReportRow, ReportSummary, ReportTable, RowSubject,
        Trend, as_of, ranks, shortfall,
    },
    unit::UnitRef,
};
use sea_orm::ConnectionTrait;

/// A report on the subtree of a unit, or on everything that the actor sees. All figures are of one moment. The number of
/// statements does not depend on the number of units. [`domain::Problem::NotFound`] outside the actor's scope.
pub async fn report(services: &Services, actor: &Actor, kind: ReportKind, query: &ReportQuery) -> Result<ReportTable> {
    let query = &query.for_kind(kind);
    let read_at = services.clock().now();
    let today = Day::of(read_at);
    let (earliest, until) = as_of(query.until, today);
    let tx = services.read().await?;
    let subjects = subjects(&tx, actor, query.unit).await?;
    let unit = query.unit.or_else(|| actor.unit().ok().map(|own| own.id));
    let located = unit.and_then(|unit| subjects.iter().find(|subject| subject.id == unit));
    let (superiors, unit) = match located {
        Some(located) => place(&tx, actor, located).await?,
        None => (Vec::new(), None),
    };
    let basis = match (query.basis, located) {
        (Some(basis), _) => basis,
        (None, Some(unit)) => plan::applied(&tx, &unit.path, unit.id, until.year()).await?.completion.value,
        (None, None) => Parameters::national().completion.value,
    };
    let id = unit.as_ref().map(|unit| unit.id);
    let purchases = purchases_of(&tx, &subjects, &query.purchases(id, until)).await?;
    let before = until.year_before();
    let same_time = purchases_of(&tx, &subjects, &query.purchases(id, before)).await?;
    let last_year = purchases_of(&tx, &subjects, &query.purchases(id, Day::last_of_year(before.year()))).await?;
    let shares = shares::of_subtrees(&tx, until.year(), subjects.iter().map(|subject| subject.path.as_str())).await?;
    let summary = ReportSummary { share: shares.values().sum(), amounts: purchases.total, last_year: same_time.total };
    let figures =
        Figures { until, basis, share: (!query.has_class()).then_some(summary.share), total: summary.amounts };
    let trend = Trend {
        this_year: figures.cumulative(&purchases, until.month()),
        last_year: figures.cumulative(&last_year, 12),
    };
    let mut more = false;
    let (columns, rows, total) = match kind {
        ReportKind::Execution => {
            let children = children_of(&tx, id, &query.purchases(id, until)).await?;
            more = children.more;
            figures.execution(&tx, id, &children).await?
        }
        ReportKind::Months => figures.months(&purchases, &last_year, &trend),
        ReportKind::Categories => figures.split(purchases.categories, RowSubject::Category),
        ReportKind::PurchaserTypes => figures.split(purchases.purchasers, RowSubject::PurchaserType),
        ReportKind::Payers => figures.split(purchases.payers, RowSubject::Payer),
        ReportKind::Origins => {
            let origins = origins_of(&tx, &subjects, &query.purchases(id, until)).await?;
            let named = |county| (county, county_name(county).unwrap_or_else(|| county.code().to_string()));
            figures.split(origins, |origin: Option<_>| RowSubject::Origin(origin.map(named)))
        }
    };
    let order = match query.sort {
        Some(column) if kind.is_sorted() && columns.contains(&column) => Some((column, query.descending)),
        _ => figures.usual_order(kind),
    };
    let mut table = ReportTable {
        kind,
        unit,
        superiors,
        earliest,
        today,
        until,
        read_at,
        basis,
        time: Rate::of_time(until),
        summary,
        trend,
        columns,
        rows,
        total,
        order,
        more,
    };
    if let Some((column, descending)) = order {
        table.sort(column, descending);
    }
    Ok(table)
}

/// The superiors of a unit from the top of the actor's scope down, and the unit itself.
async fn place(db: &impl ConnectionTrait, actor: &Actor, located: &Subject) -> Result<(Vec<UnitRef>, Option<UnitRef>)> {
    let subtree = unit::subtree(db, actor).await?;
    let superiors = unit::superiors_of(&subtree, &located.path);
    let mut names = unit::names(db, &subtree, superiors.iter().copied().chain([located.id])).await?;
    let mut named = |id: UnitId| Some(UnitRef { id, name: names.remove(&id)? });
    Ok((superiors.into_iter().filter_map(&mut named).collect(), named(located.id)))
}

/// Columns, rows and the total.
type Contents = (Vec<ReportColumn>, Vec<ReportRow>, Vec<ReportCell>);

/// What the rows of a report are compared with.
struct Figures {
    until: Day,
    basis: CompletionBasis,
    /// The share of the subtree. `None` if the report is limited to a class of purchases: the share is for all of them together.
    share: Option<i64>,
    total: Amounts,
}

impl Figures {
    /// What was completed until the end of each month, up to a month.
    fn cumulative(&self, purchases: &PurchaseReport, last_month: u32) -> Vec<i64> {
        let mut sum = 0;
        (1..=last_month)
            .map(|month| {
                sum += of_month(purchases, month).completed(self.basis);
                sum
            })
            .collect()
    }

    fn usual_order(&self, kind: ReportKind) -> Option<(ReportColumn, bool)> {
        match kind {
            ReportKind::Months => None,
            ReportKind::Execution if self.share.is_some() => Some((ReportColumn::Progress, true)),
            _ => Some((ReportColumn::Completed, true)),
        }
    }

    async fn execution(
        &self,
        db: &impl ConnectionTrait,
        unit: Option<UnitId>,
        children: &Children,
    ) -> Result<Contents> {
        let subject = |index: usize| match children.units.get(index) {
            Some(child) => RowSubject::Unit(UnitRef { id: child.id, name: child.name.clone() }),
            None => RowSubject::Own,
        };
        let amounts = children.amounts.iter().copied().chain(unit.map(|_| children.own));
        let Some(share) = self.share else {
            let rows = amounts.enumerate().map(|(index, amounts)| (subject(index), amounts));
            return Ok(self.split(rows, |subject| subject));
        };
        let paths = children.units.iter().map(|child| child.path.as_str());
        let shares = shares::of_subtrees(db, self.until.year(), paths).await?;
        let mut of_rows: Vec<i64> =
            children.units.iter().map(|child| shares.get(&child.path).copied().unwrap_or_default()).collect();
        if let Some(unit) = unit {
            of_rows.push(shares::of_unit(db, self.until.year(), unit).await?);
        }
        let amounts: Vec<Amounts> = amounts.collect();
        // The unit itself is no sibling of its subordinates.
        let rates = children.amounts.iter().zip(&of_rows);
        let rates: Vec<_> = rates.map(|(amounts, share)| Rate::of(amounts.completed(self.basis), *share)).collect();
        let ranks = ranks(&rates).into_iter().chain([None]);
        let rows = amounts.iter().zip(of_rows).zip(ranks).enumerate().map(|(index, ((amounts, share), rank))| {
            ReportRow { subject: subject(index), cells: self.execution_cells(share, *amounts, rank) }
        });
        let columns = [
            ReportColumn::Share,
            ReportColumn::Ordered,
            ReportColumn::Paid,
            ReportColumn::Completed,
            ReportColumn::Progress,
            ReportColumn::Time,
            ReportColumn::Shortfall,
            ReportColumn::Rank,
        ];
        Ok((columns.into(), rows.collect(), self.execution_cells(share, self.total, None)))
    }

    fn execution_cells(&self, share: i64, amounts: Amounts, rank: Option<u32>) -> Vec<ReportCell> {
        let completed = amounts.completed(self.basis);
        vec![
            ReportCell::Amount(share),
            ReportCell::Amount(amounts.ordered),
            ReportCell::Amount(amounts.paid),
            ReportCell::Amount(completed),
            ReportCell::rate(completed, share),
            ReportCell::Rate(Rate::of_time(self.until)),
            ReportCell::Amount(shortfall(share, completed)),
            rank.map_or(ReportCell::Missing, ReportCell::Rank),
        ]
    }

    /// The months of the year. Those that have not begun have no amounts.
    fn months(&self, this_year: &PurchaseReport, last_year: &PurchaseReport, trend: &Trend) -> Contents {
        let mut columns = vec![
            ReportColumn::Completed,
            ReportColumn::LastYear,
            ReportColumn::Cumulative,
            ReportColumn::CumulativeLastYear,
        ];
        if self.share.is_some() {
            columns.extend([ReportColumn::Progress, ReportColumn::Time]);
        }
        let cells = |begun: bool, amounts: [i64; 4], until: Day| {
            let [single, single_before, sum, sum_before] = amounts;
            let of_this_year = |cell| if begun { cell } else { ReportCell::Missing };
            let mut cells = vec![
                of_this_year(ReportCell::Amount(single)),
                ReportCell::Amount(single_before),
                of_this_year(ReportCell::Amount(sum)),
                ReportCell::Amount(sum_before),
            ];
            if let Some(share) = self.share {
                cells.extend([of_this_year(ReportCell::rate(sum, share)), ReportCell::Rate(Rate::of_time(until))]);
            }
            cells
        };
        let last = self.until.month();
        let rows = (1..=12).zip(&trend.last_year).map(|(month, sum_before)| {
            let single = |report: &PurchaseReport| of_month(report, month).completed(self.basis);
            let sum = usize::try_from(month - 1).ok().and_then(|index| trend.this_year.get(index)).copied();
            let until = if month == last { self.until } else { self.until.in_month(month).month_end() };
            let amounts = [single(this_year), single(last_year), sum.unwrap_or_default(), *sum_before];
            ReportRow { subject: RowSubject::Month(month), cells: cells(month <= last, amounts, until) }
        });
        let (sum, before) = (self.total.completed(self.basis), last_year.total.completed(self.basis));
        (columns, rows.collect(), cells(true, [sum, before, sum, before], self.until))
    }

    /// What a whole consists of.
    fn split<Key>(
        &self,
        parts: impl IntoIterator<Item = (Key, Amounts)>,
        subject: impl Fn(Key) -> RowSubject,
    ) -> Contents {
        let cells = |amounts: Amounts| {
            let completed = amounts.completed(self.basis);
            vec![
                ReportCell::Count(amounts.orders),
                ReportCell::Amount(amounts.ordered),
                ReportCell::Amount(amounts.paid),
                ReportCell::Amount(completed),
                ReportCell::rate(completed, self.total.completed(self.basis)),
            ]
        };
        let rows = parts.into_iter().map(|(key, amounts)| ReportRow { subject: subject(key), cells: cells(amounts) });
        let columns = [
            ReportColumn::Orders,
            ReportColumn::Ordered,
            ReportColumn::Paid,
            ReportColumn::Completed,
            ReportColumn::Proportion,
        ];
        (columns.into(), rows.collect(), cells(self.total))
    }
}

/// The amounts of a month, 1 to 12.
fn of_month(purchases: &PurchaseReport, month: u32) -> Amounts {
    purchases.months.iter().find(|(of, _)| *of == month).map(|(_, amounts)| *amounts).unwrap_or_default()
}
