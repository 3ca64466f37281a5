//! 桌面.

pub(crate) mod api;
mod page;

pub(crate) use page::{DesktopPage, item, notices_item, waits_card};
