//! 统计报表: the tables that superiors publish. A report is one typed table, from which the page, the chart, the spreadsheet and
//! the print are made.

mod figures;

pub use figures::{AmountUnit, Rate, ranks, shortfall};

use crate::{
    AdminLevel, BudgetLevel, PurchaserKind,
    calendar::{Day, Timestamp},
    ids::UnitId,
    order::{OriginCounty, PayerKind, ProductCategory},
    plan_filing::{PlanConcern, Standing},
    plan_parameters::CompletionBasis,
    purchases::{Amounts, PurchaseQuery},
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportKind {
    /// 采购执行情况表: the direct subordinate units side by side.
    #[default]
    Execution,
    /// 每月趋势: the months of the year beside those of the year before.
    Months,
    /// 按产品类别.
    Categories,
    /// 按产地.
    Origins,
    /// 按采购人类型.
    PurchaserTypes,
    /// 按付款来源.
    Payers,
    /// 工会采购情况表.
    Unions,
    /// 预留份额汇总表.
    Shares,
    /// 预留份额填报情况表.
    Filing,
    /// 账号开通及激活情况表.
    Accounts,
    /// 未预留及零采购情况表: how many units of each subordinate unit superiors look into.
    Concerns,
    /// 未预留名单: the units without an approved plan.
    NotReserved,
    /// 已预留零采购名单: the units with a share that have not purchased.
    ZeroPurchases,
}

impl ReportKind {
    /// All values in the order of the pages.
    pub const ALL: [Self; 13] = [
        Self::Execution,
        Self::Months,
        Self::Categories,
        Self::Origins,
        Self::PurchaserTypes,
        Self::Payers,
        Self::Unions,
        Self::Shares,
        Self::Filing,
        Self::Accounts,
        Self::Concerns,
        Self::NotReserved,
        Self::ZeroPurchases,
    ];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Months => "months",
            Self::Categories => "categories",
            Self::Origins => "origins",
            Self::PurchaserTypes => "purchaser-types",
            Self::Payers => "payers",
            Self::Unions => "unions",
            Self::Shares => "shares",
            Self::Filing => "filing",
            Self::Accounts => "accounts",
            Self::Concerns => "concerns",
            Self::NotReserved => "not-reserved",
            Self::ZeroPurchases => "zero-purchases",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the report can be limited to a class of purchases. Totals by origin are kept for all classes together.
    pub const fn has_classes(self) -> bool {
        matches!(self, Self::Execution | Self::Months | Self::Categories | Self::PurchaserTypes | Self::Payers)
    }

    /// Whether purchases are reported, until a day and by a completion basis. Plans are those of the year as they are now.
    pub const fn is_of_purchases(self) -> bool {
        !matches!(self, Self::Shares | Self::Filing | Self::Accounts | Self::Concerns) && !self.is_list()
    }

    /// Whether the report is about a year. Accounts are those of today.
    pub const fn is_of_year(self) -> bool {
        !matches!(self, Self::Accounts)
    }

    /// Whether the report has amounts. Others count units and accounts.
    pub const fn has_amounts(self) -> bool {
        !matches!(self, Self::Filing | Self::Accounts | Self::Concerns | Self::NotReserved)
    }

    /// Whether the rows are single units of the whole subtree. The list has no total.
    pub const fn is_list(self) -> bool {
        self.concern().is_some()
    }

    /// What the units of a list have in common.
    pub const fn concern(self) -> Option<PlanConcern> {
        match self {
            Self::NotReserved => Some(PlanConcern::NotReserved),
            Self::ZeroPurchases => Some(PlanConcern::ZeroPurchases),
            _ => None,
        }
    }

    /// Whether the report compares the share with what is completed.
    pub const fn has_progress(self) -> bool {
        matches!(self, Self::Execution | Self::Months)
    }

    /// Whether the rows can be put into another order. Months have one order.
    pub const fn is_sorted(self) -> bool {
        !matches!(self, Self::Months)
    }
}

/// What a report is about, and how it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportQuery {
    /// The unit whose subtree is meant. `None`: the whole scope of the account.
    pub unit: Option<UnitId>,
    /// 截止日期: the last day that counts; the first one is the first day of its year. `None`: today.
    pub until: Option<Day>,
    /// 完成口径. `None`: what the parameters of the unit say.
    pub basis: Option<CompletionBasis>,
    /// Only what these pay.
    pub payer: Option<PayerKind>,
    /// Only products of this category.
    pub category: Option<ProductCategory>,
    /// Only purchasers of this type.
    pub purchaser: Option<PurchaserKind>,
    /// Only units of this level in a list. Sums have no levels: they are kept for whole subtrees.
    pub admin_level: Option<AdminLevel>,
    /// Only units of this budget level in a list.
    pub budget_level: Option<BudgetLevel>,
    /// The unit of the amounts.
    pub amounts: AmountUnit,
    /// The column that orders the rows. `None`: the order of the table.
    pub sort: Option<ReportColumn>,
    /// Whether the order begins with the largest value.
    pub descending: bool,
}

impl ReportQuery {
    /// The same conditions for another unit.
    #[must_use]
    pub fn of_unit(&self, unit: Option<UnitId>) -> Self {
        Self { unit, ..self.clone() }
    }

    /// The same conditions without those that a table does not have.
    #[must_use]
    pub fn for_kind(&self, kind: ReportKind) -> Self {
        let mut query = self.clone();
        if !kind.has_classes() {
            (query.payer, query.category, query.purchaser) = (None, None, None);
        }
        if !kind.is_list() {
            (query.admin_level, query.budget_level) = (None, None);
        }
        query
    }

    /// The same conditions in the usual order.
    #[must_use]
    pub fn in_usual_order(&self) -> Self {
        Self { sort: None, descending: false, ..self.clone() }
    }

    /// Whether only some classes of purchases are meant.
    pub const fn has_class(&self) -> bool {
        self.payer.is_some() || self.category.is_some() || self.purchaser.is_some()
    }

    /// The purchases that are meant, until a day.
    pub const fn purchases(&self, unit: Option<UnitId>, until: Day) -> PurchaseQuery {
        PurchaseQuery { unit, until, payer: self.payer, category: self.category, purchaser: self.purchaser }
    }
}

/// The last day of a report as it is asked for, and the days among which it may be: amounts are exact in this year and the last one.
pub fn as_of(asked: Option<Day>, today: Day) -> (Day, Day) {
    let first = Day::first_of_year(today.year() - 1);
    // Whoever calls a server function can send a number that is no day.
    let asked = asked.and_then(|day| Day::from_number(day.number()));
    (first, asked.unwrap_or(today).clamp(first, today))
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportColumn {
    /// 预留份额
    Share,
    /// 订单数
    Orders,
    /// 下单金额
    Ordered,
    /// 已支付金额
    Paid,
    /// 已完成金额
    Completed,
    /// 占比: the part of all that is completed.
    Proportion,
    /// 执行进度: completed over the share.
    Progress,
    /// 时间进度
    Time,
    /// 差额
    Shortfall,
    /// 排名
    Rank,
    /// 上年同月已完成
    LastYear,
    /// 累计完成
    Cumulative,
    /// 上年累计
    CumulativeLastYear,
    /// 单位数
    Units,
    /// 已开通账号
    Issued,
    /// 已激活
    Activated,
    /// 激活率
    ActivationRate,
    /// 采购人
    Purchasers,
    /// 交易账号
    TradingIssued,
    /// 已激活的交易账号
    TradingActivated,
    /// 短信失败
    SmsFailed,
    /// 应填报
    MustFile,
    /// 已填报
    Filed,
    /// 填报率: filed over must file
    FilingRate,
    /// 待审核
    Submitted,
    /// 退回
    Returned,
    /// 审核通过, confirmed ones too
    Approved,
    /// 审核通过率: approved over filed
    ApprovalRate,
    /// 无食堂
    WithoutCanteen,
    /// 共用食堂
    SharedCanteen,
    /// 外包食堂
    Outsourced,
    /// 逾期填报
    Late,
    /// 逾期未报
    Overdue,
    /// 年度食堂食材采购总额
    PlanTotal,
    /// 平均预留比例: share over total
    MeanRatio,
    /// 上年预留份额
    LastShare,
    /// 增减
    Change,
    /// 增减比例: the change over last year
    ChangeRate,
    /// 低于最低比例 的单位
    UnderMinimum,
    /// 有工会预留的单位
    Unions,
    /// 会员人数
    UnionMembers,
    /// 工会预留
    UnionShare,
    /// 工会执行进度: completed over the union share
    UnionProgress,
    /// 人均: completed for each member
    PerMember,
    /// 未预留 units
    NotReserved,
    /// 已预留零采购 units
    ZeroPurchases,
    /// 填报状态
    Standing,
}

impl ReportColumn {
    /// All values.
    pub const ALL: [Self; 47] = [
        Self::Share,
        Self::Orders,
        Self::Ordered,
        Self::Paid,
        Self::Completed,
        Self::Proportion,
        Self::Progress,
        Self::Time,
        Self::Shortfall,
        Self::Rank,
        Self::LastYear,
        Self::Cumulative,
        Self::CumulativeLastYear,
        Self::Units,
        Self::Issued,
        Self::Activated,
        Self::ActivationRate,
        Self::Purchasers,
        Self::TradingIssued,
        Self::TradingActivated,
        Self::SmsFailed,
        Self::MustFile,
        Self::Filed,
        Self::FilingRate,
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::ApprovalRate,
        Self::WithoutCanteen,
        Self::SharedCanteen,
        Self::Outsourced,
        Self::Late,
        Self::Overdue,
        Self::PlanTotal,
        Self::MeanRatio,
        Self::LastShare,
        Self::Change,
        Self::ChangeRate,
        Self::UnderMinimum,
        Self::Unions,
        Self::UnionMembers,
        Self::UnionShare,
        Self::UnionProgress,
        Self::PerMember,
        Self::NotReserved,
        Self::ZeroPurchases,
        Self::Standing,
    ];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Orders => "orders",
            Self::Ordered => "ordered",
            Self::Paid => "paid",
            Self::Completed => "completed",
            Self::Proportion => "proportion",
            Self::Progress => "progress",
            Self::Time => "time",
            Self::Shortfall => "shortfall",
            Self::Rank => "rank",
            Self::LastYear => "last-year",
            Self::Cumulative => "cumulative",
            Self::CumulativeLastYear => "cumulative-last-year",
            Self::Units => "units",
            Self::Issued => "issued",
            Self::Activated => "activated",
            Self::ActivationRate => "activation-rate",
            Self::Purchasers => "purchasers",
            Self::TradingIssued => "trading-issued",
            Self::TradingActivated => "trading-activated",
            Self::SmsFailed => "sms-failed",
            Self::MustFile => "must-file",
            Self::Filed => "filed",
            Self::FilingRate => "filing-rate",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::ApprovalRate => "approval-rate",
            Self::WithoutCanteen => "without-canteen",
            Self::SharedCanteen => "shared-canteen",
            Self::Outsourced => "outsourced",
            Self::Late => "late",
            Self::Overdue => "overdue",
            Self::PlanTotal => "plan-total",
            Self::MeanRatio => "mean-ratio",
            Self::LastShare => "last-share",
            Self::Change => "change",
            Self::ChangeRate => "change-rate",
            Self::UnderMinimum => "under-minimum",
            Self::Unions => "unions",
            Self::UnionMembers => "union-members",
            Self::UnionShare => "union-share",
            Self::UnionProgress => "union-progress",
            Self::PerMember => "per-member",
            Self::NotReserved => "not-reserved",
            Self::ZeroPurchases => "zero-purchases",
            Self::Standing => "standing",
        }
    }

    /// Whether a rate of this column is drawn as a bar too.
    pub const fn has_bar(self) -> bool {
        matches!(
            self,
            Self::Progress | Self::Proportion | Self::UnionProgress | Self::FilingRate | Self::ActivationRate
        )
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == text)
    }
}

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowSubject {
    /// A direct subordinate unit with its subtree.
    Unit(UnitRef),
    /// A single unit, with the name of its superior where the reader may see it.
    Single(UnitRef, Option<String>),
    /// 本级: the purchasers of the unit itself.
    Own,
    /// A month, 1 to 12.
    Month(u32),
    /// A category of products.
    Category(ProductCategory),
    /// A county with its name, province first. `None` where orders name none.
    Origin(Option<(OriginCounty, String)>),
    /// A type of purchasers.
    PurchaserType(PurchaserKind),
    /// Who pays.
    Payer(PayerKind),
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportCell {
    /// There is none, for example because there is nothing to divide by.
    Missing,
    /// A number of things.
    Count(i64),
    /// An amount in fen. Differences may be negative.
    Amount(i64),
    /// An amount in fen for each head. It is always shown in yuan.
    PerHead(i64),
    /// A rate.
    Rate(Rate),
    /// A rank.
    Rank(u32),
    /// Where a unit stands with its plan.
    Standing(Standing),
}

impl ReportCell {
    /// A rate, if there is something to divide by.
    pub const fn rate(part: i64, whole: i64) -> Self {
        match Rate::of(part, whole) {
            Some(rate) => Self::Rate(rate),
            None => Self::Missing,
        }
    }

    /// An amount for each head, rounded half up to the fen, if there are any.
    pub const fn per_head(fen: i64, heads: i64) -> Self {
        if heads > 0 { Self::PerHead((fen * 2 + heads).div_euclid(heads * 2)) } else { Self::Missing }
    }

    /// The order of values of one column. What is missing has none.
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Count(one), Self::Count(other))
            | (Self::Amount(one), Self::Amount(other))
            | (Self::PerHead(one), Self::PerHead(other)) => Some(one.cmp(&other)),
            (Self::Rate(one), Self::Rate(other)) => Some(one.cmp(&other)),
            (Self::Rank(one), Self::Rank(other)) => Some(one.cmp(&other)),
            (Self::Standing(one), Self::Standing(other)) => Some((one as u8).cmp(&(other as u8))),
            _ => None,
        }
    }
}

/// A row: a value for each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// What it is about.
    pub subject: RowSubject,
    /// The values, in the order of the columns.
    pub cells: Vec<ReportCell>,
}

/// The figures of the whole subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSummary {
    /// 预留份额 in fen: the approved plans of the year. `None` where it is not compared: it is for all classes of purchases together.
    pub share: Option<i64>,
    /// The purchases of the year until the last day.
    pub amounts: Amounts,
    /// The purchases of the year before until the same day.
    pub last_year: Amounts,
}

/// What the account's whole scope has completed this year, for its desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Today.
    pub until: Day,
    /// 完成口径
    pub basis: CompletionBasis,
    /// 时间进度
    pub time: Rate,
    /// The figures.
    pub summary: ReportSummary,
}

/// The amounts of a year, month by month, as a chart shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// What was completed until the end of each month, in fen; up to the month of the last day.
    pub this_year: Vec<i64>,
    /// The same of the year before, all 12 months.
    pub last_year: Vec<i64>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTable {
    /// Which table it is.
    pub kind: ReportKind,
    /// The unit whose subtree is meant; `None` for the whole country.
    pub unit: Option<UnitRef>,
    /// The superiors of the unit, from the top of the account's scope down.
    pub superiors: Vec<UnitRef>,
    /// The first day that can be the last one of a report.
    pub earliest: Day,
    /// The latest one, which is today.
    pub today: Day,
    /// 截止日期
    pub until: Day,
    /// When the figures were read.
    pub read_at: Timestamp,
    /// 完成口径
    pub basis: CompletionBasis,
    /// 时间进度
    pub time: Rate,
    /// The figures of the whole subtree. `None` if the report is not of purchases.
    pub summary: Option<ReportSummary>,
    /// By month.
    pub trend: Trend,
    /// The columns.
    pub columns: Vec<ReportColumn>,
    /// The rows.
    pub rows: Vec<ReportRow>,
    /// The last row, 合计: it is about the whole subtree. Empty for a list.
    pub total: Vec<ReportCell>,
    /// The column that orders the rows, and whether the order begins with the largest value.
    pub order: Option<(ReportColumn, bool)>,
    /// Whether there are more units than a report shows. They are in the total.
    pub more: bool,
}

impl ReportTable {
    /// The cell of a row in a column.
    pub fn cell(&self, row: &ReportRow, column: ReportColumn) -> ReportCell {
        let index = self.columns.iter().position(|of| *of == column);
        index.and_then(|index| row.cells.get(index)).copied().unwrap_or(ReportCell::Missing)
    }

    /// Puts the rows into the order of a column, if the table has it. Rows without a value stand last in either direction. Rows of
    /// equal values keep their order.
    pub fn sort(&mut self, column: ReportColumn, descending: bool) {
        let Some(index) = self.columns.iter().position(|of| *of == column) else { return };
        let value = |row: &ReportRow| row.cells.get(index).copied().unwrap_or(ReportCell::Missing);
        self.rows.sort_by(|one, other| {
            let (one, other) = (value(one), value(other));
            match one.compare(other) {
                Some(order) if descending => order.reverse(),
                Some(order) => order,
                None => (one == ReportCell::Missing).cmp(&(other == ReportCell::Missing)),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn table(values: &[ReportCell]) -> ReportTable {
        let day = Day::last_of_year(2026);
        let row =
            |(month, cell): (u32, &ReportCell)| ReportRow { subject: RowSubject::Month(month), cells: vec![*cell] };
        ReportTable {
            kind: ReportKind::Execution,
            unit: None,
            superiors: Vec::new(),
            earliest: day,
            today: day,
            until: day,
            read_at: Timestamp(0),
            basis: CompletionBasis::Accepted,
            time: Rate::of_time(day),
            summary: None,
            trend: Trend::default(),
            columns: vec![ReportColumn::Progress],
            rows: (1..).zip(values).map(row).collect(),
            total: vec![ReportCell::Missing],
            order: None,
            more: false,
        }
    }

    #[rstest]
    #[case(false, &[4, 1, 3, 5, 2])]
    #[case(true, &[3, 5, 1, 4, 2])]
    fn rows_without_a_value_stand_last(#[case] descending: bool, #[case] expected: &[u32]) {
        let rate = ReportCell::rate;
        let mut table = table(&[rate(1, 4), rate(1, 0), rate(1, 2), rate(0, 9), rate(2, 4)]);
        table.sort(ReportColumn::Progress, descending);
        table.sort(ReportColumn::Share, descending);
        let months = table.rows.iter().map(|row| match row.subject {
            RowSubject::Month(month) => month,
            _ => 0,
        });
        assert_eq!(months.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_amount_for_each_head_needs_heads() {
        use ReportCell::{Missing, PerHead};
        let cells = [(1_000, 3), (1_001, 2), (0, 5), (5, 0)].map(|(fen, heads)| ReportCell::per_head(fen, heads));
        assert_eq!(cells, [PerHead(333), PerHead(501), PerHead(0), Missing]);
    }

    #[rstest]
    #[case(None, 20_261_130)]
    #[case(Some(20_261_231), 20_261_130)]
    #[case(Some(20_251_231), 20_251_231)]
    #[case(Some(20_241_231), 20_250_101)]
    fn a_report_ends_in_this_year_or_the_last_one(#[case] asked: Option<i32>, #[case] expected: i32) {
        let day = |number| Day::from_number(number).unwrap();
        let (first, until) = as_of(asked.map(day), day(20_261_130));
        assert_eq!((first, until), (day(20_250_101), day(expected)));
    }

    #[test]
    fn words_are_read_back() {
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::from_name(kind.as_str()), Some(kind));
        }
        for column in ReportColumn::ALL {
            assert_eq!(ReportColumn::from_name(column.as_str()), Some(column));
        }
        assert_eq!((ReportKind::from_name("all"), ReportColumn::from_name("all")), (None, None));
    }

    #[test]
    fn another_table_has_no_conditions_of_its_own() {
        let query = ReportQuery {
            unit: Some(UnitId(7)),
            payer: Some(PayerKind::Union),
            sort: Some(ReportColumn::Paid),
            descending: true,
            ..ReportQuery::default()
        };
        assert_eq!(query.for_kind(ReportKind::Months), query);
        let list = ReportQuery { admin_level: Some(AdminLevel::County), ..ReportQuery::default() };
        assert_eq!(list.for_kind(ReportKind::NotReserved), list);
        assert_eq!(list.for_kind(ReportKind::Shares), ReportQuery::default());
        let origins = query.for_kind(ReportKind::Origins).in_usual_order();
        assert_eq!(origins, ReportQuery { unit: query.unit, ..ReportQuery::default() });
    }
}
