//! Import batches (批次): their rows, states and findings.

use crate::{
    calendar::Timestamp,
    finding::{Code, Finding},
    ids::BatchId,
    job::JobView,
    schema::Template,
};
use serde::{Deserialize, Serialize};

/// The state (状态) of a row in the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum RowState {
    /// 错误: the user must correct the row.
    Error,
    /// 警告: the row is accepted, but the user should check it.
    Warning,
    /// 正确: generation will create it.
    Correct,
    /// 将更新: exists; generation will change some cells.
    Update,
    /// 已存在: exists without changes.
    Existing,
    /// 已生成: generation created or updated it.
    Generated,
    /// 未生成: generation could not create or update it.
    Failed,
}

impl RowState {
    /// All states in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Error, Self::Warning, Self::Correct, Self::Update, Self::Existing, Self::Generated, Self::Failed];

    /// The word in URLs and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Correct => "correct",
            Self::Update => "update",
            Self::Existing => "existing",
            Self::Generated => "generated",
            Self::Failed => "failed",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// The number of rows of a batch by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StateCounts {
    /// 错误
    pub error: u32,
    /// 警告
    pub warning: u32,
    /// 正确
    pub correct: u32,
    /// 将更新
    pub update: u32,
    /// 已存在
    pub existing: u32,
    /// 已生成
    pub generated: u32,
    /// 未生成
    pub failed: u32,
}

impl StateCounts {
    /// The count of one state.
    pub const fn of(&self, state: RowState) -> u32 {
        match state {
            RowState::Error => self.error,
            RowState::Warning => self.warning,
            RowState::Correct => self.correct,
            RowState::Update => self.update,
            RowState::Existing => self.existing,
            RowState::Generated => self.generated,
            RowState::Failed => self.failed,
        }
    }

    /// Adds a row in a state.
    pub const fn add(&mut self, state: RowState) {
        self.add_rows(state, 1);
    }

    /// Adds a number of rows in a state.
    pub const fn add_rows(&mut self, state: RowState, rows: u32) {
        let slot = match state {
            RowState::Error => &mut self.error,
            RowState::Warning => &mut self.warning,
            RowState::Correct => &mut self.correct,
            RowState::Update => &mut self.update,
            RowState::Existing => &mut self.existing,
            RowState::Generated => &mut self.generated,
            RowState::Failed => &mut self.failed,
        };
        *slot += rows;
    }

    /// The number of all rows.
    pub fn total(&self) -> u32 {
        RowState::ALL.into_iter().map(|s| self.of(s)).sum()
    }

    /// The filter of the preview if the user selected none: rows in error if there are any, else all rows.
    pub fn default_filter(&self) -> Option<RowState> {
        (self.error > 0).then_some(RowState::Error)
    }

    /// The number of rows that generation will create or update.
    pub const fn to_generate(&self) -> u32 {
        self.warning + self.correct + self.update
    }
}

/// A line of the error summary: a finding code and its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// The finding code.
    pub code: Code,
    /// The first rows with this code in ascending order, at most [`FindingSummary::MAX_ROWS`].
    pub rows: Vec<u32>,
    /// The number of all rows with this code.
    pub count: u32,
    /// The columns of [`Code::HiddenColumns`]: indexes into [`Template::columns`]. Batches stored by earlier versions have
    /// none.
    #[serde(default)]
    pub columns: Vec<u8>,
}

impl FindingSummary {
    /// Maximum number of row numbers in a line.
    pub const MAX_ROWS: usize = 12;
}

/// A row of the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// Row number in the spreadsheet program, 1-based.
    pub row: u32,
    /// 状态.
    pub state: RowState,
    /// One tidied text per template column. A mobile number without a finding is masked.
    pub cells: Vec<String>,
    /// The findings in column order.
    pub findings: Vec<Finding>,
    /// The login name, if generation has created the account.
    pub login: Option<String>,
}

/// The filter and the page of the preview, of a batch or of a locally checked file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowQuery {
    /// Only rows in this state.
    pub state: Option<RowState>,
    /// Only rows with this finding code.
    pub code: Option<Code>,
    /// Only rows with this text in a cell; the case does not matter.
    pub search: String,
    /// Page number, starting from 1. 0 counts as 1.
    pub page: u32,
}

/// Number of rows on a page of the preview.
pub const ROWS_PER_PAGE: u32 = 50;

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsPage {
    /// The rows.
    pub rows: Vec<RowView>,
    /// The number of rows that match the query.
    pub total: u32,
    /// Page number, starting from 1.
    pub page: u32,
}

/// A page of rows together with its query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueriedPage {
    /// The query.
    pub query: RowQuery,
    /// The page.
    pub page: RowsPage,
}

/// The result of the check of a file in the browser, before the upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Number of rows by state.
    pub counts: StateCounts,
    /// Findings by code, errors first. Those on the whole file are the last.
    pub kinds: Vec<FindingSummary>,
}

/// The state of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum BatchState {
    /// Checked. Generation can start if no row is in error.
    Checked,
    /// A job is generating its accounts.
    Generating,
    /// Generation has finished.
    Generated,
    /// A newer upload has replaced it.
    Superseded,
}

/// A batch (批次): an uploaded file with its checked rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// Its id.
    pub id: BatchId,
    /// Its template.
    pub template: Template,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Time of the upload.
    pub uploaded_at: Timestamp,
    /// Login name of the uploader.
    pub uploaded_by: String,
    /// State of the batch.
    pub state: BatchState,
    /// Number of rows by state.
    pub counts: StateCounts,
    /// Findings by code, errors first. Those on the whole file are the last.
    pub kinds: Vec<FindingSummary>,
    /// The job that generates its accounts. `None` before generation.
    pub job: Option<JobView>,
}
