//! 桌面: what waits for an account.

use crate::{
    Actor, Error, Result, Services,
    actor::Role,
    clock::{DAY, millis},
    database::sql,
    import,
    unit::{UNREACHED, count, listed},
};
use domain::{
    Template,
    view::{BatchState, Desktop, Timestamp, UnitId, UnitRef},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Units of a subtree, how many of them were never activated, and when the first initial password of those stops working.
#[derive(FromQueryResult)]
struct Counts {
    units: i64,
    not_activated: i64,
    first: Option<i64>,
}

/// What waits in the actor's subtree.
pub async fn get(services: &Services, actor: &Actor) -> Result<Desktop> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let range = || [subtree.from.as_str().into(), subtree.to.as_str().into()];
    let within = "u.path > $1 AND u.path < $2";
    // One scan of the subtree.
    let text = format!(
        "SELECT COUNT(*) AS units, COUNT(CASE WHEN u.account = 'not-activated' THEN 1 END) AS not_activated, \
         MIN(u.initial_until) AS first FROM {} WHERE {within}",
        listed(db)
    );
    let found = Counts::find_by_statement(sql(db, &text, range())).one(db).await?;
    let Counts { units, not_activated, first } = found.ok_or_else(|| Error::internal("a count gave nothing"))?;
    let oldest = match first {
        Some(until) => waiting(services, actor, until).await?,
        None => None,
    };
    let unreached = format!("SELECT COUNT(*) FROM unit u WHERE {within} AND {UNREACHED}");
    let waits = async |template| match actor.role {
        Role::Operator => Ok(None),
        Role::Management(_) => {
            let batch = import::current(services, actor, template).await?;
            Ok::<_, Error>(batch.filter(|batch| matches!(batch.state, BatchState::Checked | BatchState::Generating)))
        }
    };
    Ok(Desktop {
        units: u32::try_from(units).map_err(Error::internal)?,
        batch: waits(Template::Units).await?,
        purchasers: waits(Template::Purchasers).await?,
        not_activated: u32::try_from(not_activated).map_err(Error::internal)?,
        oldest_not_activated: oldest,
        sms_failed: count(db, sql(db, &unreached, range())).await?,
    })
}

/// The topmost unit whose initial password stops working at this time, and since when it waits.
async fn waiting(services: &Services, actor: &Actor, until: i64) -> Result<Option<(UnitRef, Timestamp)>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let text = format!(
        "SELECT u.id, u.name FROM {} WHERE u.path > $1 AND u.path < $2 AND u.initial_until = $3 ORDER BY u.path LIMIT 1",
        listed(db)
    );
    let found = sql(db, &text, [subtree.from.into(), subtree.to.into(), until.into()]);
    let Some(row) = db.query_one_raw(found).await? else { return Ok(None) };
    // An initial password works for the same time from its issue on.
    let since = until.saturating_sub(millis(DAY * services.settings().initial_password_days));
    Ok(Some((UnitRef { id: UnitId(row.try_get_by_index(0)?), name: row.try_get_by_index(1)? }, Timestamp(since))))
}
