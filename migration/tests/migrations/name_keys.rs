//! The keys by which stored names are compared follow the rule of `domain`.

use crate::{empty_database, query};
use migration::{Migrator, MigratorTrait};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use testdb::Backend;

/// Rows as earlier versions stored them. The two purchasers of one code are the same now, and so are two former names.
const ROWS: &str = "
    INSERT INTO unit (id, path, kind, name, name_key, admin_level, created_at, updated_at, version) VALUES
        (1, '1/', 'budget', '示例县 第一小学', '示例县 第一小学', 3, 1, 1, 1),
        (2, '2/', 'budget', '示例县第二小学', '示例县第二小学', 3, 1, 1, 1);
    INSERT INTO unit_alias (name_key, unit_id, name) VALUES
        ('示例Ａ校', 1, '示例Ａ校'), ('示例A校', 1, '示例A校'), ('示例—校', 1, '示例—校');
    INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, created_at, updated_at,
        version) VALUES
        (1, 1, '1/', 'canteen', '第一 食堂', '第一 食堂', 'A', '王丽', '13800000001', 1, 1, 1),
        (2, 1, '1/', 'canteen', '第一食堂', '第一食堂', 'A', '王丽', '13800000001', 1, 1, 1),
        (3, 1, '1/', 'canteen', '第一 食堂', '第一 食堂', 'B', '王丽', '13800000001', 1, 1, 1);";

#[rstest]
#[tokio::test]
async fn stored_keys_follow_the_new_rule(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (_db, db) = empty_database(backend).await;
    Migrator::up(&db, Some(4)).await.unwrap();
    db.execute_unprepared(ROWS).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let keys = async |table: &str| -> Vec<String> {
        let rows = query::<1>(&db, &format!("SELECT name_key FROM {table} ORDER BY 1")).await;
        rows.into_iter().map(|[key]| key).collect()
    };
    assert_eq!(keys("unit").await, ["示例县第一小学", "示例县第二小学"]);
    assert_eq!(keys("unit_alias").await, ["示例-校", "示例A校"]);
    assert_eq!(keys("purchaser").await, ["第一 食堂", "第一食堂", "第一食堂"]);
}
