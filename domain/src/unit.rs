//! Budget units (预算单位): list, tree, details and edit.

use crate::{
    account::AccountState,
    calendar::Timestamp,
    form::UnitForm,
    history::EventView,
    ids::UnitId,
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    paging::BoundedCount,
    plan::PlanView,
    sms::{SmsState, SmsView},
};
use serde::{Deserialize, Serialize};

/// The largest number of levels of units below each other, with the highest unit of the programme as the first. The programme
/// has six levels of administration, and a few more of units in each.
pub const MAX_DEPTH: u32 = 20;

/// The id and the name of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    /// Its id.
    pub id: UnitId,
    /// Its full name.
    pub name: String,
}

/// The sort order of the unit list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitSort {
    /// Order of the tree: each superior unit directly before its subordinate units.
    #[default]
    Tree,
    /// By full name.
    Name,
    /// By credit code.
    Code,
    /// By the total of the current year.
    Total,
    /// By the time of creation.
    Added,
}

impl UnitSort {
    /// All values.
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

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// The filter, the order and the page of the unit list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitQuery {
    /// Any part of the name (also of a former name), the login name, the credit code or the name of the contact person, or at
    /// least the last 4 digits of the contact's mobile number.
    pub search: String,
    /// Only units with an account in this state.
    pub state: Option<AccountState>,
    /// Only units of this 行政级次.
    pub admin_level: Option<AdminLevel>,
    /// Only units whose account is not activated and whose last SMS failed.
    pub unreached: bool,
    /// Only units below this one.
    pub region: Option<UnitId>,
    /// The sort order.
    pub sort: UnitSort,
    /// Whether the order is descending.
    pub descending: bool,
    /// The start of the page: [`UnitsPage::previous`] or [`UnitsPage::next`] of another page. `None` is the first page. A cursor
    /// is valid for one sort order. If its unit no longer exists, it means the first page.
    pub cursor: Option<String>,
}

/// Number of units on a page of the list.
pub const UNITS_PER_PAGE: u32 = 20;

/// A row of the unit list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitListItem {
    /// Its id.
    pub id: UnitId,
    /// Full name.
    pub name: String,
    /// Credit code. Preset units may have none.
    pub code: Option<String>,
    /// Full name of the direct superior unit.
    pub superior: Option<String>,
    /// 行政级次.
    pub admin_level: AdminLevel,
    /// Management login name.
    pub login: Option<String>,
    /// State of the management account.
    pub account: AccountState,
    /// Total of the current year.
    pub total: Option<Money>,
    /// Reserved ratio of the current year.
    pub ratio: Option<Ratio>,
    /// Contact person.
    pub contact: Option<String>,
    /// Contact's mobile number, masked.
    pub mobile: Option<String>,
    /// State of the last SMS.
    pub sms: Option<SmsState>,
}

/// A page of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsPage {
    /// The units.
    pub rows: Vec<UnitListItem>,
    /// The number of units that match the query.
    pub total: BoundedCount,
    /// The cursor of the previous page. `None` on the first page.
    pub previous: Option<String>,
    /// The cursor of the next page. `None` on the last page.
    pub next: Option<String>,
}

/// A unit in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeNode {
    /// The unit.
    pub unit: UnitRef,
    /// The number of subordinate units at all levels.
    pub below: BoundedCount,
}

impl TreeNode {
    /// Whether the node can be expanded.
    pub const fn children(&self) -> bool {
        self.below.number() > 0
    }
}

/// Number of nodes that the tree loads at once.
pub const NODES_PER_PAGE: u32 = 50;

/// A page of the direct subordinate units of a unit, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreePage {
    /// The units.
    pub nodes: Vec<TreeNode>,
    /// The number of units after the last node.
    pub more: BoundedCount,
}

/// The tree in its initial state on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTree {
    /// The root level.
    pub top: TreePage,
    /// The expanded branches from the root down: a unit and the first page of its direct subordinate units.
    pub branches: Vec<(UnitId, TreePage)>,
}

/// A unit that the user can select as superior unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuperiorOption {
    /// The unit.
    pub unit: UnitRef,
    /// Its credit code, which distinguishes units of the same name.
    pub code: Option<String>,
    /// Full name of its own superior unit. `None` for the unit of the current account.
    pub above: Option<String>,
}

/// The data of a unit in the edit form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitEdit {
    /// The unit.
    pub unit: UnitRef,
    /// The version of the stored data. The edit form sends it back; if it has changed, the edit is refused.
    pub version: i32,
    /// The stored data with the plan of the selected year.
    pub form: UnitForm,
    /// The years with a plan, newest first.
    pub years: Vec<i32>,
}

/// The details of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDetail {
    /// The data that the unit list also shows.
    pub unit: UnitListItem,
    /// 预算级次.
    pub budget_level: Option<BudgetLevel>,
    /// Its superior units, from the unit of the current account down to the direct superior.
    pub path: Vec<UnitRef>,
    /// The number of direct subordinate units.
    pub children: u32,
    /// Its former names and the names of units that were merged into it.
    pub former: Vec<String>,
    /// 备注.
    pub remark: Option<String>,
    /// Its reserve plans, newest year first.
    pub plans: Vec<PlanView>,
    /// Time of the last sign-in of its account.
    pub last_sign_in: Option<Timestamp>,
    /// Whether its account was ever activated. If so, the unit cannot be deleted.
    pub activated: bool,
    /// The SMS of its account, newest first.
    pub sms: Vec<SmsView>,
    /// Its history, newest first.
    pub events: Vec<EventView>,
}
