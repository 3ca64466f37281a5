//! States in a word: a sign, the word, then the colour.

use domain::view::{AccountState, SmsState};
use leptos::prelude::*;
use texts::Lang;

/// What a badge's colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// Must be mended.
    Error,
    /// Under way.
    Info,
    /// Of no weight.
    Quiet,
}

impl Tone {
    /// The style's class.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "is-good",
            Self::Warning => "is-warning",
            Self::Error => "is-error",
            Self::Info => "is-info",
            Self::Quiet => "is-quiet",
        }
    }
}

/// A badge.
pub fn badge(tone: Tone, sign: &'static str, text: impl Into<String>) -> AnyView {
    view! {
        <span class=format!("badge {}", tone.class())>
            <span aria-hidden="true">{sign}</span>
            " "
            {text.into()}
        </span>
    }
    .into_any()
}

/// Where an account stands.
pub fn account_badge(lang: Lang, state: AccountState) -> AnyView {
    let (tone, sign) = match state {
        AccountState::NotIssued => (Tone::Quiet, "–"),
        AccountState::NotActivated => (Tone::Warning, "!"),
        AccountState::Active => (Tone::Good, "✓"),
        AccountState::Disabled => (Tone::Error, "✕"),
    };
    badge(tone, sign, lang.account_state(state))
}

/// Where an SMS stands.
pub fn sms_badge(lang: Lang, state: SmsState) -> AnyView {
    let (tone, sign) = match state {
        SmsState::Waiting => (Tone::Info, "…"),
        SmsState::Sent => (Tone::Good, "✓"),
        SmsState::Failed => (Tone::Error, "✕"),
    };
    badge(tone, sign, lang.sms_state(state))
}
