//! A question before what cannot be taken back: the first press says what will happen, a second one does it. The browser's own
//! disclosure, so that it asks without JavaScript too.

use leptos::{ev, html, prelude::*};

/// What opens the question, if it `may`, what it asks, and the button that answers it.
pub fn ask(
    class: &'static str,
    label: AnyView,
    question: AnyView,
    answer: AnyView,
    may: impl Fn() -> bool + 'static,
) -> (NodeRef<html::Details>, AnyView) {
    let asking = NodeRef::<html::Details>::new();
    let open = move |event: ev::MouseEvent| {
        if !may() {
            event.prevent_default();
        }
    };
    let view = view! {
        <details class="ask" node_ref=asking>
            <summary class=class on:click=open>{label}</summary>
            <div class="ask-more">
                <p>{question}</p>
                {answer}
            </div>
        </details>
    };
    (asking, view.into_any())
}
