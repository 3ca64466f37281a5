//! Texts of notices (通知公告).

use crate::{
    Lang,
    number::grouped,
    ui::{lower_day, plural},
};
use domain::{
    Code,
    notice::{Importance, MAX_TEXT, MAX_TITLE, MOST_UNREAD, NoticeState},
    paging::BoundedCount,
    problem::FieldFault,
};

// The list.
texts! {
    notice_title: "通知公告", "Notices";
    notice_lead: "平台运维和上级单位发布的通知，未读的在最上面。", "Notices from the platform operator and your superior units. Unread ones come first.";
    notice_own_lead: "本账号发布的通知，包括已结束和已撤回的。", "Notices that you have published, including those that have ended or were withdrawn.";
    notice_new: "发布通知", "Publish a notice";
    notice_filter: "收到的和发布的通知", "Received and published notices";
    notice_received: "收到的通知", "Received";
    notice_published: "我发布的通知", "Published by you";
    notice_none: "没有通知", "No notices";
    notice_none_help: "平台运维或上级单位发布通知后，会显示在这里。", "Notices appear here once the platform operator or a superior unit publishes them.";
    notice_own_none: "还没有发布过通知", "You have not published any notices";
    notice_own_none_help: "发布后，下级单位和它们的采购人登录就能看到，还可以查看有多少账号已读。",
        "Once published, a notice is shown to the units below you and their purchasers. You can see how many accounts have read it.";
    notice_first: "回到第一页", "Back to first page";
    notice_author: "发布单位", "Published by";
    notice_published_at: "发布时间", "Published";
    notice_ends_on: "截止日期", "Last day";
    notice_reading: "阅读状态", "Read";
    notice_read: "已读", "Read";
    notice_unread: "未读", "Unread";
    notice_state_head: "状态", "State";
    notice_no_end: "长期", "No end date";
    notice_found(n: u32): format!("共 {} 条", grouped(n)), format!("{} in total", grouped(n));
    notice_unread_badge(n: u32): format!("，{} 条通知未读", unread(n)), format!(", {} unread {}", unread(n), plural(n, "notice", "notices"));
}

// One notice.
texts! {
    notice_by(author: &str, at: &str): format!("{author} · {at} 发布"), format!("{author} · published {}", lower_day(at));
    notice_edited(at: &str): format!("{at} 修改过"), format!("Changed {}", lower_day(at));
    notice_until(day: &str): format!("{day} 截止"), format!("Until {day}");
    notice_edit: "修改", "Edit";
    notice_back: "返回通知列表", "Back to notices";
    notice_manage: "管理这条通知", "Manage this notice";
    notice_readers: "阅读情况", "Readers";
    notice_readers_hint: "按目前归本单位管辖的管理账号和交易账号统计。", "Counts the management and trading accounts that are in your subtree today.";
    notice_readers_hint_all: "按所有已开通的管理账号和交易账号统计。", "Counts all management and trading accounts that have been issued.";
    notice_withdraw: "撤回", "Withdraw";
    notice_withdraw_text: "撤回后其他人不能再看到，不能恢复。", "Nobody else can see it any more. This cannot be undone.";
    notice_withdraw_yes: "确定撤回", "Withdraw it";
    notice_withdraw_ask(title: &str): format!("撤回“{title}”？"), format!("Withdraw “{title}”?");
}

// The form.
texts! {
    notice_new_lead: "下级单位和它们的采购人都能看到，发布后立即显示。", "It is shown at once to the units below you and their purchasers.";
    notice_new_lead_all: "所有单位和采购人都能看到，发布后立即显示。", "It is shown at once to all units and purchasers.";
    notice_edit_title: "修改通知", "Edit notice";
    notice_edit_lead: "修改后立即显示；已读的账号仍算已读。", "Changes are shown at once. Accounts that have read it still count as readers.";
    notice_heading: "标题", "Title";
    notice_text: "正文", "Text";
    notice_text_hint: "每段另起一行，5,000 字以内", "Start each paragraph on a new line. Up to 5,000 characters";
    notice_importance: "重要程度", "Importance";
    notice_ends_on_hint: "当天仍显示，过后不再显示；不填则一直显示", "It is shown up to and including this day. Leave empty for no end";
    notice_publish: "发布", "Publish";
    notice_publishing: "正在发布…", "Publishing…";
    notice_published_done: "通知已发布。", "The notice has been published.";
    notice_withdrawn_done: "通知已撤回。", "The notice has been withdrawn.";
}

// The desktop.
texts! {
    waits_notices(n: u32): format!("{} 条通知未读", unread(n)), format!("{} unread {}", unread(n), plural(n, "notice", "notices"));
    waits_notices_why: "平台运维或上级单位发布", "From the platform operator or a superior unit";
}

/// A number of unread notices: `99+` where they are no longer counted.
fn unread(n: u32) -> String {
    if n > MOST_UNREAD { format!("{MOST_UNREAD}+") } else { n.to_string() }
}

impl Lang {
    /// The number of unread notices in the menu.
    pub fn notice_unread_count(self, n: u32) -> String {
        unread(n)
    }

    /// The name of an importance.
    pub const fn importance(self, importance: Importance) -> &'static str {
        match importance {
            Importance::Normal => self.of("一般", "Normal"),
            Importance::Important => self.of("重要", "Important"),
        }
    }

    /// The name of a state.
    pub const fn notice_state(self, state: NoticeState) -> &'static str {
        match state {
            NoticeState::Published => self.of("发布中", "Published"),
            NoticeState::Ended => self.of("已结束", "Ended"),
            NoticeState::Withdrawn => self.of("已撤回", "Withdrawn"),
        }
    }

    /// How many accounts have read a notice.
    pub fn notice_read_by(self, read: BoundedCount, addressed: u32) -> String {
        let more = if matches!(read, BoundedCount::MoreThan(_)) { "+" } else { "" };
        let (read, addressed) = (grouped(read.number()), grouped(addressed));
        match self {
            Self::Zh => format!("{read}{more} 个账号已读，共 {addressed} 个"),
            Self::En => format!("Read by {read}{more} of {addressed} accounts"),
        }
    }

    /// What is wrong with a field of the form.
    pub fn notice_fault(self, fault: &FieldFault) -> String {
        match (fault.field.as_str(), fault.code) {
            (_, Code::Required) => self.field_required().to_owned(),
            (field, Code::TooLong) => {
                let most = if field == "title" { MAX_TITLE } else { MAX_TEXT };
                match self {
                    Self::Zh => format!("最多 {most} 个字，请缩短"),
                    Self::En => format!("At most {most} characters. Shorten it"),
                }
            }
            (_, Code::BadCharacters) => self
                .of("有换行或不可见的字符，请删除后重新输入", "It has line breaks or invisible characters. Remove them")
                .to_owned(),
            ("ends_on", Code::NumberRange) => self
                .of("这一天已经过了，请选今天或以后的日期", "This day is over. Choose today or a later day")
                .to_owned(),
            ("ends_on", _) => {
                self.of("没有这个日期，请重新选择", "There is no such day. Choose another one").to_owned()
            }
            _ => self.of("请从列表中选择", "Choose from the list").to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop_at_their_bounds() {
        assert_eq!(Lang::Zh.waits_notices(3), "3 条通知未读");
        assert_eq!(Lang::En.waits_notices(1), "1 unread notice");
        assert_eq!(Lang::Zh.notice_unread_count(100), "99+");
        assert_eq!(Lang::Zh.notice_read_by(BoundedCount::MoreThan(10_000), 45_000), "10,000+ 个账号已读，共 45,000 个");
        assert_eq!(Lang::En.notice_read_by(BoundedCount::Exactly(2), 4), "Read by 2 of 4 accounts");
    }
}
