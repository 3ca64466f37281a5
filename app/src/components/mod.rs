//! The parts that every page is made of. Plain HTML first: each works without JavaScript, or says what is missing. Components
//! call no server function.

mod account_cell;
mod badge;
mod bare;
mod card;
mod confirm_button;
mod confirmation;
mod dialog;
mod facts;
mod field;
mod language_switch;
mod logo;
mod notice;
mod page_title;
mod pager;
mod portal;
pub(crate) mod preview;
mod search;
mod skeleton;
mod submit;
mod table_head;
mod template_downloads;
mod toaster;

pub use account_cell::account_cell;
pub use badge::{Tone, account_badge, badge, certification_badge, certification_tone, dispute_badge, sms_badge};
pub(crate) use bare::Bare;
pub use card::card;
pub use confirm_button::confirm_button;
pub use confirmation::{confirmation, notice_in_address};
pub use dialog::Dialog;
pub use facts::{fact, optional_fact, text_fact};
pub use field::{Field, FieldError, LongField, PasswordField, SelectField, aria_invalid, described_by, field_frame};
pub(crate) use language_switch::language_switch;
pub(crate) use logo::{ICON, logo};
pub use notice::{empty, notice, problem_action, problem_notice, unavailable, unavailable_page};
pub use page_title::{Crumb, PageTitle, section_crumb};
pub use pager::{neighbours, pager};
pub use portal::{portal_name, portal_title};
pub use search::{SearchForm, filter};
pub use skeleton::skeleton;
pub use submit::SubmitButton;
pub use table_head::{NUMBER, column_heads, table_head};
pub use template_downloads::{template_downloads, template_guide};
pub use toaster::{Toaster, use_toaster};
pub(crate) use toaster::{Toasts, provide_toaster};
