//! Texts of 采购人列表, where units manage their purchasers. The texts of the portal are in [`crate::trade`].

use crate::number::grouped;

// 采购人列表.
texts! {
    purchaser: "采购人", "Purchasers";
    purchasers_title: "采购人列表", "Purchaser list";
    purchasers_account: "交易账号", "Trading account";
    purchasers_add: "新增", "Add purchaser";
    purchasers_any_certification: "全部认证状态", "All certifications";
    purchasers_any_kind: "全部采购人类型", "All types";
    purchasers_none: "还没有采购人", "No purchasers yet";
    purchasers_none_help: "下载模板，填好采购人后导入，检查通过即可生成交易账号。",
        "Download the template, fill in your purchasers and import it. After the check you can generate their trading accounts.";
    purchasers_not_found: "没有符合条件的采购人", "No matching purchasers";
    purchasers_not_found_help: "换个词，或清除条件看全部采购人。", "Try another word, or clear the filters to see all purchasers.";
    purchasers_deleted: "采购人已删除。", "The purchaser has been deleted.";
    purchasers_of_unit: "看采购人", "View purchasers";
    purchasers_found(n: u32, filtered: bool): if filtered { format!("找到 {} 个采购人", grouped(n)) } else { format!("共 {} 个采购人", grouped(n)) },
        format!("{} {}{}", grouped(n), if n == 1 { "purchaser" } else { "purchasers" }, if filtered { " found" } else { "" });
}

// Details and form of a purchaser.
texts! {
    purchaser_completion: "采购人填写的资料", "Completed by the purchaser";
    purchaser_not_completed: "采购人登录交易平台后填写。", "The purchaser completes this on the trading portal.";
    purchaser_added: "采购人已新增，账号短信正在发送。", "The purchaser has been added. The account SMS is being sent.";
    purchaser_delete_text: "只能删除没有激活的采购人，删除后不能恢复。", "You can only delete a purchaser that was never activated. This cannot be undone.";
    purchaser_delete: "删除采购人", "Delete purchaser";
    purchaser_new_title: "新增采购人", "Add purchaser";
    purchaser_new_lead: "保存后生成交易账号，登录账号和初始密码以短信发给联系人。",
        "When you save, a trading account is created. The contact receives the login name and the initial password by SMS.";
    purchaser_edit_title: "编辑采购人", "Edit purchaser";
    purchaser_unit_moves: "换成另一个单位，采购人就转到那里", "If you change the unit, the purchaser moves to it";
}
