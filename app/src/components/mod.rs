//! The parts that every page is made of. Plain HTML first: each works, or says what is missing, without JavaScript.

mod ask;
mod badge;
mod dialog;
mod field;
mod notice;
mod page_title;
mod pager;
pub mod preview;
mod search;
mod skeleton;
mod submit;
mod toaster;
mod unit_field;

pub use ask::ask;
pub use badge::{Tone, account_badge, badge, sms_badge};
pub use dialog::Dialog;
pub use field::{Field, FieldError, LongField, PasswordField, SelectField};
pub use notice::{empty, notice, refused, unavailable, unavailable_page, way_on};
pub use page_title::{Crumb, PageTitle};
pub use pager::{neighbours, pager};
pub use search::{SearchForm, filter};
pub use skeleton::skeleton;
pub use submit::SubmitButton;
pub use toaster::{Toaster, use_toaster};
pub(crate) use toaster::{Toasts, provide_toaster};
pub use unit_field::UnitField;
