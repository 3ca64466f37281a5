//! 个人中心 and what a unit completes at its first sign-in.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::Profile;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The own unit's data; the operator has none.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_profile() -> Result<Profile, ApiError> {
    let (services, session, _) = crate::server::session()?;
    Ok(service::profile::get(&services, &session).await?)
}

/// Completes or corrects the own unit's data; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn save_profile(
    /// 行政级次, the word.
    admin_level: String,
    /// 预算级次, the word.
    budget_level: String,
    /// Contact person.
    contact: String,
    /// The contact's mobile number.
    mobile: String,
) -> Result<String, ApiError> {
    use domain::view::{Gate, ProfileForm};
    let (services, session, client) = crate::server::session()?;
    let first = session.identity().gate() == Gate::CompleteProfile;
    let form = ProfileForm { admin_level, budget_level, contact, mobile };
    let completed = service::profile::complete(&services, &session, &form, &client).await;
    completed.inspect_err(|_| crate::kept::keep("/profile", &form))?;
    let to = if first { "/" } else { "/profile?done=profile" };
    crate::server::lead_on(to);
    Ok(to.to_owned())
}
