//! 预算单位列表: the units of the actor's subtree.

use crate::{Actor, Error, Result, Services};
use domain::view::{UnitDetail, UnitId, UnitQuery, UnitsPage};

/// A page of the subtree, the own unit not listed (for the operator: of every unit).
pub async fn list(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<UnitsPage> {
    let _ = (services, actor, query);
    Err(Error::internal("unfinished"))
}

/// A unit in full; [`domain::Problem::NotFound`] outside the subtree, as where there is none.
pub async fn detail(services: &Services, actor: &Actor, id: UnitId) -> Result<UnitDetail> {
    let _ = (services, actor, id);
    Err(Error::internal("unfinished"))
}
