//! Passwords and first passwords.

use crate::{Actor, Clear, Client, Error, Result, Services, Session};
use domain::view::UnitId;

/// Changes the own password: the old one must be right and the new one must keep the policy. Every other session of the
/// account ends.
pub async fn change_password(
    services: &Services,
    session: &Session,
    old: &str,
    new: &str,
    repeat: &str,
    client: &Client,
) -> Result<()> {
    let _ = (services, session, old, new, repeat, client);
    Err(Error::internal("unfinished"))
}

/// The operator opens a preset's account: notes contact and mobile number, and sends the initial password by SMS. A
/// preset that has not used it yet may be given another.
pub async fn issue(services: &Services, actor: &Actor, unit: UnitId, contact: &str, mobile: &str) -> Result<()> {
    let _ = (services, actor, unit, contact, mobile);
    Err(Error::internal("unfinished"))
}

/// For the command line, where there is no session: a first password for an account that was never activated, to be
/// printed once. [`domain::Problem::NotFound`] for any other.
pub async fn issue_on_console(services: &Services, login: &str) -> Result<Clear> {
    let _ = (services, login);
    Err(Error::internal("unfinished"))
}
