//! Every address of the site: how it is printed, and how the router and the server recognise it. No other module holds a path
//! or the name of a parameter as text.

mod bulletin_query;
mod done_notice;
mod endpoint;
mod filing_query;
mod order_query;
pub mod parameter;
mod parked_query;
mod purchaser_query;
mod report_query;
mod unit_query;
mod url_query;

pub use done_notice::DoneNotice;
pub use endpoint::{BatchEndpoint, BulletinFile, Endpoint, TemplateFormat};
pub use url_query::{ListQuery, UrlQuery};

use domain::{
    Template,
    account::{AccountHolder, Portal},
    ids::{BatchId, DisputeId, NoticeId, OrderId, PurchaserId, UnitId},
    import_batch::BatchView,
    report::ReportKind,
};
use leptos::prelude::IntoAttributeValue;
use leptos_router::location::Url;
use std::fmt::{Display, Formatter, Result};

/// The root of the trading portal (采购人交易平台). Its session cookie is sent below this path alone.
pub const TRADE: &str = "/trade";

/// The first segment of the path of every server function of the management.
pub const API: &str = "/api";

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// 登录 of a portal.
    SignIn(Portal),
    /// 桌面 of the management, 首页 of the trading portal.
    Home(Portal),
    /// 修改密码.
    Password(Portal),
    /// 完善单位资料 or 完善采购人资料, at the first sign-in.
    CompleteProfile(Portal),
    /// 个人中心 or 采购人资料.
    Profile(Portal),
    /// 修改资料 of the trading portal.
    EditTradeProfile,
    /// 我的订单.
    TradeOrders,
    /// 我的订单: one order.
    TradeOrder(OrderId),
    /// 预算单位导入 or 采购人导入. The file is posted to the same path.
    Import(Template),
    /// A batch of an import.
    Batch(Template, BatchId),
    /// 预算单位列表.
    Units,
    /// 预算单位管理.
    ManageUnits,
    /// 新增 of a unit.
    NewUnit,
    /// A unit.
    Unit(UnitId),
    /// 编辑 of a unit.
    EditUnit(UnitId),
    /// 重置密码 of a unit's account.
    ResetUnitPassword(UnitId),
    /// 采购人列表.
    Purchasers,
    /// 新增 of a purchaser.
    NewPurchaser,
    /// A purchaser.
    Purchaser(PurchaserId),
    /// 编辑 of a purchaser.
    EditPurchaser(PurchaserId),
    /// 重置密码 of a purchaser's account.
    ResetPurchaserPassword(PurchaserId),
    /// 采购人认证: the queue.
    Certifications,
    /// 采购人认证: one purchaser.
    Certification(PurchaserId),
    /// 代码争议: the own ones; the operator's queue.
    Disputes,
    /// 提出争议.
    NewDispute,
    /// 代码争议: one with both sides.
    Dispute(DisputeId),
    /// 通知公告.
    Notices(Portal),
    /// 发布通知.
    NewNotice,
    /// 通知公告: one notice.
    Notice(Portal, NoticeId),
    /// 修改 of a notice.
    EditNotice(NoticeId),
    /// 预留份额填报: the plan of the own unit.
    Plan,
    /// 填报参数.
    PlanParameters,
    /// 预留份额审核.
    ReviewPlans,
    /// 提醒: reminders to units of 预留份额审核.
    RemindPlans,
    /// 预留份额审核: the plan of one unit.
    UnitPlan(UnitId),
    /// 统计报表: a table.
    Report(ReportKind),
    /// 月度通报.
    Bulletin,
    /// 帮助.
    Help,
    /// 接口密钥.
    ApiKeys,
    /// 待匹配订单.
    ParkedOrders,
    /// 演示短信.
    SentSms,
}

macro_rules! patterns {
    ($($page:ident => $path:tt),* $(,)?) => {
        /// The router's pattern of a page.
        macro_rules! pattern {
            $(($page) => { leptos_router::path!($path) };)*
        }
    };
}

// Patterns of the trading portal are relative to `TRADE`.
patterns! {
    SignIn => "/signin",
    Home => "/",
    Password => "/password",
    CompleteProfile => "/profile/complete",
    Profile => "/profile",
    Management => "",
    Trade => "/trade",
    TradeSignIn => "/trade/signin",
    TradeHome => "",
    TradePassword => "/password",
    CompleteTradeProfile => "/complete",
    EditTradeProfile => "/profile/edit",
    TradeProfile => "/profile",
    TradeOrders => "/orders",
    TradeOrder => "/orders/:id",
    TradeNotices => "/notices",
    TradeNotice => "/notices/:id",
    ImportUnits => "/units/import",
    UnitsBatch => "/units/import/:batch",
    ImportPurchasers => "/purchasers/import",
    PurchasersBatch => "/purchasers/import/:batch",
    Units => "/units",
    ManageUnits => "/units/manage",
    NewUnit => "/units/new",
    Unit => "/units/:id",
    EditUnit => "/units/:id/edit",
    ResetUnitPassword => "/units/:id/reset",
    Purchasers => "/purchasers",
    NewPurchaser => "/purchasers/new",
    Purchaser => "/purchasers/:id",
    EditPurchaser => "/purchasers/:id/edit",
    ResetPurchaserPassword => "/purchasers/:id/reset",
    Certifications => "/certification",
    Certification => "/certification/:id",
    Disputes => "/disputes",
    NewDispute => "/disputes/new",
    Dispute => "/disputes/:id",
    Notices => "/notices",
    NewNotice => "/notices/new",
    Notice => "/notices/:id",
    EditNotice => "/notices/:id/edit",
    Plan => "/plan",
    PlanParameters => "/plan/parameters",
    ReviewPlans => "/plans",
    RemindPlans => "/plans/remind",
    UnitPlan => "/plans/:id",
    Bulletin => "/statistics/bulletin",
    Report => "/statistics/:report?",
    Help => "/help",
    ApiKeys => "/system/keys",
    ParkedOrders => "/system/parked-orders",
    SentSms => "/demo/sms",
}
pub(crate) use pattern;

impl Display for Route {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Portal::{Management, Trading};
        match self {
            Self::SignIn(Management) => f.write_str("/signin"),
            Self::SignIn(Trading) => write!(f, "{TRADE}/signin"),
            Self::Home(Management) => f.write_str("/"),
            Self::Home(Trading) => f.write_str(TRADE),
            Self::Password(Management) => f.write_str("/password"),
            Self::Password(Trading) => write!(f, "{TRADE}/password"),
            Self::CompleteProfile(Management) => f.write_str("/profile/complete"),
            Self::CompleteProfile(Trading) => write!(f, "{TRADE}/complete"),
            Self::Profile(Management) => f.write_str("/profile"),
            Self::Profile(Trading) => write!(f, "{TRADE}/profile"),
            Self::EditTradeProfile => write!(f, "{TRADE}/profile/edit"),
            Self::TradeOrders => write!(f, "{TRADE}/orders"),
            Self::TradeOrder(id) => write!(f, "{}/{id}", Self::TradeOrders),
            Self::Import(template) => write!(f, "{}/import", Self::list(*template)),
            Self::Batch(template, batch) => write!(f, "{}/{batch}", Self::Import(*template)),
            Self::Units => f.write_str("/units"),
            Self::ManageUnits => write!(f, "{}/manage", Self::Units),
            Self::NewUnit => write!(f, "{}/new", Self::Units),
            Self::Unit(id) => write!(f, "{}/{id}", Self::Units),
            Self::EditUnit(id) => write!(f, "{}/edit", Self::Unit(*id)),
            Self::ResetUnitPassword(id) => write!(f, "{}/reset", Self::Unit(*id)),
            Self::Purchasers => f.write_str("/purchasers"),
            Self::NewPurchaser => write!(f, "{}/new", Self::Purchasers),
            Self::Purchaser(id) => write!(f, "{}/{id}", Self::Purchasers),
            Self::EditPurchaser(id) => write!(f, "{}/edit", Self::Purchaser(*id)),
            Self::ResetPurchaserPassword(id) => write!(f, "{}/reset", Self::Purchaser(*id)),
            Self::Certifications => f.write_str("/certification"),
            Self::Certification(id) => write!(f, "{}/{id}", Self::Certifications),
            Self::Disputes => f.write_str("/disputes"),
            Self::NewDispute => write!(f, "{}/new", Self::Disputes),
            Self::Dispute(id) => write!(f, "{}/{id}", Self::Disputes),
            Self::Notices(Management) => f.write_str("/notices"),
            Self::Notices(Trading) => write!(f, "{TRADE}/notices"),
            Self::NewNotice => write!(f, "{}/new", Self::Notices(Management)),
            Self::Notice(portal, id) => write!(f, "{}/{id}", Self::Notices(*portal)),
            Self::EditNotice(id) => write!(f, "{}/edit", Self::Notice(Management, *id)),
            Self::Plan => f.write_str("/plan"),
            Self::PlanParameters => write!(f, "{}/parameters", Self::Plan),
            Self::ReviewPlans => f.write_str("/plans"),
            Self::RemindPlans => write!(f, "{}/remind", Self::ReviewPlans),
            Self::UnitPlan(id) => write!(f, "{}/{id}", Self::ReviewPlans),
            Self::Report(ReportKind::Execution) => f.write_str("/statistics"),
            Self::Report(kind) => write!(f, "/statistics/{}", kind.as_str()),
            Self::Bulletin => f.write_str("/statistics/bulletin"),
            Self::Help => f.write_str("/help"),
            Self::ApiKeys => f.write_str("/system/keys"),
            Self::ParkedOrders => f.write_str("/system/parked-orders"),
            Self::SentSms => f.write_str("/demo/sms"),
        }
    }
}

impl From<Route> for String {
    fn from(route: Route) -> Self {
        route.to_string()
    }
}

/// So that `href=Route::Units` works in views.
impl IntoAttributeValue for Route {
    type Output = String;

    fn into_attribute_value(self) -> String {
        self.to_string()
    }
}

impl Route {
    /// The page of a batch.
    pub const fn of_batch(batch: &BatchView) -> Self {
        Self::Batch(batch.template, batch.id)
    }

    /// The list of the rows that a template creates.
    pub const fn list(template: Template) -> Self {
        match template {
            Template::Units => Self::Units,
            Template::Purchasers => Self::Purchasers,
        }
    }

    /// The list in which rows are ticked for a bulk action.
    pub const fn bulk_list(template: Template) -> Self {
        match template {
            Template::Units => Self::ManageUnits,
            Template::Purchasers => Self::Purchasers,
        }
    }

    /// The page of the unit or the purchaser that an account belongs to.
    pub const fn of_holder(holder: AccountHolder) -> Self {
        match holder {
            AccountHolder::Unit(id) => Self::Unit(id),
            AccountHolder::Purchaser(id) => Self::Purchaser(id),
        }
    }

    /// The page that resets the password of an account.
    pub const fn reset_password(holder: AccountHolder) -> Self {
        match holder {
            AccountHolder::Unit(id) => Self::ResetUnitPassword(id),
            AccountHolder::Purchaser(id) => Self::ResetPurchaserPassword(id),
        }
    }

    /// The page with a notice that confirms an action.
    pub fn done(self, notice: DoneNotice) -> String {
        self.with(&[(parameter::DONE, notice.as_str().to_owned())])
    }

    /// The page with parameters, in this order.
    pub fn with(self, parameters: &[(&'static str, String)]) -> String {
        with_parameters(&self.to_string(), parameters)
    }

    /// The page of a year.
    pub fn of_year(self, year: impl Display) -> String {
        self.with(&[(parameter::YEAR, year.to_string())])
    }

    /// The form of a dispute, filled in with a unit as the requester has it.
    pub fn dispute_about(code: &str, name: &str, superior: &str) -> String {
        let unit = [(parameter::CREDIT_CODE, code), (parameter::NAME, name), (parameter::SUPERIOR, superior)];
        let given = unit.into_iter().filter(|(_, text)| !text.is_empty());
        Self::NewDispute.with(&given.map(|(name, text)| (name, text.to_owned())).collect::<Vec<_>>())
    }

    /// A section of the page.
    pub fn section(self, id: &str) -> String {
        format!("{self}#{id}")
    }

    /// The sign-in page of a portal, which leads on to the path `next`.
    pub fn sign_in_then(portal: Portal, next: &str) -> String {
        if next == Self::Home(portal).to_string() {
            Self::SignIn(portal).to_string()
        } else {
            Self::SignIn(portal).with(&[(parameter::NEXT, next.to_owned())])
        }
    }

    /// Whether a path is this page's or lies below it.
    pub fn contains(self, path: &str) -> bool {
        path.strip_prefix(&self.to_string()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// An address with parameters.
fn with_parameters(path: &str, parameters: &[(&'static str, String)]) -> String {
    parameters.iter().fold(path.to_owned(), |address, (name, value)| with_parameter(&address, name, value))
}

/// An address with one more parameter. Values are escaped where they need it: words such as `not-activated` stay readable,
/// and the server escapes more than the browser would.
pub(crate) fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    if plain {
        format!("{address}{separator}{name}={value}")
    } else {
        format!("{address}{separator}{name}={}", Url::escape(value))
    }
}

/// The portal that a path belongs to; the path may carry a query.
pub fn portal_of(path: &str) -> Portal {
    match path.strip_prefix(TRADE) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => Portal::Trading,
        _ => Portal::Management,
    }
}

/// Whether a path is a server function's.
pub fn is_api(path: &str) -> bool {
    path.strip_prefix(TRADE).unwrap_or(path).strip_prefix(API).is_some_and(|rest| rest.starts_with('/'))
}

/// A path of this site. `None` for any address that could lead elsewhere: parameters such as `next` come from the URL, and
/// anybody may write a URL.
pub fn own_path(path: &str) -> Option<&str> {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    own.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_router::PossibleRouteMatch;

    #[test]
    fn router_matches_every_printed_page() {
        fn check(pattern: &impl PossibleRouteMatch, route: Route, printed: &str) {
            assert_eq!(route.to_string(), printed);
            let path = if portal_of(printed) == Portal::Trading && !matches!(route, Route::SignIn(_)) {
                printed.strip_prefix(TRADE).unwrap()
            } else {
                printed
            };
            let matched = pattern.test(path).unwrap_or_else(|| panic!("{printed} does not match its pattern"));
            assert!(matches!(matched.remaining(), "" | "/"), "{printed} leaves {:?}", matched.remaining());
        }
        use Portal::{Management, Trading};
        let (unit, purchaser, batch) = (UnitId(7), PurchaserId(7), BatchId(7));
        check(&pattern!(SignIn), Route::SignIn(Management), "/signin");
        check(&pattern!(TradeSignIn), Route::SignIn(Trading), "/trade/signin");
        check(&pattern!(Home), Route::Home(Management), "/");
        check(&pattern!(TradeHome), Route::Home(Trading), "/trade");
        check(&pattern!(Password), Route::Password(Management), "/password");
        check(&pattern!(TradePassword), Route::Password(Trading), "/trade/password");
        check(&pattern!(CompleteProfile), Route::CompleteProfile(Management), "/profile/complete");
        check(&pattern!(CompleteTradeProfile), Route::CompleteProfile(Trading), "/trade/complete");
        check(&pattern!(Profile), Route::Profile(Management), "/profile");
        check(&pattern!(TradeProfile), Route::Profile(Trading), "/trade/profile");
        check(&pattern!(EditTradeProfile), Route::EditTradeProfile, "/trade/profile/edit");
        check(&pattern!(TradeOrders), Route::TradeOrders, "/trade/orders");
        check(&pattern!(TradeOrder), Route::TradeOrder(OrderId(7)), "/trade/orders/7");
        check(&pattern!(ImportUnits), Route::Import(Template::Units), "/units/import");
        check(&pattern!(UnitsBatch), Route::Batch(Template::Units, batch), "/units/import/7");
        check(&pattern!(ImportPurchasers), Route::Import(Template::Purchasers), "/purchasers/import");
        check(&pattern!(PurchasersBatch), Route::Batch(Template::Purchasers, batch), "/purchasers/import/7");
        check(&pattern!(Units), Route::Units, "/units");
        check(&pattern!(ManageUnits), Route::ManageUnits, "/units/manage");
        check(&pattern!(NewUnit), Route::NewUnit, "/units/new");
        check(&pattern!(Unit), Route::Unit(unit), "/units/7");
        check(&pattern!(EditUnit), Route::EditUnit(unit), "/units/7/edit");
        check(&pattern!(ResetUnitPassword), Route::ResetUnitPassword(unit), "/units/7/reset");
        check(&pattern!(Purchasers), Route::Purchasers, "/purchasers");
        check(&pattern!(NewPurchaser), Route::NewPurchaser, "/purchasers/new");
        check(&pattern!(Purchaser), Route::Purchaser(purchaser), "/purchasers/7");
        check(&pattern!(EditPurchaser), Route::EditPurchaser(purchaser), "/purchasers/7/edit");
        check(&pattern!(ResetPurchaserPassword), Route::ResetPurchaserPassword(purchaser), "/purchasers/7/reset");
        check(&pattern!(Certifications), Route::Certifications, "/certification");
        check(&pattern!(Certification), Route::Certification(purchaser), "/certification/7");
        check(&pattern!(Disputes), Route::Disputes, "/disputes");
        check(&pattern!(ApiKeys), Route::ApiKeys, "/system/keys");
        check(&pattern!(ParkedOrders), Route::ParkedOrders, "/system/parked-orders");
        check(&pattern!(NewDispute), Route::NewDispute, "/disputes/new");
        check(&pattern!(Dispute), Route::Dispute(DisputeId(7)), "/disputes/7");
        let notice = NoticeId(7);
        check(&pattern!(Notices), Route::Notices(Management), "/notices");
        check(&pattern!(TradeNotices), Route::Notices(Trading), "/trade/notices");
        check(&pattern!(NewNotice), Route::NewNotice, "/notices/new");
        check(&pattern!(Notice), Route::Notice(Management, notice), "/notices/7");
        check(&pattern!(TradeNotice), Route::Notice(Trading, notice), "/trade/notices/7");
        check(&pattern!(EditNotice), Route::EditNotice(notice), "/notices/7/edit");
        check(&pattern!(Plan), Route::Plan, "/plan");
        check(&pattern!(PlanParameters), Route::PlanParameters, "/plan/parameters");
        check(&pattern!(ReviewPlans), Route::ReviewPlans, "/plans");
        check(&pattern!(RemindPlans), Route::RemindPlans, "/plans/remind");
        check(&pattern!(UnitPlan), Route::UnitPlan(unit), "/plans/7");
        check(&pattern!(Report), Route::Report(ReportKind::Execution), "/statistics");
        check(&pattern!(Report), Route::Report(ReportKind::Origins), "/statistics/origins");
        check(&pattern!(Bulletin), Route::Bulletin, "/statistics/bulletin");
        check(&pattern!(Help), Route::Help, "/help");
        check(&pattern!(SentSms), Route::SentSms, "/demo/sms");
        assert!(pattern!(Trade).test("/trade").is_some());
    }

    #[test]
    fn parameters_are_escaped() {
        assert_eq!(Route::Unit(UnitId(7)).done(DoneNotice::Added), "/units/7?done=added");
        assert_eq!(Route::EditUnit(UnitId(7)).of_year(2026), "/units/7/edit?year=2026");
        assert_eq!(Route::dispute_about("11", "", ""), "/disputes/new?credit-code=11");
        assert_eq!(Route::sign_in_then(Portal::Management, "/"), "/signin");
        assert_eq!(Route::sign_in_then(Portal::Trading, "/trade"), "/trade/signin");
        assert_eq!(
            Route::sign_in_then(Portal::Management, "/units?q=a&at=b"),
            "/signin?next=%2Funits%3Fq%3Da%26at%3Db"
        );
    }

    #[test]
    fn page_contains_paths_below_it() {
        assert!(Route::Units.contains("/units") && Route::Units.contains("/units/7"));
        assert!(!Route::Units.contains("/unitsx") && !Route::Units.contains("/"));
    }

    #[test]
    fn trading_portal_begins_at_its_root() {
        for path in ["/trade", "/trade/", "/trade?done=password", "/trade/api/trade_who1"] {
            assert_eq!(portal_of(path), Portal::Trading, "{path}");
        }
        for path in ["/", "/trader", "/units?q=/trade", "/api/who1"] {
            assert_eq!(portal_of(path), Portal::Management, "{path}");
        }
    }

    #[test]
    fn server_functions_are_below_the_api_paths() {
        assert!(is_api("/api/who1") && is_api("/trade/api/trade_who1"));
        assert!(!is_api("/apis") && !is_api("/trade/api") && !is_api("/units/api/"));
    }

    #[test]
    fn own_path_refuses_other_sites() {
        for own in ["/", "/units?page=2", "/units?q=%E4%B8%AD"] {
            assert_eq!(own_path(own), Some(own));
        }
        for other in [
            "",
            "units",
            "//elsewhere.example/",
            "/\\elsewhere.example",
            "https://elsewhere.example/",
            "/a\r\nset-cookie: x",
        ] {
            assert_eq!(own_path(other), None, "{other}");
        }
    }
}
