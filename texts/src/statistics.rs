//! Texts of 统计报表: names of tables, columns and rows, and the meaning of the figures.

use crate::{
    Lang,
    number::grouped,
    ui::{lower_day, month_en},
};
use domain::{
    calendar::Day,
    plan_parameters::CompletionBasis,
    report::{AmountUnit, Rate, ReportCell, ReportColumn, ReportKind, RowSubject},
};

texts! {
    report_section: "统计报表", "Reports";
    report_tables: "报表", "Tables";
    report_lead: "本单位和全部下级单位的采购，截至所选日期。", "Purchases of your unit and everything below it, until the chosen day.";
    report_conditions: "报表条件", "Conditions of the report";
    report_until: "截止日期", "As of";
    report_of_year: "年度", "Year";
    report_basis: "完成口径", "Counts as completed";
    report_basis_usual: "按填报参数", "As the parameters say";
    report_payer: "付款来源", "Payer";
    report_any_payer: "全部付款来源", "All payers";
    report_category: "产品类别", "Category";
    report_any_category: "全部类别", "All categories";
    report_purchaser: "采购人类型", "Type of purchaser";
    report_any_admin_level: "全部行政级次", "All administrative levels";
    report_any_budget_level: "全部预算级次", "All budget levels";
    report_any_purchaser: "全部采购人类型", "All types of purchasers";
    report_amounts: "金额单位", "Unit of amounts";
    report_show: "查看", "Show";
    report_print: "打印", "Print";
    report_export: "导出 .xlsx", "Export .xlsx";
    report_country: "全国", "Whole country";
    report_subject_unit: "下级单位", "Subordinate unit";
    report_subject_month: "月份", "Month";
    report_subject_origin: "产地", "Origin";
    report_single(name: &str, superior: &str): format!("{name}（上级：{superior}）"), format!("{name} (below {superior})");
    report_list_none: "没有这样的单位", "No such units";
    report_list_none_help: "所选年度没有单位在这张名单上。", "No unit is on this list for the chosen year.";
    report_list_more(most: u32): format!("超过 {} 个单位，只列前 {} 个。", grouped(most), grouped(most)),
        format!("There are more than {} units. The first {} are listed.", grouped(most), grouped(most));
    report_own: "本级", "The unit itself";
    report_no_origin: "未注明产地", "No origin given";
    report_total: "合计", "Total";
    report_none: "还没有采购", "No purchases yet";
    report_none_help: "所选条件下还没有订单。下单以后，金额会出现在这里。", "There are no orders for these conditions. Amounts appear here after the first order.";
    report_definitions: "口径说明", "What the figures mean";
    report_exported_by: "导出人", "Exported by";
    report_read_at: "数据时间", "Figures of";
    report_unit_of_amounts: "金额单位", "Unit of amounts";
    report_scope: "统计范围", "Scope";
    report_filters: "筛选", "Filters";
    report_summary: "主要数字", "Key figures";
    report_chart: "图", "Chart";
    report_this_year: "今年", "This year";
    report_last_year: "上年", "Last year";
    report_desktop_title: "预留份额完成情况", "Completion of the reserved share";
    report_more_units(most: u32): format!("下级单位超过 {} 个，表中只列前 {} 个，合计包括全部单位。", grouped(most), grouped(most)),
        format!("There are more than {} subordinate units. The table lists the first {}; the total has all of them.", grouped(most), grouped(most));
    report_as_of(until: Day): format!("截至 {} 年 {} 月 {} 日", until.year(), until.month(), until.of_month()), format!("As of {until}");
    report_completed_of(completed: &str, share: &str): format!("已完成 {completed}，预留 {share}"), format!("Completed {completed} of {share}");
    report_year(year: i32): format!("{year} 年"), format!("{year}");
    report_month(month: u32): format!("{month} 月"), month_en(month.into()).to_owned();
    report_read(moment: &str): format!("数据截至{moment}"), format!("Figures of {}", lower_day(moment));
    report_title_of(title: &str, unit: &str): format!("{unit}{title}"), format!("{title}: {unit}");
    report_file(title: &str, until: Day): format!("{title}-{until}.xlsx"), format!("{title}-{until}.xlsx");
    report_completed_by(basis: CompletionBasis): format!("已完成（{}）", Lang::Zh.plan_completion(basis)),
        format!("Completed ({})", Lang::En.plan_completion(basis).to_lowercase());
    report_last_year_same(amount: &str): format!("上年同期 {amount}"), format!("Same time last year {amount}");
    report_traded(rate: &str): format!("交易进度 {rate}"), format!("{rate} of the share");
    report_unpaid(amount: &str): format!("待支付 {amount}"), format!("Not paid {amount}");
    report_against_time(time: &str, thousandths: i64, shortfall: &str):
        format!("时间进度 {time}，{} · 差额 {shortfall}", ahead_or_behind(Lang::Zh, thousandths)),
        format!("{time} of the year is over, {} · missing {shortfall}", ahead_or_behind(Lang::En, thousandths));
    report_bar(rate: &str, time: &str): format!("执行进度 {rate}，时间进度 {time}"), format!("Progress {rate}, {time} of the year is over");
    report_sort_by(column: &str): format!("按{column}排序"), format!("Sort by {column}");
    report_chart_months(unit: &str, year: i32): format!("{unit} {year} 年每月累计完成，与上年、时间进度比较"),
        format!("{unit}: completed until the end of each month of {year}, beside last year and the time progress");
    report_chart_months_plain(unit: &str, year: i32): format!("{unit} {year} 年每月累计完成，与上年比较"),
        format!("{unit}: completed until the end of each month of {year}, beside last year");
    report_chart_rows(unit: &str, title: &str): format!("{unit}{title}：已完成金额"), format!("{unit}, {title}: completed amounts");
    report_chart_text(amounts: &str): format!("单位：{amounts}。数据见旁边的表格。"), format!("In {amounts}. The table beside the chart has its data.");
    report_chart_this_year(amount: &str): format!("今年 {amount}"), format!("This year {amount}");
    report_chart_top(shown: u32, of: u32): format!("图中是前 {shown} 项，共 {of} 项"), format!("The chart shows the first {shown} of {of}");
}

fn ahead_or_behind(lang: Lang, thousandths: i64) -> String {
    let size = format!("{}.{}", thousandths.unsigned_abs() / 10, thousandths.unsigned_abs() % 10);
    match (lang, thousandths) {
        (Lang::Zh, 0) => "持平".to_owned(),
        (Lang::En, 0) => "just in time".to_owned(),
        (Lang::Zh, 1..) => format!("快 {size} 个百分点"),
        (Lang::En, 1..) => format!("{size} points ahead"),
        (Lang::Zh, _) => format!("慢 {size} 个百分点"),
        (Lang::En, _) => format!("{size} points behind"),
    }
}

impl Lang {
    /// The name of a table.
    pub const fn report_title(self, kind: ReportKind) -> &'static str {
        match kind {
            ReportKind::Execution => self.of("采购执行情况表", "Purchases by unit"),
            ReportKind::Months => self.of("每月采购趋势表", "Purchases by month"),
            ReportKind::Categories => self.of("产品类别统计表", "Purchases by category"),
            ReportKind::Origins => self.of("产地统计表", "Purchases by origin"),
            ReportKind::PurchaserTypes => self.of("采购人类型统计表", "Purchases by type of purchaser"),
            ReportKind::Payers => self.of("付款来源统计表", "Purchases by payer"),
            ReportKind::Unions => self.of("工会采购情况表", "Purchases of unions"),
            ReportKind::Shares => self.of("预留份额汇总表", "Reserved shares"),
            ReportKind::Filing => self.of("预留份额填报情况表", "Filing of plans"),
            ReportKind::Accounts => self.of("账号开通及激活情况表", "Accounts and activation"),
            ReportKind::Concerns => self.of("未预留及零采购情况表", "Units to look into"),
            ReportKind::NotReserved => self.of("未预留名单", "Units without a reserved share"),
            ReportKind::ZeroPurchases => self.of("已预留零采购名单", "Units that have purchased nothing"),
        }
    }

    /// The name of a table among the others.
    pub const fn report_tab(self, kind: ReportKind) -> &'static str {
        match kind {
            ReportKind::Execution => self.of("采购执行情况", "By unit"),
            ReportKind::Months => self.of("每月趋势", "By month"),
            ReportKind::Categories => self.of("产品类别", "By category"),
            ReportKind::Origins => self.of("产地", "By origin"),
            ReportKind::PurchaserTypes => self.of("采购人类型", "By type of purchaser"),
            ReportKind::Payers => self.of("付款来源", "By payer"),
            ReportKind::Unions => self.of("工会采购", "Unions"),
            ReportKind::Shares => self.of("预留份额汇总", "Shares"),
            ReportKind::Filing => self.of("填报情况", "Filing"),
            ReportKind::Accounts => self.of("账号开通及激活", "Accounts"),
            ReportKind::Concerns => self.of("未预留及零采购", "To look into"),
            ReportKind::NotReserved => self.of("未预留名单", "No share"),
            ReportKind::ZeroPurchases => self.of("零采购名单", "Nothing purchased"),
        }
    }

    /// The name of a table in the menu.
    pub const fn menu_report(self, kind: ReportKind) -> &'static str {
        match kind {
            ReportKind::Execution => self.of("采购执行情况", "Purchases"),
            ReportKind::Shares => self.of("预留份额汇总", "Reserved shares"),
            ReportKind::Filing => self.of("填报情况", "Filing of plans"),
            ReportKind::NotReserved => self.of("未预留、零采购名单", "Units to look into"),
            other => self.report_tab(other),
        }
    }

    /// The head of the first column.
    pub const fn report_subject(self, kind: ReportKind) -> &'static str {
        match kind {
            ReportKind::Execution
            | ReportKind::Unions
            | ReportKind::Shares
            | ReportKind::Filing
            | ReportKind::Accounts
            | ReportKind::Concerns => self.report_subject_unit(),
            ReportKind::NotReserved | ReportKind::ZeroPurchases => self.plan_unit(),
            ReportKind::Months => self.report_subject_month(),
            ReportKind::Categories => self.report_category(),
            ReportKind::Origins => self.report_subject_origin(),
            ReportKind::PurchaserTypes => self.report_purchaser(),
            ReportKind::Payers => self.report_payer(),
        }
    }

    /// The head of a column.
    pub const fn report_column(self, column: ReportColumn) -> &'static str {
        match column {
            ReportColumn::Share => self.of("预留份额", "Reserved share"),
            ReportColumn::Orders => self.of("订单数", "Orders"),
            ReportColumn::Ordered => self.of("下单", "Ordered"),
            ReportColumn::Paid => self.of("已支付", "Paid"),
            ReportColumn::Completed => self.of("已完成", "Completed"),
            ReportColumn::Proportion => self.of("占比", "Part"),
            ReportColumn::Progress | ReportColumn::UnionProgress => self.of("执行进度", "Progress"),
            ReportColumn::Time => self.of("时间进度", "Time gone"),
            ReportColumn::Shortfall => self.of("差额", "Missing"),
            ReportColumn::Rank => self.of("排名", "Rank"),
            ReportColumn::LastYear => self.of("上年同月", "Last year"),
            ReportColumn::Cumulative => self.of("累计完成", "Until then"),
            ReportColumn::CumulativeLastYear => self.of("上年累计", "Last year until then"),
            ReportColumn::Units => self.of("单位数", "Units"),
            ReportColumn::Issued => self.of("已开通账号", "Accounts issued"),
            ReportColumn::Activated => self.of("已激活", "Activated"),
            ReportColumn::ActivationRate => self.of("激活率", "Activation rate"),
            ReportColumn::Purchasers => self.of("采购人", "Purchasers"),
            ReportColumn::TradingIssued => self.of("交易账号", "Trading accounts"),
            ReportColumn::TradingActivated => self.of("已激活交易账号", "Activated trading accounts"),
            ReportColumn::SmsFailed => self.of("短信失败", "SMS failed"),
            ReportColumn::MustFile => self.of("应填报", "Must file"),
            ReportColumn::Filed => self.of("已填报", "Filed"),
            ReportColumn::FilingRate => self.of("填报率", "Filing rate"),
            ReportColumn::Submitted => self.of("待审核", "Under review"),
            ReportColumn::Returned => self.of("退回", "Returned"),
            ReportColumn::Approved => self.of("审核通过", "Approved"),
            ReportColumn::ApprovalRate => self.of("审核通过率", "Approval rate"),
            ReportColumn::WithoutCanteen => self.of("无食堂", "No canteen"),
            ReportColumn::SharedCanteen => self.of("共用食堂", "Shared canteen"),
            ReportColumn::Outsourced => self.of("外包食堂", "Outsourced"),
            ReportColumn::Late => self.of("逾期填报", "Filed late"),
            ReportColumn::Overdue => self.of("逾期未报", "Overdue"),
            ReportColumn::PlanTotal => self.of("食材采购总额", "Food purchases"),
            ReportColumn::MeanRatio => self.of("平均比例", "Mean ratio"),
            ReportColumn::LastShare => self.of("上年预留", "Last year’s share"),
            ReportColumn::Change => self.of("增减", "Change"),
            ReportColumn::ChangeRate => self.of("增减比例", "Change in %"),
            ReportColumn::UnderMinimum => self.of("低于最低比例", "Under the minimum"),
            ReportColumn::Unions => self.of("工会数", "Unions"),
            ReportColumn::UnionMembers => self.of("会员人数", "Members"),
            ReportColumn::UnionShare => self.of("工会预留", "Union share"),
            ReportColumn::PerMember => self.of("人均（元）", "Per member (yuan)"),
            ReportColumn::NotReserved => self.of("未预留", "No share"),
            ReportColumn::ZeroPurchases => self.of("已预留零采购", "Nothing purchased"),
            ReportColumn::Standing => self.of("填报状态", "State of the plan"),
        }
    }

    /// What a column means; `None` where its head says it.
    pub const fn report_column_means(self, column: ReportColumn) -> Option<&'static str> {
        Some(match column {
            ReportColumn::Share => self
                .of("预留份额：本年度已审核通过或上级核定的份额。", "Reserved share: the approved plans of the year."),
            ReportColumn::Ordered => {
                self.of("下单：下单金额减去退款。", "Ordered: the amounts of orders less refunds.")
            }
            ReportColumn::Paid => {
                self.of("已支付：已付款订单的金额减去退款。", "Paid: the amounts of paid orders less refunds.")
            }
            ReportColumn::Progress => {
                self.of("执行进度 = 已完成 ÷ 预留份额。", "Progress = completed ÷ reserved share.")
            }
            ReportColumn::Time => {
                self.of("时间进度 = 已过天数 ÷ 全年天数。", "Time gone = days until the chosen day ÷ days of the year.")
            }
            ReportColumn::Shortfall => self.of(
                "差额 = 预留份额 − 已完成，最小为 0；合计行按合计数计算。",
                "Missing = reserved share − completed, at least 0. The total is computed from the totals.",
            ),
            ReportColumn::Rank => self.of(
                "排名：在同级单位中按执行进度排列，相同的并列。",
                "Rank: by progress among units of one superior. Equal ones share a rank.",
            ),
            ReportColumn::Proportion => {
                self.of("占比 = 该项已完成 ÷ 已完成合计。", "Part = completed ÷ all that is completed.")
            }
            ReportColumn::LastYear => self.of("上年同月为全月金额。", "Last year: the whole month."),
            ReportColumn::Issued => {
                self.of("已开通账号：有管理账号的单位。", "Accounts issued: units that have a management account.")
            }
            ReportColumn::Activated => {
                self.of("已激活：账号已激活且未停用。", "Activated: the account is active and not disabled.")
            }
            ReportColumn::ActivationRate => {
                self.of("激活率 = 已激活 ÷ 已开通账号。", "Activation rate = activated ÷ accounts issued.")
            }
            ReportColumn::SmsFailed => self.of(
                "短信失败：未激活且最近一条账号短信发送失败的单位。",
                "SMS failed: units that are not activated and whose last SMS failed.",
            ),
            ReportColumn::Filed => self.of(
                "已填报：已报送，或由上级核定；退回的也计入。",
                "Filed: submitted, or set by a superior. Returned plans count too.",
            ),
            ReportColumn::FilingRate => self.of("填报率 = 已填报 ÷ 应填报。", "Filing rate = filed ÷ must file."),
            ReportColumn::Approved => self.of(
                "审核通过：含上级核定、已确认汇总和申请变更的。",
                "Approved: also those that were set by a superior, are confirmed, or are to be changed.",
            ),
            ReportColumn::ApprovalRate => {
                self.of("审核通过率 = 审核通过 ÷ 已填报。", "Approval rate = approved ÷ filed.")
            }
            ReportColumn::Late => {
                self.of("逾期填报：截止日期以后报送的。", "Filed late: submitted after the deadline.")
            }
            ReportColumn::Overdue => {
                self.of("逾期未报：截止日期已过，仍未报送的。", "Overdue: not submitted although the deadline is over.")
            }
            ReportColumn::PlanTotal => self.of(
                "食材采购总额：已审核通过的年度食堂食材采购总额。",
                "Food purchases: the totals of the approved plans.",
            ),
            ReportColumn::MeanRatio => self
                .of("平均比例 = 预留份额合计 ÷ 采购总额合计。", "Mean ratio = sum of the shares ÷ sum of the totals."),
            ReportColumn::ChangeRate => {
                self.of("增减比例 = 增减 ÷ 上年预留。", "Change in % = change ÷ last year’s share.")
            }
            ReportColumn::UnderMinimum => self.of(
                "低于最低比例：比例低于所适用最低比例的单位数。",
                "Under the minimum: units whose ratio is below the minimum that applies to them.",
            ),
            ReportColumn::NotReserved => self.of(
                "未预留：没有审核通过或上级核定的年度预留份额。",
                "No share: units without an approved plan of the year.",
            ),
            ReportColumn::ZeroPurchases => self.of(
                "已预留零采购：有预留份额，但没有已支付且已验收的采购。",
                "Nothing purchased: units with a share and without a purchase that is paid and accepted.",
            ),
            ReportColumn::UnionProgress => self.of(
                "执行进度 = 工会已完成采购 ÷ 工会预留。",
                "Progress = completed purchases of unions ÷ union share.",
            ),
            ReportColumn::PerMember => self.of(
                "人均 = 工会已完成采购 ÷ 会员人数，单位为元。",
                "Per member = completed purchases of unions ÷ members, in yuan.",
            ),
            ReportColumn::Orders
            | ReportColumn::Completed
            | ReportColumn::Cumulative
            | ReportColumn::CumulativeLastYear
            | ReportColumn::Units
            | ReportColumn::Purchasers
            | ReportColumn::TradingIssued
            | ReportColumn::TradingActivated
            | ReportColumn::MustFile
            | ReportColumn::Submitted
            | ReportColumn::Returned
            | ReportColumn::WithoutCanteen
            | ReportColumn::SharedCanteen
            | ReportColumn::Outsourced
            | ReportColumn::LastShare
            | ReportColumn::Change
            | ReportColumn::Unions
            | ReportColumn::UnionMembers
            | ReportColumn::UnionShare
            | ReportColumn::Standing => return None,
        })
    }

    /// What counts as completed.
    pub const fn report_basis_means(self, basis: CompletionBasis) -> &'static str {
        match basis {
            CompletionBasis::Paid => self.of("已完成：已支付的金额。", "Completed: what is paid."),
            CompletionBasis::Accepted => {
                self.of("已完成：已支付且已验收的金额。", "Completed: what is paid and accepted.")
            }
            CompletionBasis::Evaluated => {
                self.of("已完成：已支付、已验收且已评价的金额。", "Completed: what is paid, accepted and evaluated.")
            }
        }
    }

    /// In place of a value where there is nothing to divide by.
    pub const fn report_missing_means(self) -> &'static str {
        self.of("“—”：没有可比的数，例如没有预留份额。", "“—”: there is nothing to compare with, for example no plan.")
    }

    /// The unit of amounts.
    pub const fn amount_unit(self, unit: AmountUnit) -> &'static str {
        match unit {
            AmountUnit::Wan => self.of("万元", "10,000 yuan"),
            AmountUnit::Yuan => self.of("元", "yuan"),
        }
    }

    /// The name of a row.
    pub fn report_row(self, subject: &RowSubject) -> String {
        let text = match subject {
            RowSubject::Unit(unit) | RowSubject::Single(unit, None) => return unit.name.clone(),
            RowSubject::Single(unit, Some(superior)) => return self.report_single(&unit.name, superior),
            RowSubject::Month(month) => return self.report_month(*month),
            RowSubject::Origin(Some((_, name))) => return name.clone(),
            RowSubject::Origin(None) => self.report_no_origin(),
            RowSubject::Own => self.report_own(),
            RowSubject::Category(category) => self.product_category(*category),
            RowSubject::PurchaserType(kind) => self.purchaser_kind(*kind),
            RowSubject::Payer(payer) => self.payer(*payer),
        };
        text.to_owned()
    }

    /// A value as a text. Numbers of things and amounts have separators of thousands.
    pub fn report_cell(self, amounts: AmountUnit, cell: ReportCell) -> String {
        match cell {
            ReportCell::Missing => "—".to_owned(),
            ReportCell::Count(count) => u32::try_from(count).map_or_else(|_| count.to_string(), grouped),
            ReportCell::PerHead(fen) => crate::amount_in(AmountUnit::Yuan, fen),
            ReportCell::Rank(rank) => rank.to_string(),
            ReportCell::Amount(fen) => crate::amount_in(amounts, fen),
            ReportCell::Rate(rate) => crate::percent(rate),
            ReportCell::Standing(standing) => self.plan_standing(standing).to_owned(),
        }
    }

    /// That a report shows the first units alone.
    pub fn report_more(self, kind: ReportKind, most: u32) -> String {
        if kind.is_list() { self.report_list_more(most) } else { self.report_more_units(most) }
    }

    /// How a unit is doing against the time, in one line.
    pub fn report_time_line(self, progress: Rate, time: Rate, shortfall: &str) -> String {
        self.report_against_time(&crate::percent(time), progress.thousandths_above(time), shortfall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_compared_with_the_time() {
        let rate = |part| Rate::of(part, 1_000).unwrap();
        let line = |part, time| Lang::Zh.report_time_line(rate(part), rate(time), "1.00");
        assert_eq!(line(749, 901), "时间进度 90.1%，慢 15.2 个百分点 · 差额 1.00");
        assert_eq!(line(950, 901), "时间进度 90.1%，快 4.9 个百分点 · 差额 1.00");
        assert_eq!(line(901, 901), "时间进度 90.1%，持平 · 差额 1.00");
    }

    #[test]
    fn months_have_names() {
        let name = |lang: Lang| (1..=12).map(|month| lang.report_month(month)).collect::<Vec<_>>().join(" ");
        assert!(name(Lang::Zh).starts_with("1 月 2 月") && name(Lang::En).ends_with("Nov Dec"));
    }
}
