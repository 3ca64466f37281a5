use crate::support::*;
use domain::{
    Code, Detail, Problem, Refusal,
    ids::BatchId,
    import_batch::{BatchState, ROWS_PER_PAGE, RowQuery, RowState},
    schema::units,
};
use rstest::rstest;
use service::import;
use std::{path::Path, time::Duration};
use testdb::Backend::{self, Postgres, Sqlite};
use texts::Lang;

#[rstest]
#[tokio::test]
async fn a_file_without_errors_is_stored_as_a_batch(
    #[values(Sqlite, Postgres)] backend: Backend,
    #[values("units-valid.xls", "units-valid.xlsx")] file: &str,
) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let id = world.stage_file(&own, &sample(file)).await.unwrap();
    let batch = import::batch(world.services(), &own, id).await.unwrap();
    assert_eq!((batch.state, batch.counts.correct, batch.counts.total()), (BatchState::Checked, 25, 25));
    assert_eq!((batch.file_name.as_str(), batch.kinds.len(), batch.job), (file, 0, None));
    let rows = world.rows(&own, id).await;
    assert_eq!((rows[0].row, rows[24].row), (4, 28));
    assert_eq!(rows[0].cells[usize::from(units::NAME)], "示例县教育局");
    assert_eq!(rows[0].cells[usize::from(units::MOBILE)], "160****7439");
    let current = import::current(world.services(), &own, batch.template).await.unwrap().unwrap();
    assert_eq!(current.id, id);
    assert_eq!(world.count("SELECT COUNT(*) FROM audit_event WHERE action = 'import'").await, 1);
}

#[rstest]
#[case("refused-csv.xls", Refusal::NotASpreadsheet)]
#[case("refused-empty.xlsx", Refusal::Empty)]
#[case("refused-encrypted.xlsx", Refusal::Encrypted)]
#[case("refused-truncated.xls", Refusal::Damaged)]
#[tokio::test]
async fn a_refused_file_creates_no_batch(
    #[case] file: &str,
    #[case] refusal: Refusal,
    #[values(Sqlite, Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let own = world.own().await;
    assert_eq!(problem(world.stage_file(&own, &sample(file)).await), Problem::File(refusal));
    assert_eq!(world.count("SELECT COUNT(*) FROM import_batch").await, 0);
}

#[tokio::test]
async fn an_upload_fails_if_its_reader_process_lacks_memory_or_cannot_start() {
    let mut world = World::new(Sqlite).await;
    let own = world.own().await;
    let mut settings = world.services().settings().clone();
    settings.reader.memory_bytes = 1 << 20;
    let clock = world.services().clock().clone();
    let too_little_memory = service::Services::open(settings.clone(), clock.clone()).await.unwrap();
    settings.reader.program = "/does/not/exist".into();
    let missing_program = service::Services::open(settings, clock).await.unwrap();
    // These rows need more memory than a process has when its limit is set.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.xlsx");
    sheet(&(1..=2_000).map(row).collect::<Vec<_>>(), &file);
    world.app.services = too_little_memory;
    assert_eq!(problem(world.stage_file(&own, &file).await), Problem::File(Refusal::Unreadable));
    world.app.services = missing_program;
    assert_eq!(world.stage_file(&own, &file).await.unwrap_err().into_problem().code(), "internal");
}

#[tokio::test]
async fn a_reader_process_past_its_time_limit_is_killed() {
    let mut world = World::new(Sqlite).await;
    let own = world.own().await;
    let mut settings = world.services().settings().clone();
    let folder = tempfile::tempdir().unwrap();
    // Under this path the test finds its own process among those of other tests.
    let program = folder.path().join("slow-reader");
    std::os::unix::fs::symlink(&settings.reader.program, &program).unwrap();
    settings.reader.program.clone_from(&program);
    settings.reader.time_limit = Duration::from_millis(200);
    world.app.services = service::Services::open(settings, world.services().clock().clone()).await.unwrap();
    // A file without an end: the test holds the pipe open and never writes.
    let file = folder.path().join("endless.xlsx");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    let _open = std::fs::File::options().read(true).write(true).open(&file).unwrap();

    assert_eq!(problem(world.stage_file(&own, &file).await), Problem::File(Refusal::Unreadable));
    let process_has_ended = async {
        while is_running(&program) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), process_has_ended)
        .await
        .expect("the process is killed when its upload fails");
}

/// Whether a process of this program is running. A killed process has no command line any more.
fn is_running(program: &Path) -> bool {
    let started = |process: std::fs::DirEntry| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        line.starts_with(program.as_os_str().as_encoded_bytes())
    };
    std::fs::read_dir("/proc").unwrap().flatten().any(started)
}

#[rstest]
#[tokio::test]
async fn superiors_and_codes_are_compared_with_the_database(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let foreign = world.stage(&other, &[row(900).below(OTHER), row(901).below(OTHER)]).await;
    world.generate(&other, foreign).await;
    // Two units with the same name in the own subtree.
    let same_name = [row(800).name("示例县双名站"), row(801)];
    let batch = world.stage(&own, &same_name).await;
    world.generate(&own, batch).await;
    world
        .run("UPDATE unit SET name = '示例县双名站', name_key = '示例县双名站' WHERE name = '示例县第801小学校'")
        .await;

    let rows = [
        row(1).below("财政部"),
        row(2).below(OTHER),
        row(3).below("示例县双名站"),
        row(4).code(&code(900)),
        row(5).with(units::ADMIN_LEVEL, "省级"),
        row(6).below("示例县第5小学校"),
        row(7).below("示例县第5小学"),
        row(8).below("火星基地"),
        row(9).name("示例县第9小学校(北)").below(OWN),
        row(10).below("示例县第9小学校（北）"),
    ];
    let batch = world.stage(&own, &rows).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        found(&rows),
        [
            (4, units::SUPERIOR, Code::SuperiorUnknown),
            (5, units::SUPERIOR, Code::SuperiorOutOfScope),
            (6, units::SUPERIOR, Code::SuperiorAmbiguous),
            (7, units::CODE, Code::CodeTaken),
            (8, units::ADMIN_LEVEL, Code::LevelConflict),
            (10, units::SUPERIOR, Code::SuperiorUnknown),
            (11, units::SUPERIOR, Code::SuperiorUnknown),
        ]
    );
    assert_eq!(rows[0].findings[0].suggestions, ["中华人民共和国财政部"]);
    assert_eq!(rows[1].findings[0].suggestions, Vec::<String>::new());
    assert_eq!(rows[4].state, RowState::Warning);
    assert_eq!(rows[6].findings[0].suggestions.first().map(String::as_str), Some("示例县第5小学校"));
    assert!(rows[7].findings[0].suggestions.is_empty());
    let summary = import::batch(world.services(), &own, batch).await.unwrap();
    assert_eq!((summary.counts.error, summary.counts.warning, summary.counts.correct), (6, 1, 3));
    assert_eq!(summary.kinds[0].code, Code::SuperiorUnknown);
    assert_eq!(summary.kinds[0].rows, [4, 10, 11]);
    assert_eq!(
        problem(service::generate::start(world.services(), &own, batch).await),
        Problem::BatchHasErrors { rows: 6 }
    );
}

#[rstest]
#[tokio::test]
async fn a_row_with_the_name_of_another_unit_gets_a_warning(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1), row(2), row(3)]).await;
    world.generate(&own, batch).await;
    // A unit with a corrected code, a unit that takes the name of another unit, and an unchanged unit.
    let rows = [row(1).code(&code(901)), row(2).name("示例县第3小学校"), row(3).name("示例县第3小学校")];
    let batch = world.stage(&own, &rows[..2]).await;
    let rows_found = world.rows(&own, batch).await;
    let exists = |row| (row, units::NAME, Code::NameExists);
    assert_eq!(found(&rows_found), [exists(4), exists(5)]);
    assert_eq!(rows_found[0].findings[0].detail, Detail::Expected(code(1)));
    assert_eq!(states(&rows_found), [RowState::Warning, RowState::Update]);
    let batch = world.stage(&own, &rows[2..]).await;
    assert_eq!(states(&world.rows(&own, batch).await), [RowState::Existing]);
}

#[rstest]
#[tokio::test]
async fn the_present_name_is_suggested_for_the_former_name_of_a_superior(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    for name in ["示例县农业局", "示例县农业农村局"] {
        let batch = world.stage(&own, &[row(1).name(name)]).await;
        world.generate(&own, batch).await;
    }
    let batch = world.stage(&own, &[row(2).below("示例县农业局")]).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(found(&rows), [(4, units::SUPERIOR, Code::SuperiorUnknown)]);
    assert_eq!(rows[0].findings[0].suggestions, ["示例县农业农村局"]);
}

#[rstest]
#[tokio::test]
async fn the_server_repeats_the_checks_of_the_file(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage_file(&own, &sample("units-errors.xls")).await.unwrap();
    let expected: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(sample("expected.json")).unwrap()).unwrap();
    let expected: Vec<_> = expected["findings"]["units-errors.xls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["row"].as_u64().unwrap(), f["code"].as_str().unwrap().to_owned()))
        .collect();
    let rows = world.rows(&own, batch).await;
    let found: Vec<_> = found(&rows).iter().map(|(r, _, c)| (u64::from(*r), c.as_str().to_owned())).collect();
    // The server has no further findings, because every superior is in the file or is the uploader's unit.
    assert_eq!(found, expected);
}

#[rstest]
#[tokio::test]
async fn a_new_upload_supersedes_the_batch_that_waits(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let foreign = world.stage(&other, &[row(9).below(OTHER)]).await;
    let first = world.stage(&own, &[row(1)]).await;
    let second = world.stage(&own, &[row(1), row(2)]).await;
    let state = async |actor, id| import::batch(world.services(), actor, id).await.unwrap().state;
    assert_eq!(state(&own, first).await, BatchState::Superseded);
    assert_eq!(state(&own, second).await, BatchState::Checked);
    assert_eq!(state(&other, foreign).await, BatchState::Checked);
    assert_eq!(problem(service::generate::start(world.services(), &own, first).await), Problem::BatchClosed);
    // Only the rows of the superseded batch are deleted.
    let rows =
        async |batch: BatchId| world.count(&format!("SELECT COUNT(*) FROM import_row WHERE batch_id = {batch}")).await;
    assert_eq!((rows(first).await, rows(second).await, rows(foreign).await), (0, 2, 1));
    assert_eq!(problem(service::export::annotated(world.services(), &own, first, Lang::Zh).await), Problem::NotFound);
    // A batch that is being generated is not superseded by a new upload.
    service::generate::start(world.services(), &own, second).await.unwrap();
    let third = world.stage(&own, &[row(3)]).await;
    assert_eq!(state(&own, second).await, BatchState::Generating);
    assert_eq!(state(&own, third).await, BatchState::Checked);
}

#[rstest]
#[tokio::test]
async fn only_one_batch_of_concurrent_uploads_waits(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let file = sample("units-valid.xlsx");
    let outcomes =
        tokio::join!(world.stage_file(&own, &file), world.stage_file(&own, &file), world.stage_file(&own, &file));
    outcomes.0.and(outcomes.1).and(outcomes.2).unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM import_batch WHERE state = 'checked'").await, 1);
    assert_eq!(world.count("SELECT COUNT(*) FROM import_batch").await, 3);
}

#[rstest]
#[tokio::test]
async fn only_the_uploading_unit_sees_its_batch(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other, operator) = (world.own().await, world.actor(OTHER).await, world.actor("平台运维").await);
    let id = world.stage(&own, &[row(1)]).await;
    let services = world.services();
    for id in [id, BatchId(id.0 + 1_000)] {
        let query = RowQuery::default();
        assert_eq!(problem(import::batch(services, &other, id).await), Problem::NotFound);
        assert_eq!(problem(import::rows(services, &other, id, &query).await), Problem::NotFound);
        assert_eq!(problem(service::generate::start(services, &other, id).await), Problem::NotFound);
        assert_eq!(problem(service::generate::job(services, &other, id).await), Problem::NotFound);
        assert_eq!(problem(service::export::annotated(services, &other, id, Lang::Zh).await), Problem::NotFound);
        assert_eq!(problem(service::export::accounts(services, &other, id, Lang::Zh).await), Problem::NotFound);
        assert_eq!(problem(import::batch(services, &operator, id).await), Problem::Forbidden);
    }
    assert_eq!(import::current(services, &other, domain::Template::Units).await.unwrap(), None);
    assert_eq!(problem(world.stage_file(&operator, &sample("units-valid.xlsx")).await), Problem::Forbidden);
}

#[rstest]
#[tokio::test]
async fn rows_are_filtered_searched_and_paged(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let mut rows: Vec<Row> = (1..=120).map(row).collect();
    rows[10] = row(11).with(units::RATIO, "5").with(units::SHARE, "");
    rows[20] = row(21).with(units::REMARK, r#"50%_"引号"\，ABC"#);
    rows[30] = row(31).below("火星基地");
    let batch = world.stage(&own, &rows).await;
    let page = async |query: RowQuery| import::rows(world.services(), &own, batch, &query).await.unwrap();
    let last = page(RowQuery { page: 99, ..RowQuery::default() }).await;
    assert_eq!((last.page, last.total, last.rows.len()), (3, 120, 120 - 2 * ROWS_PER_PAGE as usize));
    let numbers = async |query| page(query).await.rows.iter().map(|r| r.row).collect::<Vec<_>>();
    assert_eq!(numbers(RowQuery { state: Some(RowState::Warning), ..RowQuery::default() }).await, [14]);
    assert_eq!(numbers(RowQuery { code: Some(Code::SuperiorUnknown), ..RowQuery::default() }).await, [34]);
    for search in ["50%_", "\"引号\"", "\\，", "abc", " aBC "] {
        assert_eq!(numbers(RowQuery { search: search.to_owned(), ..RowQuery::default() }).await, [24], "{search}");
    }
    // The JSON syntax of the stored cells is not searched.
    for search in ["\",\"", ",", "[", "]", "%%", "!"] {
        assert!(numbers(RowQuery { search: search.to_owned(), ..RowQuery::default() }).await.is_empty(), "{search}");
    }
    assert_eq!(numbers(RowQuery { search: "第12小".to_owned(), ..RowQuery::default() }).await, [15]);
}

#[rstest]
#[tokio::test]
async fn a_row_of_an_existing_unit_is_compared_with_the_stored_data(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1), row(2), row(3)]).await;
    world.generate(&own, batch).await;

    let rows = [
        row(1),
        row(2).name("示例县第二小学校").below("示例县第1小学校").with(units::MOBILE, "13900000000"),
        row(3).with(units::RATIO, "5").with(units::SHARE, ""),
        row(4).below("示例县第二小学校"),
        row(5).below("示例县第2小学校"),
    ];
    let batch = world.stage(&own, &rows).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        states(&rows),
        [RowState::Existing, RowState::Update, RowState::Update, RowState::Correct, RowState::Correct]
    );
    assert_eq!(found(&rows[..1]), [(4, units::NAME, Code::Unchanged)]);
    let change = |from: &str, to: &str| Detail::Change { from: from.to_owned(), to: to.to_owned() };
    let details: Vec<_> = rows[1].findings.iter().map(|f| (f.column, f.detail.clone())).collect();
    assert_eq!(
        details,
        [
            (units::NAME, change("示例县第2小学校", "示例县第二小学校")),
            (units::SUPERIOR, change(OWN, "示例县第1小学校")),
            (units::MOBILE, change("13800000002", "13900000000")),
        ]
    );
    // The warning replaces the info that the ratio changes.
    assert_eq!(found(&rows[2..3]), [(6, units::RATIO, Code::RatioBelowPolicy)]);
}

#[rstest]
#[tokio::test]
async fn the_own_unit_and_loops_through_existing_units_are_refused(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let chain = [row(1), row(2).below("示例县第1小学校"), row(3).below("示例县第2小学校"), row(4)];
    let batch = world.stage(&own, &chain).await;
    world.generate(&own, batch).await;
    world.run(&format!("UPDATE unit SET code = '{}' WHERE name = '{OWN}'", code(77))).await;

    // Unit 1 moves below unit 3. Unit 2, which is between them, is not in the file. The second row is the own unit.
    let batch = world.stage(&own, &[row(1).below("示例县第3小学校"), row(77), row(4)]).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        found(&rows),
        [
            (4, units::SUPERIOR, Code::SuperiorCycle),
            (5, units::CODE, Code::CodeTaken),
            (6, units::NAME, Code::Unchanged)
        ]
    );
    // Two moves that are valid alone, but not together: 4 below 2, and 1 below 4.
    let batch = world.stage(&own, &[row(4).below("示例县第2小学校"), row(1).below("示例县第4小学校")]).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(found(&rows), [(4, units::SUPERIOR, Code::SuperiorCycle), (5, units::SUPERIOR, Code::SuperiorCycle)]);
    // The order is reversed: 1 below 3.
    let batch = world.stage(&own, &[row(3).below(OWN), row(1).below("示例县第3小学校")]).await;
    assert_eq!(states(&world.rows(&own, batch).await), [RowState::Update, RowState::Update]);
}
