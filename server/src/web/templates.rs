//! The templates to fill in, for anybody.

use super::{
    App,
    answer::Asker,
    download::{XLSX, attachment},
};
use axum::{Router, body::Bytes, response::Response, routing::get};
use domain::Template;
use http::HeaderMap;
use service::Error;
use tokio::sync::OnceCell;
use workbook::write;

/// The media type of .xls.
const XLS: &str = "application/vnd.ms-excel";

pub(super) fn router() -> Router<App> {
    Router::new().route("/templates/units.xlsx", get(xlsx)).route("/templates/units.xls", get(xls))
}

async fn xlsx(headers: HeaderMap) -> Response {
    static MADE: OnceCell<Bytes> = OnceCell::const_new();
    let made = MADE.get_or_try_init(|| async {
        let made = tokio::task::spawn_blocking(|| write::template(Template::Units)).await?;
        made.map(Bytes::from).map_err(Error::internal)
    });
    match made.await {
        Ok(bytes) => attachment(&name("xlsx"), XLSX, bytes.clone().into()),
        Err(error) => Asker::from_headers(&headers).refuse(&error.into_problem()),
    }
}

async fn xls() -> Response {
    attachment(&name("xls"), XLS, write::template_xls(Template::Units).into())
}

/// 《…》, as the manual calls it.
fn name(extension: &str) -> String {
    format!("{}.{extension}", Template::Units.title())
}
