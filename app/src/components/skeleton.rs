//! A placeholder while data are loading.

use leptos::prelude::*;

/// A card with a number of lines. The style shows it only after a delay, so that a quick answer does not flicker.
pub fn skeleton(lines: u8) -> AnyView {
    let lines = (0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view();
    view! { <div class="card skeleton" aria-hidden="true">{lines}</div> }.into_any()
}
