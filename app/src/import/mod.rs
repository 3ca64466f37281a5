//! 预算单位导入 and 采购人导入: choosing and checking a file, the preview of its rows, and the generation of accounts.

pub(crate) mod api;
mod batch_page;
mod choose_again;
mod choose_page;
mod file_drop;
mod generation;
mod job_watch;
mod local_check;
mod parts;
mod upload;

pub(crate) use batch_page::BatchPage;
pub(crate) use choose_page::ImportPage;
