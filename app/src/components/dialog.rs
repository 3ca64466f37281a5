//! A question over the page: the browser's own `<dialog>`, which keeps the focus inside, closes on Escape and gives the
//! focus back.

use crate::i18n::use_lang;
use leptos::{html, prelude::*};

/// A dialog that is shown while `open` is true.
#[component]
pub fn Dialog(
    /// Whether it is shown. Closing it, in any way, sets this to false.
    open: RwSignal<bool>,
    /// The question.
    title: &'static str,
    /// The text and the actions.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for a dialog that is shown already or has left the page.
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
