//! A question over the page: the browser's own `<dialog>`, which keeps the focus inside, closes on Escape and gives the
//! focus back.

use crate::i18n::use_lang;
use leptos::{html, prelude::*};

/// A dialog that shows while `open` is true.
#[component]
pub fn Dialog(
    /// Whether it shows; false again once it is closed, whichever way.
    open: RwSignal<bool>,
    /// What it asks.
    title: &'static str,
    /// What it says, with its actions.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Refused only where it shows already or has left the page.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=title on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2>{title}</h2>
                <button
                    type="button"
                    class="button is-plain"
                    aria-label=lang.close()
                    title=lang.close()
                    on:click=move |_| open.set(false)
                >
                    "✕"
                </button>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}
