//! What is counted of units from m20261130_000013_situation on.

use crate::{empty_database, query};
use migration::{Migrator, MigratorTrait};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use testdb::Backend;

/// Plans of unions in every state, as the version before stored them.
const ROWS: &str = r#"
    INSERT INTO unit (id, path, kind, name, name_key, admin_level, created_at, updated_at, version) VALUES
        (1, '1/', 'budget', '一', '一', 3, 1, 1, 1), (2, '2/', 'budget', '二', '二', 3, 1, 1, 1),
        (3, '3/', 'budget', '三', '三', 3, 1, 1, 1), (4, '4/', 'budget', '四', '四', 3, 1, 1, 1);
    INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) VALUES
        (1, 2026, 100, 1000, 10, 1, 1), (1, 2025, 100, 1000, 10, 1, 1), (2, 2026, 100, 1000, 10, 1, 1),
        (3, 2026, 100, 1000, 10, 1, 1), (4, 2026, 100, 1000, 10, 1, 1);
    INSERT INTO plan_filing (unit_id, year, state, form, figures, late, updated_at, version) VALUES
        (1, 2026, 'confirmed', '{}', '{"union":{"funds":9000,"members":20,"share":3000}}', FALSE, 1, 1),
        (2, 2026, 'approved', '{}', '{"union":{"funds":null,"members":7,"share":100}}', FALSE, 1, 1),
        (3, 2026, 'submitted', '{}', '{"union":{"funds":9000,"members":20,"share":3000}}', FALSE, 1, 1),
        (4, 2026, 'approved', '{}', '{"union":null}', FALSE, 1, 1);"#;

#[rstest]
#[tokio::test]
async fn approved_unions_are_copied_and_every_unit_is_to_be_counted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (_db, db) = empty_database(backend).await;
    let names: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let before = names.iter().position(|name| name == "m20261130_000013_situation").unwrap();
    Migrator::up(&db, Some(u32::try_from(before).unwrap())).await.unwrap();
    db.execute_unprepared(ROWS).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let unions = "SELECT unit_id, year, union_members, union_funds, union_share FROM reserve_plan ORDER BY 1, 2";
    let expected = [
        ["1", "2025", "0", "0", "0"],
        ["1", "2026", "20", "9000", "3000"],
        ["2", "2026", "7", "0", "100"],
        ["3", "2026", "0", "0", "0"],
        ["4", "2026", "0", "0", "0"],
    ];
    assert_eq!(query::<5>(&db, unions).await, expected.map(|row| row.map(str::to_owned)));
    let noted = "SELECT unit_id, COUNT(*) FROM unit_to_recount GROUP BY unit_id ORDER BY 1";
    assert_eq!(query::<2>(&db, noted).await, ["1", "2", "3", "4"].map(|unit| [unit.to_owned(), "1".to_owned()]));
}
