//! 预算单位: the list, 预算单位管理, a unit, and its forms.

pub(crate) mod api;
mod detail_page;
mod form;
mod form_page;
mod issue_form;
mod list_page;
mod manage_page;
mod removal;
mod reset_page;
mod table;
mod tree;
mod unit_field;
mod unit_name;

pub(crate) use detail_page::{UnitPage, plans_card};
pub(crate) use form_page::{EditUnitPage, NewUnitPage};
pub(crate) use list_page::UnitsPage;
pub(crate) use manage_page::ManageUnitsPage;
pub(crate) use reset_page::ResetUnitPage;
pub(crate) use unit_field::UnitField;
pub(crate) use unit_name::unit_name;
