//! The parts that forms share: sending them, showing their problems, validating them while they are filled in, and edit
//! conflicts.

mod action;
mod edit_conflict;
mod live_validation;
mod loading;
mod press;
mod problems;
mod record_form;
#[cfg(feature = "ssr")]
mod saving;

pub(crate) use action::{ServerForm, follow, pending, problem};
pub(crate) use edit_conflict::{EditInProgress, EditableForm, StoredVersion, conflict_without_script};
pub(crate) use live_validation::{LiveValidation, RowForm};
pub(crate) use loading::{id_in_path, load_one};
pub(crate) use press::Press;
pub(crate) use problems::{
    failure, failure_of, field_error, finding_at_field, focus_first_error, focus_first_error_on,
};
pub(crate) use record_form::{RecordPage, contact_fields, edit_page, new_page, version_input, when_stored};
#[cfg(feature = "ssr")]
pub(crate) use saving::{answer_edit, answer_new};
