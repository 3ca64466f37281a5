//! The body of a call: received and hashed, then split into records.

use crate::web::upload;
use axum::body::Body;
use domain::order::{CallRefusal, MAX_ORDERS_AT_ONCE, OrderRecord};
use futures_util::TryStreamExt;
use http::{HeaderMap, header};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt;

/// The most records of a call.
const MAX_RECORDS: usize = MAX_ORDERS_AT_ONCE as usize;
/// The most characters of the text about a record that cannot be read.
const MAX_DETAIL: usize = 200;

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyForm {
    /// An array of records, or an object with the field `orders`.
    Json,
    /// A record on each line.
    JsonLines,
}

impl BodyForm {
    /// The form that the header `Content-Type` names.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/x-ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// A body with its hash.
pub(super) struct ReceivedBody {
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: [u8; 32],
}

/// Receives a body of at most `limit` bytes.
pub(super) async fn receive(body: Body, limit: u64) -> Result<ReceivedBody, CallRefusal> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut hash) = (Vec::new(), Sha256::new());
    while let Some(chunk) = chunks.try_next().await.map_err(|_| CallRefusal::BodyIncomplete)? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            upload::drain(chunks).await;
            return Err(CallRefusal::BodyTooLong { limit });
        }
        hash.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    Ok(ReceivedBody { bytes, sha256: hash.finalize().into() })
}

/// A record, or the text that says what could not be read.
pub(super) type Record = Result<OrderRecord, String>;

/// The records of a body, in their order.
pub(super) fn records(form: BodyForm, bytes: &[u8]) -> Result<Vec<Record>, CallRefusal> {
    match form {
        BodyForm::Json => json_records(bytes),
        BodyForm::JsonLines => {
            let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
            let records: Vec<Record> = lines.take(MAX_RECORDS + 1).map(record).collect();
            within_limit(records.len())?;
            Ok(records)
        }
    }
}

fn json_records(bytes: &[u8]) -> Result<Vec<Record>, CallRefusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Object<'a> {
        #[serde(borrow)]
        orders: RawRecords<'a>,
    }
    let is_array = bytes.trim_ascii_start().first() == Some(&b'[');
    let read = if is_array {
        serde_json::from_slice::<RawRecords<'_>>(bytes)
    } else {
        serde_json::from_slice::<Object<'_>>(bytes).map(|object| object.orders)
    };
    let RawRecords { first, count } = read.map_err(|_| CallRefusal::Malformed)?;
    within_limit(count)?;
    Ok(first.into_iter().map(|raw| record(raw.get().as_bytes())).collect())
}

const fn within_limit(count: usize) -> Result<(), CallRefusal> {
    if count > MAX_RECORDS { Err(CallRefusal::TooManyRecords { limit: MAX_ORDERS_AT_ONCE }) } else { Ok(()) }
}

fn record(text: &[u8]) -> Record {
    serde_json::from_slice(text).map_err(|error| error.to_string().chars().take(MAX_DETAIL).collect())
}

/// The elements of an array as texts. Those behind the most records of a call are only counted, so that they take no memory.
struct RawRecords<'a> {
    first: Vec<&'a RawValue>,
    count: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for RawRecords<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = RawRecords<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of records")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let (mut first, mut count) = (Vec::new(), 0);
                while first.len() < MAX_RECORDS {
                    let Some(raw) = elements.next_element()? else { break };
                    first.push(raw);
                }
                count += first.len();
                while elements.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(RawRecords { first, count })
            }
        }

        deserializer.deserialize_seq(Elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const RECORD: &str = r#"{"number":"A1","revision":1,"purchaser":"JY00000001","supplier":"合作社","payer":"canteen",
        "lines":[],"ordered_at":1796011200000}"#;

    fn numbers(records: Vec<Record>) -> Vec<Option<String>> {
        records.into_iter().map(|record| record.ok().map(|record| record.number)).collect()
    }

    #[test]
    fn every_form_has_the_same_records() {
        let expected = [Some("A1".to_owned()), None, Some("A1".to_owned())];
        let array = format!(" [{RECORD}, {{\"number\": 5}}, {RECORD}]");
        assert_eq!(numbers(records(BodyForm::Json, array.as_bytes()).unwrap()), expected);
        let object = format!("{{\"orders\": {array}}}");
        assert_eq!(numbers(records(BodyForm::Json, object.as_bytes()).unwrap()), expected);
        let line = RECORD.replace('\n', "");
        let lines = format!("{line}\r\n\n{{\"number\": \n{line}");
        assert_eq!(numbers(records(BodyForm::JsonLines, lines.as_bytes()).unwrap()), expected);
    }

    #[rstest]
    #[case::nothing("")]
    #[case::number("5")]
    #[case::open("[{}")]
    #[case::behind("[] []")]
    #[case::other(r#"{"order": []}"#)]
    #[case::no_array(r#"{"orders": {}}"#)]
    #[case::not_utf8("[\"\u{7f}\"")]
    fn another_body_is_malformed(#[case] body: &str) {
        assert_eq!(records(BodyForm::Json, body.as_bytes()).unwrap_err(), CallRefusal::Malformed);
    }

    #[rstest]
    #[case::unknown_field(RECORD.replace("\"payer\"", "\"payed\""), "unknown field `payed`")]
    #[case::twice(RECORD.replace("\"number\":\"A1\"", "\"number\":\"A1\",\"number\":\"A2\""), "duplicate field `number`")]
    #[case::negative(RECORD.replace("\"revision\":1", "\"revision\":-1"), "invalid value: integer `-1`")]
    fn a_record_that_cannot_be_read_says_why(#[case] body: String, #[case] expected: &str) {
        let why = record(body.as_bytes()).unwrap_err();
        assert!(why.starts_with(expected), "{why}");
        let long = record(RECORD.replace("payer", &"x".repeat(1_000)).as_bytes()).unwrap_err();
        assert_eq!(long.chars().count(), MAX_DETAIL);
    }

    #[test]
    fn a_call_has_at_most_10_000_records() {
        for (form, separator, ends) in [(BodyForm::Json, ",", ["[", "]"]), (BodyForm::JsonLines, "\n", ["", ""])] {
            let body = |count: usize| format!("{}{}{}", ends[0], vec!["1"; count].join(separator), ends[1]);
            assert_eq!(records(form, body(10_000).as_bytes()).unwrap().len(), 10_000);
            let refused = records(form, body(10_001).as_bytes()).unwrap_err();
            assert_eq!(refused, CallRefusal::TooManyRecords { limit: 10_000 });
        }
    }
}
