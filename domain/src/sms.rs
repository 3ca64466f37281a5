//! SMS (短信).

use crate::calendar::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an SMS stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum SmsState {
    /// Waiting for its turn or for a retry.
    Waiting,
    /// The gateway took it.
    Sent,
    /// Given up; somebody must look.
    Failed,
}

/// What an SMS is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum SmsKind {
    /// Login name and initial password.
    InitialPassword,
    /// Login name only.
    LoginName,
    /// Login name and the new password that a superior had made.
    NewPassword,
    /// That a superior has set another password.
    PasswordReset,
    /// That the operator has certified the purchaser.
    Certified,
    /// That the operator has returned the purchaser's data.
    CertificationReturned,
}

/// An SMS in a unit's history; its text is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsView {
    /// What it is about.
    pub kind: SmsKind,
    /// Where it stands.
    pub state: SmsState,
    /// The number it goes to, masked.
    pub mobile: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When the gateway took it.
    pub sent_at: Option<Timestamp>,
}

/// An SMS as the demo page shows it. Demo mode only: the text holds the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentSms {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub mobile: String,
    /// What it says.
    pub text: String,
}
