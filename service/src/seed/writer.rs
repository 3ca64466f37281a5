//! Adds the units and accounts of the seed that do not exist yet. The number of statements does not grow with theirs.

use crate::{
    Error, Result,
    ids::{IdSequence, login, take},
    query::{insert_many, is_any_of},
    sql::tree::lock,
};
use domain::{
    AdminLevel, BudgetLevel, CreditCode, Mobile, Money, Ratio,
    account::{AccountHolder, AccountKind},
    calendar::Timestamp,
    ids::{AccountId, PurchaserId, UnitId},
    normalize::same_name,
};
use entity::{UnitKind, account, purchaser, reserve_plan, unit, unit_alias};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DerivePartialModel, EntityTrait, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, IntoCondition, OnConflict},
};
use std::collections::HashMap;

/// What identifies a unit of the seed in the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SeedKey {
    /// The one unit without a superior.
    Top,
    /// GB/T 2260 code of its division.
    Division(String),
    /// Name of a central unit.
    Central(String),
    /// Credit code.
    Code(String),
}

/// The approved plan of a year.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeedPlan {
    pub(super) year: i32,
    pub(super) total: Money,
    pub(super) ratio: Ratio,
    /// 工会预留, and the number of members; nothing and 0 without a demand.
    pub(super) union: (Money, u32),
}

/// A unit of the seed.
pub(super) struct SeedUnit {
    pub(super) key: SeedKey,
    pub(super) parent: Option<SeedKey>,
    pub(super) kind: UnitKind,
    pub(super) name: String,
    pub(super) code: Option<CreditCode>,
    pub(super) admin_level: AdminLevel,
    pub(super) budget_level: BudgetLevel,
    /// Contact person and mobile number.
    pub(super) contact: Option<(String, Mobile)>,
    pub(super) plans: Vec<SeedPlan>,
    /// Whether its own people have completed its data.
    pub(super) completed: bool,
}

impl SeedUnit {
    pub(super) fn new(key: SeedKey, kind: UnitKind, name: String) -> Self {
        Self {
            key,
            parent: None,
            kind,
            name,
            code: None,
            admin_level: AdminLevel::County,
            budget_level: BudgetLevel::Second,
            contact: None,
            plans: Vec::new(),
            completed: false,
        }
    }
}

/// The result of [`add_units`].
pub(super) struct SeededUnits {
    /// How many units were added.
    pub(super) added: u32,
    /// The ids of the units that existed and of those that were added.
    pub(super) ids: HashMap<SeedKey, UnitId>,
}

/// A unit that exists.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
struct ExistingUnit {
    id: UnitId,
    parent_id: Option<UnitId>,
    path: String,
    kind: UnitKind,
    name: String,
    code: Option<String>,
    division: Option<String>,
    merged_into: Option<UnitId>,
}

impl ExistingUnit {
    fn key(&self) -> Option<SeedKey> {
        // A dissolved unit has no superior either.
        if self.parent_id.is_none() && self.merged_into.is_none() {
            return Some(SeedKey::Top);
        }
        match (&self.division, self.kind, &self.code) {
            (Some(division), ..) => Some(SeedKey::Division(division.clone())),
            (None, UnitKind::Central, _) => Some(SeedKey::Central(self.name.clone())),
            (None, _, code) => code.clone().map(SeedKey::Code),
        }
    }
}

/// Id and path of a unit.
type Location = (UnitId, String);

/// Adds the units that are missing, superiors before subordinates. Two seeds at once wait for each other.
pub(super) async fn add_units(tx: &DatabaseTransaction, now: Timestamp, units: Vec<SeedUnit>) -> Result<SeededUnits> {
    lock(tx).await?;
    let mut locations = existing_units(tx, &units).await?;
    let missing: Vec<&SeedUnit> = units.iter().filter(|unit| !locations.contains_key(&unit.key)).collect();
    let added = u32::try_from(missing.len()).map_err(Error::internal)?;
    let first = if added == 0 { 0 } else { take(tx, IdSequence::Unit, added).await? };
    let mut rows = Vec::with_capacity(missing.len());
    for (id, unit) in (first..).map(UnitId).zip(missing) {
        let parent = match &unit.parent {
            None => None,
            Some(key) => {
                let parent = locations.get(key);
                Some(parent.ok_or_else(|| Error::internal(format!("{} has no superior", unit.name)))?)
            }
        };
        let path = format!("{}{id}/", parent.map_or("", |(_, path)| path.as_str()));
        let division = match &unit.key {
            SeedKey::Division(code) => Some(code.clone()),
            SeedKey::Top | SeedKey::Central(_) | SeedKey::Code(_) => None,
        };
        let (contact, mobile) =
            unit.contact.as_ref().map(|(name, mobile)| (name.clone(), mobile.as_str().to_owned())).unzip();
        rows.push(unit::ActiveModel {
            id: Set(id),
            parent_id: Set(parent.map(|(id, _)| *id)),
            path: Set(path.clone()),
            kind: Set(unit.kind),
            name: Set(unit.name.clone()),
            name_key: Set(same_name(&unit.name).into_owned()),
            code: Set(unit.code.as_ref().map(|code| code.as_str().to_owned())),
            admin_level: Set(unit.admin_level),
            budget_level: Set(Some(unit.budget_level)),
            contact: Set(contact),
            mobile: Set(mobile),
            division: Set(division),
            completed_at: Set(unit.completed.then_some(now)),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..unit::ActiveModel::default()
        });
        locations.insert(unit.key.clone(), (id, path));
    }
    insert_many(tx, rows, None).await?;
    let ids = locations.into_iter().map(|(key, (id, _))| (key, id)).collect();
    add_plans(tx, now, &units, &ids).await?;
    Ok(SeededUnits { added, ids })
}

/// Adds the plans that are missing.
async fn add_plans(
    tx: &DatabaseTransaction,
    now: Timestamp,
    units: &[SeedUnit],
    ids: &HashMap<SeedKey, UnitId>,
) -> Result<()> {
    let plans = units.iter().filter_map(|unit| Some((*ids.get(&unit.key)?, &unit.plans)));
    let plans = plans.flat_map(|(id, plans)| plans.iter().map(move |plan| (id, *plan)));
    let plan = |(id, plan): (UnitId, SeedPlan)| reserve_plan::ActiveModel {
        unit_id: Set(id),
        year: Set(plan.year),
        total: Set(plan.total),
        ratio: Set(plan.ratio),
        share: Set(plan.total.share(plan.ratio)),
        union_share: Set(plan.union.0),
        union_members: Set(plan.union.1.into()),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    let key = [reserve_plan::Column::UnitId, reserve_plan::Column::Year];
    let keep = OnConflict::columns(key).do_nothing().to_owned();
    insert_many(tx, plans.map(plan).collect::<Vec<_>>(), Some(keep)).await?;
    Ok(())
}

/// The presets that exist, and the units of the seed that exist under their code.
async fn existing_units(tx: &impl ConnectionTrait, units: &[SeedUnit]) -> Result<HashMap<SeedKey, Location>> {
    let code = |unit: &SeedUnit| match &unit.key {
        SeedKey::Code(code) => Some(code.clone()),
        SeedKey::Top | SeedKey::Division(_) | SeedKey::Central(_) => None,
    };
    let presets = unit::Column::Kind.is_in([UnitKind::Finance, UnitKind::Central]);
    let existing = unit::Entity::find()
        .filter(Condition::any().add(presets).add(is_any_of(tx, unit::Column::Code, units.iter().filter_map(code))))
        .into_partial_model::<ExistingUnit>()
        .all(tx)
        .await?;
    let mut locations: HashMap<SeedKey, Location> =
        existing.into_iter().filter_map(|unit| Some((unit.key()?, (unit.id, unit.path)))).collect();
    // A central unit that was renamed is not added again under its former name.
    let renamed: Vec<(String, UnitId, String)> = unit_alias::Entity::find()
        .select_only()
        .column(unit_alias::Column::Name)
        .columns([unit::Column::Id, unit::Column::Path])
        .join(JoinType::InnerJoin, unit_alias::Relation::Unit.def())
        .filter(unit::Column::Kind.eq(UnitKind::Central))
        .into_tuple()
        .all(tx)
        .await?;
    for (name, id, path) in renamed {
        locations.entry(SeedKey::Central(name)).or_insert((id, path));
    }
    Ok(locations)
}

/// Gives each unit without a management account one, without a password. Returns how many were added.
pub(super) async fn add_accounts(tx: &impl ConnectionTrait, now: Timestamp) -> Result<u32> {
    let management = unit::Relation::Account.def().on_condition(|_, account| {
        Expr::col((account, account::Column::Kind)).eq(AccountKind::Management).into_condition()
    });
    let units: Vec<UnitId> = unit::Entity::find()
        .select_only()
        .column(unit::Column::Id)
        .join(JoinType::LeftJoin, management)
        .filter(account::Column::Id.is_null())
        .order_by_asc(unit::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    insert_accounts(tx, now, AccountKind::Management, units.into_iter().map(|unit| Some(unit.into())).collect()).await
}

/// Adds the operator's account, without a password, if there is none. Returns how many were added.
pub(super) async fn add_operator(tx: &impl ConnectionTrait, now: Timestamp) -> Result<u32> {
    let operators = account::Entity::find().filter(account::Column::Kind.eq(AccountKind::Operator));
    if operators.count(tx).await? > 0 {
        return Ok(0);
    }
    insert_accounts(tx, now, AccountKind::Operator, vec![None]).await
}

/// Inserts an account without a password for each holder; the operator's has none. Returns how many were added.
pub(super) async fn insert_accounts(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    kind: AccountKind,
    holders: Vec<Option<AccountHolder>>,
) -> Result<u32> {
    let count = u32::try_from(holders.len()).map_err(Error::internal)?;
    if count == 0 {
        return Ok(0);
    }
    let (id, number) = (take(tx, IdSequence::Account, count).await?, take(tx, IdSequence::Login(kind), count).await?);
    let accounts = (id..).zip(number..).zip(holders).map(|((id, number), holder)| account::ActiveModel {
        id: Set(AccountId(id)),
        kind: Set(kind),
        unit_id: Set(match holder {
            Some(AccountHolder::Unit(unit)) => Some(unit),
            _ => None,
        }),
        purchaser_id: Set(match holder {
            Some(AccountHolder::Purchaser(purchaser)) => Some(purchaser),
            _ => None,
        }),
        login: Set(login(kind, number)),
        must_change: Set(true),
        created_at: Set(now),
        version: Set(1),
        ..account::ActiveModel::default()
    });
    insert_many(tx, accounts.collect::<Vec<_>>(), None).await?;
    Ok(count)
}

/// Inserts purchasers without ids, each with an account without a password. Returns their ids, in their order.
pub(super) async fn insert_purchasers(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    rows: Vec<purchaser::ActiveModel>,
) -> Result<Vec<PurchaserId>> {
    let count = u32::try_from(rows.len()).map_err(Error::internal)?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = take(tx, IdSequence::Purchaser, count).await?;
    let ids: Vec<PurchaserId> = (first..).map(PurchaserId).take(rows.len()).collect();
    let rows = ids.iter().zip(rows).map(|(id, row)| purchaser::ActiveModel { id: Set(*id), ..row });
    insert_many(tx, rows.collect::<Vec<_>>(), None).await?;
    insert_accounts(tx, now, AccountKind::Trading, ids.iter().map(|id| Some((*id).into())).collect()).await?;
    Ok(ids)
}
