//! 采购人认证 by the operator of the platform.

pub(crate) mod api;
mod case_page;
mod queue_page;

pub(crate) use case_page::CertificationPage;
pub(crate) use queue_page::CertificationsPage;
