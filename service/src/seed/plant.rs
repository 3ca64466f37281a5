//! Adds units that are not there yet, and their accounts, in a number of statements that does not grow with theirs.

use crate::{
    Error, Result,
    database::{elements, insert, sql},
    ids::{IdSequence, login, take},
};
use domain::account::AccountKind;
use domain::{AdminLevel, BudgetLevel, CreditCode, Mobile, Money, Ratio, normalize::same_name};
use entity::UnitKind;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Value};
use std::collections::HashMap;

/// By what a unit of the seed is known again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The one unit without a superior.
    Top,
    /// GB/T 2260 code of its division.
    Division(String),
    /// Name of a central unit.
    Central(String),
    /// Credit code.
    Code(String),
}

/// A unit to add.
pub(super) struct Plant {
    pub(super) key: Key,
    pub(super) parent: Option<Key>,
    pub(super) kind: UnitKind,
    pub(super) name: String,
    pub(super) code: Option<CreditCode>,
    pub(super) admin_level: AdminLevel,
    pub(super) budget_level: BudgetLevel,
    pub(super) contact: Option<(String, Mobile)>,
    /// This year's total and ratio.
    pub(super) plan: Option<(Money, Ratio)>,
    pub(super) completed: bool,
}

impl Plant {
    pub(super) fn new(key: Key, kind: UnitKind, name: String) -> Self {
        Self {
            key,
            parent: None,
            kind,
            name,
            code: None,
            admin_level: AdminLevel::County,
            budget_level: BudgetLevel::Second,
            contact: None,
            plan: None,
            completed: false,
        }
    }
}

/// What [`units`] did.
pub(super) struct Planted {
    /// Units added.
    pub(super) units: u32,
    /// The ids of all that were asked for.
    pub(super) ids: HashMap<Key, i64>,
}

/// A unit that is there.
#[derive(FromQueryResult)]
struct There {
    id: i64,
    parent_id: Option<i64>,
    path: String,
    kind: UnitKind,
    name: String,
    code: Option<String>,
    division: Option<String>,
}

impl There {
    fn key(&self) -> Option<Key> {
        // A unit that was dissolved has no superior either.
        if self.parent_id.is_none() && !self.path.starts_with('~') {
            return Some(Key::Top);
        }
        match (&self.division, self.kind, &self.code) {
            (Some(division), ..) => Some(Key::Division(division.clone())),
            (None, UnitKind::Central, _) => Some(Key::Central(self.name.clone())),
            (None, _, code) => code.clone().map(Key::Code),
        }
    }
}

/// Adds those units that are missing, superiors before subordinates. Two seeds at once wait for each other.
pub(super) async fn units(tx: &impl ConnectionTrait, now: i64, year: i32, units: Vec<Plant>) -> Result<Planted> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE unit IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    let mut places = there(tx, &units).await?;
    let missing: Vec<&Plant> = units.iter().filter(|unit| !places.contains_key(&unit.key)).collect();
    let added = u32::try_from(missing.len()).map_err(Error::internal)?;
    let first = if added == 0 { 0 } else { take(tx, IdSequence::Unit, added).await? };
    let mut rows: Vec<[Value; 16]> = Vec::with_capacity(missing.len());
    let mut plans: Vec<[Value; 7]> = Vec::new();
    for (id, unit) in (first..).zip(missing) {
        let parent = match &unit.parent {
            None => None,
            Some(key) => {
                Some(places.get(key).ok_or_else(|| Error::internal(format!("{} has no superior", unit.name)))?)
            }
        };
        let path = format!("{}{id}/", parent.map_or("", |(_, path)| path.as_str()));
        let division = match &unit.key {
            Key::Division(code) => Some(code.as_str()),
            Key::Top | Key::Central(_) | Key::Code(_) => None,
        };
        let (contact, mobile) = unit.contact.as_ref().map(|(name, mobile)| (name.as_str(), mobile.as_str())).unzip();
        rows.push([
            id.into(),
            parent.map(|(id, _)| *id).into(),
            path.as_str().into(),
            unit.kind.into(),
            unit.name.as_str().into(),
            same_name(&unit.name).into_owned().into(),
            unit.code.as_ref().map(CreditCode::as_str).into(),
            i16::from(unit.admin_level.index()).into(),
            i16::from(unit.budget_level.index()).into(),
            contact.into(),
            mobile.into(),
            division.into(),
            unit.completed.then_some(now).into(),
            now.into(),
            now.into(),
            1.into(),
        ]);
        places.insert(unit.key.clone(), (id, path));
    }
    let into = "unit (id, parent_id, path, kind, name, name_key, code, admin_level, budget_level, contact, mobile, \
                division, completed_at, created_at, updated_at, version)";
    insert(tx, into, rows, "").await?;
    for unit in &units {
        if let (Some((total, ratio)), Some((id, _))) = (unit.plan, places.get(&unit.key)) {
            let (total, ratio, share) = (total.fen(), i32::from(ratio.hundredths()), total.share(ratio).fen());
            plans.push([(*id).into(), year.into(), total.into(), ratio.into(), share.into(), now.into(), 1.into()]);
        }
    }
    let into = "reserve_plan (unit_id, year, total, ratio, share, updated_at, version)";
    insert(tx, into, plans, "ON CONFLICT DO NOTHING").await?;
    Ok(Planted { units: added, ids: places.into_iter().map(|(key, (id, _))| (key, id)).collect() })
}

/// The presets that are there, and those of these units that are known by their code.
async fn there(tx: &impl ConnectionTrait, units: &[Plant]) -> Result<HashMap<Key, (i64, String)>> {
    let code = |unit: &Plant| match &unit.key {
        Key::Code(code) => Some(code.clone()),
        Key::Top | Key::Division(_) | Key::Central(_) => None,
    };
    let codes: Vec<String> = units.iter().filter_map(code).collect();
    let text = format!(
        "SELECT id, parent_id, path, kind, name, code, division FROM unit \
         WHERE kind IN ('finance', 'central') OR code IN ({})",
        elements::<str>(tx, 1)
    );
    let found = There::find_by_statement(sql(tx, &text, [serde_json::to_string(&codes)?.into()])).all(tx).await?;
    let mut places: HashMap<Key, (i64, String)> =
        found.into_iter().filter_map(|unit| Some((unit.key()?, (unit.id, unit.path)))).collect();
    // A central unit that was renamed is not added again under its old name.
    let text = "SELECT a.name, u.id, u.path FROM unit_alias a JOIN unit u ON u.id = a.unit_id WHERE u.kind = 'central'";
    for row in tx.query_all_raw(sql(tx, text, [])).await? {
        let place = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        places.entry(Key::Central(row.try_get_by_index(0)?)).or_insert(place);
    }
    Ok(places)
}

/// Gives every unit without a management account one, without a password. Answers how many.
pub(super) async fn accounts(tx: &impl ConnectionTrait, now: i64) -> Result<u32> {
    let without = "SELECT u.id FROM unit u WHERE NOT EXISTS \
                   (SELECT 1 FROM account a WHERE a.unit_id = u.id AND a.kind = 'management') ORDER BY u.id";
    let without = tx.query_all_raw(sql(tx, without, [])).await?;
    let units: Vec<i64> = without.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Result<_>>()?;
    let count = u32::try_from(units.len()).map_err(Error::internal)?;
    if count == 0 {
        return Ok(0);
    }
    let kind = AccountKind::Management;
    let (id, number) = (take(tx, IdSequence::Account, count).await?, take(tx, IdSequence::Login(kind), count).await?);
    let rows = (id..).zip(number..).zip(units);
    insert(tx, ACCOUNT, rows.map(|((id, number), unit)| account(now, id, kind, Some(unit), number)), "").await?;
    Ok(count)
}

/// Adds the operator's account, without a password, where there is none. Answers how many were added.
pub(super) async fn operator(tx: &impl ConnectionTrait, now: i64) -> Result<u32> {
    let there = sql(tx, "SELECT 1 FROM account WHERE kind = 'operator' LIMIT 1", []);
    if tx.query_one_raw(there).await?.is_some() {
        return Ok(0);
    }
    let kind = AccountKind::Operator;
    let (id, number) = (take(tx, IdSequence::Account, 1).await?, take(tx, IdSequence::Login(kind), 1).await?);
    insert(tx, ACCOUNT, [account(now, id, kind, None, number)], "").await?;
    Ok(1)
}

const ACCOUNT: &str = "account (id, kind, unit_id, login, must_change, created_at, version)";

fn account(now: i64, id: i64, kind: AccountKind, unit: Option<i64>, number: i64) -> [Value; 7] {
    [id.into(), kind.into(), unit.into(), login(kind, number).into(), true.into(), now.into(), 1.into()]
}
