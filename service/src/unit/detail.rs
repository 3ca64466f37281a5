//! A unit in full, with its history.

use super::list::UnitListRow;
use crate::{
    Actor, Result, Services,
    actor::Subtree,
    history,
    list::Listed,
    query::{is_any_of, within},
};
use domain::{
    BudgetLevel, Problem,
    account::{AccountHolderName, AccountKind},
    calendar::Timestamp,
    ids::UnitId,
    plan::PlanView,
    unit::{UnitDetail, UnitRef},
};
use entity::{Count, account, reserve_plan, unit, unit_alias};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
    sea_query::{Expr, ExprTrait, IntoCondition, Query, SubQueryStatement},
};
use std::collections::HashMap;

/// A unit of the list with the columns that the list does not show.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
struct DetailRow {
    #[sea_orm(nested)]
    unit: UnitListRow,
    budget_level: Option<BudgetLevel>,
    remark: Option<String>,
    #[sea_orm(from_expr = "account::Column::LastSignInAt.into_expr()")]
    last_sign_in_at: Option<Timestamp>,
    #[sea_orm(from_expr = "account::Column::ActivatedAt.into_expr()")]
    activated_at: Option<Timestamp>,
    #[sea_orm(from_expr = "children()")]
    children: Count,
}

/// How many units are directly below a unit.
fn children() -> Expr {
    const CHILD: &str = "child";
    let count = Query::select()
        .expr(Expr::col((CHILD, unit::Column::Id)).count())
        .from_as(unit::Entity, CHILD)
        .and_where(Expr::col((CHILD, unit::Column::ParentId)).eq(unit::Column::Id.into_expr()))
        .to_owned();
    SubQueryStatement::from(count).into()
}

/// A unit in full; [`domain::Problem::NotFound`] outside the subtree.
pub async fn detail(services: &Services, actor: &Actor, id: UnitId) -> Result<UnitDetail> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let management = unit::Relation::Account.def().on_condition(|_, account| {
        ExprTrait::eq(Expr::col((account, account::Column::Kind)), AccountKind::Management).into_condition()
    });
    let row = unit::Entity::join(unit::Entity::find_by_id(id), services.clock().year())
        .join(JoinType::LeftJoin, management)
        .filter(within(unit::Column::Path, &subtree))
        .into_partial_model::<DetailRow>()
        .one(db)
        .await?
        .ok_or(Problem::NotFound)?;
    let superiors = superiors(&subtree, row.unit.path());
    let history = history::events(db, &subtree, id.into()).await?;
    let names = names(db, &subtree, superiors.iter().copied().chain(history.units())).await?;
    let superior = |id: UnitId| Some(UnitRef { id, name: names.get(&id)?.clone() });
    Ok(UnitDetail {
        budget_level: row.budget_level,
        path: superiors.into_iter().filter_map(superior).collect(),
        children: row.children.into(),
        former: former_names(db, id).await?,
        remark: row.remark,
        plans: plans(db, id).await?,
        last_sign_in: row.last_sign_in_at,
        activated: row.activated_at.is_some(),
        sms: history::messages(db, id.into()).await?,
        events: history.into_views(&names),
        unit: row.unit.into_item(&subtree),
    })
}

/// The superiors of a unit by its path, from the top of the actor's subtree down.
pub(crate) fn superiors(subtree: &Subtree, path: &str) -> Vec<UnitId> {
    let above = path.trim_end_matches('/').match_indices('/').filter_map(|(end, _)| path.get(..=end));
    let inside = above.filter(|above| subtree.contains(above));
    inside.filter_map(|above| above.trim_end_matches('/').rsplit('/').next()?.parse().ok()).collect()
}

async fn former_names(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<String>> {
    let names = unit_alias::Entity::find()
        .select_only()
        .column(unit_alias::Column::Name)
        .filter(unit_alias::Column::UnitId.eq(unit))
        .order_by_asc(unit_alias::Column::NameKey);
    Ok(names.into_tuple().all(db).await?)
}

async fn plans(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<PlanView>> {
    let plans = reserve_plan::Entity::find()
        .filter(reserve_plan::Column::UnitId.eq(unit))
        .order_by_desc(reserve_plan::Column::Year)
        .all(db)
        .await?;
    let view = |plan: reserve_plan::Model| PlanView {
        year: plan.year,
        total: plan.total,
        ratio: plan.ratio,
        share: plan.share,
    };
    Ok(plans.into_iter().map(view).collect())
}

/// The names of those of these units that lie in the subtree.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    subtree: &Subtree,
    ids: impl IntoIterator<Item = UnitId>,
) -> Result<HashMap<UnitId, String>> {
    let names = unit::Entity::find()
        .select_only()
        .columns([unit::Column::Id, unit::Column::Name])
        .filter(is_any_of(db, unit::Column::Id, ids))
        .filter(within(unit::Column::Path, subtree))
        .into_tuple()
        .all(db)
        .await?;
    Ok(names.into_iter().collect())
}

/// The name and the login name of a unit; [`domain::Problem::NotFound`] outside the subtree.
pub async fn name(services: &Services, actor: &Actor, id: UnitId) -> Result<AccountHolderName> {
    let name = unit::Entity::find_by_id(id)
        .select_only()
        .columns([unit::Column::Name, unit::Column::Login])
        .filter(within(unit::Column::Path, &actor.subtree()))
        .into_tuple()
        .one(&services.0.db)
        .await?;
    let (name, login) = name.ok_or(Problem::NotFound)?;
    Ok(AccountHolderName { name, login })
}
