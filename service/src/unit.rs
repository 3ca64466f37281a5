//! 预算单位列表: the units of the actor's subtree.

use crate::{
    Actor, Error, Result, Services,
    actor::Subtree,
    database::{elements, sql},
};
use domain::{
    AdminLevel, BudgetLevel, Money, Problem, Ratio,
    mobile::mask,
    normalize,
    view::{
        AccountState, EventView, PlanView, SmsView, Timestamp, UNITS_PER_PAGE, UnitDetail, UnitId, UnitQuery, UnitRef,
        UnitRow, UnitsPage,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

/// SMS of a unit shown at most.
const SMS_SHOWN: u64 = 20;
/// Events of a unit shown at most.
const EVENTS_SHOWN: u64 = 50;

/// A unit with its account, its superior, a year's plan and its last SMS.
const COLUMNS: &str = "u.id, u.path, u.name, u.code, u.admin_level, u.budget_level, u.contact, u.mobile, u.remark, \
    p.name AS superior, a.login, a.password_hash IS NOT NULL AS issued, a.activated_at, a.disabled_at, \
    a.last_sign_in_at, r.total, r.ratio, \
    (SELECT s.state FROM sms_outbox s WHERE s.unit_id = u.id ORDER BY s.id DESC LIMIT 1) AS sms";
const ACCOUNT: &str = "LEFT JOIN account a ON a.unit_id = u.id AND a.kind = 'management'";
/// Ends before the year.
const JOINS: &str = "LEFT JOIN unit p ON p.id = u.parent_id LEFT JOIN reserve_plan r ON r.unit_id = u.id AND r.year =";
/// A password was issued and never changed.
pub(crate) const NOT_ACTIVATED: &str =
    "a.password_hash IS NOT NULL AND a.activated_at IS NULL AND a.disabled_at IS NULL";

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    path: String,
    name: String,
    code: Option<String>,
    admin_level: i16,
    budget_level: Option<i16>,
    contact: Option<String>,
    mobile: Option<String>,
    remark: Option<String>,
    superior: Option<String>,
    login: Option<String>,
    issued: bool,
    activated_at: Option<i64>,
    disabled_at: Option<i64>,
    last_sign_in_at: Option<i64>,
    total: Option<i64>,
    ratio: Option<i32>,
    sms: Option<entity::SmsState>,
}

impl Found {
    fn state(&self) -> AccountState {
        if self.disabled_at.is_some() {
            AccountState::Disabled
        } else if self.activated_at.is_some() {
            AccountState::Active
        } else if self.issued {
            AccountState::NotActivated
        } else {
            AccountState::NotIssued
        }
    }

    fn row(self, subtree: &Subtree) -> Result<UnitRow> {
        Ok(UnitRow {
            id: UnitId(self.id),
            account: self.state(),
            // The own unit's superior is not the asker's business.
            superior: self.superior.filter(|_| self.path != subtree.from),
            name: self.name,
            code: self.code,
            admin_level: admin_level(self.admin_level)?,
            login: self.login,
            total: self.total.and_then(Money::from_fen),
            ratio: self.ratio.and_then(ratio),
            contact: self.contact,
            mobile: self.mobile.as_deref().map(mask),
            sms: self.sms.map(Into::into),
        })
    }
}

/// The stored number as 行政级次.
pub(crate) fn admin_level(stored: i16) -> Result<AdminLevel> {
    u8::try_from(stored)
        .ok()
        .and_then(AdminLevel::from_index)
        .ok_or_else(|| Error::internal(format!("{stored} is no administrative level")))
}

/// The stored number as 预算级次.
pub(crate) fn budget_level(stored: Option<i16>) -> Option<BudgetLevel> {
    BudgetLevel::from_index(u8::try_from(stored?).ok()?)
}

fn ratio(stored: i32) -> Option<Ratio> {
    Ratio::from_hundredths(u16::try_from(stored).ok()?)
}

/// Which units fit a query.
struct Filter {
    /// `FROM unit u … WHERE …`
    units: String,
    values: Vec<Value>,
}

impl Filter {
    fn new(subtree: &Subtree, query: &UnitQuery) -> Self {
        let mut values: Vec<Value> = vec![subtree.from.as_str().into(), subtree.to.as_str().into()];
        let mut conditions = "u.path > $1 AND u.path < $2".to_owned();
        let mut account = false;
        let search = query.search.trim();
        if !search.is_empty() {
            let name = normalize::same_name(search).to_ascii_lowercase();
            values.push(contains(&name).into());
            conditions.push_str(r" AND (lower(u.name_key) LIKE $3 ESCAPE '\'");
            // Codes and login names are upper-case ASCII: a search in Chinese need not look at them.
            let code = normalize::compact(search).unwrap_or_else(|| search.to_owned()).to_ascii_uppercase();
            if !code.is_empty() && code.is_ascii() {
                values.push(contains(&code).into());
                conditions.push_str(r" OR u.code LIKE $4 ESCAPE '\' OR a.login LIKE $4 ESCAPE '\'");
                account = true;
            }
            conditions.push(')');
        }
        if let Some(state) = query.state {
            conditions.push_str(" AND ");
            conditions.push_str(condition(state));
            account = true;
        }
        let account = if account { ACCOUNT } else { "" };
        Self { units: format!("FROM unit u {account} WHERE {conditions}"), values }
    }

    async fn count(&self, db: &impl ConnectionTrait) -> Result<u32> {
        let text = format!("SELECT COUNT(*) {}", self.units);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, self.values.clone());
        count(db, statement).await
    }

    /// The units of a page: first which, then what there is to show of them.
    async fn page(&self, db: &impl ConnectionTrait, year: i32, skip: u32) -> Result<Vec<Found>> {
        let mut values = self.values.clone();
        values.extend([i64::from(UNITS_PER_PAGE).into(), i64::from(skip).into(), year.into()]);
        let (limit, offset, year) = (values.len() - 2, values.len() - 1, values.len());
        let text = format!(
            "SELECT {COLUMNS} FROM (SELECT u.id {} ORDER BY u.path LIMIT ${limit} OFFSET ${offset}) page \
             JOIN unit u ON u.id = page.id {ACCOUNT} {JOINS} ${year} ORDER BY u.path",
            self.units
        );
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, values);
        Ok(Found::find_by_statement(statement).all(db).await?)
    }
}

/// The accounts in a state, as SQL; the same as [`Found::state`].
fn condition(state: AccountState) -> &'static str {
    match state {
        AccountState::NotIssued => "a.password_hash IS NULL AND a.activated_at IS NULL AND a.disabled_at IS NULL",
        AccountState::NotActivated => NOT_ACTIVATED,
        AccountState::Active => "a.activated_at IS NOT NULL AND a.disabled_at IS NULL",
        AccountState::Disabled => "a.disabled_at IS NOT NULL",
    }
}

/// A LIKE pattern for texts that contain this one, whose own `%` and `_` mean themselves.
fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// A page of the subtree in the order of the tree, the own unit not listed (for the operator: of every unit). Two
/// statements, however many units there are.
pub async fn list(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<UnitsPage> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let filter = Filter::new(&subtree, query);
    let total = filter.count(db).await?;
    let page = query.page.clamp(1, total.div_ceil(UNITS_PER_PAGE).max(1));
    let found = filter.page(db, services.clock().year(), (page - 1) * UNITS_PER_PAGE).await?;
    let rows = found.into_iter().map(|found| found.row(&subtree)).collect::<Result<_>>()?;
    Ok(UnitsPage { rows, total, page })
}

/// A unit in full; [`domain::Problem::NotFound`] outside the subtree, as where there is none.
pub async fn detail(services: &Services, actor: &Actor, id: UnitId) -> Result<UnitDetail> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let text =
        format!("SELECT {COLUMNS} FROM unit u {ACCOUNT} {JOINS} $1 WHERE u.id = $2 AND u.path >= $3 AND u.path < $4");
    let values =
        [services.clock().year().into(), id.0.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let found = Found::find_by_statement(sql(db, &text, values)).one(db).await?.ok_or(Problem::NotFound)?;
    let children = sql(db, "SELECT COUNT(*) FROM unit WHERE parent_id = $1", [id.0.into()]);
    Ok(UnitDetail {
        budget_level: budget_level(found.budget_level),
        path: superiors(db, &subtree, &found.path).await?,
        children: count(db, children).await?,
        remark: found.remark.clone(),
        plans: plans(db, id).await?,
        last_sign_in: found.last_sign_in_at.map(Timestamp),
        sms: messages(db, id).await?,
        events: events(db, id).await?,
        unit: found.row(&subtree)?,
    })
}

/// The superiors of a unit from the top of the asker's subtree down.
async fn superiors(db: &impl ConnectionTrait, subtree: &Subtree, path: &str) -> Result<Vec<UnitRef>> {
    #[derive(FromQueryResult)]
    struct Superior {
        id: i64,
        name: String,
    }
    let above = path.trim_end_matches('/').match_indices('/').filter_map(|(at, _)| path.get(..=at));
    let above: Vec<&str> = above.filter(|above| subtree.contains(above)).collect();
    let text = format!("SELECT id, name FROM unit WHERE path IN ({}) ORDER BY path", elements::<str>(db, 1));
    let found = Superior::find_by_statement(sql(db, &text, [serde_json::to_string(&above)?.into()])).all(db).await?;
    Ok(found.into_iter().map(|unit| UnitRef { id: UnitId(unit.id), name: unit.name }).collect())
}

async fn plans(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<PlanView>> {
    let plans = entity::reserve_plan::Entity::find()
        .filter(entity::reserve_plan::Column::UnitId.eq(unit.0))
        .order_by_desc(entity::reserve_plan::Column::Year)
        .all(db)
        .await?;
    let view = |plan: entity::reserve_plan::Model| {
        let (total, share) = (Money::from_fen(plan.total)?, Money::from_fen(plan.share)?);
        Some(PlanView { year: plan.year, total, ratio: ratio(plan.ratio)?, share })
    };
    Ok(plans.into_iter().filter_map(view).collect())
}

async fn messages(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<SmsView>> {
    let sms = entity::sms_outbox::Entity::find()
        .filter(entity::sms_outbox::Column::UnitId.eq(unit.0))
        .order_by_desc(entity::sms_outbox::Column::Id)
        .limit(SMS_SHOWN)
        .all(db)
        .await?;
    let view = |sms: entity::sms_outbox::Model| SmsView {
        kind: sms.kind.into(),
        state: sms.state.into(),
        mobile: mask(&sms.mobile),
        queued_at: Timestamp(sms.created_at),
        sent_at: sms.sent_at.map(Timestamp),
    };
    Ok(sms.into_iter().map(view).collect())
}

/// What was done to a unit; who came and went is no part of its history.
async fn events(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<EventView>> {
    let events = entity::audit_event::Entity::find()
        .filter(entity::audit_event::Column::UnitId.eq(unit.0))
        .filter(entity::audit_event::Column::Action.is_not_in(["sign-in", "sign-in-failed", "sign-out"]))
        .order_by_desc(entity::audit_event::Column::Id)
        .limit(EVENTS_SHOWN)
        .all(db)
        .await?;
    let view = |event: entity::audit_event::Model| EventView {
        at: Timestamp(event.at),
        actor: event.login,
        action: event.action,
    };
    Ok(events.into_iter().map(view).collect())
}

/// The number that a statement counts.
pub(crate) async fn count(db: &impl ConnectionTrait, statement: Statement) -> Result<u32> {
    let row = db.query_one_raw(statement).await?.ok_or_else(|| Error::internal("a count gave nothing"))?;
    let count: i64 = row.try_get_by_index(0)?;
    u32::try_from(count).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::contains;
    use rstest::rstest;

    #[rstest]
    #[case("小学", "%小学%")]
    #[case("100%", r"%100\%%")]
    #[case(r"a_b\c", r"%a\_b\\c%")]
    fn patterns(#[case] text: &str, #[case] pattern: &str) {
        assert_eq!(contains(text), pattern);
    }
}
