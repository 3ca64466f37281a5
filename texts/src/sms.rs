//! Texts of SMS. The server sends them in Chinese, because the language of a contact is unknown before the first sign-in.

texts! {
    sms_initial_password(unit: &str, login: &str, password: &str, days: u32):
        format!("【采购人管理系统】{unit}：本单位管理账号已开通，登录账号 {login}，初始密码 {password}，{days} 日内有效，首次登录须修改密码。请勿转发。"),
        format!("[Purchaser Management System] {unit}: your management account is ready. Login name {login}, initial password {password}, valid for {days} days. You must change it at the first sign-in. Do not forward.");
    sms_login_name(unit: &str, login: &str):
        format!("【采购人管理系统】{unit}：本单位管理账号的登录账号是 {login}，请使用原密码登录。"),
        format!("[Purchaser Management System] {unit}: the login name of your management account is {login}. Your password is unchanged.");
    sms_new_password(unit: &str, login: &str, password: &str, days: u32):
        format!("【采购人管理系统】{unit}：上级单位已重置本单位管理账号的密码，登录账号 {login}，新密码 {password}，{days} 日内有效，登录后须修改。请勿转发。"),
        format!("[Purchaser Management System] {unit}: your superior unit has reset the password of your management account. Login name {login}, new password {password}, valid for {days} days. You must change it after sign-in. Do not forward.");
    sms_password_reset(unit: &str, login: &str):
        format!("【采购人管理系统】{unit}：上级单位已重置管理账号 {login} 的密码，新密码请向上级单位索取，登录后须修改。"),
        format!("[Purchaser Management System] {unit}: your superior unit has reset the password of the management account {login}. Ask your superior unit for the new password. You must change it after sign-in.");
    sms_trading_initial_password(name: &str, login: &str, password: &str, days: u32, portal: Option<&str>):
        format!("【采购人交易平台】{name}：交易账号已开通，登录账号 {login}，初始密码 {password}，{days} 日内有效，请{}，首次登录须修改密码。请勿转发。", zh_portal(portal)),
        format!("[Purchaser Trading Portal] {name}: your trading account is ready. Login name {login}, initial password {password}, valid for {days} days. Sign in at {} and change the password. Do not forward.", en_portal(portal));
    sms_trading_login_name(name: &str, login: &str, portal: Option<&str>):
        format!("【采购人交易平台】{name}：交易账号的登录账号是 {login}，请用原密码{}。", zh_portal(portal)),
        format!("[Purchaser Trading Portal] {name}: the login name of your trading account is {login}. Your password is unchanged. Sign in at {}.", en_portal(portal));
    sms_trading_new_password(name: &str, login: &str, password: &str, days: u32, portal: Option<&str>):
        format!("【采购人交易平台】{name}：预算单位已重置交易账号的密码，登录账号 {login}，新密码 {password}，{days} 日内有效，请{}，登录后须修改。请勿转发。", zh_portal(portal)),
        format!("[Purchaser Trading Portal] {name}: your budget unit has reset the password of your trading account. Login name {login}, new password {password}, valid for {days} days. Sign in at {} and change the password. Do not forward.", en_portal(portal));
    sms_trading_password_reset(name: &str, login: &str):
        format!("【采购人交易平台】{name}：预算单位已重置交易账号 {login} 的密码，新密码请向预算单位索取，登录后须修改。"),
        format!("[Purchaser Trading Portal] {name}: your budget unit has reset the password of the trading account {login}. Ask your budget unit for the new password. You must change it after sign-in.");
    sms_certified(name: &str):
        format!("【采购人交易平台】{name}：采购人认证已通过，可以登录采购人交易平台采购。"),
        format!("[Purchaser Trading Portal] {name}: you are certified and can purchase on the trading portal.");
    sms_certification_returned(name: &str):
        format!("【采购人交易平台】{name}：采购人认证资料被退回，请登录采购人交易平台查看原因，修改后重新提交。"),
        format!("[Purchaser Trading Portal] {name}: your certification data was returned. Sign in to the trading portal to see the reason, correct the data and submit it again.");
    sms_plan_reminder(unit: &str, year: i32, last_day: &str, is_over: bool):
        if is_over {
            format!("【采购人管理系统】{unit}：{year} 年度预留份额填报已于 {last_day}截止，本单位还没有报送。请尽快登录采购人管理系统补报。")
        } else {
            format!("【采购人管理系统】{unit}：{year} 年度预留份额填报 {last_day}截止，本单位还没有报送。请登录采购人管理系统填报。")
        },
        if is_over {
            format!("[Purchaser Management System] {unit}: the plan for {year} was due on {last_day} and has not been submitted. Sign in and submit it as soon as you can.")
        } else {
            format!("[Purchaser Management System] {unit}: the plan for {year} is due on {last_day} and has not been submitted. Sign in and submit it.")
        };
    sms_purchase_reminder(unit: &str, year: i32, last_day: &str):
        format!("【采购人管理系统】{unit}：本单位 {year} 年度已预留份额，还没有采购记录。请在 {last_day}前到采购人交易平台采购。"),
        format!("[Purchaser Management System] {unit}: your unit has a reserved share for {year} and no purchases yet. Purchase on the trading portal by {last_day}.");
}

fn zh_portal(address: Option<&str>) -> String {
    address.map_or_else(|| "登录采购人交易平台".to_owned(), |address| format!("到 {address} 登录"))
}

fn en_portal(address: Option<&str>) -> &str {
    address.unwrap_or("the trading portal")
}
