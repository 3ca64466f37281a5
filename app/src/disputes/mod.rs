//! 代码争议: a unit asks the operator about a credit code that a unit elsewhere has already, and the operator decides.

pub(crate) mod api;
mod case_page;
mod form;
mod form_page;
mod list_page;

pub(crate) use case_page::DisputePage;
pub(crate) use form_page::NewDisputePage;
pub(crate) use list_page::DisputesPage;
