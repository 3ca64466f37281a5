//! The switch to the other language.

use crate::routes::Endpoint;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use texts::Lang;

/// The other language, by its own name. A plain form: the server draws the whole page again.
pub(crate) fn language_switch(lang: Lang) -> AnyView {
    let location = use_location();
    let back = move || {
        let query = location.search.get();
        let path = location.pathname.get();
        if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
    };
    let other = lang.other();
    view! {
        <form method="post" action=Endpoint::Language class="language">
            <input type="hidden" name="lang" value=other.tag()/>
            <input type="hidden" name="back" value=back/>
            <button type="submit" class="link-button" lang=other.tag()>{other.language_name()}</button>
        </form>
    }
    .into_any()
}
