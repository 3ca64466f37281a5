//! Deleting.

use super::{within, write};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditActor, AuditEvent},
    database::sql,
    unit,
};
use domain::{
    Problem,
    view::{AccountState, PurchaserId},
};
use sea_orm::{ConnectionTrait, DbBackend};

/// Deletes a purchaser of the actor's subtree that nobody ever used: [`domain::Problem::AccountIs`] where its account was
/// activated.
pub async fn delete(services: &Services, actor: &Actor, id: PurchaserId) -> Result<()> {
    actor.unit()?;
    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    let purchaser = within(&tx, actor, id).await?;
    // Locked: whoever activates the account meanwhile comes before or after.
    let lock = if tx.get_database_backend() == DbBackend::Postgres { "FOR UPDATE" } else { "" };
    let text = format!("SELECT activated_at FROM account WHERE purchaser_id = $1 {lock}");
    let account = tx.query_one_raw(sql(&tx, &text, [id.0.into()])).await?;
    let activated: Option<i64> = account.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    if activated.is_some() {
        return Err(Problem::AccountIs(AccountState::Active).into());
    }
    for statement in [
        "DELETE FROM sms_outbox WHERE purchaser_id = $1",
        "DELETE FROM session WHERE account_id IN (SELECT id FROM account WHERE purchaser_id = $1)",
        "DELETE FROM account WHERE purchaser_id = $1",
        "DELETE FROM purchaser WHERE id = $1",
    ] {
        tx.execute_raw(sql(&tx, statement, [id.0.into()])).await?;
    }
    let event = AuditEvent {
        action: "purchaser-deleted",
        // Its own history cannot be opened any more.
        of: Some(purchaser.unit_id.into()),
        object: "purchaser",
        object_id: Some(id.0),
        before: Some(write::stored(&purchaser).to_string()),
        after: None,
    };
    audit::record(&tx, services.now(), &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
