//! 个人中心 and what a unit completes at its first sign-in. Both take the session, as its gate is not open yet.

use crate::{Client, Error, Result, Services, Session};
use domain::view::{Profile, ProfileForm};

/// The own unit's data.
pub async fn get(services: &Services, session: &Session) -> Result<Profile> {
    let _ = (services, session);
    Err(Error::internal("unfinished"))
}

/// Completes the own unit's data; [`domain::Problem::Fields`] names what must be mended.
pub async fn complete(services: &Services, session: &Session, form: &ProfileForm, client: &Client) -> Result<()> {
    let _ = (services, session, form, client);
    Err(Error::internal("unfinished"))
}
