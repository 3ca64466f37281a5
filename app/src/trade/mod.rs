//! The trading portal (采购人交易平台).

pub(crate) mod api;
mod certification_state;
mod home_page;
mod order_page;
mod orders_page;
mod profile_form;
mod profile_pages;

pub(crate) use home_page::HomePage;
pub(crate) use order_page::OrderPage;
pub(crate) use orders_page::OrdersPage;
pub(crate) use profile_pages::{CompleteTradeProfilePage, EditTradeProfilePage, TradeProfilePage};
