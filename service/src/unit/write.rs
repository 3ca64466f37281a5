//! Writes units with their plans, accounts, SMS and history: the one place, for generation and for the form.

use crate::{
    PlaintextPassword, Result, Services, Subtree,
    account::{Opening, open},
    audit::{self, AuditActor, AuditEvent},
    database::{elements, insert, sql, values},
};
use domain::{check::UnitRow, mobile::mask, normalize::same_name, view::UnitId};
use entity::{UnitKind, reserve_plan, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The lock that every transaction takes that adds units or moves them about: paths depend on each other, and so do
/// checks and what is written after them. SQLite's writers wait for each other anyway.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    const TREE: i64 = 0x7472_6565;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(sql(tx, "SELECT pg_advisory_xact_lock($1)", [TREE.into()])).await?;
    }
    Ok(())
}

/// A transaction that writes units.
pub(crate) struct Writer<'a> {
    pub(crate) services: &'a Services,
    pub(crate) tx: &'a DatabaseTransaction,
    pub(crate) by: &'a AuditActor,
    /// The year of the plans.
    pub(crate) year: i32,
    /// The batch whose rows say it; none where a form does.
    pub(crate) batch: Option<i64>,
}

/// A unit to add.
pub(crate) struct Addition<'a> {
    pub(crate) id: i64,
    pub(crate) parent: i64,
    pub(crate) path: String,
    pub(crate) says: &'a UnitRow,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// A unit to change.
pub(crate) struct Alteration<'a> {
    pub(crate) unit: &'a unit::Model,
    pub(crate) parent: i64,
    /// The superior's path: inside the actor's subtree, outside the unit's own.
    pub(crate) above: &'a str,
    pub(crate) says: &'a UnitRow,
}

impl Writer<'_> {
    /// Adds units, their plans and accounts, and queues the SMS with the initial passwords.
    pub(crate) async fn add(&self, units: &[Addition<'_>]) -> Result<()> {
        let (tx, now) = (self.tx, self.services.now());
        let rows = units.iter().map(|unit| {
            [
                unit.id.into(),
                unit.parent.into(),
                unit.path.as_str().into(),
                UnitKind::Budget.into(),
                unit.says.name.as_str().into(),
                same_name(&unit.says.name).into_owned().into(),
                unit.says.code.as_str().into(),
                i16::from(unit.says.admin_level.index()).into(),
                i16::from(unit.says.budget_level.index()).into(),
                unit.says.contact.as_str().into(),
                unit.says.mobile.as_str().into(),
                filled(&unit.says.remark).into(),
                now.into(),
                now.into(),
                1.into(),
            ]
        });
        let into = "unit (id, parent_id, path, kind, name, name_key, code, admin_level, budget_level, contact, mobile, \
                    remark, created_at, updated_at, version)";
        insert(tx, into, rows.collect::<Vec<_>>(), "").await?;
        self.plans(units.iter().map(|unit| (unit.id, unit.says)).collect()).await?;

        let openings = units.iter().map(|unit| Opening {
            holder: UnitId(unit.id),
            mobile: unit.says.mobile.as_str(),
            password: unit.password,
        });
        let logins = open(self.services, tx, self.batch, &openings.collect::<Vec<_>>()).await?;

        let action = if self.batch.is_some() { "unit-created" } else { "unit-added" };
        let added = units.iter().zip(logins).map(|(unit, login)| {
            let mut after = self.told(unit.says, unit.parent);
            if let Some(after) = after.as_object_mut() {
                after.insert("login".to_owned(), login.into());
            }
            event(action, unit.id, None, after)
        });
        let events = added.collect();
        audit::record(tx, now, self.by, events).await
    }

    /// Changes units and their plans of the year; one that gets another superior takes along all that stands below it.
    pub(crate) async fn alter(&self, units: &[Alteration<'_>]) -> Result<()> {
        let (tx, now) = (self.tx, self.services.now());
        let plans = self.stored_plans(units).await?;
        let action = if self.batch.is_some() { "unit-updated" } else { "unit-edited" };
        let mut events = Vec::with_capacity(units.len());
        let mut rows = Vec::with_capacity(units.len());
        let (mut renamed, mut back) = (Vec::new(), Vec::new());
        for Alteration { unit, parent, above, says } in units {
            events.push(event(
                action,
                unit.id.0,
                Some(self.stored(unit, plans.get(&unit.id))),
                self.told(says, *parent),
            ));
            let key = same_name(&says.name).into_owned();
            if key != unit.name_key {
                renamed.push([unit.name_key.as_str().into(), unit.id.into(), unit.name.as_str().into()]);
                back.push((unit.id, key.clone()));
            }
            rows.push([
                unit.id.into(),
                (*parent).into(),
                says.name.as_str().into(),
                key.into(),
                says.code.as_str().into(),
                i16::from(says.admin_level.index()).into(),
                i16::from(says.budget_level.index()).into(),
                says.contact.as_str().into(),
                says.mobile.as_str().into(),
                filled(&says.remark).into(),
                now.into(),
            ]);
            if unit.parent_id != Some(UnitId(*parent)) {
                move_paths(tx, &Subtree::of(&unit.path), &unit.path, &format!("{above}{}/", unit.id)).await?;
            }
        }
        let head = "WITH v (id, parent_id, name, name_key, code, admin_level, budget_level, contact, mobile, remark, at) AS (VALUES ";
        let tail = ") UPDATE unit SET parent_id = v.parent_id, name = v.name, name_key = v.name_key, code = v.code, \
                    admin_level = v.admin_level, budget_level = v.budget_level, contact = v.contact, mobile = v.mobile, \
                    remark = v.remark, updated_at = v.at, version = version + 1 FROM v WHERE unit.id = v.id";
        values(tx, head, rows, tail).await?;
        insert(tx, "unit_alias (name_key, unit_id, name)", renamed, "ON CONFLICT DO NOTHING").await?;
        for (unit, key) in back {
            // Called as before again.
            let text = "DELETE FROM unit_alias WHERE unit_id = $1 AND name_key = $2";
            tx.execute_raw(sql(tx, text, [unit.into(), key.into()])).await?;
        }
        self.plans(units.iter().map(|unit| (unit.unit.id.0, unit.says)).collect()).await?;
        audit::record(tx, now, self.by, events).await
    }

    async fn plans(&self, plans: Vec<(i64, &UnitRow)>) -> Result<()> {
        let now = self.services.now();
        let rows = plans.into_iter().map(|(unit, says)| {
            [
                unit.into(),
                self.year.into(),
                says.total.fen().into(),
                i32::from(says.ratio.hundredths()).into(),
                says.share.fen().into(),
                now.into(),
                1.into(),
            ]
        });
        let tail = "ON CONFLICT (unit_id, year) DO UPDATE SET total = excluded.total, ratio = excluded.ratio, \
                    share = excluded.share, updated_at = excluded.updated_at, version = reserve_plan.version + 1";
        let into = "reserve_plan (unit_id, year, total, ratio, share, updated_at, version)";
        insert(self.tx, into, rows.collect::<Vec<_>>(), tail).await?;
        Ok(())
    }

    async fn stored_plans(&self, units: &[Alteration<'_>]) -> Result<HashMap<UnitId, reserve_plan::Model>> {
        let found = reserve_plan::Entity::find()
            .filter(reserve_plan::Column::Year.eq(self.year))
            .filter(reserve_plan::Column::UnitId.is_in(units.iter().map(|unit| unit.unit.id)))
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|plan| (plan.unit_id, plan)).collect())
    }

    /// What is said of a unit, for the audit log.
    fn told(&self, says: &UnitRow, parent: i64) -> Value {
        let mut told = json!({
            "name": says.name,
            "code": says.code.as_str(),
            "superior": parent,
            "admin_level": says.admin_level,
            "budget_level": says.budget_level,
            "year": self.year,
            "total": says.total,
            "ratio": says.ratio,
            "share": says.share,
            "contact": says.contact,
            "mobile": says.mobile.masked(),
            "remark": filled(&says.remark),
        });
        if let (Some(batch), Some(told)) = (self.batch, told.as_object_mut()) {
            told.insert("batch".to_owned(), batch.into());
        }
        told
    }

    /// What a unit was, for the audit log.
    fn stored(&self, unit: &unit::Model, plan: Option<&reserve_plan::Model>) -> Value {
        let mut stored = stored(unit);
        if let Some(stored) = stored.as_object_mut() {
            stored.insert("year".to_owned(), self.year.into());
            stored.insert("total".to_owned(), plan.map(|plan| plan.total.fen()).into());
            stored.insert("ratio".to_owned(), plan.map(|plan| plan.ratio.hundredths()).into());
            stored.insert("share".to_owned(), plan.map(|plan| plan.share.fen()).into());
        }
        stored
    }
}

/// Gives the units of a range, whose paths begin with one path, another beginning.
pub(super) async fn move_paths(tx: &DatabaseTransaction, range: &Subtree, from: &str, to: &str) -> Result<()> {
    let text = "UPDATE unit SET path = $1 || substr(path, $2) WHERE path >= $3 AND path < $4";
    let behind = i32::try_from(from.len() + 1).unwrap_or(i32::MAX);
    let values = [to.into(), behind.into(), range.from.as_str().into(), range.to.as_str().into()];
    tx.execute_raw(sql(tx, text, values)).await?;
    Ok(())
}

/// A unit without its plan, for the audit log.
pub(super) fn stored(unit: &unit::Model) -> Value {
    json!({
        "name": unit.name,
        "code": unit.code,
        "superior": unit.parent_id,
        "admin_level": unit.admin_level,
        "budget_level": unit.budget_level,
        "contact": unit.contact,
        "mobile": unit.mobile.as_deref().map(mask),
        "remark": unit.remark,
    })
}

pub(super) fn event(action: &'static str, unit: i64, before: Option<Value>, after: Value) -> AuditEvent<'static> {
    AuditEvent {
        action,
        of: Some(UnitId(unit).into()),
        object: "unit",
        object_id: Some(unit),
        before: before.map(|b| b.to_string()),
        after: Some(after.to_string()),
    }
}

/// Which of these codes units have.
pub(crate) async fn taken(tx: &DatabaseTransaction, codes: &[&str]) -> Result<Vec<(String, i64)>> {
    let text = format!("SELECT code, id FROM unit WHERE code IN ({})", elements::<str>(tx, 1));
    let rows = tx.query_all_raw(sql(tx, &text, [serde_json::to_string(codes)?.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
