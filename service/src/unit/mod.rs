//! 预算单位管理: the units of the actor's subtree.

mod detail;
mod edit;
pub(crate) mod list;
mod merge;
mod remove;
mod tree;
pub(crate) mod write;

pub use detail::{detail, name};
pub(crate) use detail::{names, superiors as superiors_of};
pub(crate) use edit::{FIRST_YEAR, UnitLocation, by_name};
pub use edit::{create, edit, form};
pub(crate) use list::path;
pub use list::{list, superiors};
pub use merge::merge;
pub use remove::delete;
pub use tree::{open_tree, tree};

use crate::{Actor, Result, Subtree, actor::Role, dispute, query::within};
use domain::{Problem, ids::UnitId};
use entity::unit;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait,
    sea_query::Expr,
};

/// The actor's subtree as it is inside a transaction: the actor's own unit may have been moved since the request began, and
/// a dissolved unit has no subtree.
pub(crate) async fn subtree(tx: &impl ConnectionTrait, actor: &Actor) -> Result<Subtree> {
    match &actor.role {
        Role::Operator => Ok(Subtree::everything()),
        Role::Management(own) => {
            let path = unit::Entity::find_by_id(own.id)
                .select_only()
                .column(unit::Column::Path)
                .filter(unit::Column::MergedInto.is_null())
                .into_tuple::<String>()
                .one(tx)
                .await?;
            Ok(Subtree::of(&path.ok_or(Problem::NotSignedIn)?))
        }
    }
}

/// The number of units on a path, which is the depth of the last one.
pub(crate) fn depth(path: &str) -> u32 {
    u32::try_from(path.matches('/').count()).unwrap_or(u32::MAX)
}

/// A unit that the actor manages.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct ManagedUnit {
    pub(crate) id: UnitId,
    pub(crate) parent_id: Option<UnitId>,
    pub(crate) path: String,
    /// The name of the superior.
    #[sea_orm(from_expr = r#"Expr::col(("superior", unit::Column::Name))"#)]
    pub(crate) superior: Option<String>,
}

/// [`Problem::Forbidden`] unless accounts of this kind may change the unit. Management accounts change the units below their
/// own, which [`below`] checks. The operator changes only a unit whose code is in an open dispute (代码争议).
async fn require_editor(db: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<()> {
    match actor.role {
        Role::Management(_) => Ok(()),
        Role::Operator if dispute::is_disputed(db, unit).await? => Ok(()),
        Role::Operator => Err(Problem::Forbidden.into()),
    }
}

/// The unit, which must be below the actor's own: outside the subtree it is [`Problem::NotFound`], and the own unit is
/// [`Problem::AskSuperior`], as no unit manages itself.
pub(crate) async fn below(tx: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<ManagedUnit> {
    let subtree = subtree(tx, actor).await?;
    let managed = unit::Entity::find_by_id(unit)
        .join_as(JoinType::LeftJoin, unit::Relation::Parent.def(), "superior")
        .filter(within(unit::Column::Path, &subtree))
        .into_partial_model::<ManagedUnit>()
        .one(tx)
        .await?
        .ok_or(Problem::NotFound)?;
    if managed.path == subtree.from {
        return Err(managed.superior.map_or(Problem::Forbidden, |superior| Problem::AskSuperior { superior }).into());
    }
    Ok(managed)
}
