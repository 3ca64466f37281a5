//! Downloads of spreadsheets.

use super::{
    App,
    answer::{self, Asker},
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
use domain::{Problem, Template, ids::BatchId, purchaser::PurchaserQuery, unit::UnitQuery};
use http::{HeaderMap, HeaderValue, header};
use service::export::{self, Download, Selection};
use std::{fmt::Write, str::FromStr};

/// The media type of .xlsx.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn router() -> Router<App> {
    let made = |what| get(move |app, visitor, batch, headers| of_batch(what, app, visitor, batch, headers));
    let router = Router::new()
        .route(&Endpoint::Export(Template::Units).to_string(), get(units))
        .route(&Endpoint::Export(Template::Purchasers).to_string(), get(purchasers));
    Template::ALL.into_iter().fold(router, |router, template| {
        router
            .route(&BatchEndpoint::Annotated.path(template, "{batch}"), made(OfBatch::Annotated))
            .route(&BatchEndpoint::Accounts.path(template, "{batch}"), made(OfBatch::Accounts))
    })
}

/// What is made of a batch.
#[derive(Clone, Copy)]
enum OfBatch {
    /// 下载标注错误的表
    Annotated,
    /// 下载账号清单
    Accounts,
}

/// A spreadsheet made of the batch in the path.
async fn of_batch(
    what: OfBatch,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(batch): Path<String>,
    headers: HeaderMap,
) -> Response {
    let download = async {
        let (actor, batch) = (answer::actor(&visitor)?, batch_id(&batch)?);
        let download = match what {
            OfBatch::Annotated => export::annotated(&app.services, &actor, batch, visitor.lang).await,
            OfBatch::Accounts => export::accounts(&app.services, &actor, batch, visitor.lang).await,
        };
        download.map_err(service::Error::into_problem)
    };
    answer(download.await, &headers)
}

/// 导出: the units of a search, or with `chosen` those of `units[]`.
async fn units(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let download = async {
        let actor = answer::actor(&visitor)?;
        let selection = selection(&parameters, "units[]", || UnitQuery::from_parameters(first(&parameters)))?;
        export::units(&app.services, &actor, &selection, visitor.lang).await.map_err(service::Error::into_problem)
    };
    answer(download.await, &headers)
}

/// 导出: the purchasers of a search, or with `chosen` those of `purchasers[]`.
async fn purchasers(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let download = async {
        let actor = answer::actor(&visitor)?;
        let selection = selection(&parameters, "purchasers[]", || PurchaserQuery::from_parameters(first(&parameters)))?;
        export::purchasers(&app.services, &actor, &selection, visitor.lang).await.map_err(service::Error::into_problem)
    };
    answer(download.await, &headers)
}

/// A URL's parameters: a name may stand there several times.
type Parameters = Vec<(String, String)>;

/// What a URL selects: what its search finds, or with `chosen` the ids under a name.
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

/// The first value of a name.
fn first(parameters: &Parameters) -> impl Fn(&str) -> Option<String> {
    |name| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

/// The batch of a path; what is no number is no batch.
pub(super) fn batch_id(text: &str) -> Result<BatchId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn answer(outcome: Result<Download, Problem>, headers: &HeaderMap) -> Response {
    match outcome {
        Ok(download) => attachment(&download.name, XLSX, download.bytes.into()),
        Err(problem) => Asker::from_headers(headers).refuse(&problem),
    }
}

/// A file to save under this name.
pub(super) fn attachment(name: &str, media_type: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition(name)),
    ];
    (headers, body).into_response()
}

/// The name as RFC 6266 wants it: in UTF-8 (RFC 8187), and in ASCII for whoever does not read that.
fn disposition(name: &str) -> HeaderValue {
    /// What RFC 8187 leaves as it is.
    const KEPT: &[u8] = b"!#$&+-.^_`|~";
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let plain = extension.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || KEPT.contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    HeaderValue::from_str(&format!("attachment; filename=\"download.{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::disposition;
    use rstest::rstest;

    #[rstest]
    #[case("账号.xlsx", "attachment; filename=\"download.xlsx\"; filename*=UTF-8''%E8%B4%A6%E5%8F%B7.xlsx")]
    #[case("a b.xls", "attachment; filename=\"download.xls\"; filename*=UTF-8''a%20b.xls")]
    #[case("x\"\r\n.é", "attachment; filename=\"download.\"; filename*=UTF-8''x%22%0D%0A.%C3%A9")]
    fn names(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(disposition(name), expected);
    }
}
