//! The words of 预算单位管理: what superiors do with the units below them.

use crate::{Lang, number::grouped};
use domain::{AdminLevel, BudgetLevel, Certification, PurchaserKind, Template, view::UnitSort};
use serde::de::{
    DeserializeOwned, IntoDeserializer,
    value::{Error, StrDeserializer},
};

// The table and the tree.
texts! {
    manage_title: "预算单位管理", "Manage units";
    manage_tree: "所属单位", "Units by superior";
    manage_tree_open: "展开", "Open";
    manage_tree_close: "收起", "Close";
    manage_search: "名称、账号、信用代码、联系人或手机尾号", "Name, login, code, contact or last digits";
    manage_any_state: "全部账号状态", "Any state";
    manage_any_level: "全部行政级次", "Any level";
    manage_order: "排序", "Order";
    manage_actions: "操作", "Actions";
    manage_add: "新增", "Add a unit";
    manage_export: "导出", "Export";
    manage_edit: "编辑", "Edit";
    manage_reset: "重置密码", "Reset password";
    manage_resend: "重新发送账号短信", "Send the account SMS again";
    manage_resend_ask(template: Template, n: Option<u32>):
        match n {
            Some(n) => format!("给选中的 {} 个{}重新发送账号短信：没有激活的换成新的初始密码，以前短信里的密码作废；已激活的只发登录账号。", grouped(n), zh(template)),
            None => "给选中的账号重新发送短信：没有激活的换成新的初始密码，以前短信里的密码作废；已激活的只发登录账号。".to_owned(),
        },
        format!(
            "Sends the account SMS of {} again. Who has not activated the account gets a new initial password, and the one of the earlier SMS is void; who has gets the login name only.",
            n.map_or_else(|| "what is ticked".to_owned(), |n| format!("{} {}", grouped(n), en(template))),
        );
    form_restored: "上次没有保存的内容已经填好。", "What you had not saved is filled in again.";
    form_restored_drop: "清空重填", "Start afresh";
    manage_resend_yes: "确认发送", "Yes, send";
    manage_sending: "正在发送…", "Sending…";
    manage_export_chosen: "导出所选", "Export chosen";
    manage_choose_all: "全选本页", "Choose the whole page";
    manage_deleted: "单位已删除。", "The unit has been deleted.";
    manage_remove_filter: "去掉这个条件", "Remove this filter";
    manage_tree_more(n: &str): format!("还有 {n} 个"), format!("{n} more");
    manage_choose(name: &str): format!("选择{name}"), format!("Choose {name}");
    manage_choose_first(template: Template): format!("请先勾选{}", zh(template)), format!("Tick {} first", en(template));
    manage_chosen(template: Template, n: u32): if n == 0 { format!("未选{}", zh(template)) } else { format!("已选 {} 个", grouped(n)) },
        if n == 0 { "None chosen".to_owned() } else { format!("{} chosen", grouped(n)) };
    manage_below(name: &str): format!("{name}及下级"), format!("Below {name}");
    manage_contains(text: &str): format!("含“{text}”"), format!("Contains “{text}”");
    manage_resent(template: Template, sent: u32, refused: u32): match (sent, refused) {
            (0, 0) => format!("请先勾选要重新发送短信的{}。", zh(template)),
            (0, refused) => format!("{} 个{}的短信没有发送。", grouped(refused), zh(template)),
            (sent, 0) => format!("已向 {} 个{}重新发送账号短信。", grouped(sent), zh(template)),
            (sent, refused) => format!("已向 {} 个{}重新发送账号短信，{} 个没有发送。", grouped(sent), zh(template), grouped(refused)),
        }, match (sent, refused) {
            (0, 0) => format!("Tick the {} first whose SMS shall be sent again.", en(template)),
            (0, refused) => format!("Account SMS not sent: {}.", grouped(refused)),
            (sent, 0) => format!("Account SMS sent again: {}.", grouped(sent)),
            (sent, refused) => format!("Account SMS sent again: {}; not sent: {}.", grouped(sent), grouped(refused)),
        };
}

/// What the rows of a list are.
const fn zh(template: Template) -> &'static str {
    match template {
        Template::Units => "单位",
        Template::Purchasers => "采购人",
    }
}

const fn en(template: Template) -> &'static str {
    match template {
        Template::Units => "units",
        Template::Purchasers => "purchasers",
    }
}

// 新增 and 编辑.
texts! {
    form_new_title: "新增预算单位", "Add a unit";
    form_new_lead: "保存后生成管理账号，登录账号和初始密码以短信发给联系人。",
        "Saving opens its management account; the contact gets login name and initial password by SMS.";
    form_edit_title: "编辑预算单位", "Edit the unit";
    form_unit: "单位资料", "Unit";
    form_contact: "联系人", "Contact";
    form_name_hint: "与登记证书一致的全称", "The full name as on the certificate";
    form_code_hint: "18 位，与登记证书一致", "18 characters as on the certificate";
    form_superior_hint: "输入名称的一部分，从列表中选", "Type part of its name and pick from the list";
    form_superior_moves: "换成另一个上级，下级单位会一起移动", "Another superior takes the units below along";
    form_total: "年度农副产品采购总额(万元)", "Yearly farm-produce purchases (10k\u{a0}yuan)";
    form_ratio: "拟预留比例(%)", "Reserved (%)";
    form_share: "预留份额(万元)", "Reserved share (10k\u{a0}yuan)";
    form_share_hint: "可不填，按总额 × 比例计算", "May be left empty: total × ratio";
    form_years: "年度", "Year";
    form_create: "保存并发短信", "Save and send the SMS";
    form_ask_title: "需要上级修改", "Your superior does this";
    form_stale_title: "刚才已被别人改过，还没有保存", "Somebody else changed it meanwhile; nothing is saved yet";
    form_stale_text: "下面列出不同的地方。可以用您填的内容保存，也可以放弃您的修改。",
        "The differences are below. Save yours over it, or drop your changes.";
    form_stale_plain: "有人先保存了，您刚才的修改没有保存。下面是现在的内容，请核对后再改。",
        "Somebody saved before you; your changes were not saved. This is what is stored now: compare and change it again.";
    form_stale_field: "项目", "Field";
    form_stale_yours: "您填的", "Yours";
    form_stale_stored: "现在的", "Stored now";
    form_stale_same: "内容没有不同，可以直接保存。", "There is no difference; you may simply save.";
    form_stale_drop: "放弃我的修改", "Drop mine";
    form_superior_none: "没有找到这样的单位，请换个词", "No unit of that name; try another word";
    form_leave_title: "还没有保存", "Not saved yet";
    form_leave_text: "换到另一个年度会放弃刚才的修改。请先保存，再换年度。",
        "Another year drops what you have changed. Save first, then change the year.";
    form_leave_stay: "继续填写", "Go on here";
    form_leave_go: "放弃修改，换年度", "Drop it and change the year";
    form_plan_of(year: &str): format!("{year} 年度预留份额"), format!("Reserved share of {year}");
    form_share_is(share: &str): format!("总额 × 比例 = {share} 万元"), format!("Total × ratio = {share} × 10k yuan");
}

// What can be done with a unit and its account.
texts! {
    act_title: "账号操作", "Account actions";
    act_resend_new: "发送新的初始密码，之前的失效。每分钟最多一次，每天最多五次。",
        "Sends a fresh initial password and voids the earlier one. Once a minute, five times a day at most.";
    act_resend_login: "账号已激活，短信只含登录账号。每分钟最多一次，每天最多五次。",
        "The account is in use: the SMS holds the login name only. Once a minute, five times a day at most.";
    act_disable: "停用账号", "Disable";
    act_enable: "启用账号", "Enable";
    act_disable_text: "停用后立即退出登录，不能再登录，随时可以启用。", "It is signed out at once and cannot sign in until it is enabled again.";
    act_enable_text: "账号已停用，启用后可以登录。", "The account is disabled; enabled, it can sign in again.";
    act_remove_title: "删除或合并", "Delete or merge";
    act_delete: "删除单位", "Delete the unit";
    act_delete_ask(name: &str): format!("删除“{name}”？删除后不能恢复。"), format!("Delete “{name}”? It cannot be undone.");
    act_delete_yes: "确认删除", "Yes, delete";
    act_delete_text: "只能删除没有激活、没有下级的单位，删除后不能恢复。", "Only a unit that was never activated and has none below it. It cannot be undone.";
    act_merge: "并入另一个单位", "Merge into another unit";
    act_merge_text: "单位撤销或合并时使用：下级单位、预留份额和历史记录转到另一个单位，本单位的账号停用，用原名称仍能查到。不能恢复。",
        "For a dissolved unit: the units below it, its reserved shares and its history go to the other one; its account is disabled, and its old name still finds it. It cannot be undone.";
    act_merge_into: "并入的单位", "The other unit";
    act_merge_submit: "合并", "Merge";
    act_own: "本单位的名称、上级和预留份额由上级单位修改。", "Your own name, superior and reserved share are changed by your superior.";
    act_own_whom: "看联系谁", "See whom to ask";
    act_former: "曾用名", "Former names";
    done_added: "单位已新增，账号短信正在发送。", "The unit has been added; its SMS is on its way.";
    done_edited: "修改已保存。", "The changes have been saved.";
    done_resent: "账号短信正在重新发送。", "The account SMS is on its way again.";
    done_reset: "密码已重置，短信正在通知联系人。下次登录须修改密码。",
        "The password has been reset; the contact is told by SMS and must change it at the next sign-in.";
    done_disabled: "账号已停用。", "The account has been disabled.";
    done_enabled: "账号已启用。", "The account has been enabled.";
    done_merged: "合并完成。", "The units have been merged.";
}

// 重置密码.
texts! {
    reset_title: "重置密码", "Reset the password";
    reset_lead: "重置后该账号立即退出登录，下次登录须修改密码。", "The account is signed out everywhere and must change the password at its next sign-in.";
    reset_how: "新密码", "New password";
    reset_made: "由系统生成，短信发给联系人", "Made by the system and sent to the contact by SMS";
    reset_typed: "由我设定，短信只通知已重置", "Set by me; the SMS only says that it was reset";
    reset_typed_label: "设定的密码", "The password";
    reset_own: "您自己的登录密码", "Your own password";
    reset_own_hint: "确认是您本人操作", "To confirm that it is you";
    reset_own_wrong: "您的密码不对，请重新输入", "That is not your password. Please type it again";
    reset_submit: "重置密码", "Reset the password";
    reset_of(name: &str, login: &str): format!("{name}，{login}"), format!("{name}, {login}");
}

// Whom to ask.
texts! {
    profile_ask(superior: &str): format!("单位名称、信用代码和预留份额由上级修改，请联系{superior}。"),
        format!("Name, credit code and reserved share are changed by your superior: please ask {superior}.");
}

impl Lang {
    /// What units are listed by.
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
            (Self::En, UnitSort::Added) => "By when added",
        }
    }

    /// A datum in the history of a unit or a purchaser, by its name in the audit log.
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
            _ => self.change_other(),
        }
    }

    /// What a datum in the history was or is: levels in words, anything else as it stands.
    pub fn change_value(self, field: &str, value: &str) -> String {
        let word = match field {
            "admin_level" => stored::<AdminLevel>(value).map(|level| self.admin_level(level)),
            "budget_level" => stored::<BudgetLevel>(value).map(|level| self.budget_level(level)),
            "kind" => stored::<PurchaserKind>(value).map(|kind| self.purchaser_kind(kind)),
            "certification" => Certification::from_name(value).map(|state| self.certification(state)),
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

fn stored<T: DeserializeOwned>(word: &str) -> Option<T> {
    let word: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_in_words() {
        for (field, stored, told) in [
            ("admin_level", "county", "县级"),
            ("budget_level", "second", "二级预算单位"),
            ("kind", "canteen", "食堂承包方"),
            ("certification", "returned", "已退回"),
            ("name", "county", "county"),
            ("total", "86.5", "86.5"),
        ] {
            assert_eq!(Lang::Zh.change_value(field, stored), told);
        }
    }
}
