//! Lists and searches of a subtree's purchasers, in the order of the tree.

use super::{COLUMNS, Found};
use crate::{
    Actor, Result, Services, Subtree,
    database::{elements, sql},
    search::SearchTerm,
    unit::{self, parsed, token},
};
use domain::view::AccountState;
use domain::view::{PURCHASERS_PER_PAGE, PurchaserId, PurchaserQuery, PurchasersPage, Total};
use domain::{Certification, PurchaserKind};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

/// Which purchasers to take.
pub(crate) struct Filter {
    conditions: String,
    values: Vec<Value>,
}

/// A place in the order: behind or before a purchaser.
struct Place {
    before: bool,
    path: String,
    id: i64,
}

impl Filter {
    /// The purchasers of a query. A unit that the actor may not see is [`domain::Problem::NotFound`].
    pub(crate) async fn of_query(services: &Services, actor: &Actor, query: &PurchaserQuery) -> Result<Self> {
        let db = &services.0.db;
        let mut subtree = actor.subtree();
        if let Some(unit) = query.unit {
            subtree = Subtree::of(&unit::path(db, &subtree, unit).await?);
        }
        let mut filter = Self::of_subtree(&subtree);
        if let Some(term) = SearchTerm::new(&query.search) {
            let any = term.conditions(db, "p", |value| filter.bind(value));
            filter.and(&format!("({})", any.join(" OR ")));
        }
        for (column, word) in [
            ("account", query.state.map(|state| AccountState::from(state).as_str())),
            ("certification", query.certification.map(|state| Certification::from(state).as_str())),
            ("kind", query.kind.map(|kind| PurchaserKind::from(kind).as_str())),
        ] {
            if let Some(word) = word {
                let place = filter.bind(word);
                filter.and(&format!("p.{column} = ${place}"));
            }
        }
        Ok(filter)
    }

    /// These purchasers, as far as the actor may see them.
    pub(crate) fn of_purchasers(services: &Services, actor: &Actor, purchasers: &[PurchaserId]) -> Result<Self> {
        let mut filter = Self::of_subtree(&actor.subtree());
        let place = filter.bind(serde_json::to_string(purchasers)?);
        filter.and(&format!("p.id IN ({})", elements::<i64>(&services.0.db, place)));
        Ok(filter)
    }

    fn of_subtree(subtree: &Subtree) -> Self {
        Self {
            conditions: "p.unit_path >= $1 AND p.unit_path < $2".to_owned(),
            values: vec![subtree.from.as_str().into(), subtree.to.as_str().into()],
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
    }

    /// How many fit, counted up to the bound.
    async fn count(&self, db: &impl ConnectionTrait) -> Result<Total> {
        let (from, conditions) = (listed(db), &self.conditions);
        let text =
            format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) c", Total::BOUND + 1);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, self.values.clone());
        Ok(Total::counted(unit::count(db, statement).await?))
    }

    /// The purchasers behind a place or, in reverse, before it: first which, then what there is to show of them.
    async fn take(&self, db: &impl ConnectionTrait, limit: u32, place: Option<&Place>) -> Result<Vec<Found>> {
        let mut values = self.values.clone();
        let before = place.is_some_and(|place| place.before);
        let (sign, direction) = if before { ("<", "DESC") } else { (">", "ASC") };
        let from = place.map_or_else(String::new, |place| {
            values.extend([place.path.as_str().into(), place.id.into()]);
            format!("AND (p.unit_path, p.id) {sign} (${}, ${})", values.len() - 1, values.len())
        });
        let text = format!(
            "SELECT {COLUMNS} FROM (SELECT p.id FROM {} WHERE {} {from} \
             ORDER BY p.unit_path {direction}, p.id {direction} LIMIT {limit}) page \
             JOIN purchaser p ON p.id = page.id JOIN unit u ON u.id = p.unit_id ORDER BY p.unit_path, p.id",
            listed(db),
            self.conditions
        );
        let statement = Statement::from_sql_and_values(db.get_database_backend(), text, values);
        Ok(Found::find_by_statement(statement).all(db).await?)
    }

    /// The first purchasers in order.
    pub(crate) async fn first(&self, db: &impl ConnectionTrait, limit: u32) -> Result<Vec<Found>> {
        self.take(db, limit, None).await
    }
}

/// The purchasers as one index has them, whatever SQLite guesses of how many fit.
fn listed(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => "purchaser p",
        _ => "purchaser p INDEXED BY purchaser_list",
    }
}

/// A page of the subtree's purchasers; [`domain::Problem::NotFound`] for a unit outside it.
pub async fn list(services: &Services, actor: &Actor, query: &PurchaserQuery) -> Result<PurchasersPage> {
    let db = &services.0.db;
    let filter = Filter::of_query(services, actor, query).await?;
    let mut place = match query.at.as_deref().and_then(parsed) {
        None => None,
        Some((before, id)) => {
            let text = "SELECT unit_path FROM purchaser WHERE id = $1 AND unit_path >= $2 AND unit_path < $3";
            let subtree = actor.subtree();
            let values = [id.into(), subtree.from.into(), subtree.to.into()];
            let row = db.query_one_raw(sql(db, text, values)).await?;
            row.map(|row| Ok::<_, crate::Error>(Place { before, path: row.try_get_by_index(0)?, id })).transpose()?
        }
    };
    // One more than is shown tells whether there is another page.
    let more = PURCHASERS_PER_PAGE + 1;
    let full = |found: &[Found]| found.len() > PURCHASERS_PER_PAGE as usize;
    let mut found = filter.take(db, more, place.as_ref()).await?;
    // From the first on where less than a page is left before the place, or nothing behind it.
    if place.as_ref().is_some_and(|place| if place.before { !full(&found) } else { found.is_empty() }) {
        place = None;
        found = filter.first(db, more).await?;
    }
    let (previous, next) = match place {
        Some(Place { before: true, .. }) => {
            found.remove(0);
            (true, true)
        }
        place => (place.is_some(), full(&found)),
    };
    found.truncate(PURCHASERS_PER_PAGE as usize);
    Ok(PurchasersPage {
        total: filter.count(db).await?,
        previous: found.first().filter(|_| previous).map(|first| token(true, first.id)),
        next: found.last().filter(|_| next).map(|last| token(false, last.id)),
        rows: found.into_iter().map(Into::into).collect(),
    })
}
