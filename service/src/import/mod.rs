//! 预算单位导入 and 采购人导入: an uploaded file becomes a batch of staged rows.

mod lookups;
mod rows;
mod stage;
mod staging;
mod suggestions;

pub use crate::batch::{batch, current};
pub use rows::rows;
pub use stage::stage;
