//! How far the units of a subtree are (情况): their accounts, and their plans of a year. The counts of a subtree are the sums of
//! its units' counts, so that every rate is sum over sum.

use crate::{ids::UnitId, plan_filing::FilingProgress, unit::UnitRef};
use serde::{Deserialize, Serialize};

/// Defines counts that are added up.
macro_rules! counts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: i64),*
        }

        impl $name {
            /// Adds other counts so many times; -1 subtracts them.
            pub const fn add(&mut self, other: &Self, times: i64) {
                $(self.$field += other.$field * times;)*
            }

            /// Whether nothing remains.
            pub fn is_zero(&self) -> bool {
                *self == Self::default()
            }
        }
    };
}

counts! {
    /// 账号开通及激活情况: the units of a subtree with their accounts, and its purchasers with theirs.
    AccountCounts {
        /// 预算单位: the units, the one at the top included.
        units,
        /// 已开通: units that have a management account.
        issued,
        /// Units whose account was never activated.
        not_activated,
        /// 已激活: units whose account is active.
        activated,
        /// 已停用: units whose account is disabled.
        disabled,
        /// 短信失败: units whose account waits to be activated and whose last SMS failed. The list has them by
        /// [`crate::unit::UnitQuery::unreached`].
        sms_failed,
        /// 采购人: the purchasers.
        purchasers,
        /// Purchasers that have a trading account.
        trading_issued,
        /// Purchasers whose trading account is active.
        trading_activated,
    }
}

counts! {
    /// 预留份额填报情况 of a year. Amounts are fen.
    PlanCounts {
        /// 草稿
        draft,
        /// 待审核
        submitted,
        /// 退回
        returned,
        /// 审核通过: filed by the unit.
        approved,
        /// 上级核定: a plan without a filing, which counts as approved.
        set_by_superior,
        /// 确认汇总
        confirmed,
        /// 变更申请
        change_requested,
        /// 逾期: submitted after the last day.
        late,
        /// 自有食堂 of those that are filed and not returned, and so are the next four. What a superior has set names no canteen.
        own_canteen,
        /// 外包食堂
        outsourced,
        /// 共用食堂（代表）
        shared_lead,
        /// 共用食堂（由代表单位填报）
        shared_member,
        /// 无食堂
        without_canteen,
        /// Units with an approved plan. This and the following read the approved plan, whatever a newer filing says.
        plans,
        /// 年度食堂食材采购总额 of the approved plans.
        total,
        /// 预留份额 of the approved plans. It is nothing for a unit without a canteen, which therefore counts in no denominator.
        share,
        /// Units whose union has a share.
        unions,
        /// 工会会员人数 of these.
        union_members,
        /// 工会经费 of those unions that have funds of their own.
        union_funds,
        /// 工会预留
        union_share,
        /// Units that have purchased: those with something accepted and paid in the year, after refunds.
        purchased,
        /// 已预留零采购: units with a share that have not purchased.
        zero_purchases,
    }
}

impl PlanCounts {
    /// 已填报: all that have submitted a plan or got one from their superior, also if it was returned.
    pub const fn filed(&self) -> i64 {
        self.submitted + self.returned + self.approved + self.set_by_superior + self.confirmed + self.change_requested
    }

    /// 审核通过: the filed plans that a superior has approved, also if they were confirmed afterwards.
    pub const fn approved_in_all(&self) -> i64 {
        self.approved + self.set_by_superior + self.confirmed + self.change_requested
    }
}

/// The counts of a subtree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The accounts, of today.
    pub accounts: AccountCounts,
    /// The plans of the year.
    pub plans: PlanCounts,
    /// 上年预留: [`PlanCounts::total`] of the year before, in fen.
    pub last_total: i64,
    /// [`PlanCounts::share`] of the year before, in fen.
    pub last_share: i64,
    /// 低于最低比例: units whose approved plan has a lower ratio than the minimum that applies to them. Plans without a total are
    /// left out.
    pub under_minimum: i64,
    /// 逾期未报: units that have not filed although the last day that applies to them is over. A draft is not filed.
    pub overdue: i64,
}

impl Situation {
    /// Adds the counts of another subtree.
    pub const fn add(&mut self, other: &Self) {
        self.accounts.add(&other.accounts, 1);
        self.plans.add(&other.plans, 1);
        self.last_total += other.last_total;
        self.last_share += other.last_share;
        self.under_minimum += other.under_minimum;
        self.overdue += other.overdue;
    }

    /// 应填报: every unit must file, also one without a canteen.
    pub const fn must_file(&self) -> i64 {
        self.accounts.units
    }

    /// 未预留: units without an approved plan. A unit without a canteen has one, whose share is nothing.
    pub const fn not_reserved(&self) -> i64 {
        self.must_file() - self.plans.plans
    }

    /// 未填报: neither a plan nor a draft.
    pub const fn not_filed(&self) -> i64 {
        self.must_file() - self.plans.filed() - self.plans.draft
    }

    /// The progress of filing.
    pub fn progress(&self) -> FilingProgress {
        let count = |number: i64| u32::try_from(number).unwrap_or_default();
        FilingProgress {
            must_file: count(self.must_file()),
            draft: count(self.plans.draft),
            submitted: count(self.plans.submitted),
            returned: count(self.plans.returned),
            approved: count(self.plans.approved + self.plans.set_by_superior),
            confirmed: count(self.plans.confirmed),
            change_requested: count(self.plans.change_requested),
            late: count(self.plans.late),
        }
    }
}

/// Which subtree and year a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationQuery {
    /// The unit whose subtree is meant; `None` for the whole scope of the account.
    pub unit: Option<UnitId>,
    /// The year of the plans; `None` for this one.
    pub year: Option<i32>,
}

/// The situation of a subtree, of its unit and of the subtrees directly below it, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationReport {
    /// The unit at the top. `None` for the whole country.
    pub unit: Option<UnitRef>,
    /// The year of the plans.
    pub year: i32,
    /// The whole subtree.
    pub total: Situation,
    /// The unit itself. Together with all children it makes the total.
    pub own: Situation,
    /// The direct subordinate units with their subtrees, in the order of the tree.
    pub children: Vec<(UnitRef, Situation)>,
    /// Whether the unit has more direct subordinate units than [`crate::purchases::MAX_CHILDREN`], of which the rest is left out.
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_who_must_file_is_counted_once() {
        let plans = PlanCounts {
            draft: 1,
            submitted: 2,
            returned: 3,
            set_by_superior: 4,
            approved: 5,
            late: 2,
            ..Default::default()
        };
        let accounts = AccountCounts { units: 20, ..Default::default() };
        let situation = Situation { accounts, plans, ..Default::default() };
        assert_eq!((plans.filed(), plans.approved_in_all(), situation.not_filed()), (14, 9, 5));
        let progress = situation.progress();
        assert_eq!((progress.filed(), progress.approved, progress.not_filed()), (14, 9, 5));
    }

    #[test]
    fn counts_are_added_and_subtracted() {
        let one = AccountCounts { units: 3, issued: 2, ..Default::default() };
        let mut sum = one;
        sum.add(&one, 2);
        assert_eq!(sum, AccountCounts { units: 9, issued: 6, ..Default::default() });
        sum.add(&one, -3);
        assert!(sum.is_zero());
    }
}
