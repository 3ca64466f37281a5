//! `serve`: runs the site until a signal arrives, and ends after requests and jobs have ended.

use crate::{
    background,
    config::Config,
    connections::{self, Limits},
    error::Error,
    settings, web,
};
use service::sms::KeyStatus;
use std::{path::PathBuf, time::Duration};
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;

/// Serves until a signal (SIGTERM, SIGINT) arrives. Then it accepts no new request, waits for requests and jobs under way,
/// and stops after `site.shutdown_seconds` at the latest.
pub(crate) async fn run(config: Config, ready_file: Option<PathBuf>) -> Result<(), Error> {
    let addr = config.site.addr;
    let shutdown_time = Duration::from_secs(config.site.shutdown_seconds);
    let uploads = config.import.upload_dir.clone();
    web::prepare_folder(&uploads).map_err(|why| Error::Uploads { path: uploads.clone(), why })?;
    let services = settings::open_migrated(&config).await?;
    if service::sms::check_key(&services).await.map_err(Error::Key)? == KeyStatus::Different {
        return Err(Error::OtherKey);
    }

    let listener = TcpListener::bind(addr).await.map_err(|why| Error::Listen { addr, why })?;
    let addr = listener.local_addr().map_err(|why| Error::Listen { addr, why })?;
    let stop = CancellationToken::new();
    tokio::spawn(cancel_on_signal(stop.clone()));
    let limits = Limits::new(&config);
    let changes = web::RequestTasks::new(Duration::from_secs(config.site.request_seconds));
    let province = config.demo.province;
    let site = web::router(config, services.clone(), changes.clone(), stop.clone());
    let workers = background::start(&services, uploads, province, &stop);
    let serving = connections::serve(listener, site, limits, stop.clone());

    tracing::info!("serving at http://{addr}");
    if let Some(path) = ready_file {
        write_atomically(&path, &format!("http://{addr}\n")).map_err(|why| Error::ReadyFile { path, why })?;
    }
    let complete_shutdown = async {
        serving.await;
        changes.wait().await;
        workers.wait().await;
    };
    let deadline = async {
        stop.cancelled().await;
        sleep(shutdown_time).await;
    };
    tokio::select! {
        () = complete_shutdown => {}
        () = deadline => {
            tracing::warn!("not everything under way has ended in time; jobs and SMS go on at the next start");
        }
    }
    Ok(())
}

/// Writes a file. Readers see the whole file or no file.
fn write_atomically(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    std::fs::write(&draft, text)?;
    std::fs::rename(&draft, path)
}

#[cfg(unix)]
async fn cancel_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
    stop.cancel();
}

#[cfg(not(unix))]
async fn cancel_on_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        tracing::info!("stopping");
        stop.cancel();
    }
}
