//! How far the units of a subtree are with their plans, by direct subordinate.

use super::year_of;
use crate::{
    Actor, Result, Services,
    situation::{Top, progress_of},
};
use domain::plan_filing::{FilingProgress, ProgressRow, ProgressView};

/// The progress of the units below the actor's own in a year. For the operator the first level is the top of the tree. The
/// number of statements does not grow with the units. [`domain::Problem::NotFound`] for a year without plans.
pub async fn progress(services: &Services, actor: &Actor, year: Option<i32>) -> Result<ProgressView> {
    let year = year_of(services, year)?;
    let tx = services.read().await?;
    let direct = Top::below(&tx, actor.unit().ok().map(|own| own.id), None).await?;
    let mut progress = progress_of(&tx, &direct, year).await?;
    let row = |unit: &Top| ProgressRow { unit: unit.named(), progress: progress.remove(&unit.id).unwrap_or_default() };
    let rows: Vec<_> = direct.iter().map(row).collect();
    let total = rows.iter().fold(FilingProgress::default(), |total, row| total.plus(row.progress));
    Ok(ProgressView { year, total, rows })
}
