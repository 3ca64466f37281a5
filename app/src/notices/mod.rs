//! 通知公告: what an account has received, and what it has published.

pub(crate) mod api;
mod form;
mod form_pages;
mod list_page;
mod notice_page;

pub(crate) use form_pages::{EditNoticePage, NewNoticePage};
pub(crate) use list_page::{NoticesPage, TradeNoticesPage};
pub(crate) use notice_page::{NoticePage, TradeNoticePage};
