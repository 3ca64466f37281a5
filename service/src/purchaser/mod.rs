//! 采购人交易账号管理: the purchasers of the actor's subtree, those of its own unit included.

mod detail;
mod edit;
pub(crate) mod list;
mod remove;
pub(crate) mod write;

pub use detail::{detail, name};
pub use edit::{create, edit, form};
pub use list::list;
pub use remove::delete;

use crate::{Actor, Result, query, unit};
use domain::{Problem, ids::PurchaserId};
use entity::purchaser;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};

/// A stored purchaser of the actor's subtree; [`Problem::NotFound`] outside it.
pub(crate) async fn within(db: &impl ConnectionTrait, actor: &Actor, id: PurchaserId) -> Result<purchaser::Model> {
    let subtree = unit::subtree(db, actor).await?;
    let purchaser = purchaser::Entity::find_by_id(id).filter(query::within(purchaser::Column::UnitPath, &subtree));
    Ok(purchaser.one(db).await?.ok_or(Problem::NotFound)?)
}
