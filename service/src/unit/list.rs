//! Lists and searches of a subtree.

use super::{COLUMNS, Found, JOINS, count};
use crate::{
    Actor, Result, Services,
    actor::Subtree,
    database::{elements, sql},
    search::{SearchTerm, contains},
};
use domain::{
    Problem,
    view::{Superior, Total, UNITS_PER_PAGE, UnitId, UnitQuery, UnitRef, UnitSort, UnitsPage},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value};

/// Superiors offered at most.
const OFFERED: u32 = 10;
/// Among how many.
const LOOKED_AT: u32 = 100;

/// That a unit's account waits to be activated and the last SMS to it failed.
pub(crate) const UNREACHED: &str = "u.account = 'not-activated' AND u.id IN (SELECT s.unit_id FROM sms_outbox s \
    WHERE s.state = 'failed' AND NOT EXISTS (SELECT 1 FROM sms_outbox later \
    WHERE later.account_id = s.account_id AND later.id > s.id))";

/// Which units to take, and in which order.
pub(crate) struct Filter {
    conditions: String,
    values: Vec<Value>,
    /// Whether the whole subtree fits.
    whole: bool,
    /// Whether units are met by walking along all names: quick where most of them are in the subtree.
    walk: bool,
    sort: UnitSort,
    descending: bool,
    year: i32,
}

/// A place in an order: behind or before a unit.
struct Place {
    before: bool,
    key: Value,
    id: i64,
}

impl Filter {
    /// The units of a query. A region that the actor may not see is [`Problem::NotFound`].
    pub(crate) async fn of_query(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<Self> {
        let db = &services.0.db;
        let mut subtree = actor.subtree();
        if let Some(region) = query.region {
            subtree = Subtree::of(&path(db, &subtree, region).await?);
        }
        let mut filter = Self::below(&subtree, services.clock().year());
        (filter.sort, filter.descending) = (query.sort, query.descending);
        filter.search(db, &query.search);
        if let Some(state) = query.state {
            let place = filter.bind(domain::view::AccountState::from(state).as_str());
            filter.and(&format!("u.account = ${place}"));
        }
        if query.unreached {
            filter.and(UNREACHED);
        }
        if let Some(level) = query.admin_level {
            let place = filter.bind(i16::from(level.index()));
            filter.and(&format!("u.admin_level = ${place}"));
        }
        Ok(filter)
    }

    /// These units, as far as the actor may see them.
    pub(crate) fn of_units(services: &Services, actor: &Actor, units: &[UnitId]) -> Result<Self> {
        let mut filter = Self::below(&actor.subtree(), services.clock().year());
        let place = filter.bind(serde_json::to_string(units)?);
        filter.and(&format!("u.id IN ({})", elements::<i64>(&services.0.db, place)));
        Ok(filter)
    }

    fn below(subtree: &Subtree, year: i32) -> Self {
        Self {
            conditions: "u.path > $1 AND u.path < $2".to_owned(),
            values: vec![subtree.from.as_str().into(), subtree.to.as_str().into()],
            whole: true,
            walk: false,
            sort: UnitSort::Tree,
            descending: false,
            year,
        }
    }

    /// Binds a value and gives its number.
    fn bind(&mut self, value: impl Into<Value>) -> usize {
        self.values.push(value.into());
        self.values.len()
    }

    fn and(&mut self, condition: &str) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(condition);
        self.whole = false;
    }

    fn search(&mut self, db: &impl ConnectionTrait, typed: &str) {
        let Some(term) = SearchTerm::new(typed) else { return };
        let mut any = term.conditions(db, "u", |value| self.bind(value));
        let place = self.bind(term.name);
        any.push(format!("u.id IN (SELECT unit_id FROM unit_alias WHERE {})", contains(db, "lower(name_key)", place)));
        self.and(&format!("({})", any.join(" OR ")));
    }

    /// What units are ordered by, before their ids.
    fn key(&self) -> String {
        let column = match self.sort {
            UnitSort::Tree => "u.path",
            UnitSort::Name if self.walk => "u.name_key",
            UnitSort::Name => "u.search_text",
            UnitSort::Code => "COALESCE(u.code, '')",
            UnitSort::Total => {
                let (year, plan) = (self.year, if self.year % 2 == 0 { "even" } else { "odd" });
                return format!("CASE WHEN u.{plan}_year = {year} THEN u.{plan}_total ELSE -1 END");
            }
            UnitSort::Added => "u.id",
        };
        column.to_owned()
    }

    /// The value of that in a row.
    fn value(&self, row: &QueryResult) -> Result<Value> {
        Ok(match self.sort {
            UnitSort::Tree | UnitSort::Name | UnitSort::Code => row.try_get_by_index::<String>(0)?.into(),
            UnitSort::Total | UnitSort::Added => row.try_get_by_index::<i64>(0)?.into(),
        })
    }

    /// How many fit, counted up to the bound.
    pub(crate) async fn count(&self, db: &impl ConnectionTrait) -> Result<Total> {
        let (unit, conditions) = (listed(db), &self.conditions);
        let text =
            format!("SELECT COUNT(*) FROM (SELECT 1 FROM {unit} WHERE {conditions} LIMIT {}) c", Total::BOUND + 1);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, self.values.clone());
        Ok(Total::counted(count(db, statement).await?))
    }

    /// The place of a unit in this order; none where there is no such unit any more.
    async fn place(&self, db: &impl ConnectionTrait, before: bool, id: i64) -> Result<Option<Place>> {
        let mut values: Vec<Value> = self.values.iter().take(2).cloned().collect();
        values.push(id.into());
        let key = self.key();
        let text = format!("SELECT {key} FROM unit u WHERE u.path > $1 AND u.path < $2 AND u.id = $3");
        let row = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), text, values)).await?;
        row.map(|row| Ok(Place { before, key: self.value(&row)?, id })).transpose()
    }

    /// The units behind a place or, in reverse, before it: first which, then what there is to show of them.
    async fn take(&self, db: &impl ConnectionTrait, limit: u32, place: Option<&Place>) -> Result<Vec<Found>> {
        let mut values = self.values.clone();
        let key = self.key();
        let backwards = self.descending != place.is_some_and(|place| place.before);
        let (sign, direction) = if backwards { ("<", "DESC") } else { (">", "ASC") };
        let from = place.map_or_else(String::new, |place| {
            values.push(place.key.clone());
            let n = values.len();
            if matches!(self.sort, UnitSort::Tree | UnitSort::Added) {
                // Paths and ids are unique: one comparison finds the place in the index.
                return format!("AND {key} {sign} ${n}");
            }
            values.push(place.id.into());
            format!("AND ({key}, u.id) {sign} (${n}, ${})", n + 1)
        });
        values.push(self.year.into());
        let unit = match db.get_database_backend() {
            DbBackend::Sqlite if self.walk => "unit u INDEXED BY unit_name",
            _ => listed(db),
        };
        let text = format!(
            "SELECT {COLUMNS} FROM (SELECT u.id, {key} AS k FROM {unit} WHERE {} {from} \
             ORDER BY {key} {direction}, u.id {direction} LIMIT {limit}) page \
             JOIN unit u ON u.id = page.id {JOINS} ${} ORDER BY page.k {direction}, page.id {direction}",
            self.conditions,
            values.len()
        );
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, values);
        let mut found = Found::find_by_statement(statement).all(db).await?;
        if place.is_some_and(|place| place.before) {
            found.reverse();
        }
        Ok(found)
    }

    /// The first units in order.
    pub(crate) async fn first(&self, db: &impl ConnectionTrait, limit: u32) -> Result<Vec<Found>> {
        self.take(db, limit, None).await
    }
}

/// The units as one index has them, whatever SQLite guesses of how many fit; PostgreSQL knows by its statistics.
pub(crate) fn listed(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => "unit u",
        _ => "unit u INDEXED BY unit_list",
    }
}

/// The path of a unit inside a subtree.
pub(crate) async fn path(db: &impl ConnectionTrait, subtree: &Subtree, unit: UnitId) -> Result<String> {
    let text = "SELECT path FROM unit WHERE id = $1 AND path >= $2 AND path < $3";
    let values = [unit.0.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let row = db.query_one_raw(sql(db, text, values)).await?.ok_or(Problem::NotFound)?;
    Ok(row.try_get_by_index(0)?)
}

/// `a302` is behind unit 302, `b302` before it.
pub(crate) fn token(before: bool, id: i64) -> String {
    format!("{}{id}", if before { 'b' } else { 'a' })
}

/// The token read back; anything else is the first page.
pub(crate) fn parsed(token: &str) -> Option<(bool, i64)> {
    let (side, id) = token.split_at_checked(1)?;
    let before = match side {
        "a" => false,
        "b" => true,
        _ => return None,
    };
    Some((before, id.parse().ok()?))
}

/// A page of the subtree, the own unit not listed (for the operator: of every unit). The number of statements does not
/// grow with the units, nor does the work with the page.
pub async fn list(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<UnitsPage> {
    let db = &services.0.db;
    let mut filter = Filter::of_query(services, actor, query).await?;
    if filter.whole && filter.sort == UnitSort::Name {
        filter.walk = matches!(filter.count(db).await?, Total::MoreThan(_));
    }
    let filter = filter;
    let place = match query.at.as_deref().and_then(parsed) {
        Some((before, id)) => filter.place(db, before, id).await?,
        None => None,
    };
    let (total, (mut found, before, behind)) = tokio::try_join!(filter.count(db), async {
        // One more than is shown tells whether there is another page.
        let more = UNITS_PER_PAGE + 1;
        let full = |found: &[Found]| found.len() > UNITS_PER_PAGE as usize;
        match place {
            Some(place) if place.before => {
                let mut found = filter.take(db, more, Some(&place)).await?;
                if full(&found) {
                    found.remove(0);
                    return Ok((found, true, true));
                }
            }
            Some(place) => {
                let found = filter.take(db, more, Some(&place)).await?;
                if !found.is_empty() {
                    let behind = full(&found);
                    return Ok((found, true, behind));
                }
            }
            None => {}
        }
        // Also where less than a page is left before the place, or nothing behind it.
        let found = filter.take(db, more, None).await?;
        let behind = full(&found);
        Ok((found, false, behind))
    })?;
    found.truncate(UNITS_PER_PAGE as usize);
    let subtree = actor.subtree();
    Ok(UnitsPage {
        total,
        previous: found.first().filter(|_| before).map(|first| token(true, first.id)),
        next: found.last().filter(|_| behind).map(|last| token(false, last.id)),
        rows: found.into_iter().map(|found| found.row(&subtree)).collect::<Result<_>>()?,
    })
}

/// Units of the subtree whose name contains what was typed, the own one too: whom a unit may be put below. The best fit
/// first, at most 10; none where nothing was typed.
pub async fn superiors(services: &Services, actor: &Actor, typed: &str) -> Result<Vec<Superior>> {
    #[derive(FromQueryResult)]
    struct Named {
        id: i64,
        name: String,
        code: Option<String>,
        above: Option<String>,
    }
    let (db, subtree) = (&services.0.db, actor.subtree());
    let Some(SearchTerm { name, .. }) = SearchTerm::new(typed) else { return Ok(Vec::new()) };
    // The shortest name that contains it has the least besides it. The search text comes first: it is only a little longer than the name.
    let text = format!(
        "SELECT u.id, u.name, u.code, CASE WHEN u.path > $1 THEN p.name END AS above \
         FROM (SELECT u.id FROM {} WHERE u.path >= $1 AND u.path < $2 AND {} \
         ORDER BY length(u.search_text), u.path LIMIT {LOOKED_AT}) near JOIN unit u ON u.id = near.id \
         LEFT JOIN unit p ON p.id = u.parent_id WHERE {} \
         ORDER BY length(u.name_key), u.path LIMIT {OFFERED}",
        listed(db),
        contains(db, "u.search_text", 3),
        contains(db, "lower(u.name_key)", 3),
    );
    let values = [subtree.from.into(), subtree.to.into(), name.into()];
    let found = Named::find_by_statement(sql(db, &text, values)).all(db).await?;
    let superior = |found: Named| Superior {
        unit: UnitRef { id: UnitId(found.id), name: found.name },
        code: found.code,
        above: found.above,
    };
    Ok(found.into_iter().map(superior).collect())
}

#[cfg(test)]
mod tests {
    use super::{parsed, token};

    #[test]
    fn tokens_are_read_back() {
        for place in [(false, 302), (true, 1)] {
            assert_eq!(parsed(&token(place.0, place.1)), Some(place));
        }
        for nonsense in ["", "a", "x5", "5", "a5x", "中5", "a99999999999999999999"] {
            assert_eq!(parsed(nonsense), None);
        }
    }
}
