//! 情况: the accounts and plans of subtrees, counted.
//!
//! `count` is the only place that says what a unit counts. What was counted of each unit is kept in `counted_unit`, and the sums
//! over the subtrees of many units in `subtree_count`. Triggers note the units that have changed since then (`unit_to_recount`), and
//! a worker counts them again and adds the differences (`recount`). A reader counts them too: the counts of a subtree are its kept
//! sums, less what was counted of the units that have changed, and with what they count now (`read`). So the counts are exact in
//! every snapshot, also while units move, without any row that those who change something wait for.
//!
//! What depends on the parameters of plans and on the day is not kept. The sums have the units by their ratio, and the units that
//! have set parameters have sums of their own, so that a report applies the parameters of the moment (`jurisdiction`).

mod count;
mod filter;
mod jurisdiction;
mod purchased;
mod read;
mod recount;
mod report;
mod tally;
mod work;

pub(crate) use filter::has_zero_purchases;
pub(crate) use jurisdiction::Jurisdictions;
pub(crate) use purchased::note_purchases;
pub(crate) use read::{Top, accounts_of, plans_below, progress_of};
pub use recount::recount;
pub(crate) use recount::{lock, recount_everything};
pub use report::situation;
pub use work::work;
