//! The figures of 月度通报.

use super::report::{Purchases, Scope, of_month};
use super::situations;
use crate::{Actor, Result, Services, plan, situation::situation};
use domain::{
    bulletin::{Bulletin, BulletinMonth, BulletinQuery, MAX_NAMES, NamedUnits, bulletin_tables},
    calendar::Day,
    plan_filing::PlanConcern,
    report::{Rate, ReportKind, ReportQuery},
    situation::SituationQuery,
};
use sea_orm::ConnectionTrait;

/// The figures of the notice about the actor's whole scope. The number of statements does not depend on the number of units.
pub async fn bulletin(services: &Services, actor: &Actor, query: BulletinQuery) -> Result<Bulletin> {
    let read_at = services.clock().now();
    let today = Day::of(read_at);
    let month = BulletinMonth::chosen(query.month, today);
    let until = month.last_day();
    let situation = situation(services, actor, &SituationQuery { unit: None, year: Some(until.year()) }).await?;
    let tx = services.read().await?;
    let conditions = ReportQuery { until: Some(until), amounts: query.amounts, ..ReportQuery::default() };
    let scope = Scope::find(&tx, actor, &conditions, until, read_at).await?;
    let purchases = Purchases::read(&tx, &conditions, &scope).await?;
    let mut tables = Vec::new();
    for kind in bulletin_tables() {
        let contents = if kind == ReportKind::Concerns {
            situations::contents(kind, &situation)
        } else {
            purchases.contents(&tx, kind, &conditions, &scope, Some(&situation)).await?
        };
        tables.push(scope.table(kind, &conditions, contents));
    }
    let named = async |concern, count| named(services, &tx, actor, &scope, concern, count).await;
    let completed = |report| of_month(report, month.month()).completed(scope.basis);
    let total = situation.total;
    Ok(Bulletin {
        month,
        months: BulletinMonth::choices(today),
        today,
        read_at,
        basis: scope.basis,
        time: Rate::of_time(until),
        summary: purchases.summary(Some(total.plans.share)),
        of_month: completed(&purchases.this_year),
        of_month_last_year: completed(&purchases.last_year),
        situation: total,
        not_reserved: named(PlanConcern::NotReserved, total.not_reserved()).await?,
        under_minimum: named(PlanConcern::UnderMinimum, total.under_minimum).await?,
        zero_purchases: named(PlanConcern::ZeroPurchases, total.plans.zero_purchases).await?,
        tables,
        unit: scope.unit.clone(),
    })
}

/// The names of the first units with a concern.
async fn named(
    services: &Services,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    scope: &Scope,
    concern: PlanConcern,
    count: i64,
) -> Result<NamedUnits> {
    if count == 0 {
        return Ok(NamedUnits::default());
    }
    let found = plan::of_concern(services, tx, scope.path(), concern, scope.until.year()).await?;
    let own = actor.subtree();
    let names = found.first(tx, MAX_NAMES).await?.into_iter().map(|row| row.into_item(&own).name);
    Ok(NamedUnits { count, names: names.collect() })
}
