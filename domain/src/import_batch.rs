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
    /// 错误: must be mended.
    Error,
    /// 警告: accepted, worth a look.
    Warning,
    /// 正确: will be created.
    Correct,
    /// 将更新: exists, some cells change.
    Update,
    /// 已存在: exists, nothing changes.
    Existing,
    /// 已生成: created or updated by generation.
    Generated,
    /// 未生成: generation found that it no longer can be done.
    Failed,
}

impl RowState {
    /// All, in the order in which a page lists them.
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

    /// Reads the word back.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// How many rows of each state a batch has.
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

    /// Counts a row in.
    pub const fn add(&mut self, state: RowState) {
        let slot = match state {
            RowState::Error => &mut self.error,
            RowState::Warning => &mut self.warning,
            RowState::Correct => &mut self.correct,
            RowState::Update => &mut self.update,
            RowState::Existing => &mut self.existing,
            RowState::Generated => &mut self.generated,
            RowState::Failed => &mut self.failed,
        };
        *slot += 1;
    }

    /// All rows.
    pub fn total(&self) -> u32 {
        RowState::ALL.into_iter().map(|s| self.of(s)).sum()
    }

    /// The state to show where nothing is asked for: the rows in error where there are any, else all.
    pub fn default_filter(&self) -> Option<RowState> {
        (self.error > 0).then_some(RowState::Error)
    }

    /// Rows that generation would create or change.
    pub const fn to_generate(&self) -> u32 {
        self.warning + self.correct + self.update
    }
}

/// One line of the error summary: a kind of finding with the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// What was found.
    pub code: Code,
    /// The first rows that have it, ascending; at most [`FindingSummary::MAX_ROWS`].
    pub rows: Vec<u32>,
    /// How many rows have it in all.
    pub count: u32,
}

impl FindingSummary {
    /// How many row numbers a summary line carries.
    pub const MAX_ROWS: usize = 12;
}

/// One row of the preview, as the sheet shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// As the spreadsheet program counts it.
    pub row: u32,
    /// 状态.
    pub state: RowState,
    /// One text per template column, tidied; a mobile number without a finding is masked.
    pub cells: Vec<String>,
    /// What was found, in column order.
    pub findings: Vec<Finding>,
    /// The login name that generation gave, where the row is generated.
    pub login: Option<String>,
}

/// Which rows of a batch or of a locally checked file to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowQuery {
    /// Only this state.
    pub state: Option<RowState>,
    /// Only rows with this finding.
    pub code: Option<Code>,
    /// Only rows in which a cell contains this, case ignored.
    pub search: String,
    /// Page, from 1; 0 counts as 1.
    pub page: u32,
}

/// Rows on a page of the preview.
pub const ROWS_PER_PAGE: u32 = 50;

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsPage {
    /// The rows.
    pub rows: Vec<RowView>,
    /// How many rows fit the query in all.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
}

/// A page of rows, and what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueriedPage {
    /// The question.
    pub query: RowQuery,
    /// The answer.
    pub page: RowsPage,
}

/// What the browser's own check says of a chosen file, before any upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Rows by state.
    pub counts: StateCounts,
    /// Kinds of findings, errors first.
    pub kinds: Vec<FindingSummary>,
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum BatchState {
    /// Checked; may be generated once no row is in error.
    Checked,
    /// A job is generating its accounts.
    Generating,
    /// Done.
    Generated,
    /// A newer upload took its place.
    Superseded,
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// Its id.
    pub id: BatchId,
    /// Its template.
    pub template: Template,
    /// The file's name as uploaded.
    pub file_name: String,
    /// When.
    pub uploaded_at: Timestamp,
    /// Login name of who uploaded it.
    pub uploaded_by: String,
    /// Where it stands.
    pub state: BatchState,
    /// Rows by state.
    pub counts: StateCounts,
    /// Kinds of findings, errors first.
    pub kinds: Vec<FindingSummary>,
    /// The job that generates or has generated it.
    pub job: Option<JobView>,
}
