//! The tree of units: its lock, and paths that move.

use super::update_each::BINDS;
use crate::{Result, Subtree};
use entity::unit;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{BinOper, CommonTableExpression, Expr, ExprTrait, Func, JoinType, Query, SelectStatement, Values},
};
use std::collections::HashMap;

/// The key of the lock: "tree" in ASCII.
const TREE: i64 = 0x7472_6565;

/// Takes the lock that every transaction takes before it adds, moves or dissolves units or adds purchasers: paths depend on
/// each other, and the checks before a change depend on the tree. It is held until the transaction ends. SQLite has one
/// writer at a time anyway.
///
/// PostgreSQL has advisory locks as functions only, which no builder knows.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = Query::select().expr(Func::cust("pg_advisory_xact_lock").arg(TREE)).to_owned();
        tx.query_one(&lock).await?;
    }
    Ok(())
}

/// Takes the same lock together with others that read the tree and the units of purchasers, and wait for those who change
/// them: orders are received under it.
///
/// PostgreSQL has advisory locks as functions only, which no builder knows.
pub(crate) async fn lock_shared(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = Query::select().expr(Func::cust("pg_advisory_xact_lock_shared").arg(TREE)).to_owned();
        tx.query_one(&lock).await?;
    }
    Ok(())
}

/// Paths of a range that get another beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathMove {
    /// The paths that move. All of them begin with the old beginning.
    pub(crate) range: Subtree,
    /// The length of the old beginning in bytes.
    pub(crate) old_length: usize,
    /// The new beginning.
    pub(crate) beginning: String,
}

/// Gives the units of each range another beginning of their paths. The ranges must not overlap. It is one statement for any
/// number of ranges and units.
///
/// The query builder has no string functions, and SeaORM's entities have no `UPDATE … FROM`.
pub(crate) async fn move_paths(tx: &DatabaseTransaction, moves: &[PathMove]) -> Result<()> {
    const LIST: &str = "list";
    const COLUMNS: [&str; 4] = ["first_path", "end_path", "rest_from", "beginning"];
    for moves in moves.chunks(BINDS / COLUMNS.len()) {
        let row = |path_move: &PathMove| {
            // `substr` counts from 1.
            let rest_from = i32::try_from(path_move.old_length + 1).map_err(crate::Error::internal)?;
            let PathMove { range, beginning, .. } = path_move;
            let row =
                [range.from.as_str().into(), range.to.as_str().into(), rest_from.into(), beginning.as_str().into()];
            Ok(Values(row.into()))
        };
        let mut list = CommonTableExpression::new();
        list.table_name(LIST).columns(COLUMNS).values(moves.iter().map(row).collect::<Result<_>>()?);
        let [first, end, rest_from, beginning] = COLUMNS.map(|column| Expr::col((LIST, column)));
        let path = || Expr::col((unit::Entity, unit::Column::Path));
        let rest = Func::cust("substr").args([path(), rest_from]);
        let mut update = Query::update();
        update
            .table(unit::Entity)
            .with_cte(list)
            .from(LIST)
            .value(unit::Column::Path, beginning.binary(BinOper::Custom("||"), rest))
            .and_where(path().gte(first))
            .and_where(path().lt(end));
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Subtrees of one [`grouped_by_subtree`] at most.
pub(crate) const SUBTREES_AT_ONCE: usize = BINDS / 2;

/// Selects the path of each subtree as `path`, joined and grouped with its units, for what a statement counts in many subtrees.
pub(crate) fn grouped_by_subtree(paths: &[&str]) -> SelectStatement {
    const LIST: &str = "list";
    const COLUMNS: [&str; 2] = ["first_path", "end_path"];
    let row = |path: &&str| {
        let range = Subtree::of(path);
        Values(vec![range.from.into(), range.to.into()])
    };
    let mut list = CommonTableExpression::new();
    list.table_name(LIST).columns(COLUMNS).values(paths.iter().map(row).collect());
    let [first, end] = COLUMNS.map(|column| Expr::col((LIST, column)));
    let path = || Expr::col((unit::Entity, unit::Column::Path));
    Query::select()
        .with_cte(list)
        .expr_as(first.clone(), "path")
        .from(LIST)
        .join(JoinType::InnerJoin, unit::Entity, path().gte(first.clone()).and(path().lt(end)))
        .add_group_by([first])
        .to_owned()
}

/// The number of levels below each unit, from their paths. It is one statement for any number of units.
///
/// The query builder has no string functions.
pub(crate) async fn levels_below(db: &impl ConnectionTrait, paths: &[&str]) -> Result<HashMap<String, u32>> {
    let mut levels = HashMap::with_capacity(paths.len());
    for paths in paths.chunks(SUBTREES_AT_ONCE) {
        let path = || Expr::col((unit::Entity, unit::Column::Path));
        let without_slashes = Func::cust("replace").args([path(), Expr::val("/"), Expr::val("")]);
        let depth = Expr::from(Func::char_length(path())).sub(Func::char_length(without_slashes));
        let select = grouped_by_subtree(paths).expr_as(Func::max(depth), "depth").to_owned();
        for row in db.query_all(&select).await? {
            let path: String = row.try_get("", "path")?;
            let depth = u32::try_from(row.try_get::<i32>("", "depth")?).unwrap_or(u32::MAX);
            let own_depth = crate::unit::depth(&path);
            levels.insert(path, depth.saturating_sub(own_depth));
        }
    }
    Ok(levels)
}

/// The moves of moved_ranges as ranges that do not overlap. `units` has the old and the new path of each unit that gets another
/// path. The range of a unit leaves out the units below it that are in the list themselves, as those have new paths of
/// their own.
pub(crate) fn path_moves<'a>(units: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<PathMove> {
    let mut moved_ranges: Vec<(Subtree, &str)> = units.into_iter().map(|(old, new)| (Subtree::of(old), new)).collect();
    // A unit comes before the units below it.
    moved_ranges.sort_unstable_by(|(a, _), (b, _)| a.from.cmp(&b.from));
    let mut moves = Vec::with_capacity(moved_ranges.len());
    for (index, (subtree, new)) in moved_ranges.iter().enumerate() {
        let mut push = |from: &str, to: &str| {
            let range = Subtree { from: from.to_owned(), to: to.to_owned() };
            moves.push(PathMove { range, old_length: subtree.from.len(), beginning: (*new).to_owned() });
        };
        let mut from = &subtree.from;
        for (below, _) in moved_ranges.iter().skip(index + 1).take_while(|(below, _)| subtree.contains(&below.from)) {
            // A unit below the one that was left out last is left out with it.
            if from <= &below.from {
                push(from, &below.from);
                from = &below.to;
            }
        }
        push(from, &subtree.to);
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::begin, sql::test_database};
    use domain::{AdminLevel, calendar::Timestamp, ids::UnitId};
    use entity::UnitKind;
    use proptest::prelude::*;
    use rstest::rstest;
    use sea_orm::{EntityTrait, QueryOrder, QuerySelect, Set};
    use testdb::Backend;

    /// The path of a unit, from the superior of each unit.
    fn path(superiors: &[Option<usize>], unit: usize) -> String {
        let above = superiors[unit].map(|superior| path(superiors, superior)).unwrap_or_default();
        format!("{above}{}/", unit + 1)
    }

    fn moved(paths: &[String], moves: &[PathMove]) -> Vec<String> {
        let new = |path: &String| {
            let mut fitting = moves.iter().filter(|path_move| path_move.range.contains(path));
            let new = fitting.next().map_or_else(|| path.clone(), |m| m.beginning.clone() + &path[m.old_length..]);
            assert_eq!(fitting.next(), None, "{path} is in two ranges");
            new
        };
        paths.iter().map(new).collect()
    }

    proptest! {
        #[test]
        fn every_path_follows_its_superiors(
            before in proptest::collection::vec(any::<proptest::sample::Index>(), 1..40),
            after in proptest::collection::vec(any::<proptest::sample::Index>(), 40),
            changes in proptest::collection::vec(any::<bool>(), 40),
        ) {
            // Unit 0 is the root. Before, each other unit is below an earlier one.
            let superiors = |of: &dyn Fn(usize) -> usize| {
                (0..=before.len()).map(|unit| (unit > 0).then(|| of(unit))).collect::<Vec<_>>()
            };
            let old = superiors(&|unit| before[unit - 1].index(unit));
            // Afterwards some units are below any earlier one, which makes no loop either.
            let new = superiors(&|unit| {
                if changes[unit - 1] { after[unit - 1].index(unit) } else { old[unit].unwrap() }
            });
            let units = 0..old.len();
            let (old_paths, new_paths): (Vec<_>, Vec<_>) = units.clone().map(|u| (path(&old, u), path(&new, u))).unzip();
            let moves = units.filter(|u| old[*u] != new[*u]).map(|u| (old_paths[u].as_str(), new_paths[u].as_str()));
            prop_assert_eq!(moved(&old_paths, &path_moves(moves)), new_paths);
        }
    }

    #[rstest]
    #[tokio::test]
    async fn subtrees_move_in_one_statement(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = test_database(backend).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        lock(&tx).await.unwrap();
        let paths = ["1/", "1/2/", "1/2/3/", "1/2/3/4/", "1/2/5/", "1/20/", "1/6/"];
        let units = paths.iter().zip([1, 2, 3, 4, 5, 20, 6]).map(|(path, id)| unit::ActiveModel {
            id: Set(UnitId(id)),
            path: Set((*path).to_owned()),
            kind: Set(UnitKind::Budget),
            name: Set(format!("{id}")),
            name_key: Set(format!("{id}")),
            admin_level: Set(AdminLevel::County),
            created_at: Set(Timestamp(0)),
            updated_at: Set(Timestamp(0)),
            version: Set(1),
            ..unit::ActiveModel::default()
        });
        unit::Entity::insert_many(units).exec_without_returning(&tx).await.unwrap();
        // 3 goes below 6, and then 2 below 3.
        let moves = path_moves([("1/2/3/", "1/6/3/"), ("1/2/", "1/6/3/2/")]);
        move_paths(&tx, &moves).await.unwrap();
        let select = unit::Entity::find().select_only().column(unit::Column::Path).order_by_asc(unit::Column::Id);
        let paths: Vec<String> = select.into_tuple().all(&tx).await.unwrap();
        assert_eq!(paths, ["1/", "1/6/3/2/", "1/6/3/", "1/6/3/4/", "1/6/3/2/5/", "1/6/", "1/20/"]);
        move_paths(&tx, &[]).await.unwrap();
    }
}
