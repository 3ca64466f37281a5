//! Background jobs (生成).

use crate::ids::JobId;
use serde::{Deserialize, Serialize};

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// Running.
    Running,
    /// Finished.
    Done,
    /// Stopped after repeated failures. The operator sees the reason.
    Failed,
}

/// The progress of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// State of the job.
    pub state: JobState,
    /// Number of rows to process.
    pub total: u32,
    /// Number of processed rows, including failed ones.
    pub done: u32,
    /// Number of created accounts.
    pub created: u32,
    /// Number of updated units or purchasers.
    pub updated: u32,
    /// Number of failed rows.
    pub failed: u32,
    /// Number of its SMS that the gateway has accepted.
    pub sms_sent: u32,
}
