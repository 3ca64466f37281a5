//! Server functions on the data of the own unit.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    forms::answer_edit,
    request::session,
    routes::{DoneNotice, Route},
};
#[cfg(feature = "ssr")]
use domain::{account::Portal, profile::ProfileForm, session::SignInStep};
use domain::{edit::EditResult, profile::Profile};
use leptos::prelude::*;

/// The data of the own unit; the operator has none.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_profile() -> Result<Profile, ApiError> {
    let (services, session, _) = session()?;
    Ok(service::profile::get(&services, &session).await?)
}

/// Completes or corrects the data of the own unit. A browser without JavaScript is redirected to the next page, or to both
/// versions where somebody else has saved in the meantime.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn save_profile(
    /// The version that the reader has seen. A form that does not send it is refused as an edit conflict.
    #[server(default)]
    version: i32,
    /// 行政级次, the word.
    admin_level: String,
    /// 预算级次, the word.
    budget_level: String,
    /// Contact person.
    contact: String,
    /// The contact's mobile number.
    mobile: String,
) -> Result<EditResult<Profile>, ApiError> {
    let (services, session, origin) = session()?;
    let page = Route::Profile(Portal::Management);
    let (form_page, next) = match session.identity().sign_in_step() {
        SignInStep::CompleteProfile => {
            (Route::CompleteProfile(Portal::Management), Route::Home(Portal::Management).to_string())
        }
        SignInStep::ChangePassword | SignInStep::Open => (page, page.done(DoneNotice::Profile)),
    };
    let form = ProfileForm { admin_level, budget_level, contact, mobile };
    let saved = service::profile::complete(&services, &session, version, &form, &origin).await;
    answer_edit(saved, &form, page, next, |_| form_page.to_string())
}
