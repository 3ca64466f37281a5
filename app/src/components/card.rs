//! A section of a page.

use leptos::prelude::*;

/// A card with a title; `id` is the title's, unique on the page.
pub fn card(id: &str, title: &str, body: AnyView) -> AnyView {
    view! {
        <section class="card" aria-labelledby=id.to_owned()>
            <h2 id=id.to_owned() class="card-head">{title.to_owned()}</h2>
            {body}
        </section>
    }
    .into_any()
}
