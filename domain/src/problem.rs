//! Problems: the reasons why a use case refuses a request. They may reach a browser, so they contain no secrets and no data of
//! another subtree. The texts for users are in the crate `texts`.

use crate::{
    account::{AccountState, Portal},
    finding::Refusal,
    password::PolicyFault,
};
use serde::{Deserialize, Serialize};

/// A field of a form that the user must correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The name of the input.
    pub field: String,
    /// The finding code, as in a spreadsheet.
    pub code: crate::finding::Code,
}

impl FieldFault {
    /// A fault with this code at this input.
    pub fn new(field: &str, code: crate::finding::Code) -> Self {
        Self { field: field.to_owned(), code }
    }
}

/// The reason why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// There is no session, or it has ended.
    NotSignedIn,
    /// The page belongs to an account, but another account has signed in since then, for example in another tab.
    OtherAccount {
        /// The login name of the page.
        page: String,
        /// The login name of the signed-in account.
        now: String,
    },
    /// The login name or the password is wrong. The message does not say which.
    SignInFailed,
    /// Too many failed attempts. The user must wait.
    SignInThrottled {
        /// Whole minutes to wait, at least 1.
        minutes: u32,
    },
    /// The password is right, but accounts of this kind sign in at this other portal.
    WrongPortal(Portal),
    /// The initial password has expired, because it was not used within its period of validity. A superior can send a new one.
    InitialPasswordExpired,
    /// The account was disabled by a superior.
    AccountDisabled,
    /// The password must be changed first.
    MustChangePassword,
    /// The data of the unit or the purchaser must be completed first.
    MustCompleteProfile,
    /// The old password is wrong.
    OldPasswordWrong,
    /// The two new passwords differ.
    PasswordsDiffer,
    /// The new password breaks the policy.
    Password(PolicyFault),
    /// It does not exist or is outside the scope of the current account. The message does not say which.
    NotFound,
    /// This kind of account cannot do this.
    Forbidden,
    /// The request was not sent by a page of this site (cross-site request forgery).
    CrossSite,
    /// Edit conflict: somebody else has changed the data since the form was loaded.
    Stale,
    /// Only the direct superior unit can do this.
    AskSuperior {
        /// Full name of the superior unit.
        superior: String,
    },
    /// The state of the account does not allow this.
    AccountIs(AccountState),
    /// The unit has no contact mobile number for an SMS.
    NoMobile,
    /// The account SMS was resent a moment ago.
    ResendTooSoon {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// The account SMS was resent as often as is allowed per day.
    ResendTooMany {
        /// Maximum number per day.
        limit: u32,
    },
    /// The mobile number already gets as many SMS as it may within an hour or a day.
    SmsLimit {
        /// Whole minutes until the next SMS is possible, at least 1.
        minutes: u32,
    },
    /// The unit has subordinate units.
    HasSubordinates {
        /// Number of direct subordinate units.
        count: u32,
    },
    /// The unit has purchasers.
    HasPurchasers {
        /// Number of purchasers.
        count: u32,
    },
    /// The unit or the purchaser has orders.
    HasOrders {
        /// Number of orders.
        count: u32,
    },
    /// The request has more items than one bulk action allows.
    TooManyAtOnce {
        /// Maximum number of items.
        limit: u32,
    },
    /// No unit has the credit code, so there is nothing to dispute.
    CodeIsFree,
    /// The unit has an open dispute about this code already.
    AlreadyDisputed,
    /// The account filed as many code disputes as is allowed per day.
    DisputesTooMany {
        /// Maximum number per day.
        limit: u32,
    },
    /// The dispute cannot be upheld, because a unit outside the requester's subtree still has the code.
    CodeStillTaken,
    /// The whole file was refused.
    File(Refusal),
    /// The request has no file.
    NoFile,
    /// Rows are in error, so generation cannot start.
    BatchHasErrors {
        /// Number of rows in error.
        rows: u32,
    },
    /// A newer upload has replaced the batch, or it has already been generated.
    BatchClosed,
    /// No row of the batch creates or updates anything.
    NothingToGenerate,
    /// A text is longer than its field allows.
    TextTooLong {
        /// The name of the field.
        part: String,
        /// Maximum number of characters.
        limit: u32,
    },
    /// The user must correct fields of the form.
    Fields(Vec<FieldFault>),
    /// The state of the plan does not allow this, for example because a superior has confirmed it in the meantime.
    PlanState,
    /// The summary cannot be confirmed, because plans are missing or not approved.
    PlansMissing {
        /// Number of units without an approved plan.
        count: u32,
        /// The names of the first of them.
        names: Vec<String>,
    },
    /// The server is overloaded. The user can try again soon.
    Busy,
    /// The disk of the server or of its database is full.
    DiskFull,
    /// The request takes longer than the user can wait. It goes on, so that the user must look first whether it was done.
    OutcomeUnknown,
    /// An internal error. The log has its details under the reference.
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
            Self::SmsLimit { .. } => "sms-limit",
            Self::HasSubordinates { .. } => "has-subordinates",
            Self::HasPurchasers { .. } => "has-purchasers",
            Self::HasOrders { .. } => "has-orders",
            Self::TooManyAtOnce { .. } => "too-many-at-once",
            Self::CodeIsFree => "code-is-free",
            Self::AlreadyDisputed => "already-disputed",
            Self::DisputesTooMany { .. } => "disputes-too-many",
            Self::CodeStillTaken => "code-still-taken",
            Self::File(refusal) => refusal.code(),
            Self::NoFile => "no-file",
            Self::BatchHasErrors { .. } => "batch-has-errors",
            Self::BatchClosed => "batch-closed",
            Self::NothingToGenerate => "nothing-to-generate",
            Self::TextTooLong { .. } => "text-too-long",
            Self::Fields(_) => "fields",
            Self::PlanState => "plan-state",
            Self::PlansMissing { .. } => "plans-missing",
            Self::Busy => "busy",
            Self::DiskFull => "disk-full",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Internal { .. } => "internal",
        }
    }

    /// The HTTP status of the response.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::SignInThrottled { .. }
            | Self::ResendTooSoon { .. }
            | Self::ResendTooMany { .. }
            | Self::DisputesTooMany { .. }
            | Self::SmsLimit { .. } => 429,
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
            | Self::CodeIsFree
            | Self::AlreadyDisputed
            | Self::CodeStillTaken
            | Self::AccountIs(_)
            | Self::PlanState
            | Self::PlansMissing { .. }
            | Self::HasSubordinates { .. }
            | Self::HasPurchasers { .. }
            | Self::HasOrders { .. } => 409,
            Self::File(Refusal::TooLarge(_)) | Self::TextTooLong { .. } => 413,
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
            Self::OutcomeUnknown => 504,
            Self::DiskFull => 507,
            Self::Internal { .. } => 500,
        }
    }
}
