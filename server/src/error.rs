//! The errors that end the program. Each is one line for the administrator. It names the cause and says what to do.

use std::{io, net::SocketAddr, path::PathBuf};

/// An error that ends the program.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The configuration is not valid.
    #[error(transparent)]
    Config(#[from] crate::config::Error),
    /// The secret key cannot be used.
    #[error(transparent)]
    SecretKey(#[from] crate::secret_key::Error),
    /// The system cannot start the threads.
    #[error("the system gives no threads: {0}")]
    Runtime(io::Error),
    /// The path of this program is unknown. The server starts itself as the process that reads uploads.
    #[error("the program's own file cannot be found: {0}")]
    Program(io::Error),
    /// The database cannot be opened. The reason does not hold the password of the URL.
    #[error("`database.url`: the database does not open: {0}; check the address and that the database runs")]
    Database(String),
    /// The database can be read but not written to.
    #[error(
        "`database.url`: nothing can be written to the database: {0}; check the rights of its file and folder and the disk"
    )]
    ReadOnlyDatabase(service::Error),
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
    /// The SMS key is not that of the database.
    #[error(
        "`sms.secret_key`: the database was used with another key, and passwords that wait to be sent need it; give every \
         server the same key (FARM_SMS_SECRET_KEY, or a copy of the file of FARM_SMS_SECRET_KEY_FILE); if the old key is lost or was \
         changed on purpose, stop all servers and run `server accept-sms-key`"
    )]
    OtherKey,
    /// The SMS key could not be compared or replaced.
    #[error("the SMS key could not be compared with that of the database: {}", .0)]
    Key(service::Error),
    /// Generations could not be resumed.
    #[error("the generations could not be resumed: {}", .0)]
    Resume(service::Error),
    /// The statistics could not be computed anew.
    #[error("the statistics could not be computed anew: {}", .0)]
    Rebuild(service::Error),
    /// The folder of uploads cannot be used.
    #[error("`import.upload_dir`: {}: {why}; name a folder that this user may write to", .path.display())]
    Uploads {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
    /// The address is in use or not allowed.
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
    /// The presets could not be loaded.
    #[error("the presets could not be loaded: {}", .0)]
    Seed(service::Error),
    /// No password was issued.
    #[error("no password was issued for {login}: {}", reason(.why))]
    Issue {
        /// The login name.
        login: String,
        /// The reason.
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
