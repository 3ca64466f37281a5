//! `POST /api/v1/orders`: other systems send orders. Requests are signed with a key instead of a session; there are no cookies.
//! `docs/orders-api.md` is for those who write such a system.

mod body;
mod description;

use super::{
    App,
    guard::{complete_changes, give_up_without_database, limit_time},
    problem_response::ResponseFormat,
    upload,
    visitor::client_address,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use body::{BodyForm, ReceivedBody};
use domain::{
    Problem,
    ids::ApiKeyId,
    order::{CallAnswer, CallRefusal, OrderRecord, RecordAnswer},
};
use http::header;
use service::{
    Place, Places,
    api_key::{self, CallHead, VerifyError},
    ledger,
};
use std::sync::Arc;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

/// The path that takes orders.
const ORDERS: &str = "/api/v1/orders";
/// The path of the description in the OpenAPI format.
const DESCRIPTION: &str = "/api/v1/openapi.json";
/// Everything below it is for other systems.
const PREFIX: &str = "/api/v1/";
/// The longest body in bytes: 10,000 records of some lines each.
const MAX_BODY_BYTES: u64 = 16 << 20;
/// The calls whose bodies are in memory at once.
const CALLS_AT_ONCE: usize = 8;
/// The calls of one key at once.
const CALLS_OF_KEY: usize = 4;

/// Whether a path is for other systems, not for people.
pub(super) fn is_for_systems(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// The routes. They have the times and limits of the site, but neither sessions nor the protection of forms.
pub(super) fn router(app: &App) -> Router<App> {
    let calls = Calls::default();
    let receive = move |app: State<App>, request: Request| receive(app, calls.clone(), request);
    // The handler counts the bytes itself.
    let orders = post(receive).fallback(method_not_allowed).layer(DefaultBodyLimit::disable());
    Router::new()
        .route(ORDERS, orders)
        .route(DESCRIPTION, get(description::respond).fallback(method_not_allowed))
        .layer(from_fn_with_state(app.clone(), give_up_without_database))
        .layer(from_fn_with_state(app.changes.clone(), complete_changes))
        .layer(from_fn_with_state(app.clone(), limit_time))
}

/// The calls under way. Clones share them.
#[derive(Clone)]
struct Calls {
    turns: Arc<Semaphore>,
    of_keys: Places<ApiKeyId>,
}

/// The turn of a call, from the first byte of its body until the answer.
struct Turn {
    _permit: OwnedSemaphorePermit,
    _of_key: Place<ApiKeyId>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(CALLS_AT_ONCE)), of_keys: Places::new(CALLS_OF_KEY) }
    }
}

impl Calls {
    fn begin(&self, key: ApiKeyId) -> Result<Turn, Problem> {
        let of_key = self.of_keys.take(key).ok_or(Problem::Busy)?;
        let permit = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| Problem::Busy)?;
        Ok(Turn { _permit: permit, _of_key: of_key })
    }
}

/// Why a call gets no verdicts.
enum Refused {
    Call(CallRefusal),
    Problem(Problem),
}

impl From<CallRefusal> for Refused {
    fn from(refusal: CallRefusal) -> Self {
        Self::Call(refusal)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<service::Error> for Refused {
    fn from(error: service::Error) -> Self {
        Self::Problem(error.into_problem())
    }
}

impl From<VerifyError> for Refused {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Refused(refusal) => Self::Call(refusal),
            VerifyError::Failed(error) => error.into(),
        }
    }
}

/// Receives orders.
async fn receive(State(app): State<App>, calls: Calls, request: Request) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    match try_receive(&app, &calls, request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(Refused::Call(refusal)) => response_format.refusal_response(refusal),
        Err(Refused::Problem(problem)) => response_format.problem_response(&problem),
    }
}

async fn try_receive(app: &App, calls: &Calls, request: Request) -> Result<CallAnswer, Refused> {
    let head = Head::of(app, &request);
    let (pending, _turn) = match accept(app, calls, &head).await {
        Ok(accepted) => accepted,
        Err(refused) => {
            // A client may not read the response while it is still sending.
            upload::drain(request.into_body().into_data_stream()).await;
            return Err(refused);
        }
    };
    let form = BodyForm::of(request.headers());
    let key = pending.key();
    let ReceivedBody { bytes, sha256 } = body::receive(request.into_body(), MAX_BODY_BYTES).await?;
    // Nothing is read of a body before its signature is verified.
    let source = pending.finish(&app.services, &sha256).await?;
    let form = form.ok_or(CallRefusal::MediaType)?;
    let records = spawn_blocking(move || body::records(form, &bytes)).await.map_err(service::Error::internal)??;
    let count = records.len();
    let (mut places, mut readable, mut answers) = (Vec::new(), Vec::new(), Vec::with_capacity(count));
    for (place, record) in (1_u32..).zip(records) {
        match record {
            Ok(record) => {
                places.push(place);
                readable.push(record);
            }
            Err(detail) => answers.push(RecordAnswer::unreadable(place, detail)),
        }
    }
    let readable: Vec<OrderRecord> = readable;
    let verdicts = ledger::receive(&app.services, &source, readable).await?;
    answers.extend(places.into_iter().zip(verdicts).map(|(place, verdict)| RecordAnswer::of(place, verdict)));
    answers.sort_by_key(|answer| answer.place);
    tracing::info!(key = key.0, records = count, "orders were received");
    Ok(CallAnswer { verdicts: answers })
}

/// What is needed of the head of a request.
struct Head {
    method: String,
    target: String,
    authorization: Option<String>,
    address: String,
    length: Option<u64>,
}

impl Head {
    fn of(app: &App, request: &Request) -> Self {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            method: request.method().to_string(),
            target: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            authorization: text(header::AUTHORIZATION).map(str::to_owned),
            address: client_address(request, &app.config.site.trusted_proxies),
            length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        }
    }
}

/// Checks what the head of a request says, and takes a turn for its body.
async fn accept(app: &App, calls: &Calls, head: &Head) -> Result<(api_key::PendingCall, Turn), Refused> {
    let Head { method, target, authorization, address, length } = head;
    let call = CallHead { method, target, authorization: authorization.as_deref(), address };
    let pending = api_key::begin(&app.services, call).await?;
    let turn = calls.begin(pending.key())?;
    if length.is_some_and(|bytes| bytes > MAX_BODY_BYTES) {
        return Err(CallRefusal::BodyTooLong { limit: MAX_BODY_BYTES }.into());
    }
    Ok((pending, turn))
}

async fn method_not_allowed(response_format: ResponseFormat) -> Response {
    response_format.refusal_response(CallRefusal::Method)
}
