//! 统计报表: each report as one typed table.

use super::{Children, children_of, lists, origins_of, purchases_of, read::Subject, situations, subjects};
use crate::{Actor, Result, Services, plan, seed::county_name, situation::situation, unit};
use domain::{
    calendar::{Day, Timestamp},
    ids::UnitId,
    order::PayerKind,
    plan_parameters::{CompletionBasis, Parameters},
    purchases::{Amounts, PurchaseQuery, PurchaseReport},
    report::{
        Completion, Rate, ReportCell, ReportColumn, ReportKind, ReportQuery, ReportRow, ReportSummary, ReportTable,
        RowSubject, Trend, as_of, ranks, shortfall,
    },
    situation::{SituationQuery, SituationReport},
    unit::UnitRef,
};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// A report on the subtree of a unit, or on everything that the actor sees. The number of statements does not depend on the number
/// of units. [`domain::Problem::NotFound`] outside the actor's scope.
///
/// All purchases are of one moment, and all counts of accounts and plans too, so that rows make up their total. The two moments
/// are neighbours: each is a transaction of its own, and none waits for a connection while it holds another.
pub async fn report(services: &Services, actor: &Actor, kind: ReportKind, query: &ReportQuery) -> Result<ReportTable> {
    let query = &query.for_kind(kind);
    let read_at = services.clock().now();
    let (_, until) = as_of(query.until, Day::of(read_at));
    let situation = if needs_situation(kind, query) {
        Some(situation(services, actor, &SituationQuery { unit: query.unit, year: Some(until.year()) }).await?)
    } else {
        None
    };
    let tx = services.read().await?;
    let scope = Scope::find(&tx, actor, query, until, read_at).await?;
    let contents = match (kind, &situation) {
        (ReportKind::Accounts | ReportKind::Shares | ReportKind::Filing | ReportKind::Concerns, Some(situation)) => {
            situations::contents(kind, situation)
        }
        (ReportKind::Unions, Some(situation)) => unions(&tx, &scope, situation).await?,
        (ReportKind::NotReserved | ReportKind::ZeroPurchases, _) => {
            lists::contents(services, &tx, actor, kind, query, &scope).await?
        }
        _ => {
            let purchases = Purchases::read(&tx, query, &scope).await?;
            purchases.contents(&tx, kind, query, &scope, situation.as_ref()).await?
        }
    };
    Ok(scope.table(kind, query, contents))
}

/// What the actor's whole scope has completed this year.
pub async fn completion(services: &Services, actor: &Actor) -> Result<Completion> {
    let until = Day::of(services.clock().now());
    let year = Some(until.year());
    let share = situation(services, actor, &SituationQuery { unit: None, year }).await?.total.plans.share;
    let tx = services.read().await?;
    let subjects = subjects(&tx, actor, None).await?;
    let basis = match (actor.unit(), subjects.first()) {
        (Ok(_), Some(unit)) => plan::applied(&tx, &unit.path, unit.id, until.year()).await?.completion.value,
        _ => Parameters::national().completion.value,
    };
    let amounts = purchases_of(&tx, &subjects, &PurchaseQuery::until(None, until)).await?.total;
    let last_year = purchases_of(&tx, &subjects, &PurchaseQuery::until(None, until.year_before())).await?.total;
    let summary = ReportSummary { share: Some(share), amounts, last_year };
    Ok(Completion { until, basis, time: Rate::of_time(until), summary })
}

/// Whether a report has counts of accounts or plans. The share is for all classes of purchases together, and is not compared with
/// some of them.
const fn needs_situation(kind: ReportKind, query: &ReportQuery) -> bool {
    match kind {
        ReportKind::Unions | ReportKind::Shares | ReportKind::Filing | ReportKind::Accounts | ReportKind::Concerns => {
            true
        }
        ReportKind::Execution | ReportKind::Months => !query.has_class(),
        ReportKind::Categories
        | ReportKind::Origins
        | ReportKind::PurchaserTypes
        | ReportKind::Payers
        | ReportKind::NotReserved
        | ReportKind::ZeroPurchases => false,
    }
}

/// What a report is about.
pub(super) struct Scope {
    /// The superiors of the unit, from the top of the actor's scope down.
    superiors: Vec<UnitRef>,
    /// The unit; `None` for the whole country.
    pub(super) unit: Option<UnitRef>,
    pub(super) subjects: Vec<Subject>,
    pub(super) until: Day,
    pub(super) basis: CompletionBasis,
    read_at: Timestamp,
}

impl Scope {
    pub(super) async fn find(
        tx: &impl ConnectionTrait,
        actor: &Actor,
        query: &ReportQuery,
        until: Day,
        read_at: Timestamp,
    ) -> Result<Self> {
        let subjects = subjects(tx, actor, query.unit).await?;
        let unit = query.unit.or_else(|| actor.unit().ok().map(|own| own.id));
        let located = unit.and_then(|unit| subjects.iter().find(|subject| subject.id == unit));
        let (superiors, unit) = match located {
            Some(located) => place(tx, actor, located).await?,
            None => (Vec::new(), None),
        };
        let basis = match (query.basis, located) {
            (Some(basis), _) => basis,
            (None, Some(unit)) => plan::applied(tx, &unit.path, unit.id, until.year()).await?.completion.value,
            (None, None) => Parameters::national().completion.value,
        };
        Ok(Self { superiors, unit, subjects, until, basis, read_at })
    }

    fn unit_id(&self) -> Option<UnitId> {
        self.unit.as_ref().map(|unit| unit.id)
    }

    /// The path of the unit; `None` for the whole country.
    pub(super) fn path(&self) -> Option<&str> {
        let unit = self.unit_id()?;
        self.subjects.iter().find(|subject| subject.id == unit).map(|subject| subject.path.as_str())
    }

    /// The report with these contents.
    pub(super) fn table(&self, kind: ReportKind, query: &ReportQuery, contents: Contents) -> ReportTable {
        let Contents { columns, rows, total, summary, trend, usual_order, more } = contents;
        let order = match query.sort {
            Some(column) if kind.is_sorted() && columns.contains(&column) => Some((column, query.descending)),
            _ => usual_order,
        };
        let today = Day::of(self.read_at);
        let mut table = ReportTable {
            kind,
            unit: self.unit.clone(),
            superiors: self.superiors.clone(),
            earliest: as_of(None, today).0,
            today,
            until: self.until,
            read_at: self.read_at,
            basis: self.basis,
            time: Rate::of_time(self.until),
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
        table
    }
}

/// What a report has beside its frame.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) columns: Vec<ReportColumn>,
    pub(super) rows: Vec<ReportRow>,
    pub(super) total: Vec<ReportCell>,
    pub(super) summary: Option<ReportSummary>,
    pub(super) trend: Trend,
    pub(super) usual_order: Option<(ReportColumn, bool)>,
    pub(super) more: bool,
}

/// The purchases that reports are made of.
pub(super) struct Purchases {
    /// The year until the last day.
    pub(super) this_year: PurchaseReport,
    /// The year before until the same day.
    same_time: PurchaseReport,
    /// The whole year before.
    pub(super) last_year: PurchaseReport,
}

impl Purchases {
    pub(super) async fn read(tx: &impl ConnectionTrait, query: &ReportQuery, scope: &Scope) -> Result<Self> {
        let of = async |until: Day| purchases_of(tx, &scope.subjects, &query.purchases(scope.unit_id(), until)).await;
        let before = scope.until.year_before();
        Ok(Self {
            this_year: of(scope.until).await?,
            same_time: of(before).await?,
            last_year: of(Day::last_of_year(before.year())).await?,
        })
    }

    /// The report of a kind.
    pub(super) async fn contents(
        &self,
        tx: &impl ConnectionTrait,
        kind: ReportKind,
        query: &ReportQuery,
        scope: &Scope,
        situation: Option<&SituationReport>,
    ) -> Result<Contents> {
        let (unit, until) = (scope.unit_id(), scope.until);
        let figures = Figures {
            until,
            basis: scope.basis,
            share: situation.map(|situation| situation.total.plans.share),
            total: self.this_year.total,
        };
        let trend = Trend {
            this_year: figures.cumulative(&self.this_year, until.month()),
            last_year: figures.cumulative(&self.last_year, 12),
        };
        let mut more = false;
        let (columns, rows, total) = match kind {
            ReportKind::Execution => {
                let children = children_of(tx, unit, &query.purchases(unit, until)).await?;
                more = children.more;
                figures.execution(unit, &children, situation)
            }
            ReportKind::Months => figures.months(&self.this_year, &self.last_year, &trend),
            ReportKind::Categories => figures.split(self.this_year.categories.clone(), RowSubject::Category),
            ReportKind::PurchaserTypes => figures.split(self.this_year.purchasers.clone(), RowSubject::PurchaserType),
            ReportKind::Origins => {
                let origins = origins_of(tx, &scope.subjects, &query.purchases(unit, until)).await?;
                let named = |county| (county, county_name(county).unwrap_or_else(|| county.code().to_string()));
                figures.split(origins, |origin: Option<_>| RowSubject::Origin(origin.map(named)))
            }
            // The others are made elsewhere, except for the first.
            ReportKind::Payers
            | ReportKind::Unions
            | ReportKind::Shares
            | ReportKind::Filing
            | ReportKind::Accounts
            | ReportKind::Concerns
            | ReportKind::NotReserved
            | ReportKind::ZeroPurchases => figures.split(self.this_year.payers.clone(), RowSubject::Payer),
        };
        let usual_order = figures.usual_order(kind);
        Ok(Contents { columns, rows, total, summary: Some(self.summary(figures.share)), trend, usual_order, more })
    }

    /// The figures of the whole subtree beside its share.
    pub(super) const fn summary(&self, share: Option<i64>) -> ReportSummary {
        ReportSummary { share, amounts: self.this_year.total, last_year: self.same_time.total }
    }
}

/// 工会采购情况表: what unions have completed beside their members and their share.
async fn unions(tx: &impl ConnectionTrait, scope: &Scope, situation: &SituationReport) -> Result<Contents> {
    let of_unions = ReportQuery { payer: Some(PayerKind::Union), ..ReportQuery::default() };
    let query = of_unions.purchases(scope.unit_id(), scope.until);
    let children = children_of(tx, scope.unit_id(), &query).await?;
    let completed = |amounts: &Amounts| amounts.completed(scope.basis);
    let of_children = children.units.iter().map(|child| child.id).zip(children.amounts.iter().map(completed)).collect();
    let total = purchases_of(tx, &scope.subjects, &query).await?.total;
    Ok(situations::unions(situation, &of_children, completed(&children.own), completed(&total)))
}

/// The superiors of a unit from the top of the actor's scope down, and the unit itself.
async fn place(db: &impl ConnectionTrait, actor: &Actor, located: &Subject) -> Result<(Vec<UnitRef>, Option<UnitRef>)> {
    let subtree = unit::subtree(db, actor).await?;
    let superiors = unit::superiors_of(&subtree, &located.path);
    let mut names = unit::names(db, &subtree, superiors.iter().copied().chain([located.id])).await?;
    let mut refer = |id: UnitId| Some(UnitRef { id, name: names.remove(&id)? });
    Ok((superiors.into_iter().filter_map(&mut refer).collect(), refer(located.id)))
}

/// Columns, rows and the total.
type Rows = (Vec<ReportColumn>, Vec<ReportRow>, Vec<ReportCell>);

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

    fn execution(&self, unit: Option<UnitId>, children: &Children, situation: Option<&SituationReport>) -> Rows {
        let subject = |index: usize| match children.units.get(index) {
            Some(child) => RowSubject::Unit(UnitRef { id: child.id, name: child.name.clone() }),
            None => RowSubject::Own,
        };
        let amounts = children.amounts.iter().copied().chain(unit.map(|_| children.own));
        let (Some(share), Some(situation)) = (self.share, situation) else {
            let rows = amounts.enumerate().map(|(index, amounts)| (subject(index), amounts));
            return self.split(rows, |subject| subject);
        };
        let shares: HashMap<UnitId, i64> =
            situation.children.iter().map(|(child, situation)| (child.id, situation.plans.share)).collect();
        let of_children = children.units.iter().map(|child| shares.get(&child.id).copied().unwrap_or_default());
        let of_rows: Vec<i64> = of_children.chain(unit.map(|_| situation.own.plans.share)).collect();
        // The unit itself is no sibling of its subordinates.
        let rates = children.amounts.iter().zip(&of_rows);
        let rates: Vec<_> = rates.map(|(amounts, share)| Rate::of(amounts.completed(self.basis), *share)).collect();
        let ranks = ranks(&rates).into_iter().chain([None]);
        let rows = amounts.zip(of_rows).zip(ranks).enumerate().map(|(index, ((amounts, share), rank))| ReportRow {
            subject: subject(index),
            cells: self.execution_cells(share, amounts, rank),
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
        (columns.into(), rows.collect(), self.execution_cells(share, self.total, None))
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
    fn months(&self, this_year: &PurchaseReport, last_year: &PurchaseReport, trend: &Trend) -> Rows {
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
    fn split<Key>(&self, parts: impl IntoIterator<Item = (Key, Amounts)>, subject: impl Fn(Key) -> RowSubject) -> Rows {
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
pub(super) fn of_month(purchases: &PurchaseReport, month: u32) -> Amounts {
    purchases.months.iter().find(|(of, _)| *of == month).map(|(_, amounts)| *amounts).unwrap_or_default()
}
