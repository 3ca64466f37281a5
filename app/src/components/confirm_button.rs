//! A question before an action that cannot be undone: the first press opens it, the second one acts. It is the browser's own
//! disclosure, so that it works without JavaScript too.

use leptos::{ev, html, prelude::*};

/// A button that opens a question, if `may_open`, and the button that answers it. Returns the disclosure too, so that the
/// caller can close it.
pub fn confirm_button(
    class: &'static str,
    label: AnyView,
    question: AnyView,
    answer: AnyView,
    may_open: impl Fn() -> bool + 'static,
) -> (NodeRef<html::Details>, AnyView) {
    let disclosure = NodeRef::<html::Details>::new();
    let open = move |event: ev::MouseEvent| {
        if !may_open() {
            event.prevent_default();
        }
    };
    let view = view! {
        <details class="ask" node_ref=disclosure>
            <summary class=class on:click=open>{label}</summary>
            <div class="ask-more">
                <p>{question}</p>
                {answer}
            </div>
        </details>
    };
    (disclosure, view.into_any())
}
