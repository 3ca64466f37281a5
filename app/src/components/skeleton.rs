//! The shape of what comes.

use leptos::prelude::*;

/// So many lines in a card; shows only after a while, by style, so that a quick answer does not flicker.
pub fn skeleton(lines: u8) -> AnyView {
    let lines = (0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view();
    view! { <div class="card skeleton" aria-hidden="true">{lines}</div> }.into_any()
}
