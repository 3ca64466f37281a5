//! 填报参数: finance departments set them for their subtree; everybody sees what applies and who has set it.

use super::{find_unit, from_json, to_json, year_of, years};
use crate::{
    Actor, Result, Services, Subtree,
    actor::Role,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    query::is_any_of,
    unit::superiors_of,
};
use domain::{
    Problem,
    ids::UnitId,
    plan_parameters::{
        OwnParameters, Parameter, ParameterForm, ParameterSet, Parameters, ParametersAnswer, ParametersView,
    },
    unit::UnitRef,
};
use entity::{UnitKind, plan_parameter_set, unit};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::{Map, Value};

/// The parameters of a unit's superiors and its own, from the top of the tree down.
struct Chain(Vec<(UnitRef, ParameterSet)>);

impl Chain {
    /// One statement for any number of superiors.
    async fn load(db: &impl ConnectionTrait, path: &str, unit: UnitId, year: i32) -> Result<Self> {
        let ids = superiors_of(&Subtree::everything(), path).into_iter().chain([unit]);
        let sets = plan_parameter_set::Entity::find()
            .find_also_related(unit::Entity)
            .filter(plan_parameter_set::Column::Year.eq(year))
            .filter(is_any_of(db, plan_parameter_set::Column::UnitId, ids))
            .all(db)
            .await?;
        let mut sets: Vec<_> = sets.into_iter().filter_map(|(set, unit)| Some((unit?, set))).collect();
        // The path of a superior is the beginning of the paths below it.
        sets.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        let read = |(unit, set): (unit::Model, plan_parameter_set::Model)| {
            Ok((UnitRef { id: unit.id, name: unit.name }, from_json(&set.parameters)?))
        };
        Ok(Self(sets.into_iter().map(read).collect::<Result<_>>()?))
    }

    /// What applies to the unit itself.
    fn applied(&self) -> Parameters {
        Parameters::resolve(self.0.iter().map(|(unit, set)| (unit, set)))
    }

    /// What applies to the superior of a unit.
    fn above(&self, id: UnitId) -> Parameters {
        Parameters::resolve(self.0.iter().filter(|(unit, _)| unit.id != id).map(|(unit, set)| (unit, set)))
    }
}

/// The parameters that apply to a unit in a year.
pub(crate) async fn applied(db: &impl ConnectionTrait, path: &str, unit: UnitId, year: i32) -> Result<Parameters> {
    Ok(Chain::load(db, path, unit, year).await?.applied())
}

/// The parameters that apply to a unit of the actor's subtree, with who has set them; the own unit if none is named.
/// [`Problem::NotFound`] outside the subtree and for a year without plans.
pub async fn parameters(
    services: &Services,
    actor: &Actor,
    unit: Option<UnitId>,
    year: Option<i32>,
) -> Result<ParametersView> {
    let db = &services.0.db;
    let year = year_of(services, year)?;
    let unit = find_unit(db, actor, unit).await?;
    let id = unit.id;
    let chain = Chain::load(db, &unit.path, id, year).await?;
    let is_own = matches!(&actor.role, Role::Management(own) if own.id == id);
    let own = if is_own && unit.kind != UnitKind::Budget {
        let stored = plan_parameter_set::Entity::find_by_id((id, year)).one(db).await?;
        let set: ParameterSet = stored.as_ref().map(|set| from_json(&set.parameters)).transpose()?.unwrap_or_default();
        let version = stored.map_or(0, |set| set.version);
        Some(OwnParameters { form: ParameterForm::of(&set, year), version })
    } else {
        None
    };
    Ok(ParametersView {
        applied: chain.applied(),
        above: chain.above(id),
        unit: UnitRef { id, name: unit.name },
        years: years(services),
        year,
        own,
    })
}

/// Sets the parameters of the own unit, which must be a preset (a finance department or a central competent unit):
/// [`Problem::Forbidden`] for all others. The answer names what must be corrected, also a value that is looser than the
/// one above. [`Problem::Stale`] if somebody else has changed them since the form was loaded.
pub async fn set_parameters(
    services: &Services,
    actor: &Actor,
    year: i32,
    version: i32,
    form: &ParameterForm,
) -> Result<ParametersAnswer<()>> {
    let own = actor.unit()?;
    let year = year_of(services, Some(year))?;
    let now = services.now();
    let tx = services.write().await?;
    let unit = unit::Entity::find_by_id(own.id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotSignedIn)?;
    if unit.kind == UnitKind::Budget {
        return Err(Problem::Forbidden.into());
    }
    let stored = plan_parameter_set::Entity::find_by_id((own.id, year)).one(&tx).await?;
    if stored.as_ref().map_or(0, |set| set.version) != version {
        return Err(Problem::Stale.into());
    }
    let above = Chain::load(&tx, &unit.path, own.id, year).await?.above(own.id);
    let this = UnitRef { id: own.id, name: unit.name };
    let set = match form.check(year, &this, &above) {
        Ok(set) => set,
        Err(findings) => return Ok(ParametersAnswer::Refused(findings)),
    };
    let before: ParameterSet = stored.as_ref().map(|set| from_json(&set.parameters)).transpose()?.unwrap_or_default();
    let row = plan_parameter_set::ActiveModel {
        unit_id: Set(own.id),
        year: Set(year),
        parameters: Set(to_json(&set)?),
        updated_at: Set(now),
        version: Set(version + 1),
    };
    match stored {
        Some(_) => drop(row.update(&tx).await?),
        None => drop(plan_parameter_set::Entity::insert(row).exec_without_returning(&tx).await?),
    }
    let event = AuditEvent {
        before: Some(logged(&before, year)),
        after: Some(logged(&set, year)),
        ..AuditEvent::new(AuditAction::PlanParametersSet, Some(own.id.into()), own.id)
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(ParametersAnswer::Set(()))
}

/// The values and their sources for the audit log.
fn logged(set: &ParameterSet, year: i32) -> Value {
    let form = ParameterForm::of(set, year);
    let mut values = Map::new();
    values.insert("year".to_owned(), year.into());
    for parameter in Parameter::ALL {
        values.insert(parameter.field().to_owned(), form.value(*parameter).into());
        values.insert(parameter.source_field().to_owned(), form.source(*parameter).into());
    }
    Value::Object(values)
}
