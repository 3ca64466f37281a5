//! Texts of 预算单位管理, where superior units manage the units below them.

use crate::{Lang, number::grouped};
use domain::{
    AdminLevel, BudgetLevel, Certification, PurchaserKind, Template,
    dispute::DisputeState,
    notice::Importance,
    plan_filing::Standing,
    plan_parameters::{CompletionBasis, FallRule},
    unit::UnitSort,
};
use serde::de::{
    DeserializeOwned, IntoDeserializer,
    value::{Error, StrDeserializer},
};

// Table and tree.
texts! {
    manage_title: "预算单位管理", "Manage units";
    manage_tree: "所属单位", "Units by superior";
    manage_tree_open: "展开", "Expand";
    manage_tree_close: "收起", "Collapse";
    manage_search: "名称、账号、信用代码、联系人或手机尾号", "Name, login name, code, contact or last digits of mobile";
    manage_any_state: "全部账号状态", "All account states";
    manage_any_level: "全部行政级次", "All levels";
    manage_order: "排序", "Sort by";
    manage_actions: "操作", "Actions";
    manage_add: "新增", "Add unit";
    manage_export: "导出", "Export";
    manage_edit: "编辑", "Edit";
    manage_reset: "重置密码", "Reset password";
    manage_resend: "重新发送账号短信", "Resend account SMS";
    manage_resend_ask(template: Template, n: Option<u32>):
        match n {
            Some(n) => format!("给选中的 {} 个{}重新发送账号短信：没有激活的换成新的初始密码，以前短信里的密码作废；已激活的只发登录账号。", grouped(n), zh(template)),
            None => "给选中的账号重新发送短信：没有激活的换成新的初始密码，以前短信里的密码作废；已激活的只发登录账号。".to_owned(),
        },
        format!(
            "This resends the account SMS to {}. Accounts that are not activated get a new initial password, and the password in the earlier SMS stops working. Activated accounts get the login name only.",
            n.map_or_else(|| "the selected accounts".to_owned(), |n| format!("{} {}", grouped(n), en(template))),
        );
    form_restored: "上次没有保存的内容已经填好。", "Your unsaved changes have been restored.";
    form_restored_drop: "清空重填", "Discard and start again";
    manage_resend_yes: "确认发送", "Send";
    manage_sending: "正在发送…", "Sending…";
    manage_export_chosen: "导出所选", "Export selected";
    manage_choose_all: "全选本页", "Select all on this page";
    manage_deleted: "单位已删除。", "The unit has been deleted.";
    manage_remove_filter: "去掉这个条件", "Remove filter";
    manage_tree_more(n: &str): format!("还有 {n} 个"), format!("{n} more");
    manage_choose(name: &str): format!("选择{name}"), format!("Select {name}");
    manage_choose_first(template: Template): format!("请先勾选{}", zh(template)), format!("Select {} first", en(template));
    manage_chosen(template: Template, n: u32): if n == 0 { format!("未选{}", zh(template)) } else { format!("已选 {} 个", grouped(n)) },
        if n == 0 { "None selected".to_owned() } else { format!("{} selected", grouped(n)) };
    manage_below(name: &str): format!("{name}及下级"), format!("{name} and units below");
    manage_contains(text: &str): format!("含“{text}”"), format!("Contains “{text}”");
    manage_resent(template: Template, sent: u32, refused: u32): match (sent, refused) {
            (0, 0) => format!("请先勾选要重新发送短信的{}。", zh(template)),
            (0, refused) => format!("{} 个{}的短信没有发送。", grouped(refused), zh(template)),
            (sent, 0) => format!("已向 {} 个{}重新发送账号短信。", grouped(sent), zh(template)),
            (sent, refused) => format!("已向 {} 个{}重新发送账号短信，{} 个没有发送。", grouped(sent), zh(template), grouped(refused)),
        }, match (sent, refused) {
            (0, 0) => format!("Select the {} to resend the SMS to.", en(template)),
            (0, refused) => format!("Account SMS not sent: {}.", grouped(refused)),
            (sent, 0) => format!("Account SMS resent: {}.", grouped(sent)),
            (sent, refused) => format!("Account SMS resent: {}. Not sent: {}.", grouped(sent), grouped(refused)),
        };
}

/// The Chinese noun for the entries of a list.
const fn zh(template: Template) -> &'static str {
    match template {
        Template::Units => "单位",
        Template::Purchasers => "采购人",
    }
}

/// The English noun for the entries of a list.
const fn en(template: Template) -> &'static str {
    match template {
        Template::Units => "units",
        Template::Purchasers => "purchasers",
    }
}

// 新增 and 编辑.
texts! {
    form_new_title: "新增预算单位", "Add unit";
    form_new_lead: "保存后生成管理账号，登录账号和初始密码以短信发给联系人。",
        "When you save, a management account is created. The contact receives the login name and the initial password by SMS.";
    form_edit_title: "编辑预算单位", "Edit unit";
    form_unit: "单位资料", "Unit";
    form_contact: "联系人", "Contact";
    form_name_hint: "与登记证书一致的全称", "Full name, as on the registration certificate";
    form_code_hint: "18 位，与登记证书一致", "18 characters, as on the registration certificate";
    form_superior_hint: "输入名称的一部分，从列表中选", "Type part of the name and select from the list";
    form_superior_moves: "换成另一个上级，下级单位会一起移动", "If you change the superior unit, the units below move with this unit";
    form_total: "年度农副产品采购总额(万元)", "Annual farm produce purchases (10k\u{a0}yuan)";
    form_ratio: "拟预留比例(%)", "Reserved ratio (%)";
    form_share: "预留份额(万元)", "Reserved share (10k\u{a0}yuan)";
    form_share_hint: "可不填，按总额 × 比例计算", "Optional. Calculated as total × ratio";
    form_years: "年度", "Year";
    form_create: "保存并发短信", "Save and send SMS";
    form_ask_title: "需要上级修改", "Only your superior unit can change this";
    form_stale_title: "刚才已被别人改过，还没有保存", "Someone else has changed this. Your changes are not saved yet";
    form_stale_text: "下面列出不同的地方。可以用您填的内容保存，也可以放弃您的修改。",
        "The differences are listed below. You can save your version or discard your changes.";
    form_stale_plain: "有人先保存了，您刚才的修改没有保存。下面是现在的内容，请核对后再改。",
        "Someone else saved first, so your changes were not saved. The current data is shown below. Check it and make your changes again.";
    form_stale_field: "项目", "Field";
    form_stale_yours: "您填的", "Your version";
    form_stale_stored: "现在的", "Current version";
    form_stale_same: "内容没有不同，可以直接保存。", "There are no differences. You can save.";
    form_stale_drop: "放弃我的修改", "Discard my changes";
    form_superior_none: "没有找到这样的单位，请换个词", "No matching unit. Try another word";
    form_leave_title: "还没有保存", "Unsaved changes";
    form_leave_text: "换到另一个年度会放弃刚才的修改。请先保存，再换年度。",
        "If you change the year, your changes are lost. Save them first.";
    form_leave_stay: "继续填写", "Keep editing";
    form_leave_go: "放弃修改，换年度", "Discard and change year";
    form_plan_of(year: &str): format!("{year} 年度预留份额"), format!("Reserved share {year}");
    form_share_is(share: &str): format!("总额 × 比例 = {share} 万元"), format!("Total × ratio = {share} × 10k yuan");
}

// Actions for a unit and its account.
texts! {
    act_title: "账号操作", "Account actions";
    act_resend_new: "发送新的初始密码，之前的失效。每分钟最多一次，每天最多五次。",
        "Sends a new initial password. The earlier one stops working. At most once a minute and five times a day.";
    act_resend_login: "账号已激活，短信只含登录账号。每分钟最多一次，每天最多五次。",
        "The account is activated, so the SMS contains the login name only. At most once a minute and five times a day.";
    act_disable: "停用账号", "Disable account";
    act_enable: "启用账号", "Enable account";
    act_disable_text: "停用后立即退出登录，不能再登录，随时可以启用。", "The account is signed out immediately and cannot sign in until you enable it again.";
    act_enable_text: "账号已停用，启用后可以登录。", "The account is disabled. Enable it to allow sign-in.";
    act_remove_title: "删除或合并", "Delete or merge";
    act_delete: "删除单位", "Delete unit";
    act_delete_ask(name: &str): format!("删除“{name}”？删除后不能恢复。"), format!("Delete “{name}”? This cannot be undone.");
    act_delete_yes: "确认删除", "Delete";
    act_delete_text: "只能删除没有激活、没有下级的单位，删除后不能恢复。", "You can only delete a unit that was never activated and has no units below it. This cannot be undone.";
    act_merge: "并入另一个单位", "Merge into another unit";
    act_merge_text: "单位撤销或合并时使用：下级单位、预留份额和历史记录转到另一个单位，本单位的账号停用，用原名称仍能查到。不能恢复。",
        "Use this when a unit is dissolved or merged. Its subordinate units, reserved shares and history move to the other unit. Its account is disabled. You can still find it by its old name. This cannot be undone.";
    act_merge_into: "并入的单位", "Merge into";
    act_merge_submit: "合并", "Merge";
    act_own: "本单位的名称和上级由上级单位修改，预留份额由本单位填报。", "Only your superior unit can change your name and superior unit. You file the reserved share yourself.";
    act_own_whom: "看联系谁", "See who to contact";
    act_former: "曾用名", "Former names";
    done_added: "单位已新增，账号短信正在发送。", "The unit has been added. The account SMS is being sent.";
    done_edited: "修改已保存。", "Your changes have been saved.";
    done_resent: "账号短信正在重新发送。", "The account SMS is being resent.";
    done_reset: "密码已重置，短信正在通知联系人。下次登录须修改密码。",
        "The password has been reset and the contact is being notified by SMS. The password must be changed at the next sign-in.";
    done_disabled: "账号已停用。", "The account has been disabled.";
    done_enabled: "账号已启用。", "The account has been enabled.";
    done_merged: "合并完成。", "The units have been merged.";
}

// 重置密码.
texts! {
    reset_title: "重置密码", "Reset password";
    reset_lead: "重置后该账号立即退出登录，下次登录须修改密码。", "The account is signed out immediately. The password must be changed at the next sign-in.";
    reset_how: "新密码", "New password";
    reset_made: "由系统生成，短信发给联系人", "Generated and sent to the contact by SMS";
    reset_typed: "由我设定，短信只通知已重置", "Set by me. The SMS only says that the password was reset";
    reset_typed_label: "设定的密码", "Password to set";
    reset_own: "您自己的登录密码", "Your own password";
    reset_own_hint: "确认是您本人操作", "To confirm that it is really you";
    reset_own_wrong: "您的密码不对，请重新输入", "Your password is incorrect. Enter it again";
    reset_submit: "重置密码", "Reset password";
    reset_of(name: &str, login: &str): format!("{name}，{login}"), format!("{name}, {login}");
}

// The contact for changes that only the superior unit can make.
texts! {
    profile_ask(superior: &str): format!("单位名称和信用代码由上级修改，请联系{superior}。"),
        format!("Only your superior unit can change the unit name and credit code. Contact {superior}.");
}

impl Lang {
    /// The name of a sort order of the unit list.
    pub const fn unit_sort(self, sort: UnitSort) -> &'static str {
        match (self, sort) {
            (Self::Zh, UnitSort::Tree) => "按上下级",
            (Self::Zh, UnitSort::Name) => "按名称",
            (Self::Zh, UnitSort::Code) => "按信用代码",
            (Self::Zh, UnitSort::Total) => "按采购总额",
            (Self::Zh, UnitSort::Added) => "按新增时间",
            (Self::En, UnitSort::Tree) => "By superior",
            (Self::En, UnitSort::Name) => "By name",
            (Self::En, UnitSort::Code) => "By code",
            (Self::En, UnitSort::Total) => "By total",
            (Self::En, UnitSort::Added) => "By date added",
        }
    }

    /// The label of a changed field in the history of a unit or a purchaser. `field` is its name in the audit log.
    pub fn change_field(self, template: Template, field: &str) -> &'static str {
        match field {
            "name" if template == Template::Purchasers => self.trade_name(),
            "unit" if template == Template::Purchasers => self.trade_unit(),
            "kind" => self.trade_kind(),
            "address" => self.trade_address(),
            "delivery_address" => self.trade_delivery(),
            "invoice_title" => self.trade_invoice_title(),
            "invoice_tax_number" => self.trade_tax_number(),
            "invoice_bank" => self.trade_bank_plain(),
            "invoice_account" => self.trade_bank_account_plain(),
            "name" => self.unit_name(),
            "code" => self.unit_code(),
            "superior" => self.unit_superior(),
            "admin_level" => self.unit_admin_level(),
            "budget_level" => self.unit_budget_level(),
            "total" => self.form_total(),
            "ratio" => self.form_ratio(),
            "share" => self.form_share(),
            "contact" => self.unit_contact(),
            "mobile" => self.unit_mobile(),
            "remark" => self.unit_remark(),
            "login" => self.login_name(),
            "year" => self.plan_year(),
            "unit" => self.act_merge_into_this(),
            "certification" => self.trade_state(),
            "reason" => self.certify_reason(),
            "dispute" => self.dispute_title(),
            "dispute_reason" => self.dispute_reason(),
            "answer" => self.dispute_answer(),
            "plan_state" => self.plan_state(),
            "plan_reason" => self.plan_reason(),
            "plans" => self.plan_confirmed_plans(),
            "notice_title" => self.notice_heading(),
            "notice_text" => self.notice_text(),
            "notice_importance" => self.notice_importance(),
            "notice_ends_on" => self.notice_ends_on(),
            other => self.plan_parameter_field(other).unwrap_or_else(|| self.change_other()),
        }
    }

    /// An old or new value in the history. Levels, types and states become their names; other values stay unchanged.
    pub fn change_value(self, field: &str, value: &str) -> String {
        let word = match field {
            "admin_level" => stored::<AdminLevel>(value).map(|level| self.admin_level(level)),
            "budget_level" => stored::<BudgetLevel>(value).map(|level| self.budget_level(level)),
            "kind" => stored::<PurchaserKind>(value).map(|kind| self.purchaser_kind(kind)),
            "certification" => Certification::from_name(value).map(|state| self.certification(state)),
            "dispute" => DisputeState::from_name(value).map(|state| self.dispute_state_of(state)),
            "plan_state" => Standing::from_name(value).map(|standing| self.plan_standing(standing)),
            "not_below_last_year" => stored::<FallRule>(value).map(|rule| self.plan_fall_rule(rule)),
            "notice_importance" => Importance::from_name(value).map(|importance| self.importance(importance)),
            "completion" => stored::<CompletionBasis>(value).map(|basis| self.plan_completion(basis)),
            _ => None,
        };
        word.unwrap_or(value).to_owned()
    }
}

texts! {
    act_merge_into_this: "并入的单位", "Merged unit";
    change_other: "其他", "Other";
    change_empty: "（空）", "(empty)";
}

/// Parses a word that the audit log stores for an enum.
fn stored<T: DeserializeOwned>(word: &str) -> Option<T> {
    let word: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_value_names_stored_words() {
        for (field, stored, expected) in [
            ("admin_level", "county", "县级"),
            ("budget_level", "second", "二级预算单位"),
            ("kind", "canteen", "食堂承包方"),
            ("certification", "returned", "已退回"),
            ("dispute", "upheld", "已支持"),
            ("plan_state", "submitted", "待审核"),
            ("completion", "paid", "支付"),
            ("notice_importance", "important", "重要"),
            ("name", "county", "county"),
            ("total", "86.5", "86.5"),
        ] {
            assert_eq!(Lang::Zh.change_value(field, stored), expected);
        }
    }
}
