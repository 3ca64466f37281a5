//! The button that sends a form.

use leptos::{ev, prelude::*};

/// Sends its form; while that is under way it says so and does nothing when pressed again.
#[component]
pub fn SubmitButton(
    /// What it does.
    label: &'static str,
    /// What it says meanwhile.
    busy: &'static str,
    /// Whether the form is on its way.
    pending: Memo<bool>,
    /// Over the whole width.
    #[prop(optional)]
    wide: bool,
    /// Not the page's main action.
    #[prop(optional)]
    aside: bool,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="button"
            class:is-primary=!aside
            class:is-wide=wide
            aria-disabled=move || pending.get().then_some("true")
            on:click=move |event: ev::MouseEvent| {
                if pending.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            {move || if pending.get() { busy } else { label }}
        </button>
    }
    .into_any()
}
