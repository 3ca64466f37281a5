//! The states of a plan, and who leads it from one to another.

use serde::{Deserialize, Serialize};

/// The state of a filing. A unit that has not begun has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum FilingState {
    /// 草稿
    Draft,
    /// 待审核
    Submitted,
    /// 退回: the unit must correct it.
    Returned,
    /// 审核通过
    Approved,
    /// 确认汇总: locked.
    Confirmed,
    /// 变更申请: the unit asks to change a confirmed plan.
    ChangeRequested,
}

impl FilingState {
    /// All values.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Submitted, Self::Returned, Self::Approved, Self::Confirmed, Self::ChangeRequested];

    /// Whether the unit can change its figures.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// Something that is done to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum FilingAction {
    /// 保存草稿
    Save,
    /// 报送
    Submit,
    /// 撤回
    Withdraw,
    /// 审核通过
    Approve,
    /// 退回
    Return,
    /// 确认汇总
    Confirm,
    /// 申请变更
    RequestChange,
    /// 同意变更
    GrantChange,
    /// 不同意变更
    DenyChange,
    /// The superior sets the figures: by an import, the edit form or a merger.
    SetBySuperior,
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilingParty {
    /// The unit whose plan it is.
    Own,
    /// Any unit above it in the tree.
    Superior,
}

impl FilingAction {
    /// All values.
    pub const ALL: [Self; 10] = [
        Self::Save,
        Self::Submit,
        Self::Withdraw,
        Self::Approve,
        Self::Return,
        Self::Confirm,
        Self::RequestChange,
        Self::GrantChange,
        Self::DenyChange,
        Self::SetBySuperior,
    ];

    /// Who may do it.
    pub const fn by(self) -> FilingParty {
        match self {
            Self::Save | Self::Submit | Self::Withdraw | Self::RequestChange => FilingParty::Own,
            Self::Approve
            | Self::Return
            | Self::Confirm
            | Self::GrantChange
            | Self::DenyChange
            | Self::SetBySuperior => FilingParty::Superior,
        }
    }

    /// The state to which it leads from another one; `from` is `None` for a unit that has not filed. `None` if the state does
    /// not allow it. This is the only table of transitions.
    #[expect(clippy::match_same_arms, reason = "a line a rule reads as the table that it is")]
    pub const fn leads(self, from: Option<FilingState>) -> Option<FilingState> {
        use FilingState::{Approved, ChangeRequested, Confirmed, Draft, Returned, Submitted};
        match (self, from) {
            (Self::Save, None | Some(Draft)) => Some(Draft),
            // The reason of the return stays in sight until the plan is submitted again.
            (Self::Save, Some(Returned)) => Some(Returned),
            (Self::Submit, None | Some(Draft | Returned)) => Some(Submitted),
            (Self::Withdraw, Some(Submitted)) => Some(Draft),
            (Self::Approve, Some(Submitted)) => Some(Approved),
            // A superior may find a mistake after the approval; once confirmed, only a change request opens the plan.
            (Self::Return, Some(Submitted | Approved)) => Some(Returned),
            (Self::Confirm, Some(Approved)) => Some(Confirmed),
            (Self::RequestChange, Some(Confirmed)) => Some(ChangeRequested),
            (Self::GrantChange, Some(ChangeRequested)) => Some(Draft),
            (Self::DenyChange, Some(ChangeRequested)) => Some(Confirmed),
            // The figures of the superior are approved by it. A summary that was confirmed with others must be confirmed again.
            (Self::SetBySuperior, _) => Some(Approved),
            _ => None,
        }
    }
}

/// Where a unit stands with its plan of a year, as lists show and filter it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 未填报: no filing and no plan.
    NotFiled,
    /// 草稿
    Draft,
    /// 待审核
    Submitted,
    /// 退回
    Returned,
    /// 审核通过
    Approved,
    /// 上级核定: no filing, but a plan that a superior has set, which counts as approved.
    SetBySuperior,
    /// 确认汇总
    Confirmed,
    /// 变更申请
    ChangeRequested,
}

impl Standing {
    /// All values, in the order of the filter.
    pub const ALL: [Self; 8] = [
        Self::NotFiled,
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::SetBySuperior,
        Self::Confirmed,
        Self::ChangeRequested,
    ];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFiled => "not-filed",
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::SetBySuperior => "set-by-superior",
            Self::Confirmed => "confirmed",
            Self::ChangeRequested => "change-requested",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }

    /// The standing of a unit by the state of its filing and whether it has a plan. A plan without a filing was set by a
    /// superior: this is the one rule for it.
    pub const fn of(state: Option<FilingState>, has_plan: bool) -> Self {
        match (state, has_plan) {
            (None, false) => Self::NotFiled,
            (None, true) => Self::SetBySuperior,
            (Some(FilingState::Draft), _) => Self::Draft,
            (Some(FilingState::Submitted), _) => Self::Submitted,
            (Some(FilingState::Returned), _) => Self::Returned,
            (Some(FilingState::Approved), _) => Self::Approved,
            (Some(FilingState::Confirmed), _) => Self::Confirmed,
            (Some(FilingState::ChangeRequested), _) => Self::ChangeRequested,
        }
    }

    /// The state of the filing. `None` without a filing.
    pub const fn state(self) -> Option<FilingState> {
        match self {
            Self::NotFiled | Self::SetBySuperior => None,
            Self::Draft => Some(FilingState::Draft),
            Self::Submitted => Some(FilingState::Submitted),
            Self::Returned => Some(FilingState::Returned),
            Self::Approved => Some(FilingState::Approved),
            Self::Confirmed => Some(FilingState::Confirmed),
            Self::ChangeRequested => Some(FilingState::ChangeRequested),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FilingState::{Approved, ChangeRequested, Confirmed, Draft, Returned, Submitted};

    /// Every transition that there is. All others are refused.
    const TRANSITIONS: &[(FilingAction, Option<FilingState>, FilingState)] = &[
        (FilingAction::Save, None, Draft),
        (FilingAction::Save, Some(Draft), Draft),
        (FilingAction::Save, Some(Returned), Returned),
        (FilingAction::Submit, None, Submitted),
        (FilingAction::Submit, Some(Draft), Submitted),
        (FilingAction::Submit, Some(Returned), Submitted),
        (FilingAction::Withdraw, Some(Submitted), Draft),
        (FilingAction::Approve, Some(Submitted), Approved),
        (FilingAction::Return, Some(Submitted), Returned),
        (FilingAction::Return, Some(Approved), Returned),
        (FilingAction::Confirm, Some(Approved), Confirmed),
        (FilingAction::RequestChange, Some(Confirmed), ChangeRequested),
        (FilingAction::GrantChange, Some(ChangeRequested), Draft),
        (FilingAction::DenyChange, Some(ChangeRequested), Confirmed),
        (FilingAction::SetBySuperior, None, Approved),
        (FilingAction::SetBySuperior, Some(Draft), Approved),
        (FilingAction::SetBySuperior, Some(Submitted), Approved),
        (FilingAction::SetBySuperior, Some(Returned), Approved),
        (FilingAction::SetBySuperior, Some(Approved), Approved),
        (FilingAction::SetBySuperior, Some(Confirmed), Approved),
        (FilingAction::SetBySuperior, Some(ChangeRequested), Approved),
    ];

    #[test]
    fn the_table_of_transitions_is_complete() {
        let states = FilingState::ALL.into_iter().map(Some).chain([None]);
        for from in states {
            for action in FilingAction::ALL {
                let expected = TRANSITIONS.iter().find(|(a, state, _)| *a == action && *state == from).map(|row| row.2);
                assert_eq!(action.leads(from), expected, "{action:?} from {from:?}");
            }
        }
    }

    #[test]
    fn a_unit_never_decides_about_its_own_plan() {
        for action in FilingAction::ALL {
            for from in FilingState::ALL {
                let decided = matches!(action.leads(Some(from)), Some(Approved | Confirmed)) && from != Confirmed;
                assert!(!decided || action.by() == FilingParty::Superior, "{action:?}");
            }
        }
    }

    #[test]
    fn standings_are_read_back() {
        for standing in Standing::ALL {
            assert_eq!(Standing::from_name(standing.as_str()), Some(standing));
            assert_eq!(Standing::of(standing.state(), standing == Standing::SetBySuperior), standing);
        }
    }
}
