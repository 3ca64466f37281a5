//! A busy database, clients that leave, and sessions that end elsewhere.

use crate::{
    generation::{credit_code, many_units},
    harness::{Backend, DEPARTMENT, OPERATOR, Person, Server, Site, encode, in_shell, problem_code, sample, wait_for},
};
use futures_util::{StreamExt, future::join_all, stream};
use reqwest::{
    Method,
    header::{ACCEPT, COOKIE, RETRY_AFTER},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use std::{
    io::Write,
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

/// The server can write no file above a size. Signals about it are ignored, so that a write fails as on a full disk.
#[cfg(target_os = "linux")]
#[rstest]
#[case(OPERATOR, 64 << 10)]
#[case(DEPARTMENT, 4 << 10)]
#[tokio::test]
async fn files_that_cannot_be_written_are_answered_and_no_thread_panics(#[case] name: &str, #[case] limit: u64) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let site = Site::new(Backend::Postgres, &[]).await;
    let accounts = site.seed();
    let server = site.serve_by(|args| in_shell("trap '' XFSZ", &site.command(args))).await;
    let person = server.sign_in(&accounts[name]).await;
    let before = site.log();
    let process = Pid::from_raw(server.process_id().try_into().unwrap());
    let set_limit = |current| {
        prlimit(process, Resource::Fsize, Rlimit { current, maximum: None }).unwrap();
    };
    set_limit(Some(limit));
    for _ in 0..3 {
        let refused = person.get("/units/export.xlsx").await;
        assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (507, "disk-full"));
    }
    if name == DEPARTMENT {
        let refused = person.upload("units-valid.xlsx", sample("units-valid.xlsx")).await;
        assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (507, "disk-full"));
    }
    // The file of the log is full too.
    set_limit(Some(0));
    assert_eq!(person.get("/units").await.status(), 200);
    set_limit(None);
    assert_eq!(person.get("/units/export.xlsx").await.status(), 200);
    let log = site.log();
    let lines: Vec<&str> = log[before.len()..].lines().filter(|line| !line.contains(" answered ")).collect();
    assert!(lines.len() == 1 && lines[0].contains("the disk is full, and requests are refused"), "{lines:?}");
}

/// As after PostgreSQL's primary has become a standby.
#[tokio::test]
async fn a_database_that_becomes_read_only_is_noticed() {
    let site = Site::new(Backend::Postgres, &[]).await;
    let server = site.serve().await;
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
    let db = site.database().await;
    let make_read_only = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', \
                          current_database()); END $$";
    let end_connections = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for statement in [make_read_only, end_connections] {
        db.execute_unprepared(statement).await.unwrap();
    }
    wait_for("the fault is noticed", async || {
        let answer = server.signed_out().get("/healthz").await;
        (answer.status() == 503 && answer.text().await.unwrap() == "the database cannot be written").then_some(())
    })
    .await;
}

/// Somebody has locked the table of sessions for longer than requests may take. They are answered in time and nobody is sent to
/// the sign-in page.
#[tokio::test]
async fn a_busy_database_signs_nobody_out() {
    let variables = [("FARM_SITE_REQUEST_SECONDS", "2"), ("FARM_DATABASE_MAX_CONNECTIONS", "2")];
    let site = Site::new(Backend::Postgres, &variables).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let batch = person.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    let db = site.database().await;
    let lock = db.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE session IN ACCESS EXCLUSIVE MODE").await.unwrap();

    let started = Instant::now();
    let of_browser = async |method, path: &str| {
        let request = server.request(method, path).header(ACCEPT, "text/html");
        request.header(COOKIE, person.cookie.clone().unwrap()).send().await.unwrap()
    };
    let requests = [
        person.request(Method::GET, crate::harness::server_function("who").0),
        person.request(Method::GET, "/units"),
        person.request(Method::GET, "/units/export.xlsx"),
        person.request(Method::GET, &format!("/units/import/{batch}/events")),
        person.request(Method::POST, "/units/import").body("x"),
    ];
    let responses = join_all(requests.map(|request| async { request.send().await.unwrap() }));
    let (responses, page, form) = tokio::join!(
        responses,
        of_browser(Method::GET, "/units"),
        of_browser(Method::POST, crate::harness::server_function("sign_out").0)
    );
    for response in responses {
        let path = response.url().path().to_owned();
        assert_eq!(response.status(), 503, "{path}");
        assert_eq!(response.headers()[RETRY_AFTER], "5", "{path}");
        assert_eq!(problem_code(response).await, "busy", "{path}");
    }
    assert_eq!(page.status(), 503);
    let page = page.text().await.unwrap();
    assert!(page.contains("http-equiv=\"refresh\" content=\"5\"") && page.contains("现在人多"), "{page}");
    // A change may have been carried out, and a form is never submitted again by itself.
    assert!([503, 504].contains(&form.status().as_u16()));
    let form = form.text().await.unwrap();
    assert!(!form.contains("http-equiv=\"refresh\""), "{form}");
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());

    lock.rollback().await.unwrap();
    wait_for("the database answers again", async || {
        let who = person.call("who", &[]).await;
        (who.status() == 200).then_some(())
    })
    .await;
}

/// A form of a new unit, sent by a client that leaves without waiting for the answer.
fn send_and_leave(server: &Server, person: &Person<'_>, number: u32) {
    let (path, _) = crate::harness::server_function("create_unit");
    let fields = [
        ("name", format!("示例县第{number}离开单位")),
        ("code", credit_code(900_000 + number)),
        ("superior", DEPARTMENT.to_owned()),
        ("admin_level", "县级".to_owned()),
        ("budget_level", "二级预算单位".to_owned()),
        ("total", "120.5".to_owned()),
        ("ratio", "15".to_owned()),
        ("contact", "王敏".to_owned()),
        ("mobile", "13912345678".to_owned()),
    ];
    let body: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(&format!("form[{name}]")), encode(value))).collect();
    let body = body.join("&");
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\ncookie: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        person.cookie.as_deref().unwrap(),
        body.len()
    );
    let mut client = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    client.write_all(request.as_bytes()).unwrap();
    // The server has read the request and waits for the database.
    std::thread::sleep(Duration::from_millis(300));
    client.shutdown(Shutdown::Both).unwrap();
}

#[rstest]
#[tokio::test]
async fn a_change_is_carried_out_although_its_client_has_left(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let db = site.database().await;
    let lock = db.begin().await.unwrap();
    // On SQLite any change locks out all others. On PostgreSQL the new unit needs its superior's row.
    let lock_table = match backend {
        Backend::Sqlite => "UPDATE counter SET value = value",
        Backend::Postgres => "LOCK TABLE unit IN EXCLUSIVE MODE",
    };
    lock.execute_unprepared(lock_table).await.unwrap();
    for number in 0..3 {
        send_and_leave(&server, &person, number);
    }
    // Until then the server has noticed that the clients have left.
    tokio::time::sleep(Duration::from_millis(300)).await;
    lock.rollback().await.unwrap();
    let started = Instant::now();
    for number in 0..3 {
        wait_for("the unit is added", async || {
            assert!(started.elapsed() < Duration::from_secs(20), "the change was dropped with its client");
            let name = format!("示例县第{number}离开单位");
            let found = person.call_ok("list_units", &[("query[search]", &name)]).await;
            (found["rows"].as_array().unwrap().len() == 1).then_some(())
        })
        .await;
    }
}

/// Clients that leave at any moment leave no panic in the log. Before pages were drawn to their end, one in two thousand did.
#[tokio::test]
async fn a_reader_that_leaves_causes_no_panic() {
    let site = Site::new(Backend::Sqlite, &[("FARM_DEMO_ENABLED", "true"), ("FARM_LOG_FILTER", "warn")]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let department = server.sign_in(&accounts[DEPARTMENT]).await;
    let operator = server.sign_in(&accounts[OPERATOR]).await;
    let purchaser = crate::portal::sign_in(&server, &accounts[crate::portal::CERTIFIED]).await;
    let found = department.call_ok("list_units", &[("query[search]", "")]).await;
    let unit = found["rows"][0]["id"].as_i64().unwrap();
    let of_department = [
        "/".to_owned(),
        "/units".to_owned(),
        "/units/manage".to_owned(),
        format!("/units/manage?below={unit}"),
        format!("/units/{unit}"),
        format!("/units/{unit}/edit"),
        format!("/units/{unit}/reset"),
        "/units/import".to_owned(),
        "/purchasers".to_owned(),
        "/disputes/new".to_owned(),
        "/profile".to_owned(),
        "/nothing".to_owned(),
    ];
    let of_operator = ["/units/manage", "/certification", "/purchasers", "/disputes", "/disputes/1"].map(str::to_owned);
    let of_purchaser = ["/trade", "/trade/profile"].map(str::to_owned);
    let requests = of_department.iter().map(|path| (path, &department));
    let requests = requests.chain(of_operator.iter().map(|path| (path, &operator)));
    let requests: Vec<_> = requests.chain(of_purchaser.iter().map(|path| (path, &purchaser))).collect();
    let leaving = (0..400_u64)
        .flat_map(|round| requests.iter().zip(0_u64..).map(move |(request, number)| (round, request, number)));
    let leaving = leaving.map(|(round, (path, person), number)| async move {
        // Between nothing and more than the time that a page takes, in steps that differ for each page.
        let after = Duration::from_micros(200 + (round * 977 + number * 3531) % 50_000);
        let request = person.request(Method::GET, path).header(ACCEPT, "text/html").send();
        let _ = tokio::time::timeout(after, request).await;
    });
    stream::iter(leaving).buffer_unordered(8).collect::<()>().await;
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
    let log = site.log();
    assert!(!log.contains("panicked"), "{log}");
}

/// The stream of events ends with the session of its reader: at once if the session ends at the same server, and soon if it ends
/// elsewhere.
#[rstest]
#[tokio::test]
async fn a_stream_of_events_ends_with_its_session(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] at_same_server: bool,
) {
    // No SMS can be sent, so that the job does not end.
    let site = Site::new(backend, &[("FARM_SMS_FILE", "/proc/none/sms")]).await;
    let accounts = site.seed();
    let (server, other) = (site.serve().await, site.serve().await);
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let batch = person.stage("many.xlsx", many_units()).await;
    person.call_ok("generate", &[("id", &batch.to_string())]).await;
    person.wait_for_job(batch, "the job is done", |job| job["state"] == "done").await;
    let path = format!("/units/import/{batch}/events");
    let events = person.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(events.status(), 200);
    let mut events = events.bytes_stream();
    assert!(events.next().await.unwrap().unwrap().starts_with(b"data: "));

    let signs_out = if at_same_server { &server } else { &other };
    assert_eq!(person.at_server(signs_out).call("sign_out", &[]).await.status(), 200);
    let started = Instant::now();
    while events.next().await.is_some() {}
    let limit = Duration::from_secs(if at_same_server { 2 } else { 6 });
    assert!(started.elapsed() < limit, "the stream went on for {:?}", started.elapsed());
}

/// The log says once for each peer what to configure.
#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    let ask = async |server: &Server| {
        let request = server.request(Method::GET, "/healthz").header("x-forwarded-for", "203.0.113.9");
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    for _ in 0..3 {
        ask(&server).await;
    }
    let log = site.log();
    assert_eq!(log.matches("trusted_proxies = [\"127.0.0.1\"]").count(), 1, "{log}");
    assert!(log.contains("FARM_SITE_TRUSTED_PROXIES=127.0.0.1"), "{log}");

    let site = Site::new(Backend::Sqlite, &[("FARM_SITE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let server = site.serve().await;
    ask(&server).await;
    assert!(!site.log().contains("trusted_proxies"), "{}", site.log());
}
