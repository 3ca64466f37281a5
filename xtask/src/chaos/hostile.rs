//! Clients that hang up, that are slow, or that guess passwords.

use super::{
    client::{BOUNDARY, Client, Failure, form_body, upload_body},
    load::{Account, new_unit_fields},
    world::{World, lock},
};
use crate::sheets;
use fastrand::Rng;
use rustix::net::sockopt::set_socket_linger;
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Clients that hang up at the same time.
const AT_ONCE: u32 = 8;
/// The longest time for which a client waits after its request before it hangs up, in milliseconds.
const LONGEST_WAIT_MS: u64 = 120;
/// The rows of an uploaded file.
const ROWS: u32 = 30;
/// Slow clients of each kind.
const SLOW: u32 = 15;
/// The pause between two bytes of a slow client.
const DRIP: Duration = Duration::from_millis(250);
/// The time within which others must be answered while clients are slow or guess passwords.
const OTHERS_WAIT: Duration = Duration::from_secs(10);
/// Clients that guess passwords at the same time.
const GUESSERS: u32 = 12;

/// The number of the random request that signs in.
const SIGN_IN: u32 = 4;

/// Sends `count` requests and cuts each connection at a random moment: in the request, while the server works, or in the
/// answer.
pub(super) fn hang_up(world: &World, client: &Client<'_>, own: &Account, count: u32, rng: &mut Rng) {
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            let mut rng = rng.fork();
            scope.spawn(move || {
                for _ in 0..count / AT_ONCE {
                    // A server that does not accept the connection is a matter of the other clients.
                    let _ = hang_up_once(world, client, own, &mut rng);
                }
            });
        }
    });
    world.count_act("connections cut", count);
}

fn hang_up_once(world: &World, client: &Client<'_>, own: &Account, rng: &mut Rng) -> std::io::Result<()> {
    let request = random_request(world, client, own, rng);
    let mut stream = connect(world)?;
    let is_whole = rng.bool();
    let sent = if is_whole { request.len() } else { rng.usize(0..request.len()) };
    stream.write_all(request.get(..sent).unwrap_or_default())?;
    thread::sleep(Duration::from_millis(rng.u64(0..LONGEST_WAIT_MS)));
    if is_whole && rng.bool() {
        let mut some = vec![0; rng.usize(1..4_096)];
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let _ = stream.read(&mut some);
    }
    if rng.bool() {
        // Closing sends a reset then.
        set_socket_linger(&stream, Some(Duration::ZERO))?;
    }
    Ok(())
}

fn connect(world: &World) -> std::io::Result<TcpStream> {
    let url = world.target().url;
    let address = url.trim_start_matches("http://").parse().map_err(std::io::Error::other)?;
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_write_timeout(Some(Duration::from_secs(2)))?;
    Ok(stream)
}

fn random_request(world: &World, client: &Client<'_>, own: &Account, rng: &mut Rng) -> Vec<u8> {
    // Another sign-in of the same browser would end its session.
    let kind = rng.u32(0..8);
    let headers = client.raw_headers(kind != SIGN_IN);
    let get =
        |path: &str, accept: &str| format!("GET {path} HTTP/1.1\r\nAccept: {accept}\r\n{headers}\r\n").into_bytes();
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nAccept: application/json\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
             {headers}\r\n"
        );
        [head.into_bytes(), body].concat()
    };
    match kind {
        0 => get("/units", "text/html"),
        1 => get("/units/export.xlsx", "*/*"),
        2 | 3 => {
            let first = world.take_serials(ROWS);
            let sheet = sheets::units_below(&own.name, ROWS, first).unwrap_or_default();
            post("/units/import", &format!("multipart/form-data; boundary={BOUNDARY}"), upload_body(&sheet))
        }
        SIGN_IN => {
            let path = function(world, "sign_in");
            let body = form_body(&[("login", &own.login), ("password", &own.password)]);
            post(&path, "application/x-www-form-urlencoded", body.into_bytes())
        }
        _ => {
            let path = function(world, "create_unit");
            let (fields, code) = new_unit_fields(world, &own.name);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (&name[..], &value[..])).collect();
            lock(&world.ledger).cut.push(code);
            post(&path, "application/x-www-form-urlencoded", form_body(&fields).into_bytes())
        }
    }
}

/// The path of a server function that was called before.
fn function(world: &World, name: &str) -> String {
    world.function(name, || Err(())).unwrap_or_else(|()| "/".to_owned())
}

/// A slow client.
struct Slow {
    stream: TcpStream,
    /// What it sends again and again, byte by byte; nothing if it reads byte by byte.
    drips: &'static [u8],
    sent: usize,
}

/// Keeps slow clients for some time: idle connections, headers and bodies that arrive byte by byte, answers that are read byte
/// by byte. Others are served meanwhile.
pub(super) fn be_slow(world: &World, client: &Client<'_>, others: &Client<'_>, time: Duration) {
    let headers = client.raw_headers(true);
    let kinds: [(&str, &'static [u8]); 4] = [
        ("", b""),
        ("GET /units HTTP/1.1\r\nX-Slow: ", b"a"),
        (
            "POST /units/import HTTP/1.1\r\nContent-Length: 100000\r\nContent-Type: multipart/form-data; boundary=x\r\n",
            b"-",
        ),
        ("GET /units HTTP/1.1\r\nAccept: text/html\r\n", b""),
    ];
    let mut slow = Vec::new();
    for (kind, (head, drips)) in kinds.iter().enumerate() {
        for _ in 0..SLOW {
            let Ok(mut stream) = connect(world) else { continue };
            // The header of the last two is complete.
            let end = if kind >= 2 { format!("{headers}\r\n") } else { String::new() };
            if stream.write_all(format!("{head}{end}").as_bytes()).is_ok() && stream.set_nonblocking(true).is_ok() {
                slow.push(Slow { stream, drips, sent: 0 });
            }
        }
    }
    let count = u32::try_from(slow.len()).unwrap_or(u32::MAX);
    world.count_act("slow clients", count);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| serve_others(world, others, &is_over));
        let start = Instant::now();
        while start.elapsed() < time {
            slow.retain_mut(Slow::go_on);
            thread::sleep(DRIP);
        }
        is_over.store(true, Ordering::SeqCst);
    });
    world.count_act("slow clients that the server closed", count - u32::try_from(slow.len()).unwrap_or_default());
}

impl Slow {
    /// Sends or reads a byte. Returns whether the connection is still open.
    fn go_on(&mut self) -> bool {
        let byte = self.drips.get(self.sent % self.drips.len().max(1)).copied();
        let done = match byte {
            Some(byte) => {
                self.sent += 1;
                self.stream.write(&[byte])
            }
            None => self.stream.read(&mut [0]),
        };
        match done {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        }
    }
}

/// Asks for a page again and again until `is_over`. Each must be answered soon.
fn serve_others(world: &World, others: &Client<'_>, is_over: &AtomicBool) {
    while !is_over.load(Ordering::SeqCst) {
        let start = Instant::now();
        let answered = others.page("/units");
        let took = start.elapsed();
        if took > OTHERS_WAIT || answered.is_err() {
            let how = answered.map_or_else(|failure| failure.to_string(), |_| "answered".to_owned());
            let detail = format!("GET /units: {how} after {:.1} s", took.as_secs_f64());
            world.violate("hostile clients kept others waiting", detail);
        }
        thread::sleep(DRIP);
    }
}

/// Guesses passwords: `each` by each of some clients, from different addresses. Others are served meanwhile.
pub(super) fn guess_passwords(world: &World, others: &Client<'_>, each: u32, rng: &mut Rng) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| serve_others(world, others, &is_over));
        let guessers: Vec<_> = (0..GUESSERS)
            .map(|_| {
                let mut rng = rng.fork();
                scope.spawn(move || {
                    for _ in 0..each {
                        let login = format!("GL9{:07}", rng.u32(0..10_000_000));
                        match Client::new(world).sign_in(&login, "not-the-password") {
                            // A server that fails is a matter of the observation of every request.
                            Err(Failure::Refused { status: 422 | 429 | 500.., .. } | Failure::Unanswered(_)) => {}
                            Err(failure) => {
                                world.violate("a wrong password was answered in another way", failure.to_string());
                            }
                            Ok(()) => world.violate("a wrong password was accepted", login),
                        }
                    }
                })
            })
            .collect();
        // A thread that panicked has printed why.
        for guesser in guessers {
            let _ = guesser.join();
        }
        is_over.store(true, Ordering::SeqCst);
    });
    world.count_act("wrong sign-ins", GUESSERS * each);
}
