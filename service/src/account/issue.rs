//! 开通账号: the first password of an account that was opened without one.

use super::{AccountWithHolder, initial_password::set_initial_passwords};
use crate::{
    Actor, PlaintextPassword, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    hashing_queue::HashingSender,
    password,
    session::normalized_login,
    sms::{self, NewSms, OverLimit},
};
use domain::{
    Mobile, Problem, account::AccountKind, check::check_field, ids::UnitId, mobile::mask, problem::FieldFault,
    schema::Kind, sms::SmsKind,
};
use entity::{UnitKind, account, unit};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value, json};

/// The operator opens the account of a preset unit: stores contact and mobile number and sends the initial password by SMS.
/// A preset that has not used its initial password yet may be given another one. [`Problem::Stale`] for an account that was
/// activated or disabled; [`Problem::Fields`] names the fields to correct.
pub async fn issue(services: &Services, actor: &Actor, unit: UnitId, contact: &str, mobile: &str) -> Result<()> {
    actor.require_operator()?;
    let (contact, mobile) = contact_fields(contact, mobile)?;
    let password = password::initial();
    let hash = services.0.hasher.hash(&password, HashingSender::account(actor.account)).await?;

    let tx = services.write().await?;
    let of_unit = account::Column::Kind.eq(AccountKind::Management).and(account::Column::UnitId.eq(unit));
    let account = AccountWithHolder::find_and_lock(&tx, of_unit).await?.ok_or(Problem::NotFound)?;
    if !account.unit.as_ref().is_some_and(|unit| matches!(unit.kind, UnitKind::Finance | UnitKind::Central)) {
        return Err(Problem::NotFound.into());
    }
    if account.activated_at.is_some() || account.disabled_at.is_some() {
        return Err(Problem::Stale.into());
    }
    let now = services.now();
    set_initial_passwords(services, &tx, vec![(account.id, hash)]).await?;
    unit::Entity::update_many()
        .col_expr(unit::Column::Contact, Expr::val(contact.as_str()))
        .col_expr(unit::Column::Mobile, Expr::val(mobile.as_str()))
        .col_expr(unit::Column::UpdatedAt, now.into())
        .col_expr(unit::Column::Version, unit::Column::Version.into_expr().add(1))
        .filter(unit::Column::Id.eq(unit))
        .exec(&tx)
        .await?;
    let message = NewSms {
        kind: SmsKind::InitialPassword,
        account: account.id,
        holder: unit.into(),
        batch: None,
        mobile: mobile.as_str(),
        secret: Some(&password),
        last_day: None,
    };
    sms::queue(services, &tx, &[message], OverLimit::Refuse).await?;
    let event = AuditEvent {
        before: Some(contact_values(account.contact().unwrap_or_default(), account.mobile().unwrap_or_default())),
        after: Some(contact_values(&contact, mobile.as_str())),
        ..AuditEvent::new(AuditAction::PasswordIssued, Some(unit.into()), account.id)
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

/// Issues a first password on the command line, where there is no session: for an account that was never activated. The
/// password is to be printed once. [`Problem::NotFound`] for any other account.
pub async fn issue_on_console(services: &Services, login: &str) -> Result<PlaintextPassword> {
    let login = normalized_login(login).ok_or(Problem::NotFound)?;
    let password = password::initial();
    let hash = services.0.hasher.hash(&password, HashingSender::console()).await?;
    let tx = services.write().await?;
    let account = AccountWithHolder::find_and_lock(&tx, account::Column::Login.eq(login))
        .await?
        .filter(|a| a.kind != AccountKind::Trading && a.activated_at.is_none() && a.disabled_at.is_none())
        .ok_or(Problem::NotFound)?;
    set_initial_passwords(services, &tx, vec![(account.id, hash)]).await?;
    let event = AuditEvent::new(AuditAction::PasswordIssued, account.holder(), account.id);
    let console = AuditActor { login: "console".to_owned(), ..AuditActor::default() };
    audit::record(&tx, services.now(), &console, vec![event]).await?;
    tx.commit().await?;
    Ok(password)
}

/// Contact and mobile number for the audit log.
fn contact_values(contact: &str, mobile: &str) -> Value {
    json!({ "contact": contact, "mobile": mask(mobile) })
}

/// Contact and mobile number of a form, normalized. [`Problem::Fields`] names the fields to correct.
fn contact_fields(contact: &str, mobile: &str) -> Result<(String, Mobile)> {
    let mut faults = Vec::new();
    let mut checked = |name: &str, kind, typed| {
        check_field(kind, typed).map_err(|code| faults.push(FieldFault { field: name.to_owned(), code })).ok()
    };
    let contact = checked("contact", Kind::Contact, contact);
    let mobile = checked("mobile", Kind::Mobile, mobile).and_then(|text| Mobile::parse(&text).ok());
    match (contact, mobile) {
        (Some(contact), Some(mobile)) => Ok((contact, mobile)),
        _ => Err(Problem::Fields(faults).into()),
    }
}
