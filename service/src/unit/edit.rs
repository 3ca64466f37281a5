//! 新增 and 编辑: adds a unit by a form, and changes one.

use super::{
    below, depth, require_editor, subtree,
    write::{self, Addition, Alteration},
};
use crate::{
    Actor, Result, Services, Subtree,
    audit::AuditActor,
    hashing_queue::HashingSender,
    ids::{IdSequence, take},
    password, query, sms,
    sql::tree::levels_below,
    writer::Writer,
};
use domain::{
    Code, Problem,
    check::UnitInput,
    edit::EditResult,
    form::UnitForm,
    ids::UnitId,
    normalize::same_name,
    problem::FieldFault,
    unit::{MAX_DEPTH, UnitEdit, UnitRef},
};
use entity::{reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// The first year of the programme: no plan is older.
pub(crate) const FIRST_YEAR: i32 = 2019;

/// The stored data of a unit below the actor's own, to fill the form with. The plan is that of the given year, or of this
/// year. [`domain::Problem::AskSuperior`] for the own unit.
pub async fn form(services: &Services, actor: &Actor, id: UnitId, year: Option<i32>) -> Result<UnitEdit> {
    let db = &services.0.db;
    require_editor(db, actor, id).await?;
    let managed = below(db, actor, id).await?;
    let unit = unit::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?;
    let year = year.unwrap_or_else(|| services.clock().year());
    stored(db, unit, managed.superior, year).await
}

/// The stored unit as a form.
async fn stored(db: &impl ConnectionTrait, unit: unit::Model, superior: Option<String>, year: i32) -> Result<UnitEdit> {
    let plans = reserve_plan::Entity::find()
        .filter(reserve_plan::Column::UnitId.eq(unit.id))
        .order_by_desc(reserve_plan::Column::Year)
        .all(db)
        .await?;
    let plan = plans.iter().find(|plan| plan.year == year);
    let form = UnitForm {
        superior: superior.unwrap_or_default(),
        superior_id: unit.parent_id.map(|id| id.to_string()).unwrap_or_default(),
        admin_level: unit.admin_level.name().to_owned(),
        budget_level: unit.budget_level.map(|level| level.name().to_owned()).unwrap_or_default(),
        year: year.to_string(),
        total: plan.map(|plan| plan.total.to_string()).unwrap_or_default(),
        ratio: plan.map(|plan| plan.ratio.to_string()).unwrap_or_default(),
        // Computed from total and ratio unless the form gives one.
        share: String::new(),
        code: unit.code.unwrap_or_default(),
        contact: unit.contact.unwrap_or_default(),
        mobile: unit.mobile.unwrap_or_default(),
        remark: unit.remark.unwrap_or_default(),
        name: unit.name.clone(),
    };
    Ok(UnitEdit {
        unit: UnitRef { id: unit.id, name: unit.name },
        version: unit.version,
        form,
        years: plans.iter().map(|plan| plan.year).collect(),
    })
}

/// Adds a unit with this year's plan, its account and the SMS with the initial password, as generation does.
/// [`domain::Problem::Fields`] names the fields that must be corrected.
pub async fn create(services: &Services, actor: &Actor, form: &UnitForm) -> Result<UnitId> {
    actor.unit()?;
    let (input, year) = checked(services, form)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear, HashingSender::account(actor.account)).await?;

    let tx = services.write().await?;
    write::lock(&tx).await?;
    let superior = free_location(&tx, &subtree(&tx, actor).await?, form, &input, None).await?;
    let id = UnitId(take(&tx, IdSequence::Unit, 1).await?);
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let path = format!("{}{id}/", superior.path);
    let addition = Addition { id, parent: superior.id, path, input: &input, password: &(clear, hash) };
    write::add(&writer, year, &[addition]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(id)
}

/// Changes the data of a unit below the actor's own, and the plan of the form's year. With a new superior, the units below
/// the unit move too. Nothing is saved if the version is not the stored one any more.
pub async fn edit(services: &Services, actor: &Actor, id: UnitId, version: i32, form: &UnitForm) -> Result<EditResult> {
    let tx = services.write().await?;
    write::lock(&tx).await?;
    require_editor(&tx, actor, id).await?;
    let managed = below(&tx, actor, id).await?;
    // Locked, as the unit's own people may be saving their contact.
    let unit = unit::Entity::find_by_id(id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotFound)?;
    let checked = checked(services, form);
    if unit.version != version {
        let year = checked.map_or_else(|_| services.clock().year(), |(_, year)| year);
        return Ok(EditResult::Conflict(Box::new(stored(&tx, unit, managed.superior, year).await?)));
    }
    let (mut input, year) = checked?;
    let superior = free_location(&tx, &subtree(&tx, actor).await?, form, &input, Some(&unit)).await?;
    if form.share.trim().is_empty() {
        keep_share(&tx, id, year, &mut input).await?;
    }
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let path = format!("{}{id}/", superior.path);
    write::alter(&writer, year, &[Alteration { unit: &unit, parent: superior.id, path, input: &input }]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// The form's data and year, or the fields that must be corrected.
fn checked(services: &Services, form: &UnitForm) -> Result<(UnitInput, i32)> {
    let unit = form.check().unit();
    let this = services.clock().year();
    let year = match form.year.trim() {
        "" => Ok(this),
        typed => match typed.parse() {
            // The next year's plan is made before it begins.
            Ok(year) if (FIRST_YEAR..=this + 1).contains(&year) => Ok(year),
            Ok(_) => Err(Code::NumberRange),
            Err(_) => Err(Code::NumberFormat),
        },
    };
    match (unit, year) {
        (Ok(unit), Ok(year)) => Ok((unit, year)),
        (unit, year) => {
            let mut faults = unit.err().unwrap_or_default();
            faults.extend(year.err().map(|code| FieldFault::new("year", code)));
            Err(Problem::Fields(faults).into())
        }
    }
}

/// Keeps a share that was typed or came from a merger, as long as total and ratio stay.
async fn keep_share(tx: &DatabaseTransaction, id: UnitId, year: i32, input: &mut UnitInput) -> Result<()> {
    let plan = reserve_plan::Entity::find_by_id((id, year)).one(tx).await?;
    let is_same = |plan: &reserve_plan::Model| plan.total == input.total && plan.ratio == input.ratio;
    if let Some(share) = plan.filter(is_same).map(|plan| plan.share) {
        input.share = share;
    }
    Ok(())
}

/// A unit and where it is in the tree.
#[derive(Clone, DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct UnitLocation {
    pub(crate) id: UnitId,
    pub(crate) path: String,
}

/// The superior of the form, if the unit's code and its name below that superior are free: the checks that need the
/// database. `edited` is the unit as stored; there is none for a new unit.
async fn free_location(
    tx: &DatabaseTransaction,
    subtree: &Subtree,
    form: &UnitForm,
    input: &UnitInput,
    edited: Option<&unit::Model>,
) -> Result<UnitLocation> {
    let mut faults = Vec::new();
    let others = || match edited {
        Some(edited) => unit::Entity::find().filter(unit::Column::Id.ne(edited.id)),
        None => unit::Entity::find(),
    };
    let namesake = others().filter(unit::Column::Code.eq(input.code.as_str()));
    if let Some(other) = namesake.into_partial_model::<UnitLocation>().one(tx).await? {
        // The list shows a unit of the subtree. Of any other unit the form must not show more than that it exists.
        let code = if subtree.contains(&other.path) { Code::DuplicateCode } else { Code::CodeTaken };
        faults.push(FieldFault::new("code", code));
    }
    let present = edited.and_then(|unit| unit.parent_id);
    let superior = by_name(tx, subtree, &input.superior, &form.superior_id, present).await?;
    let superior = superior.and_then(|superior| match edited {
        Some(unit) if superior.id == unit.id => Err(Code::SuperiorSelf),
        Some(unit) if superior.path.starts_with(&unit.path) => Err(Code::SuperiorCycle),
        _ => Ok(superior),
    });
    let superior = match superior {
        Ok(superior) if is_too_deep(tx, &superior, edited).await? => Err(Code::TooDeep),
        superior => superior,
    };
    if let Ok(superior) = &superior {
        let name = same_name(&input.name);
        // Two units that had the same name before may keep it until one of them is renamed.
        let keeps_name = |unit: &unit::Model| unit.parent_id == Some(superior.id) && unit.name_key == name;
        let siblings =
            others().filter(unit::Column::ParentId.eq(superior.id)).filter(unit::Column::NameKey.eq(name.as_ref()));
        if !edited.is_some_and(keeps_name) && query::count(tx, siblings).await? > 0 {
            faults.push(FieldFault::new("name", Code::NameExists));
        }
    }
    match superior {
        Ok(superior) if faults.is_empty() => Ok(superior),
        superior => {
            faults.extend(superior.err().map(|code| FieldFault::new("superior", code)));
            Err(Problem::Fields(faults).into())
        }
    }
}

/// Whether the unit, or a unit below it, would be too deep in the tree below this superior. A unit that stays where it is may
/// be.
async fn is_too_deep(tx: &DatabaseTransaction, superior: &UnitLocation, edited: Option<&unit::Model>) -> Result<bool> {
    let levels = match edited {
        None => 0,
        Some(unit) if unit.parent_id == Some(superior.id) => return Ok(false),
        Some(unit) => levels_below(tx, &[&unit.path]).await?.into_values().max().unwrap_or_default(),
    };
    Ok(depth(&superior.path) + 1 + levels > MAX_DEPTH)
}

/// The unit that a form names. If several units of the subtree have the name, it is the one that was chosen from the list
/// (`chosen`), or else the present one.
pub(crate) async fn by_name(
    tx: &DatabaseTransaction,
    subtree: &Subtree,
    name: &str,
    chosen: &str,
    present: Option<UnitId>,
) -> Result<std::result::Result<UnitLocation, Code>> {
    let named = unit::Entity::find()
        .filter(unit::Column::NameKey.eq(same_name(name).into_owned()))
        .filter(unit::Column::MergedInto.is_null())
        .into_partial_model::<UnitLocation>()
        .all(tx)
        .await?;
    let (inside, outside): (Vec<_>, Vec<_>) = named.into_iter().partition(|unit| subtree.contains(&unit.path));
    let chosen = chosen.trim().parse().ok();
    let by_id = |id: Option<UnitId>| inside.iter().find(|unit| Some(unit.id) == id);
    Ok(match (inside.as_slice(), by_id(chosen).or_else(|| by_id(present))) {
        (_, Some(unit)) | ([unit], None) => Ok(unit.clone()),
        ([], None) if outside.is_empty() => Err(Code::SuperiorUnknown),
        ([], None) => Err(Code::SuperiorOutOfScope),
        (_, None) => Err(Code::SuperiorAmbiguous),
    })
}
