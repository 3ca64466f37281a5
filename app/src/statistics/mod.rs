//! 统计报表: the tables that superiors publish, with charts, for a screen and for paper.

pub(crate) mod api;
mod bar;
mod bulletin;
#[cfg(feature = "ssr")]
mod chart;
mod completion_card;
mod conditions;
mod page;
mod summary;
mod table;

pub(crate) use bulletin::BulletinPage;
#[cfg(feature = "ssr")]
pub use bulletin::bulletin_paper;
pub(crate) use completion_card::completion_card;
pub(crate) use page::ReportPage;

use domain::report::ReportTable;
use texts::Lang;

/// In place of a value that there is not.
const NONE: &str = "—";

/// The name of the unit that a report is about.
fn subject_name(lang: Lang, table: &ReportTable) -> &str {
    table.unit.as_ref().map_or(lang.report_country(), |unit| &unit.name)
}
