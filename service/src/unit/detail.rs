//! A unit in full, with its history.

use super::{COLUMNS, Found, JOINS, budget_level, count};
use crate::{
    Actor, Result, Services,
    actor::Subtree,
    database::{elements, sql},
    history,
};
use domain::{
    Problem,
    view::{PlanView, Timestamp, UnitDetail, UnitId, UnitRef},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// What the list does not show.
#[derive(FromQueryResult)]
struct More {
    path: String,
    budget_level: Option<i16>,
    remark: Option<String>,
    last_sign_in_at: Option<i64>,
    activated_at: Option<i64>,
}

/// A unit in full; [`domain::Problem::NotFound`] outside the subtree, as where there is none.
pub async fn detail(services: &Services, actor: &Actor, id: UnitId) -> Result<UnitDetail> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let text = format!("SELECT {COLUMNS} FROM unit u {JOINS} $1 WHERE u.id = $2 AND u.path >= $3 AND u.path < $4");
    let values =
        [services.clock().year().into(), id.0.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let found = Found::find_by_statement(sql(db, &text, values)).one(db).await?.ok_or(Problem::NotFound)?;
    let text = "SELECT u.path, u.budget_level, u.remark, a.last_sign_in_at, a.activated_at FROM unit u \
                LEFT JOIN account a ON a.unit_id = u.id AND a.kind = 'management' WHERE u.id = $1";
    let more = More::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?.ok_or(Problem::NotFound)?;
    let children = sql(db, "SELECT COUNT(*) FROM unit WHERE parent_id = $1", [id.0.into()]);
    Ok(UnitDetail {
        budget_level: budget_level(more.budget_level),
        path: superiors(db, &subtree, &more.path).await?,
        children: count(db, children).await?,
        former: former(db, id).await?,
        remark: more.remark,
        plans: plans(db, id).await?,
        last_sign_in: more.last_sign_in_at.map(Timestamp),
        activated: more.activated_at.is_some(),
        sms: history::messages(db, id.into()).await?,
        events: history::events(db, &subtree, id.into()).await?,
        unit: found.row(&subtree)?,
    })
}

#[derive(FromQueryResult)]
struct Named {
    id: i64,
    name: String,
}

/// The superiors of a unit from the top of the asker's subtree down.
async fn superiors(db: &impl ConnectionTrait, subtree: &Subtree, path: &str) -> Result<Vec<UnitRef>> {
    let above = path.trim_end_matches('/').match_indices('/').filter_map(|(at, _)| path.get(..=at));
    let above: Vec<&str> = above.filter(|above| subtree.contains(above)).collect();
    let text = format!("SELECT id, name FROM unit WHERE path IN ({}) ORDER BY path", elements::<str>(db, 1));
    let found = Named::find_by_statement(sql(db, &text, [serde_json::to_string(&above)?.into()])).all(db).await?;
    Ok(found.into_iter().map(|unit| UnitRef { id: UnitId(unit.id), name: unit.name }).collect())
}

async fn former(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<String>> {
    let text = "SELECT name FROM unit_alias WHERE unit_id = $1 ORDER BY name_key";
    let rows = db.query_all_raw(sql(db, text, [unit.0.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

async fn plans(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<PlanView>> {
    let plans = entity::reserve_plan::Entity::find()
        .filter(entity::reserve_plan::Column::UnitId.eq(unit.0))
        .order_by_desc(entity::reserve_plan::Column::Year)
        .all(db)
        .await?;
    let view = |plan: entity::reserve_plan::Model| PlanView {
        year: plan.year,
        total: plan.total,
        ratio: plan.ratio,
        share: plan.share,
    };
    Ok(plans.into_iter().map(view).collect())
}

/// The names of units, as far as the asker may see them.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    subtree: &Subtree,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let text =
        format!("SELECT id, name FROM unit WHERE id IN ({}) AND path >= $2 AND path < $3", elements::<i64>(db, 1));
    let values = [serde_json::to_string(&ids)?.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let found = Named::find_by_statement(sql(db, &text, values)).all(db).await?;
    Ok(found.into_iter().map(|unit| (unit.id, unit.name)).collect())
}
