//! The link to PostgreSQL. If packets are lost, a connection stays open and silent, and a query on it would wait for a quarter
//! of an hour. Therefore [`DatabaseLink::watch`] asks PostgreSQL for an answer all the time. When it hears nothing, the link
//! counts as lost: what waits for the database gives up, and no connection from before the loss is used again.

use sea_orm::sqlx::{
    ConnectOptions, Connection, Error, PgConnection, Postgres,
    pool::{PoolConnectionMetadata, PoolOptions},
    postgres::PgConnectOptions,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// The time in which PostgreSQL must answer the simplest request.
const ANSWER_TIME: Duration = Duration::from_secs(3);
/// The number of requests in a row that must stay without an answer until the link counts as lost.
const UNANSWERED: u32 = 2;
/// The pause between two requests.
const PAUSE: Duration = Duration::from_secs(1);
/// A connection that was idle longer is tested before use: a server or a firewall may have closed it.
const IDLE: Duration = Duration::from_secs(15);

/// The state of the link. Clones share it.
#[derive(Clone)]
pub(crate) struct DatabaseLink(Arc<State>);

struct State {
    opened_at: Instant,
    /// The time of the last loss, in milliseconds after `opened_at`.
    lost_at: AtomicU64,
    is_lost: watch::Sender<bool>,
}

impl Default for DatabaseLink {
    fn default() -> Self {
        let is_lost = watch::Sender::new(false);
        Self(Arc::new(State { opened_at: Instant::now(), lost_at: AtomicU64::new(0), is_lost }))
    }
}

impl DatabaseLink {
    /// Waits until the link is lost. Ends at once if it is lost now.
    pub(crate) async fn lost(&self) {
        self.wait_for(true).await;
    }

    /// Waits until the link answers. Ends at once if it was not lost.
    pub(crate) async fn restored(&self) {
        self.wait_for(false).await;
    }

    async fn wait_for(&self, is_lost: bool) {
        // The sender lives as long as `self`.
        let _ = self.0.is_lost.subscribe().wait_for(|state| *state == is_lost).await;
    }

    /// Makes the pool close connections that do not answer or that are older than the last loss.
    pub(crate) fn guard_pool(&self, pool: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
        let (link, released) = (self.clone(), self.clone());
        pool.after_connect(|connection, _| Box::pin(crate::sql::session::keep_alive(connection)))
            .before_acquire(move |connection, metadata| {
                let is_usable = link.is_newer_than_loss(&metadata);
                Box::pin(async move {
                    if is_usable && metadata.idle_for >= IDLE {
                        test(connection).await?;
                    }
                    Ok(is_usable)
                })
            })
            // A query whose caller has given up may still run on this connection. sqlx would wait for its end without a limit.
            .after_release(move |connection, metadata| {
                let is_usable = released.is_newer_than_loss(&metadata);
                Box::pin(async move {
                    if !is_usable {
                        return Err(no_answer());
                    }
                    test(connection).await?;
                    Ok(true)
                })
            })
    }

    fn is_newer_than_loss(&self, metadata: &PoolConnectionMetadata) -> bool {
        let age = u64::try_from(metadata.age.as_millis()).unwrap_or(u64::MAX);
        self.milliseconds().saturating_sub(age) >= self.0.lost_at.load(Ordering::Relaxed)
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.0.opened_at.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Watches the link until `stop` is cancelled. `url` begins with `postgres://`.
    pub(crate) async fn watch(&self, url: &str, stop: CancellationToken) {
        let Ok(options) = url.parse::<PgConnectOptions>() else { return };
        let options = options.application_name("farm-purchase link").disable_statement_logging();
        let mut connection = None;
        let mut unanswered = 0;
        while !stop.is_cancelled() {
            match timeout(ANSWER_TIME, answer(&options, connection.take())).await {
                Ok(Ok(answered)) => {
                    connection = Some(answered);
                    unanswered = 0;
                    if self.0.is_lost.send_if_modified(|is_lost| std::mem::replace(is_lost, false)) {
                        tracing::info!("the database answers again");
                    }
                }
                // A database that refuses is not silent: each query fails at once.
                Ok(Err(_)) => unanswered = 0,
                Err(_) => {
                    unanswered += 1;
                    if unanswered == UNANSWERED {
                        self.lose();
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(PAUSE) => {}
            }
        }
    }

    fn lose(&self) {
        self.0.lost_at.store(self.milliseconds(), Ordering::Relaxed);
        if !self.0.is_lost.send_replace(true) {
            tracing::error!("the database does not answer; requests are refused until it does");
        }
    }
}

/// Gets an answer on this connection or on a new one.
async fn answer(options: &PgConnectOptions, connection: Option<PgConnection>) -> Result<PgConnection, Error> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    connection.ping().await?;
    Ok(connection)
}

/// Fails if the connection does not answer in time. The pool then closes it.
async fn test(connection: &mut PgConnection) -> Result<(), Error> {
    timeout(ANSWER_TIME, connection.ping()).await.map_err(|_| no_answer())?
}

fn no_answer() -> Error {
    Error::Io(std::io::ErrorKind::TimedOut.into())
}

#[cfg(test)]
mod tests {
    use crate::{
        Error, SqliteSynchronous,
        database::{Pools, begin, connect},
        ids::{IdSequence, take},
    };
    use domain::Problem;
    use futures_util::future::join_all;
    use migration::MigratorTrait;
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    use testdb::{Backend, TestDb};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
        time::{Duration, timeout},
    };
    use tokio_util::sync::CancellationToken;

    /// A proxy in front of PostgreSQL that can swallow everything without closing a connection.
    struct Proxy {
        url: String,
        swallows: Arc<AtomicBool>,
    }

    impl Proxy {
        async fn start(url: &str) -> Self {
            let (before, rest) = url.rsplit_once('@').unwrap();
            let (server, database) = rest.split_once('/').unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("{before}@{}/{database}", listener.local_addr().unwrap());
            let swallows = Arc::new(AtomicBool::new(false));
            let (server, shared) = (server.to_owned(), Arc::clone(&swallows));
            tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                    tokio::spawn(forward(from_client, to_server, Arc::clone(&shared)));
                    tokio::spawn(forward(from_server, to_client, Arc::clone(&shared)));
                }
            });
            Self { url, swallows }
        }

        fn set_swallows(&self, swallows: bool) {
            self.swallows.store(swallows, Ordering::SeqCst);
        }
    }

    async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallows: Arc<AtomicBool>) {
        let mut bytes = [0; 4096];
        while let Ok(length) = from.read(&mut bytes).await {
            if length == 0 {
                return;
            }
            // What is swallowed never arrives, as after a router has lost its state.
            if !swallows.load(Ordering::SeqCst) && to.write_all(&bytes[..length]).await.is_err() {
                return;
            }
        }
    }

    async fn write(pools: &Pools) -> crate::Result<()> {
        let tx = begin(&pools.write, &pools.link).await?;
        take(&tx, IdSequence::Unit, 1).await?;
        Ok(tx.commit().await?)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_silent_database_is_noticed_and_used_again() {
        let db = TestDb::create(Backend::Postgres).await;
        let proxy = Proxy::start(db.url()).await;
        let pools = connect(&proxy.url, 4, SqliteSynchronous::Normal).await.unwrap();
        let link = &pools.link;
        migration::Migrator::up(&pools.write, None).await.unwrap();
        let stop = CancellationToken::new();
        let (watched, url, watch_stop) = (link.clone(), proxy.url.clone(), stop.clone());
        let watching = tokio::spawn(async move { watched.watch(&url, watch_stop).await });

        // The pool has all its connections.
        assert!(join_all((0..8).map(|_| write(&pools))).await.iter().all(Result::is_ok));
        proxy.set_swallows(true);
        // Every connection of the pool waits, until the loss is noticed.
        let refused = join_all((0..8).map(|_| write(&pools))).await;
        assert!(refused.iter().all(|answer| matches!(answer, Err(Error::Problem(Problem::Busy)))), "{refused:?}");
        link.lost().await;
        proxy.set_swallows(false);
        link.restored().await;
        // The connections from before are dead, and each request gets another one.
        let answers = timeout(Duration::from_secs(10), join_all((0..8).map(|_| write(&pools)))).await.unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        stop.cancel();
        watching.await.unwrap();
    }
}
