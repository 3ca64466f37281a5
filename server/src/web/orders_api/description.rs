//! The description of the interface in the OpenAPI format.

// Types and functions here exist for the description alone.
#![allow(dead_code)]

use super::{DESCRIPTION, ORDERS};
use crate::web::problem_response::ProblemDetails;
use axum::{Json, response::IntoResponse};
use domain::order::{CallAnswer, OrderRecord};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{ApiKey, ApiKeyValue, SecurityScheme},
};

/// Responds with the description.
pub(super) async fn respond() -> impl IntoResponse {
    Json(Description::openapi())
}

/// The records of a call: an array, or an object with the field `orders`. At most 10,000.
#[derive(ToSchema)]
#[serde(untagged)]
enum CallBody {
    Records(Vec<OrderRecord>),
    Object { orders: Vec<OrderRecord> },
}

/// Send orders. The answer has a verdict for each record, in their order: a wrong record is refused by itself, and the others
/// count. A call may be repeated with a new nonce: what is known is answered as unchanged.
#[utoipa::path(
    post,
    path = ORDERS,
    operation_id = "sendOrders",
    request_body(
        description = "The records. As application/x-ndjson, each line is a record.",
        content((CallBody = "application/json"), (String = "application/x-ndjson")),
    ),
    responses(
        (status = 200, description = "A verdict for each record", body = CallAnswer),
        (status = 400, description = "malformed: the body is not JSON of the expected form", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "not-signed: no signature, or a wrong key or signature; clock: the time is more than 5 minutes off, and server_time has the right one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 405, description = "method-not-allowed", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 408, description = "body-incomplete: the body did not arrive as a whole", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "replayed: the nonce was used before", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "body-too-long", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "media-type: neither application/json nor application/x-ndjson", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "too-many-at-once: more than 10,000 records", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "busy: try again after the time in Retry-After", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 504, description = "outcome-unknown: the call goes on; send it again with a new nonce", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("signature" = [])),
)]
fn send_orders() {}

/// This description.
#[utoipa::path(
    get,
    path = DESCRIPTION,
    operation_id = "describe",
    responses(
        (status = 200, description = "The description", body = Object),
        (status = 405, description = "method-not-allowed", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
fn describe() {}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "采购人管理系统 Purchaser Management System: orders",
        version = "1",
        description = "Other systems send orders of purchasers. docs/orders-api.md says how requests are signed.",
    ),
    paths(send_orders, describe),
    modifiers(&Signature),
)]
struct Description;

/// Adds how requests are signed.
struct Signature;

impl Modify for Signature {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let how = "PMS1-HMAC-SHA256 key=…, time=…, nonce=…, signature=…: HMAC-SHA256 over method, path with query, key, time, \
                   nonce and the SHA-256 of the body; docs/orders-api.md has the details.";
        let header = ApiKey::Header(ApiKeyValue::with_description("Authorization", how));
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("signature", SecurityScheme::ApiKey(header));
    }
}
