//! What pages and use cases say to each other: plain data, already cut to what the asker may see.
//! Mobile numbers are masked where the reader does not need them; times are UTC milliseconds.

pub use crate::form::{PurchaserForm, UnitForm};
pub use purchaser::{
    Completion, Holder, PURCHASERS_PER_PAGE, PurchaserDetail, PurchaserEdit, PurchaserId, PurchaserQuery, PurchaserRow,
    PurchasersPage,
};

use crate::{
    finding::{Code, Finding},
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    schema::Template,
    trade::OwnPurchaser,
};
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )*};
}

mod purchaser;

ids! {
    /// A budget unit.
    UnitId,
    /// An account.
    AccountId,
    /// An uploaded file with its rows.
    BatchId,
    /// A background job.
    JobId,
}

/// UTC, milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// The kinds of account; neither signs in where the other belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum AccountKind {
    /// 平台运维
    Operator,
    /// 管理账号
    Management,
    /// 交易账号
    Trading,
}

impl AccountKind {
    /// Where it signs in.
    pub const fn portal(self) -> Portal {
        match self {
            Self::Operator | Self::Management => Portal::Management,
            Self::Trading => Portal::Trading,
        }
    }
}

/// Where accounts sign in: each kind at one of the two, and one browser may be signed in at both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Portal {
    /// 采购人管理系统
    Management,
    /// 采购人交易平台
    Trading,
}

/// What stands between a signed-in account and the rest of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The initial or reset password must be changed.
    ChangePassword,
    /// The unit's or the purchaser's data must be completed.
    CompleteProfile,
    /// Nothing: everything its kind may do is open.
    Open,
}

/// A unit by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    /// Its id.
    pub id: UnitId,
    /// Its full name.
    pub name: String,
}

/// Who is signed in: enough to draw the frame of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Login name.
    pub login: String,
    /// Kind of account.
    pub kind: AccountKind,
    /// The unit it manages; none for the operator and for a purchaser.
    pub unit: Option<UnitRef>,
    /// The purchaser that a trading account belongs to.
    pub purchaser: Option<OwnPurchaser>,
    /// What must be done first.
    pub gate: Gate,
    /// Rows in error in the current batches, for the menu's badges.
    pub rows_in_error: RowsInError,
    /// Whether the demo pages (sent SMS) are open.
    pub demo: bool,
    /// The server's clock, so that server and browser agree on "today".
    pub now: Timestamp,
}

/// Rows in error in the current batch of each template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsInError {
    /// Units.
    pub units: u32,
    /// Purchasers.
    pub purchasers: u32,
}

impl RowsInError {
    /// Those of one template.
    pub const fn of(self, template: Template) -> u32 {
        match template {
            Template::Units => self.units,
            Template::Purchasers => self.purchasers,
        }
    }
}

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
    pub fn what_matters(&self) -> Option<RowState> {
        (self.error > 0).then_some(RowState::Error)
    }

    /// Rows that generation would create or change.
    pub const fn to_generate(&self) -> u32 {
        self.warning + self.correct + self.update
    }
}

/// One line of the error summary: a kind of finding with the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindSummary {
    /// What was found.
    pub code: Code,
    /// The first rows that have it, ascending; at most [`KindSummary::ROWS`].
    pub rows: Vec<u32>,
    /// How many rows have it in all.
    pub count: u32,
}

impl KindSummary {
    /// How many row numbers a summary line carries.
    pub const ROWS: usize = 12;
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
pub struct AskedPage {
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
    pub kinds: Vec<KindSummary>,
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
    pub kinds: Vec<KindSummary>,
    /// The job that generates or has generated it.
    pub job: Option<JobView>,
}

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

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum AccountState {
    /// 未开通: preset without a password.
    NotIssued,
    /// 未激活: the initial password was never changed.
    NotActivated,
    /// 正常
    Active,
    /// 已停用
    Disabled,
}

impl AccountState {
    /// All.
    pub const ALL: [Self; 4] = [Self::NotIssued, Self::NotActivated, Self::Active, Self::Disabled];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotIssued => "not-issued",
            Self::NotActivated => "not-activated",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the word back.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

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

/// In which order units are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitSort {
    /// As in the tree: a superior right above its subordinates.
    #[default]
    Tree,
    /// By full name.
    Name,
    /// By credit code.
    Code,
    /// By this year's total.
    Total,
    /// By when they were added.
    Added,
}

impl UnitSort {
    /// All.
    pub const ALL: [Self; 5] = [Self::Tree, Self::Name, Self::Code, Self::Total, Self::Added];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Name => "name",
            Self::Code => "code",
            Self::Total => "total",
            Self::Added => "added",
        }
    }

    /// Reads the word back.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// Which units to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitQuery {
    /// Any part of the name (also a former one), the login name, the credit code or the contact person's name, or at
    /// least the last 4 digits of the contact's mobile number.
    pub search: String,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
    /// Only this 行政级次.
    pub admin_level: Option<AdminLevel>,
    /// Only units whose account waits to be activated and whose last SMS failed.
    pub unreached: bool,
    /// Only units below this one.
    pub region: Option<UnitId>,
    /// The order.
    pub sort: UnitSort,
    /// From the last to the first.
    pub descending: bool,
    /// Where the page begins: [`UnitsPage::previous`] or [`UnitsPage::next`] of another; the first page without. It
    /// belongs to one order, and means the first page where its unit is gone.
    pub at: Option<String>,
}

/// How many there are, counted up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Total {
    /// So many.
    Exactly(u32),
    /// More than so many.
    MoreThan(u32),
}

impl Total {
    /// Counted no further.
    pub const BOUND: u32 = 10_000;

    /// From a count that stopped behind the bound.
    pub const fn counted(count: u32) -> Self {
        if count > Self::BOUND { Self::MoreThan(Self::BOUND) } else { Self::Exactly(count) }
    }

    /// The number that stands there, with or without "more than" before it.
    pub const fn number(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::MoreThan(n) => n,
        }
    }
}

/// Units on a page of the list.
pub const UNITS_PER_PAGE: u32 = 20;

/// A unit in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// Its id.
    pub id: UnitId,
    /// Full name.
    pub name: String,
    /// Credit code; presets may have none.
    pub code: Option<String>,
    /// Its direct superior's full name.
    pub superior: Option<String>,
    /// 行政级次.
    pub admin_level: AdminLevel,
    /// Management login name.
    pub login: Option<String>,
    /// Its account's state.
    pub account: AccountState,
    /// This year's total.
    pub total: Option<Money>,
    /// This year's ratio.
    pub ratio: Option<Ratio>,
    /// Contact person.
    pub contact: Option<String>,
    /// Contact's mobile number, masked.
    pub mobile: Option<String>,
    /// The last SMS's state.
    pub sms: Option<SmsState>,
}

/// A page of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsPage {
    /// The units.
    pub rows: Vec<UnitRow>,
    /// How many fit the query in all.
    pub total: Total,
    /// [`UnitQuery::at`] of the page before, where there is one.
    pub previous: Option<String>,
    /// Of the page behind.
    pub next: Option<String>,
}

/// A unit in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeNode {
    /// The unit.
    pub unit: UnitRef,
    /// How many units stand below it, at any depth.
    pub below: Total,
}

impl TreeNode {
    /// Whether it can be opened.
    pub const fn children(&self) -> bool {
        self.below.number() > 0
    }
}

/// Nodes that the tree adds at once.
pub const NODES_PER_PAGE: u32 = 50;

/// Units directly below one, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreePage {
    /// The units.
    pub nodes: Vec<TreeNode>,
    /// How many more follow behind the last node.
    pub more: Total,
}

/// The tree as a page shows it at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTree {
    /// The top.
    pub top: TreePage,
    /// The open branches from the top down: a unit and the first units directly below it.
    pub branches: Vec<(UnitId, TreePage)>,
}

/// The name of a unit or a purchaser and the login name of its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderName {
    /// Full name.
    pub name: String,
    /// Login name; none if no account was opened.
    pub login: Option<String>,
}

/// A unit below which another may be put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superior {
    /// The unit.
    pub unit: UnitRef,
    /// Its credit code, which tells it from any other of its name.
    pub code: Option<String>,
    /// Its direct superior's full name; none for the asker's own unit.
    pub above: Option<String>,
}

/// A unit's data to edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitEdit {
    /// The unit.
    pub unit: UnitRef,
    /// To be sent back with the edit, which is refused when it has changed.
    pub version: i32,
    /// What is stored, with the plan of the form's year.
    pub form: UnitForm,
    /// Years that have a plan, newest first.
    pub years: Vec<i32>,
}

/// What came of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edited<Stored = UnitEdit> {
    /// Saved.
    Saved,
    /// Nothing was saved: somebody else changed it meanwhile, and this is what is stored now. No error, as errors of
    /// plain forms go through URLs, where personal data must not be.
    Stale(Box<Stored>),
}

/// What came of one account in a batch action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whose; only its id where it is not in the asker's scope.
    pub holder: Holder,
    /// Its name, where it is in the asker's scope.
    pub name: Option<String>,
    /// Why nothing was done, if so.
    pub refused: Option<crate::Problem>,
}

/// A unit's reserve plan of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// The year.
    pub year: i32,
    /// 年度农副产品采购总额.
    pub total: Money,
    /// 拟预留比例.
    pub ratio: Ratio,
    /// 预留份额.
    pub share: Money,
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

/// An event of a unit's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// When.
    pub at: Timestamp,
    /// Login name of who did it.
    pub actor: String,
    /// The network address that it came from; empty where the system itself acted.
    pub address: String,
    /// What was done, kebab-case, as in the audit log.
    pub action: String,
    /// The year of the plan that it touched.
    pub year: Option<i32>,
    /// What changed by it.
    pub changes: Vec<Change>,
}

/// A datum that an event changed; mobile numbers masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which: a field of [`UnitForm`], `login` … as in the audit log.
    pub field: String,
    /// What it was: a level by its stored word (`county`, `second`), an amount in 万元, a ratio in percent, a superior by
    /// name, anything else as it is. None where it was empty.
    pub before: Option<String>,
    /// What it is, likewise.
    pub after: Option<String>,
}

/// A unit in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDetail {
    /// The unit as in the list.
    pub unit: UnitRow,
    /// 预算级次.
    pub budget_level: Option<BudgetLevel>,
    /// Its superiors from the asker's own unit down to its direct superior.
    pub path: Vec<UnitRef>,
    /// How many units stand directly below it.
    pub children: u32,
    /// Names that it had before, and those of units merged into it.
    pub former: Vec<String>,
    /// 备注.
    pub remark: Option<String>,
    /// Reserve plans, newest year first.
    pub plans: Vec<PlanView>,
    /// Last sign-in of its account.
    pub last_sign_in: Option<Timestamp>,
    /// Whether its account was ever activated: what was used is not deleted.
    pub activated: bool,
    /// SMS, newest first.
    pub sms: Vec<SmsView>,
    /// Events, newest first.
    pub events: Vec<EventView>,
}

/// What a person completes at the first sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The unit's full name; only a superior changes it.
    pub unit_name: String,
    /// Credit code, likewise.
    pub code: Option<String>,
    /// 行政级次.
    pub admin_level: Option<AdminLevel>,
    /// 预算级次.
    pub budget_level: Option<BudgetLevel>,
    /// Contact person.
    pub contact: String,
    /// The contact's mobile number, in full: it is the reader's own.
    pub mobile: String,
    /// The direct superior: whom to ask where the name or the share must be changed. None at the top.
    pub superior: Option<String>,
}

/// The profile form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    /// 行政级次, the word.
    pub admin_level: String,
    /// 预算级次, the word.
    pub budget_level: String,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: String,
}

/// What waits for an account, on the desktop (桌面).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desktop {
    /// Units in the subtree, the own one not counted.
    pub units: u32,
    /// The current units batch, if one waits or is being generated.
    pub batch: Option<BatchView>,
    /// The same of purchasers.
    pub purchasers: Option<BatchView>,
    /// Management accounts of the subtree never activated.
    pub not_activated: u32,
    /// The unit that has waited longest, and since when.
    pub oldest_not_activated: Option<(UnitRef, Timestamp)>,
    /// How many of those the last SMS did not reach ([`UnitQuery::unreached`]).
    pub sms_failed: u32,
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
