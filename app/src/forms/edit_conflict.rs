//! Edit conflicts: somebody else has saved the same record in the meantime. The page shows both versions.

use super::focus_first_error;
use crate::{
    components::{Tone, notice, table_head},
    document,
    error::ApiError,
    routes::parameter,
};
use domain::{Template, edit::EditResult};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};
use texts::Lang;

/// The input of a form, as typed.
pub(crate) trait EditableForm: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// The template whose words name the fields.
    const TEMPLATE: Template;

    /// The fields that readers can compare, with their texts.
    fn fields(&self) -> Vec<(&'static str, &str)>;
}

/// A record as it is stored, to be edited.
pub(crate) trait StoredVersion: Send + Sync + 'static {
    /// The form that edits it.
    type Form: EditableForm;

    /// The version, which is sent back with the edit.
    fn version(&self) -> i32;

    /// The stored data.
    fn form(&self) -> &Self::Form;

    /// The address of the form, as it was loaded.
    fn address(&self) -> String;
}

/// An edit in progress. A handle: copies share their state.
pub(crate) struct EditInProgress<E: StoredVersion> {
    /// The version that the reader has seen.
    pub(crate) version: RwSignal<i32>,
    /// The input that was sent last.
    pub(crate) sent: RwSignal<E::Form>,
    /// Whether it is being sent, or is saved and the next page is loading.
    pub(crate) pending: Memo<bool>,
}

impl<E: StoredVersion> EditInProgress<E> {
    /// Opens the page `next` once the edit is saved.
    pub(crate) fn follow<S>(action: ServerAction<S>, stored: &E, next: String) -> Self
    where
        S: ServerFn<Output = EditResult<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let value = action.value();
        let saved = move || value.with(|value| matches!(value, Some(Ok(EditResult::Saved))));
        let pending = Memo::new(move |_| action.pending().get() || saved());
        let version = RwSignal::new(stored.version());
        Effect::new(move |_| {
            value.with(|value| match value {
                Some(Ok(EditResult::Saved)) => document::open(&next),
                Some(Ok(EditResult::Conflict(stored))) => {
                    // The page shows both versions now, so the next edit replaces the newer one.
                    version.set(stored.version());
                    focus_first_error();
                }
                _ => {}
            });
        });
        Self { version, sent: RwSignal::new(E::Form::default()), pending }
    }

    /// Both versions, where there is a conflict.
    pub(crate) fn conflict<S>(&self, lang: Lang, action: ServerAction<S>) -> impl Fn() -> Option<AnyView> + use<S, E>
    where
        S: ServerFn<Output = EditResult<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let (value, sent) = (action.value(), self.sent);
        move || {
            value.with(|value| match value {
                Some(Ok(EditResult::Conflict(stored))) => Some(sent.with_untracked(|sent| both(lang, sent, &**stored))),
                _ => None,
            })
        }
    }
}

/// The same for a browser without JavaScript, which is redirected to the form; `input` is the echo of its form.
pub(crate) fn conflict_without_script<E: StoredVersion>(
    lang: Lang,
    input: Option<&E::Form>,
    stored: &E,
) -> Option<AnyView> {
    use_query_map().with_untracked(|query| query.get_str(parameter::EDIT_CONFLICT).is_some()).then(|| match input {
        Some(input) => both(lang, input, stored),
        None => notice(Tone::Error, lang.not_saved(), lang.form_stale_plain().to_owned()),
    })
}

/// The differing fields of both versions, side by side.
fn both<E: StoredVersion>(lang: Lang, input: &E::Form, stored: &E) -> AnyView {
    let rows: Vec<_> = input
        .fields()
        .into_iter()
        .zip(stored.form().fields())
        .filter(|((_, typed), (_, stored))| typed.trim() != stored.trim())
        .map(|((field, typed), (_, stored))| {
            let shown = |text: &str| if text.is_empty() { lang.change_empty().to_owned() } else { text.to_owned() };
            view! {
                <tr>
                    <th scope="row">{lang.change_field(E::Form::TEMPLATE, field)}</th>
                    <td>{shown(typed)}</td>
                    <td>{shown(stored)}</td>
                </tr>
            }
        })
        .collect();
    let text = if rows.is_empty() { lang.form_stale_same() } else { lang.form_stale_text() };
    let heads = [(lang.form_stale_field(), None), (lang.form_stale_yours(), None), (lang.form_stale_stored(), None)];
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="table">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="notice is-error" role="alert" tabindex="-1">
            <h2>{lang.form_stale_title()}</h2>
            <p>{text}</p>
            {table}
            <p><a href=stored.address() rel="external">{lang.form_stale_drop()}</a></p>
        </section>
    }
    .into_any()
}
