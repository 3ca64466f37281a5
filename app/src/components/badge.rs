//! States as badges: a sign and a word first, then a colour.

use domain::{Certification, account::AccountState, dispute::DisputeState, sms::SmsState};
use leptos::prelude::*;
use texts::Lang;

/// The meaning of a badge's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// Must be corrected.
    Error,
    /// Under way.
    Info,
    /// Not important.
    Quiet,
}

impl Tone {
    /// The class in the style sheet.
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

/// The state of an account.
pub fn account_badge(lang: Lang, state: AccountState) -> AnyView {
    let (tone, sign) = match state {
        AccountState::NotIssued => (Tone::Quiet, "–"),
        AccountState::NotActivated => (Tone::Warning, "!"),
        AccountState::Active => (Tone::Good, "✓"),
        AccountState::Disabled => (Tone::Error, "✕"),
    };
    badge(tone, sign, lang.account_state(state))
}

/// The state of a code dispute.
pub fn dispute_badge(lang: Lang, state: DisputeState) -> AnyView {
    let (tone, sign) = match state {
        DisputeState::Open => (Tone::Info, "…"),
        DisputeState::Upheld => (Tone::Good, "✓"),
        DisputeState::Rejected => (Tone::Error, "✕"),
        DisputeState::Withdrawn => (Tone::Quiet, "–"),
    };
    badge(tone, sign, lang.dispute_state_of(state))
}

/// The state of an SMS.
pub fn sms_badge(lang: Lang, state: SmsState) -> AnyView {
    let (tone, sign) = match state {
        SmsState::Waiting => (Tone::Info, "…"),
        SmsState::Sent => (Tone::Good, "✓"),
        SmsState::Failed => (Tone::Error, "✕"),
        SmsState::Withdrawn => (Tone::Quiet, "–"),
    };
    badge(tone, sign, lang.sms_state(state))
}

/// The state of a purchaser's certification (认证状态).
pub fn certification_badge(lang: Lang, state: Certification) -> AnyView {
    let (tone, sign) = certification_tone(state);
    badge(tone, sign, lang.certification(state))
}

/// The tone and the sign of a certification.
pub const fn certification_tone(state: Certification) -> (Tone, &'static str) {
    match state {
        Certification::None => (Tone::Warning, "!"),
        Certification::Submitted => (Tone::Info, "…"),
        Certification::Returned => (Tone::Error, "✕"),
        Certification::Certified => (Tone::Good, "✓"),
    }
}
