//! The accounts of units and purchasers: their details for a superior, and the superior's actions.

mod actions;
pub(crate) mod api;
mod cards;
mod history;
mod holder_input;
mod holder_page;
mod reset_form;

use actions::account_actions;
pub(crate) use actions::{button_form, confirmed_form};
pub(crate) use cards::account_card;
use cards::sms_card;
use history::history_card;
pub(crate) use holder_page::{HolderPage, holder_page};
pub(crate) use reset_form::{ResetSubject, reset_page};
