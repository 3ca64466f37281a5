//! 采购人交易账号管理: the purchasers of the actor's subtree.

pub(crate) mod write;
