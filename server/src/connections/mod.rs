//! The connections of clients: how many there may be, and how long a client may keep one without using it. A client that sends
//! slowly or nothing costs its connection, not the site.

mod descriptors;
mod pace;
mod slots;

use crate::config::{Config, Network};
use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use pace::Pace;
use slots::{Slot, Slots};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::pin,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// The largest head of a request: the address of an export names every chosen row.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// The pause after the system has refused to accept a connection, for example because of a lack of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
/// The time between two warnings of refused connections.
const WARNING_INTERVAL: Duration = Duration::from_mins(1);

/// The limits of connections.
pub(crate) struct Limits {
    connections: usize,
    per_address: usize,
    /// Their connections carry the requests of many clients.
    trusted_proxies: Vec<Network>,
    /// The time for the head of the first request.
    header_time: Duration,
    /// The time for the head of a later request, in which the connection may be idle.
    keep_alive_time: Duration,
    pace: Pace,
}

impl Limits {
    /// The configured limits. There are fewer connections if the system allows too few file descriptors; the log says so.
    pub(crate) fn new(config: &Config) -> Self {
        let site = &config.site;
        let connections = descriptors::affordable_connections(config);
        Self {
            connections,
            // However few there are, one address does not get all of them.
            per_address: site.max_connections_per_address.min(connections / 4),
            trusted_proxies: site.trusted_proxies.clone(),
            header_time: Duration::from_secs(site.header_seconds),
            keep_alive_time: Duration::from_secs(site.keep_alive_seconds),
            pace: Pace {
                longest_pause: Duration::from_secs(site.client_pause_seconds),
                bytes_per_second: site.body_bytes_per_second,
            },
        }
    }
}

/// Serves the site until `stop` is cancelled and the requests under way have ended.
pub(crate) async fn serve(listener: TcpListener, site: Router, limits: Limits, stop: CancellationToken) {
    let connections = TaskTracker::new();
    tokio::select! {
        () = accept(listener, site, limits, &connections, &stop) => {}
        () = stop.cancelled() => {}
    }
    connections.close();
    connections.wait().await;
}

/// Accepts connections for ever. While there are as many as allowed, further ones wait in the system's queue.
async fn accept(
    listener: TcpListener,
    site: Router,
    limits: Limits,
    connections: &TaskTracker,
    stop: &CancellationToken,
) {
    let slots = Slots::new(limits.connections, limits.per_address);
    let mut warned_at = None::<Instant>;
    loop {
        let place = slots.wait_for_place().await;
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_of_one_connection(&error) {
                    tracing::error!(%error, "no connection can be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
                continue;
            }
        };
        let is_proxy = limits.trusted_proxies.iter().any(|network| crate::config::contains(network, peer.ip()));
        let Some(slot) = slots.occupy(place, (!is_proxy).then_some(peer.ip())) else {
            if warned_at.is_none_or(|at| at.elapsed() > WARNING_INTERVAL) {
                warned_at = Some(Instant::now());
                tracing::warn!(
                    "{} has {} connections already and gets no more (`site.max_connections_per_address`); a proxy belongs into \
                     `site.trusted_proxies`",
                    peer.ip(),
                    limits.per_address
                );
            }
            continue;
        };
        let connection = Connection {
            site: site.clone(),
            peer,
            header_time: limits.header_time,
            keep_alive_time: limits.keep_alive_time,
            pace: limits.pace,
            stop: stop.clone(),
            _slot: slot,
        };
        connections.spawn(connection.serve(stream));
    }
}

/// Whether an error concerns one connection only, which its client has already given up.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

/// A connection and what its requests need.
struct Connection {
    site: Router,
    peer: SocketAddr,
    header_time: Duration,
    keep_alive_time: Duration,
    pace: Pace,
    stop: CancellationToken,
    _slot: Slot,
}

impl Connection {
    /// Answers the requests of the connection until its client closes it, a limit is exceeded or the server stops.
    async fn serve(self, stream: TcpStream) {
        let mut stream = TimeoutStream::new(stream);
        // Reading has limits of its own. A response may wait for its handler, but its client must take it.
        stream.set_write_timeout(Some(self.pace.longest_pause));
        let has_request = CancellationToken::new();
        let service = service_fn(|request: hyper::Request<Incoming>| {
            has_request.cancel();
            let mut request: Request = request.map(|body| self.pace.keep(body));
            request.extensions_mut().insert(ConnectInfo(self.peer));
            self.site.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.keep_alive_time)
            .max_header_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let mut connection = pin!(connection);
        let mut first_request = pin!(timeout(self.header_time, has_request.cancelled()));
        let (mut waits, mut stops) = (true, false);
        loop {
            tokio::select! {
                // An error is the client's: it has left, or has sent something that is not HTTP.
                _ = connection.as_mut() => return,
                outcome = &mut first_request, if waits => {
                    if outcome.is_err() {
                        return;
                    }
                    waits = false;
                }
                () = self.stop.cancelled(), if !stops => {
                    stops = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
