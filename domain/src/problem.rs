//! Why a use case did not do what was asked, as data that may reach a browser: a stable code and particulars, never a
//! secret, never another tree's data. The words for people are in the crate `texts`.

use crate::{
    account::{AccountState, Portal},
    finding::Refusal,
    password::PolicyFault,
};
use serde::{Deserialize, Serialize};

/// A field of a form that must be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The input's name.
    pub field: String,
    /// The finding's code, as in a spreadsheet.
    pub code: crate::finding::Code,
}

impl FieldFault {
    /// A fault at an input.
    pub fn new(field: &str, code: crate::finding::Code) -> Self {
        Self { field: field.to_owned(), code }
    }
}

/// Why it was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// No session, or it has ended.
    NotSignedIn,
    /// The page from which it comes was drawn for an account, and by now another one is signed in: in another tab.
    OtherAccount {
        /// The login name of the page.
        page: String,
        /// The login name of who is signed in.
        now: String,
    },
    /// Login name or password wrong; says no more than that.
    SignInFailed,
    /// Too many failed attempts: try again after so many minutes.
    SignInThrottled {
        /// Whole minutes to wait, at least 1.
        minutes: u32,
    },
    /// The password is right, but this kind of account signs in elsewhere: there.
    WrongPortal(Portal),
    /// The initial password has expired, because it was not used within its period of validity. A superior can send a new one.
    InitialPasswordExpired,
    /// The account was disabled by a superior.
    AccountDisabled,
    /// First the password must be changed.
    MustChangePassword,
    /// First the unit's or the purchaser's data must be completed.
    MustCompleteProfile,
    /// The old password is wrong.
    OldPasswordWrong,
    /// The new password and its repetition differ.
    PasswordsDiffer,
    /// The new password breaks the policy.
    Password(PolicyFault),
    /// Not there, or not in the asker's scope: the two are not told apart.
    NotFound,
    /// The asker's kind of account may not do this.
    Forbidden,
    /// The request was not sent by a page of this site (cross-site request forgery).
    CrossSite,
    /// Somebody else changed it meanwhile.
    Stale,
    /// A unit does not do this to itself: only its direct superior does.
    AskSuperior {
        /// Its full name.
        superior: String,
    },
    /// The account is not in a state in which this can be done.
    AccountIs(AccountState),
    /// The unit has no contact with a mobile number, to whom an SMS could go.
    NoMobile,
    /// The account SMS was sent again a moment ago.
    ResendTooSoon {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// The account SMS was sent again as often as a day allows.
    ResendTooMany {
        /// How often that is.
        limit: u32,
    },
    /// Units stand below it.
    HasSubordinates {
        /// How many directly.
        count: u32,
    },
    /// Purchasers belong to it.
    HasPurchasers {
        /// How many.
        count: u32,
    },
    /// More were asked for than is done at once.
    TooManyAtOnce {
        /// How many may be.
        limit: u32,
    },
    /// The whole file was refused.
    File(Refusal),
    /// No file came with the request.
    NoFile,
    /// Rows are in error: nothing can be generated yet.
    BatchHasErrors {
        /// How many rows.
        rows: u32,
    },
    /// A newer upload took this batch's place, or it is generated already.
    BatchClosed,
    /// No row of the batch creates or changes anything.
    NothingToGenerate,
    /// Fields of a form must be mended.
    Fields(Vec<FieldFault>),
    /// Too much at once; try again shortly.
    Busy,
    /// Our fault; the reference finds it in the log.
    Internal {
        /// The reference shown to the user and written to the log.
        reference: String,
    },
}

impl Problem {
    /// The stable code, kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "not-signed-in",
            Self::OtherAccount { .. } => "other-account",
            Self::SignInFailed => "sign-in-failed",
            Self::SignInThrottled { .. } => "sign-in-throttled",
            Self::WrongPortal(_) => "wrong-portal",
            Self::InitialPasswordExpired => "initial-password-expired",
            Self::AccountDisabled => "account-disabled",
            Self::MustChangePassword => "must-change-password",
            Self::MustCompleteProfile => "must-complete-profile",
            Self::OldPasswordWrong => "old-password-wrong",
            Self::PasswordsDiffer => "passwords-differ",
            Self::Password(fault) => fault.code(),
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross-site",
            Self::Stale => "stale",
            Self::AskSuperior { .. } => "ask-superior",
            Self::AccountIs(_) => "account-state",
            Self::NoMobile => "no-mobile",
            Self::ResendTooSoon { .. } => "resend-too-soon",
            Self::ResendTooMany { .. } => "resend-too-many",
            Self::HasSubordinates { .. } => "has-subordinates",
            Self::HasPurchasers { .. } => "has-purchasers",
            Self::TooManyAtOnce { .. } => "too-many-at-once",
            Self::File(refusal) => refusal.code(),
            Self::NoFile => "no-file",
            Self::BatchHasErrors { .. } => "batch-has-errors",
            Self::BatchClosed => "batch-closed",
            Self::NothingToGenerate => "nothing-to-generate",
            Self::Fields(_) => "fields",
            Self::Busy => "busy",
            Self::Internal { .. } => "internal",
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::SignInThrottled { .. } | Self::ResendTooSoon { .. } | Self::ResendTooMany { .. } => 429,
            Self::WrongPortal(_)
            | Self::AccountDisabled
            | Self::InitialPasswordExpired
            | Self::MustChangePassword
            | Self::MustCompleteProfile
            | Self::Forbidden
            | Self::AskSuperior { .. }
            | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::OtherAccount { .. }
            | Self::Stale
            | Self::BatchClosed
            | Self::AccountIs(_)
            | Self::HasSubordinates { .. }
            | Self::HasPurchasers { .. } => 409,
            Self::File(Refusal::TooLarge { .. }) => 413,
            Self::SignInFailed
            | Self::OldPasswordWrong
            | Self::PasswordsDiffer
            | Self::Password(_)
            | Self::File(_)
            | Self::NoFile
            | Self::BatchHasErrors { .. }
            | Self::NothingToGenerate
            | Self::NoMobile
            | Self::TooManyAtOnce { .. }
            | Self::Fields(_) => 422,
            Self::Busy => 503,
            Self::Internal { .. } => 500,
        }
    }
}
