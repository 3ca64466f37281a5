//! Server functions of notices, of both portals.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    forms::answer_edit,
    request::{actor, redirected, trading_session},
    routes::{DoneNotice, Route},
};
#[cfg(feature = "ssr")]
use domain::account::Portal;
use domain::{
    edit::EditResult,
    ids::NoticeId,
    notice::{NoticeForm, NoticeView, NoticesPage},
};
use leptos::prelude::*;

/// A page of the notices that the account has received, or of its own.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_notices(
    /// Whether its own are listed.
    #[server(default)]
    own: bool,
    /// The cursor behind which the page begins.
    #[server(default)]
    after: Option<String>,
) -> Result<NoticesPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::notice::list(&services, &actor, own, after.as_deref()).await?)
}

/// A notice. The account has read it then.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_notice(
    /// The notice.
    id: NoticeId,
) -> Result<NoticeView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::notice::open(&services, &actor, id).await?)
}

/// A notice of the account's own, to be edited.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_notice_form(
    /// The notice.
    id: NoticeId,
) -> Result<NoticeView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::notice::form(&services, &actor, id).await?)
}

/// 发布. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn publish_notice(
    /// The input.
    form: NoticeForm,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let published = service::notice::publish(&services, &actor, &form).await;
    let id = published.inspect_err(|_| form_echo::store(Route::NewNotice, &form))?;
    Ok(redirected(Route::Notice(Portal::Management, id).done(DoneNotice::NoticePublished)))
}

/// 修改. A browser without JavaScript is redirected to the notice, or to both versions where somebody else has saved in the
/// meantime.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn edit_notice(
    /// The notice.
    id: NoticeId,
    /// The version that the author has seen.
    version: i32,
    /// The input.
    form: NoticeForm,
) -> Result<EditResult<NoticeView>, ApiError> {
    let (services, actor) = actor()?;
    let edited = service::notice::edit(&services, &actor, id, version, &form).await;
    let (page, saved) = (Route::EditNotice(id), Route::Notice(Portal::Management, id).done(DoneNotice::NoticeEdited));
    answer_edit(edited, &form, page, saved, |_| page.to_string())
}

/// 撤回. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn withdraw_notice(
    /// The notice.
    id: NoticeId,
    /// The version that the author has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::notice::withdraw(&services, &actor, id, version).await?;
    Ok(redirected(Route::Notice(Portal::Management, id).done(DoneNotice::NoticeWithdrawn)))
}

/// A page of the notices that a purchaser has received.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn list_trade_notices(
    /// The cursor behind which the page begins.
    #[server(default)]
    after: Option<String>,
) -> Result<NoticesPage, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::notice::list_for_purchaser(&services, &session.purchaser()?, after.as_deref()).await?)
}

/// A notice that a purchaser has received. It has read it then.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn get_trade_notice(
    /// The notice.
    id: NoticeId,
) -> Result<NoticeView, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::notice::open_for_purchaser(&services, &session.purchaser()?, id).await?)
}
