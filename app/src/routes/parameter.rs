//! The names of the parameters in the addresses of pages. Bookmarks hold them, so they stay as they are.

/// The action on the previous page: a [`DoneNotice`](super::DoneNotice).
pub const DONE: &str = "done";
/// Search text.
pub const SEARCH: &str = "q";
/// State of an account, or of a row of a batch; `closed`: code disputes that are closed.
pub const STATE: &str = "state";
/// 行政级次, by index.
pub const ADMIN_LEVEL: &str = "level";
/// 预算级次, by index.
pub const BUDGET_LEVEL: &str = "budget-level";
/// `failed`: only units that no SMS has reached.
pub const SMS: &str = "sms";
/// Only units below this one.
pub const BELOW: &str = "below";
/// Order of a list.
pub const SORT: &str = "sort";
/// `desc`: the order is reversed.
pub const ORDER: &str = "order";
/// The first day of a period, yyyy-mm-dd.
pub const FROM: &str = "from";
/// The last day of a period, or 截止日期 of a report, yyyy-mm-dd.
pub const UNTIL: &str = "until";
/// Cursor: the row behind which the page of a list begins.
pub const CURSOR: &str = "at";
/// 认证状态.
pub const CERTIFICATION: &str = "certification";
/// 采购人类型.
pub const KIND: &str = "kind";
/// Only purchasers of this unit; the unit of a report.
pub const UNIT: &str = "unit";
/// 完成口径.
pub const BASIS: &str = "basis";
/// 付款来源.
pub const PAYER: &str = "payer";
/// 产品类别.
pub const CATEGORY: &str = "category";
/// The unit of amounts.
pub const AMOUNTS: &str = "amounts";
/// The month of a bulletin, yyyy-mm.
pub const MONTH: &str = "month";
/// The login name of the account that a plain form belongs to.
pub const ACCOUNT: &str = "account";
/// Which table of the reports.
pub const REPORT: &str = "report";
/// Code of a finding.
pub const CODE: &str = "code";
/// Credit code of a unit to dispute.
pub const CREDIT_CODE: &str = "credit-code";
/// Name of that unit.
pub const NAME: &str = "name";
/// Name of its superior.
pub const SUPERIOR: &str = "superior";
/// Number of a page, from 1.
pub const PAGE: &str = "page";
/// The path that opens after signing in.
pub const NEXT: &str = "next";
/// The year of a plan.
pub const YEAR: &str = "year";
/// Present if the form of a plan shows its errors.
pub const CHECK: &str = "check";
/// Present if the form of a plan begins with last year's values.
pub const FROM_LAST_YEAR: &str = "from-last-year";
/// Only plans that were submitted late.
pub const LATE: &str = "late";
/// Only plans with this case of the canteen.
pub const CANTEEN: &str = "canteen";
/// Only units with this concern about their plans.
pub const CONCERN: &str = "concern";
/// Number of the older version of a plan that is compared.
pub const OLDER: &str = "older";
/// Number of the newer one.
pub const NEWER: &str = "newer";
/// Present if somebody else has saved in the meantime.
pub const EDIT_CONFLICT: &str = "stale";
/// The other year to which a form with unsaved input is to be left.
pub const LEAVE: &str = "leave";
/// Present: the server has refused an uploaded file. With a number: how many accounts of a bulk action were refused.
pub const REFUSED: &str = "refused";
/// How many parked orders were placed.
pub const MATCHED: &str = "matched";
/// How many SMS a bulk action has sent.
pub const SENT: &str = "sent";
/// Present if the page shows a new key.
pub const ISSUED: &str = "issued";
/// Present if the page asks before it generates.
pub const CONFIRM: &str = "confirm";
/// Present if the export holds the selected rows only.
pub const CHOSEN: &str = "chosen";
/// The error of a form that was sent without JavaScript; Leptos writes it.
pub const FORM_ERROR: &str = "__err";
