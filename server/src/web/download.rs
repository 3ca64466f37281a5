//! Downloads of spreadsheets and documents.

use super::{
    App,
    problem_response::{ResponseFormat, management_actor, purchaser_actor},
};
use app::{
    request::Visitor,
    routes::{BatchEndpoint, BulletinFile, Endpoint, UrlQuery, parameter},
};
use axum::{
    Form, RequestExt, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    response::{Html, IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use domain::{
    Problem, Template,
    bulletin::BulletinQuery,
    ids::BatchId,
    order::OrderQuery,
    purchaser::PurchaserQuery,
    report::{ReportKind, ReportQuery},
    unit::UnitQuery,
};
use http::{HeaderValue, StatusCode, header};
use service::{
    Actor, Error, Services,
    export::{self, Download, FileKind, Selection},
};
use std::{fmt::Write, str::FromStr};
use texts::Lang;
use tokio::fs;
use tokio_util::io::ReaderStream;

/// The media type of .xlsx.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of .docx.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The style sheet of the bulletin on paper.
pub(super) const PAPER_STYLE: &str = "/bulletin.css";
/// The bulletin on paper loads nothing but its style sheet.
const PAPER_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// The longest form with the texts of a bulletin, in bytes: an escaped character may have nine, and the texts have 31,000.
const MAX_FORM_BYTES: usize = 512 * 1024;

pub(super) fn router() -> Router<App> {
    let export_of = |template| Endpoint::Export(template).to_string();
    let mut router = Router::new()
        .route(&export_of(Template::Units), download(units))
        .route(&export_of(Template::Purchasers), download(purchasers))
        .route(&Endpoint::ExportOrders.to_string(), download(orders));
    for kind in ReportKind::ALL {
        let report = move |asked: Asked| async move {
            let query = ReportQuery::from_parameters(asked.first_value());
            export::report(&asked.services, &asked.actor()?, kind, &query, asked.lang()).await
        };
        router = router.route(&Endpoint::Report(kind).to_string(), download(report));
    }
    for file in BulletinFile::ALL {
        // The draft itself can be downloaded too.
        let methods = MethodFilter::GET.or(MethodFilter::POST);
        let bulletin = answer(methods, move |asked| bulletin(file, asked)).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
        router = router.route(&Endpoint::Bulletin(file).to_string(), bulletin);
    }
    for template in Template::ALL {
        let annotated = |asked: Asked| async move {
            export::annotated(&asked.services, &asked.actor()?, asked.batch()?, asked.lang()).await
        };
        let accounts = |asked: Asked| async move {
            export::accounts(&asked.services, &asked.actor()?, asked.batch()?, asked.lang()).await
        };
        router = router
            .route(&BatchEndpoint::Annotated.path(template, "{batch}"), download(annotated))
            .route(&BatchEndpoint::Accounts.path(template, "{batch}"), download(accounts));
    }
    router
}

/// What a request for a file asks for.
struct Asked {
    services: Services,
    visitor: Visitor,
    /// The parameter of the path, if it has one.
    in_path: Option<String>,
    /// The parameters of the address, or those of the form of a POST request.
    parameters: Parameters,
}

impl Asked {
    async fn of(app: App, mut request: Request) -> Result<Self, Problem> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or(Problem::NotSignedIn)?;
        let in_path = request.extract_parts::<Path<String>>().await.ok().map(|Path(text)| text);
        // A request without a form asks for what needs no parameters.
        let parameters = match Form::<Parameters>::from_request(request, &app).await {
            Ok(Form(parameters)) => parameters,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let limit = u32::try_from(MAX_FORM_BYTES / 9).unwrap_or(u32::MAX);
                return Err(Problem::TextTooLong { part: String::new(), limit });
            }
            Err(_) => Parameters::new(),
        };
        let asked = Self { services: app.services, visitor, in_path, parameters };
        asked.refuse_another_account()?;
        Ok(asked)
    }

    /// [`Problem::OtherAccount`] for a form of a page of another account.
    fn refuse_another_account(&self) -> Result<(), Problem> {
        let page = self.first_value()(parameter::ACCOUNT);
        let now = self.visitor.session.as_ref().map(|session| session.identity().login());
        match (page, now) {
            (Some(page), Some(now)) if page != now => Err(Problem::OtherAccount { page, now: now.to_owned() }),
            _ => Ok(()),
        }
    }

    fn actor(&self) -> Result<Actor, Problem> {
        management_actor(&self.visitor)
    }

    const fn lang(&self) -> Lang {
        self.visitor.lang
    }

    /// The batch in the path.
    fn batch(&self) -> Result<BatchId, Problem> {
        batch_id(self.in_path.as_deref().unwrap_or_default())
    }

    /// The first value of a parameter.
    fn first_value(&self) -> impl Fn(&str) -> Option<String> {
        |name| self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

/// Answers requests with what `make` makes of them.
fn answer<Make, Making>(methods: MethodFilter, make: Make) -> MethodRouter<App>
where
    Make: Fn(Asked) -> Making + Clone + Send + Sync + 'static,
    Making: Future<Output = Result<Response, Error>> + Send,
{
    on(methods, move |State(app): State<App>, request: Request| async move {
        let response_format = ResponseFormat::of_request(&request);
        let outcome = match Asked::of(app, request).await {
            Ok(asked) => make(asked).await.map_err(Error::into_problem),
            Err(problem) => Err(problem),
        };
        outcome.unwrap_or_else(|problem| response_format.problem_response(&problem))
    })
}

/// Answers GET requests with a file.
fn download<Make, Making>(make: Make) -> MethodRouter<App>
where
    Make: Fn(Asked) -> Making + Clone + Send + Sync + 'static,
    Making: Future<Output = Result<Download, Error>> + Send,
{
    answer(MethodFilter::GET, move |asked| {
        let file = make(asked);
        async { file.await.map(file_response) }
    })
}

/// 导出: the units that the search finds, or the units in `units[]` if the query has `chosen`.
async fn units(asked: Asked) -> Result<Download, Error> {
    let selection = selection(&asked, "units[]", || UnitQuery::from_parameters(asked.first_value()))?;
    export::units(&asked.services, &asked.actor()?, &selection, asked.lang()).await
}

/// 导出: the purchasers that the search finds, or the purchasers in `purchasers[]` if the query has `chosen`.
async fn purchasers(asked: Asked) -> Result<Download, Error> {
    let selection = selection(&asked, "purchasers[]", || PurchaserQuery::from_parameters(asked.first_value()))?;
    export::purchasers(&asked.services, &asked.actor()?, &selection, asked.lang()).await
}

/// 导出: the own orders that the search finds.
async fn orders(asked: Asked) -> Result<Download, Error> {
    let query = OrderQuery::from_parameters(asked.first_value());
    export::orders(&asked.services, &purchaser_actor(&asked.visitor)?, &query, asked.lang()).await
}

/// 月度通报 with the texts of its form.
async fn bulletin(file: BulletinFile, asked: Asked) -> Result<Response, Error> {
    let (actor, lang) = (asked.actor()?, asked.lang());
    let query = BulletinQuery::from_parameters(asked.first_value());
    let kind = match file {
        BulletinFile::Docx => FileKind::Docx,
        BulletinFile::Xlsx => FileKind::Xlsx,
        BulletinFile::Paper => {
            let (bulletin, texts) = export::notice(&asked.services, &actor, query, lang, asked.first_value()).await?;
            let page = app::bulletin_paper(lang, query.amounts, &bulletin, &texts, PAPER_STYLE);
            return Ok(([(header::CONTENT_SECURITY_POLICY, PAPER_POLICY)], Html(page)).into_response());
        }
    };
    export::bulletin(&asked.services, &actor, query, kind, lang, asked.first_value()).await.map(file_response)
}

/// The parameters of a URL. A name may occur several times.
type Parameters = Vec<(String, String)>;

/// The rows that a URL selects: the result of its search, or the ids under `name` if it has `chosen`.
fn selection<Q, Id: FromStr>(
    asked: &Asked,
    name: &str,
    query: impl FnOnce() -> Q,
) -> Result<Selection<Q, Id>, Problem> {
    if asked.parameters.iter().any(|(name, _)| name == parameter::CHOSEN) {
        let chosen = asked.parameters.iter().filter(|(key, _)| key == name).map(|(_, id)| id.parse());
        return Ok(Selection::Chosen(chosen.collect::<Result<_, _>>().map_err(|_| Problem::NotFound)?));
    }
    Ok(Selection::Query(query()))
}

/// The batch in a path. Text that is not a number is answered like an unknown batch.
pub(super) fn batch_id(text: &str) -> Result<BatchId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn file_response(Download { name, kind, file }: Download) -> Response {
    let media_type = match kind {
        FileKind::Xlsx => XLSX,
        FileKind::Docx => DOCX,
    };
    let length = file.metadata().map(|file| file.len());
    let mut response = attachment(&name, media_type, Body::from_stream(ReaderStream::new(fs::File::from_std(file))));
    if let Ok(length) = length {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    response
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
