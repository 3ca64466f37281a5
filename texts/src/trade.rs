//! Texts of the trading portal (采购人交易平台) and of the certification of purchasers (采购人认证).

use crate::{Lang, number::grouped, ui::lower_day};
use domain::{
    Certification, Code, Finding, PurchaserKind, Template,
    problem::FieldFault,
    schema::purchasers,
    trade::{BANK_ACCOUNT_LENGTH, ComparedField},
};

// Frame and sign-in of the portal.
texts! {
    trade_product: "采购人交易平台", "Purchaser Trading Portal";
    trade_sign_in_title: "登录交易账号", "Sign in";
    trade_claim: "向贫困地区采购农副产品，从这里开始", "Buy farm produce from poor counties, starting here";
    trade_claim_more: "完善资料，通过认证，每一笔采购都计入本单位的预留份额。",
        "Complete your data and get certified. Every purchase counts towards your unit's reserved share.";
    trade_from_unit: "交易账号由预算单位开通，登录信息以短信发送。",
        "Budget units create the trading accounts. The sign-in details are sent by SMS.";
    trade_forgotten: "忘记密码，请联系开通账号的预算单位重置。", "Forgot your password? Ask the budget unit that created the account to reset it.";
    trade_to_management: "管理账号请到采购人管理系统登录", "Management accounts sign in at the Purchaser Management System";
    trade_to_portal: "交易账号请到采购人交易平台登录", "Trading accounts sign in at the Purchaser Trading Portal";
    trade_go_management: "去采购人管理系统登录", "Sign in at the Purchaser Management System";
    trade_go_portal: "去采购人交易平台登录", "Sign in at the Purchaser Trading Portal";
    trade_look: "查看资料", "View data";
    trade_home: "首页", "Home";
    trade_orders: "我的订单", "My orders";
    trade_profile: "采购人资料", "Purchaser data";
    trade_to_home: "回到首页", "Back to home page";
}

// First sign-in and 采购人资料.
texts! {
    trade_complete_title: "请完善采购人资料", "Complete your data";
    trade_complete_lead: "保存后核对一遍，再提交认证。", "Save your data, check it again, then submit it for certification.";
    trade_complete_save: "保存并继续", "Save and continue";
    trade_complete_why_title: "为什么要填", "Why we ask for this";
    trade_complete_why_certify: "平台运维按这些资料认证，通过后才能采购。", "The platform operator uses this data to certify you. You can purchase only after certification.";
    trade_complete_why_invoice: "供应商按发票信息开票，请与登记证书核对。", "Suppliers issue invoices with this information. Check it against the registration certificate.";
    trade_complete_why_contact: "认证结果以短信发给联系人。", "The contact receives the certification result by SMS.";
    trade_edit: "修改资料", "Edit data";
    trade_edit_lead: "改好后重新提交认证。", "After editing, submit your data for certification again.";
    trade_edit_submitted: "资料正在审核，改动后以新内容为准。", "Your data is under review. Your changes replace the submitted data.";
    trade_edit_certified: "改动采购人类型、发票抬头或纳税人识别号后，要重新提交认证。",
        "If you change the purchaser type, invoice title or tax number, you must submit for certification again.";
    trade_saved: "资料已保存。", "Your data has been saved.";
    trade_submitted: "已提交认证，结果将以短信通知联系人。", "Submitted for certification. The contact will receive the result by SMS.";
    trade_section_purchaser: "采购人", "Purchaser";
    trade_section_invoice: "发票信息", "Invoice";
    trade_section_contact: "联系人", "Contact";
    trade_name: "采购人名称", "Purchaser";
    trade_code: "统一信用代码", "Credit code";
    trade_unit: "所属预算单位", "Budget unit";
    trade_kind: "采购人类型", "Type";
    trade_address: "单位地址", "Address";
    trade_delivery: "收货地址", "Delivery address";
    trade_delivery_hint: "供应商按此发货，写到门牌或楼层", "Suppliers deliver here. Include the house number or floor";
    trade_invoice_title: "发票抬头", "Invoice title";
    trade_tax_number: "纳税人识别号", "Tax number";
    trade_tax_number_hint: "18 位，与登记证书一致", "18 characters, as on the registration certificate";
    trade_bank: "开户银行（选填）", "Bank (optional)";
    trade_bank_account: "银行账号（选填）", "Bank account (optional)";
    trade_bank_plain: "开户银行", "Bank";
    trade_bank_account_plain: "银行账号", "Bank account";
    trade_contact: "联系人", "Contact";
    trade_mobile: "联系人手机号码", "Contact mobile";
    trade_mobile_hint: "11 位大陆手机号码，用来接收通知短信", "11-digit mainland China number, for notification SMS";
    trade_ask(unit: &str): format!("名称和统一信用代码由{unit}修改。"), format!("Only {unit} can change the name and credit code.");
}

// Certification: the pages of the purchaser.
texts! {
    trade_state: "认证状态", "Certification";
    trade_submit: "提交认证", "Submit for certification";
    trade_submit_again: "重新提交认证", "Resubmit for certification";
    trade_submitting: "正在提交…", "Submitting…";
    trade_none_title: "资料还没有提交认证", "Not submitted for certification yet";
    trade_none_text: "核对资料，确认无误后提交，由平台运维审核。", "Check your data and submit it. The platform operator then reviews it.";
    trade_waits_title: "资料正在审核", "Under review";
    trade_returned_title: "资料被退回，请修改后重新提交", "Your data was returned. Correct it and submit it again";
    trade_certified_title: "已通过认证，可以采购", "Certified. You can purchase";
    trade_check: "核对资料", "Check data";
    trade_mend: "去修改", "Correct";
    trade_waits_text(since: &str): format!("{since} 提交，结果将以短信通知联系人。"),
        format!("Submitted {}. The contact will receive the result by SMS.", lower_day(since));
    trade_returned_text(reason: &str): format!("退回原因：{reason}"), format!("Reason: {reason}");
    trade_certified_text(at: &str): format!("{at} 通过。"), format!("Certified {}.", lower_day(at));
}

// 我的订单.
texts! {
    trade_orders_none: "还没有订单", "No orders yet";
    trade_orders_certified: "采购后，订单会出现在这里。", "Your orders appear here after you purchase.";
    trade_orders_uncertified: "通过认证的采购人才能记录采购。", "Only certified purchasers can record purchases.";
}

// 采购人认证: the pages of the operator.
texts! {
    certify_title: "采购人认证", "Certification";
    certify_lead: "最早提交的在最上面。", "Oldest submissions first.";
    certify_none: "没有待审核的采购人", "No purchasers to review";
    certify_none_help: "采购人在交易平台提交资料后，会出现在这里。", "Purchasers appear here after they submit their data on the trading portal.";
    certify_since: "提交时间", "Submitted";
    certify_look: "审核", "Review";
    certify_compare: "与预算单位资料对照", "Comparison with the budget unit";
    certify_datum: "项目", "Item";
    certify_verdict: "对照结果", "Result";
    certify_first: "回到最早提交的", "Back to oldest submissions";
    certify_same: "一致", "Same";
    certify_differs: "不一致", "Different";
    certify_more: "其他资料", "Other data";
    certify_decide: "审核", "Decision";
    certify_approve: "通过认证", "Approve";
    certify_return: "退回", "Return";
    certify_reason: "退回原因", "Reason";
    certify_reason_hint: "采购人会看到，请写明怎么改，200 字以内", "The purchaser sees this. Explain what to correct, in up to 200 characters";
    certify_sms: "通过和退回都会以短信通知联系人。", "The contact is notified by SMS in both cases.";
    certify_certified: "已通过认证，短信正在通知联系人。", "Approved. The contact is being notified by SMS.";
    certify_returned: "已退回，短信正在通知联系人。", "Returned. The contact is being notified by SMS.";
    certify_deciding: "正在保存…", "Saving…";
    certify_last(reason: &str): format!("上次退回原因：{reason}"), format!("Last reason for return: {reason}");
    certify_found(n: u32): format!("共 {} 个待审核", grouped(n)), format!("{} to review", grouped(n));
}

impl Lang {
    /// The name of a certification state.
    pub const fn certification(self, state: Certification) -> &'static str {
        match (self, state) {
            (Self::Zh, Certification::None) => "未提交",
            (Self::Zh, Certification::Submitted) => "待审核",
            (Self::Zh, Certification::Returned) => "已退回",
            (Self::Zh, Certification::Certified) => "已认证",
            (Self::En, Certification::None) => "Not submitted",
            (Self::En, Certification::Submitted) => "Under review",
            (Self::En, Certification::Returned) => "Returned",
            (Self::En, Certification::Certified) => "Certified",
        }
    }

    /// The name of a purchaser type.
    pub fn purchaser_kind(self, kind: PurchaserKind) -> &'static str {
        match (self, kind) {
            (Self::Zh, kind) => kind.label(),
            (Self::En, PurchaserKind::Unit) => "Budget unit",
            (Self::En, PurchaserKind::Union) => "Trade union",
            (Self::En, PurchaserKind::Canteen) => "Canteen contractor",
            (Self::En, PurchaserKind::Other) => "Other",
        }
    }

    /// The label of an item that the operator compares.
    pub const fn certify_datum_of(self, datum: ComparedField) -> &'static str {
        match datum {
            ComparedField::Name => self.of("名称", "Name"),
            ComparedField::Code => self.trade_code(),
            ComparedField::InvoiceTitle => self.of("发票抬头 / 单位名称", "Invoice title / unit name"),
            ComparedField::TaxNumber => self.of("纳税人识别号 / 单位代码", "Tax number / unit code"),
            ComparedField::Contact => self.trade_contact(),
            ComparedField::Mobile => self.of("手机号码", "Mobile number"),
        }
    }

    /// The message at an input of the purchaser's data. It is the same as at a cell of the spreadsheet, if the template has
    /// such a column.
    pub fn trade_fault(self, fault: &FieldFault) -> String {
        let (least, most) = BANK_ACCOUNT_LENGTH;
        let column = match (fault.field.as_str(), fault.code) {
            (_, Code::Required) => return self.field_required().to_owned(),
            ("invoice_account", _) => {
                return match self {
                    Self::Zh => format!("银行账号是 {least}–{most} 位数字，请核对"),
                    Self::En => format!("A bank account number has {least}–{most} digits. Check it"),
                };
            }
            ("address" | "delivery_address" | "invoice_title" | "invoice_bank", Code::TooShort | Code::TooLong) => {
                return self.of("请填 2–100 个字", "Enter 2–100 characters").to_owned();
            }
            ("reason", Code::TooLong) => {
                return self.of("最多 200 个字，请缩短", "At most 200 characters").to_owned();
            }
            ("kind", _) => purchasers::TYPE,
            ("invoice_tax_number", _) => purchasers::CODE,
            ("contact", _) => purchasers::CONTACT,
            ("mobile", _) => purchasers::MOBILE,
            _ => purchasers::REMARK,
        };
        self.finding_at_field(Template::Purchasers, &Finding::new(0, column, fault.code))
    }
}
