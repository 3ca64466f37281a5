//! Signing in and out, and the sessions in the database that several servers share.

use crate::{Actor, Client, Error, Result, Services};
use domain::view::{Gate, Me};

/// A signed-in browser, whatever still stands between it and the rest of the system.
#[derive(Clone, Debug)]
pub struct Session {
    #[allow(dead_code)]
    pub(crate) id: String,
}

/// A new session: the token goes into the cookie and nowhere else.
pub struct SignedIn {
    /// The cookie's value.
    pub token: zeroize::Zeroizing<String>,
    /// How long the cookie may live.
    pub lifetime: std::time::Duration,
    /// What must be done first.
    pub gate: Gate,
}

/// Signs a management or operator account in: throttled by login name and address, in the same time whether the name
/// exists or not. A session of the same browser (`old_token`) ends.
pub async fn sign_in(
    services: &Services,
    login: &str,
    password: &str,
    old_token: Option<&str>,
    client: &Client,
) -> Result<SignedIn> {
    let _ = (services, login, password, old_token, client);
    Err(Error::internal("unfinished"))
}

/// The session of a cookie's token; [`domain::Problem::NotSignedIn`] where there is none.
pub async fn authenticate(services: &Services, token: &str, client: &Client) -> Result<Session> {
    let _ = (services, token, client);
    Err(Error::internal("unfinished"))
}

/// Ends a session; an unknown token is no error.
pub async fn sign_out(services: &Services, token: &str, client: &Client) -> Result<()> {
    let _ = (services, token, client);
    Err(Error::internal("unfinished"))
}

/// Who is signed in, for the frame of every page.
pub async fn me(services: &Services, session: &Session) -> Result<Me> {
    let _ = (services, session);
    Err(Error::internal("unfinished"))
}

/// Deletes sessions and throttles that have run out.
pub async fn sweep(services: &Services) -> Result<()> {
    let _ = services;
    Err(Error::internal("unfinished"))
}

impl Session {
    /// Who acts, once its gate is open; else [`domain::Problem::MustChangePassword`] or
    /// [`domain::Problem::MustCompleteProfile`].
    pub fn actor(&self) -> Result<Actor> {
        Err(Error::internal("unfinished"))
    }
}
