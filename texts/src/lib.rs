//! All texts that users read, in zh-CN and en.
//!
//! Each text is a method of [`Lang`], declared once with both languages side by side. A missing translation or a misspelt
//! name does not compile. Pages, worker and command line share the same texts. The browser bundle contains only the texts
//! that it uses.

#[macro_use]
mod macros;
pub mod bulletin;
pub mod dispute;
pub mod export;
pub mod findings;
pub mod help;
pub mod import;
pub mod manage;
pub mod notice;
mod number;
pub mod orders;
pub mod plan;
pub mod purchaser;
pub mod server;
pub mod sheet;
pub mod sms;
pub mod statistics;
pub mod trade;
pub mod ui;

pub use number::{amount, amount_in, amounts, grouped, percent, yuan};

use serde::{Deserialize, Serialize};

/// A language of the user interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese, the main language of the product.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// The BCP 47 tag in `<html lang>` and in the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Parses a tag or an Accept-Language header. Returns the first supported language; `None` if there is none.
    pub fn from_tag(tag: &str) -> Option<Self> {
        tag.split(',').find_map(|t| match t.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        })
    }

    /// The language that the switch offers.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}
