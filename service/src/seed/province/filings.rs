//! The filings of the province: most plans are approved, and some wait, are returned, are drafts or are missing.

use super::{ProvinceUnit, Stage, YearPlan};
use crate::{Error, Result, Services, query::insert_many};
use domain::{
    Money,
    calendar::{Day, Timestamp},
    plan_filing::{Canteen, CanteenPlan, FilingAction, FilingForm, FilingState, PlanFigures, UnionPlan, ZERO_REMARK},
};
use entity::{plan_filing, plan_filing_version};
use sea_orm::{Set, sea_query::OnConflict};
use serde::Serialize;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Adds the filings that are missing.
pub(super) async fn add(services: &Services, units: &[ProvinceUnit], now: Timestamp) -> Result<()> {
    let (mut filings, mut versions) = (Vec::new(), Vec::new());
    for (number, unit) in units.iter().enumerate() {
        for plan in &unit.plans {
            let Some(state) = state(plan.stage) else { continue };
            // In March of the year, and the last ones after the end of filing.
            let submitted = march(plan.year) + DAY * u32::try_from(number * 7 % 34).map_err(Error::internal)?;
            let filing = Filing { unit, plan, figures: figures(unit, plan), submitted: submitted.min(now) };
            let steps = filing.versions(plan.stage)?;
            filings.push(filing.row(state, steps.len())?);
            versions.extend(steps);
        }
    }
    let tx = services.write().await?;
    let keep = OnConflict::columns([plan_filing::Column::UnitId, plan_filing::Column::Year]).do_nothing().to_owned();
    insert_many(&tx, filings, Some(keep)).await?;
    let key = {
        use plan_filing_version::Column::{UnitId, Version, Year};
        [UnitId, Year, Version]
    };
    let keep = OnConflict::columns(key).do_nothing().to_owned();
    insert_many(&tx, versions, Some(keep)).await?;
    Ok(tx.commit().await?)
}

const fn state(stage: Stage) -> Option<FilingState> {
    match stage {
        Stage::Nothing => None,
        Stage::Draft => Some(FilingState::Draft),
        Stage::Submitted => Some(FilingState::Submitted),
        Stage::Returned => Some(FilingState::Returned),
        Stage::Approved | Stage::ZeroFiling => Some(FilingState::Approved),
        Stage::Confirmed => Some(FilingState::Confirmed),
    }
}

fn figures(unit: &ProvinceUnit, plan: &YearPlan) -> PlanFigures {
    let has_canteen = plan.total > Money::ZERO;
    let canteen = CanteenPlan { total: plan.total, ratio: plan.ratio, approval: None };
    let (share, members) = plan.union;
    PlanFigures {
        canteen: if has_canteen { Canteen::Own(canteen) } else { Canteen::None },
        union: has_canteen.then_some(UnionPlan { funds: None, members, share }),
        fall_reason: String::new(),
        remark: if has_canteen { String::new() } else { ZERO_REMARK.to_owned() },
        filler: unit.contact.clone(),
    }
}

struct Filing<'a> {
    unit: &'a ProvinceUnit,
    plan: &'a YearPlan,
    figures: PlanFigures,
    submitted: Timestamp,
}

impl Filing<'_> {
    fn row(&self, state: FilingState, versions: usize) -> Result<plan_filing::ActiveModel> {
        let is_submitted = state != FilingState::Draft;
        let last_day_of_march = march(self.plan.year) + DAY * 31;
        Ok(plan_filing::ActiveModel {
            unit_id: Set(self.unit.id),
            year: Set(self.plan.year),
            state: Set(state),
            form: Set(json(&FilingForm::of(&self.figures))?),
            figures: Set(is_submitted.then(|| json(&self.figures)).transpose()?),
            canteen: Set(is_submitted.then(|| self.figures.canteen.kind())),
            representative_id: Set(None),
            total: Set(is_submitted.then(|| self.figures.total())),
            share: Set(is_submitted.then(|| self.figures.share())),
            late: Set(is_submitted && self.submitted >= last_day_of_march),
            submitted_at: Set(is_submitted.then_some(self.submitted)),
            updated_at: Set(self.submitted),
            version: Set(i32::try_from(versions).map_err(Error::internal)?),
        })
    }

    /// What was done, from the first version on.
    fn versions(&self, stage: Stage) -> Result<Vec<plan_filing_version::ActiveModel>> {
        use FilingAction::{Approve, Confirm, Return, Save, Submit};
        let actions: &[FilingAction] = match stage {
            Stage::Nothing => &[],
            Stage::Draft => &[Save],
            Stage::Submitted => &[Submit],
            Stage::Returned => &[Submit, Return],
            Stage::Approved | Stage::ZeroFiling => &[Submit, Approve],
            Stage::Confirmed => &[Submit, Approve, Confirm],
        };
        let mut at = self.submitted;
        let mut versions = Vec::with_capacity(actions.len());
        for (action, version) in actions.iter().zip(1..) {
            let is_own = matches!(action, Save | Submit);
            let by = if is_own {
                (&self.unit.name, &self.unit.login)
            } else {
                (&self.unit.superior.name, &self.unit.superior.login)
            };
            versions.push(plan_filing_version::ActiveModel {
                unit_id: Set(self.unit.id),
                year: Set(self.plan.year),
                version: Set(version),
                at: Set(at),
                action: Set(*action),
                by_unit: Set(by.0.clone()),
                login: Set(by.1.clone()),
                reason: Set(
                    (*action == Return).then(|| "食堂食材采购总额与上年相差较大，请核对后重新报送。".to_owned())
                ),
                figures: Set((*action == Submit).then(|| json(&self.figures)).transpose()?),
            });
            at = at + Duration::from_hours(5);
        }
        Ok(versions)
    }
}

/// The first day of March.
fn march(year: i32) -> Timestamp {
    Day::from_number(year * 10_000 + 301).map_or(Timestamp(0), Day::start)
}

fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}
