//! Why the program did not do what the command line asked: one line for the operator that names what is to blame and
//! says what to do.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why it stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The configuration does not do.
    #[error(transparent)]
    Config(#[from] crate::config::Error),
    /// The secret key does not do.
    #[error(transparent)]
    SecretKey(#[from] crate::secret_key::Error),
    /// No threads.
    #[error("the system gives no threads: {0}")]
    Runtime(io::Error),
    /// This very program's file cannot be found, which reads uploads.
    #[error("the program's own file cannot be found: {0}")]
    Program(io::Error),
    /// The database does not open.
    #[error("`database.url`: the database does not open: {}; check the address and that the database runs", .0)]
    Database(service::Error),
    /// The migrations could not be read or applied.
    #[error("`database.url`: the schema could not be brought up to date: {}", .0)]
    Schema(service::Error),
    /// The database lacks migrations of this program.
    #[error(
        "`database.url`: the schema is older than this program: {} is pending; back the database up and run `server migrate`",
        .0.join(", ")
    )]
    SchemaBehind(Vec<String>),
    /// The database has migrations that this program does not know.
    #[error(
        "`database.url`: the schema is newer than this program, which does not know {}; start the version of the server that \
         migrated the database, or restore a backup from before that",
        .0.join(", ")
    )]
    SchemaAhead(Vec<String>),
    /// The folder of uploads cannot be used.
    #[error("`import.upload_dir`: {}: {why}; name a folder that this user may write to", .path.display())]
    Uploads {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
    /// The address is taken or not allowed.
    #[error("`site.addr`: cannot listen on {addr}: {why}; choose another address or end the program that has it")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The system's reason.
        why: io::Error,
    },
    /// The ready file cannot be written.
    #[error("--ready-file: {}: {why}", .path.display())]
    ReadyFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
    /// Serving ended by itself.
    #[error("the server stopped: {0}")]
    Served(io::Error),
    /// The presets could not be loaded.
    #[error("the presets could not be loaded: {}", .0)]
    Seed(service::Error),
    /// No password was issued.
    #[error("no password was issued for {login}: {}", reason(.why))]
    Issue {
        /// The login name.
        login: String,
        /// Why not.
        why: service::Error,
    },
}

fn reason(why: &service::Error) -> String {
    match why {
        service::Error::Problem(domain::Problem::NotFound) => {
            "there is no account of this login name that was never activated".to_owned()
        }
        why => why.to_string(),
    }
}
