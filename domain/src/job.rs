//! Background jobs (生成).

use crate::ids::JobId;
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// Under way.
    Running,
    /// Finished.
    Done,
    /// Given up after repeated failures; the operator sees why.
    Failed,
}

/// A job's progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// Where it stands.
    pub state: JobState,
    /// Rows to do.
    pub total: u32,
    /// Rows done, failed ones included.
    pub done: u32,
    /// Accounts created.
    pub created: u32,
    /// Units updated.
    pub updated: u32,
    /// Rows that could no longer be done.
    pub failed: u32,
    /// Its SMS the gateway has taken so far.
    pub sms_sent: u32,
}
