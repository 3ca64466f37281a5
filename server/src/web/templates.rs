//! The empty templates, which need no sign-in.

use super::{
    App,
    download::{XLSX, attachment},
    problem_response::ResponseFormat,
};
use app::routes::{Endpoint, TemplateFormat};
use axum::{Router, body::Bytes, extract::State, response::Response, routing::get};
use domain::Template;
use service::Error;
use tokio::sync::OnceCell;
use workbook::write;

/// The media type of .xls.
const XLS: &str = "application/vnd.ms-excel";

pub(super) fn router() -> Router<App> {
    Template::ALL.into_iter().fold(Router::new(), |router, template| {
        let path = |format| Endpoint::TemplateFile(template, format).to_string();
        router
            .route(&path(TemplateFormat::Xlsx), get(move |app, format| xlsx(template, app, format)))
            .route(&path(TemplateFormat::Xls), get(move || async move { xls(template) }))
    })
}

async fn xlsx(template: Template, State(app): State<App>, response_format: ResponseFormat) -> Response {
    static UNITS: OnceCell<Bytes> = OnceCell::const_new();
    static PURCHASERS: OnceCell<Bytes> = OnceCell::const_new();
    let made = match template {
        Template::Units => &UNITS,
        Template::Purchasers => &PURCHASERS,
    };
    let max_rows = app.config.import.max_rows;
    let made = made.get_or_try_init(|| async {
        let made = tokio::task::spawn_blocking(move || write::template(template, max_rows)).await?;
        made.map(Bytes::from).map_err(Error::internal)
    });
    match made.await {
        Ok(bytes) => attachment(&name(template, "xlsx"), XLSX, bytes.clone().into()),
        Err(error) => response_format.problem_response(&error.into_problem()),
    }
}

fn xls(template: Template) -> Response {
    attachment(&name(template, "xls"), XLS, write::template_xls(template).into())
}

/// 《…》, as the manual calls it.
fn name(template: Template, extension: &str) -> String {
    format!("{}.{extension}", template.title())
}
