//! Deleting and merging.

use crate::{Actor, Error, Result, Services};
use domain::view::UnitId;

/// Deletes a unit below the actor's own that nobody ever used: [`domain::Problem::AccountIs`] where the account was
/// activated, [`domain::Problem::HasSubordinates`] where units stand below it.
pub async fn delete(_services: &Services, _actor: &Actor, _id: UnitId) -> Result<()> {
    Err(Error::internal("unfinished"))
}

/// 单位合并: dissolves a unit; what stands below it, its plans and its history go to another, and its names find that one.
pub async fn merge(_services: &Services, _actor: &Actor, _from: UnitId, _into: UnitId) -> Result<()> {
    Err(Error::internal("unfinished"))
}
