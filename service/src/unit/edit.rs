//! 新增 and 编辑.

use crate::{Actor, Error, Result, Services};
use domain::view::{Edited, UnitEdit, UnitForm, UnitId};

/// What is stored of a unit below the actor's own, to fill the form with; with the plan of a year, else of this one.
/// [`domain::Problem::AskSuperior`] for the own unit.
pub async fn form(_services: &Services, _actor: &Actor, _id: UnitId, _year: Option<i32>) -> Result<UnitEdit> {
    Err(Error::internal("unfinished"))
}

/// Adds a unit with this year's plan, its account and the SMS with the initial password, as generation does.
/// [`domain::Problem::Fields`] names what must be mended.
pub async fn create(_services: &Services, _actor: &Actor, _form: &UnitForm) -> Result<UnitId> {
    Err(Error::internal("unfinished"))
}

/// Changes every datum of a unit below the actor's own, and the plan of the form's year; a new superior takes all that
/// stands below the unit along. Nothing is saved when the version is not the stored one any more.
pub async fn edit(_services: &Services, _actor: &Actor, _id: UnitId, _version: i32, _form: &UnitForm) -> Result<Edited> {
    Err(Error::internal("unfinished"))
}
