//! Server functions on the data of the own unit.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    request::{redirected, session},
    routes::{DoneNotice, Route},
};
use domain::profile::Profile;
#[cfg(feature = "ssr")]
use domain::{account::Portal, profile::ProfileForm, session::SignInStep};
use leptos::prelude::*;

/// The data of the own unit; the operator has none.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_profile() -> Result<Profile, ApiError> {
    let (services, session, _) = session()?;
    Ok(service::profile::get(&services, &session).await?)
}

/// Completes or corrects the data of the own unit. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
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
    let (services, session, origin) = session()?;
    let first = session.identity().sign_in_step() == SignInStep::CompleteProfile;
    let form = ProfileForm { admin_level, budget_level, contact, mobile };
    let page = Route::Profile(Portal::Management);
    let completed = service::profile::complete(&services, &session, &form, &origin).await;
    completed.inspect_err(|_| form_echo::store(page, &form))?;
    Ok(redirected(if first { Route::Home(Portal::Management).to_string() } else { page.done(DoneNotice::Profile) }))
}
