//! The words of the frame, the components and the pages; those of the import are in [`crate::import`].

use crate::{Lang, number::grouped};
use domain::{
    AdminLevel, BudgetLevel, Severity, Template,
    password::Strength,
    schema::{purchasers, units},
    view::{AccountKind, AccountState, SmsKind, SmsState},
};

// The frame.
texts! {
    product: "采购人管理系统", "Purchaser Management System";
    language_name: "中文", "English";
    skip_to_content: "跳到正文", "Skip to the content";
    menu: "菜单", "Menu";
    menu_desktop: "桌面", "Desktop";
    menu_more: "更多", "More";
    breadcrumb: "当前位置", "You are here";
    sign_out: "注销", "Sign out";
    operator: "平台运维", "Platform operator";
    to_desktop: "回到桌面", "To the desktop";
    close: "关闭", "Close";
    cancel: "取消", "Cancel";
    save: "保存", "Save";
    saving: "正在保存…", "Saving…";
    not_saved: "没有保存", "Not saved";
    field_required: "这一项必填", "This is required";
    field_superior_cycle: "不能选本单位或它的下级，请选另一个单位",
        "It cannot be the unit itself or one below it: choose another";
    field_code_known: "本级或下级已有这个代码，请按代码查找，直接编辑那一条",
        "Your own subtree has this code already: search for the code and edit what you find";
    field_name_known: "这个代码下已有同名的采购人，请在采购人列表中编辑它",
        "There is a purchaser of this code and name already: edit it in the list";
    choose: "请选择", "Choose";
    none: "未填", "Not given";
    hotline: "服务热线 400-1188-832，每天 9:00–18:00", "Hotline 400-1188-832, every day 9:00–18:00";
    clear_search: "清除条件", "Clear";
    nothing_here: "这里没有内容", "Nothing here";
    cannot_show: "暂时打不开", "This cannot be shown just now";
    not_for_you: "这个页面不对当前账号开放", "This page is not for your account";
    not_for_you_text: "当前账号没有这项功能。如果需要使用，请换有这项功能的账号登录。",
        "Your account does not have this function. Sign in with one that has it.";
    reload: "刷新页面", "Reload the page";
    sign_in_again: "在新标签页登录", "Sign in in a new tab";
    sign_in_again_then: "，然后回到这里再试。", ", then come back here and try again.";
    not_found_title: "没有这个页面", "No such page";
    not_found_text: "网址可能抄错了，或者页面已经不在。可以从桌面重新进入。",
        "The address may be mistyped, or the page is gone. The desktop leads everywhere.";
    menu_rows_in_error(n: u32): format!("，{} 行有错误", grouped(n)), format!(", {} {} in error", grouped(n), plural(n, "row", "rows"));
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

// Signing in.
texts! {
    sign_in_title: "登录管理账号", "Sign in";
    claim: "一张表，开通全县预算单位的账号", "One sheet opens every unit's account";
    claim_more: "导入、检查、生成、通知，再看着每一笔采购落到预留份额里。",
        "Import, check, generate, notify; then see every purchase count towards the reserved share.";
    login_name: "登录账号", "Login name";
    password: "密码", "Password";
    sign_in: "登录", "Sign in";
    signing_in: "正在登录…", "Signing in…";
    show_password: "显示", "Show";
    hide_password: "隐藏", "Hide";
    sign_in_forgotten: "忘记密码，请联系上级财政部门或主管单位重置。",
        "Forgot the password? Ask your superior finance department or competent unit to reset it.";
    sign_in_from_superior: "账号由上级财政部门或主管单位开通，登录信息以短信发送。",
        "Accounts are opened by the superior finance department or competent unit; the details come by SMS.";
}

// The own password.
texts! {
    password_title: "修改密码", "Change password";
    password_first_title: "请先修改初始密码", "First, choose your own password";
    password_first_lead: "短信里的密码只用于第一次登录。改成您自己的密码后继续。",
        "The password in the SMS is for the first sign-in only. Choose your own to go on.";
    password_lead: "修改后，这个账号在其他电脑上的登录会退出。", "Other computers on which this account is signed in will be signed out.";
    password_initial: "短信里的密码", "Password from the SMS";
    password_old: "原密码", "Current password";
    password_new: "新密码", "New password";
    password_repeat: "再输入一次新密码", "New password again";
    password_save: "修改密码", "Change password";
    password_saved: "密码已修改。", "The password has been changed.";
    password_rules_title: "密码要求", "What a password needs";
    password_rule_length: "至少 8 个字符，可以用中文和空格", "At least 8 characters; spaces and any script are fine";
    password_rule_own: "不含登录账号、单位名称、信用代码和手机号码", "Not the login name, unit name, credit code or mobile number";
    password_rule_common: "不是 12345678、abcd1234 这样的常见密码", "Not a common one such as 12345678 or abcd1234";
    password_rule_advice: "几个不相干的词连起来，又长又好记。", "A few unrelated words make one that is long and easy to remember.";
    password_goes_on: "还不够 8 个字符", "Not 8 characters yet";
}

// 个人中心 and the first sign-in.
texts! {
    profile_title: "个人中心", "Profile";
    profile_unit: "单位资料", "Unit";
    profile_account: "账号", "Account";
    profile_operator: "平台运维账号不属于任何单位，没有单位资料。", "The operator's account belongs to no unit.";
    profile_saved: "单位资料已保存。", "The unit's data has been saved.";
    account_kind_label: "账号类型", "Kind";
    complete_title: "请完善单位资料", "Complete your unit's data";
    complete_lead: "核对上级填报的资料，保存后即可使用其他功能。", "Check what your superior filled in; once it is saved, everything else opens.";
    complete_save: "保存并继续", "Save and go on";
    complete_why_title: "为什么要填", "Why it matters";
    complete_why_levels: "统计报表按行政级次和预算级次汇总，选错会计入别的级次。",
        "Statistics are summed by both levels: a wrong one counts elsewhere.";
    complete_why_contact: "账号通知发到联系人的手机，请填经办人本人的号码。",
        "Notices about the account go to the contact's phone: give the number of the person in charge.";
}

// A unit.
texts! {
    unit_name: "预算单位名称", "Unit name";
    unit_code: "统一信用代码", "Credit code";
    unit_superior: "上级预算单位", "Superior unit";
    unit_admin_level: "行政级次", "Administrative level";
    unit_budget_level: "预算级次", "Budget level";
    unit_contact: "联系人", "Contact";
    unit_mobile: "联系人手机号码", "Contact's mobile";
    unit_mobile_hint: "11 位大陆手机号码，用来接收账号短信", "11 digits, mainland China; it receives the account's SMS";
    unit_children: "直接下级单位", "Units directly below";
    unit_remark: "备注", "Remark";
    unit_facts: "单位资料", "Unit";
    unit_plans: "预留份额", "Reserved share";
    unit_plans_none: "还没有填报预留份额。", "No reserved share has been reported yet.";
    plan_year: "年度", "Year";
    plan_share: "预留份额(万元)", "Reserved (10k\u{a0}yuan)";
    unit_account_state: "账号状态", "State";
    unit_last_sign_in: "最近登录", "Last sign-in";
    never_signed_in: "从未登录", "Never";
    unit_sms: "账号短信", "SMS";
    unit_sms_none: "还没有发过短信。", "No SMS has been sent yet.";
    unit_events: "操作记录", "History";
    unit_events_none: "还没有操作记录。", "Nothing has happened yet.";
    unit_children_count(n: u32): format!("{} 个", grouped(n)), grouped(n);

    issue_title: "开通账号", "Open the account";
    issue_lead: "登录账号和初始密码将以短信发给联系人，30 天内有效。再次开通会使之前的初始密码失效。",
        "The contact gets the login name and an initial password by SMS, good for 30 days. Doing it again voids the earlier one.";
    issue_mobile_hint: "请先与单位核对号码", "Check the number with the unit first";
    issue_submit: "开通并发短信", "Open and send the SMS";
    issued: "账号已开通，短信正在发送。", "The account is open; the SMS is on its way.";
}

// 预算单位列表.
texts! {
    units_title: "预算单位列表", "Unit list";
    units_account: "管理账号", "Management account";
    units_search: "单位名称、登录账号或信用代码", "Name, login name or credit code";
    units_by_account: "按账号状态筛选", "Filter by account state";
    units_total: "采购总额(万元)", "Total (10k\u{a0}yuan)";
    units_ratio: "预留比例", "Reserved";
    units_sms_failed: "短信失败", "SMS failed";
    units_none: "还没有下级预算单位", "No units below yours yet";
    units_none_help: "下载模板，填好所属单位后导入，检查通过即可生成管理账号。",
        "Fill in the template with your units and import it; once checked, their accounts can be generated.";
    units_not_found: "没有符合条件的单位", "No units fit";
    units_not_found_help: "换个词，或清除条件看全部单位。", "Try another word, or clear to see all units.";
    units_found(n: u32, filtered: bool): if filtered { format!("找到 {} 个单位", grouped(n)) } else { format!("共 {} 个单位", grouped(n)) },
        format!("{} {}{}", grouped(n), plural(n, "unit", "units"), if filtered { " found" } else { "" });
}

// 桌面.
texts! {
    waits_title: "等待处理", "Waiting for you";
    waits_none: "没有等待处理的事项。", "Nothing is waiting.";
    waits_mend: "去修改", "Mend";
    waits_to_generate: "去生成", "Generate";
    waits_progress: "看进度", "See the progress";
    waits_look: "查看", "Look";
    waits_sms_why: "多为号码停机或填错，请与联系人核对号码", "Mostly numbers out of service or mistyped: check them with the contacts";
    waits_errors(n: u32): format!("导入的表格有 {} 行错误", grouped(n)), format!("The imported sheet has {} {} in error", grouped(n), plural(n, "row", "rows"));
    waits_generate(template: Template, n: u32): match template {
            Template::Units => format!("检查通过，可以生成 {} 个管理账号", grouped(n)),
            Template::Purchasers => format!("检查通过，可以生成 {} 个交易账号", grouped(n)),
        }, format!("{} {} ready to generate", grouped(n), plural(n, "account is", "accounts are"));
    waits_activation(n: u32): format!("{} 个管理账号还没有激活", grouped(n)), format!("{} management {} never activated", grouped(n), plural(n, "account was", "accounts were"));
    waits_oldest(name: &str, since: &str): format!("最早：{name}，{since}"), format!("Longest: {name}, since {}", lower_day(since));
    waits_sms(n: u32): format!("{} 条短信发送失败", grouped(n)), format!("{} SMS could not be sent", grouped(n));
    steps_title of Template: "为所属预算单位开通管理账号", "Open management accounts for your units"
        | "为采购人开通交易账号", "Open trading accounts for your purchasers";
    step_download(template: &str): format!("下载并填写《{template}》"), format!("Download and fill in 《{template}》");
    step_import: "导入并检查，逐行提示错误", "Import and check it, row by row";
    step_to_import: "去导入", "Import";
    step_under_way: "进行中", "Under way";
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
    sms_lead: "联系人手机会收到的短信，最新的在最上面。", "What the contacts would get on their phones, newest first.";
    sms_demo_only: "只在演示环境开放。正式环境里，短信只发给联系人，谁也看不到初始密码。",
        "Open in a demonstration only. In real use an SMS goes to its contact alone and nobody else sees the password.";
    sms_demo_link: "演示环境：查看已发送的短信", "Demonstration: see the SMS that were sent";
    sms_sign_in_as_other: "注销，用新账号登录", "Sign out and use another account";
    sms_search: "手机号码或登录账号", "Mobile number or login name";
    sms_none: "还没有发出短信", "No SMS yet";
    sms_none_help: "生成管理账号后，登录账号和初始密码会以短信发给各单位联系人，几秒后出现在这里。",
        "Once accounts are generated, each contact gets an SMS; it shows up here within seconds.";
    sms_not_found: "没有找到短信", "No SMS found";
    sms_not_found_help: "核对号码或登录账号，或清除条件看全部短信。", "Check the number or login name, or clear to see all.";
}

// 帮助.
texts! {
    help_title: "帮助", "Help";
    help_lead: "怎么填表、常见问题，以及检查结果的含义。", "How to fill in the sheet, frequent questions, and what the checks say.";
    help_columns_title of Template: "填报说明：预算单位", "How to fill in the sheet of units"
        | "填报说明：采购人", "How to fill in the sheet of purchasers";
    help_columns_lead(template: Template): match template {
            Template::Units => format!("《{}》的表头和单元格格式请保持原样。从第 4 行起，一行填一个单位；空行会跳过。", template.title()),
            Template::Purchasers => format!("《{}》的表头和单元格格式请保持原样。从第 4 行起，一行填一个采购人；空行会跳过。", template.title()),
        },
        format!("Leave the header and the cell formats of 《{}》 as they are. From row 4 on, one {} a row; empty rows are skipped.",
            template.title(), match template {
                Template::Units => "unit",
                Template::Purchasers => "purchaser",
            });
    help_letter: "列", "Column";
    help_header: "表头", "Header";
    help_required_head: "必填", "Required";
    help_required: "必填", "Required";
    help_optional: "选填", "Optional";
    help_rule: "填写要求", "What to enter";
    help_example_head: "示例", "Example";
    help_questions_title: "常见问题", "Frequent questions";
    help_codes_title: "检查结果的含义", "What the checks find";
    help_contact_title: "还有问题？", "Still a question?";
}

impl Lang {
    /// Where an account stands, in a word.
    pub const fn account_state(self, state: AccountState) -> &'static str {
        match (self, state) {
            (Self::Zh, AccountState::NotIssued) => "未开通",
            (Self::Zh, AccountState::NotActivated) => "未激活",
            (Self::Zh, AccountState::Active) => "正常",
            (Self::Zh, AccountState::Disabled) => "已停用",
            (Self::En, AccountState::NotIssued) => "Not opened",
            (Self::En, AccountState::NotActivated) => "Not activated",
            (Self::En, AccountState::Active) => "Active",
            (Self::En, AccountState::Disabled) => "Disabled",
        }
    }

    /// A kind of account.
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

    /// Where an SMS stands, in a word.
    pub const fn sms_state(self, state: SmsState) -> &'static str {
        match (self, state) {
            (Self::Zh, SmsState::Waiting) => "待发送",
            (Self::Zh, SmsState::Sent) => "已发送",
            (Self::Zh, SmsState::Failed) => "发送失败",
            (Self::En, SmsState::Waiting) => "Waiting",
            (Self::En, SmsState::Sent) => "Sent",
            (Self::En, SmsState::Failed) => "Failed",
        }
    }

    /// What an SMS is about.
    pub const fn sms_kind(self, kind: SmsKind) -> &'static str {
        match (self, kind) {
            (Self::Zh, SmsKind::InitialPassword) => "登录账号和初始密码",
            (Self::Zh, SmsKind::LoginName) => "登录账号",
            (Self::Zh, SmsKind::NewPassword) => "重置后的密码",
            (Self::Zh, SmsKind::PasswordReset) => "密码重置通知",
            (Self::Zh, SmsKind::Certified) => "认证通过通知",
            (Self::Zh, SmsKind::CertificationReturned) => "认证退回通知",
            (Self::En, SmsKind::InitialPassword) => "Login name and initial password",
            (Self::En, SmsKind::LoginName) => "Login name",
            (Self::En, SmsKind::NewPassword) => "New password",
            (Self::En, SmsKind::PasswordReset) => "Notice of a password reset",
            (Self::En, SmsKind::Certified) => "Notice of certification",
            (Self::En, SmsKind::CertificationReturned) => "Notice of a return",
        }
    }

    /// 行政级次; the word of the sheet in Chinese.
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

    /// 预算级次; the word of the sheet in Chinese.
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

    /// How hard a password is to guess.
    pub const fn password_strength(self, strength: Strength) -> &'static str {
        match (self, strength) {
            (Self::Zh, Strength::Weak) => "强度：弱，再长一些更好",
            (Self::Zh, Strength::Fair) => "强度：中，可以使用",
            (Self::Zh, Strength::Strong) => "强度：强",
            (Self::En, Strength::Weak) => "Weak: better make it longer",
            (Self::En, Strength::Fair) => "Fair: good enough",
            (Self::En, Strength::Strong) => "Strong",
        }
    }

    /// How bad a finding is, in a word.
    pub const fn severity(self, severity: Severity) -> &'static str {
        match (self, severity) {
            (Self::Zh, Severity::Error) => "错误",
            (Self::Zh, Severity::Warning) => "警告",
            (Self::Zh, Severity::Info) => "提示",
            (Self::En, Severity::Error) => "Error",
            (Self::En, Severity::Warning) => "Warning",
            (Self::En, Severity::Info) => "For information",
        }
    }

    /// What follows from a severity.
    pub const fn severity_means(self, severity: Severity) -> &'static str {
        match (self, severity) {
            (Self::Zh, Severity::Error) => "改好之前不能生成账号。",
            (Self::Zh, Severity::Warning) => "不影响生成，请留意是否填错。",
            (Self::Zh, Severity::Info) => "告诉您系统整理了什么、会更新什么。",
            (Self::En, Severity::Error) => "Accounts cannot be generated until it is mended.",
            (Self::En, Severity::Warning) => "Generation is not stopped; have a look whether it is right.",
            (Self::En, Severity::Info) => "Tells what was tidied and what will change.",
        }
    }

    /// What an event of the audit log says.
    pub fn audit_action(self, action: &str) -> &'static str {
        let (zh, en) = match action {
            "password-changed" => ("修改密码", "Changed the password"),
            "password-issued" => ("开通账号", "Opened the account"),
            "profile-completed" => ("完善单位资料", "Completed the unit's data"),
            "import" => ("导入表格", "Imported a sheet"),
            "generate" => ("开始生成管理账号", "Began to generate accounts"),
            "unit-created" => ("导入生成单位和管理账号", "Created by import, with its account"),
            "unit-updated" => ("导入更新单位资料", "Updated by import"),
            "unit-added" => ("新增单位", "Added the unit"),
            "unit-edited" => ("编辑单位", "Edited the unit"),
            "unit-deleted" => ("删除下级单位", "Deleted a unit below"),
            "unit-merged" => ("单位合并：并入一个单位", "Merged another unit into this one"),
            "sms-resent" => ("重新发送账号短信", "Sent the account SMS again"),
            "password-reset" => ("重置密码", "Reset the password"),
            "account-disabled" => ("停用账号", "Disabled the account"),
            "account-enabled" => ("启用账号", "Enabled the account"),
            "purchaser-created" => ("导入生成采购人和交易账号", "Created by import, with its account"),
            "purchaser-updated" => ("导入更新采购人资料", "Updated by import"),
            "purchaser-added" => ("新增采购人", "Added the purchaser"),
            "purchaser-edited" => ("编辑采购人", "Edited the purchaser"),
            "purchaser-deleted" => ("删除采购人", "Deleted a purchaser"),
            "purchaser-completed" => ("完善采购人资料", "Completed the purchaser's data"),
            "certification-submitted" => ("提交认证", "Submitted for certification"),
            "certified" => ("通过认证", "Certified"),
            "certification-returned" => ("退回认证资料", "Returned the data"),
            _ => ("其他操作", "Something else"),
        };
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// How to fill in a column of a template, by its index.
    pub const fn help_column(self, template: Template, column: u8) -> &'static str {
        use Template::{Purchasers, Units};
        let (zh, en) = match (template, column) {
            (Units, units::SERIAL) | (Purchasers, purchasers::SERIAL) => {
                ("可不填，不检查", "May be left empty; it is not checked")
            }
            (Units, units::NAME) => (
                "单位全称，2–100 个字，不换行，同一张表里不重复",
                "The full name, 2–100 characters on one line, once a sheet",
            ),
            (Purchasers, purchasers::NAME) => (
                "采购人全称，2–100 个字，不换行；同一代码可有几个采购人，名称不能相同",
                "The full name, 2–100 characters on one line; purchasers of one code differ in name",
            ),
            (Purchasers, purchasers::UNIT) => (
                "本单位或下级单位的全称；不填即为本单位",
                "The full name of your unit or of one below it; your own where it is empty",
            ),
            (Units, units::CODE) | (Purchasers, purchasers::CODE) => (
                "18 位，与登记证书一致；不会出现字母 I、O、S、V、Z",
                "18 characters as on the certificate; the letters I, O, S, V, Z never occur",
            ),
            (Units, units::SUPERIOR) => (
                "直接上级的全称：本单位、已有的下级单位，或本表中另一行的单位",
                "The full name of the direct superior: your unit, one below it, or another row of the sheet",
            ),
            (Units, units::ADMIN_LEVEL) | (Purchasers, purchasers::TYPE) => {
                ("从下拉列表中选", "Pick from the drop-down list")
            }
            (Units, units::BUDGET_LEVEL) => {
                ("从下拉列表中选，不填不能导入", "Pick from the drop-down list; without it nothing is imported")
            }
            (Units, units::TOTAL) => (
                "以万元为单位，不小于 0，最多 4 位小数",
                "In units of 10,000 yuan, 0 or more, at most 4 decimal places",
            ),
            (Units, units::RATIO) => (
                "0–100，最多 2 位小数，不写百分号；低于 10 会提醒",
                "0–100, at most 2 decimal places, no percent sign; under 10 gives a warning",
            ),
            (Units, units::SHARE) => (
                "可不填；填写时应等于总额 × 比例，误差不超过 0.01",
                "May be left empty; else total × ratio, within 0.01",
            ),
            (Units, units::CONTACT) | (Purchasers, purchasers::CONTACT) => {
                ("经办人姓名，2–50 个字", "The person in charge, 2–50 characters")
            }
            (Units, units::MOBILE) | (Purchasers, purchasers::MOBILE) => (
                "11 位大陆手机号码，接收登录账号和初始密码",
                "11 digits, mainland China; it gets the login name and the initial password",
            ),
            (Units, units::REMARK) | (Purchasers, purchasers::REMARK) => ("最多 200 个字", "At most 200 characters"),
            _ => ("", ""),
        };
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// A cell as it should look, by column. The sheet is Chinese in either language.
    pub const fn help_example(self, template: Template, column: u8) -> &'static str {
        use Template::{Purchasers, Units};
        match (template, column) {
            (Units, units::SERIAL) | (Purchasers, purchasers::SERIAL) => "1",
            (Purchasers, purchasers::NAME) => "示例县第一中学食堂",
            (Purchasers, purchasers::TYPE) => "食堂承包方",
            (Units, units::NAME) | (Purchasers, purchasers::UNIT) => "示例县第一中学",
            (Units, units::CODE) | (Purchasers, purchasers::CODE) => "12330127470351268E",
            (Units, units::SUPERIOR) => "示例县教育局",
            (Units, units::ADMIN_LEVEL) => "县级",
            (Units, units::BUDGET_LEVEL) => "二级预算单位",
            (Units, units::TOTAL) => "86.5",
            (Units, units::RATIO) => "15",
            (Units, units::SHARE) => "12.975",
            (Units, units::CONTACT) | (Purchasers, purchasers::CONTACT) => "王芳",
            (Units, units::MOBILE) | (Purchasers, purchasers::MOBILE) => "13812345678",
            _ => "",
        }
    }

    /// The frequent questions with their answers.
    pub const fn questions(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Zh => QUESTIONS_ZH,
            Self::En => QUESTIONS_EN,
        }
    }
}

const QUESTIONS_ZH: &[(&str, &str)] = &[
    ("能用自己做的表格导入吗？", "不能。请下载模板，把数据按列粘贴进去；粘贴时选“只粘贴数值”，单元格格式就不会变。"),
    (
        "改好错误后要删掉已导入的数据吗？",
        "不用。在原来的表格里改好，保存后重新上传，新的一次会代替上一次。生成之前，系统里不会多出任何单位。",
    ),
    (
        "表里有些单位以前导入过，会重复吗？",
        "不会。统一信用代码相同的单位显示“已存在”或“将更新”，不会再生成账号，也不会再发短信。",
    ),
    (
        "上级预算单位应该填什么？",
        "填直接上级的全称，比如填“中华人民共和国财政部”而不是“财政部”。上级单位写在同一张表里也可以，先后次序不限。",
    ),
    (
        "联系人没有收到短信怎么办？",
        "先在预算单位管理里打开该单位，看短信是否发送失败、手机号码尾号是否正确。号码填错的点“编辑”改好，再点“重新发送账号短信”。",
    ),
    ("初始密码多久有效？", "30 天。第一次登录必须改成自己的密码；过期后请上级重新发送账号短信。"),
    (
        "预留比例或单位名称填错了怎么改？",
        "由上级在预算单位管理里找到该单位，点“编辑”，改好后保存。单位不能改自己的名称和预留份额，请联系上级。",
    ),
    ("忘记密码怎么办？", "请上级在预算单位管理里找到该单位，点“重置密码”。下次登录须改成自己的密码。"),
    ("管理账号能登录交易平台吗？", "不能。管理账号用来管理所属单位，采购用交易账号，两种账号各自登录。"),
];

const QUESTIONS_EN: &[(&str, &str)] = &[
    (
        "May I import a sheet of my own?",
        "No. Download the template and paste your data into its columns; paste values only, so that the cell formats stay.",
    ),
    (
        "Must I delete what I imported before I upload the mended sheet?",
        "No. Mend the same file, save it and upload it again: the new one takes the place of the old. Nothing is created before you generate.",
    ),
    (
        "Some of the units were imported before. Will they be there twice?",
        "No. A unit with the same credit code shows as Exists or Update; it gets neither another account nor another SMS.",
    ),
    (
        "What belongs into the superior's column?",
        "The full name of the direct superior: 中华人民共和国财政部, not 财政部. It may stand in the same sheet, in any order.",
    ),
    (
        "A contact got no SMS. What now?",
        "Open the unit in Manage units: see whether the SMS failed and whether the number's last digits are right. Mend a wrong number with Edit, then send the account SMS again.",
    ),
    (
        "How long does an initial password work?",
        "30 days. It must be replaced at the first sign-in; once it has run out, ask the superior to send the account SMS again.",
    ),
    (
        "A reserved ratio or a unit's name is wrong. Who mends it?",
        "The superior finds the unit in Manage units, presses Edit and saves. A unit cannot change its own name or share: ask the superior.",
    ),
    (
        "The password is forgotten. What now?",
        "The superior finds the unit in Manage units and resets the password; it must be changed at the next sign-in.",
    ),
    (
        "Does a management account sign in at the trading portal?",
        "No. It manages the units below; purchases are made with trading accounts, which sign in on their own.",
    ),
];

/// "Today 10:24" within a sentence.
pub(crate) fn lower_day(when: &str) -> String {
    when.replacen("Today", "today", 1).replacen("Yesterday", "yesterday", 1)
}

const fn plural(n: u32, one: &'static str, many: &'static str) -> &'static str {
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

const fn month_en(month: i64) -> &'static str {
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
