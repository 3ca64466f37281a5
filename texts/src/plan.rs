//! Texts of 预留份额: filing, review and parameters.

use crate::{
    Lang,
    number::{grouped, yuan},
    ui::plural,
};
use domain::{
    Money,
    calendar::Day,
    plan_filing::{CanteenKind, FilingAction, PlanConcern, Standing},
    plan_finding::{PlanCode, PlanDetail, PlanFinding},
    plan_parameters::{CompletionBasis, FallRule, Parameter, PlanDay, ShownValue},
    reminder::{ReminderKind, ReminderObstacle},
};

// The own plan.
texts! {
    plan_section: "预留份额", "Reserved share";
    plan_title: "预留份额填报", "File the plan";
    plan_choose_year: "选择年度", "Choose a year";
    plan_steps: "填报进度", "Progress";
    plan_step_file: "填报", "File";
    plan_step_wait: "待审核", "Under review";
    plan_step_approved: "审核通过", "Approved";
    plan_step_confirmed: "确认汇总", "Confirmed";
    plan_marked_late: "报送后标为逾期", "A plan that you submit now is marked as late";
    plan_not_open: "填报还没有开始，可以提前报送", "Filing has not opened yet. You can submit early";
    plan_canteen: "食堂情况", "Canteen";
    plan_food: "食材采购", "Food purchases";
    plan_union: "工会采购", "Union purchases";
    plan_more: "填报说明", "Notes";
    plan_total: "年度食堂食材采购总额（元）", "Canteen food purchases of the year (yuan)";
    plan_ratio: "拟预留比例（%）", "Reserved ratio (%)";
    plan_share_yuan: "预留份额（元）", "Reserved share (yuan)";
    plan_share_hint: "总额 × 比例，自动计算", "Total × ratio, calculated";
    plan_approval: "批准文号", "Approval number";
    plan_approval_hint: "比例低于规定时填写批准文件的文号", "For a ratio below the minimum: the number of the document that approves it";
    plan_representative: "代表单位全称", "Full name of the representative unit";
    plan_representative_hint: "由哪个单位填报共用食堂，与本单位同属一个上级", "The unit that files the shared canteen. It is below the same superior";
    plan_purchaser: "外包执行主体", "Purchaser that runs the canteen";
    plan_purchaser_hint: "承包方的交易账号，其采购计入本单位", "The trading account of the firm. Its purchases count for your unit";
    plan_no_purchaser: "本单位还没有采购人，请先在“采购人列表”新增承包方。", "Your unit has no purchaser yet. Add the firm under Purchasers first.";
    plan_firm: "承包企业名称", "Name of the firm";
    plan_contract_end: "合同到期日", "End of the contract";
    plan_union_demand: "有工会采购需求", "Does the union purchase?";
    plan_union_own_funds: "独立工会经费", "Does the union have its own funds?";
    plan_union_funds: "工会经费（元）", "Union funds (yuan)";
    plan_members: "会员人数", "Members";
    plan_union_share: "工会预留（元）", "Union share (yuan)";
    plan_fall_reason: "下降原因", "Reason for the decrease";
    plan_fall_reason_hint: "份额比上年少时填写，200 字以内", "If the share is lower than last year’s. Up to 200 characters";
    plan_remark: "备注", "Remark";
    plan_filler: "填报人", "Filed by";
    plan_confirm_figures: "金额核对无误，单位是元", "The amounts are right. They are in yuan";
    plan_last_year: "上年", "Last year";
    plan_yes: "有", "Yes";
    plan_no: "无", "No";
    plan_submit: "报送", "Submit";
    plan_submit_again: "重新报送", "Submit again";
    plan_submitting: "正在报送…", "Submitting…";
    plan_save: "保存草稿", "Save draft";
    plan_zero: "没有食堂，零填报", "No canteen: file nothing";
    plan_zero_ask: "报送一份没有食堂、没有工会采购的预留份额？", "Submit a plan without a canteen and without union purchases?";
    plan_zero_yes: "确认零填报", "Submit it";
    plan_take_last: "用上年数据填写", "Fill in last year’s values";
    plan_taken_last: "已填入上年数据，核对后报送。", "Last year’s values are filled in. Check them and submit.";
    plan_withdraw: "撤回修改", "Take it back";
    plan_withdraw_text: "审核前可以撤回修改，撤回后要重新报送。", "You can take the plan back until it is reviewed. Then submit it again.";
    plan_request: "申请变更", "Ask for a change";
    plan_request_text: "已确认汇总，不能直接修改。说明原因，上级同意后可以重新填报。",
        "The plan is confirmed and locked. Explain why it must change. If your superior agrees, you can file again.";
    plan_reason: "原因", "Reason";
    plan_reason_hint: "200 字以内", "Up to 200 characters";
    plan_errors: "还没有报送，已保存为草稿", "Not submitted. Saved as a draft";
    plan_errors_text: "请改好标出的地方再报送。", "Correct the marked fields, then submit.";
    plan_rules: "适用的规则", "Rules that apply";
    plan_rules_all: "看全部规则和来源", "All rules and their sources";
    plan_viewers: "谁会看到", "Who sees it";
    plan_represents: "代为填报的单位", "Units that you file for";
    plan_represents_text: "它们的食堂由本单位合并填报，只计一次。", "Your plan includes their canteen, which counts once.";
    plan_figures: "填报内容", "Figures";
    plan_state: "填报状态", "State of the plan";
    plan_late: "逾期", "Late";
    plan_nothing: "还没有报送。", "Nothing has been submitted yet.";
    plan_set_text: "上级核定的预留份额，视为审核通过。本单位也可以自己填报。",
        "Your superior has set this plan, which counts as approved. You can also file it yourself.";
    plan_set_text_superior: "上级核定，单位没有填报。", "Set by a superior. The unit has not filed.";
    plan_saved: "草稿已保存。", "The draft has been saved.";
    plan_submitted: "已报送，等待上级审核。", "Submitted. Your superior will review it.";
    plan_withdrawn: "已撤回，可以修改后重新报送。", "Taken back. Change it and submit again.";
    plan_requested: "变更申请已提交，等待上级答复。", "Your superior will answer your request.";
    plan_versions: "填报记录", "Versions";
    plan_versions_none: "还没有记录。", "No versions yet.";
    plan_differences: "两个版本的差别", "Differences between two versions";
    plan_compare: "比较", "Compare";
    plan_older: "较早的版本", "Older version";
    plan_newer: "较新的版本", "Newer version";
    plan_same: "两个版本的内容相同。", "Both versions are the same.";
    plan_item: "项目", "Item";
    plan_waits_request: "变更申请正在等待上级答复。", "Your superior has not answered your request yet.";
    plan_of_year(year: i32): format!("{year} 年度预留份额填报"), format!("Plan of {year}");
    plan_unit_of_year(name: &str, year: i32): format!("{name} {year} 年度预留份额"), format!("{name}: plan of {year}");
    plan_in_year(year: i32): format!("{year} 年"), format!("{year}");
    plan_countdown(day: &str, days: i64):
        match days {
            0 => format!("今天（{day}）截止"),
            1.. => format!("{day}截止，距截止 {} 天", number_of(days)),
            _ => format!("{day}截止，已逾期 {} 天", number_of(days)),
        },
        match days {
            0 => format!("Today ({day}) is the last day"),
            1 => format!("Due on {day}: 1 day left"),
            2.. => format!("Due on {day}: {} days left", number_of(days)),
            -1 => format!("Due on {day}: 1 day overdue"),
            _ => format!("Due on {day}: {} days overdue", number_of(days)),
        };
    plan_sentences(one: &str, other: &str): format!("{one}；{other}"), format!("{one}. {other}");
    plan_due(day: &str): format!("填报截止日期：{day}"), format!("Due on {day}");
    plan_returned_by(by: &str, reason: &str): format!("{by}退回：{reason}"), format!("Returned by {by}: {reason}");
    plan_seen_by(superior: &str): format!("报送后由{superior}审核，通过后进入汇总。审核前可以撤回修改，每个版本都会保留。"),
        format!("{superior} reviews the plan and includes it in the summary. You can take it back before then. Every version is kept.");
    plan_version_number(n: i32): format!("第 {n} 版"), format!("Version {n}");
    plan_confirmed_plans: "确认的预留份额数", "Confirmed plans";
}

/// The size of a number of days.
fn number_of(days: i64) -> String {
    grouped(u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX))
}

// 提醒.
texts! {
    remind_title: "短信提醒", "Send reminders";
    remind_bar: "提醒", "Remind";
    remind_chosen: "提醒所选单位", "Remind the selected units";
    remind_all: "提醒列表中全部单位", "Remind all units of this list";
    remind_all_unfiled: "提醒全部未报送单位", "Remind all units that have not filed";
    remind_column: "选择", "Select";
    remind_text: "短信内容", "Text of the SMS";
    remind_text_hint: "以第一个单位为例。单位名称和截止日期按各单位填入。", "As the first unit gets it. The name and the last day are those of each unit.";
    remind_whom: "发送范围", "Who gets it";
    remind_ready: "将提醒", "Will be reminded";
    remind_nobody: "现在没有可以提醒的单位。", "There is no unit to remind now.";
    remind_choose_first: "还没有选择单位。请返回列表，勾选要提醒的单位。", "No unit is selected. Go back to the list and select units to remind.";
    remind_send: "发送提醒", "Send the reminders";
    remind_sending: "正在发送…", "Sending…";
    remind_not_sent: "提醒没有发送", "The reminders were not sent";
    remind_back: "返回列表", "Back to the list";
    remind_no_reminder: "不发送", "Will not be reminded";
    remind_limits(days: u32): format!("同一单位 {days} 天内只提醒一次；同一手机号码的短信条数有上限。"),
        format!("A unit is reminded once within {days} days at most, and a mobile number gets a limited number of SMS.");
    remind_choose(name: &str): format!("选择{name}"), format!("Select {name}");
    remind_sent(sent: u32, left_out: u32):
        if left_out == 0 { format!("已提醒 {} 个单位。", grouped(sent)) }
        else { format!("已提醒 {} 个单位，{} 个单位没有发送。", grouped(sent), grouped(left_out)) },
        if left_out == 0 { format!("{} {} reminded.", grouped(sent), plural(sent, "unit was", "units were")) }
        else { format!("{} {} reminded, {} {} not.", grouped(sent), plural(sent, "unit was", "units were"), grouped(left_out), plural(left_out, "was", "were")) };
}

impl Lang {
    /// What units are reminded of in a year.
    pub fn remind_of(self, kind: ReminderKind, year: i32) -> String {
        match (self, kind) {
            (Self::Zh, ReminderKind::Filing) => format!("提醒没有报送 {year} 年度预留份额的单位"),
            (Self::Zh, ReminderKind::Purchases) => format!("提醒 {year} 年度已预留、零采购的单位"),
            (Self::En, ReminderKind::Filing) => format!("To units that have not submitted their plan for {year}"),
            (Self::En, ReminderKind::Purchases) => {
                format!("To units that have a reserved share for {year} and no purchases")
            }
        }
    }

    /// Why units get no reminder; `days` are those of `sms.reminder_days`.
    pub fn remind_obstacle(self, obstacle: ReminderObstacle, days: u32) -> String {
        match (self, obstacle) {
            (Self::Zh, ReminderObstacle::RemindedRecently) => format!("{days} 天内已提醒过"),
            (Self::En, ReminderObstacle::RemindedRecently) => format!("Reminded within the last {days} days"),
            (Self::Zh, ReminderObstacle::NotNeeded) => "已报送或已采购，不用再提醒".to_owned(),
            (Self::En, ReminderObstacle::NotNeeded) => "Filed or purchased in the meantime".to_owned(),
            (Self::Zh, ReminderObstacle::NoAccount) => "没有账号，或账号已停用".to_owned(),
            (Self::En, ReminderObstacle::NoAccount) => "No account, or a disabled one".to_owned(),
            (Self::Zh, ReminderObstacle::NoMobile) => "没有有效的手机号码".to_owned(),
            (Self::En, ReminderObstacle::NoMobile) => "No valid mobile number".to_owned(),
            (Self::Zh, ReminderObstacle::SmsLimit) => "手机号码的短信条数已到上限".to_owned(),
            (Self::En, ReminderObstacle::SmsLimit) => "The mobile number gets no more SMS for now".to_owned(),
        }
    }
}

// The pages of superiors.
texts! {
    plan_any_concern: "全部情况", "Any concern";
    plan_concern_label: "需要关注", "Concern";
    plan_review_title: "预留份额审核", "Review plans";
    plan_review_lead: "下级单位报送的预留份额，可以逐个或批量审核。", "Plans of the units below you. Review them one by one or together.";
    plan_search: "名称、账号、信用代码或联系人", "Name, login name, code or contact";
    plan_any_state: "全部状态", "All states";
    plan_unit: "单位", "Unit";
    plan_total_short: "采购总额（元）", "Total (yuan)";
    plan_share_short: "预留份额（元）", "Share (yuan)";
    plan_last_share: "上年份额（元）", "Last year (yuan)";
    plan_submitted_at: "报送时间", "Submitted";
    plan_none: "没有符合条件的单位", "No units match";
    plan_none_help: "换一个条件再找。", "Try other filters.";
    plan_no_units: "还没有下级单位", "No units below you yet";
    plan_no_units_help: "先导入或新增下级单位，它们就可以填报预留份额。", "Import or add units first. Then they can file their plans.";
    plan_approve: "审核通过", "Approve";
    plan_return: "退回", "Return";
    plan_return_ask: "退回所选单位的预留份额，并写明原因：", "Return the selected plans, and say why:";
    plan_return_reason: "退回原因", "Reason for returning";
    plan_return_hint: "单位会看到，200 字以内", "The unit sees it. Up to 200 characters";
    plan_decide: "审核", "Decision";
    plan_decide_bulk: "审核所选", "Decide about the selected plans";
    plan_deciding: "正在处理…", "Deciding…";
    plan_grant: "同意变更", "Agree to the change";
    plan_deny: "不同意变更", "Do not agree";
    plan_deny_reason: "不同意的原因", "Reason for not agreeing";
    plan_change_asks: "单位申请变更", "The unit asks for a change";
    plan_confirm: "确认汇总", "Confirm the summary";
    plan_confirm_text: "全部下级单位审核通过后确认，确认后锁定，单位要修改须申请变更。",
        "Confirm once all units below you are approved. Their plans are then locked and change only on request.";
    plan_confirm_yes: "确认并锁定", "Confirm and lock";
    plan_progress: "填报进度", "Progress of filing";
    plan_must_file: "应填报", "Must file";
    plan_filed: "已填报", "Filed";
    plan_not_filed: "未填报", "Not filed";
    plan_all_below: "合计", "Total";
    plan_choose_first: "请先勾选单位", "Select units first";
    plan_approved_done: "已审核通过。", "Approved.";
    plan_returned_done: "已退回，单位会看到原因。", "Returned. The unit sees the reason.";
    plan_granted_done: "已同意，单位可以重新填报。", "The unit can file again.";
    plan_denied_done: "已答复，预留份额保持不变。", "Answered. The plan stays as it is.";
    plan_confirmed_done: "汇总已确认，预留份额已锁定。", "The summary is confirmed and the plans are locked.";
    plan_found(n: u32): format!("共 {} 个单位", grouped(n)), format!("{} {}", grouped(n), if n == 1 { "unit" } else { "units" });
    plan_confirm_ask(year: i32): format!("确认全部下级单位 {year} 年度的预留份额？"), format!("Confirm the plans of {year} of all units below you?");
    plan_choose(name: &str): format!("选择{name}"), format!("Select {name}");
    plan_decided(done: u32, refused: u32):
        if refused == 0 { format!("已处理 {} 个单位。", grouped(done)) } else { format!("已处理 {} 个单位，{} 个没有处理。", grouped(done), grouped(refused)) },
        if refused == 0 { format!("Decided: {}.", grouped(done)) } else { format!("Decided: {}. Not decided: {}.", grouped(done), grouped(refused)) };
    plans_missing(count: u32, names: &[String]):
        format!("还有 {} 个单位没有审核通过：{}{}。", grouped(count), names.join("、"), if names_left(count, names) { "等" } else { "" }),
        format!("{} {} no approved plan yet: {}{}.", grouped(count), if count == 1 { "unit has" } else { "units have" }, names.join(", "), if names_left(count, names) { " and others" } else { "" });
}

/// Whether there are more units than names.
fn names_left(count: u32, names: &[String]) -> bool {
    usize::try_from(count).is_ok_and(|count| count > names.len())
}

// Parameters.
texts! {
    plan_parameters_title: "填报参数", "Plan parameters";
    plan_parameters_lead: "本级设置的参数适用于全部下级，下级只能更严格。", "Your parameters apply to all units below you, which can only be stricter.";
    plan_parameters_read: "本单位适用的参数，由上级设置。", "The parameters that apply to your unit. Your superiors set them.";
    plan_parameter: "参数", "Parameter";
    plan_applied: "适用的值", "Value";
    plan_set_by: "设定单位", "Set by";
    plan_source: "依据", "Source";
    plan_source_hint: "文号和文件名，100 字以内", "Number and title of the document. Up to 100 characters";
    plan_national: "全国规定", "National rule";
    plan_convention: "系统默认", "Default";
    plan_own_parameters: "本级设置", "Set for your units";
    plan_own_hint: "不填就沿用上级的值。", "Leave a value empty to inherit it.";
    plan_parameters_saved: "参数已保存。", "The parameters have been saved.";
    plan_inherit: "沿用上级", "Inherit";
    plan_no_rule: "不作要求", "No rule";
}

impl Lang {
    /// The name of a canteen situation.
    pub const fn plan_canteen_kind(self, kind: CanteenKind) -> &'static str {
        match kind {
            CanteenKind::Own => self.of("自有食堂", "Own canteen"),
            CanteenKind::Outsourced => self.of("外包食堂", "Outsourced canteen"),
            CanteenKind::SharedLead => self.of("共用食堂（代表）", "Shared canteen (representative)"),
            CanteenKind::SharedMember => self.of("共用食堂（由代表单位填报）", "Shared canteen (another unit files)"),
            CanteenKind::None => self.of("没有食堂", "No canteen"),
        }
    }

    /// What a unit of this kind fills in.
    pub const fn plan_canteen_help(self, kind: CanteenKind) -> &'static str {
        match kind {
            CanteenKind::Own => self.of("填总额和比例", "Total and ratio"),
            CanteenKind::Outsourced => self.of("另选承包方的交易账号", "Also the firm’s trading account"),
            CanteenKind::SharedLead => self.of("合并填报几个单位的食堂", "For several units together"),
            CanteenKind::SharedMember => self.of("只填代表单位", "Only the representative"),
            CanteenKind::None => self.of("零填报", "Nothing to file"),
        }
    }

    /// The name of a standing.
    pub const fn plan_standing(self, standing: Standing) -> &'static str {
        match standing {
            Standing::NotFiled => self.of("未填报", "Not filed"),
            Standing::Draft => self.of("草稿", "Draft"),
            Standing::Submitted => self.of("待审核", "Under review"),
            Standing::Returned => self.of("退回", "Returned"),
            Standing::Approved => self.of("审核通过", "Approved"),
            Standing::SetBySuperior => self.of("上级核定", "Set by a superior"),
            Standing::Confirmed => self.of("确认汇总", "Confirmed"),
            Standing::ChangeRequested => self.of("变更申请", "Change requested"),
        }
    }

    /// The name of a concern.
    pub const fn plan_concern(self, concern: PlanConcern) -> &'static str {
        match concern {
            PlanConcern::NotReserved => self.of("未预留", "No reserved share"),
            PlanConcern::UnderMinimum => self.of("低于最低比例", "Under the minimum ratio"),
            PlanConcern::Overdue => self.of("逾期未报", "Overdue"),
            PlanConcern::ZeroPurchases => self.of("已预留零采购", "Nothing purchased"),
        }
    }

    /// The name of an action in the versions.
    pub const fn plan_action(self, action: FilingAction) -> &'static str {
        match action {
            FilingAction::Save => self.of("保存草稿", "Saved a draft"),
            FilingAction::Submit => self.of("报送", "Submitted"),
            FilingAction::Withdraw => self.of("撤回", "Took it back"),
            FilingAction::Approve => self.of("审核通过", "Approved"),
            FilingAction::Return => self.of("退回", "Returned"),
            FilingAction::Confirm => self.of("确认汇总", "Confirmed the summary"),
            FilingAction::RequestChange => self.of("申请变更", "Asked for a change"),
            FilingAction::GrantChange => self.of("同意变更", "Agreed to the change"),
            FilingAction::DenyChange => self.of("不同意变更", "Did not agree to the change"),
            FilingAction::SetBySuperior => self.of("上级核定", "Set by the superior"),
        }
    }

    /// The name of a parameter.
    pub const fn plan_parameter_name(self, parameter: Parameter) -> &'static str {
        match parameter {
            Parameter::MinimumRatio => self.of("最低比例（%）", "Minimum ratio (%)"),
            Parameter::EncouragedRatio => self.of("鼓励比例（%）", "Encouraged ratio (%)"),
            Parameter::FilingFrom => self.of("填报开始", "Filing from"),
            Parameter::FilingTo => self.of("填报截止", "Filing until"),
            Parameter::NotBelowLastYear => self.of("不低于上年", "Not below last year"),
            Parameter::UnionRatio => self.of("工会经费预留比例（%）", "Ratio of union funds (%)"),
            Parameter::UnionPerMember => self.of("工会人均（元）", "Union share per member (yuan)"),
            Parameter::UnionWithoutCanteen => {
                self.of("无食堂单位工会下限（元）", "Least union share without a canteen (yuan)")
            }
            Parameter::Completion => self.of("完成口径", "Order completed when"),
            Parameter::YearEnd => self.of("年终", "Year end"),
        }
    }

    /// The name of a parameter, or of its source, by the field of the audit log.
    pub(crate) fn plan_parameter_field(self, field: &str) -> Option<&'static str> {
        let is_source = |parameter: &&Parameter| parameter.source_field() == field;
        let named = Parameter::ALL.iter().find(|parameter| parameter.field() == field);
        named
            .map(|parameter| self.plan_parameter_name(*parameter))
            .or_else(|| Parameter::ALL.iter().find(is_source).map(|_| self.plan_source()))
    }

    /// 不低于上年, as a choice.
    pub const fn plan_fall_rule(self, rule: FallRule) -> &'static str {
        match rule {
            FallRule::Off => self.of("不作要求", "No rule"),
            FallRule::Warn => self.of("下降要说明", "A decrease needs a reason"),
            FallRule::Refuse => self.of("不得下降", "No decrease"),
        }
    }

    /// 完成口径, as a choice.
    pub const fn plan_completion(self, basis: CompletionBasis) -> &'static str {
        match basis {
            CompletionBasis::Paid => self.of("支付", "Paid"),
            CompletionBasis::Accepted => self.of("验收且支付", "Accepted and paid"),
            CompletionBasis::Evaluated => self.of("评价", "Accepted, paid and evaluated"),
        }
    }

    /// A day of the year: 3 月 31 日.
    pub fn plan_day(self, day: PlanDay) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        match self {
            Self::Zh => format!("{} 月 {} 日", day.month(), day.day()),
            Self::En => {
                let month = MONTHS.get(usize::from(day.month().saturating_sub(1))).copied().unwrap_or_default();
                format!("{} {month}", day.day())
            }
        }
    }

    /// A day of which the reader knows the year.
    pub fn month_and_day(self, day: Day) -> String {
        let number = |number: u32| u8::try_from(number).unwrap_or_default();
        PlanDay::new(number(day.month()), number(day.of_month())).map(|day| self.plan_day(day)).unwrap_or_default()
    }

    /// The value of a parameter.
    pub fn plan_value(self, value: ShownValue) -> String {
        match value {
            ShownValue::Ratio(ratio) if ratio.hundredths() == 0 => self.plan_no_rule().to_owned(),
            ShownValue::Ratio(ratio) => format!("{ratio}%"),
            ShownValue::Money(Money::ZERO) => self.plan_no_rule().to_owned(),
            ShownValue::Money(money) => match self {
                Self::Zh => format!("{} 元", yuan(money)),
                Self::En => format!("{} yuan", yuan(money)),
            },
            ShownValue::Day(day) => self.plan_day(day),
            ShownValue::Fall(rule) => self.plan_fall_rule(rule).to_owned(),
            ShownValue::Completion(basis) => self.plan_completion(basis).to_owned(),
        }
    }

    /// The message of a finding: what is wrong, then what to do.
    pub fn plan_finding(self, finding: &PlanFinding) -> String {
        let fixed =
            match finding.code {
                PlanCode::Required => self.of("请填写。", "Fill this in."),
                PlanCode::TooLong => self.of("太长了，请写短一些。", "This is too long. Shorten it."),
                PlanCode::BadCharacters => self.of(
                    "有不能保存的字符或换行，请删去重打。",
                    "Some characters or line breaks cannot be stored. Type it again.",
                ),
                PlanCode::NotInList => self.of("请从给出的选项中选一个。", "Choose one of the options."),
                PlanCode::NumberFormat => self.of(
                    "请只填数字，最多两位小数，如 420000.00。",
                    "Enter a number with at most 2 decimal places, such as 420000.00.",
                ),
                PlanCode::NumberRange => {
                    self.of("数字太大或小于零，请核对。", "The number is too large or below zero. Check it.")
                }
                PlanCode::DateFormat => {
                    self.of("没有这个日期，请按 2026-03-31 的样子填写。", "No such date. Enter it as in 2026-03-31.")
                }
                PlanCode::DateOutsideYear => self.of("日期要在这个年度内。", "The date must be in this year."),
                PlanCode::RatioAboveAll => self.of("比例不能超过 100%。", "The ratio cannot be above 100%."),
                PlanCode::ContractEnded => self
                    .of("合同在本年度前就到期了，请核对日期。", "The contract ends before this year. Check the date."),
                PlanCode::FirmUnknown => {
                    self.of("本单位没有这个采购人，请重新选择。", "Your unit has no such purchaser. Choose again.")
                }
                PlanCode::RepresentativeUnknown => self.of(
                    "同一上级下没有这个名称的单位，请填单位全称。",
                    "No unit below the same superior has this name. Enter its full name.",
                ),
                PlanCode::RepresentativeAmbiguous => self.of(
                    "同一上级下有几个单位叫这个名称，请联系上级处理重名。",
                    "Several units below the same superior have this name. Ask your superior to rename them.",
                ),
                PlanCode::RepresentativeSelf => self.of(
                    "不能填本单位。由本单位填报时选“共用食堂（代表）”。",
                    "This is your own unit. If you file, choose “Shared canteen (representative)”.",
                ),
                PlanCode::RepresentativeChain => self.of(
                    "这个单位自己也由别的单位填报，请填真正填报的单位。",
                    "Another unit files for this one too. Enter the unit that files.",
                ),
                PlanCode::RepresentsOthers => self.of(
                    "有单位由本单位代为填报，请选“共用食堂（代表）”。",
                    "Other units name yours as their representative. Choose “Shared canteen (representative)”.",
                ),
                PlanCode::Late => self
                    .of("已过填报截止日期，报送后标为逾期。", "The deadline has passed. The plan is marked as late."),
                PlanCode::Early => {
                    self.of("填报还没有开始，可以提前报送。", "Filing has not opened yet. You can submit early.")
                }
                PlanCode::WindowReversed => {
                    self.of("截止日期早于开始日期，请核对。", "Filing would end before it begins. Check the dates.")
                }
                PlanCode::RatioBelowMinimum
                | PlanCode::RatioBelowMinimumApproved
                | PlanCode::RatioBelowEncouraged
                | PlanCode::BelowLastYear
                | PlanCode::FallReasonMissing
                | PlanCode::BelowLastYearRefused
                | PlanCode::HundredTimes
                | PlanCode::UnionBelowRatio
                | PlanCode::UnionBelowPerMember
                | PlanCode::UnionBelowMinimum
                | PlanCode::LooserThanAbove => return self.compared(finding),
            };
        fixed.to_owned()
    }

    /// The message of a finding that compares a value with a rule or with last year's.
    fn compared(self, finding: &PlanFinding) -> String {
        let value = match &finding.detail {
            PlanDetail::None => String::new(),
            PlanDetail::Above { value, set_by } => {
                let value = self.plan_value(*value);
                let by = set_by.as_deref().unwrap_or_else(|| self.plan_national());
                match self {
                    Self::Zh => format!("{value}（{by}）"),
                    Self::En => format!("{value} ({by})"),
                }
            }
            PlanDetail::Amount(amount) => self.plan_value(ShownValue::Money(*amount)),
        };
        match self {
            Self::Zh => match finding.code {
                PlanCode::RatioBelowMinimum => format!("低于最低比例 {value}。请提高比例，或填写批准文号。"),
                PlanCode::RatioBelowMinimumApproved => format!("低于最低比例 {value}，已填批准文号，由上级审核。"),
                PlanCode::RatioBelowEncouraged => format!("低于鼓励比例 {value}，可以报送。"),
                PlanCode::BelowLastYear => format!("比上年的 {value} 少，已说明原因。"),
                PlanCode::FallReasonMissing => format!("份额比上年的 {value} 少，请说明下降原因。"),
                PlanCode::BelowLastYearRefused => format!("份额不得低于上年的 {value}，请提高总额或比例。"),
                PlanCode::HundredTimes => {
                    format!("是上年 {value} 的一百倍以上，是不是把万元当成了元？核对无误请勾选下面的确认。")
                }
                PlanCode::UnionBelowRatio => format!("低于工会经费的 {value}，请提高工会预留。"),
                PlanCode::UnionBelowPerMember => format!("人均低于 {value}，请提高工会预留。"),
                PlanCode::UnionBelowMinimum => format!("没有食堂的单位，工会预留不低于 {value}。"),
                _ => format!("不能比上级宽松：上级的规定是 {value}。"),
            },
            Self::En => match finding.code {
                PlanCode::RatioBelowMinimum => {
                    format!("Below the minimum of {value}. Raise the ratio, or enter an approval number.")
                }
                PlanCode::RatioBelowMinimumApproved => {
                    format!("Below the minimum of {value}, with an approval number. Your superior decides.")
                }
                PlanCode::RatioBelowEncouraged => format!("Below the encouraged {value}. You can submit it."),
                PlanCode::BelowLastYear => format!("Lower than last year’s {value}, with a reason."),
                PlanCode::FallReasonMissing => format!("The share is lower than last year’s {value}. Give a reason."),
                PlanCode::BelowLastYearRefused => {
                    format!("The share cannot be lower than last year’s {value}. Raise the total or the ratio.")
                }
                PlanCode::HundredTimes => format!(
                    "At least a hundred times last year’s {value}. Did you mix up yuan and 10,000 yuan? If it is right, tick the box below."
                ),
                PlanCode::UnionBelowRatio => format!("Below {value} of the union’s funds. Raise the union share."),
                PlanCode::UnionBelowPerMember => format!("Below {value} per member. Raise the union share."),
                PlanCode::UnionBelowMinimum => format!("Without a canteen, the union share is at least {value}."),
                _ => format!("Looser than above, where the rule is {value}."),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_message_in_both_languages() {
        for code in PlanCode::ALL {
            let detail = PlanDetail::Above { value: ShownValue::Money(Money::MAX), set_by: None };
            let finding = PlanFinding::new("x", *code).with(detail);
            let (zh, en) = (Lang::Zh.plan_finding(&finding), Lang::En.plan_finding(&finding));
            assert!(zh.ends_with(['。', '？']) && en.ends_with('.'), "{zh} {en}");
        }
    }

    #[test]
    fn values_are_shown_with_their_units() {
        let day = PlanDay::new(3, 31).map(ShownValue::Day);
        assert_eq!(day.map(|day| Lang::Zh.plan_value(day)).as_deref(), Some("3 月 31 日"));
        assert_eq!(day.map(|day| Lang::En.plan_value(day)).as_deref(), Some("31 Mar"));
        assert_eq!(Lang::Zh.plan_value(ShownValue::Money(Money::ZERO)), "不作要求");
        assert_eq!(Lang::En.plan_value(ShownValue::Ratio(domain::Ratio::POLICY_MINIMUM)), "10%");
    }

    #[test]
    fn missing_plans_are_named() {
        let names = ["甲".to_owned(), "乙".to_owned()];
        assert_eq!(Lang::Zh.plans_missing(2, &names), "还有 2 个单位没有审核通过：甲、乙。");
        assert_eq!(Lang::Zh.plans_missing(3, &names), "还有 3 个单位没有审核通过：甲、乙等。");
    }
}
