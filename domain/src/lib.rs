//! The rules of the programme, without I/O, SQL, HTML and clocks. The same code checks a spreadsheet in the user's browser
//! and on the server.

pub mod account;
pub mod api_key;
pub mod bulk;
mod bytes;
pub mod calendar;
mod cells;
pub mod check;
pub mod check_messages;
pub mod count;
pub mod credit_code;
#[cfg(feature = "database")]
mod database;
pub mod desktop;
pub mod dispute;
pub mod edit;
pub mod finding;
pub mod form;
pub mod history;
pub mod ids;
pub mod import_batch;
pub mod job;
pub mod level;
pub mod mobile;
pub mod money;
pub mod nearest;
pub mod normalize;
pub mod order;
pub mod paging;
pub mod password;
pub mod plan;
pub mod plan_filing;
pub mod plan_finding;
pub mod plan_parameters;
pub mod preview;
pub mod problem;
pub mod profile;
pub mod public_settings;
pub mod purchaser;
pub mod purchases;
pub mod schema;
pub mod session;
pub mod sheet;
pub mod sms;
pub mod trade;
pub mod unit;

pub use cells::Cells;
pub use credit_code::CreditCode;
pub use finding::{Code, Detail, Excess, Finding, Refusal, Severity};
pub use level::{AdminLevel, BudgetLevel};
pub use mobile::Mobile;
pub use money::{Money, Ratio};
pub use problem::Problem;
pub use public_settings::PublicSettings;
pub use purchaser::{Certification, PurchaserKind};
pub use schema::{Column, Template};
