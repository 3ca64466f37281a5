//! The tree, opened level by level.

use super::{count, list::path};
use crate::{
    Actor, Result, Services,
    actor::Role,
    database::{elements, sql},
};
use domain::view::{NODES_PER_PAGE, Total, TreeNode, TreePage, UnitId, UnitRef};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

#[derive(FromQueryResult)]
struct Node {
    id: i64,
    name: String,
    below: i64,
}

/// The units directly below one, by name, from the first or behind one of them (`after`). Without a unit the tree's top:
/// the own unit, or for the operator the one at the top. [`domain::Problem::NotFound`] outside the subtree.
pub async fn tree(
    services: &Services,
    actor: &Actor,
    parent: Option<UnitId>,
    after: Option<UnitId>,
) -> Result<TreePage> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let Some(parent) = parent else {
        let found = match &actor.role {
            Role::Management(own) => vec![own.id.0],
            Role::Operator => {
                let text = "SELECT id FROM unit WHERE parent_id IS NULL AND path < '~' ORDER BY id";
                let rows = db.query_all_raw(sql(db, text, [])).await?;
                rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Result<_>>()?
            }
        };
        return Ok(TreePage { nodes: nodes(db, &found).await?, more: Total::Exactly(0) });
    };
    path(db, &subtree, parent).await?;
    // Where it is gone, from the first on again.
    let after = match after {
        Some(after) => {
            let text = "SELECT name_key FROM unit WHERE id = $1 AND parent_id = $2";
            let row = db.query_one_raw(sql(db, text, [after.0.into(), parent.0.into()])).await?;
            row.map(|row| Ok::<_, crate::Error>((row.try_get_by_index::<String>(0)?, after.0))).transpose()?
        }
        None => None,
    };
    let (mut behind, mut values) = ("", vec![parent.0.into()]);
    if let Some((name, id)) = after {
        behind = "AND (name_key, id) > ($2, $3)";
        values.extend([name.into(), id.into()]);
    }
    let from = format!("FROM unit WHERE parent_id = $1 {behind}");
    let statement = |text| Statement::from_sql_and_values(db.get_database_backend(), text, values.clone());
    let ids = format!("SELECT id {from} ORDER BY name_key, id LIMIT {NODES_PER_PAGE}");
    let rows = db.query_all_raw(statement(ids)).await?;
    let ids: Vec<i64> = rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Result<_>>()?;
    let all = format!("SELECT COUNT(*) FROM (SELECT 1 {from} LIMIT {}) c", Total::BOUND + 1 + NODES_PER_PAGE);
    let left = count(db, statement(all)).await?.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    Ok(TreePage { nodes: nodes(db, &ids).await?, more: Total::counted(left) })
}

/// What there is to show of these units, by name.
async fn nodes(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<TreeNode>> {
    let text = format!(
        "SELECT u.id, u.name, (SELECT COUNT(*) FROM (SELECT 1 FROM unit b WHERE b.path > u.path \
         AND b.path < substr(u.path, 1, length(u.path) - 1) || '0' LIMIT {}) c) AS below \
         FROM unit u WHERE u.id IN ({}) ORDER BY u.name_key, u.id",
        Total::BOUND + 1,
        elements::<i64>(db, 1)
    );
    let found = Node::find_by_statement(sql(db, &text, [serde_json::to_string(ids)?.into()])).all(db).await?;
    let node = |node: Node| TreeNode {
        unit: UnitRef { id: UnitId(node.id), name: node.name },
        below: Total::counted(u32::try_from(node.below).unwrap_or(u32::MAX)),
    };
    Ok(found.into_iter().map(node).collect())
}
