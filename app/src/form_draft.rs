//! The draft of a form that adds something. The browser's tab stores it until the form is saved or given up, so that a reload
//! or an expired session does not lose it. A draft belongs to one account: another account that signs in does not see it.

use crate::document::account;
use leptos::prelude::window;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Serialize, Deserialize)]
struct Draft<F> {
    /// Login name of the account that has typed it.
    of: Option<String>,
    form: F,
}

/// Stores the draft with this key, the path of its page or an address on it.
pub(crate) fn store(key: &str, form: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&Draft { of: account(), form })) {
        // Where the storage is full, a reload loses the draft.
        let _ = storage.set_item(key, &text);
    }
}

/// The draft with this key.
pub(crate) fn load<F: DeserializeOwned>(key: &str) -> Option<F> {
    let text = storage()?.get_item(key).ok().flatten()?;
    let draft = serde_json::from_str::<Draft<F>>(&text).ok().filter(|draft| draft.of == account());
    if draft.is_none() {
        discard(key);
    }
    draft.map(|draft| draft.form)
}

/// Discards the draft with this key.
pub(crate) fn discard(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// Discards all drafts: nothing of an account stays in the browser after it has signed out.
pub(crate) fn discard_all() {
    if let Some(storage) = storage() {
        let _ = storage.clear();
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
