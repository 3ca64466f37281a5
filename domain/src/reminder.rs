//! 提醒: SMS that superiors send to the contacts of units below them, about their yearly plans.

use crate::{
    ids::UnitId,
    plan_filing::{FilingQuery, PlanConcern, Standing},
};
use serde::{Deserialize, Serialize};

/// Units that one request reminds at most.
pub const MAX_REMINDED_AT_ONCE: u32 = 10_000;

/// What units are reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReminderKind {
    /// The unit has not filed its plan of the year, or has not filed it again after a return.
    Filing,
    /// 已预留零采购: the unit has a share and has not purchased.
    Purchases,
}

impl ReminderKind {
    /// What the units of a list can be reminded of. `None` if there is no reminder about them.
    pub fn of(query: &FilingQuery) -> Option<Self> {
        let unfiled = [Standing::NotFiled, Standing::Draft, Standing::Returned];
        match query.concern {
            Some(PlanConcern::ZeroPurchases) => Some(Self::Purchases),
            Some(PlanConcern::UnderMinimum) => None,
            Some(PlanConcern::Overdue | PlanConcern::NotReserved) | None => {
                query.standing.is_none_or(|standing| unfiled.contains(&standing)).then_some(Self::Filing)
            }
        }
    }
}

/// The units to remind: all that a list has, or those of them that were ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReminderSelection {
    /// The conditions of the list, which say what the units are reminded of.
    pub query: FilingQuery,
    /// Whether only the ticked units are meant.
    pub chosen: bool,
    /// The ticked units.
    pub units: Vec<UnitId>,
}

/// Why a unit gets no reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReminderObstacle {
    /// A ticked unit that is not in the list any more: it has filed or purchased in the meantime.
    NotNeeded,
    /// It got a reminder within the days of `sms.reminder_days`.
    RemindedRecently,
    /// It has no account with which it could sign in.
    NoAccount,
    /// It has no valid mobile number.
    NoMobile,
    /// The mobile number gets as many SMS as it may.
    SmsLimit,
}

impl ReminderObstacle {
    /// All values.
    pub const ALL: [Self; 5] =
        [Self::NotNeeded, Self::RemindedRecently, Self::NoAccount, Self::NoMobile, Self::SmsLimit];
}

/// How many units get a reminder, and how many do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderCounts {
    /// Units that get one.
    pub reminded: u32,
    /// Units that get none, by reason. Only reasons that occur.
    pub left_out: Vec<(ReminderObstacle, u32)>,
}

impl ReminderCounts {
    /// Counts the outcomes of units; `None` is a unit that gets a reminder.
    pub fn of(outcomes: impl IntoIterator<Item = Option<ReminderObstacle>>) -> Self {
        let mut counts = Self::default();
        let mut left_out = ReminderObstacle::ALL.map(|obstacle| (obstacle, 0));
        for outcome in outcomes {
            match outcome {
                None => counts.reminded += 1,
                Some(obstacle) => {
                    left_out.iter_mut().filter(|(one, _)| *one == obstacle).for_each(|(_, count)| *count += 1);
                }
            }
        }
        counts.left_out = left_out.into_iter().filter(|(_, count)| *count > 0).collect();
        counts
    }

    /// Units that get none.
    pub fn left_out(&self) -> u32 {
        self.left_out.iter().map(|(_, count)| count).sum()
    }
}

/// What a superior sees before it sends reminders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderPreview {
    /// The year of the plans.
    pub year: i32,
    /// What the units are reminded of.
    pub kind: ReminderKind,
    /// The SMS that the first unit gets, as it is sent. `None` if no unit gets one.
    pub text: Option<String>,
    /// Whom it would reach now.
    pub counts: ReminderCounts,
    /// Days within which a unit gets one reminder at most (`sms.reminder_days`).
    pub days: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, None, Some(ReminderKind::Filing))]
    #[case(None, Some(Standing::Draft), Some(ReminderKind::Filing))]
    #[case(None, Some(Standing::Returned), Some(ReminderKind::Filing))]
    #[case(None, Some(Standing::Approved), None)]
    #[case(None, Some(Standing::Submitted), None)]
    #[case(Some(PlanConcern::Overdue), None, Some(ReminderKind::Filing))]
    #[case(Some(PlanConcern::UnderMinimum), None, None)]
    #[case(Some(PlanConcern::ZeroPurchases), None, Some(ReminderKind::Purchases))]
    #[case(Some(PlanConcern::ZeroPurchases), Some(Standing::Confirmed), Some(ReminderKind::Purchases))]
    fn a_list_says_what_its_units_are_reminded_of(
        #[case] concern: Option<PlanConcern>,
        #[case] standing: Option<Standing>,
        #[case] expected: Option<ReminderKind>,
    ) {
        assert_eq!(ReminderKind::of(&FilingQuery { standing, concern, ..FilingQuery::default() }), expected);
    }

    #[test]
    fn every_unit_is_counted_once() {
        use ReminderObstacle::{NoMobile, RemindedRecently};
        let counts = ReminderCounts::of([None, Some(NoMobile), Some(RemindedRecently), None, Some(NoMobile)]);
        assert_eq!((counts.reminded, counts.left_out()), (2, 3));
        assert_eq!(counts.left_out, [(RemindedRecently, 1), (NoMobile, 2)]);
    }
}
