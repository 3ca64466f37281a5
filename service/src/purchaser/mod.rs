//! 采购人交易账号管理: the purchasers of the actor's subtree, those of its own unit included.

mod detail;
mod edit;
mod list;
mod remove;
pub(crate) mod write;

pub use detail::detail;
pub use edit::{create, edit, form};
pub(crate) use list::Filter;
pub use list::list;
pub use remove::delete;

use crate::{Actor, Result, database::sql, unit};
use domain::view::{AccountState, SmsState};
use domain::{Certification, PurchaserKind};
use domain::{
    Problem,
    mobile::mask,
    view::{PurchaserId, PurchaserRow, UnitId, UnitRef},
};
use entity::purchaser;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

/// A purchaser with its unit and its last SMS.
const COLUMNS: &str = "p.id, p.name, p.code, p.kind, p.unit_id, u.name AS unit, p.login, p.account, p.certification, p.contact, \
    p.mobile, (SELECT s.state FROM sms_outbox s WHERE s.purchaser_id = p.id ORDER BY s.id DESC LIMIT 1) AS sms";

#[derive(FromQueryResult)]
pub(crate) struct Found {
    pub(crate) id: i64,
    name: String,
    code: String,
    kind: PurchaserKind,
    unit_id: i64,
    unit: String,
    login: Option<String>,
    account: AccountState,
    certification: Certification,
    contact: String,
    mobile: String,
    sms: Option<SmsState>,
}

impl From<Found> for PurchaserRow {
    fn from(found: Found) -> Self {
        Self {
            id: PurchaserId(found.id),
            name: found.name,
            code: found.code,
            kind: found.kind.into(),
            unit: UnitRef { id: UnitId(found.unit_id), name: found.unit },
            login: found.login,
            account: found.account.into(),
            certification: found.certification.into(),
            contact: found.contact,
            mobile: mask(&found.mobile),
            sms: found.sms.map(Into::into),
        }
    }
}

/// A purchaser of the actor's subtree as it stands; [`Problem::NotFound`] outside it, as where there is none.
pub(crate) async fn within(db: &impl ConnectionTrait, actor: &Actor, id: PurchaserId) -> Result<purchaser::Model> {
    let subtree = unit::subtree(db, actor).await?;
    let text = "SELECT * FROM purchaser WHERE id = $1 AND unit_path >= $2 AND unit_path < $3";
    let found =
        purchaser::Entity::find().from_raw_sql(sql(db, text, [id.0.into(), subtree.from.into(), subtree.to.into()]));
    Ok(found.one(db).await?.ok_or(Problem::NotFound)?)
}
