//! Demo mode: the SMS that went out, for a newcomer who has no phone to receive them.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::SentSms;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The newest SMS, newest first; with a search only those to that number or about that login name. Open to anybody, but
/// only in demo mode.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn list_sms(
    /// Part of a mobile number or a login name; empty for all.
    search: String,
) -> Result<Vec<SentSms>, ApiError> {
    Ok(service::sms::sent(&crate::server::services()?, search.trim()).await?)
}
