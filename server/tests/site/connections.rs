//! Clients that keep connections without using them. They must not keep others out.

use crate::harness::{Backend, DEPARTMENT, Person, Server, Site, in_shell, problem_code, sample, wait_for};
use reqwest::{
    Client, Method,
    header::{ACCEPT, COOKIE},
};
use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};

/// More connections than the descriptors that many systems give to a process.
const MANY: usize = 1010;

/// A connection to the server, whose reads wait for 10 s at most.
fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Whether the server closes the connection within the time of a read.
fn is_closed(stream: &mut TcpStream) -> bool {
    loop {
        match stream.read(&mut [0; 4096]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

/// Sends a byte every 100 ms until the server closes the connection. Fails if it does not.
fn drip(mut stream: TcpStream) {
    let started = Instant::now();
    while stream.write_all(b"x").is_ok() {
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        match stream.read(&mut [0; 4096]) {
            Ok(0) => return,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return,
            _ => assert!(started.elapsed() < Duration::from_secs(10), "the server still waits"),
        }
    }
}

/// The test itself has as many connections as the server.
fn raise_own_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

/// The server has 1,024 descriptors, and one client opens more connections.
#[tokio::test]
async fn connections_of_one_address_keep_nobody_else_out() {
    raise_own_limit();
    let site = Site::new(Backend::Sqlite, &[("FARM_SITE_HEADER_SECONDS", "60")]).await;
    let server = site.serve_by(|args| in_shell("ulimit -n 1024", &site.command(args))).await;
    let connections: Vec<_> = (0..MANY).map(|_| connect(&server)).collect();
    let other_address = Client::builder().local_address(Some(Ipv4Addr::new(127, 0, 0, 2).into())).build().unwrap();
    for path in ["/healthz", "/signin"] {
        let request = other_address.get(format!("{}{path}", server.base)).timeout(Duration::from_secs(10));
        assert_eq!(request.send().await.map(|response| response.status().as_u16()).ok(), Some(200), "{path}");
    }
    drop(connections);
    let log = site.log();
    assert!(log.contains("127.0.0.1 has 188 connections already"), "{log}");
    assert!(log.contains("the system allows 1024 open files, which is enough for"), "{log}");
}

#[tokio::test]
async fn an_address_gets_connections_again_when_it_has_closed_some() {
    let site = Site::new(Backend::Sqlite, &[("FARM_SITE_MAX_CONNECTIONS_PER_ADDRESS", "4")]).await;
    let server = site.serve().await;
    let mut connections: Vec<_> = (0..4).map(|_| connect(&server)).collect();
    assert!(is_closed(&mut connect(&server)));
    connections.truncate(2);
    wait_for("a connection is free", async || {
        let request = server.request(Method::GET, "/healthz").timeout(Duration::from_secs(5)).send().await;
        request.ok().filter(|response| response.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn a_proxy_has_the_connections_of_all_its_clients() {
    let variables = [("FARM_SITE_MAX_CONNECTIONS_PER_ADDRESS", "4"), ("FARM_SITE_TRUSTED_PROXIES", "127.0.0.1")];
    let site = Site::new(Backend::Sqlite, &variables).await;
    let server = site.serve().await;
    let _connections: Vec<_> = (0..20).map(|_| connect(&server)).collect();
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
}

/// A client that sends nothing, or a head byte by byte, or nothing more after a request, loses its connection.
#[tokio::test]
async fn a_slow_client_loses_its_connection() {
    let variables = [
        ("FARM_SITE_HEADER_SECONDS", "1"),
        ("FARM_SITE_KEEP_ALIVE_SECONDS", "2"),
        ("FARM_SITE_CLIENT_PAUSE_SECONDS", "1"),
        ("FARM_SITE_BODY_BYTES_PER_SECOND", "1000"),
        ("FARM_SITE_REQUEST_SECONDS", "600"),
    ];
    let site = Site::new(Backend::Sqlite, &variables).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;

    assert!(is_closed(&mut connect(&server)), "nothing");
    let mut head = connect(&server);
    head.write_all(b"GET /healthz HTTP/1.1\r\nx: ").unwrap();
    drip(head);
    let mut idle = connect(&server);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(is_closed(&mut idle), "idle");
    // The bodies of a form and of an upload arrive too slowly, or no longer.
    let cookie = person.cookie.clone().unwrap();
    let sign_in = crate::harness::server_function("sign_in").0;
    for (path, kind) in
        [(sign_in, "application/x-www-form-urlencoded"), ("/units/import", "multipart/form-data; boundary=x")]
    {
        for drips in [true, false] {
            let mut body = connect(&server);
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\n\
                 content-length: 60000\r\n\r\n"
            );
            body.write_all(head.as_bytes()).unwrap();
            if drips {
                drip(body);
            } else {
                assert!(is_closed(&mut body), "{path}");
            }
        }
    }
    assert_eq!(fs::read_dir(site.path("data/uploads")).unwrap().count(), 0);
    assert_eq!(reqwest::get(format!("{}/healthz", server.base)).await.unwrap().status(), 200);
}

/// A client asks again and again and reads nothing, until the buffers of its connection are full. It sees that the connection is
/// closed when it writes.
#[tokio::test]
async fn a_client_that_does_not_read_loses_its_connection() {
    let variables = [
        ("FARM_SITE_HEADER_SECONDS", "600"),
        ("FARM_SITE_KEEP_ALIVE_SECONDS", "600"),
        ("FARM_SITE_CLIENT_PAUSE_SECONDS", "1"),
    ];
    let site = Site::new(Backend::Sqlite, &variables).await;
    let server = site.serve().await;
    let mut client = connect(&server);
    client.set_nonblocking(true).unwrap();
    let requests = b"GET /templates/units.xls HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    let mut sent = 0;
    wait_for("the connection is closed", async || {
        loop {
            match client.write(&requests[sent % requests.len()..]) {
                Ok(bytes) => sent += bytes,
                Err(error) => return (error.kind() != ErrorKind::WouldBlock).then_some(()),
            }
        }
    })
    .await;
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
}

/// An upload that has sent the beginning of its file and goes on slowly.
fn begin_upload(server: &Server, person: &Person<'_>) -> TcpStream {
    let mut upload = connect(server);
    let body = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xls\"\r\n\r\nxxxx";
    let head = format!(
        "POST /units/import HTTP/1.1\r\nhost: x\r\naccept: application/json\r\ncookie: {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 60000\r\n\r\n{body}",
        person.cookie.as_deref().unwrap()
    );
    upload.write_all(head.as_bytes()).unwrap();
    upload
}

#[tokio::test]
async fn an_account_has_two_uploads_at_once() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let files = || fs::read_dir(site.path("data/uploads")).unwrap().count();
    let uploads = [begin_upload(&server, &person), begin_upload(&server, &person)];
    wait_for("two uploads are received", async || (files() == 2).then_some(())).await;
    let refused = person.upload("units-valid.xlsx", sample("units-valid.xlsx")).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (503, "busy"));
    assert_eq!(files(), 2);
    // Somebody else is not affected.
    let other = server.sign_in(&accounts[crate::harness::OTHER_DEPARTMENT]).await;
    assert_eq!(other.upload("a.xls", vec![0; 9]).await.status(), 422);
    // A client that leaves ends its upload.
    drop(uploads);
    wait_for("both uploads have ended", async || (files() == 0).then_some(())).await;
    person.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
}

/// The third of two uploads at once in all is refused before its file is stored.
#[tokio::test]
async fn all_accounts_have_a_limited_number_of_uploads() {
    let site = Site::new(Backend::Sqlite, &[("FARM_IMPORT_UPLOADS_AT_ONCE", "1")]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let files = || fs::read_dir(site.path("data/uploads")).unwrap().count();
    let _upload = begin_upload(&server, &person);
    wait_for("an upload is received", async || (files() == 1).then_some(())).await;
    let other = server.sign_in(&accounts[crate::harness::OTHER_DEPARTMENT]).await;
    let refused = other.upload("a.xls", vec![0; 9]).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (503, "busy"));
    assert_eq!(files(), 1);
    // A browser without JavaScript reads the same on its page.
    let form =
        reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(vec![0; 9]).file_name("a.xls"));
    let request = server.request(Method::POST, "/units/import").header(ACCEPT, "text/html").multipart(form);
    let refused = request.header(COOKIE, other.cookie.clone().unwrap()).send().await.unwrap();
    assert_eq!(refused.headers()["location"], "/units/import?refused");
}

/// A process that was killed leaves its uploads. The next process deletes them, but not those of a process that runs.
#[tokio::test]
async fn uploads_of_a_killed_process_are_deleted() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let files = || fs::read_dir(site.path("data/uploads")).unwrap().count();
    let (running, killed) = (site.serve().await, site.serve().await);
    let person = running.sign_in(&accounts[DEPARTMENT]).await;
    let _received = begin_upload(&running, &person);
    let at_killed = person.at_server(&killed);
    let _left = begin_upload(&killed, &at_killed);
    wait_for("both uploads are received", async || (files() == 2).then_some(())).await;
    killed.kill();
    // As if some minutes had passed.
    for file in fs::read_dir(site.path("data/uploads")).unwrap() {
        let file = fs::File::options().append(true).open(file.unwrap().path()).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_mins(3)).unwrap();
    }
    let _next = site.serve().await;
    assert_eq!(files(), 1);
}
