//! Deletes expired sessions, devices and counts of failed attempts.

use super::device;
use crate::{Result, Services, throttle};
use entity::session;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::ExprTrait};

/// Deletes the sessions that have ended, the devices that were not used for too long, and the counts of failed attempts that
/// no longer matter.
pub async fn delete_expired(services: &Services) -> Result<()> {
    let (now, writer) = (services.now(), &services.0.writer);
    let idle = now - services.settings().session_idle;
    let ended = session::Column::ExpiresAt.lte(now).or(session::Column::LastUsedAt.lte(idle));
    session::Entity::delete_many().filter(ended).exec(writer).await?;
    device::delete_expired(writer, now).await?;
    throttle::delete_expired(writer, now).await
}
