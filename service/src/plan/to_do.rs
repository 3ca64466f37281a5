//! What a unit must do about plans, for its desktop.

use super::{find, progress::deadline, year_of};
use crate::{Result, Services, actor::OwnUnit, situation::plans_below};
use domain::{desktop::PlansToDo, plan_filing::Standing};
use entity::reserve_plan;
use sea_orm::EntityTrait;

/// The plans of this year that wait for a unit. Those below it come from the kept counts of its subtree.
pub(crate) async fn to_do(services: &Services, own: &OwnUnit) -> Result<PlansToDo> {
    let year = year_of(services, None)?;
    let tx = services.read().await?;
    let filing = find(&tx, own.id, year).await?;
    let plan = reserve_plan::Entity::find_by_id((own.id, year)).one(&tx).await?;
    let below = plans_below(&tx, own.id, &own.path, year).await?;
    let progress = below.progress();
    let mut to_do = PlansToDo {
        year,
        own: Standing::of(filing.map(|filing| filing.state), plan.is_some()),
        deadline: None,
        submitted: progress.submitted,
        change_requested: progress.change_requested,
        not_filed: progress.not_filed(),
    };
    if to_do.must_file() {
        to_do.deadline = deadline(services, &tx, own, year).await?;
    }
    Ok(to_do)
}
