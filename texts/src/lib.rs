//! Every text a person reads, in zh-CN and en.
//!
//! Each text is a method of [`Lang`], declared once with both languages side by side: a missing translation or a
//! misspelt key does not compile, the page, the worker and the command line share the same words, and nothing but the
//! words themselves goes into the browser.

#[macro_use]
mod macros;
pub mod export;
pub mod findings;
pub mod import;
pub mod manage;
mod number;
pub mod purchaser;
pub mod server;
pub mod sheet;
pub mod sms;
pub mod trade;
pub mod ui;

pub use number::{amount, amounts, grouped};

use serde::{Deserialize, Serialize};

/// The reader's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese, the language the product is written in.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// The BCP 47 tag, as in `<html lang>` and the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// From a tag or the first supported language of an Accept-Language header; `None` where none is supported.
    pub fn from_tag(tag: &str) -> Option<Self> {
        tag.split(',').find_map(|t| match t.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        })
    }

    /// The other language, for the switch.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}
