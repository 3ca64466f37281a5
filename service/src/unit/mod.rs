//! 预算单位管理: the units of the actor's subtree.

mod detail;
mod edit;
mod list;
mod remove;
mod tree;
pub(crate) mod write;

pub use detail::detail;
pub(crate) use detail::names;
pub(crate) use edit::{Named, by_name};
pub use edit::{create, edit, form};
pub(crate) use list::{Filter, UNREACHED, listed, parsed, path, token};
pub use list::{list, superiors};
pub use remove::{delete, merge};
pub use tree::tree;

use crate::{Actor, Error, Result, Subtree, actor::Role, database::sql};
use domain::{
    AdminLevel, BudgetLevel, Money, Problem, Ratio,
    mobile::mask,
    view::{UnitId, UnitRow},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

/// A unit with its superior, a year's plan and its last SMS.
const COLUMNS: &str = "u.id, u.path, u.name, u.code, u.admin_level, u.contact, u.mobile, p.name AS superior, u.login, \
    u.account, r.total, r.ratio, \
    (SELECT s.state FROM sms_outbox s WHERE s.unit_id = u.id ORDER BY s.id DESC LIMIT 1) AS sms";
/// Ends before the year.
const JOINS: &str = "LEFT JOIN unit p ON p.id = u.parent_id LEFT JOIN reserve_plan r ON r.unit_id = u.id AND r.year =";

#[derive(FromQueryResult)]
pub(crate) struct Found {
    pub(crate) id: i64,
    path: String,
    name: String,
    code: Option<String>,
    admin_level: i16,
    contact: Option<String>,
    mobile: Option<String>,
    superior: Option<String>,
    login: Option<String>,
    account: domain::view::AccountState,
    total: Option<i64>,
    ratio: Option<i32>,
    sms: Option<domain::view::SmsState>,
}

impl Found {
    pub(crate) fn row(self, subtree: &Subtree) -> Result<UnitRow> {
        Ok(UnitRow {
            id: UnitId(self.id),
            account: self.account.into(),
            // The own unit's superior is not the asker's business.
            superior: self.superior.filter(|_| self.path != subtree.from),
            name: self.name,
            code: self.code,
            admin_level: admin_level(self.admin_level)?,
            login: self.login,
            total: self.total.and_then(Money::from_fen),
            ratio: self.ratio.and_then(ratio),
            contact: self.contact,
            mobile: self.mobile.as_deref().map(mask),
            sms: self.sms.map(Into::into),
        })
    }
}

/// The stored number as 行政级次.
pub(crate) fn admin_level(stored: i16) -> Result<AdminLevel> {
    u8::try_from(stored)
        .ok()
        .and_then(AdminLevel::from_index)
        .ok_or_else(|| Error::internal(format!("{stored} is no administrative level")))
}

/// The stored number as 预算级次.
pub(crate) fn budget_level(stored: Option<i16>) -> Option<BudgetLevel> {
    BudgetLevel::from_index(u8::try_from(stored?).ok()?)
}

fn ratio(stored: i32) -> Option<Ratio> {
    Ratio::from_hundredths(u16::try_from(stored).ok()?)
}

/// The subtree as things stand inside a transaction: the own unit may have been moved since the request began, and a unit
/// that was dissolved has none.
pub(crate) async fn subtree(tx: &impl ConnectionTrait, actor: &Actor) -> Result<Subtree> {
    match &actor.role {
        Role::Operator => Ok(Subtree::everything()),
        Role::Management(own) => {
            let path = sql(tx, "SELECT path FROM unit WHERE id = $1 AND merged_into IS NULL", [own.id.0.into()]);
            let row = tx.query_one_raw(path).await?.ok_or(Problem::NotSignedIn)?;
            Ok(Subtree::of(&row.try_get_by_index::<String>(0)?))
        }
    }
}

/// A unit that the actor is about to change.
#[derive(FromQueryResult)]
pub(crate) struct Target {
    pub(crate) id: i64,
    pub(crate) parent_id: Option<i64>,
    pub(crate) path: String,
    pub(crate) superior: Option<String>,
}

/// The unit, which must stand below the actor's own: outside it is [`Problem::NotFound`], and the own unit is
/// [`Problem::AskSuperior`], as nobody manages itself.
pub(crate) async fn below(tx: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<Target> {
    let subtree = subtree(tx, actor).await?;
    let text = "SELECT u.id, u.parent_id, u.path, p.name AS superior FROM unit u \
                LEFT JOIN unit p ON p.id = u.parent_id WHERE u.id = $1 AND u.path >= $2 AND u.path < $3";
    let values = [unit.0.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let target = Target::find_by_statement(sql(tx, text, values)).one(tx).await?.ok_or(Problem::NotFound)?;
    if target.path == subtree.from {
        return Err(target.superior.map_or(Problem::Forbidden, |superior| Problem::AskSuperior { superior }).into());
    }
    Ok(target)
}

/// The number that a statement counts.
pub(crate) async fn count(db: &impl ConnectionTrait, statement: Statement) -> Result<u32> {
    let row = db.query_one_raw(statement).await?.ok_or_else(|| Error::internal("a count gave nothing"))?;
    let count: i64 = row.try_get_by_index(0)?;
    u32::try_from(count).map_err(Error::internal)
}
