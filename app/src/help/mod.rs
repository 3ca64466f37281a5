//! 帮助: the rules for filling in the templates, frequent questions, the meaning of each finding; the links of other pages
//! that lead to it.

mod context_link;
mod page;

pub(crate) use context_link::context_link;
pub(crate) use page::HelpPage;
