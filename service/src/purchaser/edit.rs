//! 新增 and 编辑, which also moves a purchaser to another unit.

use super::{
    within,
    write::{self, Addition, Alteration, Key},
};
use crate::{
    Actor, Error, Result, Services,
    audit::AuditActor,
    ids::{IdSequence, take},
    password, sms,
    unit::{self, Named},
    writer::Writer,
};
use domain::{
    Code, Problem, PurchaserKind,
    check::PurchaserRow,
    problem::FieldFault,
    view::{Edited, PurchaserEdit, PurchaserForm, PurchaserId, UnitId},
};
use entity::purchaser;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect};

/// What is stored of a purchaser of the actor's subtree, to fill the form with.
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
            kind: PurchaserKind::from(purchaser.kind).label().to_owned(),
            unit: unit.name,
            unit_id: unit.id.to_string(),
            contact: purchaser.contact,
            mobile: purchaser.mobile,
            remark: purchaser.remark.unwrap_or_default(),
        },
    })
}

/// Adds a purchaser with its account and the SMS with the initial password, as generation does.
/// [`domain::Problem::Fields`] names what must be mended.
pub async fn create(services: &Services, actor: &Actor, form: &PurchaserForm) -> Result<PurchaserId> {
    actor.unit()?;
    let says = form.check().purchaser().map_err(Problem::Fields)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear).await?;

    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    let unit = place(&tx, actor, form, &says, None).await?;
    let id = PurchaserId(take(&tx, IdSequence::Purchaser, 1).await?);
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let owner = UnitId(unit.id);
    write::add(&writer, &[Addition { id, unit: owner, path: &unit.path, input: &says, password: &(clear, hash) }])
        .await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(id)
}

/// Changes what a superior may change of a purchaser of the actor's subtree. Nothing is saved when the version is not the
/// stored one any more.
pub async fn edit(
    services: &Services,
    actor: &Actor,
    id: PurchaserId,
    version: i32,
    form: &PurchaserForm,
) -> Result<Edited<PurchaserEdit>> {
    actor.unit()?;
    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    within(&tx, actor, id).await?;
    // Locked, as its own people may be saving their data.
    let purchaser = purchaser::Entity::find_by_id(id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotFound)?;
    if purchaser.version != version {
        return Ok(Edited::Stale(Box::new(stored(&tx, purchaser).await?)));
    }
    let says = form.check().purchaser().map_err(Problem::Fields)?;
    let unit = place(&tx, actor, form, &says, Some(&purchaser)).await?;
    let by = AuditActor::from(actor);
    let writer = Writer { services, tx: &tx, by: &by, batch: None };
    let change = Alteration { purchaser: &purchaser, unit: UnitId(unit.id), path: &unit.path, input: &says };
    write::alter(&writer, &[change]).await?;
    tx.commit().await?;
    Ok(Edited::Saved)
}

/// What only the database knows: which unit it is to belong to, and whether its code has another purchaser of that name.
/// `edited` is the one that is edited.
async fn place(
    tx: &DatabaseTransaction,
    actor: &Actor,
    form: &PurchaserForm,
    says: &PurchaserRow,
    edited: Option<&purchaser::Model>,
) -> Result<Named> {
    let mut faults = Vec::new();
    let (subtree, key) = (unit::subtree(tx, actor).await?, Key::of_input(says));
    let others = write::with_codes(tx, std::iter::once(says.code.as_str())).await?;
    let mut others = others.iter().filter(|other| edited.is_none_or(|edited| edited.id != other.id));
    if let Some(other) = others.find(|other| Key::of(other) == key) {
        // One of the subtree is found in the list; of any other no more is said than that there is one.
        let (field, code) =
            if subtree.contains(&other.unit_path) { ("name", Code::DuplicateName) } else { ("code", Code::CodeTaken) };
        faults.push(FieldFault::new(field, code));
    }
    let own = actor.unit()?;
    let unit = if says.unit.is_empty() {
        // Its path as it is now.
        Ok(Named { id: own.id.0, path: subtree.from })
    } else {
        unit::by_name(tx, &subtree, &says.unit, &form.unit_id, edited.map(|edited| edited.unit_id.0)).await?
    };
    match unit {
        Ok(unit) if faults.is_empty() => Ok(unit),
        unit => {
            faults.extend(unit.err().map(|code| FieldFault::new("unit", code)));
            Err(Problem::Fields(faults).into())
        }
    }
}
