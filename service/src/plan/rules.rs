//! What the checks of a plan compare it with, and the checks that need the database.

use super::{figures, find, parameters::applied};
use crate::{
    Result, Subtree,
    query::{self, within},
};
use domain::{
    calendar::Timestamp,
    ids::{PurchaserId, UnitId},
    normalize::same_name,
    plan_filing::{Canteen, CanteenKind, FilingRules, LastYear, PlanFigures, timing},
    plan_finding::{PlanCode, PlanFinding},
};
use entity::{plan_filing, purchaser, reserve_plan, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// The rules for a unit's plan of a year at this moment.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    unit: &unit::Model,
    year: i32,
    now: Timestamp,
) -> Result<FilingRules> {
    let parameters = applied(db, &unit.path, unit.id, year).await?;
    let timing = timing(year, now, &parameters);
    Ok(FilingRules { year, parameters, last: last_year(db, unit.id, year - 1).await?, timing })
}

/// The approved plan of the year before, with what the unit has filed for it.
async fn last_year(db: &impl ConnectionTrait, unit: UnitId, year: i32) -> Result<Option<LastYear>> {
    let Some(plan) = reserve_plan::Entity::find_by_id((unit, year)).one(db).await? else { return Ok(None) };
    let filing = find(db, unit, year).await?;
    let figures = filing.as_ref().map(figures).transpose()?.flatten();
    Ok(Some(LastYear { total: plan.total, ratio: plan.ratio, share: plan.share, figures }))
}

/// A unit that could be the representative.
type Candidate = (UnitId, String);

/// What only the database knows about the figures of a unit: the representative, or what is wrong.
pub(super) async fn look_up(
    db: &impl ConnectionTrait,
    unit: &unit::Model,
    year: i32,
    figures: &PlanFigures,
) -> Result<std::result::Result<Option<UnitId>, PlanFinding>> {
    match &figures.canteen {
        Canteen::Outsourced { purchaser, .. } if !is_purchaser_of(db, *purchaser, unit.id).await? => {
            Ok(Err(PlanFinding::new("purchaser", PlanCode::FirmUnknown)))
        }
        Canteen::SharedMember { representative } => {
            let found = self::representative(db, unit, year, representative).await?;
            Ok(found.map(Some).map_err(|code| {
                let field = if code == PlanCode::RepresentsOthers { "canteen" } else { "representative" };
                PlanFinding::new(field, code)
            }))
        }
        Canteen::Own(_) | Canteen::SharedLead(_) | Canteen::Outsourced { .. } | Canteen::None => Ok(Ok(None)),
    }
}

async fn is_purchaser_of(db: &impl ConnectionTrait, purchaser: PurchaserId, unit: UnitId) -> Result<bool> {
    let found = purchaser::Entity::find_by_id(purchaser).filter(purchaser::Column::UnitId.eq(unit));
    Ok(query::count(db, found).await? > 0)
}

/// The unit that files the shared canteen: one below the same superior, or that superior, which does not itself leave its
/// canteen to another unit. A transaction that stores the answer holds the exclusive lock of the tree, so that two units do not
/// name each other at once.
async fn representative(
    db: &impl ConnectionTrait,
    unit: &unit::Model,
    year: i32,
    name: &str,
) -> Result<std::result::Result<UnitId, PlanCode>> {
    let superior = match unit.parent_id {
        Some(superior) => unit::Entity::find_by_id(superior).one(db).await?,
        None => None,
    };
    let Some(superior) = superior else { return Ok(Err(PlanCode::RepresentativeUnknown)) };
    let named: Vec<Candidate> = unit::Entity::find()
        .select_only()
        .columns([unit::Column::Id, unit::Column::Path])
        .filter(unit::Column::NameKey.eq(same_name(name).into_owned()))
        .filter(within(unit::Column::Path, &Subtree::of(&superior.path)))
        .into_tuple()
        .all(db)
        .await?;
    let representative = match named.as_slice() {
        [] => return Ok(Err(PlanCode::RepresentativeUnknown)),
        [(id, _)] if *id == unit.id => return Ok(Err(PlanCode::RepresentativeSelf)),
        [(id, _)] => *id,
        _ => return Ok(Err(PlanCode::RepresentativeAmbiguous)),
    };
    let members = plan_filing::Entity::find()
        .filter(plan_filing::Column::Year.eq(year))
        .filter(plan_filing::Column::Canteen.eq(CanteenKind::SharedMember));
    let chain = members.clone().filter(plan_filing::Column::UnitId.eq(representative));
    if query::count(db, chain).await? > 0 {
        return Ok(Err(PlanCode::RepresentativeChain));
    }
    if query::count(db, members.filter(plan_filing::Column::RepresentativeId.eq(unit.id))).await? > 0 {
        return Ok(Err(PlanCode::RepresentsOthers));
    }
    Ok(Ok(representative))
}
