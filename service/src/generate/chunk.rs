//! One transaction: units, plans, accounts, SMS, audit events and the rows' states, all or nothing.

use super::{plan::Task, worker::Job};
use crate::{
    Clear, Error, Result, Services, Subtree, audit,
    clock::millis,
    counter::{Counter, management_login, take},
    database::{elements, insert, sql, values},
    import::tree::Superior,
    sms,
};
use domain::{
    Code, Finding,
    check::{UnitRow, merge},
    mobile::mask,
    normalize::same_name,
    schema::units,
    view::UnitId,
};
use entity::{AccountKind, RowState, SmsKind, UnitKind, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// A row to do, with the initial password and its hash where it makes an account.
pub(super) struct Prepared {
    pub(super) task: Task,
    pub(super) password: Option<(Clear, String)>,
}

/// A row that was done, and its unit.
pub(super) struct Done {
    pub(super) index: usize,
    pub(super) unit: Option<i64>,
}

/// The lock that every transaction takes that moves units about: paths depend on each other.
const TREE: i64 = 0x7472_6565;

/// Does a chunk. `units` are the units of the batch's rows as far as they exist.
pub(super) async fn write(
    services: &Services,
    job: &Job,
    units: &[Option<i64>],
    chunk: &[Prepared],
) -> Result<Vec<Done>> {
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(sql(&tx, "SELECT pg_advisory_xact_lock($1)", [TREE.into()])).await?;
    }
    let codes: Vec<&str> = chunk.iter().map(|p| p.task.says.code.as_str()).collect();
    let text = format!("SELECT code FROM unit WHERE code IN ({})", elements::<str>(&tx, 1));
    let taken = tx.query_all_raw(sql(&tx, &text, [serde_json::to_string(&codes)?.into()])).await?;
    let own = sql(&tx, "SELECT path FROM unit WHERE id = $1", [job.unit_id.into()]);
    let own = tx.query_one_raw(own).await?.ok_or_else(|| Error::internal("the batch's unit is gone"))?;
    let mut write = Write {
        services,
        tx: &tx,
        job,
        now: services.0.clock.now().0,
        year: services.0.clock.year(),
        subtree: Subtree::of(&own.try_get_by_index::<String>(0)?),
        taken: taken.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?,
        units: units.to_vec(),
        outcome: Outcome::default(),
    };
    // A unit that moves takes its subtree along, and so the paths of what comes next: one at a time.
    let existing = write.existing(chunk).await?;
    let still = |p: &Prepared| !moves(&p.task, &existing);
    for group in chunk.chunk_by(|a, b| still(a) && still(b)) {
        write.group(group).await?;
    }
    let done = write.settle().await?;
    tx.commit().await?;
    Ok(done)
}

/// What came of the rows.
#[derive(Default)]
struct Outcome {
    created: Vec<(u32, usize, i64)>,
    updated: Vec<(u32, usize, i64)>,
    failed: Vec<(usize, Finding)>,
    /// Rows whose unit is gone: they make one after all, in another pass.
    vanished: Vec<u32>,
}

struct Write<'a> {
    services: &'a Services,
    tx: &'a DatabaseTransaction,
    job: &'a Job,
    now: i64,
    year: i32,
    subtree: Subtree,
    taken: HashSet<String>,
    units: Vec<Option<i64>>,
    outcome: Outcome,
}

/// A row whose superior is found.
struct Placed<'a> {
    prepared: &'a Prepared,
    parent: i64,
    /// The superior's path.
    above: String,
}

/// Whether a unit that exists gets another superior.
fn moves(task: &Task, existing: &HashMap<i64, unit::Model>) -> bool {
    let unit = task.unit.and_then(|id| existing.get(&id));
    unit.is_some_and(|unit| task.superior != unit.parent_id.map(Superior::Unit))
}

impl Write<'_> {
    /// The units that rows change, as they are now.
    async fn existing(&self, group: &[Prepared]) -> Result<HashMap<i64, unit::Model>> {
        let ids: Vec<i64> = group.iter().filter_map(|p| p.task.unit).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = unit::Entity::find().filter(unit::Column::Id.is_in(ids)).all(self.tx).await?;
        Ok(found.into_iter().map(|unit| (unit.id, unit)).collect())
    }

    /// Does rows none of which needs the path of another that moves.
    async fn group(&mut self, group: &[Prepared]) -> Result<()> {
        let makes = u32::try_from(group.iter().filter(|p| p.task.unit.is_none()).count()).unwrap_or(u32::MAX);
        let mut next = if makes > 0 { take(self.tx, Counter::Unit, makes).await? } else { 0 };
        let mut paths = self.paths(group).await?;
        let existing = self.existing(group).await?;
        let (mut created, mut updated) = (Vec::new(), Vec::new());
        for prepared in group {
            let task = &prepared.task;
            match self.place(prepared, &paths, &existing) {
                Err(code) => {
                    let column = if code == Code::CodeTaken { units::CODE } else { units::SUPERIOR };
                    self.outcome.failed.push((task.index, Finding::new(task.row, column, code)));
                }
                Ok(None) => self.outcome.vanished.push(task.row),
                Ok(Some(placed)) if task.unit.is_none() => {
                    let path = format!("{}{next}/", placed.above);
                    self.taken.insert(task.says.code.as_str().to_owned());
                    self.set_unit(task.index, next);
                    self.outcome.created.push((task.row, task.index, next));
                    paths.insert(next, path.clone());
                    created.push((next, path, placed));
                    next += 1;
                }
                Ok(Some(placed)) => updated.push(placed),
            }
        }
        self.create(&created).await?;
        self.update(&updated, &existing).await
    }

    fn set_unit(&mut self, index: usize, unit: i64) {
        if let Some(slot) = self.units.get_mut(index) {
            *slot = Some(unit);
        }
    }

    fn superior(&self, task: &Task) -> Option<i64> {
        match task.superior? {
            Superior::Unit(id) => Some(id),
            Superior::Row(index) => self.units.get(index).copied().flatten(),
        }
    }

    /// The paths of the superiors that exist.
    async fn paths(&self, group: &[Prepared]) -> Result<HashMap<i64, String>> {
        let superiors: HashSet<i64> = group.iter().filter_map(|p| self.superior(&p.task)).collect();
        let text = format!("SELECT id, path FROM unit WHERE id IN ({})", elements::<i64>(self.tx, 1));
        let found = self.tx.query_all_raw(sql(self.tx, &text, [serde_json::to_string(&superiors)?.into()])).await?;
        found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    /// Repeats what was checked at the upload, as things stand now. `None` where the unit to change is gone.
    fn place<'a>(
        &self,
        prepared: &'a Prepared,
        paths: &HashMap<i64, String>,
        existing: &HashMap<i64, unit::Model>,
    ) -> std::result::Result<Option<Placed<'a>>, Code> {
        let task = &prepared.task;
        let parent = self.superior(task).ok_or(Code::SuperiorUnknown)?;
        let above = paths.get(&parent).ok_or(Code::SuperiorUnknown)?;
        if !self.subtree.contains(above) {
            return Err(Code::SuperiorOutOfScope);
        }
        if let Some(id) = task.unit {
            let Some(unit) = existing.get(&id) else { return Ok(None) };
            let below = self.subtree.contains(&unit.path) && id != self.job.unit_id;
            if !below || unit.code.as_deref() != Some(task.says.code.as_str()) {
                return Err(Code::CodeTaken);
            }
            if above.starts_with(&unit.path) {
                return Err(Code::SuperiorCycle);
            }
        } else if self.taken.contains(task.says.code.as_str()) {
            return Err(Code::CodeTaken);
        }
        Ok(Some(Placed { prepared, parent, above: above.clone() }))
    }

    async fn create(&self, created: &[(i64, String, Placed<'_>)]) -> Result<()> {
        let Ok(count @ 1..) = u32::try_from(created.len()) else { return Ok(()) };
        let (tx, now) = (self.tx, self.now);
        let units = created.iter().map(|(id, path, placed)| {
            let says = &placed.prepared.task.says;
            [
                (*id).into(),
                placed.parent.into(),
                path.as_str().into(),
                UnitKind::Budget.as_str().into(),
                says.name.as_str().into(),
                same_name(&says.name).into_owned().into(),
                says.code.as_str().into(),
                i16::from(says.admin_level.index()).into(),
                i16::from(says.budget_level.index()).into(),
                says.contact.as_str().into(),
                says.mobile.as_str().into(),
                Some(says.remark.as_str()).filter(|remark| !remark.is_empty()).into(),
                now.into(),
                now.into(),
                1.into(),
            ]
        });
        let into = "unit (id, parent_id, path, kind, name, name_key, code, admin_level, budget_level, contact, mobile, \
                    remark, created_at, updated_at, version)";
        insert(tx, into, units.collect::<Vec<_>>(), "").await?;
        self.plans(created.iter().map(|(id, _, placed)| (*id, &placed.prepared.task.says)).collect()).await?;

        let first_account = take(tx, Counter::Account, count).await?;
        let first_login = take(tx, Counter::ManagementLogin, count).await?;
        let accounts = || (first_account..).zip((first_login..).map(management_login)).zip(created);
        let days = u64::from(self.services.0.settings.initial_password_days);
        let until = now.saturating_add(millis(Duration::from_hours(24 * days)));
        let rows = accounts().map(|((account, login), (unit, _, placed))| {
            [
                account.into(),
                AccountKind::Management.as_str().into(),
                (*unit).into(),
                login.into(),
                placed.prepared.password.as_ref().map(|(_, hash)| hash.as_str()).into(),
                true.into(),
                until.into(),
                now.into(),
                1.into(),
            ]
        });
        let into = "account (id, kind, unit_id, login, password_hash, must_change, initial_until, created_at, version)";
        insert(tx, into, rows.collect::<Vec<_>>(), "").await?;

        let news: Vec<_> = accounts()
            .map(|((account, _), (unit, _, placed))| sms::New {
                kind: SmsKind::InitialPassword,
                account,
                unit: Some(*unit),
                batch: Some(self.job.batch_id),
                mobile: placed.prepared.task.says.mobile.as_str(),
                secret: placed.prepared.password.as_ref().map(|(clear, _)| clear.as_str()),
            })
            .collect();
        sms::queue(self.services, tx, &news).await?;

        let events: Vec<_> = accounts()
            .map(|((_, login), (unit, _, placed))| {
                let says = &placed.prepared.task.says;
                let mut after = told(says, placed.parent);
                if let Some(after) = after.as_object_mut() {
                    after.insert("login".to_owned(), login.into());
                    after.insert("batch".to_owned(), self.job.batch_id.into());
                }
                event("unit-created", *unit, None, after)
            })
            .collect();
        audit::record(tx, now, &self.job.by(), events).await
    }

    async fn plans(&self, plans: Vec<(i64, &UnitRow)>) -> Result<()> {
        let rows = plans.into_iter().map(|(unit, says)| {
            [
                unit.into(),
                self.year.into(),
                says.total.fen().into(),
                i32::from(says.ratio.hundredths()).into(),
                says.share.fen().into(),
                self.now.into(),
                1.into(),
            ]
        });
        let tail = "ON CONFLICT (unit_id, year) DO UPDATE SET total = excluded.total, ratio = excluded.ratio, \
                    share = excluded.share, updated_at = excluded.updated_at, version = reserve_plan.version + 1";
        let into = "reserve_plan (unit_id, year, total, ratio, share, updated_at, version)";
        insert(self.tx, into, rows.collect::<Vec<_>>(), tail).await?;
        Ok(())
    }

    async fn update(&mut self, updated: &[Placed<'_>], existing: &HashMap<i64, unit::Model>) -> Result<()> {
        let (tx, now) = (self.tx, self.now);
        let mut rows = Vec::with_capacity(updated.len());
        let mut events = Vec::with_capacity(updated.len());
        let mut says = Vec::with_capacity(updated.len());
        for placed in updated {
            let task = &placed.prepared.task;
            let Some(unit) = task.unit.and_then(|id| existing.get(&id)) else { continue };
            self.outcome.updated.push((task.row, task.index, unit.id));
            says.push((unit.id, &task.says));
            events.push(event("unit-updated", unit.id, Some(stored(unit)), told(&task.says, placed.parent)));
            rows.push([
                unit.id.into(),
                placed.parent.into(),
                task.says.name.as_str().into(),
                same_name(&task.says.name).into_owned().into(),
                i16::from(task.says.admin_level.index()).into(),
                i16::from(task.says.budget_level.index()).into(),
                task.says.contact.as_str().into(),
                task.says.mobile.as_str().into(),
                Some(task.says.remark.as_str()).filter(|remark| !remark.is_empty()).into(),
                now.into(),
            ]);
            if unit.parent_id != Some(placed.parent) {
                let (from, to) = (Subtree::of(&unit.path), format!("{}{}/", placed.above, unit.id));
                let text = "UPDATE unit SET path = $1 || substr(path, $2) WHERE path >= $3 AND path < $4";
                let behind = i32::try_from(unit.path.len() + 1).unwrap_or(i32::MAX);
                let values = [to.into(), behind.into(), from.from.into(), from.to.into()];
                tx.execute_raw(sql(tx, text, values)).await?;
            }
        }
        let head = "WITH v (id, parent_id, name, name_key, admin_level, budget_level, contact, mobile, remark, at) AS (VALUES ";
        let tail = ") UPDATE unit SET parent_id = v.parent_id, name = v.name, name_key = v.name_key, \
                    admin_level = v.admin_level, budget_level = v.budget_level, contact = v.contact, mobile = v.mobile, \
                    remark = v.remark, updated_at = v.at, version = version + 1 FROM v WHERE unit.id = v.id";
        values(tx, head, rows, tail).await?;
        self.plans(says).await?;
        audit::record(tx, now, &self.job.by(), events).await
    }

    /// Notes at the rows and at the job what came of them.
    async fn settle(self) -> Result<Vec<Done>> {
        let Outcome { created, updated, failed, vanished } = self.outcome;
        let (tx, batch) = (self.tx, self.job.batch_id);
        let generated: Vec<_> = created.iter().chain(&updated).collect();
        let number = |row: u32| i32::try_from(row).unwrap_or(i32::MAX);
        let rows = generated.iter().map(|(row, _, unit)| [batch.into(), number(*row).into(), (*unit).into()]);
        let tail = ") UPDATE import_row SET state = 'generated', unit_id = v.unit_id FROM v \
                    WHERE import_row.batch_id = v.batch_id AND import_row.row = v.row \
                    AND import_row.state IN ('correct', 'warning', 'update')";
        let rows: Vec<_> = rows.collect();
        let marked = values(tx, "WITH v (batch_id, row, unit_id) AS (VALUES ", rows, tail).await?;
        if marked != generated.len() as u64 {
            return Err(Error::internal("some rows of the chunk were done already"));
        }
        fail(tx, batch, &failed).await?;
        let text = format!(
            "UPDATE import_row SET state = 'correct', unit_id = NULL WHERE batch_id = $1 AND row IN ({})",
            elements::<i64>(tx, 2)
        );
        tx.execute_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&vanished)?.into()])).await?;
        let text = "UPDATE job SET done = done + $2, created = created + $3, updated = updated + $4, \
                    failed = failed + $5, attempts = 1 WHERE id = $1";
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let (created, updated, lost) = (count(created.len()), count(updated.len()), count(failed.len()));
        let done = created + updated + lost;
        let values = [self.job.id.into(), done.into(), created.into(), updated.into(), lost.into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(generated.into_iter().map(|(_, index, unit)| Done { index: *index, unit: Some(*unit) }).collect())
    }
}

/// Marks rows that can no longer be done, with the reason at the cell.
async fn fail(tx: &DatabaseTransaction, batch: i64, failed: &[(usize, Finding)]) -> Result<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u32> = failed.iter().map(|(_, finding)| finding.row).collect();
    let text = format!(
        "SELECT findings FROM import_row WHERE batch_id = $1 AND findings IS NOT NULL AND row IN ({})",
        elements::<i64>(tx, 2)
    );
    let mut before: Vec<Finding> = Vec::new();
    for row in tx.query_all_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&numbers)?.into()])).await? {
        before.append(&mut serde_json::from_str(&row.try_get_by_index::<String>(0)?)?);
    }
    let mut by_row: HashMap<u32, Vec<Finding>> = HashMap::new();
    for finding in merge(before, failed.iter().map(|(_, finding)| finding.clone()).collect()) {
        by_row.entry(finding.row).or_default().push(finding);
    }
    let rows = by_row.iter().map(|(row, findings)| {
        let row = i32::try_from(*row).unwrap_or(i32::MAX);
        Ok([batch.into(), row.into(), serde_json::to_string(findings)?.into()])
    });
    let rows: Vec<_> = rows.collect::<Result<_>>()?;
    let tail = format!(
        ") UPDATE import_row SET state = '{}', findings = v.findings FROM v \
         WHERE import_row.batch_id = v.batch_id AND import_row.row = v.row",
        RowState::Failed.as_str()
    );
    values(tx, "WITH v (batch_id, row, findings) AS (VALUES ", rows, &tail).await?;
    Ok(())
}

/// What a row says of a unit, for the audit log.
fn told(says: &UnitRow, parent: i64) -> serde_json::Value {
    json!({
        "name": says.name,
        "code": says.code.as_str(),
        "superior": parent,
        "admin_level": says.admin_level,
        "budget_level": says.budget_level,
        "total": says.total,
        "ratio": says.ratio,
        "share": says.share,
        "contact": says.contact,
        "mobile": says.mobile.masked(),
        "remark": says.remark,
    })
}

/// What a unit was, for the audit log.
fn stored(unit: &unit::Model) -> serde_json::Value {
    let admin_level = u8::try_from(unit.admin_level).ok().and_then(domain::AdminLevel::from_index);
    let budget_level = unit.budget_level.and_then(|l| u8::try_from(l).ok()).and_then(domain::BudgetLevel::from_index);
    json!({
        "name": unit.name,
        "code": unit.code,
        "superior": unit.parent_id,
        "admin_level": admin_level,
        "budget_level": budget_level,
        "contact": unit.contact,
        "mobile": unit.mobile.as_deref().map(mask),
        "remark": unit.remark,
    })
}

fn event(
    action: &'static str,
    unit: i64,
    before: Option<serde_json::Value>,
    after: serde_json::Value,
) -> audit::Event<'static> {
    audit::Event {
        action,
        unit: Some(UnitId(unit)),
        object: "unit",
        object_id: Some(unit),
        before: before.map(|b| b.to_string()),
        after: Some(after.to_string()),
    }
}
