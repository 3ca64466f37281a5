//! Signing out (注销).

use super::token::session_id;
use crate::{
    Error, RequestOrigin, Result, Services,
    account::AccountWithHolder,
    audit::{self, AuditAction, AuditActor, AuditEvent},
};
use entity::{account, session};
use sea_orm::{ColumnTrait, EntityTrait};

/// Ends a session; an unknown token is no error.
pub async fn sign_out(services: &Services, token: &str, origin: &RequestOrigin) -> Result<()> {
    let tx = services.write().await?;
    let ended = session::Entity::delete_by_id(session_id(token)).exec_with_returning(&tx).await?;
    let Some(ended) = ended else { return Ok(()) };
    let account = AccountWithHolder::find(&tx, account::Column::Id.eq(ended.account_id)).await?;
    let account = account.ok_or_else(|| Error::internal("a session without an account"))?;
    let event = AuditEvent::new(AuditAction::SignOut, account.holder(), account.id);
    let actor = AuditActor { account: Some(account.id), login: account.login, address: origin.address.clone() };
    audit::record(&tx, services.now(), &actor, vec![event]).await?;
    Ok(tx.commit().await?)
}
