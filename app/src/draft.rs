//! What is typed into a form that adds something, kept in the browser's tab until it is saved, so that no reload and no ended
//! session loses it. It is of one account: another one that signs in here does not find it.

use crate::document::account;
use leptos::prelude::window;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Draft<F> {
    /// The login name of who typed it.
    of: Option<String>,
    form: F,
}

/// Keeps what is typed on the page at `path`.
pub(crate) fn keep(path: &str, form: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&Draft { of: account(), form })) {
        // A tab that keeps nothing more loses it at a reload.
        let _ = storage.set_item(path, &text);
    }
}

/// What was typed on the page at `path`.
pub(crate) fn find<F: DeserializeOwned>(path: &str) -> Option<F> {
    let text = storage()?.get_item(path).ok().flatten()?;
    let draft = serde_json::from_str::<Draft<F>>(&text).ok().filter(|draft| draft.of == account());
    if draft.is_none() {
        drop_at(path);
    }
    draft.map(|draft| draft.form)
}

/// Drops it: it is saved, or given up.
pub(crate) fn drop_at(path: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(path);
    }
}

/// Drops all that is kept: whoever signs out leaves nothing behind.
pub(crate) fn drop_all() {
    if let Some(storage) = storage() {
        let _ = storage.clear();
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
