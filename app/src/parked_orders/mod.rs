//! 待匹配订单: parked records, for the operator.

pub(crate) mod api;
mod page;

pub(crate) use page::ParkedOrdersPage;
