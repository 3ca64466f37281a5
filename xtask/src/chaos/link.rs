//! The network between the server and PostgreSQL: a proxy that can fall silent. Both sides keep their connections then, and
//! nothing arrives.

use super::world::lock;
use crate::shell::Outcome;
use rustix::net::sockopt::set_socket_linger;
use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How often a thread looks whether the link is silent or closed.
const LOOK: Duration = Duration::from_millis(50);

/// How a silence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What was sent meanwhile arrives, as after a short break of a network.
    Delivered,
    /// The connections of before never carry anything again and are not closed, as after a firewall forgot them. New ones work.
    Forgotten,
    /// The connections of before are reset.
    Reset,
}

/// The proxy. It ends when the value is dropped.
pub(super) struct Link {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    target: SocketAddr,
    is_silent: AtomicBool,
    is_closed: AtomicBool,
    pairs: Mutex<Vec<Arc<Pair>>>,
}

/// The two halves of a connection through the proxy.
struct Pair {
    client: TcpStream,
    server: TcpStream,
    is_forgotten: AtomicBool,
    is_done: AtomicBool,
}

impl Link {
    /// Opens the proxy to a server on a free port.
    pub(super) fn open(target: SocketAddr) -> Outcome<Self> {
        let failed = |why: std::io::Error| format!("a proxy to {target}: {why}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = Arc::new(State {
            target,
            is_silent: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            pairs: Mutex::default(),
        });
        let accepting = Arc::clone(&state);
        thread::spawn(move || accepting.accept(&listener));
        Ok(Self { address, state })
    }

    /// The address of the proxy.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets nothing through any more.
    pub(super) fn fall_silent(&self) {
        self.state.is_silent.store(true, Ordering::SeqCst);
    }

    /// Ends the silence. Returns the number of connections of before.
    pub(super) fn end_silence(&self, end: End) -> usize {
        let pairs = self.state.open_pairs();
        for pair in &pairs {
            match end {
                End::Delivered => {}
                End::Forgotten => pair.is_forgotten.store(true, Ordering::SeqCst),
                End::Reset => pair.reset(),
            }
        }
        self.state.is_silent.store(false, Ordering::SeqCst);
        pairs.len()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        self.state.open_pairs().iter().for_each(|pair| pair.reset());
    }
}

impl State {
    fn open_pairs(&self) -> Vec<Arc<Pair>> {
        let mut pairs = lock(&self.pairs);
        pairs.retain(|pair| !pair.is_done.load(Ordering::SeqCst));
        pairs.clone()
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        while !self.is_closed.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((client, _)) => {
                    // If PostgreSQL is down, the connection is closed at once.
                    let _ = self.carry(client);
                }
                Err(_) => thread::sleep(LOOK),
            }
        }
    }

    /// Carries a connection on two threads of its own.
    fn carry(self: &Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        client.set_nonblocking(false)?;
        let server = TcpStream::connect(self.target)?;
        for half in [&client, &server] {
            half.set_nodelay(true)?;
            half.set_read_timeout(Some(LOOK))?;
        }
        let (from_client, from_server) = (client.try_clone()?, server.try_clone()?);
        let pair =
            Arc::new(Pair { client, server, is_forgotten: AtomicBool::new(false), is_done: AtomicBool::new(false) });
        lock(&self.pairs).push(Arc::clone(&pair));
        for (from, to) in [(from_client, pair.server.try_clone()?), (from_server, pair.client.try_clone()?)] {
            let (state, pair) = (Arc::clone(self), Arc::clone(&pair));
            thread::spawn(move || {
                state.pump(&pair, from, &to);
                pair.is_done.store(true, Ordering::SeqCst);
                // The other direction ends with this one.
                let _ = (pair.client.shutdown(Shutdown::Both), pair.server.shutdown(Shutdown::Both));
            });
        }
        Ok(())
    }

    /// Carries one direction until a side closes the connection.
    fn pump(&self, pair: &Pair, mut from: TcpStream, mut to: &TcpStream) {
        let mut buffer = [0; 16 << 10];
        let is_over = || self.is_closed.load(Ordering::SeqCst) || pair.is_done.load(Ordering::SeqCst);
        while !is_over() {
            let read = from.read(&mut buffer);
            // What arrives during the silence waits for its end, and so does the news that a side has closed.
            while self.is_silent.load(Ordering::SeqCst) && !is_over() {
                thread::sleep(LOOK);
            }
            let is_forgotten = pair.is_forgotten.load(Ordering::SeqCst);
            match read {
                Ok(0) | Err(_) if is_forgotten => thread::sleep(LOOK),
                Ok(0) => return,
                Ok(_) if is_forgotten => {}
                Ok(count) => {
                    if buffer.get(..count).is_none_or(|bytes| to.write_all(bytes).is_err()) {
                        return;
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return,
            }
        }
    }
}

impl Pair {
    /// Resets both sides.
    fn reset(&self) {
        self.is_done.store(true, Ordering::SeqCst);
        for half in [&self.client, &self.server] {
            // Closing sends a reset then, if it is the last handle.
            let _ = set_socket_linger(half, Some(Duration::ZERO));
            let _ = half.shutdown(Shutdown::Both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Link};
    use std::{
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        thread,
        time::Duration,
    };

    /// A proxy to a server that sends back what it gets.
    fn echo() -> (Link, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let link = Link::open(listener.local_addr().unwrap()).unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let mut byte = [0];
                    while stream.read_exact(&mut byte).is_ok() && stream.write_all(&byte).is_ok() {}
                });
            }
        });
        let client = TcpStream::connect(link.address()).unwrap();
        (link, client)
    }

    fn is_echoed(mut client: &TcpStream, wait: Duration) -> bool {
        client.set_read_timeout(Some(wait)).unwrap();
        client.write_all(b"a").is_ok() && client.read_exact(&mut [0]).is_ok()
    }

    #[test]
    fn what_was_sent_during_a_silence_is_delivered() {
        let (link, mut client) = echo();
        assert!(is_echoed(&client, Duration::from_secs(10)));
        link.fall_silent();
        assert!(!is_echoed(&client, Duration::from_millis(300)));
        link.end_silence(End::Delivered);
        client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        client.read_exact(&mut [0]).unwrap();
        assert!(is_echoed(&client, Duration::from_secs(10)));
    }

    #[test]
    fn forgotten_connections_stay_open_and_carry_nothing() {
        let (link, client) = echo();
        assert!(is_echoed(&client, Duration::from_secs(10)));
        link.fall_silent();
        assert_eq!(link.end_silence(End::Forgotten), 1);
        assert!(!is_echoed(&client, Duration::from_millis(300)));
        let new = TcpStream::connect(link.address()).unwrap();
        assert!(is_echoed(&new, Duration::from_secs(10)));
        drop(link);
        let mut left = Vec::new();
        client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // The end of the connection, or its reset.
        assert!((&client).read_to_end(&mut left).map_or(true, |_| left.is_empty()));
    }

    #[test]
    fn connections_are_reset_at_the_end_of_a_silence() {
        let (link, client) = echo();
        assert!(is_echoed(&client, Duration::from_secs(10)));
        link.fall_silent();
        link.end_silence(End::Reset);
        assert!(!is_echoed(&client, Duration::from_secs(10)));
        assert!(is_echoed(&TcpStream::connect(link.address()).unwrap(), Duration::from_secs(10)));
    }
}
