//! Server functions of the demo mode.

use crate::{account_bound_client::AccountBoundClient, error::ApiError, server_function::Read};
use domain::sms::SentSms;
use leptos::prelude::*;

/// The newest SMS, newest first; with a search text only those to that number or about that login name. Everybody may read
/// them, but only in demo mode.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_sms(
    /// Part of a mobile number or a login name; empty for all.
    search: String,
) -> Result<Vec<SentSms>, ApiError> {
    Ok(service::sms::sent(&crate::request::services()?, search.trim()).await?)
}
