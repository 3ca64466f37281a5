//! The server's side of 新增 and 编辑, for browsers without JavaScript: the redirect, and the echo of input that was not saved.

use crate::{
    error::ApiError,
    form_echo,
    request::{redirect, redirected},
    routes::{DoneNotice, Route, parameter, with_parameter},
};
use domain::edit::EditResult;
use serde::Serialize;

/// Answers 新增 on the page `form_page` with the page of the new record.
pub(crate) fn answer_new<Id>(
    created: service::Result<Id>,
    form: &impl Serialize,
    form_page: Route,
    record: impl FnOnce(Id) -> Route,
) -> Result<String, ApiError> {
    let id = created.inspect_err(|_| form_echo::store(form_page, form))?;
    Ok(redirected(record(id).done(DoneNotice::Added)))
}

/// Answers 编辑. The browser is redirected to the address `saved`, or, after an edit conflict, to the address of the form,
/// which shows both versions. The echo goes to the page `form_page`.
pub(crate) fn answer_edit<E>(
    edited: service::Result<EditResult<E>>,
    form: &impl Serialize,
    form_page: Route,
    saved: String,
    form_address: impl FnOnce(&E) -> String,
) -> Result<EditResult<E>, ApiError> {
    if !matches!(edited, Ok(EditResult::Saved)) {
        form_echo::store(form_page, form);
    }
    let edited = edited?;
    redirect(&match &edited {
        EditResult::Saved => saved,
        EditResult::Conflict(stored) => with_parameter(&form_address(stored), parameter::EDIT_CONFLICT, "yes"),
    });
    Ok(edited)
}
