//! 采购人: the list, a purchaser, and its forms.

pub(crate) mod api;
mod detail_page;
mod form;
mod form_page;
mod list_page;
mod reset_page;

pub(crate) use detail_page::PurchaserPage;
pub(crate) use form_page::{EditPurchaserPage, NewPurchaserPage};
pub(crate) use list_page::PurchasersPage;
pub(crate) use reset_page::ResetPurchaserPage;
