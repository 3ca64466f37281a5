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

/// A unit by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    /// Its id.
    pub id: UnitId,
    /// Its full name.
    pub name: String,
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
    /// Any part of the name (also a former one), the login name, the credit code or the contact person's name, or cursor: at
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
    pub cursor: Option<String>,
}

/// Units on a page of the list.
pub const UNITS_PER_PAGE: u32 = 20;

/// A unit in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitListItem {
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
    pub rows: Vec<UnitListItem>,
    /// How many fit the query in all.
    pub total: BoundedCount,
    /// [`UnitQuery::cursor`] of the page before, where there is one.
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
    pub below: BoundedCount,
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
    pub more: BoundedCount,
}

/// The tree as a page shows it at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTree {
    /// The top.
    pub top: TreePage,
    /// The open branches from the top down: a unit and the first units directly below it.
    pub branches: Vec<(UnitId, TreePage)>,
}

/// A unit below which another may be put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuperiorOption {
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

/// A unit in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDetail {
    /// The unit as in the list.
    pub unit: UnitListItem,
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
