//! 接口密钥: the keys of other systems that send orders.

pub(crate) mod api;
mod page;

pub(crate) use page::ApiKeysPage;
