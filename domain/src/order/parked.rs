//! 待匹配订单: parked records as the operator sees them.

use super::UnknownPart;
use crate::{calendar::Timestamp, paging::BoundedCount};
use serde::{Deserialize, Serialize};

/// The records on a page of the list.
pub const PARKED_PER_PAGE: u32 = 50;

/// Which parked records are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParkedQuery {
    /// Any part of the number or of the purchaser as it is named.
    pub search: String,
    /// Only records in which this is unknown.
    pub reason: Option<UnknownPart>,
    /// The record behind which the page begins: a [`ParkedKey`] as text. The first page for anything else.
    pub after: Option<String>,
}

/// What identifies a parked record. As text, it is `revision:number`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedKey {
    /// The number of the order.
    pub number: String,
    /// The revision.
    pub revision: i32,
}

impl ParkedKey {
    /// Reads the text back.
    pub fn parse(text: &str) -> Option<Self> {
        let (revision, number) = text.split_once(':')?;
        let number = super::OrderNumber::parse(number)?.as_str().to_owned();
        Some(Self { number, revision: revision.parse().ok()? })
    }
}

impl std::fmt::Display for ParkedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.revision, self.number)
    }
}

/// A page of parked records, in the order of their numbers and revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedPage {
    /// The records.
    pub rows: Vec<ParkedItem>,
    /// How many records the query finds.
    pub total: BoundedCount,
    /// The record behind which the next page begins.
    pub next: Option<String>,
}

/// A parked record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedItem {
    /// The number of the order.
    pub number: String,
    /// The revision.
    pub revision: i32,
    /// The purchaser as the record names it.
    pub purchaser: String,
    /// What is unknown.
    pub reason: UnknownPart,
    /// The word or the code that is unknown, as it was sent.
    pub unknown: String,
    /// When it was received last.
    pub received_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        let key = ParkedKey { number: "XS:1".to_owned(), revision: 3 };
        assert_eq!(ParkedKey::parse(&key.to_string()), Some(key));
        for text in ["", "3", "3:", "x:XS1", "3:a\u{0}", "99999999999:XS1"] {
            assert_eq!(ParkedKey::parse(text), None, "{text}");
        }
    }
}
