//! The rules of the programme, without I/O, SQL, HTML and clocks. The same code checks a spreadsheet in the user's browser
//! and on the server.

pub mod calendar;
mod cells;
pub mod check;
pub mod check_messages;
pub mod count;
pub mod credit_code;
#[cfg(feature = "database")]
mod database;
pub mod finding;
pub mod form;
pub mod level;
pub mod mobile;
pub mod money;
pub mod nearest;
pub mod normalize;
pub mod password;
pub mod preview;
pub mod problem;
pub mod public_settings;
pub mod purchaser;
pub mod schema;
pub mod sheet;
pub mod trade;
pub mod view;

pub use cells::Cells;
pub use credit_code::CreditCode;
pub use finding::{Code, Detail, Finding, Refusal, Severity};
pub use level::{AdminLevel, BudgetLevel};
pub use mobile::Mobile;
pub use money::{Money, Ratio};
pub use problem::Problem;
pub use public_settings::PublicSettings;
pub use purchaser::{Certification, PurchaserKind};
pub use schema::{Column, Template};
