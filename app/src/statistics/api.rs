//! Server functions of reports.

#[cfg(feature = "ssr")]
use crate::request::{actor, visitor};
use crate::{account_bound_client::AccountBoundClient, error::ApiError, server_function::Read};
use domain::{
    bulletin::{Bulletin, BulletinQuery, BulletinTexts},
    report::{Completion, ReportKind, ReportQuery, ReportTable},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A report as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    /// The table.
    pub table: ReportTable,
    /// The chart as SVG, once for each width of windows. `None` if there is nothing to draw. The server draws it, so that
    /// no bundle has code for it.
    pub chart: Option<String>,
}

/// A bulletin as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinView {
    /// The figures.
    pub bulletin: Bulletin,
    /// The draft of its texts in the language of the reader. The server writes it, so that no bundle has its sentences.
    pub texts: BulletinTexts,
}

/// The draft of the bulletin about the account's whole scope.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_bulletin(
    /// Its conditions.
    #[server(default)]
    query: BulletinQuery,
) -> Result<BulletinView, ApiError> {
    let (services, actor) = actor()?;
    let (bulletin, texts) = service::export::notice(&services, &actor, query, visitor()?.lang, |_| None).await?;
    Ok(BulletinView { bulletin, texts })
}

/// A report on a subtree; the account's whole scope by default.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_report(
    /// The table.
    kind: ReportKind,
    /// Its conditions.
    #[server(default)]
    query: ReportQuery,
) -> Result<ReportView, ApiError> {
    let (services, actor) = actor()?;
    let table = service::statistics::report(&services, &actor, kind, &query).await?;
    let chart = super::chart::draw(visitor()?.lang, &table, query.amounts);
    Ok(ReportView { table, chart })
}

/// What the account's whole scope has completed this year.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_completion() -> Result<Completion, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::statistics::completion(&services, &actor).await?)
}
