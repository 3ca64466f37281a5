//! The reports of accounts and plans: a row for each direct subordinate unit, each a sum over its subtree.

use super::report::Contents;
use domain::{
    ids::UnitId,
    report::{ReportCell, ReportColumn, ReportKind, ReportRow, RowSubject},
    situation::{Situation, SituationReport},
};
use std::collections::HashMap;

/// 账号开通及激活情况表, 预留份额填报情况表, 未预留及零采购情况表 or 预留份额汇总表.
pub(super) fn contents(kind: ReportKind, report: &SituationReport) -> Contents {
    match kind {
        ReportKind::Accounts => table(report, accounts, |situation, _| situation, None),
        ReportKind::Filing => table(report, filing, |situation, _| situation, None),
        ReportKind::Concerns => table(report, concerns, |situation, _| situation, None),
        _ => table(report, shares, |situation, _| situation, Some((ReportColumn::Share, true))),
    }
}

/// 工会采购情况表. `of_children` has what the unions of each child have completed, in fen.
pub(super) fn unions(report: &SituationReport, of_children: &HashMap<UnitId, i64>, own: i64, total: i64) -> Contents {
    let completed = |unit: Of| match unit {
        Of::Child(unit) => of_children.get(&unit).copied().unwrap_or_default(),
        Of::Own => own,
        Of::Total => total,
    };
    table(report, union, |situation, unit| (situation, completed(unit)), Some((ReportColumn::Completed, true)))
}

/// Whose counts a row has.
#[derive(Clone, Copy)]
enum Of {
    Child(UnitId),
    Own,
    Total,
}

/// A column with its value.
type Column = (ReportColumn, ReportCell);

/// A table. `columns` says what a row has, from what `figures` collects for it.
fn table<'a, Figures, const N: usize>(
    report: &'a SituationReport,
    columns: impl Fn(Figures) -> [Column; N],
    figures: impl Fn(&'a Situation, Of) -> Figures,
    usual_order: Option<(ReportColumn, bool)>,
) -> Contents {
    let cells = |situation, of| columns(figures(situation, of)).map(|(_, cell)| cell).to_vec();
    let children = report.children.iter().map(|(unit, situation)| ReportRow {
        subject: RowSubject::Unit(unit.clone()),
        cells: cells(situation, Of::Child(unit.id)),
    });
    let own = report.unit.as_ref().map(|_| ReportRow { subject: RowSubject::Own, cells: cells(&report.own, Of::Own) });
    Contents {
        columns: columns(figures(&report.total, Of::Total)).map(|(column, _)| column).to_vec(),
        rows: children.chain(own).collect(),
        total: cells(&report.total, Of::Total),
        usual_order,
        more: report.more,
        ..Contents::default()
    }
}

fn accounts(situation: &Situation) -> [Column; 8] {
    let counts = &situation.accounts;
    [
        (ReportColumn::Units, ReportCell::Count(counts.units)),
        (ReportColumn::Issued, ReportCell::Count(counts.issued)),
        (ReportColumn::Activated, ReportCell::Count(counts.activated)),
        (ReportColumn::ActivationRate, ReportCell::rate(counts.activated, counts.issued)),
        (ReportColumn::SmsFailed, ReportCell::Count(counts.sms_failed)),
        (ReportColumn::Purchasers, ReportCell::Count(counts.purchasers)),
        (ReportColumn::TradingIssued, ReportCell::Count(counts.trading_issued)),
        (ReportColumn::TradingActivated, ReportCell::Count(counts.trading_activated)),
    ]
}

fn filing(situation: &Situation) -> [Column; 12] {
    let plans = &situation.plans;
    let count = ReportCell::Count;
    [
        (ReportColumn::MustFile, count(situation.must_file())),
        (ReportColumn::Filed, count(plans.filed())),
        (ReportColumn::FilingRate, ReportCell::rate(plans.filed(), situation.must_file())),
        (ReportColumn::Submitted, count(plans.submitted)),
        (ReportColumn::Returned, count(plans.returned)),
        (ReportColumn::Approved, count(plans.approved_in_all())),
        (ReportColumn::ApprovalRate, ReportCell::rate(plans.approved_in_all(), plans.filed())),
        (ReportColumn::WithoutCanteen, count(plans.without_canteen)),
        (ReportColumn::SharedCanteen, count(plans.shared_lead + plans.shared_member)),
        (ReportColumn::Outsourced, count(plans.outsourced)),
        (ReportColumn::Late, count(plans.late)),
        (ReportColumn::Overdue, count(situation.overdue)),
    ]
}

fn concerns(situation: &Situation) -> [Column; 5] {
    let count = ReportCell::Count;
    [
        (ReportColumn::MustFile, count(situation.must_file())),
        (ReportColumn::NotReserved, count(situation.not_reserved())),
        (ReportColumn::UnderMinimum, count(situation.under_minimum)),
        (ReportColumn::ZeroPurchases, count(situation.plans.zero_purchases)),
        (ReportColumn::Overdue, count(situation.overdue)),
    ]
}

fn shares(situation: &Situation) -> [Column; 7] {
    let plans = &situation.plans;
    let change = plans.share - situation.last_share;
    [
        (ReportColumn::PlanTotal, ReportCell::Amount(plans.total)),
        (ReportColumn::MeanRatio, ReportCell::rate(plans.share, plans.total)),
        (ReportColumn::Share, ReportCell::Amount(plans.share)),
        (ReportColumn::LastShare, ReportCell::Amount(situation.last_share)),
        (ReportColumn::Change, ReportCell::Amount(change)),
        (ReportColumn::ChangeRate, ReportCell::rate(change, situation.last_share)),
        (ReportColumn::UnderMinimum, ReportCell::Count(situation.under_minimum)),
    ]
}

fn union((situation, completed): (&Situation, i64)) -> [Column; 6] {
    let plans = &situation.plans;
    [
        (ReportColumn::Unions, ReportCell::Count(plans.unions)),
        (ReportColumn::UnionMembers, ReportCell::Count(plans.union_members)),
        (ReportColumn::UnionShare, ReportCell::Amount(plans.union_share)),
        (ReportColumn::Completed, ReportCell::Amount(completed)),
        (ReportColumn::UnionProgress, ReportCell::rate(completed, plans.union_share)),
        (ReportColumn::PerMember, ReportCell::per_head(completed, plans.union_members)),
    ]
}
