//! The entities fit the tables that the migrations make: the same tables, columns, types, keys and foreign keys, and every
//! column takes and gives back a value. On both databases.
#![allow(clippy::unwrap_used, clippy::panic)] // also in the functions that the tests share

use domain::{
    AdminLevel, BudgetLevel, Certification, Money, PurchaserKind, Ratio, Template,
    account::{AccountKind, AccountState},
    calendar::{Day, Timestamp},
    dispute::DisputeState,
    history::AuditAction,
    ids::{AccountId, ApiKeyId, BatchId, DisputeId, JobId, NoticeId, OrderId, PurchaserId, UnitId},
    import_batch::{BatchState, RowState},
    job::JobState,
    notice::Importance,
    order::{OrderState, PayerKind, ProductCategory, UnknownPart},
    plan_filing::{CanteenKind, FilingAction, FilingState},
    purchases::PurchaseClass,
    sms::{SmsKind, SmsState},
};
use entity::{
    AuditObjectKind, Count, JobKind, UnitKind, account, api_key, api_nonce, audit_event, code_dispute, counted_unit,
    counter, import_batch, import_row, job, key_fingerprint, known_device, notice, notice_read, parked_order,
    plan_filing, plan_filing_version, plan_parameter_set, purchase_order, purchase_order_revision, purchase_posting,
    purchaser, reserve_plan, session, sms_outbox, subtree_count, subtree_total, throttle, totalled_unit, unit,
    unit_alias, unit_to_recount,
};
use migration::{Migrator, MigratorTrait};
use rstest::rstest;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn, RelationTrait, Statement,
    sea_query::{ColumnType, TableRef},
};
use std::collections::{BTreeMap, BTreeSet};
use testdb::{Backend, TestDb};

/// Calls a macro with every entity.
macro_rules! every_entity {
    ($then:ident) => {
        $then!(
            account,
            api_key,
            api_nonce,
            audit_event,
            code_dispute,
            counted_unit,
            counter,
            import_batch,
            import_row,
            job,
            key_fingerprint,
            known_device,
            notice,
            notice_read,
            parked_order,
            plan_filing,
            plan_filing_version,
            plan_parameter_set,
            purchase_order,
            purchase_order_revision,
            purchase_posting,
            purchaser,
            reserve_plan,
            session,
            sms_outbox,
            subtree_count,
            subtree_total,
            throttle,
            totalled_unit,
            unit,
            unit_alias,
            unit_to_recount
        )
    };
}

async fn migrated(backend: Backend) -> (TestDb, DatabaseConnection) {
    let db = TestDb::create(backend).await;
    let url = db.url().replace("sqlite://", "sqlite:");
    if let Some(file) = url.strip_prefix("sqlite:") {
        std::fs::create_dir_all(std::path::Path::new(file).parent().unwrap()).unwrap();
    }
    let url = if backend == Backend::Sqlite { format!("{url}?mode=rwc") } else { url };
    let connection = Database::connect(url).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    (db, connection)
}

/// A table as the database or an entity describes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Type and whether NULL is allowed, by the column's name.
    columns: BTreeMap<String, (&'static str, bool)>,
    primary_key: BTreeSet<String>,
    /// Columns that are unique alone, apart from the primary key.
    unique: BTreeSet<String>,
    /// Column and the table that it refers to.
    foreign_keys: BTreeSet<(String, String)>,
}

fn of_entity<E: EntityTrait>(entity: E, backend: Backend) -> (String, Table) {
    let kind = |column: &ColumnType| match (column, backend) {
        (ColumnType::Text | ColumnType::String(_) | ColumnType::Enum { .. }, _) => "text",
        // SQLite knows integers of one size.
        (ColumnType::Integer, _) | (ColumnType::BigInteger | ColumnType::SmallInteger, Backend::Sqlite) => "integer",
        (ColumnType::BigInteger, _) => "bigint",
        (ColumnType::SmallInteger, _) => "smallint",
        (ColumnType::Boolean, _) => "boolean",
        (ColumnType::Blob | ColumnType::VarBinary(_), _) => "bytes",
        other => panic!("a column type without a counterpart: {other:?}"),
    };
    let mut table = Table::default();
    for column in E::Column::iter() {
        let (name, def) = (column.as_str().to_owned(), column.def());
        table.columns.insert(name.clone(), (kind(def.get_column_type()), def.is_null()));
        if def.is_unique() {
            table.unique.insert(name);
        }
    }
    for key in E::PrimaryKey::iter() {
        table.primary_key.insert(key.into_column().as_str().to_owned());
    }
    for relation in E::Relation::iter().map(|relation| relation.def()).filter(|def| !def.is_owner && !def.skip_fk) {
        let TableRef::Table(to, _) = relation.to_tbl else { panic!("a relation to {:?}", relation.to_tbl) };
        for column in relation.from_col {
            table.foreign_keys.insert((column.to_string(), to.1.to_string()));
        }
    }
    (entity.table_name().to_owned(), table)
}

fn kind(stored: &str) -> &'static str {
    match stored.to_ascii_lowercase().as_str() {
        "text" => "text",
        "bigint" => "bigint",
        "integer" => "integer",
        "smallint" => "smallint",
        "boolean" => "boolean",
        "blob" | "bytea" => "bytes",
        other => panic!("a column of type {other}"),
    }
}

async fn of_database(db: &DatabaseConnection, backend: Backend) -> BTreeMap<String, Table> {
    let rows =
        async |text: &str| db.query_all_raw(Statement::from_string(db.get_database_backend(), text)).await.unwrap();
    let (columns, unique, foreign) = match backend {
        Backend::Sqlite => (
            "SELECT t.name AS tab, c.name AS col, CASE WHEN c.type IN ('BIGINT', 'SMALLINT') THEN 'integer' ELSE c.type END \
             AS kind, (c.\"notnull\" = 0 AND c.pk = 0) AS nullable, c.pk > 0 AS pk \
             FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            "SELECT t.name AS tab, MIN(i.name) AS col FROM sqlite_master t, pragma_index_list(t.name) l, \
             pragma_index_info(l.name) i WHERE l.\"unique\" = 1 AND l.partial = 0 AND l.origin = 'u' \
             GROUP BY t.name, l.name HAVING COUNT(*) = 1",
            "SELECT t.name AS tab, f.\"from\" AS col, f.\"table\" AS target FROM sqlite_master t, \
             pragma_foreign_key_list(t.name) f",
        ),
        Backend::Postgres => (
            "SELECT c.table_name::text AS tab, c.column_name::text AS col, c.data_type::text AS kind, \
             c.is_nullable = 'YES' AS nullable, EXISTS (SELECT 1 FROM information_schema.table_constraints k \
             JOIN information_schema.key_column_usage u USING (constraint_name) WHERE k.constraint_type = 'PRIMARY KEY' \
             AND k.table_name = c.table_name AND u.column_name = c.column_name) AS pk \
             FROM information_schema.columns c WHERE c.table_schema = 'public'",
            "SELECT k.table_name::text AS tab, MIN(u.column_name)::text AS col FROM information_schema.table_constraints k \
             JOIN information_schema.key_column_usage u USING (constraint_name) WHERE k.constraint_type = 'UNIQUE' AND k.table_schema = 'public' \
             GROUP BY k.table_name, constraint_name HAVING COUNT(*) = 1",
            "SELECT k.table_name::text AS tab, u.column_name::text AS col, t.table_name::text AS target \
             FROM information_schema.table_constraints k JOIN information_schema.key_column_usage u USING (constraint_name) \
             JOIN information_schema.constraint_column_usage t USING (constraint_name) \
             WHERE k.constraint_type = 'FOREIGN KEY'",
        ),
    };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    // The table that SeaORM keeps of the migrations has no entity.
    for row in rows(columns).await.into_iter().filter(|row| text(row, "tab") != "seaql_migrations") {
        let table = tables.entry(text(&row, "tab")).or_default();
        let (column, nullable, key) =
            (text(&row, "col"), row.try_get("", "nullable").unwrap(), row.try_get("", "pk").unwrap());
        if key {
            table.primary_key.insert(column.clone());
        }
        table.columns.insert(column, (kind(&text(&row, "kind")), nullable));
    }
    for row in rows(unique).await {
        tables.entry(text(&row, "tab")).or_default().unique.insert(text(&row, "col"));
    }
    for row in rows(foreign).await {
        tables.entry(text(&row, "tab")).or_default().foreign_keys.insert((text(&row, "col"), text(&row, "target")));
    }
    tables
}

#[rstest]
#[tokio::test]
async fn the_entities_describe_the_tables(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (_db, connection) = migrated(backend).await;
    let stored = of_database(&connection, backend).await;
    macro_rules! described {
        ($($entity:ident),*) => { BTreeMap::from([$(of_entity($entity::Entity, backend)),*]) };
    }
    let described = every_entity!(described);
    assert_eq!(described.keys().collect::<Vec<_>>(), stored.keys().collect::<Vec<_>>(), "an entity a table");
    for (name, table) in &described {
        assert_eq!(Some(table), stored.get(name), "entity (left) and table (right) `{name}`");
    }
}

/// Inserts a row with a value in every column and reads it back.
async fn round_trip<M>(db: &DatabaseConnection, row: M, generated: &[<M::Entity as EntityTrait>::Column])
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + PartialEq,
    M::Entity: EntityTrait<Model = M>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let mut insert = row.clone().into_active_model().reset_all();
    for column in generated {
        insert.not_set(*column);
    }
    M::Entity::insert(insert).exec_without_returning(db).await.unwrap();
    let found = M::Entity::find().all(db).await.unwrap();
    assert!(found.contains(&row), "stored {found:?}\nnot {row:?}");
}

#[rstest]
#[tokio::test]
async fn every_column_takes_and_gives_back_a_value(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (_db, db) = migrated(backend).await;
    let db = &db;
    let text = |text: &str| Some(text.to_owned());
    let at = Timestamp(1_764_000_000_000);
    let (unit_id, purchaser_id, account_id) = (UnitId(7), PurchaserId(8), AccountId(9));
    let top = unit::Model {
        id: UnitId(1),
        parent_id: None,
        path: "1/".to_owned(),
        kind: UnitKind::Finance,
        name: "示例县财政局".to_owned(),
        name_key: "示例县财政局".to_owned(),
        code: None,
        admin_level: AdminLevel::County,
        budget_level: None,
        contact: None,
        mobile: None,
        remark: None,
        division: text("110101"),
        completed_at: None,
        merged_into: None,
        login: None,
        account: AccountState::NotIssued,
        initial_until: None,
        even_year: None,
        even_total: None,
        odd_year: None,
        odd_total: None,
        search_text: text("示例县财政局\t\t\t"),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    let generated = [unit::Column::SearchText];
    round_trip(db, top.clone(), &generated).await;
    let unit = unit::Model {
        id: unit_id,
        parent_id: Some(top.id),
        path: "1/7/".to_owned(),
        kind: UnitKind::Budget,
        code: text("12100000400001234A"),
        budget_level: Some(BudgetLevel::Second),
        contact: text("张三"),
        mobile: text("13800000000"),
        remark: text("备注"),
        division: None,
        completed_at: Some(at),
        merged_into: Some(top.id),
        login: text("GL00000001"),
        account: AccountState::Active,
        initial_until: Some(at),
        even_year: Some(2026),
        even_total: Money::from_fen(86_500_000),
        odd_year: Some(2025),
        odd_total: Money::from_fen(1),
        search_text: text("示例县财政局\t12100000400001234a\tgl00000001\t张三"),
        ..top
    };
    round_trip(db, unit, &generated).await;
    let alias = unit_alias::Model { name_key: "旧名".to_owned(), unit_id, name: "旧名".to_owned() };
    round_trip(db, alias, &[]).await;
    let purchaser = purchaser::Model {
        id: purchaser_id,
        unit_id,
        unit_path: "1/7/".to_owned(),
        kind: PurchaserKind::Canteen,
        name: "食堂".to_owned(),
        name_key: "食堂".to_owned(),
        code: "12100000400001234A".to_owned(),
        contact: "李四".to_owned(),
        mobile: "13900000000".to_owned(),
        remark: text("备注"),
        address: text("地址"),
        delivery_address: text("收货地址"),
        invoice_title: text("抬头"),
        invoice_tax_number: text("税号"),
        invoice_bank: text("银行"),
        invoice_account: text("账号"),
        completed_at: Some(at),
        certification: Certification::Returned,
        certification_note: text("原因"),
        submitted_at: Some(at),
        decided_at: Some(at),
        login: text("JY00000001"),
        account: AccountState::Disabled,
        search_text: text("食堂\t12100000400001234a\tjy00000001\t李四"),
        created_at: at,
        updated_at: at,
        version: 2,
    };
    round_trip(db, purchaser, &[purchaser::Column::SearchText]).await;
    let operator = account::Model {
        id: account_id,
        kind: AccountKind::Operator,
        unit_id: None,
        purchaser_id: None,
        login: "YW00000001".to_owned(),
        password_hash: text("$argon2id$"),
        must_change: true,
        initial_until: Some(at),
        activated_at: Some(at),
        disabled_at: Some(at),
        last_sign_in_at: Some(at),
        state: AccountState::Disabled,
        created_at: at,
        version: 3,
    };
    let generated = [account::Column::State];
    round_trip(db, operator.clone(), &generated).await;
    for (id, kind, unit_id, purchaser_id) in
        [(10, AccountKind::Management, Some(unit_id), None), (11, AccountKind::Trading, None, Some(purchaser_id))]
    {
        let login = format!("XX{id:08}");
        let other = account::Model { id: AccountId(id), kind, unit_id, purchaser_id, login, ..operator.clone() };
        round_trip(db, other, &generated).await;
    }
    let session = session::Model {
        id: "00".repeat(32),
        account_id,
        address: "192.0.2.7".to_owned(),
        created_at: at,
        last_used_at: at,
        expires_at: at,
    };
    round_trip(db, session, &[]).await;
    let device = known_device::Model { id: "00".repeat(32), account_id, last_used_at: at };
    round_trip(db, device, &[]).await;
    let throttle = throttle::Model { name: "login:X".to_owned(), failures: 3, window_until: at, blocked_until: at };
    round_trip(db, throttle, &[]).await;
    let plan = reserve_plan::Model {
        unit_id,
        year: 2026,
        total: Money::MAX,
        ratio: Ratio::POLICY_MINIMUM,
        share: Money::MAX,
        union_members: Count(7),
        union_funds: Money::MAX,
        union_share: Money::MAX,
        updated_at: at,
        version: 1,
    };
    round_trip(db, plan, &[]).await;
    let parameters =
        plan_parameter_set::Model { unit_id, year: 2026, parameters: "{}".to_owned(), updated_at: at, version: 1 };
    round_trip(db, parameters, &[]).await;
    let filing = plan_filing::Model {
        unit_id,
        year: 2026,
        state: FilingState::ChangeRequested,
        form: "{}".to_owned(),
        figures: text("{}"),
        canteen: Some(CanteenKind::SharedMember),
        representative_id: Some(UnitId(1)),
        total: Some(Money::MAX),
        share: Some(Money::ZERO),
        late: true,
        submitted_at: Some(at),
        updated_at: at,
        version: 3,
    };
    round_trip(db, filing, &[]).await;
    let version = plan_filing_version::Model {
        unit_id,
        year: 2026,
        version: 3,
        at,
        action: FilingAction::RequestChange,
        by_unit: "示例县第一中学".to_owned(),
        login: "GL00000001".to_owned(),
        reason: text("原因"),
        figures: text("{}"),
    };
    round_trip(db, version, &[]).await;
    let batch_id = BatchId(5);
    let batch = import_batch::Model {
        id: batch_id,
        unit_id,
        account_id,
        template: Template::Purchasers,
        file_name: "填报表.xlsx".to_owned(),
        state: BatchState::Generating,
        counts: "{}".to_owned(),
        kinds: "[]".to_owned(),
        uploaded_at: at,
        version: 1,
    };
    round_trip(db, batch, &[]).await;
    let row = import_row::Model {
        batch_id,
        row: Count(50_003),
        state: RowState::Update,
        cells: "[]".to_owned(),
        findings: text("[]"),
        target_id: Some(7),
        input: Some(vec![1, 2]),
        place_row: Some(Count(5)),
        place_id: Some(unit_id),
    };
    round_trip(db, row, &[]).await;
    let job = job::Model {
        id: JobId(6),
        kind: JobKind::Generate,
        batch_id: Some(batch_id),
        account_id,
        address: "192.0.2.7".to_owned(),
        state: JobState::Running,
        total: Count(50_000),
        done: Count(4),
        created: Count(3),
        updated: Count(1),
        failed: Count(0),
        attempts: 1,
        run_at: at,
        locked_by: text("0123456789abcdef"),
        locked_until: Some(at),
        error: text("error"),
        created_at: at,
        finished_at: Some(at),
    };
    round_trip(db, job, &[]).await;
    let sms = sms_outbox::Model {
        id: 12,
        kind: SmsKind::CertificationReturned,
        account_id,
        unit_id: Some(unit_id),
        purchaser_id: Some(purchaser_id),
        batch_id: Some(batch_id),
        mobile: "13800000000".to_owned(),
        secret: Some(vec![0, 255, 7]),
        state: SmsState::Failed,
        attempts: Count(2),
        next_at: at,
        locked_until: Some(at),
        error: text("error"),
        created_at: at,
        sent_at: Some(at),
        locked_by: text("0123456789abcdef"),
        not_before: Some(at),
        last_day: Day::from_number(20_260_331),
    };
    round_trip(db, sms, &[]).await;
    let event = audit_event::Model {
        id: 13,
        at,
        account_id: Some(account_id),
        login: "YW00000001".to_owned(),
        address: "192.0.2.7".to_owned(),
        action: AuditAction::SignIn,
        unit_id: Some(unit_id),
        purchaser_id: Some(purchaser_id),
        object: AuditObjectKind::Account,
        object_id: Some(9),
        before: text("{}"),
        after: text("{}"),
    };
    round_trip(db, event, &[]).await;
    let dispute = code_dispute::Model {
        id: DisputeId(14),
        unit_id,
        account_id,
        code: "12100000400001234A".to_owned(),
        name: "示例县第一中学".to_owned(),
        superior: "示例县财政局".to_owned(),
        superior_id: Some(UnitId(1)),
        reason: "理由".to_owned(),
        contact: "张三".to_owned(),
        mobile: "13800000000".to_owned(),
        state: DisputeState::Rejected,
        answer: text("答复"),
        filed_at: at,
        closed_at: Some(at),
        version: 2,
    };
    round_trip(db, dispute, &[]).await;
    let order_id = OrderId(15);
    let order = purchase_order::Model {
        id: order_id,
        number: "XS1".to_owned(),
        revision: 2,
        purchaser_id,
        unit_id,
        registered_unit_id: UnitId(1),
        supplier: "合作社".to_owned(),
        payer: PayerKind::Employee,
        amount: Money::MAX,
        refunded: Money::MAX,
        state: OrderState::Refunded,
        ordered_at: at,
        content: "{}".to_owned(),
        received_at: at,
    };
    round_trip(db, order, &[]).await;
    let revision = purchase_order_revision::Model { order_id, revision: 1, content: "{}".to_owned(), received_at: at };
    round_trip(db, revision, &[]).await;
    let parked = parked_order::Model {
        number: "XS2".to_owned(),
        revision: 1,
        reason: UnknownPart::Purchaser,
        purchaser: "JY00000009".to_owned(),
        content: "{}".to_owned(),
        received_at: at,
    };
    round_trip(db, parked, &[]).await;
    let key = api_key::Model {
        id: ApiKeyId(1),
        public_id: "JK0123456789abcdef".to_owned(),
        name: "交易平台".to_owned(),
        secret: Some(vec![1, 2]),
        issued_at: at,
        issued_by: "YW00000001".to_owned(),
        expires_at: Some(at),
        revoked_at: Some(at),
        last_used_at: Some(at),
        refused_at: Some(at),
    };
    round_trip(db, key, &[]).await;
    let notice = notice::Model {
        id: NoticeId(1),
        unit_id: Some(unit_id),
        title: "标题".to_owned(),
        text: "第一段\n第二段".to_owned(),
        importance: Importance::Important,
        published_at: at,
        ends_on: Day::from_number(20_261_231),
        edited_at: Some(at),
        withdrawn_at: Some(at),
        version: 3,
    };
    round_trip(db, notice, &[]).await;
    let read = notice_read::Model { account_id, notice_id: NoticeId(1), read_at: at };
    round_trip(db, read, &[]).await;
    let nonce = api_nonce::Model { key_id: ApiKeyId(1), nonce: "0123456789abcdef".to_owned(), signed_at: at };
    round_trip(db, nonce, &[]).await;
    let class =
        PurchaseClass { payer: PayerKind::Union, category: ProductCategory::Other, purchaser: PurchaserKind::Other };
    let posting = purchase_posting::Model {
        unit_id,
        day: Day::of(at),
        order_id,
        revision: 2,
        class,
        origin: 522_325,
        purchaser_id,
        ordered: i64::MIN,
        paid: -1,
        accepted: 0,
        evaluated: 1,
        orders: i64::MAX,
    };
    round_trip(db, posting, &[]).await;
    round_trip(db, totalled_unit::Model { unit_id, has_origins: true }, &[]).await;
    let total = subtree_total::Model {
        unit_id,
        period: 202_611,
        slot: 7,
        ordered: i64::MIN,
        paid: -1,
        accepted: 0,
        evaluated: 1,
        orders: i64::MAX,
        classes: vec![1, 0],
        origins: Some(vec![0, 255]),
    };
    round_trip(db, total, &[]).await;
    round_trip(db, counted_unit::Model { unit_id, path: "1/7/".to_owned(), counts: vec![0, 255] }, &[]).await;
    round_trip(db, subtree_count::Model { unit_id, counts: vec![0, 255] }, &[]).await;
    round_trip(db, unit_to_recount::Model { id: 1_000, unit_id, exclusive: true }, &[]).await;
    let key = key_fingerprint::Model { name: "sms".to_owned(), fingerprint: "00".repeat(32) };
    round_trip(db, key, &[]).await;
    round_trip(db, counter::Model { name: "unit".to_owned(), value: i64::MAX }, &[]).await;
}
