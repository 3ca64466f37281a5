//! 个人中心, and the data that a unit completes at its first sign-in (完善单位资料). Both take the session instead of an actor,
//! as the account has not completed its data yet.

use crate::{
    RequestOrigin, Result, Services, Session,
    actor::OwnUnit,
    audit::{self, AuditAction, AuditActor, AuditEvent},
};
use domain::{
    AdminLevel, BudgetLevel, Problem,
    check::check_field,
    edit::EditResult,
    mobile::mask,
    problem::FieldFault,
    profile::{Profile, ProfileForm},
    schema::{ADMIN_LEVELS, BUDGET_LEVELS, Kind},
};
use entity::unit;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QuerySelect, Set, Unchanged};
use serde_json::json;

/// The own unit's data.
pub async fn get(services: &Services, session: &Session) -> Result<Profile> {
    let db = &services.0.db;
    let stored = unit::Entity::find_by_id(own_unit(session)?.id).one(db).await?.ok_or(Problem::NotFound)?;
    view(db, stored).await
}

/// A unit as its own people see it.
async fn view(db: &impl ConnectionTrait, stored: unit::Model) -> Result<Profile> {
    let superior = match stored.parent_id {
        Some(id) => unit::Entity::find_by_id(id).one(db).await?.map(|superior| superior.name),
        None => None,
    };
    Ok(Profile {
        superior,
        version: stored.version,
        unit_name: stored.name,
        code: stored.code,
        form: ProfileForm {
            admin_level: stored.admin_level.name().to_owned(),
            budget_level: stored.budget_level.map(BudgetLevel::name).unwrap_or_default().to_owned(),
            contact: stored.contact.unwrap_or_default(),
            mobile: stored.mobile.unwrap_or_default(),
        },
    })
}

/// Completes or corrects the own unit's data. [`Problem::Fields`] names the fields to correct. Nothing is saved when the
/// version is not the stored one any more: a superior may have edited the unit since the form was loaded.
pub async fn complete(
    services: &Services,
    session: &Session,
    version: i32,
    form: &ProfileForm,
    origin: &RequestOrigin,
) -> Result<EditResult<Profile>> {
    let own = own_unit(session)?;
    let data = ProfileData::check(form)?;
    let now = services.now();
    let tx = services.write().await?;
    let stored = unit::Entity::find_by_id(own.id).lock_exclusive().one(&tx).await?.ok_or(Problem::NotFound)?;
    if stored.version != version {
        return Ok(EditResult::Conflict(Box::new(view(&tx, stored).await?)));
    }
    let before = json!({
        "admin_level": stored.admin_level,
        "budget_level": stored.budget_level,
        "contact": stored.contact,
        "mobile": stored.mobile.as_deref().map(mask),
    });
    let after = json!({
        "admin_level": data.admin_level.index(),
        "budget_level": data.budget_level.index(),
        "contact": data.contact,
        "mobile": mask(&data.mobile),
    });
    let saved = unit::ActiveModel {
        id: Unchanged(stored.id),
        admin_level: Set(data.admin_level),
        budget_level: Set(Some(data.budget_level)),
        contact: Set(Some(data.contact)),
        mobile: Set(Some(data.mobile)),
        completed_at: Set(stored.completed_at.or(Some(now))),
        updated_at: Set(now),
        version: Set(stored.version + 1),
        ..Default::default()
    };
    saved.update(&tx).await?;
    let event = AuditEvent {
        before: Some(before),
        after: Some(after),
        ..AuditEvent::new(AuditAction::ProfileCompleted, Some(own.id.into()), own.id)
    };
    let actor = AuditActor { address: origin.address.clone(), ..session.identity.audit_actor() };
    audit::record(&tx, now, &actor, vec![event]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// The unit of the session's account. Before that the account needs a password of its own.
fn own_unit(session: &Session) -> Result<&OwnUnit> {
    session.identity.with_own_password()?;
    session.unit()
}

/// The valid data of a form.
struct ProfileData {
    admin_level: AdminLevel,
    budget_level: BudgetLevel,
    contact: String,
    mobile: String,
}

impl ProfileData {
    fn check(form: &ProfileForm) -> Result<Self> {
        let mut faults = Vec::new();
        let mut checked = |name: &str, kind, typed: &str| {
            check_field(kind, typed).unwrap_or_else(|code| {
                faults.push(FieldFault { field: name.to_owned(), code });
                String::new()
            })
        };
        let admin_level = checked("admin_level", Kind::List(ADMIN_LEVELS), &form.admin_level);
        let budget_level = checked("budget_level", Kind::List(BUDGET_LEVELS), &form.budget_level);
        let contact = checked("contact", Kind::Contact, &form.contact);
        let mobile = checked("mobile", Kind::Mobile, &form.mobile);
        match (AdminLevel::from_name(&admin_level), BudgetLevel::from_name(&budget_level)) {
            (Some(admin_level), Some(budget_level)) if faults.is_empty() => {
                Ok(Self { admin_level, budget_level, contact, mobile })
            }
            _ => Err(Problem::Fields(faults).into()),
        }
    }
}
