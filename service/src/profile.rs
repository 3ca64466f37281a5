//! 个人中心 and what a unit completes at its first sign-in. Both take the session, as its gate is not open yet.

use crate::{
    RequestOrigin, Result, Services, Session,
    actor::OwnUnit,
    audit::{self, AuditActor, AuditEvent},
    database::sql,
};
use domain::{
    AdminLevel, BudgetLevel, Problem,
    check::check_field,
    mobile::mask,
    problem::FieldFault,
    profile::{Profile, ProfileForm},
    schema::{ADMIN_LEVELS, BUDGET_LEVELS, Kind},
};
use sea_orm::{ConnectionTrait, EntityTrait};

/// The own unit's data.
pub async fn get(services: &Services, session: &Session) -> Result<Profile> {
    let db = &services.0.db;
    let unit = stored(db, own(session)?).await?;
    let superior = match unit.parent_id {
        Some(id) => entity::unit::Entity::find_by_id(id).one(db).await?.map(|superior| superior.name),
        None => None,
    };
    Ok(Profile {
        superior,
        unit_name: unit.name,
        code: unit.code,
        admin_level: Some(unit.admin_level),
        budget_level: unit.budget_level,
        contact: unit.contact.unwrap_or_default(),
        mobile: unit.mobile.unwrap_or_default(),
    })
}

/// Completes or corrects the own unit's data; [`domain::Problem::Fields`] names what must be mended.
pub async fn complete(
    services: &Services,
    session: &Session,
    form: &ProfileForm,
    client: &RequestOrigin,
) -> Result<()> {
    let own = own(session)?;
    let filled = Filled::check(form)?;
    let now = services.now();
    let tx = services.write().await?;
    let before = stored(&tx, own).await?;
    let saved = sql(
        &tx,
        "UPDATE unit SET admin_level = $1, budget_level = $2, contact = $3, mobile = $4, \
         completed_at = COALESCE(completed_at, $5), updated_at = $5, version = version + 1 WHERE id = $6",
        [
            i16::from(filled.admin_level.index()).into(),
            i16::from(filled.budget_level.index()).into(),
            filled.contact.as_str().into(),
            filled.mobile.as_str().into(),
            now.into(),
            own.id.0.into(),
        ],
    );
    tx.execute_raw(saved).await?;
    let before = serde_json::json!({
        "admin_level": before.admin_level,
        "budget_level": before.budget_level,
        "contact": before.contact,
        "mobile": before.mobile.as_deref().map(mask),
    });
    let after = serde_json::json!({
        "admin_level": filled.admin_level.index(),
        "budget_level": filled.budget_level.index(),
        "contact": filled.contact,
        "mobile": mask(&filled.mobile),
    });
    let event = AuditEvent {
        action: "profile-completed",
        of: Some(own.id.into()),
        object: "unit",
        object_id: Some(own.id.0),
        before: Some(before.to_string()),
        after: Some(after.to_string()),
    };
    let by = AuditActor { address: client.address.clone(), ..session.identity.by() };
    audit::record(&tx, now, &by, vec![event]).await?;
    Ok(tx.commit().await?)
}

/// The unit whose data it is: first comes the own password.
fn own(session: &Session) -> Result<&OwnUnit> {
    session.identity.trusted()?;
    session.unit()
}

async fn stored(db: &impl ConnectionTrait, own: &OwnUnit) -> Result<entity::unit::Model> {
    Ok(entity::unit::Entity::find_by_id(own.id).one(db).await?.ok_or(Problem::NotFound)?)
}

/// The form in order.
struct Filled {
    admin_level: AdminLevel,
    budget_level: BudgetLevel,
    contact: String,
    mobile: String,
}

impl Filled {
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
