//! 演示短信.

pub(crate) mod api;
mod page;

pub(crate) use page::SentSmsPage;
