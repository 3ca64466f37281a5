//! The situation as plain counts over all rows, by the rules in words and without the code that is tested.

use crate::world::World;
use domain::{
    Ratio,
    ids::UnitId,
    plan_filing::{Timing, timing},
    plan_parameters::{ParameterSet, Parameters},
    situation::Situation,
    unit::UnitRef,
};
use std::collections::BTreeMap;

/// A unit of today's tree.
struct NaiveUnit {
    name: String,
    path: String,
    parent: Option<UnitId>,
    /// The state of its account, empty without one.
    account: String,
    /// Whether the last SMS to its account failed.
    failed: bool,
    /// The states of the accounts of its purchasers.
    purchasers: Vec<String>,
}

struct NaiveFiling {
    state: String,
    canteen: String,
    late: bool,
}

#[derive(Clone, Copy, Default)]
struct NaivePlan {
    total: i64,
    ratio: u16,
    share: i64,
    members: i64,
    funds: i64,
    union_share: i64,
}

/// Everything that is counted.
pub(crate) struct Rows {
    units: BTreeMap<UnitId, NaiveUnit>,
    filings: BTreeMap<(UnitId, i32), NaiveFiling>,
    plans: BTreeMap<(UnitId, i32), NaivePlan>,
    /// What is accepted and paid.
    accepted: BTreeMap<(UnitId, i32), i64>,
    parameters: BTreeMap<(UnitId, i32), ParameterSet>,
}

fn id(text: &str) -> UnitId {
    UnitId(text.parse().unwrap())
}

impl Rows {
    pub(crate) async fn read(world: &World) -> Self {
        let mut units: BTreeMap<UnitId, NaiveUnit> = BTreeMap::new();
        for [unit, name, path, parent, account] in world
            .rows(
                "SELECT u.id, u.name, u.path, u.parent_id, a.state FROM unit u \
                 LEFT JOIN account a ON a.unit_id = u.id AND a.kind = 'management' WHERE u.path < '~'",
            )
            .await
        {
            let parent = parent.parse().ok().map(UnitId);
            let unit_row = NaiveUnit { name, path, parent, account, failed: false, purchasers: Vec::new() };
            units.insert(id(&unit), unit_row);
        }
        let last = "SELECT s.unit_id FROM sms_outbox s WHERE s.state = 'failed' AND s.unit_id IS NOT NULL AND s.id = \
                    (SELECT MAX(id) FROM sms_outbox WHERE account_id = s.account_id)";
        for unit in world.texts(last).await {
            if let Some(unit) = units.get_mut(&id(&unit)) {
                unit.failed = true;
            }
        }
        for [unit, state] in
            world.rows("SELECT p.unit_id, a.state FROM purchaser p LEFT JOIN account a ON a.purchaser_id = p.id").await
        {
            if let Some(unit) = units.get_mut(&id(&unit)) {
                unit.purchasers.push(state);
            }
        }
        let mut rows = Self {
            units,
            filings: BTreeMap::new(),
            plans: BTreeMap::new(),
            accepted: BTreeMap::new(),
            parameters: BTreeMap::new(),
        };
        for [unit, year, state, canteen, late] in
            world.rows("SELECT unit_id, year, state, canteen, CASE WHEN late THEN 1 ELSE 0 END FROM plan_filing").await
        {
            let filing = NaiveFiling { state, canteen, late: late == "1" };
            rows.filings.insert((id(&unit), year.parse().unwrap()), filing);
        }
        for [unit, year, total, ratio, share, members, funds, union_share] in world
            .rows(
                "SELECT unit_id, year, total, ratio, share, union_members, union_funds, union_share FROM reserve_plan",
            )
            .await
        {
            let plan = NaivePlan {
                total: total.parse().unwrap(),
                ratio: ratio.parse().unwrap(),
                share: share.parse().unwrap(),
                members: members.parse().unwrap(),
                funds: funds.parse().unwrap(),
                union_share: union_share.parse().unwrap(),
            };
            rows.plans.insert((id(&unit), year.parse().unwrap()), plan);
        }
        for [unit, day, accepted] in world.rows("SELECT unit_id, day, accepted FROM purchase_posting").await {
            let year = day[..4].parse().unwrap();
            *rows.accepted.entry((id(&unit), year)).or_default() += accepted.parse::<i64>().unwrap();
        }
        for [unit, year, parameters] in world.rows("SELECT unit_id, year, parameters FROM plan_parameter_set").await {
            let set = serde_json::from_str(&parameters).unwrap();
            rows.parameters.insert((id(&unit), year.parse().unwrap()), set);
        }
        rows
    }

    /// The units of the tree.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitId> {
        self.units.keys().copied()
    }

    /// The units below a unit, in the order of the tree.
    pub(crate) fn children(&self, unit: UnitId) -> Vec<UnitRef> {
        let mut children: Vec<_> = self.units.iter().filter(|(_, child)| child.parent == Some(unit)).collect();
        children.sort_by_key(|(_, child)| &child.path);
        children.into_iter().map(|(id, child)| UnitRef { id: *id, name: child.name.clone() }).collect()
    }

    fn superiors(&self, unit: UnitId) -> Vec<UnitId> {
        let mut path = vec![unit];
        while let Some(parent) = self.units[&path[0]].parent {
            path.insert(0, parent);
        }
        path
    }

    fn parameters(&self, unit: UnitId, year: i32) -> Parameters {
        let chain: Vec<_> = self
            .superiors(unit)
            .into_iter()
            .filter_map(|id| Some((UnitRef { id, name: String::new() }, self.parameters.get(&(id, year))?)))
            .collect();
        Parameters::resolve(chain.iter().map(|(unit, set)| (unit, *set)))
    }

    /// The situation of a unit alone.
    pub(crate) fn own(&self, world: &World, unit: UnitId, year: i32) -> Situation {
        let mut found = Situation::default();
        let row = &self.units[&unit];
        let accounts = &mut found.accounts;
        accounts.units = 1;
        match row.account.as_str() {
            "" | "not-issued" => {}
            state => {
                accounts.issued = 1;
                match state {
                    "not-activated" => accounts.not_activated = 1,
                    "active" => accounts.activated = 1,
                    "disabled" => accounts.disabled = 1,
                    other => panic!("{other}"),
                }
            }
        }
        accounts.sms_failed = (row.failed && row.account == "not-activated").into();
        for state in &row.purchasers {
            accounts.purchasers += 1;
            accounts.trading_issued += i64::from(!matches!(state.as_str(), "" | "not-issued"));
            accounts.trading_activated += i64::from(state == "active");
        }
        let plans = &mut found.plans;
        let plan = self.plans.get(&(unit, year));
        match (self.filings.get(&(unit, year)), plan) {
            (None, None) => {}
            (None, Some(_)) => plans.set_by_superior = 1,
            (Some(filing), _) => {
                match filing.state.as_str() {
                    "draft" => plans.draft = 1,
                    "submitted" => plans.submitted = 1,
                    "returned" => plans.returned = 1,
                    "approved" => plans.approved = 1,
                    "confirmed" => plans.confirmed = 1,
                    "change-requested" => plans.change_requested = 1,
                    other => panic!("{other}"),
                }
                plans.late = filing.late.into();
                if !matches!(filing.state.as_str(), "draft" | "returned") {
                    match filing.canteen.as_str() {
                        "own" => plans.own_canteen = 1,
                        "outsourced" => plans.outsourced = 1,
                        "shared-lead" => plans.shared_lead = 1,
                        "shared-member" => plans.shared_member = 1,
                        "none" => plans.without_canteen = 1,
                        "" => {}
                        other => panic!("{other}"),
                    }
                }
            }
        }
        let purchased = self.accepted.get(&(unit, year)).is_some_and(|accepted| *accepted > 0);
        plans.purchased = purchased.into();
        let parameters = self.parameters(unit, year);
        if let Some(plan) = plan {
            plans.plans = 1;
            plans.total = plan.total;
            plans.share = plan.share;
            plans.unions = (plan.members > 0).into();
            plans.union_members = plan.members;
            plans.union_funds = plan.funds;
            plans.union_share = plan.union_share;
            plans.zero_purchases = (plan.share > 0 && !purchased).into();
            let ratio = Ratio::from_hundredths(plan.ratio).unwrap();
            found.under_minimum = (plan.total > 0 && ratio < parameters.minimum_ratio.value).into();
        }
        let filed = found.plans.filed() > 0;
        let now = world.services().clock().now();
        found.overdue = (!filed && timing(year, now, &parameters) == Timing::Late).into();
        let last = self.plans.get(&(unit, year - 1)).copied().unwrap_or_default();
        found.last_total = last.total;
        found.last_share = last.share;
        found
    }

    /// The situation of a subtree.
    pub(crate) fn subtree(&self, world: &World, top: UnitId, year: i32) -> Situation {
        let mut sum = Situation::default();
        for unit in self.units().filter(|unit| self.superiors(*unit).contains(&top)) {
            sum.add(&self.own(world, unit, year));
        }
        sum
    }
}
