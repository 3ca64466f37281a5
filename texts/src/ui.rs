//! Texts of the frame, the components and the pages. The texts of the import are in [`crate::import`].

use crate::{Lang, number::grouped};
use domain::{
    AdminLevel, BudgetLevel, Severity, Template,
    account::{AccountKind, AccountState},
    history::AuditAction,
    password::Strength,
    sms::{SmsKind, SmsState},
};

// Frame.
texts! {
    product: "采购人管理系统", "Purchaser Management System";
    language_name: "中文", "English";
    skip_to_content: "跳到正文", "Skip to main content";
    menu: "菜单", "Menu";
    menu_desktop: "桌面", "Desktop";
    menu_more: "更多", "More";
    breadcrumb: "当前位置", "You are here";
    sign_out: "注销", "Sign out";
    operator: "平台运维", "Platform operator";
    to_desktop: "回到桌面", "Back to desktop";
    close: "关闭", "Close";
    cancel: "取消", "Cancel";
    save: "保存", "Save";
    saving: "正在保存…", "Saving…";
    not_saved: "没有保存", "Not saved";
    field_required: "这一项必填", "This field is required";
    field_superior_cycle: "不能选本单位或它的下级，请选另一个单位",
        "Cannot be the unit itself or a unit below it. Select another unit";
    field_code_known: "本级或下级已有这个代码，请按代码查找，直接编辑那一条",
        "This code already exists in your subtree. Search for it and edit that entry";
    field_name_known: "这个代码下已有同名的采购人，请在采购人列表中编辑它",
        "A purchaser with this code and name already exists. Edit it in the purchaser list";
    choose: "请选择", "Select";
    none: "未填", "Not provided";
    days(days: u32): format!("{days} 天"), format!("{days} {}", plural(days, "day", "days"));
    clear_search: "清除条件", "Clear filters";
    nothing_here: "这里没有内容", "Nothing here";
    cannot_show: "暂时打不开", "This page is temporarily unavailable";
    not_for_you: "这个页面不对当前账号开放", "You do not have access to this page";
    not_for_you_text: "当前账号没有这项功能。如果需要使用，请换有这项功能的账号登录。",
        "Your account does not have this feature. Sign in with an account that does.";
    reload: "刷新页面", "Reload page";
    sign_in_again: "在新标签页登录", "Sign in (new tab)";
    sign_in_again_then: "，然后回到这里再试。", ", then come back and try again.";
    not_found_title: "没有这个页面", "Page not found";
    not_found_text: "网址可能抄错了，或者页面已经不在。可以从桌面重新进入。",
        "The address may be wrong, or the page no longer exists. Start again from the desktop.";
    menu_rows_in_error(n: u32): format!("，{} 行有错误", grouped(n)), format!(", {} {} with errors", grouped(n), plural(n, "row", "rows"));
}

// Times.
texts! {
    time_today(clock: &str): format!("今天 {clock}"), format!("Today {clock}");
    time_yesterday(clock: &str): format!("昨天 {clock}"), format!("Yesterday {clock}");
    time_date(month: i64, day: i64, clock: &str): format!("{month} 月 {day} 日 {clock}"),
        format!("{day} {}, {clock}", month_en(month));
    time_date_of_year(year: i64, month: i64, day: i64, clock: &str): format!("{year} 年 {month} 月 {day} 日 {clock}"),
        format!("{day} {} {year}, {clock}", month_en(month));
}

// Sign-in.
texts! {
    sign_in_title: "登录管理账号", "Sign in";
    claim: "一张表，开通全县预算单位的账号", "One spreadsheet creates every unit's account";
    claim_more: "导入、检查、生成、通知，再看着每一笔采购落到预留份额里。",
        "Import, check, generate, notify. Then see every purchase count towards the reserved share.";
    login_name: "登录账号", "Login name";
    password: "密码", "Password";
    sign_in: "登录", "Sign in";
    signing_in: "正在登录…", "Signing in…";
    show_password: "显示", "Show";
    hide_password: "隐藏", "Hide";
    sign_in_forgotten: "忘记密码，请联系上级财政部门或主管单位重置。",
        "Forgot your password? Ask your superior finance department or competent unit to reset it.";
    sign_in_from_superior: "账号由上级财政部门或主管单位开通，登录信息以短信发送。",
        "Your superior finance department or competent unit creates your account. The sign-in details are sent by SMS.";
}

// Password of the current account.
texts! {
    password_title: "修改密码", "Change password";
    password_first_title: "请先修改初始密码", "Change your initial password first";
    password_first_lead: "短信里的密码只用于第一次登录。改成您自己的密码后继续。",
        "The password in the SMS is for the first sign-in only. Set your own password to continue.";
    password_lead: "修改后，这个账号在其他电脑上的登录会退出。", "After the change, this account is signed out on other computers.";
    password_initial: "短信里的密码", "Password from the SMS";
    password_old: "原密码", "Current password";
    password_new: "新密码", "New password";
    password_repeat: "再输入一次新密码", "Confirm new password";
    password_save: "修改密码", "Change password";
    password_saved: "密码已修改。", "The password has been changed.";
    password_rules_title: "密码要求", "Password requirements";
    password_rule_length: "至少 8 个字符，可以用中文和空格", "At least 8 characters. Chinese characters and spaces are allowed";
    password_rule_own: "不含登录账号、单位名称、信用代码和手机号码", "Does not contain the login name, unit name, credit code or mobile number";
    password_rule_common: "不是常见或容易猜到的密码，如 abcd1234、Czj@2026、!QAZ2wsx", "Not a common or easily guessed password such as abcd1234, Czj@2026 or !QAZ2wsx";
    password_rule_advice: "几个不相干的词连起来，又长又好记。", "A few unrelated words make a password that is long and easy to remember.";
    password_goes_on: "还不够 8 个字符", "Fewer than 8 characters";
}

// 个人中心 and completion at the first sign-in.
texts! {
    profile_title: "个人中心", "Profile";
    profile_unit: "单位资料", "Unit";
    profile_account: "账号", "Account";
    profile_operator: "平台运维账号不属于任何单位，没有单位资料。", "Platform operator accounts do not belong to a unit.";
    profile_saved: "单位资料已保存。", "Unit data saved.";
    account_kind_label: "账号类型", "Account type";
    complete_title: "请完善单位资料", "Complete your unit data";
    complete_lead: "核对上级填报的资料，保存后即可使用其他功能。", "Check the data that your superior unit filled in. After you save it, you can use all other features.";
    complete_save: "保存并继续", "Save and continue";
    complete_why_title: "为什么要填", "Why we ask for this";
    complete_why_levels: "统计报表按行政级次和预算级次汇总，选错会计入别的级次。",
        "Statistics are summed by both levels. A wrong level counts your unit in the wrong place.";
    complete_why_contact: "账号通知发到联系人的手机，请填经办人本人的号码。",
        "Account notifications go to the contact's mobile phone. Enter the number of the person in charge.";
}

// Details of a unit.
texts! {
    unit_name: "预算单位名称", "Unit name";
    unit_code: "统一信用代码", "Credit code";
    unit_superior: "上级预算单位", "Superior unit";
    unit_admin_level: "行政级次", "Administrative level";
    unit_budget_level: "预算级次", "Budget level";
    unit_contact: "联系人", "Contact";
    unit_mobile: "联系人手机号码", "Contact mobile";
    unit_mobile_hint: "11 位大陆手机号码，用来接收账号短信", "11-digit mainland China number, for account SMS";
    unit_children: "直接下级单位", "Units directly below";
    unit_remark: "备注", "Remark";
    unit_facts: "单位资料", "Unit";
    unit_plans: "预留份额", "Reserved share";
    unit_plans_none: "还没有填报预留份额。", "No reserved share has been reported yet.";
    plan_year: "年度", "Year";
    plan_share: "预留份额(万元)", "Reserved share (10k\u{a0}yuan)";
    unit_account_state: "账号状态", "Account state";
    unit_last_sign_in: "最近登录", "Last sign-in";
    never_signed_in: "从未登录", "Never";
    unit_sms: "账号短信", "SMS";
    unit_sms_none: "还没有发过短信。", "No SMS has been sent yet.";
    unit_events: "操作记录", "History";
    unit_events_none: "还没有操作记录。", "No history yet.";
    unit_children_count(n: u32): format!("{} 个", grouped(n)), grouped(n);

    issue_title: "开通账号", "Issue account";
    issue_lead(days: u32): format!("登录账号和初始密码将以短信发给联系人，{days} 天内有效。再次开通会使之前的初始密码失效。"),
        format!("The contact receives the login name and an initial password by SMS. The password is valid for {days} {}. If you issue the account again, the earlier password stops working.", plural(days, "day", "days"));
    issue_mobile_hint: "请先与单位核对号码", "Confirm the number with the unit first";
    issue_submit: "开通并发短信", "Issue and send SMS";
    issued: "账号已开通，短信正在发送。", "The account has been issued. The SMS is being sent.";
}

// 预算单位列表.
texts! {
    units_title: "预算单位列表", "Unit list";
    units_account: "管理账号", "Management account";
    units_search: "单位名称、登录账号或信用代码", "Name, login name or credit code";
    units_by_account: "按账号状态筛选", "Filter by account state";
    units_total: "采购总额(万元)", "Total (10k\u{a0}yuan)";
    units_ratio: "预留比例", "Reserved ratio";
    units_sms_failed: "短信失败", "SMS failed";
    units_none: "还没有下级预算单位", "No subordinate units yet";
    units_none_help: "下载模板，填好所属单位后导入，检查通过即可生成管理账号。",
        "Download the template, fill in your units and import it. After the check you can generate their management accounts.";
    units_not_found: "没有符合条件的单位", "No matching units";
    units_not_found_help: "换个词，或清除条件看全部单位。", "Try another word, or clear the filters to see all units.";
    units_found(n: u32, filtered: bool): if filtered { format!("找到 {} 个单位", grouped(n)) } else { format!("共 {} 个单位", grouped(n)) },
        format!("{} {}{}", grouped(n), plural(n, "unit", "units"), if filtered { " found" } else { "" });
}

// 桌面.
texts! {
    waits_title: "等待处理", "To do";
    waits_none: "没有等待处理的事项。", "Nothing to do.";
    waits_mend: "去修改", "Fix";
    waits_to_generate: "去生成", "Generate";
    waits_progress: "看进度", "View progress";
    waits_look: "查看", "View";
    waits_sms_why: "多为号码停机或填错，请与联系人核对号码", "Most numbers are out of service or mistyped. Confirm them with the contacts";
    waits_errors(n: u32): format!("导入的表格有 {} 行错误", grouped(n)), format!("The imported sheet has {} {} with errors", grouped(n), plural(n, "row", "rows"));
    waits_generate(template: Template, n: u32): match template {
            Template::Units => format!("检查通过，可以生成 {} 个管理账号", grouped(n)),
            Template::Purchasers => format!("检查通过，可以生成 {} 个交易账号", grouped(n)),
        }, format!("{} {} ready to generate", grouped(n), plural(n, "account is", "accounts are"));
    waits_activation(n: u32): format!("{} 个管理账号还没有激活", grouped(n)), format!("{} management {} not activated", grouped(n), plural(n, "account", "accounts"));
    waits_oldest(name: &str, since: &str): format!("最早：{name}，{since}"), format!("Oldest: {name}, {}", lower_day(since));
    waits_own_plan(year: i32): format!("本单位 {year} 年度预留份额还没有报送"), format!("Your unit has not submitted its plan of {year}");
    waits_own_plan_why: "填好后点“报送”，由上级审核", "Submit it, and your superior unit approves it";
    waits_own_plan_returned(year: i32): format!("本单位 {year} 年度预留份额被退回"), format!("Your unit’s plan of {year} was returned");
    waits_own_plan_returned_why: "按退回的原因改好后，再报送一次", "Correct it as the reason says and submit it again";
    waits_to_file: "去填报", "File";
    waits_plans(n: u32): format!("{} 个单位的预留份额待审核", grouped(n)), format!("{} {} to approve", grouped(n), plural(n, "plan", "plans"));
    waits_plans_why: "下级单位已报送，等您审核", "Submitted by units below you";
    waits_plan_changes(n: u32): format!("{} 个单位申请变更预留份额", grouped(n)), format!("{} {} to change confirmed plans", grouped(n), plural(n, "request", "requests"));
    waits_plan_changes_why: "汇总已确认，同意后才能修改", "These plans are confirmed and can only be changed with your agreement";
    waits_plans_missing(n: u32): format!("{} 个下级单位还没有填报预留份额", grouped(n)), format!("{} {} below you without a plan", grouped(n), plural(n, "unit", "units"));
    waits_plans_missing_why(year: i32): format!("{year} 年度，没有填报，也没有草稿"), format!("Neither a plan nor a draft for {year}");
    waits_certifications(n: u32): format!("{} 个采购人等待认证", grouped(n)), format!("{} {} to certify", grouped(n), plural(n, "purchaser", "purchasers"));
    waits_certifications_why: "采购人已提交资料", "They have submitted their data";
    waits_parked(n: u32): format!("{} 条订单待匹配", grouped(n)), format!("{} parked {}", grouped(n), plural(n, "order", "orders"));
    waits_parked_why: "采购人、产品类别或产地还不认识，没有计入金额", "They name an unknown purchaser, category or origin and do not count yet";
    waits_sms(n: u32): format!("{} 条短信发送失败", grouped(n)), format!("{} SMS failed", grouped(n));
    steps_title of Template: "为所属预算单位开通管理账号", "Create management accounts for your units"
        | "为采购人开通交易账号", "Create trading accounts for your purchasers";
    step_download(template: &str): format!("下载并填写《{template}》"), format!("Download and fill in 《{template}》");
    step_import: "导入并检查，逐行提示错误", "Import and check, row by row";
    step_to_import: "去导入", "Import";
    step_under_way: "进行中", "In progress";
    step_done: "已通过", "Passed";
    step_after_second: "待第 2 步完成", "After step 2";
    figures_title: "所属单位", "Your units";
    figures_units: "预算单位", "Units";
    desktop_lead(year: i64, units: u32, now: &str): format!("{year} 年度 · 所属预算单位 {} 个 · 截至{now}", grouped(units)),
        format!("{year} · {} {} · as of {}", grouped(units), plural(units, "unit", "units"), lower_day(now));
    greeting(hour: i64, name: &str): format!("{}好，{name}", hour_zh(hour)), format!("Good {}, {name}", hour_en(hour));
}

// Demo mode.
texts! {
    sms_title: "演示短信", "Demo SMS";
    sms_lead: "联系人手机会收到的短信，最新的在最上面。", "SMS that contacts would receive on their phones, newest first.";
    sms_demo_only: "只在演示环境开放。正式环境里，短信只发给联系人，谁也看不到初始密码。",
        "Available in the demo only. In production, an SMS goes only to its contact, and no one else sees the initial password.";
    sms_demo_link: "演示环境：查看已发送的短信", "Demo: view sent SMS";
    sms_sign_in_as_other: "注销，用新账号登录", "Sign out and use the new account";
    sms_search: "手机号码或登录账号", "Mobile number or login name";
    sms_none: "还没有发出短信", "No SMS yet";
    sms_none_help: "生成管理账号后，登录账号和初始密码会以短信发给各单位联系人，几秒后出现在这里。",
        "After accounts are generated, the contact of each unit receives an SMS. It appears here within seconds.";
    sms_not_found: "没有找到短信", "No matching SMS";
    sms_not_found_help: "核对号码或登录账号，或清除条件看全部短信。", "Check the number or login name, or clear the filters to see all SMS.";
}

impl Lang {
    /// The name of an account state.
    pub const fn account_state(self, state: AccountState) -> &'static str {
        match (self, state) {
            (Self::Zh, AccountState::NotIssued) => "未开通",
            (Self::Zh, AccountState::NotActivated) => "未激活",
            (Self::Zh, AccountState::Active) => "正常",
            (Self::Zh, AccountState::Disabled) => "已停用",
            (Self::En, AccountState::NotIssued) => "Not issued",
            (Self::En, AccountState::NotActivated) => "Not activated",
            (Self::En, AccountState::Active) => "Active",
            (Self::En, AccountState::Disabled) => "Disabled",
        }
    }

    /// The name of an account kind.
    pub const fn account_kind(self, kind: AccountKind) -> &'static str {
        match (self, kind) {
            (Self::Zh, AccountKind::Operator) => "平台运维账号",
            (Self::Zh, AccountKind::Management) => "管理账号",
            (Self::Zh, AccountKind::Trading) => "交易账号",
            (Self::En, AccountKind::Operator) => "Platform operator",
            (Self::En, AccountKind::Management) => "Management account",
            (Self::En, AccountKind::Trading) => "Trading account",
        }
    }

    /// The name of an SMS state.
    pub const fn sms_state(self, state: SmsState) -> &'static str {
        match (self, state) {
            (Self::Zh, SmsState::Waiting) => "待发送",
            (Self::Zh, SmsState::Sent) => "已发送",
            (Self::Zh, SmsState::Failed) => "发送失败",
            (Self::Zh, SmsState::Withdrawn) => "已撤回",
            (Self::En, SmsState::Waiting) => "Waiting",
            (Self::En, SmsState::Sent) => "Sent",
            (Self::En, SmsState::Failed) => "Failed",
            (Self::En, SmsState::Withdrawn) => "Withdrawn",
        }
    }

    /// The purpose of an SMS.
    pub const fn sms_kind(self, kind: SmsKind) -> &'static str {
        match (self, kind) {
            (Self::Zh, SmsKind::InitialPassword) => "登录账号和初始密码",
            (Self::Zh, SmsKind::LoginName) => "登录账号",
            (Self::Zh, SmsKind::NewPassword) => "重置后的密码",
            (Self::Zh, SmsKind::PasswordReset) => "密码重置通知",
            (Self::Zh, SmsKind::Certified) => "认证通过通知",
            (Self::Zh, SmsKind::CertificationReturned) => "认证退回通知",
            (Self::Zh, SmsKind::PlanReminder) => "填报提醒",
            (Self::Zh, SmsKind::PurchaseReminder) => "采购提醒",
            (Self::En, SmsKind::InitialPassword) => "Login name and initial password",
            (Self::En, SmsKind::LoginName) => "Login name",
            (Self::En, SmsKind::NewPassword) => "New password",
            (Self::En, SmsKind::PasswordReset) => "Password reset notice",
            (Self::En, SmsKind::Certified) => "Certification notice",
            (Self::En, SmsKind::CertificationReturned) => "Notice of returned certification",
            (Self::En, SmsKind::PlanReminder) => "Reminder to file",
            (Self::En, SmsKind::PurchaseReminder) => "Reminder to purchase",
        }
    }

    /// The name of an administrative level (行政级次). In Chinese it equals the value in the sheet.
    pub const fn admin_level(self, level: AdminLevel) -> &'static str {
        match (self, level) {
            (Self::Zh, AdminLevel::Central) => "中央",
            (Self::Zh, AdminLevel::Province) => "省级",
            (Self::Zh, AdminLevel::City) => "市级",
            (Self::Zh, AdminLevel::County) => "县级",
            (Self::Zh, AdminLevel::Township) => "乡级",
            (Self::En, AdminLevel::Central) => "Central",
            (Self::En, AdminLevel::Province) => "Province",
            (Self::En, AdminLevel::City) => "City",
            (Self::En, AdminLevel::County) => "County",
            (Self::En, AdminLevel::Township) => "Township",
        }
    }

    /// The name of a budget level (预算级次). In Chinese it equals the value in the sheet.
    pub const fn budget_level(self, level: BudgetLevel) -> &'static str {
        match (self, level) {
            (Self::Zh, BudgetLevel::First) => "一级预算单位",
            (Self::Zh, BudgetLevel::Second) => "二级预算单位",
            (Self::Zh, BudgetLevel::Third) => "三级预算单位",
            (Self::Zh, BudgetLevel::Fourth) => "四级预算单位",
            (Self::Zh, BudgetLevel::Fifth) => "五级预算单位",
            (Self::En, BudgetLevel::First) => "First level",
            (Self::En, BudgetLevel::Second) => "Second level",
            (Self::En, BudgetLevel::Third) => "Third level",
            (Self::En, BudgetLevel::Fourth) => "Fourth level",
            (Self::En, BudgetLevel::Fifth) => "Fifth level",
        }
    }

    /// The strength of a password, with advice.
    pub const fn password_strength(self, strength: Strength) -> &'static str {
        match (self, strength) {
            (Self::Zh, Strength::Weak) => "强度：弱，再长一些更好",
            (Self::Zh, Strength::Fair) => "强度：中，可以使用",
            (Self::Zh, Strength::Strong) => "强度：强",
            (Self::En, Strength::Weak) => "Weak. A longer password is better",
            (Self::En, Strength::Fair) => "Fair. You can use it",
            (Self::En, Strength::Strong) => "Strong",
        }
    }

    /// The name of a severity.
    pub const fn severity(self, severity: Severity) -> &'static str {
        match (self, severity) {
            (Self::Zh, Severity::Error) => "错误",
            (Self::Zh, Severity::Warning) => "警告",
            (Self::Zh, Severity::Info) => "提示",
            (Self::En, Severity::Error) => "Error",
            (Self::En, Severity::Warning) => "Warning",
            (Self::En, Severity::Info) => "Info",
        }
    }

    /// The consequence of a severity.
    pub const fn severity_means(self, severity: Severity) -> &'static str {
        match (self, severity) {
            (Self::Zh, Severity::Error) => "改好之前不能生成账号。",
            (Self::Zh, Severity::Warning) => "不影响生成，请留意是否填错。",
            (Self::Zh, Severity::Info) => "告诉您系统整理了什么、会更新什么。",
            (Self::En, Severity::Error) => "Accounts cannot be generated until this is fixed.",
            (Self::En, Severity::Warning) => "Does not stop generation. Check whether the value is right.",
            (Self::En, Severity::Info) => "Tells you what was tidied and what will be updated.",
        }
    }

    /// The description of an audit action; `None` is an action of a newer version of the program.
    pub const fn audit_action(self, action: Option<AuditAction>) -> &'static str {
        use AuditAction as Action;
        let Some(action) = action else {
            return match self {
                Self::Zh => "其他操作",
                Self::En => "Other action",
            };
        };
        let (zh, en) = match action {
            Action::SignIn => ("登录", "Signed in"),
            Action::SignInFailed => ("登录失败", "Failed to sign in"),
            Action::SignOut => ("注销", "Signed out"),
            Action::PasswordChanged => ("修改密码", "Changed the password"),
            Action::PasswordIssued => ("开通账号", "Issued the account"),
            Action::ProfileCompleted => ("完善单位资料", "Completed the unit data"),
            Action::Import => ("导入表格", "Imported a sheet"),
            Action::Generate => ("开始生成管理账号", "Started generating accounts"),
            Action::UnitCreated => ("导入生成单位和管理账号", "Created by import, with its account"),
            Action::UnitUpdated => ("导入更新单位资料", "Updated by import"),
            Action::UnitAdded => ("新增单位", "Added the unit"),
            Action::UnitEdited => ("编辑单位", "Edited the unit"),
            Action::UnitDeleted => ("删除下级单位", "Deleted a subordinate unit"),
            Action::UnitMerged => ("单位合并：并入一个单位", "Merged a unit into another"),
            Action::SmsResent => ("重新发送账号短信", "Resent the account SMS"),
            Action::PasswordReset => ("重置密码", "Reset the password"),
            Action::AccountDisabled => ("停用账号", "Disabled the account"),
            Action::AccountEnabled => ("启用账号", "Enabled the account"),
            Action::PurchaserCreated => ("导入生成采购人和交易账号", "Created by import, with its account"),
            Action::PurchaserUpdated => ("导入更新采购人资料", "Updated by import"),
            Action::PurchaserAdded => ("新增采购人", "Added the purchaser"),
            Action::PurchaserEdited => ("编辑采购人", "Edited the purchaser"),
            Action::PurchaserDeleted => ("删除采购人", "Deleted a purchaser"),
            Action::PurchaserCompleted => ("完善采购人资料", "Completed the purchaser data"),
            Action::CertificationSubmitted => ("提交认证", "Submitted for certification"),
            Action::Certified => ("通过认证", "Certified"),
            Action::CertificationReturned => ("退回认证资料", "Returned the certification data"),
            Action::DisputeFiled => ("提出代码争议", "Filed a code dispute"),
            Action::DisputeWithdrawn => ("撤回代码争议", "Withdrew a code dispute"),
            Action::DisputeUpheld => ("支持代码争议", "Upheld a code dispute"),
            Action::DisputeRejected => ("驳回代码争议", "Rejected a code dispute"),
            Action::PlanParametersSet => ("设置填报参数", "Set the plan parameters"),
            Action::PlanSaved => ("保存预留份额草稿", "Saved a draft of the plan"),
            Action::PlanSubmitted => ("报送预留份额", "Submitted the plan"),
            Action::PlanWithdrawn => ("撤回预留份额", "Withdrew the plan"),
            Action::PlanApproved => ("审核通过预留份额", "Approved the plan"),
            Action::PlanReturned => ("退回预留份额", "Returned the plan"),
            Action::PlansConfirmed => ("确认预留份额汇总", "Confirmed the summary of plans"),
            Action::PlanChangeRequested => ("申请变更预留份额", "Asked to change the plan"),
            Action::PlanChangeGranted => ("同意变更预留份额", "Agreed to a change of the plan"),
            Action::PlanReminded => ("短信提醒填报预留份额", "Sent a reminder to file the plan"),
            Action::PurchasesReminded => ("短信提醒采购", "Sent a reminder to purchase"),
            Action::ApiKeyIssued => ("签发接口密钥", "Issued an API key"),
            Action::ApiKeyRevoked => ("吊销接口密钥", "Revoked an API key"),
            Action::ApiRequestRefused => ("接口请求被拒绝", "Refused requests of an API key"),
            Action::NoticePublished => ("发布通知", "Published a notice"),
            Action::NoticeEdited => ("修改通知", "Changed a notice"),
            Action::NoticeWithdrawn => ("撤回通知", "Withdrew a notice"),
            Action::PlanChangeDenied => ("不同意变更预留份额", "Did not agree to a change of the plan"),
        };
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// Changes "Today 10:24" to "today 10:24", for use inside a sentence.
pub(crate) fn lower_day(when: &str) -> String {
    when.replacen("Today", "today", 1).replacen("Yesterday", "yesterday", 1)
}

pub(crate) const fn plural(n: u32, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

const fn hour_zh(hour: i64) -> &'static str {
    match hour {
        0..5 => "夜里",
        5..12 => "上午",
        12..14 => "中午",
        14..18 => "下午",
        _ => "晚上",
    }
}

const fn hour_en(hour: i64) -> &'static str {
    match hour {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    }
}

pub(crate) const fn month_en(month: i64) -> &'static str {
    match month {
        1 => "Jan",
        2 => "Feb",
        3 => "Mar",
        4 => "Apr",
        5 => "May",
        6 => "Jun",
        7 => "Jul",
        8 => "Aug",
        9 => "Sep",
        10 => "Oct",
        11 => "Nov",
        _ => "Dec",
    }
}

#[cfg(test)]
mod tests {
    use crate::Lang;

    #[test]
    fn texts_say_how_long_initial_passwords_are_valid_here() {
        assert!(Lang::Zh.issue_lead(7).contains("7 天内有效"));
        assert!(Lang::En.issue_lead(7).contains("valid for 7 days"));
        assert!(Lang::En.issue_lead(1).contains("valid for 1 day."));
    }
}
