//! 桌面.

pub(crate) mod api;
mod page;

pub(crate) use page::DesktopPage;
