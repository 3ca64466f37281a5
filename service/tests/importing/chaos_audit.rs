//! Audits the database after `cargo xtask chaos`, which runs this test: it compares everything that the server has confirmed to
//! its clients with what is stored, and checks what always holds. `docs/chaos.md` describes it.
//!
//! It does not fail if a rule is broken, but writes each fault to the file of the results.

use domain::{
    calendar::Timestamp,
    history::AuditAction,
    ids::{AccountId, BatchId, OrderId, UnitId},
    import_batch::{BatchState, RowState, StateCounts},
    job::JobState,
    order::{Order, contributions},
    purchases::Amounts,
    sms::{SmsKind, SmsState},
};
use entity::{
    UnitKind, account, audit_event, import_batch, import_row, job, purchase_order, purchase_order_revision,
    purchase_posting, reserve_plan, sms_outbox, subtree_total, totalled_unit, unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, Statement,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    env, fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Values in one statement.
const AT_ONCE: usize = 500;
/// The age, in seconds, from which a transaction is too old when nobody works.
const OLD_TRANSACTION_SECONDS: i64 = 5;
/// Periods from this number on are days, and those below it months.
const FIRST_DAY: i32 = 10_000_000;
/// The time in which a write must be possible when nobody works.
const WRITE_AT_ONCE: Duration = Duration::from_secs(2);

/// What the clients know: `xtask/src/chaos/ledger.rs`.
#[derive(Deserialize)]
struct Ledger {
    sms_file: PathBuf,
    files: Vec<GeneratedFile>,
    added: Vec<AddedUnit>,
    cut: Vec<String>,
    orders: BTreeMap<String, SentOrder>,
}

/// An order, in the revision that was confirmed last.
#[derive(Deserialize)]
struct SentOrder {
    revision: i32,
    fen: i64,
    refunded_fen: i64,
}

/// A file whose accounts were generated.
#[derive(Deserialize)]
struct GeneratedFile {
    batch: i64,
    codes: Vec<String>,
}

/// A unit that a form added.
#[derive(Deserialize)]
struct AddedUnit {
    code: String,
    confirmed: bool,
    remarks: Vec<String>,
    resets: Times,
    resends: Times,
}

/// How often something was asked for, and how often the server confirmed it.
#[derive(Deserialize)]
struct Times {
    asked: usize,
    confirmed: usize,
}

impl Times {
    fn allow(&self, times: usize) -> bool {
        (self.confirmed..=self.asked).contains(&times)
    }
}

/// A rule, what was looked at, and where the rule is broken.
#[derive(Default, Serialize)]
struct Check {
    rule: &'static str,
    seen: String,
    faults: Vec<String>,
}

impl Check {
    fn new(rule: &'static str) -> Self {
        Self { rule, ..Self::default() }
    }

    fn expect(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }
}

/// A unit with everything that belongs to it.
struct StoredUnit {
    unit: unit::Model,
    accounts: Vec<account::Model>,
    plans: usize,
    sms: Vec<sms_outbox::Model>,
    events: Vec<audit_event::Model>,
}

impl StoredUnit {
    fn count(&self, action: AuditAction) -> usize {
        self.events.iter().filter(|event| event.action == action).count()
    }

    /// What is missing, or there too often, of a unit that was written in one transaction.
    fn incomplete(&self, batch: Option<BatchId>) -> Option<String> {
        let made_by = if batch.is_some() { AuditAction::UnitCreated } else { AuditAction::UnitAdded };
        let initial = self.sms.iter().filter(|sms| sms.kind == SmsKind::InitialPassword && sms.batch_id == batch);
        // A later password replaces the SMS with the first one if it was not sent yet.
        let may_lack_sms = self.count(AuditAction::PasswordReset) + self.count(AuditAction::SmsResent) > 0;
        let initial = initial.count();
        let faults = [
            (self.accounts.len() != 1).then(|| format!("{} accounts", self.accounts.len())),
            (self.plans != 1).then(|| format!("{} plans", self.plans)),
            (initial != 1 && !may_lack_sms).then(|| format!("{initial} SMS with the initial password")),
            (self.count(made_by) != 1).then(|| format!("{} events {made_by:?}", self.count(made_by))),
            (self.unit.login != self.accounts.first().map(|account| account.login.clone()))
                .then(|| "another login name than its account".to_owned()),
        ];
        let faults: Vec<_> = faults.into_iter().flatten().collect();
        (!faults.is_empty()).then(|| faults.join(", "))
    }
}

/// The audit of one database.
struct Audit {
    db: DatabaseConnection,
    ledger: Ledger,
    /// The longest time until the last job and the last SMS are done.
    patience: Duration,
}

#[tokio::test]
#[ignore = "cargo xtask chaos runs it"]
async fn audit() {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run cargo xtask chaos"));
    let db = Database::connect(variable("CHAOS_DATABASE")).await.unwrap();
    let ledger = serde_json::from_slice(&fs::read(variable("CHAOS_LEDGER")).unwrap()).unwrap();
    let patience = Duration::from_secs(variable("CHAOS_PATIENCE_SECONDS").parse().unwrap());
    let audit = Audit { db, ledger, patience };
    let checks = [
        audit.work_is_done().await,
        audit.generated_rows().await,
        audit.batches().await,
        audit.units_of_forms().await,
        audit.cut_requests().await,
        audit.orders().await,
        audit.postings().await,
        audit.totals().await,
        audit.every_unit().await,
        audit.orphans().await,
        audit.gateway().await,
        match audit.db.get_database_backend() {
            DbBackend::Postgres => audit.postgres_is_quiet().await,
            _ => audit.sqlite_is_sound().await,
        },
        audit.write_at_once().await,
    ];
    fs::write(variable("CHAOS_RESULTS"), serde_json::to_vec(&checks).unwrap()).unwrap();
}

impl Audit {
    /// Waits until no job and no SMS is under way.
    async fn work_is_done(&self) -> Check {
        let mut check = Check::new("jobs and SMS come to their end");
        let start = Instant::now();
        let under_way = [JobState::Queued, JobState::Running];
        loop {
            let jobs = job::Entity::find().filter(job::Column::State.is_in(under_way)).count(&self.db).await.unwrap();
            let waiting = sms_outbox::Entity::find().filter(sms_outbox::Column::State.eq(SmsState::Waiting));
            let sms = waiting.count(&self.db).await.unwrap();
            if (jobs, sms) == (0, 0) {
                break;
            }
            if start.elapsed() > self.patience {
                check.faults.push(format!("{jobs} jobs and {sms} SMS are still under way"));
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let failed_jobs = job::Entity::find().filter(job::Column::State.eq(JobState::Failed)).count(&self.db).await;
        let failed_sms = sms_outbox::Entity::find().filter(sms_outbox::Column::State.eq(SmsState::Failed));
        let given_up = (failed_jobs.unwrap(), failed_sms.count(&self.db).await.unwrap());
        check.expect(given_up == (0, 0), || format!("{} jobs and {} SMS were given up", given_up.0, given_up.1));
        let (jobs, sms) = (job::Entity::find().count(&self.db).await, sms_outbox::Entity::find().count(&self.db).await);
        check.seen = format!("{} jobs, {} SMS", jobs.unwrap(), sms.unwrap());
        check
    }

    async fn generated_rows(&self) -> Check {
        let mut check = Check::new("each confirmed row is one unit with one account, plan, SMS and event");
        for file in &self.ledger.files {
            let units = self.units(&file.codes).await;
            for code in &file.codes {
                match units.get(code) {
                    None => check.faults.push(format!("batch {}: the unit {code} is missing", file.batch)),
                    Some(unit) => {
                        let incomplete = unit.incomplete(Some(BatchId(file.batch)));
                        check.faults.extend(incomplete.map(|why| format!("batch {}, unit {code}: {why}", file.batch)));
                    }
                }
            }
        }
        check.seen = format!("{} rows", self.ledger.files.iter().map(|file| file.codes.len()).sum::<usize>());
        check
    }

    async fn batches(&self) -> Check {
        let mut check = Check::new("each confirmed batch is closed, with the counts of its rows and its events");
        for file in &self.ledger.files {
            let (id, rows) = (BatchId(file.batch), u32::try_from(file.codes.len()).unwrap());
            let of_batch = format!("batch {}", file.batch);
            let Some(batch) = import_batch::Entity::find_by_id(id).one(&self.db).await.unwrap() else {
                check.faults.push(format!("{of_batch} is missing"));
                continue;
            };
            let counts: StateCounts = serde_json::from_str(&batch.counts).unwrap();
            check.expect(batch.state == BatchState::Generated, || format!("{of_batch} is {:?}", batch.state));
            check.expect((counts.total(), counts.generated) == (rows, rows), || {
                format!("{of_batch} of {rows} rows counts {counts:?}")
            });
            let stored: Vec<(RowState, Option<i64>)> = import_row::Entity::find()
                .select_only()
                .columns([import_row::Column::State, import_row::Column::TargetId])
                .filter(import_row::Column::BatchId.eq(id))
                .into_tuple()
                .all(&self.db)
                .await
                .unwrap();
            let targets: HashSet<i64> = stored.iter().filter_map(|(_, target)| *target).collect();
            let generated = stored.iter().filter(|(state, _)| *state == RowState::Generated).count();
            let expected = file.codes.len();
            check.expect([stored.len(), generated, targets.len()] == [expected; 3], || {
                format!(
                    "{of_batch} of {rows} rows stores {}, {generated} generated, {} units",
                    stored.len(),
                    targets.len()
                )
            });
            let job = job::Entity::find().filter(job::Column::BatchId.eq(id)).one(&self.db).await.unwrap();
            let job = job.map(|job| [job.total, job.done, job.created, job.updated, job.failed].map(u32::from));
            check.expect(job == Some([rows, rows, rows, 0, 0]), || {
                format!("{of_batch} of {rows} rows has the job {job:?}")
            });
            let events = audit_event::Entity::find()
                .filter(audit_event::Column::Object.eq(entity::AuditObjectKind::Batch))
                .filter(audit_event::Column::ObjectId.eq(file.batch));
            let events: Vec<_> = events.all(&self.db).await.unwrap().into_iter().map(|event| event.action).collect();
            for action in [AuditAction::Import, AuditAction::Generate] {
                let count = events.iter().filter(|event| **event == action).count();
                check.expect(count == 1, || format!("{of_batch} has {count} events {action:?}"));
            }
        }
        check.seen = format!("{} batches", self.ledger.files.len());
        check
    }

    async fn units_of_forms(&self) -> Check {
        let mut check =
            Check::new("what a form has confirmed is stored once, what it has not is stored wholly or not at all");
        let codes: Vec<String> = self.ledger.added.iter().map(|unit| unit.code.clone()).collect();
        let units = self.units(&codes).await;
        for added in &self.ledger.added {
            let code = &added.code;
            let Some(unit) = units.get(code) else {
                check.expect(!added.confirmed, || format!("the confirmed unit {code} is missing"));
                continue;
            };
            check.faults.extend(unit.incomplete(None).map(|why| format!("unit {code}: {why}")));
            let remark = unit.unit.remark.clone().unwrap_or_default();
            check.expect(added.remarks.contains(&remark), || {
                format!("unit {code} has the remark {remark:?} instead of {:?}", added.remarks)
            });
            for (action, times) in
                [(AuditAction::PasswordReset, &added.resets), (AuditAction::SmsResent, &added.resends)]
            {
                let count = unit.count(action);
                let Times { asked, confirmed } = times;
                check.expect(times.allow(count), || {
                    format!("unit {code}: {confirmed} of {asked} requests were confirmed, {count} events {action:?}")
                });
            }
            // Each reset replaces the SMS that were not sent yet, so that the last one is there at least.
            let reset = unit.count(AuditAction::PasswordReset);
            let new_passwords = unit.sms.iter().filter(|sms| sms.kind == SmsKind::NewPassword).count();
            check.expect((reset.min(1)..=reset).contains(&new_passwords), || {
                format!("unit {code}: {reset} resets, {new_passwords} SMS with a new password")
            });
        }
        check.seen = format!("{} units, {} found", codes.len(), units.len());
        check
    }

    async fn cut_requests(&self) -> Check {
        let mut check = Check::new("a request whose client hung up is done wholly or not at all");
        let units = self.units(&self.ledger.cut).await;
        for (code, unit) in &units {
            check.faults.extend(unit.incomplete(None).map(|why| format!("unit {code}: {why}")));
        }
        check.seen = format!("{} requests, {} done", self.ledger.cut.len(), units.len());
        check
    }

    async fn orders(&self) -> Check {
        let mut check = Check::new("each confirmed order is there once, with its last revision and all before it");
        let sent = &self.ledger.orders;
        let stored = purchase_order::Entity::find().all(&self.db).await.unwrap();
        let revisions = purchase_order_revision::Entity::find().all(&self.db).await.unwrap();
        let mut earlier: HashMap<OrderId, Vec<i32>> = HashMap::new();
        for revision in revisions {
            earlier.entry(revision.order_id).or_default().push(revision.revision);
        }
        let stored: HashMap<String, purchase_order::Model> =
            stored.into_iter().map(|order| (order.number.clone(), order)).collect();
        for (number, SentOrder { revision, fen, refunded_fen }) in sent {
            let Some(order) = stored.get(number) else {
                check.faults.push(format!("the order {number} is missing"));
                continue;
            };
            // A later revision whose call was given up may have been stored.
            let is_later = order.revision == revision + 1;
            let amounts = (order.amount.fen(), order.refunded.fen());
            let same = order.revision == *revision && amounts == (*fen, *refunded_fen);
            check.expect(same || is_later, || {
                let sent = format!("revision {revision} of {fen} fen, {refunded_fen} refunded");
                format!(
                    "the order {number} was confirmed in {sent}, and is stored in {} as {amounts:?}",
                    order.revision
                )
            });
            let mut before = earlier.remove(&order.id).unwrap_or_default();
            before.sort_unstable();
            check.expect(before.iter().copied().eq(1..order.revision), || {
                format!("the order {number} in revision {} has the history {before:?}", order.revision)
            });
        }
        check.seen = format!("{} confirmed, {} stored", sent.len(), stored.len());
        check
    }

    /// The postings of each order are what the rule gives for its content.
    async fn postings(&self) -> Check {
        let mut check = Check::new("what each order adds is posted once");
        let mut posted: HashMap<OrderId, Amounts> = HashMap::new();
        for posting in purchase_posting::Entity::find().all(&self.db).await.unwrap() {
            *posted.entry(posting.order_id).or_default() += amounts(&posting);
        }
        let orders = purchase_order::Entity::find().all(&self.db).await.unwrap();
        for order in &orders {
            let content: Order = serde_json::from_str(&order.content).unwrap();
            let expected: Amounts = contributions(&content).into_iter().map(|of| of.amounts).sum();
            let found = posted.remove(&order.id).unwrap_or_default();
            check.expect(found == expected, || {
                format!("the order {} adds {expected:?}, and {found:?} is posted", order.number)
            });
        }
        check.expect(posted.is_empty(), || format!("{} orders with postings do not exist", posted.len()));
        check.seen = format!("{} orders", orders.len());
        check
    }

    /// The totals of a large subtree are the sums of its postings.
    async fn totals(&self) -> Check {
        let mut check = Check::new("the totals of each large subtree are those of its orders, month by month");
        let units = unit::Entity::find().all(&self.db).await.unwrap();
        let paths: HashMap<UnitId, String> = units.into_iter().map(|unit| (unit.id, unit.path)).collect();
        let postings = purchase_posting::Entity::find().all(&self.db).await.unwrap();
        let totalled = totalled_unit::Entity::find().all(&self.db).await.unwrap();
        for unit in totalled.iter().map(|row| row.unit_id) {
            let inside = |posting: &&purchase_posting::Model| paths[&posting.unit_id].starts_with(&paths[&unit]);
            let mut expected: BTreeMap<i32, Amounts> = BTreeMap::new();
            for posting in postings.iter().filter(inside) {
                *expected.entry(posting.day.number() / 100).or_default() += amounts(posting);
            }
            let rows = subtree_total::Entity::find().filter(subtree_total::Column::UnitId.eq(unit));
            let mut found: BTreeMap<i32, Amounts> = BTreeMap::new();
            for row in rows.all(&self.db).await.unwrap().iter().filter(|row| row.period < FIRST_DAY) {
                let subtree_total::Model { period, ordered, paid, accepted, evaluated, orders, .. } = *row;
                *found.entry(period).or_default() += Amounts { ordered, paid, accepted, evaluated, orders };
            }
            found.retain(|_, amounts| !amounts.is_zero());
            expected.retain(|_, amounts| !amounts.is_zero());
            check.expect(found == expected, || {
                format!("the orders of unit {unit} add up to {expected:?}, its totals to {found:?}")
            });
        }
        check.seen = format!("{} subtrees, {} postings", totalled.len(), postings.len());
        check
    }

    async fn every_unit(&self) -> Check {
        let mut check = Check::new("every budget unit has one account, and its place in the tree");
        let units = unit::Entity::find().filter(unit::Column::MergedInto.is_null()).all(&self.db).await.unwrap();
        let accounts: Vec<(Option<UnitId>, String)> = account::Entity::find()
            .select_only()
            .columns([account::Column::UnitId, account::Column::Login])
            .filter(account::Column::UnitId.is_not_null())
            .into_tuple()
            .all(&self.db)
            .await
            .unwrap();
        let mut logins: HashMap<UnitId, Vec<String>> = HashMap::new();
        for (unit, login) in accounts {
            logins.entry(unit.unwrap()).or_default().push(login);
        }
        let paths: HashMap<UnitId, &str> = units.iter().map(|unit| (unit.id, &unit.path[..])).collect();
        for unit::Model { id, parent_id, path, kind, login, .. } in &units {
            let above = parent_id.map_or(Some(""), |parent| paths.get(&parent).copied());
            check.expect(above.is_some_and(|above| *path == format!("{above}{id}/")), || {
                format!("unit {id} has the path {path} below {above:?}")
            });
            let own = logins.remove(id).unwrap_or_default();
            let fits = own.iter().eq(login.iter());
            check.expect(fits && (*kind != UnitKind::Budget || own.len() == 1), || {
                format!("unit {id} with the login name {login:?} has the accounts {own:?}")
            });
        }
        for (unit, logins) in logins {
            check.faults.push(format!("the accounts {logins:?} belong to unit {unit}, which does not exist"));
        }
        check.seen = format!("{} units", units.len());
        check
    }

    async fn orphans(&self) -> Check {
        let mut check = Check::new("every row belongs to a batch that waits or is closed");
        let batches: Vec<(BatchId, BatchState)> = import_batch::Entity::find()
            .select_only()
            .columns([import_batch::Column::Id, import_batch::Column::State])
            .into_tuple()
            .all(&self.db)
            .await
            .unwrap();
        let rows: Vec<(BatchId, i64)> = import_row::Entity::find()
            .select_only()
            .column(import_row::Column::BatchId)
            .expr(import_row::Column::Row.count())
            .group_by(import_row::Column::BatchId)
            .into_tuple()
            .all(&self.db)
            .await
            .unwrap();
        let states: HashMap<BatchId, BatchState> = batches.iter().copied().collect();
        for (batch, count) in &rows {
            let state = states.get(batch);
            check.expect(state.is_some_and(|state| *state != BatchState::Superseded), || {
                format!("{count} rows of batch {batch}, which is {state:?}")
            });
        }
        let with_rows: HashSet<BatchId> = rows.iter().map(|(batch, _)| *batch).collect();
        for (batch, state) in &batches {
            check.expect(*state == BatchState::Superseded || with_rows.contains(batch), || {
                format!("batch {batch} is {state:?} and has no rows")
            });
        }
        check.seen = format!("{} batches, {} rows", batches.len(), rows.iter().map(|(_, count)| count).sum::<i64>());
        check
    }

    /// The gateway's file has each SMS that is marked as sent once, and none twice.
    async fn gateway(&self) -> Check {
        #[derive(Deserialize)]
        struct Line {
            key: String,
        }
        let mut check = Check::new("the gateway has each SMS once");
        let bytes = fs::read(&self.ledger.sms_file).unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut times: HashMap<String, u32> = HashMap::new();
        let mut incomplete = 0;
        for line in lines {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) => *times.entry(line.key).or_default() += 1,
                // A process that was killed, or a full disk, leaves one.
                Err(_) => incomplete += 1,
            }
        }
        for (key, times) in times.iter().filter(|(_, times)| **times > 1) {
            check.faults.push(format!("the SMS {key} is there {times} times"));
        }
        let sent: Vec<(i64, Timestamp, AccountId)> = sms_outbox::Entity::find()
            .select_only()
            .columns([sms_outbox::Column::Id, sms_outbox::Column::CreatedAt, sms_outbox::Column::AccountId])
            .filter(sms_outbox::Column::State.eq(SmsState::Sent))
            .into_tuple()
            .all(&self.db)
            .await
            .unwrap();
        for (id, created_at, account) in &sent {
            let key = format!("{id}-{}", created_at.0);
            check.expect(times.contains_key(&key), || format!("the SMS {key} to account {account} is missing"));
        }
        let secrets = sms_outbox::Entity::find()
            .filter(sms_outbox::Column::State.ne(SmsState::Waiting))
            .filter(sms_outbox::Column::Secret.is_not_null());
        let secrets = secrets.count(&self.db).await.unwrap();
        check.expect(secrets == 0, || format!("{secrets} SMS that were sent still have their passwords"));
        check.seen = format!("{} sent, {} lines, {incomplete} incomplete ones", sent.len(), times.len());
        check
    }

    async fn postgres_is_quiet(&self) -> Check {
        let mut check = Check::new("no transaction and no lock is left behind");
        let sql = "SELECT pid, COALESCE(state, ''), \
                   COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - xact_start)::bigint, -1), \
                   COALESCE(LEFT(query, 80), ''), \
                   (SELECT COUNT(*) FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND granted) \
                   FROM pg_stat_activity \
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()";
        let rows = self.db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
        for row in &rows {
            let (pid, state): (i32, String) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
            let (age, query): (i64, String) = (row.try_get_by_index(2).unwrap(), row.try_get_by_index(3).unwrap());
            let locks: i64 = row.try_get_by_index(4).unwrap();
            check.expect(age <= OLD_TRANSACTION_SECONDS, || {
                format!("process {pid} is {state} for {age} s with {locks} locks: {query}")
            });
        }
        check.seen = format!("{} connections", rows.len());
        check
    }

    async fn sqlite_is_sound(&self) -> Check {
        let mut check = Check::new("the file is sound");
        for (pragma, sound) in [("integrity_check", Some("ok")), ("foreign_key_check", None)] {
            let pragma = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
            for row in self.db.query_all_raw(pragma).await.unwrap() {
                let found: String = row.try_get_by_index(0).unwrap();
                check.expect(sound == Some(found.as_str()), || found.clone());
            }
        }
        check.seen.push_str("integrity and foreign keys");
        check
    }

    async fn write_at_once(&self) -> Check {
        let mut check = Check::new("a write is possible at once");
        let start = Instant::now();
        let sql = "UPDATE unit SET version = version WHERE parent_id IS NULL";
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        let written = tokio::time::timeout(WRITE_AT_ONCE * 10, self.db.execute_raw(statement)).await;
        let took = start.elapsed();
        check.expect(matches!(written, Ok(Ok(_))) && took < WRITE_AT_ONCE, || format!("{written:?} after {took:?}"));
        check.seen = format!("{} ms", took.as_millis());
        check
    }

    /// The units with these credit codes, by code.
    async fn units(&self, codes: &[String]) -> HashMap<String, StoredUnit> {
        let mut found = HashMap::new();
        for codes in codes.chunks(AT_ONCE) {
            let units = unit::Entity::find().filter(unit::Column::Code.is_in(codes)).all(&self.db).await.unwrap();
            let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
            let accounts = account::Entity::find().filter(account::Column::UnitId.is_in(ids.clone()));
            let mut accounts = grouped(accounts.all(&self.db).await.unwrap(), |account| account.unit_id);
            let sms = sms_outbox::Entity::find().filter(sms_outbox::Column::UnitId.is_in(ids.clone()));
            let mut sms = grouped(sms.all(&self.db).await.unwrap(), |sms| sms.unit_id);
            let plans = reserve_plan::Entity::find().filter(reserve_plan::Column::UnitId.is_in(ids.clone()));
            let mut plans = grouped(plans.all(&self.db).await.unwrap(), |plan| Some(plan.unit_id));
            let events = audit_event::Entity::find().filter(audit_event::Column::UnitId.is_in(ids));
            let mut events = grouped(events.all(&self.db).await.unwrap(), |event| event.unit_id);
            for unit in units {
                let id = unit.id;
                let stored = StoredUnit {
                    accounts: accounts.remove(&id).unwrap_or_default(),
                    plans: plans.remove(&id).unwrap_or_default().len(),
                    sms: sms.remove(&id).unwrap_or_default(),
                    events: events.remove(&id).unwrap_or_default(),
                    unit,
                };
                found.insert(stored.unit.code.clone().unwrap(), stored);
            }
        }
        found
    }
}

/// The amounts of a posting.
const fn amounts(posting: &purchase_posting::Model) -> Amounts {
    let purchase_posting::Model { ordered, paid, accepted, evaluated, orders, .. } = *posting;
    Amounts { ordered, paid, accepted, evaluated, orders }
}

/// Rows by their unit.
fn grouped<T>(rows: Vec<T>, unit: impl Fn(&T) -> Option<UnitId>) -> HashMap<UnitId, Vec<T>> {
    let mut groups: HashMap<UnitId, Vec<T>> = HashMap::new();
    for row in rows {
        if let Some(id) = unit(&row) {
            groups.entry(id).or_default().push(row);
        }
    }
    groups
}
