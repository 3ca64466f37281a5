//! Texts of code disputes (代码争议).

use crate::{Lang, number::grouped};
use domain::dispute::DisputeState;

// The pages of the requester.
texts! {
    dispute_title: "代码争议", "Code disputes";
    dispute_lead: "统一信用代码被其他单位占用时，请平台运维核实处理。",
        "If another unit uses a credit code that belongs to one of your units, ask the platform operator to look into it.";
    dispute_new: "提出争议", "File a dispute";
    dispute_new_lead: "平台运维会对照双方资料作出处理，处理结果显示在“代码争议”中。",
        "The platform operator compares both sides and decides. The result appears under Code disputes.";
    dispute_link: "提出代码争议", "File a code dispute";
    dispute_unit: "争议单位", "Disputed unit";
    dispute_superior_hint: "这个单位应归谁管：本单位或下级单位的全称",
        "The unit that it belongs under: the full name of your unit or a unit below it";
    dispute_grounds: "理由", "Reason";
    dispute_reason: "争议理由", "Reason for the dispute";
    dispute_reason_hint: "说明代码为什么属于这个单位，如登记证书的名称、发证机关和日期，200 字以内",
        "Explain why the code belongs to this unit, for example the name, authority and date on its registration certificate, in up to 200 characters";
    dispute_contact: "平台运维向谁核实", "Whom the operator can ask";
    dispute_file: "提交", "File";
    dispute_filed_at: "提出时间", "Filed";
    dispute_state: "状态", "State";
    dispute_answer: "平台答复", "Answer";
    dispute_none: "没有代码争议", "No code disputes";
    dispute_none_help: "导入或新增单位时，如果统一信用代码已被其他单位占用，可以在提示处提出争议。",
        "If an import or the form for a new unit says that a credit code belongs to another unit, you can file a dispute there.";
    dispute_withdraw: "撤回", "Withdraw";
    dispute_withdraw_yes: "确定撤回", "Withdraw it";
    dispute_look: "按代码查看单位", "Find the unit by its code";
    dispute_closed_at: "处理时间", "Closed";
    dispute_first: "回到第一页", "Back to first page";
    dispute_filed: "争议已提交，等待平台运维处理。", "Your dispute has been filed. The platform operator will decide.";
    dispute_withdrawn: "争议已撤回。", "The dispute has been withdrawn.";
    dispute_withdraw_ask(name: &str): format!("撤回{name}的争议？"), format!("Withdraw the dispute about {name}?");
    dispute_found(n: u32): format!("共 {} 条", grouped(n)), format!("{} in total", grouped(n));
}

// The pages of the operator.
texts! {
    dispute_queue_lead: "最早提出的在最上面。", "Oldest first.";
    dispute_waiting: "待处理", "To decide";
    dispute_closed: "已处理", "Closed";
    dispute_filter: "按状态筛选", "Filter by state";
    dispute_queue_none: "没有待处理的代码争议", "No code disputes to decide";
    dispute_queue_none_help: "单位的统一信用代码被其他单位占用时，其上级可以提出争议。",
        "If another unit uses the credit code of a unit, its superior can file a dispute.";
    dispute_closed_none: "还没有处理过代码争议", "No code dispute has been closed yet";
    dispute_requester: "申请单位", "Requester";
    dispute_by: "申请方", "Requester’s side";
    dispute_of_holder: "占用方", "Holder’s side";
    dispute_sides: "双方对照", "Both sides";
    dispute_added_by: "提出 / 登记", "Filed / added";
    dispute_preset: "平台预设", "Preset by the platform";
    dispute_code_free: "代码已空出", "The code is free";
    dispute_holder: "占用单位", "Holder";
    dispute_purchasers: "采购人数", "Purchasers";
    dispute_decide: "处理", "Decision";
    dispute_uphold: "支持", "Uphold";
    dispute_uphold_text: "代码已空出，或单位已归申请单位管辖，可以支持。",
        "The code is free or its unit is in the requester’s subtree, so the dispute can be upheld.";
    dispute_uphold_wait: "还不能支持：先让代码空出来，或把单位移到申请方的上级之下。",
        "Cannot be upheld yet: free the code first, or move the unit below the requester’s superior.";
    dispute_uphold_answer: "答复（选填）", "Answer (optional)";
    dispute_reject: "驳回", "Reject";
    dispute_reject_answer: "驳回理由", "Reason for rejection";
    dispute_answer_hint: "申请单位会看到，不要写占用单位的资料，200 字以内",
        "The requester sees this. Do not mention data of the holder. Up to 200 characters";
    dispute_means: "占用单位怎么处理", "What to do with the holder";
    dispute_correct: "更正占用单位的资料", "Correct the holder’s data";
    dispute_correct_text: "占用单位的代码填错了：改成它自己的代码，账号和历史不变。",
        "The holder’s code is wrong: replace it with its own code. Account and history stay.";
    dispute_move: "移到申请方的上级之下", "Move below the requester’s superior";
    dispute_move_yes: "确定移动", "Move it";
    dispute_move_text: "单位登记在错误的上级下：连同账号、采购人和历史一起移过去。",
        "The unit was registered under the wrong superior: it moves with its account, purchasers and history.";
    dispute_delete: "删除占用单位", "Delete the holder";
    dispute_delete_yes: "确定删除", "Delete it";
    dispute_delete_text: "占用单位从未使用：没有激活账号，没有下级单位和采购人。删除后不能恢复。",
        "The holder was never used: its account was never activated, and it has no subordinate units and no purchasers. This cannot be undone.";
    dispute_preset_text: "占用单位是平台预设的单位，不能移动或删除。",
        "The holder is preset by the platform. It can neither be moved nor deleted.";
    dispute_not_moved: "没有移动", "Not moved";
    dispute_move_fields: "占用单位的资料不全，或与新上级的下级重名，请先更正资料。",
        "The holder’s data is incomplete, or a unit below the new superior has the same name. Correct its data first.";
    dispute_upheld: "已支持，申请单位会在桌面看到。", "Upheld. The requester sees it on the desktop.";
    dispute_rejected: "已驳回，申请单位会在桌面看到。", "Rejected. The requester sees it on the desktop.";
    dispute_dissolved(name: &str, into: &str): format!("{name}已并入{into}，代码随历史保留，不能空出。请驳回并说明。"),
        format!("{name} was merged into {into}. Its code stays with its history and cannot be freed. Reject the dispute and explain.");
    dispute_move_ask(name: &str, into: &str): format!("把{name}移到{into}之下？"), format!("Move {name} below {into}?");
    dispute_delete_ask(name: &str): format!("删除{name}？"), format!("Delete {name}?");
    dispute_at_by(at: &str, login: &str): format!("{at}，{login}"), format!("{at}, {login}");
}

// The desktop.
texts! {
    waits_disputes(n: u32): format!("{} 条代码争议待处理", grouped(n)),
        format!("{} code {} to decide", grouped(n), if n == 1 { "dispute" } else { "disputes" });
    waits_disputes_why: "单位的统一信用代码被其他单位占用", "Units whose credit codes other units use";
    waits_answers(n: u32): format!("{} 条代码争议有了结果", grouped(n)),
        format!("{} code {} decided", grouped(n), if n == 1 { "dispute was" } else { "disputes were" });
    waits_answers_why: "平台运维已作出处理", "The platform operator has decided";
}

impl Lang {
    /// The name of a state.
    pub const fn dispute_state_of(self, state: DisputeState) -> &'static str {
        match state {
            DisputeState::Open => self.of("待处理", "Open"),
            DisputeState::Upheld => self.of("已支持", "Upheld"),
            DisputeState::Rejected => self.of("已驳回", "Rejected"),
            DisputeState::Withdrawn => self.of("已撤回", "Withdrawn"),
        }
    }

    /// The limit of disputes a day.
    pub(crate) fn disputes_too_many(self, limit: u32) -> String {
        match self {
            Self::Zh => format!("一天最多提出 {limit} 条争议，请明天再提。"),
            Self::En => format!("You can file at most {limit} disputes a day. Try again tomorrow."),
        }
    }
}
