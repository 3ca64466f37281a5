//! 新增 and 编辑.

use super::{
    Target, below, subtree,
    write::{self, Addition, Alteration},
};
use crate::{
    Actor, Result, Services, Subtree,
    audit::AuditActor,
    database::sql,
    ids::{IdSequence, take},
    password, sms,
    writer::Writer,
};
use domain::{
    Code, Problem,
    check::UnitRow,
    normalize::same_name,
    problem::FieldFault,
    view::{Edited, UnitEdit, UnitForm, UnitId, UnitRef},
};
use entity::{reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

/// The first year of the programme: no plan is older.
const FIRST_YEAR: i32 = 2019;

/// What is stored of a unit below the actor's own, to fill the form with; with the plan of a year, else of this one.
/// [`domain::Problem::AskSuperior`] for the own unit.
pub async fn form(services: &Services, actor: &Actor, id: UnitId, year: Option<i32>) -> Result<UnitEdit> {
    actor.unit()?;
    let db = &services.0.db;
    let target = below(db, actor, id).await?;
    let unit = unit::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?;
    let year = year.unwrap_or_else(|| services.clock().year());
    stored(db, unit, target.superior, year).await
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
        // What total and ratio make, unless the plan says otherwise.
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
/// [`domain::Problem::Fields`] names what must be mended.
pub async fn create(services: &Services, actor: &Actor, form: &UnitForm) -> Result<UnitId> {
    actor.unit()?;
    let (says, year) = checked(services, form)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear).await?;

    let tx = services.write().await?;
    write::lock(&tx).await?;
    let place = place(&tx, &subtree(&tx, actor).await?, form, &says, None).await?;
    let id = UnitId(take(&tx, IdSequence::Unit, 1).await?);
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let path = format!("{}{id}/", place.path);
    let parent = UnitId(place.id);
    write::add(&writer, year, &[Addition { id, parent, path, input: &says, password: &(clear, hash) }]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(id)
}

/// Changes every datum of a unit below the actor's own, and the plan of the form's year; a new superior takes all that
/// stands below the unit along. Nothing is saved when the version is not the stored one any more.
pub async fn edit(services: &Services, actor: &Actor, id: UnitId, version: i32, form: &UnitForm) -> Result<Edited> {
    actor.unit()?;
    let tx = services.write().await?;
    write::lock(&tx).await?;
    let target = below(&tx, actor, id).await?;
    // Locked, as its own people may be saving their contact.
    let unit = unit::Entity::find_by_id(id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotFound)?;
    let checked = checked(services, form);
    if unit.version != version {
        let year = checked.map_or_else(|_| services.clock().year(), |(_, year)| year);
        return Ok(Edited::Stale(Box::new(stored(&tx, unit, target.superior, year).await?)));
    }
    let (mut says, year) = checked?;
    let place = place(&tx, &subtree(&tx, actor).await?, form, &says, Some(&target)).await?;
    if form.share.trim().is_empty() {
        keep_share(&tx, id, year, &mut says).await?;
    }
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let path = format!("{}{id}/", place.path);
    write::alter(&writer, year, &[Alteration { unit: &unit, parent: UnitId(place.id), path, input: &says }]).await?;
    tx.commit().await?;
    Ok(Edited::Saved)
}

/// The form's data and year, or what must be mended.
fn checked(services: &Services, form: &UnitForm) -> Result<(UnitRow, i32)> {
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

/// A share that was given, or came from a merger, stays while total and ratio do.
async fn keep_share(tx: &DatabaseTransaction, id: UnitId, year: i32, says: &mut UnitRow) -> Result<()> {
    let plan = reserve_plan::Entity::find_by_id((id, year)).one(tx).await?;
    let same = |plan: &reserve_plan::Model| plan.total == says.total && plan.ratio == says.ratio;
    if let Some(share) = plan.filter(same).map(|plan| plan.share) {
        says.share = share;
    }
    Ok(())
}

/// A unit of the subtree by name.
#[derive(Clone, FromQueryResult)]
pub(crate) struct Named {
    pub(crate) id: i64,
    pub(crate) path: String,
}

/// What only the database knows: where the unit goes, and whether its code and its name are free. `unit` is the one that is
/// edited.
async fn place(
    tx: &DatabaseTransaction,
    subtree: &Subtree,
    form: &UnitForm,
    says: &UnitRow,
    unit: Option<&Target>,
) -> Result<Named> {
    let mut faults = Vec::new();
    let own = unit.map_or(0, |unit| unit.id);
    let taken = "SELECT id, path FROM unit WHERE code = $1 AND id <> $2";
    let taken = Named::find_by_statement(sql(tx, taken, [says.code.as_str().into(), own.into()])).one(tx).await?;
    if let Some(other) = taken {
        // One of the subtree is found in the list; of any other no more is said than that there is one.
        let code = if subtree.contains(&other.path) { Code::DuplicateCode } else { Code::CodeTaken };
        faults.push(FieldFault::new("code", code));
    }
    let superior =
        by_name(tx, subtree, &says.superior, &form.superior_id, unit.and_then(|unit| unit.parent_id)).await?;
    let superior = superior.and_then(|superior| match unit {
        Some(unit) if superior.id == unit.id => Err(Code::SuperiorSelf),
        Some(unit) if superior.path.starts_with(&unit.path) => Err(Code::SuperiorCycle),
        _ => Ok(superior),
    });
    if let Ok(superior) = &superior {
        // Two that were called alike before stay so until one of them is called otherwise.
        let text = "SELECT id, path FROM unit WHERE parent_id = $1 AND name_key = $2 AND id <> $3 AND path < '~' AND NOT \
                    EXISTS (SELECT 1 FROM unit WHERE id = $3 AND parent_id = $1 AND name_key = $2)";
        let values = [superior.id.into(), same_name(&says.name).into_owned().into(), own.into()];
        if Named::find_by_statement(sql(tx, text, values)).one(tx).await?.is_some() {
            faults.push(FieldFault::new("name", Code::NameExists));
        }
    }
    match superior {
        Ok(superior) if faults.is_empty() => Ok(superior),
        Ok(_) => Err(Problem::Fields(faults).into()),
        Err(code) => {
            faults.push(FieldFault::new("superior", code));
            Err(Problem::Fields(faults).into())
        }
    }
}

/// The unit of a form by name, and by id where that tells several apart: the one chosen from a list, else the present one.
pub(crate) async fn by_name(
    tx: &DatabaseTransaction,
    subtree: &Subtree,
    name: &str,
    chosen: &str,
    present: Option<i64>,
) -> Result<std::result::Result<Named, Code>> {
    let text = "SELECT id, path FROM unit WHERE name_key = $1 AND path < '~'";
    let named = sql(tx, text, [same_name(name).into_owned().into()]);
    let (inside, outside): (Vec<_>, Vec<_>) =
        Named::find_by_statement(named).all(tx).await?.into_iter().partition(|u| subtree.contains(&u.path));
    let chosen = chosen.trim().parse().ok();
    let by_id = |id: Option<i64>| inside.iter().find(|unit| Some(unit.id) == id);
    Ok(match (inside.as_slice(), by_id(chosen).or_else(|| by_id(present))) {
        (_, Some(unit)) | ([unit], None) => Ok(unit.clone()),
        ([], None) if outside.is_empty() => Err(Code::SuperiorUnknown),
        ([], None) => Err(Code::SuperiorOutOfScope),
        (_, None) => Err(Code::SuperiorAmbiguous),
    })
}
