//! 新增 and 编辑: adds a purchaser by a form, and changes one or moves it to another unit.

use super::{
    within,
    write::{self, Addition, Alteration, Key},
};
use crate::{
    Actor, Error, Result, Services,
    audit::AuditActor,
    hashing_queue::HashingSender,
    ids::{IdSequence, take},
    password, sms,
    unit::{self, UnitLocation},
    writer::Writer,
};
use domain::{
    Code, Problem, check::PurchaserInput, edit::EditResult, form::PurchaserForm, ids::PurchaserId, problem::FieldFault,
    purchaser::PurchaserEdit,
};
use entity::purchaser;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect};

/// The stored data of a purchaser of the actor's subtree, to fill the form with.
pub async fn form(services: &Services, actor: &Actor, id: PurchaserId) -> Result<PurchaserEdit> {
    actor.unit()?;
    let db = &services.0.db;
    stored(db, within(db, actor, id).await?).await
}

/// The stored purchaser as a form.
async fn stored(db: &impl ConnectionTrait, purchaser: purchaser::Model) -> Result<PurchaserEdit> {
    let unit = entity::unit::Entity::find_by_id(purchaser.unit_id).one(db).await?;
    let unit = unit.ok_or_else(|| Error::internal("a purchaser without a unit"))?;
    Ok(PurchaserEdit {
        id: purchaser.id,
        name: purchaser.name.clone(),
        version: purchaser.version,
        form: PurchaserForm {
            name: purchaser.name,
            code: purchaser.code,
            kind: purchaser.kind.label().to_owned(),
            unit: unit.name,
            unit_id: unit.id.to_string(),
            contact: purchaser.contact,
            mobile: purchaser.mobile,
            remark: purchaser.remark.unwrap_or_default(),
        },
    })
}

/// Adds a purchaser with its account and the SMS with the initial password, as generation does.
/// [`domain::Problem::Fields`] names the fields that must be corrected.
pub async fn create(services: &Services, actor: &Actor, form: &PurchaserForm) -> Result<PurchaserId> {
    actor.unit()?;
    let input = form.check().purchaser().map_err(Problem::Fields)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear, HashingSender::account(actor.account)).await?;

    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    let unit = free_location(&tx, actor, form, &input, None).await?;
    let id = PurchaserId(take(&tx, IdSequence::Purchaser, 1).await?);
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let addition = Addition { id, unit: unit.id, path: &unit.path, input: &input, password: &(clear, hash) };
    write::add(&writer, &[addition]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(id)
}

/// Changes what a superior may change of a purchaser of the actor's subtree. Nothing is saved if the version is not the
/// stored one any more.
pub async fn edit(
    services: &Services,
    actor: &Actor,
    id: PurchaserId,
    version: i32,
    form: &PurchaserForm,
) -> Result<EditResult<PurchaserEdit>> {
    actor.unit()?;
    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    within(&tx, actor, id).await?;
    // Locked, as the purchaser's own people may be saving their data.
    let purchaser = purchaser::Entity::find_by_id(id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotFound)?;
    if purchaser.version != version {
        return Ok(EditResult::Conflict(Box::new(stored(&tx, purchaser).await?)));
    }
    let input = form.check().purchaser().map_err(Problem::Fields)?;
    let unit = free_location(&tx, actor, form, &input, Some(&purchaser)).await?;
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let change = Alteration { purchaser: &purchaser, unit: unit.id, input: &input };
    write::alter(&writer, &[change]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// The unit of the form, if no other purchaser has the code and the name: the checks that need the database. `edited` is the
/// purchaser as stored; there is none for a new purchaser.
async fn free_location(
    tx: &DatabaseTransaction,
    actor: &Actor,
    form: &PurchaserForm,
    input: &PurchaserInput,
    edited: Option<&purchaser::Model>,
) -> Result<UnitLocation> {
    let mut faults = Vec::new();
    let (subtree, key) = (unit::subtree(tx, actor).await?, Key::of_input(input));
    let others = write::with_codes(tx, std::iter::once(input.code.as_str())).await?;
    let mut others = others.iter().filter(|other| edited.is_none_or(|edited| edited.id != other.id));
    if let Some(other) = others.find(|other| Key::of(other) == key) {
        // The list shows a purchaser of the subtree. Of any other the form must not show more than that it exists.
        let (field, code) =
            if subtree.contains(&other.unit_path) { ("name", Code::DuplicateName) } else { ("code", Code::CodeTaken) };
        faults.push(FieldFault::new(field, code));
    }
    let own = actor.unit()?;
    let unit = if input.unit.is_empty() {
        // The path as it is inside the transaction.
        Ok(UnitLocation { id: own.id, path: subtree.from })
    } else {
        unit::by_name(tx, &subtree, &input.unit, &form.unit_id, edited.map(|edited| edited.unit_id)).await?
    };
    match unit {
        Ok(unit) if faults.is_empty() => Ok(unit),
        unit => {
            faults.extend(unit.err().map(|code| FieldFault::new("unit", code)));
            Err(Problem::Fields(faults).into())
        }
    }
}
