//! How far the units of a subtree are with their plans, by direct subordinate, and how far the deadline is away.

use super::{applied, year_of};
use crate::{
    Actor, Result, Services,
    actor::OwnUnit,
    situation::{Top, progress_of},
};
use domain::plan_filing::{Deadline, FilingProgress, ProgressRow, ProgressView};
use sea_orm::ConnectionTrait;

/// The progress of the units below the actor's own in a year. For the operator the first level is the top of the tree. The
/// number of statements does not grow with the units. [`domain::Problem::NotFound`] for a year without plans.
pub async fn progress(services: &Services, actor: &Actor, year: Option<i32>) -> Result<ProgressView> {
    let year = year_of(services, year)?;
    let own = actor.unit().ok();
    let tx = services.read().await?;
    let direct = Top::below(&tx, own.map(|own| own.id), None).await?;
    let mut progress = progress_of(&tx, &direct, year).await?;
    let row = |unit: &Top| ProgressRow { unit: unit.named(), progress: progress.remove(&unit.id).unwrap_or_default() };
    let rows: Vec<_> = direct.iter().map(row).collect();
    let total = rows.iter().fold(FilingProgress::default(), |total, row| total.plus(row.progress));
    let deadline = match own {
        Some(own) => deadline(services, &tx, own, year).await?,
        None => None,
    };
    Ok(ProgressView { year, deadline, total, rows })
}

/// The last day of filing that applies to the own unit.
pub(super) async fn deadline(
    services: &Services,
    db: &impl ConnectionTrait,
    own: &OwnUnit,
    year: i32,
) -> Result<Option<Deadline>> {
    Ok(Deadline::of(year, services.now(), &applied(db, &own.path, own.id, year).await?))
}
