//! SMS (短信).

use crate::calendar::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum SmsState {
    /// Waiting for the first attempt or for a retry.
    Waiting,
    /// The gateway has accepted it.
    Sent,
    /// Not sent after all attempts. A person must check it.
    Failed,
    /// Not sent, because its password became invalid or its account was deleted before.
    Withdrawn,
}

/// The purpose of an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum SmsKind {
    /// Login name and initial password.
    InitialPassword,
    /// Login name only.
    LoginName,
    /// Login name and the new password that was generated at a reset by the superior unit.
    NewPassword,
    /// Notice that the superior unit has set another password.
    PasswordReset,
    /// Notice that the operator has certified the purchaser.
    Certified,
    /// Notice that the operator has returned the purchaser's data.
    CertificationReturned,
    /// Reminder of a superior that the unit has not filed its plan.
    PlanReminder,
    /// Reminder of a superior that the unit has a share and has not purchased.
    PurchaseReminder,
}

impl SmsKind {
    /// The kinds that superiors send to remind units of something. The others are about accounts.
    pub const REMINDERS: [Self; 2] = [Self::PlanReminder, Self::PurchaseReminder];
}

/// An SMS of a unit or a purchaser, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsView {
    /// Its purpose.
    pub kind: SmsKind,
    /// Its state.
    pub state: SmsState,
    /// The masked mobile number of the recipient.
    pub mobile: String,
    /// Time when it was queued.
    pub queued_at: Timestamp,
    /// Time when the gateway accepted it.
    pub sent_at: Option<Timestamp>,
}

/// An SMS on the demo page. Only in demo mode, because the text contains the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentSms {
    /// Time of sending.
    pub at: Timestamp,
    /// Mobile number of the recipient.
    pub mobile: String,
    /// The text.
    pub text: String,
}
