//! Plans as pages show them.

use super::{CanteenKind, Deadline, FilingAction, FilingForm, FilingRules, FilingState, PlanFigures, Standing};
use crate::{
    calendar::Timestamp,
    ids::{PurchaserId, UnitId},
    money::Money,
    paging::BoundedCount,
    plan::PlanView,
    plan_finding::PlanFinding,
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The remark of a plan without a canteen.
pub const ZERO_REMARK: &str = "无食堂";

/// Units on a page of the list.
pub const FILINGS_PER_PAGE: u32 = crate::unit::UNITS_PER_PAGE;

/// Plans that one request decides at most.
pub const MAX_FILINGS_AT_ONCE: u32 = 200;

/// A version of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingVersion {
    /// Its number, from 1.
    pub version: i32,
    /// When it was made.
    pub at: Timestamp,
    /// What was done.
    pub action: FilingAction,
    /// Name of the unit that did it. Empty if a unit without a name to the reader did it.
    pub by: String,
    /// Login name of the account that did it.
    pub login: String,
    /// The reason of a return, of a change request or of an answer to one.
    pub reason: Option<String>,
    /// The figures. `None` if the action has changed none.
    pub figures: Option<PlanFigures>,
}

/// Two versions with figures, the older one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedFigures<'a> {
    /// The older version.
    pub before: &'a FilingVersion,
    /// The newer version.
    pub after: &'a FilingVersion,
}

impl<'a> ComparedFigures<'a> {
    /// The last two versions with figures, or the two with these numbers.
    pub fn of(versions: &'a [FilingVersion], chosen: Option<(i32, i32)>) -> Option<Self> {
        let mut with_figures: Vec<_> = versions.iter().filter(|version| version.figures.is_some()).collect();
        with_figures.sort_by_key(|version| version.version);
        let find = |number| with_figures.iter().find(|version| version.version == number).copied();
        match chosen {
            Some((one, other)) => {
                let (before, after) = (Ord::min(one, other), Ord::max(one, other));
                Some(Self { before: find(before)?, after: find(after)? })
            }
            None => match with_figures.as_slice() {
                [.., before, after] => Some(Self { before, after }),
                _ => None,
            },
        }
    }
}

/// Why a plan was returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedBecause {
    /// The reason.
    pub reason: String,
    /// Name of the unit that returned it.
    pub by: String,
    /// When it was returned.
    pub at: Timestamp,
}

/// The plan of a unit and a year, in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingView {
    /// The unit.
    pub unit: UnitRef,
    /// Name of its direct superior, which decides. `None` at the top of the tree.
    pub superior: Option<String>,
    /// Whether it is the reader's own unit.
    pub is_own: bool,
    /// The years whose plans can be opened.
    pub years: Vec<i32>,
    /// Where the unit stands.
    pub standing: Standing,
    /// The version. Every action sends it back; 0 if there is no filing.
    pub version: i32,
    /// Whether it was submitted after the last day of filing.
    pub late: bool,
    /// The form as typed, for the unit itself. A superior sees what was submitted alone.
    pub form: Option<FilingForm>,
    /// What only the server finds wrong with that form, for example with the representative.
    pub looked_up: Option<PlanFinding>,
    /// The figures that were submitted last.
    pub figures: Option<PlanFigures>,
    /// The approved plan.
    pub plan: Option<PlanView>,
    /// The year, the parameters, last year's figures and the filing window.
    pub rules: FilingRules,
    /// The last day of filing that applies to the unit.
    pub deadline: Option<Deadline>,
    /// Why it was returned, if it is.
    pub returned: Option<ReturnedBecause>,
    /// The reason of an open change request.
    pub change_reason: Option<String>,
    /// The purchasers of the unit, among which is the firm of an outsourced canteen.
    pub purchasers: Vec<(PurchaserId, String)>,
    /// The names of the units for which this one files a shared canteen.
    pub represents: Vec<String>,
    /// Every version, newest first.
    pub versions: Vec<FilingVersion>,
}

impl FilingView {
    /// The state of the filing.
    pub const fn state(&self) -> Option<FilingState> {
        self.standing.state()
    }

    /// Whether an action is possible in this state.
    pub const fn allows(&self, action: FilingAction) -> bool {
        action.leads(self.state()).is_some()
    }
}

/// A plan with the version that a superior has seen, as the boxes of a list send it: `302-5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenFiling {
    /// The unit.
    pub unit: UnitId,
    /// The version.
    pub version: i32,
}

impl fmt::Display for SeenFiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.unit, self.version)
    }
}

impl FromStr for SeenFiling {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (unit, version) = text.split_once('-').ok_or(())?;
        Ok(Self { unit: unit.parse().map_err(drop)?, version: version.parse().map_err(drop)? })
    }
}

/// The filter and the page of the list of plans. Its order is that of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilingQuery {
    /// The year. `None` means the current one.
    pub year: Option<i32>,
    /// Any part of the name, the login name, the credit code or the contact person's name.
    pub search: String,
    /// Only units that stand here.
    pub standing: Option<Standing>,
    /// Only plans that were submitted late.
    pub late: bool,
    /// Only plans with this case of the canteen that are filed and not returned.
    pub canteen: Option<CanteenKind>,
    /// Only units with this concern.
    pub concern: Option<PlanConcern>,
    /// Only units below this one, and itself.
    pub below: Option<UnitId>,
    /// The start of the page.
    pub cursor: Option<String>,
}

/// Something about the plan of a unit that its superiors look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanConcern {
    /// 未预留: the unit has no approved plan of the year.
    NotReserved,
    /// 低于最低比例: the approved plan has a lower ratio than the minimum that applies to the unit.
    UnderMinimum,
    /// 逾期未报: the unit has not filed although the last day that applies to it is over.
    Overdue,
    /// 已预留零采购: the unit has a share and has not purchased.
    ZeroPurchases,
}

impl PlanConcern {
    /// All values.
    pub const ALL: [Self; 4] = [Self::NotReserved, Self::UnderMinimum, Self::Overdue, Self::ZeroPurchases];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReserved => "not-reserved",
            Self::UnderMinimum => "under-minimum",
            Self::Overdue => "overdue",
            Self::ZeroPurchases => "zero-purchases",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|concern| concern.as_str() == text)
    }
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingListItem {
    /// The unit.
    pub unit: UnitRef,
    /// Name of its superior.
    pub superior: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// The version of the filing; 0 if there is none.
    pub version: i32,
    /// Whether it was submitted late.
    pub late: bool,
    /// 食堂情况.
    pub canteen: Option<CanteenKind>,
    /// 年度食堂食材采购总额: submitted, or set by a superior. `None` before.
    pub total: Option<Money>,
    /// 预留份额.
    pub share: Option<Money>,
    /// Last year's share.
    pub last_share: Option<Money>,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingsPage {
    /// The year.
    pub year: i32,
    /// The years whose plans can be listed.
    pub years: Vec<i32>,
    /// The units.
    pub rows: Vec<FilingListItem>,
    /// The number of units that match the query.
    pub total: BoundedCount,
    /// The cursor of the previous page. `None` on the first page.
    pub previous: Option<String>,
    /// The cursor of the next page. `None` on the last page.
    pub next: Option<String>,
}

/// How many units of a subtree stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingProgress {
    /// Units that must file: all of the subtree.
    pub must_file: u32,
    /// 草稿.
    pub draft: u32,
    /// 待审核.
    pub submitted: u32,
    /// 退回.
    pub returned: u32,
    /// 审核通过, also those that a superior has set.
    pub approved: u32,
    /// 确认汇总.
    pub confirmed: u32,
    /// 变更申请.
    pub change_requested: u32,
    /// 逾期: submitted after the last day.
    pub late: u32,
}

impl FilingProgress {
    /// Units that have filed: all that have submitted a plan or got one from their superior, also if it was returned.
    pub const fn filed(&self) -> u32 {
        self.submitted + self.returned + self.approved + self.confirmed + self.change_requested
    }

    /// 未填报: neither a plan nor a draft.
    pub const fn not_filed(&self) -> u32 {
        self.must_file.saturating_sub(self.filed()).saturating_sub(self.draft)
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            must_file: self.must_file + other.must_file,
            draft: self.draft + other.draft,
            submitted: self.submitted + other.submitted,
            returned: self.returned + other.returned,
            approved: self.approved + other.approved,
            confirmed: self.confirmed + other.confirmed,
            change_requested: self.change_requested + other.change_requested,
            late: self.late + other.late,
        }
    }
}

/// The progress of a direct subordinate with everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressRow {
    /// The unit.
    pub unit: UnitRef,
    /// Its subtree's progress.
    pub progress: FilingProgress,
}

/// The progress of a subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressView {
    /// The year.
    pub year: i32,
    /// The last day of filing that applies to the reader's own unit, and below it wherever nothing stricter is set. `None` for the
    /// operator.
    pub deadline: Option<Deadline>,
    /// All units below the reader's own.
    pub total: FilingProgress,
    /// By direct subordinate, in the order of the tree.
    pub rows: Vec<ProgressRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seen_filing_is_read_back() {
        let seen = SeenFiling { unit: UnitId(302), version: 5 };
        assert_eq!(seen.to_string().parse(), Ok(seen));
        for text in ["", "302", "-5", "302-", "x-5", "302-x"] {
            assert_eq!(text.parse::<SeenFiling>(), Err(()), "{text}");
        }
    }

    #[test]
    fn concerns_are_read_back() {
        for concern in PlanConcern::ALL {
            assert_eq!(PlanConcern::from_name(concern.as_str()), Some(concern));
        }
        assert_eq!(PlanConcern::from_name("late"), None);
    }

    #[test]
    fn everybody_who_must_file_is_counted_once() {
        let progress =
            FilingProgress { must_file: 20, draft: 1, submitted: 2, approved: 5, late: 2, ..FilingProgress::default() };
        assert_eq!((progress.filed(), progress.not_filed()), (7, 12));
        assert_eq!(progress.plus(progress).not_filed(), 24);
    }
}
