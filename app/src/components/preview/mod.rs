//! The preview of a file. It looks like the sheet: the same row numbers and column letters, with each message inside its cell.
//! The same for a batch on the server and for a file that only the browser has read.

mod copy;
mod filter;
mod findings;
mod sheet;
mod state;
mod toolbar;

pub(crate) use copy::copy;
pub use filter::Filter;
pub use findings::{file_notices, findings_summary};
pub use sheet::rows_view;
pub use state::{state_badge, state_bar};
pub use toolbar::Toolbar;
