//! Downloads of spreadsheets.

use super::{
    App,
    problem_response::{ResponseFormat, management_actor, purchaser_actor},
};
use app::{
    request::Visitor,
    routes::{BatchEndpoint, Endpoint, UrlQuery, parameter},
};
use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    Problem, Template,
    ids::BatchId,
    order::OrderQuery,
    purchaser::PurchaserQuery,
    report::{ReportKind, ReportQuery},
    unit::UnitQuery,
};
use http::{HeaderValue, header};
use service::export::{self, Download, Selection};
use std::{fmt::Write, str::FromStr};
use tokio::fs;
use tokio_util::io::ReaderStream;

/// The media type of .xlsx.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn router() -> Router<App> {
    let handler = |sheet| get(move |app, visitor, batch, format| batch_sheet(sheet, app, visitor, batch, format));
    let router = Router::new()
        .route(&Endpoint::Export(Template::Units).to_string(), get(units))
        .route(&Endpoint::Export(Template::Purchasers).to_string(), get(purchasers))
        .route(&Endpoint::ExportOrders.to_string(), get(orders));
    let router = ReportKind::ALL.into_iter().fold(router, |router, kind| {
        let handler = move |app, visitor, parameters, format| report(kind, app, visitor, parameters, format);
        router.route(&Endpoint::Report(kind).to_string(), get(handler))
    });
    Template::ALL.into_iter().fold(router, |router, template| {
        router
            .route(&BatchEndpoint::Annotated.path(template, "{batch}"), handler(BatchSheet::Annotated))
            .route(&BatchEndpoint::Accounts.path(template, "{batch}"), handler(BatchSheet::Accounts))
    })
}

/// The spreadsheets of a batch.
#[derive(Clone, Copy)]
enum BatchSheet {
    /// 下载标注错误的表
    Annotated,
    /// 下载账号清单
    Accounts,
}

/// Downloads a spreadsheet of the batch in the path.
async fn batch_sheet(
    sheet: BatchSheet,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(batch): Path<String>,
    response_format: ResponseFormat,
) -> Response {
    let download = async {
        let (actor, batch) = (management_actor(&visitor)?, batch_id(&batch)?);
        let download = match sheet {
            BatchSheet::Annotated => export::annotated(&app.services, &actor, batch, visitor.lang).await,
            BatchSheet::Accounts => export::accounts(&app.services, &actor, batch, visitor.lang).await,
        };
        download.map_err(service::Error::into_problem)
    };
    download_response(download.await, response_format)
}

/// 导出: the units that the search finds, or the units in `units[]` if the query has `chosen`.
async fn units(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    response_format: ResponseFormat,
) -> Response {
    let download = async {
        let actor = management_actor(&visitor)?;
        let selection = selection(&parameters, "units[]", || UnitQuery::from_parameters(first_value(&parameters)))?;
        export::units(&app.services, &actor, &selection, visitor.lang).await.map_err(service::Error::into_problem)
    };
    download_response(download.await, response_format)
}

/// 导出: the purchasers that the search finds, or the purchasers in `purchasers[]` if the query has `chosen`.
async fn purchasers(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    response_format: ResponseFormat,
) -> Response {
    let download = async {
        let actor = management_actor(&visitor)?;
        let selection =
            selection(&parameters, "purchasers[]", || PurchaserQuery::from_parameters(first_value(&parameters)))?;
        export::purchasers(&app.services, &actor, &selection, visitor.lang).await.map_err(service::Error::into_problem)
    };
    download_response(download.await, response_format)
}

/// 导出: the own orders that the search finds.
async fn orders(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    response_format: ResponseFormat,
) -> Response {
    let download = async {
        let purchaser = purchaser_actor(&visitor)?;
        let query = OrderQuery::from_parameters(first_value(&parameters));
        export::orders(&app.services, &purchaser, &query, visitor.lang).await.map_err(service::Error::into_problem)
    };
    download_response(download.await, response_format)
}

/// 导出 of a report.
async fn report(
    kind: ReportKind,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    response_format: ResponseFormat,
) -> Response {
    let download = async {
        let actor = management_actor(&visitor)?;
        let query = ReportQuery::from_parameters(first_value(&parameters));
        let download = export::report(&app.services, &actor, kind, &query, visitor.lang).await;
        download.map_err(service::Error::into_problem)
    };
    download_response(download.await, response_format)
}

/// The parameters of a URL. A name may occur several times.
type Parameters = Vec<(String, String)>;

/// The rows that a URL selects: the result of its search, or the ids under `name` if it has `chosen`.
fn selection<Q, Id: FromStr>(
    parameters: &Parameters,
    name: &str,
    query: impl FnOnce() -> Q,
) -> Result<Selection<Q, Id>, Problem> {
    if parameters.iter().any(|(name, _)| name == parameter::CHOSEN) {
        let chosen = parameters.iter().filter(|(key, _)| key == name).map(|(_, id)| id.parse());
        return Ok(Selection::Chosen(chosen.collect::<Result<_, _>>().map_err(|_| Problem::NotFound)?));
    }
    Ok(Selection::Query(query()))
}

fn first_value(parameters: &Parameters) -> impl Fn(&str) -> Option<String> {
    |name| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

/// The batch in a path. Text that is not a number is answered like an unknown batch.
pub(super) fn batch_id(text: &str) -> Result<BatchId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn download_response(outcome: Result<Download, Problem>, response_format: ResponseFormat) -> Response {
    match outcome {
        Ok(Download { name, file }) => {
            let length = file.metadata().map(|file| file.len());
            let mut response = attachment(&name, XLSX, Body::from_stream(ReaderStream::new(fs::File::from_std(file))));
            if let Ok(length) = length {
                response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            }
            response
        }
        Err(problem) => response_format.problem_response(&problem),
    }
}

/// A response that the browser saves as a file of this name.
pub(super) fn attachment(name: &str, media_type: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, content_disposition(name)),
    ];
    (headers, body).into_response()
}

/// The name of an attachment (RFC 6266): in UTF-8 (RFC 8187), and in ASCII for clients that do not know RFC 8187.
fn content_disposition(name: &str) -> HeaderValue {
    /// The bytes besides letters and digits that RFC 8187 does not encode.
    const UNENCODED: &[u8] = b"!#$&+-.^_`|~";
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let ascii_extension = extension.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || UNENCODED.contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    HeaderValue::from_str(&format!("attachment; filename=\"download.{ascii_extension}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::content_disposition;
    use rstest::rstest;

    #[rstest]
    #[case("账号.xlsx", "attachment; filename=\"download.xlsx\"; filename*=UTF-8''%E8%B4%A6%E5%8F%B7.xlsx")]
    #[case("a b.xls", "attachment; filename=\"download.xls\"; filename*=UTF-8''a%20b.xls")]
    #[case("x\"\r\n.é", "attachment; filename=\"download.\"; filename*=UTF-8''x%22%0D%0A.%C3%A9")]
    fn the_name_of_an_attachment_is_encoded(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(content_disposition(name), expected);
    }
}
