//! The use cases. Each takes an [`Actor`], which only a signed-in session gives, and checks its scope itself; none knows
//! HTTP or HTML.

pub mod account;
mod actor;
mod audit;
mod batch;
pub mod certification;
mod cipher;
mod clock;
mod database;
pub mod desktop;
mod error;
pub mod export;
pub mod generate;
mod guessable;
mod hashing_queue;
pub mod health;
mod history;
mod ids;
pub mod import;
mod import_target;
mod list;
pub mod outage;
mod password;
pub mod profile;
pub mod purchaser;
mod query;
pub mod reader;
mod search;
pub mod seed;
mod services;
pub mod session;
pub mod settings;
pub mod sms;
mod sql;
mod throttle;
mod turns;
pub mod unit;
mod writer;

pub use actor::{Actor, PurchaserActor, RequestOrigin, Subtree};
pub use clock::Clock;
pub use error::{Error, Result};
pub use migration::{MigrationInfo, SchemaStatus};
pub use password::PlaintextPassword;
pub use services::Services;
pub use session::{Session, TradingSession};
pub use settings::{Hashing, Secret, Settings, SmsLimits, SqliteSynchronous};
