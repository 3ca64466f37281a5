//! Texts of spreadsheets that users download.

texts! {
    accounts_sheet: "账号清单", "Accounts";
    accounts_file(file: &str): format!("{file}-账号清单.xlsx"), format!("{file}-accounts.xlsx");
    annotated_file(file: &str): format!("{file}-标注错误.xlsx"), format!("{file}-marked.xlsx");
    export_column_row: "行号", "Row";
    export_column_unit: "预算单位名称", "Budget unit";
    export_column_purchaser: "采购人名称", "Purchaser";
    export_column_kind: "采购人类型", "Type";
    export_column_code: "统一信用代码", "Credit code";
    export_column_login: "登录账号", "Login name";
    export_column_superior: "上级预算单位名称", "Superior unit";
    export_column_contact: "联系人", "Contact";
    export_column_mobile: "联系人手机号码", "Mobile number";
    export_column_ratio: "预留比例(%)", "Reserved ratio (%)";
    export_column_sms: "账号短信", "SMS";
    export_sms_waiting: "等待发送", "Waiting";
    export_sms_sent: "已发送", "Sent";
    export_sms_failed: "发送失败", "Failed";
    export_sms_withdrawn: "已撤回", "Withdrawn";
    export_sms_none: "未发送（单位已有账号）", "Not sent (the unit already had an account)";
    units_sheet: "预算单位", "Budget units";
    units_file: "预算单位列表.xlsx", "budget-units.xlsx";
    export_column_order_amount: "订单金额（元）", "Amount (yuan)";
    export_column_order_refunded: "退款金额（元）", "Refunded (yuan)";
    orders_sheet: "订单", "Orders";
    orders_file: "我的订单.xlsx", "orders.xlsx";
    purchasers_sheet: "采购人", "Purchasers";
    purchasers_file: "采购人列表.xlsx", "purchasers.xlsx";
}
