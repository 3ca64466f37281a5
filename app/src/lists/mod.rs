//! The parts that the lists of units and of purchasers share.

mod bulk_actions;
mod list_page;
mod page_links;

pub(crate) use bulk_actions::{RowSelection, SelectedRows};
pub(crate) use list_page::{ListPage, Results, hidden_inputs, list_page, query_in_address, signal_of};
pub(crate) use page_links::{no_match, page_links};
