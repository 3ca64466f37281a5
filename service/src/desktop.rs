//! 桌面: what waits for an account.

use crate::{
    Actor, Result, Services,
    actor::Role,
    clock::{DAY, millis},
    database::sql,
    import,
    unit::count,
};
use domain::{
    Template,
    view::{BatchState, Desktop, Timestamp, UnitId, UnitRef},
};
use sea_orm::FromQueryResult;

/// A unit and when its initial password stops working.
#[derive(FromQueryResult)]
struct Waiting {
    id: i64,
    name: String,
    initial_until: Option<i64>,
}

/// What waits in the actor's subtree.
pub async fn get(services: &Services, actor: &Actor) -> Result<Desktop> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let range = || [subtree.from.as_str().into(), subtree.to.as_str().into()];
    let within = "u.path > $1 AND u.path < $2";
    let units = format!("SELECT COUNT(*) FROM unit u WHERE {within}");
    let waiting = format!("{within} AND u.account = 'not-activated'");
    let not_activated = format!("SELECT COUNT(*) FROM unit u WHERE {waiting}");
    let oldest = format!(
        "SELECT u.id, u.name, a.initial_until FROM unit u JOIN account a ON a.unit_id = u.id AND a.kind = 'management' \
         WHERE {waiting} ORDER BY a.initial_until, u.path LIMIT 1"
    );
    // What failed and was sent again later, or whose owner came all the same, waits for nobody.
    let failed = format!(
        "SELECT COUNT(*) FROM sms_outbox s JOIN unit u ON u.id = s.unit_id \
         WHERE s.state = 'failed' AND {waiting} \
         AND NOT EXISTS (SELECT 1 FROM sms_outbox later WHERE later.account_id = s.account_id AND later.id > s.id)"
    );
    let oldest = Waiting::find_by_statement(sql(db, &oldest, range())).one(db).await?;
    // An initial password works for the same time from its issue on.
    let works = millis(DAY * services.settings().initial_password_days);
    let batch = match actor.role {
        Role::Operator => None,
        Role::Management(_) => import::current(services, actor, Template::Units).await?,
    };
    Ok(Desktop {
        units: count(db, sql(db, &units, range())).await?,
        batch: batch.filter(|batch| matches!(batch.state, BatchState::Checked | BatchState::Generating)),
        not_activated: count(db, sql(db, &not_activated, range())).await?,
        oldest_not_activated: oldest.and_then(|unit| {
            let since = Timestamp(unit.initial_until?.saturating_sub(works));
            Some((UnitRef { id: UnitId(unit.id), name: unit.name }, since))
        }),
        sms_failed: count(db, sql(db, &failed, range())).await?,
    })
}
