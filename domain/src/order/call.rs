//! Calls of other systems that send orders: why a whole call is refused, and what a call is answered.

use super::{Outcome, UnknownPart, Verdict};
use serde::Serialize;

/// Why a call is refused as a whole. Nothing of it is kept, except for [`CallRefusal::Replayed`], where the first call counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallRefusal {
    /// It is not signed, or the key or the signature is wrong. The answer does not say which.
    NotSigned,
    /// The time in the signature is too far from the time of the server.
    Clock {
        /// The time of the server in seconds since 1970.
        server_time: i64,
    },
    /// A call with this nonce was received before.
    Replayed,
    /// The body is too long.
    BodyTooLong {
        /// The most bytes.
        limit: u64,
    },
    /// The body did not arrive as a whole, or too slowly.
    BodyIncomplete,
    /// The body is not JSON of the expected form.
    Malformed,
    /// There are too many records.
    TooManyRecords {
        /// The most records.
        limit: u32,
    },
    /// The body has a media type that is not supported.
    MediaType,
    /// The address does not know the method.
    Method,
}

impl CallRefusal {
    /// The stable code, kebab-case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "not-signed",
            Self::Clock { .. } => "clock",
            Self::Replayed => "replayed",
            Self::BodyTooLong { .. } => "body-too-long",
            Self::BodyIncomplete => "body-incomplete",
            Self::Malformed => "malformed",
            Self::TooManyRecords { .. } => "too-many-at-once",
            Self::MediaType => "media-type",
            Self::Method => "method-not-allowed",
        }
    }

    /// The HTTP status of the response.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotSigned | Self::Clock { .. } => 401,
            Self::Method => 405,
            Self::BodyIncomplete => 408,
            Self::Replayed => 409,
            Self::BodyTooLong { .. } => 413,
            Self::MediaType => 415,
            Self::TooManyRecords { .. } => 422,
        }
    }
}

/// The answer to a call: a verdict for each record, in the order of the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallAnswer {
    /// The verdicts.
    pub verdicts: Vec<RecordAnswer>,
}

/// The verdict on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordAnswer {
    /// The place of the record in the call, from 1.
    pub place: u32,
    /// The number of the order, as it was sent; missing if the record could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The revision, as it was sent; missing if the record could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// What became of the record: added, revised, unchanged, conflict, stale, parked or refused. Further words may come.
    pub outcome: &'static str,
    /// What a parked record names that is not known: purchaser, category or origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<&'static str>,
    /// Why the record is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultAnswer>,
}

/// A reason why a record is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaultAnswer {
    /// The stable code. Further codes may come.
    pub code: &'static str,
    /// The number of the line or the refund, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// For programmers, what could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl RecordAnswer {
    /// The answer for a verdict.
    pub fn of(place: u32, verdict: Verdict) -> Self {
        let outcome = verdict.outcome.code();
        let (unknown, faults) = match verdict.outcome {
            Outcome::Parked(unknown) => (Some(unknown), Vec::new()),
            Outcome::Refused(faults) => (None, faults),
            _ => (None, Vec::new()),
        };
        let fault =
            |fault: super::OrderFault| FaultAnswer { code: fault.code.code(), position: fault.position, detail: None };
        Self {
            place,
            number: Some(verdict.number),
            revision: Some(verdict.revision),
            outcome,
            unknown: unknown.map(UnknownPart::as_str),
            faults: faults.into_iter().map(fault).collect(),
        }
    }

    /// The answer for a record that is not JSON of a record. `detail` says what could not be read.
    pub fn unreadable(place: u32, detail: String) -> Self {
        let code = super::OrderFaultCode::RecordUnreadable.code();
        let fault = FaultAnswer { code, position: None, detail: Some(detail) };
        let outcome = Outcome::Refused(Vec::new()).code();
        Self { place, number: None, revision: None, outcome, unknown: None, faults: vec![fault] }
    }
}
