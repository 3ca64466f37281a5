//! 桌面: the tasks of an account, and what waits for a purchaser at the trading portal.

use crate::{
    Actor, Error, PurchaserActor, Result, Services,
    actor::Role,
    certification, dispute, import, ledger,
    list::Listed,
    notice, plan, query, sql,
    unit::list::{is_unreached, of_subtree},
};
use domain::{
    Template,
    account::AccountState,
    calendar::{Day, Timestamp},
    desktop::{Desktop, ORDER_WAITS_DAYS, TradeDesktop, WAITING_ORDERS},
    ids::UnitId,
    import_batch::BatchState,
    unit::UnitRef,
};
use entity::{Count, unit};
use sea_orm::{
    ColumnTrait, FromQueryResult, Order,
    sea_query::{Asterisk, Expr, Func},
};
use std::time::Duration;

/// The counts of the units of a subtree.
#[derive(FromQueryResult)]
struct Counts {
    units: Count,
    /// Number of units whose account was never activated.
    not_activated: Count,
    /// The time when the first initial password of these units expires.
    first_until: Option<Timestamp>,
}

/// The tasks in the actor's subtree.
pub async fn get(services: &Services, actor: &Actor) -> Result<Desktop> {
    let (db, index) = (&services.0.db, unit::Entity::INDEX);
    let units = of_subtree(services, &actor.subtree());
    let is_not_activated = unit::Column::Account.eq(AccountState::NotActivated);
    // One scan of the subtree.
    let counts = units
        .select()
        .expr_as(Func::count(Expr::col(Asterisk)), "units")
        .expr_as(Func::count(Expr::case(is_not_activated, 1)), "not_activated")
        .expr_as(unit::Column::InitialUntil.min(), "first_until")
        .to_owned();
    let Counts { units: count, not_activated, first_until } =
        sql::lists::aggregate(db, &counts, &unit::Entity, index).await?;
    let oldest_not_activated = match first_until {
        Some(until) => longest_waiting(services, actor, until).await?,
        None => None,
    };
    let unreached = units.select().expr(Expr::val(1)).and_where(is_unreached()).to_owned();
    let waiting_batch = async |template| match actor.role {
        Role::Operator => Ok(None),
        Role::Management(_) => {
            let batch = import::current(services, actor, template).await?;
            Ok::<_, Error>(batch.filter(|batch| matches!(batch.state, BatchState::Checked | BatchState::Generating)))
        }
    };
    let plans = match &actor.role {
        Role::Operator => None,
        Role::Management(own) => Some(plan::to_do(services, own).await?),
    };
    let (certifications, parked_orders) = match actor.role {
        Role::Operator => (certification::waiting_count(db).await?, ledger::parked_count(db).await?),
        Role::Management(_) => (0, 0),
    };
    Ok(Desktop {
        units: count.into(),
        batch: waiting_batch(Template::Units).await?,
        purchasers: waiting_batch(Template::Purchasers).await?,
        not_activated: not_activated.into(),
        oldest_not_activated,
        sms_failed: query::count_rows(db, unreached).await?,
        disputes: dispute::to_look_at(services, actor).await?,
        plans,
        unread_notices: notice::unread(services, actor).await?,
        certifications,
        parked_orders,
    })
}

/// What waits for a purchaser: its orders that were made some time ago and are not paid, accepted or evaluated yet, and notices.
/// The orders of a state are one range of an index.
pub async fn of_purchaser(services: &Services, purchaser: &PurchaserActor) -> Result<TradeDesktop> {
    let ordered_until = Day::of(services.now() - Duration::from_hours(24 * ORDER_WAITS_DAYS));
    let mut orders = Vec::new();
    for state in WAITING_ORDERS {
        let waiting = ledger::count_own(services, purchaser, state, ordered_until).await?;
        if waiting > 0 {
            orders.push((state, waiting));
        }
    }
    let unread_notices = notice::unread_of_purchaser(services, purchaser).await?;
    Ok(TradeDesktop { unread_notices, orders, ordered_until })
}

/// The topmost unit whose initial password stops working at this time, and the time since which it waits.
async fn longest_waiting(services: &Services, actor: &Actor, until: Timestamp) -> Result<Option<(UnitRef, Timestamp)>> {
    #[derive(FromQueryResult)]
    struct Waiting {
        id: UnitId,
        name: String,
    }
    let select = of_subtree(services, &actor.subtree())
        .select()
        .columns([unit::Column::Id, unit::Column::Name].map(|column| (unit::Entity, column)))
        .and_where(unit::Column::InitialUntil.eq(until))
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .limit(1)
        .to_owned();
    let waiting = sql::lists::all::<Waiting>(&services.0.db, &select, &unit::Entity, unit::Entity::INDEX).await?;
    // An initial password works for the same time from its issue on.
    let since = until - services.settings().initial_password_lifetime();
    let waiting = waiting.into_iter().next();
    Ok(waiting.map(|unit| (UnitRef { id: unit.id, name: unit.name }, since)))
}
