//! The words of SMS. They go out in Chinese: what the contact reads is not known before the first sign-in.

texts! {
    sms_initial_password(unit: &str, login: &str, password: &str, days: u32):
        format!("【采购人管理系统】{unit}：本单位管理账号已开通，登录账号 {login}，初始密码 {password}，{days} 日内有效，首次登录须修改密码。请勿转发。"),
        format!("[Purchaser Management System] {unit}: your management account is open. Login name {login}, initial password {password}, valid for {days} days; you will be asked to change it at first sign-in. Do not forward.");
    sms_login_name(unit: &str, login: &str):
        format!("【采购人管理系统】{unit}：本单位管理账号的登录账号是 {login}，请使用原密码登录。"),
        format!("[Purchaser Management System] {unit}: the login name of your management account is {login}; your password is unchanged.");
    sms_new_password(unit: &str, login: &str, password: &str, days: u32):
        format!("【采购人管理系统】{unit}：上级单位已重置本单位管理账号的密码，登录名 {login}，新密码 {password}，{days} 日内有效，登录后须修改。请勿转发。"),
        format!("[Purchaser Management System] {unit}: your superior unit has reset the password of your management account. Login name {login}, new password {password}, valid for {days} days; you will be asked to change it. Do not forward.");
    sms_password_reset(unit: &str, login: &str):
        format!("【采购人管理系统】{unit}：上级单位已重置管理账号 {login} 的密码，新密码请向上级单位索取，登录后须修改。"),
        format!("[Purchaser Management System] {unit}: your superior unit has reset the password of the management account {login}. Ask it for the new password; you will be asked to change it.");
}
