//! The tree of units, opened level by level.

use super::{detail::superiors, list::path};
use crate::{Actor, Error, Result, Services, actor::Role, query, sql::units::count_below};
use domain::{
    Problem,
    ids::UnitId,
    paging::BoundedCount,
    unit::{NODES_PER_PAGE, OpenTree, TreeNode, TreePage, UnitRef},
};
use entity::{Count, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QuerySelect,
    sea_query::{Asterisk, Expr, ExprTrait, Func, Query, SelectStatement, UnionType},
};
use std::collections::HashMap;

/// The sub-select of the units whose nodes are read.
const NODES: &str = "nodes";

/// A unit of the tree.
#[derive(FromQueryResult)]
struct Node {
    id: UnitId,
    parent_id: Option<UnitId>,
    name: String,
    name_key: String,
    below: Count,
}

impl Node {
    fn into_view(self) -> TreeNode {
        TreeNode { unit: UnitRef { id: self.id, name: self.name }, below: BoundedCount::counted(self.below.into()) }
    }
}

/// The units directly below one, by name: from the first one or behind one of them (`after`). Without a unit it is the top of
/// the tree: the own unit, or the topmost units for the operator. [`domain::Problem::NotFound`] outside the subtree.
pub async fn tree(
    services: &Services,
    actor: &Actor,
    parent: Option<UnitId>,
    after: Option<UnitId>,
) -> Result<TreePage> {
    let db = &services.0.db;
    let Some(parent) = parent else { return top(db, actor).await };
    path(db, &actor.subtree(), parent).await?;
    // The page begins with the first unit again if the unit is gone.
    let after = match after {
        Some(after) => {
            unit::Entity::find_by_id(after)
                .select_only()
                .columns([unit::Column::NameKey, unit::Column::Id])
                .filter(unit::Column::ParentId.eq(parent))
                .into_tuple()
                .one(db)
                .await?
        }
        None => None,
    };
    Ok(pages(db, &[parent], after.as_ref()).await?.remove(&parent).unwrap_or_else(empty))
}

/// The tree as a page shows it at first: the top, the units directly below it and, if a unit is given, the branches down to
/// that unit and the units directly below it. A unit outside the subtree opens nothing. The number of statements grows
/// neither with the units nor with the levels.
pub async fn open_tree(services: &Services, actor: &Actor, unit: Option<UnitId>) -> Result<OpenTree> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let top = top(db, actor).await?;
    let mut open: Vec<UnitId> = top.nodes.iter().map(|node| node.unit.id).collect();
    if let Some(unit) = unit {
        match path(db, &subtree, unit).await {
            Ok(path) => {
                let branch = superiors(&subtree, &path).into_iter().chain([unit]);
                open.extend(branch.filter(|id| top.nodes.iter().all(|node| node.unit.id != *id)));
            }
            Err(Error::Problem(Problem::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut pages = pages(db, &open, None).await?;
    let branch = |id| (id, pages.remove(&id).unwrap_or_else(empty));
    Ok(OpenTree { branches: open.into_iter().map(branch).collect(), top })
}

const fn empty() -> TreePage {
    TreePage { nodes: Vec::new(), more: BoundedCount::Exactly(0) }
}

/// The top of the actor's tree.
async fn top(db: &impl ConnectionTrait, actor: &Actor) -> Result<TreePage> {
    let is_top = match &actor.role {
        Role::Management(own) => unit::Column::Id.eq(own.id),
        // Dissolved units have no superior either.
        Role::Operator => unit::Column::ParentId.is_null().and(unit::Column::MergedInto.is_null()),
    };
    let nodes = nodes(Query::select().from(unit::Entity).and_where(is_top).to_owned());
    let mut nodes: Vec<Node> = query::all(db, &nodes).await?;
    nodes.sort_unstable_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
    Ok(TreePage { nodes: nodes.into_iter().map(Node::into_view).collect(), more: BoundedCount::Exactly(0) })
}

/// The first units directly below each of these units, by name; if given, only those behind a name and an id. One statement
/// reads the nodes of all pages, and another one counts the units of all pages.
async fn pages(
    db: &impl ConnectionTrait,
    parents: &[UnitId],
    after: Option<&(String, UnitId)>,
) -> Result<HashMap<UnitId, TreePage>> {
    let children = |parent: UnitId| {
        let mut select = Query::select();
        select.from(unit::Entity).and_where(unit::Column::ParentId.eq(parent));
        if let Some((name, id)) = after {
            let row = Expr::tuple([unit::Column::NameKey.into_expr(), unit::Column::Id.into_expr()]);
            select.and_where(row.gt(Expr::tuple([Expr::val(name.as_str()), Expr::val(*id)])));
        }
        select
    };
    let page = |parent: &UnitId| {
        let mut page = children(*parent);
        page.order_by_expr(unit::Column::NameKey.into_expr(), Order::Asc)
            .order_by_expr(unit::Column::Id.into_expr(), Order::Asc)
            .limit(NODES_PER_PAGE.into());
        nodes(page)
    };
    let mut siblings: HashMap<UnitId, Vec<Node>> = HashMap::with_capacity(parents.len());
    if let Some(select) = union_all(parents.iter().map(page)) {
        for node in query::all::<Node>(db, &select).await? {
            siblings.entry(node.parent_id.unwrap_or(node.id)).or_default().push(node);
        }
    }

    let count = |parent: &UnitId| {
        let bound = u64::from(BoundedCount::BOUND + 1 + NODES_PER_PAGE);
        let children = children(*parent).expr(Expr::val(1)).limit(bound).to_owned();
        Query::select()
            .expr_as(Expr::val(*parent), "parent_id")
            .expr_as(Func::count(Expr::col(Asterisk)), "children")
            .from_subquery(children, "children")
            .to_owned()
    };
    let mut counts = HashMap::with_capacity(parents.len());
    if let Some(select) = union_all(parents.iter().map(count)) {
        #[derive(FromQueryResult)]
        struct Counted {
            parent_id: UnitId,
            children: Count,
        }
        let counted: Vec<Counted> = query::all(db, &select).await?;
        counts.extend(counted.into_iter().map(|counted| (counted.parent_id, u32::from(counted.children))));
    }

    let page = |(parent, mut nodes): (UnitId, Vec<Node>)| {
        nodes.sort_unstable_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
        let more = counts.get(&parent).map_or(0, |count| count.saturating_sub(NODES_PER_PAGE));
        (
            parent,
            TreePage { nodes: nodes.into_iter().map(Node::into_view).collect(), more: BoundedCount::counted(more) },
        )
    };
    Ok(siblings.into_iter().map(page).collect())
}

/// The nodes of the units of a select, with the numbers of the units below them.
fn nodes(mut units: SelectStatement) -> SelectStatement {
    let columns = [unit::Column::Id, unit::Column::ParentId, unit::Column::Name, unit::Column::NameKey];
    units.columns(columns.map(|column| (unit::Entity, column))).column((unit::Entity, unit::Column::Path));
    Query::select()
        .columns(columns.map(|column| (NODES, column)))
        .expr_as(count_below((NODES, unit::Column::Path), BoundedCount::BOUND + 1), "below")
        .from_subquery(units, NODES)
        .to_owned()
}

/// The rows of all selects; none if there is no select.
fn union_all(mut selects: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    let first = selects.next()?;
    Some(selects.fold(first, |mut union, select| union.union(UnionType::All, select).to_owned()))
}
