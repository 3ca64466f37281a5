//! The words of the trading portal (采购人交易平台) and of the certification of purchasers (采购人认证).

use crate::{Lang, number::grouped, ui::lower_day};
use domain::{
    Certification, Code, Finding, PurchaserKind, Template,
    problem::FieldFault,
    schema::purchasers,
    trade::{BANK_ACCOUNT, Datum},
};

// The portal.
texts! {
    trade_product: "采购人交易平台", "Purchaser Trading Portal";
    trade_sign_in_title: "登录交易账号", "Sign in";
    trade_claim: "向贫困地区采购农副产品，从这里开始", "Buy farm produce from poor counties here";
    trade_claim_more: "完善资料，通过认证，每一笔采购都计入本单位的预留份额。",
        "Complete your data and be certified; every purchase counts towards your unit's reserved share.";
    trade_from_unit: "交易账号由预算单位开通，登录信息以短信发送。",
        "Trading accounts are opened by the budget unit; the details come by SMS.";
    trade_forgotten: "忘记密码，请联系开通账号的预算单位重置。", "Forgot the password? Ask the budget unit that opened the account to reset it.";
    trade_to_management: "管理账号请到采购人管理系统登录", "Management accounts sign in at the Purchaser Management System";
    trade_to_portal: "交易账号请到采购人交易平台登录", "Trading accounts sign in at the Purchaser Trading Portal";
    trade_go_management: "去采购人管理系统登录", "Sign in at the Purchaser Management System";
    trade_go_portal: "去采购人交易平台登录", "Sign in at the Purchaser Trading Portal";
    trade_look: "查看资料", "See the data";
    trade_home: "首页", "Home";
    trade_orders: "我的订单", "My orders";
    trade_profile: "采购人资料", "Purchaser data";
    trade_to_home: "回到首页", "To the home page";
}

// First sign-in and 采购人资料.
texts! {
    trade_complete_title: "请完善采购人资料", "Complete your data";
    trade_complete_lead: "保存后核对一遍，再提交认证。", "Save, check it once more, then submit it for certification.";
    trade_complete_save: "保存并继续", "Save and go on";
    trade_complete_why_title: "为什么要填", "Why it matters";
    trade_complete_why_certify: "平台运维按这些资料认证，通过后才能采购。", "The platform operator certifies you by this data; only then can you purchase.";
    trade_complete_why_invoice: "供应商按发票信息开票，请与登记证书核对。", "Suppliers make out invoices by it: compare it with the certificate.";
    trade_complete_why_contact: "认证结果以短信发给联系人。", "The contact gets the result by SMS.";
    trade_edit: "修改资料", "Change the data";
    trade_edit_lead: "改好后重新提交认证。", "Once changed, submit it for certification again.";
    trade_edit_submitted: "资料正在审核，改动后以新内容为准。", "Your data is being looked at; what you change here counts.";
    trade_edit_certified: "改动采购人类型、发票抬头或纳税人识别号后，要重新提交认证。",
        "Changing the kind, the invoice title or the tax number means being certified again.";
    trade_saved: "资料已保存。", "Your data has been saved.";
    trade_submitted: "已提交认证，结果将以短信通知联系人。", "Submitted for certification. The contact will get the result by SMS.";
    trade_section_purchaser: "采购人", "Purchaser";
    trade_section_invoice: "发票信息", "Invoice";
    trade_section_contact: "联系人", "Contact";
    trade_name: "采购人名称", "Purchaser";
    trade_code: "统一信用代码", "Credit code";
    trade_unit: "所属预算单位", "Budget unit";
    trade_kind: "采购人类型", "Kind";
    trade_address: "单位地址", "Address";
    trade_delivery: "收货地址", "Delivery address";
    trade_delivery_hint: "供应商按此发货，写到门牌或楼层", "Where suppliers deliver: down to the number or floor";
    trade_invoice_title: "发票抬头", "Invoice title";
    trade_tax_number: "纳税人识别号", "Tax number";
    trade_tax_number_hint: "18 位，与登记证书一致", "18 characters as on the certificate";
    trade_bank: "开户银行（选填）", "Bank (optional)";
    trade_bank_account: "银行账号（选填）", "Bank account (optional)";
    trade_bank_plain: "开户银行", "Bank";
    trade_bank_account_plain: "银行账号", "Bank account";
    trade_contact: "联系人", "Contact";
    trade_mobile: "联系人手机号码", "Contact's mobile";
    trade_mobile_hint: "11 位大陆手机号码，用来接收通知短信", "11 digits, mainland China; it receives the notices";
    trade_ask(unit: &str): format!("名称和统一信用代码由{unit}修改。"), format!("Name and credit code are changed by {unit}.");
}

// Certification, as the purchaser sees it.
texts! {
    trade_state: "认证状态", "Certification";
    trade_submit: "提交认证", "Submit for certification";
    trade_submit_again: "重新提交认证", "Submit again";
    trade_submitting: "正在提交…", "Submitting…";
    trade_none_title: "资料还没有提交认证", "Not submitted for certification yet";
    trade_none_text: "核对资料，确认无误后提交，由平台运维审核。", "Check your data and submit it; the platform operator then looks at it.";
    trade_waits_title: "资料正在审核", "Being looked at";
    trade_returned_title: "资料被退回，请修改后重新提交", "Returned: please mend and submit again";
    trade_certified_title: "已通过认证，可以采购", "Certified: you may purchase";
    trade_check: "核对资料", "Check the data";
    trade_mend: "去修改", "Mend";
    trade_waits_text(since: &str): format!("{since} 提交，结果将以短信通知联系人。"),
        format!("Submitted {}; the contact will get the result by SMS.", lower_day(since));
    trade_returned_text(reason: &str): format!("退回原因：{reason}"), format!("Reason: {reason}");
    trade_certified_text(at: &str): format!("{at} 通过。"), format!("Certified {}.", lower_day(at));
}

// 我的订单.
texts! {
    trade_orders_none: "还没有订单", "No orders yet";
    trade_orders_certified: "采购后，订单会出现在这里。", "Once you purchase, your orders appear here.";
    trade_orders_uncertified: "通过认证的采购人才能记录采购。", "Only a certified purchaser may record purchases.";
}

// 采购人认证, as the operator sees it.
texts! {
    certify_title: "采购人认证", "Certification";
    certify_lead: "最早提交的在最上面。", "Those that have waited longest come first.";
    certify_none: "没有待审核的采购人", "No purchaser waits";
    certify_none_help: "采购人在交易平台提交资料后，会出现在这里。", "Purchasers appear here once they submit their data at the trading portal.";
    certify_since: "提交时间", "Submitted";
    certify_look: "审核", "Look";
    certify_compare: "与预算单位资料对照", "Beside the unit's data";
    certify_datum: "项目", "Datum";
    certify_verdict: "对照结果", "Compared";
    certify_first: "回到最早提交的", "To those that have waited longest";
    certify_same: "一致", "Same";
    certify_differs: "不一致", "Differs";
    certify_more: "其他资料", "More data";
    certify_decide: "审核", "Decision";
    certify_approve: "通过认证", "Certify";
    certify_return: "退回", "Return";
    certify_reason: "退回原因", "Reason";
    certify_reason_hint: "采购人会看到，请写明怎么改，200 字以内", "The purchaser reads it: say what to mend, in 200 characters at most";
    certify_sms: "通过和退回都会以短信通知联系人。", "The contact is told either way by SMS.";
    certify_certified: "已通过认证，短信正在通知联系人。", "Certified; the contact is told by SMS.";
    certify_returned: "已退回，短信正在通知联系人。", "Returned; the contact is told by SMS.";
    certify_deciding: "正在保存…", "Saving…";
    certify_last(reason: &str): format!("上次退回原因：{reason}"), format!("Returned before: {reason}");
    certify_found(n: u32): format!("共 {} 个待审核", grouped(n)), format!("{} waiting", grouped(n));
}

impl Lang {
    /// How far a purchaser is certified, in a word.
    pub const fn certification(self, state: Certification) -> &'static str {
        match (self, state) {
            (Self::Zh, Certification::None) => "未提交",
            (Self::Zh, Certification::Submitted) => "待审核",
            (Self::Zh, Certification::Returned) => "已退回",
            (Self::Zh, Certification::Certified) => "已认证",
            (Self::En, Certification::None) => "Not submitted",
            (Self::En, Certification::Submitted) => "Waiting",
            (Self::En, Certification::Returned) => "Returned",
            (Self::En, Certification::Certified) => "Certified",
        }
    }

    /// What a purchaser is.
    pub fn purchaser_kind(self, kind: PurchaserKind) -> &'static str {
        match (self, kind) {
            (Self::Zh, kind) => kind.label(),
            (Self::En, PurchaserKind::Unit) => "Budget unit",
            (Self::En, PurchaserKind::Union) => "Trade union",
            (Self::En, PurchaserKind::Canteen) => "Canteen contractor",
            (Self::En, PurchaserKind::Other) => "Other",
        }
    }

    /// What the operator compares.
    pub const fn certify_datum_of(self, datum: Datum) -> &'static str {
        match datum {
            Datum::Name => self.of_both("名称", "Name"),
            Datum::Code => self.trade_code(),
            Datum::InvoiceTitle => self.of_both("发票抬头 / 单位名称", "Invoice title / unit name"),
            Datum::TaxNumber => self.of_both("纳税人识别号 / 单位代码", "Tax number / unit code"),
            Datum::Contact => self.trade_contact(),
            Datum::Mobile => self.of_both("手机号码", "Mobile number"),
        }
    }

    const fn of_both(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// What is wrong with an input of the purchaser's data, in the words that a cell of the spreadsheet gets.
    pub fn trade_fault(self, fault: &FieldFault) -> String {
        let (least, most) = BANK_ACCOUNT;
        let column = match (fault.field.as_str(), fault.code) {
            (_, Code::Required) => return self.field_required().to_owned(),
            ("invoice_account", _) => {
                return match self {
                    Self::Zh => format!("银行账号是 {least}–{most} 位数字，请核对"),
                    Self::En => format!("A bank account has {least}–{most} digits: please compare"),
                };
            }
            ("address" | "delivery_address" | "invoice_title" | "invoice_bank", Code::TooLong) => {
                return self.of_both("请填 2–100 个字", "Give 2–100 characters").to_owned();
            }
            ("reason", Code::TooLong) => {
                return self.of_both("最多 200 个字，请缩短", "At most 200 characters").to_owned();
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
