//! The button that sends a form.

use leptos::{ev, prelude::*};

/// Sends its form. While the form is being sent, it says so and ignores further presses.
#[component]
pub fn SubmitButton(
    /// Label.
    label: &'static str,
    /// Label while the form is being sent.
    busy: &'static str,
    /// Whether the form is being sent.
    pending: Memo<bool>,
    /// Whether it takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Whether it is not the page's main action.
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
