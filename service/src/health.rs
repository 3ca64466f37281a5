//! Whether the server can work, for monitoring.

use crate::{Error, Result, Services, database, outage::Repetition};
use domain::Problem;
use std::{io::Write, path::PathBuf, time::Duration};
use tokio::{task::spawn_blocking, time::timeout};

/// How long the check waits for its turn to write. On SQLite, the transactions of users come before.
const TURN: Duration = Duration::from_secs(1);
/// The checks that found a fault other than a silent database.
static FAULTS: Repetition = Repetition::new();

/// The part of the system that does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database does not answer.
    #[error("the database does not answer")]
    Database,
    /// The database answers, but nothing can be written to it.
    #[error("the database cannot be written")]
    ReadOnlyDatabase,
    /// A folder of the server cannot be written: the disk is full or read-only.
    #[error("the disk cannot be written")]
    Disk,
}

/// Checks that the database answers and can be written, and that the folders of the server can be written.
pub async fn check(services: &Services) -> std::result::Result<(), Fault> {
    check_database(services).await?;
    let settings = services.settings();
    let mut folders = vec![settings.temporary_folder.clone()];
    folders.extend(database::sqlite_folder(&settings.database_url.0));
    spawn_blocking(move || folders.iter().try_for_each(write_to)).await.map_err(Error::internal).flatten().map_err(
        |error| {
            log(&error, Fault::Disk);
            Fault::Disk
        },
    )
}

async fn check_database(services: &Services) -> std::result::Result<(), Fault> {
    let writing = timeout(TURN, services.check_writable()).await;
    services.0.db.ping().await.map_err(|_| Fault::Database)?;
    let (fault, error) = match writing {
        // Others write meanwhile.
        Ok(Ok(()) | Err(Error::Problem(Problem::Busy))) | Err(_) => return Ok(()),
        Ok(Err(error @ Error::Problem(Problem::DiskFull))) => (Fault::Disk, error),
        Ok(Err(error)) => (Fault::ReadOnlyDatabase, error),
    };
    log(&error, fault);
    Err(fault)
}

fn log(error: &Error, fault: Fault) {
    if let Some(left_out) = FAULTS.log() {
        tracing::error!(error = %error.with_causes(), left_out, "{fault}");
    }
}

/// Writes a file that vanishes at once. It has the size of a page of SQLite.
fn write_to(folder: &PathBuf) -> Result<()> {
    const PAGE: usize = 4096;
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::tempfile_in(folder)?;
    file.write_all(&[0; PAGE])?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_written_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_to(&folder.path().join("made/now")).is_ok());
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(write_to(&file).is_err());
        #[cfg(target_os = "linux")]
        assert!(write_to(&PathBuf::from("/proc")).is_err());
    }
}
