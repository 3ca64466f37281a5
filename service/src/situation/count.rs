//! What units count.

use super::tally::Tally;
use crate::{
    Result, Subtree,
    query::{all, is_any_of, within},
    unit::list::unreached_sms,
};
use domain::{
    Money, Ratio,
    account::AccountState,
    ids::UnitId,
    plan_filing::{CanteenKind, FilingState, Standing},
    situation::{AccountCounts, PlanCounts},
};
use entity::{Count, plan_filing, purchase_posting, purchaser, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Asterisk, Expr, ExprTrait, Func, Query},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A unit with its path and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CountedUnit {
    pub(super) path: String,
    pub(super) tally: Tally,
}

/// Units that one statement counts.
const UNITS_AT_ONCE: usize = 10_000;

/// Counts units. What is deleted or dissolved is left out. The number of statements depends on the number of units in ten thousands.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    units: impl IntoIterator<Item = UnitId>,
) -> Result<HashMap<UnitId, CountedUnit>> {
    let units: Vec<UnitId> = units.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut counted = HashMap::with_capacity(units.len());
    for units in units.chunks(UNITS_AT_ONCE) {
        count_accounts(db, units, &mut counted).await?;
        count_purchasers(db, units, &mut counted).await?;
        for ((unit, year), plan) in plans(db, units).await? {
            let Some(unit) = counted.get_mut(&unit) else { continue };
            unit.tally.years.insert(year, plan.tally());
        }
    }
    Ok(counted)
}

async fn count_accounts(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    counted: &mut HashMap<UnitId, CountedUnit>,
) -> Result<()> {
    let failed: Vec<Unreached> = all(db, &unreached_sms(db, units)).await?;
    let failed: BTreeSet<UnitId> = failed.into_iter().map(|sms| sms.unit_id).collect();
    let rows: Vec<(UnitId, String, AccountState)> = unit::Entity::find()
        .select_only()
        .columns([unit::Column::Id, unit::Column::Path, unit::Column::Account])
        .filter(is_any_of(db, unit::Column::Id, units.iter().copied()))
        .filter(within(unit::Column::Path, &Subtree::everything()))
        .into_tuple()
        .all(db)
        .await?;
    for (unit, path, state) in rows {
        let is = |is: bool| i64::from(is);
        let accounts = AccountCounts {
            units: 1,
            issued: is(state != AccountState::NotIssued),
            not_activated: is(state == AccountState::NotActivated),
            activated: is(state == AccountState::Active),
            disabled: is(state == AccountState::Disabled),
            sms_failed: is(state == AccountState::NotActivated && failed.contains(&unit)),
            ..Default::default()
        };
        counted.insert(unit, CountedUnit { path, tally: Tally { accounts, years: BTreeMap::new() } });
    }
    Ok(())
}

/// A unit whose last SMS failed.
#[derive(FromQueryResult)]
struct Unreached {
    unit_id: UnitId,
}

async fn count_purchasers(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    counted: &mut HashMap<UnitId, CountedUnit>,
) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
        purchasers: Count,
        issued: Count,
        activated: Count,
    }
    let counted_if = |condition: Expr| Func::count(Expr::case(condition, 1));
    let select = Query::select()
        .column(purchaser::Column::UnitId)
        .expr_as(Func::count(Expr::col(Asterisk)), "purchasers")
        .expr_as(counted_if(purchaser::Column::Account.ne(AccountState::NotIssued)), "issued")
        .expr_as(counted_if(purchaser::Column::Account.eq(AccountState::Active)), "activated")
        .from(purchaser::Entity)
        .and_where(is_any_of(db, purchaser::Column::UnitId, units.iter().copied()))
        .group_by_col(purchaser::Column::UnitId)
        .to_owned();
    for Row { unit_id, purchasers, issued, activated } in all(db, &select).await? {
        let Some(unit) = counted.get_mut(&unit_id) else { continue };
        let accounts = &mut unit.tally.accounts;
        accounts.purchasers = u32::from(purchasers).into();
        accounts.trading_issued = u32::from(issued).into();
        accounts.trading_activated = u32::from(activated).into();
    }
    Ok(())
}

/// What there is of a unit and a year.
#[derive(Default)]
struct PlanOfYear {
    filing: Option<(FilingState, Option<CanteenKind>, bool)>,
    plan: Option<ApprovedPlan>,
    purchased: bool,
}

/// The figures of an approved plan.
#[derive(Clone, Copy, FromQueryResult)]
struct ApprovedPlan {
    unit_id: UnitId,
    year: i32,
    total: Money,
    ratio: Ratio,
    share: Money,
    union_members: Count,
    union_funds: Money,
    union_share: Money,
}

impl PlanOfYear {
    fn tally(&self) -> super::tally::YearTally {
        let mut plans = PlanCounts::default();
        let state = self.filing.map(|(state, ..)| state);
        let standing = match Standing::of(state, self.plan.is_some()) {
            Standing::NotFiled => None,
            Standing::Draft => Some(&mut plans.draft),
            Standing::Submitted => Some(&mut plans.submitted),
            Standing::Returned => Some(&mut plans.returned),
            Standing::Approved => Some(&mut plans.approved),
            Standing::SetBySuperior => Some(&mut plans.set_by_superior),
            Standing::Confirmed => Some(&mut plans.confirmed),
            Standing::ChangeRequested => Some(&mut plans.change_requested),
        };
        if let Some(standing) = standing {
            *standing = 1;
        }
        if let Some((state, canteen, late)) = self.filing {
            plans.late = late.into();
            let is_filed = !matches!(state, FilingState::Draft | FilingState::Returned);
            let canteen = canteen.filter(|_| is_filed).map(|canteen| match canteen {
                CanteenKind::Own => &mut plans.own_canteen,
                CanteenKind::Outsourced => &mut plans.outsourced,
                CanteenKind::SharedLead => &mut plans.shared_lead,
                CanteenKind::SharedMember => &mut plans.shared_member,
                CanteenKind::None => &mut plans.without_canteen,
            });
            if let Some(canteen) = canteen {
                *canteen = 1;
            }
        }
        let mut ratios = BTreeMap::new();
        if let Some(plan) = self.plan {
            plans.plans = 1;
            plans.total = plan.total.fen();
            plans.share = plan.share.fen();
            plans.unions = (u32::from(plan.union_members) > 0).into();
            plans.union_members = u32::from(plan.union_members).into();
            plans.union_funds = plan.union_funds.fen();
            plans.union_share = plan.union_share.fen();
            plans.zero_purchases = (plan.share > Money::ZERO && !self.purchased).into();
            if plan.total > Money::ZERO {
                ratios.insert(plan.ratio.hundredths(), 1);
            }
        }
        plans.purchased = self.purchased.into();
        super::tally::YearTally { plans, ratios }
    }
}

/// The filings, the approved plans and the purchases of units, by year.
async fn plans(db: &impl ConnectionTrait, units: &[UnitId]) -> Result<HashMap<(UnitId, i32), PlanOfYear>> {
    let mut plans: HashMap<(UnitId, i32), PlanOfYear> = HashMap::new();
    let filings: Vec<(UnitId, i32, FilingState, Option<CanteenKind>, bool)> = plan_filing::Entity::find()
        .select_only()
        .columns([
            plan_filing::Column::UnitId,
            plan_filing::Column::Year,
            plan_filing::Column::State,
            plan_filing::Column::Canteen,
            plan_filing::Column::Late,
        ])
        .filter(is_any_of(db, plan_filing::Column::UnitId, units.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    for (unit, year, state, canteen, late) in filings {
        plans.entry((unit, year)).or_default().filing = Some((state, canteen, late));
    }
    let approved: Vec<ApprovedPlan> = reserve_plan::Entity::find()
        .filter(is_any_of(db, reserve_plan::Column::UnitId, units.iter().copied()))
        .into_model()
        .all(db)
        .await?;
    for plan in approved {
        plans.entry((plan.unit_id, plan.year)).or_default().plan = Some(plan);
    }
    for (unit, year) in purchased(db, units).await? {
        plans.entry((unit, year)).or_default().purchased = true;
    }
    Ok(plans)
}

/// The units and years in which something is accepted and paid, after refunds.
async fn purchased(db: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<(UnitId, i32)>> {
    const YEAR: &str = "year";
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
        year: i32,
    }
    let column = |column: purchase_posting::Column| Expr::col((purchase_posting::Entity, column));
    let accepted = || Expr::from(Func::sum(column(purchase_posting::Column::Accepted)));
    let select = Query::select()
        .expr(column(purchase_posting::Column::UnitId))
        .expr_as(column(purchase_posting::Column::Day).div(10_000), YEAR)
        .from(purchase_posting::Entity)
        .and_where(is_any_of(db, purchase_posting::Column::UnitId, units.iter().copied()))
        // The name of the result: a parameter would make the expression differ from the one above.
        .add_group_by([column(purchase_posting::Column::UnitId), Expr::col(YEAR)])
        .and_having(accepted().gt(0))
        .to_owned();
    let rows: Vec<Row> = all(db, &select).await?;
    Ok(rows.into_iter().map(|row| (row.unit_id, row.year)).collect())
}
