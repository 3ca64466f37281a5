//! 月度通报: the notice to the subordinate units, drafted from the figures of the reports.

mod edits;
mod page;
#[cfg(feature = "ssr")]
mod paper;
mod table;

pub(crate) use page::BulletinPage;
#[cfg(feature = "ssr")]
pub use paper::bulletin_paper;
