//! 桌面: what waits for an account.

use crate::{Actor, Error, Result, Services};
use domain::view::Desktop;

/// What waits in the actor's subtree.
pub async fn get(services: &Services, actor: &Actor) -> Result<Desktop> {
    let _ = (services, actor);
    Err(Error::internal("unfinished"))
}
